"""Files as makers really send them.

Each code that a person reads in one is stored, or its row is refused by number, or the file is
refused, or staff are asked: none is lost or altered in silence.
"""

import io
import zipfile

import pytest
import xlsxwriter

from recalls import codes
from recalls.lists.columns import Choice, find_layout
from recalls.lists.files import open_table
from recalls.lists.limits import NotATable
from recalls.lists.questions import LEAVE_OUT, LOAD, NO_ROWS, SHORT_CODES
from recalls.lists.rows import Reader
from tests.support.list_files import good, good_codes, write, write_xlsx
from tests.support.reading_lists import SPEAKER, asked, csv_of, fitting, product, read

# Where the codes are ------------------------------------------------------------------------------


def test_rows_that_an_open_quotation_mark_has_swallowed(tmp_path):
    lines = [f"{code},ok" for code in good_codes(60)]
    lines[1] = f'{good(1)},"black'
    lines[30] = f'{good(30)},ok"'
    stored, refused, _ = read(csv_of(tmp_path, "SN,Note", *lines))
    assert stored == [good(0), *good_codes(29, 31)]
    assert list(refused) == [3]
    assert f"29 codes, {good(2)} to {good(30)}" in refused[3]


def test_a_note_of_two_lines_is_no_open_quotation_mark(tmp_path):
    rows = ["SN,Note", f'{good(0)},"returned\nby customer"', f"{good(1)},ok"]
    assert read(csv_of(tmp_path, *rows))[:2] == (good_codes(2), {})


def test_hidden_sheets_are_named_with_their_codes(tmp_path):
    path = tmp_path / "list.xlsx"
    book = xlsxwriter.Workbook(path)
    for name, count, hide in [("Codes", 5, ""), ("Old", 60, "hide"), ("Older", 40, "very_hidden")]:
        sheet = book.add_worksheet(name)
        sheet.write_column(0, 0, good_codes(count, len(name) * 100))
        if hide:
            getattr(sheet, hide)()
    book.close()
    needed = asked(path)
    assert fitting(needed) == {
        "Codes, column A": 5,
        "Old (hidden), column A": 60,
        "Older (hidden), column A": 40,
    }
    assert f"60 cells look like codes, {good(300)} to {good(359)}" in needed.columns[1].label
    stored, refused, reader = read(path, choice=Choice([("Codes", 0), ("Old", 0)]))
    assert (stored, refused) == ([*good_codes(5, 500), *good_codes(60, 300)], {})
    [passed_over] = reader.file_layout.passed_over
    assert (passed_over.name, passed_over.cells) == ("Older (hidden), column A", 40)
    assert reader.file_layout.looks_like_codes == 105
    assert [(part["codes"], part["last"]) for part in reader.tally.parts] == [
        (5, good(504)),
        (60, good(359)),
    ]


def test_hidden_rows_and_columns_are_counted_and_loaded(tmp_path):
    path = tmp_path / "list.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_column(0, 0, good_codes(9))
    sheet.set_row(3, None, None, {"hidden": True})
    sheet.set_row(4, None, None, {"hidden": True})
    sheet.set_column(2, 2, None, None, {"hidden": True})
    book.close()
    stored, _, reader = read(path)
    facts = reader.table.facts["Sheet1"]
    assert (stored, facts.hidden_rows, facts.hidden_columns) == (good_codes(9), 2, 1)


def test_several_sheets_and_columns_in_one_load(tmp_path):
    path = write_xlsx(
        tmp_path,
        "list.xlsx",
        [["SN", "SN (cont.)"], [good(0), good(1)], [good(2), ""]],
        others=[("More", [["Serial"], [good(3)]])],
    )
    assert len(fitting(asked(path))) == 3
    choice = Choice([("Codes", 0), ("Codes", 1), ("More", 0)])
    stored, refused, reader = read(path, choice=choice)
    assert (sorted(stored), refused) == (good_codes(4), {3: "There is no code in this row."})
    assert reader.file_layout.sentence == (
        "sheet “Codes”, column A; sheet “Codes”, column B; sheet “More”, column A"
    )


def test_a_column_that_begins_late(tmp_path):
    rows = [f"{good(n)},{good(n + 1000) if n > 321 else ''}" for n in range(400)]
    needed = asked(csv_of(tmp_path, "SN,SN (cont.)", *rows))
    assert fitting(needed) == {"column A “sn”": 400, "column B “sn (cont.)”": 78}


def test_a_heading_that_says_serial_against_a_column_that_happens_to_fit(tmp_path):
    rows = [f"{100_000_000_000 + n},{1_234_567_890 + n}" for n in range(30)]
    path = csv_of(tmp_path, "Order no,Serial No", *rows)
    assert fitting(asked(path, product("#" * 12))) == {"column A “order no”": 30}
    stored, refused, _ = read(path, product("#" * 12), Choice([("", 1)]))
    assert (stored, len(refused)) == ([], 30)
    assert set(refused.values()) == {
        "Zeros in front seem to be lost. Format the column as Text in the original and export "
        "again."
    }


def test_a_replacement_beside_the_affected_code_that_was_spoilt(tmp_path):
    rows = [f"1.23457E+15,{good(n)}" for n in range(3)]
    path = csv_of(tmp_path, "Affected serial,Replacement serial", *rows)
    assert fitting(asked(path)) == {"column B “replacement serial”": 3}


def test_codes_printed_across(tmp_path):
    with pytest.raises(NotATable, match="side by side in 60 columns"):
        read(csv_of(tmp_path, ",".join(good_codes(60))))


def test_a_heading_where_a_code_may_be_anything(tmp_path):
    stored, refused, reader = read(csv_of(tmp_path, "SERIAL", *good_codes(3)), product("*"))
    assert (stored, refused) == (good_codes(3), {})
    assert reader.tally.skipped == {"header": 1}


def test_a_workbook_of_many_parts(tmp_path):
    path = write_xlsx(tmp_path, "list.xlsx", good_codes(5))
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(150):
            archive.writestr(f"customXml/item{number}.xml", "<x/>")
    assert read(path)[0] == good_codes(5)


# Rows that are asked about ------------------------------------------------------------------------


def test_a_column_that_says_which_are_affected(tmp_path):
    said = ["Yes", "No", "N", "not affected"]
    rows = [f"{good(n)},{word}" for n, word in enumerate(said)]
    path = csv_of(tmp_path, "SN,Affected", *rows)
    [question] = asked(path).questions
    assert (question.name, "says no in 3 rows" in question.text) == (NO_ROWS, True)
    left = read(path, choice=Choice([("", 0)], answers={NO_ROWS: LEAVE_OUT}))
    assert (left[0], left[2].tally.skipped["says no"]) == ([good(0)], 3)
    assert left[2].tally.not_taken == {"says no": 3}
    assert read(path, choice=Choice(answers={NO_ROWS: LOAD}))[0] == good_codes(4)
    # No other answer counts.
    assert asked(path, choice=Choice([("", 0)], answers={NO_ROWS: "x"})).questions


def test_codes_one_digit_shorter_than_others_that_begin_with_zero(tmp_path):
    path = csv_of(tmp_path, "SN", "012345678901", "12345678902", "22345678903")
    expected = product("#" * 11, "#" * 12)
    [question] = asked(path, expected).questions
    assert question.name == SHORT_CODES
    assert question.text.startswith("2 codes are in column A one digit shorter than the others")
    stored, refused, _ = read(path, expected, Choice(answers={SHORT_CODES: LOAD}))
    assert (len(stored), refused) == (3, {})


def test_codes_of_two_lengths_without_a_zero_in_front(tmp_path):
    path = csv_of(tmp_path, "SN", "112345678901", "12345678902")
    assert len(read(path, product("#" * 11, "#" * 12))[0]) == 2


# Rows that are refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cell",
    [
        "2322 2323",
        "2324/2325",
        '"2326,2327"',
        "2328-2329",
        '"2330;2331"',
        "2332 to 2333",
        "2332 bis 2333",
        "2334 & 2335",
        '"2336\n2337"',
        "2338 – 2339",
        "2340..2341",
    ],
)
def test_two_codes_in_one_cell(tmp_path, cell):
    path = csv_of(tmp_path, "SN", "2321", cell, "2399")
    stored, refused, _ = read(path, product("####", "########"))
    assert (stored, list(refused)) == (["2321", "2399"], [3])


@pytest.mark.parametrize("between", [" ", "/", ", ", "; ", " to ", " bis ", " y "])
def test_two_long_codes_in_one_cell(tmp_path, between):
    path = csv_of(tmp_path, "SN", good(0), f'"{good(1)}{between}{good(2)}"')
    stored, refused, _ = read(path)
    assert stored == [good(0)]
    assert refused[3].startswith(f"There are 2 codes in this cell, {good(1)} and {good(2)}.")


def test_a_code_in_groups_is_one_code(tmp_path):
    path = csv_of(tmp_path, "SN", "ACCJ RU1D 1000 0000", "accj-ru1d-1000-0007")
    assert read(path)[0] == good_codes(2)


def test_a_brand_called_total_is_no_sum(tmp_path):
    rows = [f"Total 20V charger,{good(1)}", f"Total 20V charger,{good(2)[:-1]}", "Total,2"]
    stored, refused, reader = read(csv_of(tmp_path, "Product,SN", *rows))
    assert (stored, list(refused)) == ([good(1)], [3])
    assert reader.tally.skipped == {"header": 1, "total": 1}


@pytest.mark.parametrize("spoilt", ["12345678902", "1234567890", "9" * 5000])
def test_a_brand_called_nothing_but_total_hides_no_spoilt_code(tmp_path, spoilt):
    rows = ["Total,123456789012", f"Total,{spoilt}", "Total,223456789012", "Total,3"]
    path = csv_of(tmp_path, "Product,SN", *rows)
    stored, refused, reader = read(path, product("#" * 12))
    assert (stored, list(refused)) == (["123456789012", "223456789012"], [3])
    assert reader.tally.skipped == {"header": 1, "total": 1}


@pytest.mark.parametrize(
    "cell",
    [
        "12-Mar",
        "Mar-12",
        "mars-12",
        "12-mars",
        "avr-12",
        "12-avr",
        "déc-12",
        "12-déc",
        "dic-12",
        "12-dic",
        "2024/05/01",
        "2024-05-01",
        "01.05.2024",
        "1/5/24",
        "1 mai 2024",
        "May 1, 2024",
        "12 de dic de 2024",
        "1. Mär 2024",
        "ene-24",
        "2024-mai-01",
    ],
)
@pytest.mark.parametrize("shape", ["*", "?{5}", "?" * 16])
def test_dates_that_spreadsheets_make(tmp_path, cell, shape):
    stored, refused, _ = read(csv_of(tmp_path, "SN", f'"{cell}"', "MARSA"), product(shape))
    assert 2 in refused
    assert codes.normalize(cell) not in stored


def test_a_code_that_begins_like_a_month(tmp_path):
    assert read(csv_of(tmp_path, "SN", "MAR12", "DEC-K7"), product("?{5}"))[0] == ["MAR12", "DECK7"]


@pytest.mark.parametrize(
    "cell", ["\x1dACCJRU1D10000007", "ACCJRU1D\x1d10000007", "\x02ACCJRU1D10000007\x03"]
)
def test_characters_that_scanners_send(tmp_path, cell):
    stored, refused, _ = read(csv_of(tmp_path, "SN", good(0), cell))
    assert stored == [good(0)]
    assert "control character (U+00" in refused[3]


@pytest.mark.parametrize("cell", ["12345678902.0", "12345678902,0", "12345678902.00"])
def test_a_point_and_a_zero_behind_a_number(tmp_path, cell):
    expected = product("#" * 12)
    stored, refused, _ = read(csv_of(tmp_path, "SN", "112345678902", f'"{cell}"'), expected)
    assert stored == ["112345678902"]
    assert "made a number of this code" in refused[3]


@pytest.mark.parametrize("mark", ["*", "†", "¹", "²", " (1)", "[a]", "§", "#"])
def test_footnote_marks(tmp_path, mark):
    for shape in ("*", "?" * 16, "?{15,17}"):
        stored, refused, _ = read(csv_of(tmp_path, "SN", good(0), good(1) + mark), product(shape))
        assert (stored, list(refused)) == ([good(0)], [3])


# Cells without their value ------------------------------------------------------------------------


def sheet_of(tmp_path, cells: str, styles: str = ""):
    """A workbook whose one sheet has these cells as its XML."""
    path = write_xlsx(tmp_path, "list.xlsx", ["x"])
    packed = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(packed) as old, zipfile.ZipFile(path, "w") as new:
        for entry in old.infolist():
            text = old.read(entry)
            if entry.filename == "xl/worksheets/sheet1.xml":
                head, _, tail = text.partition(b"<sheetData>")
                text = head + b"<sheetData>" + cells.encode() + tail.partition(b"</sheetData>")[2]
                text = text.replace(cells.encode(), cells.encode() + b"</sheetData>")
            new.writestr(entry, text)
    return path


def text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A2"><f>B2</f></c>',
        '<c r="A2"><f>B2</f><v></v></c>',
        '<c r="A2"><f>B2</f><v/></c>',
        '<c r="A2" t="str"><f>B2</f></c>',
        '<c r="A2"><f t="shared" si="0"/></c>',
        '<c r="A2" t="e"><v>#N/A</v></c>',
        "<c r='A2' t='e'><f>1/0</f><v>#DIV/0!</v></c>",
        '<c t="e" r="A2"><v>#REF!</v></c>',
        '<c t="e"><v>#REF!</v></c>',
    ],
)
def test_a_formula_without_a_value_or_an_error(tmp_path, cell):
    rows = [
        f'<row r="1">{text_cell("A1", good(0))}</row>',
        f'<row r="2">{cell}</row>',
        f'<row r="3">{text_cell("A3", good(2))}</row>',
    ]
    stored, refused, _ = read(sheet_of(tmp_path, "".join(rows)))
    assert stored == [good(0), good(2)]
    assert "formula without a stored value" in refused[2]


def test_a_formula_with_its_value_is_a_code(tmp_path):
    cell = f'<c r="A1" t="str"><f>B1</f><v>{good(5)}</v></c>'
    stored, refused, _ = read(sheet_of(tmp_path, f'<row r="1">{cell}</row>'))
    assert (stored, refused) == ([good(5)], {})


# The sums -----------------------------------------------------------------------------------------


def test_the_sums_add_up(tmp_path):
    rows = ["SN,Old SN", f"{good(0)},{good(100)}", f"{good(1)},{good(101)}", f"{good(0)},"]
    rows += [f"{good(2)} {good(3)},", ",", f"{good(2)[:-1]},"]
    stored, refused, reader = read(csv_of(tmp_path, *rows), choice=Choice([("", 0)]))
    tally, layout = reader.tally, reader.file_layout
    assert (stored, list(refused)) == ([good(0), good(1), good(0)], [5, 7])
    assert layout.looks_like_codes == 6
    assert tally.fitting == 4
    assert tally.not_taken == {"refused": 1}
    assert [one.cells for one in layout.passed_over] == [2]


def test_a_file_that_changes_between_two_readings(tmp_path):
    path = csv_of(tmp_path, "SN", *good_codes(5))
    table = open_table(path)
    layout = find_layout(table, SPEAKER)
    write(tmp_path, "list.csv", path.read_text().replace(good(3), "x"))
    with pytest.raises(NotATable, match="does not read the same way twice"):
        list(Reader(table, layout, SPEAKER).chunks(1000))


# Codes of several lengths -------------------------------------------------------------------------

OF_SEVERAL_LENGTHS = {
    "AB1001-1020": "more than one code",
    "AB1060/61/62": "more than one code",
    "AB1090 x3": "more than one code",
    "AB1234 1": "more than one code",
    "AB1234 (2 units)": "more than one code",
    "AB1236 not sold": "more than one code",
    "NOT AB1238": "more than one code",
    "AB10 etc": "more than one code",
    ">AB1099": "all codes on that side",
    "AB1095+": "all codes on that side",
    "AB10...": "all codes on that side",
    "AB1101\u200bAB1102": "2 codes",
    "AB1103 B": "note",
    "THRU": "a word between codes",
    "without": "a word between codes",
    "SER AB1236": "SERAB1236",
}


def test_nothing_beside_a_code_is_taken_into_it(tmp_path):
    """A range, a note or a label would make another code of it that fits as well."""
    kept = ["AB1001", "AB12 CD34", "AB-12-CD-35", "'AB1002", "“AB1003”", "S/N: AB1004", "ab1005"]
    stored, refused, _ = read(
        csv_of(tmp_path, "SN", *OF_SEVERAL_LENGTHS, *kept), product("?{6,14}")
    )
    assert stored == ["AB1001", "AB12CD34", "AB12CD35", "AB1002", "AB1003", "AB1004", "AB1005"]
    for row, (cell, reason) in enumerate(OF_SEVERAL_LENGTHS.items(), start=2):
        assert reason in refused[row], cell


def test_words_that_a_shape_begins_with_are_no_notes(tmp_path):
    rows = csv_of(tmp_path, "SN", "THSP TONE 010000", "THSP-TONE-0100001", "THSP TONE 01 SOLD")
    stored, refused, _ = read(rows, product("THSPTONE######", "THSPTONE#######"))
    assert stored == ["THSPTONE010000", "THSPTONE0100001"]
    assert [*refused] == [4]


def test_without_a_stated_length_a_cell_is_read_as_one_code_or_refused(tmp_path):
    cells = ["AB1080 etc", "AB1090 and up", "from AB12", "AB1001-1020", "THSP-TONE-010000"]
    stored, refused, _ = read(csv_of(tmp_path, "SN", *cells), product("*"))
    assert (stored, [*refused]) == (["THSPTONE010000"], [2, 3, 4, 5])


def test_numbers_with_a_point_and_turned_text_are_refused(tmp_path):
    cells = ["12345678901.2", "0.12345678901", f"\u202e{good(1)[::-1]}\u202c"]
    shape = product("#" * 12, "?" * 16)
    stored, refused, _ = read(csv_of(tmp_path, "SN", *cells, "123456789012"), shape)
    assert stored == ["123456789012"]
    assert ["number" in refused[2], "number" in refused[3], "turns" in refused[4]] == [True] * 3


@pytest.mark.parametrize(
    ("heading", "no"), [("Afetado", "Não"), ("Status", "not recalled"), ("Betrokken", "nee")]
)
def test_columns_that_say_no_in_further_words(tmp_path, heading, no):
    rows = [f"SN;{heading}", f"{good(0)};x", f"{good(1)};{no}"]
    assert [question.name for question in asked(csv_of(tmp_path, *rows)).questions] == [NO_ROWS]
