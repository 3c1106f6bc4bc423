"""This module says how often checks ended in which outcome, without a trace of who asked or what
was typed.

Kept in memory and written down once a minute by a thread of its own, and when a worker ends: a
crash loses a minute at most. Counting never makes an answer slower, other or fail.
"""

import datetime as dt
import logging
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import QuerySet, Sum
from django.utils import timezone

from recalls.check.verdict import Outcome
from recalls.database import heartbeat, threads
from recalls.models import DailyCount

logger = logging.getLogger(__name__)

SECONDS = 60
# To wait for another writer; what cannot be stored then is kept for the next time.
MAX_MILLISECONDS = 200
PAGE = "page"

Key = tuple[dt.date, str, str, str]  # day, slug of the notice or "" for all, outcome, language
_pending: Counter[Key] = Counter()
_lock = threading.Lock()


def count_answer(outcome: str, slugs: Iterable[str], language: str) -> None:
    """Count one answer, once for all notices and once for each that it rests on."""
    try:
        day = timezone.now().date()
        with _lock:
            _pending.update((day, slug, str(outcome), language) for slug in {"", *slugs})
    except Exception as error:
        logger.error("An answer was not counted: %s", type(error).__name__)


def keep_storing() -> None:
    """Start the thread. In each server process, after any fork."""
    threading.Thread(target=_run, name="counts", daemon=True).start()


def _run() -> None:
    while True:
        time.sleep(SECONDS)
        store_counts()
        heartbeat.beat_of_server()
        connection.close()
        threads.close_left_behind()


def store_counts() -> bool:
    """Write down what was counted; whether that went well. If not, it stays for the next time. A
    replica can store nothing, now or later: there it is dropped."""
    with _lock:
        batch = Counter(_pending)
        _pending.clear()
    try:
        if batch and not heartbeat.is_replica():
            _write(batch)
    except Exception as error:
        with _lock:
            _pending.update(batch)
        logger.warning("Counts are kept for the next time: %s", type(error).__name__)
        return False
    return True


def _write(batch: Counter[Key]) -> None:
    table = connection.ops.quote_name(DailyCount._meta.db_table)
    # All in one go: SQLite has one lock, and checks are not to wait for it.
    add = f"""
        INSERT INTO {table} (day, recall, outcome, language, number) VALUES (%s, %s, %s, %s, %s)
        ON CONFLICT (day, recall, outcome, language)
        DO UPDATE SET number = {table}.number + EXCLUDED.number
    """  # noqa: S608 - the name of our own table
    # In one order, so that two processes never wait for each other.
    rows = [(str(day), *key, number) for (day, *key), number in sorted(batch.items())]
    with _without_waiting(), connection.cursor() as cursor:
        cursor.executemany(add, rows)


@contextmanager
def _without_waiting() -> Iterator[None]:
    """One transaction that gives up soon where others are writing."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            (usual,) = cursor.execute("PRAGMA busy_timeout").fetchone()
            cursor.execute(f"PRAGMA busy_timeout = {MAX_MILLISECONDS}")
        try:
            with transaction.atomic():
                yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA busy_timeout = {usual}")
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = {MAX_MILLISECONDS}")
                cursor.execute(f"SET LOCAL statement_timeout = {5 * MAX_MILLISECONDS}")
            yield


def sum_by_notice(rows: QuerySet[DailyCount]) -> list[dict]:
    """By notice, all of them first: pages shown, checks, and of these the hits, near hits,
    those who were asked to type the code again, and “not on the list”."""
    counts: dict[str, Counter] = {}
    totals = rows.order_by().values_list("recall", "outcome").annotate(Sum("number"))
    for recall, outcome, number in totals:
        counts.setdefault(recall, Counter())[outcome] += number
    return [
        {
            "recall": recall,
            "pages": by.pop(PAGE, 0),
            "checks": by.total(),
            "hits": by[Outcome.RECALLED] + by[Outcome.INSPECT],
            "near": by[Outcome.CHECK_AGAIN],
            "type_again": by[Outcome.TYPE_AGAIN],
            "not_listed": by[Outcome.NOT_LISTED],
        }
        for recall, by in sorted(counts.items())
    ]
