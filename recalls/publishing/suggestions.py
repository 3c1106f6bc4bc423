"""Test codes that are worth having: first, middle and last of each rule and list, and those just
outside, each with the verdict that the site would give it if the notice were published as it is.

Nothing here is stored; staff say which of them are.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import OperationalError, transaction

from recalls import codes
from recalls.check.test_codes import answer_to
from recalls.check.verdict import Outcome
from recalls.database.deadline import DeadlinePassed, deadline
from recalls.models import AffectedCode, CodeList, IdentificationRule, Product, TestCode
from recalls.published.edition import PublishedProduct
from recalls.publishing.permissions import lock_recall
from recalls.publishing.plan import draft_edition
from recalls.publishing.test_codes import is_less_cautious

# A page has room for these; the first ones are shown, and how many are left out is said.
MAX_RULES = 20
MAX_LISTS = 10
# Finding the middle of a list reads half of it. Beyond this the list goes without.
SECONDS_FOR_A_LIST = 2.0


@dataclass(frozen=True)
class Sample:
    """A code with where it comes from, and the least cautious verdict that one would expect, by
    itself and with its product named."""

    code: str
    where: str
    least: str
    least_named: str


@dataclass(frozen=True)
class Suggestion:
    """A test code that staff may keep; `given` is empty where no answer came."""

    typed: str
    names_product: bool
    where: str
    given: str
    least: str
    is_kept: bool

    @property
    def key(self) -> str:
        """Return what a form sends back. The verdict is in it: nobody keeps another than they
        saw."""
        return f"{self.typed} {'named' if self.names_product else 'alone'} {self.given}"

    @property
    def given_label(self) -> str:
        return Outcome(self.given).label if self.given else "No answer"

    @property
    def least_label(self) -> str:
        return Outcome(self.least).label

    @property
    def is_less_cautious(self) -> bool:
        return is_less_cautious(self.given, self.least)


@dataclass(frozen=True)
class Suggestions:
    """All suggestions for a product, and sentences on what is not among them. `named` is the model
    number under which the product is named."""

    suggestions: tuple[Suggestion, ...]
    left_out: tuple[str, ...]
    named: str


def suggest_test_codes(row: Product) -> Suggestions:
    """Raises ValidationError where the database does not answer."""
    edition = draft_edition(row.recall)
    product = edition.products[row.pk]
    left_out: list[str] = []
    samples = [
        *_sample_model_numbers(product),
        *_sample_rules(product, left_out),
        *_sample_lists(product, left_out),
    ]
    stored = set(row.test_codes.filter(typed_twice=False).values_list("typed", "names_product"))
    stored = {(codes.normalize(typed), named) for typed, named in stored}
    suggested: dict[tuple[str, bool], Suggestion] = {}
    for sample in samples:
        for is_named, least in ((False, sample.least), (True, sample.least_named)):
            question = (sample.code, is_named)
            if question not in suggested:
                test_code = TestCode(typed=sample.code, names_product=is_named)
                given = answer_to(test_code, product.row, edition)
                suggested[question] = Suggestion(
                    *question, sample.where, given, least, question in stored
                )
    named = edition.family_of[product.id].key
    return Suggestions(tuple(suggested.values()), tuple(left_out), named)


def store_suggestions(*, product: Product, chosen: Iterable[Suggestion]) -> int:
    """Store these as test codes that expect what the site would answer; returns how many."""
    chosen = [suggestion for suggestion in chosen if suggestion.given and not suggestion.is_kept]
    with transaction.atomic():
        lock_recall(product.recall_id)
        for suggestion in chosen:
            row = TestCode(
                product=product,
                typed=suggestion.typed,
                names_product=suggestion.names_product,
                expected=suggestion.given,
            )
            row.full_clean()
            row.save()
        product.recall.add_revision()
    return len(chosen)


# Samples ------------------------------------------------------------------------------------------


def _sample_model_numbers(product: PublishedProduct) -> Iterator[Sample]:
    is_whole = product.row.identified_by == Product.IdentifiedBy.EVERY_UNIT
    least = Outcome.RECALLED if is_whole else Outcome.MODEL_NUMBER
    for code in product.model_codes:
        yield Sample(code, "a model number", least, least)


def _sample_rules(product: PublishedProduct, left_out: list[str]) -> Iterator[Sample]:
    rules = product.row.rules.exclude(status=IdentificationRule.Status.WITHDRAWN)
    _say_left_out(left_out, rules.count() - MAX_RULES, "rule")
    for row in rules.order_by("pk")[:MAX_RULES]:
        try:
            rule = codes.parse_rule(row.text)
        except codes.RuleError:
            continue  # the checklist names it
        inside = rule.samples(product.shapes, product.row.unused_letters)
        if not inside:
            left_out.append(f"No code of the rule “{row}” could be found.")
        for position, code in _name_positions(inside):
            yield _sample_inside(product, row, rule, code, f"{position} of the rule “{row}”")
        for code in rule.outside(product.shapes, product.row.unused_letters):
            yield _sample_outside(product, code, f"just outside of the rule “{row}”")


def _name_positions(samples: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    positions = {1: ("the only code",), 2: ("first", "last")}
    return zip(positions.get(len(samples), ("first", "middle", "last")), samples, strict=False)


def _sample_inside(
    product: PublishedProduct, row: IdentificationRule, rule: codes.Rule, code: str, where: str
) -> Sample:
    if row.effect == IdentificationRule.Effect.NOT_RECALLED:
        return _sample_outside(product, code, where)
    outcome = Outcome(row.effect)
    return Sample(
        code, where, outcome if rule.is_distinctive(code) else Outcome.WHICH_PRODUCT, outcome
    )


def _sample_outside(product: PublishedProduct, code: str, where: str) -> Sample:
    """Return what the product says of a code that nothing of it has."""
    row = product.row
    if row.identified_by == Product.IdentifiedBy.EVERY_UNIT:
        least = Outcome.RECALLED
    elif row.second_code or row.code_length_unknown:
        least = Outcome.CHECK_WITH_MAKER
    elif row.identified_by == Product.IdentifiedBy.LISTED_CODES and not row.list_complete:
        least = Outcome.LIST_INCOMPLETE
    elif row.identified_by == Product.IdentifiedBy.ONLY_WITHOUT_CODE:
        least = Outcome.CHECK_WITH_MAKER
    else:
        least = Outcome.CHECK_WITH_MAKER if row.checker_url else Outcome.NOT_LISTED
    return Sample(code, where, least, least)


def _sample_lists(product: PublishedProduct, left_out: list[str]) -> Iterator[Sample]:
    statuses = [CodeList.Status.DRAFT, CodeList.Status.ACTIVE]
    lists = product.row.code_lists.filter(status__in=statuses, codes_stored__gt=0)
    _say_left_out(left_out, lists.count() - MAX_LISTS, "list")
    for row in lists.order_by("pk")[:MAX_LISTS]:
        name = f"the list {row.file_name}"
        if row.status == CodeList.Status.DRAFT:
            name += ", which is not active yet"
        try:
            with deadline(SECONDS_FOR_A_LIST) as clock:
                inside = tuple(dict.fromkeys(_boundary_codes(row)))
                clock.raise_if_passed()
        except (DeadlinePassed, OperationalError):
            left_out.append(f"The codes of {name} could not be read in time.")
            continue
        for position, code in _name_positions(inside):
            yield Sample(code, f"{position} of {name}", Outcome.RECALLED, Outcome.RECALLED)
        for code in (codes.beside(inside[0], back=True), codes.beside(inside[-1])):
            if code and (not product.shapes or product.fits(code)):
                yield _sample_outside(product, code, f"just outside of {name}")


def _boundary_codes(row: CodeList) -> Iterator[str]:
    """Its first, middle and last code, in the order of the table's key: no other index is there."""
    rows = AffectedCode.objects.filter(code_list=row)
    ascending = rows.order_by("skeleton", "code").values_list("code", flat=True)
    yield from ascending[:1]
    yield from ascending[row.codes_stored // 2 :][:1]
    yield from rows.order_by("-skeleton", "-code").values_list("code", flat=True)[:1]


def _say_left_out(left_out: list[str], more: int, noun: str) -> None:
    if more > 0:
        what = f"{noun} is" if more == 1 else f"{noun}s are"
        left_out.append(f"{more} more {what} not looked at.")
