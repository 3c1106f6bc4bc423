"""Staff pages for lists of codes: upload, choose columns, preview, and the next step."""

import csv
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from recalls.lists import loading
from recalls.lists.cells import no_formula
from recalls.lists.limits import PAGE
from recalls.models import AffectedCode, CodeList
from tests.support.factories import make_country, make_list, make_product, make_recall
from tests.support.list_files import good, good_codes, with_spoilt_rows, write_rows
from tests.support.people import ADMINISTRATOR, PUBLISHER, make_person, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def upload_folder(settings, tmp_path):
    settings.UPLOAD_FOLDER = str(tmp_path / "uploads")
    return tmp_path / "uploads"


@pytest.fixture
def recall():
    return make_recall(slug="anker-a3102", countries=[])


@pytest.fixture
def product(recall):
    return make_product(
        recall=recall, brand="Anker", name="Soundcore", model_numbers="A3102", unused_letters="OI"
    )


def page(name, row):
    return reverse(f"admin:recalls_{name}", args=[row.pk])


def a_file(rows, name="list.csv", delimiter=","):
    lines = (delimiter.join(row) if isinstance(row, list) else row for row in rows)
    return SimpleUploadedFile(name, ("\n".join(lines) + "\n").encode())


def upload(client, product, rows, **options):
    return client.post(
        page("product_load", product), {"file": a_file(rows, **options)}, follow=True
    )


def shown(response) -> str:
    """The page's text without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.text).split())


# Upload -------------------------------------------------------------------------------------------


def test_a_file_is_read_and_shown(editor, product):
    make_country(recall=product.recall, country="US", units=69_000)
    make_country(recall=product.recall, country="CA", units=9_764)
    response = upload(editor, product, ["Recall of 2024", "SN", *good_codes(12), good(0), "Total"])
    code_list = CodeList.objects.get()
    assert response.redirect_chain[-1][0].startswith(page("codelist_review", code_list))
    text = shown(response)
    assert "12 codes read. Nothing changes for the public" in text
    for expected in (
        "Rows in the file 16",
        "Different codes 12",
        "Units by the notice 78,764",
        "Repeated in the file 1",
        "Would newly answer recalled 12",
        "Refused rows 0",
        "1 title",
        "1 header",
        "1 total",
        "Row 1 (title): Recall of 2024",
        f"First codes {' · '.join(good_codes(5))}",
        "Loaded",
        "by eve",
    ):
        assert expected in text, expected
    assert str(code_list.loaded_by) == "eve"


def test_an_empty_form_shows_what_is_needed(editor, product):
    response = editor.get(page("product_load", product))
    assert "CSV or XLSX, 25 MB at most" in response.text
    assert "Choose a file." in editor.post(page("product_load", product)).text


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("list.csv", b"", "This file is empty."),
        ("list.csv", b"\x89PNG\r\n\x1a\n\x00\x00", "This is a picture, not a table"),
        ("list.docx", b"PK\x03\x04", "Upload a CSV or XLSX file."),
        ("list", b"ABC", "Upload a CSV or XLSX file."),
        ("list.xlsx", b"PK\x03\x04" + b"\x00" * 50, "damaged or is no spreadsheet"),
        ("list.csv", b"SN\n1\n2\n3\n", "Hardly a row of this file (0 of 3)"),
    ],
)
def test_a_wrong_file_gets_one_sentence_and_stores_nothing(
    editor, product, name, content, sentence
):
    file = SimpleUploadedFile(name, content)
    response = editor.post(page("product_load", product), {"file": file})
    assert response.status_code == 200
    assert sentence in shown(response)
    assert "<title>Error: " in response.text
    assert not CodeList.objects.exists()
    assert not AffectedCode.objects.exists()


def test_a_file_beyond_the_limit_is_not_written_whole(editor, product, monkeypatch, upload_folder):
    monkeypatch.setitem(vars(PAGE), "size", 300_000)
    response = upload(editor, product, good_codes(60_000))
    assert "the page takes 0 MB" in shown(response)
    [kept] = upload_folder.iterdir()
    assert 300_000 < kept.stat().st_size < 500_000


def test_the_name_of_a_file_cannot_lead_elsewhere(editor, product, upload_folder):
    upload(editor, product, good_codes(3), name="..\u202e/../etc/passwd=1+1.csv")
    [kept] = upload_folder.iterdir()
    assert re.fullmatch(r"[0-9a-f]{32}\.csv", kept.name)
    assert CodeList.objects.get().file_name == "passwd=1+1.csv"
    assert kept.stat().st_mode & 0o077 == 0 or kept.parent.stat().st_mode & 0o077 == 0


def test_a_token_of_ours_only(editor, product):
    response = editor.post(page("product_load", product), {"kept": "../../db.sqlite3"})
    assert "no longer kept here" in response.text


def test_kept_files_go_after_a_day(editor, product, upload_folder):
    import os

    upload(editor, product, good_codes(3))
    [first] = upload_folder.iterdir()
    os.utime(first, (0, 0))
    upload(editor, product, good_codes(4))
    assert first not in list(upload_folder.iterdir())


# Columns ------------------------------------------------------------------------------------------


def two_columns():
    return [[good(n), good(n + 500)] for n in range(9)]


def kept(response) -> str:
    return response.context["form"]["kept"].value()


def test_columns_are_asked_for_where_they_are_not_plain(editor, product):
    asked = upload(editor, product, two_columns())
    assert "This file can be read in more than one way." in asked.text
    assert f"column B: {good(500)}, {good(501)}, {good(502)}" in asked.text
    assert not CodeList.objects.exists()
    data = {"kept": kept(asked), "columns": ["1"], "last": "", "model": ""}
    response = editor.post(page("product_load", product), data, follow=True)
    assert "9 codes read." in response.text
    assert sorted(CodeList.objects.get().codes.values_list("code", flat=True)) == good_codes(9, 500)


def test_columns_of_ranges(editor, product):
    asked = upload(editor, product, [[good(n * 2), good(n * 2 + 1)] for n in range(9)])
    data = {"kept": kept(asked), "columns": ["0"], "last": "1", "model": ""}
    response = editor.post(page("product_load", product), data, follow=True)
    assert "72 codes read." in response.text
    assert "9 ranges written out" in shown(response)


def test_a_column_for_two_things(editor, product):
    asked = upload(editor, product, two_columns())
    data = {"kept": kept(asked), "columns": ["1"], "last": "1", "model": ""}
    response = editor.post(page("product_load", product), data)
    assert "Choose each column for one thing only." in response.text
    assert kept(response) == kept(asked)


def test_a_column_that_is_not_there(editor, product):
    asked = upload(editor, product, two_columns())
    response = editor.post(page("product_load", product), {"kept": kept(asked), "columns": ["7"]})
    assert "not one of the available choices" in response.text


def test_ranges_have_one_column_of_first_codes(editor, product):
    asked = upload(editor, product, [[good(n), good(n + 100), good(n + 200)] for n in range(3)])
    data = {"kept": kept(asked), "columns": ["0", "1"], "last": "2", "model": ""}
    assert "Ranges have one column" in editor.post(page("product_load", product), data).text


def test_several_columns_are_loaded_together_and_the_rest_is_named(editor, product):
    rows = [[good(n), good(n + 100), good(n + 200)] for n in range(9)]
    asked = upload(editor, product, rows)
    data = {"kept": kept(asked), "columns": ["0", "1"], "last": "", "model": ""}
    response = editor.post(page("product_load", product), data, follow=True)
    assert "18 codes read." in response.text
    text = shown(response)
    assert "27 in the whole file: 18 taken, 9 passed over" in text
    assert f"column B: 9 codes, {good(100)} to {good(108)}" in text
    assert f"column C: 9 cells, {good(200)} to {good(208)}" in text
    again = upload(editor, product, rows)
    assert "It passed over column C. To take these too, discard that list" in shown(again)


def test_what_a_file_asks_is_asked(editor, product):
    rows = [["SN", "Affected"], [good(0), "Yes"], [good(1), "No"]]
    asked = upload(editor, product, rows)
    assert "Column B “affected” says no in 1 row." in asked.text
    data = {"kept": kept(asked), "columns": ["0"], "last": "", "model": ""}
    without = editor.post(page("product_load", product), data)
    assert "This field is required." in without.text
    data["answer_no_rows"] = "leave_out"
    response = editor.post(page("product_load", product), data, follow=True)
    assert "1 code read." in response.text
    assert "2 in the whole file: 1 taken, 1 says no" in shown(response)


# The preview --------------------------------------------------------------------------------------


@pytest.fixture
def spoilt_list(editor, product):
    rows, _ = with_spoilt_rows(4000, 0.03)
    upload(editor, product, rows)
    return CodeList.objects.get()


def test_the_first_refused_rows_and_all_of_them_as_csv(editor, spoilt_list):
    response = editor.get(page("codelist_review", spoilt_list))
    assert "The first 50 of 121." in shown(response) or "The first 50 of 120." in shown(response)
    assert "Row Value Reason 33 ACCJRU1D1000000 It has 15 characters" in shown(response)
    whole = editor.get(page("codelist_refused", spoilt_list))
    content = b"".join(whole.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content)))
    assert rows[0] == ["Row", "Value", "Reason"]
    assert len(rows) == 1 + spoilt_list.rows_refused
    assert whole.headers["Content-Disposition"].startswith("attachment")


def test_no_cell_of_that_file_is_a_formula(editor, product):
    formulas = ["=1+1", "+1", "-1", "@SUM(A1)"]
    upload(editor, product, ["SN", *good_codes(60), *formulas, '"\t=1"'])
    whole = editor.get(page("codelist_refused", CodeList.objects.get()))
    rows = list(csv.reader(io.StringIO(b"".join(whole.streaming_content).decode())))
    assert [row[1] for row in rows[1:5]] == [f"'{formula}" for formula in formulas]
    assert not any(cell[:1] in ("=", "+", "-", "@") for row in rows for cell in row)


@pytest.mark.parametrize("text", ["=x", "+x", "-x", "@x", "\tx", "\rx", "\x00x"])
def test_what_a_spreadsheet_takes_for_a_formula(text):
    assert no_formula(text) == f"'{text}"
    assert no_formula(f"x{text}") == f"x{text}"


def test_what_a_row_holds_is_shown_as_text(editor, product):
    upload(editor, product, ["SN", *good_codes(30), "<script>alert(1)</script>"])
    response = editor.get(page("codelist_review", CodeList.objects.get()))
    assert "&lt;script&gt;alert(1)" in response.text
    assert "<script>alert" not in response.text


def test_is_this_code_in_the_file(editor, product):
    upload(editor, product, good_codes(3))
    address = page("codelist_review", CodeList.objects.get())
    assert f"Yes, the file has {good(1)}." in editor.get(address, {"code": good(1)}).text
    response = editor.get(address, {"code": "ACCJRUID10000000"})
    assert "No, the file does not have ACCJRUID10000000." in response.text
    assert f"look like it: {good(0)}." in response.text


def test_one_file_for_several_products(editor, product):
    other = make_product(recall=product.recall, model_numbers="A3302", name="PowerConf")
    rows = [["SN", "Model"], *([good(n), ("A3102", "A3302")[n % 2]] for n in range(20))]
    response = upload(editor, product, rows)
    assert "10 rows of this file name Example PowerConf (A3302)." in shown(response)
    token = response.context["kept"]
    again = editor.post(page("product_load", other), {"kept": token}, follow=True)
    assert "10 codes read." in again.text
    assert [row.product for row in CodeList.objects.order_by("pk")] == [product, other]


# The next step ------------------------------------------------------------------------------------


def test_a_good_list_is_made_active(editor, product):
    upload(editor, product, good_codes(3))
    code_list = CodeList.objects.get()
    address = page("codelist_review", code_list)
    response = editor.post(address, {"do": "activate"}, follow=True)
    code_list.refresh_from_db()
    assert code_list.status == CodeList.Status.ACTIVE
    assert f'href="{page("recall_publish", product.recall)}"' in response.text
    assert "Take it out again" in response.text


def test_refused_rows_hold_it_back_until_a_reason_is_given(editor, spoilt_list):
    address = page("codelist_review", spoilt_list)
    response = editor.post(address, {"do": "activate", "waiver": ""})
    assert "say why the rest may be used without them" in response.text
    spoilt_list.refresh_from_db()
    assert spoilt_list.status == CodeList.Status.DRAFT
    editor.post(address, {"do": "activate", "waiver": "The maker will send them."})
    spoilt_list.refresh_from_db()
    assert (spoilt_list.status, spoilt_list.waiver) == ("active", "The maker will send them.")


def test_a_list_replaces_another_with_the_difference_shown(editor, product):
    old = make_list(product, good_codes(5), file_name="old.csv")
    upload(editor, product, good_codes(5, 3))
    new = CodeList.objects.get(status="draft")
    address = page("codelist_review", new)
    assert "Show what changes in place of old.csv" in editor.get(address).text
    response = editor.get(address, {"replaces": old.pk})
    assert f"3 codes added: {', '.join(good_codes(3, 5))}" in shown(response)
    assert f"3 codes dropped, in no other active list: {good(0)}" in shown(response)
    assert "that takes a second person" in shown(response)
    assert f'<option value="{old.pk}" selected>' in response.text
    editor.post(address, {"do": "activate", "replaces": old.pk})
    old.refresh_from_db()
    assert old.status == CodeList.Status.WITHDRAWN


def test_a_list_of_another_product_cannot_be_replaced(editor, product):
    foreign = make_list(make_product(), good_codes(5))
    make_list(product, good_codes(2))
    upload(editor, product, good_codes(5, 3))
    new = CodeList.objects.get(status="draft")
    response = editor.post(page("codelist_review", new), {"do": "activate", "replaces": foreign.pk})
    assert "not one of the available choices" in response.text
    new.refresh_from_db()
    assert new.status == CodeList.Status.DRAFT


def test_a_draft_is_discarded(editor, product):
    upload(editor, product, good_codes(3))
    code_list = CodeList.objects.get()
    editor.post(page("codelist_review", code_list), {"do": "discard"})
    code_list.refresh_from_db()
    assert (code_list.status, code_list.codes.count()) == ("discarded", 0)


def test_a_discarded_list_says_so_and_leads_to_the_next_file(editor, spoilt_list):
    """Its rows are gone, so whether a code was among them is not answered any more."""
    response = editor.post(page("codelist_review", spoilt_list), {"do": "discard"}, follow=True)
    assert "its codes are gone." in shown(response)
    assert f'href="{page("product_load", spoilt_list.product)}">Load a mended file' in response.text
    assert "Is this code in the file?" not in response.text
    assert "The first 0 of" not in response.text


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"slug": "other", "reason": "x"}, "address is anker-a3102."),
        ({"slug": "anker-a3102", "reason": ""}, "Say why the list is withdrawn."),
        ({}, "address is anker-a3102."),
    ],
)
def test_withdrawing_asks_for_the_notice_and_a_reason(editor, product, data, sentence):
    code_list = make_list(product, good_codes(3))
    address = page("codelist_review", code_list)
    assert sentence in editor.post(address, {"do": "withdraw", **data}).text.replace("&#x27;", "'")
    code_list.refresh_from_db()
    assert code_list.status == CodeList.Status.ACTIVE


def test_a_list_is_withdrawn(editor, product):
    code_list = make_list(product, good_codes(3))
    data = {"do": "withdraw", "slug": "anker-a3102", "reason": "Wrong file."}
    response = editor.post(page("codelist_review", code_list), data, follow=True)
    assert "no longer complete" in response.text
    code_list.refresh_from_db()
    assert code_list.status == CodeList.Status.WITHDRAWN


def test_a_button_that_is_not_there(editor, product):
    code_list = make_list(product, good_codes(3))
    for step in ("activate", "discard", "publish", ""):
        response = editor.post(page("codelist_review", code_list), {"do": step})
        assert response.status_code == 200
        assert "Nothing was changed." in response.text
    code_list.refresh_from_db()
    assert code_list.status == CodeList.Status.ACTIVE


def test_somebody_was_faster(editor, product):
    upload(editor, product, good_codes(3))
    code_list = CodeList.objects.get()
    address = page("codelist_review", code_list)
    signed_in(make_person("bob", PUBLISHER)).post(address, {"do": "discard"})
    assert "Nothing was changed." in editor.post(address, {"do": "activate"}).text


# Who may ------------------------------------------------------------------------------------------


def test_an_administrator_looks_and_changes_nothing(product):
    client = signed_in(make_person("ada", ADMINISTRATOR))
    code_list = make_list(product, good_codes(3), status="draft", activated_at=None)
    assert client.get(page("product_load", product)).status_code == 403
    response = client.get(page("codelist_review", code_list))
    assert response.status_code == 200
    assert "Make active" not in response.text
    assert client.post(page("codelist_review", code_list), {"do": "activate"}).status_code == 403


def test_who_has_no_role_sees_nothing(product):
    client = signed_in(make_person("nobody"))
    code_list = make_list(product, good_codes(3))
    for address in (
        page("product_load", product),
        page("codelist_review", code_list),
        page("codelist_refused", code_list),
    ):
        assert client.get(address).status_code == 403


# Where staff find them ----------------------------------------------------------------------------


def test_the_product_leads_to_its_lists(editor, product):
    code_list = make_list(product, good_codes(3))
    response = editor.get(page("product_change", product))
    assert page("product_load", product) in response.text
    assert page("codelist_review", code_list) in response.text


def test_the_list_of_lists_leads_to_each(editor, product):
    code_list = make_list(product, good_codes(3))
    response = editor.get(reverse("admin:recalls_codelist_changelist"))
    assert page("codelist_review", code_list) in response.text
    assert editor.get(page("codelist_change", code_list)).headers["Location"] == page(
        "codelist_review", code_list
    )


def test_the_start_page_sweeps_and_shows_what_is_unfinished(editor, product, tmp_path):
    loading.load(product=product, path=write_rows(tmp_path, "march.csv", good_codes(3)))
    text = shown(editor.get("/staff/"))
    assert "march.csv , draft, Anker Soundcore (A3102), loaded by the command line" in text
