"""Rule notation as notices write it: open ranges, and words that are no codes."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from recalls import codes
from recalls.codes import RuleError, parse_rule
from tests.support.refusals import refusal

UNHURRIED = settings(deadline=None)


# Open ranges ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "tidy"),
    [
        ("Less than 23J 9999999 999", "before 23J9999999999"),  # CPSC 26-488, Petzl
        ("lower than A200", "before A200"),
        ("earlier than 2306", "before 2306"),
        ("older than 2306", "before 2306"),
        ("smaller than A200", "before A200"),
        ("greater than 1234", "after 1234"),
        ("Higher  Than R251700", "after R251700"),
        ("later than 2306", "after 2306"),
        ("newer than 2306", "after 2306"),
        ("more than 2306", "after 2306"),
        ("less than or equal to A200", "up to A200"),
        ("equal to or less than A200", "up to A200"),
        ("greater than or equal to A200", "from A200"),
        ("from A200", "from A200"),
        ("up to A200", "up to A200"),
        ("after A200", "after A200"),
        ("before A200", "before A200"),
    ],
)
def test_open_ranges_in_the_words_of_notices(text, tidy):
    rule = parse_rule(text)
    assert rule.text == tidy
    assert parse_rule(tidy) == rule


def test_less_than_leaves_its_end_out_and_up_to_does_not():
    assert not parse_rule("less than A200").matches("A200")
    assert parse_rule("less than A200").matches("A199")
    assert parse_rule("less than or equal to A200").matches("A200")
    assert not parse_rule("greater than A200").matches("A200")
    assert parse_rule("greater than or equal to A200").matches("A200")


@pytest.mark.parametrize("text", ["less than", "greater than ", "less than A1 to A5", "than A200"])
def test_open_ranges_without_an_end_or_with_two(text):
    refusal(text)


# Words ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "begins BZ10",
        "prefix BZ10",
        "starts BZ10",
        "ends 17",
        "suffix 17",
        "week 2313",
        "Woche 2313",
        "semaine 2313",
        "KW 2313",
        "date 2313",
        "only 2313",
        "2313 only",
        "UPC 816153011219",
        "EAN 4571411204692",
        "week-2313",
        "UPC-816153011219",
        "less 23J9999999999",
        "fewer than 23J 9999999 999",
        "not before A200",
        "no later than A200",
        "May 2023",
        "from May 2023",
        "May 2023 to July 2024",
        "before week 2313",
        "type A316 2313",
        "57V########### and 35S*",
        "A100 or lower",
        "lesser than A200",
    ],
)
def test_a_word_is_never_taken_for_a_code(text):
    refusal(text)


@pytest.mark.parametrize("text", ["begins BZ10", "week 2313", "UPC 816153011219", "Woche 2313"])
def test_the_word_that_is_refused_is_named(text):
    assert f"“{text.split()[0].upper()}”" in refusal(text)


# Words of notices, of people who write lists, and of other languages.
WORDS = [
    *("less", "greater", "fewer", "older", "newer", "first", "last", "since", "until", "between"),
    *("week", "month", "date", "made", "serial", "model", "lot", "batch", "type", "unit", "units"),
    *("begins", "ends", "prefix", "suffix", "upc", "gtin", "only", "and", "with", "without"),
    *("série", "semaine", "charge", "fecha", "fabricación", "lote", "número", "modelo"),
    *("woche", "monat", "ab", "bis", "kw", "größer", "kleiner", "als"),
]


@UNHURRIED
@given(
    st.sampled_from(WORDS) | st.text(codes.LETTERS, min_size=8, max_size=12),
    st.sampled_from(["2313", "BZ10", "57V####", "A100 to A200", "23J 9999999 999"]),
    st.booleans(),
)
def test_no_word_beside_a_code_becomes_part_of_it(word, code, is_first):
    assume(word.lower() not in ("from", "after", "before"))
    refusal(f"{word} {code}" if is_first else f"{code} {word}")


PIECES = [
    *("date ", "made date ", "DD/MM/YYYY", "YYWW", "YDDD", "YYYY", "Y", "01/05/2023", "2313"),
    *("from ", "to ", "up to ", "less than ", "or equal to ", "{", "}", "{2}", "{0,3}", "{1,2}"),
    *(",", "#", "?", "@", "*", "[AB]", "A", "1", "KK", "week ", "- ", " ", "\t", "\n", "é", "½"),
    *("ACCJ ", "16400841", "9999", "31/12/2099", "4213 to 3001", "/", ".", "12/2018"),
]


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=7).map("".join))
def test_any_line_is_a_rule_whose_text_is_the_same_rule_or_is_refused(text):
    try:
        rule = parse_rule(text)
    except RuleError as error:
        assert str(error)[-1] in ".]"
    else:
        assert parse_rule(rule.text) == rule
        assert parse_rule(rule.text).text == rule.text


@pytest.mark.parametrize(
    "text", ["2313 2316", "606616 607056", "1 2", "A1 A2", "XSCT334 5X1017", "2313 2316 2318"]
)
def test_two_columns_are_no_code(text):
    assert "more than one" in refusal(text)


@pytest.mark.parametrize(
    ("text", "tidy"),
    [
        ("D4 1910", "D41910"),  # DeWalt
        ("FFP 49 1203 0001", "FFP4912030001"),  # Frigidaire
        ("17L 0000000 000", "17L0000000000"),  # Petzl
        ("ACCJ RU1D 1640 0841", "ACCJRU1D16400841"),  # a label of Anker
        ("THSP-TONE-010000", "THSPTONE010000"),  # Tethrd
        ("WY200-230328####", "WY200230328####"),  # Wybot
    ],
)
def test_codes_in_groups_stay_codes(text, tidy):
    assert parse_rule(text).text == tidy
