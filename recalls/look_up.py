"""The one statement of a check: the published version, and the listed codes that come near.

One statement, because between two a change could go unseen.
"""

from collections.abc import Iterable
from weakref import WeakSet

from django.db import DEFAULT_DB_ALIAS, connections

from recalls.models import AffectedCode, PublishedVersion

# More codes than this behind one skeleton and its exchanges mean a list gone wrong.
MOST_CODES = 1000
# SQLite keeps what it has made of a statement: so there are few, by the number of skeletons.
SKELETONS_AT_A_TIME = 16

_STATEMENT = f"""
SELECT version, 0 FROM {PublishedVersion._meta.db_table} UNION ALL
SELECT code, code_list_id FROM {AffectedCode._meta.db_table}
WHERE skeleton {{skeletons}} AND code_list_id {{lists}} LIMIT {MOST_CODES + 2}
"""  # noqa: S608 - names of our own tables

# PostgreSQL takes longer to plan it than to run it. Its own protocol has prepared statements, but
# not several in one round trip, as the deadline needs it.
_PREPARE = "PREPARE codes_near (varchar[], bigint[]) AS " + _STATEMENT.format(
    skeletons="= ANY($1)", lists="= ANY($2)"
)
_prepared: WeakSet = WeakSet()


def read(skeletons: set[str], lists: list[int]) -> list[tuple[str, int]]:
    """(version, 0), and (code, list) for each code of these lists with one of the skeletons;
    no more than MOST_CODES + 2 rows in all. Raises DatabaseError as the database does."""
    connection = connections[DEFAULT_DB_ALIAS]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            if connection.connection not in _prepared:
                cursor.execute(_PREPARE)
                _prepared.add(connection.connection)
            cursor.execute("EXECUTE codes_near (%s, %s)", [_array(skeletons), _array(lists)])
        else:
            wanted, among = sorted(skeletons) or [""], lists or [0]
            wanted += wanted[-1:] * (-len(wanted) % SKELETONS_AT_A_TIME)
            places = {"skeletons": _any_of(wanted), "lists": _any_of(among)}
            cursor.execute(_STATEMENT.format(**places), [*wanted, *among])
        return cursor.fetchall()


def _array(values: Iterable) -> str:
    """As PostgreSQL writes it. A list of another release's content may lack its number."""
    return f"{{{','.join('NULL' if value is None else str(value) for value in values)}}}"


def _any_of(values: list) -> str:
    return f"IN ({', '.join(['%s'] * len(values))})"
