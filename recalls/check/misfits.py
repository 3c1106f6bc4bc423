"""This module says how a code differs from the shapes of products, as an error of the form."""

from collections.abc import Iterable

from recalls import codes
from recalls.check.verdict import FormError
from recalls.published.edition import Edition, PublishedProduct


def nearly_fits(edition: Edition, code: str, *, is_fitting: bool) -> FormError | None:
    """The code begins like one on file and is at most two characters longer or shorter.

    `is_fitting`: a shape that is not distinctive fits. Codes of any product do, so what begins like
    a distinctive one, and has another length, is still taken for that.
    """
    if is_fitting and not codes.is_distinctive_code(code[:3] + "0" * (len(code) - 3)):
        return None
    near = edition.in_order(
        product
        for length in range(len(code) - 2, len(code) + 3)
        for product in edition.beginning.get((code[:3], length), ())
    )
    if not near or (
        is_fitting and any(not product.shapes or product.fits(code) for product in near)
    ):
        return None
    error = misfit(near, code)
    return None if is_fitting and error and error.kind == "wrong_character" else error


def misfits_among(products: Iterable[PublishedProduct], code: str) -> list[PublishedProduct]:
    """Those of the products whose code it cannot be."""
    return [
        product
        for product in products
        if product.shapes
        and (
            not product.fits(code)
            or set(code) & set(product.row.unused_letters)
            or product.place_of_date_error(code) is not None
        )
    ]


def misfit(products: list[PublishedProduct], code: str) -> FormError | None:
    """Return how the code differs from the shapes of these products; None where it does not."""
    shapes = [shape for product in products for shape in product.shapes]
    lengths = {
        length
        for product in products
        for pattern in product.shapes
        or (*product.recalled, *product.inspect, *product.not_recalled)
        for length in pattern.lengths or ()
    }
    if lengths and len(code) not in lengths:
        kind = "too_short" if len(code) < max(lengths) else "too_long"
        return FormError(kind, lengths=tuple(sorted(lengths)), entered=len(code))
    for shape in shapes:
        if wrong := codes.find_misfit(shape, code):
            place, allowed = wrong
            return FormError(
                "wrong_character",
                place=place + 1,
                character=code[place],
                expected=_expected_kind(allowed),
            )
    return _unused_letter(products, code) or _no_date(products, code)


def _no_date(products: list[PublishedProduct], code: str) -> FormError | None:
    places = [product.place_of_date_error(code) for product in products]
    ends = [place for place in places if place is not None]
    if not ends or len(ends) < len(places):
        return None
    place = max(ends)
    return FormError(
        "wrong_character", place=place + 1, character=code[place], expected="character"
    )


def _unused_letter(products: list[PublishedProduct], code: str) -> FormError | None:
    unused = {letter for product in products for letter in product.row.unused_letters}
    for place, character in enumerate(code):
        if character in unused:
            is_digit = codes.fold(character, character) in codes.DIGITS
            expected = "number" if is_digit else "character"
            return FormError(
                "wrong_character", place=place + 1, character=character, expected=expected
            )
    return None


def _expected_kind(allowed: frozenset[str]) -> str:
    if allowed <= set(codes.DIGITS):
        return "number"
    return "letter" if allowed <= set(codes.LETTERS) else "character"
