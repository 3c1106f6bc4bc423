"""How tests read a page."""

import re
from html import unescape


def words(page: str) -> str:
    """The page as it reads, without marks and with single spaces."""
    page = re.sub(r"(?s)<(style|head)\b.*?</\1>", " ", page)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def in_order(text: str, *parts: str) -> None:
    """Each part stands somewhere after the one before it."""
    place = 0
    for part in parts:
        found = text.find(part, place)
        assert found >= 0, f"“{part}” is missing after: …{text[max(0, place - 60) : place]}"
        place = found + len(part)
