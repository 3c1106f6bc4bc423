"""Searches over confusable characters end in time, whatever the rule."""

import time
from contextlib import suppress
from itertools import islice

import pytest

from recalls.codes import (
    MAX_CODE_LENGTH,
    RuleError,
    parse_rule,
    parse_shape,
)
from recalls.codes.notation import MAX_LINE

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
