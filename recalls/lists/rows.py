"""Here is what the rows of staff's files say, and what is wrong with a row.

Nothing here knows the database.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from typing import cast

from recalls import codes
from recalls.lists.columns import ZEROED, ExpectedCodes, Layout, text_of
from recalls.lists.files import Table
from recalls.lists.limits import Cell, NotATable

# More than this is entered as a rule, which covers as many as it likes.
MAX_RANGE = 100_000
# Each of them is stored with its reason, which takes ten times as long as a code.
MAX_REFUSED_IN_A_CHUNK = 10_000
# Fewer lists than make Python look for garbage: it would go through them all, again and again.
ROWS_AT_A_TIME = 300
MAX_ZEROS_LOST = 4
_TOTAL = re.compile(r"(grand\s+|sub)?-?(total|sum|somme|suma|count|nombre|n[uú]mero)\b", re.I)

# What spreadsheets make of codes.
_EXPONENT = re.compile(r"[+-]?\d+(?:[.,]\d+)?[Ee]\+?\d+")
_MONTHS = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DATE = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}(?:[ T]\d{1,2}:\d{2}.*)?|\d{1,2}[/.]\d{1,2}[/.](?:\d{4}|\d{2})"
    rf"|\d{{1,2}}[- ]{_MONTHS}(?:[- ]\d{{2,4}})?|{_MONTHS}[- ]\d{{2,4}}",
    re.I,
)
_MEND = "Format the column as Text in the original and export again."


@dataclass
class Tally:
    """It says what was read, for the preview. `skipped` counts rows by why; `notes` shows the
    first."""

    rows: int = 0
    ranges: int = 0
    respelled: int = 0
    other_scripts: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    notes: list[tuple[int, str, str]] = field(default_factory=list)
    of_others: Counter[str] = field(default_factory=Counter)

    def skip(self, number: int, text: str, why: str) -> None:
        self.skipped[why] += 1
        if why != "blank" and len(self.notes) < 20:
            self.notes.append((number, text[:80], why))


@dataclass(frozen=True)
class Refused:
    """A row that is no code of the product: its number, its text, and why, as a sentence."""

    row: int
    value: str
    reason: str


class Reader:
    """Reads a table's rows as codes: each chunk is (codes, refused rows)."""

    def __init__(self, table: Table, layout: Layout, expected: ExpectedCodes):
        self.table, self.layout, self.expected = table, layout, expected
        self.tally = Tally()
        # Those since the last chunk.
        self.refused: list[Refused] = []
        self.range_codes = 0

    def chunks(self, size: int, first: int = 0) -> Iterator[tuple[list[str], list[Refused]]]:
        """Yield chunks of `size` codes at most (`first`: the first one) and about
        MAX_REFUSED_IN_A_CHUNK refused rows; a range goes on in the next. Raises NotATable."""
        most = first or size
        found: list[str] = []
        with closing(self._rows()) as rows:
            while part := list(islice(rows, min(size, ROWS_AT_A_TIME))):
                for run in self._read(part):
                    while more := list(islice(run, most - len(found))):
                        found += more
                        if len(found) >= most:
                            yield found, self._take_refused()
                            found, most = [], size
                refused = len(self.refused)
                if refused and refused + len(found) >= min(most, MAX_REFUSED_IN_A_CHUNK):
                    yield found, self._take_refused()
                    found, most = [], size
        if found or self.refused:
            yield found, self._take_refused()

    def refuse_too_many(self) -> None:
        """Count what the ranges come to, before anything is stored. Raises NotATable."""
        if self.layout.last is None:
            return
        scout = Reader(self.table, self.layout, self.expected)
        with closing(scout._rows()) as rows:
            for number, cells in rows:
                scout._look_closer(number, cells)
                scout.refused.clear()

    def _rows(self) -> Generator[tuple[int, list[Cell]], None, None]:
        yield from self.table.rows(self.layout.sheet)

    def _take_refused(self) -> list[Refused]:
        refused, self.refused = self.refused, []
        return refused

    def _read(self, rows: list[tuple[int, list[Cell]]]) -> Iterator[Iterator[str]]:
        """The codes of the rows, those of a range only as somebody asks for them."""
        self.tally.rows += len(rows)
        is_plain, place = self.expected.is_plain, self.layout.code
        if codes_only := self._codes_only(rows):
            yield iter(codes_only)
        elif self.layout.last is None and self.layout.model is None:
            for number, cells in rows:
                cell = cells[place] if len(cells) > place else ""
                is_code = type(cell) is str and is_plain(cell)
                yield iter((cast(str, cell),)) if is_code else self._look_closer(number, cells)
        else:
            for number, cells in rows:
                yield self._look_closer(number, cells)

    def _codes_only(self, rows: list[tuple[int, list[Cell]]]) -> list[str]:
        """The column where each of its cells is a plain code, else []."""
        if self.layout.last is not None or self.layout.model is not None:
            return []
        place = self.layout.code
        try:
            column = [cells[place] for _, cells in rows]
        except IndexError:
            return []
        # What is plain is text.
        return cast(list[str], column) if self.expected.are_plain(column) else []

    def _look_closer(self, number: int, cells: list[Cell]) -> Iterator[str]:
        """The codes of one row; where there are none, `refused` or the tally says why."""
        cell = _cell(cells, self.layout.code)
        text = text_of(cell)
        if why := self._is_no_row(number, cells, text):
            self.tally.skip(number, " ".join(filter(None, map(text_of, cells))), why)
            return iter(())
        try:
            if self._is_of_another(cells):
                return iter(())
            if self.layout.last is not None and text_of(_cell(cells, self.layout.last)):
                return self._range(cell, _cell(cells, self.layout.last))
            return iter((self.code(cell),))
        except _RefusedRow as error:
            shown = " to ".join(
                text_of(_cell(cells, place))
                for place in (self.layout.code, self.layout.last)
                if place is not None
            )
            self.refused.append(Refused(number, _printable(shown)[:200], str(error)))
            return iter(())

    def _is_no_row(self, number: int, cells: list[Cell], text: str) -> str:
        """Why the row holds no code and loses none, or "" where it must be read."""
        if not any(map(text_of, cells)):
            is_hidden_error = self.table.has_errors and number >= self.layout.begins
            return "" if is_hidden_error else "blank"
        texts = [text_of(cell) for cell in cells]
        if self.layout.header and tuple(text.lower() for text in texts) == self.layout.header:
            return "header" if number < self.layout.begins else "repeated header"
        if self.expected.fits(codes.normalize(text)):
            return ""
        if number < self.layout.begins:
            is_title = not re.search(r"\d{6}", text) if self.layout.header else _is_prose(text)
            return "title" if is_title else ""
        return "total" if _TOTAL.match(next(filter(None, texts))) else ""

    def _is_of_another(self, cells: list[Cell]) -> bool:
        """Whether the row names another product of the notice."""
        if self.layout.model is None:
            return False
        named = text_of(_cell(cells, self.layout.model))
        model = codes.normalize(named)
        if model in self.expected.models:
            return False
        if other := self.expected.other_models.get(model):
            self.tally.of_others[other] += 1
            return True
        if not named:
            raise _RefusedRow("The row does not name its product.")
        raise _RefusedRow(f"“{_printable(named)[:40]}” is no model number of this notice.")

    def _range(self, first: Cell, last: Cell) -> Iterator[str]:
        low, high = self.code(first), self.code(last)
        try:
            count, found = codes.between(low, high)
        except codes.RuleError as error:
            raise _RefusedRow(str(error)) from error
        if count > MAX_RANGE:
            raise _RefusedRow(
                f"This range has {count:,} codes; one row may have {MAX_RANGE:,}. Enter it "
                "as a rule of the product."
            )
        self.range_codes += count
        most = self.table.limits.range_codes
        if self.range_codes > most:
            raise NotATable(
                f"The ranges of this file come to more than {most:,} codes. Enter them as rules of "
                "the product, which cover as many as they like."
            )
        self.tally.ranges += 1
        return filter(self.expected.fits, found)

    # One cell -------------------------------------------------------------------------------------

    def code(self, cell: Cell) -> str:
        """The normal form of a cell. Raises _RefusedRow with what is wrong with it."""
        if not isinstance(cell, str):
            return self._number(cell)
        if not cell.strip():
            error = ", or an error such as #N/A" if self.table.has_errors else ""
            raise _RefusedRow(f"There is no code in this row{error}.")
        if "\n" in cell.strip():
            raise _RefusedRow("The cell has several lines. Is a quotation mark missing above it?")
        self._refuse_damage(cell.strip())
        return self._fitting(cell)

    def _number(self, cell: Cell) -> str:
        """A number cell keeps 15 digits and no zeros in front: one that fits the only length that
        codes have is whole."""
        if isinstance(cell, bool) or not isinstance(cell, int | float):
            kind = "a date" if isinstance(cell, dt.date) else "no text"
            raise _RefusedRow(f"The cell is {kind}. Excel may have changed the code. {_MEND}")
        text = text_of(cell)
        if abs(cell) >= 1e15:
            raise _RefusedRow(f"Excel keeps 15 digits of a number and has lost the rest. {_MEND}")
        if not text.isdigit():
            raise _RefusedRow(f"The cell is a number with a point or a character. {_MEND}")
        self._refuse_lost_zeros(text)
        if len(self.expected.lengths) != 1:
            raise _RefusedRow(f"The cell is a number: zeros in front may be lost. {_MEND}")
        return self._fitting(text)

    def _refuse_damage(self, text: str) -> None:
        if _EXPONENT.fullmatch(text):
            raise _RefusedRow(f"Excel has made a number of this code. {_MEND}")
        if ZEROED.fullmatch(text) and (self.layout.is_zeroed or text.endswith("000")):
            raise _RefusedRow(f"Excel has replaced the digits after the 15th with zeros. {_MEND}")
        if _DATE.fullmatch(text):
            raise _RefusedRow(f"This is a date. Excel may have made it of a code. {_MEND}")
        self._refuse_lost_zeros(text)

    def _refuse_lost_zeros(self, text: str) -> None:
        if not text.isdigit() or self.expected.fits(text):
            return
        missing = range(1, MAX_ZEROS_LOST + 1)
        if any(self.expected.fits("0" * count + text) for count in missing):
            raise _RefusedRow(f"Zeros in front seem to be lost. {_MEND}")

    def _fitting(self, text: str) -> str:
        reading = codes.read_code(text)
        code = reading.code
        if reading.foreign:
            raise _RefusedRow(f"“{reading.foreign}” is a letter or digit of another script.")
        if reading.unread:
            raise _RefusedRow("A character stands as ?: it was lost or could not be read.")
        lengths = self.expected.lengths
        if reading.too_long or not code or (lengths and len(code) not in lengths):
            raise _RefusedRow(self._misfit(code))
        for letter in sorted(set(code) & set(self.expected.unused_letters)):
            digit = codes.fold(letter, letter)
            question = f" Is it {digit}?" if digit != letter else ""
            raise _RefusedRow(f"The maker never uses the letter {letter}.{question}")
        if not self.expected.fits(code):
            raise _RefusedRow(self._misfit(code))
        if code != text:
            self.tally.respelled += 1
            self.tally.other_scripts += any(
                character.isalpha() and not character.isascii() for character in text
            )
        return code

    def _misfit(self, code: str) -> str:
        if not code:
            return "This is no code."
        lengths = self.expected.lengths
        if lengths and len(code) not in lengths:
            allowed = " or ".join(map(str, lengths))
            return f"It has {len(code)} characters; codes of this product have {allowed}."
        for shape in self.expected.shapes:
            if wrong := codes.find_misfit(shape, code):
                place = wrong[0]
                return f"Character {place + 1} ({code[place]}) does not fit the product's shape."
        return "It does not fit the product's shape."


class _RefusedRow(Exception):
    pass


def _is_prose(text: str) -> bool:
    """Two words or more, or none with a digit: a title, and no code spoilt on the way."""
    return not re.search(r"\d", text) or bool(re.search(r"[^\W\d]{3,}\s+[^\W\d]{2,}", text))


def _cell(cells: list[Cell], place: int) -> Cell:
    return cells[place] if len(cells) > place else ""


def _printable(text: str) -> str:
    """Without line breaks and control characters, which neither page nor file should show as
    such."""
    return "".join(character if character.isprintable() else " " for character in text)
