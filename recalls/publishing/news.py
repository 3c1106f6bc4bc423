"""What of a change is worth an entry in the feed: other codes, another remedy, another danger."""

import json
from typing import Any

from recalls.models import Publication
from recalls.published.snapshots import Snapshot

# The columns that people act on, by kind of row. Rows are compared without their order.
_TOLD: dict[str, dict[str, tuple[str, ...]]] = {
    Publication.News.CODES: {
        "products": ("id", "list_complete", "shapes", "identified_by"),
        "rules": ("product_id", "text", "effect"),
        "lists": ("id",),
    },
    Publication.News.REMEDY: {
        "recall": ("remedy_options", "firm_is_silent"),
        "texts": ("language", "remedy", "have_ready"),
        "countries": (
            *("country", "remedy", "remedy_options", "returns_to_shop"),
            *("claim_url", "phone", "email"),
        ),
        "products": ("id", "remedy_options"),
    },
    Publication.News.DANGER: {
        "recall": ("deaths", "injuries", "steps_replace", "lines_left_out"),
        "texts": ("language", "hazard", "cause", "incidents", "stop_use"),
    },
}


def news_between(before: Snapshot | None, after: Snapshot) -> str:
    """Return the kinds of news as `Publication.news` keeps them; "" where nothing was public
    before: the notice itself is the news then."""
    if before is None:
        return ""
    return " ".join(
        kind for kind, columns in _TOLD.items() if _told(before, columns) != _told(after, columns)
    )


def _told(content: Snapshot, columns: dict[str, tuple[str, ...]]) -> list[Any]:
    return [
        sorted(json.dumps([row.get(name) for name in names]) for row in content.get(kind, ()))
        for kind, names in columns.items()
    ]
