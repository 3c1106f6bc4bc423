"""One typed text in, one Verdict out: the ladder that recalls/README.md describes.

An answer is `not_listed` only when it is known to be; `not_listed` below is the one place that
makes it. Whatever cannot be looked up raises Unavailable and never becomes an answer.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from django.db import DatabaseError, InterfaceError

from recalls import codes
from recalls.check import guards
from recalls.check.choices import first_choices, product_choices
from recalls.check.guards import may_clear
from recalls.check.likenesses import confusables
from recalls.check.matches import LABEL, NONE_OF_THESE, Check, Hit, VersionChanged, once
from recalls.check.misfits import misfit, misfits_among, nearly_fits
from recalls.check.texts import falls_into_codes, other_codes, unreadable
from recalls.check.unread import unread_x
from recalls.check.verdict import (
    CAUTION,
    HITS,
    Finding,
    FormError,
    Outcome,
    Proof,
    Verdict,
    Why,
)
from recalls.check.verdict import (
    Unavailable as Unavailable,
)
from recalls.database.deadline import SECONDS_FOR_A_CHECK, DeadlinePassed, deadline
from recalls.models import PublishedVersion
from recalls.published import cache
from recalls.published.edition import Edition, PublishedProduct

__all__ = ["FAILURES", "NONE_OF_THESE", "check_code"]

logger = logging.getLogger(__name__)

MIN_DIGITS = 4


# What reading the published version or the codes can end in.
FAILURES = (DatabaseError, InterfaceError, PublishedVersion.DoesNotExist, DeadlinePassed)

Values = str | Sequence[str]


def check_code(
    typed: Values,
    product: Values = "",
    confirmed: Values = "",
    edition: Edition | None = None,
    *,
    again: Values = (),
    cannot_type: bool = False,
) -> Verdict:
    """The verdict on a typed text. Raises Unavailable where there can be none.

    Each parameter is one value or all that stood in the address: `product` a number of a product or
    "none", `again` the code typed a second time, `confirmed` what the visitor said of questions
    (`confirmations`). `cannot_type`: the visitor can only compare. With an `edition` of the
    present version the answer is what it would be if that were public.
    """
    try:
        with deadline(SECONDS_FOR_A_CHECK) as clock:
            for _ in range(1 if edition else 3):
                made = Check(
                    _as_list(typed),
                    _as_list(product),
                    _as_list(again),
                    _as_list(confirmed),
                    edition or cache.cached_edition(),
                    clock,
                    cannot_type=cannot_type,
                )
                if verdict := _answer_by_one_version(made):
                    return verdict
                if edition is None:
                    cache.load_edition(replacing=made.edition)
                clock.raise_if_passed()
    except FAILURES as error:
        # Without the text of the error: it can hold the statement, and that the visitor's code.
        logger.error("A check could not be made: %s", type(error).__name__)
        raise Unavailable from error
    raise Unavailable("The published version changed three times during one check.")


# A journey has one comparison, one sister and, before both, one transposition.
MAX_CONFIRMATIONS = 4


def check_typed_twice(
    typed: str, product: str = "", edition: Edition | None = None, *, again: str | None = None
) -> Verdict:
    """Return what is answered in the end to somebody who types the code twice, compares it wherever
    the site asks, and says each time that the label reads so. Raises Unavailable."""
    confirmed = ""
    for _ in range(MAX_CONFIRMATIONS):
        verdict = check_code(
            typed, product, confirmed, edition, again=typed if again is None else again
        )
        if not verdict.confirmation:
            break
        confirmed = verdict.confirmation
    return verdict


def _as_list(given: Values) -> list[str]:
    return [given] if isinstance(given, str) and given else list(given)


def _answer_by_one_version(made: Check) -> Verdict | None:
    """The answer, or None where something was published since the edition was read."""
    made.look_up()
    made.clock.raise_if_passed()
    if not made.is_of_one_version:
        return None
    try:
        verdict = answer(made)
    except VersionChanged:
        return None
    made.clock.raise_if_passed()
    return verdict


def answer(check: Check) -> Verdict:
    """All `ALARMS` are tried and the most cautious stands, with what others found of the same
    kind: two recalls of one unit are both shown. Of the `ANSWERS` the first decides."""
    if check.edition.fault:
        raise Unavailable("A published rule cannot be read.")
    if not check.is_of_one_version:
        raise Unavailable("The codes and the rules are not of one version.")
    alarms: list[Verdict] = []
    for rung in ALARMS:
        # It can only ask to check again, which does not count beside a hit.
        if rung is confusables and any(alarm.outcome in HITS for alarm in alarms):
            continue
        if alarm := rung(check):
            alarms.append(alarm)
    if alarms:
        return _most_cautious(alarms)
    for rung in ANSWERS:
        if verdict := rung(check):
            return verdict
    raise Unavailable("No rung of the ladder answered.")


def _most_cautious(alarms: list[Verdict]) -> Verdict:
    worst = min(alarms, key=lambda verdict: CAUTION.index(verdict.outcome))
    same = [verdict for verdict in alarms if verdict.outcome is worst.outcome]
    if len(same) == 1:
        return worst
    candidates = tuple(dict.fromkeys(c for verdict in same for c in verdict.all_candidates))
    return replace(
        worst,
        findings=once(f for verdict in same for f in verdict.findings),
        candidates=candidates[: guards.MAX_CANDIDATES],
        all_candidates=candidates,
        # Whoever cannot go on by one of them cannot go on.
        confirmation="",
    )


# Rungs that can only raise the alarm --------------------------------------------------------------


def every_unit_named(check: Check) -> Verdict | None:
    """The visitor has named a product of which every unit is recalled: no code can change that."""
    if not check.typed.strip():
        return None
    families = dict.fromkeys(filter(None, [check.named, *check.numbered]))
    products = [product for family in families for product in family.products]
    return check.verdict_of(_every_unit(products, check.code))


def every_unit_fits(check: Check) -> Verdict | None:
    """A distinctive shape fits a product of which every unit is recalled."""
    return check.verdict_of(
        finding
        for text in check.texts
        for family in check.edition.fitting_every_unit(text)
        for finding in _every_unit(family.products, text)
    )


def _every_unit(products: Iterable[PublishedProduct], code: str) -> Iterator[Finding]:
    for product in products:
        if product.row.identified_by == product.row.IdentifiedBy.EVERY_UNIT:
            yield Finding(Outcome.RECALLED, product, Why.EVERY_UNIT, code)


def model_number(check: Check) -> Verdict | None:
    """The text is a number of a product, looks like one, or is its digits alone."""
    code, edition = check.code, check.edition
    if not code or check.reading.unread:
        return None
    products = edition.in_order(edition.products_by_number_skeleton.get(codes.skeleton(code), ()))
    if not products:
        return _answer_model_number(check, _with_digits(check))
    # Digits alone that look like a number with letters may be any code: they only ask.
    sure = [one for one in products if not code.isdigit() or code in one.model_codes]
    if every := check.verdict_of(_every_unit(_relatives(edition, sure), code)):
        return every
    doubtful = [one for one in products if one not in sure]
    return (
        guards.comparison(check, tuple(_numbers_like(check, doubtful)), can_go_on=False)
        or _answer_model_number(check, products)
        or _answer_model_number(check, _with_digits(check))
    )


def _numbers_like(
    check: Check, products: Iterable[PublishedProduct]
) -> Iterator[tuple[PublishedProduct, Hit]]:
    """Those of the products' numbers that the code looks like, where every unit is recalled."""
    for product in products:
        if any(_every_unit(_relatives(check.edition, [product]), check.code)):
            for number in product.model_codes:
                if codes.skeleton(number) == codes.skeleton(check.code):
                    yield product, Hit(Outcome.CHECK_AGAIN, Why.CONFUSABLE, number, True)


def _with_digits(check: Check) -> list[PublishedProduct]:
    """The products of whose numbers the code is the digits alone. It only asks."""
    if check.named:
        own = [product for product in check.named_products if check.code in product.number_digits]
        return check.edition.in_order(own)
    return check.edition.in_order(check.edition.products_by_number_digits.get(check.code, ()))


def _relatives(edition: Edition, products: Iterable[PublishedProduct]) -> list[PublishedProduct]:
    families = dict.fromkeys(edition.family_of[product.id] for product in products)
    return [relative for family in families for relative in family.products]


def _answer_model_number(check: Check, products: list[PublishedProduct]) -> Verdict | None:
    if not products:
        return None
    families = tuple(dict.fromkeys(check.edition.family_of[product.id] for product in products))
    return check.verdict_of(
        (
            Finding(Outcome.MODEL_NUMBER, product, Why.MODEL, check.code)
            for product in _relatives(check.edition, products)
        ),
        choices=families,
    )


def no_code(check: Check) -> Verdict | None:
    """In place of a code the visitor says that the named product has none: what its notices say of
    a unit without a readable one."""
    if not check.named or not codes.means_no_code(check.typed):
        return None
    return check.verdict_of(
        Finding(
            Outcome.RECALLED
            if product.row.without_code == product.row.WithoutCode.TREAT_AS_RECALLED
            else Outcome.CHECK_WITH_MAKER,
            product,
            Why.NO_CODE,
            "",
        )
        for product in check.named_products
    )


def exact(check: Check) -> Verdict | None:
    """A reading is a recalled or inspect code, as typed or with letters that its maker never uses
    read as digits."""
    findings = []
    for product in check.products_near(*check.texts, *check.windows):
        hits = [(text, hit) for text in check.texts for hit in check.hits(product, text)]
        hits += [(text, hit) for text in check.windows for hit in check.window_hits(product, text)]
        findings += [
            Finding(hit.outcome, product, hit.why, hit.code, hit.rule)
            for text, hit in hits
            if check.counts(product, hit.is_distinctive, text)
        ]
    return check.verdict_of(findings)


ALARMS = (every_unit_named, every_unit_fits, model_number, no_code, exact, confusables)


# Rungs that answer when no alarm was raised -------------------------------------------------------


def which_product(check: Check) -> Verdict | None:
    """Only the visitor names a product; a distinctive shape may lead to an answer that warns."""
    if check.named and not check.is_torn:
        return None
    if check.none_of_these:
        return check.verdict(Outcome.UNRECOGNISED)
    if check.shared:
        choices = tuple(dict.fromkeys(check.shared))
        return check.verdict(
            Outcome.WHICH_PRODUCT, choices=choices, has_more_choices=True, is_brand_asked=True
        )
    fitting = check.fitting(check.code)
    led = [] if check.is_torn else check.fitting(check.code, distinctive=True)
    products = [product for family in led for product in family.products]
    if products and not misfits_among(products, check.code) and not may_clear(check, products):
        return check.verdict_of(_finding(check, product) for product in products)
    if not led and not check.tells_product:
        error = nearly_fits(check.edition, check.code, is_fitting=bool(fitting))
        if error and not check.confirmations.holds(LABEL, check.code, ()):
            return _label_error(check, error)
    if fitting or check.tells_product:
        return check.verdict(Outcome.WHICH_PRODUCT, **product_choices(check))
    return _answer_without_shape(check)


def _label_error(check: Check, error: FormError) -> Verdict:
    words = {codes.normalize(word) for word in check.typed.split()}
    has_several = sum(bool(check.fitting(word)) for word in words) > 1
    return check.verdict(
        Outcome.FORM_ERROR,
        error=FormError("several") if has_several else error,
        confirmation=check.confirmations.and_(LABEL, check.code, ()),
    )


def _answer_without_shape(check: Check) -> Verdict:
    """No product on file has such a code, unless a word of the text is one of its numbers."""
    families = [family for family in check.edition.families if family in check.numbered]
    # A sentence such as "Input: 5V 1A" has the length of a code by chance, and few digits.
    others = [
        text
        for text in check.reading.alarms
        if len(text) >= 8 and sum(map(str.isdigit, text)) >= MIN_DIGITS
    ]
    fitting = {family for text in others for family in check.fitting(text)}
    if choices := [family for family in check.edition.families if family in fitting]:
        return check.verdict(Outcome.WHICH_PRODUCT, **first_choices(check, choices))
    products = [product for family in families for product in family.products]
    return _answer_model_number(check, products) or check.verdict(Outcome.UNRECOGNISED)


def products_notices(check: Check) -> Verdict | None:
    """Return what each notice of the named product says, each for its countries."""
    products = check.named_products
    if misfits := misfits_among(products, check.code):
        if check.names_only_a_number:
            return _answer_model_number(check, products)
        error = misfit(misfits, check.code)
        if error and not check.confirmations.holds(LABEL, check.code, ()):
            return _label_error(check, error)
        return check.verdict(Outcome.UNRECOGNISED)
    if may_clear(check, products):
        if unread := unread_x(check):
            return check.verdict(
                Outcome.PARTLY_READ, unread=unread, **product_choices(check, whole=False)
            )
        if falls_into_codes(check):
            return check.verdict(Outcome.FORM_ERROR, error=FormError("in_groups"))
        if question := guards.before_clearing(check):
            return question
    return check.verdict_of(
        [*(_finding(check, product) for product in products), *_warn_of_other_families(check)]
    )


def _warn_of_other_families(check: Check) -> Iterator[Finding]:
    """Return what products say whose distinctive shape fits although another was named: warnings
    only."""
    for family in check.fitting(check.code, distinctive=True):
        if family is not check.named:
            for product in family.products:
                if not product.can_clear(check.code) and not misfits_among([product], check.code):
                    yield _finding(check, product)


def _finding(check: Check, product: PublishedProduct) -> Finding:
    row, code = product.row, check.code
    by = row.IdentifiedBy
    if row.identified_by == by.EVERY_UNIT:
        return Finding(Outcome.RECALLED, product, Why.EVERY_UNIT, code)
    if row.identified_by == by.ONLY_WITHOUT_CODE:
        return Finding(Outcome.CHECK_WITH_MAKER, product, Why.ONLY_WITHOUT_CODE, code)
    if row.identified_by == by.MAKERS_CHECKER:
        return Finding(Outcome.CHECK_WITH_MAKER, product, Why.NO_CODE_HIT, code)
    if row.second_code:
        return Finding(Outcome.CHECK_WITH_MAKER, product, Why.TWO_CODES, code)
    if row.code_length_unknown:
        return Finding(Outcome.CHECK_WITH_MAKER, product, Why.LENGTH_UNKNOWN, code)
    if not product.is_complete or not product.fits_cleanly(code):
        return Finding(Outcome.LIST_INCOMPLETE, product, Why.NO_CODE_HIT, code)
    if row.checker_url:
        return Finding(Outcome.CHECK_WITH_MAKER, product, Why.NO_CODE_HIT, code)
    return not_listed(_proof(check, product))


def _proof(check: Check, product: PublishedProduct) -> Proof:
    """Each question is asked once more, not remembered."""
    return Proof(
        product=product,
        code=check.code,
        is_named_by_visitor=check.edition.family_of[product.id] is check.named
        and not check.is_torn,
        is_only_code_in_text=not (
            check.reading.too_long or other_codes(check) or falls_into_codes(check)
        ),
        is_read_whole=not check.reading.unread and not unread_x(check),
        has_no_alarm=exact(check) is None and confusables(check) is None,
        has_no_slip_left=guards.unlike_entries(check) is None and guards.slips_are_settled(check),
        has_no_sister_left=guards.sisters_are_settled(check),
        looked_up_version=check.version,
        edition_version=check.edition.version,
    )


def not_listed(proof: Proof) -> Finding:
    """The only place that says so of a code. Raises Unavailable where a proof is missing."""
    if not proof.holds:
        raise Unavailable("A proof is missing.")
    return Finding(Outcome.NOT_LISTED, proof.product, Why.NO_CODE_HIT, proof.code, proof=proof)


ANSWERS = (unreadable, which_product, products_notices)
