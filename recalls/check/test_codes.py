"""What the site answers to a test code: one rule for staff's pages, the checklist of a publication,
the health of the site and the page that proves it to the public."""

from recalls.check import ladder
from recalls.check.verdict import Verdict
from recalls.models import Product, TestCode
from recalls.published.edition import Edition


def answer_to(test_code: TestCode, product: Product, edition: Edition | None = None) -> str:
    """The outcome that the site gives to a test code of this product, in that edition or in what is
    public; "" where the check cannot be made."""
    named = product.main_number if test_code.names_product else ""
    try:
        return check_as_visitor(
            test_code.typed, product=named, typed_twice=test_code.typed_twice, edition=edition
        ).outcome
    except ladder.Unavailable:
        return ""


def check_as_visitor(
    typed: str,
    *,
    product: str = "",
    again: str = "",
    typed_twice: bool = False,
    edition: Edition | None = None,
) -> Verdict:
    """The verdict of a visitor who types this text and names the product: a model number, "none"
    or "". `again`: what they type the second time; with `typed_twice` they type the same again and
    confirm every comparison. This is the one place outside the public's own view that asks for a
    verdict. Raises Unavailable."""
    if typed_twice:
        return ladder.check_typed_twice(typed, product, edition, again=again or None)
    return ladder.check_code(typed, product, edition=edition, again=again)
