"""Is this recall message real? The form here, the official addresses to type in, the phone."""

import re

import pytest

from tests.support.factories import make_country, make_product, make_recall
from tests.support.languages import SHOWN, marked
from tests.support.pages import in_order, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def maker():
    recall = make_recall(countries=[])
    make_country(recall=recall, country="CA", claim_url="https://claim.maker.example/form/")
    make_country(recall=recall, country="US", claim_url="https://claim.maker.example/form/")
    make_product(
        recall=recall,
        brand="Maker",
        identified_by="makers_checker",
        checker_url="https://www.maker.example/recall",
    )


def get(client, language="en") -> str:
    response = client.get(f"/{language}/message/")
    assert response.status_code == 200
    return response.content.decode()


def official_addresses(page: str) -> str:
    return page.split("<h2>Official addresses</h2>")[1].split("<h2>")[0]


def test_the_order_of_the_page(client, maker):
    in_order(
        get(client),
        "<title>Is this recall message real? – Recall check</title>",
        "<h1>Is this recall message real?</h1>",
        "Do not use its link. Check the code here, and switch the product off until you know",
        "Until you know, switch it off, unplug it and do not charge it.",
        "Type the code here, not on the page of the link",
        'name="sn"',
        "Check this code",
        "Official addresses",
        "www.maker.example/recall",
        "www.cpsc.gov/Recalls",
        "Never give card details, buy gift cards or let anyone into your phone or computer"
        " for a recall.",
        "Your product may be recalled even if you got no letter.",
        'href="tel:+15550199"',
        "</main>",
    )


def test_it_asks_for_the_code_and_never_for_the_message(client, maker):
    page = get(client)
    form = re.search(r"(?s)<form.*?</form>", page)[0]
    assert 'method="get" action="/en/check/"' in form
    assert re.findall(r'name="(\w+)"', form) == ["sn"]
    assert page.count("<form") == page.count("<button") == 1
    assert "<textarea" not in page
    assert not re.search(r"(?i)\b(send|forward|paste|show)\b[^.]*\bmessage", words(page))


def test_addresses_are_text_to_type_each_once(client, maker):
    part = official_addresses(get(client))
    assert "<a " not in part
    assert "://" not in part
    assert part.count("www.maker.example/recall<") == 1
    assert part.count("claim.maker.example/form<") == 1
    assert "www.gov.uk/product-safety-alerts-reports-recalls" in part
    assert "ec.europa.eu/safety-gate-alerts" in part


def test_a_page_at_a_form_service_is_told_whole(client):
    recall = make_recall(countries=[])
    make_country(recall=recall, country="JP", claim_url="https://forms.example/@maker")
    make_product(recall=recall)
    part = official_addresses(get(client))
    assert re.findall(r"forms\.example[^<]*", part) == ["forms.example/@maker"]


def test_makers_stand_by_name_and_without_a_page_not_at_all(client):
    for brand in ("Zeta", "alpha"):
        recall = make_recall(countries=[])
        make_country(recall=recall, claim_url=f"https://{brand}.example/")
        make_product(recall=recall, brand=brand)
    make_product(brand="Silent")
    in_order(official_addresses(get(client)), "<dt>alpha</dt>", "<dt>Zeta</dt>")
    assert "Silent" not in get(client)


def test_only_published_notices_count(client):
    for status in ("draft", "withdrawn"):
        recall = make_recall(status=status, countries=[])
        make_country(recall=recall, claim_url="https://old.example/")
        make_product(recall=recall)
    page = get(client)
    assert "old.example" not in page
    assert "<h3>Makers</h3>" not in page


def test_a_training_notice_is_marked(client):
    recall = make_recall(is_training=True, countries=[])
    make_country(recall=recall, claim_url="https://training.example/")
    make_product(recall=recall, brand="Example")
    assert "Example (Training: not a real product)" in words(official_addresses(get(client)))


@pytest.mark.parametrize("language", SHOWN)
def test_each_language(client, maker, language):
    assert marked("html", language) in get(client, language)


def test_linked_from_the_landing_page_and_from_each_foot(client):
    for path in ("/en/", "/en/code/", "/en/check/?sn=HELLO"):
        page = client.get(path).content.decode()
        assert 'href="/en/message/">Is this recall message real?<' in page.split("<footer")[1]
    assert client.get("/en/").content.decode().count('href="/en/message/"') == 2
