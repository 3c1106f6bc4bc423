"""Braces in a rule say how often a character stands."""

from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from recalls import codes
from recalls.codes import RuleError, parse_rule, parse_shape
from tests.support.refusals import refusal

UNHURRIED = settings(deadline=None)


@pytest.mark.parametrize(
    ("text", "tidy", "lengths"),
    [
        ("T?{9,14}", "T?{9,14}", set(range(10, 16))),
        ("t ? { 9, 14 }", "T?{9,14}", set(range(10, 16))),
        ("?{16}", "?" * 16, {16}),
        ("57V#{11}", "57V###########", {14}),
        ("A0{2,3}1", "A0{2,3}1", {4, 5}),
        ("[HJK]{2}1", "[HJK][HJK]1", {3}),
        ("#{0,2}A", "#{0,2}A", {1, 2, 3}),
        ("#{1,2}@{1,2}", "#{1,2}@{1,2}", {2, 3, 4}),
        ("57V?{2,3}*", "57V?{2,3}*", None),
    ],
)
def test_braces_say_how_often(text, tidy, lengths):
    rule = parse_rule(text)
    assert rule.text == tidy
    assert rule.lengths == lengths
    assert parse_rule(tidy) == rule
    assert parse_shape(text) == rule


@pytest.mark.parametrize(
    "text",
    [
        "?{}",
        "?{,4}",
        "?{4,}",
        "?{5,4}",
        "?{0}",
        "{4}A1",
        "A1{2",
        "A1}2",
        "*{3}1",
        "?{3}{4}",
        "?{41}",
        "?{1,2,3}",
        "?{A}",
        "#{1,9}@{1,9}",
        "AB{2}",
        "A1{2} to A1{3}",
        "from A1{2}",
        "A1,A2",
    ],
)
def test_braces_that_say_nothing(text):
    refusal(text)


def test_a_mask_with_braces_matches_each_length():
    rule = parse_rule("T?{9,14}")
    assert [n for n in range(20) if rule.matches("T" + "4" * n)] == list(range(9, 15))
    assert rule.count() == sum(36**n for n in range(9, 15))
    assert "T123456780" in set(rule.slips("T12345678"))


braces = st.builds(
    lambda token, low, more: (token, low, low + more),
    st.sampled_from(["0", "A", "#", "@", "?", "[0A]"]),
    st.integers(0, 2),
    st.integers(0, 2),
)
ALLOWED = {"0": "0", "A": "A", "#": codes.DIGITS, "@": codes.LETTERS, "?": codes.CHARACTERS}


@UNHURRIED
@given(st.lists(braces, min_size=1, max_size=3), st.text("0AB1", min_size=1, max_size=6))
def test_braces_agree_with_a_list_of_masks(items, code):
    text = "".join(f"{token}{{{low},{high}}}" for token, low, high in items)
    try:
        rule = parse_rule(text)
    except RuleError:
        assume(False)
    times = product(*[range(low, high + 1) for _, low, high in items])
    expected = any(
        len(code) == sum(each)
        and all(
            character in ALLOWED.get(token, "0A")
            for character, token in zip(
                code,
                (token for (token, _, _), n in zip(items, each, strict=True) for _ in range(n)),
                strict=True,
            )
        )
        for each in times
    )
    assert rule.matches(code) is expected
    assert parse_rule(rule.text) == rule


@pytest.mark.parametrize("text", ["16", "7", "2322", "13 ", "4571411204692"])
def test_a_number_is_no_shape(text):
    sentence = refusal(text, parse_shape)
    assert "how many characters of which kind" in sentence
    assert "?{" in sentence
