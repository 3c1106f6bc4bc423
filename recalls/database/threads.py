"""A thread of the server keeps its connection, and the server ends threads that have no work.

Django closes connections at the end of a request, and a thread that ends has none. What it leaves
refers to itself in a circle, so that Python might not come to close it for a long time.
"""

import threading
from collections import deque
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

_of_thread = threading.local()
_left_behind: deque[Any] = deque()


class _Keeper:
    """Goes with its thread. By then that can run next to nothing: another one has to close."""

    def __init__(self, wrapper: BaseDatabaseWrapper):
        self.wrapper = wrapper

    def __del__(self) -> None:
        _left_behind.append(self.wrapper.connection)


def keep(connection: BaseDatabaseWrapper, **kwargs: object) -> None:
    """Once for each thread: it has one wrapper, whose connections may be opened anew."""
    if not hasattr(_of_thread, "keeper"):
        _of_thread.keeper = _Keeper(connection)


def close_left_behind() -> None:
    """Close the connections of threads that have ended. To be called now and then."""
    while _left_behind:
        raw = _left_behind.popleft()
        if raw is not None:
            raw.close()
