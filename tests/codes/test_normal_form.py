"""A typed code in its normal form, and what is confusable with it."""

import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from recalls.codes import (
    CHARACTERS,
    LETTERS,
    fold,
    normalize,
    read_text,
    skeleton,
    transpositions,
)

HERE = Path(__file__).parent
TYPED = json.loads((HERE / "typed_codes.json").read_text())
CODE = "ACCJRU1D16400841"


@pytest.mark.parametrize("case", TYPED, ids=lambda case: case["normal"])
def test_typed_codes(case):
    assert normalize(case["typed"]) == case["normal"]
    assert read_text(case["typed"]).code == case["normal"]


# Normal form --------------------------------------------------------------------------------------

LABELS = [
    *["SN", "S/N", "S.N.", "SN Code", "S/N Code", "SN No", "SN Number", "Code SN", "code s/n"],
    *["Serial", "Serial No", "Serial No.", "Serial Number", "SERIAL NUM", "Serial code"],
    *["SerialNumber", "Serial №"],
    *["N° de série", "No de série", "Nº de série", "N de serie", "Numéro de série", "N° série"],
    *[
        "NUMERO DE SERIE",
        "Número de serie",
        "N.º de serie",
        "N. ° de serie",
        "Nume\u0301ro de se\u0301rie",
    ],
]


@pytest.mark.parametrize("separator", [" ", ": ", ":", " - ", " #", "\n", "\u00a0", "\t", "_"])
@pytest.mark.parametrize("label", LABELS)
def test_label_goes_where_a_separator_follows(label, separator):
    assert normalize(label + separator + CODE) == CODE
    reading = read_text(f"({label}{separator}{CODE}")
    assert reading.code == CODE
    assert not reading.foreign


@pytest.mark.parametrize("label", ["SN", "S/N", "Serial", "Serial No", "Code SN"])
def test_label_stays_without_a_separator(label):
    glued = normalize(label) + CODE
    assert normalize(label + CODE) == glued
    assert read_text(label + CODE).code == glued


def test_several_labels_go():
    assert normalize(f"Serial No / N° de série / S/N: {CODE}") == CODE


@pytest.mark.parametrize("text", ["SNAP1234", "SERIALS12", "NO12345", "S1N234", "SN1"])
def test_code_that_begins_like_a_label_stays_whole(text):
    assert normalize(text) == text


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("straße1", "STRAE1"),  # never a longer code: ß has no capital of one letter
        ("ﬁ12", "FI12"),
        ("ıi1", "II1"),
        ("İ12", "I12"),
        ("ŉ12", "N12"),
        ("٣٤5", "345"),
        ("A\u0301\u034f1\ufe0f", "A1"),
        ("Ø1ø", "010"),
        ("1️⃣2", "12"),
        ("\x00A\x001", "A1"),
        ("", ""),
        ("SN:", ""),
    ],
)
def test_odd_unicode(text, normal):
    assert normalize(text) == normal


@pytest.mark.parametrize("text", ["Straße12", "ŉ12", "23é21", "序57", "Ж1"])
def test_what_is_dropped_from_a_code_is_told(text):
    assert read_text(text).foreign
    assert read_text(text).code == ""


@pytest.mark.parametrize("text", ["🅰CCJ12", "🇦CCJ12", "A\ue000C12", "A\u0378C12"])
def test_letters_among_the_symbols_are_foreign(text):
    assert read_text(text).foreign


# Skeletons, transpositions, folding ---------------------------------------------------------------


def test_skeleton_takes_the_first_of_each_group():
    assert skeleton("0OQD1IL2Z5S8B6GUVA") == "000011122558866UUA"


def test_transpositions_are_each_unequal_pair_once():
    assert list(transpositions("AAB1")) == ["ABA1", "AA1B"]
    assert (
        list(transpositions("AAA")) == list(transpositions("A")) == list(transpositions("")) == []
    )


@pytest.mark.parametrize(
    ("code", "unused", "folded"),
    [
        ("OI1O", "OI", "0110"),
        ("OI1O", "", "OI1O"),
        ("DQLSZBG", "OI", "DQLSZBG"),
        ("DQLSZBG", "DQLSZBG", "0015286"),
        ("UV", "UV", "UV"),  # resembles no digit
        ("A1", "A1", "A1"),
    ],
)
def test_fold(code, unused, folded):
    assert fold(code, unused) == folded


# Properties: text ---------------------------------------------------------------------------------

# How long things take is for test_bounds.py, not for a busy machine.
UNHURRIED = settings(deadline=None)

any_text = st.text(max_size=60)
label_like = st.lists(
    st.one_of(
        st.sampled_from([*LABELS, CODE, "A3102", "Made in China", "?", "é", "Ж", "1640", "\u0301"]),
        st.sampled_from([" ", ":", "-", "\n", "|", ".", "/", "_", "\u00a0"]),
        st.text(CHARACTERS, max_size=5),
    ),
    max_size=16,
).map("".join)


@UNHURRIED
@given(any_text | label_like)
@example("i\u0307SN ")
def test_normalize_is_idempotent_and_clean(text):
    normal = normalize(text)
    assert set(normal) <= set(CHARACTERS)
    assert normalize(normal) == normal


# Properties: transpositions and folding -----------------------------------------------------------

few_signs = st.text("01OIQ2ZA", min_size=1, max_size=8)


@UNHURRIED
@given(st.text(CHARACTERS, max_size=16) | few_signs)
def test_transpositions_are_adjacent_swaps(code):
    found = list(transpositions(code))
    assert len(set(found)) == len(found)
    for other in found:
        wrong = [place for place in range(len(code)) if other[place] != code[place]]
        assert len(wrong) == 2 and wrong[1] == wrong[0] + 1
        assert other[wrong[0]] == code[wrong[1]] and other[wrong[1]] == code[wrong[0]]
        assert skeleton(other) in {skeleton(code), *transpositions(skeleton(code))}
    assert set(transpositions(skeleton(code))) <= {skeleton(other) for other in found}


@UNHURRIED
@given(st.text(CHARACTERS, max_size=20), st.text(LETTERS, max_size=8))
def test_fold_keeps_skeleton_and_length(code, unused):
    folded = fold(code, unused)
    assert skeleton(folded) == skeleton(code)
    assert len(folded) == len(code)
    assert fold(folded, unused) == folded
    assert skeleton(skeleton(code)) == skeleton(code)
