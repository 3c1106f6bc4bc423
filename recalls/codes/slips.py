"""Slips: what goes wrong when a person copies a code.

A *slip* is one wrong character, one left out, one added (a doubled one is one added), two unequal
neighbors transposed, a twin (aa → bb) or a jump (abc → cba). Each can be undone by a slip, so the
codes that a slip can make of a code are also those that it can come from.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from operator import contains

from recalls.codes.text import CHARACTERS, CONFUSABLES, MAX_CODE_LENGTH, skeleton

SKELETON_CHARACTERS = "".join(sorted(set(skeleton(CHARACTERS))))
_OTHERS = {own: SKELETON_CHARACTERS.replace(own, "") for own in SKELETON_CHARACTERS}
_CONFUSABLE = frozenset("".join(CONFUSABLES))

# The characters that may stand at each place of a code.
Places = tuple[frozenset[str], ...]

# Says of a beginning which characters follow it in the skeletons on file, "" where one ends there.
Following = Callable[[str], Collection[str]]


def slips_of(code: str) -> Iterator[str]:
    """Every code one slip away, of 1 to 40 characters, each once and in order; never the code.

    >>> list(slips_of("AA"))[:4]
    ['00', '0A', '0AA', '11']
    """
    return in_order(code, (_tails(code, place) for place in range(len(code) + 1)))


def is_slip(code: str, other: str) -> bool:
    """Whether `other` is one slip away from `code`, told without writing the others out.

    >>> is_slip("57V11", "57V22"), is_slip("57V11", "57V12"), is_slip("57V11", "57V11")
    (True, True, False)
    """
    longer, shorter = (code, other) if len(code) > len(other) else (other, code)
    if len(longer) - len(shorter) > 1 or code == other or not shorter:
        return False
    places = [place for place, own in enumerate(shorter) if own != longer[place]]
    if len(longer) > len(shorter):
        first = places[0] if places else len(shorter)
        return len(longer) <= MAX_CODE_LENGTH and longer[first + 1 :] == shorter[first:]
    first, last = places[0], places[-1] + 1
    own, their = code[first:last], other[first:last]
    is_twin = len(own) == 2 and own[0] == own[1] and their[0] == their[1]
    return len(own) == 1 or is_twin or (len(own) <= 3 and own == their[::-1])


def slip_skeletons(code_skeleton: str, following: Following | None = None) -> list[str]:
    """The skeletons of every code one slip from a code with that skeleton, each once: about 870
    for 16 characters. The skeleton itself is among them where a character has confusables.

    With `following` those that nothing on file begins like are left out.
    """
    text = code_skeleton
    skeletons = [text] if _CONFUSABLE.intersection(text) else []
    can_grow = len(text) < MAX_CODE_LENGTH
    for place, own in enumerate(text):
        before, rest = text[:place], text[place:]
        firsts = following(before) if following else SKELETON_CHARACTERS
        if not firsts:
            break
        others: Iterable[str] = _OTHERS[own]
        if firsts != SKELETON_CHARACTERS:
            others = [other for other in others if other in firsts]
        skeletons += _each_between(before, others, rest[1:])
        if can_grow:
            skeletons += _each_between(before, others, rest)
        skeletons += [
            before + first + tail
            for first, tail in moves(rest, SKELETON_CHARACTERS)
            if not first or first in firsts
        ]
    else:
        if can_grow:
            last = following(text) if following else SKELETON_CHARACTERS
            skeletons += [text + character for character in last if character]
    once = dict.fromkeys(skeletons)
    once.pop("", None)
    return list(once)


def slip_skeletons_within(
    code_skeleton: str, places: Places, following: Following | None = None
) -> list[str]:
    """Those of `slip_skeletons` that fit a shape: `places` has the characters that may stand at
    each place. A few may come twice."""
    text, longer = code_skeleton, len(places) - len(code_skeleton)
    if abs(longer) > 1:
        return []
    misfits = [place for place, own in enumerate(text) if own not in _at(places, place)]
    moved = misfits
    if longer:
        moved = [place for place, own in enumerate(text) if own not in _at(places, place + longer)]
    # From here on the text fits where it stands behind a character more or less.
    behind = 1 + max(moved, default=-1)
    skeletons = [] if misfits or longer or not _CONFUSABLE.intersection(text) else [text]
    for place in range(min([*misfits, len(text)]) + 1):
        before, rest = text[:place], text[place:]
        firsts = following(before) if following else SKELETON_CHARACTERS
        if not firsts:
            break
        allowed = _at(places, place)
        if firsts != SKELETON_CHARACTERS:
            allowed = [first for first in allowed if first in firsts]
        if longer == 1 and place >= behind:
            skeletons += _each_between(before, allowed, rest)
        elif longer == 0 and rest:
            if place + 1 >= behind:
                others = [first for first in allowed if first != rest[0]]
                skeletons += _each_between(before, others, rest[1:])
            skeletons += [
                before + first + tail
                for first, tail in (moves(rest, allowed) if place + 3 >= behind else ())
                if first and len(tail) == len(rest) - 1 and _fits(first + tail[:2], places[place:])
            ]
        elif longer == -1 and rest and place + 1 >= behind:
            skeletons.append(before + rest[1:])
    return skeletons


def _at(places: Places, place: int) -> Collection[str]:
    return places[place] if 0 <= place < len(places) else ()


def _fits(text: str, places: Places) -> bool:
    """Whether the places begin like that."""
    return all(map(contains, places, text))


def _each_between(before: str, characters: Iterable[str], after: str) -> list[str]:
    """The text with each of the characters in the middle. They are joined and split, as that takes
    half the time of a loop, and a check makes hundreds."""
    joined = f"{after},{before}".join(characters)
    return f"{before}{joined}{after}".split(",") if joined else []


def moves(rest: str, characters: Iterable[str] = CHARACTERS) -> Iterator[tuple[str, str]]:
    """The slips that change the first character of `rest`, but for those that replace it or add
    one before it: as the new first character ("" where nothing is left) and what follows it.
    `characters` are those that a twin can consist of."""
    if len(rest) == 1:
        yield "", ""
    if len(rest) < 2:
        return
    own, following, behind = rest[0], rest[1], rest[2:]
    if following != own:
        yield following, behind
        yield following, own + behind
    else:
        yield from ((twin, twin + behind) for twin in characters if twin != own)
    if behind and behind[0] != own:
        yield behind[0], following + own + behind[1:]


def in_order(code: str, tails: Iterable[dict[str, set[str]]]) -> Iterator[str]:
    """The codes that first leave `code` at one place or another, in the order of their characters.

    `tails`: for each place from the first, the characters that may stand there instead and, for
    each, what may follow. They are asked for one place at a time.
    """
    greater: list[list[str]] = []
    for place, at_place in enumerate(tails):
        codes = [
            code[:place] + character + tail
            for character in sorted(at_place)
            for tail in sorted(at_place[character])
        ]
        lower = [slip for slip in codes if slip < code]
        yield from filter(None, lower)
        greater.append(codes[len(lower) :])
    for codes in reversed(greater):
        yield from codes


def _tails(code: str, place: int) -> dict[str, set[str]]:
    rest = code[place:]
    others = CHARACTERS.replace(rest[0], "") if rest else CHARACTERS
    tails: dict[str, set[str]] = {character: set() for character in others}
    for character in others:
        if rest:
            tails[character].add(rest[1:])
        if len(code) < MAX_CODE_LENGTH:
            tails[character].add(rest)
    for character, tail in moves(rest):
        tails.setdefault(character, set()).add(tail)
    return tails
