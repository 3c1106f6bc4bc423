"""Files as makers send them and as spreadsheets spoil them, for a product whose codes have 16
letters or digits without O and I. Each is written into a folder of the test."""

import datetime as dt
from pathlib import Path

import xlsxwriter

LEAD = "ACCJRU1D"


def good(number: int) -> str:
    """A code of the product, another one for each number; few of them look alike."""
    return f"{LEAD}{number * 7 + 10_000_000:08d}"


def good_codes(count: int, start: int = 0) -> list[str]:
    return [good(number) for number in range(start, start + count)]


def write(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def write_rows(folder: Path, name: str, rows, *, delimiter=",", end="\n", encoding="utf-8"):
    lines = (delimiter.join(row) if isinstance(row, list | tuple) else row for row in rows)
    return write(folder, name, end.join(lines) + end, encoding)


def write_xlsx(folder: Path, name: str, rows, *, sheet="Codes", others=()) -> Path:
    """Cells by their Python type; `others` are (sheet name, rows) that follow."""
    path = folder / name
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for title, cells in [(sheet, rows), *others]:
        _fill(book.add_worksheet(title), cells, day)
    book.close()
    return path


def _fill(sheet, rows, day) -> None:
    for number, row in enumerate(rows):
        for place, cell in enumerate([row] if not isinstance(row, list | tuple) else row):
            if isinstance(cell, str):
                sheet.write_string(number, place, cell)
            elif isinstance(cell, bool):
                sheet.write_boolean(number, place, cell)
            elif isinstance(cell, dt.date):
                sheet.write_datetime(number, place, cell, day)
            elif cell is not None:
                sheet.write_number(number, place, cell)


# Every kind of spoilt cell with a word of the reason that staff read.
SPOILT = [
    ("ACCJRU1D1000000", "15 characters"),
    ("ACCJRU1D100000001", "17 characters"),
    ("ACCJRU1O10000000", "never uses the letter O"),
    ("ACCJRUID10000000", "never uses the letter I"),
    ("1.23457E+15", "made a number"),
    ("1234567890123000000", "zeros"),
    ("2023-05-01", "a date"),
    ("ACCJRUéD10000000", "another script"),
    ("ACCJRU?D10000000", "could not be read"),
    ("n/a", "2 characters"),
]


def with_spoilt_rows(count: int, share: float) -> tuple[list[str], list[tuple[int, str, str]]]:
    """Good codes with that share of spoilt rows among them, and where those stand (rows count
    from 1)."""
    rows, spoilt = [], []
    step = round(1 / share)
    for number in range(count):
        if number % step == step - 1:
            value, reason = SPOILT[len(spoilt) % len(SPOILT)]
            spoilt.append((number + 1, value, reason))
            rows.append(value)
        else:
            rows.append(good(number))
    return rows, spoilt
