"""Which column has the codes, and what is wrong with a row."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recalls import codes
from recalls.lists.columns import Choice, ColumnNeeded, find_layout
from recalls.lists.expected import ExpectedCodes
from recalls.lists.files import Table, open_table
from recalls.lists.limits import NotATable
from recalls.lists.rows import Reader
from tests.support.list_files import SPOILT, good, good_codes, write_rows, write_xlsx

SHAPE = (codes.parse_shape("?" * 16),)
SPEAKER = ExpectedCodes("Anker Soundcore (A3102)", SHAPE, "OI", frozenset({"A3102", "A3102016"}))
OF_THREE = ExpectedCodes(
    "Anker Soundcore (A3102)",
    SHAPE,
    "OI",
    frozenset({"A3102"}),
    {"A3302011": "Anker S3 (A3302011)", "A3302031": "Anker S3 (A3302031)"},
)
FOUR_DIGITS = ExpectedCodes("Case (SQ1)", (codes.parse_shape("####"),))
A_CASE = ExpectedCodes("Case (SQ2)", (codes.parse_shape("@###"),))
TWELVE_DIGITS = ExpectedCodes("Bank (B1)", (codes.parse_shape("#" * 12),))


def read(path, expected=SPEAKER, chosen=None):
    """(codes, refused rows, tally) of a file."""
    table = open_table(path)
    reader = Reader(table, find_layout(table, expected, chosen), expected)
    found, refused = [], []
    for some, others in reader.chunks(1000):
        found += some
        refused += others
    return found, refused, reader.tally


def refused_as(path, expected=SPEAKER):
    return [(row.row, row.value, row.reason) for row in read(path, expected)[1]]


# Which column -------------------------------------------------------------------------------------


def test_one_column_without_a_heading(tmp_path):
    found, refused, tally = read(write_rows(tmp_path, "list.csv", good_codes(5)))
    assert (found, refused, tally.rows) == (good_codes(5), [], 5)


def test_the_column_is_found_by_its_codes(tmp_path):
    rows = [["No", "Serial number", "Ship date"]]
    rows += [[str(n), good(n), f"2023-05-{n + 1:02}"] for n in range(9)]
    found, refused, tally = read(write_rows(tmp_path, "list.csv", rows, delimiter=";"))
    assert (found, refused) == (good_codes(9), [])
    assert tally.skipped == {"header": 1}


def test_two_columns_of_codes_are_asked_about(tmp_path):
    path = write_rows(tmp_path, "list.csv", [[good(n), good(n + 500)] for n in range(9)])
    with pytest.raises(ColumnNeeded) as needed:
        find_layout(open_table(path), SPEAKER)
    labels = [column.label for column in needed.value.columns]
    assert labels[0] == (
        f"column A: {good(0)}, {good(1)}, {good(2)}; "
        f"9 cells look like codes, {good(0)} to {good(8)}"
    )
    assert labels[1].startswith("column B: ")
    assert read(path, chosen=Choice([("", 1)]))[0] == good_codes(9, 500)


def test_no_column_fits_and_there_are_several(tmp_path):
    path = write_rows(tmp_path, "list.csv", [["Serial", "Note"], ["123", "x"]])
    with pytest.raises(ColumnNeeded):
        find_layout(open_table(path), SPEAKER)


def test_two_sheets_with_codes_are_asked_about(tmp_path):
    path = write_xlsx(tmp_path, "list.xlsx", good_codes(3), others=[("More", good_codes(3, 50))])
    with pytest.raises(ColumnNeeded) as needed:
        find_layout(open_table(path), SPEAKER)
    assert [column.sheet for column in needed.value.columns] == ["Codes", "More"]
    assert read(path, chosen=Choice([("More", 0)]))[0] == good_codes(3, 50)


def test_the_one_sheet_with_codes_is_found(tmp_path):
    path = write_xlsx(
        tmp_path, "list.xlsx", ["Read me"], others=[("Data", [["", "SN"], ["", good(1)]])]
    )
    table = open_table(path)
    layout = find_layout(table, SPEAKER)
    assert layout.sentence == "sheet “Data”, column B"
    assert read(path)[0] == [good(1)]


def test_a_column_that_the_file_does_not_have(tmp_path):
    path = write_rows(tmp_path, "list.csv", good_codes(3))
    with pytest.raises(NotATable, match="not in the file"):
        find_layout(open_table(path), SPEAKER, Choice([("", 5)]))


def test_an_empty_sheet(tmp_path):
    with pytest.raises(NotATable, match="empty"):
        find_layout(open_table(write_xlsx(tmp_path, "list.xlsx", [])), SPEAKER)


# Rows that hold no code ---------------------------------------------------------------------------


def test_titles_headings_totals_and_blank_rows_are_passed_over(tmp_path):
    rows = ["Recall 25-031 of Soundcore", "", "Affected units, 2024", "SN Code"]
    rows += [good(0), "", good(1), "SN Code", good(2), "Total 3"]
    found, refused, tally = read(write_rows(tmp_path, "list.csv", rows))
    assert (found, refused) == (good_codes(3), [])
    assert tally.skipped == {
        "title": 2,
        "blank": 2,
        "header": 1,
        "repeated header": 1,
        "total": 1,
    }
    assert tally.notes[0] == (1, "Recall 25-031 of Soundcore", "title")


@pytest.mark.parametrize(
    "spoilt", ["1.23457E+15", "ACCJRU1D1000000", "SN ACCJRU1D1000000", "2023-05-01"]
)
def test_a_spoilt_code_in_the_first_row_is_no_title(tmp_path, spoilt):
    found, refused, _ = read(write_rows(tmp_path, "list.csv", [spoilt, *good_codes(30)]))
    assert len(found) == 30
    assert [(row.row, row.value) for row in refused] == [(1, spoilt)]


def test_a_code_above_the_heading_is_a_code(tmp_path):
    found, _, _ = read(write_rows(tmp_path, "list.csv", [good(0), "SN Code", good(1)]))
    assert found == good_codes(2)


@pytest.mark.parametrize("rows", [["SN: A100", "SN: A101"], ["Serial A100", "A101"], ["SN;A100"]])
def test_a_code_behind_its_label_is_no_heading(tmp_path, rows):
    stored, refused, _ = read(write_rows(tmp_path, "list.csv", rows), A_CASE)
    assert (stored[:1], refused) == (["A100"], [])


@pytest.mark.parametrize("cell", ["{}+", "> {}", "≤{}", "{} -", "– {}", "{} ～", "...{}", "{}→"])
def test_a_mark_that_opens_a_range_is_refused(tmp_path, cell):
    path = write_rows(tmp_path, "list.csv", [good(0), cell.format(good(1))])
    found, refused, _ = read(path)
    assert (found, [row.row for row in refused]) == ([good(0)], [2])


def test_a_row_with_no_code_but_something_else_is_refused(tmp_path):
    rows = [["SN", "Note"], [good(0), "x"], ["", "code to follow"], [good(1), ""]]
    assert refused_as(write_rows(tmp_path, "list.csv", rows)) == [
        (3, "", "There is no code in this row.")
    ]


def test_a_blank_row_may_hide_an_error(tmp_path):
    import xlsxwriter

    path = tmp_path / "list.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_string(0, 0, good(0))
    sheet.write_formula(1, 0, "=NA()", None, "#N/A")
    sheet.write_string(2, 0, good(1))
    book.close()
    assert [row[0] for row in refused_as(path)] == [2]


# What is wrong with a row -------------------------------------------------------------------------


@pytest.mark.parametrize(("value", "reason"), SPOILT)
def test_spoilt_codes_are_refused_with_the_reason(tmp_path, value, reason):
    rows = ["SN", *good_codes(30), value]
    [(row, shown, why)] = refused_as(write_rows(tmp_path, "list.csv", rows))
    assert (row, shown) == (32, value)
    assert reason in why


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (1234567890123456, "keeps 15 digits"),
        (dt.date(2023, 5, 1), "a date"),
        (True, "no text"),
        (12.5, "a point"),
        (-12, "a character"),
        (2322, "4 characters"),
    ],
)
def test_cells_that_are_no_text(tmp_path, cell, reason):
    [(row, _, why)] = refused_as(write_xlsx(tmp_path, "list.xlsx", ["SN", *good_codes(30), cell]))
    assert row == 32
    assert reason in why


def test_a_whole_number_that_fits_the_only_length_is_the_code(tmp_path):
    path = write_xlsx(tmp_path, "list.xlsx", [2322, "2323", 2324])
    assert read(path, FOUR_DIGITS)[0] == ["2322", "2323", "2324"]
    assert read(write_xlsx(tmp_path, "b.xlsx", [123456789012]), TWELVE_DIGITS)[0] == [
        "123456789012"
    ]


def test_a_number_that_may_have_lost_a_zero(tmp_path):
    two_lengths = ExpectedCodes("x", (codes.parse_shape("####"), codes.parse_shape("#####")))
    [(_, _, why)] = refused_as(write_xlsx(tmp_path, "list.xlsx", ["2321", 2322]), two_lengths)
    assert "zeros in front may be lost" in why


@pytest.mark.parametrize("value", ["23456789012", 23456789012])
def test_lost_zeros(tmp_path, value):
    path = write_xlsx(tmp_path, "list.xlsx", ["123456789012", value])
    [(_, _, why)] = refused_as(path, TWELVE_DIGITS)
    assert "Zeros in front seem to be lost" in why


DIGITS_16 = ExpectedCodes("x", (codes.parse_shape("#" * 16),))


def test_a_column_of_digits_cut_at_the_15th(tmp_path):
    rows = [f"{10**14 + n * 12345678}0" for n in range(20)]
    reasons = {why for _, _, why in refused_as(write_rows(tmp_path, "list.csv", rows), DIGITS_16)}
    assert len(reasons) == 1
    assert "after the 15th" in reasons.pop()


def test_one_code_in_ten_ends_in_a_zero_and_is_good(tmp_path):
    rows = [str(10**15 + n * 12345678901) for n in range(1, 101)]
    assert sum(row.endswith("0") for row in rows) == 10
    assert read(write_rows(tmp_path, "list.csv", rows), DIGITS_16)[0] == rows


def test_a_missing_quotation_mark_swallows_nothing_in_silence(tmp_path):
    rows = [good(0), f'"{good(1)}', good(2), f'{good(3)}"', good(4)]
    found, refused, _ = read(write_rows(tmp_path, "list.csv", rows))
    assert found == [good(0), good(4)]
    [row] = refused
    assert (row.row, row.value) == (2, " ".join(good_codes(3, 1)))
    assert "quotation mark" in row.reason


def test_codes_are_read_as_they_are_meant(tmp_path):
    rows = ["accj-ru1d 1000 0000", "SN: ACCJRU1D10000007", "АССJRU1D10000014", " ACCJRU1D10000021 "]
    found, refused, tally = read(write_rows(tmp_path, "list.csv", ["SN", *rows]))
    assert (found, refused) == (good_codes(4), [])
    assert (tally.respelled, tally.other_scripts) == (4, 1)


# Ranges -------------------------------------------------------------------------------------------

RANGES = [
    ["First", "Last"],
    ["ACCJRU1D16400841", "ACCJRU1D16400960"],
    ["ACCJRU1D10309381", "ACCJRU1D10309580"],
]


def test_ranges_are_written_out(tmp_path):
    found, refused, tally = read(write_rows(tmp_path, "list.csv", RANGES))
    assert (len(found), refused, tally.ranges) == (120 + 200, [], 2)
    assert (found[0], found[119], found[120], found[-1]) == (
        *("ACCJRU1D16400841", "ACCJRU1D16400960"),
        *("ACCJRU1D10309381", "ACCJRU1D10309580"),
    )


def test_a_range_of_one_and_a_code_beside_ranges(tmp_path):
    rows = [*RANGES, [good(1), good(1)], [good(2), ""]]
    assert read(write_rows(tmp_path, "list.csv", rows))[0][-2:] == good_codes(2, 1)


@pytest.mark.parametrize(
    ("first", "last", "reason"),
    [
        ("ACCJRU1D16400960", "ACCJRU1D16400841", "runs backwards"),
        ("ACCJRU1D10000000", "ACCJRU1D99999999", "one row may have 100,000"),
        ("ACCJRU1D10000000", "ACCJRU1D1000000", "15 characters"),
        ("1.2E+15", "ACCJRU1D10000000", "made a number"),
    ],
)
def test_ranges_that_cannot_be_meant(tmp_path, first, last, reason):
    rows = [*RANGES, *([good(n), good(n)] for n in range(20)), [first, last]]
    [(row, shown, why)] = refused_as(write_rows(tmp_path, "list.csv", rows))
    assert (row, shown) == (24, f"{first} to {last}")
    assert reason in why


# Several products ---------------------------------------------------------------------------------


def sheet_of_three():
    models = ["A3102", "A3302011", "a3302031"]
    return [["Model", "SN Code"], *([models[n % 3], good(n)] for n in range(30))]


def test_one_sheet_for_three_products(tmp_path):
    found, refused, tally = read(write_rows(tmp_path, "list.csv", sheet_of_three()), OF_THREE)
    assert (found, refused) == ([good(n) for n in range(0, 30, 3)], [])
    assert tally.of_others == {"Anker S3 (A3302011)": 10, "Anker S3 (A3302031)": 10}


def test_a_model_that_the_notice_does_not_have(tmp_path):
    rows = [*sheet_of_three(), ["A9999", good(90)], ["", good(91)]]
    reasons = [why for _, _, why in refused_as(write_rows(tmp_path, "list.csv", rows), OF_THREE)]
    assert reasons == [
        "“A9999” is no model number of this notice.",
        "The row does not name its product.",
    ]


# For every input ----------------------------------------------------------------------------------


def as_table(rows):
    class Rows(Table):
        def rows(self, sheet=""):
            return iter(enumerate(rows, 1))

    return Rows(path=None)


CELLS = st.one_of(
    st.text(max_size=30),
    st.sampled_from([value for value, _ in SPOILT] + good_codes(5)),
    st.floats(allow_nan=False),
    st.booleans(),
    st.dates(),
)


@given(st.lists(st.lists(CELLS, max_size=3), max_size=30))
def test_every_row_is_a_code_refused_or_named_as_passed_over(rows):
    """No row is lost in silence, and only codes that fit come out."""
    table = as_table(rows)
    try:
        layout = find_layout(table, OF_THREE, Choice([("", 0)]))
    except NotATable:
        return
    reader = Reader(table, layout, OF_THREE)
    [(found, refused)] = list(reader.chunks(1000)) or [([], [])]
    assert len(found) + len(refused) + sum(reader.tally.skipped.values()) == len(rows)
    assert all(OF_THREE.fits(code) for code in found)
    for number, cells in enumerate(rows, 1):
        if cells and isinstance(cells[0], str) and OF_THREE.is_plain(cells[0]):
            assert cells[0] in found, number


OF_TWO_SHAPES = ExpectedCodes(
    "Two (T2)", (codes.parse_shape("AC??#"), codes.parse_shape("57V###")), "OI"
)
NEARLY = st.text("AC57V0123OI9é\n x", min_size=4, max_size=7)


@given(
    st.lists(st.from_regex(r"AC[A-Z0-9]{2}[0-9]|57V[0-9]{3}", fullmatch=True), max_size=5),
    st.lists(NEARLY | CELLS, max_size=2),
)
def test_a_column_is_plain_where_each_of_its_cells_is(cells, others):
    column = cells + others
    if OF_TWO_SHAPES.are_plain(column):
        assert all(type(cell) is str and OF_TWO_SHAPES.is_plain(cell) for cell in column)


def test_a_plain_column_is_known():
    assert OF_TWO_SHAPES.are_plain(["AC001", "ACZZ9"])
    assert OF_TWO_SHAPES.are_plain(["57V001"])
    assert SPEAKER.are_plain(good_codes(300)) is False  # a ? may be a digit, and all may be
    assert not OF_TWO_SHAPES.are_plain(["AC001", "57V001"])


@given(st.from_regex(r"[0-9A-Z]{1,20}", fullmatch=True))
def test_the_short_way_and_the_long_way_agree(text):
    for expected in (SPEAKER, FOUR_DIGITS, TWELVE_DIGITS):
        if expected.is_plain(text):
            assert expected.fits(text)
            assert codes.normalize(text) == text
