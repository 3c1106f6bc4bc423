"""Rule notation: one line of a notice read as a rule."""

import math
import re
from collections.abc import Iterator
from itertools import chain, product

from recalls.codes.date_notation import date_rule, read_layout, refuse_dates
from recalls.codes.doubtful import (
    are_several_masks,
    refuse_doubtful,
    refuse_letter_for_digit,
    refuse_odd_characters,
    refuse_short_stand_ins,
    refuse_stand_in_at_the_end,
    refuse_stand_ins,
    spell_out,
)
from recalls.codes.parts import Mask, RuleError, Span, each_between, kind_of, next_code
from recalls.codes.rules import Rule
from recalls.codes.text import (
    CHARACTERS,
    DIGITS,
    LABEL,
    LETTERS,
    MAX_CODE_LENGTH,
    characters_in,
    clean,
)

# No rule is longer.
MAX_LINE = 400
_KINDS = {"*": None, "?": frozenset(CHARACTERS), "#": frozenset(DIGITS), "@": frozenset(LETTERS)}
_WILDCARDS = "*?#@[]"
_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_MORE, _LESS = "GREATER|HIGHER|LARGER|LATER|MORE|NEWER", "LESS|LOWER|SMALLER|EARLIER|OLDER"
_OPEN = re.compile(
    r"(?:(?P<word>FROM|UP\s+TO|AFTER|BEFORE)"
    rf"|(?P<as_well>EQUAL\s+TO\s+OR\s+)?(?:(?P<more>{_MORE})|{_LESS})\s+THAN"
    r"(?P<or_equal>\s+OR\s+EQUAL\s+TO)?)(?:\s+|$)(?P<rest>.*)"
)
_DATE = re.compile(r"(?:MADE\s+)?DATE(?:\s+(\S+)\s*(.*))?")
_BETWEEN = re.compile(rf"(?<=\s)(?:[{_DASHES}]|THROUGH|TO)(?=\s)")
# Words of a sentence or a table. Single letters are not among them: codes hold them too.
_PROSE = re.compile(
    "ABOVE|ALL|AND|ANY|ARE|AU|BATCH|BEGINNING|BELOW|BETWEEN|BIS|BY|CODES?|DE|DESDE|DIGITS?|ENDING|"
    "ET|EXCEPT|FIRST|FOR|FROM|HASTA|IN|IS|LAST|LATER|LOT|MADE|MODEL|NO|NOT|NUM|NUMBERS?|OF|ON|"
    "ONWARDS?|OR|REF|SERIAL|SINCE|STARTING|THE|THRU|TILL|UND|UNITS?|UNTIL|UP|UPTO|UPWARDS?|VON|WITH|"
    "[A-Z]{8,}"
)
# No word has three letters and no vowel; these have two, or are short for one.
_SHORT_WORDS = (
    "AB|AN|AS|AT|BE|BN|DC|DU|EL|EM|EN|ES|EX|FF|ID|IF|IT|KW|LA|LE|MFD|MFG|NR|PCS|PD|PN|PO|QTY|TO|WK"
    "|WKS|YR|YRS"
)
_WORD = re.compile(rf"{_SHORT_WORDS}|(?=[A-Z]*[AEIOUY])[A-Z]{{3,}}")
# Words that stand before a code, also with a hyphen: week-2313.
_BEFORE_A_CODE = re.compile(
    "BEGINS?|BATCH|DATED?|EAN|ENDS?|GTIN|MODEL|MONTH|ONLY|PREFIX|SERIAL|STARTS?|SUFFIX|UPC|WEEK|YEAR"
)
_BRACES = re.compile(r"\{\s*([0-9]{1,2})\s*(?:,\s*([0-9]{1,2})\s*)?\}")
# More combinations of lengths than codes have lengths are no help to anybody.
_MAX_COMBINATIONS = 40


def parse_rule(text: str) -> Rule:
    """Read one line of rule notation. Raises RuleError, and nothing else.

    >>> parse_rule("ACCJRU1D-1640 0841 – ACCJRU1D16400960").text
    'ACCJRU1D16400841 to ACCJRU1D16400960'
    >>> parse_rule("Less than 23J 9999999 999").text
    'before 23J9999999999'
    """
    line = _one_line(text)
    if date := _DATE.fullmatch(line):
        layout = read_layout(date[1] or "")
        return date_rule(layout, *_split(date[2]))
    word, raw = _split(line)
    if not word and len(raw) == 1:
        return _mask(raw[0])
    ends = [_end(each) for each in _without_groups(raw)]
    refuse_dates(raw, ends, word)
    return _open(word, ends[0]) if word else _closed(*ends)


def _one_line(text: str) -> str:
    line = clean(text).strip()
    if not line:
        raise RuleError("Enter a code, a range or a mask.")
    if len(line) > MAX_LINE:
        raise RuleError("This line is too long. Enter one code, range or mask a line.")
    refuse_odd_characters(text)
    if len(line.splitlines()) > 1:
        raise RuleError("This is more than one line. Enter one code, range or mask a line.")
    return line


def _split(line: str) -> tuple[str, list[str]]:
    """The word of an open range ("from", "up to", "after", "before"; "" for none), and the ends."""
    opening = _OPEN.fullmatch(line)
    word = _word(opening) if opening else ""
    rest = opening["rest"] if opening else line
    ends = [end.strip() for end in _BETWEEN.split(f" {rest} ")]
    if word == "from" and len(ends) == 2:
        word = ""
    if len(ends) > 2 or (len(ends) == 2 and word):
        raise RuleError("This line has more than two ends. Enter one range a line: A100 to A200.")
    if not all(ends):
        raise RuleError("One end of this range is missing. Write both: A100 to A200.")
    return word, ends


def _word(opening: re.Match[str]) -> str:
    if opening["word"]:
        return re.sub(r"\s+", " ", opening["word"]).lower()
    includes = opening["as_well"] or opening["or_equal"]
    if opening["more"]:
        return "from" if includes else "after"
    return "up to" if includes else "before"


def parse_shape(text: str) -> Rule:
    """Read what a product's codes look like: a mask or a plain code. Raises RuleError."""
    rule = parse_rule(text)
    if not all(isinstance(part, Mask) for part in rule.parts):
        raise RuleError("A shape is a mask such as 57V########### and cannot be a range.")
    if re.fullmatch("[0-9]+", rule.text):
        count = int(rule.text) if len(rule.text) <= 2 else 16
        raise RuleError(
            f"“{rule.text}” says neither how long a code is nor what it looks like. Write how many "
            f"characters of which kind: ?{{{count}}} for letters and digits, #{{{count}}} for "
            "digits only."
        )
    return rule


def _tidy(text: str) -> str:
    """A code or mask without its separators; refuses what cannot stand in one."""
    if re.match(rf"(?:{LABEL})(?:[^\w*?#@\[]|_)|S/N|S\.\s?N|NO\.", text):
        raise RuleError(
            "Leave out the label before the code. If the code itself begins with SN or NO, write "
            "it without spaces, hyphens, dots and slashes."
        )
    refuse_doubtful(text)
    text = _BRACES.sub(lambda match: re.sub(r"\s", "", match[0]), text)
    plain = _BRACES.sub("", text)
    if re.search("[{}]", plain):
        raise RuleError(
            "Braces hold one number or two: ?{16} for 16 characters, ?{9,14} for 9 to 14."
        )
    bare = re.sub(r"\[[^\]]*\]?", "", plain)
    if re.search(r"[;,\t]", plain) or _looks_like_two(plain) or are_several_masks(bare):
        raise RuleError(
            "There seems to be more than one code on this line. Enter one a line, and write a "
            "single code without spaces."
        )
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
    if wrong := re.search(r"[^0-9A-Z*?#@\[\]{},-]", tidy):
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
    mixed = [word[0] + _kinds_of(word) for word in words if re.fullmatch("[A-Z]+[0-9]+", word)]
    letters = re.findall(r"(?<!\S)([A-Z]{2,})[0-9]", text)
    if len(words) > 1 and all(re.fullmatch("[0-9]+", word) for word in text.split()):
        return True
    columns = [word for word in words if len(word) >= 5 and len(set(_kinds_of(word))) == 2]
    if len(columns) > 1:
        return True
    masks = re.findall(r"(?<!\S)[0-9A-Z]\S*[*?#@\[]", text)
    if len(masks) > 1:
        return True
    each = ([len(word) for word in long], mixed, letters)
    return any(len(set(alike)) < len(alike) for alike in each)


def _looks_like_range(bare: str) -> bool:
    """Whether the text falls into two halves that could be the ends of a range: 2322-2426."""
    if re.search(r"\.\s*\.", bare):
        return True
    # A: “à” and “a” are what French and Spanish put between the ends.
    for mark, shortest in (
        (r"-|\u2010|\u2011", 3),
        ("/", 3),
        (r"\.", 5),
        (r"\s[A-Z][A-Z./]{,6}\s", 1),
        (r"(?<=[0-9])\s*(?:TO|BIS|HASTA|THROUGH|THRU|TILL|UNTIL)\s*(?=[A-Z]*[0-9])", 1),
    ):
        pieces = re.split(mark, bare)
        half = len(pieces) // 2
        low, high = characters_in("".join(pieces[:half])), characters_in("".join(pieces[half:]))
        # A code may hold several hyphens; the ends of a range then begin alike.
        is_halved = len(pieces) == 2 or (len(pieces) % 2 == 0 and low[:2] == high[:2])
        if is_halved and len(low) >= shortest and _could_be_ends(low, high):
            return True
        if len(pieces) == 2 and mark[0] in "/-" and _is_end_in_short(low, high):
            return True
    return False


def _is_end_in_short(low: str, high: str) -> bool:
    """Whether the second is the last digits of the other end alone: ACCJRU1D16400841-960."""
    digits = len(low) - len(low.rstrip(DIGITS))
    return (
        high.isdigit() and len(high) <= digits and len(high) < len(low) and low[-len(high) :] < high
    )


def _could_be_ends(low: str, high: str) -> bool:
    if not re.search("[0-9]", low):
        return False
    if _kinds_of(low) == _kinds_of(high) or (len(low) == len(high) and low[:2] == high[:2]):
        return low != high
    ends = [re.fullmatch("([A-Z]+)([0-9]+)", end) for end in (low, high)]
    return bool(ends[0] and ends[1] and ends[0][1] == ends[1][1])


def _refuse_prose(text: str, tidy: str) -> None:
    """Refuse words: none may ever be taken for a code or for a part of one."""
    words = [word.strip(".:") for word in text.split()]
    words = [word for word in words if re.fullmatch("[A-Z]{2,}", word)]
    if not re.search(r"[0-9*?#@\[]", _BRACES.sub("", tidy)):
        raise RuleError("There is no digit or mark in this line. Enter a code, a range or a mask.")
    if len(words) > 2 or any(map(_PROSE.fullmatch, words)):
        raise RuleError(
            "This reads like a sentence. Enter the codes themselves: a code, a range (A100 to "
            "A200) or a mask (57V########). If it is one code, write it without spaces."
        )
    words = [word for word in words if _WORD.fullmatch(word) and not _is_in_fours(text)]
    words += filter(_BEFORE_A_CODE.fullmatch, re.split(r"[-\s./:]+", text))
    if words:
        raise RuleError(
            f"“{words[0]}” is no word that a rule can hold. Write a code, a range (A100 to A200, "
            "from A100, less than A100) or a mask: BZ10* for codes that begin so, *17 for those "
            "that end so. If it is part of the code, write the code without spaces and hyphens."
        )


def _is_in_fours(text: str) -> bool:
    """Whether the text is a long code in groups of four, as on labels: ACCJ RU1D 1640 0841."""
    groups = re.split(r"[-\s./]+", text.strip("-./"))
    are_mixed = any(len(set(_kinds_of(group))) == 2 for group in groups)
    return len(groups) >= 4 and are_mixed and all(len(group) == 4 for group in groups)


_GROUPS = re.compile(rf"(?=[A-Z]*[0-9])[0-9A-Z]+(?:[{_DASHES}\s][0-9]+)+")


def _without_groups(ends: list[str]) -> list[str]:
    """The ends of a range, one in groups without its blanks where it is then as long as the other,
    which has none: that tells that no number of units stands beside it."""
    joined = [re.sub(r"\W", "", end) if _GROUPS.fullmatch(end.strip()) else end for end in ends]
    plain = [end.strip() == one for end, one in zip(ends, joined, strict=True)]
    return joined if any(plain) and len({len(one.strip()) for one in joined}) == 1 else ends


def _end(text: str) -> str:
    code = _tidy(text)
    if wildcard := re.search(r"[*?#@\[\]{}-]", code):
        raise RuleError(
            f"“{wildcard[0]}” cannot stand in the end of a range. Write out the first and the "
            "last code."
        )
    refuse_stand_in_at_the_end(code)
    if len(code) > MAX_CODE_LENGTH:
        raise RuleError(
            f"A code has {MAX_CODE_LENGTH} characters at most; this one has {len(code)}."
        )
    return code


def _mask(text: str) -> Rule:
    tidy = _tidy(text)
    refuse_stand_ins(tidy)
    items = list(_items(tidy))
    longest = sum(most for _, _, most in items)
    if longest > MAX_CODE_LENGTH:
        raise RuleError(f"A code has {MAX_CODE_LENGTH} characters at most; this has {longest}.")
    if math.prod(most - least + 1 for _, least, most in items) > _MAX_COMBINATIONS:
        raise RuleError("These braces allow too many combinations. Enter one mask a line for them.")
    shown = "".join(
        _token_text(token) * least if least == most else f"{_token_text(token)}{{{least},{most}}}"
        for token, least, most in items
    )
    _refuse_prose(shown, shown)
    runs = product(*([(token,) * n for n in range(low, up + 1)] for token, low, up in items))
    masks = dict.fromkeys(Mask(tuple(chain.from_iterable(each))) for each in runs)
    return Rule(spell_out(shown), tuple(masks))


def _items(tidy: str) -> Iterator[tuple[frozenset[str] | None, int, int]]:
    """The tokens of a mask, each with how often it stands there at least and at most."""
    place = 0
    after_run = False
    while place < len(tidy):
        token, place = _token(tidy, place)
        least, most, place = _times(tidy, place, token)
        if token is not None or not after_run:
            yield token, least, most
        after_run = token is None


def _token(tidy: str, place: int) -> tuple[frozenset[str] | None, int]:
    """The token that stands there, and the place behind it."""
    character = tidy[place]
    if character == "[":
        close = tidy.find("]", place)
        if close < 0:
            raise RuleError("A bracket is not closed. Write [HJK] or [B-L].")
        return _bracket(tidy[place + 1 : close]), close + 1
    if character in "]-":
        raise RuleError("A bracket is closed that was not opened. Write [HJK] or [B-L].")
    if character in "{},":
        raise RuleError("Braces stand behind a character or mark and say how often: ?{9,14}.")
    return _KINDS.get(character, frozenset(character)), place + 1


def _times(tidy: str, place: int, token: frozenset[str] | None) -> tuple[int, int, int]:
    """Return how often the token before that place stands there, at least and at most, and the
    place behind its braces."""
    braces = _BRACES.match(tidy, place)
    if not braces:
        return 1, 1, place
    if token is None:
        raise RuleError("* is any run already. Write ?{9,14} for 9 to 14 characters.")
    least = int(braces[1])
    most = int(braces[2] or least)
    if most < max(least, 1):
        raise RuleError(f"{braces[0]} runs backwards or is nothing. Write {{9,14}} for 9 to 14.")
    return least, most, braces.end()


def _bracket(content: str) -> frozenset[str]:
    if not content:
        raise RuleError("A bracket is empty. Write the characters that may stand there: [HJK].")
    if re.search("[0-9A-Z]{2}-[0-9A-Z]{2}", content):
        raise RuleError(
            f"A bracket stands for one character, and [{content}] seems to hold longer ends. Write "
            "a range (A01 to A12), or one mask a line."
        )
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
    text = "".join(sorted(token or ""))
    return text if len(text) == 1 else f"[{text}]"


def _closed(low: str, high: str) -> Rule:
    refuse_short_stand_ins(low, high)
    return Rule(f"{low} to {high}", _spans_between(low, high))


def _spans_between(low: str, high: str) -> tuple[Span, ...]:
    if len(low) != len(high):
        return _of_unequal_length(low, high)
    if low > high:
        raise RuleError(f"The range runs backwards: {low} comes after {high}. Check both ends.")
    refuse_letter_for_digit(low, high)
    are_alike = _kinds_of(low) == _kinds_of(high)
    # Where the ends have other kinds at a place, no place behind their first difference is sure to
    # keep its own: between 001A and 0FFF lies 0100.
    kinds = tuple(
        kind_of(a)
        if kind_of(a) == kind_of(b) and (are_alike or low[:place] == high[:place])
        else CHARACTERS
        for place, (a, b) in enumerate(zip(low, high, strict=True))
    )
    return (Span(kinds, low, high),)


def _of_unequal_length(low: str, high: str) -> tuple[Span, ...]:
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
    if word in ("from", "after"):
        low = code if word == "from" else next_code(code, kinds, low)
    else:
        high = code if word == "up to" else next_code(code, kinds, high, back=True)
    return Rule(f"{word} {code}", (Span(kinds, low, high),))


def between(first: str, last: str) -> tuple[int, Iterator[str]]:
    """Return how many codes a closed range has, and each of them in order. Raises RuleError.

    >>> list(between("A098", "A101")[1])
    ['A098', 'A099', 'A100', 'A101']
    """
    spans = _spans_between(_end(clean(first).strip()), _end(clean(last).strip()))
    return sum(Rule("", (span,)).count() or 0 for span in spans), each_between(spans)
