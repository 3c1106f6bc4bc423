"""Date codes: a date written in a layout such as DD/MM/YYYY or YYWW."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from recalls.codes.text import CHARACTERS, DIGITS, LETTERS

# The fields of a layout, the longer before the shorter, and the marks of a mask.
_FIELDS = re.compile(r"YYYY|YY|Y|MM|WW|DDD|DD|D|[#@?]")
_MARKS = {"#": DIGITS, "@": LETTERS, "?": CHARACTERS}
_YEARS = ("YYYY", "YY", "Y")
# What a date consists of, from the greatest to the least.
_ORDERS = (("MM", "DD"), ("MM",), ("WW", "D"), ("WW",), ("DDD",))
# Some makers count the days of a week from 0, some from 1; some years have 53 weeks.
_VALUES = {
    "MM": range(1, 13),
    "DD": range(1, 32),
    "WW": range(1, 54),
    "D": range(8),
    "DDD": range(1, 367),
}

_Box = tuple[frozenset[int], ...]
_State = tuple[int, str, tuple[int, ...]]


@dataclass(frozen=True)
class Layout:
    """This is how a date is written. `fields` are as in the text, without what separates them."""

    text: str
    fields: tuple[str, ...]

    @classmethod
    def read(cls, text: str) -> "Layout | None":
        """The layout, or None where the text is none: a year, and what tells a day, a week or a
        month in it, each once."""
        fields = tuple(_FIELDS.findall(text))
        if not re.fullmatch(rf"(?:(?:{_FIELDS.pattern})[-/.]?)+", text) or text[-1] in "-/.":
            return None
        layout = cls(text, fields)
        named = layout.date_fields
        years = [name for name in named if name in _YEARS]
        others = tuple(name for name in layout.order if name not in _YEARS)
        if len(years) != 1 or len(named) != len(layout.order) or others not in _ORDERS:
            return None
        return layout

    @property
    def length(self) -> int:
        """Return how many characters a code has."""
        return sum(map(len, self.fields))

    @cached_property
    def year(self) -> str:
        return next((name for name in _YEARS if name in self.fields), "")

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The fields of the date, from the year to the least."""
        return tuple(name for name in (self.year, *_VALUES) if name in self.fields)

    @cached_property
    def years(self) -> range:
        """The years that can be meant. Of two digits those from 1970 on; of one digit two decades,
        so that a range can lead from one into the next."""
        return {"YYYY": range(1900, 2100), "YY": range(1970, 2070), "Y": range(20)}[self.year]

    @property
    def date_fields(self) -> tuple[str, ...]:
        """The fields that are not marks, as they stand."""
        return tuple(name for name in self.fields if name not in _MARKS)

    def show(self, digits: str) -> str:
        """A date with what separates its fields."""
        text = ""
        for piece in re.findall(rf"{_FIELDS.pattern}|[-/.]", self.text):
            if piece in "-/.":
                text += piece
            elif piece not in _MARKS:
                text, digits = text + digits[: len(piece)], digits[len(piece) :]
        return text.strip("-/.")

    def date_of(self, digits: str) -> tuple[int, ...] | None:
        """The date that these digits write, the year first; None where they write none. They leave
        out the marks of a mask."""
        written, at = {}, 0
        for name in self.date_fields:
            written[name] = int(digits[at : at + len(name)])
            at += len(name)
        if self.year == "YY":
            written["YY"] += 2000 if written["YY"] < 70 else 1900
        date = tuple(written[name] for name in self.order)
        valid = any(
            all(value in values for value, values in zip(date, box, strict=True))
            for box in self._calendar
        )
        return date if valid else None

    def digits_of(self, date: tuple[int, ...]) -> str:
        """A date as `date_of` reads it."""
        values = dict(zip(self.order, date, strict=True))
        return "".join(_written(values[name], name) for name in self.date_fields)

    @cached_property
    def _calendar(self) -> list[_Box]:
        """All dates there are, as boxes: whatever value is taken for each field, it is a date."""
        # Of one digit it is not known which year it is.
        short = self.year == "Y"
        leap = frozenset(
            year
            for year in self.years
            if (year % 2 == 0 if short else year % 4 == 0 and (year % 100 or year % 400 == 0))
        )
        years = frozenset(self.years)
        if "DD" in self.fields:
            long, brief = frozenset({1, 3, 5, 7, 8, 10, 12}), frozenset({4, 6, 9, 11})
            months = [(years, long, 31), (years, brief, 30), (years, {2}, 28), (leap, {2}, 29)]
            return [(those, frozenset(m), _first(days)) for those, m, days in months]
        if "DDD" in self.fields:
            return [(years, _first(365)), (leap, _first(366))]
        return [(years, *(frozenset(_VALUES[name]) for name in self.order[1:]))]

    def place_of_error(self, code: str) -> int | None:
        """Return where a code of this length stops being a date, from 0; None where it is one."""
        states = {self._any_date.start}
        for place, character in enumerate(code):
            states = {later for state in states for later in self._any_date.steps(state, character)}
            if not states:
                return place
        return None

    @cached_property
    def _any_date(self) -> "Dates":
        return Dates(self, "", "", tuple(map(self.written, self.boxes(None, None))))

    def boxes(self, first: tuple[int, ...] | None, last: tuple[int, ...] | None) -> list[_Box]:
        """The dates from `first` to `last`, both included, as boxes; None for no end."""
        all_values = [frozenset(self.years), *(frozenset(_VALUES[n]) for n in self.order[1:])]
        boxes = []
        for box in _between(first, last, all_values):
            for those in self._calendar:
                shared = tuple(one & other for one, other in zip(box, those, strict=True))
                if all(shared):
                    boxes.append(shared)
        return boxes

    def written(self, box: _Box) -> tuple[frozenset[str], ...]:
        """Return what may stand in each field of the layout, for a box of dates."""
        values = dict(zip(self.order, box, strict=True))
        return tuple(
            frozenset(_MARKS[name])
            if name in _MARKS
            else frozenset(_written(value, name) for value in values[name])
            for name in self.fields
        )


def _written(value: int, name: str) -> str:
    return str(value).zfill(len(name))[-len(name) :]


def _first(count: int) -> frozenset[int]:
    return frozenset(range(1, count + 1))


def _between(
    first: tuple[int, ...] | None, last: tuple[int, ...] | None, values: list[frozenset[int]]
) -> Iterator[_Box]:
    if not values:
        yield ()
        return
    if first is None and last is None:
        yield tuple(values)
        return
    ours, rest = values[0], values[1:]
    if first and last and first[0] == last[0]:
        for box in _between(first[1:], last[1:], rest):
            yield (frozenset({first[0]}), *box)
        return
    if first:
        yield from ((frozenset({first[0]}), *box) for box in _between(first[1:], None, rest))
    inside = {
        value for value in ours if (not first or value > first[0]) and (not last or value < last[0])
    }
    if inside:
        yield (frozenset(inside), *rest)
    if last:
        yield from ((frozenset({last[0]}), *box) for box in _between(None, last[1:], rest))


@dataclass(frozen=True)
class Dates:
    """All codes that write a date from `first` to `last` in a layout, both included; one of them is
    "" where it is open. `boxes` are those dates: in each, whatever may stand in one field goes with
    whatever may stand in the others."""

    layout: Layout
    first: str
    last: str
    boxes: tuple[tuple[frozenset[str], ...], ...] = field(repr=False)

    @property
    def length(self) -> int:
        return self.layout.length

    @cached_property
    def characters(self) -> tuple[frozenset[str], ...]:
        """The characters that may stand at each place."""
        places: list[set[str]] = [set() for _ in range(self.length)]
        for box in self.boxes:
            at = 0
            for name, values in zip(self.layout.fields, box, strict=True):
                for place in range(len(name)):
                    places[at + place].update(value[place] for value in values)
                at += len(name)
        return tuple(map(frozenset, places))

    @cached_property
    def fixed_characters(self) -> str:
        return "".join(next(iter(place)) for place in self.characters if len(place) == 1)

    @cached_property
    def lead(self) -> str:
        lead = ""
        for place in self.characters:
            if len(place) != 1:
                break
            lead += next(iter(place))
        return lead

    @cached_property
    def _slices(self) -> tuple[slice, ...]:
        ends = [sum(map(len, self.layout.fields[:i])) for i in range(len(self.layout.fields) + 1)]
        return tuple(map(slice, ends, ends[1:]))

    def matches(self, code: str) -> bool:
        if len(code) != self.length:
            return False
        values = [code[each] for each in self._slices]
        return any(
            all(value in may for value, may in zip(values, box, strict=True)) for box in self.boxes
        )

    # A state: how many fields are read, what is read of the next, and the boxes that still fit.
    @cached_property
    def start(self) -> _State:
        return (0, "", tuple(range(len(self.boxes))))

    def at(self, length: int) -> "Dates | None":
        return self if length == self.length else None

    @cached_property
    def _beginnings(self) -> tuple[tuple[frozenset[str], ...], ...]:
        """For each box and field, how its values may begin."""
        return tuple(
            tuple(
                frozenset(value[:end] for value in values for end in range(1, len(value) + 1))
                for values in box
            )
            for box in self.boxes
        )

    def steps(self, state: _State, character: str) -> tuple[_State, ...]:
        place, begun, boxes = state
        if place == len(self.layout.fields):
            return ()
        begun += character
        boxes = tuple(box for box in boxes if begun in self._beginnings[box][place])
        if not boxes:
            return ()
        if len(begun) == len(self.layout.fields[place]):
            return ((place + 1, "", boxes),)
        return ((place, begun, boxes),)

    def branches(self, state: _State) -> Iterator[tuple[str, tuple[_State, ...]]]:
        place = sum(map(len, self.layout.fields[: state[0]])) + len(state[1])
        for character in self.characters[place] if place < self.length else ():
            yield character, self.steps(state, character)

    def accepts(self, state: _State) -> bool:
        return state[0] == len(self.layout.fields)


_TYPED = re.compile(r"(?<![0-9A-Z])[0-9]{1,4}(?:\s?[-/.]\s?[0-9]{1,4}){1,2}(?![0-9A-Z])")
_MAX_TYPED = 40


def padded_dates(cleaned: str) -> Iterator[str]:
    """Dates whose days and months lack their zero, with it: 2023/6/5 as 20230605."""
    for match in islice(_TYPED.finditer(cleaned), _MAX_TYPED):
        yield "".join(piece.zfill(2) for piece in re.findall("[0-9]+", match[0]))
