"""How a code differs from the shapes of products, as an error of the form."""

from collections.abc import Iterable

from recalls import codes
from recalls.check.verdict import FormError
from recalls.published.edition import Edition, PublishedProduct


def nearly_fits(edition: Edition, code: str) -> FormError | None:
    """The code begins like one on file and is at most two characters longer or shorter."""
    near = edition.in_order(
        product
        for length in range(len(code) - 2, len(code) + 3)
        for product in edition.beginning.get((code[:3], length), ())
    )
    return misfit(near, code) if near else None


def misfits_among(products: Iterable[PublishedProduct], code: str) -> list[PublishedProduct]:
    """Those of the products whose code it cannot be."""
    return [
        product
        for product in products
        if product.shapes
        and (not product.fits(code) or set(code) & set(product.row.unused_letters))
    ]


def misfit(products: list[PublishedProduct], code: str) -> FormError | None:
    """How the code differs from the shapes of these products; None where it does not."""
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
        if wrong := codes.misfit(shape, code):
            place, allowed = wrong
            return FormError(
                "wrong_character", place=place + 1, character=code[place], wanted=_wanted(allowed)
            )
    return _unused_letter(products, code)


def _unused_letter(products: list[PublishedProduct], code: str) -> FormError | None:
    unused = {letter for product in products for letter in product.row.unused_letters}
    for place, character in enumerate(code):
        if character in unused:
            is_digit = codes.fold(character, character) in codes.DIGITS
            wanted = "number" if is_digit else "character"
            return FormError("wrong_character", place=place + 1, character=character, wanted=wanted)
    return None


def _wanted(allowed: frozenset[str]) -> str:
    if allowed <= set(codes.DIGITS):
        return "number"
    return "letter" if allowed <= set(codes.LETTERS) else "character"
