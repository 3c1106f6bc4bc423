"""The notices as an Atom feed in each language, for those who want to hear of a new one, and of
other codes, another remedy or another danger in one that they know. Nobody leaves an address.
"""

import datetime as dt
import re
from typing import NamedTuple

from django.conf import settings
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from recalls.models import Publication
from recalls.public import formats, wording
from recalls.public.views import cached_shortly, public_page
from recalls.published import cache
from recalls.published.edition import Edition, PublishedRecall

NOTICES_IN_FEED = CHANGES_IN_FEED = 50
# Word processors leave vertical tabs in what is pasted. XML has no way to write them, and one
# would stop the whole feed.
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


@public_page
@cached_shortly
def feed(request: HttpRequest) -> HttpResponse:
    atom = Atom1Feed(
        title=f"{gettext('Recall notices')} – {settings.SITE_NAME}",
        link=request.build_absolute_uri(reverse("recalls")),
        description=None,
        language=get_language(),
        feed_url=request.build_absolute_uri(request.path),
        author_name=settings.OPERATOR_NAME,
    )
    for entry in _entries(cache.current_edition()):
        address = request.build_absolute_uri(entry.notice.recall.get_absolute_url())
        atom.add_item(
            title=_drop_control_characters(entry.title),
            link=address,
            unique_id=f"{address}{entry.fragment}",
            # It goes out as HTML.
            description=escape(_drop_control_characters(entry.summary)),
            pubdate=entry.published_at,
            updateddate=entry.updated_at,
        )
    response = HttpResponse(content_type=atom.content_type)
    atom.write(response, "utf-8")
    return response


class Entry(NamedTuple):
    """A notice, or one change of it, which has a `fragment` of its own."""

    notice: PublishedRecall
    title: str
    summary: str
    published_at: dt.datetime
    updated_at: dt.datetime
    fragment: str = ""


def _entries(edition: Edition) -> list[Entry]:
    """By their last change, for that is what brings them up again in a reader."""
    notices = [notice for notice in edition.published if not notice.recall.is_training]
    entries = [*_notices(notices), *_changes(notices)]
    return sorted(entries, key=lambda entry: entry.updated_at, reverse=True)


def _notices(notices: list[PublishedRecall]) -> list[Entry]:
    newest = sorted(notices, key=lambda notice: notice.newest, reverse=True)
    return [
        Entry(
            notice,
            wording.notice_title(notice),
            wording.notice_summary(notice),
            notice.recall.published_at,
            notice.newest,
        )
        for notice in newest[:NOTICES_IN_FEED]
    ]


# What a reader is told of a change, by kind.
_NEWS: dict[str, str | Promise] = {
    Publication.News.CODES: _("The list of recalled codes changed. Checked before? Check again."),
    Publication.News.REMEDY: _("What you can get changed. Read the notice again."),
    Publication.News.DANGER: _("What is known of the danger changed. Read the notice again."),
}


def _changes(notices: list[PublishedRecall]) -> list[Entry]:
    """What publications changed of these notices, the last ones; one that was set for a time counts
    from then on."""
    by_key = {notice.recall.pk: notice for notice in notices}
    status = Publication.Status
    rows = (
        Publication.objects.filter(status__in=[status.LIVE, status.PAST, status.SCHEDULED])
        .exclude(news="")
        .annotate(public_at=Coalesce("live_from", "goes_live_at"))
        .filter(public_at__lte=timezone.now())
        .order_by("-public_at", "-pk")
        .values_list("pk", "recall_id", "news", "public_at")
    )
    return [
        Entry(
            by_key[recall_id],
            gettext("Changed: %(title)s") % {"title": wording.notice_title(by_key[recall_id])},
            formats.sentences(*(str(_NEWS[kind]) for kind in news.split() if kind in _NEWS)),
            public_at,
            public_at,
            f"#change-{pk}",
        )
        for pk, recall_id, news, public_at in rows[: 2 * CHANGES_IN_FEED]
        if recall_id in by_key
    ][:CHANGES_IN_FEED]


def _drop_control_characters(text: str) -> str:
    return _NOT_IN_XML.sub(" ", text)
