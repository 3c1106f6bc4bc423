"""Machines ask a site for its pages, where not to go, whom to tell of a fault, and its icon.

They stand outside the languages, and are the same for everybody.
"""

import datetime as dt

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.cache import cache_control

from recalls.models import LANGUAGES
from recalls.public import context
from recalls.public.views import cached_shortly, public_page
from recalls.published import cache

PAGES = ("home", "code", "message", "recalls", "disposal", "contact")
SECURITY_DAYS = 300


@public_page
@cached_shortly
def sitemap(request: HttpRequest) -> HttpResponse:
    listed = [(reverse(name), None) for name in PAGES]
    listed += [
        (notice.recall.get_absolute_url(), notice.newest)
        for notice in cache.current_edition().notices
        if not notice.recall.is_training
    ]
    pages = [
        {"alternates": context.in_each_language(request, path), "changed": changed}
        for path, changed in listed
    ]
    ctx = {"pages": pages, "languages": LANGUAGES}
    return render(request, "sitemap.xml", ctx, content_type="application/xml; charset=utf-8")


@public_page
@cached_shortly
def robots(request: HttpRequest) -> HttpResponse:
    closed = [reverse("admin:index"), reverse("language-check")]
    for language in LANGUAGES:
        with translation.override(language):
            closed.append(reverse("check"))
    return _text_response(
        "User-agent: *",
        *(f"Disallow: {path}" for path in closed),
        "",
        f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}",
    )


@public_page
@cached_shortly
def security(request: HttpRequest) -> HttpResponse:
    """RFC 9116. Whoever can fetch it still reads a valid date; it asks for less than a year."""
    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    expires = midnight + dt.timedelta(days=SECURITY_DAYS)
    return _text_response(
        f"Contact: mailto:{settings.OPERATOR_EMAIL}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(LANGUAGES)}",
        f"Canonical: {request.build_absolute_uri(request.path)}",
    )


@public_page
@cache_control(public=True, max_age=86400)
def favicon(request: HttpRequest) -> HttpResponse:
    """Browsers ask for it where a page names no icon, as staff's and the failure pages do."""
    return HttpResponseRedirect(static("img/favicon.svg"))


def _text_response(*lines: str) -> HttpResponse:
    text = "".join(f"{line}\n" for line in lines)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
