"""One deadline for a whole check, kept by the database too where it can be."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from recalls.database import sqlite

SECONDS_FOR_A_CHECK = 2.0
# A page has no longer: one that waited for a locked table would keep a thread from the checks.
SECONDS_FOR_A_PAGE = 2.0

# So many seconds are gone before a statement of SQLite's is told to wait less than the first.
_LATE = 0.1
_SETTING = "SET LOCAL statement_timeout ="


class DeadlinePassed(Exception):
    """The check took longer than it may."""


class Clock:
    def __init__(self, seconds: float):
        self.end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        return self.end - time.monotonic()

    def raise_if_passed(self) -> None:
        if self.left <= 0:
            raise DeadlinePassed

    def put_before(self, sql: str) -> str:
        """Return the statement behind one that tells PostgreSQL the time left. Statements in one
        string are one transaction, so that the setting ends with them."""
        self.raise_if_passed()
        return f"{_SETTING} {max(1, int(self.left * 1000))}; {sql}"


def wait_shortly(sender: object, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Receive a new connection of the server, which waits for SQLite's lock as a check may."""
    if connection.vendor == "sqlite":
        sqlite.set_wait(connection, SECONDS_FOR_A_CHECK)


@contextmanager
def deadline(seconds: float) -> Iterator[Clock]:
    """Statements inside end with an OperationalError once the time is over.

    SQLite asks a progress handler, and waits no longer for a lock; PostgreSQL is told the time
    left before each statement, in the same round trip.
    """
    clock = Clock(seconds)
    connection = connections[DEFAULT_DB_ALIAS]
    # As Django does for each of its own cursors; `fetch_within` has none.
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        raw, usual = connection.connection, sqlite.wait_of(connection)
        if usual > seconds:
            sqlite.set_wait(connection, clock.left)
        raw.set_progress_handler(lambda: clock.left <= 0, 10_000)
        try:
            yield clock
        finally:
            raw.set_progress_handler(None, 0)
            if sqlite.wait_of(connection) != usual:
                sqlite.set_wait(connection, usual)
    else:

        def within_time(
            execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
        ) -> Any:
            result = execute(clock.put_before(sql), params, many, context)
            context["cursor"].nextset()
            _put_back(connection)
            return result

        with connection.execute_wrapper(within_time):
            yield clock


def fetch_within(
    clock: Clock, connection: BaseDatabaseWrapper, sql: str, params: Sequence[Any]
) -> list[Any]:
    """The rows of a statement in the database's own notation, by the driver's own cursor: with
    Django's around it, a check takes a twentieth longer. To be called within `deadline`. Raises
    DatabaseError as the database does, and DeadlinePassed."""
    if connection.queries_logged:  # by DEBUG, or by a test that counts them
        connection.queries_log.append({"sql": sql, "time": "unknown"})
    raw = connection.connection
    with connection.wrap_database_errors:
        if connection.vendor == "sqlite":
            clock.raise_if_passed()
            if clock.left < sqlite.wait_of(connection) - _LATE:
                sqlite.set_wait(connection, clock.left)
            found: list[Any] = raw.execute(sql, params).fetchall()
            return found
        with raw.cursor() as cursor:
            cursor.execute(clock.put_before(sql), params)
            cursor.nextset()
            rows: list[Any] = cursor.fetchall()
            _put_back(connection)
    return rows


def _put_back(connection: BaseDatabaseWrapper) -> None:
    """Within a longer transaction the setting goes on behind its statement."""
    if connection.in_atomic_block:
        connection.connection.execute(f"{_SETTING} DEFAULT")
