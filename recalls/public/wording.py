"""Words that pages build sentences from: countries, remedies, form errors."""

import unicodedata
from collections.abc import Iterable

from django.utils.translation import get_language, gettext, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from recalls import countries
from recalls.check.verdict import FormError
from recalls.localized_text import lines_of
from recalls.models import Recall, RecallText
from recalls.public import formats
from recalls.public.advice import advice_on
from recalls.public.formats import isolated, listed, one_of
from recalls.published.edition import PublishedProduct, PublishedRecall


def country_name(code: str) -> str:
    """In the language of the page, as an item of a list; the code itself where no language knows
    it."""
    if code == countries.ELSEWHERE:
        return gettext("any other country")
    return countries.names(get_language() or "en").get(code, code)


def in_order(codes: Iterable[str]) -> list[str]:
    """The names of these countries in the order of the language of the page, any other one last."""
    codes = sorted(set(codes), key=lambda code: (code == countries.ELSEWHERE, _sort_key(code)))
    return list(map(country_name, codes))


def _sort_key(code: str) -> str:
    """Its name without accents: États-Unis stands between Espagne and France."""
    decomposed = unicodedata.normalize("NFKD", country_name(code)).casefold()
    return "".join(each for each in decomposed if not unicodedata.combining(each))


def own_name(name: str) -> str:
    """A name that staff entered, translated where it has a name in other languages."""
    return str({"Health Canada": _("Health Canada")}.get(name, name))


def recall_tag(notices: Iterable[PublishedRecall]) -> str:
    """What a recall is headed with: in the words of the EU's law where one of the notices is for a
    country of the EU, else in those that most readers of the language know."""
    held_in = {row.country for notice in notices for row in notice.countries}
    if held_in & countries.EU:
        # Translators: as in Article 36(2)(a) of Regulation (EU) 2023/988.
        return pgettext("in the words of the EU's law", "Product safety recall")
    return gettext("Product safety recall")


# Where people report an incident, by country, until staff have entered it.
INCIDENT_REPORTS = {
    "US": ("SaferProducts.gov", "https://www.saferproducts.gov/"),
    "CA": (
        _("Health Canada"),
        "https://www.canada.ca/en/health-canada/services/consumer-product-safety/"
        "report-incident/consumers.html",
    ),
    "AU": ("ACCC Product Safety", "https://www.productsafety.gov.au/"),
}

# Who publishes recalls, for a code that is of no product on file, until staff have entered it.
AUTHORITIES = (
    ("US", "CPSC", "https://www.cpsc.gov/Recalls"),
    ("CA", _("Health Canada"), "https://recalls-rappels.canada.ca/"),
    ("AU", "ACCC", "https://www.productsafety.gov.au/recalls"),
    ("GB", "OPSS", "https://www.gov.uk/product-safety-alerts-reports-recalls"),
    (_("European Union"), "Safety Gate", "https://ec.europa.eu/safety-gate-alerts/"),
)

EUROPE = "EU"
# Whom to call in danger, by country, until staff have entered it; the sources are those of the
# catalogue's disposal.toml.
EMERGENCY_NUMBERS = {
    "US": "911",
    "CA": "911",
    "MX": "911",
    EUROPE: "112",
    **dict.fromkeys(sorted(countries.EU), "112"),
    "GB": "999",
    "AU": "000",
    "JP": "119",
    "TW": "119",
}
# What stands in brackets behind a number.
_IN_BRACKETS = {
    "US": pgettext_lazy("country in brackets, short", "US"),
    "GB": pgettext_lazy("country in brackets, short", "UK"),
    EUROPE: pgettext_lazy("countries in brackets, short", "Europe"),
}


def short_country_name(code: str) -> str:
    return str(_IN_BRACKETS.get(code) or country_name(code))


def error_sentence(error: FormError) -> str:
    """Return what is wrong with the typed text and what to do, in the language of the page."""
    if error.kind in ("too_short", "too_long"):
        sentence = ngettext(
            "SN code must be %(lengths)s character – you entered %(entered)s",
            "SN code must be %(lengths)s characters – you entered %(entered)s",
            error.lengths[-1],
        )
        return sentence % {"lengths": one_of(error.lengths), "entered": error.entered}
    if error.kind == "wrong_character":
        sentence = {
            "number": gettext(
                "Character %(place)s of the SN code must be a number – you entered %(character)s"
            ),
            "letter": gettext(
                "Character %(place)s of the SN code must be a letter – you entered %(character)s"
            ),
            "character": gettext(
                "Character %(place)s of the SN code cannot be %(character)s – look at it again"
            ),
        }[error.expected]
        return sentence % {"place": error.place, "character": error.character}
    return {
        "empty": gettext("Enter the SN code from the label of the product"),
        "other_script": gettext("SN code must only have letters A to Z and numbers"),
        "example": gettext("This is our example. Enter the code from your own product"),
        "several": gettext("We found more than one number. Type only the one after ‘SN’"),
        "in_groups": gettext("Type the SN code alone, without spaces, signs or other words"),
        "too_much": gettext("That is too much text. Enter only the SN code"),
    }[error.kind]


def wrong_number(code: str) -> str:
    """Say which other number people took for the SN code, where its form gives it away; or ""."""
    if len(code) == 17 and code.isdigit():
        return gettext(
            "This looks like an Amazon order number. The SN code comes after the letters ‘SN’."
        )
    if len(code) == 10 and code.startswith("B0"):
        return gettext(
            "This looks like an Amazon item number (ASIN). The SN code comes after the letters "
            "‘SN’."
        )
    if len(code) in (12, 13) and code.isdigit():
        return gettext("This looks like a barcode. The SN code comes after the letters ‘SN’.")
    return ""


# Notices in a few words: titles, feed, search engines -----------------------------------------

# What search engines show whole.
DESCRIPTION_SIGNS = 155


def full_name(product: PublishedProduct) -> str:
    """Anker Soundcore A3102"""
    row = product.row
    name = f"{row.brand} {row.name}".strip()
    number = row.main_number
    return isolated(name if number in name else f"{name} {number}")


def models_line(notice: PublishedRecall) -> str:
    """Anker A3102, A3302: the makers and the model numbers on the labels of a notice's products."""
    brands = dict.fromkeys(filter(None, (product.row.brand for product in notice.products)))
    numbers = dict.fromkeys(product.row.main_number for product in notice.products)
    return isolated(f"{listed(brands)} {listed(numbers)}".strip())


def notice_title(notice: PublishedRecall) -> str:
    """Its own title, or one of ours where it has no text in the page's language."""
    if text := _own_text(notice):
        return text.title
    return gettext("%(models)s: safety recall") % {"models": models_line(notice)}


def notice_description(notice: PublishedRecall) -> str:
    """Return what its page says, for search engines and messengers."""
    recall = notice.recall
    if recall.status == recall.Status.WITHDRAWN:
        return formats.sentences(gettext("This notice was withdrawn."), ask_before_use(notice))
    if recall.status == recall.Status.REPLACED:
        return gettext("Another notice has replaced this one. Follow the new one.")
    advice = gettext("Stop using it now. See which ones are recalled and what to do next.")
    text = _own_text(notice)
    whole = formats.sentences(" ".join(lines_of(text.hazard)), advice) if text else advice
    return whole if len(whole) <= DESCRIPTION_SIGNS else advice


def ask_before_use(notice: PublishedRecall) -> str:
    """Return what holds for the products of a notice that was withdrawn."""
    if not notice.recall.firm:
        return gettext("The product may still be recalled. Ask the store before you use it again.")
    # Translators: a name, such as Anker Innovations.
    unclear = gettext("The product may still be recalled. Ask %(firm)s before you use it again.")
    return unclear % {"firm": notice.recall.firm}


def casualties(recall: Recall) -> str:
    """Return how many people are known to have died or been hurt; "" where nothing is known."""
    lines = []
    if recall.deaths:
        lines.append(
            ngettext("%(number)s person died.", "%(number)s people died.", recall.deaths)
            % {"number": formats.whole_number(recall.deaths)}
        )
    if recall.injuries:
        lines.append(
            ngettext("%(number)s person was hurt.", "%(number)s people were hurt.", recall.injuries)
            % {"number": formats.whole_number(recall.injuries)}
        )
    return formats.sentences(*lines)


def notice_summary(notice: PublishedRecall) -> str:
    """Return what a feed says of it: the long form of its title, then the advice."""
    advice = advice_on(notice.products, [notice]).notice_line
    text = _own_text(notice)
    if text is None:
        return formats.as_sentence(advice)
    lead = " ".join(lines_of(text.lead))
    return gettext("%(lead)s. %(advice)s.") % {"lead": lead, "advice": advice}


def _own_text(notice: PublishedRecall) -> RecallText | None:
    """Its text in the page's language; None where it has none."""
    return notice.texts.get(get_language())
