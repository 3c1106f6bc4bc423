"""Dates and lists as each language writes them, from Unicode's CLDR: code for each would be wrong
for the next language."""

import datetime as dt
from collections.abc import Iterable
from functools import cache

from babel import Locale, UnknownLocaleError, dates, lists
from django.utils.translation import get_language, override, pgettext


@cache
def _locale(language: str) -> Locale:
    """English as most of the world writes it, the day before the month."""
    try:
        return Locale.parse("en-001" if language == "en" else language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_001")


def _current() -> Locale:
    return _locale(get_language() or "en")


def format_day(value: dt.date, language: str = "") -> str:
    """22 November 2026, in the language of the page or in the one that is named."""
    with override(language or get_language()):
        # French: d'er' MMMM y, 1er juillet. Else the word stays.
        first = pgettext("CLDR format of a date on the first of a month", "long")
        layout = first if value.day == 1 else "long"
        return str(dates.format_date(value, layout, _current()))


def format_month(value: dt.date) -> str:
    """November 2026"""
    return str(dates.format_skeleton("yMMMM", value, locale=_current()))


def format_time(value: dt.datetime) -> str:
    """14:05"""
    return str(dates.format_time(value, "HH:mm", locale=_current()))


def one_of(values: Iterable[object]) -> str:
    """14 · 14 or 16 · 12, 14 or 16."""
    return str(lists.format_list(list(map(str, values)), "or", _current()))


def listed(values: Iterable[object]) -> str:
    """12, 14, 16: what stands beside one another, without a word between."""
    return pgettext("between the parts of a list", ", ").join(map(str, values))
