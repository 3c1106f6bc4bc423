"""The products that a visitor is asked to choose from."""

from typing import Any

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
    # A code that could not be read whole may be of any product.
    fitting = (
        check.fitting(check.code)
        if whole
        else [family for family in edition.families if family.has_shape]
    )
    choices = first_choices(check, [*sharing, *hit, *led, *fitting])
    return choices | {"is_brand_asked": bool(sharing)}


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
