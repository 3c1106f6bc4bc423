"""SQLite's file may be replaced while connections to it are open, as when a backup is put back.

An open connection would go on with the file that is gone, or mix what it remembers of the old
content with the new. So each request looks at the file before it uses a connection that is kept.
"""

import os
import threading
from functools import cache
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, connections

_of_this_thread = threading.local()


def reopen_if_replaced(**kwargs) -> None:
    """Close this thread's connection where its file is not as it was when the connection was
    opened. That another process has written to it does no harm: it is opened anew."""
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.in_atomic_block:
        return
    main, log = _files(str(connection.settings_dict["NAME"]))
    file, seen = _stat(main), vars(_of_this_thread)
    # The main file is seldom written to. The log always is; it matters only which one it is.
    now = file and (file.st_dev, file.st_ino, file.st_size, file.st_mtime_ns)
    is_same = now == seen.get("file") and _identity(log) == seen.get("log")
    if not is_same or connection.errors_occurred:
        connection.close()
        # Noted before it is opened again: a file that is replaced in between is noticed next time.
        seen["file"] = now


def note_log(connection, **kwargs) -> None:
    """A connection that was just opened has made the write-ahead log, or has found it."""
    _of_this_thread.log = _identity(_files(str(connection.settings_dict["NAME"]))[1])


@cache
def _files(name: str) -> tuple[Path, Path]:
    return Path(name), Path(f"{name}-wal")


def _identity(file: Path) -> tuple[int, int] | None:
    found = _stat(file)
    return found and (found.st_dev, found.st_ino)


def _stat(file: Path) -> os.stat_result | None:
    try:
        return file.stat()
    except OSError:
        return None
