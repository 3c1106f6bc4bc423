"""What the rows of staff's files say: which column has the codes, and what is wrong with a row.

Nothing here knows the database. `Wanted` is all that is to be known of the product.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from recalls import codes
from recalls.lists.files import Cell, NotATable, Table, column_name

# More than this is entered as a rule, which covers as many as it likes.
MAX_RANGE = 100_000
ROWS_LOOKED_AT = 300
# Fewer lists than make Python look for garbage: it would go through them all, again and again.
ROWS_AT_A_TIME = 300
MAX_ZEROS_LOST = 4
_HEADER_ROWS = 30

_CODE_HEADER = re.compile(
    r"\b(s/?n|serial|sn code|serials?|s[eé]rie|seriennummer|imei|codes?|code affected)\b", re.I
)
_FIRST_HEADER = re.compile(r"\b(first|from|start|begin|low|premier|d[eé]but|primero|desde)", re.I)
_LAST_HEADER = re.compile(r"\b(last|to|end|until|high|dernier|fin|[uú]ltimo|hasta)\b", re.I)
_MODEL_HEADER = re.compile(
    r"\b(model|models|mod[eè]le|modelo|product|produit|producto|sku|item)\b", re.I
)
_TOTAL = re.compile(r"(grand\s+|sub)?-?(total|sum|somme|suma|count|nombre|n[uú]mero)\b", re.I)

# What spreadsheets make of codes.
_EXPONENT = re.compile(r"[+-]?\d+(?:[.,]\d+)?[Ee]\+?\d+")
_ZEROED = re.compile(r"\d{15}0+")
_MONTHS = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DATE = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}(?:[ T]\d{1,2}:\d{2}.*)?|\d{1,2}[/.]\d{1,2}[/.](?:\d{4}|\d{2})"
    rf"|\d{{1,2}}[- ]{_MONTHS}(?:[- ]\d{{2,4}})?|{_MONTHS}[- ]\d{{2,4}}",
    re.I,
)
_MEND = "Format the column as Text in the original and export again."


@dataclass(frozen=True)
class Wanted:
    """What a code of the product looks like. `models`: its model numbers in normal form;
    `other_models`: those of the notice's other products, each with that product's name."""

    name: str
    shapes: tuple[codes.Rule, ...]
    unused_letters: str = ""
    models: frozenset[str] = frozenset()
    other_models: dict[str, str] = field(default_factory=dict)

    @cached_property
    def is_plain(self) -> Callable[[str], object]:
        """True of a text that is a code as it stands, and that no spreadsheet can have made."""
        masks = [part.tokens for shape in self.shapes for part in shape.parts]
        unused = set(self.unused_letters)
        patterns = [
            "".join(
                "[0-9A-Z]*" if token is None else f"[{''.join(sorted(token - unused))}]"
                for token in mask
            )
            for mask in masks
            if all(token is None or token - unused for token in mask)
        ]
        return re.compile(rf"(?!\d{{15}}0+\Z)(?!\Z)(?:{'|'.join(patterns) or '(?!)'})").fullmatch

    def are_plain(self, column: list[Cell]) -> bool:
        """Whether each cell is plain and they all fit one shape without a *: looked at place by
        place, for all cells at once. In doubt no."""
        try:
            text = "\n".join([*column, ""]).encode("ascii")
        except (TypeError, UnicodeEncodeError):
            return False
        lines = b"\n" * len(column)
        for characters in self._plain_places:
            width = len(characters) + 1
            if len(text) == len(lines) * width and text[width - 1 :: width] == lines:
                places = enumerate(characters)
                if not any(text[place::width].translate(None, may) for place, may in places):
                    return True
        return False

    @cached_property
    def _plain_places(self) -> list[list[bytes]]:
        """Of each such shape the characters that may stand at each place."""
        found = []
        for tokens in (part.tokens for shape in self.shapes for part in shape.parts):
            # `is_plain` looks closer where 15 digits may be what a spreadsheet has left.
            if None not in tokens and not all(set(codes.DIGITS) & token for token in tokens):
                places = ["".join(sorted(token - set(self.unused_letters))) for token in tokens]
                found.append([characters.encode() for characters in places])
        return found

    def fits(self, code: str) -> bool:
        return not set(code) & set(self.unused_letters) and any(
            shape.matches(code) for shape in self.shapes
        )

    @cached_property
    def lengths(self) -> tuple[int, ...]:
        """How long its codes are; empty where that is open."""
        found = [shape.lengths for shape in self.shapes]
        return () if None in found else tuple(sorted(frozenset().union(*found)))


# Which column -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Layout:
    """Where the codes are. Columns count from 0; `last` has the last code of each range, `model`
    names the product. `header` is the row of headings, `begins` the number of the row after it or,
    where there is none, of the first row with a code."""

    code: int
    sheet: str = ""
    last: int | None = None
    model: int | None = None
    header: tuple[str, ...] = ()
    begins: int = 1
    is_zeroed: bool = False

    @property
    def sentence(self) -> str:
        parts = [f"column {column_name(self.code)}"]
        if self.last is not None:
            parts.append(f"to column {column_name(self.last)} (ranges)")
        if self.model is not None:
            parts.append(f"product named in column {column_name(self.model)}")
        return ", ".join([f"sheet “{self.sheet}”"] * bool(self.sheet) + parts)


@dataclass(frozen=True)
class Column:
    """A column that staff can choose."""

    sheet: str
    place: int
    heading: str
    examples: tuple[str, ...]
    fitting: int

    @property
    def label(self) -> str:
        heading = f" “{self.heading}”" if self.heading else ""
        where = f"{self.sheet}, " if self.sheet else ""
        return f"{where}column {column_name(self.place)}{heading}: {', '.join(self.examples)}"


class ColumnNeeded(Exception):
    """Which column has the codes is not plain: staff choose one of `columns`."""

    def __init__(self, columns: list[Column]):
        super().__init__("Say which column has the codes.")
        self.columns = columns


def text_of(cell: Cell) -> str:
    """A cell as staff see it."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell).strip()


class Sheet:
    """The first rows of a sheet, and what they tell of its columns."""

    def __init__(self, table: Table, name: str, wanted: Wanted):
        self.name, self.wanted = name, wanted
        self.rows = [
            (number, [text_of(cell) for cell in cells])
            for number, cells in table.first_rows(ROWS_LOOKED_AT, name)
        ]
        width = max((len(cells) for _, cells in self.rows), default=0)
        self.fitting = [self._count(place) for place in range(width)]
        self.header_row, self.header = self._find_header()

    def _count(self, place: int) -> int:
        return sum(self._fits(cells[place]) for _, cells in self.rows if len(cells) > place)

    def _fits(self, text: str) -> bool:
        return bool(text) and self.wanted.fits(codes.normalise(text))

    def _find_header(self) -> tuple[int, tuple[str, ...]]:
        """The row of headings before the first code, or nothing."""
        for number, cells in self.rows[:_HEADER_ROWS]:
            if _is_heading(cells):
                return number, tuple(cell.lower() for cell in cells)
            if any(map(self._fits, cells)):
                break
        return 0, ()

    @property
    def columns(self) -> list[Column]:
        """Every column that holds anything."""
        found = []
        for place, fitting in enumerate(self.fitting):
            cells = [
                cells[place]
                for number, cells in self.rows
                if number > self.header_row and len(cells) > place and cells[place]
            ]
            heading = self.header[place] if len(self.header) > place else ""
            if cells:
                shown = tuple(cell[:40] for cell in cells[:3])
                found.append(Column(self.name, place, heading, shown, fitting))
        return found

    @property
    def begins(self) -> int:
        if self.header_row:
            return self.header_row + 1
        fitting = (number for number, cells in self.rows if any(map(self._fits, cells)))
        return next(fitting, 1)

    def layout(self, code: int, last: int | None, model: int | None) -> Layout:
        texts = [
            codes.normalise(cells[code])
            for number, cells in self.rows
            if number >= self.begins and len(cells) > code
        ]
        long = [text for text in texts if len(text) > 15 and text.isdigit()]
        zeroed = sum(bool(_ZEROED.fullmatch(text)) for text in long)
        return Layout(
            code=code,
            sheet=self.name,
            last=last,
            model=model,
            header=self.header,
            begins=self.begins,
            # One of ten good codes of 16 digits ends in a zero, and far fewer longer ones.
            is_zeroed=zeroed > max(3, len(long) / 4),
        )

    def model_column(self) -> int | None:
        """The column whose cells are model numbers of this notice."""
        known = self.wanted.models | set(self.wanted.other_models)
        for place in range(len(self.fitting)):
            cells = [
                cells[place]
                for number, cells in self.rows
                if number >= self.begins and len(cells) > place and cells[place]
            ]
            named = sum(codes.normalise(cell) in known for cell in cells)
            is_called_so = len(self.header) > place and _MODEL_HEADER.search(self.header[place])
            if named and named >= len(cells) * (0.5 if is_called_so else 0.9):
                return place
        return None


def _is_heading(cells: list[str]) -> bool:
    """Whether a row names its columns; none that could be a code spoilt on the way."""
    filled = [cell for cell in cells if cell]
    return not any(re.search(r"\d{4}", cell) for cell in filled) and any(
        len(cell) <= 40 and (_CODE_HEADER.search(cell) or _FIRST_HEADER.match(cell))
        for cell in filled
    )


def find_layout(table: Table, wanted: Wanted, chosen: dict | None = None) -> Layout:
    """Where the codes of the product are. `chosen` is what staff said: sheet, code, last, model.

    Raises ColumnNeeded where it is not plain, and NotATable where nothing can be a code.
    """
    names = table.sheets or ("",)
    if chosen is not None:
        sheet = Sheet(table, chosen["sheet"], wanted)
        if not 0 <= chosen["code"] < len(sheet.fitting):
            raise NotATable("This column is not in the file. Choose another one.")
        return sheet.layout(chosen["code"], chosen.get("last"), chosen.get("model"))
    sheets = [Sheet(table, name, wanted) for name in names]
    if not any(sheet.columns for sheet in sheets):
        raise NotATable("This file is empty, or has nothing but a heading.")
    holding = [sheet for sheet in sheets if any(sheet.fitting)] or sheets
    layout = _plain_layout(holding[0]) if len(holding) == 1 else None
    if layout:
        return layout
    raise ColumnNeeded([column for sheet in sheets for column in sheet.columns])


def _plain_layout(sheet: Sheet) -> Layout | None:
    """Where only one reading of the sheet is possible."""
    fitting = [place for place, count in enumerate(sheet.fitting) if count]
    model = sheet.model_column()
    if len(fitting) == 2 and sheet.header:
        first, last = ("".join(sheet.header[place : place + 1]) for place in fitting)
        if _FIRST_HEADER.search(first) and _LAST_HEADER.search(last):
            return sheet.layout(fitting[0], fitting[1], model)
    if len(fitting) == 1:
        return sheet.layout(fitting[0], None, model if model != fitting[0] else None)
    if not fitting and len(sheet.columns) == 1:
        # Nothing fits: the rows will say why.
        return sheet.layout(sheet.columns[0].place, None, None)
    return None


# Row by row ---------------------------------------------------------------------------------------


@dataclass
class Tally:
    """What was read, for the preview. `skipped` counts rows by why; `notes` shows the first."""

    rows: int = 0
    ranges: int = 0
    respelled: int = 0
    other_scripts: int = 0
    skipped: Counter = field(default_factory=Counter)
    notes: list[tuple[int, str, str]] = field(default_factory=list)
    of_others: Counter = field(default_factory=Counter)

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

    def __init__(self, table: Table, layout: Layout, wanted: Wanted):
        self.table, self.layout, self.wanted = table, layout, wanted
        self.tally = Tally()

    def chunks(self, size: int, first: int = 0) -> Iterator[tuple[list[str], list[Refused]]]:
        """Of about so many codes each; a range may make one larger. Raises NotATable."""
        most = first or size
        rows = self.table.rows(self.layout.sheet)
        found: list[str] = []
        refused: list[Refused] = []
        while part := list(islice(rows, min(size, ROWS_AT_A_TIME))):
            self._read(part, found, refused)
            if len(found) + len(refused) >= most:
                yield found, refused
                found, refused, most = [], [], size
        if found or refused:
            yield found, refused

    def _read(
        self, rows: list[tuple[int, list[Cell]]], found: list[str], refused: list[Refused]
    ) -> None:
        is_plain, place = self.wanted.is_plain, self.layout.code
        if codes_only := self._codes_only(rows):
            found += codes_only
        elif self.layout.last is None and self.layout.model is None:
            for number, cells in rows:
                cell = cells[place] if len(cells) > place else ""
                if type(cell) is str and is_plain(cell):
                    found.append(cell)
                else:
                    self._look_closer(number, cells, found, refused)
        else:
            for number, cells in rows:
                self._look_closer(number, cells, found, refused)
        self.tally.rows += len(rows)

    def _codes_only(self, rows: list[tuple[int, list[Cell]]]) -> list[str]:
        """The column where each of its cells is a plain code, else []."""
        if self.layout.last is not None or self.layout.model is not None:
            return []
        place = self.layout.code
        try:
            column = [cells[place] for _, cells in rows]
        except IndexError:
            return []
        return column if self.wanted.are_plain(column) else []

    def _look_closer(
        self, number: int, cells: list[Cell], found: list[str], refused: list[Refused]
    ) -> None:
        cell = _cell(cells, self.layout.code)
        text = text_of(cell)
        if why := self._is_no_row(number, cells, text):
            self.tally.skip(number, " ".join(filter(None, map(text_of, cells))), why)
            return
        try:
            if self._is_of_another(cells):
                return
            if self.layout.last is not None and text_of(_cell(cells, self.layout.last)):
                found.extend(self._range(cell, _cell(cells, self.layout.last)))
            else:
                found.append(self.code(cell))
        except _RefusedRow as error:
            shown = " to ".join(
                text_of(_cell(cells, place))
                for place in (self.layout.code, self.layout.last)
                if place is not None
            )
            refused.append(Refused(number, _printable(shown)[:200], str(error)))

    def _is_no_row(self, number: int, cells: list[Cell], text: str) -> str:
        """Why the row holds no code and loses none, or "" where it must be read."""
        if not any(map(text_of, cells)):
            is_hidden_error = self.table.has_errors and number >= self.layout.begins
            return "" if is_hidden_error else "blank"
        texts = [text_of(cell) for cell in cells]
        if self.layout.header and tuple(text.lower() for text in texts) == self.layout.header:
            return "header" if number < self.layout.begins else "repeated header"
        if self.wanted.fits(codes.normalise(text)):
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
        model = codes.normalise(named)
        if model in self.wanted.models:
            return False
        if other := self.wanted.other_models.get(model):
            self.tally.of_others[other] += 1
            return True
        if not named:
            raise _RefusedRow("The row does not name its product.")
        raise _RefusedRow(f"“{_printable(named)[:40]}” is no model number of this notice.")

    def _range(self, first: Cell, last: Cell) -> Iterable[str]:
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
        self.tally.ranges += 1
        return filter(self.wanted.fits, found)

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
        if len(self.wanted.lengths) != 1:
            raise _RefusedRow(f"The cell is a number: zeros in front may be lost. {_MEND}")
        return self._fitting(text)

    def _refuse_damage(self, text: str) -> None:
        if _EXPONENT.fullmatch(text):
            raise _RefusedRow(f"Excel has made a number of this code. {_MEND}")
        if _ZEROED.fullmatch(text) and (self.layout.is_zeroed or text.endswith("000")):
            raise _RefusedRow(f"Excel has replaced the digits after the 15th with zeros. {_MEND}")
        if _DATE.fullmatch(text):
            raise _RefusedRow(f"This is a date. Excel may have made it of a code. {_MEND}")
        self._refuse_lost_zeros(text)

    def _refuse_lost_zeros(self, text: str) -> None:
        if not text.isdigit() or self.wanted.fits(text):
            return
        missing = range(1, MAX_ZEROS_LOST + 1)
        if any(self.wanted.fits("0" * count + text) for count in missing):
            raise _RefusedRow(f"Zeros in front seem to be lost. {_MEND}")

    def _fitting(self, text: str) -> str:
        reading = codes.read(text)
        code = reading.code
        if reading.foreign:
            raise _RefusedRow(f"“{reading.foreign}” is a letter or digit of another script.")
        if reading.unread:
            raise _RefusedRow("A character stands as ?: it was lost or could not be read.")
        lengths = self.wanted.lengths
        if reading.too_long or not code or (lengths and len(code) not in lengths):
            raise _RefusedRow(self._misfit(code))
        for letter in sorted(set(code) & set(self.wanted.unused_letters)):
            digit = codes.fold(letter, letter)
            question = f" Is it {digit}?" if digit != letter else ""
            raise _RefusedRow(f"The maker never uses the letter {letter}.{question}")
        if not self.wanted.fits(code):
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
        lengths = self.wanted.lengths
        if lengths and len(code) not in lengths:
            wanted = " or ".join(map(str, lengths))
            return f"It has {len(code)} characters; codes of this product have {wanted}."
        for shape in self.wanted.shapes:
            if wrong := codes.misfit(shape, code):
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
