"""SN codes as text: their normal form, skeleton and transpositions. `reading` reads what is typed.

A *character* is one of `CHARACTERS` (A-Z, 0-9); a *code* is a string of them, its normal form.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from recalls.codes import labels

DIGITS = "0123456789"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CHARACTERS = DIGITS + LETTERS

# No serial number on file is longer; a limit keeps every search below bounded.
MAX_CODE_LENGTH = 40
# The longest text that is read whole: a pasted page of a manual.
MAX_TEXT = 4000

CONFUSABLES = ("0OQD", "1IL", "2Z", "5S", "8B", "6G", "UV")
_SKELETON = str.maketrans({character: group[0] for group in CONFUSABLES for character in group[1:]})
WITH_SKELETON = {group[0]: "".join(sorted(group)) for group in CONFUSABLES}


# Normal form -----------------------------------------------------------------------------------

# Capitals of other scripts that look like a Latin one, the Turkish İ that phones make of i, the
# crossed zero, and the long dash of Japanese keyboards. The Arabic question mark and the mark of
# a character lost on the way stand for a character not read.
_LATIN = str.maketrans(
    "АВЕЅІЈКМНОРСТУХҮԚԜΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹͿİØ∅⌀ー\u061f\ufffd",
    "ABESIJKMHOPCTYXYQWABEZHIKMNOPTYXCJI000-??",
)
# They show as nothing, though Unicode calls some of them letters or symbols.
_INVISIBLE = "\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
# A trademark is no letter of a code, though NFKC makes TM of it.
_SIGNS = "™℠"
# Letters in black discs and squares, and those that flags are made of: symbols to Unicode.
LETTER_SYMBOLS = "\U0001f150-\U0001f1ff"
# One character (ﷺ) can stand for eighteen; what comes of a text must stay in proportion to it.
MAX_EXPANSION = 4


def clean(text: str) -> str:
    """The text in capitals, each character in its plain form, without what shows as nothing."""
    if text.isascii():
        return text.upper()  # the same, and much faster
    return "".join(map(_clean_character, text))


@lru_cache(maxsize=4096)
def _clean_character(character: str) -> str:
    if character.isascii():
        return character.upper()
    if _is_invisible(character):
        return ""
    if character in _SIGNS:
        return character
    plain = unicodedata.normalize("NFKC", character)
    # A capital of several letters (ß → SS) would make the code longer: such a character stays
    # foreign.
    plain = "".join(each.upper() if len(each.upper()) == 1 else each for each in plain)
    plain = unicodedata.normalize("NFKC", plain).translate(_LATIN)
    plain = "".join(map(_digit, (each for each in plain if not _is_invisible(each))))
    return plain if len(plain) <= MAX_EXPANSION else character


def _is_invisible(character: str) -> bool:
    """Whether it shows as nothing, or only as a mark upon another character."""
    return unicodedata.category(character) in ("Mn", "Me", "Cf") or character in _INVISIBLE


def _digit(character: str) -> str:
    """The plain digit, where it is one of any script or stands in a disc (❶)."""
    if character.isascii():
        return character
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    digit = unicodedata.digit(character, None)
    is_in_disc = digit is not None and "CIRCLED" in unicodedata.name(character, "")
    return str(digit) if is_in_disc else character


_BLANK = r"[\s.:/°-]{,4}"
_Tree = dict[str, "_Tree"]


def _label_pattern(phrases: Iterable[str]) -> str:
    """Any of the phrases, the longest that fits, with its accents or without them. The phrases
    share their beginnings, so that a long text is searched fast."""
    tree: _Tree = {}
    for phrase in phrases:
        for spelled in (phrase, unicodedata.normalize("NFKD", phrase)):
            branch = tree
            for character in clean(spelled):
                step = _BLANK if character == " " else re.escape(character)
                branch = branch.setdefault(step, {})
            branch[""] = {}
    return _pattern(tree)


def _pattern(tree: _Tree) -> str:
    steps = [step + _pattern(branch) for step, branch in tree.items() if step]
    if not steps:
        return ""
    joined = f"(?:{'|'.join(steps)})" if len(steps) > 1 or "" in tree else steps[0]
    return f"{joined}?" if "" in tree else joined


LABEL = (
    r"(?:CODE\s+S/?N|S\s?/\s?N|N\s?/\s?S|N\.\s?S\.|S\.\s?N\.?|SN)(?:\s+(?:CODE|NUMBER|NO)|\s?(?:番号|번호|[码碼号]))?\.?"
    rf"|{_label_pattern(labels.LATIN)}\.?"
)
OTHER_LABEL = _label_pattern(labels.OTHER_SCRIPTS)
# What separates a label from the code.
GAP = rf"(?:[^\w?{LETTER_SYMBOLS}]|_)"
_LEADING_LABEL = re.compile(rf"{GAP}*(?:(?:{LABEL}){GAP}+|(?:{OTHER_LABEL}){GAP}*)")
_LETTER_SYMBOL = re.compile(f"[{LETTER_SYMBOLS}]")
_NO_SIGNS = {keep: re.compile(f"[^0-9A-Z{keep}]+") for keep in ("", "?")}


def drop_label(cleaned: str) -> str:
    while label := _LEADING_LABEL.match(cleaned):
        cleaned = cleaned[label.end() :]
    return cleaned


def is_label(text: str) -> bool:
    """Whether the text names a serial number as labels do, and holds nothing else: “S/N:”."""
    cleaned = f"{clean(text)}:"
    rest = drop_label(cleaned)
    return rest != cleaned and not any(map(str.isalnum, rest))


def characters_in(cleaned: str, keep: str = "") -> str:
    return _NO_SIGNS[keep].sub("", cleaned)


def foreign_in(cleaned: str) -> str:
    """The first letter or digit that is none of ours, or "" where there is none."""
    if cleaned.isascii():
        return ""
    return next((each for each in cleaned if not each.isascii() and _is_foreign(each)), "")


@lru_cache(maxsize=4096)
def _is_foreign(character: str) -> bool:
    kind = unicodedata.category(character)
    if kind == "So":
        # 🅰 and 🇦 are letters too, unlike 😢: dropped in silence they would shorten the code.
        name = unicodedata.name(character, "")
        return "LETTER" in name or _LETTER_SYMBOL.match(character) is not None
    # Co, Cn and Cs: whatever the visitor sees there, it is not nothing.
    return kind[0] in "LNM" or kind in ("Co", "Cn", "Cs")


def normalize(text: str) -> str:
    """The normal form of a code as typed or printed: A-Z and 0-9 only, possibly "".

    A leading label (SN, S/N, Serial No, N° de série …) goes where a separator follows it.
    """
    return characters_in(drop_label(clean(text)))


# Skeletons, transpositions, folding --------------------------------------------------------------


def skeleton(code: str) -> str:
    """The code with each character replaced by the first of its look-alike group (O, Q, D → 0)."""
    return code.translate(_SKELETON)


def transpositions(code: str) -> Iterator[str]:
    """Every code that comes of two unequal neighboring characters changing places, once each."""
    for place in range(len(code) - 1):
        left, right = code[place], code[place + 1]
        if left != right:
            yield code[:place] + right + left + code[place + 2 :]


def ends_like(code_skeleton: str, kinds: Iterable[str]) -> tuple[str, str] | None:
    """The first and the last code with that skeleton, in the order of ranges, where each place
    allows the characters of its kind; None where there is no such code."""
    choices = [
        [character for character in WITH_SKELETON.get(character, character) if character in kind]
        for character, kind in zip(code_skeleton, kinds, strict=True)
    ]
    if not all(choices):
        return None
    return "".join(characters[0] for characters in choices), "".join(
        characters[-1] for characters in choices
    )


def fold(code: str, unused_letters: str) -> str:
    """The code with the letters that its maker never uses read as the digits they resemble."""
    if not set(unused_letters).intersection(code):
        return code
    table = {
        ord(character): group[0]
        for group in CONFUSABLES
        for character in group
        if character in unused_letters and group[0] in DIGITS
    }
    return code.translate(table)
