"""What a file leaves open is asked: a person knows whether a cell is the whole of what is meant."""

import pytest
import xlsxwriter

from recalls.lists.columns import Choice
from recalls.lists.questions import (
    CHANGED_TEXT,
    LOAD,
    SHORT_CODES,
    SINGLE_CODES,
    STAND_INS,
    TEXT_BESIDE,
    WHOLE_CODES,
)
from tests.support.list_files import good, good_codes
from tests.support.reading_lists import SPEAKER, asked, csv_of, product, read

SEVEN, OPEN = product("#######"), product("?{4,12}")


def names(path, expected, choice=None) -> list[str]:
    return [question.name for question in asked(path, expected, choice).questions]


MASKED = [
    *("ACCJRU1D1640XXXX", "ACCJRU1D1640xxxx", "ACCJRU1DNNNN0000", "XXXJRU1D16400000"),
    *("ACCJRU1D164000XX", "ACCJRU1D164000nn"),
]


def test_letters_in_place_of_digits_are_asked_about(tmp_path):
    """As codes they would match no unit, and those meant would be cleared."""
    for cell in MASKED:
        path = csv_of(tmp_path, "SN", cell, *good_codes(3))
        assert names(path, SPEAKER) == [STAND_INS], cell
        stored, refused, _ = read(path, SPEAKER, Choice(answers={STAND_INS: LOAD}))
        assert (stored, refused) == ([cell.upper(), *good_codes(3)], {})


def test_codes_that_truly_hold_these_letters_are_not(tmp_path):
    for cells, expected in (
        (["K7R3M1XX", "A1B2C3KQ", "Q8W2E5TT"], OPEN),  # they end in other letters too
        (["ACXXRU1D10000000", "NNCJRU1D10000000"], SPEAKER),
        (["12XXX34", "56XXX78"], product("##XXX##".replace("XXX", "X{3}"))),
        (["1234XX", "5678XX"], product("####XX")),
    ):
        stored, refused, _ = read(csv_of(tmp_path, "SN", *cells), expected)
        assert (stored, refused) == (cells, {})


BEGINNINGS = [
    *(["First SN,Quantity", "1202018,17"], ["SN,Qty", "1202018,17"], ["From,To", "1202018,034"]),
    *(["SN,Anzahl", "1202018,2"], ["Beginning serial,Color", "1202018,red"]),
    *(["von,bis", "1202018,34"], ["起始,结束", "1202018,34"], ["SN,数量", "1202018,1000"]),
    *(["SN,Q'ty", "1202018,17"], ["シリアル,個数", "1202018,17"], ["Serial,End", "1202018,34"]),
]


@pytest.mark.parametrize("rows", BEGINNINGS, ids=lambda rows: rows[0])
def test_the_first_codes_of_ranges_are_not_loaded_alone_unasked(tmp_path, rows):
    path = csv_of(tmp_path, *rows)
    choice = Choice([("", 0)])
    assert names(path, SEVEN, choice) == [SINGLE_CODES]
    answered = Choice([("", 0)], answers={SINGLE_CODES: LOAD})
    assert read(path, SEVEN, answered)[0] == ["1202018"]


def test_short_numbers_beside_codes_without_a_heading_are_asked_about(tmp_path):
    path = csv_of(tmp_path, "1202018,34", "1300000,5")
    assert names(path, SEVEN) == [SINGLE_CODES]
    numbered = csv_of(tmp_path, "1202018,1", "1300000,2", "1400000,3")
    assert len(read(numbered, SEVEN)[0]) == 3


RANGE_WORDS = ["from", "Bis", ">=", "and up", "onwards", "first of range", "all following", "〜"]


@pytest.mark.parametrize("word", RANGE_WORDS)
def test_words_of_a_range_beside_codes_are_asked_about(tmp_path, word):
    path = csv_of(tmp_path, "SN,Note", f"1202018,{word}", "1202034,")
    assert names(path, SEVEN) == [SINGLE_CODES]
    assert len(read(path, SEVEN, Choice(answers={SINGLE_CODES: LOAD}))[0]) == 2


def test_codes_whose_zeros_are_all_lost_are_asked_about(tmp_path):
    path = csv_of(tmp_path, "SN", *(f"{number}345678" for number in range(10, 20)), "2345678")
    assert names(path, product("#{6,8}")) == [SHORT_CODES]
    counted = csv_of(tmp_path, "SN", *map(str, range(99_995, 100_010)))
    assert len(read(counted, product("#{5,6}"))[0]) == 15


def test_two_columns_that_may_be_ends_are_not_read_as_two_of_codes_unasked(tmp_path):
    path = csv_of(tmp_path, "1202018,1202034", "1300000,1300100")
    assert names(path, SEVEN, Choice([("", 0), ("", 1)])) == [SINGLE_CODES]
    stored, _, reader = read(path, SEVEN, Choice([("", 0)], last=1))
    assert (len(stored), reader.tally.ranges) == (118, 2)


def test_a_list_printed_in_two_columns_asks_for_no_ends(tmp_path):
    path = csv_of(tmp_path, *(f"{good(n)},{good(n + 100)}" for n in range(9)))
    stored, refused, _ = read(path, SPEAKER, Choice([("", 0), ("", 1)]))
    assert (stored, refused) == ([*good_codes(9), *good_codes(9, 100)], {})


def test_columns_beside_single_codes_ask_nothing(tmp_path):
    for rows in (["SN,Qty", f"{good(0)},1", f"{good(1)},1"], ["SN,Lot", f"{good(0)},12"]):
        stored, refused, _ = read(csv_of(tmp_path, *rows))
        assert (stored, refused) == (good_codes(len(rows) - 1), {})


PARTS = [
    ["Serial prefix ACCJ", "1640", "1641"],
    ["Serial (all begin with BT20)", "1417", "1418"],
    ["Last four digits", "SN", "1417", "1418"],
    ["Lot,Serial no", "B,1417", "C,1418"],
    ["Factory,Serial no", "B,1417", "C,1418"],
    ["Préfixe BT20,", "SN,", "1417,x", "1418,y"],
]


@pytest.mark.parametrize("rows", PARTS, ids=lambda rows: rows[0])
def test_a_part_of_a_code_is_not_loaded_as_the_whole_unasked(tmp_path, rows):
    path = csv_of(tmp_path, *rows)
    place = 1 if rows[0].endswith("Serial no") else 0
    assert WHOLE_CODES in names(path, OPEN, Choice([("", place)]))


def workbook(path, **formats):
    """A sheet of two codes; the first has four characters in each of the formats."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write(0, 0, "SN")
    marks = [book.add_format({name: value}) for name, value in formats.items()]
    if marks:
        sheet.write_rich_string(1, 0, good(0)[:12], marks[0], good(0)[12:])
    else:
        sheet.write(1, 0, good(0))
    sheet.write(2, 0, good(1), *marks)
    book.close()
    return path


@pytest.mark.parametrize("mark", [{"font_strikeout": True}, {"font_script": 1}])
def test_text_struck_out_or_raised_is_asked_about(tmp_path, mark):
    path = workbook(tmp_path / "list.xlsx", **mark)
    assert names(path, SPEAKER) == [CHANGED_TEXT]
    assert read(path, SPEAKER, Choice(answers={CHANGED_TEXT: LOAD}))[0] == good_codes(2)


@pytest.mark.parametrize("mark", [{}, {"bold": True}, {"font_color": "red"}])
def test_other_text_is_not(tmp_path, mark):
    assert read(workbook(tmp_path / "list.xlsx", **mark))[0] == good_codes(2)


SHOWN_BESIDE = {
    "comment": lambda book, sheet: sheet.write_comment(0, 0, f"also {good(7)}"),
    "box": lambda book, sheet: sheet.insert_textbox(5, 5, f"also {good(7)}"),
    "format": lambda book, sheet: sheet.write(
        3, 0, 12345, book.add_format({"num_format": '"AB"0'})
    ),
    "text": lambda book, sheet: sheet.write(3, 0, "1", book.add_format({"num_format": '"AB"@'})),
}


@pytest.mark.parametrize("where", SHOWN_BESIDE)
def test_codes_that_are_shown_outside_of_cells_are_asked_about(tmp_path, where):
    book = xlsxwriter.Workbook(tmp_path / "list.xlsx")
    sheet = book.add_worksheet()
    sheet.write_column(0, 0, good_codes(3))
    SHOWN_BESIDE[where](book, sheet)
    book.close()
    assert names(tmp_path / "list.xlsx", SPEAKER) == [TEXT_BESIDE]


def test_a_cell_struck_out_by_its_characters_is_refused(tmp_path):
    struck = "".join(f"{character}\u0336" for character in good(0))
    stored, refused, _ = read(csv_of(tmp_path, "SN", struck, good(1)))
    assert stored == [good(1)]
    assert "struck out" in refused[2]
