"""SN codes as text: what was typed, its normal form and skeleton.

A *character* is one of `CHARACTERS` (A-Z, 0-9); a *code* is a string of them, its normal form.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

DIGITS = "0123456789"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CHARACTERS = DIGITS + LETTERS

# No serial number on file is longer; a limit keeps every search below bounded.
MAX_CODE_LENGTH = 40
# A pasted label is a few lines; more than this is not an SN code (see `read`).
MAX_TEXT = 400
MAX_OTHERS = 24

CONFUSABLES = ("0OQD", "1IL", "2Z", "5S", "8B", "6G", "UV")
_SKELETON = str.maketrans({character: group[0] for group in CONFUSABLES for character in group[1:]})
WITH_SKELETON = {group[0]: "".join(sorted(group)) for group in CONFUSABLES}


# Reading what people type ---------------------------------------------------------------------

# Capitals of other scripts that look like a Latin one, and the Turkish İ that phones make of i.
# The Arabic question mark and the mark of a character lost on the way stand for a character not
# read.
_LATIN = str.maketrans(
    "АВЕЅІЈКМНОРСТУХҮԚԜΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹͿİ\u061f\ufffd",
    "ABESIJKMHOPCTYXYQWABEZHIKMNOPTYXCJI??",
)
LABEL = (
    r"(?:CODE\s+S/?N|S/N|S\.\s?N\.?|SN)(?:\s+(?:CODE|NUMBER|NO))?\.?"
    r"|SERIAL(?:\s*(?:NUMBER|NUM|CODE|NO))?\.?"
    r"|N(?:O|°|\.O|\.\s?°|[UÚ]M[EÉ]RO)?\.?\s*(?:DE\s+)?S[EÉ]RIE"
)
_LEADING_LABEL = re.compile(rf"[\W_]*(?:{LABEL})(?:[^\w?]|_)+")
# Browsers join the lines of a pasted label, so that a colon is all that tells "A3102SN: …".
_LABEL_INSIDE = re.compile(rf"(?:(?<![^\W_])(?:{LABEL})(?:[^\w?]|_)+|(?:{LABEL})\s*:\s*)")
_EMOJI_PARTS = "\ufe0e\ufe0f\u20e3"


def clean(text: str) -> str:
    if text.isascii():
        return text.upper()  # the same, and much faster
    text = unicodedata.normalize("NFKC", text)
    # A capital of several letters (ß → SS) would make the code longer: such a character stays
    # foreign.
    text = "".join(
        character.upper() if len(character.upper()) == 1 else character for character in text
    )
    return unicodedata.normalize("NFKC", text.translate(_LATIN))


def _drop_label(cleaned: str) -> str:
    while label := _LEADING_LABEL.match(cleaned):
        cleaned = cleaned[label.end() :]
    return cleaned


_NO_SIGNS = {keep: re.compile(f"[^0-9A-Z{keep}]+") for keep in ("", "?")}


def characters_in(cleaned: str, keep: str = "") -> str:
    return _NO_SIGNS[keep].sub("", cleaned)


def _foreign(cleaned: str) -> str:
    """The first letter or digit that is none of ours, or "" where there is none."""
    if cleaned.isascii():
        return ""
    return next(
        (
            character
            for character in cleaned
            if character not in CHARACTERS and _is_foreign(character)
        ),
        "",
    )


def _is_foreign(character: str) -> bool:
    kind = unicodedata.category(character)
    if kind == "So":
        # 🅰 and 🇦 are letters too, unlike 😢: dropped in silence they would shorten the code.
        return "LETTER" in unicodedata.name(character, "")
    # Co, Cn and Cs: whatever the visitor sees there, it is not nothing.
    return (kind[0] in "LNM" or kind in ("Co", "Cn", "Cs")) and character not in _EMOJI_PARTS


def normalise(text: str) -> str:
    """The normal form of a code as typed or printed: A-Z and 0-9 only, possibly "".

    A leading label (SN, S/N, Serial No, N° de série …) goes where a separator follows it.
    """
    return characters_in(_drop_label(clean(text)))


def skeleton(code: str) -> str:
    """The code with each character replaced by the first of its look-alike group (O, Q, D → 0)."""
    return code.translate(_SKELETON)


def transpositions(code: str) -> Iterator[str]:
    """Every code that comes of two unequal neighbouring characters changing places, once each."""
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


@dataclass(frozen=True)
class Reading:
    """What a typed text can mean.

    `code`: the text as one code, its normal form; where an SN label stands inside a longer text,
    what stands behind that label. Only this one can ever be cleared.
    `others`: further readings, which can only raise the alarm.
    `words`: the text's single words in normal form, to find a model number among them.
    `foreign`: the first letter or digit of another script in the code, or "".
    `unread`: the code with ? for each character that could not be read, or "".
    `too_long`: the text is longer than any label; nothing was looked for in it.
    """

    code: str = ""
    others: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    foreign: str = ""
    unread: str = ""
    too_long: bool = False


_WORD_GAPS = re.compile(r"[\s,;|()]+")


def read(text: str, lengths: Collection[int] = ()) -> Reading:
    """Read a typed or pasted text. `lengths` are those of the codes on file: behind an SN label
    whose line was joined with the next one, the code is told only by its length."""
    if len(text) > MAX_TEXT:
        return Reading(too_long=True)
    cleaned = clean(text)
    return _read_plain(cleaned) or _read_label(cleaned, lengths)


_PLAIN = re.compile("[0-9A-Z]+")


def _read_plain(cleaned: str) -> Reading | None:
    """The reading of characters alone, which most visitors type; None where there is more to
    read."""
    if not _PLAIN.fullmatch(cleaned):
        return None
    behind = cleaned.removeprefix("SN")
    is_other = behind != cleaned and 0 < len(behind) <= MAX_CODE_LENGTH
    return Reading(code=cleaned, others=(behind,) if is_other else (), words=(cleaned,))


def _read_label(cleaned: str, lengths: Collection[int]) -> Reading:
    rest = _drop_label(cleaned)
    labelled = _behind_labels(cleaned, rest)
    codes = [_up_to_prose(piece) for piece in labelled]
    # Two labels with unlike codes: neither is the one, and the whole text is none.
    main = codes[0] if len({(characters_in(c, "?"), _foreign(c)) for c in codes}) == 1 else rest
    words = [normalise(word) for word in _WORD_GAPS.split(rest) if _is_readable(word)]
    others = [word for word in words if len(word) >= 8]
    for piece in labelled or [rest] * (rest != cleaned):
        others += _runs(piece, tuple(lengths))
    wholes = (cleaned, rest, _LABEL_INSIDE.split(rest)[0])
    others += [characters_in(whole) for whole in wholes if _is_readable(whole)]
    code = "" if _foreign(main) else characters_in(main)
    others += [other[2:] for other in [code, *others] if other.startswith("SN")]
    distinct = [
        other
        for other in dict.fromkeys(others)
        if 0 < len(other) <= MAX_CODE_LENGTH and other != code
    ]
    if len(distinct) > MAX_OTHERS:
        return Reading(too_long=True)
    return Reading(
        code=code,
        others=tuple(distinct),
        words=tuple(word for word in dict.fromkeys(words) if word),
        foreign=_foreign(main),
        unread=characters_in(main, keep="?") if "?" in main and characters_in(main) else "",
    )


def _is_readable(cleaned: str) -> bool:
    return "?" not in cleaned and not _foreign(cleaned)


def _behind_labels(cleaned: str, rest: str) -> list[str]:
    """What stands behind each SN label, if there is one inside the text."""
    before, *pieces = _LABEL_INSIDE.split(rest)
    if not characters_in(before):
        return []
    with_digits = [piece for piece in pieces if _has_digit(piece)]
    if with_digits and rest != cleaned and _has_digit(before):
        return [before, *with_digits]
    return with_digits or [piece for piece in pieces if characters_in(piece, keep="?")][:1]


def _has_digit(text: str) -> bool:
    """Whether a digit of any script, or a character not read, stands in the text."""
    return any(character == "?" or character.isdigit() for character in text)


def _runs(text: str, lengths: tuple[int, ...]) -> list[str]:
    """What the code behind a label may be, where prose was joined to it."""
    if "?" in text:
        return []
    runs = [characters_in(run) for run in _beginnings(text)]
    return runs + [run[:length] for run in runs for length in lengths if _prose(run, length)]


def _prose(run: str, length: int) -> bool:
    return len(run) > length + 1 and not any(character in DIGITS for character in run[length:])


def _beginnings(text: str) -> list[str]:
    """The first word, the first two words …, up to eight, as far as they are in our script."""
    words = [word for word in _WORD_GAPS.split(text) if word][:8]
    readable = next((i for i, word in enumerate(words) if _foreign(word)), len(words))
    return ["".join(words[: count + 1]) for count in range(readable)]


def _up_to_prose(text: str) -> str:
    """The code behind a label: the first word and what follows it up to a word of two letters or
    more and no digit (57V1 2345 Made in China)."""
    words = [word for word in _WORD_GAPS.split(text) if characters_in(word, "?") or _foreign(word)]
    for count, word in enumerate(words):
        if count and not _has_digit(word) and sum(map(str.isalpha, word)) > 1:
            return " ".join(words[:count])
    return " ".join(words)
