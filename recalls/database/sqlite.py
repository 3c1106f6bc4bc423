"""SQLite's file may be replaced while connections to it are open, as when a backup is put back.

An open connection would go on with the file that is gone, or mix what it remembers of the old
content with the new. So each request looks at the file before it uses a connection that is kept.
"""

import os
import sqlite3
import threading
from functools import cache
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, connections

_of_this_thread = threading.local()


def reopen_if_replaced(**kwargs) -> None:
    """Close this thread's connection where its file is not as it was when it was last looked at,
    unless SQLite has written to it: then the connection knows."""
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.in_atomic_block:
        return
    main, log = _files(str(connection.settings_dict["NAME"]))
    file, seen = _stat(main), vars(_of_this_thread)
    # The main file is seldom written to. The log always is; it matters only which one it is.
    now = file and (file.st_dev, file.st_ino, file.st_size, file.st_mtime_ns)
    before = seen.get("file")
    is_same = _identity(log) == seen.get("log") and (
        now == before or (now and before and now[:2] == before[:2] and _is_written(connection))
    )
    if not is_same or connection.errors_occurred:
        connection.close()
    # Noted before it is opened again: a file that is replaced in between is noticed next time.
    seen["file"] = now


def note_opened(connection, **kwargs) -> None:
    """A connection that was just opened has made the write-ahead log, or has found it."""
    _of_this_thread.log = _identity(_files(str(connection.settings_dict["NAME"]))[1])
    _of_this_thread.version = _version(connection.connection)


def _is_written(connection) -> bool:
    """Whether another connection has committed since this was last asked. In doubt no."""
    raw, before = connection.connection, vars(_of_this_thread).get("version")
    if raw is None or before is None:
        return False
    try:
        # Not to wait for who holds the file: the time of a check does not run yet.
        raw.execute("PRAGMA busy_timeout = 0")
        _of_this_thread.version = _version(raw)
    except sqlite3.DatabaseError:
        return False
    usual = connection.settings_dict["OPTIONS"].get("timeout", 5)
    raw.execute(f"PRAGMA busy_timeout = {int(usual * 1000)}")
    return _of_this_thread.version != before


def _version(raw: sqlite3.Connection) -> int:
    """A number that changes with what others commit. What another program writes past SQLite
    leaves it as it is."""
    return raw.execute("PRAGMA data_version").fetchone()[0]


@cache
def _files(name: str) -> tuple[Path, Path]:
    return Path(name), Path(f"{name}-wal")


def _identity(file: Path) -> tuple[int, int] | None:
    status = _stat(file)
    return status and (status.st_dev, status.st_ino)


def _stat(file: Path) -> os.stat_result | None:
    try:
        return file.stat()
    except OSError:
        return None
