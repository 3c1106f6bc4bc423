"""Templates get their contexts here: the page of a notice, and the addresses that pages link to."""

from urllib.parse import quote_plus, urlencode

from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils.translation import get_language

from recalls import languages
from recalls.models import Product
from recalls.public import pictures, wording
from recalls.public.advice import advice_on
from recalls.public.placeholders import Placeholder
from recalls.public.presenting import InCountries, code_places, sold_places
from recalls.public.results import find_codes_last_added
from recalls.published.edition import Edition, PublishedRecall


def notice_context(edition: Edition, notice: PublishedRecall) -> dict:
    """Return what the page of a notice shows, in the language that is active."""
    advice = advice_on(notice.products, [notice])
    return {
        "edition": edition,
        "notice": notice,
        "notices": [notice],  # for the partials that the results use too
        "local": InCountries(edition, [notice], advice.power),
        "text": notice.text(get_language()),
        "description": wording.notice_description(notice),
        "ask_before_use": wording.ask_before_use(notice),
        "sold_places": sold_places(notice),
        "replacement": next(
            (other for other in edition.notices if other.recall.pk == notice.recall.replaced_by_id),
            None,
        ),
        "related": [other for other in edition.notices if _are_related(notice, other)],
        "codes_last_added_on": find_codes_last_added(notice.products),
        "advice": advice,
        "is_training": notice.recall.is_training,
        "pictures": pictures.pictures_by_id([product.row for product in notice.products]),
        "picture_view": "picture",
    }


def poster_context(edition: Edition, notice: PublishedRecall) -> dict:
    """Return what the poster of a notice shows, in the language that is active."""
    return {
        "edition": edition,
        "notice": notice,
        "notices": [notice],
        "local": InCountries(edition, [notice]),
        "text": notice.text(get_language()),
        "code_places": code_places(notice),
        "needs_code": any(
            product.row.identified_by != Product.IdentifiedBy.EVERY_UNIT
            for product in notice.products
        ),
        "is_training": notice.recall.is_training,
        "advice": advice_on(notice.products, [notice]),
    }


def _are_related(one: PublishedRecall, other: PublishedRecall) -> bool:
    """Whether one of them is the earlier notice of the other."""
    return one.recall.follows_id == other.recall.pk or other.recall.follows_id == one.recall.pk


def in_each_language(request: HttpRequest, path: str) -> list[tuple[str, str]]:
    """Whole addresses of a page by language, and the one for visitors of any other: the first
    language, and for the first page the address that looks at what their browser asks for."""
    paths = [(language, translate_url(path, language)) for language in languages.shown()]
    others = reverse("language-home") if path == reverse("home") else paths[0][1]
    return [
        (language, request.build_absolute_uri(other))
        for language, other in [*paths, ("x-default", others)]
    ]


def check_address(typed: str, **choices: str) -> str:
    """{% check_address result.typed product=family.key %}: the address of a check, with what the
    visitor has chosen so far."""
    parameters = {"sn": typed, **{name: value for name, value in choices.items() if value}}
    query = {
        name: value.mapped(quote_plus) if isinstance(value, Placeholder) else value
        for name, value in parameters.items()
    }
    return f"{reverse('check')}?{urlencode(query)}"
