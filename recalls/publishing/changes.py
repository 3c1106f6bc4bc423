"""Staff read the public changes between two contents of a notice as sentences."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models as db
from django.db.models import Exists, OuterRef
from django.utils.text import Truncator

from recalls import codes, countries, languages
from recalls.localized_text import LocalizedTextField
from recalls.models import (
    AffectedCode,
    CodeList,
    IdentificationRule,
    Outcome,
    Product,
    Recall,
    RecallCountry,
    RecallText,
)
from recalls.options import OptionsField
from recalls.published.snapshots import MODELS, Columns, Snapshot, instance, instances
from recalls.publishing.decisions import decision_on
from recalls.publishing.test_codes import is_less_cautious

# More are told by their number.
MAX_RULES_NAMED = 20
MAX_CHARACTERS_TOLD = 200
CHARACTERS_BEFORE_A_DIFFERENCE = 40


@dataclass(frozen=True)
class Change:
    """One thing that differs, as a sentence for staff. `warns_less`: somebody who was warned, or
    asked to look again, may no longer be."""

    sentence: str
    warns_less: bool = False


def changes_between(before: Snapshot | None, after: Snapshot) -> list[Change]:
    """Return what `after` tells the public differently; `before` is None where there was
    nothing."""
    old = before or {name: [] for name in MODELS}
    changes = [*_compare_recall(before, after)]
    changes += _compare_parts(old, after, "texts", RecallText, "language", "text")
    changes += _compare_countries(old, after)
    changes += _compare_products(before, after)
    changes += _compare_test_codes(old, after)
    return changes


def _compare_recall(before: Snapshot | None, after: Snapshot) -> Iterator[Change]:
    new = after["recall"][0]
    if before is None:
        yield Change("The notice becomes public.")
        return
    old = before["recall"][0]
    public = Recall.Status.PUBLISHED.value
    if old["status"] == public != new["status"]:
        how = (
            "is replaced by another" if new["status"] == Recall.Status.REPLACED else "is withdrawn"
        )
        yield Change(f"The notice {how}: its products and codes are no longer checked.", True)
    if old["status"] != public == new["status"]:
        yield Change("The notice becomes public again.")
    yield from compare_fields(old, new, Recall, "The notice")


def compare_fields(
    old: Columns, new: Columns, model: type[db.Model], name: str
) -> Iterator[Change]:
    """One change for each column that differs. A column that one of them lacks came with a release,
    and counts as empty there."""
    for column in model._meta.concrete_fields:
        decision = decision_on(model, column.attname)
        if not decision.is_compared:
            continue
        for label, before, after in _differences(column, old, new):
            yield Change(
                f"{name}, {_change_in_words(column, label, before, after)}",
                decision.may_warn_less(before, after),
            )


def _differences(
    column: "db.Field[Any, Any]", old: Columns, new: Columns
) -> Iterator[tuple[str, Any, Any]]:
    """Return where a column differs, with both values; of a text by language each language by
    itself."""
    before, after = _value(old, column), _value(new, column)
    name = str(column.verbose_name)
    if not isinstance(column, LocalizedTextField):
        if before != after:
            yield name, before, after
        return
    for tag in languages.in_order({**before, **after}):
        if before.get(tag, "") != after.get(tag, ""):
            label = f"{name} ({languages.staff_name(tag)})"
            yield label, before.get(tag, ""), after.get(tag, "")


def _value(row: Columns, column: "db.Field[Any, Any]") -> Any:
    return row[column.attname] if column.attname in row else column.get_default()


def _change_in_words(column: "db.Field[Any, Any]", label: str, before: Any, after: Any) -> str:
    if column.is_relation:
        return f"{label}: {'another' if before and after else 'new' if after else 'taken out'}."
    old, new = _in_words(column, before), _in_words(column, after)
    if not old:
        return f"{label}: new, “{_shortened(new)}”."
    if not new:
        return f"{label}: taken out, “{_shortened(old)}”."
    start = _start_of_difference(old, new)
    return f"{label}: “{_shortened(old, start)}” becomes “{_shortened(new, start)}”."


def _in_words(column: "db.Field[Any, Any]", value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return ""
    if isinstance(column, OptionsField):
        return ", ".join(column.labels(value))
    text = str(dict(column.flatchoices or ()).get(value, value))
    # A summary has one sentence a line.
    return " / ".join(filter(str.strip, text.splitlines()))


def _start_of_difference(old: str, new: str) -> int:
    """Return where two long texts begin to differ, less some words before that."""
    if max(len(old), len(new)) <= MAX_CHARACTERS_TOLD:
        return 0
    pairs = enumerate(zip(old, new, strict=False))
    same = next((at for at, (one, other) in pairs if one != other), min(len(old), len(new)))
    return max(0, same - CHARACTERS_BEFORE_A_DIFFERENCE)


def _shortened(text: str, start: int = 0) -> str:
    return ("…" if start else "") + Truncator(text[start:]).chars(MAX_CHARACTERS_TOLD)


def _compare_parts(
    old: Snapshot, new: Snapshot, name: str, model: type[db.Model], key: str, noun: str
) -> Iterator[Change]:
    before = {row[key]: row for row in old[name]}
    after = {row[key]: row for row in new[name]}
    for value in after:
        title = f"{_part_name(key, value)} {noun}".strip()
        if value in before:
            yield from compare_fields(before[value], after[value], model, title)
        elif old["recall"]:
            yield Change(f"{title}: new.", _says_something_new(after[value], model))
    for value in before:
        if value not in after:
            yield Change(f"{_part_name(key, value)} {noun}: taken out.", warns_less=True)


def _part_name(key: str, value: str) -> str:
    """English, Australia: the language of a text, the country of purchase, for staff."""
    return languages.staff_name(value) if key == "language" else countries.staff_name(value)


def _says_something_new(row: Columns, model: type[db.Model]) -> bool:
    """People read something else until now: the text in the first language, or the notice without a
    country of their own."""
    return any(change.warns_less for change in compare_fields({}, row, model, ""))


def _compare_countries(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    yield from _compare_parts(old, new, "countries", RecallCountry, "country", "(country)")


def _compare_products(before: Snapshot | None, after: Snapshot) -> Iterator[Change]:
    old = {row["id"]: row for row in (before or {"products": []})["products"]}
    new = {row["id"]: row for row in after["products"]}
    public = Recall.Status.PUBLISHED.value
    was_checked = before is not None and before["recall"][0]["status"] == public
    for key, row in new.items():
        name = _product_name(row)
        was = old.get(key)
        # While a notice is withdrawn nothing rests on its list, so that counts as not complete.
        if row["list_complete"] and not (was and was["list_complete"] and was_checked):
            yield Change(f"{name}: the list is set complete. {_answer_to_others(row)}", True)
        if was is None and before is not None:
            yield _new_product(row, before["products"], name)
        yield from _compare_product(was, row, name)
        yield from _compare_rules(
            _rule_keys(before, key), _rule_keys(after, key), name, is_new=before is None
        )
        yield from _compare_lists(_lists_by_id(before, key), _lists_by_id(after, key), name)
    for key, row in old.items():
        if key not in new:
            yield Change(f"{_product_name(row)}: taken out of the notice.", warns_less=True)


def _answer_to_others(product: Columns) -> str:
    """Return what a code that is not on the complete list is answered."""
    if product["checker_url"]:
        return (
            "Codes that are not on it are answered “Check with the maker”, because the address of "
            "the maker's checker is entered."
        )
    return "Codes that are not on it are answered “not on the list”."


def _new_product(row: Columns, public: list[Columns], name: str) -> Change:
    """Nothing was told of it before, unless it shares a number with one that is public: the two are
    one to the public, and what the new one says stands beside what the other said."""
    numbers = _numbers(row)
    if any(numbers & _numbers(other) for other in public):
        return Change(f"{name}: a new product, with a number that is public already.", True)
    return Change(f"{name}: a new product.")


def _numbers(product: Columns) -> set[str]:
    return set(instance(Product, product).number_codes)


def _product_name(product: Columns) -> str:
    return str(instance(Product, product))


def _compare_product(old: Columns | None, new: Columns, name: str) -> Iterator[Change]:
    if old is None:
        return
    if old["list_complete"] and not new["list_complete"]:
        yield Change(f"{name}: the list is no longer complete.")
    yield from compare_fields(old, new, Product, name)


def _rule_keys(content: Snapshot | None, product: int) -> set[tuple[str, str]]:
    rows = content["rules"] if content else []
    return {(row["text"], row["effect"]) for row in rows if row["product_id"] == product}


def _compare_rules(
    old: set[tuple[str, str]], new: set[tuple[str, str]], name: str, *, is_new: bool
) -> Iterator[Change]:
    labels = {
        IdentificationRule.Effect.RECALLED.value: "recalled",
        IdentificationRule.Effect.INSPECT.value: "inspect",
        IdentificationRule.Effect.NOT_RECALLED.value: "not recalled",
    }
    excludes = IdentificationRule.Effect.NOT_RECALLED.value
    for effect, label in labels.items():
        added = sorted(text for text, its in new - old if its == effect)
        gone = sorted(text for text, its in old - new if its == effect)
        # Within a notice that is itself new nothing was warned of before.
        less = effect == excludes and not is_new
        yield from _list_rules(f"{name}: new", added, label, less)
        yield from _list_rules(f"{name}: taken out", gone, label, effect != excludes)


def _list_rules(start: str, texts: list[str], label: str, less: bool) -> Iterator[Change]:
    if len(texts) > MAX_RULES_NAMED:
        yield Change(f"{start}, {len(texts):,} rules ({label}).", less)
        return
    for text in texts:
        yield Change(f"{start}, rule “{text}” ({label}).", less)


def _lists_by_id(content: Snapshot | None, product: int) -> dict[int, Columns]:
    rows = content["lists"] if content else []
    return {row["id"]: row for row in rows if row["product_id"] == product}


def _compare_lists(old: dict[int, Columns], new: dict[int, Columns], name: str) -> Iterator[Change]:
    added, gone = new.keys() - old.keys(), old.keys() - new.keys()
    if added:
        count = sum(new[key]["codes_stored"] for key in added)
        yield Change(f"{name}: lists with {count:,} codes are added.")
    if gone:
        count = sum(old[key]["codes_stored"] for key in gone)
        dropped = count_codes_dropped(gone, new.keys())
        yield Change(
            f"{name}: lists with {count:,} codes are taken out; {dropped:,} of the codes stand in "
            "no other list.",
            warns_less=dropped > 0,
        )


@dataclass(frozen=True)
class Reach:
    """This is how far a content warns: codes in its lists and rules, and what has no number."""

    codes: int = 0
    open_rules: int = 0
    whole_products: tuple[str, ...] = ()

    def __str__(self) -> str:
        parts = [f"{self.codes:,} codes"] if self.codes or not self.whole_products else []
        if self.open_rules:
            parts.append(f"those of {self.open_rules} open rules")
        parts += [f"every unit of {name}" for name in self.whole_products]
        return " and ".join(parts)


def measure_reach(content: Snapshot | None) -> Reach:
    """Count the codes that a content warns of, once for each list and each rule that has them. A
    content that is not published warns of none."""
    if content is None or content["recall"][0]["status"] != Recall.Status.PUBLISHED:
        return Reach()
    listed = sum(row["codes_stored"] for row in content["lists"])
    counts = []
    products = {product.pk: product for product in instances(content, Product)}
    for row in content["rules"]:
        if row["effect"] != IdentificationRule.Effect.NOT_RECALLED:
            counts.append(count_codes_covered(row["text"], products[row["product_id"]]))
    every = Product.IdentifiedBy.EVERY_UNIT
    return Reach(
        codes=listed + sum(filter(None, counts)),
        open_rules=counts.count(None),
        whole_products=tuple(
            str(product) for product in products.values() if product.identified_by == every
        ),
    )


def count_codes_covered(text: str, product: Product) -> int | None:
    """Return how many codes a rule covers; None where that is open, or the rule or a shape cannot
    be read, which the checklist says."""
    try:
        return codes.parse_rule(text).count(product.parse_shapes())
    except codes.RuleError:
        return None


def count_codes_dropped(gone: Iterable[int], kept: Iterable[int]) -> int:
    """Return how many codes stand in the lists `gone` and in none of `kept`, by list id."""
    elsewhere = AffectedCode.objects.filter(
        skeleton=OuterRef("skeleton"), code=OuterRef("code"), code_list_id__in=list(kept)
    )
    dropped = AffectedCode.objects.filter(~Exists(elsewhere), code_list_id__in=list(gone))
    return dropped.values("skeleton", "code").distinct().count()


def _compare_test_codes(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    keys = ("product_id", "typed", "names_product", "typed_twice")
    before, after = (
        {tuple(row[key] for key in keys): row["expected"] for row in content["test_codes"]}
        for content in (old, new)
    )
    if not old["recall"]:
        return
    changed = sorted(key for key in before.keys() & after if before[key] != after[key])
    for key in changed[:MAX_RULES_NAMED]:
        was, becomes = Outcome(before[key]).label, Outcome(after[key]).label
        named = " with its product named" if key[2] else ""
        yield Change(
            f"Test code {key[1]}{named}: expects “{becomes}” in place of “{was}”.",
            is_less_cautious(after[key], before[key]),
        )
    if more := changed[MAX_RULES_NAMED:]:
        yield Change(
            f"{len(more)} more test codes expect another answer than before.",
            any(is_less_cautious(after[key], before[key]) for key in more),
        )
    added, gone = len(after.keys() - before), len(before.keys() - after)
    if added or gone:
        yield Change(f"For the site's own tests: {added} test codes new, {gone} taken out.")


def loses_a_rule_or_list(before: Snapshot | None, after: Snapshot) -> list[int]:
    """Ids of the products that lose a recalled or inspect rule, or a list that none replaces."""
    lost = []
    replaced = _lists_replaced_by({row["id"] for row in after["lists"]})
    for row in after["products"]:
        key = row["id"]
        rules = _rule_keys(before, key) - _rule_keys(after, key)
        lists = _lists_by_id(before, key).keys() - _lists_by_id(after, key).keys()
        if lists - replaced or any(
            effect != IdentificationRule.Effect.NOT_RECALLED for _, effect in rules
        ):
            lost.append(key)
    return lost


def _lists_replaced_by(lists: set[int]) -> set[int]:
    """Ids of the lists whose place these took, one after the other."""
    found: set[int] = set()
    last = lists
    while last:
        rows = CodeList.objects.filter(pk__in=last, replaces__isnull=False)
        last = set(rows.values_list("replaces_id", flat=True)) - found
        found |= last
    return found


def sentences_that_warn_less(changes: Iterable[Change]) -> list[str]:
    return [change.sentence for change in changes if change.warns_less]
