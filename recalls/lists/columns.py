"""Which column of a file has the codes of a product.

Nothing here knows the database. `ExpectedCodes` is all that is to be known of the product.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast

from recalls import codes
from recalls.lists.files import Table, column_name
from recalls.lists.limits import FIRST_ROWS, Cell, NotATable

_HEADER_ROWS = 30

_CODE_HEADER = re.compile(
    r"\b(s/?n|serial|sn code|serials?|s[eé]rie|seriennummer|imei|codes?|code affected)\b", re.I
)
_FIRST_HEADER = re.compile(r"\b(first|from|start|begin|low|premier|d[eé]but|primero|desde)", re.I)
_LAST_HEADER = re.compile(r"\b(last|to|end|until|high|dernier|fin|[uú]ltimo|hasta)\b", re.I)
_MODEL_HEADER = re.compile(
    r"\b(model|models|mod[eè]le|modelo|product|produit|producto|sku|item)\b", re.I
)
ZEROED = re.compile(r"\d{15}0+")


@dataclass(frozen=True)
class ExpectedCodes:
    """It says what a code of the product looks like. `models`: its model numbers in normal form;
    `other_models`: those of the notice's other products, each with that product's name."""

    name: str
    shapes: tuple[codes.Rule, ...]
    unused_letters: str = ""
    models: frozenset[str] = frozenset()
    other_models: dict[str, str] = field(default_factory=dict)

    @cached_property
    def is_plain(self) -> Callable[[str], object]:
        """True of a text that is a code as it stands, and that no spreadsheet can have made."""
        masks = self._masks
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
            text = "\n".join([*cast(list[str], column), ""]).encode("ascii")
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
    def _masks(self) -> list[tuple[frozenset[str] | None, ...]]:
        """What stands at each place of a shape; a shape has nothing but masks."""
        parts = [part for shape in self.shapes for part in shape.parts]
        return [part.tokens for part in parts if isinstance(part, codes.Mask)]

    @cached_property
    def _plain_places(self) -> list[list[bytes]]:
        """List for each such shape the characters that may stand at each place."""
        found = []
        for mask in self._masks:
            tokens = [token for token in mask if token is not None]
            # `is_plain` looks closer where 15 digits may be what a spreadsheet has left.
            if len(tokens) == len(mask) and not all(set(codes.DIGITS) & token for token in tokens):
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
        lengths = [shape.lengths for shape in self.shapes if shape.lengths is not None]
        is_open = len(lengths) < len(self.shapes)
        return () if is_open else tuple(sorted(frozenset[int]().union(*lengths)))


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

    def __init__(self, table: Table, name: str, expected: ExpectedCodes):
        self.name, self.expected = name, expected
        self.rows = [
            (number, [text_of(cell) for cell in cells])
            for number, cells in table.first_rows(FIRST_ROWS, name)
        ]
        width = max((len(cells) for _, cells in self.rows), default=0)
        self.fitting = [self._count(place) for place in range(width)]
        self.header_row, self.header = self._find_header()

    def _count(self, place: int) -> int:
        return sum(self._fits(cells[place]) for _, cells in self.rows if len(cells) > place)

    def _fits(self, text: str) -> bool:
        return bool(text) and self.expected.fits(codes.normalize(text))

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
        columns = []
        for place, fitting in enumerate(self.fitting):
            cells = [
                cells[place]
                for number, cells in self.rows
                if number > self.header_row and len(cells) > place and cells[place]
            ]
            heading = self.header[place] if len(self.header) > place else ""
            if cells:
                examples = tuple(cell[:40] for cell in cells[:3])
                columns.append(Column(self.name, place, heading, examples, fitting))
        return columns

    @property
    def begins(self) -> int:
        if self.header_row:
            return self.header_row + 1
        fitting = (number for number, cells in self.rows if any(map(self._fits, cells)))
        return next(fitting, 1)

    def layout(self, code: int, last: int | None, model: int | None) -> Layout:
        texts = [
            codes.normalize(cells[code])
            for number, cells in self.rows
            if number >= self.begins and len(cells) > code
        ]
        long = [text for text in texts if len(text) > 15 and text.isdigit()]
        zeroed = sum(bool(ZEROED.fullmatch(text)) for text in long)
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
        known = self.expected.models | set(self.expected.other_models)
        for place in range(len(self.fitting)):
            cells = [
                cells[place]
                for number, cells in self.rows
                if number >= self.begins and len(cells) > place and cells[place]
            ]
            named = sum(codes.normalize(cell) in known for cell in cells)
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


def find_layout(
    table: Table, expected: ExpectedCodes, chosen: dict[str, Any] | None = None
) -> Layout:
    """Where the codes of the product are. `chosen` is what staff said: sheet, code, last, model.

    Raises ColumnNeeded where it is not plain, and NotATable where nothing can be a code.
    """
    names = table.sheets or ("",)
    if chosen is not None:
        sheet = Sheet(table, chosen["sheet"], expected)
        if not 0 <= chosen["code"] < len(sheet.fitting):
            raise NotATable("This column is not in the file. Choose another one.")
        return sheet.layout(chosen["code"], chosen.get("last"), chosen.get("model"))
    sheets = [Sheet(table, name, expected) for name in names]
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
