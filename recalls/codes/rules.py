"""Rules: what their parts match together."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from math import inf

from recalls.codes.dates import Dates
from recalls.codes.parts import Mask, Part, RuleError, kind_of, next_code, pattern
from recalls.codes.search import Search, SlipSearch, TooManyStatesError
from recalls.codes.slips import Places
from recalls.codes.text import CHARACTERS, DIGITS, LETTERS, MAX_CODE_LENGTH, WITH_SKELETON, skeleton


@dataclass(frozen=True)
class Rule:
    """One line of rule notation. `text` is its tidy form, which parses to the same rule."""

    text: str
    parts: tuple[Part, ...] = field(repr=False)

    def __str__(self) -> str:
        return self.text

    def matches(self, code: str) -> bool:
        for part in self.parts:  # noqa: SIM110 - asked ten times a check; `any` takes twice as long
            if part.matches(code):
                return True
        return False

    def nearly_matches(self, code_skeleton: str) -> bool:
        """Whether some code with that skeleton matches."""
        return next(self.codes_like(code_skeleton), None) is not None

    def codes_like(
        self,
        code_skeleton: str,
        within: Iterable["Rule"] = (),
        without: Iterable["Rule"] = (),
    ) -> Iterator[str]:
        """The codes with that skeleton that this rule matches, in order, found one at a time.

        `within`: if given, one of these shapes must match too; `without`: none of these may. Where
        it takes too long to tell whether any code is left without them, they take none away.
        """
        if not self._skeleton_regex.fullmatch(code_skeleton):
            return iter(())
        choices = [WITH_SKELETON.get(character, character) for character in code_skeleton]
        return Search(choices, self, within, without).codes()

    def slips(
        self,
        code: str,
        within: Iterable["Rule"] = (),
        without: Iterable["Rule"] = (),
    ) -> Iterator[str]:
        """The codes exactly one slip from `code` that this rule matches, each once and in order,
        found one at a time: of a code of 16 characters about 1,300 at most.

        `within`: if given, one of these shapes must match too; `without`: none of these may.
        """
        shapes, barred = tuple(within), tuple(without)
        for slip in SlipSearch(code, self.parts).codes():
            fits = not shapes or any(shape.matches(slip) for shape in shapes)
            if fits and not any(rule.matches(slip) for rule in barred):
                yield slip

    @cached_property
    def _skeleton_regex(self) -> re.Pattern[str]:
        """Return what the skeleton of a matching code must look like: a quick no for most codes."""
        patterns = []
        for part in self.parts:
            alike = [
                None if characters is None else set(map(skeleton, characters))
                for characters in part.characters
            ]
            patterns.append(pattern(alike))
        return re.compile("|".join(patterns))

    @cached_property
    def skeleton_places(self) -> tuple[Places, ...] | None:
        """Of each part, the characters that may stand at each place in the skeleton of a matching
        code, or None where a `*` leaves the length open."""
        if self.lengths is None:
            return None
        return tuple(
            tuple(frozenset(map(skeleton, characters or ())) for characters in part.characters)
            for part in self.parts
        )

    @cached_property
    def lengths(self) -> frozenset[int] | None:
        """Return how long matching codes are, or None where a `*` leaves it open."""
        lengths = {part.length for part in self.parts}
        return None if None in lengths else frozenset(lengths)  # type: ignore[arg-type]

    @cached_property
    def fixed(self) -> int:
        """Return how many characters the rule states outright."""
        return min(len(part.fixed_characters) for part in self.parts)

    @cached_property
    def lead(self) -> str:
        """The characters that every matching code begins with."""
        leads = [part.lead for part in self.parts]
        place = 0
        while all(place < len(lead) and lead[place] == leads[0][place] for lead in leads):
            place += 1
        return leads[0][:place]

    def is_distinctive(self, code: str) -> bool:
        """Whether few codes of other products match by chance: three characters are fixed of a code
        of eight or more, a letter among them, or eight of a code of twelve or more."""
        return len(code) >= self._distinctive_from

    @cached_property
    def _distinctive_from(self) -> float:
        """Return how long the codes are that it is distinctive for; for no code, infinity."""
        return max(_distinctive_from(part.fixed_characters) for part in self.parts)

    def count(self, within: Iterable["Rule"] = ()) -> int | None:
        """Return how many codes match (and fit one of the shapes `within`), or None where that is
        open or takes too long to tell."""
        within = tuple(within)
        open_ended = self.lengths is None and any(shape.lengths is None for shape in within)
        if open_ended or (self.lengths is None and not within):
            return None
        lengths = self.lengths or frozenset().union(*(shape.lengths or () for shape in within))
        weights = _weights([self, *within])
        try:
            return sum(
                Search(["".join(weights)] * length, self, within).count(weights)
                for length in lengths
            )
        except TooManyStatesError:
            return None

    def overlaps(self, within: Iterable["Rule"]) -> bool:
        """Whether any code at all matches the rule and one of the shapes."""
        within = tuple(within)
        lengths = self.lengths or range(1, MAX_CODE_LENGTH + 1)
        characters = "".join(_weights([self, *within]))
        return any(Search([characters] * length, self, within).finds_any for length in lengths)

    def samples(self, within: Iterable["Rule"] = (), unused_letters: str = "") -> tuple[str, ...]:
        """The first, the middle and the last code that match (and fit one of the shapes `within`),
        each once; shorter codes come first. Where the length is open, of the shortest that tells.
        Empty where none matches or it takes too long to tell."""
        characters = "".join(
            character for character in CHARACTERS if character not in unused_letters
        )
        sized = [(search, search.size) for search in self._searches(tuple(within), characters)]
        total = sum(size for _, size in sized)
        numbers = sorted({0, total // 2, total - 1}) if total else []
        return tuple(_at(sized, number) for number in numbers)

    def outside(self, within: Iterable["Rule"] = (), unused_letters: str = "") -> tuple[str, ...]:
        """Up to two codes that just miss the rule, and fit one of the shapes `within` if given."""
        within = tuple(within)
        inside = self.samples(within, unused_letters)
        if not inside:
            return ()
        first, last = inside[0], inside[-1]
        near = [beside(first, back=True), beside(last)]
        # Of a mask, what comes before and after can match again, or be no code of the product.
        near += [other for code in (first, last) for other in _varied(code)]
        missing = (
            code
            for code in dict.fromkeys(near)
            if code
            and not set(code) & set(unused_letters)
            and not self.matches(code)
            and (not within or any(shape.matches(code) for shape in within))
        )
        return tuple(islice(missing, 2))

    def _searches(self, within: tuple["Rule", ...], characters: str) -> list["Search"]:
        """One for each length that a code can have, the shortest first."""
        lengths = self.lengths or frozenset().union(*(shape.lengths or () for shape in within))
        if not lengths:
            masks = [part for rule in (self, *within) for part in rule.parts]
            tokens = (len(part.tokens) for part in masks if isinstance(part, Mask))
            lengths = frozenset({min(max(8, *tokens), MAX_CODE_LENGTH)})
        return [Search([characters] * length, self, within) for length in sorted(lengths)]

    @property
    def warning(self) -> str:
        """A sentence for staff where the rule may not say what they mean, or ""."""
        if re.search(r"X{3}", self.text):
            return (
                "XXX is read as three letters X. If it stands for any digit, write ### instead; "
                "for any letter or digit, write ???."
            )
        return ""


def is_distinctive_code(code: str) -> bool:
    """Whether a listed code tells its product from others: it is eight characters or longer with a
    letter among them, or twelve or longer."""
    return len(code) >= _distinctive_from(code)


def _distinctive_from(fixed: str) -> float:
    """From which length on a code is distinctive that has these characters; infinity if never."""
    if len(fixed) >= 3 and any(character in LETTERS for character in fixed):
        return 8
    return 12 if len(fixed) >= 8 else inf


def beside(code: str, *, back: bool = False) -> str:
    """The code that follows, or comes before, with the same kinds of character (A199, A200), or
    ""."""
    kinds = tuple(map(kind_of, code))
    try:
        return next_code(code, kinds, "".join(kind[-1 if back else 0] for kind in kinds), back)
    except RuleError:
        return ""


def _varied(code: str) -> Iterator[str]:
    """The code with one character transposed for the one before or after it, from the right."""
    for place in reversed(range(len(code))):
        kind, before, after = kind_of(code[place]), code[:place], code[place + 1 :]
        at = kind.index(code[place])
        for character in kind[max(at - 1, 0) : at] + kind[at + 1 : at + 2]:
            yield before + character + after


def _at(searches: list[tuple["Search", int]], number: int) -> str:
    """The code with that number, counted through all of them."""
    for search, size in searches:
        if number < size:
            return search.code_at(number)
        number -= size
    raise IndexError(number)


def find_misfit(shape: Rule, code: str) -> tuple[int, frozenset[str]] | None:
    """Return where a code of the right length first leaves a shape: its place from 0, and the
    characters that the shape allows there. None where lengths differ, the length is open, or the
    code fits."""
    for part in shape.parts:
        if isinstance(part, Mask) and part.length == len(code):
            for place, (character, token) in enumerate(zip(code, part.tokens, strict=True)):
                if token is not None and character not in token:
                    return place, token
    return None


def _weights(rules: Iterable[Rule]) -> dict[str, int]:
    """One character of each kind that no rule tells apart, and how many there are of that kind."""
    groups: set[Collection[str]] = {DIGITS}
    for part in (part for rule in rules for part in rule.parts):
        if isinstance(part, Mask):
            groups.update(token for token in part.tokens if token is not None)
        elif isinstance(part, Dates):
            groups.update(DIGITS)
        else:
            groups.update(CHARACTERS[: CHARACTERS.index(end)] for end in part.low + part.high)
            groups.update(CHARACTERS[: CHARACTERS.index(end) + 1] for end in part.low + part.high)
    weights: dict[str, int] = {}
    first_of: dict[tuple[bool, ...], str] = {}
    for character in CHARACTERS:
        first = first_of.setdefault(tuple(character in group for group in groups), character)
        weights[first] = weights.get(first, 0) + 1
    return weights


# What stands beside a code on labels: 5V, 10W, 4400mAh.
_MEASURE = re.compile("[0-9]{1,5}(?:V|A|MA|MAH|W|WH|HZ|KHZ|G|KG|MM)")
# Voice input writes some digits out: KsevenR3M1.
_SPOKEN = re.compile(
    "ZERO|THREE|FOUR|FIVE|SEVEN|EIGHT|NINE|TROIS|QUATRE|CINQ|SEPT|HUIT|NEUF|CERO|TRES|CUATRO|CINCO"
    "|SEIS|SIETE|OCHO|NUEVE|NULL|EINS|ZWEI|DREI|VIER|SECHS|SIEBEN|ACHT|NEUN|DOUBLE|DOPPEL|DOBLE"
)


def holds_spoken_digit(code: str, shapes: Sequence[Rule]) -> bool:
    """Whether a word for a digit stands in a code whose shapes allow several lengths."""
    lengths = {length for shape in shapes for length in shape.lengths or ()}
    return len(lengths) > 1 and _SPOKEN.search(code) is not None


def may_fall_apart(groups: Sequence[str], shapes: Sequence[Rule]) -> bool:
    """Whether a code that was put together from groups of characters may be a shorter one with
    something else beside it: the shapes allow several lengths, and a group fits one of them, or is
    a word that none of them begins with. Without stated lengths nothing can be told: no."""
    stated = [shape for shape in shapes if shape.lengths is not None]
    lengths = {length for shape in stated for length in shape.lengths or ()}
    if len(groups) < 2 or len(lengths) < 2:
        return False
    place = 0
    for group in groups:
        is_lead = any(shape.lead[place:].startswith(group) for shape in shapes)
        is_word = len(group) > 1 and group.isalpha() and not is_lead
        if is_word or _MEASURE.fullmatch(group) or any(shape.matches(group) for shape in stated):
            return True
        place += len(group)
    return False
