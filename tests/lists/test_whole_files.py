"""Whole files as makers send them, each with the report that it must give."""

from dataclasses import dataclass, field

import pytest

from recalls.lists import loading
from recalls.lists.comparing import count_codes
from recalls.lists.limits import NotATable
from recalls.models import AffectedCode, CodeList
from tests.support.factories import make_product, make_recall
from tests.support.list_files import (
    SPOILT,
    good,
    good_codes,
    with_spoilt_rows,
    write,
    write_rows,
    write_xlsx,
)

pytestmark = pytest.mark.django_db

UNITS = 78_764  # of the notice of December 2024


@pytest.fixture
def product():
    recall = make_recall()
    for model in ("A3302011", "A3302031"):
        make_product(recall=recall, model_numbers=model, name=f"S3 {model}")
    return make_product(recall=recall, model_numbers="A3102", unused_letters="OI")


@dataclass(frozen=True)
class Report:
    """It says what the load must say: rows, codes, repeated, refused, how it was read, what it
    passed over, and rows of other products."""

    rows: int
    codes: int
    kind: str
    repeated: int = 0
    refused: int = 0
    skipped: dict = field(default_factory=dict)
    others: dict = field(default_factory=dict)


def report_of(product, path) -> Report:
    code_list = loading.load(product=product, path=path)
    code_list.refresh_from_db()
    assert code_list.status == CodeList.Status.DRAFT
    assert count_codes(code_list) == code_list.codes_stored
    assert code_list.refused.count() == code_list.rows_refused
    return Report(
        rows=code_list.rows_read,
        codes=code_list.codes_stored,
        kind=code_list.report["kind"],
        repeated=code_list.codes_repeated,
        refused=code_list.rows_refused,
        skipped=code_list.report["skipped"],
        others=code_list.report["of_others"],
    )


def heading_and(count):
    return ["SN Code", *good_codes(count)]


def all_units_csv(folder):
    return write_rows(folder, "units.csv", heading_and(UNITS)), Report(
        UNITS + 1, UNITS, "CSV, UTF-8, commas", skipped={"header": 1}
    )


def all_units_xlsx(folder):
    return write_xlsx(folder, "units.xlsx", heading_and(UNITS)), Report(
        UNITS + 1, UNITS, "XLSX", skipped={"header": 1}
    )


def utf_16(folder):
    rows = [["N° de série", "Modèle"], *([good(n), "A3102"] for n in range(50))]
    return write_rows(folder, "liste.csv", rows, delimiter="\t", encoding="utf-16"), Report(
        51, 50, "CSV, UTF-16, tabs", skipped={"header": 1}
    )


def windows_1252(folder):
    rows = [["Numéro de série", "Date"], *([good(n), "mai 2023 – été"] for n in range(50))]
    return write_rows(folder, "liste.csv", rows, delimiter=";", encoding="cp1252"), Report(
        51, 50, "CSV, Windows-1252, semicolons", skipped={"header": 1}
    )


def semicolons(folder):
    rows = [[good(n), "a, b", "c"] for n in range(50)]
    return write_rows(folder, "list.csv", rows, delimiter=";"), Report(
        50, 50, "CSV, UTF-8, semicolons"
    )


def tabs(folder):
    rows = [[str(n), good(n)] for n in range(50)]
    return write_rows(folder, "list.tsv", rows, delimiter="\t"), Report(50, 50, "CSV, UTF-8, tabs")


def with_a_mark(folder):
    return write_rows(folder, "list.csv", heading_and(50), encoding="utf-8-sig"), Report(
        51, 50, "CSV, UTF-8, commas", skipped={"header": 1}
    )


def crlf_and_blank_lines(folder):
    rows = [line for code in heading_and(50) for line in (code, "")]
    return write_rows(folder, "list.csv", rows, end="\r\n"), Report(
        102, 50, "CSV, UTF-8, commas", skipped={"header": 1, "blank": 51}
    )


def header_in_row_4(folder):
    titles = [["Anker Innovations"], ["Affected units, as of 5 December 2024"], []]
    rows = [*titles, ["No", "SN Code"], *([n, good(n)] for n in range(50)), ["Total", 50]]
    return write_xlsx(folder, "list.xlsx", rows), Report(
        55, 50, "XLSX", skipped={"title": 2, "blank": 1, "header": 1, "total": 1}
    )


def one_sheet_for_three_products(folder):
    models = ["A3102", "A3302011", "A3302031"]
    rows = [["Model", "SN Code"], *([models[n % 3], good(n)] for n in range(60))]
    return write_xlsx(folder, "list.xlsx", rows), Report(
        61,
        20,
        "XLSX",
        skipped={"header": 1},
        others={"Example S3 A3302011 (A3302011)": 20, "Example S3 A3302031 (A3302031)": 20},
    )


def bad_rows_of_every_kind(folder):
    rows, spoilt = with_spoilt_rows(10_000, 0.03)
    assert {value for _, value, _ in spoilt} == {value for value, _ in SPOILT}
    return write_rows(folder, "list.csv", rows), Report(
        10_000, 10_000 - len(spoilt), "CSV, UTF-8, commas", refused=len(spoilt)
    )


def numeric_cells(folder):
    # Codes of letters and digits: what has become a number is none of them.
    rows = [*good_codes(50), 1234567890123456, 12345, 2322.5]
    return write_xlsx(folder, "list.xlsx", rows), Report(53, 50, "XLSX", refused=3)


def codes_repeated(folder):
    return write_rows(folder, "list.csv", [*good_codes(50), *good_codes(20)]), Report(
        70, 50, "CSV, UTF-8, commas", repeated=20
    )


FILES = [
    all_units_csv,
    all_units_xlsx,
    utf_16,
    windows_1252,
    semicolons,
    tabs,
    with_a_mark,
    crlf_and_blank_lines,
    header_in_row_4,
    one_sheet_for_three_products,
    bad_rows_of_every_kind,
    numeric_cells,
    codes_repeated,
]


def of_each(makers):
    """Of the two large files the spreadsheet is the slow one."""
    slow = {all_units_xlsx: [pytest.mark.slow]}
    return [pytest.param(make, id=make.__name__, marks=slow.get(make, ())) for make in makers]


@pytest.mark.parametrize("make", of_each(FILES))
def test_each_file_gives_its_report(product, tmp_path, make):
    path, expected = make(tmp_path)
    assert report_of(product, path) == expected


def a_picture(folder):
    path = folder / "list.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    return path, "This is a picture, not a table"


def nothing(folder):
    return write(folder, "list.csv", ""), "This file is empty."


def of_another_product(folder):
    return write_rows(folder, "list.csv", [f"BT90{n:04}" for n in range(50)]), "Hardly a row"


@pytest.mark.parametrize("make", [a_picture, nothing, of_another_product])
def test_a_file_that_is_no_list_stores_nothing(product, tmp_path, make):
    path, sentence = make(tmp_path)
    with pytest.raises(NotATable, match=sentence):
        loading.load(product=product, path=path)
    assert not CodeList.objects.exists()
    assert not AffectedCode.objects.exists()


@pytest.mark.longer
def test_a_million_rows(product, tmp_path):
    path = write_rows(tmp_path, "million.csv", (good(n) for n in range(1_000_000)))
    assert report_of(product, path) == Report(1_000_000, 1_000_000, "CSV, UTF-8, commas")


@pytest.mark.longer
def test_a_million_rows_of_a_spreadsheet(product, tmp_path):
    path = write_xlsx(tmp_path, "million.xlsx", (good(n) for n in range(1_000_000)))
    assert report_of(product, path) == Report(1_000_000, 1_000_000, "XLSX")
