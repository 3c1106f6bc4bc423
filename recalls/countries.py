"""All countries of ISO 3166-1, with their names in every language from CLDR."""

from functools import cache

from babel import Locale, UnknownLocaleError

# Any other country than those that a notice names.
ELSEWHERE = "ZZ"
UNITED_STATES = "US"
# Where Regulation (EU) 2023/988 holds.
EU = frozenset(
    str.split("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK")
)
# CLDR has territories that are no country of ISO 3166-1.
_NOT_ISO = frozenset(str.split("AC CP CQ DG EA EU EZ IC QO TA UN XA XB XK ZZ"))


@cache
def names(language: str) -> dict[str, str]:
    """Each country's name in that language, by its code of two letters; in English where CLDR
    lacks the language."""
    try:
        territories = Locale.parse(language, sep="-").territories
    except (UnknownLocaleError, ValueError):
        territories = Locale("en").territories
    return {
        code: name
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NOT_ISO
    }


def choices() -> list[tuple[str, str]]:
    """For staff: in English, by name, and any other country last."""
    by_name = sorted(names("en").items(), key=lambda country: country[1])
    return [*by_name, (ELSEWHERE, "Any other country")]


def staff_name(code: str) -> str:
    """In English; of what is no country the code itself."""
    return _staff_names().get(code, code)


@cache
def _staff_names() -> dict[str, str]:
    return dict(choices())
