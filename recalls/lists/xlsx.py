"""XLSX files, each read by a process of its own, which alone takes the memory that this takes.

`xlsx_child` is that process. A file that breaks it is refused with a sentence, and nothing of it is
stored.
"""

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from math import ceil
from pathlib import Path
from typing import IO, Any, cast

from recalls.lists.limits import BROKEN, Cell, Limits, NotATable
from recalls.lists.workbook import SheetFacts

_FOLDER = Path(__file__).parent.parent.parent
_MODULE = "recalls.lists.xlsx_child"
# As the child writes them; it imports what this process has no use for.
_END, _OUT_OF_MEMORY, _MAX_LINE_LENGTH = "end", 3, 2_000_000
# What Python needs to start; no secret of the site's is handed on.
_ENVIRONMENT = ("PATH", "PYTHON", "LD_", "LC_", "LANG", "VIRTUAL_ENV")
# One at a time, since each may take as much memory as the rest of the site.
_turns = {queue: threading.BoundedSemaphore(1) for queue in ("staff", "visitors")}

_BUSY = "Another spreadsheet is being read just now. Load this one again in a few minutes."
_CUT_OFF = (
    "The reading of this spreadsheet was cut off, and nothing of it is stored. Load it again."
)
_TOO_LONG = "This spreadsheet takes too long to read. Save the list alone as CSV."
_TOO_LARGE = (
    "This spreadsheet takes more memory to read than one file may have. Save the list alone as CSV."
)

Rows = Iterator[tuple[int, list[Cell]]]


class Budget:
    """The seconds that are left for reading one file, over all its sheets."""

    def __init__(self, seconds: float):
        self.seconds = seconds

    @contextmanager
    def spent(self) -> Iterator[None]:
        began = time.monotonic()
        try:
            yield
        finally:
            self.seconds -= time.monotonic() - began


def read_facts(path: Path, limits: Limits, budget: Budget) -> dict[str, SheetFacts]:
    """Look at the whole file: its sheets, by name. Raises NotATable."""
    with _values(path, limits, budget, None) as values:
        facts = {value.pop("name"): SheetFacts(**value) for value in values}
    for one in facts.values():
        one.hollow = {(row, column) for row, column in one.hollow}
    return facts


def read_rows(path: Path, limits: Limits, budget: Budget, sheet: str) -> Rows:
    """The sheet's rows with their numbers, blank ones included. Raises NotATable."""
    with _values(path, limits, budget, sheet) as values:
        for value in values:
            first, rows = value
            yield from enumerate(rows, first)


@contextmanager
def _values(
    path: Path, limits: Limits, budget: Budget, sheet: str | None
) -> Iterator[Iterator[Any]]:
    """Give the values that a child reads from the file; the child ends with the block."""
    if budget.seconds <= 0:
        raise NotATable(_TOO_LONG)
    turn = _turns[limits.queue]
    if not turn.acquire(timeout=limits.seconds_until_a_turn):
        raise NotATable(_BUSY)
    try:
        with budget.spent():
            child = _Child(path, replace(limits, seconds=ceil(budget.seconds)), sheet)
            try:
                yield child.values()
            finally:
                child.end()
    finally:
        turn.release()


class _Child:
    """The process, killed once its time is over."""

    def __init__(self, path: Path, limits: Limits, sheet: str | None):
        task = {
            "path": str(path.resolve()),
            "sheet": sheet,
            "limits": asdict(limits),
            "parent": os.getpid(),
        }
        self.is_late = False
        self.process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", _MODULE, json.dumps(task)],
            cwd=_FOLDER,
            env={
                name: value for name, value in os.environ.items() if name.startswith(_ENVIRONMENT)
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.output = cast(IO[bytes], self.process.stdout)
        self.timer = threading.Timer(limits.seconds, self._end_late)
        self.timer.daemon = True
        self.timer.start()

    def _end_late(self) -> None:
        self.is_late = True
        self.process.kill()

    def end(self) -> None:
        self.timer.cancel()
        self.process.kill()
        self.output.close()
        self.process.wait()

    def values(self) -> Iterator[Any]:
        """Yield all that it writes, up to the word that says that this is all. Raises NotATable."""
        while True:
            line = self.output.readline(_MAX_LINE_LENGTH + 1)
            if not line.endswith(b"\n"):
                raise NotATable(self._why(is_too_long=len(line) > _MAX_LINE_LENGTH))
            value = json.loads(line, object_hook=_cell)
            if value == _END:
                return
            if isinstance(value, dict) and "error" in value:
                raise NotATable(value["error"])
            yield value

    def _why(self, *, is_too_long: bool) -> str:
        """Why it ended before it was done."""
        if is_too_long:
            return _TOO_LARGE
        status = self.process.wait()
        if self.is_late or status == -signal.SIGXCPU:
            return _TOO_LONG
        # Python says so; calamine aborts.
        if status in (_OUT_OF_MEMORY, -signal.SIGABRT):
            return _TOO_LARGE
        return _CUT_OFF if status in (-signal.SIGKILL, -signal.SIGTERM) else BROKEN


def _cell(value: dict[str, Any]) -> Any:
    """A cell that JSON has no type for, or the dict as it is."""
    if len(value) != 1:
        return value
    (kind, content) = next(iter(value.items()))
    match kind:
        case "date":
            return dt.date.fromisoformat(content)
        case "datetime":
            return dt.datetime.fromisoformat(content)
        case "time":
            return dt.time.fromisoformat(content)
        case "seconds":
            return dt.timedelta(seconds=content)
    return value
