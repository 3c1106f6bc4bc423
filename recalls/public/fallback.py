"""The pages for failures: in each language, made once in memory, nothing from the database.

They answer when a check cannot be made, so they must not need what has just failed.
"""

from functools import cache

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from recalls import languages
from recalls.public import problems
from recalls.public.site import Site

RETRY_AFTER_SECONDS = 30
_CANNOT_ANSWER = _("This request cannot be answered")
HEADINGS = {
    400: _CANNOT_ANSWER,
    404: _("Page not found"),
    405: _CANNOT_ANSWER,
    413: _("Too much was sent at once"),
    429: _("Too many checks in a short time"),
    500: _("There is a problem with the service"),
    503: _("The service is unavailable"),
}
STATUSES = tuple(HEADINGS)


@cache
def fallback_page(status: int) -> str:
    """The whole page for a status, in each language of the site one below the other."""
    first, *others = languages.shown()
    with translation.override(first):
        ctx = {
            "status": status,
            "heading": HEADINGS[status],
            "names": [(tag, languages.own_name(tag)) for tag in languages.shown()],
            "first": first,
            "others": others,
            "site": Site(),
        }
        return render_to_string("public/fallback.html", ctx)


def respond(status: int, **headers: str) -> HttpResponse:
    """The page as an answer, wherever it is asked for; kept by nobody unless `headers` say so."""
    headers = {"Cache-Control": "no-store"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    response = HttpResponse(fallback_page(status), status=status, headers=headers)
    response.looks_public = True  # at an address of the staff too
    return response


def respond_to(request: HttpRequest, status: int, **headers: str) -> HttpResponse:
    """The page, or what a program gets in its place."""
    make = problems.respond if problems.is_for_programs(request) else respond
    return make(status, **headers)


def unavailable(request: HttpRequest) -> HttpResponse:
    return respond_to(request, 503, Retry_After=str(RETRY_AFTER_SECONDS))


def server_error(request: HttpRequest, *args, **kwargs) -> HttpResponse:
    return respond_to(request, 500)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    too_large = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
    return respond_to(request, 413 if isinstance(exception, too_large) else 400)


def not_allowed(request: HttpRequest, allowed: str = "GET, HEAD") -> HttpResponse:
    return respond_to(request, 405, Allow=allowed)


def make_ready() -> None:
    """Make the pages now, while everything works."""
    for status in STATUSES:
        fallback_page(status)
