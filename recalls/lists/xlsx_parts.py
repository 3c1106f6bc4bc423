"""Looks at the parts of an XLSX file before any of it is read, in blocks, and keeps none.

Nothing here knows Django: the process that reads a spreadsheet uses it.
"""

import re
import zipfile
import zlib
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from recalls.lists.limits import LAST_COLUMN, LAST_ROW, MEGABYTE, Limits, NotATable
from recalls.lists.workbook import column_number

_BLOCK = MEGABYTE
_TAIL = 64 * 1024
# The place that a cell or row states: letters and digits, or what is none.
_PLACE = re.compile(
    rb"""<(?:\w+:)?(?:c|row)\s(?:[^<>]*?\s)?r\s*=\s*["']\s*"""
    rb"""(?:([A-Za-z]{0,3})([1-9][0-9]{0,6})\s*["']|([^"'<>]*))"""
)
_END_OF_STRING = re.compile(rb"</(?:\w+:)?si\s*>|<(?:\w+:)?si\s*/>")
_USE_OF_STRING = re.compile(
    rb"""<(?:\w+:)?c\s[^<>]*?\bt\s*=\s*["']s["'][^<>]*>\s*<(?:\w+:)?v\s*>\s*(\d{1,9})"""
)
# Characters of a cell that are struck out, or stand above or below the line.
_CHANGED = re.compile(
    rb"""<(?:\w+:)?strike\s*(?:/>|[^<>]*["'](?:1|true)["'])|<(?:\w+:)?vertAlign[^<>]*script["']"""
)
# A number format that shows more than its cell holds, such as "AB"00000, and the text of a box.
_SHOWN_BESIDE = re.compile(
    rb"""formatCode\s*=\s*["'][^"'<>]*(?:&quot;[0-9A-Z-]+&quot;[0#@]|[0@]&quot;[0-9A-Z-]+&quot;)"""
    rb"""|<a:t>[^<]*[0-9]"""
)
_NO_PLACE = (
    "A cell of this file stands at no place that a sheet has: the last one is XFD1048576. Open the "
    "file in Excel and save it again."
)
_PASSWORD = "This file has a password. Save it without one."  # noqa: S105


def inspect(archive: zipfile.ZipFile, limits: Limits) -> tuple[bool, bool]:
    """Unpack every entry and measure it: what a header says of its size may be a lie.

    Returns whether characters are struck out, or raised as those of footnotes are; and whether a
    person may read characters that no cell holds: in a comment, a box, or by a number format.
    Raises NotATable, or zipfile's and zlib's own errors.
    """
    entries = archive.infolist()
    if len(entries) > limits.entries:
        raise NotATable(
            f"This file packs {len(entries):,} files; a spreadsheet of codes has at most "
            f"{limits.entries:,}. Save the one sheet as a file of its own."
        )
    if any(entry.flag_bits & 1 for entry in entries):
        raise NotATable(_PASSWORD)
    measure = _Measure(limits)
    # Cells count the strings that they share, so these come first.
    for entry in sorted(entries, key=lambda entry: not _has_strings(entry)):
        measure.add(_unpacked(archive, entry), has_strings=_has_strings(entry))
    has_comments = any("comment" in entry.filename.lower() for entry in entries)
    return measure.has_changed_text, measure.has_text_beside or has_comments


def _has_strings(entry: zipfile.ZipInfo) -> bool:
    return entry.filename.lower().endswith("sharedstrings.xml")


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The entry's real content, block by block, whatever size its header states."""
    file = archive.fp
    if file is None or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile
    file.seek(entry.header_offset)
    header = file.read(30)
    name, extra = (int.from_bytes(header[index : index + 2], "little") for index in (26, 28))
    file.seek(entry.header_offset + 30 + name + extra)
    left = entry.compress_size
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
    """The size of the parts: bytes, and the bytes that cells hold once each has a copy of its own
    of the string that it shares with others."""

    limits: Limits
    size: int = 0
    copied: int = 0
    # Bytes of each shared string with its tags, and of the one that is not whole yet.
    strings: "array[int]" = field(default_factory=lambda: array("L"))
    begun: int = 0
    has_changed_text: bool = False
    has_text_beside: bool = False

    def add(self, blocks: Iterable[bytes], *, has_strings: bool) -> None:
        """One part. Raises NotATable."""
        columns = rows = 0
        for text in _whole_tags(map(self._counted, blocks)):
            if b"strike" in text or b"vertAlign" in text:
                self.has_changed_text = self.has_changed_text or bool(_CHANGED.search(text))
            if b"formatCode" in text or b"<a:t>" in text:
                self.has_text_beside = self.has_text_beside or bool(_SHOWN_BESIDE.search(text))
            if has_strings:
                self._add_strings(text)
                continue
            places = _PLACE.findall(text)
            _refuse_no_place(places)
            letters = {place[0] for place in places}
            columns = max([columns, *(column_number(text.decode()) for text in letters)])
            rows = max([rows, *(int(place[1]) for place in places)])
            self._refuse_far_corners(columns, rows)
            self._add_copies(text)

    def _counted(self, block: bytes) -> bytes:
        self.size += len(block)
        if self.size > self.limits.unpacked:
            raise NotATable(
                f"This file unpacks to more than {self.limits.unpacked // MEGABYTE} MB. Save the "
                "list alone as CSV."
            )
        return block

    def _add_strings(self, text: bytes) -> None:
        start = 0
        for end in _END_OF_STRING.finditer(text):
            self.strings.append(self.begun + end.end() - start)
            self.begun, start = 0, end.end()
        self.begun += len(text) - start

    def _add_copies(self, text: bytes) -> None:
        count = len(self.strings)
        indexes = map(int, _USE_OF_STRING.findall(text))
        self.copied += sum(self.strings[index] for index in indexes if index < count)
        if self.copied > self.limits.unpacked:
            raise NotATable(
                "The texts of this file, which many of its cells share, come to more than "
                f"{self.limits.unpacked // MEGABYTE} MB. Save the column with the codes as CSV."
            )

    def _refuse_far_corners(self, columns: int, rows: int) -> None:
        if columns > LAST_COLUMN or rows > LAST_ROW:
            raise NotATable(_NO_PLACE)
        if columns * rows > self.limits.cells:
            raise NotATable(
                f"A sheet of this file is {columns:,} columns wide and {rows:,} rows long. Delete "
                "what stands far outside of the list, or save the list as CSV."
            )


def _whole_tags(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, cut before a cell or at least a tag, if these are of any sensible length."""
    tail = b""
    for block in blocks:
        text = tail + block
        cuts = (text.rfind(b"<c"), text.rfind(b"<"))
        cut = next((cut for cut in cuts if cut >= len(text) - _TAIL), len(text))
        yield text[:cut]
        tail = text[cut:]
    yield tail


def _refuse_no_place(places: list[tuple[bytes, bytes, bytes]]) -> None:
    if any(not row for _, row, _ in places):
        raise NotATable(_NO_PLACE)
