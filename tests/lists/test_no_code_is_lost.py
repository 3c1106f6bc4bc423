"""Of any file, each code is stored, refused with its row, or asked about."""

import csv
import re

import pytest
import xlsxwriter
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from recalls.lists.columns import (
    Choice,
    ColumnNeeded,
    find_layout,
)
from recalls.lists.files import open_table
from recalls.lists.limits import NotATable
from recalls.lists.questions import LOAD
from recalls.lists.rows import Reader
from tests.support.list_files import LEAD, good
from tests.support.reading_lists import SPEAKER

CODE = st.integers(0, 9999).map(good)
SPELLINGS = [
    str.lower,
    lambda code: f"SN: {code}",
    lambda code: f" {code} ",
    lambda code: f"{code[:4]} {code[4:8]} {code[8:12]} {code[12:]}",
    lambda code: f"{code[:8]}-{code[8:]}",
    lambda code: f"{code}*",
    lambda code: f"{code} (1)",
    lambda code: f"{code}\x1d",
    lambda code: f"{code} black",
    lambda code: f"replaced by {code}",
]
CELL = st.one_of(
    CODE,
    CODE,
    CODE,
    st.builds(lambda spell, code: spell(code), st.sampled_from(SPELLINGS), CODE),
    st.builds(
        lambda codes_, between: between.join(codes_),
        st.lists(CODE, min_size=2, max_size=3),
        st.sampled_from([" ", ",", "/", "\n", " to ", " - ", ";\n", "|"]),
    ),
    st.builds(lambda code: code[:-1], CODE),
    st.sampled_from(
        ["", "", "ok", "Total", "Total 3", "SN", "No", "#N/A", "1.5E+15", "12345", "2024-05-01",
         'inch 5"', "a, b", "two\nlines", "=A1", "Total 20V"]
    ),
)  # fmt: skip
ROWS = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=1, max_size=25)
)
ANY_CODE = re.compile(rf"{LEAD}[0-9]{{8}}")


def codes_in_text(text: str) -> set[str]:
    """A plain reading: what a person would find in the cell."""
    return set(ANY_CODE.findall(re.sub(r"[ -]", "", text.upper()))) | set(ANY_CODE.findall(text))


def whole_or_said(path, sheets: dict[str, list[list[str]]]) -> None:
    """No code of the file is lost or altered in silence."""
    try:
        table = open_table(path)
        stored, refused, reader = read_all(table)
    except NotATable:
        return
    lost, every = [], set()
    refused_rows = {row.row: row for row in refused}
    for rows in sheets.values():
        for number, row in enumerate(rows, 1):
            inside = set().union(*map(codes_in_text, row))
            every |= inside
            if not inside <= set(stored) and number not in refused_rows:
                lost.append((number, row))
    passed_over = reader.file_layout.passed_over
    assert not lost or passed_over, (lost, stored)
    assert set(stored) <= every


def read_all(table):
    """With every column taken that has anything like a code, as staff can tick them."""
    try:
        layout = find_layout(table, SPEAKER)
    except ColumnNeeded as needed:
        places = [(one.sheet, one.place) for one in needed.columns if one.fitting]
        places = places or [(needed.columns[0].sheet, needed.columns[0].place)]
        try:
            layout = find_layout(table, SPEAKER, Choice(places))
        except ColumnNeeded as asked_more:
            answers = {question.name: LOAD for question in asked_more.questions}
            layout = find_layout(table, SPEAKER, Choice(places, answers=answers))
        assert layout.passed_over == ()
    reader = Reader(table, layout, SPEAKER)
    stored, refused = [], []
    for some, others in reader.chunks(1000):
        stored += some
        refused += others
    return stored, refused, reader


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=ROWS, delimiter=st.sampled_from(",;\t"), header=st.booleans())
def test_no_code_of_a_csv_file_is_lost(tmp_path_factory, rows, delimiter, header):
    path = tmp_path_factory.mktemp("any") / "list.csv"
    rows = [["SN", "Note"], *rows] if header else rows
    with path.open("w", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    # Rows of many widths can be cut in two ways; then they have other numbers here.
    assume(open_table(path).delimiter == delimiter)
    whole_or_said(path, {"": rows})


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sheets=st.lists(ROWS, min_size=1, max_size=3), hidden=st.booleans())
def test_no_code_of_a_workbook_is_lost(tmp_path_factory, sheets, hidden):
    path = tmp_path_factory.mktemp("any") / "list.xlsx"
    named = {f"Sheet {number}": rows for number, rows in enumerate(sheets)}
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False})
    for name, rows in named.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                sheet.write_string(number, place, cell)
        if hidden and name != "Sheet 0":
            sheet.hide()
    book.close()
    whole_or_said(path, named)
