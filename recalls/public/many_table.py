"""A visitor's table of units: pasted, or a file of an office with columns of its own.

Where the first row names its columns, one of them has the codes, and others may name the product
and have the code as it was typed a second time. All others are the office's and stay as they are.
Without such a row each pasted line is one text, as the form takes it. Where a code could be lost,
as a name of a column or within another cell, the whole table is in error.
"""

import csv
import io
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from recalls import codes
from recalls.check.many import MAX_UNITS, Unit
from recalls.lists.cells import as_written, no_formula, printable, text_of
from recalls.lists.files import Rows, Table, open_table
from recalls.lists.limits import MAX_CELL_LENGTH, VISITOR, NotATable

# All texts of a table together. A code has forty characters at most, and a room a few more.
MAX_CHARACTERS = 400_000
MAX_OWN_COLUMNS, MAX_EXCERPT = 30, 40
# Columns of ours begin so; they are made anew each time.
OURS = "recall_"
# Stands before what a spreadsheet has left of a cell, also where the table is sent once more: a
# number or a date that was a code could otherwise be cleared as if it had been typed.
SPOILT = "⚠"
# What offices call their columns, without signs, in the languages of the site. What labels call a
# serial number names the codes as well.
_HEADINGS = {
    "code": "code|codes|sn code|sn codes|code sn|codes sn|serials|serial numbers"
    "|numéros de série|código|códigos|código sn|códigos sn|números de serie"
    "|seriennummern|コード|snコード|الرمز|الرموز|رمز sn|رموز sn",
    "product": "product|model|model number|produit|modèle|numéro de modèle"
    "|producto|modelo|número de modelo|produkt|modell|modellnummer|製品|型番|المنتج|الطراز",
    "again": "again|code again|de nouveau|otra vez|nochmals|noch einmal|もう一度|مرة أخرى",
}
_MEANINGS = {name: meaning for meaning, names in _HEADINGS.items() for name in names.split("|")}
_YEAR = re.compile(r"(?<![0-9A-Z])(?:19|20)\d\d(?![0-9A-Z])")
_DIGIT_WITHIN = re.compile(r"\b(?=\w{6})\w*[^\W\d]\d+[^\W\d]")
# A code has three digits or more, but for a few; names of columns have fewer.
_MIN_DIGITS = 3
_EXPONENT = re.compile(r"[+-]?\d+(?:[.,]\d+)?[Ee]\+?\d+")


class TableError(ValueError):
    """The table cannot be checked. `kind` names the message of `many_words`, which may speak of
    the number or the text that was entered."""

    def __init__(self, kind: str, entered: int | str = ""):
        super().__init__(kind)
        self.kind, self.entered = kind, entered


@dataclass(frozen=True)
class OfficeRow:
    """One unit of the office: its number from 1, what is checked, and the cells of its own columns.
    `is_spoilt`: a spreadsheet has made a number or a date of the code."""

    number: int
    unit: Unit
    own: tuple[str, ...] = ()
    is_spoilt: bool = False

    @property
    def cells(self) -> list[str]:
        """The row as it is sent once more: code, product, again and its own columns."""
        typed, product, again = self.unit
        return [f"{SPOILT} {typed}" if self.is_spoilt else typed, product, again, *self.own]


@dataclass(frozen=True)
class OfficeTable:
    rows: tuple[OfficeRow, ...]
    own_columns: tuple[str, ...] = ()

    def as_text(self) -> str:
        """The table as CSV that `read_text` reads as the same table, to be sent once more."""
        return write_csv(
            [
                ["code", "product", "again", *self.own_columns],
                *(row.cells for row in self.rows),
            ]
        )


def write_csv(rows: Iterable[Sequence[str]]) -> str:
    """CSV by RFC 4180, in which no cell is a formula to any spreadsheet."""
    text = io.StringIO()
    csv.writer(text).writerows([no_formula(cell) for cell in row] for row in rows)
    return text.getvalue()


# Reading ------------------------------------------------------------------------------------------


def read_text(text: str, product: str = "") -> OfficeTable:
    """The table that was pasted; `product` is named for each row that names none. Raises
    TableError."""
    if len(text) > MAX_CHARACTERS:
        raise TableError("too_much")
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise TableError("empty")
    delimiter = _delimiter(lines[0])
    if not delimiter:
        if any("\t" in line for line in lines):
            raise TableError("no_heading")
        return _table([], [[line] for line in lines], product)
    csv.field_size_limit(MAX_CELL_LENGTH)
    pasted = io.StringIO(text.lstrip("\ufeff"), newline="")
    try:
        rows = [*csv.reader(pasted, delimiter=delimiter, strict=True)]
    except csv.Error as error:
        raise TableError("no_table") from error
    return _from_rows(rows, product, delimiter)


def _delimiter(line: str) -> str:
    """Return what stands between the cells of a heading that names the codes; "" where there is
    none."""
    line = line.lstrip("\ufeff")
    for delimiter in "\t;,":
        cells = next(csv.reader([line], delimiter=delimiter))
        if len(cells) > 1 and any(_meaning(cell) == "code" for cell in cells):
            return delimiter
    return "\t" if _meaning(line) == "code" else ""


def read_file(path: Path, product: str = "") -> OfficeTable:
    """The table in a file, CSV or XLSX. Raises TableError."""
    try:
        table = open_table(path, VISITOR)
        return _from_rows([*_cells(table)], product, table.delimiter)
    except NotATable as error:
        raise TableError("no_table") from error


_Cells = list[list[str]]


def _cells(table: Table) -> Iterator[list[str]]:
    """Rows of texts. One sheet alone may hold any."""
    filled = [*table.sheets] if len(table.sheets) == 1 else [*_filled_sheets(table)]
    if len(filled) > 1:
        raise TableError("several_sheets")
    sheet = filled[0] if filled else ""
    hollow: dict[int, list[int]] = defaultdict(list)
    for number, place in table.hollow(sheet) if table.sheets else ():
        hollow[number].append(place)
    length = 0
    for cells in _rows_with_hollow(table.rows(sheet), hollow):
        length += len(cells) + sum(map(len, cells))
        if length > MAX_CHARACTERS:
            raise TableError("too_much")
        yield cells


def _rows_with_hollow(rows: Rows, hollow: dict[int, list[int]]) -> Iterator[list[str]]:
    """The cells of each row as texts, also of rows that hold nothing but a lost value."""
    for number, cells in rows:
        texts = [text_of(cell) for cell in cells]
        marked = [
            text if isinstance(cell, str) else f"{SPOILT} {text}"
            for cell, text in zip(cells, texts, strict=True)
        ]
        yield _with_hollow(marked, hollow.pop(number, []))
    for _, places in sorted(hollow.items()):
        yield _with_hollow([], places)


def _with_hollow(cells: list[str], places: list[int]) -> list[str]:
    for place in places:
        cells += [""] * (place + 1 - len(cells))
        cells[place] = SPOILT
    return cells


def _plain(cell: str) -> str:
    return cell.removeprefix(SPOILT).lstrip() if cell.startswith(SPOILT) else cell


def _filled_sheets(table: Table) -> Iterator[str]:
    for sheet in table.sheets:
        with closing(table.rows(sheet)) as rows:
            if any(any(map(text_of, cells)) for _, cells in rows):
                yield sheet


def _from_rows(rows: _Cells, product: str, delimiter: str) -> OfficeTable:
    filled = [cells for cells in rows if any(cell.strip() for cell in cells)]
    if not filled:
        raise TableError("empty")
    heading = [*map(_plain, filled[0])]
    if not any(_meaning(cell) == "code" for cell in heading):
        if max(sum(bool(cell.strip()) for cell in cells) for cells in filled) > 1:
            raise TableError("no_heading")
        only = [next(cell for cell in cells if cell.strip()) for cells in filled]
        return _table([], [[cell] for cell in only], product)
    if delimiter:
        _refuse_rows_in_cells(filled, delimiter)
    return _table(heading, filled[1:], product)


def _refuse_rows_in_cells(rows: list[list[str]], delimiter: str) -> None:
    """A quotation mark that is not closed takes the rows after it into its cell."""
    least = max(len(rows[0]) - 1, 1)
    for cell in (cell for cells in rows for cell in cells if "\n" in cell):
        if any(line.count(delimiter) >= least for line in cell.splitlines()):
            raise TableError("several_lines", _excerpt(cell))


def _meaning(heading: str) -> str:
    """Return what a column is for, by its heading: code, product, again; "" for one of the
    office's."""
    text = unicodedata.normalize("NFC", heading).lower()
    name = " ".join(re.split(r"[\W_]+", text)).strip()
    return _MEANINGS.get(name, "code" if codes.is_label(heading) else "")


def _may_be_code(heading: str) -> bool:
    """Whether the cell of a heading could be a code instead, with or without its label. A year
    beside a word is none: “Inventory 2027”."""
    text = codes.drop_label(codes.clean(heading))
    if any(map(str.isalpha, text)):
        text = _YEAR.sub("", text)
    return sum(map(str.isdigit, text)) >= _MIN_DIGITS or bool(_DIGIT_WITHIN.search(text))


def _table(heading: list[str], rows: _Cells, product: str) -> OfficeTable:
    """The table of the rows below a heading. Without one, each row is a cell alone."""
    places = _places(heading) if heading else {"code": 0}
    for cells in rows:
        _refuse_lost_codes(cells, heading, places["code"])
    own = _own_places(heading, rows) if heading else []
    found = [
        _row(number, cells, places, own, product)
        for number, cells in enumerate(rows, 1)
        if _is_filled(cells, places["code"], {*places.values(), *own})
    ]
    if not found:
        raise TableError("empty")
    if len(found) > MAX_UNITS:
        raise TableError("too_many", len(found))
    names = tuple(
        printable(heading[place]).strip() if place < len(heading) else "" for place in own
    )
    return OfficeTable(tuple(found), names)


def _places(heading: list[str]) -> dict[str, int]:
    """Where each column of ours stands, by what it is for."""
    meanings = [_meaning(cell) for cell in heading]
    if any(meanings.count(meaning) > 1 for meaning in _HEADINGS):
        raise TableError("two_columns")
    for cell, meaning in zip(heading, meanings, strict=True):
        if not meaning and _may_be_code(cell):
            # “SN,ACC…”: the code would be lost as the name of a column.
            raise TableError("code_in_heading", _excerpt(cell))
    return {meaning: place for place, meaning in enumerate(meanings) if meaning}


def _refuse_lost_codes(cells: list[str], heading: list[str], place: int) -> None:
    """Refuse a row that has a label where the heading has codes, and something in a column of the
    office's, which may be its code; and one that has several lines of codes in one cell."""
    code = cells[place].strip() if place < len(cells) else ""
    if len(code.splitlines()) > 1:
        raise TableError("several_lines", _excerpt(code))
    if cells == heading or not _meaning(code):
        return
    beside = [at for at, cell in enumerate(cells) if cell.strip() and at != place]
    if any(not _meaning(name) for name in _at(heading, beside)):
        raise TableError("no_heading")


def _excerpt(cell: str) -> str:
    return printable(cell.strip().splitlines()[0])[:MAX_EXCERPT]


def _own_places(heading: list[str], rows: _Cells) -> list[int]:
    """Where the office's own columns stand: all that have a name of theirs, or anything in them."""
    width = max(map(len, [heading, *rows]))
    names = [cell.strip() for cell in heading] + [""] * (width - len(heading))
    filled = {
        place for cells in rows for place, cell in enumerate(cells) if cell and _plain(cell).strip()
    }
    own = [
        place
        for place, name in enumerate(names)
        if (name or place in filled) and not _meaning(name) and not name.startswith(OURS)
    ]
    if len(own) > MAX_OWN_COLUMNS:
        raise TableError("too_many_columns", MAX_OWN_COLUMNS)
    return own


def _is_filled(cells: list[str], code: int, kept: set[int]) -> bool:
    """Whether there is a unit in the row: a code that was lost is one too."""
    filled = (cells[at] if at == code else _plain(cells[at]) for at in kept if at < len(cells))
    return any(cell.strip() for cell in filled)


def _row(
    number: int, cells: list[str], places: dict[str, int], own: list[int], product: str
) -> OfficeRow:
    code, named, again = _at(cells, [places.get(name, len(cells)) for name in _HEADINGS])
    unit = Unit(_text(code), _text(named).strip() or product, _text(again))
    kept = tuple(printable(_text(cell)).strip() for cell in _at(cells, own))
    is_spoilt = code.startswith(SPOILT) or bool(_EXPONENT.fullmatch(code.strip()))
    return OfficeRow(number, unit, kept, is_spoilt)


def _at(cells: list[str], places: list[int]) -> list[str]:
    return [cells[place] if place < len(cells) else "" for place in places]


def _text(cell: str) -> str:
    return as_written(_plain(cell))
