"""codes.py alone: what people type, what notices write, and the searches over look-alikes."""

import json
import time
from contextlib import suppress
from itertools import islice, product
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from recalls.codes import (
    CHARACTERS,
    CONFUSABLES,
    DIGITS,
    LETTERS,
    MAX_CODE_LENGTH,
    RuleError,
    beside,
    find_misfit,
    fold,
    normalize,
    parse_rule,
    parse_shape,
    read_text,
    skeleton,
    transpositions,
)
from recalls.codes.notation import MAX_LINE

HERE = Path(__file__).parent
IDENTIFICATION = json.loads((HERE / "identification_cases.json").read_text())
TYPED = json.loads((HERE / "typed_codes.json").read_text())
CODE = "ACCJRU1D16400841"


# Real rules ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", IDENTIFICATION["cases"], ids=lambda case: case["id"])
def test_identification_cases(case):
    rules = [(parse_rule(rule["text"]), rule["effect"]) for rule in case["rules"]]
    for typed, expected in case["expect"]:
        effects = {effect for rule, effect in rules if rule.matches(normalize(typed))}
        if not effects or "not_recalled" in effects:
            effect = "none"
        else:
            effect = "recalled" if "recalled" in effects else "inspect"
        assert effect == expected, typed
    for rule, _ in rules:
        assert parse_rule(rule.text) == rule


@pytest.mark.parametrize("refused", IDENTIFICATION["refused"], ids=lambda case: case["id"])
def test_refused_cases_say_why(refused):
    assert_refused(refused["text"])


def assert_refused(text, words=""):
    with pytest.raises(RuleError) as refusal:
        parse_rule(text)
    sentence = str(refusal.value)
    assert words in sentence
    assert sentence[0].isupper() or sentence[0] in "“["
    assert sentence[-1] in ".]"


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


# Rules --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "tidy"),
    [
        ("accj ru1d-1640/0841.", CODE),
        ("A100 - A200", "A100 to A200"),
        ("A100 – A200", "A100 to A200"),
        ("A100 — A200", "A100 to A200"),
        ("A100 through A200", "A100 to A200"),
        ("from A100 to A200", "A100 to A200"),
        ("From  2306", "from 2306"),
        ("UP  TO 2306", "up to 2306"),
        ("after 23-06", "after 2306"),
        ("before 2306", "before 2306"),
        ("57V***1", "57V*1"),
        ("[0-9][A-Z][B][ACB]", "#@B[ABC]"),
        ("??[H K J]*", "??[HJK]*"),
        ("АВС１２", "ABC12"),  # Cyrillic letters, full-width digits
        ("9 to 10", "9 to 10"),
        ("1640-0841-2222", "164008412222"),
        ("0-7425", "07425"),
        ("S/M*", "SM*"),
        ("SN123", "SN123"),
        ("SN####", "SN####"),
    ],
)
def test_tidy_text(text, tidy):
    rule = parse_rule(text)
    assert rule.text == str(rule) == tidy
    assert parse_rule(rule.text) == rule


@pytest.mark.parametrize(
    "text",
    [
        "ABC",
        "all units",
        "All units with code 1234",
        "57V followed by 11 digits",
        "Serial numbers beginning with 57V",
        "codes 2322 and 2426",
        "between A100 and A200",
        "A100 and up",
        "A100 up",
        "A100 onwards",
        "from A100 on",
        "desde A100",
        "recalled 1234",
        "1234 produced in 2023",
        "No 12345",
        "lot 1234",
        "XXXX",
        "to",
        "from",
        "up to",
    ],
)
def test_prose_is_refused(text):
    assert_refused(text)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("2322-2426", "“to”"),
        ("2322 -2426", "“to”"),
        ("2322- 2426", "“to”"),
        ("2322\u20102426", "“to”"),
        ("2322\u20112426", "“to”"),
        ("2322/2426", "“to”"),
        ("2322..2426", "“to”"),
        ("2322…2426", "“to”"),
        ("2322 a 2426", "“to”"),
        ("12 a 15", "“to”"),
        ("A09-A0C", "“to”"),
        ("A999-A1000", "“to”"),
        ("17L 0000000 000-20F 9999999 999", "“to”"),
        ("SR-HX13-01001-SR-HX13-01488", "“to”"),
        ("2322–2426", "space on both sides"),
        ("2322— 2426", "space on both sides"),
        ("A100 à A200", "more than one"),
        ("A100 > A200", "more than one"),
        ("from A1 up to A200", "sentence"),
        ("A100 to A200 to A300", "more than two ends"),
        ("up to A100 to A200", "more than two ends"),
        ("A100 to", "missing"),
    ],
)
def test_a_range_is_never_read_as_one_code(text, advice):
    assert_refused(text, advice)


@pytest.mark.parametrize(
    "text",
    [
        "KK23289034 KK23289035",
        "KK23289034/KK23289035",
        "KK23289034, KK23289035",
        "A100 A200",
        "A100/A200",
        "A200/A100",
        "A100\tA200",
        "A100\nA200",
        "1640\u20280841",
        "57V#### 58V####",
        "57V* 58V*",
    ],
)
def test_two_codes_on_a_line(text):
    assert_refused(text, "more than one")


@pytest.mark.parametrize(
    "text",
    ["SN 12345", "SN: 12345", "SN-12345", "S/N12345", "S.N. 12345", "Serial No 12345", "No. 12345"],
)
def test_label_in_a_rule(text):
    assert_refused(text, "label")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("AB12\x00", "U+0000"),
        ("ABé12", "“É”"),
        ("A[1", "not closed"),
        ("A]1", "not opened"),
        ("A[]1", "empty"),
        ("A[Z-B]1", "backwards"),
        ("A[9-B]1", "backwards"),
        ("1" * 41, "41"),
        ("1" * 41 + " to " + "2" * 41, "41"),
        ("1" * 401, "too long"),
        ("A999 to A998", "backwards"),
        ("1000 to 999", "backwards"),
        ("9 to 05", "backwards"),
        ("A10 to B100", "do not fit"),
        ("A1B to A1B2", "do not fit"),
        ("after 999", "No code comes after"),
        ("before A00", "No code comes before"),
        ("*1 to *2", "“*”"),
    ],
)
def test_what_is_wrong_is_named(text, words):
    assert_refused(text, words)


def test_shapes_are_masks():
    assert parse_shape("57V###########").text == "57V###########"
    for text in ("A100 to A200", "from A100"):
        with pytest.raises(RuleError, match="mask"):
            parse_shape(text)


@pytest.mark.parametrize("text", ["57VXXXX", "xxx12", "AXXX1 to AXXX9"])
def test_three_x_are_pointed_out(text):
    assert "XXX" in parse_rule(text).warning


@pytest.mark.parametrize("text", ["57VXX", "57V###", "X1X2X3"])
def test_fewer_x_are_not(text):
    assert parse_rule(text).warning == ""


def as_numbers(low, high):
    """How many codes of the two ends' lengths, zeros in front included, lie between the two."""
    lengths = range(len(str(low)), len(str(high)) + 1)
    return sum(min(high, 10**length - 1) - low + 1 for length in lengths)


@pytest.mark.parametrize(
    ("text", "within", "count"),
    [
        ("ACCJRU1D16400841 to ACCJRU1D16400960", [], 120),
        ("ACCJRU1D10309381 to ACCJRU1D10309580", [], 200),
        ("ACCJRU1D16400841 to ACCJRU1D16400960", ["ACCJRU??########"], 120),
        ("KK23289034", [], 1),
        ("A09 to A0C", [], 4),
        ("98 to 102", [], as_numbers(98, 102)),
        ("K9 to K1234", [], as_numbers(9, 1234)),
        ("after 997", [], 2),
        ("before 002", [], 2),
        ("57V####", [], 10_000),
        ("57V*", [], None),
        ("57V*", ["57V####"], 10_000),
        ("57V*", ["57V####", "57V###"], 11_000),
        ("57V*", ["*"], None),
        ("57V1", ["58V*"], 0),
        ("*G*", ["??"], 71),
    ],
)
def test_count(text, within, count):
    assert parse_rule(text).count(map(parse_shape, within)) == count


@pytest.mark.parametrize(
    ("text", "fixed", "lead"),
    [
        ("57V###########", 3, "57V"),
        ("*J", 1, ""),
        ("2322 to 2426", 1, "2"),
        ("KK23289034", 10, "KK23289034"),
        ("ACCJRU1D16400841 to ACCJRU1D16400960", 13, "ACCJRU1D16400"),
        ("A98 to A102", 1, "A"),
        ("from ACCJRU1D16400841", 0, ""),
    ],
)
def test_fixed_and_lead(text, fixed, lead):
    rule = parse_rule(text)
    assert (rule.fixed, rule.lead) == (fixed, lead)


@pytest.mark.parametrize(
    ("text", "code", "is_distinctive"),
    [
        ("57V*", "57V12345", True),
        ("57V*", "57V1234", False),
        ("57*", "57V12345", False),
        ("*J", "1234567J", False),
        ("2322 to 2426", "2322", False),
        ("KK23289034", "KK23289034", True),
    ],
)
def test_is_distinctive(text, code, is_distinctive):
    assert parse_rule(text).is_distinctive(code) is is_distinctive


@pytest.mark.parametrize(
    ("text", "shapes", "overlaps"),
    [
        ("A1", [], True),
        ("2322 to 2426", ["####"], True),
        ("2322 to 2426", ["###"], False),
        ("2322 to 2426", ["###", "##2[7-9]"], True),
        ("2322 to 2426", ["25##", "22##"], False),
        ("*J", ["*K"], False),
        ("*J*", ["*K"], True),
        ("1?*2?", ["*21", "2*"], True),
        ("from 9998", ["@###", "999[0-7]"], False),
    ],
)
def test_overlaps(text, shapes, overlaps):
    assert parse_rule(text).overlaps(map(parse_shape, shapes)) is overlaps


@pytest.mark.parametrize(
    ("shape", "code", "place", "characters"),
    [
        ("57V####", "57V12K4", 5, DIGITS),
        ("57V####", "58V1234", 1, "7"),
        ("@#", "12", 0, LETTERS),
    ],
)
def test_find_misfit(shape, code, place, characters):
    assert find_misfit(parse_shape(shape), code) == (place, frozenset(characters))


@pytest.mark.parametrize(("shape", "code"), [("57V#", "57V1"), ("57V#", "57V"), ("57V*", "58V1")])
def test_find_misfit_finds_none(shape, code):
    assert find_misfit(parse_shape(shape), code) is None


@pytest.mark.parametrize(
    ("text", "lengths"),
    [("57V#", {4}), ("57V*", None), ("98 to 1002", {2, 3, 4}), ("up to A1", {2})],
)
def test_lengths(text, lengths):
    assert parse_rule(text).lengths == lengths


# Properties: text ---------------------------------------------------------------------------------

# How long things take is for the bounds at the end of this file, not for a busy machine.
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


# Properties: ranges -------------------------------------------------------------------------------


@st.composite
def ends(draw):
    """Two codes of one length, the lower first, each place of any kind."""
    length = draw(st.integers(1, 8))
    pair = [draw(st.text(CHARACTERS, min_size=length, max_size=length)) for _ in range(2)]
    if draw(st.booleans()):
        pair[1] = "".join(
            draw(st.sampled_from(DIGITS if character in DIGITS else LETTERS))
            for character in pair[0]
        )
    # Ends need a digit, and must not look like a label or a word of prose.
    assume(all(set(end) & set(DIGITS) for end in pair))
    return sorted(pair)


def neighbor(code, low, high, step):
    """The next code up or down within the kinds of character that both ends allow, or None."""
    kinds = [
        DIGITS if {a, b} <= set(DIGITS) else LETTERS if {a, b} <= set(LETTERS) else CHARACTERS
        for a, b in zip(low, high, strict=True)
    ]
    number = 0
    for character, kind in zip(code, kinds, strict=True):
        number = number * len(kind) + kind.index(character)
    number += step
    characters = []
    for kind in reversed(kinds):
        number, rest = divmod(number, len(kind))
        characters.append(kind[rest])
    return None if number else "".join(reversed(characters))


@UNHURRIED
@given(ends())
def test_range_holds_its_ends_and_nothing_outside(pair):
    low, high = pair
    rule = parse_rule(f"{low} to {high}")
    assert rule.matches(low) and rule.matches(high)
    below, above = neighbor(low, low, high, -1), neighbor(high, low, high, 1)
    assert below is None or not rule.matches(below)
    assert above is None or not rule.matches(above)
    inner = neighbor(low, low, high, 1)
    assert low == high or rule.matches(inner)
    assert not rule.matches(low + "0") and not rule.matches(low[:-1])
    assert parse_rule(rule.text) == rule
    assert rule.nearly_matches(skeleton(low)) and rule.nearly_matches(skeleton(high))


@UNHURRIED
@given(
    st.sampled_from(["", "A", "KK", "SN"]),
    st.integers(0, 10**6),
    st.integers(0, 10**6),
    st.integers(0, 10**6),
)
def test_range_of_unequal_lengths_compares_numbers(letters, one, two, number):
    low, high = sorted((one, two))
    if len(str(low)) == len(str(high)):
        high += 10**6 * 9
    rule = parse_rule(f"{letters}{low} to {letters}{high}")
    assert rule.lengths == {
        len(letters) + digits for digits in range(len(str(low)), len(str(high)) + 1)
    }
    for value in (low - 1, low, low + 1, number, high - 1, high, high + 1):
        if value >= 0:
            for digits in range(len(str(value)), 9):
                fits = low <= value <= high and len(str(low)) <= digits <= len(str(high))
                assert rule.matches(f"{letters}{value:0{digits}}") is fits
    assert parse_rule(rule.text) == rule


@UNHURRIED
@given(st.text(CHARACTERS, min_size=1, max_size=8))
def test_open_ranges(code):
    assume(set(code) & set(DIGITS))
    up, down = neighbor(code, code, code, 1), neighbor(code, code, code, -1)
    from_, up_to = parse_rule(f"from {code}"), parse_rule(f"up to {code}")
    assert from_.matches(code) and up_to.matches(code)
    if up is None:
        assert_refused(f"after {code}", "No code comes after")
    else:
        after = parse_rule(f"after {code}")
        assert after.matches(up) and not after.matches(code)
        assert from_.matches(up) and not up_to.matches(up)
        assert parse_rule(after.text) == after
    if down is None:
        assert_refused(f"before {code}", "No code comes before")
    else:
        before = parse_rule(f"before {code}")
        assert before.matches(down) and not before.matches(code)
        assert up_to.matches(down) and not from_.matches(down)
        assert parse_rule(before.text) == before
    everything = 1
    for character in code:
        everything *= 10 if character in DIGITS else 26
    assert from_.count() + up_to.count() == everything + 1


# Properties: notation -----------------------------------------------------------------------------

notation = st.lists(
    st.one_of(
        st.sampled_from(list("A1BZ09*?#@[]-XSNО１٣\x00 ./–—‐,;é½²Ⅷ")),
        st.sampled_from(
            [" to ", " through ", "from ", "up to ", "after ", "before ", " - ", " – "]
        ),
        st.sampled_from(["[HJK]", "[B-L]", "[0-9]", "SN ", "S/N", "A100", "A200", "2322", "\n"]),
        st.text(CHARACTERS, max_size=6),
    ),
    max_size=12,
).map("".join)


@settings(max_examples=500, deadline=None)
@given(any_text | notation)
@example("- to A1")
@example("from A100 -")
@example("[A]BC")
@example("/ to 5")
def test_parse_rule_raises_nothing_but_rule_errors(text):
    try:
        rule = parse_rule(text)
    except RuleError as error:
        assert str(error)
        return
    assert parse_rule(rule.text) == rule
    assert rule.overlaps([])
    assert rule.fixed >= len(rule.lead)
    assert rule.count() is None or rule.count() > 0


# Samples ------------------------------------------------------------------------------------------

SIXTEEN = ["?" * 16]
SAMPLES = [
    # rule, shapes, first middle last, just outside
    (
        "ACCJRU1D16400841 to ACCJRU1D16400960",
        SIXTEEN,
        "ACCJRU1D16400841 ACCJRU1D16400901 ACCJRU1D16400960",
        "ACCJRU1D16400840 ACCJRU1D16400961",
    ),
    ("2322 to 2426", ["####"], "2322 2374 2426", "2321 2427"),
    ("A9 to A12", [], "A9 A10 A12", "A8 A13"),
    ("KK23289034", [], "KK23289034", "KK23289033 KK23289035"),
    ("A1 to A2", [], "A1 A2", "A0 A3"),
    ("from A100", [], "A100 N050 Z999", "A099 A000"),
    # What comes before and after the ends matches too, or there is none; a character transposed
    # does not.
    ("up to A100", [], "A000 A050 A100", "A101 B000"),
    ("WY1M##", [], "WY1M00 WY1M50 WY1M99", "WY1L99 WY1N00"),
    # All that the shape allows is in the rule.
    ("57V*", ["57V####"], "57V0000 57V5000 57V9999", ""),
    ("57V1*", ["57V####"], "57V1000 57V1500 57V1999", "57V0999 57V2000"),
    ("57V*", ["57?####"], "57V0000 57V5000 57V9999", "57U9999 57W0000"),
    ("#A#", [], "0A0 5A0 9A9", "0B0 9B0"),
    # Of an open length, the shortest that tells.
    ("57V*", [], "57V00000 57VI0000 57VZZZZZ", "57U99999 57WAAAAA"),
    ("*J", ["?" * 9], "00000000J I0000000J ZZZZZZZZJ", "00000000I ZZZZZZZZK"),
    ("*", [], "00000000 I0000000 ZZZZZZZZ", ""),
    ("A100", ["####"], "", ""),
]


@pytest.mark.parametrize(("text", "shapes", "inside", "outside"), SAMPLES)
def test_samples_of_a_rule(text, shapes, inside, outside):
    rule, within = parse_rule(text), list(map(parse_shape, shapes))
    assert rule.samples(within) == tuple(inside.split())
    assert set(rule.outside(within)) == set(outside.split())


def test_samples_leave_out_letters_that_the_maker_never_uses():
    rule, within = parse_rule("A??"), [parse_shape("?A?"), parse_shape("A??")]
    assert rule.samples(within, "OI")[1] == "AH0"
    assert not set("OI") & set("".join(rule.samples(within, "OI") + rule.outside(within, "OI")))
    assert parse_rule("AN1").outside([], "O") == ("AN0", "AN2")
    assert "AO1" not in parse_rule("AN[0-9]").outside([], "O")


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        ("A199", "A198", "A200"),
        ("A000", "", "A001"),
        ("B000", "A999", "B001"),
        ("Z999", "Z998", ""),
        ("AZ", "AY", "BA"),
        ("0", "", "1"),
        ("9", "8", ""),
    ],
)
def test_codes_beside(code, before, after):
    assert (beside(code, back=True), beside(code)) == (before, after)


# Properties: searches, against brute force --------------------------------------------------------

# All of three look-alike groups, one of them without a digit, and a character that resembles none.
SMALL = "01OQDIUVA"
small_token = st.one_of(
    st.sampled_from([*SMALL, *"*?#@", "[0OU]", "[1A]", "[DQV]"]), st.sampled_from("*?")
)
small_mask = st.lists(small_token, min_size=1, max_size=6).map("".join)
small_code = st.text(SMALL, min_size=1, max_size=4)


@st.composite
def small_rules(draw):
    text = draw(
        st.one_of(
            small_mask,
            st.tuples(small_code, small_code).map(sorted).map(" to ".join),
            st.tuples(st.sampled_from(["from", "up to", "after", "before"]), small_code).map(
                " ".join
            ),
            st.tuples(st.integers(0, 12), st.integers(98, 1010)).map(lambda x: f"{x[0]} to {x[1]}"),
        )
    )
    try:
        return parse_rule(text)
    except RuleError:
        assume(False)


def alike(code_skeleton):
    groups = {group[0]: sorted(group) for group in CONFUSABLES}
    return map("".join, product(*(groups.get(character, character) for character in code_skeleton)))


@settings(max_examples=300, deadline=None)
@given(
    st.text(SMALL, max_size=4).map(skeleton) | st.text("01", min_size=4, max_size=5),
    small_rules(),
    st.lists(small_rules(), max_size=2),
    st.lists(small_rules(), max_size=3),
)
def test_codes_like_agrees_with_brute_force(code_skeleton, rule, within, without):
    matching = [code for code in alike(code_skeleton) if rule.matches(code)]
    assert rule.nearly_matches(code_skeleton) is bool(matching)
    wanted = [
        code
        for code in matching
        if (not within or any(shape.matches(code) for shape in within))
        and not any(other.matches(code) for other in without)
    ]
    assert list(rule.codes_like(code_skeleton, within, without)) == wanted


@settings(max_examples=300, deadline=None)
@given(small_mask, st.text(SMALL, max_size=7))
def test_masks_match_as_their_tokens_say(text, code):
    try:
        rule = parse_rule(text)
    except RuleError:
        return
    tokens = rule.parts[0].tokens

    def fits(place, token):
        if token == len(tokens):
            return place == len(code)
        if tokens[token] is None:
            return any(fits(later, token + 1) for later in range(place, len(code) + 1))
        return place < len(code) and code[place] in tokens[token] and fits(place + 1, token + 1)

    assert rule.matches(code) is fits(0, 0)
    assert not rule.matches(code + "\n")


PAIRS = ["".join(pair) for pair in product(CHARACTERS, repeat=2)]
UP_TO_TWO = [*CHARACTERS, *PAIRS]


@settings(max_examples=60, deadline=None)
@given(small_rules(), st.lists(st.sampled_from(["?", "??", "#", "@#", "[01]?"]), max_size=2))
def test_count_and_overlaps_agree_with_brute_force(rule, shapes):
    within = [parse_shape(shape) for shape in shapes]
    within = within or [parse_shape("?"), parse_shape("??")]
    matching = [
        code
        for code in UP_TO_TWO
        if rule.matches(code) and any(shape.matches(code) for shape in within)
    ]
    assert rule.count(within) == len(matching)
    assert rule.overlaps(within) is bool(matching)


@UNHURRIED
@given(st.sampled_from(["[01]?#", "[01]?", "[0A][UV][1I]", "#[0-4]#"]), small_rules())
def test_count_within_a_finite_mask(text, rule):
    shape = parse_shape(text)
    everything = ["".join(code) for code in product(*map(sorted, shape.parts[0].tokens))]
    assert shape.count() == len(everything)
    assert rule.count([shape]) == sum(map(rule.matches, everything))


@settings(max_examples=60, deadline=None)
@given(small_rules(), st.lists(st.sampled_from(["?", "??", "#", "@#", "[01]?"]), max_size=2))
def test_samples_agree_with_brute_force(rule, shapes):
    within = [parse_shape(shape) for shape in shapes]
    within = within or [parse_shape("?"), parse_shape("??")]
    fitting = [code for code in UP_TO_TWO if any(shape.matches(code) for shape in within)]
    matching = [code for code in fitting if rule.matches(code)]
    wanted = {matching[0], matching[len(matching) // 2], matching[-1]} if matching else set()
    assert set(rule.samples(within)) == wanted
    outside = rule.outside(within)
    assert set(outside) <= set(fitting) - set(matching)
    assert len(set(outside)) == len(outside) <= 2


@settings(max_examples=200, deadline=None)
@given(small_rules())
def test_samples_match_and_what_is_outside_does_not(rule):
    assert rule.samples()
    assert all(map(rule.matches, rule.samples()))
    assert not any(map(rule.matches, rule.outside()))


# Bounds -------------------------------------------------------------------------------------------

ONES = "1" * MAX_CODE_LENGTH
BOUND = 3.0  # seconds; each of these takes a tenth of that, or minutes where a bound is missing


def in_time(call):
    start = time.process_time()
    result = call()
    assert time.process_time() - start < BOUND
    return result


def first_alike(text, code_skeleton, within=(), without=()):
    found = parse_rule(text).codes_like(
        code_skeleton, [parse_rule(rule) for rule in within], [parse_rule(rule) for rule in without]
    )
    return in_time(lambda: list(islice(found, 44)))


@pytest.mark.parametrize(
    "stars", ["*1" * 8 + "*", "*1" * 19 + "*A", "*1?" * 12 + "*A", "*" + "1*A" * 9]
)
def test_masks_of_many_stars(stars):
    rule = parse_rule(stars)
    assert in_time(lambda: rule.matches(ONES)) is stars.endswith("1*")
    assert in_time(lambda: rule.nearly_matches(ONES)) is stars.endswith("1*")


def test_searches_are_bounded():
    far = "?" * 14
    assert len(first_alike(f"*1{far}", ONES)) == 44
    assert first_alike(f"*1{far}", ONES, [f"*I{far}"]) == []
    assert first_alike(f"*1{far}I*", ONES, [f"*L{far}L*"], [f"*I{far}1"])
    assert first_alike(f"*1{far}", ONES, (), [f"*{character}{far}" for character in "1IL"]) == []
    assert first_alike("*I*1*I*L*I*1*I*L*I*L", ONES)


def test_a_search_too_long_raises_the_alarm():
    far = "?" * 14
    barring = [f"*{character}{far}*" for character in "1IL"]
    assert first_alike("*", ONES, (), barring)
    clauses = [
        "?" * place + characters + "*"
        for place in range(14)
        for characters in ("[01]?I", "O??1", "LI?Q")
    ]
    assert first_alike("*", "01" * 10, ["?" * 20], clauses)


def test_counting_is_bounded():
    assert in_time(lambda: parse_rule("*1????????*").count([parse_shape("?" * 16)])) > 36**15
    assert in_time(lambda: parse_rule(f"*1{'?' * 16}*").count([parse_shape("?" * 40)])) is None
    assert in_time(lambda: parse_rule("*1" + "?" * 18).count([parse_shape("?" * 30)])) == 36**29
    shapes = [parse_shape("*2????*3"), parse_shape("*5????*3")]
    assert in_time(lambda: parse_rule("*1????*2").overlaps(shapes)) is False


def test_samples_are_bounded():
    shapes = [parse_shape("?" * 40)]
    for text in (f"*1{'?' * 16}*", "*1" * 19 + "*A", "*1????????*", "1" * 40, "*"):
        rule = parse_rule(text)
        found = in_time(lambda rule=rule: rule.samples(shapes) + rule.outside(shapes))
        assert all(len(code) == 40 for code in found)


@pytest.mark.parametrize(
    "piece", ["[", "]", "-", "[-", "-]", "[A", "*1", " - ", " TO ", " ", "A ", "A/", "A-"]
)
def test_parsing_is_bounded(piece):
    def parse(text):
        with suppress(RuleError):
            parse_rule(text)

    for text in (piece * (MAX_LINE // len(piece)), "FROM " + piece * 100, "9" + piece * 100 + "]"):
        in_time(lambda text=text: parse(text))
