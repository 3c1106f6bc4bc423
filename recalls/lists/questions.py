"""What a file leaves open, and only a person can answer.

Nothing here knows the database.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from recalls.lists.expected import ExpectedCodes
from recalls.lists.files import column_name
from recalls.lists.survey import ColumnCount

if TYPE_CHECKING:
    from recalls.lists.columns import Sheet

# Questions, and their answers.
NO_ROWS, SHORT_CODES = "no_rows", "short_codes"
CHANGED_TEXT, TEXT_BESIDE = "changed_text", "text_beside"
SINGLE_CODES, WHOLE_CODES, STAND_INS = "single_codes", "whole_codes", "stand_ins"
LEAVE_OUT, LOAD = "leave_out", "load"

_TITLE_ROWS = 30
# The columns of the codes, of the last code of each range, and of the product's number.
Place = tuple[int, int | None, int | None]

_BEGINNING = re.compile(
    r"\b(?:first|from|start\w*|begin\w*|low|lower|lowest|min|initial|premi[eè]re?|d[eé]but|primer[oa]?"
    r"|desde|inici\w*|anfang|beginn|erste\w*)\b|起始|开始|開始|最初|^(?:von|ab|de|du|dal|van|od)$",
    re.I,
)
LAST_HEADER = re.compile(
    r"\b(last|to|end|until|high|dernier|fin|[uú]ltimo|hasta|bis|stop)\b|終了|结束|最後", re.I
)
_QUANTITY = re.compile(
    r"\b(?:q['’]?ty|quantity|amount|quantit[éeà]|cantidad|menge|anzahl|aantal|count|units|pcs|pieces|st[uü]ck"
    r"|number of|nombre|n[uú]mero de unidades)\b|数量|台数|件数|個数|个数",
    re.I,
)
_PART = re.compile(
    r"pr[äaeé]fi[xj]|prefij|suffix|\b(?:begins?|starts?|ends?) (?:with|in)\b|\blast \w+ digits"
    "|接頭",
    re.I,
)
_OTHER_PART = re.compile(
    r"(?:lot|batch|charge|series?|s[ée]rie|prefix|suffix|plant|factory|line|check ?digit|year"
    r"|week)\b.{,10}",
    re.I,
)


@dataclass(frozen=True)
class Question:
    """Only a person can answer this on a file: `options` are (answer, text)."""

    name: str
    text: str
    options: tuple[tuple[str, str], ...]


_CHANGED_TEXT = Question(
    CHANGED_TEXT,
    "Some text of this workbook is struck out, or raised as the mark of a footnote is. It would be "
    "loaded like any other: a code that is struck out as a code, and a raised 1 as a digit. Is no "
    "code changed by that?",
    ((LOAD, "No code is changed by that"),),
)
_TEXT_BESIDE = Question(
    TEXT_BESIDE,
    "This workbook has comments, text boxes, or formats that show more than a cell holds, such as "
    "AB before a number. None of that is loaded. Does each code stand whole in a cell of its own?",
    ((LOAD, "Each code stands whole in a cell"),),
)


def questions(
    sheet: Sheet, chosen: Place | None = None, also: Collection[int] = ()
) -> list[Question]:
    """Return what is asked of a sheet and, where they are known, of its columns that are read:
    `also` has those of codes that are read too."""
    found = []
    if (place := sheet.no_column) is not None:
        count = sheet.counts[place].says_no
        heading = sheet.heading(place)
        found.append(
            Question(
                NO_ROWS,
                f"Column {column_name(place)} “{heading}” says no in {count:,} "
                f"{'row' if count == 1 else 'rows'}. What is to be done with their codes?",
                ((LEAVE_OUT, "Leave them out"), (LOAD, "Load them too")),
            )
        )
    for place in sheet.fitting:
        if short := _short_codes(sheet.counts[place], sheet.expected):
            found.append(
                Question(
                    SHORT_CODES,
                    f"{short} in column {column_name(place)} one digit shorter than the others. "
                    "Spreadsheets drop a zero in front. Look at the "
                    "original: are these right as they stand? If not, format the column as Text "
                    "there and export again.",
                    ((LOAD, "They are right as they stand"),),
                )
            )
    found += _stand_ins(sheet)
    if sheet.has_changed_text:
        found.append(_CHANGED_TEXT)
    if sheet.has_text_beside:
        found.append(_TEXT_BESIDE)
    if chosen:
        found += _single_codes(sheet, chosen, also)
        found += _whole_codes(sheet, chosen[0])
    return found


def _short_codes(count: ColumnCount, expected: ExpectedCodes) -> str:
    """Return how many codes of digits alone may have lost a zero, in words; or ""."""
    shorter = [
        (number, count.digits[length + 1])
        for length, number in count.digits.items()
        if length + 1 in count.digits and length in expected.lengths
    ]
    short = sum(number for number, _ in shorter)
    # One of ten begins with a zero; numbers that were counted up have more.
    if not short or not (count.zeros_first or any(one * 4 <= other for one, other in shorter)):
        return ""
    return "1 code is" if short == 1 else f"{short:,} codes are"


def _stand_ins(sheet: Sheet) -> Iterator[Question]:
    """XXXX and NN in cells where others have digits: a column in which characters were covered."""
    for place in sheet.fitting:
        count = sheet.counts[place]
        if count.stand_ins and (count.has_long_stand_in or not _ends_in_letters(sheet, place)):
            cells = "1 cell" if count.stand_ins == 1 else f"{count.stand_ins:,} cells"
            yield Question(
                STAND_INS,
                f"In {cells} of column {column_name(place)} letters may stand for other "
                f"characters, as in {count.stand_in[:40]}. As they stand they match no other code. "
                "If they are covered digits, enter a rule with # for each instead, or get the "
                "whole codes.",
                ((LOAD, "The labels have these very letters"),),
            )


def _ends_in_letters(sheet: Sheet, place: int) -> bool:
    """Whether other codes of the column have letters where these have X: then X is one of them."""
    texts = [cells[place].upper() for _, cells in sheet.rows if len(cells) > place]
    texts = [text for text in texts if not text.endswith(("XX", "NN"))]
    return any(re.search("[A-WYZ].?$", text) and re.search("[0-9]", text) for text in texts)


def _single_codes(sheet: Sheet, place: Place, also: Collection[int]) -> Iterator[Question]:
    """A column of first codes, or one that counts, where no column has the last codes."""
    code, last, _ = place
    if last is not None:
        return
    why = ""
    if any(_BEGINNING.search(text) for text in _above(sheet, code)):
        why = f"Column {column_name(code)} seems to have the first codes of ranges"
    for other in range(len(sheet.counts)):
        if other != code:
            why = _why_not_single(sheet, code, other, other in also) or why
    if why:
        yield Question(
            SINGLE_CODES,
            f"{why}, and no column is read as the last codes: only the codes that stand there are "
            "loaded. Is each of them a single code? If not, write the last code of each range, "
            "whole, in a column beside it, and load the file again.",
            ((LOAD, "Each is a single code"),),
        )


def _why_not_single(sheet: Sheet, code: int, other: int, is_code: bool) -> str:
    """What the other column, of codes or not, says against single codes; or ""."""
    heading, name = sheet.heading(other), column_name(other)
    if is_code and other > code and _are_ends(sheet, code, other):
        return f"Columns {column_name(code)} and {name} may be the ends of ranges"
    if word := sheet.counts[other].range_word:
        return f"“{word[:30]}” stands in column {name}"
    if not is_code and LAST_HEADER.search(heading):
        return f"Column {name} seems to have the ends of ranges"
    if not is_code and not heading and _are_short_ends(sheet, code, other):
        return f"Column {name} may have the last digits of ranges, or count codes"
    if _QUANTITY.search(heading) and any(map(_is_several, sheet.below(other))):
        return f"Column {name} counts more than one in some rows"
    return ""


def _whole_codes(sheet: Sheet, code: int) -> Iterator[Question]:
    """What speaks of a part of the code, where a part may fit as well as the whole."""
    if len(sheet.expected.lengths) == 1:
        return
    # A title may look like codes itself, where words do: it stands above no heading then.
    texts = [text for _, cells in sheet.rows[:_TITLE_ROWS] for text in cells]
    found = [text for text in texts if _PART.search(text)]
    for other, count in enumerate(sheet.counts):
        if other != code and count.filled > 1 and _OTHER_PART.fullmatch(sheet.heading(other)):
            found.append(sheet.heading(other))
    if found:
        yield Question(
            WHOLE_CODES,
            f"“{found[0][:60]}” stands above the codes or beside them. Is each cell of column "
            f"{column_name(code)} a whole code, as the label has it? If not, join its parts in one "
            "column, and load the file again.",
            ((LOAD, "Each cell is a whole code"),),
        )


def _above(sheet: Sheet, place: int) -> list[str]:
    return [
        cells[place] for number, cells in sheet.rows if number < sheet.begins and len(cells) > place
    ]


def _are_ends(sheet: Sheet, first: int, last: int) -> bool:
    """Whether each code of one column comes before that beside it, which begins like it and is as
    long, and no two of these ranges overlap, as they do where a list is printed in columns."""
    rows = [cells for number, cells in sheet.rows if number >= sheet.begins and len(cells) > last]
    pairs = [(cells[first], cells[last]) for cells in rows if cells[first] and cells[last]]
    are_alike = all(
        low < high and len(low) == len(high) and low[0] == high[0] for low, high in pairs
    )
    in_order = sorted(pairs)
    overlap = any(high >= low for (_, high), (low, _) in pairwise(in_order))
    return len(pairs) > 1 and are_alike and not overlap


def _are_short_ends(sheet: Sheet, first: int, other: int) -> bool:
    """Whether short numbers stand beside all codes, and they are no numbers of the rows."""
    rows = [cells for number, cells in sheet.rows if number >= sheet.begins and len(cells) > first]
    found = [cells[other] for cells in rows if len(cells) > other and cells[first]]
    if len(found) < 2 or not all(re.fullmatch("[0-9]{1,4}", text) for text in found):
        return False
    numbers = [*map(int, found)]
    return max(numbers) > 1 and any(second - one != 1 for one, second in pairwise(numbers))


def _is_several(text: str) -> bool:
    return text.isdecimal() and int(text[:9]) > 1
