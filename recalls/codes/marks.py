"""Marks in a typed text that stand for a character which nobody could read."""

import re
from collections.abc import Iterator

from recalls.codes.known import Known
from recalls.codes.text import LABEL, OTHER_LABEL, characters_in, clean

# What people type for it, and what text recognition makes of a scratch or a broken letter.
_MARKS = str.maketrans(
    dict.fromkeys("*•…‥~■□▪▫●○█▇▓▒░[]|¦!$€£¥§@&＊＃＿～［］｜！＄￡＠＆", "?")
    | {"＿": "_", "＃": "#"}
)
# They separate the parts of an address.
_ADDRESS = re.compile(r"(?:https?:|www\.)\S+", re.IGNORECASE)
_PARTS_OF_ADDRESS = str.maketrans("?&#_~@!", "       ")
# What a scanner says of the kind of bar code (ISO/IEC 15424), in front of what it read.
_SYMBOLOGY = re.compile(r"\s*\][A-Zdez][0-9](?=[0-9A-Za-z(\x1d])")
# They stand in and behind labels too (serial_no, SN #). More of them than this is no label.
_MAX_DOUBTFUL = 32
_DOUBTFUL = re.compile("_+|#+")
_LOOK_AROUND = 48
_IS_LABEL = re.compile(rf"(?:{LABEL}|{OTHER_LABEL})")
_ENDS_IN_LABEL = re.compile(rf"(?:(?<![^\W_])(?:{LABEL})|{OTHER_LABEL})[\s.:#_-]*$")
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
