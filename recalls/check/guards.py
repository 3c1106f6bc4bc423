"""Two questions come before a code on no list is answered with "not on the list".

A code one slip away from a recalled one is typed a second time and compared; a code that is
recalled for a sister product waits until the visitor has said which of the two it is.
"""

from collections.abc import Iterable

from recalls.check.matches import COMPARE, ENTRY, SISTER, Check, Hit
from recalls.check.verdict import Finding, Outcome, Verdict, Why
from recalls.published.edition import Family, PublishedProduct

MAX_CANDIDATES = 3


def before_clearing(check: Check) -> Verdict | None:
    """The question that must be answered before the code may be called not listed, or None."""
    return unlike_entries(check) or one_slip_away(check) or sister(check)


def unlike_entries(check: Check) -> Verdict | None:
    """The two entries differ: each stands as a choice, and the chosen one meets the comparison."""
    if len(check.entries) < 2 or _has_chosen(check):
        return None
    first, second = check.entries
    return check.verdict(
        Outcome.TYPE_AGAIN,
        entries=(first, second),
        entry_confirmations=(
            check.confirmations.and_(ENTRY, first, [second]),
            check.confirmations.and_(ENTRY, second, [first]),
        ),
    )


def _has_chosen(check: Check) -> bool:
    first, second = check.entries
    return check.confirmations.holds(ENTRY, first, [second])


def one_slip_away(check: Check) -> Verdict | None:
    """A recalled code is one slip away: the code is typed again, then compared with it."""
    if not check.slips or slips_are_settled(check):
        return None
    if check.cannot_type:
        return comparison(check, check.slips, can_go_on=False)
    if not check.again:
        return check.verdict_of(
            Finding(Outcome.TYPE_AGAIN, product, Why.SLIP, hit.code) for product, hit in check.slips
        )
    return comparison(check, check.slips, can_go_on=True)


def slips_are_settled(check: Check) -> bool:
    """Whether nothing recalled is one slip away, or the code was typed twice and compared."""
    if not check.slips:
        return True
    is_typed_twice = bool(check.again) and (len(check.entries) == 1 or _has_chosen(check))
    compared = [hit.code for _, hit in check.slips]
    return is_typed_twice and check.confirmations.holds(COMPARE, check.code, compared)


def comparison(
    check: Check, near: tuple[tuple[PublishedProduct, Hit], ...], *, can_go_on: bool
) -> Verdict | None:
    """The code beside the recalled ones that it may be: check_again."""
    candidates = list(dict.fromkeys(hit.code for _, hit in near))
    return check.verdict_of(
        [Finding(Outcome.CHECK_AGAIN, product, hit.why, hit.code) for product, hit in near],
        candidates=tuple(candidates[:MAX_CANDIDATES]),
        all_candidates=tuple(candidates),
        confirmation=check.confirmations.and_(COMPARE, check.code, candidates) if can_go_on else "",
    )


def may_clear(check: Check, products: Iterable[PublishedProduct]) -> bool:
    """Whether a line of the answer would be "not on the list"."""
    return any(product.can_clear(check.code) for product in products)


def sister(check: Check) -> Verdict | None:
    """The very code is recalled for a sister of the named product: which of them is it?"""
    recalled = sisters(check)
    if not recalled or sisters_are_settled(check):
        return None
    families = tuple(dict.fromkeys(check.edition.family_of[product.id] for product, _ in recalled))
    return check.verdict_of(
        [
            Finding(Outcome.WHICH_PRODUCT, product, Why.SISTER, hit.code)
            for product, hit in recalled
        ],
        choices=families,
        sisters=families,
        confirmation=check.confirmations.and_(SISTER, check.code, _keys(families)),
    )


def sisters_are_settled(check: Check) -> bool:
    families = [check.edition.family_of[product.id] for product, _ in sisters(check)]
    return not families or check.confirmations.holds(SISTER, check.code, _keys(families))


def sisters(check: Check) -> list[tuple[PublishedProduct, Hit]]:
    """Recalled and inspect hits on the code of products in the same notice, or of the same brand or
    firm, which counted for nothing because the visitor has named another."""
    notices = {product.notice for product in check.named_products}
    makers = frozenset().union(*(product.makers for product in check.named_products))
    return [
        (product, hit)
        for product in check.products_near(check.code)
        if check.edition.family_of[product.id] is not check.named
        and (product.notice in notices or makers & product.makers)
        for hit in check.hits(product, check.code)
    ]


def _keys(families: list[Family] | tuple[Family, ...]) -> list[str]:
    return [family.key.replace(".", "-").replace("_", "-") for family in families]
