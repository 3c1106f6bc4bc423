"""The search by brand or model, where there are more products than a page can show."""

from recalls import codes
from recalls.published.edition import Edition, Family

MAX_FOUND = 7
MAX_TERM_LENGTH = 80


def find_products(edition: Edition, asked: str) -> list[Family]:
    """The products whose brand, name and numbers hold every word asked for, in their order in the
    edition; one more than `MAX_FOUND` where there are more."""
    words = [codes.normalize(word) for word in asked[:MAX_TERM_LENGTH].split()]
    if not any(words):
        return []
    found = [family for family in edition.families if _holds(family, words)]
    return found[: MAX_FOUND + 1]


def _holds(family: Family, words: list[str]) -> bool:
    texts = [f"{product.row.brand} {product.row.name}" for product in family.products]
    known = [codes.normalize(text) for text in [*texts, *family.models]]
    return all(any(word in text for text in known) for word in words)
