"""Headers of every response, and the one place where a failed look-up becomes the 503 page."""

import logging

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect, UnreadablePostError
from django.http.request import split_domain_port
from django.middleware.http import ConditionalGetMiddleware
from django.middleware.locale import LocaleMiddleware
from django.urls import reverse
from django.utils import timezone, translation

from recalls import languages
from recalls.check.ladder import FAILURES
from recalls.check.verdict import Unavailable
from recalls.public import fallback, stylesheet

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_SIGHTS = 60
STAFF_LANGUAGE = "en"

# connect-src is for tools that read /robots.txt from within the page; no script of ours or of
# anybody can run to use it.
_PUBLIC_CSP = (
    "default-src 'none'; style-src {hash}; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
_STAFF_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "object-src 'none'; frame-ancestors 'none'"
)


def is_staff_page(request) -> bool:
    return request.path.startswith("/staff/")


def is_probe(request) -> bool:
    return request.path.startswith("/health/")


class _Middleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)


class SecurityHeadersMiddleware(_Middleware):
    """The security headers, errors included. Outermost, so that nothing goes out without them."""

    def __call__(self, request):
        if is_staff_page(request):
            # PostgreSQL takes no text with a NUL, and in a cookie \000 stands for one.
            sent = request.COOKIES.items()
            request.COOKIES = {name: text for name, text in sent if "\0" not in text}
        else:
            # Public pages know no cookie. One that Django cannot read would make it set another,
            # and a cache would hand that on with the page.
            request.META.pop("HTTP_COOKIE", None)
        response = self.get_response(request)
        # Previews and failure pages are public pages, at an address of the staff too.
        looks_public = not is_staff_page(request) or getattr(response, "looks_public", False)
        policy = _PUBLIC_CSP.format(hash=stylesheet.csp_hash()) if looks_public else _STAFF_CSP
        if settings.SECURE_SSL_REDIRECT:
            policy += "; upgrade-insecure-requests"
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=()"
        )
        if is_staff_page(request):
            response["Cache-Control"] = "private, no-store"
        return response


class StaffHostMiddleware(_Middleware):
    """Where staff have a host name of their own, the public one has no staff page; and nothing
    that runs in a public page is of the staff's origin."""

    # What browsers and machines ask any host for.
    OF_BOTH = ("/favicon.ico", "/robots.txt")

    def __call__(self, request):
        if not settings.STAFF_HOST or request.path in self.OF_BOTH or is_probe(request):
            return self.get_response(request)
        host, _ = split_domain_port(request.get_host())
        if host != settings.STAFF_HOST:
            return fallback.respond(404) if is_staff_page(request) else self.get_response(request)
        if is_staff_page(request):
            return self.get_response(request)
        if request.path == "/":
            return HttpResponseRedirect(reverse("admin:index"))
        # "View on site", and the links of a preview.
        return HttpResponseRedirect(
            f"{request.scheme}://{settings.PUBLIC_HOST}{request.get_full_path()}"
        )


class StaffArgumentsMiddleware(_Middleware):
    """Refuses a NUL in an address or form of the staff, for PostgreSQL takes no text with one, and
    lists that are filtered by what no link of theirs asks for and Django fails on: a regular
    expression may be none or run for minutes, a range has two values, a year is one of a calendar.
    """

    _LOOKUPS = frozenset({"regex", "iregex", "range", "year", "iso_year"})

    def __call__(self, request):
        if is_staff_page(request) and self._is_refused(request):
            return fallback.respond(400)
        return self.get_response(request)

    @classmethod
    def _is_refused(cls, request) -> bool:
        try:
            sent = [request.GET, request.POST]
        except UnreadablePostError:
            # Whoever sent it has hung up; what comes next finds an empty form.
            sent = [request.GET]
        except ValueError:
            # Its length is no number; servers let no such request through.
            return True
        texts = [text for data in sent for name, values in data.lists() for text in (name, *values)]
        has_nul = any("\0" in text for text in [request.path, *texts])
        return has_nul or any(cls._LOOKUPS & {*name.split("__")[1:]} for name in request.GET)


class StaffSessionMiddleware(_Middleware):
    """Lets a session be idle for half an hour and last eight: each minute that a staff page is
    opened writes it down, and Django ends what was not written down for SESSION_COOKIE_AGE."""

    def __call__(self, request):
        if is_staff_page(request) and request.user.is_authenticated:
            self._see(request)
        return self.get_response(request)

    def _see(self, request):
        session, now = request.session, timezone.now().timestamp()
        if now - session.get("began_at", 0) > settings.SESSION_LASTS:
            logout(request)
        elif now - session.get("seen_at", 0) > SECONDS_BETWEEN_SIGHTS:
            session["seen_at"] = now


class PublicConditionalGetMiddleware(ConditionalGetMiddleware):
    """304 to a cache that asks whether its page is still the one. What no cache may keep has no
    ETag to ask with."""

    def needs_etag(self, response):
        return response.status_code == 200 and "public" in response.get("Cache-Control", "")


class PathLocaleMiddleware(LocaleMiddleware):
    """The language is in the path. An address without one is in English and the same for all:
    staff's pages have English words only, and caches hold sitemap.xml and the like once.

    Django's own follows Accept-Language there, and says that the answer varies by it. Where the
    site does not show English, links of staff's pages to the public ones still begin with it, and
    lead to the first language.
    """

    def process_request(self, request):
        request.path_language = translation.get_language_from_path(request.path_info)
        start = f"/{STAFF_LANGUAGE}/"
        if request.path_info.startswith(start) and STAFF_LANGUAGE not in languages.shown():
            rest = request.get_full_path().removeprefix(start)
            response = HttpResponseRedirect(f"/{languages.shown()[0]}/{rest}")
            response["Cache-Control"] = "no-store"
            return response
        request.LANGUAGE_CODE = request.path_language or STAFF_LANGUAGE
        translation.activate(request.LANGUAGE_CODE)
        return None

    def process_response(self, request, response):
        if request.path_language:
            response.headers.setdefault("Content-Language", request.path_language)
        elif response.status_code == 404:
            return self._with_language(request) or response
        return response

    def _with_language(self, request):
        """Where a page lacks nothing but its language: to the visitor's."""
        with translation.override(translation.get_language_from_request(request)):
            other = super().process_response(request, HttpResponse(status=404))
        if not other.has_header("Location"):
            return None
        other["Cache-Control"] = "no-store"
        other["Vary"] = "Accept-Language"
        return other


class UnavailableMiddleware(_Middleware):
    """Whatever keeps a page from reading what is published answers 503, never with a verdict."""

    def process_exception(self, request, exception):
        if isinstance(exception, PermissionDenied) and is_staff_page(request):
            name = request.user.get_username() or "somebody not signed in"
            logger.warning("Refused to %s: %s %s", name, request.method, request.path)
        if isinstance(exception, (Unavailable, *FAILURES)) and not is_staff_page(request):
            return fallback.unavailable(request)
        return None
