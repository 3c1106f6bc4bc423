"""A pasted text is read as it looks on a screen: without its markup, and in the order it shows."""

import html
import re
from urllib.parse import unquote

# An address in an address in an address.
MAX_DECODINGS = 3
# Those that stand between words of a page. A code in angle brackets is no element.
_ELEMENT = re.compile(
    r"</?(?:a|b|big|br|center|code|dd|div|dl|dt|em|font|h[1-6]|i|li|mark|nobr|ol|p|pre|small|span"
    r"|strong|table|tbody|td|th|tr|tt|u|ul|wbr)(?:\s[^<>]{0,300})?/?>",
    re.IGNORECASE,
)
# With its semicolon: &copy= in an address is a name of its own.
_CHARACTER_REFERENCE = re.compile("&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,8});")
# U+202E shows what follows from right to left, up to U+202C or the end of the paragraph.
_TURNED = re.compile("\u202e([^\u202c\u202d\n\r]*)")


def as_shown(text: str) -> str:
    """The text without elements of HTML, with its character references as characters, and with
    turned text in the order in which it is seen. Never longer than the text."""
    if "<" in text:
        text = _ELEMENT.sub(" ", text)
    if "&" in text:
        text = _CHARACTER_REFERENCE.sub(_character, text)
    return _TURNED.sub(lambda turned: turned[1][::-1], text) if "\u202e" in text else text


def _character(reference: re.Match[str]) -> str:
    # One reference can stand for two characters, and none for more than it has.
    return html.unescape(reference[0])


def decodings(text: str) -> list[str]:
    """The text as it is, as it is shown, and as it reads once the percent-encoding of addresses is
    undone; each once."""
    decoded = text
    for _ in range(MAX_DECODINGS if "%" in text else 0):
        decoded = unquote(decoded)
    return list(dict.fromkeys([text, as_shown(text), decoded]))
