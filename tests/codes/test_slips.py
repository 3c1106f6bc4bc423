"""Slips of a code, in rules and in an index, against all slips made one by one."""

from functools import partial
from itertools import product
from operator import contains

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recalls import codes
from recalls.codes.index import RuleIndex

FEW = "0OQ1I2AB7"
few = st.text(st.sampled_from(FEW), min_size=1, max_size=7)
any_code = st.text(st.sampled_from(codes.CHARACTERS), min_size=1, max_size=codes.MAX_CODE_LENGTH)


def every_slip(code: str) -> set[str]:
    """As the definition says, with no thought of order or speed."""
    places = range(len(code))
    slips = {code[:i] + c + code[i + 1 :] for i in places for c in codes.CHARACTERS}
    slips |= {code[:i] + c + code[i:] for i in (*places, len(code)) for c in codes.CHARACTERS}
    slips |= {code[:i] + code[i + 1 :] for i in places}
    slips |= {code[:i] + code[i : i + 2][::-1] + code[i + 2 :] for i in places}
    slips |= {code[:i] + code[i : i + 3][::-1] + code[i + 3 :] for i in places}
    twins = [i for i in places if code[i] == code[i + 1 : i + 2]]
    slips |= {code[:i] + c + c + code[i + 2 :] for i in twins for c in codes.CHARACTERS}
    return {slip for slip in slips if 0 < len(slip) <= codes.MAX_CODE_LENGTH} - {code}


@given(st.one_of(few, any_code))
def test_slips_are_all_that_the_definition_says_once_and_in_order(code):
    slips = list(codes.slips_of(code))
    assert slips == sorted(every_slip(code))


@settings(deadline=None)
@given(few, few)
def test_one_slip_is_told_without_writing_out_the_others(code, other):
    assert codes.is_slip(code, other) == (other in every_slip(code))
    every = every_slip(code)
    assert all(codes.is_slip(code, slip) and codes.is_slip(slip, code) for slip in every)


@settings(deadline=None)
@given(any_code)
def test_every_slip_of_a_long_code_is_one(code):
    assert all(codes.is_slip(code, slip) for slip in every_slip(code))
    assert not codes.is_slip(code, code)


@settings(deadline=None)
@given(st.one_of(few, any_code))
def test_a_slip_can_be_undone_by_a_slip(code):
    for slip in list(codes.slips_of(code))[::41]:
        assert code in set(codes.slips_of(slip))


@pytest.mark.parametrize(
    ("code", "slip"),
    [
        ("57V11", "57V1"),  # left out
        ("57V1", "57V11"),  # doubled
        ("57V1", "75V1"),  # transposed
        ("5711", "5722"),  # a twin
        ("57V1", "51V7"),  # a jump
    ],
)
def test_slips_of_each_kind(code, slip):
    assert slip in set(codes.slips_of(code))


@pytest.mark.parametrize("code", ["", "A", "0"])
def test_the_shortest_codes_leave_no_empty_slip(code):
    assert "" not in set(codes.slips_of(code))
    assert "" not in codes.slip_skeletons(code)


def all_with(skeleton: str) -> list[str]:
    groups = {group[0]: group for group in codes.CONFUSABLES}
    return ["".join(each) for each in product(*[groups.get(c, c) for c in skeleton])]


@settings(deadline=None)
@given(few.map(codes.skeleton).filter(lambda text: len(text) <= 5))
def test_slip_skeletons_are_those_of_all_slips_of_all_codes_alike(skeleton):
    expected = {codes.skeleton(s) for code in all_with(skeleton) for s in codes.slips_of(code)}
    found = codes.slip_skeletons(skeleton)
    assert set(found) == expected
    assert len(found) == len(expected)


def test_there_are_about_870_slip_skeletons_of_16_characters():
    without_twins, with_two = "ACJRU1D164080421", "ACCJRU1D16400841"
    assert 860 <= len(codes.slip_skeletons(codes.skeleton(without_twins))) <= 880
    assert 910 <= len(codes.slip_skeletons(codes.skeleton(with_two))) <= 930


# Slips against rules ------------------------------------------------------------------------------

tokens = st.sampled_from([*FEW, *FEW, "?", "#", "@", "*", "[01A]", "[AB]", "[0-9A-Z]"])
masks = st.lists(tokens, min_size=1, max_size=7).map("".join)
ends = st.integers(1, 5).flatmap(
    lambda size: st.tuples(*[st.text(st.sampled_from(FEW), min_size=size, max_size=size)] * 2)
)
ranges = ends.map(lambda both: f"{min(both)} to {max(both)}")
words = ["from", "after", "up to", "before"]
open_ranges = st.builds(lambda word, code: f"{word} {code}7", st.sampled_from(words), few)
unequal = st.builds("AB{} to AB{}".format, st.integers(1, 99), st.integers(100, 99999))


def parsed(text: str) -> codes.Rule | None:
    try:
        return codes.parse_rule(text)
    except codes.RuleError:
        return None


rules = st.one_of(masks, ranges, open_ranges, unequal, few).map(parsed).filter(bool)
codes_of_few = st.one_of(few, few.map(lambda code: "AB" + code))


@st.composite
def rule_and_code(draw):
    """A rule, and a code that is often some slip away from one that it matches."""
    rule = draw(rules)
    near = rule.samples() if rule.lengths else ()
    if not near:
        return rule, draw(codes_of_few)
    slips = list(codes.slips_of(draw(st.sampled_from(near))))
    return rule, draw(st.sampled_from(slips))


many = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))


@many
@given(rule_and_code())
def test_a_rule_finds_exactly_the_slips_that_it_matches(given_both):
    rule, code = given_both
    assert list(rule.slips(code)) == [s for s in codes.slips_of(code) if rule.matches(s)]


@many
@given(rule_and_code(), st.lists(rules, max_size=2), st.lists(rules, max_size=2))
def test_shapes_and_exclusions_take_slips_away(given_both, within, without):
    rule, code = given_both
    expected = [
        slip
        for slip in codes.slips_of(code)
        if rule.matches(slip)
        and (not within or any(shape.matches(slip) for shape in within))
        and not any(other.matches(slip) for other in without)
    ]
    assert list(rule.slips(code, within, without)) == expected


def fits(places: codes.Places, skeleton: str) -> bool:
    return len(places) == len(skeleton) and all(map(contains, places, skeleton))


@many
@given(rule_and_code())
def test_slip_skeletons_within_a_shape_are_all_of_those_that_fit_it(given_both):
    rule, code = given_both
    text = codes.skeleton(code)
    every = codes.slip_skeletons(text)
    assert (rule.skeleton_places is None) == (rule.lengths is None)
    for places in rule.skeleton_places or ():
        found = codes.slip_skeletons_within(text, places)
        assert set(found) == {skeleton for skeleton in every if fits(places, skeleton)}


@many
@given(rule_and_code(), st.lists(few.map(codes.skeleton), max_size=20))
def test_slip_skeletons_within_a_shape_leave_out_what_nothing_on_file_begins_like(given_both, some):
    rule, code = given_both
    text = codes.skeleton(code)
    for places in rule.skeleton_places or ():
        fitting = set(codes.slip_skeletons_within(text, places))
        on_file = {*some, *list(fitting)[::3]}
        found = codes.slip_skeletons_within(text, places, partial(following, on_file))
        assert fitting & on_file <= set(found) <= fitting


def following(on_file: set[str], beginning: str) -> set[str]:
    size = len(beginning)
    return {text[size : size + 1] for text in on_file if text.startswith(beginning)}


def test_slips_of_a_code_of_one_numbering_are_few():
    (places,) = codes.parse_shape("ACCJRU1D########").skeleton_places
    text = codes.skeleton("ACCJRU1D16400841")
    assert len(set(codes.slip_skeletons_within(text, places))) < 100
    assert codes.slip_skeletons_within(codes.skeleton("ACCJRX1D16400841"), places) == [text]


@many
@given(st.lists(rule_and_code(), min_size=1, max_size=8), codes_of_few)
def test_an_index_leaves_out_no_rule_that_a_slip_could_match(pairs, code):
    index = RuleIndex((None, rule) for rule, _ in pairs)
    for typed in (code, *(near for _, near in pairs)):
        found = index.within_one_slip(typed)
        assert found == sorted(set(found))
        assert set(found) >= {
            place for place, (_, rule) in enumerate(index.filed) if any(rule.slips(typed))
        }


def test_an_index_leaves_out_rules_that_begin_otherwise():
    lines = ["57V###########", "57X###########", "ACCJRU1D16400841 to ACCJRU1D16400960", "KK23*"]
    index = RuleIndex((None, codes.parse_rule(line)) for line in lines)
    assert index.within_one_slip("57V12345678901") == [0, 1]
    assert index.within_one_slip("75V12345678901") == [0]
    assert index.within_one_slip("ACJRU1D16400841") == [2]
    assert index.within_one_slip("JRU1D16400841") == []
    assert index.within_one_slip("V7512345678901") == [0]


def test_a_mistyped_digit_leads_to_the_recalled_codes():
    rule = codes.parse_rule("ACCJRU1D16400841 to ACCJRU1D16400960")
    found = list(rule.slips("ACCJRU1D16401841"))
    assert "ACCJRU1D16400841" in found
    assert all(rule.matches(code) for code in found)


@pytest.mark.parametrize("line", ["*", "*#*", "????????????????????????????????????????"])
def test_the_widest_rules_find_their_first_slip_without_the_others(line):
    rule = codes.parse_rule(line)
    code = "A1" * 20
    assert next(rule.slips(code)) == next(s for s in codes.slips_of(code) if rule.matches(s))
