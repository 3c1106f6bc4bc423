"""Try a code: what staff are told of a visitor's whole way, also past a slip."""

import pytest
from django.urls import reverse

from recalls.check.verdict import Why
from recalls.staff.pages import try_pages
from tests.support.factories import make_listed_recall, make_product
from tests.support.pages import words
from tests.support.people import EDITOR, make_person, signed_in

pytestmark = pytest.mark.django_db

NEAR, FAR = "KB700005", "KB799999"


@pytest.fixture
def recall():
    return make_listed_recall()


def tried(recall, **values):
    client = signed_in(make_person("eve", EDITOR))
    url = reverse("admin:recalls_recall_try", args=[recall.pk])
    return words(client.get(url, values).text)


def test_a_slip_away_from_a_recalled_code(recall):
    shown = tried(recall, sn=NEAR, product="T700")
    assert "Now: Type again" in shown
    assert "With this draft: Type again" in shown
    assert "type again, because KB700000 is one slip away." in shown
    assert "The visitor is asked to type the code once more, without seeing the first entry" in (
        shown
    )
    assert "is told in the end: Not listed." in shown


def test_the_second_entry(recall):
    shown = tried(recall, sn=NEAR, product="T700", again=NEAR)
    assert "Now: Check again" in shown
    assert "The visitor is asked to compare it with the recalled codes." in shown
    assert "is told in the end: Not listed." in shown


def test_unlike_entries(recall):
    shown = tried(recall, sn=NEAR, product="T700", again=FAR)
    assert "Now: Type again" in shown
    assert f"which the label shows, {NEAR} or {FAR}" in shown


def test_a_second_entry_that_is_recalled(recall):
    shown = tried(recall, sn=NEAR, product="T700", again="KB700000")
    assert "Now: Recalled" in shown
    assert "is told in the end" not in shown


def test_the_whole_way(recall):
    shown = tried(recall, sn=NEAR, product="T700", typed_twice="on")
    assert "Now: Not listed" in shown
    assert "is told in the end" not in shown


def test_a_confusable_has_no_way_on(recall):
    shown = tried(recall, sn="KB7O0000", product="T700")
    assert "Now: Check again" in shown
    assert "There is no way on from here: the visitor is told to treat it as recalled." in shown


def test_a_code_far_from_all_is_asked_nothing(recall):
    shown = tried(recall, sn=FAR, product="T700")
    assert "Now: Not listed" in shown
    assert "is told in the end" not in shown


def test_the_very_code_of_a_sister(recall):
    make_product(
        recall=recall,
        model_numbers="T800",
        shapes="#########",
        codes=["123456789"],
    )
    make_product(
        recall=recall,
        model_numbers="T900",
        shapes="#########",
        codes=["999999999"],
        list_complete=True,
    )
    shown = tried(recall, sn="123456789", product="T900")
    assert "Now: Which product" in shown
    assert "123456789 is recalled for it, and the visitor has named another" in shown


@pytest.mark.parametrize("why", Why)
def test_every_reason_of_a_finding_has_its_words(why):
    assert why in try_pages.REASONS


def test_of_very_many_products_a_number_is_typed(recall, monkeypatch):
    monkeypatch.setattr(try_pages, "MAX_PRODUCTS_TO_CHOOSE", 0)
    client = signed_in(make_person("ann", EDITOR))
    url = reverse("admin:recalls_recall_try", args=[recall.pk])
    page = client.get(url).text
    assert '<input type="text" name="product"' in page
    assert "Not chosen" not in page
    assert "Now: Not listed" in tried(recall, sn=FAR, product="t-700")
