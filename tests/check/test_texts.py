"""Whole texts as people paste them: every code in them can raise an alarm, one can be cleared."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recalls.check import ladder
from recalls.check.verdict import Outcome
from recalls.codes import CHARACTERS, MAX_TEXT
from tests.support.factories import make_product, make_recall

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

RECALLED, CLEAN = "ACCJRU1D16400841", "EXA7777777777777"
COMPLIES = "This device complies with part 15 of the rules. "

TEXTS = [
    # typed, product named, outcome
    (f"Box SN: {CLEAN} Unit Ser.No.EXA2024110007919", "EX100", "recalled"),
    (f"EX100 SN: {CLEAN} Made in China old:EXA2024110007919", "", "recalled"),
    (f"Box SN: {CLEAN} Unit EXA2 0241 1000 7919", "EX100", "recalled"),
    (f"SN: {CLEAN} / SN: EXA7777777777778", "EX100", "form_error"),
    (f"SN: {CLEAN} EXA7777777777778", "EX100", "form_error"),
    ("EXA20241100079*9", "", "partly_read"),
    ("EXA20241100079_9", "", "partly_read"),
    ("EXA2024110007|19", "", "partly_read"),
    (f"]C1{RECALLED}", "", "recalled"),
    (f"21{RECALLED}", "", "recalled"),
    (f"010694123456789021{RECALLED}", "", "recalled"),
    (f"S{RECALLED}", "", "recalled"),
    (RECALLED * 2, "", "recalled"),
    (f"https://x.example/w/{RECALLED}", "", "recalled"),
    (f"https://x.example/w?serial={RECALLED}&model=A3102", "", "recalled"),
    (f"https://id.gs1.org/01/09506000134352/21/{RECALLED}?11=210101", "", "recalled"),
    (f"https://x.example/?to=https%3A%2F%2Fy.example%2F{RECALLED}", "", "recalled"),
    (f"N/S:{RECALLED}", "", "recalled"),
    (f"Núm. de serie:{RECALLED}", "", "recalled"),
    (f"Seriennummer:{RECALLED}", "", "recalled"),
    (f"シリアル番号：{RECALLED}", "", "recalled"),
    (f"A3102/{RECALLED}", "", "recalled"),
    (f"Model: A3102{RECALLED}Made in China", "", "recalled"),
    ("N/S: 2322", "ATH-SQ1TW2", "recalled"),
    ("2322 China", "ATH-SQ1TW2", "recalled"),
    ("ATH-SQ1TW2 2322", "", "recalled"),
    (COMPLIES * 10 + f"SN: {RECALLED}", "", "recalled"),
    ("ACCJRU1D١٦٤٠٠٨٤١", "", "recalled"),
    ("ACCJRU1D164ØØ841", "", "recalled"),
    ("ACCJRU1D\u034f1640\ufe000841", "", "recalled"),
    ("Input: 5V 1A Made in China", "", "unrecognised"),
    ("https://www.anker.com/recall", "", "unrecognised"),
]


@pytest.mark.parametrize(("typed", "product", "outcome"), TEXTS)
def test_texts_as_they_are_pasted(typed, product, outcome):
    assert ladder.check_code(typed, product).outcome == outcome


def test_a_list_of_codes_of_any_length_hides_no_code_of_other_products():
    """Joined words are cut at the lengths that other products state all the same."""
    make_product(model_numbers="NL9", shapes="", codes=["NL55X123", "771A"], recall=make_recall())
    joined = [f"SN: {RECALLED}Made in China", f"Model: A3102{RECALLED}EU", f"CN{RECALLED}Z9"]
    for typed, product, _ in [*((text, "", "") for text in joined), *TEXTS]:
        if RECALLED in typed or "2024110007919" in typed:
            assert ladder.check_code(typed, product).outcome is Outcome.RECALLED, typed
    assert ladder.check_code("771A", "NL9").outcome is Outcome.RECALLED


@pytest.mark.parametrize("product", ["", "EX100"])
def test_of_two_values_each_may_alarm_and_none_is_cleared(product):
    recalled = ladder.check_code([CLEAN, "EXA2024110007919"], product)
    assert recalled.outcome is Outcome.RECALLED
    unlike = ladder.check_code([CLEAN, "EXA7777777777778"], product)
    assert (unlike.outcome, unlike.error.kind) == (Outcome.FORM_ERROR, "several")


def test_two_codes_side_by_side_are_no_long_one():
    both = f"{CLEAN} EXA7777777777778"
    assert ladder.check_code(both).outcome is Outcome.WHICH_PRODUCT
    verdict = ladder.check_code(both, "EX100")
    assert (verdict.outcome, verdict.error.kind) == (Outcome.FORM_ERROR, "several")
    in_groups = ladder.check_code(f"{CLEAN[:8]} {CLEAN[8:]} 77", "EX100")
    assert (in_groups.outcome, in_groups.error.kind) == (Outcome.FORM_ERROR, "too_long")


def test_the_same_value_twice_is_one():
    assert ladder.check_code([CLEAN, f"SN: {CLEAN}"], "EX100").outcome is Outcome.NOT_LISTED
    assert ladder.check_code(CLEAN, ["EX100", "EX100"]).outcome is Outcome.NOT_LISTED


@pytest.mark.parametrize(
    "again",
    [
        "99EXA202411000791977",  # a listed code inside a longer run
        "ABACCJRU1D16400841ZZ",  # of a rule that fixes most of it
        f"SN: {CLEAN} SN: EXA2024110007919",
    ],
)
def test_the_second_entry_raises_the_alarms_of_the_first(again):
    assert ladder.check_code(again).outcome is Outcome.RECALLED
    assert ladder.check_code(CLEAN, "EX100", again=again).outcome is Outcome.RECALLED


def test_two_unlike_products_or_confirmations_clear_nothing():
    assert ladder.check_code(CLEAN, ["EX100", "A3102"]).outcome is not Outcome.NOT_LISTED
    confirmed = ladder.check_typed_twice("EXA2024110007920", "EX100")
    assert confirmed.outcome is Outcome.NOT_LISTED
    torn = ladder.check_code(
        "EXA2024110007920",
        "EX100",
        [confirmed.confirmed, f"{confirmed.confirmed}_x"],
        again="EXA2024110007920",
    )
    assert torn.outcome is Outcome.CHECK_AGAIN


OUTSIDE = st.characters(exclude_categories=["Cs"]).filter(
    lambda character: not (character.isascii() and character.isalnum())
)


@settings(deadline=None, max_examples=150)
@given(
    st.text(max_size=1900),
    OUTSIDE,
    st.sampled_from([RECALLED, "EXA2024110007919", "57V12345678901", "EXA2025000000001"]),
    OUTSIDE,
    st.text(max_size=1900),
)
def test_a_recalled_code_anywhere_in_any_text_is_found(before, left, code, right, after):
    """Between two characters that are no letter or digit of ours."""
    text = f"{before}{left}{code}{right}{after}"
    assert len(text) <= MAX_TEXT
    assert ladder.check_code(text).outcome in (Outcome.RECALLED, Outcome.INSPECT)


@settings(deadline=None, max_examples=100)
@given(st.text(CHARACTERS + " :-/", max_size=60), st.sampled_from(["", "EX100", "A3102"]))
def test_with_a_second_code_nothing_is_cleared(around, product):
    for text in (f"{CLEAN} {around} EXA7777777777778", f"SN {CLEAN} {around} 77777777 EXA77777"):
        verdict = ladder.check_code(text, product)
        assert verdict.outcome is not Outcome.NOT_LISTED
        assert all(found.outcome is not Outcome.NOT_LISTED for found in verdict.findings)
