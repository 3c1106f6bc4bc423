"""Pages show several rows at once: places of codes, countries, makers, disposal."""

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.translation import get_language, gettext

from recalls import countries, languages
from recalls.check.verdict import Outcome, Why
from recalls.localized_text import lines_of, text_in
from recalls.models import Disposal, Product, Recall, RecallCountry
from recalls.public import formats, outcomes, wording
from recalls.published.edition import Edition, PublishedProduct, PublishedRecall

# Nobody reads the addresses of more.
MAX_MAKERS = 20


def lang_attribute(language: str) -> str:
    """For a text of a notice: ` lang="en"` on a page in another language, else nothing; with its
    direction where that is another than the page's."""
    if language == get_language() or not language:
        return ""
    direction = languages.direction(language)
    if direction == languages.direction(get_language()):
        return format_html(' lang="{}"', language)
    return format_html(' lang="{}" dir="{}"', language, direction)


@dataclass(frozen=True)
class LocalizedText:
    """A short text in the page's language, or in another with that marked."""

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
        return lines_of(self.text)


def localized(row, name: str) -> LocalizedText:
    """{{ country|localized:"hours" }}: the French hours on a French page, else those in the first
    language of the notice, marked so."""
    first = row.recall.language if isinstance(row, Product | RecallCountry) else ""
    return LocalizedText(*text_in(getattr(row, name), (get_language(), first)))


def to_type(address: str) -> str:
    """www.maker.example/recall: a whole address as people type it in. Never less than the whole:
    at the host of a form service anyone can have a page."""
    return address.split("//", 1)[-1].rstrip("/")


def day(value: dt.date | None) -> str:
    """22 November 2026"""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        value = value.date()
    return format_html(
        '<time datetime="{}">{}</time>', value.isoformat(), formats.format_day(value)
    )


def month(value: dt.date) -> str:
    """November 2026"""
    return format_html(
        '<time datetime="{}">{}</time>', f"{value:%Y-%m}", formats.format_month(value)
    )


def recall_day(recall: Recall) -> str:
    """The day of a notice, or its month where the day is not known."""
    return day(recall.recall_date) if recall.recall_date else month(recall.recall_month)


def announcement_day(recall: Recall) -> str:
    """The day on which the notice was announced once more, or the month where the day is not known;
    "" where it was not."""
    return _day_or_month(recall.announced_again_on, recall.announced_again_day_unknown)


def expansion_day(recall: Recall) -> str:
    """The day on which units joined the notice, or the month where the day is not known; "" where
    none did."""
    return _day_or_month(recall.expanded_on, recall.expanded_day_unknown)


def _day_or_month(value: dt.date | None, is_month: bool) -> str:
    return month(value) if value and is_month else day(value)


def finding_line(outcome: Outcome, product: PublishedProduct, why: Why) -> str:
    """Return what one notice says of the code, by country: “Australia: not on the list of the
    notice of July 2024”."""
    recall = product.notice.recall
    text = str(outcomes.finding_text(outcome, why, has_day=bool(recall.recall_date)))
    for name in ("places", "maker", "date"):
        text = text.replace(f"%({name})s", f"{{{name}}}")
    return format_html(
        text,
        places=list_countries(product.countries),
        maker=product.row.brand,
        date=recall_day(recall),
    )


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
    return [CodePlace(formats.listed(models), where) for where, models in models_by_place.items()]


def places(notice: PublishedRecall) -> str:
    """Canada, United States: where a notice holds."""
    return list_countries([row.country for row in notice.countries])


def list_countries(codes: list[str], anywhere: str | None = None) -> str:
    """Canada, United States; `anywhere` where no country is left out."""
    if countries.ELSEWHERE in codes or not codes:
        return gettext("All countries") if anywhere is None else anywhere
    return formats.listed(wording.in_order(codes))


def sold_places(notice: PublishedRecall) -> str:
    """Return where its products were sold, which is not known of a notice for all countries."""
    codes = [row.country for row in notice.countries]
    return list_countries(codes, gettext("Not known; recalled worldwide"))


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
    return [Numbers(kind, formats.listed(text.split("\n"))) for kind, text in kinds if text.strip()]


@dataclass(frozen=True)
class CountryGroup:
    """Countries of purchase where a notice offers the same remedy and the same contact."""

    row: RecallCountry
    heading: str


_SAME_IN_A_GROUP = (
    *("phone", "email", "claim_url", "remedy_options", "returns_to_shop"),
    *("remedy", "hours"),
)


def country_groups(notice: PublishedRecall) -> list[CountryGroup]:
    groups: dict[tuple, list[RecallCountry]] = {}
    for row in notice.countries:
        key = tuple(json.dumps(getattr(row, name), sort_keys=True) for name in _SAME_IN_A_GROUP)
        groups.setdefault(key, []).append(row)
    return [CountryGroup(rows[0], _bought(rows, len(groups))) for rows in groups.values()]


def _bought(rows: list[RecallCountry], groups: int) -> str:
    """The heading of a block: the countries of purchase that it is for."""
    codes = [row.country for row in rows]
    if groups == 1 and countries.ELSEWHERE in codes:
        return gettext("Wherever you bought it")
    return bought_in(codes)


def bought_in(codes: list[str]) -> str:
    """Country of purchase: Canada, United States"""
    names = formats.listed(wording.in_order(codes))
    return gettext("Country of purchase: %(countries)s") % {"countries": names}


class InCountries:
    """What holds in the countries that notices are for; without notices, anywhere: `local` in
    templates."""

    def __init__(
        self, edition: Edition, notices: Sequence[PublishedRecall] = (), power: str = ""
    ) -> None:
        self._disposals = edition.disposals
        self._notices = notices
        self._codes = countries_of(notices)
        self._power = power

    @property
    def says_disposal(self) -> bool:
        """Whether a country, or a notice itself, says how to dispose of the product."""
        texts = (notice.text(get_language()) for notice in self._notices)
        return bool(self.disposals) or any(text and text.disposal.strip() for text in texts)

    @property
    def disposals(self) -> list[Disposal]:
        """The texts of the countries, which are about batteries."""
        if self._power != Product.Power.BATTERY:
            return []
        rows = (self._disposals.get(code) for code in self._codes)
        return [row for row in rows if row and row.says_disposal]

    @property
    def incident_reports(self) -> list[tuple[str, str]]:
        """Where to report an incident: name and address."""
        reports = []
        for code in self._codes:
            row = self._disposals.get(code)
            if row and row.incident_office:
                reports.append((wording.own_name(row.incident_office), row.incident_url))
            elif code in wording.INCIDENT_REPORTS:
                reports.append(wording.INCIDENT_REPORTS[code])
        return reports

    @property
    def emergency_numbers(self) -> str:
        """The numbers to call; those of all countries on file where one has none."""
        on_file = self._numbers_on_file()
        if self._codes and all(code in on_file for code in self._codes):
            return _numbers_with_countries(
                {code: number for code, number in on_file.items() if code in self._codes}
            )
        europe = on_file[wording.EUROPE]
        return _numbers_with_countries(
            {
                code: number
                for code, number in on_file.items()
                if code not in countries.EU or number != europe
            }
        )

    def _numbers_on_file(self) -> dict[str, str]:
        """The numbers by country: what staff have entered stands in the place of what we know."""
        rows = self._disposals.values()
        entered = {row.country: row.emergency_number for row in rows if row.emergency_number}
        return wording.EMERGENCY_NUMBERS | entered


def countries_of(notices: Iterable[PublishedRecall]) -> list[str]:
    """The codes of the countries that these notices are for, each once."""
    return list(dict.fromkeys(row.country for notice in notices for row in notice.countries))


def authorities(edition: Edition) -> list[tuple[str, str, str]]:
    """Return who publishes recalls: country, name and address; what staff have entered first."""
    rows = [row for row in edition.disposals.values() if row.recalls_authority]
    entered = {
        row.country: (wording.own_name(row.recalls_authority), row.recalls_url) for row in rows
    }
    known = {place: (name, address) for place, name, address in wording.AUTHORITIES}
    return [
        (wording.country_name(str(place)), str(name), address)
        for place, (name, address) in (known | entered).items()
    ]


def _numbers_with_countries(number_by_country: dict[str, str]) -> str:
    """911 (US, Canada) · 000 (Australia); or one number alone."""
    codes_by_number: dict[str, list[str]] = {}
    for code, number in number_by_country.items():
        codes_by_number.setdefault(number, []).append(code)
    if len(codes_by_number) == 1:
        return next(iter(codes_by_number))
    # A number stays on one line with its country, and a dot never begins a line.
    space = "\N{NO-BREAK SPACE}"
    return f"{space}· ".join(
        f"{number}{space}({formats.listed(map(wording.short_country_name, codes))})"
        for number, codes in codes_by_number.items()
    )


@dataclass(frozen=True)
class MakersList:
    """Models whose list of codes only the maker holds, for the same countries of purchase."""

    maker: str
    models: str
    countries: str


def makers_lists(edition: Edition) -> list[MakersList]:
    """List those of the newest notices; `countries` is empty where the notice holds
    everywhere."""
    models_by_maker: dict[tuple, list[str]] = {}
    for product in edition.newest_products:
        if product.row.identified_by == Product.IdentifiedBy.MAKERS_CHECKER:
            key = (product.row.brand, *product.countries)
            models_by_maker.setdefault(key, []).append(product.row.main_number)
    return [
        MakersList(maker, formats.listed(dict.fromkeys(models)), list_countries(codes, ""))
        for (maker, *codes), models in models_by_maker.items()
    ]


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
    products = edition.products.values() if len(brands) <= MAX_MAKERS else edition.newest_products
    pages_by_maker: dict[str, list[str]] = {}
    training = set()
    for product in products:
        brand = product.row.brand
        pages = [product.row.checker_url, *(row.claim_page for row in product.notice.countries)]
        pages_by_maker.setdefault(brand, []).extend(to_type(page) for page in pages if page)
        if product.notice.recall.is_training:
            training.add(brand)
    return [
        MakersAddresses(brand, list(dict.fromkeys(pages_by_maker[brand])), brand in training)
        for brand in sorted(pages_by_maker, key=str.casefold)
        if pages_by_maker[brand]
    ]
