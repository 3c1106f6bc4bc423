"""Probes: whether this process answers, and whether it answers rightly. Not for the public.

Ready means: the database answers, the published version and its rules can be read, and no test
code of a published notice is answered less cautiously than it must be, and a replica follows its
primary.
"""

import logging
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt

from recalls.check.ladder import FAILURES
from recalls.database import heartbeat
from recalls.database.deadline import deadline
from recalls.models import AffectedCode, CodeList, PublishedVersion
from recalls.public import fallback
from recalls.published import cache
from recalls.publishing.test_codes import try_in_turn
from recalls.web import visitor

logger = logging.getLogger(__name__)

SECONDS_TO_READ = 2.0


def _probe_page(view: Callable) -> Callable:
    """Answers who may ask with GET; to everybody else there is nothing here."""

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        if not _may_ask(request):
            return fallback.respond(404)
        response = (
            view(request) if request.method in ("GET", "HEAD") else fallback.not_allowed(request)
        )
        response["Cache-Control"] = "no-store"
        return response

    return csrf_exempt(answer)


@_probe_page
def live(request: HttpRequest) -> HttpResponse:
    return HttpResponse("alive\n", content_type="text/plain; charset=utf-8")


@_probe_page
def ready(request: HttpRequest) -> HttpResponse:
    report = probe()
    kind = "application/json; charset=utf-8"
    return JsonResponse(report, status=200 if report["ready"] else 503, content_type=kind)


def _may_ask(request: HttpRequest) -> bool:
    """From a network that the settings name, or with the secret."""
    secret, given = settings.HEALTH_SECRET, request.headers.get("X-Health-Secret", "")
    if secret and constant_time_compare(given, secret):
        return True
    found = visitor.address(request)
    return (
        found is not None
        and not visitor.is_forwarded_unawares(request)
        and any(found in network for network in settings.HEALTH_NETWORKS)
    )


# Ready --------------------------------------------------------------------------------------------


def probe() -> dict:
    """{"ready", "database", "heartbeat", "version", "rules", "test_codes"}: each part "ok",
    "failed" or, where an earlier one failed, "unknown"; `heartbeat` as `database.heartbeat` has it;
    test codes in counts and sentences."""
    parts = ("database", "heartbeat", "version", "rules", "test_codes")
    report = dict.fromkeys(parts, "unknown")
    try:
        with deadline(SECONDS_TO_READ):
            report["heartbeat"] = _heartbeat()
            edition = cache.current_edition()
    except PublishedVersion.DoesNotExist:
        return {"ready": False, **report, "database": "ok", "version": "failed"}
    except FAILURES:
        return {"ready": False, **report, "database": "failed"}
    report |= {"database": "ok", "version": "ok", "rules": "failed" if edition.fault else "ok"}
    if edition.fault or report["heartbeat"] == "stale":
        return {"ready": False, **report}
    tried, results = try_in_turn(edition)
    less = [test.sentence for test in results if test.is_less_cautious]
    more = [test.sentence for test in results if not test.holds and not test.is_less_cautious]
    if less:
        logger.critical("Test codes are answered less cautiously than they must be: %d", len(less))
    counts = {"held": len(results), "tried_now": tried}
    report["test_codes"] = counts | {"less_cautious": less, "more_cautious": more}
    return {"ready": not less, **report}


def _heartbeat() -> str:
    """Return the state. A timer that has stopped is an alarm and no more: what is public does not
    wait for it."""
    state = heartbeat.state()
    if state == "late":
        logger.error("The timer has left no sign of life: is manage.py publish_due run?")
    elif state == "stale":
        logger.critical("This replica no longer follows its primary.")
    return state


# Lists --------------------------------------------------------------------------------------------


def lists_that_differ() -> list[tuple[CodeList, int]]:
    """Lists that answer, or will with the next publication, and hold another number of codes than
    when they were loaded, with that number. It reads every code: for the night, not for a probe."""
    counts = dict(
        AffectedCode.objects.values_list("code_list_id").annotate(number=Count("code")).order_by()
    )
    return [
        (row, counts.get(row.pk, 0))
        for row in _lists_that_answer()
        if counts.get(row.pk, 0) != row.codes_stored
    ]


def codes_out_of_shape() -> list[tuple[CodeList, str]]:
    """The first code of each such list that does not look as the list says its codes do: slips in
    it are not searched for, and it may be read as part of a longer one. It reads every code."""
    lists = {row.pk: row for row in _lists_that_answer()}
    shapes = {pk: row.parse_shapes() for pk, row in lists.items()}
    found: dict[int, str] = {}
    rows = AffectedCode.objects.order_by().values_list("code_list_id", "code")
    for pk, code in rows.iterator(chunk_size=10_000):
        if pk in lists and pk not in found and not any(shape.matches(code) for shape in shapes[pk]):
            found[pk] = code
    return [(lists[pk], code) for pk, code in found.items()]


def _lists_that_answer() -> QuerySet[CodeList]:
    public = list(cache.current_edition().product_of_list)
    return CodeList.objects.filter(Q(status=CodeList.Status.ACTIVE) | Q(pk__in=public))
