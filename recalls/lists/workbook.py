"""A workbook is searched beside its values: for hidden sheets and rows, and cells without a value.

Spreadsheet readers give a formula that was never worked out, and an error such as #N/A, as an empty
cell; a code that should stand there would be lost without a word. Sheets are read as a stream.
Source: ECMA-376, Part 1, 18.3.1.4 (c), 18.3.1.13 (col), 18.3.1.73 (row), 18.2.19 (sheet).
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from xml.parsers import expat

from recalls.lists.limits import BROKEN, NotATable

# More cells than this without a value are a file that was never worked out.
MAX_HOLLOW = 10_000
_BLOCK = 1024 * 1024
_REFERENCE = re.compile(r"([A-Za-z]{1,3})(\d{1,7})")


@dataclass
class SheetFacts:
    """One sheet. `hollow`: (row from 1, column from 0) of each cell that has lost its value;
    `hidden_rows` and `hidden_columns` count those with a size of none, by a filter or by hand;
    `has_changed_text`: characters somewhere in the file are struck out or raised;
    `has_text_beside`: a comment, a box or a number format shows some that no cell holds."""

    is_hidden: bool = False
    hollow: set[tuple[int, int]] = field(default_factory=set)
    hidden_rows: int = 0
    hidden_columns: int = 0
    has_changed_text: bool = False
    has_text_beside: bool = False


def sheet_facts(archive: zipfile.ZipFile) -> dict[str, SheetFacts]:
    """The facts of each sheet by its name, in order. Raises NotATable."""
    facts = {}
    for name, is_hidden, part in _sheets(archive):
        found = facts[name] = SheetFacts(is_hidden)
        with archive.open(part) as file:
            _SheetParser(name, found).read(iter(partial(file.read, _BLOCK), b""))
    return facts


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, bool, str]]:
    """(name, whether it is hidden, its part) of each sheet of cells."""
    targets = {}
    for _, attributes in _elements(archive, "xl/_rels/workbook.xml.rels", "Relationship"):
        target = attributes.get("Target", "")
        # From the root of the file, or beside the workbook.
        whole = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
        targets[attributes.get("Id")] = posixpath.normpath(whole)
    parts = set(archive.namelist())
    for _, attributes in _elements(archive, "xl/workbook.xml", "sheet"):
        part = targets.get(_by_local_name(attributes, "id"))
        if part in parts and not part.startswith("xl/chartsheets"):
            yield attributes.get("name", ""), attributes.get("state", "visible") != "visible", part


def _elements(archive: zipfile.ZipFile, part: str, name: str) -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []
    parser = _parser()
    parser.StartElementHandler = lambda tag, attributes: (
        found.append((tag, attributes)) if _local(tag) == name else None
    )
    try:
        with archive.open(part) as file:
            parser.ParseFile(file)
    except (KeyError, expat.ExpatError) as error:
        raise NotATable(BROKEN) from error
    return found


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_: object) -> None:
    # No spreadsheet program writes one, and it can make little text into a lot.
    raise NotATable(BROKEN)


def _local(tag: str) -> str:
    return tag.rpartition(":")[2]


def _by_local_name(attributes: dict[str, str], name: str) -> str | None:
    return next((value for key, value in attributes.items() if key.endswith(f":{name}")), None)


class _SheetParser:
    """Goes through the cells of one sheet."""

    def __init__(self, name: str, facts: SheetFacts):
        self.name, self.facts = name, facts
        self.row, self.column = 0, -1
        self._kind = ""
        self._has_formula = self._has_value = self._is_in_value = self._has_text = False

    def read(self, blocks: Iterator[bytes]) -> None:
        parser = _parser()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        try:
            for block in blocks:
                parser.Parse(block)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise NotATable(BROKEN) from error

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = _local(tag)
        if tag == "c":
            self._start_cell(attributes)
        elif tag == "v":
            self._has_value = self._is_in_value = True
        elif tag == "f":
            self._has_formula = True
        elif tag == "row":
            number = attributes.get("r", "")
            self.row = int(number) if number.isdigit() else self.row + 1
            self.column = -1
            self.facts.hidden_rows += _is_true(attributes.get("hidden"))
        elif tag == "col" and _is_true(attributes.get("hidden")):
            self.facts.hidden_columns += 1

    def _start_cell(self, attributes: dict[str, str]) -> None:
        place = _REFERENCE.fullmatch(attributes.get("r", ""))
        self.column = column_number(place[1]) - 1 if place else self.column + 1
        self._kind = attributes.get("t", "")
        self._has_formula = self._has_value = self._is_in_value = self._has_text = False

    def _characters(self, text: str) -> None:
        self._has_text = self._has_text or (self._is_in_value and not text.isspace())

    def _end(self, tag: str) -> None:
        tag = _local(tag)
        if tag == "v":
            self._is_in_value = False
        if tag != "c":
            return
        # A formula may give an empty text: then there is a value, of the kind "str".
        has_value = self._has_value if self._kind == "str" else self._has_text
        if (self._has_formula and not has_value) or self._kind == "e":
            self.facts.hollow.add((self.row, self.column))
            if len(self.facts.hollow) > MAX_HOLLOW:
                raise NotATable(
                    f"On the sheet “{self.name}” more than {MAX_HOLLOW:,} formulas have no value. "
                    "Open the file in Excel, save it, and load it again."
                )


def _is_true(value: str | None) -> bool:
    return value in ("1", "true")


def column_number(letters: str) -> int:
    """Counted from 1: A is 1, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
