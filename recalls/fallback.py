"""The pages for failures: three languages, made once in memory, nothing from the database.

They answer when a check cannot be made, so they must not need what has just failed.
"""

from functools import cache

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

RETRY_AFTER_SECONDS = 30
STATUSES = (400, 404, 405, 413, 429, 500, 503)
# Those that a proxy answers with by itself; `write_fallback_pages` writes them out for it.
OF_PROXY = (413, 429, 500, 503)


@cache
def page(status: int) -> str:
    """The whole page for a status; English, French and Spanish one below the other."""
    with translation.override("en"):
        return render_to_string("recalls/fallback.html", {"status": status})


def unavailable(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(page(503), status=503)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    response["Cache-Control"] = "no-store"
    return response


def server_error(request: HttpRequest, *args, **kwargs) -> HttpResponse:
    response = HttpResponse(page(500), status=500)
    response["Cache-Control"] = "no-store"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    response = HttpResponse(page(400), status=400)
    response["Cache-Control"] = "no-store"
    return response


def not_allowed(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(page(405), status=405)
    response["Allow"] = "GET, HEAD"
    response["Cache-Control"] = "no-store"
    return response


def make_ready() -> None:
    """Make the pages now, while everything works."""
    for status in STATUSES:
        page(status)
