"""A text is judged before any product is asked: unread characters, errors, more than one code."""

import re

from recalls import codes
from recalls.check.choices import product_choices
from recalls.check.matches import Check
from recalls.check.misfits import misfit, misfits_among
from recalls.check.verdict import FormError, Outcome, Verdict

# It stands as the example beside the field; no maker's code looks like it.
EXAMPLE_CODE = "QX1234AB56CD78EF"
_SEVERAL = re.compile(r"[\n()]")


def unreadable(check: Check) -> Verdict | None:
    """Nothing that could be a code, a character that could not be read, or more than one code."""
    if check.reading.unread:
        return check.verdict(Outcome.PARTLY_READ, **product_choices(check, whole=False))
    if check.again and check.again.unread:
        return check.verdict(
            Outcome.PARTLY_READ, unread=check.again.unread, **product_choices(check, whole=False)
        )
    if error := _text_error(check):
        return check.verdict(Outcome.FORM_ERROR, error=error)
    if check.was_asked_again:
        error = _again_error(check)
        if error:
            return check.verdict(Outcome.FORM_ERROR, error=error, error_is_in_again=True)
    return None


def _text_error(check: Check) -> FormError | None:
    reading = check.reading
    if reading.too_long:
        return FormError("too_much")
    if reading.foreign:
        return FormError("other_script", character=reading.foreign)
    if not check.typed.strip():
        return FormError("empty")
    if other_codes(check):
        return FormError("several")
    if not check.code:
        return FormError("other_script")
    if check.code == EXAMPLE_CODE or check.code in check.edition.examples:
        return FormError("example")
    return None


def _again_error(check: Check) -> FormError | None:
    if not check.again:
        return FormError("empty")
    if check.again.foreign or not check.again.code:
        return FormError("other_script", character=check.again.foreign)
    if check.again.too_long or check.again.outside:
        return FormError("several")
    misfits = misfits_among(check.named_products, check.again.code)
    # The same once more gets its error, and the way past it, as the first entry does.
    if not misfits or check.again.code == check.code:
        return None
    return misfit(misfits, check.again.code)


def other_codes(check: Check) -> bool:
    """Whether something else in the text could be a code: it fits a published shape of its own
    length, or a rule or list. The text then clears nothing."""
    return check.has_unlike_codes or any(
        check.fitting(text)
        or any(next(check.hits(product, text), None) for product in check.products_near(text))
        for text in check.reading.outside
        if text in check.near
    )


def falls_into_codes(check: Check) -> bool:
    """Whether the code was put together from several groups of characters, and may be a shorter
    one of the named product with something else beside it; or a word for a digit stands in it."""
    shapes = [shape for product in check.named_products for shape in product.shapes]
    groups = check.reading.groups
    if codes.may_fall_apart(groups, shapes) or codes.holds_spoken_digit(check.code, shapes):
        return True
    # Of two columns of a label the lines interleave.
    lengths = {length for shape in shapes for length in shape.lengths or ()}
    return len(groups) > 2 and len(lengths) > 1 and _SEVERAL.search(check.typed.strip()) is not None
