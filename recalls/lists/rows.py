"""The rows of staff's files are read here, and a row that is wrong is named.

Nothing here knows the database.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, cast

from recalls import codes
from recalls.lists.cells import (
    MEND,
    SAYS_NO,
    ZEROED,
    damage,
    is_total,
    printable,
    text_of,
)
from recalls.lists.columns import FileLayout, Layout
from recalls.lists.expected import ExpectedCodes
from recalls.lists.files import Table, column_name
from recalls.lists.limits import Cell, NotATable
from recalls.lists.survey import swallowed

# More than this is entered as a rule, which covers as many as it likes.
MAX_RANGE = 100_000
# Each of them is stored with its reason, which takes ten times as long as a code.
MAX_REFUSED_IN_A_CHUNK = 10_000
# Fewer lists than make Python look for garbage: it would go through them all, again and again.
ROWS_AT_A_TIME = 300
MAX_ZEROS_LOST = 4
_LABEL_WITH_COLON = re.compile(r"[^:：]*[:：]\s*")
_QUOTATION_MARKS = " \t=\"'`´“”„‟«»‘’‚‹›"


@dataclass
class Tally:
    """The counts of one reading, for the preview. `skipped` counts rows by why; `notes` shows the
    first.

    `filled` and `fitting` count the cells of the columns of codes that hold anything, and that
    look like a code; `not_taken` counts the latter by what became of them where they are no code
    of the list. `parts` are the columns that were read, each with its first and last code.
    """

    rows: int = 0
    ranges: int = 0
    respelled: int = 0
    other_scripts: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    notes: list[tuple[int, str, str]] = field(default_factory=list)
    of_others: Counter[str] = field(default_factory=Counter)
    filled: int = 0
    fitting: int = 0
    not_taken: Counter[str] = field(default_factory=Counter)
    parts: list[dict[str, Any]] = field(default_factory=list)

    def add_codes(self, codes_read: list[str]) -> None:
        part = self.parts[-1]
        part["codes"] += len(codes_read)
        part.setdefault("first", codes_read[0])
        part["last"] = codes_read[-1]

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
    """Reads a table's rows as codes: each chunk is (codes, refused rows).

    At the end of each column what was read is compared with what the survey of the file counted.
    """

    def __init__(self, table: Table, layout: FileLayout, expected: ExpectedCodes):
        self.table, self.file_layout, self.expected = table, layout, expected
        self.layout: Layout = layout.columns[0]
        self.hollow: set[tuple[int, int]] = set()
        self.tally = Tally()
        # Those since the last chunk.
        self.refused: list[Refused] = []
        self.range_codes = 0

    def chunks(self, size: int, first: int = 0) -> Iterator[tuple[list[str], list[Refused]]]:
        """Chunks of `size` codes at most (`first`: the first one) and about
        MAX_REFUSED_IN_A_CHUNK refused rows; a range goes on in the next. Raises NotATable."""
        most = first or size
        found: list[str] = []
        with closing(self._parts(min(size, ROWS_AT_A_TIME))) as parts:
            for part in parts:
                for run in self._read(part):
                    while more := list(islice(run, most - len(found))):
                        self.tally.add_codes(more)
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
        if all(layout.last is None for layout in self.file_layout.columns):
            return
        scout = Reader(self.table, self.file_layout, self.expected)
        with closing(scout._parts(ROWS_AT_A_TIME)) as parts:
            for part in parts:
                for number, cells in part:
                    scout._look_closer(number, cells)
                    scout.refused.clear()

    def _parts(self, size: int) -> Generator[list[tuple[int, list[Cell]]], None, None]:
        """Some rows at a time, column of codes after column."""
        for layout in self.file_layout.columns:
            self.layout = layout
            self.hollow = self.table.hollow(layout.sheet)
            self.tally.parts.append({"place": layout.sentence, "codes": 0})
            before = self.tally.filled, self.tally.fitting
            rows = iter(self.table.rows(layout.sheet))
            while part := list(islice(rows, size)):
                yield part
            seen = self.tally.filled - before[0], self.tally.fitting - before[1]
            if seen != (layout.filled, layout.fitting):
                raise NotATable(
                    f"The file does not read the same way twice: {layout.sentence} had "
                    f"{layout.filled:,} cells, of which {layout.fitting:,} look like codes, and "
                    f"now {seen[0]:,} and {seen[1]:,}. Save it anew, as CSV if it can be."
                )

    def _take_refused(self) -> list[Refused]:
        refused, self.refused = self.refused, []
        return refused

    def _read(self, rows: list[tuple[int, list[Cell]]]) -> Iterator[Iterator[str]]:
        """The codes of the rows, those of a range only as somebody asks for them."""
        self.tally.rows += len(rows)
        if codes_only := self._codes_only(rows):
            self._count_plain(len(codes_only))
            yield iter(codes_only)
            return
        for number, cells in rows:
            cell = _cell(cells, self.layout.code)
            if (
                self._is_taken_as_it_is(number)
                and type(cell) is str
                and self.expected.is_plain(cell)
            ):
                self._count_plain(1)
                yield iter((cell,))
            else:
                yield self._look_closer(number, cells)

    def _count_plain(self, count: int) -> None:
        self.tally.filled += count
        self.tally.fitting += count

    def _is_taken_as_it_is(self, number: int) -> bool:
        """Whether a row with a plain code needs no further look: a heading would fit a shape of
        any length."""
        layout = self.layout
        return (
            layout.last is None
            and layout.model is None
            and layout.says_no is None
            and not layout.has_open_quotation_mark
            and number >= layout.begins
            and self.expected.lengths != ()
        )

    def _codes_only(self, rows: list[tuple[int, list[Cell]]]) -> list[str]:
        """The column where each of its cells is a plain code, else []."""
        if not self._is_taken_as_it_is(rows[0][0]):
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
        text = text_of(_cell(cells, self.layout.code))
        looks_like_code = (
            bool(text)
            and self.expected.looks_like_code(text)
            and not swallowed(self.table, text, self.expected)
        )
        self.tally.filled += bool(text)
        self.tally.fitting += looks_like_code
        found, became = self._take(number, cells, text)
        if became and looks_like_code:
            self.tally.not_taken[became] += 1
        return found

    def _take(self, number: int, cells: list[Cell], text: str) -> tuple[Iterator[str], str]:
        """The codes of one row, and what became of it where it gave none, else ""."""
        if mark := self._open_quotation_mark(cells):
            shown = " ".join(map(text_of, cells))
            self.refused.append(Refused(number, printable(shown)[:200], mark))
            return iter(()), "refused"
        if why := self._is_no_row(number, cells, text):
            self.tally.skip(number, " ".join(filter(None, map(text_of, cells))), why)
            return iter(()), why
        try:
            if self._is_of_another(cells):
                return iter(()), "of another product"
            return self._codes_of(number, cells), ""
        except _RefusedRow as error:
            shown = " to ".join(
                text_of(_cell(cells, place))
                for place in (self.layout.code, self.layout.last)
                if place is not None
            )
            self.refused.append(Refused(number, printable(shown)[:200], str(error)))
            return iter(()), "refused"

    def _open_quotation_mark(self, cells: list[Cell]) -> str:
        """Why the row is refused where such a mark has made one cell of several rows, else ""."""
        for place, cell in enumerate(cells):
            text = str(cell)
            if "\n" in text and (lost := swallowed(self.table, text, self.expected)):
                return (
                    f"A quotation mark opens in column {column_name(place)} and closes "
                    f"{text.count(chr(10)):,} lines further down. Between stand {len(lost):,} "
                    f"codes, {lost[0]} to {lost[-1]}. Take the mark out, or close it in its row."
                )
        return ""

    def _codes_of(self, number: int, cells: list[Cell]) -> Iterator[str]:
        """The codes of one row. Raises _RefusedRow."""
        layout = self.layout
        if (number, layout.code) in self.hollow or (number, layout.last) in self.hollow:
            raise _RefusedRow(
                "The cell has a formula without a stored value, or an error such as #N/A. Open "
                "the file in Excel, see that the code is there, save it, and load it again."
            )
        cell = _cell(cells, layout.code)
        if layout.last is not None and text_of(_cell(cells, layout.last)):
            return self._range(cell, _cell(cells, layout.last))
        return iter((self.code(cell),))

    def _is_no_row(self, number: int, cells: list[Cell], text: str) -> str:
        """Why the row holds no code and loses none, or "" where it must be read."""
        layout = self.layout
        if not any(map(text_of, cells)):
            return "" if (number, layout.code) in self.hollow else "blank"
        texts = [text_of(cell) for cell in cells]
        if layout.header and tuple(text.lower() for text in texts) == layout.header:
            return "header" if number < layout.begins else "repeated header"
        if layout.says_no is not None and SAYS_NO.fullmatch(text_of(_cell(cells, layout.says_no))):
            return "says no"
        if self.expected.looks_like_code(text):
            return ""
        if number < layout.begins:
            is_title = not re.search(r"\d{6}", text) if layout.header else _is_prose(text)
            return "title" if is_title else ""
        if (number, layout.code) in self.hollow:
            return ""
        return "total" if is_total(texts, text, number) else ""

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
        raise _RefusedRow(f"“{printable(named)[:40]}” is no model number of this notice.")

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
            raise _RefusedRow("There is no code in this row.")
        text = cell.strip(" \t\r\n\ufeff\xa0")
        if "\n" in text:
            raise _RefusedRow(
                "The cell has several lines. Put one code in each row. Is a quotation mark missing "
                "above it?"
            )
        self._refuse_damage(text)
        return self._fitting(cell)

    def _number(self, cell: Cell) -> str:
        """A number cell keeps 15 digits and no zeros in front: one that fits the only length that
        codes have is whole."""
        if isinstance(cell, bool) or not isinstance(cell, int | float):
            kind = "a date" if isinstance(cell, dt.date) else "no text"
            raise _RefusedRow(f"The cell is {kind}. Excel may have changed the code. {MEND}")
        text = text_of(cell)
        if abs(cell) >= 1e15:
            raise _RefusedRow(f"Excel keeps 15 digits of a number and has lost the rest. {MEND}")
        if not text.isdigit():
            raise _RefusedRow(f"The cell is a number with a point or a character. {MEND}")
        self._refuse_lost_zeros(text)
        if len(self.expected.lengths) != 1:
            raise _RefusedRow(f"The cell is a number: zeros in front may be lost. {MEND}")
        return self._fitting(text)

    def _refuse_damage(self, text: str) -> None:
        if sentence := damage(text):
            raise _RefusedRow(sentence)
        if ZEROED.fullmatch(text) and (self.layout.is_zeroed or text.endswith("000")):
            raise _RefusedRow(f"Excel has replaced the digits after the 15th with zeros. {MEND}")
        if len(several := self.expected.codes_in(text)) > 1:
            raise _RefusedRow(
                f"There are {len(several)} codes in this cell, {several[0]} and {several[1]}. Put "
                "one code in each row; if it is one code, write it without blanks and marks."
            )
        self._refuse_lost_zeros(text)

    def _refuse_lost_zeros(self, text: str) -> None:
        if not text.isdigit() or self.expected.fits(text):
            return
        missing = range(1, MAX_ZEROS_LOST + 1)
        if any(self.expected.fits("0" * count + text) for count in missing):
            raise _RefusedRow(f"Zeros in front seem to be lost. {MEND}")

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
        if code != text.upper() and len(lengths) != 1:
            self._refuse_joined(text, reading)
        if code != text:
            self.tally.respelled += 1
            self.tally.other_scripts += any(
                character.isalpha() and not character.isascii() for character in text
            )
        return code

    def _refuse_joined(self, text: str, reading: codes.Reading) -> None:
        """Refuse a range, a note or a label that would be taken into the code: where codes have
        several lengths the whole fits all the same."""
        if codes.may_fall_apart(reading.groups, self.expected.shapes):
            raise _RefusedRow(
                "There may be more than one code in this cell, or a note beside it. Put one code "
                "in each row; if it is one code, write it without blanks and marks."
            )
        line = _LABEL_WITH_COLON.sub("", text).strip(_QUOTATION_MARKS)
        if all(shape.lengths for shape in self.expected.shapes):
            line = "".join(line.split())  # its words have been looked at
        try:
            rule = codes.parse_rule(line)
        except codes.RuleError as error:
            raise _RefusedRow(str(error)) from error
        if rule.text != reading.code:
            raise _RefusedRow(
                f"This can be read as {reading.code} and as {rule.text}. Write the code without "
                "blanks, and leave out what is no part of it."
            )

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
