"""This module finds what the rules and lists of a product say of a code, slowly and plainly."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from recalls.codes import normalize
from tests.support.slow_catalogue import (
    LETTERS,
    Catalogue,
    Product,
    Rule,
    confusables,
    is_distinctive,
    matches,
    signs_at,
    skeleton,
    stated,
)


def model_forms(product: Product) -> set[str]:
    return {normalize(model) for model in product.models} - {""}


@cache
def families(catalogue: Catalogue) -> tuple[tuple[Product, ...], ...]:
    """The published products, those of one brand that share a model number together."""
    groups: list[list[Product]] = []
    for product in filter(lambda each: each.published, catalogue.products):
        shares = [g for g in groups if any(_is_same(product, other) for other in g)]
        groups = [g for g in groups if g not in shares]
        groups.append([*itertools.chain(*shares), product])
    return tuple(tuple(group) for group in groups)


def _is_same(one: Product, other: Product) -> bool:
    return one.brand == other.brand and bool(model_forms(one) & model_forms(other))


def family_of(catalogue: Catalogue, product: Product) -> tuple[Product, ...]:
    return next(family for family in families(catalogue) if product in family)


def of_number(catalogue: Catalogue, number: str) -> list[tuple[Product, ...]]:
    return [f for f in families(catalogue) if any(number in model_forms(p) for p in f)]


def fits(product: Product, code: str) -> bool:
    """Whether a shape of the product matches; a product without one has nothing to match."""
    return any(matches(shape, code) for shape in product.shapes)


def active(product: Product) -> list[Rule]:
    return [rule for rule in product.rules if rule.active]


def has_unused(product: Product, code: str) -> bool:
    return any(character in product.unused for character in code)


def is_distinctive_code(code: str) -> bool:
    return len(code) >= 12 or (len(code) >= 8 and any(each in LETTERS for each in code))


@dataclass(frozen=True)
class Hit:
    effect: str
    distinctive: bool
    fixed: int  # how many characters a rule states; of a listed code, all
    tells_product: bool = False  # it would be distinctive for a longer code


@cache
def hits(product: Product, code: str) -> tuple[Hit, ...]:
    """Return what the product's rules and lists say of exactly this code."""
    rules = [rule for rule in product.rules if rule.active and matches(rule.text, code)]
    if product.shapes and not fits(product, code):
        rules = []
    if any(rule.effect == "not_recalled" for rule in rules):
        return ()
    listed = [Hit("recalled", is_distinctive_code(code), 99)] if code in product.codes else []
    return (*listed, *(_rule_hit(rule, code) for rule in rules))


def _rule_hit(rule: Rule, code: str) -> Hit:
    counts, tells = (is_distinctive(rule.text, text) for text in (code, "0" * 40))
    return Hit(rule.effect, counts, len(stated(rule.text)), tells)


@cache
def recalled_spellings(product: Product, code: str) -> tuple[Hit, ...]:
    """The same for a code that may have been meant: of a product of which every unit is recalled,
    each code of its shape is."""
    found = hits(product, code)
    if product.identified_by == "every_unit":
        shapes = [shape for shape in product.shapes if matches(shape, code)]
        found += tuple(Hit("recalled", is_distinctive(shape, code), 0) for shape in shapes)
    return found


def with_skeleton(product: Product, wanted: str, vague: bool = True) -> Iterator[str]:
    """Every code with that skeleton which the product's rules or lists could mean; without
    `vague`, only its lists and distinctive rules."""
    yield from (code for code in product.codes if skeleton(code) == wanted)
    rules = active(product)
    if product.identified_by == "every_unit":
        rules = [*rules, *map(Rule, product.shapes)]
    for rule in rules:
        if rule.effect != "not_recalled" and (vague or is_distinctive(rule.text, wanted)):
            for shape in product.shapes or ("*",):
                yield from _spelled(rule.text, shape, wanted)


def _spelled(text: str, shape: str, wanted: str) -> Iterator[str]:
    by_rule, by_shape = signs_at(text, len(wanted)), signs_at(shape, len(wanted))
    if by_rule is None or by_shape is None:
        return
    choices = [
        [each for each in confusables(character) if each in one and each in other]
        for character, one, other in zip(wanted, by_rule, by_shape, strict=True)
    ]
    yield from map("".join, itertools.product(*choices))
