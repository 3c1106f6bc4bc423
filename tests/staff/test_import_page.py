"""Staff bring in records of the CPSC, and make rules of their wording."""

import json

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from recalls.models import IdentificationRule, Recall
from recalls.publishing.checklist import checklist_lines
from recalls.staff.pages import import_pages
from tests.support.cpsc_records import record
from tests.support.factories import make_product, make_recall, make_rule
from tests.support.forms import form_data
from tests.support.pages import words
from tests.support.people import ADMINISTRATOR, EDITOR, make_person, signed_in

pytestmark = pytest.mark.django_db
WORDING = "The ranges are C3753 - C77735 S73202 - S8442 and serial number KK1234567."


@pytest.fixture
def editor():
    return signed_in(make_person("eve", EDITOR))


def page():
    return reverse("admin:recalls_recall_import")


def upload(client, content, name="records.json"):
    content = content if isinstance(content, bytes) else json.dumps(content).encode()
    return client.post(page(), {"file": SimpleUploadedFile(name, content)})


# The page -----------------------------------------------------------------------------------------


def test_it_is_linked_for_those_who_may(editor):
    link = f'href="{page()}">Bring in records…</a>'
    admin = signed_in(make_person("adam", ADMINISTRATOR))
    for name in ("admin:index", "admin:recalls_recall_changelist"):
        assert link in editor.get(reverse(name)).text
        assert link not in admin.get(reverse(name)).text
    assert admin.get(page()).status_code == 403
    assert upload(admin, [record("25030")]).status_code == 403
    assert not Recall.objects.exists()


def test_before_a_file_there_is_no_table(editor):
    response = editor.get(page())
    assert "<table" not in response.text.split('id="content-main"')[1]
    assert "no notice that is here already is changed" in words(response.text)


def test_the_table_names_each_notice_and_what_is_left(editor):
    response = upload(editor, [record("25030"), record("26607"), {"a": 1}])
    recall = Recall.objects.get(authority_number="26-607")
    shown = response.text
    assert "2 of 3 brought in" in shown
    assert f'<a href="{reverse("admin:recalls_recall_change", args=[recall.pk])}">' in shown
    assert "<li>No firm is named. Enter who recalls it.</li>" in shown
    assert "none of its fields" in shown
    entry = LogEntry.objects.filter(object_id=str(recall.pk)).get()
    assert (entry.user.username, entry.get_change_message()) == (
        "eve",
        "Brought in from the CPSC's record 26607.",
    )
    assert recall.history.get().who == "eve"
    again = upload(editor, record("26607"))
    assert "0 of 1 brought in" in again.text
    assert "It is here already" in again.text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is no JSON"),
        (b"PK\x03\x04\xff", "not saved as UTF-8"),
        (b"[" + b"{}," * 100 + b"{}]", "101 records; 100 at most"),
    ],
)
def test_other_files_are_refused_and_nothing_is_stored(editor, content, sentence):
    response = upload(editor, content)
    assert response.status_code == 200
    assert sentence in response.text
    assert "<title>Error: " in response.text
    assert not Recall.objects.exists()


def test_a_large_file_and_none_at_all(editor, monkeypatch):
    assert "Choose a file." in editor.post(page()).text
    monkeypatch.setattr(import_pages, "MAX_PAGE_BYTES", 10)
    assert "Use manage.py import_cpsc for it." in upload(editor, [record("25030")]).text
    assert not Recall.objects.exists()


def test_text_of_a_record_is_no_markup(editor):
    response = upload(
        editor, record("25030", Title="<b>A</b> Recalls B", Products=[{"Name": "<i>C"}])
    )
    assert "<b>A" not in response.text and "<i>C" not in response.text


# On the notice's page -----------------------------------------------------------------------------


def test_what_is_left_comes_first_on_the_notices_page(editor):
    def order(recall):
        shown = editor.get(reverse("admin:recalls_recall_change", args=[recall.pk])).text
        return shown.index("Taken from the official notice") < shown.index("Date of the notice")

    assert order(make_recall(slug="left", status="draft", left_to_enter="Enter the brand."))
    assert not order(make_recall(slug="done", status="draft"))


def test_the_checklist_says_that_something_is_left(editor):
    recall = make_recall(slug="left", status="draft", left_to_enter="Enter the brand.\nSee it.")
    told = [line.sentence for line in checklist_lines(recall)]
    assert (
        "2 things are left to enter from the authority's record. The first: Enter the brand."
        in told
    )
    recall.left_to_enter = ""
    assert not any("left to enter" in line.sentence for line in checklist_lines(recall))


# Beside the rules ---------------------------------------------------------------------------------


@pytest.fixture
def product():
    recall = make_recall(slug="draft", status="draft", source_wording=WORDING)
    return make_product(recall=recall, model_numbers="A3102", shapes="")


def save(client, product, **changes):
    address = reverse("admin:recalls_product_change", args=[product.pk])
    return client.post(address, form_data(client.get(address)) | changes, follow=True)


def rules():
    return list(IdentificationRule.objects.order_by("pk").values_list("text", "effect", "status"))


def test_the_wording_stands_beside_the_rules_with_what_it_may_mean(editor, product):
    shown = editor.get(reverse("admin:recalls_product_change", args=[product.pk])).text
    assert WORDING in words(shown)
    assert 'type="checkbox" name="suggested_rules" value="C3753 to C77735"' in shown
    assert "checked" not in shown.split('name="suggested_rules"')[1].split(">")[0]
    assert "No rule can be made of “S73202 to S8442”. The range runs backwards" in words(shown)


def test_none_is_taken_by_itself(editor, product):
    save(editor, product)
    assert rules() == []


def test_what_is_ticked_becomes_draft_rules(editor, product):
    ticked = ["C3753 to C77735", "KK1234567"]
    response = save(editor, product, suggested_rules=ticked, pasted_effect="inspect")
    assert "2 ticked rules were added." in response.text
    assert rules() == [(text, "inspect", "draft") for text in ticked]
    shown = editor.get(reverse("admin:recalls_product_change", args=[product.pk])).text
    assert 'name="suggested_rules"' not in shown


def test_a_ticked_rule_is_held_against_the_shapes_and_the_other_rules(editor, product):
    shapes = save(editor, product, suggested_rules=["KK1234567"], shapes="Z####")
    assert "KK1234567: No code that fits this product" in words(shapes.text).replace("&#x27;", "'")
    both = save(editor, product, suggested_rules=["KK1234567"], pasted_rules="kk-1234567")
    assert "KK1234567: This product has it already." in words(both.text)
    assert rules() == []
    make_rule(product=product, text="KK1234567", status="draft")
    gone = save(editor, product, suggested_rules=["KK1234567"])
    assert "The wording has changed since you opened this page." in words(gone.text)


def test_without_wording_there_is_nothing_to_tick(editor):
    product = make_product(recall=make_recall(slug="bare", status="draft"))
    shown = editor.get(reverse("admin:recalls_product_change", args=[product.pk])).text
    assert "None. Enter it on the notice" in shown
    assert "suggested_rules" not in shown
    assert "suggested_rules" not in editor.get(reverse("admin:recalls_product_add")).text
