"""A file is read as a list is: codes, refused rows, or a question."""

import pytest

from recalls import codes
from recalls.lists.columns import (
    ColumnNeeded,
    find_layout,
)
from recalls.lists.expected import ExpectedCodes
from recalls.lists.files import open_table
from recalls.lists.rows import Reader
from tests.support.list_files import write_rows


def product(*shapes: str) -> ExpectedCodes:
    return ExpectedCodes(
        "Anker Soundcore (A3102)", tuple(codes.parse_shape(shape) for shape in shapes)
    )


SPEAKER = product("?" * 16)


def read(path, expected=SPEAKER, choice=None):
    """(codes, refused rows by number, reader) of a file."""
    table = open_table(path)
    reader = Reader(table, find_layout(table, expected, choice), expected)
    stored, refused = [], {}
    for some, others in reader.chunks(1000):
        stored += some
        refused |= {row.row: row.reason for row in others}
    return stored, refused, reader


def asked(path, expected=SPEAKER, choice=None) -> ColumnNeeded:
    with pytest.raises(ColumnNeeded) as needed:
        read(path, expected, choice)
    return needed.value


def csv_of(tmp_path, *rows):
    return write_rows(tmp_path, "list.csv", rows)


def fitting(needed: ColumnNeeded) -> dict[str, int]:
    return {column.name: column.fitting for column in needed.columns if column.fitting}
