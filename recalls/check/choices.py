"""The products that a visitor is asked to choose from."""

from collections.abc import Sequence
from typing import Any

from recalls import codes
from recalls.check.matches import MIN_FIXED, Check
from recalls.published.edition import Family

MAX_CHOICES = 7


def product_choices(check: Check, *, whole: bool = True) -> dict[str, Any]:
    """Products to choose from: those of several brands with a number that was typed, those with a
    hit that does not count yet, those whose distinctive shape fits, those that fit, and the rest
    where there are few."""
    edition = check.edition
    sharing = brands_of_number(check)
    hit = [
        edition.family_of[product.id]
        for product in check.products_near(*check.texts)
        if any(hit.fixed >= MIN_FIXED for text in check.texts for hit in check.hits(product, text))
    ]
    led = check.fitting(check.code, distinctive=True) if whole else []
    fitting = check.fitting(check.code) if whole else _fitting_in_part(check)
    choices = first_choices(check, [*sharing, *hit, *led, *fitting])
    return choices | {"is_brand_asked": bool(sharing)}


def _fitting_in_part(check: Check) -> list[Family]:
    """A code that could not be read whole may be of any product with a shape: first those whose
    shape states the most of the characters that were read."""
    unread = check.reading.unread or (check.again.unread if check.again else "")
    families = [family for family in check.edition.families if family.has_shape]
    return sorted(families, key=lambda family: -_characters_stated(family, unread))


def _characters_stated(family: Family, unread: str) -> int:
    """How many characters of the code a shape of the family states, each ? being any one; -1 where
    none fits."""
    parts = [
        part
        for product in family.products
        for shape in product.shapes
        for part in shape.parts
        if isinstance(part, codes.Mask)
    ]
    masks = (part.at(len(unread)) for part in parts)
    return max((_stated(mask.tokens, unread) for mask in masks if mask), default=-1)


def _stated(tokens: Sequence[frozenset[str] | None], unread: str) -> int:
    stated = 0
    if len(tokens) != len(unread):
        return -1
    for token, own in zip(tokens, unread, strict=True):
        if token is None or own == "?":
            continue
        if own not in token:
            return -1
        stated += len(token) == 1
    return stated


def brands_of_number(check: Check) -> list[Family]:
    """The products of several brands that have one number which stands in the text."""
    if check.named or len(check.numbered) < 2:
        return []
    return [family for word in check.reading.words for family in check.edition.sharing(word)]


def first_choices(check: Check, families: list[Family]) -> dict[str, Any]:
    every = check.edition.families
    if len(every) <= MAX_CHOICES:
        return {"choices": tuple(dict.fromkeys([*families, *every]))}
    choices = tuple(dict.fromkeys(families))[:MAX_CHOICES]
    return {"choices": choices, "has_more_choices": True}
