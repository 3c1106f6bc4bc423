"""The one statement of a check: the published version, and the listed codes that come near.

One statement, because between two a change could go unseen.
"""

from collections.abc import Collection
from functools import lru_cache
from typing import Any
from weakref import WeakSet

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from recalls.database.deadline import Clock, fetch_within
from recalls.database.heartbeat import StaleReplica
from recalls.models import AffectedCode, Heartbeat, PublishedVersion

# More codes than this behind one skeleton and its transpositions mean a list gone wrong.
MAX_CODES = 1000

# (version, 0), (skeleton, NEIGHBOR), and (code, list).
Rows = list[tuple[str, int]]
NEIGHBOR = -2

_CODES = AffectedCode._meta.db_table
# The skeletons on file on both sides of each entry begin as it does for as long as any does.
_STATEMENT = f"""
SELECT version, 0 FROM {PublishedVersion._meta.db_table} UNION ALL
SELECT COALESCE((
    SELECT skeleton FROM {_CODES} WHERE skeleton <= value ORDER BY skeleton DESC LIMIT 1
), ''), {NEIGHBOR} FROM {{entries}} UNION ALL
SELECT COALESCE((
    SELECT skeleton FROM {_CODES} WHERE skeleton >= value ORDER BY skeleton LIMIT 1
), ''), {NEIGHBOR} FROM {{entries}} UNION ALL
SELECT code, code_list_id FROM {{near}} LIMIT {{most}}
"""  # noqa: S608 - names of our own tables
# On PostgreSQL a row of its own says that this is a replica that no longer follows its primary.
_STALE = ("stale", -1)
_OR_STALE = f"""
SELECT '{_STALE[0]}', {_STALE[1]} WHERE pg_is_in_recovery() AND NOT EXISTS (
    SELECT FROM {Heartbeat._meta.db_table}
    WHERE beat_at > now() - interval '{settings.REPLICA_MAX_AGE} seconds'
) UNION ALL
"""  # noqa: S608 - as above


@lru_cache(maxsize=8)
def _numbers(lists: tuple[int, ...]) -> str:
    # A content of another release may lack the number of a list.
    return ",".join(str(number) for number in lists if number)


@lru_cache(maxsize=8)
def _on_sqlite(lists: tuple[int, ...]) -> str:
    """The statement for these lists: one text whatever is asked, so that what SQLite has made of it
    is used again. A cross join is done as it is written: the skeletons, and each one's place in the
    key."""
    return _STATEMENT.format(
        entries="json_each(?)",
        near=f"""json_each(?) AS wanted CROSS JOIN {_CODES} ON skeleton = wanted.value
        WHERE code_list_id IN ({_numbers(lists)})""",
        most="?",
    )


# PostgreSQL takes longer to plan it than to run it. Its own protocol has prepared statements, but
# not several in one round trip, as the deadline needs it.
_PREPARE = (
    "PREPARE codes_near (varchar[], bigint[], bigint, varchar[]) AS "
    + _OR_STALE
    + _STATEMENT.format(
        entries='(SELECT unnest($4) COLLATE "C" AS value) AS given',
        near=f"{_CODES} WHERE skeleton = ANY($1) AND code_list_id = ANY($2)",
        most="$3",
    )
)
_prepared: WeakSet[object] = WeakSet()


def read_codes_near(
    skeletons: Collection[str],
    lists: tuple[int, ...],
    clock: Clock,
    checks: int = 1,
    entries: Collection[str] = (),
) -> Rows:
    """(version, 0), for each of the skeletons `entries` (skeleton, NEIGHBOR) twice: the nearest on
    file on either side, "" for none; and (code, list) for each code of these lists with one of the
    `skeletons`, no more than MAX_CODES for each of so many `checks`, and 2, in all. Raises
    DatabaseError as the database does, DeadlinePassed, and StaleReplica."""
    connection = connections[DEFAULT_DB_ALIAS]
    most = MAX_CODES * checks + 2 + 2 * len(entries)
    given: list[Any]
    if connection.vendor == "postgresql":
        # Arrays in PostgreSQL's own notation, which psycopg takes far longer to write.
        arrays = [f"{{{text}}}" for text in (_quoted(skeletons), _numbers(lists))]
        given = [*arrays, most, f"{{{_quoted(entries)}}}"]
        return _on_postgresql(connection, given, clock)
    beside = f"[{_quoted(entries)}]"
    given = [beside, beside, f"[{_quoted(skeletons)}]", most]
    return fetch_within(clock, connection, _on_sqlite(lists), given)


def _quoted(skeletons: Collection[str]) -> str:
    """The inside of an array, of JSON and of PostgreSQL. Letters and digits stand for themselves;
    to write 500 of them takes json half as long as to look them up, and psycopg a millisecond."""
    return '"' + '","'.join(skeletons) + '"' if skeletons else ""


def _on_postgresql(connection: BaseDatabaseWrapper, given: list[Any], clock: Clock) -> Rows:
    if connection.connection not in _prepared:
        with connection.cursor() as cursor:
            cursor.execute(_PREPARE)
        _prepared.add(connection.connection)
    rows: Rows = fetch_within(clock, connection, "EXECUTE codes_near (%s, %s, %s, %s)", given)
    if _STALE in rows:
        raise StaleReplica
    return rows


# Many checks at once ------------------------------------------------------------------------------

# Of each beginning the least skeleton that goes on from it, then the next one behind each
# character: the database walks its key and skips what begins alike. Nothing stands behind "~".
_WALK = f"""
WITH RECURSIVE walk (beginning, nearest) AS (
    SELECT {{value}} {{collate}}, (
        SELECT skeleton FROM {_CODES} WHERE skeleton >= {{value}} {{collate}}
        ORDER BY skeleton LIMIT 1
    ) {{collate}} FROM {{beginnings}}
    UNION ALL
    SELECT beginning, (
        SELECT skeleton FROM {_CODES} WHERE skeleton > CASE
            WHEN nearest = beginning THEN beginning
            ELSE SUBSTR(nearest, 1, LENGTH(beginning) + 1) || '~'
        END {{collate}} ORDER BY skeleton LIMIT 1
    ) {{collate}} FROM walk WHERE SUBSTR(nearest, 1, LENGTH(beginning)) = beginning
)
SELECT beginning, SUBSTR(nearest, LENGTH(beginning) + 1, 1)
FROM walk WHERE SUBSTR(nearest, 1, LENGTH(beginning)) = beginning
"""  # noqa: S608 - as above


def read_following(beginnings: Collection[str]) -> dict[str, set[str]]:
    """By beginning, the characters that follow it in the skeletons of any list, "" where one ends
    there; a beginning that none has is left out. Raises DatabaseError as the database does."""
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor == "postgresql":
        statement = _WALK.format(
            value="value", collate='COLLATE "C"', beginnings="unnest(%s::text[]) AS given (value)"
        )
        given = f"{{{_quoted(beginnings)}}}"
    else:
        statement = _WALK.format(value="value", collate="", beginnings="json_each(%s)")
        given = f"[{_quoted(beginnings)}]"
    following: dict[str, set[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(statement, [given])
        for beginning, character in cursor.fetchall():
            following.setdefault(beginning, set()).add(character)
    return following
