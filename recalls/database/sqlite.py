"""SQLite's own ways."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper


def expect_json(sender: object, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Receive a new connection. Django asks each one whether its SQLite knows JSON, in a
    transaction that writes: while somebody else writes for longer than it waits, the answer would
    be no, for as long as the connection lasts, and no check of it be answered."""
    connection.features.supports_json_field = True  # type: ignore[attr-defined]
