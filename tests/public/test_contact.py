"""Contact: who runs the site first, then each maker by notice and country, in one order."""

import re
from html import unescape

import pytest

from recalls.published import cache
from tests.support.factories import make_country, make_product, make_recall
from tests.support.pages import in_order, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def maker():
    recall = make_recall(countries=[], firm="Maker Limited")
    make_country(
        recall=recall,
        country="US",
        phone="800-555-0123",
        hours_en="Monday to Friday, 9 a.m. to 5 p.m. Pacific time",
        hours_fr="Du lundi au vendredi, de 9 h à 17 h, heure du Pacifique",
        email="help@maker.example",
        claim_url="https://claim.maker.example/form",
    )
    make_country(recall=recall, country="CA", email="canada@maker.example")
    make_product(recall=recall, brand="Maker", model_numbers="M100")
    return recall


def get(client, language="en") -> str:
    response = client.get(f"/{language}/contact/")
    assert response.status_code == 200
    return response.content.decode()


def test_the_order_of_the_page(client, maker, settings):
    settings.OPERATOR_HOURS = {"en": "Every day, 8 a.m. to 8 p.m. Eastern time"}
    page = get(client)
    in_order(
        page,
        "<title>Contact and help – Recall check</title>",
        "<h1>Contact and help</h1>",
        "Until you know, switch it off, unplug it and do not charge it",
        "Move away and call 911",
        "<h2>Ask us</h2>",
        "Test operator",
        'Phone: <a dir="ltr" href="tel:+15550199">+1 555 0199</a>',
        "Every day, 8 a.m. to 8 p.m. Eastern time",
        'Email: <a href="mailto:operator@test.example">',
        "We never ask for money or bank details.",
        "<h2>Ask the maker</h2>",
        f'href="/en/recalls/{maker.slug}/">Maker M100 – ',
    )


def test_a_makers_channels_in_the_same_order_as_ours(client, maker):
    page = get(client)
    in_order(
        page.split("Country of purchase: United States")[1],
        'Phone: <a dir="ltr" href="tel:8005550123">800-555-0123</a>',
        "Monday to Friday, 9 a.m. to 5 p.m. Pacific time",
        'Email: <a href="mailto:help@maker.example">help@maker.example</a>',
        'Recall page: <a href="https://claim.maker.example/form">claim.maker.example/form</a>',
    )
    canada = page.split("Country of purchase: Canada")[1].split("<h4>")[0]
    assert "canada@maker.example" in canada
    assert "Phone:" not in canada


def test_countries_with_the_same_contact_stand_together(client):
    recall = make_recall(countries=[])
    for country in ("CA", "US"):
        make_country(recall=recall, country=country, phone="800-555-0123")
    make_product(recall=recall)
    page = get(client)
    assert "Country of purchase: Canada, United States" in page
    assert page.count("800-555-0123") == 1


def test_the_notices_of_a_firm_stand_together(client):
    for firm, model in (("Beta", "B100"), ("alpha", "A100"), ("Beta", "B200")):
        make_product(recall=make_recall(firm=firm), brand=firm, model_numbers=model)
    in_order(words(get(client)), "alpha A100", "Beta B100", "Beta B200")


def test_nobody_is_left_without_a_route(client):
    make_product(recall=make_recall(firm="Silent Limited"))
    assert "We have no phone number, email or web page for Silent Limited. Ask us." in get(client)


def test_a_training_notice_is_marked(client):
    assert "Training: not a real product" not in get(client)
    make_product(recall=make_recall(is_training=True))
    assert "Training: not a real product" in get(client)


def test_only_published_notices(client):
    for status in ("draft", "withdrawn"):
        make_product(recall=make_recall(status=status), brand="Old")
    page = get(client)
    assert "Old" not in page
    assert "Ask the maker" not in page


def test_hours_are_in_the_language_of_the_page_or_marked(client, maker):
    assert "<span>Du lundi au vendredi" in unescape(get(client, "fr"))
    assert '<span lang="en">Monday to Friday' in get(client, "es")


@pytest.mark.usefixtures("shipped")
def test_no_shipped_hours_without_a_time_zone():
    zone = {"en": r"\btime\b", "fr": r"\bheure d", "es": r"\bhora d", "ja": "時間"}
    for notice in cache.load_edition().published:
        for row in notice.countries:
            for language, hours in row.hours.items():
                assert re.search(zone[language], hours), (notice.slug, language)


def test_linked_from_the_landing_page_and_from_each_foot(client):
    for path in ("/en/", "/en/code/", "/en/nothing/"):
        page = client.get(path).content.decode()
        assert 'href="/en/contact/">Contact<' in page.split("<footer")[1]
    assert client.get("/en/").content.decode().count('href="/en/contact/"') == 2
