"""Reads one XLSX file in a process of its own, so that no file can take the site down with it.

`recalls.lists.xlsx` starts it and reads the lines that it writes, each a JSON value; the last one
is the word END, so that a part is never taken for the whole. Nothing here knows Django.
"""

import ctypes
import datetime as dt
import json
import os
import resource
import signal
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

import python_calamine

from recalls.lists.limits import (
    BROKEN,
    MAX_CELL_LENGTH,
    MAX_COLUMNS,
    MAX_ROW_LENGTH,
    MAX_SHEET_NAME_LENGTH,
    MAX_SHEETS,
    Cell,
    Limits,
    NotATable,
)
from recalls.lists.workbook import SheetFacts, sheet_facts
from recalls.lists.xlsx_parts import inspect

END = "end"
OUT_OF_MEMORY = 3  # the status with which the process ends
ROWS_IN_A_LINE = 300
_PASSWORD = "This file has a password. Save it without one."  # noqa: S105
_LONG_CELL = (
    "A cell of this file is longer than a spreadsheet allows. Open it in Excel and save it again."
)
_UNREADABLE = (
    python_calamine.CalamineError,
    python_calamine.ZipError,
    python_calamine.XmlError,
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)


def main() -> None:
    """One argument, JSON: the file's path, the limits, our parent's number, and the sheet whose
    rows are wanted; without one, what the workbook says of each sheet."""
    task = json.loads(sys.argv[1])
    limits = Limits(**task["limits"])
    _limit_itself(limits, task["parent"])
    try:
        for line in _lines(task["path"], task["sheet"], limits):
            _write(line)
    except NotATable as error:
        _write(_as_json({"error": str(error)}))
    except _UNREADABLE:
        _write(_as_json({"error": BROKEN}))
    except MemoryError:
        # Nothing more may be made here, not even a sentence.
        os._exit(OUT_OF_MEMORY)
    _write(_as_json(END))


def _limit_itself(limits: Limits, parent: int) -> None:
    """Memory, time, no files, no processes; and an end with the process that started this one."""
    with suppress(OSError):
        # Should the machine run out of memory, this process goes and not the site.
        Path("/proc/self/oom_score_adj").write_text("1000")
    bounds = {
        resource.RLIMIT_AS: limits.memory,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: 32,
        resource.RLIMIT_NPROC: 0,
    }
    for kind, most in bounds.items():
        resource.setrlimit(kind, (most, most))
    # First the signal that says why, then the end.
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds + 5))
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit("The process that asked for this has ended.")


def _write(text: str) -> None:
    sys.stdout.buffer.write(f"{text}\n".encode())
    sys.stdout.buffer.flush()


def _lines(path: str, sheet: str | None, limits: Limits) -> Iterator[str]:
    if sheet is not None:
        yield from _rows(_sheet(_opened(path), sheet))
        return
    with zipfile.ZipFile(path) as archive:
        has_changed_text, has_text_beside = inspect(archive, limits)
        facts = sheet_facts(archive)
    for name in _names(_opened(path)):
        found = facts.get(name, SheetFacts())
        found.has_changed_text, found.has_text_beside = has_changed_text, has_text_beside
        yield _as_json({"name": name, **asdict(found)})


def _names(workbook: python_calamine.CalamineWorkbook) -> list[str]:
    """Also of hidden sheets: codes may stand there."""
    cells = python_calamine.SheetTypeEnum.WorkSheet
    names = [sheet.name for sheet in workbook.sheets_metadata if sheet.typ == cells]
    if not names:
        raise NotATable("There is no sheet in this file.")
    if len(names) > MAX_SHEETS:
        raise NotATable(
            f"This file has {len(names):,} sheets; it may have {MAX_SHEETS}. Save the sheet with "
            "the codes as a file of its own."
        )
    if max(map(len, names)) > MAX_SHEET_NAME_LENGTH:
        raise NotATable(BROKEN)
    return names


def _opened(path: str) -> python_calamine.CalamineWorkbook:
    try:
        return python_calamine.CalamineWorkbook.from_path(path)
    except python_calamine.PasswordError as error:
        raise NotATable(_PASSWORD) from error


def _sheet(workbook: python_calamine.CalamineWorkbook, name: str) -> python_calamine.CalamineSheet:
    try:
        return workbook.get_sheet_by_name(name)
    except python_calamine.WorksheetNotFound as error:
        raise NotATable(f"There is no sheet “{name}” in this file.") from error


def _rows(sheet: python_calamine.CalamineSheet) -> Iterator[str]:
    """Lines of some rows each: the number of the first, and the cells of them all."""
    if sheet.start is None or sheet.end is None:
        return
    columns = sheet.end[1] + 1
    if columns > MAX_COLUMNS:
        raise NotATable(
            f"A sheet of this file is {columns:,} columns wide; a list may have {MAX_COLUMNS:,}. "
            "Delete what stands far outside of the list, or save the list alone as CSV."
        )
    # It gives blank rows before the first cell, but no blank columns: C is to stay C.
    before: list[Cell] = [""] * sheet.start[1]
    rows, first = sheet.iter_rows(), 1
    while part := _some_rows(rows, before):
        yield f"[{first}, [{', '.join(part)}]]"
        first += len(part)


def _some_rows(rows: Iterator[list[Cell]], before: list[Cell]) -> list[str]:
    part, length = [], 0
    for cells in islice(rows, ROWS_IN_A_LINE):
        part.append(_row(before + cells))
        length += len(part[-1])
        if length > MAX_ROW_LENGTH:
            break
    return part


def _row(cells: list[Cell]) -> str:
    text = _as_json(cells)
    if len(text) > MAX_CELL_LENGTH:
        if any(len(cell) > MAX_CELL_LENGTH for cell in cells if isinstance(cell, str)):
            raise NotATable(_LONG_CELL)
        if len(text) > MAX_ROW_LENGTH:
            raise NotATable(
                f"A row of this file has more than {MAX_ROW_LENGTH:,} characters. Save the column "
                "with the codes as a file of its own."
            )
    return text


def _without_a_type(cell: Any) -> Any:
    """A cell that JSON has no type for."""
    if isinstance(cell, set):
        return sorted(cell)
    if isinstance(cell, dt.timedelta):
        return {"seconds": cell.total_seconds()}
    return {type(cell).__name__: cell.isoformat()}


_as_json = json.JSONEncoder(ensure_ascii=False, default=_without_a_type).encode


if __name__ == "__main__":
    main()
