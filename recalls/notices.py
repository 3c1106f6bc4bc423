"""The published version in memory: every public notice with its parsed shapes and rules.

An `Edition` is read in one statement, together with the version that it is kept under, so that
no two parts of it can come from different versions. Nothing here decides anything.
"""

import datetime as dt
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import models as db
from django.db.models import Value
from django.db.models.functions import JSONObject

from recalls import codes
from recalls.models import (
    CodeList,
    Disposal,
    IdentificationRule,
    Product,
    PublishedVersion,
    Recall,
    RecallCountry,
    RecallText,
)

logger = logging.getLogger(__name__)


@dataclass(eq=False)
class NoticeProduct:
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

    @property
    def id(self) -> int:
        return self.product.pk

    @property
    def is_complete(self) -> bool:
        """Whether all its recalled codes are in. The switch alone is not believed."""
        held = bool(self.list_ids or self.recalled or self.inspect or self.not_recalled)
        return self.product.list_complete and held and not self.is_loading

    @property
    def countries(self) -> list[str]:
        return [country.country for country in self.notice.countries]

    def fits(self, code: str) -> bool:
        """Whether the code fits one of the product's shapes; with none on file, nothing fits."""
        return any(shape.matches(code) for shape in self.shapes)

    def takes_away(self, code: str) -> bool:
        """Whether a not_recalled rule takes the code out; it counts only for what fits a shape."""
        return (not self.shapes or self.fits(code)) and any(
            rule.matches(code) for rule in self.not_recalled
        )

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
    products: list[NoticeProduct] = field(default_factory=list)

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
    """The published products that share a model number: one product to the public."""

    products: list[NoticeProduct]

    @property
    def key(self) -> str:
        """The model number that names the family in an address (`product=`)."""
        return self.main.product.model_list[0]

    @property
    def main(self) -> NoticeProduct:
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
    """Everything public, at one published version."""

    version: str
    notices: tuple[Notice, ...]
    disposals: dict[str, Disposal]
    fault: str = ""

    def __post_init__(self) -> None:
        published = [notice for notice in self.notices if notice.recall.is_published]
        self.published: tuple[Notice, ...] = tuple(published)
        self.products = {item.id: item for notice in published for item in notice.products}
        self.product_of_list = {
            list_id: item.id for item in self.products.values() for list_id in item.list_ids
        }
        self.families = _families(self.products.values())
        self.family_of = {item.id: family for family in self.families for item in family.products}
        self.lengths = sorted(
            {
                length
                for item in self.products.values()
                for shape in item.shapes
                for length in shape.lengths or ()
            }
        )

    def notice(self, slug: str) -> Notice | None:
        return next((notice for notice in self.notices if notice.slug == slug), None)

    def family(self, model: str) -> Family | None:
        """The family that has this model number, however it is written; None if there is none."""
        code = codes.normalise(model)
        return next(
            (
                family
                for family in self.families
                if code and any(code in item.model_codes for item in family.products)
            ),
            None,
        )

    @property
    def newest(self) -> dt.datetime | None:
        return max((notice.newest for notice in self.published if notice.newest), default=None)


def _families(products: Iterable[NoticeProduct]) -> tuple[Family, ...]:
    """Products that share a model number, in the order in which each family first appears."""
    families: list[list[NoticeProduct]] = []
    for item in products:
        own = set(item.model_codes)
        shared = [
            family for family in families if any(own & set(other.model_codes) for other in family)
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


# Reading ----------------------------------------------------------------------------------------

_cached: Edition | None = None


def cached() -> Edition:
    """The edition this process holds, which may be an older one; `verdicts` compares versions."""
    return _cached or load()


def current() -> Edition:
    """The edition of the present version, for pages."""
    version = PublishedVersion.objects.values_list("version", flat=True).get()
    held = _cached
    return held if held is not None and held.version == version else load()


def load() -> Edition:
    """Read the present edition and keep it. Raises DatabaseError as the database does."""
    global _cached
    rows: dict[type[db.Model], list[db.Model]] = {model: [] for model in _MODELS.values()}
    for kind, values in _everything():
        model = _MODELS[kind]
        rows[model].append(_instance(model, values))
    versions = rows[PublishedVersion]
    if len(versions) != 1:
        raise PublishedVersion.DoesNotExist("The row of the published version is missing.")
    _cached = _assemble(versions[0].version, rows)
    return _cached


_MODELS: dict[str, type[db.Model]] = {
    model._meta.model_name: model
    for model in (
        PublishedVersion,
        Recall,
        RecallText,
        RecallCountry,
        Product,
        IdentificationRule,
        CodeList,
        Disposal,
    )
}


def _everything():
    """Every row of an edition as (model name, values), in one statement."""
    visible = Recall.objects.visible().order_by()
    of_visible = {"recall__in": visible.values("pk")}
    querysets = [
        PublishedVersion.objects.all(),
        visible,
        RecallText.objects.filter(**of_visible),
        RecallCountry.objects.filter(**of_visible),
        Product.objects.filter(**of_visible),
        IdentificationRule.objects.filter(
            status=IdentificationRule.Status.ACTIVE, product__recall__in=visible.values("pk")
        ),
        CodeList.objects.filter(
            status__in=[CodeList.Status.ACTIVE, CodeList.Status.LOADING],
            product__recall__in=visible.values("pk"),
        ),
        Disposal.objects.all(),
    ]
    first, *others = (
        queryset.order_by().values_list(
            Value(queryset.model._meta.model_name),
            JSONObject(**{name: name for name in _columns(queryset.model)}),
        )
        for queryset in querysets
    )
    return first.union(*others, all=True)


def _columns(model: type[db.Model]) -> list[str]:
    return [column.attname for column in model._meta.concrete_fields]


def _instance(model: type[db.Model], values: dict) -> db.Model:
    for column in model._meta.concrete_fields:
        value = column.to_python(values[column.attname])
        if isinstance(value, dt.datetime) and value.tzinfo is None:
            # SQLite keeps UTC without saying so.
            value = value.replace(tzinfo=dt.UTC)
        values[column.attname] = value
    return model(**values)


def _assemble(version: str, rows: dict) -> Edition:
    faults: list[str] = []
    notices = {recall.pk: Notice(recall) for recall in rows[Recall]}
    for text in rows[RecallText]:
        notices[text.recall_id].texts[text.language] = text
    for country in sorted(rows[RecallCountry], key=lambda row: row.country):
        notices[country.recall_id].countries.append(country)
    products = {}
    for product in sorted(rows[Product], key=lambda row: row.pk):
        notice = notices[product.recall_id]
        item = NoticeProduct(
            product=product,
            notice=notice,
            model_codes=tuple(map(codes.normalise, product.model_list)),
            shapes=_parse(product.shapes.splitlines(), codes.parse_shape, faults),
        )
        notice.products.append(item)
        products[product.pk] = item
    for rule in sorted(rows[IdentificationRule], key=lambda row: row.pk):
        item = products[rule.product_id]
        # The fields are named as the effects.
        kept = getattr(item, rule.effect)
        setattr(item, rule.effect, kept + _parse([rule.text], codes.parse_rule, faults))
    for code_list in rows[CodeList]:
        _add_list(products[code_list.product_id], code_list)
    if faults:
        logger.critical("Published rules that cannot be read: %s", "; ".join(faults))
    ordered = sorted(notices.values(), key=lambda notice: notice.slug)
    ordered.sort(key=lambda notice: notice.recall.recall_month, reverse=True)
    return Edition(
        version=version,
        notices=tuple(ordered),
        disposals={disposal.country: disposal for disposal in rows[Disposal]},
        fault="; ".join(faults),
    )


def _add_list(item: NoticeProduct, code_list: CodeList) -> None:
    if code_list.status == CodeList.Status.LOADING:
        item.is_loading = True
        return
    item.list_ids += (code_list.pk,)
    item.codes_held += code_list.codes_stored
    item.newest_list = max(filter(None, [item.newest_list, code_list.activated_at]))


def _parse(lines: Iterable[str], parse, faults: list[str]) -> tuple[codes.Rule, ...]:
    parsed = []
    for line in lines:
        if not line.strip():
            continue
        try:
            parsed.append(parse(line))
        except codes.RuleError as error:
            faults.append(f"{line.strip()}: {error}")
    return tuple(parsed)
