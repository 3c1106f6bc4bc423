"""Files that ask a reader for far more than they are themselves: `GREEDY` has them all. Some are
read, most refused."""

import io
import zipfile
from collections.abc import Callable

from tests.support.hostile_files import (
    CODES,
    HEAD,
    MAIN,
    MEGABYTE,
    OFFICE,
    PARTS,
    SHEET,
    HostileFile,
    Must,
    csv_file,
    refused,
    rows,
    sheet,
    text_cell,
    workbook,
)

GREEDY: list[Callable[[], HostileFile]] = []


def greedy(function: Callable[[], HostileFile]) -> Callable[[], HostileFile]:
    GREEDY.append(function)
    return function


def _cell(place: str, text: str = "") -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text or CODES[0]}</t></is></c>'


def _shared(strings: list[str]) -> dict[str, bytes]:
    items = "".join(f"<si><t>{text}</t></si>" for text in strings)
    relation = f'<Relationship Id="rId2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    return {
        "xl/sharedStrings.xml": f'{HEAD}<sst xmlns="{MAIN}">{items}</sst>'.encode(),
        "xl/_rels/workbook.xml.rels": PARTS["xl/_rels/workbook.xml.rels"]
        .replace("</Relationships>", f"{relation}</Relationships>")
        .encode(),
    }


def _uses(count: int, index: int = 0) -> str:
    return "".join(f'<row><c t="s"><v>{index}</v></c></row>' for _ in range(count))


def _of_places(*places: str, prefix: str = "") -> HostileFile:
    data = "".join(f"<row>{_cell(place)}</row>" for place in places)
    return refused(workbook(sheet(prefix + data)))


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
    return refused(workbook(sheet(far)))


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
    return refused(workbook(text.replace("xmlns=", "xmlns:x=")))


@greedy
def a_far_row_and_many_columns() -> HostileFile:
    return _of_places("A1", *(f"{letter}1000000" for letter in "BCDEFGHIJ"))


@greedy
def endless_columns() -> HostileFile:
    return refused(workbook(sheet(f"<row>{text_cell(CODES[0]) * 100_000}</row>")))


@greedy
def one_long_string_in_20_000_cells() -> HostileFile:
    """Over 6 gigabytes once each cell has its own copy."""
    return refused(workbook(sheet(_uses(20_000)), _shared(["A" * 1_000_000])))


@greedy
def strings_of_excels_own_limit_in_100_000_cells() -> HostileFile:
    return refused(workbook(sheet(_uses(100_000)), _shared(["A" * 32_000])))


@greedy
def one_long_string_in_few_cells() -> HostileFile:
    return refused(workbook(sheet(_uses(3)), _shared(["A" * 20_000_000])))


@greedy
def five_million_strings() -> HostileFile:
    """Each of them empty, and each takes room."""
    return refused(workbook(sheet(_uses(1)), _shared([""] * 5_000_000)))


@greedy
def six_million_cells() -> HostileFile:
    row = f"<row>{'<c><v>1</v></c>' * 1000}</row>"
    return refused(workbook(sheet(row * 6000)))


@greedy
def deep_xml() -> HostileFile:
    return refused(workbook(sheet("<row>" + "<c>" * 1_000_000 + "</c>" * 1_000_000 + "</row>")))


@greedy
def entities_within_entities() -> HostileFile:
    names = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 50}">' for n in range(8))
    doctype = f'<!DOCTYPE worksheet [<!ENTITY e0 "{"A" * 1000}">{names}]>'
    return refused(workbook(sheet(rows([text_cell("&e8;")]), doctype)))


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
    return refused(file.getvalue())


@greedy
def many_sheets() -> HostileFile:
    """All of them are the one part."""
    sheets = "".join(
        f'<sheet name="Codes {number}" sheetId="{number}" r:id="rId1"/>'
        for number in range(1, 20_001)
    )
    book = PARTS["xl/workbook.xml"].replace('<sheet name="Codes" sheetId="1" r:id="rId1"/>', sheets)
    data = sheet(rows([text_cell(text) for text in ["SN code", *CODES]]))
    return refused(workbook(data, {"xl/workbook.xml": book.encode()}))


@greedy
def a_sheet_with_a_name_of_a_megabyte() -> HostileFile:
    book = PARTS["xl/workbook.xml"].replace('"Codes"', f'"{"C" * MEGABYTE}"')
    data = sheet(rows([text_cell(text) for text in ["SN code", *CODES]]))
    return refused(workbook(data, {"xl/workbook.xml": book.encode()}))


@greedy
def wide_first_rows_of_many_sheets() -> HostileFile:
    """Each sheet is within all limits of one."""
    sheets = "".join(
        f'<sheet name="Codes {number}" sheetId="{number}" r:id="rId1"/>' for number in range(1, 91)
    )
    book = PARTS["xl/workbook.xml"].replace('<sheet name="Codes" sheetId="1" r:id="rId1"/>', sheets)
    row = f"<row>{''.join(text_cell(f'EXA{number}') for number in range(900))}</row>"
    return refused(workbook(sheet(row * 100), {"xl/workbook.xml": book.encode()}))


@greedy
def a_million_numbers_of_formats() -> HostileFile:
    styles = (
        f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts>'
        + '<numFmt numFmtId="200" formatCode="yyyy"/>' * 2_000_000
        + "</numFmts><cellXfs>"
        + '<xf numFmtId="200"/>' * 1_000_000
        + "</cellXfs></styleSheet>"
    )
    relation = f'<Relationship Id="rId3" Type="{OFFICE}/styles" Target="styles.xml"/>'
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
    return csv_file(b"SN code\n" + b"A1" * (12 * MEGABYTE))


@greedy
def a_million_columns() -> HostileFile:
    return csv_file(b"SN code\n" + b",".join([CODES[0].encode()] * 1_000_000))


@greedy
def columns_on_many_lines() -> HostileFile:
    """One row for a spreadsheet, since each line break is within quotation marks."""
    return csv_file(b'SN code\n"A\n' + b'","\n' * 3_000_000)


@greedy
def many_wide_rows() -> HostileFile:
    row = ",".join(f"EX{number}" for number in range(5000))
    return csv_file("".join(f"{row}\n" for _ in range(700)).encode())


@greedy
def nuls_without_end() -> HostileFile:
    return csv_file(b"SN code\n" + bytes(20 * MEGABYTE))


@greedy
def a_hundred_ranges_of_100_000_codes() -> HostileFile:
    """3.4 kilobytes, 10,000,000 codes."""
    lines = (f"EXA{number:03}0000000000,EXA{number:03}0000099999" for number in range(100, 200))
    return csv_file("\n".join(["First SN,Last SN", *lines]).encode())
