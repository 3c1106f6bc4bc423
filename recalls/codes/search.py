"""The search for codes that a rule matches, character by character."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from recalls.codes.slips import in_order, moves
from recalls.codes.text import CHARACTERS, MAX_CODE_LENGTH

if TYPE_CHECKING:
    from recalls.codes.parts import Part
    from recalls.codes.rules import Rule

# A search that must tell more states than this apart gives up; no rule in use comes near.
MAX_STATES = 1000
# Staff can wait a little longer than a visitor.
MAX_COUNTED = 5000

# Each kind of part has states of its own kind, and nobody else looks into them.
_State = Any
_States = frozenset[tuple[int, _State]]


@dataclass(frozen=True)
class _Both:
    """The codes that two parts share."""

    one: Part
    other: Part

    @property
    def start(self) -> tuple[_State, _State]:
        return (self.one.start, self.other.start)

    def steps(
        self, state: tuple[_State, _State], character: str
    ) -> tuple[tuple[_State, _State], ...]:
        others = self.other.steps(state[1], character)
        return tuple(
            (one, other) for one in self.one.steps(state[0], character) for other in others
        )

    def accepts(self, state: tuple[_State, _State]) -> bool:
        return self.one.accepts(state[0]) and self.other.accepts(state[1])


class Search:
    """The codes that `choices` allows character by character and the rule matches, all of one
    length.

    A state that can no longer lead to a match is dropped at once, so any state left is a match to
    come; only `without` and `count` must look at sets of states, which can be very many.
    """

    def __init__(
        self,
        choices: list[str],
        rule: Rule,
        within: Iterable[Rule],
        without: Iterable[Rule] = (),
    ):
        self.choices = choices
        self.reached: dict[tuple[int, int, _State], bool] = {}
        self.known: dict[tuple[int, *tuple[_States, ...]], int] = {}
        self.has_given_up = False
        self.most_counted = MAX_COUNTED
        shapes = tuple(within)
        own = self._parts([rule])
        parts: list[Part | _Both] = [*own]
        if shapes:
            fitting = self._parts(shapes)
            parts = [_Both(part, shape) for part in own for shape in fitting]
        bars = self._parts(without)
        self.parts: list[Part | _Both] = [*parts, *bars]
        starts = [(index, part.start) for index, part in enumerate(self.parts)]
        self.start = self._alive(0, starts[: len(parts)])
        self.barred = self._alive(0, starts[len(parts) :])

    def _parts(self, rules: Iterable[Rule]) -> list[Part]:
        fitted = (part.at(len(self.choices)) for rule in rules for part in rule.parts)
        return [part for part in fitted if part]

    def _alive(self, place: int, states: Iterable[tuple[int, _State]]) -> _States:
        return frozenset(state for state in states if self._reaches_end(place, *state))

    def _reaches_end(self, place: int, index: int, state: _State) -> bool:
        key = (place, index, state)
        if key not in self.reached:
            part = self.parts[index]
            if place == len(self.choices):
                self.reached[key] = part.accepts(state)
            else:
                self.reached[key] = any(
                    self._reaches_end(place + 1, index, later)
                    for character in self.choices[place]
                    for later in part.steps(state, character)
                )
        return self.reached[key]

    def _after(self, place: int, states: _States, character: str) -> _States:
        later = (
            (i, after) for i, state in states for after in self.parts[i].steps(state, character)
        )
        return self._alive(place + 1, later)

    @property
    def finds_any(self) -> bool:
        return bool(self.start)

    def codes(self) -> Iterator[str]:
        if self._leads_somewhere(0, self.start, self.barred):
            yield from self._codes("", self.start, self.barred)

    def _codes(self, code: str, states: _States, barred: _States) -> Iterator[str]:
        place = len(code)
        if place == len(self.choices):
            yield code
            return
        for character in self.choices[place]:
            later = self._after(place, states, character), self._after(place, barred, character)
            if self._leads_somewhere(place + 1, *later):
                yield from self._codes(code + character, *later)

    def _leads_somewhere(self, place: int, states: _States, barred: _States) -> bool:
        """Whether a code that begins so matches and is not barred. When in doubt, yes: a code too
        many raises an alarm, a code too few would hide a recall."""
        if not states or not barred or self.has_given_up:
            return bool(states)
        key = (place, states, barred)
        if key not in self.known:
            self.has_given_up = len(self.known) >= MAX_STATES
            self.known[key] = True
            self.known[key] = place < len(self.choices) and any(
                self._leads_somewhere(
                    place + 1,
                    self._after(place, states, character),
                    self._after(place, barred, character),
                )
                for character in self.choices[place]
            )
        return self.has_given_up or bool(self.known[key])

    def count(self, weights: dict[str, int]) -> int:
        """Return how many codes there are, each character standing for so many."""
        return self._count(0, self.start, weights)

    def _count(self, place: int, states: _States, weights: dict[str, int]) -> int:
        if not states or place == len(self.choices):
            return int(bool(states))
        key = (place, states)
        if key not in self.known:
            if len(self.known) >= self.most_counted:
                raise TooManyStatesError
            self.known[key] = sum(
                weights[character]
                * self._count(place + 1, self._after(place, states, character), weights)
                for character in self.choices[place]
            )
        return self.known[key]

    @property
    def size(self) -> int:
        """Return how many codes there are; 0 where it takes too long to tell, character by
        character."""
        self.most_counted = MAX_STATES
        try:
            return self.count(_EACH_ONCE)
        except TooManyStatesError:
            return 0

    def code_at(self, number: int) -> str:
        """The code with that number, from 0, in order; `size` has counted them."""
        code, states = "", self.start
        for place, characters in enumerate(self.choices):
            for character in characters:
                later = self._after(place, states, character)
                size = self._count(place + 1, later, _EACH_ONCE)
                if number < size:
                    code, states = code + character, later
                    break
                number -= size
        return code


_EACH_ONCE = dict.fromkeys(CHARACTERS, 1)


class TooManyStatesError(Exception):
    pass


class SlipSearch:
    """The codes one slip from a code that one of the parts matches.

    The parts read the code up to a place, take another character there and read on. Most slips
    end there: the part allows no such character, or what follows does not fit.
    """

    def __init__(self, code: str, parts: Iterable[Part]):
        self.code = code
        self.parts = [
            part for part in parts if part.length is None or abs(part.length - len(code)) <= 1
        ]
        self.known: dict[tuple[int, _State, int], bool] = {}

    def codes(self) -> Iterator[str]:
        """Each once and in order, found one at a time."""
        return in_order(self.code, self._tails_at_each_place())

    def _tails_at_each_place(self) -> Iterator[dict[str, set[str]]]:
        states: set[tuple[int, _State]] = {
            (index, part.start) for index, part in enumerate(self.parts)
        }
        for place in range(len(self.code) + 1):
            if not states:
                return
            yield self._tails(place, states)
            states = {
                (index, later)
                for index, state in states
                for later in self.parts[index].steps(state, self.code[place : place + 1])
            }

    def _tails(self, place: int, states: Iterable[tuple[int, _State]]) -> dict[str, set[str]]:
        own, rest = self.code[place : place + 1], self.code[place:]
        tails_by_character: dict[str, set[str]] = {}
        for index, state in states:
            for characters, later in self.parts[index].branches(state):
                tails = self._tails_read(index, later, place)
                for character in characters if tails else ():
                    if character != own:
                        tails_by_character.setdefault(character, set()).update(tails)
        # The few that are left are asked whole.
        parts = [self.parts[index] for index in {index for index, _ in states}]
        for character, tail in moves(rest):
            slip = self.code[:place] + character + tail
            if any(part.matches(slip) for part in parts):
                tails_by_character.setdefault(character, set()).add(tail)
        return tails_by_character

    def _tails_read(self, index: int, states: tuple[_State, ...], place: int) -> list[str]:
        """Return what may follow a character that stands in place of the code's own, or before
        it."""
        length, full = self.parts[index].length, len(self.code)
        tails = []
        if place < full and length in (None, full) and self._any_reads(index, states, place + 1):
            tails.append(self.code[place + 1 :])
        can_grow = full < MAX_CODE_LENGTH and length in (None, full + 1)
        if can_grow and self._any_reads(index, states, place):
            tails.append(self.code[place:])
        return tails

    def _any_reads(self, index: int, states: Iterable[_State], place: int) -> bool:
        return any(self._reads(index, state, place) for state in states)

    def _reads(self, index: int, state: _State, place: int) -> bool:
        """Whether the part, in that state, matches the code from that place to its end."""
        key = (index, state, place)
        if key not in self.known:
            part = self.parts[index]
            self.known[key] = (
                part.accepts(state)
                if place == len(self.code)
                else self._any_reads(index, part.steps(state, self.code[place]), place + 1)
            )
        return self.known[key]
