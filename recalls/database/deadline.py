"""One deadline for a whole check, kept by the database too where it can be."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

SECONDS_FOR_A_CHECK = 2.0
# A page has no longer: one that waited for a locked table would keep a thread from the checks.
SECONDS_FOR_A_PAGE = 2.0


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


@contextmanager
def deadline(seconds: float) -> Iterator[Clock]:
    """Statements inside end with an OperationalError once the time is over.

    SQLite asks a progress handler, and waits no longer for a lock; PostgreSQL is told the time
    left before each statement, in the same round trip.
    """
    clock = Clock(seconds)
    connection = connections[DEFAULT_DB_ALIAS]
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        raw = connection.connection
        usual = connection.settings_dict["OPTIONS"].get("timeout", 5)
        raw.execute(f"PRAGMA busy_timeout = {max(1, int(clock.left * 1000))}")
        raw.set_progress_handler(lambda: clock.left <= 0, 10_000)
        try:
            yield clock
        finally:
            raw.set_progress_handler(None, 0)
            raw.execute(f"PRAGMA busy_timeout = {int(usual * 1000)}")
    else:

        def within_time(
            execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
        ) -> Any:
            clock.raise_if_passed()
            timeout = max(1, int(clock.left * 1000))
            # Statements in one string are one transaction, so the setting ends with them; within
            # a longer transaction it has to be put back.
            setting = "SET LOCAL statement_timeout ="
            result = execute(f"{setting} {timeout}; {sql}", params, many, context)
            context["cursor"].nextset()
            if connection.in_atomic_block:
                connection.connection.execute(f"{setting} DEFAULT")
            return result

        with connection.execute_wrapper(within_time):
            yield clock
