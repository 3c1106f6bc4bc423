"""A list is made active in the step that reads it where nobody has to look first; and out again."""

import io

import pytest
import xlsxwriter
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from recalls.lists.at_once import why_not_at_once
from recalls.models import CodeList, Outcome, Product
from recalls.publishing import steps
from recalls.staff.pages import background
from tests.support.admin_pages import said
from tests.support.factories import make_country, make_list, make_product, make_recall, make_rule
from tests.support.list_files import good, good_codes
from tests.support.people import make_person, signed_in
from tests.support.publish_pages import verdict

pytestmark = pytest.mark.django_db
FILE = ["SN code", *good_codes(12)]


@pytest.fixture(autouse=True)
def upload_folder(settings, tmp_path):
    settings.UPLOAD_FOLDER = str(tmp_path / "uploads")


@pytest.fixture
def product():
    recall = make_recall(slug="anker-a3102", status="draft", countries=[])
    make_country(recall=recall, country="US", units=None)
    return make_product(recall=recall, model_numbers="A3102", unused_letters="OI")


def page(name, row):
    return reverse(f"admin:recalls_{name}", args=[row.pk])


def upload(client, product, rows, **values):
    lines = (",".join(row) if isinstance(row, list) else row for row in rows)
    file = SimpleUploadedFile("maker.csv", ("\n".join(lines) + "\n").encode())
    return send(client, product, file, **values)


def send(client, product, file, **values):
    data = {"file": file, "at_once": "on", **values}
    return client.post(page("product_load", product), data, follow=True)


def status(product):
    return product.code_lists.latest("pk").status


def test_a_file_that_was_taken_whole_is_active_at_once(editor, product):
    response = upload(editor, product, FILE)
    code_list = CodeList.objects.get()
    assert code_list.status == "active"
    assert response.redirect_chain[-1][0].startswith(page("codelist_review", code_list))
    assert "The list is active. Its codes answer once you" in said(response)[-1]
    for sign in (*good_codes(5), good(11), "Different codes", "Take it out again"):
        assert sign in response.text, sign
    # As its own button does it.
    entry = LogEntry.objects.latest("pk")
    assert (entry.change_message, entry.user.username) == ("Made active.", "eve")
    assert code_list.history.first().status == "active"
    assert verdict(good(0)) != Outcome.RECALLED


def test_without_the_tick_it_is_a_draft(editor, product):
    response = upload(editor, product, FILE, at_once="")
    assert status(product) == "draft"
    assert "at once" not in " ".join(said(response))


def hidden_rows():
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        sheet = book.add_worksheet()
        sheet.write_column(0, 0, FILE)
        sheet.set_row(3, None, None, {"hidden": True})
    return SimpleUploadedFile("maker.xlsx", data.getvalue())


NOT_TAKEN_WHOLE = [
    ([*FILE, good(1)[:-1]], "Rows were refused: 1."),
    (["Recall of 2024", *FILE], "Rows were passed over: title."),
    ([*FILE, "Total"], "Rows were passed over: total."),
    ([*FILE, good(20).replace("A", "А")], "Codes have letters of another script."),
    (["First,Last", f"{good(0)},{good(1)}"], "Ranges were written out."),
    (["SN,Model", f"{good(30)},A3102", f"{good(31)},A3103"], "Rows name another product."),
]


def test_any_other_file_waits_as_a_draft_with_the_reason(editor, product):
    make_product(recall=product.recall, model_numbers="A3103", unused_letters="OI")
    for rows, sentence in NOT_TAKEN_WHOLE:
        response = upload(editor, product, rows)
        assert status(product) == "draft", sentence
        told = said(response)[-1]
        assert told.startswith("The list was not made active at once."), told
        assert sentence in told
    response = send(editor, product, hidden_rows())
    assert "The file hides rows or columns." in said(response)[-1]
    assert not CodeList.objects.exclude(status="draft").exists()
    assert not LogEntry.objects.exists()


WHOLE = {"cells": {"look_like_codes": 3, "taken": 3}, "passed_over": [], "skipped": {"header": 1}}


@pytest.mark.parametrize(
    ("report", "sentences"),
    [
        (WHOLE, 0),
        (WHOLE | {"skipped": {"header": 1, "blank": 7}}, 0),
        ({}, 1),
        (WHOLE | {"cells": {"look_like_codes": 4, "taken": 3}}, 1),
        (WHOLE | {"passed_over": [{"name": "column B", "cells": 1}]}, 1),
        (WHOLE | {"skipped": {"header": 2}}, 1),
    ],
)
def test_a_report_that_does_not_add_up_is_for_a_person(product, report, sentences):
    code_list = CodeList(product=product, status="draft", report=report)
    assert len(why_not_at_once(code_list)) == sentences


def test_a_file_that_asks_a_question_is_never_active_at_once(editor, product):
    asked = upload(editor, product, [[good(n), good(n + 500)] for n in range(9)])
    data = {field.name: field.value() for field in asked.context["form"].hidden_fields()}
    data |= {"columns": ["0", "1"], "last": "", "model": ""}
    response = editor.post(page("product_load", product), data, follow=True)
    assert status(product) == "draft"
    assert "The file can be read in more than one way." in said(response)[-1]


def test_another_list_or_a_complete_one_is_a_question_too(editor, product):
    make_list(product, good_codes(2, 50))
    response = upload(editor, product, FILE)
    assert "say first whether this one replaces it." in said(response)[-1]
    other = make_product(recall=product.recall, model_numbers="A3103", unused_letters="OI")
    make_rule(product=other, text=good(70))
    Product.objects.filter(pk=other.pk).update(list_complete=True)
    response = upload(editor, other, FILE)
    assert "The product's list is set complete." in said(response)[-1]
    assert status(product) == status(other) == "draft"


@pytest.mark.parametrize(("units", "became"), [(11, "active"), (10, "draft"), (1000, "active")])
def test_more_codes_than_units_wait_for_a_look(editor, product, units, became):
    """12 codes: as with a list that is set complete, up to 110 in 100 are fine; too few are not yet
    a fault, since the list is not complete."""
    product.recall.countries.update(units=units)
    response = upload(editor, product, FILE)
    assert status(product) == became
    if became == "draft":
        assert "far from the 10 units of the notice. Codes of other" in said(response)[-1]
        assert not CodeList.history.filter(status="active").exists()


def test_a_large_file_waits_as_a_draft(editor, product, monkeypatch):
    monkeypatch.setattr(
        background, "read", lambda code_list, read_rest, size: CodeList.objects.get()
    )
    response = upload(editor, product, FILE)
    assert status(product) == "loading"
    assert "The file is large and is still being read." in said(response)[-1]


def test_who_may_not_make_a_list_active_cannot_do_it_at_once(product):
    person = make_person("lou")
    person.user_permissions.add(
        *Permission.objects.filter(codename__in=["add_codelist", "view_codelist"])
    )
    response = upload(signed_in(person), product, FILE)
    assert status(product) == "draft"
    assert "Your role does not include it." in said(response)[-1]


def test_a_list_is_taken_out_again_with_one_press(editor, product):
    upload(editor, product, FILE)
    code_list = CodeList.objects.get()
    response = editor.post(page("codelist_review", code_list), {"do": "take_out"}, follow=True)
    assert "The list is taken out again." in said(response)[-1]
    code_list.refresh_from_db()
    assert code_list.status == "withdrawn"
    entry = LogEntry.objects.latest("pk")
    assert entry.change_message == "Taken out before any publication held it."
    upload(editor, product, FILE)
    assert status(product) == "active"


def test_what_a_publication_holds_or_what_replaced_another_is_withdrawn(editor, product):
    """Who takes it out would tell people less, or leave the product without its list."""
    upload(editor, product, FILE)
    code_list = CodeList.objects.get()
    steps.publish_from_shell(recall=product.recall)
    second = make_list(product, good_codes(3, 30), replaces=code_list, status="active")
    for row in (code_list, second):
        address = page("codelist_review", row)
        shown = editor.get(address).text
        assert "Take it out again" not in shown
        assert "Withdraw the list" in shown
        refused = editor.post(address, {"do": "take_out"})
        assert "A publication holds it, or it replaced another" in refused.text
        row.refresh_from_db()
        assert row.status == "active"
    assert verdict(good(0)) == Outcome.RECALLED
