"""Codes into the table that checks look in, chunk by chunk, so that others get their turn."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from django.db import IntegrityError, connection, transaction

from recalls import codes
from recalls.models import SkeletonOf

CODES_IN_A_CHUNK = 150_000
# SQLite has one writer. Those who wait for it look after a twentieth of a second at the latest, and
# every tenth once they have waited for a fifth.
SECONDS_FOR_OTHERS, SECONDS_OF_A_SHORT_WRITE = 0.055, 0.2

_SKELETONS = bytes.maketrans(
    "".join(character for group in codes.CONFUSABLES for character in group).encode(),
    "".join(group[0] * len(group) for group in codes.CONFUSABLES).encode(),
)
_LENGTHS = frozenset(range(1, codes.MAX_CODE_LENGTH + 1))
_CODES_IN_A_STATEMENT = 8000
_SKELETON_OF = SkeletonOf.template % {"expressions": "%s"}


@dataclass(frozen=True)
class Keys:
    """Codes as the database files them: "SKELETON CODE", in the order of the key so that each page
    of it is written once; and the two parts of all of them, a line for each."""

    pairs: list[str]
    skeletons: str
    codes: str

    @classmethod
    def of(cls, found: list[str]) -> "Keys":
        text = "\n".join(found)
        skeletons = text.encode().translate(_SKELETONS).decode()
        # A code with a line break in it would not come out even.
        pairs = zip(skeletons.split("\n") if found else [], found, strict=True)
        return cls(sorted(map(" ".join, pairs)), skeletons, text)

    @property
    def are_in_normal_form(self) -> bool:
        lengths = set(map(len, self.codes.split("\n")))
        others = self.codes.encode().translate(None, f"{codes.CHARACTERS}\n".encode())
        return not others and lengths <= _LENGTHS


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


def inserting(list_id: int, keys: Keys) -> Callable[[], int]:
    """Return what stores the codes, with all done that needs no lock; it returns how many of them
    the list did not hold yet."""
    if connection.vendor == "postgresql":
        insert = _copy
    else:
        insert = _insert_at_once if _are_as_the_constraints_say(keys) else _insert_each
    return partial(insert, list_id, keys.pairs)


def _insert_each(list_id: int, pairs: list[str]) -> int:
    with connection.cursor() as cursor:
        # Only for a code that is there already: a broken rule is still an error.
        cursor.executemany(
            "INSERT INTO recalls_affectedcode (skeleton, code, code_list_id) VALUES (%s, %s, %s) "
            "ON CONFLICT (skeleton, code, code_list_id) DO NOTHING",
            [
                (pair[: len(pair) // 2], pair[len(pair) // 2 + 1 :], list_id)  # equally long
                for pair in pairs
            ],
        )
        return int(cursor.rowcount)


# SQLite


def _are_as_the_constraints_say(keys: Keys) -> bool:
    """Whether both constraints of AffectedCode are kept, asked of all codes at once: that takes the
    database a fifth of the time. In doubt no; then it asks about each."""
    if not keys.are_in_normal_form:
        return False
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_SKELETON_OF} = %s", [keys.codes, keys.skeletons])
        return bool(cursor.fetchone()[0])


def _insert_at_once(list_id: int, pairs: list[str]) -> int:
    """Some thousand codes in a statement."""
    connection.ensure_connection()
    # Not through Django's cursor, which would look for each place in the text of each statement.
    raw, before = connection.connection, connection.connection.total_changes
    size = min(_CODES_IN_A_STATEMENT, raw.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER) // 2)
    with connection.wrap_database_errors:
        raw.execute("PRAGMA ignore_check_constraints = ON")
        try:
            for start in range(0, len(pairs), size):
                values = " ".join(pairs[start : start + size]).split(" ")
                raw.execute(_insert_statement(list_id, len(values) // 2), values)
        finally:
            raw.execute("PRAGMA ignore_check_constraints = OFF")
    return int(raw.total_changes - before)


def _insert_statement(list_id: int, count: int) -> str:
    return (
        "INSERT INTO recalls_affectedcode (skeleton, code, code_list_id) VALUES "  # noqa: S608
        + ", ".join([f"(?, ?, {int(list_id)})"] * count)
        + " ON CONFLICT (skeleton, code, code_list_id) DO NOTHING"
    )


# PostgreSQL


def _copy(list_id: int, pairs: list[str]) -> int:
    """COPY cannot pass over a code that the list has; the rare chunk with one goes another way."""
    pairs = list(dict.fromkeys(pairs))
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            columns = "COPY recalls_affectedcode (skeleton, code, code_list_id) FROM STDIN"
            lines = f"\t{list_id}\n".join([*pairs, ""]).replace(" ", "\t")
            with connection.wrap_database_errors, cursor.copy(columns) as copy:
                copy.write(lines)
            return int(cursor.rowcount)
    except IntegrityError:
        return _insert_each(list_id, pairs)
