"""The page that shows the test codes, what must be answered, and what is answered now."""

import pytest

from recalls.public import proof
from tests.support.factories import make_product, make_public, make_recall
from tests.support.pages import in_order, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def product():
    made = make_product(recall=make_recall(slug="tone"), rules=["ABCD123456780000"])
    made.test_codes.create(typed="ABCD123456780000", expected="recalled")
    made.test_codes.create(typed="ABCD123456780009", names_product=True, expected="not_listed")
    make_public(made.recall)
    return made


def test_what_was_expected_and_what_is_answered(client, product):
    page = client.get("/en/proof/")
    assert page["Cache-Control"] == "private, no-store"
    in_order(
        words(page.text),
        "Lists last changed",
        "Fingerprint of all that is public",
        "ABCD123456780000",
        "No product named",
        "Recalled",
        "ABCD123456780009",
        f"Product named: Example Tone {product.main_number}",
        "Not on the list",
        "We do not have all the codes yet",
        "This warns more than it must.",
    )
    assert 'href="/en/recalls/tone/"' in page.text


def test_the_fingerprint_follows_what_is_public(client, product):
    def fingerprint():
        return client.get("/en/proof/").text.split('small-code" translate="no">')[1][:64]

    before = fingerprint()
    assert before == fingerprint() == client.get("/api/check?sn=A").json()["basis"]["edition"]
    make_product(recall=product.recall)
    assert fingerprint() != before


def test_many_test_codes_are_paged(client, product, monkeypatch):
    monkeypatch.setattr(proof, "TEST_CODES_ON_A_PAGE", 1)
    first, second = (client.get(f"/en/proof/?page={number}").text for number in (1, 2))
    assert "<title>How we test our answers: Page 2 of 2" in second
    assert "ABCD123456780000" in first and "ABCD123456780009" not in first
    assert "ABCD123456780009" in second and 'rel="prev" href="?page=1"' in second


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_without_a_test_code(client, language):
    response = client.get(f"/{language}/proof/")
    assert response.status_code == 200
    assert "<table" not in response.text
