"""The recalled codes that a reading may be a misreading of: those that look like it, and those
that look like it once two neighbors have changed places."""

from collections.abc import Iterator
from itertools import islice

from recalls import codes
from recalls.check import guards
from recalls.check.guards import MAX_CANDIDATES, may_clear
from recalls.check.matches import COMPARE, Check, Hit, Near
from recalls.check.verdict import Outcome, Verdict, Why
from recalls.published.edition import PublishedProduct


def confusables(check: Check) -> Verdict | None:
    """A recalled code has the same skeleton, or has it once two neighbors change places.

    Where only transpositions hit, a visitor who has compared the order goes on.
    """
    near = [(product, hit) for text in check.texts for product, hit in _near(check, text)]
    # A confusable before a transposition: it is the one that cannot be ruled out by eye.
    near.sort(key=lambda pair: pair[1].why is Why.TRANSPOSITION)
    if not near:
        return None
    can_go_on = (
        all(hit.why is Why.TRANSPOSITION for _, hit in near)
        and not check.reading.unread
        and check.code in check.near
        and all(codes.skeleton(hit.code) in check.near[check.code].by_order for _, hit in near)
    )
    if can_go_on and _is_settled_later(check, [hit.code for _, hit in near]):
        return None
    return guards.comparison(check, tuple(near), can_go_on=can_go_on)


def _is_settled_later(check: Check, shown: list[str]) -> bool:
    """Whether the visitor has compared these, or will with all others one slip away."""
    if check.confirmations.holds(COMPARE, check.code, shown):
        return True
    are_slips = set(shown) <= check.near[check.code].transposed
    return bool(check.again) and are_slips and may_clear(check, check.named_products)


def _near(check: Check, text: str) -> Iterator[tuple[PublishedProduct, Hit]]:
    """Recalled or inspect codes that the text may be a misreading of, with their products. Of what
    counts only: it takes long to look for the others."""
    near = check.near[text]
    for product in check.products_near(text):
        like = dict(_codes_like(check, product, text))
        # A transposition stands for what looks like it too: it is the order that tells.
        plain = {codes.skeleton(code) for code in like if code in near.transposed}
        for code, rule in like.items():
            code_skeleton = codes.skeleton(code)
            is_transposed = code_skeleton != near.skeleton
            if is_transposed and code_skeleton in plain and code not in near.transposed:
                continue
            why = Why.TRANSPOSITION if is_transposed else Why.CONFUSABLE
            yield product, Hit(Outcome.CHECK_AGAIN, why, code, True, rule)


def _codes_like(check: Check, product: PublishedProduct, text: str) -> Iterator[tuple[str, str]]:
    """The product's codes other than the text with one of its skeletons, and by which rule."""
    near = check.near[text]
    for code in sorted(check.listed.get(product.id, ())):
        alike = code != text and codes.skeleton(code) in near.skeletons
        counts = alike and check.counts(product, codes.is_distinctive_code(code), text)
        if counts and not product.excludes(code):
            yield code, ""
    # Enough to get past the text itself and its transpositions to a confusable, if any.
    most = MAX_CANDIDATES + 2 + len(near.transposed)
    for _, rule, skeleton in near.rules.get(product, ()):
        # A code with the skeleton is as long as the text, so it is distinctive if the text were.
        if check.counts(product, rule.is_distinctive(text), text):
            exclusions = product.exclusions(skeleton)
            like = rule.codes_like(skeleton, product.shapes, exclusions)
            found = [*_transposition_matched(near, skeleton, rule, product), *islice(like, most)]
            yield from ((code, rule.text) for code in found if code != text)


def _transposition_matched(
    near: Near, skeleton: str, rule: codes.Rule, product: PublishedProduct
) -> list[str]:
    """The text's transposition with that skeleton if the rule matches it, however many codes that
    look like it come before it."""
    code = near.by_order.get(skeleton, "")
    fits = rule.matches(code) and (not product.shapes or product.fits(code))
    return [code] if code and fits and not product.excludes(code) else []
