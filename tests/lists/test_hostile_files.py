"""The hostile files are what they say; the tests of loading rest on them."""

import io
import zipfile

import pytest

from tests.support import hostile_files
from tests.support.hostile_files import FILES, MEGABYTE, Must


def unpacked(content: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(hostile_files.SHEET) as part:
        return sum(len(chunk) for chunk in iter(lambda: part.read(MEGABYTE), b""))


@pytest.mark.parametrize("make", FILES, ids=lambda make: make.__name__)
def test_each_is_made_and_has_a_fate(make):
    file = make()
    assert file.must in Must
    assert file.name.endswith((".csv", ".xlsx"))
    assert len(file.content) <= 31 * MEGABYTE


def test_the_plain_workbook_is_whole():
    with zipfile.ZipFile(io.BytesIO(hostile_files.plain_workbook())) as archive:
        assert archive.testzip() is None
        assert archive.read(hostile_files.SHEET).count(b"<row>") == len(hostile_files.CODES) + 1


def test_the_plain_workbook_can_be_read():
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(hostile_files.plain_workbook()))
    found = book.get_sheet_by_index(0).to_python()
    assert [row[0] for row in found] == ["SN code", *hostile_files.CODES]


def test_the_bomb_is_small_and_large():
    content = hostile_files.workbook_of_300_megabytes().content
    assert len(content) < 2 * MEGABYTE
    assert unpacked(content) > 300 * MEGABYTE


def test_the_directory_of_another_understates_it():
    content = hostile_files.workbook_that_understates_its_size().content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.getinfo(hostile_files.SHEET).file_size == 1000
    assert len(content) > 100_000


def test_encrypted_entries_ask_for_a_password():
    content = hostile_files.workbook_with_encrypted_entries().content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert all(entry.flag_bits & 1 for entry in archive.infolist())
        with pytest.raises(RuntimeError, match="password"):
            archive.read(hostile_files.SHEET)


def test_names_are_many_and_bad():
    files = list(hostile_files.names())
    assert len({file.name for file in files}) == len(hostile_files.NAMES)
