"""These tests show what holds for every rule, and the searches of rules against brute force."""

import re
from itertools import product

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from recalls.codes import (
    CHARACTERS,
    CONFUSABLES,
    DIGITS,
    LETTERS,
    RuleError,
    parse_rule,
    parse_shape,
    skeleton,
)
from tests.support.refusals import assert_refused

# How long things take is for test_bounds.py, not for a busy machine.
UNHURRIED = settings(deadline=None)

any_text = st.text(max_size=60)


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
    # Ends need a digit, and must not look like a label or a word of prose, nor like dates.
    assume(all(set(end) & set(DIGITS) and not STANDS_FOR_MORE.search(end) for end in pair))
    assume(not all(re.fullmatch("[A-Z]*[0-5][0-9][1-3][0-9][A-Z]*", end) for end in pair))
    assume(not all(LETTER_AND_YEAR.fullmatch(end) for end in pair))
    assume(pair[0][-2:] != pair[1][-2:] or pair[0][-2:] not in ("XX", "NN"))
    low, high = sorted(pair)
    assume(not any(a in "OILQSG" and b in DIGITS for a, b in zip(low, high, strict=True)))
    return [low, high]


LETTER_AND_YEAR = re.compile("(?:[0-9]{0,2}[A-Z]|[HQST][0-9])(?:20)?[1-3][0-9]")
STANDS_FOR_MORE = re.compile("(?:XXX|NNN)$|^(?:FROM|UPTO|AFTER|BEFORE|SINCE|UNTIL|BETWEEN)")


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
    assume(set(code) & set(DIGITS) and not STANDS_FOR_MORE.search(code))
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


@settings(max_examples=150, deadline=None)
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
