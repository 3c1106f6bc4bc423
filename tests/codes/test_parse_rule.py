"""A rule as staff write it: the words it is read from, what it covers, and what is refused."""

import json
from pathlib import Path

import pytest

from recalls.codes import (
    DIGITS,
    LETTERS,
    RuleError,
    find_misfit,
    normalize,
    parse_rule,
    parse_shape,
)
from tests.support.refusals import assert_refused

HERE = Path(__file__).parent
IDENTIFICATION = json.loads((HERE / "identification_cases.json").read_text())
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
        ("ACCJRU1D16400841-960", "“to”"),
        ("ACCJRU1D16400841/960", "“to”"),
        ("A100-150", "“to”"),
        ("2322-24", "“to”"),
        ("100 do 200", "“to”"),
        ("100 t/m 200", "“to”"),
        ("A100\u200bto\u200bA200", "“to”"),
        ("W12/2022 to W20/2023", "date @WW/YYYY 12/2022 to 20/2023"),
        ("W122022 to W202023", "date @WW/YYYY 122022 to 202023"),
        ("12/22 to 20/23", "date WW/YY 12/22 to 20/23"),
        ("12/2022 - 20/2023", "date WW/YYYY 12/2022 to 20/2023"),
        ("V/2023 to X/2023", "Roman"),
        ("I.2023 – VI.2023", "Roman"),
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


def test_three_x_within_the_ends_of_a_range_are_pointed_out():
    assert "XXX" in parse_rule("AXXX1 to AXXX9").warning


def test_ends_of_other_kinds_leave_the_kinds_behind_their_first_difference_open():
    rule = parse_rule("001A to 0FFF")
    assert all(map(rule.matches, ("001A", "0020", "0100", "0A0B", "0FFF")))
    assert not any(map(rule.matches, ("0019", "0FG0", "1000")))


STAND_INS = [
    *("57VXXXX", "xxx12", "WY100M230117NNNN", "57V19nnnnnnnnn", "YYWW1234", "SN2-YYWWxxxx"),
    *("24003XX", "24003 xx", "24003-xx", "xx-23-1", "XX-23-1234", "24003x", "24003nn", "1x"),
    *("24003XX to 24006XX", "24WW", "2024MM##", "24DDD", "YDDD1"),
    *("KK2328XXXX to KK2329XXXX", "from KK2328NNN", "A1xx", "57V19x", "xx17", "AXX1x"),
]


def test_letters_that_may_stand_for_others_are_refused():
    """As characters of a code they would match no unit at all."""
    for text in STAND_INS:
        assert_refused(text, "stand for")
    for text, code in (
        ("57VX{4}", "57VXXXX"),
        ("Y{1}YWW12", "YYWW12"),
        ("57VX{2}", "57VXX"),
        ("##XX", "12XX"),
        ("XX{2}N{3}1", "XXXNNN1"),
    ):
        rule = parse_rule(text)
        assert rule.matches(code)
        assert parse_rule(rule.text) == rule


AMBIGUOUS = [
    *("A100to A105", "A100 toA105", "FromA100", "after1234", "A1*-B1*", "A1*/B1*"),
    *("A1####-A1####", "AB12-AB13-AB14", "2313/4", "A100 / A2", "ACCJRU1D16400841 / 42 / 43"),
    *("57V19---------", "57V19- -", "-17", "A100-", "/17", ".17", "57V19–", "A1//2"),
    *("A1{0-9}17", "A1{4", "A1[01-12]17", "A1[10-12]", "ACCJRU1D[16400841-16400960]"),
    *("A100[1]", "ACCJRU1D16400841 [2]", "ACCJRU1D16400841¹", "A1①", "A1½", "A1² to A9²", "57V*³"),
    *("ACCJRU1D16400841 x 120", "ACCJRU1D16400841 x120", "120 x ACCJRU1D16400841"),
    *("ACCJRU1D16400841 120", "1. ACCJRU1D16400841", "SN#A100", "Lot#A100", "S/N #A100"),
    *("ACCJRU1D16400841 120 to ACCJRU1D16400960", "Lot 1001 to LOT1020"),
    *("1OO to 200", "1S0 to 200", "ACCJI6400841 to ACCJ16400960", "100O to 2000"),
    *("JAN23 to MAR24", "23JAN to 24MAR", "23/JAN to 24/MAR", "01FEB2023 to 31AUG2023"),
    *("0123 to 0324", "A0123 to A0324", "0123A to 0324A", "4022 to 4123", "W1022 - W4523"),
    *("10C23 to 20E23", "ZX160001-ZX160020-R", "ZX1600 u.a.", "z.B. ZX1600"),
    *("A24 to C25", "12L24 to 31A25", "2Q24 to 3Q25", "Q22024 to Q32025"),
    *("2024.9 to 2025.2", "24.9 - 25.2", "2024/9/1 to 2025/2/28", "2024-9-1 to 2025-2-28"),
    *("№WM10023", "P/N WM10023", "D/C 2313", "DC 2313", "Ch.-B. 2313", "L WM10023", "PO WM10023"),
    *("WM/WN10023", "WM10023A/B/C", "WM10023A-C", "2301 A-C", "WM123456 WM57", "2301/2302/2303"),
    *("WM-XX-01", "WM-yy-01", "WM-YY-###", "5-9", "2301-2302-2303"),
    *("0525-0126", "BZ10-BZ02", "12345-6", "A1001-9", "10001.10002"),
    *("A1001 [12]", "A1001[A]", "A1001 [A]", "[A1001]", "#A1001", "# A1001", "? A1001"),
    *("1 A1001", "i. A1001", "A1001 100", "A1001 2024", "A1001 110V", "A1001 EU", "A1001 BLK"),
    *("Nr. 100", "ex. A100", "ex A100", "A105 ff.", "A105 ff", "A105 etc."),
]


def test_what_may_mean_something_else_is_refused():
    for text in AMBIGUOUS:
        assert_refused(text)


PLAIN = {
    "0122 to 0622": "0122 to 0622",
    "2322 to 2426": "2322 to 2426",
    "0123 to 0199": "0123 to 0199",
    "A2322 to A2426": "A2322 to A2426",
    "19Z to 1A0": "19Z to 1A0",
    "OI9 to OI12": "OI9 to OI12",
    "1O5 to 1ZZ": "1O5 to 1ZZ",
    "MAR1 to MAR9": "MAR1 to MAR9",
    "A100.": "A100",
    "KK 2328 9034": "KK23289034",
    "A1[HJ]": "A1[HJ]",
    "[B-LN-Z]12": "[BCDEFGHIJKLNOPQRSTUVWXYZ]12",
    "SN#{1}A1": "SN#{1}A1",
    "SN###": "SN###",
    "AXX1": "AXX1",
    "ANN1": "ANN1",
    "A-####-##": "A######",
    "A-B-1": "AB1",
    "57V*-17": "57V*17",
    "accjxx17": "ACCJXX17",
    "F{1}ROM1": "F{1}ROM1",
    # The other end tells how long it is, so that 0841 is no number of units.
    "accjru1d-1640 0841 – accjru1d16400960": "ACCJRU1D16400841 to ACCJRU1D16400960",
    "ACCJRU1D16400841 to ACCJRU1D1640-0960": "ACCJRU1D16400841 to ACCJRU1D16400960",
}


def test_what_means_one_thing_is_taken():
    for text, tidy in PLAIN.items():
        rule = parse_rule(text)
        assert rule.text == tidy, text
        assert parse_rule(tidy) == rule


@pytest.mark.parametrize("text", ["57VXX1", "57V###", "X1X2X3"])
def test_fewer_x_are_not(text):
    assert parse_rule(text).warning == ""


def as_numbers(low, high):
    """Return how many codes of the two ends' lengths, zeros in front too, lie between them."""
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
