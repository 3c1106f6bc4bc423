"""An office's table as it is read: every row becomes a unit or the whole is in error, and no code
is lost as the name of a column or within another cell."""

import random

import pytest
import xlsxwriter

from recalls import codes
from recalls.codes import labels
from recalls.public.many_table import (
    MAX_OWN_COLUMNS,
    OfficeTable,
    TableError,
    read_file,
    read_text,
    write_csv,
)
from tests.support.list_files import write, write_xlsx

ONE, TWO = "ACCJRU1D16400841", "EXA7777777777777"


def read(text: str) -> OfficeTable | str:
    """The table, or what is wrong with it."""
    try:
        return read_text(text)
    except TableError as error:
        return error.kind


def typed(table: OfficeTable) -> list[str]:
    return [row.unit.typed for row in table.rows]


# Headings -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("sign", ["", ":", ".", " :", "：", " #:", " (*)"])
def test_what_labels_call_a_serial_number_names_the_codes_in_every_language(sign):
    names = [*labels.LATIN, *labels.OTHER_SCRIPTS, "S/N", "SN", "s.n.", "Sn Code", "n° de série"]
    for name in names:
        for end in ("\n", ";Raum\n"):
            table = read(f"{name}{sign}{end}{ONE}\n{TWO}\n")
            assert typed(table) == [ONE, TWO], (name, end)


@pytest.mark.parametrize(
    ("code", "product", "again"),
    [
        *(("code", "product", "again"), ("Codes", "Model number", "Code again")),
        *(("Codes SN", "Modèle", "De nouveau"), ("Numéros de série", "Produit", "again")),
        *(("Código SN", "Modelo", "Otra vez"), ("Seriennummer", "Modell", "Noch einmal")),
        *(("シリアル番号", "型番", "もう一度"), ("الرقم التسلسلي", "الطراز", "مرة أخرى")),
        *(
            ("Nume\u0301ros de se\u0301rie:", "Mode\u0300le:", "AGAIN"),
            ("s/n:", "_model_", "again."),
        ),
    ],
)
def test_the_columns_of_ours_have_names_in_the_languages_of_the_site(code, product, again):
    table = read(f"Ort\t{product}\t{code}\t{again}\n12\tA1\t{ONE}\t{TWO}\n")
    assert table.own_columns == ("Ort",)
    assert [tuple(row.unit) for row in table.rows] == [(ONE, "A1", TWO)]


@pytest.mark.parametrize(
    "name", ["Room 12", "Inventory 2027", "Q1 2026", "2026 棚卸", "Column1", "Spalte12", "A/B", ""]
)
def test_the_offices_own_names_stay(name):
    table = read(f"code;{name};x\n{ONE};3;4\n")
    assert table.own_columns == (name, "x")
    assert table.rows[0].own == ("3", "4")


LOST = {
    # A label beside its code, as a page or a phone shows both, is no heading.
    "S/N:\tACCJRU1D16400841\nModel:\tA3102": "code_in_heading",
    "Model:\tA3102\nS/N:\tACCJRU1D16400841": "no_heading",
    "SN\tABCDEFGH\nModel\tA3102": "no_heading",
    "SN\tABCDEFGH\nSN\tBCDEFGHI": "no_heading",
    "SN,ACCJRU1D16400841": "code_in_heading",
    "SN;WBX9A2\n12;13": "code_in_heading",
    "SN;SN 2316\n12;13": "code_in_heading",
    "Serial No.:;12 34 56\n12;13": "code_in_heading",
    "ACCJRU1D16400841, SN\nEXA2024110007919, SN": "code_in_heading",
    "シリアル番号\tACCJRU1D16400841\n型番\tA3102": "code_in_heading",
    "Seriennummer;ACCJRU1D16400841\nModell;A3102": "code_in_heading",
    "code;ACC JRU 1D1 640": "code_in_heading",
    # Two names of one thing.
    "S/N:;Serial No\nA;B": "two_columns",
    # A quotation mark that is not closed.
    'code;room\n"ACC1;12\nACC2;13\n': "no_table",
    'room;code\n"12;ACC1\n13;ACC2\n14";ACC3\n': "several_lines",
    'code\n"ACC1\nACC2"\n': "several_lines",
    # Nothing at all.
    "": "empty",
    "S/N:\n \n": "empty",
    "code;room\n;\n": "empty",
    ";".join(["code", *"x" * (MAX_OWN_COLUMNS + 1)]) + f"\n{ONE}\n": "too_many_columns",
}


@pytest.mark.parametrize("text", LOST)
def test_where_a_code_could_be_lost_the_table_is_in_error(text):
    assert read(text) == LOST[text]


READ = {
    # One on each line, with or without a label.
    f"{ONE}\nS/N: {TWO}": [ONE, f"S/N: {TWO}"],
    f"{ONE}; A3102\n{TWO}, 12": [f"{ONE}; A3102", f"{TWO}, 12"],
    f"SN: {ONE}, A3102\nSN: {TWO}": [f"SN: {ONE}, A3102", f"SN: {TWO}"],
    # A label on a line of its own is the heading once, and then a row in error.
    f"S/N:\n{ONE}\nS/N:\n{TWO}": [ONE, "S/N:", TWO],
    f"{ONE}\nS/N:\n{TWO}": [ONE, "S/N:", TWO],
    # The heading printed on each page, and a row that has a room alone.
    f"code;room\n{ONE};1\ncode;room\n;2\n": [ONE, "code", ""],
    # Empty lines, and what spreadsheets leave at the ends.
    f"\n\ncode;;\n\n{ONE};;\n;;\n\n{TWO};;": [ONE, TWO],
    f"\ufeffcode\r\n{ONE}\r\n{TWO}\r\n": [ONE, TWO],
    f"code,room\r{ONE},1\r{TWO},2": [ONE, TWO],
}


@pytest.mark.parametrize("text", READ)
def test_every_row_becomes_a_unit(text):
    assert typed(read(text)) == READ[text]


def test_cells_beyond_the_heading_stay():
    table = read(f"code;room\n{ONE};12;{TWO}\n")
    assert table.own_columns == ("room", "")
    assert table.rows[0].own == ("12", TWO)
    assert read(table.as_text()) == table


WORDS = ["Room", "12", "", "Büro 3", "Model:", "A3102", "SN", "S/N:", "code", "Nº de serie", "x"]


def test_whatever_the_table_no_code_is_lost():
    """Each code is in the row of its unit, or the table is in error: labels, codes and the office's
    words in every place of the first row, between every delimiter."""
    rng, read_whole = random.Random(11), 0
    for _ in range(1500):
        entered = [f"ACCJ{rng.randrange(10**8):08}" for _ in range(rng.randint(1, 4))]
        width, sign = rng.randint(1, 3), rng.choice("\t;,")
        place, is_named = rng.randrange(width), rng.random() < 0.4
        rows = [[rng.choice(WORDS) for _ in range(width)] for _ in entered]
        for row, code in zip(rows, entered, strict=True):
            row[place] = code
        if is_named or rng.random() < 0.5:
            rows.insert(0, [rng.choice(WORDS) for _ in range(width)])
        if is_named:
            rows[0][place] = rng.choice(["code", "S/N:", "Seriennummer", "シリアル番号"])
        table = read("\n".join(sign.join(row) for row in rows))
        if isinstance(table, OfficeTable):
            read_whole += 1
            assert read(table.as_text()) == table
            assert_in_rows(table, entered, is_named)
    assert 300 < read_whole < 1500


def assert_in_rows(table, entered, is_named):
    """Rows that are no unit of ours, such as one with a label alone, may stand between them."""
    cells = [(row.unit.typed,) if is_named else (*row.unit, *row.own) for row in table.rows]
    places = [[code in " ".join(each) for each in cells].index(True) for code in entered]
    assert places == sorted(set(places)), (table, entered)


# Files --------------------------------------------------------------------------------------------


def test_a_file_of_an_office_in_each_form(tmp_path):
    rows = [["Büro", "S/N:", "Modell"], ["12", ONE, ""], [], ["13", TWO, "EX100"], ["", "", ""]]
    plain = write_csv(rows)
    files = [
        write(tmp_path, "commas.csv", plain),
        write(tmp_path, "semicolons.csv", plain.replace(",", ";"), "cp1252"),
        write(tmp_path, "tabs.txt", plain.replace(",", "\t"), "utf-16"),
        write(tmp_path, "old.csv", plain.replace("\r\n", "\r"), "utf-8-sig"),
        write_xlsx(tmp_path, "sheet.xlsx", rows),
    ]
    tables = [read_file(path) for path in files]
    assert tables == [tables[0]] * len(files)
    assert typed(tables[0]) == [ONE, TWO]
    assert tables[0].own_columns == ("Büro",)


def test_a_spreadsheet_with_merged_cells_formulas_and_a_code_over_two_lines(tmp_path):
    path = tmp_path / "odd.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Room", "Serial No."])
        sheet.merge_range(1, 0, 2, 0, "12")
        sheet.write_string(1, 1, ONE)
        sheet.write_string(2, 1, TWO)
        sheet.write_row(3, 0, ["13"])
        sheet.write_formula(3, 1, '="ACCJ"&"1234"', value="ACCJ1234")
        sheet.write_formula(4, 1, "=A1&B1", value="")
        sheet.write_formula(7, 1, "=A1&B1", value="#REF!")
        sheet.write_row(8, 0, ["14", True])
        sheet.write_formula(9, 1, "=A1&B1", value="")
    table = read_file(path)
    assert read(table.as_text()) == table
    assert [(row.own[0], row.unit.typed) for row in table.rows[:3]] == [
        *(("12", ONE), ("", TWO), ("13", "ACCJ1234")),
    ]
    # A formula without a result says nothing of its code; its row is one all the same.
    assert [(row.is_spoilt, row.unit.typed) for row in table.rows[3:]] == [
        *((True, ""), (True, ""), (True, "True"), (True, "")),
    ]
    with pytest.raises(TableError, match="several_lines"):
        read_file(write_xlsx(tmp_path, "two.xlsx", [["code", "room"], [f"{ONE}\n{TWO}", "1"]]))


def test_a_file_with_a_quotation_mark_that_is_not_closed(tmp_path):
    for text in (f'code;room\n"{ONE};12\n{TWO};13\n', f'"{ONE}\n{TWO}\n'):
        with pytest.raises(TableError, match="several_lines"):
            read_file(write(tmp_path, "open.csv", text))


def test_a_label_alone_is_told_from_a_code_behind_it():
    assert all(
        map(codes.is_label, ["S/N:", "sn", "Serial No. (S/N)", "シリアル番号：", "Núm. de serie"])
    )
    assert not any(
        map(codes.is_label, ["S/N: A1", "SNOW", "", ":", "Model", "Serial No 1", "SN é"])
    )
