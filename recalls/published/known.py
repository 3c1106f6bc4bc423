"""What the reading of a typed text needs of all products."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from recalls import codes

if TYPE_CHECKING:
    from recalls.published.edition import PublishedProduct


def known_of(products: Iterable[PublishedProduct]) -> codes.Known:
    """The lengths of the products' codes, as far as stated, and their numbers."""
    products = list(products)
    lengths = {
        length
        for product in products
        for line in (product.shapes, product.list_shapes, product.recalled, product.inspect)
        for pattern in line
        for length in pattern.lengths or ()
    }
    return codes.Known(
        frozenset(lengths),
        frozenset(code for product in products for code in product.model_codes),
        # A list without a shape may hold codes of any length.
        is_open=any(product.list_ids and not product.shapes for product in products),
    )
