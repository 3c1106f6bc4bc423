"""A large file is read while its page shows how far it is; what names a list links to it."""

import threading
import time

import pytest
from django.urls import reverse

from recalls.lists import loading, storing
from recalls.lists.limits import NotATable
from recalls.models import AffectedCode, CodeList
from recalls.staff.pages import background
from tests.support.factories import make_list, make_product, make_recall
from tests.support.people import EDITOR, make_person, signed_in

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = 2000


@pytest.fixture
def product():
    return make_product(recall=make_recall(status="draft"), shapes="ABCD######")


@pytest.fixture
def eve(settings, tmp_path):
    settings.UPLOAD_FOLDER = str(tmp_path / "uploads")
    return make_person("eve", EDITOR)


@pytest.fixture
def held(monkeypatch):
    """Files of any size are read on after the answer, in small chunks; the second one waits."""
    monkeypatch.setattr(background, "BYTES_READ_AT_ONCE", 0)
    monkeypatch.setattr(storing, "CODES_IN_A_CHUNK", 500)
    go_on = threading.Event()
    store = loading._Loading._store

    def wait_then_store(self, *args):
        if self.stored >= 500:
            assert go_on.wait(20)
        store(self, *args)

    monkeypatch.setattr(loading._Loading, "_store", wait_then_store)
    yield go_on
    go_on.set()
    end_threads()


def end_threads():
    for thread in threading.enumerate():
        if thread.daemon and thread.name.startswith("list "):
            thread.join(20)


def file_of(tmp_path, number=NUMBER, last=()):
    path = tmp_path / "maker.csv"
    rows = [f"ABCD{code:06}" for code in range(number)]
    path.write_text("\n".join(["SN code", *rows, *last]))
    return path


def load(client, product, path, **how):
    url = reverse("admin:recalls_product_load", args=[product.pk])
    with path.open("rb") as file:
        return client.post(url, {"file": file}, **how)


def review(code_list):
    return reverse("admin:recalls_codelist_review", args=[code_list.pk])


def until(condition):
    for _ in range(400):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("It did not come about.")


def has_stored(number):
    return lambda: CodeList.objects.get().codes_stored >= number


def test_the_page_shows_how_far_the_reading_is(eve, product, held, tmp_path):
    client = signed_in(eve)
    answer = load(client, product, file_of(tmp_path), follow=True)
    code_list = CodeList.objects.get()
    assert answer.redirect_chain[-1][0].startswith(review(code_list))
    assert "The file is being read. You can close this page" in answer.text
    until(has_stored(50))
    shown = client.get(review(code_list)).text
    stored = CodeList.objects.get().codes_stored
    assert f'value="{stored}" max="2000"' in shown
    assert "Show progress" in shown
    assert "Make active" not in shown
    assert review(code_list) in client.get("/staff/").text
    held.set()
    until(lambda: CodeList.objects.get().status == CodeList.Status.DRAFT)
    end_threads()
    shown = client.get(review(code_list)).text
    assert "Show progress" not in shown
    assert "Make active" in shown
    code_list.refresh_from_db()
    assert (code_list.codes_stored, AffectedCode.objects.count()) == (NUMBER, NUMBER)


def test_the_record_names_who_loaded_it(eve, product, held, tmp_path):
    held.set()
    load(signed_in(eve), product, file_of(tmp_path))
    until(lambda: CodeList.objects.get().status == CodeList.Status.DRAFT)
    end_threads()
    assert {row.who for row in CodeList.history.all()} == {"eve"}


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (NotATable("Row 9 is no code."), "Row 9 is no code."),
        (RuntimeError("secret detail"), "The site failed at it."),
    ],
)
def test_what_ends_the_reading_is_said_on_the_page(
    eve, product, held, tmp_path, monkeypatch, error, sentence
):
    def fail(self, code_list):
        raise error

    monkeypatch.setattr(loading._Loading, "run", fail)
    client = signed_in(eve)
    load(client, product, file_of(tmp_path))
    until(lambda: "failed" in CodeList.objects.get().report)
    end_threads()
    shown = client.get(review(CodeList.objects.get())).text
    assert f"This file was not loaded, and nothing of it is kept: {sentence}" in shown
    assert "secret detail" not in shown
    assert CodeList.objects.get().status == CodeList.Status.DISCARDED
    assert not AffectedCode.objects.exists()


def test_a_list_that_is_discarded_while_it_is_read_stays_so(eve, product, held, tmp_path):
    load(signed_in(eve), product, file_of(tmp_path))
    until(has_stored(50))
    loading.end_load(CodeList.objects.get())
    held.set()
    until(lambda: "failed" in CodeList.objects.get().report)
    end_threads()
    assert CodeList.objects.get().status == CodeList.Status.DISCARDED
    assert not AffectedCode.objects.exists()


def test_more_files_at_once_are_read_before_the_answer(eve, product, held, tmp_path, monkeypatch):
    monkeypatch.setattr(background, "_turns", threading.BoundedSemaphore(1))
    assert background._turns.acquire(blocking=False)
    held.set()
    answer = load(signed_in(eve), product, file_of(tmp_path), follow=True)
    assert "2,000 codes read." in answer.text


def test_a_small_file_is_read_before_the_answer(eve, product, tmp_path):
    answer = load(signed_in(eve), product, file_of(tmp_path, number=20), follow=True)
    assert "20 codes read." in answer.text
    assert "Make active" in answer.text


@pytest.mark.parametrize(
    ("status", "to_do"),
    [
        ("draft", "It answers nothing yet: look at it, and make it active or discard it."),
        ("active", "It is active, so nothing is to be done."),
        ("loading", "It is being read: wait for it."),
    ],
)
def test_a_file_that_is_loaded_already_leads_to_its_list(eve, product, tmp_path, status, to_do):
    path = file_of(tmp_path, number=5)
    row = make_list(product=product, codes=["ABCD000001"], status=status)
    CodeList.objects.filter(pk=row.pk).update(sha256=loading.files.hash_file(path))
    answer = load(signed_in(eve), product, path)
    assert to_do in answer.text
    assert f'<a href="{review(row)}">Open that list</a>' in answer.text
