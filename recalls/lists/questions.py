"""What a file leaves open, and only a person can answer.

Nothing here knows the database.
"""

from dataclasses import dataclass
from typing import Protocol

from recalls.lists.expected import ExpectedCodes
from recalls.lists.files import column_name
from recalls.lists.survey import ColumnCount

# Questions, and their answers.
NO_ROWS, SHORT_CODES = "no_rows", "short_codes"
LEAVE_OUT, LOAD = "leave_out", "load"

# The columns of the codes, of the last code of each range, and of the product's number.
Place = tuple[int, int | None, int | None]


@dataclass(frozen=True)
class Question:
    """Only a person can answer this on a file: `options` are (answer, text)."""

    name: str
    text: str
    options: tuple[tuple[str, str], ...]


class Surveyed(Protocol):
    """The sheet that the questions are about, read to its end."""

    expected: ExpectedCodes
    counts: list[ColumnCount]
    rows: list[tuple[int, list[str]]]

    @property
    def fitting(self) -> list[int]: ...

    @property
    def begins(self) -> int: ...

    @property
    def no_column(self) -> int | None: ...

    def heading(self, place: int) -> str: ...


def questions(sheet: Surveyed) -> list[Question]:
    """Return what is asked of a sheet."""
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
                    f"{short} in column {column_name(place)} one digit shorter than the others, "
                    "some of which begin with 0. Spreadsheets drop a zero in front. Look at the "
                    "original: are these right as they stand? If not, format the column as Text "
                    "there and export again.",
                    ((LOAD, "They are right as they stand"),),
                )
            )
    return found


def _short_codes(count: ColumnCount, expected: ExpectedCodes) -> str:
    """Return how many codes of digits alone may have lost a zero, in words; or ""."""
    if not count.zeros_first:
        return ""
    short = sum(
        number
        for length, number in count.digits.items()
        if length + 1 in count.digits and length in expected.lengths
    )
    if not short:
        return ""
    return "1 code is" if short == 1 else f"{short:,} codes are"
