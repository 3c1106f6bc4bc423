"""Some publications need a reason that two people read; the figures that they read it by are here.

A rule much wider than the units of the notice, a list set complete with far fewer or more codes
than units, and a list with which too many slips would be cleared.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from recalls import codes
from recalls.check import ladder
from recalls.models import IdentificationRule, Product, Recall
from recalls.published.edition import Edition
from recalls.published.snapshots import Snapshot, instances
from recalls.publishing.changes import count_codes_covered, measure_reach
from recalls.publishing.forecast import MAX_CLEARED, Forecast, forecast

# The codes of a complete list for each unit of the notice.
MIN_SHARE, MAX_SHARE = 0.9, 1.1


class Doubts:
    """The doubts about a content that would follow the public one. The forecasts take up to a
    second, so all is worked out when it is first asked for."""

    def __init__(self, before: Snapshot | None, after: Snapshot, edition: Edition):
        self._before = before
        self._after = after
        self._edition = edition
        # A notice that is withdrawn clears nothing.
        self._products = instances(after, Product) if _is_published(after) else []

    @cached_property
    def to_explain(self) -> tuple[str, ...]:
        """One sentence for each thing that needs a reason."""
        return (*self._wide_rules(), *self._unlike_units(), *self._false_clears())

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """The figures, as sentences for staff."""
        return (*self._units_note(), *self._forecast_notes())

    # Codes and units ------------------------------------------------------------------------------

    @cached_property
    def _units(self) -> int:
        return units_of(self._after)

    def _wide_rules(self) -> Iterator[str]:
        products = {product.pk: product for product in self._products}
        public = _rules_of(self._before)
        for row in self._after["rules"] if products else ():
            is_new = (row["product_id"], row["text"], row["effect"]) not in public
            if is_new and row["effect"] != IdentificationRule.Effect.NOT_RECALLED:
                product = products[row["product_id"]]
                count = count_codes_covered(row["text"], product)
                if codes.is_much_wider(count, self._units):
                    many = "any number of codes" if count is None else f"{count:,} codes"
                    yield (
                        f"{product}: the rule “{row['text']}” covers {many}, and the notice speaks "
                        f"of {self._units:,} units."
                    )

    def _unlike_units(self) -> Iterator[str]:
        if not self._newly_settled:
            return
        is_all = all(product.list_complete for product in self._products)
        what = differs_from_units(self._after, is_all=is_all)
        if not what:
            return
        names = ", ".join(map(str, self._newly_settled))
        yield (
            f"{names}: the list is complete with {measure_reach(self._after)} in all, and the "
            f"notice speaks of {self._units:,} units. {what}"
        )

    def _units_note(self) -> Iterator[str]:
        total = measure_reach(self._after)
        if self._units and total.codes:
            share = _share_in_words(total.codes / self._units)
            yield f"{total} stand against {self._units:,} units in the notice: {share}."
        elif self._newly_settled:
            yield (
                "The notice gives no number of units, so nobody can hold the number of codes "
                "against it."
            )

    # Forecasts ------------------------------------------------------------------------------------

    @cached_property
    def _newly_settled(self) -> list[Product]:
        """The products whose list is complete, and was not, or whose codes are others now."""
        return [
            product
            for product in self._products
            if product.list_complete
            and _of_product(self._before, product.pk) != _of_product(self._after, product.pk)
        ]

    @cached_property
    def _forecasts(self) -> list[tuple[Product, Forecast | None]]:
        """None where it could not be worked out."""
        part = 1 / max(1, len(self._newly_settled))
        found: list[tuple[Product, Forecast | None]] = []
        for row in self._newly_settled:
            product = self._edition.products.get(row.pk)
            try:
                made = forecast(self._edition, product, part=part) if product else None
                found.append((row, made))
            except ladder.Unavailable:
                found.append((row, None))
        return found

    def _false_clears(self) -> Iterator[str]:
        for product, made in self._forecasts:
            if made is None:
                yield f"{product}: the forecast could not be worked out."
            elif made.is_above:
                yield (
                    f"{product}: of 1,000 slips in recalled codes about {made.cleared:.1f} would "
                    f"be cleared, more than {MAX_CLEARED}."
                )

    def _forecast_notes(self) -> Iterator[str]:
        for product, made in self._forecasts:
            if made is not None:
                yield f"{product}: {' '.join(made.sentences)}"


def _share_in_words(share: float) -> str:
    if share >= 2:
        return f"{share:,.0f} codes for each"
    return f"{100 * share:.0f} in 100" if share >= 0.01 else "fewer than 1 in 100"


def differs_from_units(content: Snapshot, *, is_all: bool) -> str:
    """Return, as a sentence, what may be wrong where the codes of a content are far from the units
    of its notice; empty where they agree or no units are known. `is_all`: all lists are complete,
    so that too few codes are a fault as well."""
    units, total = units_of(content), measure_reach(content)
    share = total.codes / units if units else 1
    if units and (total.open_rules or share > MAX_SHARE):
        return "Codes of other units may be among them."
    if is_all and share < MIN_SHARE:
        return "Recalled units may be missing: those would be answered “not on the list”."
    return ""


def units_of(content: Snapshot) -> int:
    """The units of the notice in all its countries, as far as they are known."""
    return sum(row.get("units") or 0 for row in content["countries"])


def units_of_recall(recall: Recall) -> int:
    """The same, of its rows."""
    return sum(filter(None, recall.countries.values_list("units", flat=True)))


def _rules_of(content: Snapshot | None) -> set[tuple[int, str, str]]:
    rows = content["rules"] if content and _is_published(content) else []
    return {(row["product_id"], row["text"], row["effect"]) for row in rows}


def _of_product(content: Snapshot | None, product_id: int) -> tuple[Any, ...] | None:
    """Return the figures that a complete list of the product rests on; None where there is none."""
    if content is None or not _is_published(content):
        return None
    for row in content["products"]:
        if row["id"] == product_id and row["list_complete"]:
            rules = {rule for rule in _rules_of(content) if rule[0] == product_id}
            lists = {one["id"] for one in content["lists"] if one["product_id"] == product_id}
            return rules, lists, row["shapes"], row["unused_letters"]
    return None


def _is_published(content: Snapshot) -> bool:
    return bool(content["recall"][0]["status"] == Recall.Status.PUBLISHED)
