"""A line of rule notation can mean something else than the characters that it spells: it is refused
with the sentence that says how to write what is meant."""

import re
import unicodedata

from recalls.codes.parts import RuleError
from recalls.codes.text import LABEL

_DASH = "[-\u2010-\u2015\u2212]"
# What notices print in place of the characters that differ from unit to unit.
_STAND_IN = re.compile(
    r"([XN])\1{2,}(?!\{)|Y{4}(?!\{)|YYWW|WWYY|YYMM|MMYY|DDMM|MMDD|YDDD"
    r"|(?<=[0-9])(?:WW|MM|DDD)(?![0-9A-Z{])"
)
# In a line without marks: who writes ####XX knows them.
_PAIR = re.compile(r"^([XN])\1|([XN])\2$")
_STAND_IN_AT_THE_END = re.compile(r"([XN])\1{2,}$")
_SHORT_STAND_IN = re.compile("(?:XX|NN)$")
_WORD_FOR_NUMBER = rf"(?:{LABEL}|LOT|BATCH|MODEL|ITEM|PART|REF|CODE|SERIAL|NO|NR)"
_LABEL_AND_HASH = re.compile(
    rf"^(?:{_WORD_FOR_NUMBER}\s*#\s*(?=[0-9A-Z])|#\s*(?=[0-9A-Z][^*?#@\[]*$)|[#?@]\s)"
)
_GLUED_WORD = re.compile(r"^(?:FROM|UPTO|AFTER|BEFORE|SINCE|UNTIL|BETWEEN)(?=[A-Z]*[0-9])")
# Of those that look like one, the letters that are no digits of hexadecimal numbers, nor the last
# of all, where ranges end.
_LIKE_A_DIGIT = "OILQSG"
_BRACKET_ALONE = re.compile(r"^\[[^\]]*\]$")
_PIECE = re.compile(r"[-/\u2010\u2011]")

_DOUBTS = (
    (
        re.compile(rf"{_DASH}\s*{_DASH}|/\s*/"),
        "A row of dashes may stand for characters. Write # for each digit and ? for each digit or "
        "letter, or * for any number of them.",
    ),
    (
        re.compile(rf"^(?:{_DASH}|[./])|(?:{_DASH}|/)$"),
        "Something seems to be missing before or behind the code. Write *17 for codes that end in "
        "17, and 57V* for those that begin with 57V; leave out a dash that is no part of it.",
    ),
    (
        re.compile(r"^[0-9]{1,4}\.\s"),
        "If the line is numbered, leave its number out. If it is part of the code, write the code "
        "without dots and spaces.",
    ),
    (
        re.compile(r"^[0-9]{1,3}\s+(?=\S*[A-Z])(?=\S*[0-9])[^\s*?#@\[]{5,}$|^[A-Z]{1,3}\.\s"),
        "If the line is numbered, leave its number out. If it is part of the code, write the code "
        "without dots and spaces.",
    ),
    (
        re.compile(
            r"\s(?!UP$)[A-Z/]+$|^(?=\S*[A-Z])(?=\S*[0-9])[^\s*?#@\[]{4,}\s+[0-9]{1,6}$"
            r"|\s[0-9]{1,5}(?:V|A|MA|MAH|W|WH|HZ|KG|MM)$|(?:^|\s)[A-Z]\.\s?[A-Z]\.(?:\s|$)"
        ),
        "A note seems to stand beside the code. Leave it out; if it is part of the code, write the "
        "code without spaces.",
    ),
    (
        re.compile(
            r"^[A-Z]{1,4}/[A-Z]{1,4}[\s.:]*(?=[0-9])|^[A-Z]{1,2}/[A-Z][\s.:]+(?=[A-Z])|^CH[-.]+\s*B"
            r"|^[A-Z]{1,2}[\s.]+[A-Z]+[0-9]\S*$"
        ),
        "A label or a choice seems to stand before the code. Leave a label out, and enter one code "
        "a line; if it is part of the code, write the code without spaces, slashes and dots.",
    ),
    (
        re.compile(r"[0-9][A-Z]?\s*[A-Z](?:[-/][A-Z])+$|^[0-9]-[0-9]{1,2}$"),
        "What stands beside a dash or slash may be several codes. Enter one a line; if it is one "
        "code, write it without them.",
    ),
    (
        re.compile(r"(?:^|[-\s./])(?:XX+|NN+|YY|MM|WW|DD)(?:[-\s./]|$)"),
        "Letters that stand alone may stand for other characters. Write # for each digit and ? for "
        "each digit or letter; if the code has these very letters, write it without dashes, spaces "
        "and slashes.",
    ),
    (
        _LABEL_AND_HASH,
        "Leave out the label before the code. If # stands for a digit there, write #{1}.",
    ),
    (
        _GLUED_WORD,
        "Write a space behind “from”, “up to”, “after” and “before”. If the code begins with these "
        "letters, write {1} behind the first one.",
    ),
    (
        re.compile(r"\sX\s?[0-9]{1,6}$|^[0-9]{1,6}\s?X\s"),
        "A number of units seems to stand beside the code. Leave it out; if it is part of the "
        "code, write the code without spaces.",
    ),
    (
        re.compile(r"\s/|/\s|^(?=\S*[A-Z])(?=\S*[0-9])[^\s*?#@\[]{10,}\s+[0-9]{1,6}$"),
        "There seems to be more than one code on this line, or a number beside it. Enter one code "
        "a line, and write a single code without spaces.",
    ),
    (
        re.compile(r"(?<=[0-9A-Z])(?:\s*\[[0-9A-Z]|\s+\[[^\]]*)\]$|^\[[^\]]*\]$"),
        "The bracket at the end may be a footnote. Leave it out; if it is a character of the code, "
        "write it without brackets.",
    ),
)


_WORD = re.compile("[0-9A-Za-z]+")


def refuse_odd_characters(line: str) -> None:
    """Raise RuleError for ², ① and ½, which would become digits of the code, and for small x among
    capitals or between digits alone."""
    for word in _WORD.findall(line) if "x" in line else ():
        others = [character for character in word if character.isalpha() and character != "x"]
        is_alone = bool(re.fullmatch("x+|[0-9]+x|x[0-9]+", word))
        if "x" in word and (is_alone or all(map(str.isupper, others))):
            raise RuleError(
                f"Each x in “{word}” may stand for another character. Write # for a digit and ? "
                "for a digit or letter. If the code has this very letter, write a capital X."
            )
    if "№" in line:
        raise RuleError("Leave out the label before the code.")
    for character in "" if line.isascii() else line:
        if unicodedata.category(character) == "No":
            raise RuleError(
                f"“{character}” is no plain digit; it may be a footnote mark. Write the digit, or "
                "leave it out."
            )


def refuse_doubtful(text: str) -> None:
    """Raise RuleError where a code or mask, in capitals, may mean something else."""
    for pattern, sentence in _DOUBTS:
        if pattern.search(text):
            raise RuleError(sentence)


def refuse_stand_ins(text: str) -> None:
    """Raise RuleError where letters of a code or mask may stand for other characters."""
    found = _STAND_IN.search(text)
    if found := found or (_PAIR.search(text) if text.isalnum() else None):
        count = len(found[0])
        raise RuleError(
            f"“{found[0]}” may stand for other characters. Write {'#' * count} for digits, "
            f"{'?' * count} for digits or letters, or a line that begins with “date” for dates. If "
            f"the code has these very letters, write {_spelled_out(found)}."
        )


def refuse_stand_in_at_the_end(code: str) -> None:
    """Raise RuleError where the end of a range leaves its last characters open."""
    if found := _STAND_IN_AT_THE_END.search(code):
        raise RuleError(
            f"“{found[0]}” may stand for other characters. Write out the first and the last code."
        )


def refuse_short_stand_ins(low: str, high: str) -> None:
    """Raise RuleError where both ends leave their last two characters open: 24003XX to 24006XX."""
    if _SHORT_STAND_IN.search(low) and low[-2:] == high[-2:]:
        refuse_stand_in_at_the_end(low + low[-1])


def refuse_letter_for_digit(low: str, high: str) -> None:
    """Raise RuleError where the low end has a letter that looks like a digit, and the high end a
    digit: 1OO to 200 would begin behind 199."""
    for place, (letter, other) in enumerate(zip(low, high, strict=True), start=1):
        if letter in _LIKE_A_DIGIT and other.isdigit():
            raise RuleError(
                f"At place {place} the first code has the letter {letter}, the last one a digit. "
                "If both are digits, write the digit. If not, enter two ranges with a letter at "
                "both ends, or a digit."
            )


def spell_out(mask: str) -> str:
    """The mask with braces in what would be refused without them: it says that these very
    characters are meant."""
    mask = _BRACKET_ALONE.sub(lambda found: f"{found[0]}{{1}}", mask)
    mask = _LABEL_AND_HASH.sub(lambda found: f"{found[0]}{{1}}", mask)
    mask = _GLUED_WORD.sub(lambda found: f"{found[0][0]}{{1}}{found[0][1:]}", mask)
    mask = _STAND_IN.sub(_spelled_out, mask)
    return _PAIR.sub(_spelled_out, mask) if mask.isalnum() else mask


def _spelled_out(found: re.Match[str]) -> str:
    first, rest = found[0][0], found[0][1:]
    return f"{first}{{{len(found[0])}}}" if set(rest) == {first} else f"{first}{{1}}{rest}"


def are_several_masks(bare: str) -> bool:
    """Whether a hyphen or slash stands between masks or codes that are alike, rather than within
    one: A1*-B1*, AB12-AB13-AB14."""
    pieces = [piece.strip() for piece in _PIECE.split(bare)]
    masks = [p for p in pieces if re.search(r"[*?#@]", p) and re.search("[0-9A-Z]", p)]
    if any("*" in mask for mask in masks[:-1]) or len(masks) > len(set(map(_kinds, masks))):
        return True
    if len({(piece[:2], _kinds(piece)) for piece in pieces}) == 1 and len(pieces) > 2:
        return len(pieces[0]) > 2
    whole = [piece[:4] for piece in pieces if len(piece) > 4 and re.search("[0-9]", piece)]
    if len(set(whole)) < len(whole):
        return True
    mixed = [p for p in pieces if re.fullmatch("[A-Z]+[0-9]{2,}", p)]
    return len(mixed) == len(pieces) > 2 and len(set(map(_kinds, pieces))) == 1


def _kinds(text: str) -> str:
    return re.sub("[A-Z]", "@", re.sub("[0-9#]", "#", text))
