"""Dates, lists and texts one after the other as each language writes them, most of it from
Unicode's CLDR: code for each would be wrong for the next language."""

import datetime as dt
import re
from collections.abc import Iterable
from functools import cache

from babel import Locale, UnknownLocaleError, dates, lists
from django.utils.formats import number_format
from django.utils.translation import get_language, gettext, override, pgettext

from recalls import languages


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
    # French: HH 'h' mm, 14 h 05.
    layout = pgettext("CLDR format of a time of day", "HH:mm")
    return str(dates.format_time(value, layout, locale=_current()))


# CLDR's minimumGroupingDigits, which Babel does not read: these languages write 4000, but 69 000.
_TWO_DIGITS_BEFORE_A_GROUP = frozenset(str.split("bg es et lv pl pt-pt"))


def whole_number(value: int) -> str:
    """69,000, or as the language of the page groups it."""
    least = 10_000 if (get_language() or "en") in _TWO_DIGITS_BEFORE_A_GROUP else 1_000
    return str(number_format(value, force_grouping=value >= least))


# What CLDR's patterns leave to the word that follows: 10 u 11 in Spanish.
_BEFORE_A_LIKE_SOUND = {"es": (re.compile(r"\bo (?=8|11\b|h?o)", re.IGNORECASE), "u ")}


def format_moment(value: dt.datetime) -> str:
    """3 November 2026, 14:05 UTC, for staff."""
    return f"{value.day} {value:%B %Y, %H:%M} UTC"


def one_of(values: Iterable[object]) -> str:
    """14 · 14 or 16 · 12, 14 or 16."""
    text = str(lists.format_list(list(map(str, values)), "or", _current()))
    pattern, word = _BEFORE_A_LIKE_SOUND.get(_current().language, (None, ""))
    return pattern.sub(word, text) if pattern else text


def listed(values: Iterable[object]) -> str:
    """12, 14, 16: what stands beside one another, without a word between."""
    comma = pgettext("between the parts of a list", ", ")
    return comma.join(isolated(str(value)) for value in values)


def sentences(*texts: str) -> str:
    """Whole sentences one after the other; empty ones are left out."""
    both = pgettext("two whole sentences, one after the other", "%(first)s %(second)s")
    whole = ""
    for text in filter(None, texts):
        whole = both % {"first": whole, "second": text} if whole else text
    return whole


def as_sentence(line: str) -> str:
    """A line that stands below a heading, without a full stop, as a sentence."""
    return gettext("%(sentence)s.") % {"sentence": line}


def isolated(text: str) -> str:
    """A name or a number, kept whole where it stands in a text that is written from right to left:
    its brackets and hyphens would go astray. The marks are as good in a title as on a page."""
    if languages.direction(get_language() or "en") == "ltr":
        return text
    return f"\N{FIRST STRONG ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}"
