"""Marks in a typed text that stand for a character which nobody could read."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from recalls.codes.known import Known
from recalls.codes.text import LABEL, OTHER_LABEL, characters_in, clean, foreign_in

# What people type for it, and what text recognition makes of a scratch or a broken letter.
_MARKS = str.maketrans(
    dict.fromkeys("*•…‥~■□▪▫●○█▇▓▒░[]|¦!$€£¥§@&＊＃＿～［］｜！＄￡＠＆", "?")
    | dict.fromkeys("☐☑☒⬛⬜⬚◯◻◼◽◾▢▣▨▩❏❐❑❒〓␢␣⎕⌧⍰❓❔", "?")
    | {"＿": "_", "＃": "#"}
)
# They separate the parts of an address.
_ADDRESS = re.compile(r"(?:https?:|www\.)\S+", re.IGNORECASE)
_PARTS_OF_ADDRESS = str.maketrans("?&#_~@!=+", "         ")
# What a scanner says of the kind of bar code (ISO/IEC 15424), in front of what it read.
_SYMBOLOGY = re.compile(r"\s*\][A-Zdez][0-9](?=[0-9A-Za-z(\x1d])")
# They stand in and behind labels too (serial_no, SN #). More of them than this is no label.
_MAX_DOUBTFUL = 32
_DOUBTFUL = re.compile("_+|#+")
_LOOK_AROUND = 48
_IS_LABEL = re.compile(rf"(?:{LABEL}|{OTHER_LABEL})")
_ENDS_IN_LABEL = re.compile(rf"(?:(?<![^\W_])(?:{LABEL})|{OTHER_LABEL})[\s.:#_-]*$")
# Rows of dots or dashes beside a code, and signs inside it or beside it with no blank.
_DASHES = "-\u2010-\u2015\u2212\u2796"
_EACH_DASH = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2796"
_DOTS = ".\u00b7\u2027\u3001\u3002\u30fb"
_ROW = re.compile(rf"[{_DOTS}]{{2,}}|[{_DASHES}]{{2,}}|/{{2,}}")
_SIGNS = re.compile(r"(?<=[0-9A-Z])[^0-9A-Z\s]{1,8}(?=[0-9A-Z])")
_LAST_SIGNS = re.compile(r"(?<=[0-9A-Z])[%^+\\¤\"=]*[%^+\\¤](?=\s|$)")
_SIGNS_BESIDE = re.compile(
    r"(?<=[0-9A-Z])[^0-9A-Z\s]{1,8}(?=\s|$)|(?<!\S)[^0-9A-Z\s]{1,8}(?=[0-9A-Z])"
)
# They stand beside a code without meaning that something is missing.
_AROUND = "\"'`\u00b4\u2018\u2019\u201c\u201d()<>{}\u00ab\u00bb.,;:/+=®©™℗\u2713\u2714\u2705"
# Between a label and a code: what stands behind a blank there belongs to the code.
_FIRST_ROW = re.compile(
    r"(?<=\s)(?:\.{2,}|[-\u2010-\u2015\u2212]{2,})(?=[0-9A-Z]*[0-9])"
    rf"|[({{<][{_DASHES}{_DOTS}\s,_]{{0,8}}[)}}>]"
)
_FIRST_SIGNS = re.compile(r"(?<=[\s:])[^0-9A-Z\s]{1,8}(?=[0-9A-Z]*[0-9])")
_PLAIN_SIGNS = '^%=+<>"`\\\u00a1\u00a7\u00b6\u00bf\u2020\u2021\u203b\u203d\u2047'
_WORD = re.compile("[0-9A-Za-z]+")
_ROW_OF_X = re.compile("X{3,}|x{3,}")
_LEFT_RUN = re.compile("[0-9A-Z]+$")
_RIGHT_RUN = re.compile("[0-9A-Z]+")
_LEFT = re.compile(r"[0-9A-Z./-]*$")
_RIGHT = re.compile(r"([\s:.#_-]*)([0-9A-Z]*)")


def read_marks(text: str, known: Known) -> str:
    """The text cleaned, with ? in place of each mark, without a scanner's prefix."""
    text = _without_symbology(text, known)
    text = _ADDRESS.sub(lambda address: address[0].translate(_PARTS_OF_ADDRESS), text)
    cleaned = clean(text.translate(_MARKS))
    if "_" not in cleaned and "#" not in cleaned:
        return cleaned
    return "".join(_decided(cleaned, known))


def _without_symbology(text: str, known: Known) -> str:
    """The text without a scanner's prefix, unless it could be the beginning of a code too."""
    prefix = _SYMBOLOGY.match(text)
    if not prefix:
        return text
    length = len(characters_in(clean(text[prefix.end() :])))
    is_either = {length, length + len("]C1")} <= known.lengths
    return text if is_either else text[prefix.end() :]


def _decided(cleaned: str, known: Known) -> Iterator[str]:
    """The text with each _ and # as a blank or a ?."""
    place = 0
    for count, mark in enumerate(_DOUBTFUL.finditer(cleaned)):
        yield cleaned[place : mark.start()]
        before = cleaned[max(0, mark.start() - _LOOK_AROUND) : mark.start()]
        after = cleaned[mark.end() : mark.end() + _LOOK_AROUND]
        joins = count < _MAX_DOUBTFUL and (
            _is_of_label(before, after, known)
            or (mark[0] == "_" and _joins_number(before, after, known))
        )
        yield " " if joins else "?" * len(mark[0])
        place = mark.end()
    yield cleaned[place:]


def _is_of_label(before: str, after: str, known: Known) -> bool:
    """Whether the mark stands in a label, or between a label and a whole code."""
    gap, right = _right_of(after)
    left = _left_of(before)
    if not gap and _IS_LABEL.fullmatch(f"{left} {right}"):
        return True
    if not right or not _ENDS_IN_LABEL.search(before):
        return False
    return not known.lengths or known.may_be_code(right) or gap[:1].isspace()


def _joins_number(before: str, after: str, known: Known) -> bool:
    """Whether one side is a product's number and the other a whole code."""
    left = characters_in(_left_of(before))
    _, right = _right_of(after)
    return (left in known.numbers and bool(right) and known.may_be_code(right)) or (
        right in known.numbers and bool(left) and known.may_be_code(left)
    )


def _left_of(before: str) -> str:
    """The characters that end the text."""
    match = _LEFT.search(before)
    return match[0] if match else ""


def _right_of(after: str) -> tuple[str, str]:
    """Return what separates, and the characters behind it, at the beginning of the text."""
    match = _RIGHT.match(after)
    return (match[1], match[2]) if match else ("", "")


# What may be cleared is read more strictly ----------------------------------------------------


def read_first_gaps(cleaned: str) -> str:
    """The same with ? for empty brackets, and for a row of dots or dashes, or a symbol that touches
    the code, between a label and a code: none of the other signs that separate the two."""
    cleaned = _FIRST_ROW.sub(_unread, cleaned)
    if cleaned.isascii() and "\\" not in cleaned and "^" not in cleaned:
        return cleaned
    return _FIRST_SIGNS.sub(
        lambda signs: _unread(signs) if _is_symbol(signs[0]) else signs[0], cleaned
    )


def _is_symbol(signs: str) -> bool:
    """Whether signs beside a code stand for a character: symbols, as text recognition and keyboards
    make them of one, and no letters in discs."""
    rest = signs.strip(_AROUND + _EACH_DASH)
    return bool(rest) and all(map(_is_sign, rest)) and not foreign_in(rest)


def read_gaps(cleaned: str, known: Known) -> str:
    """The cleaned text with ? in place of what people leave where they could not read a character:
    a row of dots or dashes (1202...), or a sign inside a code (BT2^417)."""
    cleaned = _ROW.sub(lambda row: _decided_row(row, cleaned, known), cleaned)
    cleaned = _LAST_SIGNS.sub(_unread, cleaned)
    if not cleaned.isalnum():
        cleaned = _SIGNS_BESIDE.sub(lambda signs: _decided_beside(signs, cleaned), cleaned)
    return _SIGNS.sub(lambda signs: _decided_signs(signs, cleaned, known), cleaned)


def _unread(gap: re.Match[str]) -> str:
    return "?" * len(gap[0])


def _decided_row(row: re.Match[str], cleaned: str, known: Known) -> str:
    left = _LEFT_RUN.search(cleaned, max(0, row.start() - _LOOK_AROUND), row.start())
    right = _RIGHT_RUN.match(cleaned, row.end())
    before, after = left[0] if left else "", right[0] if right else ""
    beside = before + after
    if not beside or beside.isalpha() or _is_word_before(before, after, known):
        return row[0]
    return _unread(row)


def _decided_signs(signs: re.Match[str], cleaned: str, known: Known) -> str:
    if not all(map(_is_sign, signs[0])):
        return signs[0]
    before = cleaned[max(0, signs.start() - _LOOK_AROUND) : signs.start()]
    after = cleaned[signs.end() : signs.end() + _LOOK_AROUND]
    left, right = _LEFT_RUN.search(before), _RIGHT_RUN.match(after)
    words = left[0] if left else "", right[0] if right else ""
    is_named = signs[0].strip("\"'") == "=" and len(words[0]) > 1 and words[0].isalpha()
    joins = is_named or _is_word_before(*words, known) or _joins_number(before, after, known)
    return " " if joins else _unread(signs)


def _decided_beside(signs: re.Match[str], cleaned: str) -> str:
    """A symbol that touches a code stands for a character; so does a dash at the very end, where a
    line was cut off."""
    left = _LEFT_RUN.search(cleaned, max(0, signs.start() - _LOOK_AROUND), signs.start())
    right = _RIGHT_RUN.match(cleaned, signs.end())
    beside = (left[0] if left else "") + (right[0] if right else "")
    is_dash = signs[0].strip(_AROUND) and not signs[0].strip(_AROUND + _EACH_DASH)
    is_at_the_end = not cleaned[signs.end() :].strip()
    if beside.isalpha() or not (_is_symbol(signs[0]) or (is_dash and is_at_the_end)):
        return signs[0]
    return _unread(signs)


def _is_word_before(left: str, right: str, known: Known) -> bool:
    """Whether the left side is a word, such as a label or a name in an address, and no code."""
    is_code = known.may_be_code(right) and not right.isalpha()
    return left.isalpha() and (is_code or _IS_LABEL.fullmatch(left) is not None)


@lru_cache(maxsize=1024)
def _is_sign(character: str) -> bool:
    """Whether it separates neither words nor the groups of a code."""
    if character.isascii():
        return character in _PLAIN_SIGNS
    return character in _PLAIN_SIGNS or unicodedata.category(character) in ("So", "Sm", "Sk", "Sc")


def read_x(text: str, known: Known) -> str:
    """The text as typed with ? in place of each X that stands for a character not read: of a row
    of three, and of small ones among capitals or between digits alone."""
    if "x" not in text and "XXX" not in text:
        return text
    return _WORD.sub(lambda word: _decided_x(word[0], known), text)


def _decided_x(word: str, known: Known) -> str:
    if word.upper() in known.numbers:
        return word
    others = [character for character in word if character.isalpha() and character not in "xX"]
    has_digit = any(map(str.isdigit, word))
    is_alone = not others and "X" not in word and word.count("x") > 1
    are_capitals = bool(others) and all(map(str.isupper, others))
    if has_digit and (is_alone or are_capitals):
        word = word.replace("x", "?")
    if has_digit or not others:
        word = _ROW_OF_X.sub(_unread, word)
    return word
