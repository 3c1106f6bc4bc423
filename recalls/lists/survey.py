"""Every cell of every sheet is looked at before anything is stored.

What is counted here is what the load must account for: a cell that looks like a code is stored,
repeated, refused by its row, or named as passed over. Nothing here knows the database.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from typing import cast

from recalls.lists.cells import RANGE_WORD, SAYS_NO, text_of
from recalls.lists.expected import ExpectedCodes
from recalls.lists.files import Table
from recalls.lists.limits import Cell

# Enough to find headings and titles in.
ROWS_KEPT = 300
ROWS_AT_A_TIME = 300
_LONG_STAND_IN = re.compile("X{3}|N{3}", re.I)
_STAND_IN = re.compile(r"X{3}|N{3}|(?:XX|NN)\s*$", re.I)


@dataclass
class ColumnCount:
    """The counts of one column of one sheet. `fitting` cells look like codes of the product;
    `says_no` counts cells such as "No" or "not affected"; `range_word` is the first that
    says that other codes are meant too, such as "to" or ">="; `digits` counts codes that are digits
    alone by their length, `zeros_first` those that begin with a zero; `stand_ins` counts codes in
    which letters may stand for others: XXX or NNN (`has_long_stand_in`), or XX or NN at the end."""

    filled: int = 0
    fitting: int = 0
    first_row: int = 0
    first: str = ""
    last: str = ""
    says_no: int = 0
    range_word: str = ""
    digits: Counter[int] = field(default_factory=Counter)
    zeros_first: int = 0
    stand_ins: int = 0
    stand_in: str = ""
    has_long_stand_in: bool = False


class Survey:
    """One sheet, read to its end: its first rows, and a count of each column. Raises NotATable."""

    def __init__(self, table: Table, name: str, expected: ExpectedCodes):
        self.table, self.name, self.expected = table, name, expected
        self.first_rows: list[tuple[int, list[str]]] = []
        self.columns: list[ColumnCount] = []
        self.rows = 0
        self.has_open_quotation_mark = False
        rows = table.rows(name)
        while part := list(islice(rows, ROWS_AT_A_TIME)):
            for number, cells in part[: ROWS_KEPT - len(self.first_rows)]:
                self.first_rows.append((number, [text_of(cell) for cell in cells]))
            self._count(part)
            self.rows += len(part)

    def _count(self, part: list[tuple[int, list[Cell]]]) -> None:
        width = max(len(cells) for _, cells in part)
        while len(self.columns) < width:
            self.columns.append(ColumnCount())
        for place in range(width):
            cells = [row[place] for _, row in part if len(row) > place]
            if len(cells) == len(part) and self.expected.are_plain(cells):
                self._count_plain(place, part[0][0], cast(list[str], cells))
                continue
            for number, row in part:
                if len(row) > place and row[place] != "":
                    self._count_cell(number, place, row[place])

    def _count_plain(self, place: int, number: int, cells: list[str]) -> None:
        column = self.columns[place]
        column.filled += len(cells)
        self._count_fitting(column, number, cells)

    def _count_fitting(self, column: ColumnCount, number: int, texts: list[str]) -> None:
        if not column.fitting:
            column.first_row, column.first = number, texts[0]
        column.fitting += len(texts)
        column.last = texts[-1]
        self._count_stand_ins(column, texts)
        if len(self.expected.lengths) > 1:
            digits = [text for text in texts if text.isdigit()]
            column.digits.update(map(len, digits))
            column.zeros_first += sum(text.startswith("0") for text in digits)

    def _count_stand_ins(self, column: ColumnCount, texts: list[str]) -> None:
        joined = " ".join(texts).upper()
        if ("XX" not in joined and "NN" not in joined) or self.expected.states_stand_ins:
            return
        found = [text for text in texts if _STAND_IN.search(text)]
        column.stand_ins += len(found)
        column.stand_in = column.stand_in or next(iter(found), "")
        column.has_long_stand_in |= any(map(_LONG_STAND_IN.search, found))

    def _count_cell(self, number: int, place: int, cell: Cell) -> None:
        text = text_of(cell)
        if not text:
            return
        column = self.columns[place]
        column.filled += 1
        column.says_no += bool(SAYS_NO.fullmatch(text))
        if not column.range_word and RANGE_WORD.fullmatch(text):
            column.range_word = text
        if swallowed(self.table, text, self.expected):
            self.has_open_quotation_mark = True
        elif self.expected.looks_like_code(text):
            self._count_fitting(column, number, [text])

    @property
    def bytes_kept(self) -> int:
        """About the memory of its first rows and counts, with what Python adds to each."""
        texts = (text for _, cells in self.first_rows for text in cells if text)
        return sum(len(text) + 50 for text in texts) + 500 * len(self.columns)

    @property
    def first_fitting_row(self) -> int:
        """The number of the first row with a cell that looks like a code, 0 if there is none."""
        return min((column.first_row for column in self.columns if column.fitting), default=0)


def swallowed(table: Table, text: str, expected: ExpectedCodes) -> list[str]:
    """The codes in a cell of a CSV file that an open quotation mark has made of several rows."""
    return expected.codes_in(text) if not table.sheets and "\n" in text else []
