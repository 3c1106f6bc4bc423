"""Codes side by side: the characters that differ, marked for the eye and said in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from django.utils.translation import gettext

from recalls import codes
from recalls.public.formats import one_of

# Codes that differ in more places were not mistyped in one of them; the marks say enough.
MAX_DIFFERENCES_SAID = 6
MAX_DOUBTS = 16
# Two codes of one length that differ in so few places were copied character by character.
MAX_IN_PLACE = 3

# A code in groups of four: each character, and whether it differs.
Groups = list[list[tuple[str, bool]]]


@dataclass(frozen=True)
class Difference:
    """One character that differs: its place in the first and in the second code, from 0, and what
    stands there. "" where one code has a character more."""

    place: int
    first: str
    other_place: int
    second: str


@dataclass(frozen=True)
class Comparison:
    """A recalled code beside the typed one: `marked` for the eye, its differences in words, and
    the `code` for a link."""

    number: int
    marked: Groups
    code: str
    words: tuple[str, ...]


def find_differences(first: str, second: str) -> list[Difference]:
    """The characters in which two codes differ, in order."""
    if len(first) == len(second):
        in_place = list(_in_place(0, first, 0, second))
        if len(in_place) <= MAX_IN_PLACE:
            return in_place
    pieces = SequenceMatcher(None, first, second, autojunk=False).get_opcodes()
    shifted = [
        difference
        for kind, start, end, other_start, other_end in pieces
        if kind != "equal"
        for difference in _in_place(
            start, first[start:end], other_start, second[other_start:other_end]
        )
    ]
    if len(first) == len(second) and len(in_place) <= len(shifted):
        return in_place
    return shifted


def _in_place(start: int, first: str, other_start: int, second: str) -> Iterator[Difference]:
    for offset, (one, other) in enumerate(zip_longest(first, second, fillvalue="")):
        if one != other:
            yield Difference(
                start + min(offset, len(first)), one, other_start + min(offset, len(second)), other
            )


def sign_name(character: str) -> str:
    """the number 0 · the letter O"""
    if character in codes.DIGITS:
        return gettext("the number %(character)s") % {"character": character}
    return gettext("the letter %(character)s") % {"character": character}


def compare_codes(number: int, typed: str, candidate: str) -> Comparison:
    """The recalled code, the `number`th of the page, beside the one that was typed. Nothing is
    said in words of a code that another reading of the text came near."""
    differing = find_differences(typed, candidate)
    is_near = len(differing) <= MAX_DIFFERENCES_SAID
    return Comparison(
        number=number,
        marked=mark_places(candidate, {each.other_place for each in differing if each.second}),
        code=candidate,
        words=tuple(map(_in_words, differing)) if is_near else (),
    )


def _in_words(difference: Difference) -> str:
    if not difference.second:
        return gettext("One less, your character %(place)s: %(typed)s") % {
            "place": difference.place + 1,
            "typed": sign_name(difference.first),
        }
    values = {"place": difference.other_place + 1, "right": sign_name(difference.second)}
    if not difference.first:
        return gettext("Character %(place)s: one more, %(right)s") % values
    return _instead(difference) % {
        "place": difference.other_place + 1,
        "right": difference.second,
        "typed": difference.first,
    }


def _instead(difference: Difference) -> str:
    """The sentence for one character in the place of another: whole, for what stands after “not”
    is another case in many languages."""
    is_number, was_number = difference.second in codes.DIGITS, difference.first in codes.DIGITS
    if is_number and was_number:
        return gettext("Character %(place)s: the number %(right)s, not the number %(typed)s")
    if is_number:
        return gettext("Character %(place)s: the number %(right)s, not the letter %(typed)s")
    if was_number:
        return gettext("Character %(place)s: the letter %(right)s, not the number %(typed)s")
    return gettext("Character %(place)s: the letter %(right)s, not the letter %(typed)s")


def mark_typed(typed: str, candidates: tuple[str, ...]) -> Groups:
    """The typed code, with every character marked that differs in one of the candidates."""
    return mark_places(
        typed,
        {
            each.place
            for candidate in candidates
            for each in find_differences(typed, candidate)
            if each.first
        },
    )


def doubtful_places(typed: str, candidates: tuple[str, ...]) -> list[str]:
    """The doubtful places one by one, where there are too many candidates to show each: “Character
    9: 1 or 7?”"""
    replaced: dict[int, list[str]] = {}
    added: dict[int, list[str]] = {}
    left_out: dict[int, str] = {}
    for candidate in candidates:
        for each in find_differences(typed, candidate):
            if not each.second:
                left_out[each.place] = each.first
            elif each.first:
                replaced.setdefault(each.place, [each.first]).append(each.second)
            else:
                added.setdefault(each.place, []).append(each.second)
    lines = []
    for place in range(len(typed) + 1):
        if place in added:
            lines.append(_added_doubt(place, added[place]))
        if place in replaced:
            lines.append(
                gettext("Character %(place)s: %(characters)s?")
                % {"place": place + 1, "characters": _choice(replaced[place])}
            )
        if place in left_out:
            values = {"place": place + 1, "typed": sign_name(left_out[place])}
            lines.append(gettext("Character %(place)s, %(typed)s: is it there?") % values)
    return lines[:MAX_DOUBTS]


def _added_doubt(place: int, characters: list[str]) -> str:
    values = {"place": place or 1, "characters": _choice(characters)}
    if not place:
        return gettext("Before character %(place)s: one more, %(characters)s?") % values
    return gettext("After character %(place)s: one more, %(characters)s?") % values


def _choice(characters: list[str]) -> str:
    """1 or 7 · the number 0 or the letter O: a letter beside a digit is named."""
    each = sorted(set(characters))
    are_alike = len({character in codes.DIGITS for character in each}) == 1
    return one_of(each if are_alike else map(sign_name, each))


def compare_entries(first: str, second: str) -> tuple[Groups, Groups, list[str]]:
    """Two unlike entries, each with its differing characters marked, and these in words."""
    differing = find_differences(first, second)
    sentences = [_between_entries(each) for each in differing]
    if len(sentences) > MAX_DIFFERENCES_SAID:
        sentences = [gettext("They differ in many places.")]
    return (
        mark_places(first, {each.place for each in differing if each.first}),
        mark_places(second, {each.other_place for each in differing if each.second}),
        sentences,
    )


def _between_entries(difference: Difference) -> str:
    if difference.first and difference.second:
        return gettext("Character %(place)s: %(first)s in code 1, %(second)s in code 2") % {
            "place": difference.place + 1,
            "first": sign_name(difference.first),
            "second": sign_name(difference.second),
        }
    if difference.first:
        number, place, character = 1, difference.place, difference.first
    else:
        number, place, character = 2, difference.other_place, difference.second
    return gettext("Only in code %(number)s: character %(place)s, %(character)s") % {
        "number": number,
        "place": place + 1,
        "character": sign_name(character),
    }


def mark_places(code: str, places: set[int]) -> Groups:
    characters = [(character, place in places) for place, character in enumerate(code)]
    return [characters[start : start + 4] for start in range(0, len(characters), 4)]
