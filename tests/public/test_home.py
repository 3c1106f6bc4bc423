"""The landing page: the advice, then the form, then which notices we hold."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.support.factories import make_country, make_list, make_product, make_recall
from tests.support.languages import SHOWN, marked
from tests.support.pages import in_order

pytestmark = pytest.mark.django_db


def test_advice_first_then_the_form(client):
    make_product(name="Tone", model_numbers="T100")
    response = client.get("/en/")
    assert response.status_code == 200
    page = response.content.decode()
    in_order(
        page,
        "<title>Check if your speaker is recalled – Recall check</title>",
        "<h1>Check if your speaker is recalled</h1>",
        "Move away and call 911\N{NO-BREAK SPACE}(US, Canada, Mexico)",
        "Find the SN code",
        "What is the SN code?",
        "letters and numbers after ‘SN’ on the label",
        'name="sn"',
        "Check this code",
        "We do not keep the code.",
        "I cannot read the code",
        "Is this recall message real?",
        "All recall notices",
        ">Contact<",
        "We hold notices for",
        "Example Tone (T100)",
        "+1 555 0199",
        "operator@test.example",
    )
    assert page.count("<h1") == 1
    assert page.count("<button") == 1


def test_the_form_sends_the_code_to_the_check_and_nothing_else(client):
    page = client.get("/en/").content.decode()
    form = re.search(r"(?s)<form.*?</form>", page)[0]
    assert 'method="get" action="/en/check/" novalidate' in form
    assert re.findall(r'name="(\w+)"', form) == ["sn"]
    for absent in ("maxlength", "pattern", "required", "placeholder", "csrf"):
        assert absent not in form


def test_a_product_of_two_notices_is_named_once_and_linked_to_both(client):
    for slug, country in (("one-au", "AU"), ("two-ca", "CA")):
        recall = make_recall(slug=slug, countries=[country])
        make_product(recall=recall, name="Tone", model_numbers="T100\nT100016")
    response = client.get("/en/")
    page = response.content.decode()
    assert page.count("<li>Example Tone (T100, T100016)") == 1
    # Who hears the links hears the product first.
    hidden = '<span class="hidden">Example Tone (T100, T100016) – </span>'
    assert f'href="/en/recalls/one-au/">{hidden}Australia<' in page
    assert f'href="/en/recalls/two-ca/">{hidden}Canada<' in page


def test_a_name_that_is_the_model_number_is_not_said_twice(client):
    make_product(name="T100", model_numbers="T100")
    page = client.get("/en/").content.decode()
    assert ">Example T100</a>" in page


def test_where_only_the_maker_holds_the_list(client):
    recall = make_recall(countries=["CA", "US"])
    for model in ("M100", "M200"):
        make_product(
            recall=recall,
            brand="Maker",
            model_numbers=model,
            identified_by="makers_checker",
            checker_url="https://maker.example/check",
        )
    everywhere = make_recall(countries=["ZZ"])
    make_product(
        recall=everywhere,
        brand="Other",
        model_numbers="N100",
        identified_by="makers_checker",
        checker_url="https://other.example/check",
    )
    page = client.get("/en/").content.decode()
    assert "M100, M200 (Canada, United States): only Maker holds the list." in page
    assert "N100: only Other holds the list." in page
    assert "We check your code for misreading and take you to the right page." in page


def test_nothing_of_the_makers_list_where_there_is_none(client):
    make_product()
    assert "holds the list" not in client.get("/en/").content.decode()


def test_drafts_withdrawn_and_replaced_notices_are_not_named(client):
    for status in ("draft", "withdrawn"):
        make_product(recall=make_recall(status=status), name=f"Name-{status}")
    newer = make_recall()
    old = make_recall(status="replaced", replaced_by=newer)
    make_product(recall=old, name="Name-replaced")
    page = client.get("/en/").content.decode()
    assert "Name-" not in page
    assert "We hold notices for" not in page


def test_a_list_that_has_grown(client):
    recall = make_recall()
    product = make_product(recall=recall)
    assert "Codes were added" not in client.get("/en/").content.decode()
    make_list(product, ["ABCD1234"], activated_at=timezone.now() + timedelta(days=3))
    assert "Checked before? Check again." in client.get("/en/").content.decode()


def test_a_training_notice_is_marked(client):
    make_product(recall=make_recall(is_training=True))
    assert "Training: not a real product" in client.get("/en/").content.decode()


def test_the_page_is_there_before_the_first_notice(client):
    response = client.get("/en/")
    assert response.status_code == 200
    assert "We hold notices for" not in response.content.decode()


@pytest.mark.parametrize("language", SHOWN)
def test_each_language(client, language):
    make_country(recall=make_product().recall, country="ZZ")
    response = client.get(f"/{language}/")
    assert marked("html", language) in response.content.decode()
    assert response["Content-Language"] == language
