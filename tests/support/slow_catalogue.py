"""Here is what the slow checker goes by: a catalogue, and its own reading of rules and
shapes.

It is written from recalls/README.md alone and shares nothing with `recalls.codes`.
"""

import itertools
import re
import string
from dataclasses import dataclass
from functools import cache

ORDER = (
    "recalled",
    "inspect",
    "check_again",
    "which_product",
    "type_again",
    "list_incomplete",
    "check_with_maker",
    "model_number",
    "not_listed",
    "unrecognised",
)
GROUPS = ("0OQD", "1IL", "2Z", "5S", "8B", "6G", "UV")
DIGITS = string.digits
LETTERS = string.ascii_uppercase
CHARACTERS = DIGITS + LETTERS
EXAMPLE = "QX1234AB56CD78EF"


@dataclass(frozen=True)
class Rule:
    text: str
    effect: str = "recalled"
    active: bool = True


@dataclass(frozen=True, eq=False)
class Product:
    models: tuple[str, ...]
    brand: str = "Brand"
    identified_by: str = "listed_codes"
    shapes: tuple[str, ...] = ()
    unused: str = ""
    rules: tuple[Rule, ...] = ()
    codes: tuple[str, ...] = ()
    idle_codes: tuple[str, ...] = ()  # of a list that is a draft: they count for nothing
    loading: bool = False
    complete: bool = False
    checker: bool = False
    never_cleared: str = ""  # why: "second_code" or "code_length_unknown"
    published: bool = True


@dataclass(frozen=True, eq=False)
class Catalogue:
    products: tuple[Product, ...]


# Characters ---------------------------------------------------------------------------------------


@cache
def confusables(character: str) -> str:
    return next((group for group in GROUPS if character in group), character)


@cache
def skeleton(code: str) -> str:
    return "".join(confusables(character)[0] for character in code)


@cache
def transposed(code: str) -> frozenset[str]:
    """The code with two adjacent characters transposed, at every place."""
    places = range(len(code) - 1)
    swapped = (code[:i] + code[i + 1] + code[i] + code[i + 2 :] for i in places)
    return frozenset(other for other in swapped if other != code)


def fold(code: str, unused: str) -> str:
    """The unused letters read as the digit of their group."""

    def read(character: str) -> str:
        first = confusables(character)[0]
        return first if character in unused and first in DIGITS else character

    return "".join(read(character) for character in code)


# Rules and shapes -----------------------------------------------------------------------------


@cache
def tokens(mask: str) -> tuple[str, ...]:
    """The characters that may stand at each place; "*" for any run."""
    marks = {"*": "*", "?": CHARACTERS, "#": DIGITS, "@": LETTERS}
    found = re.findall(r"\[[^\]]*\]|.", mask)
    return tuple(marks.get(mark) or _bracket(mark.strip("[]")) for mark in found)


def _bracket(content: str) -> str:
    def spell_out(match: re.Match) -> str:
        return CHARACTERS[CHARACTERS.index(match[1]) : CHARACTERS.index(match[2]) + 1]

    return re.sub("(.)-(.)", spell_out, content)


@cache
def ends(text: str) -> tuple[str, str] | None:
    """The first and the last code of a range; None where the text is a mask."""
    word, _, code = text.rpartition(" ")
    if word.endswith(" to") and word != "up to":
        return word.removesuffix(" to"), code
    bottom = "".join("0" if character in DIGITS else "A" for character in code)
    top = "".join("9" if character in DIGITS else "Z" for character in code)
    match word:
        case "from":
            return code, top
        case "after":
            return _next(code, 1), top
        case "up to":
            return bottom, code
        case "before":
            return bottom, _next(code, -1)
    return None


def _next(code: str, step: int) -> str:
    """One code on or back, as an odometer turns."""
    kind = DIGITS if code[-1] in DIGITS else LETTERS
    place = kind.index(code[-1]) + step
    if 0 <= place < len(kind):
        return code[:-1] + kind[place]
    return _next(code[:-1], step) + kind[place % len(kind)]


def split_number(code: str) -> tuple[str, str]:
    letters = code.rstrip(DIGITS)
    return letters, code[len(letters) :]


@cache
def matches(text: str, code: str) -> bool:
    if not (both := ends(text)):
        return _mask_matches(tokens(text), code)
    low, high = both
    if len(low) == len(high):
        same_kinds = all(
            character in kind for character, kind in zip(code, kinds(low, high), strict=False)
        )
        return len(code) == len(low) and same_kinds and low <= code <= high
    letters, number = split_number(code)
    (lead, first), (_, last) = split_number(low), split_number(high)
    if letters != lead or not len(first) <= len(number) <= len(last):
        return False
    return int(first) <= int(number) <= int(last)


@cache
def kinds(low: str, high: str) -> list[str]:
    def kind(a: str, b: str) -> str:
        return next((one for one in (DIGITS, LETTERS) if a in one and b in one), CHARACTERS)

    return [kind(a, b) for a, b in zip(low, high, strict=True)]


def _mask_matches(mask: tuple[str, ...], code: str) -> bool:
    if not mask:
        return not code
    if mask[0] == "*":
        return any(_mask_matches(mask[1:], code[start:]) for start in range(len(code) + 1))
    return code != "" and code[0] in mask[0] and _mask_matches(mask[1:], code[1:])


@cache
def lead(text: str) -> str:
    """The stated characters at the beginning."""
    if not (both := ends(text)):
        return "".join(itertools.takewhile(lambda t: len(t) == 1 and t != "*", tokens(text)))
    low, high = both
    if len(low) != len(high):
        return split_number(low)[0]
    pairs = zip(low, high, strict=True)
    return "".join(a for a, _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))


@cache
def stated(text: str) -> str:
    if ends(text):
        return lead(text)
    return "".join(token for token in tokens(text) if len(token) == 1 and token != "*")


def is_distinctive(text: str, code: str) -> bool:
    fixed = stated(text)
    if len(code) < 8 or len(fixed) < 3:
        return False
    return not fixed.isdigit() or (len(code) >= 12 and len(fixed) >= 8)


@cache
def lengths(text: str) -> range:
    """Every length that a code of this pattern can have."""
    if both := ends(text):
        return range(len(both[0]), len(both[1]) + 1)
    count = sum(token != "*" for token in tokens(text))
    return range(count, 1000 if is_open(text) else count + 1)


def is_open(text: str) -> bool:
    return "*" in text


@cache
def signs_at(text: str, length: int) -> tuple[str, ...] | None:
    """The characters that a code of that length may have at each place; None where there is
    none."""
    if length not in lengths(text):
        return None
    if is_open(text):
        before, *_, after = " ".join(tokens(text)).split("*")
        free = length - len(before.split()) - len(after.split())
        return (*before.split(), *(CHARACTERS,) * free, *after.split())
    if not (both := ends(text)):
        return tokens(text)
    low, high = both
    begin = tuple(lead(text))
    if len(low) != len(high):
        return begin + (DIGITS,) * (length - len(begin))
    return begin + tuple(kinds(low, high)[len(begin) :])
