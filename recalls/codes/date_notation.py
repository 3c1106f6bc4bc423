"""Dates in rule notation: `date YYWW 2301 to 2313`, and dates that are written without it."""

import re

from recalls.codes.dates import Dates, Layout
from recalls.codes.parts import RuleError
from recalls.codes.rules import Rule

_EXAMPLES = "DD/MM/YYYY, MM/YYYY, YYYYMMDD or YYWW (year and week)"
_YEAR = "(?:19[89]|20[0-4])[0-9]"
_DAY, _MONTH, _SHORT_YEAR = (
    "(?:0[1-9]|[12][0-9]|3[01])",
    "(?:0[1-9]|1[0-2])",
    "(?:1[5-9]|2[0-9]|3[0-5])",
)
_WEEK = "(?:0[1-9]|[1-4][0-9]|5[0-3])"
# Dates whose order as text is not their order in time, with the layouts that they may have.
_LATE_YEARS = (
    (rf"{_MONTH}{_YEAR}", "MM/YYYY"),
    (rf"{_WEEK}{_YEAR}", "WW/YYYY"),
    (rf"[A-Z]{_WEEK}{_YEAR}", "@WW/YYYY"),
    (rf"{_DAY}{_MONTH}{_YEAR}", "DD/MM/YYYY"),
    (rf"{_MONTH}{_DAY}{_YEAR}", "MM/DD/YYYY"),
)
# So short that a single one may as well be a number.
_SHORT_DATES = (
    (rf"{_DAY}{_MONTH}{_SHORT_YEAR}", "DD/MM/YY"),
    (rf"{_MONTH}{_DAY}{_SHORT_YEAR}", "MM/DD/YY"),
)
# With something between day, month and year, as dates are written and few codes are.
_SEPARATED_DATES = (
    (r"(?:0?[1-9]|1[0-2])/\d{4}", "MM/YYYY"),
    (r"(?:0?[1-9]|1[0-2])/\d\d", "MM/YY"),
    (r"\d\d?/\d{4}", "WW/YYYY"),
    (rf"{_WEEK}/{_SHORT_YEAR}", "WW/YY"),
    (r"[A-Z]\d\d?/\d{4}", "@WW/YYYY"),
    (rf"[A-Z]{_WEEK}/{_SHORT_YEAR}", "@WW/YY"),
    (r"\d\d?/(?:0?[1-9]|1[0-2])/\d{4}", "DD/MM/YYYY"),
    (r"(?:0?[1-9]|1[0-2])/\d\d?/\d{4}", "MM/DD/YYYY"),
    (r"\d\d?/(?:0?[1-9]|1[0-2])/\d\d", "DD/MM/YY"),
    (r"(?:0?[1-9]|1[0-2])/\d\d?/\d\d", "MM/DD/YY"),
)


def read_layout(text: str) -> Layout:
    """The layout of a date: how it stands on the label. Raises RuleError."""
    layout = Layout.read(text) if text else None
    if layout is None:
        raise RuleError(
            f"“{text}” is no layout of a date. After “date”, write how the date stands on the "
            f"label, such as {_EXAMPLES}, and then the dates."
        )
    return layout


def date_rule(layout: Layout, word: str, ends: list[str]) -> Rule:
    """The rule for the dates between two ends, or open at one where a word says so. Raises
    RuleError."""
    digits = [_digits(layout, end) for end in ends]
    dates = [_date(layout, each) for each in digits]
    shown = [layout.show(each) for each in digits]
    if word and layout.year == "Y":
        raise RuleError("A year of one digit comes again after ten years. Write both ends.")
    first, last = dates[0], dates[-1]
    if layout.year == "Y" and last < first:
        last = (last[0] + 10, *last[1:])
    if last < first:
        raise RuleError(
            f"The range runs backwards: {shown[0]} is later than {shown[-1]}. Check both ends and "
            "the layout."
        )
    boxes = layout.boxes(*_bounds(word, first, last))
    if not boxes:
        raise RuleError(f"No date comes {word} {shown[0]}.")
    text = f"date {layout.text} " + (f"{word} {shown[0]}" if word else " to ".join(shown))
    lowest = min(tuple(map(min, box)) for box in boxes)
    highest = max(tuple(map(max, box)) for box in boxes)
    part = Dates(
        layout,
        "" if word in ("up to", "before") else layout.show(layout.digits_of(lowest)),
        "" if word in ("from", "after") else layout.show(layout.digits_of(highest)),
        tuple(layout.written(box) for box in boxes),
    )
    return Rule(text, (part,))


def _digits(layout: Layout, end: str) -> str:
    """The digits of a date as the layout has them: 1/5/2023 has 01052023."""
    names = layout.date_fields
    pieces = re.split(r"\s*[-\s./]\s*", end)
    if len(pieces) == len(names):
        pieces = [piece.zfill(len(name)) for piece, name in zip(pieces, names, strict=True)]
    digits = "".join(pieces)
    if not re.fullmatch("[0-9]+", digits) or len(digits) != sum(map(len, names)):
        raise RuleError(f"“{end}” is not written as {layout.text} says. Write both alike.")
    return digits


def _date(layout: Layout, digits: str) -> tuple[int, ...]:
    date = layout.date_of(digits)
    if date is None:
        raise RuleError(f"{layout.show(digits)} is no date where the layout is {layout.text}.")
    return date


def _bounds(
    word: str, first: tuple[int, ...], last: tuple[int, ...]
) -> tuple[tuple[int, ...] | None, tuple[int, ...] | None]:
    """The first and the last date that are meant. One that there is none of, such as the 32nd of a
    month, does as well as the one beside it."""
    if word == "from":
        return first, None
    if word == "after":
        return (*first[:-1], first[-1] + 1), None
    if word == "up to":
        return None, last
    if word == "before":
        return None, (*last[:-1], last[-1] - 1)
    return first, last


_NAMES = (
    "JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|JANV|FEV|AVR|MAI|JUIN|JUIL|AOU|ENE|ABR|AGO|DIC"
    "|OKT|DEZ|MRZ|SEPT"
)
_NAMED_MONTH = re.compile(
    rf"[0-9]{{0,2}}(?:{_NAMES})[0-9]{{2,4}}|[0-9]{{2,4}}(?:{_NAMES})[0-9]{{0,2}}"
)
_ROMAN_MONTH = re.compile(rf"[IVX]{{1,4}}[-\s./]+{_YEAR}|{_YEAR}[-\s./]+[IVX]{{1,4}}")


# Letters may stand before and behind the digits: A0123.
_LATE_SHORT_YEAR = re.compile(f"([A-Z]{{,3}})({_WEEK}|{_MONTH})({_SHORT_YEAR})([A-Z]{{,2}})")
_EARLY_SHORT_YEAR = re.compile(f"[A-Z]{{,3}}{_SHORT_YEAR}{_WEEK}[A-Z]{{,2}}")

_PIECE = re.compile("[0-9]{1,2}")
# A letter for the month, with or without a day before it; a quarter or a half.
_LETTER_AND_YEAR = re.compile(rf"([0-9]{{0,2}}[A-Z]|[HQST][1-4]|[1-4][HQST])((?:20)?{_SHORT_YEAR})")


def _refuse_week_or_month_first(tidy: list[str]) -> None:
    """Raise RuleError for 0123 to 0324 and 4022 to 4123: the year stands last, since the first two
    digits are none of these years."""
    found = [late for late in map(_LATE_SHORT_YEAR.fullmatch, tidy) if late]
    if len(tidy) < 2 or len(found) < len(tidy) or all(map(_EARLY_SHORT_YEAR.fullmatch, tidy)):
        return
    low, high = found
    if low[3] == high[3] or (low[1], low[4]) != (high[1], high[4]):
        return
    part = "MM" if all(re.fullmatch(_MONTH, late[2]) for late in found) else "WW"
    layout = f"{'@' * len(low[1])}{part}/YY{'@' * len(low[4])}"
    raise RuleError(
        "These look like dates whose year stands last. Codes are compared from left to right, and "
        f"dates are not. Write “date {layout} {low[2]}/{low[3]} to {high[2]}/{high[3]}” if that is "
        f"their layout. If they are numbers, enter two ranges, the first of them {tidy[0]} to "
        f"{low[1]}{low[2]}99{low[4]}."
    )


def _refuse_letter_first(tidy: list[str]) -> None:
    """Raise RuleError for A24 to C25, 12L24 to 31A25 and 2Q24 to 1Q26: D24 and 4Q24 are not between
    them as text."""
    found = [late.groups() for late in map(_LETTER_AND_YEAR.fullmatch, tidy) if late]
    if len(found) < 2:
        return
    (low, low_year), (high, high_year) = found
    # Where a day stands first, the letter alone is enough.
    is_day_first = len(low) == len(high) == 3 and low[-1] != high[-1]
    if is_day_first or (low != high and low_year != high_year):
        raise RuleError(
            "These look like a letter or a part of a year, with the year behind it. Codes are "
            "compared from left to right, and dates are not. Enter one line for each month or "
            "quarter, with # for each digit of a day. If they are numbers, enter two ranges."
        )


def _refuse_short_pieces(raw: list[str]) -> None:
    """Raise RuleError for 2024.9 to 2025.2 and 2024/9/1 to 2025/2/28: 2024.10 has a digit more."""
    pieces = [re.split(r"\s*[-\s./]\s*", end) for end in raw]
    if len(pieces) != 2 or len(pieces[0]) != len(pieces[1]) or len(pieces[0]) < 2:
        return
    are_dates = all(
        re.fullmatch("[A-Z]{0,3}[0-9]{1,4}", first) and all(map(_PIECE.fullmatch, others))
        for first, *others in pieces
    )
    is_short = any(len(piece) == 1 for _, *others in pieces for piece in others)
    if are_dates and is_short and pieces[0][:-1] != pieces[1][:-1]:
        layout = ("YYYY" if len(pieces[0][0]) == 4 else "YY") + "/MM/DD"[: 3 * len(pieces[0]) - 3]
        raise RuleError(
            "These look like dates without their zeros, and 2024.10 has one digit more than "
            f"2024.9. Write “date {layout} {' to '.join(raw)}” if that is their layout, or the one "
            "that is. If they are numbers, write them without dots, hyphens and slashes."
        )


def _name_in(end: str) -> str:
    return re.sub("[0-9]", "", end)


def refuse_dates(raw: list[str], tidy: list[str], word: str) -> None:
    """Raise RuleError where the ends of a range are dates whose order as text is not their order
    in time: 12/2018 would come after 01/2020."""
    if len(raw) > 1 and all(map(_ROMAN_MONTH.fullmatch, raw)):
        raise RuleError(
            "These look like months in Roman numerals, whose order is not that of letters. Enter "
            "one line for each month, as it stands on the label."
        )
    if (
        len(raw) > 1
        and all(map(_NAMED_MONTH.fullmatch, tidy))
        and len(set(map(_name_in, tidy))) > 1
    ):
        raise RuleError(
            "These look like months by their names, whose order is not that of letters. Enter one "
            "line for each month, such as JAN23*."
        )
    _refuse_week_or_month_first(tidy)
    _refuse_letter_first(tidy)
    short = _SHORT_DATES if len(tidy) > 1 else ()
    separated = [re.sub(r"\s*[-\s.]\s*", "/", end) for end in raw]
    for ends, patterns in ((separated, _SEPARATED_DATES), (tidy, (*_LATE_YEARS, *short))):
        for pattern, layout in patterns:
            if all(re.fullmatch(pattern, end) for end in ends):
                # The layout has a mark for the W of a week.
                dates = [end.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for end in raw]
                line = f"{word} {dates[0]}" if word else " to ".join(dates)
                other = (
                    f"enter a mask such as {tidy[0][:4]}####"
                    if len(tidy) > 1
                    else "write both ends"
                )
                raise RuleError(
                    "These look like dates. Codes are compared from left to right, dates are not. "
                    f"Write “date {layout} {line}” if that is their layout. If they are numbers, "
                    f"{other}."
                )
    _refuse_short_pieces(raw)
