"""The parts of a rule: masks and spans (dates are in `dates`), and what each matches."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from recalls.codes.dates import Dates
from recalls.codes.text import CHARACTERS, DIGITS, LETTERS

# Of a span: the place, and whether the code so far equals the low and the high end.
_SpanState = tuple[int, bool, bool]


class RuleError(ValueError):
    """A line of rule notation cannot be read. Its text is the sentence for staff."""


@dataclass(frozen=True)
class Mask:
    """A pattern character by character: each token the characters allowed there, or None for any
    run (`*`)."""

    tokens: tuple[frozenset[str] | None, ...]

    @cached_property
    def _regex(self) -> re.Pattern[str]:
        return re.compile(pattern(self.tokens))

    @property
    def length(self) -> int | None:
        """Return how many characters a code has, or None where a `*` leaves it open."""
        return None if None in self.tokens else len(self.tokens)

    @property
    def characters(self) -> tuple[frozenset[str] | None, ...]:
        """The characters that may stand at each place, None for any run."""
        return self.tokens

    @cached_property
    def fixed_characters(self) -> str:
        """The characters that it states outright."""
        return "".join(next(iter(token)) for token in self.tokens if token and len(token) == 1)

    @property
    def lead(self) -> str:
        lead = ""
        for token in self.tokens:
            if token is None or len(token) != 1:
                break
            lead += next(iter(token))
        return lead

    def matches(self, code: str) -> bool:
        return self._regex.fullmatch(code) is not None

    # For the searches below. A state is the place of the token that comes next.
    start = 0

    def at(self, length: int) -> "Mask | None":
        """The mask for codes of that length, where a single `*` is so many `?`."""
        stars = self.tokens.count(None)
        spare = length - len(self.tokens) + stars
        if spare < 0 or (spare and not stars):
            return None
        if stars != 1:
            return self
        place = self.tokens.index(None)
        run = (frozenset(CHARACTERS),) * spare
        return Mask(self.tokens[:place] + run + self.tokens[place + 1 :])

    def steps(self, state: int, character: str) -> tuple[int, ...]:
        """The states that may follow once the character is read."""
        if state == len(self.tokens):
            return ()
        token = self.tokens[state]
        if token is None:
            return (state, *self.steps(state + 1, character))
        return (state + 1,) if character in token else ()

    def branches(self, state: int) -> Iterator[tuple[Iterable[str], tuple[int, ...]]]:
        """The characters that may be read next, by the states that then follow."""
        if state == len(self.tokens):
            return
        token = self.tokens[state]
        if token is not None:
            yield token, (state + 1,)
            return
        yield CHARACTERS, (state,)
        yield from self.branches(state + 1)

    def accepts(self, state: int) -> bool:
        return all(token is None for token in self.tokens[state:])


def pattern(tokens: Iterable[Iterable[str] | None]) -> str:
    """A regular expression for a mask. What stands between two `*` is taken where it first comes
    and kept: going back for it would take forever (`*1*1*1*1*1*1*`)."""
    pieces = [""]
    for token in tokens:
        if token is None:
            pieces.append("")
        else:
            pieces[-1] += f"[{''.join(sorted(token))}]"
    first, *between = pieces
    if not between:
        return first
    last = between.pop()
    return first + "".join(f"(?>[0-9A-Z]*?{piece})" for piece in between) + "[0-9A-Z]*" + last


@dataclass(frozen=True)
class Span:
    """All codes between two of one length, both included, compared left to right, digits before
    letters; `kinds` are the characters allowed at each place."""

    kinds: tuple[str, ...]
    low: str
    high: str

    @property
    def length(self) -> int:
        return len(self.kinds)

    @cached_property
    def lead(self) -> str:
        place = 0
        while place < self.length and self.low[place] == self.high[place]:
            place += 1
        return self.low[:place]

    @property
    def characters(self) -> tuple[frozenset[str] | None, ...]:
        """The characters that may stand at the first places, and None for the rest."""
        return (*map(frozenset, self.lead), None)

    @property
    def fixed_characters(self) -> str:
        return self.lead

    def matches(self, code: str) -> bool:
        return (
            len(code) == self.length
            and self.low <= code <= self.high
            and all(character in kind for character, kind in zip(code, self.kinds, strict=True))
        )

    start: _SpanState = (0, True, True)

    def at(self, length: int) -> "Span | None":
        return self if length == self.length else None

    def steps(self, state: _SpanState, character: str) -> tuple[_SpanState, ...]:
        place, at_low, at_high = state
        if place == self.length or character not in self.kinds[place]:
            return ()
        low, high = self.low[place], self.high[place]
        if (at_low and character < low) or (at_high and character > high):
            return ()
        return ((place + 1, at_low and character == low, at_high and character == high),)

    def branches(self, state: _SpanState) -> Iterator[tuple[str, tuple[_SpanState, ...]]]:
        place, at_low, at_high = state
        if place == self.length:
            return
        kind, low, high = self.kinds[place], self.low[place], self.high[place]
        ends = {low} if at_low else set()
        if at_high:
            ends.add(high)
        for character in ends:
            yield character, self.steps(state, character)
        inside = [
            character
            for character in kind
            if (not at_low or low < character) and (not at_high or character < high)
        ]
        yield "".join(inside), ((place + 1, False, False),)

    def accepts(self, state: _SpanState) -> bool:
        return state[0] == self.length


Part = Mask | Span | Dates


def each_between(spans: Iterable["Span"]) -> Iterator[str]:
    for span in spans:
        lowest = "".join(kind[0] for kind in span.kinds)
        code = span.low
        yield code
        while code != span.high:
            code = next_code(code, span.kinds, lowest)
            yield code


def kind_of(character: str) -> str:
    return DIGITS if character in DIGITS else LETTERS


def next_code(code: str, kinds: tuple[str, ...], wrapped: str, back: bool = False) -> str:
    """The code that follows (or comes before) within the same kinds of character."""
    end: Callable[[str], str] = (lambda kind: kind[0]) if back else (lambda kind: kind[-1])
    for place in reversed(range(len(code))):
        kind = kinds[place]
        if code[place] != end(kind):
            character = kind[kind.index(code[place]) + (-1 if back else 1)]
            return code[:place] + character + wrapped[place + 1 :]
    raise RuleError(f"No code comes {'before' if back else 'after'} {code}.")
