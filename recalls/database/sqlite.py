"""SQLite's own ways: what it knows of JSON, and how long it waits while another program or process
has the one lock of its file.

A check has two seconds in all; whoever writes has longer, as the settings say. To change that for
each check and back takes a twentieth of it. So a connection of the server waits as a check may,
and longer only for staff's pages and for files that are read on.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper


def expect_json(sender: object, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Receive a new connection. Django asks each one whether its SQLite knows JSON, in a
    transaction that writes: while somebody else writes for longer than it waits, the answer would
    be no, for as long as the connection lasts, and no check of it be answered."""
    connection.features.supports_json_field = True


@contextmanager
def waiting_long() -> Iterator[None]:
    """Whoever writes inside waits for the lock as long as the settings say."""
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    usual = wait_of(connection)
    set_wait(connection, _longest(connection))
    try:
        yield
    finally:
        if connection.connection is not None:
            set_wait(connection, usual)


def wait_of(connection: BaseDatabaseWrapper) -> float:
    """Return for how many seconds it waits."""
    # Of the connection that it had before, it says nothing.
    of, seconds = getattr(connection, "_wait", (None, 0.0))
    return seconds if of is connection.connection else _longest(connection)


def set_wait(connection: BaseDatabaseWrapper, seconds: float) -> None:
    raw = connection.connection
    raw.execute(f"PRAGMA busy_timeout = {max(1, int(seconds * 1000))}")
    connection._wait = (raw, seconds)  # type: ignore[attr-defined]


def _longest(connection: BaseDatabaseWrapper) -> float:
    return float(connection.settings_dict["OPTIONS"].get("timeout", 5))
