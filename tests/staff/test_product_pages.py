"""The page of suggested test codes: nothing is kept that nobody ticked."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from recalls.models import IdentificationRule, TestCode
from recalls.publishing import suggestions
from tests.support.factories import make_product, make_recall, make_rule
from tests.support.forms import InlineCode, form_data
from tests.support.people import ADMINISTRATOR, EDITOR, PUBLISHER, make_person, signed_in

pytestmark = pytest.mark.django_db

FIRST, BEFORE = "ACCJRU1D16400841", "ACCJRU1D16400840"


@pytest.fixture
def product():
    recall = make_recall(slug="a3102", status="draft")
    product = make_product(recall=recall, model_numbers="A3102", shapes="?" * 16)
    make_rule(product=product, text=f"{FIRST} to ACCJRU1D16400960", status="draft")
    return product


def page(product):
    return reverse("admin:recalls_product_suggest", args=[product.pk])


def change_page(product):
    return reverse("admin:recalls_product_change", args=[product.pk])


def test_it_shows_each_code_with_its_answer_and_ticks_none(editor, product):
    assert page(product) in editor.get(change_page(product)).text
    text = editor.get(page(product)).text
    assert f'value="{FIRST} alone recalled"' in text
    assert f'value="{BEFORE} named list_incomplete"' in text
    assert " checked" not in text
    assert "Warns less" not in text
    assert InlineCode(text).found == []
    assert not TestCode.objects.exists()


def test_the_ticked_ones_are_kept_and_no_other(editor, product):
    keys = [f"{FIRST} alone recalled", f"{BEFORE} named list_incomplete"]
    response = editor.post(page(product), {"keep": keys}, follow=True)
    assert response.redirect_chain == [(change_page(product), 302)]
    assert "Test codes kept: 2." in response.text
    rows = TestCode.objects.order_by("pk").values_list("typed", "names_product", "expected")
    assert list(rows) == [(FIRST, False, "recalled"), (BEFORE, True, "list_incomplete")]
    assert TestCode.history.first().who == "eve"
    text = editor.get(page(product)).text
    assert text.count("Kept already") == 2
    assert f'value="{FIRST} alone' not in text


def test_all_that_answer_as_one_would_expect_are_kept_with_one_press(editor, product):
    product.rules.create(text="ACCJRU1D16400900", effect="not_recalled")
    text = editor.get(page(product)).text
    shown = re.findall(r'name="shown" value="([^"]+)"', text)
    offered = re.findall(r'name="keep" value="([^"]+)"', text)
    less = [key for key in offered if key not in shown]
    assert f"Keep all {len(shown)} that answer as one would expect" in " ".join(text.split())
    # What the site answers meanwhile is not kept in place of what was shown.
    changed = [key.replace("recalled", "inspect") for key in shown]
    refused = editor.post(page(product), {"do": "all", "shown": changed})
    assert "The verdicts have changed" in refused.text
    assert not TestCode.objects.exists()
    told = editor.post(page(product), {"do": "all", "shown": shown, "keep": less[:1]}, follow=True)
    assert f"Test codes kept: {len(shown) + len(less[:1])}." in told.text


def test_the_product_that_somebody_has_open_is_not_overwritten(editor, product):
    opened = form_data(editor.get(change_page(product)))
    other = signed_in(make_person("bob", EDITOR))
    other.post(page(product), {"keep": [f"{FIRST} alone recalled"]})
    response = editor.post(change_page(product), opened | {"color_en": "black"})
    assert "was saved after you opened this page" in response.text


def test_nothing_ticked_is_said(editor, product):
    response = editor.post(page(product), {})
    assert "Tick the codes that you want to keep." in response.text
    assert not TestCode.objects.exists()


@pytest.mark.parametrize(
    "key",
    [f"{FIRST} alone not_listed", "ACCJRU1D99999999 alone recalled", "x"],
)
def test_nobody_keeps_another_verdict_than_they_saw(editor, product, key):
    response = editor.post(page(product), {"keep": [f"{FIRST} named recalled", key]})
    assert "The verdicts have changed since you opened this page." in response.text
    assert f'value="{FIRST} named recalled" id' in response.text
    assert not TestCode.objects.exists()


def test_a_rule_that_changed_meanwhile_shows_the_page_again(editor, product):
    IdentificationRule.objects.update(effect="inspect")
    response = editor.post(page(product), {"keep": [f"{FIRST} alone recalled"]})
    assert "The verdicts have changed" in response.text
    assert f'value="{FIRST} alone inspect"' in response.text
    assert not TestCode.objects.exists()


def test_an_odd_answer_is_pointed_out_with_the_way_to_its_reason(editor, product):
    make_rule(product=product, text="ACCJRU1D164008##", effect="not_recalled", status="draft")
    text = editor.get(page(product)).text
    assert "Warns less than “Recalled”, which one would expect." in text
    url = reverse("admin:recalls_recall_try", args=[product.recall_id])
    assert f"{url}?sn={FIRST}&amp;product=A3102" in text
    shown = editor.get(url, {"sn": FIRST, "product": "A3102"})
    assert "With this draft: List incomplete" in shown.text


def test_what_is_left_out_is_said(editor, product, monkeypatch):
    monkeypatch.setattr(suggestions, "MAX_RULES", 0)
    assert "1 more rule is not looked at." in editor.get(page(product)).text


def test_a_check_that_cannot_be_made_leaves_nothing_to_tick(editor, product, monkeypatch):
    monkeypatch.setattr(suggestions, "answer_to", lambda *args: "")
    text = editor.get(page(product)).text
    assert "No answer" in text
    assert 'name="keep"' not in text


def test_a_database_that_does_not_answer_is_said(editor, product, monkeypatch):
    def fail(recall):
        raise ValidationError("The database does not answer. Try again in a minute.")

    monkeypatch.setattr(suggestions, "draft_edition", fail)
    response = editor.get(page(product), follow=True)
    assert "The database does not answer." in response.text


@pytest.mark.parametrize(
    ("role", "status"), [(EDITOR, 200), (PUBLISHER, 200), (ADMINISTRATOR, 403), ("", 403)]
)
def test_who_may(product, role, status):
    client = signed_in(make_person("someone", role))
    assert client.get(page(product)).status_code == status
    client.post(page(product), {"keep": [f"{FIRST} alone recalled"]})
    assert TestCode.objects.exists() is (status == 200)


def test_a_stranger_and_a_product_that_is_not_there(client, editor, product):
    assert client.get(page(product)).url.startswith("/staff/login/")
    assert editor.get(reverse("admin:recalls_product_suggest", args=[999])).status_code == 404


def test_the_publish_page_leads_to_it_while_there_are_none(editor, product):
    url = reverse("admin:recalls_recall_publish", args=[product.recall_id])
    assert page(product) in editor.get(url).text
    editor.post(page(product), {"keep": [f"{FIRST} alone recalled"]})
    assert page(product) not in editor.get(url).text
