"""Machines ask a site for its pages, where not to go, whom to tell of a fault, and its icon.

They stand outside the languages, and are the same for everybody.
"""

import datetime as dt

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.cache import cache_control

from recalls import languages
from recalls.public import context
from recalls.public.views import cached_shortly, public_page
from recalls.published import cache
from recalls.published.edition import PublishedRecall

PAGES = ("home", "code", "message", "recalls", "disposal", "contact", "data", "proof")
SECURITY_DAYS = 300


# Each stands there in every language with the addresses of all: more would outgrow 10 KB.
NOTICES_IN_A_SITEMAP = 100


@public_page
@cached_shortly
def sitemap(request: HttpRequest) -> HttpResponse:
    """All pages; with many notices an index of the parts that hold them."""
    count = _count_sitemaps(_listed_notices())
    if count == 1:
        return _sitemap_part(request, 1)
    parts = [
        request.build_absolute_uri(reverse("sitemap-part", args=[number]))
        for number in range(1, count + 1)
    ]
    return _xml_response(request, "sitemap_index.xml", {"parts": parts})


@public_page
@cached_shortly
def sitemap_part(request: HttpRequest, number: int) -> HttpResponse:
    if not 1 <= number <= _count_sitemaps(_listed_notices()):
        raise Http404
    return _sitemap_part(request, number)


def _listed_notices() -> list[PublishedRecall]:
    """The oldest first, so that a new one changes the last part only."""
    notices = cache.current_edition().notices
    listed = (notice for notice in notices if not notice.recall.is_training)
    return sorted(listed, key=lambda notice: notice.recall.pk)


def _count_sitemaps(notices: list[PublishedRecall]) -> int:
    return max(1, -(-len(notices) // NOTICES_IN_A_SITEMAP))


def _sitemap_part(request: HttpRequest, number: int) -> HttpResponse:
    end = number * NOTICES_IN_A_SITEMAP
    listed = [(reverse(name), None) for name in PAGES if number == 1]
    listed += [
        (notice.recall.get_absolute_url(), notice.newest)
        for notice in _listed_notices()[end - NOTICES_IN_A_SITEMAP : end]
    ]
    pages = [
        {"alternates": context.in_each_language(request, path), "changed": changed}
        for path, changed in listed
    ]
    ctx = {"pages": pages, "languages": languages.shown()}
    return _xml_response(request, "sitemap.xml", ctx)


def _xml_response(request: HttpRequest, template: str, ctx: dict) -> HttpResponse:
    return render(request, template, ctx, content_type="application/xml; charset=utf-8")


@public_page
@cached_shortly
def robots(request: HttpRequest) -> HttpResponse:
    closed = [reverse("admin:index"), reverse("language-check")]
    for language in languages.shown():
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
        f"Preferred-Languages: {', '.join(languages.shown())}",
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
