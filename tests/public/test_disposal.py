"""These tests show how to dispose of a recalled battery: what holds everywhere, then each country's
own words."""

from datetime import date

import pytest

from tests.support import factories
from tests.support.pages import in_order, words

pytestmark = pytest.mark.django_db


def make_disposal(country, **values):
    defaults = {"dos_en": f"Call first ({country}).", "donts_en": f"Not in the trash ({country})."}
    return factories.make_disposal(
        country=country, checked_on=date(2025, 6, 30), **(defaults | values)
    )


def get(client, language="en") -> str:
    response = client.get(f"/{language}/disposal/")
    assert response.status_code == 200
    return response.content.decode()


def test_the_order_of_the_page(client):
    make_disposal("US", authority="CPSC", authority_url="https://www.authority.example/batteries")
    make_disposal("CA")
    in_order(
        get(client),
        "<title>How to dispose of a recalled battery – Recall check</title>",
        "<h1>How to dispose of a recalled battery</h1>",
        "Do not put it in the trash or in a recycling bin",
        "Hand it in as hazardous waste.",
        "Read the replacement steps first. "
        "You may need the SN code, a photo or the product itself.",
        "Photograph the label and the product before you hand it over.",
        "<h3>Country of purchase: Canada</h3>",
        "<h3>Country of purchase: United States</h3>",
        "<h4>Do</h4>",
        "Call first (US).",
        "<h4>Do not</h4>",
        "Not in the trash (US).",
        'href="https://www.authority.example/batteries">CPSC – <bdi>authority.example<',
        "Wording as of",
        "30 June 2025",
        "<h3>Country of purchase: any other country</h3>",
        "<h2>If you do not know that it is recalled</h2>",
        "Until you know, switch it off, unplug it and do not charge it.",
    )


def test_each_step_is_a_line(client):
    make_disposal("US", dos_en="Call first.\nAsk your city.")
    assert "<li>Call first.</li>\n<li>Ask your city.</li>" in get(client)


def test_the_date_is_told_also_without_a_link_or_an_authority(client):
    make_disposal("AU", authority="ACCC")
    assert "ACCC Wording as of 30 June 2025" in words(get(client))
    make_disposal("US")
    assert "Wording as of 30 June 2025" in words(get(client))


def test_a_country_without_a_text(client):
    text = words(get(client))
    in_order(
        text,
        "Country of purchase: any other country",
        "Ask your city or town where to take it as hazardous waste.",
        "Never put it in the trash.",
    )
    assert text.count("Country of purchase:") == 1


def test_staffs_own_text_for_any_other_country_comes_last_and_instead_of_ours(client):
    make_disposal("ZZ")
    make_disposal("US")
    text = words(get(client))
    in_order(text, "purchase: United States", "Country of purchase: any other country", "(ZZ)")
    assert "Ask your municipality" not in text


def test_nothing_is_folded_away_or_chosen_by_country(client):
    make_disposal("US")
    page = get(client)
    for absent in ("<details", "<select", "<form"):
        assert absent not in page


def test_a_text_in_english_alone_is_marked_on_a_french_page(client):
    make_disposal("US", donts_fr="Pas à la poubelle.")
    page = get(client, "fr")
    assert '<ul lang="en"><li>Call first (US).</li>' in page
    assert "<ul><li>Pas à la poubelle.</li>" in page


@pytest.mark.usefixtures("shipped")
def test_the_shipped_texts(client):
    text = words(get(client))
    for country in ("Australia", "Canada", "United States"):
        assert f"Country of purchase: {country}" in text


def test_linked_from_each_foot(client):
    for path in ("/en/", "/en/contact/"):
        foot = client.get(path).content.decode().split("<footer")[1]
        assert 'href="/en/disposal/">How to dispose of a recalled battery<' in foot
