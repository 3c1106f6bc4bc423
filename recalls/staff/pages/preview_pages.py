"""A notice as the public would see it: its page, its poster and the check, in each language.

The pages are the public's own, made of a draft or of a publication. Their links to one another are
turned to the preview, so that nobody leaves it unawares; all others lead to what is public.
"""

import copy
import re
from collections.abc import Callable
from typing import NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from recalls import languages
from recalls.models import Publication, Recall
from recalls.public import context, results
from recalls.public.views import verdict_asked_for
from recalls.published import cache
from recalls.published.edition import Edition, PublishedRecall
from recalls.published.snapshots import Snapshot
from recalls.publishing.plan import draft_content
from recalls.staff.pages.shared import get_permitted_recall

# The parts of the preview, by the end of their addresses.
PARTS = ("", "check/", "poster/")
# Where the banner of a page for staff stands in a public page.
MAIN = '<main id="main" tabindex="-1">'


class Source(NamedTuple):
    """This is what is previewed, and where its preview and the page that leads on are.

    `is_of_rows`: it is made of the rows, which somebody may be changing.
    """

    recall: Recall
    content: Snapshot
    address: str
    back: str
    is_of_rows: bool = False


def preview(model_admin, request: HttpRequest, pk: int, language: str, part: str = ""):
    """The notice as its rows are now."""
    recall = get_permitted_recall(request, pk, "view_recall")
    address = reverse("admin:recalls_recall_preview", args=[pk, language])
    back = reverse("admin:recalls_recall_publish", args=[pk])
    source = Source(recall, draft_content(recall), address, back, is_of_rows=True)
    return _show(request, source, language, part)


def preview_publication(model_admin, request: HttpRequest, pk: int, language: str, part: str = ""):
    """The same of a publication: what somebody approves, or what was public then."""
    if not request.user.has_perm("recalls.view_publication"):
        raise PermissionDenied
    publication = get_object_or_404(Publication.objects.select_related("recall"), pk=pk)
    address = reverse("admin:recalls_publication_preview", args=[pk, language])
    back = reverse("admin:recalls_publication_review", args=[pk])
    source = Source(publication.recall, publication.content, address, back)
    return _show(request, source, language, part)


def _show(request: HttpRequest, source: Source, language: str, part: str) -> HttpResponse:
    if language not in languages.shown() or part not in PARTS:
        raise Http404
    edition = cache.read_edition({source.recall.pk: source.content})
    notice = edition.notice(source.content["recall"][0]["slug"])
    if not notice.texts:
        messages.error(request, "There is no text yet. Enter one first.")
        return redirect("admin:recalls_recall_change", source.recall.pk)
    with translation.override(language):
        make: dict[str, Callable[..., str]] = {
            "": _notice_page,
            "check/": _check_page,
            "poster/": _poster,
        }
        page = make[part](request, edition, notice)
        response = HttpResponse(_within_preview(page, source, notice))
    response.looks_public = True  # type: ignore[attr-defined]
    return response


def as_public(request: HttpRequest, path: str) -> HttpRequest:
    """The request as if it had come to a public page, so that its links are those of that page."""
    public = copy.copy(request)
    public.path = public.path_info = path
    # A packed page could not be read below.
    public.META = {**request.META, "HTTP_ACCEPT_ENCODING": ""}
    return public


def _notice_page(request: HttpRequest, edition: Edition, notice: PublishedRecall) -> str:
    # The public's address has only pictures that are public.
    ctx = context.notice_context(edition, notice) | {
        "picture_view": "admin:recalls_product_picture"
    }
    request = as_public(request, notice.recall.get_absolute_url())
    return render_to_string("public/recall.html", ctx, request)


def _poster(request: HttpRequest, edition: Edition, notice: PublishedRecall) -> str:
    request = as_public(request, reverse("poster", args=[notice.recall.slug]))
    return render_to_string("public/poster.html", context.poster_context(edition, notice), request)


def _check_page(request: HttpRequest, edition: Edition, notice: PublishedRecall) -> str:
    """The answer to what was typed, as the public would get it; the notice where nothing was."""
    verdict = verdict_asked_for(request, edition)
    if verdict is None:
        return _notice_page(request, edition, notice)
    page = results.result_page(as_public(request, reverse("check")), verdict)
    return page.content.decode()


def _within_preview(page: str, source: Source, notice: PublishedRecall) -> str:
    """With the banner, and with links to the notice, its poster and the check turned here."""
    slug = re.escape(notice.recall.slug)
    public = re.compile(
        rf'(href|action)="/({"|".join(map(re.escape, languages.shown()))})/'
        rf'(?:recalls/{slug}/(poster/)?|(check/))(?=["?#])'
    )
    stem = source.address.removesuffix(f"{translation.get_language()}/")

    def turned(found: re.Match[str]) -> str:
        part = found[3] or found[4] or ""
        return f'{found[1]}="{stem}{found[2]}/{part}'

    ctx = {"back": source.back, "is_of_rows": source.is_of_rows}
    banner = render_to_string("staff/_preview_banner.html", ctx)
    return public.sub(turned, page).replace(MAIN, MAIN + banner, 1)
