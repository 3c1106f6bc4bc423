"""Words that make people think a recall is less urgent than it is.

Regulation (EU) 2023/988, Article 36(2)(c), forbids them in recall notices and names most of them;
the rest are of the same kind. Notices of other countries do use some, such as “None reported”. The
words of each language stand in weak_words.toml.
"""

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_suffix(".toml")


def _pattern(terms: list[str], *, whole_words: bool) -> str:
    # Two words of a line can stand on two lines, or have a space that never breaks between them.
    joined = "|".join(terms).replace(" ", r"\s+")
    return rf"\b(?:{joined})\b" if whole_words else f"(?:{joined})"


@cache
def _words(kind: str) -> re.Pattern[str]:
    """The words of that kind in every language, whichever of them the site shows."""
    tables = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    patterns = [
        _pattern(table[kind], whole_words=table.get("whole_words", True))
        for table in tables.values()
    ]
    return re.compile("|".join(patterns), re.IGNORECASE)


def weakening(text: str) -> list[str]:
    """Return what a notice in the European Union must not say, as it stands in the text, each
    once."""
    return _find_words(_words("weakening"), text)


def clearing(text: str) -> list[str]:
    """Return what no notice should say of a product, as it stands in the text, each once."""
    return _find_words(_words("clearing"), text)


def _find_words(pattern: re.Pattern[str], text: str) -> list[str]:
    composed = unicodedata.normalize("NFC", text)
    words = [" ".join(match[0].split()) for match in pattern.finditer(composed)]
    return list(dict.fromkeys(words))
