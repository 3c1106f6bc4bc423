"""Codes drawn at random from rules and shapes."""

import random

import pytest

from recalls import codes
from recalls.codes.sampling import draw


@pytest.mark.parametrize(
    ("text", "shapes"),
    [
        ("KK23289034", []),
        ("ACCJRU1D16400841 to ACCJRU1D16400960", []),
        ("A98Z to B03C", []),
        ("57V###########", []),
        ("57V*", ["57V####", "57V###########"]),
        ("*17", ["?{8}"]),
        ("*G*", ["@@@@@@"]),
        ("*1*2*", ["######"]),
        ("??[HJK]*", ["?{12}"]),
        ("T?{9,14}", []),
        ("date DD/MM/YYYY 01/05/2023 to 31/07/2024", []),
        ("date YYYYMMDD 20230605 to 20240731", ["20######"]),
        ("A100 to A219", ["@###"]),
    ],
)
def test_drawn_codes_match_and_fit(text, shapes):
    rule, within = codes.parse_rule(text), [codes.parse_shape(shape) for shape in shapes]
    drawn = draw(rule, random.Random(1), 40, within=within)
    assert drawn
    assert all(rule.matches(code) for code in drawn)
    assert all(not within or any(shape.matches(code) for shape in within) for code in drawn)


def test_the_whole_range_is_drawn_from():
    rule = codes.parse_rule("A98 to B03")
    assert set(draw(rule, random.Random(1), 200)) == {"A98", "A99", "B00", "B01", "B02", "B03"}


def test_every_length_is_drawn_from():
    shape = codes.parse_shape("T?{3,5}")
    assert {len(code) for code in draw(shape, random.Random(1), 60)} == {4, 5, 6}


def test_the_same_seed_draws_the_same_codes():
    shape = codes.parse_shape("57V###########")
    first, again, other = (draw(shape, random.Random(seed), 5) for seed in (1, 1, 2))
    assert first == again != other


def test_letters_that_a_maker_never_uses_are_left_out():
    shape = codes.parse_shape("@@@@")
    drawn = draw(shape, random.Random(1), 50, without="OI")
    assert len(drawn) == 50
    assert not set("".join(drawn)) & set("OI")


def test_rare_codes_are_those_that_are_known():
    # Not one in a thousand codes drawn from the range fits.
    rule, shape = codes.parse_rule("A000000 to A999999"), codes.parse_shape("A00000#")
    drawn = draw(rule, random.Random(1), 3, within=[shape])
    assert drawn
    assert all(map(shape.matches, drawn))


@pytest.mark.parametrize(("text", "shapes"), [("57V*", []), ("57V*", ["57W###"])])
def test_nothing_is_drawn_where_no_length_is_stated_or_nothing_fits(text, shapes):
    within = [codes.parse_shape(shape) for shape in shapes]
    assert draw(codes.parse_rule(text), random.Random(1), 5, within=within) == []
