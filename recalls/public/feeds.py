"""The notices as an Atom feed in each language, for those who want to hear of a new one."""

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import get_language, gettext

from recalls.public import wording
from recalls.public.views import cached_shortly, public_page
from recalls.published import cache
from recalls.published.edition import Edition, PublishedRecall

NOTICES_IN_FEED = 50
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
    for notice in _newest_first(cache.current_edition()):
        recall = notice.recall
        atom.add_item(
            title=_drop_control_characters(wording.notice_title(notice)),
            link=request.build_absolute_uri(recall.get_absolute_url()),
            unique_id=request.build_absolute_uri(recall.get_absolute_url()),
            # It goes out as HTML.
            description=escape(_drop_control_characters(wording.notice_summary(notice))),
            pubdate=recall.published_at,
            updateddate=notice.newest,
        )
    response = HttpResponse(content_type=atom.content_type)
    atom.write(response, "utf-8")
    return response


def _newest_first(edition: Edition) -> list[PublishedRecall]:
    """By their last change, for that is what brings them up again in a reader."""
    notices = [notice for notice in edition.published if not notice.recall.is_training]
    notices.sort(key=lambda notice: notice.newest, reverse=True)
    return notices[:NOTICES_IN_FEED]


def _drop_control_characters(text: str) -> str:
    return _NOT_IN_XML.sub(" ", text)
