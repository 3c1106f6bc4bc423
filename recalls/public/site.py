"""What every page shows of the site itself, and of its own address: `site` in templates."""

from functools import lru_cache

import segno
from babel.core import get_global
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, to_locale

from recalls import languages
from recalls.public import stylesheet
from recalls.public.presenting import to_type


class Site:
    """The site, and the page that a request asks for; pages for failures have no request."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        self._request = request

    @property
    def name(self) -> str:
        return settings.SITE_NAME

    @property
    def is_demonstration(self) -> bool:
        return settings.DEMONSTRATION

    @property
    def operator(self) -> dict[str, str]:
        """Who runs the site."""
        return {
            "name": settings.OPERATOR_NAME,
            "phone": settings.OPERATOR_PHONE,
            "email": settings.OPERATOR_EMAIL,
            "hours": settings.OPERATOR_HOURS.get(get_language(), ""),
        }

    @property
    def stylesheet(self) -> SafeString:
        # As it is read: the hash in the policy is of these bytes.
        return mark_safe(stylesheet.read_css())  # noqa: S308

    @property
    def locale(self) -> str:
        """fr_FR: what messengers know the page's language by, with the country where most of it is
        spoken."""
        language = get_language() or ""
        parts = get_global("likely_subtags").get(to_locale(language), language).split("_")
        return f"{parts[0]}_{parts[-1]}" if len(parts) > 1 else parts[0]

    @property
    def address_to_type(self) -> str:
        """Return what to type to reach this site; it then picks the visitor's language."""
        return to_type(self._address)

    @property
    def qr(self) -> SafeString:
        """The same address for the camera of a phone."""
        return mark_safe(_poster_qr(self._address))  # noqa: S308 - made of squares alone

    @property
    def _address(self) -> str:
        return self._request.build_absolute_uri(reverse("language-home"))

    @property
    def page_qr(self) -> str:
        """Return where the QR code of the page's own address is, for print."""
        return self._request.get_full_path().replace("?", "qr.svg?", 1)

    @property
    def languages(self) -> list[dict]:
        """The same page in each language, with the same code and choices."""
        if self._request is None:
            return []
        return [
            {
                "language": language,
                "name": languages.own_name(language),
                "address": _in_language(self._request.get_full_path(), language),
                "is_current": language == get_language(),
            }
            for language in languages.shown()
        ]


def draw_qr(address: str) -> str:
    """A QR code as SVG: black on white in every scheme."""
    code = segno.make(address, micro=False)
    return code.svg_inline(scale=4, dark="#000", light="#fff", svgclass=None, lineclass=None)


_poster_qr = lru_cache(maxsize=20)(draw_qr)


def _in_language(address: str, language: str) -> str:
    translated = translate_url(address, language)
    if translated == address and language != get_language():
        # A page that does not exist; its language links lead to the same advice.
        return translate_url(reverse("home"), language)
    return translated


def in_context(request: HttpRequest) -> dict[str, Site]:
    """Every page that is made for a request has its site, as a context processor."""
    return {"site": Site(request)}
