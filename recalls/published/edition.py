"""Everything public at one published version, with what a check needs of it parsed."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils import timezone

from recalls import codes
from recalls.codes.index import RuleIndex
from recalls.codes.list_shapes import ListShapes
from recalls.models import (
    Disposal,
    Product,
    Recall,
    RecallCountry,
    RecallText,
    TestCode,
)
from recalls.published.known import known_of

# Pages that list products do so for no more notices than these; the list of notices has the others.
MAX_NEWEST_NOTICES = 7
# Of a product named in an address no more is looked at.
MAX_NAME_LENGTH = 200


@dataclass(eq=False)
class PublishedProduct:
    """A product of a public notice with what a check needs of it, parsed."""

    row: Product
    notice: "PublishedRecall"
    model_codes: tuple[str, ...]
    shapes: tuple[codes.Rule, ...]
    recalled: tuple[codes.Rule, ...] = ()
    inspect: tuple[codes.Rule, ...] = ()
    not_recalled: tuple[codes.Rule, ...] = ()
    codes_held: int = 0
    newest_list: dt.datetime | None = None
    is_loading: bool = False
    list_ids: tuple[int, ...] = ()
    # What the codes of its lists look like; its own shapes may have changed since they were read.
    list_shapes: tuple[codes.Rule, ...] = ()
    test_codes: tuple[TestCode, ...] = ()

    @cached_property
    def id(self) -> int:
        return self.row.id

    @property
    def is_complete(self) -> bool:
        """Whether all its recalled codes are in. The switch alone is not believed."""
        has_codes = bool(self.list_ids or self.recalled or self.inspect or self.not_recalled)
        return self.row.list_complete and has_codes and not self.is_loading

    def can_clear(self, code: str) -> bool:
        """Whether a code that nothing speaks against could be called not listed here."""
        return (
            self.row.identified_by == Product.IdentifiedBy.LISTED_CODES
            and self.is_complete
            and not (self.row.second_code or self.row.code_length_unknown)
            and not self.row.checker_url
            and self.fits_cleanly(code)
        )

    # What an edition asks of each product is found once: a product stays the same from one edition
    # to the next, and of thousands one has changed.

    @cached_property
    def number_digits(self) -> frozenset[str]:
        """The digits of each of its numbers alone, of any length."""
        return frozenset(filter(None, map(_digits, self.model_codes)))

    @cached_property
    def number_skeletons(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(map(codes.skeleton, self.model_codes)))

    @cached_property
    def main_number(self) -> str:
        return self.row.main_number

    @cached_property
    def main_code(self) -> str:
        """Its main number in normal form."""
        return codes.normalize(self.main_number)

    @cached_property
    def example(self) -> str:
        """The example beside its form, in normal form; "" where there is none."""
        return codes.normalize(self.row.example_code)

    @cached_property
    def beginnings(self) -> tuple[tuple[str, int], ...]:
        return tuple(dict.fromkeys(_beginnings(self)))

    @cached_property
    def branded_numbers(self) -> tuple[tuple[str, str, str], ...]:
        """Its numbers, each with the brand; products that share one are one family."""
        brand = self.row.brand.casefold()
        # Any maker's product can lack a brand: it is the same only within its notice.
        within = "" if brand else self.notice.slug
        return tuple((brand, within, number) for number in self.model_codes)

    @cached_property
    def makers(self) -> frozenset[str]:
        """Its brands and the firm of its notice: products that share one may be sisters."""
        names = [*self.row.brands, self.notice.recall.firm]
        return frozenset(name.casefold() for name in names if name)

    @property
    def countries(self) -> list[str]:
        """Return where the notice means it: in those that the product names, or in all of the
        notice."""
        only = self.row.sold_in.split()
        return only or [country.country for country in self.notice.countries]

    def fits(self, code: str) -> bool:
        """Whether the code fits one of the product's shapes; with none on file, nothing fits."""
        return any(shape.matches(code) for shape in self.shapes)

    def excludes(self, code: str) -> bool:
        """Whether a not_recalled rule takes the code out; it counts only for what fits a shape."""
        if not self.not_recalled or (self.shapes and not self.fits(code)):
            return False
        return any(rule.matches(code) for rule in self.exclusions(codes.skeleton(code)))

    def exclusions(self, code_skeleton: str) -> list[codes.Rule]:
        """The not_recalled rules that can concern a code with that skeleton."""
        index = self._exclusions
        return [index.filed[place][1] for place, _ in index.near([code_skeleton])]

    @cached_property
    def _exclusions(self) -> RuleIndex[None]:
        return RuleIndex((None, rule) for rule in self.not_recalled)

    def fits_cleanly(self, code: str) -> bool:
        """Fits a shape of stated length, holds no letter that the maker never uses, and is a date
        where all codes of its length are dates."""
        return (
            not set(code) & set(self.row.unused_letters)
            and any(shape.lengths is not None and shape.matches(code) for shape in self.shapes)
            and self.place_of_date_error(code) is None
        )

    def place_of_date_error(self, code: str) -> int | None:
        """Return where a code stops being a date, from 0, if every rule of the product is about
        dates and some have the code's length; None where it is a date, or need not be one."""
        layouts = [layout for layout in self._date_layouts if layout.length == len(code)]
        places = [layout.place_of_error(code) for layout in layouts]
        ends = [place for place in places if place is not None]
        return max(ends) if ends and len(ends) == len(places) else None

    @cached_property
    def _date_layouts(self) -> frozenset[codes.Layout]:
        rules = (*self.recalled, *self.inspect, *self.not_recalled)
        parts = [part for rule in rules for part in rule.parts]
        dates = [part for part in parts if isinstance(part, codes.Dates)]
        if self.list_ids or len(dates) < len(parts):
            return frozenset()
        return frozenset(part.layout for part in dates)


@dataclass(eq=False)
class PublishedRecall:
    """A public notice whole: its row, its texts by language, its countries and products."""

    recall: Recall
    texts: dict[str, RecallText] = field(default_factory=dict)
    countries: list[RecallCountry] = field(default_factory=list)
    products: list[PublishedProduct] = field(default_factory=list)
    # Rules and lists in it that cannot be read.
    faults: tuple[str, ...] = ()

    @property
    def slug(self) -> str:
        return self.recall.slug

    @cached_property
    def order(self) -> tuple[int, str]:
        """A key that sorts notices, the newest first."""
        return -self.recall.newest_month.toordinal(), self.slug

    def text(self, language: str) -> RecallText | None:
        """Its text in that language, else in the notice's first language, else in any."""
        return (
            self.texts.get(language)
            or self.texts.get(self.recall.language)
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
    def notices(self) -> list[PublishedRecall]:
        """The notices that name it, the newest first."""
        return list(dict.fromkeys(product.notice for product in self.products))

    @property
    def has_shape(self) -> bool:
        return any(product.shapes for product in self.products)

    @property
    def models(self) -> list[str]:
        return list(
            dict.fromkeys(number for product in self.products for number in product.row.number_list)
        )

    @property
    def has_every_unit(self) -> bool:
        return Product.IdentifiedBy.EVERY_UNIT in [each.row.identified_by for each in self.products]

    @property
    def has_printed_numbers(self) -> bool:
        return any(product.row.printed_numbers for product in self.products)

    def fits(self, code: str) -> bool:
        return any(product.fits(code) for product in self.products)

    def has_number(self, text: str) -> bool:
        """Whether the text is one of its numbers and no code: digits alone may be either."""
        return not text.isdigit() and any(text in product.model_codes for product in self.products)


ShapeOfFamilies = tuple[tuple[Family, ...], codes.Rule]


@dataclass(eq=False)
class Edition:
    """Everything public, at one published version.

    `expires_at`: from then on another one holds, because a publication was set for that time.
    """

    version: str
    notices: tuple[PublishedRecall, ...]
    disposals: dict[str, Disposal]
    fault: str = ""
    expires_at: dt.datetime | None = None

    def __post_init__(self) -> None:
        published = [notice for notice in self.notices if notice.recall.is_published]
        self.published: tuple[PublishedRecall, ...] = tuple(published)
        self.products = {product.id: product for notice in published for product in notice.products}
        self.product_of_list = {
            list_id: product.id
            for product in self.products.values()
            for list_id in product.list_ids
        }
        self.list_ids = tuple(self.product_of_list)
        self.families = _families(self.products.values())
        self.family_of = {
            product.id: family for family in self.families for product in family.products
        }
        self.known = known_of(self.products.values())
        # What it was made from, as `cache` tells it, and each notice by the hash of its content.
        self.source: object = None
        self.by_hash: dict[str, PublishedRecall] = {}
        # Made from this edition, and gone with it; see `result_pages`.
        self.rendered_pages: dict[object, Any] = {}
        self._index()

    def _index(self) -> None:
        """Prepare what a check would otherwise ask of each product and each rule."""
        products = self.products.values()
        self.shapes = RuleIndex(_families_by_shape(self.families))
        every_unit = [family for family in self.families if family.has_every_unit]
        self._every_unit_shapes = RuleIndex(_families_by_shape(every_unit))
        self.rules = RuleIndex(filed for product in products for filed in _warning(product))
        self.list_shapes = ListShapes(
            (shape for product in products for shape in product.list_shapes),
            is_open=any(product.list_ids and not product.list_shapes for product in products),
        )
        self.products_by_number = _by(products, lambda product: product.model_codes)
        self.products_by_number_skeleton = _by(products, lambda product: product.number_skeletons)
        self.products_by_number_digits = _by(
            products,
            lambda product: (digits for digits in product.number_digits if len(digits) >= 4),
        )
        self.families_by_number = {
            number: list(dict.fromkeys(self.family_of[product.id] for product in sharing))
            for number, sharing in self.products_by_number.items()
        }
        self._family_of_key = {self._name_family(family): family for family in self.families}
        self.beginning = _by(products, lambda product: product.beginnings)
        self.examples = {product.example for product in products} - {""}
        self.without_shape = tuple(family for family in self.families if not family.has_shape)
        self._position_of_family = {family: place for place, family in enumerate(self.families)}
        self._position_of_product = {product: place for place, product in enumerate(products)}

    def in_order(self, products: Iterable[PublishedProduct]) -> list[PublishedProduct]:
        """Each of the products once, as they stand in the edition."""
        once = set(products)
        # Most often none: a text of many words asks it of each reading.
        return sorted(once, key=self._position_of_product.__getitem__) if once else []

    def fitting_shapes(self, code: str) -> list[ShapeOfFamilies]:
        """The shapes that match the code, each with the families that have it."""
        return self.shapes.matching(code)

    def fitting_every_unit(self, code: str) -> list[Family]:
        """The families recalled in every unit of which a distinctive shape matches the code."""
        shapes = self._every_unit_shapes.matching(code)
        return self.families_with([each for each in shapes if each[1].is_distinctive(code)])

    def families_with(self, shapes: list[ShapeOfFamilies]) -> list[Family]:
        """The families that have one of the shapes, each once, as they stand in the edition."""
        families = [family for having, _ in shapes for family in having]
        order = self._position_of_family.__getitem__
        return sorted(set(families), key=order) if len(shapes) > 1 else families

    @property
    def has_expired(self) -> bool:
        return self.expires_at is not None and timezone.now() >= self.expires_at

    def notice(self, slug: str) -> PublishedRecall | None:
        return next((notice for notice in self.notices if notice.slug == slug), None)

    def family(self, name: str) -> Family | None:
        """The family with this key or model number, however it is written; None if there is none,
        or more than one brand has that number."""
        normal = codes.normalize(name[:MAX_NAME_LENGTH])
        families = self.families_by_number.get(normal, [])
        return self._family_of_key.get(normal) or (families[0] if len(families) == 1 else None)

    def sharing(self, name: str) -> list[Family]:
        """The families of several brands that all have this number, where it is the key of none."""
        if self.family(name):
            return []
        return self.families_by_number.get(codes.normalize(name[:MAX_NAME_LENGTH]), [])

    def _name_family(self, family: Family) -> str:
        """Give the family its key, and return that in normal form."""
        product = family.main
        family.key = product.main_number
        if len(self.families_by_number.get(product.main_code, ())) <= 1:
            return product.main_code
        family.key = f"{product.row.brand or product.row.name} {product.main_number}"
        return codes.normalize(family.key)

    @property
    def newest_products(self) -> list[PublishedProduct]:
        newest = self.published[:MAX_NEWEST_NOTICES]
        return [product for notice in newest for product in notice.products]

    @property
    def newest_families(self) -> list[Family]:
        """The products of the newest notices, each once, the newest first."""
        return list(dict.fromkeys(self.family_of[product.id] for product in self.newest_products))

    @property
    def has_older_notices(self) -> bool:
        """Whether there are notices that `newest_families` leaves out."""
        return len(self.published) > MAX_NEWEST_NOTICES

    @property
    def newest(self) -> dt.datetime | None:
        return max((notice.newest for notice in self.published if notice.newest), default=None)


# How a RuleIndex files rules that can only warn; the first two are named as the effects.
RECALLED, INSPECT, SHAPE = "recalled", "inspect", "shape"


def _warning(
    product: PublishedProduct,
) -> Iterable[tuple[tuple[PublishedProduct, str], codes.Rule]]:
    for rule in product.recalled:
        yield (product, RECALLED), rule
    for rule in product.inspect:
        yield (product, INSPECT), rule
    if product.row.identified_by == Product.IdentifiedBy.EVERY_UNIT:
        # Each code that has the shape of such a product is a recalled one.
        for shape in product.shapes:
            yield (product, SHAPE), shape


def _families_by_shape(families: Iterable[Family]) -> Iterable[ShapeOfFamilies]:
    """Each shape once, with the families that have it in their order: thousands of products can
    have the same one."""
    shapes: dict[str, tuple[dict[Family, None], codes.Rule]] = {}
    for family in families:
        for product in family.products:
            for shape in product.shapes:
                shapes.setdefault(shape.text, ({}, shape))[0][family] = None
    return ((tuple(having), shape) for having, shape in shapes.values())


def _by(
    products: Iterable[PublishedProduct], keys: Callable[[PublishedProduct], Iterable[object]]
) -> dict[object, list[PublishedProduct]]:
    """The products by each of their keys, none twice under one."""
    groups: dict[object, list[PublishedProduct]] = {}
    for product in products:
        for key in dict.fromkeys(keys(product)):
            if key:
                groups.setdefault(key, []).append(product)
    return groups


def _digits(number: str) -> str:
    return "".join(character for character in number if character in codes.DIGITS)


def _beginnings(product: PublishedProduct) -> Iterable[tuple[str, int]]:
    """The first three characters and the length of codes that the product's shapes and rules
    state."""
    for pattern in (*product.shapes, *product.recalled, *product.inspect, *product.not_recalled):
        if len(pattern.lead) >= 3:
            for length in pattern.lengths or ():
                yield pattern.lead[:3], length


def _families(products: Iterable[PublishedProduct]) -> tuple[Family, ...]:
    """Products of one brand that share a model number, in the order in which each first appears."""
    families: dict[int, list[PublishedProduct]] = {}
    # By brand and number, the place at which its family began.
    place_of: dict[tuple[str, str, str], int] = {}
    for place, product in enumerate(products):
        sharing = {place_of[number] for number in product.branded_numbers if number in place_of}
        first, *others = sorted(sharing) or [place]
        family = families.setdefault(first, [])
        joined = [product_of for other in others for product_of in families.pop(other)]
        family += [*joined, product]
        for each in (*joined, product):
            place_of.update(dict.fromkeys(each.branded_numbers, first))
    return tuple(map(Family, families.values()))
