"""PostgreSQL's own ways: connections that are kept, and the cursor of a check.

A connection that is kept from one request to the next may be dead by then. Django asks the server
with a statement of its own before each request, which takes as long as the look-up of a check. But
a server that stops, or ends a connection, says so and hangs up, and that can be seen without a word
to it.

psycopg's own cursors are made for any statement and wait in Python: for a look-up they take longer
than the database does. The one here stands on the part that psycopg itself stands on
(https://www.psycopg.org/psycopg3/docs/api/pq.html) and does no more than a look-up needs.
"""

import select
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper


def trust_if_silent(**kwargs) -> None:
    """Leave out Django's question where nothing has come in on this thread's connection since its
    last answer. Otherwise Django asks, and opens a new one where there is no answer."""
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.connection is not None and _is_silent(connection.connection):
        connection.health_check_done = True  # type: ignore[attr-defined]  # unknown to django-stubs


def _is_silent(raw) -> bool:
    if raw.closed:
        return False
    incoming = select.poll()
    incoming.register(raw.fileno(), select.POLLIN)
    return not incoming.poll(0)


def quick_cursor(connection: BaseDatabaseWrapper) -> CursorWrapper:
    """In Django's wrapper, as its own are: `execute_wrappers`, counting, Django's errors."""
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    quick: Any = _QuickCursor(connection.connection)  # in the place of psycopg's own
    if connection.queries_logged:
        return connection.make_debug_cursor(quick)
    return connection.make_cursor(quick)


class _QuickCursor:
    """Its parameters are texts, put in as literals; its rows are tuples of texts."""

    _query = None  # where Django's log of statements looks for what was sent

    def __init__(self, connection):
        self.connection = connection
        self._rows: list[tuple[str, ...]] = []

    def execute(self, sql: str, params: list[str]) -> None:
        """Keep the last one's rows of several statements in one string. Raises what psycopg
        does."""
        from psycopg import errors, pq  # it is there only with the extra "postgresql"

        if any("\0" in text for text in params):
            raise errors.DataError("A literal would end at the NUL.")
        line = self.connection.pgconn
        escaped = [pq.Escaping(line).escape_literal(text.encode()) for text in params]
        result = line.exec_(sql.encode() % tuple(escaped))
        if line.status != pq.ConnStatus.OK:
            raise errors.OperationalError("The connection is lost.")
        if result.status not in (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK):
            raise errors.error_from_result(result)
        columns = range(result.nfields)
        self._rows = [
            tuple(result.get_value(row, column).decode() for column in columns)
            for row in range(result.ntuples)
        ]

    def nextset(self) -> None:
        """They are the last one's already."""

    def fetchall(self) -> list[tuple[str, ...]]:
        return self._rows

    def close(self) -> None:
        self._rows = []
