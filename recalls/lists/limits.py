"""This module says how much one file may hold, and the error that tells staff that it holds more.

Nothing here knows Django: the process that reads a spreadsheet imports it too.
"""

import datetime as dt
from dataclasses import dataclass

MEGABYTE = 1024 * 1024
BROKEN = "This XLSX file is damaged or is no spreadsheet. Open it in Excel and save it again."
MAX_CELL_LENGTH = 32_767  # Excel's own limit
# A row is held whole.
MAX_ROW_LENGTH = 200_000
MAX_COLUMNS = 1000
MAX_SHEETS, MAX_SHEET_NAME_LENGTH = 100, 255
# What is kept of all sheets together until their codes are found: columns, and about as many bytes.
# One sheet's first rows never reach them.
MAX_COLUMNS_OF_ALL_SHEETS, MAX_BYTES_KEPT = 5000, 80 * MEGABYTE
# The last cell of a sheet: the format has no other places.
LAST_COLUMN, LAST_ROW = 16_384, 1_048_576

Cell = str | int | float | bool | dt.date | dt.time | dt.timedelta


class NotATable(ValueError):
    """The file cannot be read as a table. Its text is the sentence for staff."""


@dataclass(frozen=True)
class Limits:
    """The most that is taken from one file: bytes as it is sent, `unpacked` bytes and `entries` of
    a spreadsheet, `cells` of one of its sheets, `memory` in bytes of each process that reads it and
    `seconds` of all these together, and `range_codes`, the codes that the file's ranges come to.
    Spreadsheets of one `queue` are read one at a time; nobody waits longer for a turn than
    `seconds_until_a_turn`."""

    size: int | None
    unpacked: int
    entries: int
    cells: int
    memory: int
    seconds: int
    range_codes: int
    queue: str = "staff"
    seconds_until_a_turn: int = 60


# The upload page. Its memory is for 1,000,000 rows of three columns.
PAGE = Limits(
    size=25 * MEGABYTE,
    unpacked=200 * MEGABYTE,
    entries=200,
    cells=5_000_000,
    memory=340 * MEGABYTE,
    seconds=180,
    range_codes=1_500_000,
)
# `import_codes`, where somebody looks on who can stop it.
COMMAND = Limits(
    size=None,
    unpacked=16_384 * MEGABYTE,
    entries=10_000,
    cells=200_000_000,
    memory=4096 * MEGABYTE,
    seconds=4 * 3600,
    range_codes=20_000_000,
)
# A table of units that a visitor checks: read while they wait, and in a queue of its own, so that
# nobody can keep staff from loading a list.
VISITOR = Limits(
    size=MEGABYTE,
    unpacked=20 * MEGABYTE,
    entries=100,
    cells=100_000,
    memory=340 * MEGABYTE,
    seconds=5,
    range_codes=0,
    queue="visitors",
    seconds_until_a_turn=1,
)
