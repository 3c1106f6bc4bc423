"""PostgreSQL's own way: connections that are kept.

A connection that is kept from one request to the next may be dead by then. Django asks the server
with a statement of its own before each request, which takes as long as the look-up of a check. But
a server that stops, or ends a connection, says so and hangs up, and that can be seen without a word
to it.
"""

import select

from django.db import DEFAULT_DB_ALIAS, connections


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
