"""The languages that the site shows: what tests of pages go through. `.ci/run` names others."""

from django.conf import settings
from django.utils.translation import gettext, override

SHOWN = tuple(tag for tag, _name in settings.LANGUAGES)
FIRST, *OTHERS = SHOWN


def marked(element: str, tag: str, **attributes: str) -> str:
    """The start of an element that is in the language: <html lang="ar" dir="rtl">."""
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    direction = ' dir="rtl"' if tag in settings.LANGUAGES_BIDI else ""
    return f'<{element}{written} lang="{tag}"{direction}>'


def said(tag: str, text: str) -> str:
    """A text of ours in the language."""
    with override(tag):
        return gettext(text)
