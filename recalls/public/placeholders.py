"""Pages made once, with gaps for what differs from one request to the next.

A template is given a `Gap` in the place of a text, so the page that is made, and kept, has never
seen that text. What a template decides must not hang on a gap: it stands for any text but "".
"""

import re
import secrets
import struct
import zlib
from collections.abc import Callable, Mapping
from functools import cache, wraps
from typing import Any

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

# Nobody who writes a notice can guess it. Letters and digits only, so that it stays as it is in
# an address too.
_TOKEN = secrets.token_hex(8)
_GAP = re.compile(rf"gap{_TOKEN}\.(\w+)\.(\w*)\.")
_through: dict[str, Callable[[Any], str]] = {}


class Gap(SafeString):
    """Stands in a page for a text that is filled in later, by its name."""

    def __new__(cls, name: str, way: str = ""):
        gap = super().__new__(cls, f"gap{_TOKEN}.{name}.{way}.")
        gap.name = name
        return gap

    def __str__(self) -> str:
        return self

    def through(self, function: Callable[[Any], str]) -> "Gap":
        """The gap for what the function makes of the text."""
        _through[function.__name__] = function
        return Gap(self.name, function.__name__)


gap = cache(Gap)


def leaves_gaps(function: Callable[[Any], str]) -> Callable[[Any], str]:
    """A template filter that makes a gap of a gap."""

    @wraps(function)
    def of_either(value):
        return value.through(function) if isinstance(value, Gap) else function(value)

    return of_either


class Page:
    """A page with its gaps. What stands between them is compressed once."""

    def __init__(self, text: str):
        texts = _GAP.split(text)
        if any(_TOKEN[4:-4] in piece.lower() for piece in texts[::3]):
            raise ValueError("A template has changed the name of a gap.")
        self._pieces = [piece.encode() for piece in texts[::3]]
        self._packed = [_deflated(piece) for piece in self._pieces]
        gaps = list(zip(texts[1::3], texts[2::3], strict=True))
        self._gaps = list(dict.fromkeys(gaps))
        # Which of them stands behind each piece but the last.
        self._order = [self._gaps.index(gap) for gap in gaps]

    def filled(self, values: Mapping[str, Any], *, packed: bool = False) -> bytes:
        """The whole page, `packed` as gzip. Whatever is not marked safe is escaped."""
        texts = [
            conditional_escape(_through[way](values[name]) if way else values[name]).encode()
            for name, way in self._gaps
        ]
        plain = self._with(self._pieces, texts)
        if not packed:
            return plain
        body = self._with(self._packed, [_stored(text) for text in texts])
        return b"".join([_GZIP_HEADER, body, _LAST_BLOCK, _gzip_trailer(plain)])

    def _with(self, pieces: list[bytes], texts: list[bytes]) -> bytes:
        page = [b""] * (2 * len(pieces) - 1)
        page[::2] = pieces
        page[1::2] = [texts[place] for place in self._order]
        return b"".join(page)


# gzip (RFC 1952) of deflate blocks (RFC 1951) -----------------------------------------------------

_GZIP_HEADER = b"\x1f\x8b\x08" + bytes(6) + b"\xff"
_LAST_BLOCK = b"\x03\x00"
_MOST_STORED = 0xFFFF


def _deflated(piece: bytes) -> bytes:
    """Blocks that look back at nothing before them, so that they can stand behind any others."""
    packer = zlib.compressobj(level=9, wbits=-zlib.MAX_WBITS)
    return packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)


def _stored(text: bytes) -> bytes:
    """The text as it is, as blocks: to compress a few characters would take longer than to send
    them."""
    size = len(text)
    if size > _MOST_STORED:
        return _stored(text[:_MOST_STORED]) + _stored(text[_MOST_STORED:])
    return struct.pack("<BHH", 0, size, size ^ _MOST_STORED) + text


def _gzip_trailer(plain: bytes) -> bytes:
    return struct.pack("<II", zlib.crc32(plain), len(plain) & 0xFFFFFFFF)
