"""A visitor's table of units: pasted, or a file of an office with columns of its own.

Where the first row names its columns, one of them has the codes, and others may name the product
and have the code as it was typed a second time. All others are the office's and stay as they are.
Without such a row each pasted line is one text, as the form takes it.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from recalls.check.many import MAX_UNITS, Unit
from recalls.lists.cells import printable, text_of
from recalls.lists.files import Table, open_table
from recalls.lists.limits import MAX_CELL_LENGTH, VISITOR, NotATable

# All texts of a table together. A code has forty characters at most, and a room a few more.
MAX_CHARACTERS = 400_000
MAX_OWN_COLUMNS = 30
# The first characters of a cell that a spreadsheet takes for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\x00")
# Columns of ours begin so; they are made anew each time.
OURS = "recall_"
_HEADINGS = {
    "code": "code codes sn s/n|sn code|code sn|serial|serial no|serial number|serial numbers"
    "|n° de série|numéro de série|número de serie|n.º de serie|código|códigos|código sn",
    "product": "product|model|model number|produit|modèle|producto|modelo",
    "again": "again|code again|de nouveau|otra vez",
}
_MEANINGS = {
    name: meaning
    for meaning, names in _HEADINGS.items()
    for name in (names.replace(" codes sn s/n", "|codes|sn|s/n").split("|"))
}
_EXPONENT = re.compile(r"[+-]?\d+(?:[.,]\d+)?[Ee]\+?\d+")


class TableError(ValueError):
    """The table cannot be checked. `kind` names the message of `many_words`."""

    def __init__(self, kind: str, entered: int = 0):
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


@dataclass(frozen=True)
class OfficeTable:
    rows: tuple[OfficeRow, ...]
    own_columns: tuple[str, ...] = ()

    def as_text(self) -> str:
        """The table as CSV that `read_text` reads as the same table, to be sent once more."""
        return write_csv(
            [
                ["code", "product", "again", *self.own_columns],
                *([*row.unit, *row.own] for row in self.rows),
            ]
        )


def write_csv(rows: Iterable[Sequence[str]]) -> str:
    """CSV by RFC 4180, in which no cell is a formula to any spreadsheet."""
    text = io.StringIO()
    csv.writer(text).writerows([_no_formula(cell) for cell in row] for row in rows)
    return text.getvalue()


def _no_formula(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _as_written(cell: str) -> str:
    """The cell without the mark of `_no_formula`."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


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
        return _table([], ([line] for line in lines), product)
    csv.field_size_limit(MAX_CELL_LENGTH)
    try:
        rows = [*csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=delimiter)]
    except csv.Error as error:
        raise TableError("no_table") from error
    return _from_rows([(row, [False] * len(row)) for row in rows], product)


def _delimiter(line: str) -> str:
    """Return what stands between the cells of a heading that names the codes; "" where there is
    none."""
    line = line.lstrip("\ufeff")
    for delimiter in "\t;,":
        if any(_meaning(cell) == "code" for cell in next(csv.reader([line], delimiter=delimiter))):
            return delimiter
    return ""


def read_file(path: Path, product: str = "") -> OfficeTable:
    """The table in a file, CSV or XLSX. Raises TableError."""
    try:
        table = open_table(path, VISITOR)
        return _from_rows([*_cells(table)], product)
    except NotATable as error:
        raise TableError("no_table") from error


_Cells = list[tuple[list[str], list[bool]]]


def _cells(table: Table) -> Iterator[tuple[list[str], list[bool]]]:
    """Rows of texts, and which of them a spreadsheet has spoilt. One sheet alone may hold any."""
    filled = [*table.sheets] if len(table.sheets) == 1 else [*_filled_sheets(table)]
    if len(filled) > 1:
        raise TableError("several_sheets")
    sheet = filled[0] if filled else ""
    hollow = table.hollow(sheet) if table.sheets else set()
    length = 0
    for number, cells in table.rows(sheet):
        texts = [text_of(cell) for cell in cells]
        length += sum(map(len, texts))
        if length > MAX_CHARACTERS:
            raise TableError("too_much")
        yield (
            texts,
            [
                not isinstance(cell, str) or (number, place) in hollow
                for place, cell in enumerate(cells)
            ],
        )


def _filled_sheets(table: Table) -> Iterator[str]:
    for sheet in table.sheets:
        with closing(table.rows(sheet)) as rows:
            if any(any(map(text_of, cells)) for _, cells in rows):
                yield sheet


def _from_rows(rows: _Cells, product: str) -> OfficeTable:
    filled = [row for row in rows if any(cell.strip() for cell in row[0])]
    if not filled:
        raise TableError("empty")
    heading = filled[0][0]
    if not any(_meaning(cell) == "code" for cell in heading):
        if max(sum(bool(cell.strip()) for cell in cells) for cells, _ in filled) > 1:
            raise TableError("no_heading")
        heading = []
        filled = [_only_cell(*row) for row in filled]
    spoilt = [spoilt for _, spoilt in filled[bool(heading) :]]
    return _table(heading, [cells for cells, _ in filled[bool(heading) :]], product, spoilt)


def _only_cell(cells: list[str], spoilt: list[bool]) -> tuple[list[str], list[bool]]:
    place = next(place for place, cell in enumerate(cells) if cell.strip())
    return [cells[place]], [spoilt[place]]


def _meaning(heading: str) -> str:
    """Return what a column is for, by its heading: code, product, again; "" for one of the
    office's."""
    name = " ".join(re.sub(r"[_.:]+", " ", heading.strip().lower()).split())
    return _MEANINGS.get(heading.strip().lower(), _MEANINGS.get(name, ""))


def _table(
    heading: list[str],
    rows: Iterable[list[str]],
    product: str,
    spoilt: Sequence[Sequence[bool]] = (),
) -> OfficeTable:
    meanings = [_meaning(cell) for cell in heading] if heading else ["code"]
    if any(meanings.count(meaning) > 1 for meaning in _HEADINGS):
        raise TableError("two_columns")
    places = {meaning: place for place, meaning in enumerate(meanings) if meaning}
    rows = [*rows]
    if any(_meaning("".join(cells[places["code"] :][:1])) == "code" for cells in rows):
        # “SN,ACC…” on each line: the first one's code would be lost as the name of a column.
        raise TableError("no_heading")
    own = [
        place
        for place, meaning in enumerate(meanings)
        if not meaning and not heading[place].strip().startswith(OURS)
    ][:MAX_OWN_COLUMNS]
    found = [
        _row(number, cells, places, own, product, any(spoilt[number - 1][places["code"] :][:1]))
        if spoilt
        else _row(number, cells, places, own, product)
        for number, cells in enumerate(rows, 1)
        if any(cell.strip() for cell in cells)
    ]
    if not found:
        raise TableError("empty")
    if len(found) > MAX_UNITS:
        raise TableError("too_many", len(found))
    return OfficeTable(tuple(found), tuple(printable(heading[place]).strip() for place in own))


def _row(
    number: int,
    cells: list[str],
    places: dict[str, int],
    own: list[int],
    product: str,
    is_spoilt: bool = False,
) -> OfficeRow:
    def cell(place: int | None) -> str:
        return _as_written(cells[place]) if place is not None and place < len(cells) else ""

    typed = cell(places["code"])
    unit = Unit(typed, cell(places.get("product")).strip() or product, cell(places.get("again")))
    kept = tuple(printable(cell(place)).strip() for place in own)
    return OfficeRow(number, unit, kept, is_spoilt or bool(_EXPONENT.fullmatch(typed.strip())))
