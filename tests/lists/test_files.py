"""Files as rows, and files that are none."""

import datetime as dt
import io
import struct
import zipfile

import pytest

from recalls.lists import files
from recalls.lists.files import open_table
from recalls.lists.limits import COMMAND, MEGABYTE, PAGE, NotATable
from tests.support.list_files import write, write_rows, write_xlsx


def cells(path, sheet=""):
    return [cells for _, cells in open_table(path).rows(sheet)]


def refusal(path, **options) -> str:
    with pytest.raises(NotATable) as refused:
        list(open_table(path, **options).rows())
    return str(refused.value)


# CSV ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encodings_that_spreadsheets_write(tmp_path, encoding):
    path = write(tmp_path, "list.csv", "Numéro de série;Modèle\nABC;Été\n", encoding)
    assert cells(path) == [["Numéro de série", "Modèle"], ["ABC", "Été"]]


def test_big_endian_utf_16(tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes(b"\xfe\xff" + "ABC,Été\n".encode("utf-16-be"))
    assert cells(path) == [["ABC", "Été"]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiters(tmp_path, delimiter):
    path = write_rows(tmp_path, "list.csv", [["SN", "Note"], ["ABC", "x y"]], delimiter=delimiter)
    assert cells(path) == [["SN", "Note"], ["ABC", "x y"]]


def test_a_comma_within_a_cell_of_a_file_with_semicolons(tmp_path):
    path = write(tmp_path, "list.csv", "SN;Note\nA1;one, two\nA2;three\nA3;four, five\n")
    assert cells(path)[1] == ["A1", "one, two"]


def test_rows_are_counted_as_a_spreadsheet_does(tmp_path):
    path = write(tmp_path, "list.csv", 'Title\r\n\r\n"two\nlines",x\r\nABC\r\n')
    assert list(open_table(path).rows()) == [
        (1, ["Title"]),
        (2, []),
        (3, ["two\nlines", "x"]),
        (4, ["ABC"]),
    ]


def test_it_says_what_it_was_read_as(tmp_path):
    assert open_table(write(tmp_path, "a.csv", "A;B\n1;2\n", "utf-16")).kind == (
        "CSV, UTF-16, semicolons"
    )
    assert open_table(write(tmp_path, "b.csv", "Été\n", "cp1252")).kind == (
        "CSV, Windows-1252, commas"
    )


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.csv", b"", "empty"),
        ("blank.csv", b"\n \r\n\n", "empty"),
        ("mark.csv", b"\xef\xbb\xbf", "empty"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, "a picture"),
        ("photo.csv", b"\xff\xd8\xff\xe0" + b"\x00" * 100, "a picture"),
        ("notice.csv", b"%PDF-1.7\n", "a PDF"),
        ("packed.csv", b"PK\x03\x04" + b"\x00" * 100, "packed file"),
        ("packed.csv", b"\x1f\x8b\x08\x00", "packed file"),
        ("old.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old format"),
        ("old.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "password"),
        ("codes.xlsx", b"SN\nABC\n", "no XLSX file"),
        ("codes.pdf", b"SN\nABC\n", "CSV or XLSX"),
        ("unmarked.csv", "ABC\n".encode("utf-16-le"), "cannot be read"),
        ("nothing.csv", b"ABC\x00\nDEF\n", "cannot be read"),
        ("half.csv", b"\xff\xfeA\x00B", "cannot be read"),
        ("undefined.csv", b"ABC\x81\n", "cannot be read"),
        ("quote.csv", b'SN\n"' + b"ABC\n" * 20_000, "quotation mark"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path, name, content, sentence):
    path = tmp_path / name
    path.write_bytes(content)
    assert sentence in refusal(path)


def test_a_file_too_large_for_the_page(tmp_path, monkeypatch):
    monkeypatch.setitem(vars(PAGE), "size", 3 * MEGABYTE)
    path = write(tmp_path, "list.csv", "ABCDEFG\n" * 500_000)
    assert "the page takes 3 MB" in refusal(path)
    assert open_table(path, COMMAND).kind


# XLSX ---------------------------------------------------------------------------------------------


def test_cells_keep_their_types_and_places(tmp_path):
    day = dt.date(2023, 5, 1)
    rows = [[], [None, "SN", "n"], [None, "ABC", 12], [], [None, "DEF", 1.5], [None, day, True]]
    table = open_table(write_xlsx(tmp_path, "list.xlsx", rows))
    assert list(table.rows()) == [
        (1, ["", "", ""]),
        (2, ["", "SN", "n"]),
        (3, ["", "ABC", 12]),
        (4, ["", "", ""]),
        (5, ["", "DEF", 1.5]),
        (6, ["", day, True]),
    ]
    assert table.kind == "XLSX"


def test_sheets(tmp_path):
    path = write_xlsx(tmp_path, "list.xlsx", ["A1"], others=[("More", ["B1", "B2"]), ("None", [])])
    table = open_table(path)
    assert table.sheets == ("Codes", "More", "None")
    assert cells(path, "More") == [["B1"], ["B2"]]
    assert cells(path, "None") == []
    with pytest.raises(NotATable, match="no sheet “Other”"):
        list(table.rows("Other"))


def test_an_error_in_a_cell_is_noticed(tmp_path):
    import xlsxwriter

    path = tmp_path / "list.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_string(0, 0, "ABC")
    assert open_table(write_xlsx(tmp_path, "good.xlsx", ["ABC"])).hollow() == set()
    sheet.write_formula(1, 0, "=NA()", None, "#N/A")
    book.close()
    assert open_table(path).hollow() == {(2, 0)}


def packed(tmp_path, name, entries) -> "zipfile.Path":
    path = tmp_path / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, content in entries:
            archive.writestr(entry, content)
    return path


def spreadsheet_with(tmp_path, sheet: bytes, name="list.xlsx"):
    """A good spreadsheet whose sheet is another one."""
    good = write_xlsx(tmp_path, "good.xlsx", ["ABC"])
    with zipfile.ZipFile(good) as archive:
        entries = [(entry, archive.read(entry)) for entry in archive.namelist()]
    return packed(
        tmp_path,
        name,
        [(e, sheet if e.endswith("sheet1.xml") else content) for e, content in entries],
    )


SHEET = (
    b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/'
    b'main"><sheetData>%s</sheetData></worksheet>'
)


@pytest.mark.slow
def test_a_small_file_that_unpacks_to_300_mb(tmp_path):
    path = spreadsheet_with(tmp_path, SHEET % (b" " * 300_000_000))
    assert path.stat().st_size < 1_000_000
    assert "unpacks to more than 200 MB" in refusal(path)


@pytest.mark.slow
def test_a_bomb_whose_header_lies_about_its_size(tmp_path):
    path = spreadsheet_with(tmp_path, SHEET % (b" " * 300_000_000))
    content = bytearray(path.read_bytes())
    true, told = struct.pack("<I", len(SHEET) - 2 + 300_000_000), struct.pack("<I", 1000)
    assert content.count(true) == 2
    path.write_bytes(content.replace(true, told))
    assert "unpacks to more than 200 MB" in refusal(path)


FAR_CORNERS = [(1, b"A1"), (1_048_576, b"XFD1048576")]


def test_a_sheet_with_two_far_corners(tmp_path):
    rows = (b'<row r="%d"><c r="%s"><v>1</v></c></row>' % row for row in FAR_CORNERS)
    path = spreadsheet_with(tmp_path, SHEET % b"".join(rows))
    assert "16,384 columns wide and 1,048,576 rows long" in refusal(path)


def test_too_many_files_in_one(tmp_path):
    path = packed(tmp_path, "list.xlsx", [(f"xl/{number}.xml", b"x") for number in range(201)])
    assert "packs 201 files" in refusal(path)


def test_a_password(tmp_path):
    path = packed(tmp_path, "list.xlsx", [("xl/workbook.xml", b"x")])
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert "has a password" in refusal(path)


@pytest.mark.parametrize(
    "entries",
    [
        [("readme.txt", b"no spreadsheet")],
        [("xl/workbook.xml", b"<not xml"), ("[Content_Types].xml", b"")],
    ],
)
def test_what_only_looks_like_a_spreadsheet(tmp_path, entries):
    assert "damaged or is no spreadsheet" in refusal(packed(tmp_path, "list.xlsx", entries))


def test_a_spreadsheet_cut_off(tmp_path):
    whole = write_xlsx(tmp_path, "whole.xlsx", ["ABC"] * 1000).read_bytes()
    path = tmp_path / "list.xlsx"
    path.write_bytes(whole[: len(whole) // 2])
    assert "damaged" in refusal(path)


def test_a_spoilt_byte_in_a_packed_sheet(tmp_path):
    path = write_xlsx(tmp_path, "list.xlsx", [f"ABC{number}" for number in range(1000)])
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        entry = next(e for e in archive.infolist() if e.filename.endswith("sheet1.xml"))
    content[entry.header_offset + 200] ^= 0xFF
    path.write_bytes(content)
    assert "damaged" in refusal(path)


def test_no_entity_of_the_file_is_read(tmp_path):
    secret = write(tmp_path, "secret.txt", "SECRET")
    entity = (
        f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>'.encode()
        + SHEET % b'<row r="1"><c r="A1" t="inlineStr"><is><t>A&e;B</t></is></c></row>'
    )
    path = spreadsheet_with(tmp_path, entity.replace(b'<?xml version="1.0"?>', b""))
    try:
        found = str(cells(path))
    except NotATable:
        return
    assert "SECRET" not in found


def test_columns_as_the_spreadsheet_names_them():
    assert [files.column_name(place) for place in (0, 25, 26, 701, 702)] == [
        *("A", "Z", "AA", "ZZ", "AAA")
    ]


def test_the_hash_is_that_of_the_file(tmp_path):
    path = write(tmp_path, "list.csv", "abc")
    assert files.hash_file(path).startswith("ba7816bf")
