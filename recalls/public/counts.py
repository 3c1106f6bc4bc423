"""This module says how often checks ended in which outcome, without a trace of who asked or what
was typed.

Kept in memory and written down once a minute by a thread of its own, and when a worker ends: a
crash loses a minute at most. Counting never makes an answer slower, other or fail.
"""

import datetime as dt
import logging
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps

from django.db import connection, transaction
from django.db.models import QuerySet, Sum
from django.http import HttpRequest
from django.utils import timezone

from recalls.check.verdict import HITS, Outcome, Verdict
from recalls.database import heartbeat, threads
from recalls.models import DailyCount

logger = logging.getLogger(__name__)

SECONDS = 60
# To wait for another writer; what cannot be stored then is kept for the next time.
MAX_MILLISECONDS = 200
PAGE = "page"
# The page on which the two entries of one person differ.
UNLIKE_ENTRIES = "unlike_entries"
# What came of it where the code was asked for a second time: counted beside the answer, by notice.
AGAIN_SAME, AGAIN_UNLIKE = "again_same", "again_unlike"
AGAIN_RECALLED, AGAIN_CANNOT = "again_recalled", "again_cannot"
AGAIN = (AGAIN_SAME, AGAIN_UNLIKE, AGAIN_RECALLED, AGAIN_CANNOT)
LABELS = {
    **dict(Outcome.choices),
    PAGE: "Page of the notice shown",
    UNLIKE_ENTRIES: "The two entries differ",
    AGAIN_SAME: "Typed again: the same code",
    AGAIN_UNLIKE: "Typed again: another code",
    AGAIN_RECALLED: "Typed again: recalled",
    AGAIN_CANNOT: "Could not type it again",
}

# By these a browser says that it fetches a page before anybody has asked for it.
_FETCHED_EARLY = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ")
_EARLY = re.compile("prefetch|prerender|preview", re.IGNORECASE)
# Search engines, and messengers that show what a link leads to. Cubot makes phones.
_MACHINES = re.compile(
    "(?<!cu)bot|crawl|spider|slurp|preview|facebookexternalhit|whatsapp|embedly|iframely|scraper",
    re.IGNORECASE,
)

Key = tuple[dt.date, str, str, str]  # day, slug of the notice or "" for all, outcome, language
_pending: Counter[Key] = Counter()
_lock = threading.Lock()


def _never_fails(count: Callable[..., None]) -> Callable[..., None]:
    """Whatever goes wrong in counting, the answer stands."""

    @wraps(count)
    def wrapped(*args, **kwargs) -> None:
        try:
            count(*args, **kwargs)
        except Exception as error:
            logger.error("An answer was not counted: %s", type(error).__name__)

    return wrapped


@_never_fails
def count_answer(outcome: str, slugs: Iterable[str], language: str) -> None:
    """Count one answer, once for all notices and once for each that it rests on."""
    _count(outcome, slugs, language)


def _count(outcome: str, slugs: Iterable[str], language: str) -> None:
    day = timezone.now().date()
    with _lock:
        for slug in {"", *slugs}:
            _pending[day, slug, str(outcome), language] += 1


def is_asked_by_somebody(request: HttpRequest) -> bool:
    """Whether the request is to be counted: no probe, no look at the headers alone (HEAD), no page
    fetched early, no search engine and no preview of a link."""
    meta = request.META
    return (
        request.method != "HEAD"
        and "HTTP_X_PROBE" not in meta
        and not any(name in meta and _EARLY.search(meta[name]) for name in _FETCHED_EARLY)
        and not _MACHINES.search(meta.get("HTTP_USER_AGENT", ""))
    )


@_never_fails
def count_verdict(verdict: Verdict, language: str, *, cannot_type: bool = False) -> None:
    """Count the answer and, where the code was asked for a second time, what came of that."""
    _count(UNLIKE_ENTRIES if verdict.entries else verdict.outcome, verdict.slugs, language)
    if came := _came_of_asking_again(verdict, cannot_type):
        named = verdict.named.products if verdict.named else []
        slugs = verdict.slugs or [product.notice.slug for product in named]
        _count(came, slugs, language)


def _came_of_asking_again(verdict: Verdict, cannot_type: bool) -> str:
    """One of AGAIN; "" where nothing was typed again, it could not be read, or the visitor has gone
    on to a later question, whose address holds the second entry too."""
    if verdict.confirmed or verdict.outcome in (Outcome.FORM_ERROR, Outcome.PARTLY_READ):
        return ""
    if not verdict.again.strip():
        return AGAIN_CANNOT if cannot_type and verdict.outcome is Outcome.CHECK_AGAIN else ""
    if verdict.outcome in HITS:
        return AGAIN_RECALLED
    return AGAIN_UNLIKE if verdict.has_unlike_entries else AGAIN_SAME


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
    """By notice, all of them first, what `summary` says of the rows."""
    counts: dict[str, Counter] = {}
    totals = rows.order_by().values_list("recall", "outcome").annotate(Sum("number"))
    for recall, outcome, number in totals:
        counts.setdefault(recall, Counter())[outcome] += number
    return [{"recall": recall, **summary(by)} for recall, by in sorted(counts.items())]


def summary(by: Counter[str]) -> dict[str, int]:
    """Of counts by outcome: pages shown, checks, and of these the hits, near hits, “not on the
    list”, and those who were asked to type the code again, with what came of it. Who gave up then
    are those of whom nothing came."""
    again = {name: by[name] for name in AGAIN}
    return {
        "pages": by[PAGE],
        "checks": by.total() - by[PAGE] - sum(again.values()),
        "hits": by[Outcome.RECALLED] + by[Outcome.INSPECT],
        "near": by[Outcome.CHECK_AGAIN],
        "not_listed": by[Outcome.NOT_LISTED],
        "type_again": by[Outcome.TYPE_AGAIN],
        **again,
        "again_nothing": max(0, by[Outcome.TYPE_AGAIN] - sum(again.values())),
    }
