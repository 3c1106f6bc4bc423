"""The upload page's own code from the shell."""

import io
import os
import pty
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from recalls.lists.limits import PAGE
from recalls.models import CodeList
from tests.support.factories import make_product
from tests.support.list_files import good, good_codes, write_rows, write_xlsx
from tests.support.processes import database_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def product():
    return make_product(model_numbers="A3102", unused_letters="OI")


def run(product, path, *options) -> str:
    out = io.StringIO()
    call_command("import_codes", str(path), "--product", str(product.pk), *options, stdout=out)
    return out.getvalue()


def test_a_file_becomes_a_draft(product, tmp_path):
    said = run(product, write_rows(tmp_path, "list.csv", [*good_codes(40), good(0), "123"]))
    code_list = CodeList.objects.get()
    assert said.startswith(
        f"List {code_list.pk}: 40 codes, 1 repeated, 1 rows refused. A draft: look at it at "
    )
    assert (code_list.status, code_list.loaded_by) == ("draft", None)


def test_it_takes_files_beyond_the_page(product, tmp_path, monkeypatch):
    monkeypatch.setitem(vars(PAGE), "size", 1000)
    assert "1,000 codes" in run(product, write_rows(tmp_path, "list.csv", good_codes(1000)))


def test_columns_can_be_named(product, tmp_path):
    rows = [[good(n), good(n + 500), "A3102"] for n in range(9)]
    path = write_rows(tmp_path, "list.csv", rows)
    with pytest.raises(CommandError, match=r"--column N.*\n  column A: .*\n  column B: "):
        run(product, path)
    assert "9 codes" in run(product, path, "--column", "2", "--model-column", "3")
    ranges = write_rows(tmp_path, "ranges.csv", [[good(n * 2), good(n * 2 + 1)] for n in range(9)])
    assert "72 codes" in run(product, ranges, "--column", "1", "--last-column", "2")
    sheets = write_xlsx(tmp_path, "l.xlsx", good_codes(3), others=[("More", good_codes(5, 90))])
    assert "5 codes" in run(product, sheets, "--column", "1", "--sheet", "More")


def test_several_sheets_and_an_answer(product, tmp_path):
    sheets = write_xlsx(tmp_path, "l.xlsx", good_codes(3), others=[("More", good_codes(5, 90))])
    options = ["--column", "1", "--sheet", "Codes", "--sheet", "More"]
    assert "8 codes" in run(product, sheets, *options)
    rows = [["SN", "Affected"], [good(0), "Yes"], [good(1), "No"]]
    path = write_rows(tmp_path, "list.csv", rows)
    with pytest.raises(
        CommandError, match=r"(?s)says no in 1 row.*--answer no_rows=leave_out: Leave"
    ):
        run(product, path)
    assert "1 codes" in run(product, path, "--answer", "no_rows=leave_out")


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [([], "empty"), (["1", "2"], "Hardly a row"), (["SN", "Total"], "no code in this file")],
)
def test_a_wrong_file(product, tmp_path, rows, sentence):
    with pytest.raises(CommandError, match=sentence):
        run(product, write_rows(tmp_path, "list.csv", rows))
    assert not CodeList.objects.exists()


def test_no_such_file_and_no_such_product(product, tmp_path):
    with pytest.raises(CommandError, match="There is no file"):
        run(product, tmp_path / "none.csv")
    path = write_rows(tmp_path, "list.csv", good_codes(3))
    product.pk = 999
    with pytest.raises(CommandError, match="There is no product 999"):
        run(product, path)


@pytest.mark.django_db(transaction=True)
def test_somebody_who_watches_sees_a_bar(product, tmp_path):
    path = write_rows(tmp_path, "list.csv", good_codes(500))
    ours, theirs = pty.openpty()
    subprocess.run(
        [sys.executable, "manage.py", "import_codes", str(path), "--product", str(product.pk)],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": database_url()},
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        check=True,
        timeout=60,
    )
    os.close(theirs)
    shown = os.read(ours, 10_000).decode()
    os.close(ours)
    assert f"[{'#' * 30}] 100% 500 rows" in shown
