"""Staff's files as rows: CSV in the encodings that spreadsheets write, and XLSX.

Nothing here knows codes or the database. A file that is no table is refused with the sentence that
staff read; so is one that unpacks to far more than it looks.
"""

import codecs
import csv
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO, cast

from recalls.lists import xlsx
from recalls.lists.limits import (
    MAX_CELL_LENGTH,
    MAX_COLUMNS,
    MAX_ROW_LENGTH,
    MEGABYTE,
    PAGE,
    Cell,
    Limits,
    NotATable,
)
from recalls.lists.workbook import SheetFacts

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}
# No text has them, but for tab, line breaks, escape, and what scanners send: a row with one of
# these is refused by its number.
_CONTROLS = bytes({*range(32)} - {*b"\t\n\f\r\x1b\x02\x03\x04\x1c\x1d\x1e\x1f"})
_OTHER_KINDS = {
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"RIFF": "a picture",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a packed file",
    b"Rar!": "a packed file",
    b"7z\xbc\xaf": "a packed file",
    b"{\\rtf": "a text document",
}
_OLE = b"\xd0\xcf\x11\xe0"
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}

Rows = Iterator[tuple[int, list[Cell]]]


@dataclass(frozen=True)
class Table:
    """A file that can be read as rows. `sheets` are the names in an XLSX file, empty for CSV;
    `encoding` and `delimiter` are those of a CSV file. `facts` are what an XLSX file says of
    each sheet beside its values, `budget` is the time that is left for reading it."""

    path: Path
    limits: Limits = PAGE
    sheets: tuple[str, ...] = ()
    encoding: str = ""
    delimiter: str = ""
    facts: Mapping[str, SheetFacts] = field(default_factory=dict)
    budget: xlsx.Budget = field(default_factory=lambda: xlsx.Budget(0))

    def rows(self, sheet: str = "") -> Rows:
        """(row number as the spreadsheet shows it, cells), blank rows included.
        Raises NotATable where the file turns out to be none."""
        if self.sheets:
            return xlsx.read_rows(self.path, self.limits, self.budget, sheet or self.sheets[0])
        return self._csv_rows()

    @property
    def hidden_sheets(self) -> set[str]:
        return {name for name, facts in self.facts.items() if facts.is_hidden}

    def hollow(self, sheet: str = "") -> set[tuple[int, int]]:
        """(row from 1, column from 0) of each cell that has lost its value."""
        facts = self.facts.get(sheet or next(iter(self.sheets), ""))
        return facts.hollow if facts else set()

    @property
    def kind(self) -> str:
        """Return what it was read as, for staff."""
        if self.sheets:
            return "XLSX"
        encoding = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16"}
        name = encoding.get(self.encoding, "Windows-1252")
        return f"CSV, {name}, {DELIMITERS[self.delimiter]}"

    def _csv_rows(self) -> Rows:
        csv.field_size_limit(MAX_CELL_LENGTH)
        with self.path.open(encoding=self.encoding, newline="") as file:
            lines = _Lines(file)
            rows = cast(Iterator[list[Cell]], csv.reader(lines, delimiter=self.delimiter))
            try:
                for number, cells in enumerate(rows, 1):
                    if len(cells) > MAX_COLUMNS:
                        raise NotATable(
                            f"Row {number:,} of this file has {len(cells):,} cells; a row may have "
                            f"{MAX_COLUMNS:,}. Save the column with the codes as a file of its own."
                        )
                    yield number, cells
                    lines.length = 0
            except csv.Error as error:
                raise NotATable(
                    "A cell of this file is longer than a spreadsheet allows. A quotation mark may "
                    "be missing. Export the list again as CSV."
                ) from error


class _Lines:
    """The lines of a file for the csv module, none of them read further than a row may be long.
    `length` counts the characters of a row, which may have many lines."""

    def __init__(self, file: TextIO):
        self.file, self.length = file, 0

    def __iter__(self) -> Iterator[str]:
        while line := self.file.readline(MAX_ROW_LENGTH + 1):
            self.length += len(line)
            if self.length > MAX_ROW_LENGTH:
                raise NotATable(
                    f"A row of this file has more than {MAX_ROW_LENGTH:,} characters. Export the "
                    "list again as CSV, with one code a row."
                )
            yield line


def open_table(path: Path, limits: Limits = PAGE) -> Table:
    """Look at the file and say how it is to be read. Raises NotATable.

    `limits`: those of the page, or of the shell, which loads larger files.
    """
    suffix = path.suffix.lower()
    size = path.stat().st_size
    if suffix not in (".csv", ".txt", ".tsv", ".xlsx"):
        raise NotATable("Upload a CSV or XLSX file. Other files can be saved as one of these.")
    if size == 0:
        raise NotATable("This file is empty.")
    if limits.size is not None and size > limits.size:
        raise NotATable(
            f"This file is too large: the page takes {limits.size // MEGABYTE} MB at most. "
            "Split it, or ask your administrator to load it with import_codes."
        )
    with path.open("rb") as file:
        start = file.read(8)
    _refuse_other_kinds(start, suffix)
    return _open_xlsx(path, limits) if suffix == ".xlsx" else _open_csv(path, limits)


def _open_xlsx(path: Path, limits: Limits) -> Table:
    budget = xlsx.Budget(limits.seconds)
    facts = xlsx.read_facts(path, limits, budget)
    return Table(path, limits, sheets=tuple(facts), facts=facts, budget=budget)


def hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _refuse_other_kinds(start: bytes, suffix: str) -> None:
    is_zip = start.startswith(b"PK\x03\x04")
    if start.startswith(_OLE):
        raise NotATable(
            "This file has a password or is in Excel's old format. Save it as XLSX without a "
            "password."
        )
    for mark, kind in _OTHER_KINDS.items():
        if start.startswith(mark):
            raise NotATable(f"This is {kind}, not a table, whatever its name says.")
    if is_zip and suffix != ".xlsx":
        raise NotATable(
            "This is a packed file, not a CSV file. If it is a spreadsheet, give it back its name "
            "ending in .xlsx."
        )
    if suffix == ".xlsx" and not is_zip:
        raise NotATable("This is no XLSX file, whatever its name says. Save it as XLSX again.")


# CSV ----------------------------------------------------------------------------------------------


def _open_csv(path: Path, limits: Limits) -> Table:
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        start = file.read(64 * 1024)
    if not start.strip():
        raise NotATable("This file is empty.")
    return Table(path, limits, encoding=encoding, delimiter=_delimiter(start))


def _encoding(path: Path) -> str:
    """Find it for the whole file, so that no row is met later that cannot be read."""
    with path.open("rb") as file:
        start = file.read(4)
    marked = next((name for mark, name in _MARKS.items() if start.startswith(mark)), "")
    for encoding in [marked] if marked else ["utf-8", "cp1252"]:
        if _is_readable_as(path, encoding):
            return encoding
    raise NotATable(
        "The letters of this file cannot be read. Save it as CSV UTF-8 (in Excel: “CSV UTF-8”)."
    )


def _is_readable_as(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while block := file.read(MEGABYTE):
                decoder.decode(block)
                if encoding != "utf-16" and len(block.translate(None, _CONTROLS)) < len(block):
                    return False
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _delimiter(start: str) -> str:
    """The one that cuts most of the first rows into the same number of cells, two or more."""
    lines = start.splitlines()[:200]

    def cut(delimiter: str) -> tuple[int, int]:
        try:
            widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if row)
        except csv.Error:
            return 0, 0
        width, rows = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
        return (rows, width) if width > 1 else (0, 0)

    return max(DELIMITERS, key=cut)


def column_name(place: int) -> str:
    """Name a column counted from 0, as the spreadsheet shows it: A, B … Z, AA."""
    name = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        name = chr(65 + letter) + name
    return name
