"""Staff's files as rows: CSV in the encodings that spreadsheets write, and XLSX.

Nothing here knows codes or the database. A file that is no table is refused with the sentence that
staff read; so is one that unpacks to far more than it looks.
"""

import codecs
import csv
import datetime as dt
import hashlib
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import python_calamine

MAX_BYTES = 25 * 1024 * 1024
MAX_UNPACKED = 200 * 1024 * 1024
MAX_ENTRIES = 20
# A sheet is held whole while it is read, empty cells too, so two far corners could fill the memory.
MAX_CELLS = 20_000_000
MAX_CELL_LENGTH = 32_767  # Excel's own limit

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}
_BLOCK = 1024 * 1024
# No text has them, but for tab, line breaks and escape.
_CONTROLS = bytes({*range(32)} - {*b"\t\n\f\r\x1b"})
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
_CELL_PLACE = re.compile(rb"""\br\s*=\s*["']\s*([A-Za-z]{0,8})(\d{1,12})""")

Cell = str | int | float | bool | dt.date | dt.time | dt.timedelta
Rows = Iterator[tuple[int, list[Cell]]]


class NotATable(ValueError):
    """The file cannot be read as a table. Its text is the sentence for staff."""


@dataclass(frozen=True)
class Table:
    """A file that can be read as rows. `sheets` are the names in an XLSX file, empty for CSV;
    `encoding` and `delimiter` are those of a CSV file. `has_errors`: a cell holds an error such as
    #N/A, which reads as blank."""

    path: Path
    sheets: tuple[str, ...] = ()
    encoding: str = ""
    delimiter: str = ""
    has_errors: bool = False

    def rows(self, sheet: str = "") -> Rows:
        """(row number as the spreadsheet shows it, cells), blank rows included.
        Raises NotATable where the file turns out to be none."""
        return self._sheet_rows(sheet) if self.sheets else self._csv_rows()

    def first_rows(self, count: int, sheet: str = "") -> list[tuple[int, list[Cell]]]:
        return list(islice(self.rows(sheet), count))

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
            try:
                yield from enumerate(csv.reader(file, delimiter=self.delimiter), 1)
            except csv.Error as error:
                raise NotATable(
                    "A cell of this file is longer than a spreadsheet allows. A quotation mark may "
                    "be missing. Export the list again as CSV."
                ) from error

    def _sheet_rows(self, name: str) -> Rows:
        with _opened(self.path) as workbook:
            try:
                sheet = workbook.get_sheet_by_name(name or self.sheets[0])
            except python_calamine.WorksheetNotFound as error:
                raise NotATable(f"There is no sheet “{name}” in this file.") from error
            except _UNREADABLE as error:
                raise NotATable(_BROKEN) from error
            if sheet.start is None:
                return
            # It gives blank rows before the first cell, but no blank columns: C is to stay C.
            before = [""] * sheet.start[1]
            for number, cells in enumerate(sheet.iter_rows(), 1):
                yield number, before + cells


def open_table(path: Path, *, is_limited: bool = True) -> Table:
    """Look at the file and say how it is to be read. Raises NotATable.

    `is_limited`: hold it to the size that a page takes; the shell loads larger ones.
    """
    suffix = path.suffix.lower()
    size = path.stat().st_size
    if suffix not in (".csv", ".txt", ".tsv", ".xlsx"):
        raise NotATable("Upload a CSV or XLSX file. Other files can be saved as one of these.")
    if size == 0:
        raise NotATable("This file is empty.")
    if is_limited and size > MAX_BYTES:
        raise NotATable(
            f"This file has {size // _BLOCK} MB; the page takes {MAX_BYTES // _BLOCK} MB. Split "
            "it, or ask your administrator to load it with import_codes."
        )
    with path.open("rb") as file:
        start = file.read(8)
    _refuse_other_kinds(start, suffix)
    return _open_xlsx(path, is_limited) if suffix == ".xlsx" else _open_csv(path)


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


def _open_csv(path: Path) -> Table:
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        start = file.read(64 * 1024)
    if not start.strip():
        raise NotATable("This file is empty.")
    return Table(path, encoding=encoding, delimiter=_delimiter(start))


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
            while block := file.read(_BLOCK):
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


# XLSX ---------------------------------------------------------------------------------------------

_BROKEN = "This XLSX file is damaged or is no spreadsheet. Open it in Excel and save it again."
_UNREADABLE = (
    python_calamine.CalamineError,
    python_calamine.ZipError,
    python_calamine.XmlError,
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    ValueError,
)


def _open_xlsx(path: Path, is_limited: bool) -> Table:
    try:
        with zipfile.ZipFile(path) as archive:
            has_errors = _inspect(archive, is_limited)
    except NotATable:
        raise
    except (*_UNREADABLE, NotImplementedError, RuntimeError) as error:
        raise NotATable(_BROKEN) from error
    with _opened(path) as workbook:
        visible = python_calamine.SheetVisibleEnum.Visible
        sheets = tuple(sheet.name for sheet in workbook.sheets_metadata if sheet.visible == visible)
    if not sheets:
        raise NotATable("There is no sheet in this file.")
    return Table(path, sheets=sheets, has_errors=has_errors)


def _opened(path: Path) -> python_calamine.CalamineWorkbook:
    try:
        return python_calamine.CalamineWorkbook.from_path(path)
    except python_calamine.PasswordError as error:
        raise NotATable("This file has a password. Save it without one.") from error
    except _UNREADABLE as error:
        raise NotATable(_BROKEN) from error


def _inspect(archive: zipfile.ZipFile, is_limited: bool) -> bool:
    """Unpack every entry in blocks and keep none: what a header says of its size may be a lie.
    Returns whether a cell holds an error. Raises NotATable."""
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES and is_limited:
        raise NotATable(
            f"This file packs {len(entries)} files; a spreadsheet of codes has at most "
            f"{MAX_ENTRIES}. Save the one sheet as a file of its own."
        )
    most, has_errors = (MAX_UNPACKED if is_limited else None), False
    for entry in entries:
        if entry.flag_bits & 1:
            raise NotATable("This file has a password. Save it without one.")
        found = _measure(_unpacked(archive, entry), most)
        if most is not None:
            most -= found.size
        if found.columns * found.rows > MAX_CELLS:
            raise NotATable(
                f"A sheet of this file is {found.columns:,} columns wide and {found.rows:,} rows "
                "long. Delete what stands far outside of the list, or save the list as CSV."
            )
        has_errors = has_errors or found.has_errors
    return has_errors


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The entry's real content, block by block, whatever size its header states."""
    file = archive.fp
    file.seek(entry.header_offset)
    header = file.read(30)
    name, extra = (int.from_bytes(header[place : place + 2], "little") for place in (26, 28))
    file.seek(entry.header_offset + 30 + name + extra)
    left = entry.compress_size
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise NotATable(_BROKEN)
    unpack = zlib.decompressobj(-15) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    while left > 0 and (packed := file.read(min(left, 64 * 1024))):
        left -= len(packed)
        if unpack is None:
            yield packed
            continue
        while packed:
            yield unpack.decompress(packed, _BLOCK)
            packed = unpack.unconsumed_tail


@dataclass
class _Measure:
    """Bytes, columns and rows of an entry, as far as its cells say where they stand."""

    size: int = 0
    columns: int = 0
    rows: int = 0
    has_errors: bool = False


def _measure(blocks: Iterable[bytes], most: int | None) -> _Measure:
    found, tail = _Measure(), b""
    for block in blocks:
        found.size += len(block)
        if most is not None and found.size > most:
            raise NotATable(
                f"This file unpacks to more than {MAX_UNPACKED // _BLOCK} MB. Save the list "
                "alone as CSV."
            )
        text = tail + block
        places = _CELL_PLACE.findall(text)
        columns = {column for column, _ in places}
        found.columns = max([found.columns, *map(_column_number, columns)])
        found.rows = max([found.rows, *(int(row) for _, row in places)])
        found.has_errors = found.has_errors or b't="e"' in text
        tail = block[-64:]
    return found


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def column_name(place: int) -> str:
    """Name a column counted from 0, as the spreadsheet shows it: A, B … Z, AA."""
    name = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        name = chr(65 + letter) + name
    return name
