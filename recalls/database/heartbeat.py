"""Signs of life in the database, by which a replica knows how old its answers are.

Whoever may write leaves one each minute: the timer (`publish_due`), and each server process on
PostgreSQL. They change nothing public. A replica that no longer follows its primary keeps an old
one. How old it may be holds on replicas alone: a timer that stops must not take the site down.
"""

import logging

from django.conf import settings
from django.db import DatabaseError, OperationalError, connection
from django.db.models import DurationField, ExpressionWrapper, F
from django.db.models.functions import Now

from recalls.models import Heartbeat

logger = logging.getLogger(__name__)

TIMER, SERVER = "timer", "server"
# Of the timer, which is due each minute.
MAX_SECONDS_OF_TIMER = 180
# A replica is red after this part of the time after which it answers no check.
RED_AFTER = 5


class StaleReplica(OperationalError):
    """The replica has not heard of its primary for longer than it may answer."""


def beat(name: str, using: str | None = None) -> None:
    """Leave a sign of life, by the database's clock. Raises DatabaseError."""
    Heartbeat.objects.using(using).bulk_create(
        [Heartbeat(name=name, beat_at=Now())],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["beat_at"],
    )


def beat_of_server() -> None:
    """Leave the sign of a server process, beside the timer's: only PostgreSQL has replicas."""
    try:
        if connection.vendor == "postgresql" and not is_replica():
            beat(SERVER)
    except DatabaseError as error:
        logger.warning("No sign of life was left: %s", type(error).__name__)


def is_replica() -> bool:
    """Return whether the database only follows another one. Raises DatabaseError."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_is_in_recovery()")
        return cursor.fetchone()[0]


def state() -> str:
    """Return "ok"; "late", where the timer has stopped, which is an alarm; or "stale", where a
    replica no longer follows. Raises DatabaseError."""
    age = ExpressionWrapper(Now() - F("beat_at"), output_field=DurationField())
    ages = {
        name: found.total_seconds() for name, found in Heartbeat.objects.values_list("name", age)
    }
    if is_replica():
        newest = min(ages.values(), default=None)
        return "ok" if _is_within(newest, settings.REPLICA_MAX_AGE / RED_AFTER) else "stale"
    return "ok" if _is_within(ages.get(TIMER), MAX_SECONDS_OF_TIMER) else "late"


def _is_within(seconds: float | None, most: float) -> bool:
    return seconds is not None and seconds <= most
