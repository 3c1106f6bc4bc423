"""Pages show several rows at once: places of codes, countries, makers, disposal."""

from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext

from recalls.models import LANGUAGES, Country, Disposal, Product, RecallCountry
from recalls.public import wording
from recalls.published.edition import Edition, Family, PublishedProduct, PublishedRecall

MAX_NEWEST_NOTICES = 7
# Nobody reads the addresses of more.
MAX_MAKERS = 20


def lang_attribute(language: str) -> str:
    """For a text of a notice: ` lang="en"` on a page in another language, else nothing."""
    return "" if language == get_language() else format_html(' lang="{}"', language)


@dataclass(frozen=True)
class LocalizedText:
    """A short text in the page's language, or in English with that marked."""

    text: str
    language: str

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return bool(self.text)

    @property
    def lang(self) -> str:
        """The lang attribute, where the text is not in the page's language."""
        return lang_attribute(self.language)

    @property
    def lines(self) -> list[str]:
        return [line.strip() for line in self.text.splitlines() if line.strip()]


def localized(row, name: str) -> LocalizedText:
    """{{ country|localized:"hours" }}: hours_fr on a French page, else hours_en marked so."""
    language = get_language()
    if language in LANGUAGES and (text := getattr(row, f"{name}_{language}", "")):
        return LocalizedText(text, language)
    return LocalizedText(getattr(row, f"{name}_en", ""), "en")


def to_type(address: str) -> str:
    """www.maker.example/recall: a whole address as people type it in. Never less than the whole:
    at the host of a form service anyone can have a page."""
    return address.split("//", 1)[-1].rstrip("/")


@dataclass(frozen=True)
class CodePlace:
    models: str
    where: LocalizedText


def code_places(notice: PublishedRecall) -> list[CodePlace]:
    """Where the SN code is, each place once with the models that have it there."""
    models_by_place: dict[LocalizedText, list[str]] = {}
    for product in notice.products:
        where = localized(product.row, "where_code")
        if where and product.row.identified_by != Product.IdentifiedBy.EVERY_UNIT:
            models_by_place.setdefault(where, []).append(product.row.main_number)
    return [CodePlace(", ".join(models), where) for where, models in models_by_place.items()]


def places(notice: PublishedRecall) -> str:
    """Canada, the United States: where a notice holds, as the beginning of a line."""
    return list_countries([row.country for row in notice.countries])


def list_countries(countries: list[str]) -> str:
    if Country.ELSEWHERE in countries or not countries:
        return gettext("All countries")
    return capfirst(", ".join(str(wording.COUNTRIES[code]) for code in countries))


@dataclass(frozen=True)
class Numbers:
    """The numbers of a product of one kind."""

    kind: str
    text: str


def numbers_by_kind(row: Product) -> list[Numbers]:
    """The numbers of a product, kind by kind, each kind that it has."""
    kinds = (
        (gettext("Model"), row.model_numbers),
        (gettext("Article number"), row.article_numbers),
        (gettext("Part number"), row.part_numbers),
        (gettext("Barcode number"), row.barcodes),
    )
    return [Numbers(kind, ", ".join(text.split("\n"))) for kind, text in kinds if text.strip()]


@dataclass(frozen=True)
class CountryGroup:
    """Countries of purchase where a notice offers the same remedy and the same contact."""

    row: RecallCountry
    heading: str


_SAME_IN_A_GROUP = (
    *("phone", "email", "claim_url", "remedy_options", "returns_to_shop"),
    *(f"{name}_{language}" for name in ("remedy", "hours") for language in LANGUAGES),
)


def country_groups(notice: PublishedRecall) -> list[CountryGroup]:
    groups: dict[tuple, list[RecallCountry]] = {}
    for row in notice.countries:
        groups.setdefault(tuple(getattr(row, name) for name in _SAME_IN_A_GROUP), []).append(row)
    return [CountryGroup(rows[0], _bought(rows, len(groups))) for rows in groups.values()]


def _bought(rows: list[RecallCountry], groups: int) -> str:
    """The heading of a block: if you bought it in Canada or in the United States."""
    countries = sorted((row.country for row in rows), key=lambda code: code == Country.ELSEWHERE)
    if groups == 1 and Country.ELSEWHERE in countries:
        return gettext("Wherever you bought it")
    where = wording.one_of(wording.IN_COUNTRIES[code] for code in countries)
    return gettext("If you bought it %(in_country)s") % {"in_country": where}


def disposals(edition: Edition, notices: list[PublishedRecall], power: str) -> list[Disposal]:
    """The disposal texts of the countries that these notices are for: they are about batteries."""
    if power != Product.Power.BATTERY:
        return []
    countries = dict.fromkeys(row.country for notice in notices for row in notice.countries)
    return [edition.disposals[code] for code in countries if code in edition.disposals]


def say_disposal(notices: list[PublishedRecall]) -> bool:
    """Whether one of them says itself how to dispose of the product."""
    texts = (notice.text(get_language()) for notice in notices)
    return any(text and text.disposal.strip() for text in texts)


def incident_reports(notices: list[PublishedRecall]) -> list[tuple[str, str]]:
    """Where to report an incident: name and address, for the countries of these notices."""
    countries = dict.fromkeys(row.country for notice in notices for row in notice.countries)
    return [
        wording.INCIDENT_REPORTS[code] for code in countries if code in wording.INCIDENT_REPORTS
    ]


def authorities() -> list[tuple[str, str, str]]:
    """Who publishes recalls: country, name and address."""
    return [(capfirst(str(country)), *rest) for country, *rest in wording.AUTHORITIES]


def newest_families(edition: Edition) -> list[Family]:
    """The products of the newest notices, each once, the newest first."""
    products = _newest_products(edition)
    return list(dict.fromkeys(edition.family_of[product.id] for product in products))


def _newest_products(edition: Edition) -> list[PublishedProduct]:
    newest = edition.published[:MAX_NEWEST_NOTICES]
    return [product for notice in newest for product in notice.products]


def has_older_notices(edition: Edition) -> bool:
    """Whether there are notices that `newest_families` leaves out."""
    return len(edition.published) > MAX_NEWEST_NOTICES


def notices_of(family: Family) -> list[PublishedRecall]:
    """The notices that name a product, the newest first."""
    return list(dict.fromkeys(product.notice for product in family.products))


@dataclass(frozen=True)
class MakersList:
    """Models whose list of codes only the maker holds, for the same countries of purchase."""

    maker: str
    models: str
    in_country: str


def makers_lists(edition: Edition) -> list[MakersList]:
    """List those of the newest notices; `in_country` is empty where the notice holds
    everywhere."""
    models_by_maker: dict[tuple, list[str]] = {}
    for product in _newest_products(edition):
        if product.row.identified_by == Product.IdentifiedBy.MAKERS_CHECKER:
            key = (product.row.brand, *product.countries)
            models_by_maker.setdefault(key, []).append(product.row.main_number)
    return [
        MakersList(maker, ", ".join(dict.fromkeys(models)), _in_countries(countries))
        for (maker, *countries), models in models_by_maker.items()
    ]


def _in_countries(countries: list[str]) -> str:
    if not countries or Country.ELSEWHERE in countries:
        return ""
    return wording.one_of(wording.IN_COUNTRIES[code] for code in countries)


@dataclass(frozen=True)
class MakersAddresses:
    """The recall pages of one maker, as people type them in."""

    maker: str
    addresses: list[str]
    is_training: bool


def makers_addresses(edition: Edition) -> list[MakersAddresses]:
    """List those of the published notices, of very many makers those of the newest notices, by the
    maker's name; who has no page there is left out."""
    brands = {product.row.brand for product in edition.products.values()}
    products = edition.products.values() if len(brands) <= MAX_MAKERS else _newest_products(edition)
    pages_by_maker: dict[str, list[str]] = {}
    training = set()
    for product in products:
        brand = product.row.brand
        pages = [product.row.checker_url, *(row.claim_url for row in product.notice.countries)]
        pages_by_maker.setdefault(brand, []).extend(to_type(page) for page in pages if page)
        if product.notice.recall.is_training:
            training.add(brand)
    return [
        MakersAddresses(brand, list(dict.fromkeys(pages_by_maker[brand])), brand in training)
        for brand in sorted(pages_by_maker, key=str.casefold)
        if pages_by_maker[brand]
    ]
