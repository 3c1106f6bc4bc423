"""Which columns of a file have the codes of a product.

Nothing here knows the database. What can be read in two ways is asked: `ColumnNeeded` has the
columns and the questions, `Choice` what staff answered.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from recalls import codes
from recalls.lists.cells import ZEROED
from recalls.lists.expected import ExpectedCodes
from recalls.lists.files import Table, column_name
from recalls.lists.limits import MAX_BYTES_KEPT, MAX_COLUMNS_OF_ALL_SHEETS, NotATable
from recalls.lists.questions import (
    LAST_HEADER,
    LEAVE_OUT,
    NO_ROWS,
    Place,
    Question,
    questions,
)
from recalls.lists.survey import ColumnCount, Survey

_HEADER_ROWS = 30
# More places than this are no columns of codes: a list printed across.
MAX_CODE_COLUMNS = 20

_CODE_HEADER = re.compile(
    r"\b(s/?n|serial|sn code|serials?|s[eé]rie|seriennummer|imei|codes?|code affected)\b"
    "|シリアル|製造番号|序列号|编号|批号",
    re.I,
)
_FIRST_HEADER = re.compile(r"\b(first|from|start|begin|low|premier|d[eé]but|primero|desde)", re.I)
_MODEL_HEADER = re.compile(
    r"\b(model|models|mod[eè]le|modelo|product|produit|producto|sku|item)\b", re.I
)
_AFFECTED_HEADER = re.compile(
    r"affected|recalled|included|betroffen|concern[ée]|affect[ée]|afe[c]?tad|inclu[ií]d|interessat"
    r"|coinvolt|richiamat|betrokken|berörd|dotyczy|\bstat(?:us|ut|o)\b|\bestado\b",
    re.I,
)


@dataclass(frozen=True)
class Choice:
    """Staff's answers on a file. `columns`: (sheet, column) of each that holds codes, counted from
    0; `last` and `model` are columns of the same sheet; `answers` are those to questions."""

    columns: Sequence[tuple[str, int]] = ()
    last: int | None = None
    model: int | None = None
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Layout:
    """One column of codes. Columns count from 0; `last` has the last code of each range, `model`
    names the product. `header` is the row of headings, `begins` the number of the row after it or,
    where there is none, of the first row with a code. Rows where `says_no` says so are left out.
    `filled` and `fitting` are how many of its cells hold anything, and look like a code."""

    code: int
    sheet: str = ""
    last: int | None = None
    model: int | None = None
    says_no: int | None = None
    header: tuple[str, ...] = ()
    begins: int = 1
    is_zeroed: bool = False
    filled: int = 0
    fitting: int = 0
    has_open_quotation_mark: bool = False

    @property
    def sentence(self) -> str:
        parts = [f"column {column_name(self.code)}"]
        if self.last is not None:
            parts.append(f"to column {column_name(self.last)} (ranges)")
        if self.model is not None:
            parts.append(f"product named in column {column_name(self.model)}")
        if self.says_no is not None:
            parts.append(f"rows left out that say no in column {column_name(self.says_no)}")
        return ", ".join([f"sheet “{self.sheet}”"] * bool(self.sheet) + parts)


@dataclass(frozen=True)
class PassedOver:
    """A column that is not loaded although cells in it look like codes."""

    name: str
    cells: int
    first: str
    last: str


@dataclass(frozen=True)
class FileLayout:
    """Every column of codes that is loaded, and those that are not."""

    columns: tuple[Layout, ...]
    passed_over: tuple[PassedOver, ...] = ()

    @property
    def sentence(self) -> str:
        return "; ".join(layout.sentence for layout in self.columns)

    @property
    def looks_like_codes(self) -> int:
        """Return how many cells of the whole file look like a code of the product."""
        return sum(one.fitting for one in self.columns) + sum(o.cells for o in self.passed_over)


@dataclass(frozen=True)
class Column:
    """A column that staff can choose. `is_likely`: it is ticked before they do."""

    sheet: str
    place: int
    heading: str
    examples: tuple[str, ...]
    fitting: int
    is_hidden: bool = False
    first: str = ""
    last: str = ""

    @property
    def name(self) -> str:
        heading = f" “{self.heading}”" if self.heading else ""
        hidden = " (hidden)" if self.is_hidden else ""
        where = f"{self.sheet}{hidden}, " if self.sheet else ""
        return f"{where}column {column_name(self.place)}{heading}"

    @property
    def label(self) -> str:
        if not self.fitting:
            return f"{self.name}: {', '.join(self.examples)}"
        cells = (
            "1 cell looks like a code"
            if self.fitting == 1
            else (f"{self.fitting:,} cells look like codes")
        )
        last = f" to {self.last[:40]}" if self.fitting > 1 else ""
        return f"{self.name}: {', '.join(self.examples)}; {cells}, {self.first[:40]}{last}"


class ColumnNeeded(Exception):
    """Where the codes are is not plain, or the file asks something: staff choose."""

    def __init__(self, columns: list[Column], questions: Sequence[Question] = ()):
        super().__init__("Say which columns have the codes.")
        self.columns = columns
        self.questions = list(questions)


class Sheet:
    """A sheet that was read to its end, and what it tells of its columns."""

    def __init__(self, table: Table, name: str, expected: ExpectedCodes):
        self.name, self.expected = name, expected
        self.is_hidden = name in table.hidden_sheets
        self.has_changed_text = any(facts.has_changed_text for facts in table.facts.values())
        self.has_text_beside = any(facts.has_text_beside for facts in table.facts.values())
        survey = Survey(table, name, expected)
        self.rows, self.counts = survey.first_rows, survey.columns
        self.bytes_kept = survey.bytes_kept
        self._first_fitting_row = survey.first_fitting_row
        self._has_open_quotation_mark = survey.has_open_quotation_mark
        self.header_row, self.header = self._find_header()

    def _find_header(self) -> tuple[int, tuple[str, ...]]:
        """The row of headings before the first code, or nothing."""
        for number, cells in self.rows[:_HEADER_ROWS]:
            if _is_heading(cells) and not any(map(self._is_code_with_digit, cells)):
                return number, tuple(cell.lower() for cell in cells)
            if any(map(self.expected.looks_like_code, cells)):
                break
        return 0, ()

    def _is_code_with_digit(self, cell: str) -> bool:
        """“SN: A100” is no heading; a heading without a digit would fit an open shape."""
        return bool(re.search("[0-9]", cell)) and self.expected.looks_like_code(cell)

    def heading(self, place: int) -> str:
        return self.header[place] if len(self.header) > place else ""

    @property
    def columns(self) -> list[Column]:
        """Every column that holds anything beside its heading."""
        return [
            self._column(place, count)
            for place, count in enumerate(self.counts)
            if count.filled > bool(self.heading(place))
        ]

    def _column(self, place: int, count: ColumnCount) -> Column:
        cells = [
            cells[place][:40]
            for number, cells in self.rows
            if number > self.header_row and len(cells) > place and cells[place]
        ]
        return Column(
            sheet=self.name,
            place=place,
            heading=self.heading(place),
            # The column may begin below the rows that were kept.
            examples=tuple(cells[:3]) or (count.first[:40],),
            fitting=count.fitting,
            is_hidden=self.is_hidden,
            first=count.first,
            last=count.last,
        )

    @property
    def begins(self) -> int:
        return self.header_row + 1 if self.header_row else self._first_fitting_row or 1

    def below(self, place: int) -> list[str]:
        """The cells of a column below the headings, as far as rows were kept."""
        rows = (cells for number, cells in self.rows if number >= self.begins)
        return [cells[place] for cells in rows if len(cells) > place]

    @property
    def fitting(self) -> list[int]:
        """The columns with cells that look like codes."""
        return [place for place, count in enumerate(self.counts) if count.fitting]

    @property
    def called_serial(self) -> list[int]:
        """The columns whose heading says that they hold codes."""
        return [place for place, text in enumerate(self.header) if _CODE_HEADER.search(text)]

    @property
    def no_column(self) -> int | None:
        """The column that says of rows whether they are affected, where it says no of some."""
        for place, count in enumerate(self.counts):
            if count.says_no and _AFFECTED_HEADER.search(self.heading(place)):
                return place
        return None

    def layout(
        self, code: int, last: int | None, model: int | None, says_no: int | None = None
    ) -> Layout:
        texts = list(map(codes.normalize, self.below(code)))
        long = [text for text in texts if len(text) > 15 and text.isdigit()]
        zeroed = sum(bool(ZEROED.fullmatch(text)) for text in long)
        count = self.counts[code]
        return Layout(
            code=code,
            sheet=self.name,
            last=last,
            model=model,
            says_no=says_no,
            header=self.header,
            begins=self.begins,
            # One of ten good codes of 16 digits ends in a zero, and far fewer longer ones.
            is_zeroed=zeroed > max(3, len(long) / 4),
            filled=count.filled,
            fitting=count.fitting,
            has_open_quotation_mark=self._has_open_quotation_mark,
        )

    def model_column(self) -> int | None:
        """The column whose cells are model numbers of this notice."""
        known = self.expected.models | set(self.expected.other_models)
        for place in range(len(self.counts)):
            cells = [text for text in self.below(place) if text]
            named = sum(codes.normalize(cell) in known for cell in cells)
            is_called_so = _MODEL_HEADER.search(self.heading(place))
            if named and named >= len(cells) * (0.5 if is_called_so else 0.9):
                return place
        return None


def _is_heading(cells: list[str]) -> bool:
    """Whether a row names its columns; none that could be a code spoilt on the way."""
    filled = [cell for cell in cells if cell]
    return not any(re.search(r"\d{4}", cell) for cell in filled) and any(
        len(cell) <= 40 and (_CODE_HEADER.search(cell) or _FIRST_HEADER.match(cell))
        for cell in filled
    )


def find_layout(table: Table, expected: ExpectedCodes, choice: Choice | None = None) -> FileLayout:
    """Return where the codes of the product are, after every cell of every sheet was looked at.

    Raises ColumnNeeded where it is not plain, and NotATable where nothing can be a code.
    """
    sheets = _read_sheets(table, expected)
    if not any(sheet.columns for sheet in sheets):
        raise NotATable("This file is empty, or has nothing but a heading.")
    chosen = _chosen(sheets, choice) if choice and choice.columns else _plain_columns(sheets)
    answers = choice.answers if choice else {}
    if chosen is None:
        _refuse_across(sheets)
        asked_first = [question for sheet in sheets for question in questions(sheet)]
        raise ColumnNeeded([column for sheet in sheets for column in sheet.columns], asked_first)
    asked = {
        question.name: question
        for sheet, place in chosen
        for question in questions(
            sheet, place, [code for other, (code, *_) in chosen if other is sheet]
        )
    }
    if any(answers.get(name) not in dict(asked[name].options) for name in asked):
        columns = [column for sheet in sheets for column in sheet.columns]
        raise ColumnNeeded(columns, list(asked.values()))
    leaves_out = answers.get(NO_ROWS) == LEAVE_OUT
    layouts = tuple(
        sheet.layout(*place, says_no=sheet.no_column if leaves_out else None)
        for sheet, place in chosen
    )
    return FileLayout(layouts, _passed_over(sheets, layouts))


def _read_sheets(table: Table, expected: ExpectedCodes) -> list[Sheet]:
    """All of them, to their ends. Raises NotATable where they are too many and too wide."""
    sheets: list[Sheet] = []
    columns = bytes_kept = 0
    for name in table.sheets or ("",):
        sheets.append(Sheet(table, name, expected))
        columns += len(sheets[-1].columns)
        bytes_kept += sheets[-1].bytes_kept
        if columns > MAX_COLUMNS_OF_ALL_SHEETS or bytes_kept > MAX_BYTES_KEPT:
            raise NotATable(
                "The sheets of this file are too many and too wide to be looked at together. Save "
                "the sheet with the codes as a file of its own."
            )
    return sheets


_Chosen = list[tuple[Sheet, Place]]


def _chosen(sheets: list[Sheet], choice: Choice) -> _Chosen:
    named = {sheet.name: sheet for sheet in sheets}
    chosen = []
    for name, place in choice.columns:
        sheet = named.get(name or sheets[0].name)
        if sheet is None:
            raise NotATable(f"There is no sheet “{name}” in this file.")
        places = [place, choice.last, choice.model]
        if not all(0 <= one < len(sheet.counts) for one in places if one is not None):
            raise NotATable("This column is not in the file. Choose another one.")
        chosen.append((sheet, (place, choice.last, choice.model)))
    return chosen


def _plain_columns(sheets: list[Sheet]) -> _Chosen | None:
    """Where only one reading of the file is possible."""
    holding = [sheet for sheet in sheets if sheet.fitting] or [
        sheet for sheet in sheets if sheet.columns
    ]
    if len(holding) != 1:
        return None
    sheet = holding[0]
    place = _plain_place(sheet)
    return [(sheet, place)] if place else None


def _plain_place(sheet: Sheet) -> Place | None:
    fitting, model = sheet.fitting, sheet.model_column()
    if len(fitting) == 2 and sheet.header:
        first, last = map(sheet.heading, fitting)
        if _FIRST_HEADER.search(first) and LAST_HEADER.search(last):
            return fitting[0], fitting[1], model
    if len(fitting) == 1:
        # What is called serial counts for more than a column that happens to fit.
        others = [place for place in sheet.called_serial if sheet.counts[place].filled > 1]
        if others and fitting[0] not in others:
            return None
        if len(others) > 1:
            return None
        return fitting[0], None, model if model != fitting[0] else None
    if not fitting and len(sheet.columns) == 1:
        # Nothing fits: the rows will say why.
        return sheet.columns[0].place, None, None
    return None


def _refuse_across(sheets: list[Sheet]) -> None:
    for sheet in sheets:
        if len(sheet.fitting) > MAX_CODE_COLUMNS:
            raise NotATable(
                f"The codes stand side by side in {len(sheet.fitting):,} columns. Put one code in "
                "each row (in Excel: copy, then Paste Special, Transpose) and load the file again."
            )


def _passed_over(sheets: list[Sheet], layouts: Sequence[Layout]) -> tuple[PassedOver, ...]:
    loaded = {
        (layout.sheet, place)
        for layout in layouts
        for place in (layout.code, layout.last)
        if place is not None
    }
    return tuple(
        PassedOver(column.name, column.fitting, column.first, column.last)
        for sheet in sheets
        for column in sheet.columns
        if column.fitting and (column.sheet, column.place) not in loaded
    )
