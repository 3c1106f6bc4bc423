"""Codes into the table that checks look in, chunk by chunk, so that others get their turn."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import lru_cache
from itertools import chain

from django.db import IntegrityError, connection, transaction

from recalls import codes

CODES_IN_A_CHUNK = 50_000
# Two parameters each; SQLite takes 32,766, and PostgreSQL is sent none.
CODES_IN_A_STATEMENT = 10_000
# SQLite has one writer. Those who wait for it look after a twentieth of a second at the latest, and
# every tenth once they have waited for a fifth.
SECONDS_FOR_OTHERS, SECONDS_OF_A_SHORT_WRITE = 0.055, 0.2

# A code as the database files it: its skeleton, and the code itself.
Key = tuple[str, str]


def keys_of(found: list[str]) -> list[Key]:
    """The codes as keys, each once and in the order of the key, so that each page of it is written
    once."""
    # All at once: one by one takes longer than to read the file.
    once = list(dict.fromkeys(found))
    skeletons = codes.skeleton("\n".join(once)).split("\n") if once else []
    return sorted(zip(skeletons, once, strict=True))


class Turns:
    """Lets whoever waits for SQLite's lock have it between two writes."""

    ended = pause = 0.0

    @contextmanager
    def next(self) -> Iterator[None]:
        if connection.vendor == "sqlite":
            time.sleep(max(0.0, self.pause - (time.monotonic() - self.ended)))
        began = time.monotonic()
        yield
        self.ended = time.monotonic()
        is_short = self.ended - began < SECONDS_OF_A_SHORT_WRITE
        self.pause = SECONDS_FOR_OTHERS * (1 if is_short else 2)


def store_codes(list_id: int, keys: list[Key]) -> int:
    """Store the codes; returns how many of them the list did not hold yet."""
    if connection.vendor != "postgresql":
        return _insert(list_id, keys)
    try:
        with transaction.atomic():
            return _copy(list_id, keys)
    except IntegrityError:
        # COPY cannot pass over a code that the list has; the rare chunk with one goes another way.
        return _insert(list_id, keys)


def _insert(list_id: int, keys: list[Key]) -> int:
    stored = 0
    connection.ensure_connection()
    # The driver's own: in each text of 150,000 characters Django's would look for 20,000 marks.
    with connection.wrap_database_errors, closing(connection.connection.cursor()) as cursor:
        for start in range(0, len(keys), CODES_IN_A_STATEMENT):
            some = keys[start : start + CODES_IN_A_STATEMENT]
            cursor.execute(_insert_statement(list_id, len(some)), [*chain.from_iterable(some)])
            stored += cursor.rowcount
    return stored


@lru_cache(maxsize=2)
def _insert_statement(list_id: int, count: int) -> str:
    mark = "?" if connection.vendor == "sqlite" else "%s"
    # Only for a code that is there already: a broken rule is still an error.
    return (
        "INSERT INTO recalls_affectedcode (skeleton, code, code_list_id) VALUES "  # noqa: S608
        + ", ".join([f"({mark}, {mark}, {list_id:d})"] * count)
        + " ON CONFLICT (skeleton, code, code_list_id) DO NOTHING"
    )


def _copy(list_id: int, keys: list[Key]) -> int:
    columns = "COPY recalls_affectedcode (skeleton, code, code_list_id) FROM STDIN"
    with connection.cursor() as cursor, connection.wrap_database_errors:
        with cursor.copy(columns) as copy:
            copy.write("".join(f"{skeleton}\t{code}\t{list_id}\n" for skeleton, code in keys))
        return int(cursor.rowcount)
