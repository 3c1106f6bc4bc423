"""The codes in a link, whatever bent it on its way (e-mail, chat, another site)."""

import re
from urllib.parse import unquote, unquote_plus

from recalls.codes.text import characters_in, clean

# A link that was encoded more often is no link.
MAX_DECODINGS = 3
# &amp; is what HTML makes of &. A ; separates only where a name follows it: else it is a sign in
# the code.
_SEPARATOR = re.compile(r"&(?:amp;)?|;(?=[A-Za-z_]+(?:=|%3D))", re.IGNORECASE)
_ENCODED_VALUE = re.compile("%3D", re.IGNORECASE)
# In a part without a name: a digit makes it a piece of a code, cut off by a bare & in it.
_PIECE_OF_CODE = re.compile("[0-9]")


def codes_from_query(raw_query: str) -> list[str]:
    """Every value of `sn` in a query string, decoded, in order; [] where there is none.

    >>> codes_from_query("SN=A1&amp;product=A3102;sn=B2")
    ['A1', 'B2']
    """
    text = raw_query
    for _ in range(MAX_DECODINGS):
        if values := _values(text):
            return values
        if (decoded := unquote(text)) == text:
            break
        text = decoded
    return []


def _values(query: str) -> list[str]:
    values: list[str] = []
    is_open = False
    for part in _SEPARATOR.split(query):
        name, has_value, value = part.partition("=")
        if has_value:
            is_open = _is_sn(name)
            values += [unquote_plus(value)] if is_open else []
        elif _ENCODED_VALUE.search(part):
            values += _values(unquote(part))
            is_open = False
        elif is_open and _PIECE_OF_CODE.search(part):
            values[-1] += f"&{unquote_plus(part)}"
    return values


def _is_sn(name: str) -> bool:
    return name == "sn" or (len(name) < 30 and characters_in(clean(unquote_plus(name))) == "SN")
