"""These tests show where the code is, and what to do when it cannot be read: nobody is left without
a route."""

import re

import pytest

from tests.support.factories import make_product, make_recall
from tests.support.pages import in_order

pytestmark = pytest.mark.django_db


def section(page: str, heading: str) -> str:
    """Return what stands between this heading and the next one."""
    assert f"<h3>{heading}</h3>" in page
    return re.split("<h[1-6]|</main>", page.split(f"<h3>{heading}</h3>")[1])[0]


def test_advice_first_then_help(client):
    page = client.get("/en/code/").content.decode()
    in_order(
        page,
        "<title>If you cannot read the code – Recall check</title>",
        "<h1>If you cannot read the code</h1>",
        "Until you know, switch it off, unplug it and do not charge it",
        "Where the code is",
        "Let light fall on it from the side.",
        "Other places to look",
        "Type ? for each character you cannot read.",
        'name="sn"',
        "Ask us to read it",
        "No code at all, or worn off",
        "Do not sell it or give it away until this is settled.",
    )
    assert "Do not peel off the label. Do not take the product apart." in page


def test_phone_and_photo_need_no_code(client):
    page = client.get("/en/code/").content.decode()
    assert 'href="tel:+15550199"' in page
    assert 'href="mailto:operator@test.example"' in page


@pytest.mark.parametrize(
    ("values", "heading"),
    [
        (
            {"identified_by": "every_unit"},
            "All units are recalled, with or without a code",
        ),
        (
            {"identified_by": "every_unit", "without_code": "treat_as_recalled"},
            "All units are recalled, with or without a code",
        ),
        ({"without_code": "treat_as_recalled"}, "Treat it as recalled"),
        ({"without_code": "contact_maker"}, "Do not use it, and ask the maker"),
    ],
)
def test_what_a_unit_without_a_code_means(client, values, heading):
    product = make_product(name="Tone", where_code_en="Below the feet.", **values)
    page = client.get("/en/code/").content.decode()
    part = section(page, heading)
    assert f'href="/en/recalls/{product.recall.slug}/"' in part
    assert "Below the feet." in part
    assert page.count("Example Tone") == 1


def test_the_most_cautious_notice_of_a_product_decides(client):
    make_product(name="Tone", model_numbers="T100", without_code="contact_maker")
    make_product(name="Tone", model_numbers="T100", without_code="treat_as_recalled")
    page = client.get("/en/code/").content.decode()
    assert "Example Tone (T100)" in section(page, "Treat it as recalled")
    assert "ask the maker</h3>" not in page


def test_a_model_that_is_not_named_is_not_cleared(client):
    make_product(recall=make_recall(status="withdrawn"), name="Old")
    page = client.get("/en/code/").content.decode()
    assert "Example Old" not in page
    assert "It may still be recalled." in section(page, "Your model is not named here")


def test_english_words_of_a_product_are_marked_on_a_french_page(client):
    make_product(where_code_en="Below the feet.", where_code_es="Debajo de los pies.")
    assert '<span lang="en">Below the feet.</span>' in client.get("/fr/code/").content.decode()
    assert "<span>Debajo de los pies.</span>" in client.get("/es/code/").content.decode()
