"""Everything public at one published version, with what a check needs of it parsed."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from django.utils import timezone

from recalls import codes
from recalls.codes.index import RuleIndex
from recalls.models import (
    Disposal,
    Product,
    Recall,
    RecallCountry,
    RecallText,
    TestCode,
)

# Of a product named in an address no more is looked at.
MAX_NAME_LENGTH = 200


@dataclass(eq=False)
class PublishedProduct:
    """A product of a public notice with what a check needs of it, parsed."""

    product: Product
    notice: "Notice"
    model_codes: tuple[str, ...]
    shapes: tuple[codes.Rule, ...]
    recalled: tuple[codes.Rule, ...] = ()
    inspect: tuple[codes.Rule, ...] = ()
    not_recalled: tuple[codes.Rule, ...] = ()
    codes_held: int = 0
    newest_list: dt.datetime | None = None
    is_loading: bool = False
    list_ids: tuple[int, ...] = ()
    test_codes: tuple[TestCode, ...] = ()

    @property
    def id(self) -> int:
        return self.product.pk

    @property
    def is_complete(self) -> bool:
        """Whether all its recalled codes are in. The switch alone is not believed."""
        held = bool(self.list_ids or self.recalled or self.inspect or self.not_recalled)
        return self.product.list_complete and held and not self.is_loading

    def can_clear(self, code: str) -> bool:
        """Whether a code that nothing speaks against could be called not listed here."""
        return (
            self.product.identified_by == Product.IdentifiedBy.LISTED_CODES
            and self.is_complete
            and not self.product.checker_url
            and self.fits_cleanly(code)
        )

    @cached_property
    def number_digits(self) -> frozenset[str]:
        """The digits of each of its numbers alone, of any length."""
        return frozenset(filter(None, map(_digits, self.model_codes)))

    @property
    def countries(self) -> list[str]:
        return [country.country for country in self.notice.countries]

    def fits(self, code: str) -> bool:
        """Whether the code fits one of the product's shapes; with none on file, nothing fits."""
        return any(shape.matches(code) for shape in self.shapes)

    def excludes(self, code: str) -> bool:
        """Whether a not_recalled rule takes the code out; it counts only for what fits a shape."""
        return (not self.shapes or self.fits(code)) and any(
            rule.matches(code) for rule in self.exclusions(codes.skeleton(code))
        )

    def exclusions(self, code_skeleton: str) -> list[codes.Rule]:
        """The not_recalled rules that can concern a code with that skeleton."""
        index = self._exclusions
        return [index.filed[place][1] for place, _ in index.near([code_skeleton])]

    @cached_property
    def _exclusions(self) -> RuleIndex[None]:
        return RuleIndex((None, rule) for rule in self.not_recalled)

    def fits_cleanly(self, code: str) -> bool:
        """Fits a shape of stated length, and holds no letter that the maker never uses."""
        return not set(code) & set(self.product.unused_letters) and any(
            shape.lengths is not None and shape.matches(code) for shape in self.shapes
        )


@dataclass(eq=False)
class Notice:
    """A public notice whole: its row, its texts by language, its countries and products."""

    recall: Recall
    texts: dict[str, RecallText] = field(default_factory=dict)
    countries: list[RecallCountry] = field(default_factory=list)
    products: list[PublishedProduct] = field(default_factory=list)

    @property
    def slug(self) -> str:
        return self.recall.slug

    def text(self, language: str) -> RecallText | None:
        """Its text in that language, else in English, else in any."""
        return (
            self.texts.get(language)
            or self.texts.get("en")
            or next(iter(self.texts.values()), None)
        )

    @property
    def newest(self) -> dt.datetime | None:
        """When its codes or its text last changed."""
        dates = [self.recall.changed_at, self.recall.published_at]
        dates += [product.newest_list for product in self.products]
        return max((date for date in dates if date), default=None)


@dataclass(eq=False)
class Family:
    """The published products of one brand that share a model number: one product to the public.

    `key`: what names the family in an address (`product=`): its first model number, behind the
    brand where another brand has that number too.
    """

    products: list[PublishedProduct]
    key: str = ""

    @property
    def main(self) -> PublishedProduct:
        return self.products[0]

    @property
    def has_shape(self) -> bool:
        return any(product.shapes for product in self.products)

    @property
    def models(self) -> list[str]:
        return list(
            dict.fromkeys(model for item in self.products for model in item.product.model_list)
        )

    def fits(self, code: str) -> bool:
        return any(product.fits(code) for product in self.products)


@dataclass(eq=False)
class Edition:
    """Everything public, at one published version.

    `expires_at`: from then on another one holds, because a publication was set for that time.
    """

    version: str
    notices: tuple[Notice, ...]
    disposals: dict[str, Disposal]
    fault: str = ""
    expires_at: dt.datetime | None = None

    def __post_init__(self) -> None:
        published = [notice for notice in self.notices if notice.recall.is_published]
        self.published: tuple[Notice, ...] = tuple(published)
        self.products = {item.id: item for notice in published for item in notice.products}
        self.product_of_list = {
            list_id: item.id for item in self.products.values() for list_id in item.list_ids
        }
        self.families = _families(self.products.values())
        self.family_of = {item.id: family for family in self.families for item in family.products}
        self.known = _known(self.products.values())
        # What it was made from, as `read` tells it.
        self.source = ""
        # Made from this edition, and gone with it; see `result_pages`.
        self.kept_pages: dict = {}
        self._index()

    def _index(self) -> None:
        """What a check would otherwise ask of each product and each rule."""
        items = self.products.values()
        self.shapes = RuleIndex((item, shape) for item in items for shape in item.shapes)
        self.rules = RuleIndex(filed for item in items for filed in _warning(item))
        self.of_number = _by(items, lambda item: item.model_codes)
        self.of_number_skeleton = _by(items, lambda item: map(codes.skeleton, item.model_codes))
        self.of_number_digits = _by(
            items, lambda item: (digits for digits in item.number_digits if len(digits) >= 4)
        )
        self.families_of_number = {
            number: list(dict.fromkeys(self.family_of[item.id] for item in sharing))
            for number, sharing in self.of_number.items()
        }
        for family in self.families:
            family.key = self._key_of(family)
        self._family_of_key = {codes.normalise(family.key): family for family in self.families}
        self.beginning = _by(items, _beginnings)
        self.examples = {codes.normalise(item.product.example_code) for item in items} - {""}
        self.without_shape = tuple(family for family in self.families if not family.has_shape)
        self._place_of_family = {family: place for place, family in enumerate(self.families)}
        self._place_of_item = {item: place for place, item in enumerate(items)}

    def in_order(self, items: Iterable[PublishedProduct]) -> list[PublishedProduct]:
        """Each of the products once, as they stand in the edition."""
        return sorted(set(items), key=self._place_of_item.__getitem__)

    def fitting(self, code: str, *, distinctive: bool = False) -> list["Family"]:
        """The families of which a shape, or a distinctive shape, matches the code."""
        found = set()
        for place, _ in self.shapes.near([codes.skeleton(code)]):
            item, shape = self.shapes.filed[place]
            if (shape.is_distinctive(code) or not distinctive) and shape.matches(code):
                found.add(self.family_of[item.id])
        return sorted(found, key=self._place_of_family.__getitem__)

    @property
    def has_expired(self) -> bool:
        return self.expires_at is not None and timezone.now() >= self.expires_at

    def notice(self, slug: str) -> Notice | None:
        return next((notice for notice in self.notices if notice.slug == slug), None)

    def family(self, name: str) -> Family | None:
        """The family with this key or model number, however it is written; None if there is none,
        or more than one brand has that number."""
        normal = codes.normalise(name[:MAX_NAME_LENGTH])
        families = self.families_of_number.get(normal, [])
        return self._family_of_key.get(normal) or (families[0] if len(families) == 1 else None)

    def _key_of(self, family: Family) -> str:
        product = family.main.product
        if not product.model_list:
            return f"{product.brand} {product.name}"
        number = product.model_list[0]
        is_shared = len(self.families_of_number[codes.normalise(number)]) > 1
        return f"{product.brand} {number}" if is_shared else number

    @property
    def newest(self) -> dt.datetime | None:
        return max((notice.newest for notice in self.published if notice.newest), default=None)


# How a RuleIndex files rules that can only warn; the first two are named as the effects.
RECALLED, INSPECT, SHAPE = "recalled", "inspect", "shape"


def _warning(item: PublishedProduct) -> Iterable[tuple[tuple[PublishedProduct, str], codes.Rule]]:
    for rule in item.recalled:
        yield (item, RECALLED), rule
    for rule in item.inspect:
        yield (item, INSPECT), rule
    if item.product.identified_by == Product.IdentifiedBy.EVERY_UNIT:
        # Each code that has the shape of such a product is a recalled one.
        for shape in item.shapes:
            yield (item, SHAPE), shape


def _by(
    items: Iterable[PublishedProduct], keys: Callable[[PublishedProduct], Iterable]
) -> dict[object, list[PublishedProduct]]:
    """The products by each of their keys, none twice under one."""
    found: dict[object, list[PublishedProduct]] = {}
    for item in items:
        for key in dict.fromkeys(keys(item)):
            if key:
                found.setdefault(key, []).append(item)
    return found


def _digits(number: str) -> str:
    return "".join(character for character in number if character in codes.DIGITS)


def _known(items: Iterable[PublishedProduct]) -> codes.Known:
    """What the reading of a typed text needs of all products: the lengths of their codes, as far
    as stated, and their numbers."""
    items = list(items)
    patterns = (
        pattern for item in items for pattern in (*item.shapes, *item.recalled, *item.inspect)
    )
    lengths = frozenset(length for pattern in patterns for length in pattern.lengths or ())
    if any(item.list_ids and not item.shapes for item in items):
        lengths = frozenset()  # a list without a shape may hold codes of any length
    return codes.Known(lengths, frozenset(code for item in items for code in item.model_codes))


def _beginnings(item: PublishedProduct) -> Iterable[tuple[str, int]]:
    """The first three characters and the length of codes that the product's shapes and rules
    state."""
    for pattern in (*item.shapes, *item.recalled, *item.inspect, *item.not_recalled):
        if len(pattern.lead) >= 3:
            for length in pattern.lengths or ():
                yield pattern.lead[:3], length


def _families(products: Iterable[PublishedProduct]) -> tuple[Family, ...]:
    """Products of one brand that share a model number, in the order in which each first appears."""
    families: list[list[PublishedProduct]] = []
    for item in products:
        shared = [
            family for family in families if any(_is_same_product(item, other) for other in family)
        ]
        if not shared:
            families.append([item])
            continue
        first, *others = shared
        for family in others:
            first += family
            families.remove(family)
        first.append(item)
    return tuple(map(Family, families))


def _is_same_product(one: PublishedProduct, other: PublishedProduct) -> bool:
    is_same_brand = one.product.brand.casefold() == other.product.brand.casefold()
    return is_same_brand and bool(set(one.model_codes) & set(other.model_codes))
