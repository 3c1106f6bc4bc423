"""Rule notation: one line of a notice read as a rule."""

import re
from collections.abc import Iterator

from recalls.codes.parts import Mask, Part, RuleError, Span, each_between, kind_of, next_code
from recalls.codes.rules import Rule
from recalls.codes.text import (
    CHARACTERS,
    DIGITS,
    LABEL,
    LETTERS,
    MAX_CODE_LENGTH,
    MAX_TEXT,
    characters_in,
    clean,
)

_KINDS = {"*": None, "?": frozenset(CHARACTERS), "#": frozenset(DIGITS), "@": frozenset(LETTERS)}
_WILDCARDS = "*?#@[]"
_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_OPEN = re.compile(r"(FROM|UP\s+TO|AFTER|BEFORE)(?:\s+|$)(.*)", re.DOTALL)
_BETWEEN = re.compile(rf"(?<=\s)(?:[{_DASHES}]|THROUGH|TO)(?=\s)")
# Words of a sentence or a table. Single letters are not among them: codes hold them too.
_PROSE = re.compile(
    "ABOVE|ALL|AND|ANY|ARE|AU|BATCH|BEGINNING|BELOW|BETWEEN|BIS|BY|CODES?|DE|DESDE|DIGITS?|ENDING|"
    "ET|EXCEPT|FIRST|FOR|FROM|HASTA|IN|IS|LAST|LATER|LOT|MADE|MODEL|NO|NOT|NUM|NUMBERS?|OF|ON|"
    "ONWARDS?|OR|REF|SERIAL|SINCE|STARTING|THE|THRU|TILL|UND|UNITS?|UNTIL|UP|UPTO|UPWARDS?|VON|WITH|"
    "[A-Z]{8,}"
)


def parse_rule(text: str) -> Rule:
    """Read one line of rule notation (DESIGN.md section 3). Raises RuleError, and nothing else.

    >>> parse_rule("ACCJRU1D-1640 0841 – ACCJRU1D16400960").text
    'ACCJRU1D16400841 to ACCJRU1D16400960'
    """
    line = clean(text).strip()
    if not line:
        raise RuleError("Enter a code, a range or a mask.")
    if len(line) > MAX_TEXT:
        raise RuleError("This line is too long. Enter one code, range or mask a line.")
    if len(line.splitlines()) > 1:
        raise RuleError("This is more than one line. Enter one code, range or mask a line.")
    opening = _OPEN.fullmatch(line)
    word = re.sub(r"\s+", " ", opening[1]) if opening else ""
    ends = [end.strip() for end in _BETWEEN.split(f" {opening[2] if opening else line} ")]
    if word == "FROM" and len(ends) == 2:
        word = ""
    if len(ends) > 2 or (len(ends) == 2 and word):
        raise RuleError("This line has more than two ends. Enter one range a line: A100 to A200.")
    if not all(ends):
        raise RuleError("One end of this range is missing. Write both: A100 to A200.")
    if len(ends) == 2:
        return _closed(_end(ends[0]), _end(ends[1]))
    return _open(word, _end(ends[0])) if word else _mask(ends[0])


def parse_shape(text: str) -> Rule:
    """Read what a product's codes look like: a mask or a plain code. Raises RuleError."""
    rule = parse_rule(text)
    if not all(isinstance(part, Mask) for part in rule.parts):
        raise RuleError("A shape is a mask such as 57V########### and cannot be a range.")
    return rule


def _tidy(text: str) -> str:
    """A code or mask without its separators; refuses what cannot stand in one."""
    if re.match(rf"(?:{LABEL})(?:[^\w*?#@\[]|_)|S/N|S\.\s?N|NO\.", text):
        raise RuleError(
            "Leave out the label before the code. If the code itself begins with SN or NO, write "
            "it without spaces, hyphens, dots and slashes."
        )
    if re.search(r"[;,\t]", text) or _looks_like_two(text):
        raise RuleError(
            "There seems to be more than one code on this line. Enter one a line, and write a "
            "single code without spaces."
        )
    bare = re.sub(r"\[[^\]]*\]?", "", text)
    if dash := re.search(f"[{_DASHES[3:]}]", bare):
        raise RuleError(
            f"Put a space on both sides of “{dash[0]}” if this is a range; leave it out if it is "
            "part of the code."
        )
    if _looks_like_range(bare):
        raise RuleError(
            "Is this a range? Then write “to” between its two ends. If it is one code, write it "
            "without hyphens, slashes, dots and spaces."
        )
    tidy = re.sub(rf"[\s./]|[{_DASHES}](?![^\[]*\])", "", text)
    if wrong := re.search(r"[^0-9A-Z*?#@\[\]-]", tidy):
        character = wrong[0] if wrong[0].isprintable() else f"U+{ord(wrong[0]):04X}"
        raise RuleError(
            f"“{character}” cannot stand in a code. Use letters A to Z, digits and the marks "
            "* ? # @ [ ]."
        )
    _refuse_prose(text, tidy)
    return tidy


def _kinds_of(code: str) -> str:
    return "".join("#" if character in DIGITS else "@" for character in code)


def _looks_like_two(text: str) -> bool:
    words = [characters_in(word) for word in re.split(r"[\s/]+", text)]
    long = [word for word in words if len(word) >= 8 and re.search("[0-9]", word)]
    # A100 A200, but not 1640 0841: many codes are written in groups of four digits.
    mixed = [
        word[0] + _kinds_of(word)
        for word in words
        if len(word) >= 4 and re.fullmatch("[A-Z]+[0-9]+", word)
    ]
    masks = re.findall(r"(?<!\S)[0-9A-Z]\S*[*?#@\[]", text)
    if len(masks) > 1:
        return True
    return any(len(set(alike)) < len(alike) for alike in ([len(word) for word in long], mixed))


def _looks_like_range(bare: str) -> bool:
    """Whether the text falls into two halves that could be the ends of a range: 2322-2426."""
    if re.search(r"\.\s*\.", bare):
        return True
    # A: “à” and “a” are what French and Spanish put between the ends.
    for mark, shortest in ((r"-|\u2010|\u2011", 3), ("/", 3), (r"\sA\s", 1)):
        pieces = re.split(mark, bare)
        half = len(pieces) // 2
        low, high = characters_in("".join(pieces[:half])), characters_in("".join(pieces[half:]))
        # A code may hold several hyphens; the ends of a range then begin alike.
        is_halved = len(pieces) == 2 or (len(pieces) % 2 == 0 and low[:2] == high[:2])
        if is_halved and len(low) >= shortest and _could_be_ends(low, high):
            return True
    return False


def _could_be_ends(low: str, high: str) -> bool:
    if not re.search("[0-9]", low):
        return False
    if _kinds_of(low) == _kinds_of(high) or (len(low) == len(high) and low[:2] == high[:2]):
        return low < high
    ends = [re.fullmatch("([A-Z]+)([0-9]+)", end) for end in (low, high)]
    return bool(ends[0] and ends[1] and ends[0][1] == ends[1][1])


def _refuse_prose(text: str, tidy: str) -> None:
    words = [word for word in text.split() if re.fullmatch("[A-Z]{2,}", word)]
    if not re.search(r"[0-9*?#@\[]", tidy):
        raise RuleError("There is no digit or mark in this line. Enter a code, a range or a mask.")
    if len(words) > 2 or any(map(_PROSE.fullmatch, words)):
        raise RuleError(
            "This reads like a sentence. Enter the codes themselves: a code, a range (A100 to "
            "A200) or a mask (57V########). If it is one code, write it without spaces."
        )


def _end(text: str) -> str:
    code = _tidy(text)
    if wildcard := re.search(r"[*?#@\[\]-]", code):
        raise RuleError(
            f"“{wildcard[0]}” cannot stand in the end of a range. Write out the first and the "
            "last code."
        )
    if len(code) > MAX_CODE_LENGTH:
        raise RuleError(
            f"A code has {MAX_CODE_LENGTH} characters at most; this one has {len(code)}."
        )
    return code


def _mask(text: str) -> Rule:
    tidy = _tidy(text)
    tokens: list[frozenset[str] | None] = []
    place = 0
    while place < len(tidy):
        character = tidy[place]
        if character == "[":
            close = tidy.find("]", place)
            if close < 0:
                raise RuleError("A bracket is not closed. Write [HJK] or [B-L].")
            tokens.append(_bracket(tidy[place + 1 : close]))
            place = close
        elif character in "]-":
            raise RuleError("A bracket is closed that was not opened. Write [HJK] or [B-L].")
        elif not (character == "*" and tokens and tokens[-1] is None):
            tokens.append(_KINDS[character] if character in _KINDS else frozenset(character))
        place += 1
    if len(tokens) > MAX_CODE_LENGTH:
        raise RuleError(f"A code has {MAX_CODE_LENGTH} characters at most; this has {len(tokens)}.")
    shown = "".join(_token_text(token) for token in tokens)
    _refuse_prose(shown, shown)
    return Rule(shown, (Mask(tuple(tokens)),))


def _bracket(content: str) -> frozenset[str]:
    if not content:
        raise RuleError("A bracket is empty. Write the characters that may stand there: [HJK].")
    if not re.fullmatch("(?:[0-9A-Z](?:-[0-9A-Z])?)+", content):
        raise RuleError("A bracket can hold letters and digits only, such as [HJK] or [B-L].")
    characters: set[str] = set()
    for first, last in re.findall("([0-9A-Z])(?:-([0-9A-Z]))?", content):
        last = last or first
        if first > last or (first in DIGITS) != (last in DIGITS):
            raise RuleError(f"[{first}-{last}] runs backwards or from digits to letters.")
        characters.update(CHARACTERS[CHARACTERS.index(first) : CHARACTERS.index(last) + 1])
    return frozenset(characters)


def _token_text(token: frozenset[str] | None) -> str:
    for mark, characters in _KINDS.items():
        if token == characters:
            return mark
    characters = "".join(sorted(token or ""))
    return characters if len(characters) == 1 else f"[{characters}]"


def _closed(low: str, high: str) -> Rule:
    text = f"{low} to {high}"
    if len(low) != len(high):
        return Rule(text, _of_unequal_length(low, high))
    if low > high:
        raise RuleError(f"The range runs backwards: {low} comes after {high}. Check both ends.")
    kinds = tuple(
        kind_of(a) if kind_of(a) == kind_of(b) else CHARACTERS
        for a, b in zip(low, high, strict=True)
    )
    return Rule(text, (Span(kinds, low, high),))


def _of_unequal_length(low: str, high: str) -> tuple[Part, ...]:
    ends = [re.fullmatch("([A-Z]*)([0-9]+)", end) for end in (low, high)]
    if not (ends[0] and ends[1]) or ends[0][1] != ends[1][1]:
        raise RuleError(
            "The ends do not fit together: they differ in length and do not both consist of the "
            "same letters followed by digits. Check both ends."
        )
    if len(low) > len(high):
        raise RuleError(f"The range runs backwards: {low} is longer than {high}. Check both ends.")
    letters, first, last = ends[0][1], ends[0][2], ends[1][2]
    parts = []
    for count in range(len(first), len(last) + 1):
        # As numbers: a longer code may begin with zeros and still lie between the ends.
        bottom = letters + str(int(first)).zfill(count)
        top = letters + str(min(int(last), 10**count - 1)).zfill(count)
        if bottom <= top:
            parts.append(Span(tuple(map(kind_of, bottom)), bottom, top))
    if not parts:
        raise RuleError(f"The range runs backwards: {low} comes after {high}. Check both ends.")
    return tuple(parts)


def _open(word: str, code: str) -> Rule:
    kinds = tuple(map(kind_of, code))
    low, high = "".join(kind[0] for kind in kinds), "".join(kind[-1] for kind in kinds)
    if word in ("FROM", "AFTER"):
        low = code if word == "FROM" else next_code(code, kinds, low)
    else:
        high = code if word == "UP TO" else next_code(code, kinds, high, back=True)
    return Rule(f"{word.lower()} {code}", (Span(kinds, low, high),))


def between(first: str, last: str) -> tuple[int, Iterator[str]]:
    """How many codes a closed range has, and each of them in order. Raises RuleError.

    >>> list(between("A098", "A101")[1])
    ['A098', 'A099', 'A100', 'A101']
    """
    spans = _closed(_end(clean(first).strip()), _end(clean(last).strip())).parts
    return sum(Rule("", (span,)).count() or 0 for span in spans), each_between(spans)
