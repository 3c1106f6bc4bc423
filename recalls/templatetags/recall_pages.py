"""What templates need to print codes, dates and texts in three languages."""

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from django import template
from django.conf import settings
from django.template.defaultfilters import date as format_date
from django.urls import reverse, translate_url
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, pgettext

from recalls import codes
from recalls.check.verdict import Finding, Outcome
from recalls.models import LANGUAGES, Country, Disposal, Picture, Product, RecallCountry
from recalls.public import outcomes, stylesheet, views, wording
from recalls.public.placeholders import leaves_gaps
from recalls.published.edition import Edition, Family, Notice, PublishedProduct

register = template.Library()


@register.simple_tag
def stylesheet_text() -> str:
    # Our own file, word for word: the hash in the policy is of these bytes.
    return mark_safe(stylesheet.text())  # noqa: S308


@register.simple_tag
def operator(name: str) -> str:
    """{% operator "name" %}, "phone", "hours" or "email": who runs the site."""
    value = getattr(settings, f"OPERATOR_{name.upper()}")
    return value.get(get_language(), "") if name == "hours" else value


@register.simple_tag
def is_demonstration() -> bool:
    return settings.DEMONSTRATION


@register.simple_tag
def site_name() -> str:
    return settings.SITE_NAME


@register.filter
@leaves_gaps
def grouped(code: str) -> str:
    """A code in groups of four set apart by CSS, copied whole by one tap, and spelled for those
    who listen."""
    groups = (f"<span>{escape(code[at : at + 4])}</span>" for at in range(0, len(code), 4))
    return _twice("".join(groups), ", ".join(code))


_MARKS = re.compile(r"[*?#@\[{]")  # those of a mask


@register.filter
def rule_line(rule: codes.Rule) -> str:
    """A rule of a notice to compare a code with: A100 to A200, a code, or a mask as it stands."""
    if isinstance(rule.parts[0], codes.Dates):
        return _date_line(rule.parts[0])
    if rule.text.startswith(("from ", "after ")):
        (span,) = rule.parts
        return _with_codes(pgettext("a range of codes", "from %(first)s"), first=span.low)
    if rule.text.startswith(("up to ", "before ")):
        (span,) = rule.parts
        return _with_codes(pgettext("a range of codes", "up to %(last)s"), last=span.high)
    first, is_range, last = rule.text.partition(" to ")
    if is_range:
        return _with_codes(
            pgettext("a range of codes", "%(first)s to %(last)s"), first=first, last=last
        )
    if _MARKS.search(rule.text):
        return format_html('<span class="code" translate="no">{}</span>', rule.text)
    return grouped(rule.text)


def _date_line(dates: codes.Dates) -> str:
    """The dates as they stand on the label, and how to read them there."""
    if not dates.last:
        text = pgettext("a range of codes", "from %(first)s")
    elif not dates.first:
        text = pgettext("a range of codes", "up to %(last)s")
    else:
        text = pgettext("a range of codes", "%(first)s to %(last)s")
    line = text % {"first": dates.first, "last": dates.last}
    return format_html('{} (<span class="code" translate="no">{}</span>)', line, dates.layout.text)


def _with_codes(text: str, **found: str) -> str:
    """The sentence with its codes in groups of four."""
    for name in found:
        text = text.replace(f"%({name})s", f"{{{name}}}")
    return format_html(text, **{name: grouped(code) for name, code in found.items()})


@register.filter
def has_marks(item: PublishedProduct) -> bool:
    """Whether a recalled rule of a product is a mask, whose marks need words."""
    return any(_MARKS.search(rule.text) for rule in item.recalled)


@register.filter
@leaves_gaps
def moment(value: dt.datetime | None) -> str:
    """22 November 2026, 14:05 UTC"""
    if value is None:
        return ""
    value = value.astimezone(dt.UTC) if timezone.is_aware(value) else value
    return _minute(value.replace(second=0, microsecond=0), get_language())


@lru_cache(maxsize=100)
def _minute(value: dt.datetime, language: str) -> str:
    return format_html(
        '<time datetime="{}">{}, {} UTC</time>',
        value.isoformat(timespec="minutes"),
        wording.day(value),
        format_date(value, "H:i"),
    )


@register.filter
def day(value: dt.date | None) -> str:
    """22 November 2026"""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        value = value.date()
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), wording.day(value))


@register.filter
def recall_day(recall) -> str:
    """The day of a notice, or its month where the day is not known."""
    if recall.recall_date:
        return day(recall.recall_date)
    layout = r"F \d\e Y" if get_language() == "es" else "F Y"
    month = recall.recall_month
    return format_html(
        '<time datetime="{}">{}</time>', f"{month:%Y-%m}", format_date(month, layout)
    )


@dataclass(frozen=True)
class Said:
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


@register.filter
def said(row, name: str) -> Said:
    """{{ country|said:"hours" }}: hours_fr on a French page, else hours_en marked as English."""
    language = get_language()
    if language in LANGUAGES and (text := getattr(row, f"{name}_{language}", "")):
        return Said(text, language)
    return Said(getattr(row, f"{name}_en", ""), "en")


@register.filter
def picture_of(found: dict[int, Picture], product: Product) -> Picture | None:
    return found.get(product.picture_id)


@register.filter
def kilobytes(size: int) -> int:
    return -(-size // 1024)


@register.filter
def lang_attribute(language: str) -> str:
    """For a text of a notice: ` lang="en"` on a page in another language, else nothing."""
    return "" if language == get_language() else format_html(' lang="{}"', language)


@register.filter
def text(notice: Notice):
    """The notice's text in the page's language, else in English (see `lang_attribute`)."""
    return notice.text(get_language())


@register.filter
def lines(value: str) -> list[str]:
    return [line.strip() for line in (value or "").splitlines() if line.strip()]


@register.filter
def country(code: str) -> str:
    return wording.COUNTRIES[code]


@register.filter
def in_country(code: str) -> str:
    return wording.IN_COUNTRIES[code]


@register.filter
def remedy_heading(recall) -> str:
    return wording.REMEDIES[recall.remedy_option]


@register.filter
def telephone(number: str) -> str:
    """The number for a tel: address: its digits, with the leading + kept."""
    return "".join(character for character in number if character.isdigit() or character == "+")


@register.filter
def host(address: str) -> str:
    """us.soundcore.com, out of a whole address."""
    return address.split("//", 1)[-1].split("/", 1)[0].removeprefix("www.")


@register.filter
def to_type(address: str) -> str:
    """www.maker.example/recall: a whole address as people type it in. Never less than the whole:
    at the host of a form service anyone can have a page."""
    return address.split("//", 1)[-1].rstrip("/")


@register.simple_tag(takes_context=True)
def site_address(context) -> str:
    """What to type to reach this site; it then picks the visitor's language."""
    return to_type(context["request"].build_absolute_uri(reverse("language-home")))


@register.simple_tag
def check_address(typed: str, **choices: str) -> str:
    """{% check_address result.typed product=family.key confirmed=result.code %}"""
    return views.check_address(typed, **choices)


@register.simple_tag(takes_context=True)
def language_links(context) -> list[dict]:
    """The same page in each language, with the same code and choices."""
    request = context.get("request")
    if request is None:
        return []
    current = get_language()
    return [
        {
            "language": language,
            "name": wording.LANGUAGE_NAMES[language],
            "address": _in_language(request.get_full_path(), language),
            "is_current": language == current,
        }
        for language in LANGUAGES
    ]


def _in_language(address: str, language: str) -> str:
    translated = translate_url(address, language)
    if translated == address and language != get_language():
        # A page that does not exist; its language links lead to the same advice.
        return translate_url(reverse("home"), language)
    return translated


@register.simple_tag(takes_context=True)
def canonical_links(context) -> dict | None:
    """Whole addresses of the page in each language, without what was searched for."""
    request = context.get("request")
    if request is None:
        return None
    path = request.path
    if (page := context.get("page")) and page.number > 1 and not context.get("q"):
        path += f"?page={page.number}"
    return {
        "canonical": request.build_absolute_uri(path),
        "alternates": views.in_each_language(request, path),
    }


@register.filter
def locale_name(language: str) -> str:
    return wording.LOCALES[language]


@register.filter
def code_hint(item) -> str:
    """What the SN code of a product looks like, beside the field: length and example if known."""
    lengths = sorted({length for shape in item.shapes for length in shape.lengths or ()})
    example = codes.normalise(item.product.example_code)
    example = " ".join(example[at : at + 4] for at in range(0, len(example), 4))
    values = {"lengths": wording.one_of(lengths) if lengths else "", "example": example}
    only_digits = all(
        token is not None and token <= set(codes.DIGITS)
        for shape in item.shapes
        for part in shape.parts
        for token in part.tokens
    )
    if lengths and only_digits:
        # Such a short number stands on its own (2322), without the letters SN before it.
        line = gettext("%(lengths)s digits")
    elif lengths and example:
        line = gettext("%(lengths)s letters and numbers after ‘SN’, for example %(example)s")
    elif lengths:
        line = gettext("%(lengths)s letters and numbers after ‘SN’ on the label")
    else:
        line = gettext("letters and numbers after ‘SN’ on the label")
    return line % values


@register.simple_tag
def emergency_numbers() -> str:
    # A number stays on one line with its country, and a dot never begins a line.
    space = "\N{NO-BREAK SPACE}"
    return str(wording.EMERGENCY_NUMBERS).replace(" (", f"{space}(").replace(" ·", f"{space}·")


@register.filter
@leaves_gaps
def marked(groups: list[list[tuple[str, bool]]]) -> str:
    """One code of a comparison in groups of four, the characters that differ marked, and
    spelled."""
    shown = "".join(
        f"<span>{''.join(_mark(character, differs) for character, differs in group)}</span>"
        for group in groups
    )
    return _twice(shown, ", ".join(character for group in groups for character, _ in group))


@lru_cache(maxsize=100)
def _mark(character: str, differs: bool) -> str:
    return f"<mark>{escape(character)}</mark>" if differs else escape(character)


def _twice(shown: str, spelled: str) -> str:
    """A code to see, which is HTML already, and to hear. The space is for browsers without CSS,
    which show both."""
    return mark_safe(  # noqa: S308 - escaped before and here
        f'<span class="code" translate="no" aria-hidden="true">{shown}</span> '
        f'<span class="spelled" translate="no">{escape(spelled)}</span>'
    )


@dataclass(frozen=True)
class CodePlace:
    models: str
    where: Said


@register.filter
def code_places(notice: Notice) -> list[CodePlace]:
    """Where the SN code is, each place once with the models that have it there."""
    found: dict[Said, list[str]] = {}
    for item in notice.products:
        where = said(item.product, "where_code")
        if where and item.product.identified_by != Product.IdentifiedBy.EVERY_UNIT:
            found.setdefault(where, []).append(item.product.model_list[0])
    return [CodePlace(", ".join(models), where) for where, models in found.items()]


@register.filter
def places(notice: Notice) -> str:
    """Canada, the United States: where a notice holds, as the beginning of a line."""
    found = [row.country for row in notice.countries]
    if Country.ELSEWHERE in found or not found:
        return gettext("All countries")
    return capfirst(", ".join(str(wording.COUNTRIES[code]) for code in found))


@dataclass(frozen=True)
class CountryGroup:
    """Countries of purchase where a notice offers the same remedy and the same contact."""

    row: RecallCountry
    heading: str


_SAME_IN_A_GROUP = (
    *("phone", "email", "claim_url"),
    *(f"{name}_{language}" for name in ("remedy", "hours") for language in LANGUAGES),
)


@register.filter
def country_groups(notice: Notice) -> list[CountryGroup]:
    groups: dict[tuple, list[RecallCountry]] = {}
    for row in notice.countries:
        groups.setdefault(tuple(getattr(row, name) for name in _SAME_IN_A_GROUP), []).append(row)
    return [CountryGroup(rows[0], _bought(rows, len(groups))) for rows in groups.values()]


def _bought(rows: list[RecallCountry], groups: int) -> str:
    """The heading of a block: if you bought it in Canada or in the United States."""
    found = sorted((row.country for row in rows), key=lambda code: code == Country.ELSEWHERE)
    if groups == 1 and Country.ELSEWHERE in found:
        return gettext("Wherever you bought it")
    where = wording.one_of(wording.IN_COUNTRIES[code] for code in found)
    return gettext("If you bought it %(in_country)s") % {"in_country": where}


@register.simple_tag
def disposals(edition: Edition, found: list[Notice]) -> list[Disposal]:
    """The disposal texts of the countries that these notices are for."""
    wanted = dict.fromkeys(row.country for notice in found for row in notice.countries)
    return [edition.disposals[code] for code in wanted if code in edition.disposals]


@register.filter
def incident_reports(found: list[Notice]) -> list[tuple[str, str]]:
    """Where to report an incident: name and address, for the countries of these notices."""
    wanted = dict.fromkeys(row.country for notice in found for row in notice.countries)
    return [wording.INCIDENT_REPORTS[code] for code in wanted if code in wording.INCIDENT_REPORTS]


@register.simple_tag
def authorities() -> list[tuple[str, str, str]]:
    """Who publishes recalls: country, name and address."""
    return [(capfirst(str(country)), *rest) for country, *rest in wording.AUTHORITIES]


@register.filter
def has_photo_step(steps: str) -> bool:
    """Whether a notice itself says to take a photo first; otherwise we do."""
    first = steps.strip().lower()[:80]
    return "photo" in first or "foto" in first


@register.filter
def finding_line(finding: Finding) -> str:
    """What one notice says of the code, by country: “Australia: not on the list of the notice of
    July 2024”."""
    recall = finding.item.notice.recall
    text = outcomes.finding_text(finding.outcome, finding.why, has_day=bool(recall.recall_date))
    return format_html(
        str(text)
        .replace("%(places)s", "{places}")
        .replace("%(maker)s", "{maker}")
        .replace("%(date)s", "{date}"),
        places=places(finding.item.notice),
        maker=finding.item.product.brand,
        date=recall_day(recall),
    )


@register.filter
def of_outcome(findings: tuple[Finding, ...], outcome: str) -> list[Finding]:
    """{{ result.findings|of_outcome:"check_with_maker" }}"""
    return [finding for finding in findings if finding.outcome == Outcome(outcome)]


@register.filter
def notices_of(family: Family) -> list[Notice]:
    """The notices that name a product, the newest first."""
    return list(dict.fromkeys(item.notice for item in family.products))


@dataclass(frozen=True)
class MakersList:
    """Models whose list of codes only the maker holds, for the same countries of purchase."""

    maker: str
    models: str
    in_country: str


@register.filter
def makers_lists(edition: Edition) -> list[MakersList]:
    """Of the published notices; `in_country` is empty where the notice holds everywhere."""
    found: dict[tuple, list[str]] = {}
    for item in edition.products.values():
        if item.product.identified_by == Product.IdentifiedBy.MAKERS_CHECKER:
            key = (item.product.brand, *item.countries)
            found.setdefault(key, []).append(item.product.model_list[0])
    return [
        MakersList(maker, ", ".join(dict.fromkeys(models)), _in_countries(countries))
        for (maker, *countries), models in found.items()
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


@register.filter
def makers_addresses(edition: Edition) -> list[MakersAddresses]:
    """Of the published notices, by the maker's name; who has no page there is left out."""
    found: dict[str, list[str]] = {}
    training = set()
    for item in edition.products.values():
        brand = item.product.brand
        pages = [item.product.checker_url, *(row.claim_url for row in item.notice.countries)]
        found.setdefault(brand, []).extend(to_type(page) for page in pages if page)
        if item.notice.recall.is_training:
            training.add(brand)
    return [
        MakersAddresses(brand, list(dict.fromkeys(found[brand])), brand in training)
        for brand in sorted(found, key=str.casefold)
        if found[brand]
    ]


@register.filter
def whole_number(value: int) -> str:
    """69,000, or as the page's language groups it."""
    return number_format(value, force_grouping=True)


register.filter(wording.full_name)
register.filter(wording.models_line)
register.filter(wording.notice_title)
register.filter(wording.notice_description)


@register.filter
def product_line(family: Family) -> str:
    """Anker Soundcore (A3102, A3102016)"""
    product = family.main.product
    models = [model for model in family.models if model != product.name]
    name = f"{product.brand} {product.name}"
    return f"{name} ({', '.join(models)})" if models else name
