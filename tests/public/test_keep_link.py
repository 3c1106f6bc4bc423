"""The link to keep at the end of a result: whoever opens it later is asked anew."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.factories import make_product
from tests.support.pages import check_path

pytestmark = pytest.mark.django_db

KEEP = {
    "en": "Keep this link. Open it later to check this code again.",
    "fr": "Gardez ce lien. Ouvrez-le plus tard pour revérifier ce code.",
    "es": "Guarde este enlace. Ábralo más tarde para volver a comprobar este código.",
}
NEAR = "KQ700001"  # one digit off a recalled code
COMPARED = {"again": NEAR, "confirmed": f"compare.{NEAR}.KQ700000"}


@pytest.fixture(autouse=True)
def product():
    return make_product(
        model_numbers="T700", shapes="KQ######", codes=["KQ700000"], list_complete=True
    )


def kept(page: str, language: str) -> str:
    (address,) = re.findall(
        rf'<a class="touch" href="([^"]*)">{re.escape(KEEP[language])}</a>', page
    )
    return unescape(address)


@pytest.mark.parametrize("language", KEEP)
def test_the_code_and_the_product_stay_and_the_answers_go(client, language):
    page = client.get(check_path(language, NEAR, "T700", COMPARED)).content.decode()
    assert 'class="panel not-listed"' in page
    address = kept(page, language)
    assert urlsplit(address).path == f"/{language}/check/"
    assert parse_qs(urlsplit(address).query) == {"sn": [NEAR], "product": ["T700"]}


def test_who_opens_it_later_is_asked_to_type_the_code_again(client):
    page = client.get(check_path("en", NEAR, "T700", COMPARED)).content.decode()
    later = client.get(kept(page, "en")).content.decode()
    assert "Type the code once more" in later
    assert "not on the list" not in later


def test_who_could_not_type_it_again_is_asked_anew_too(client):
    page = client.get(check_path("en", NEAR, "T700", {"cannot_type": 1})).content.decode()
    assert 'class="panel check-again"' in page
    assert parse_qs(urlsplit(kept(page, "en")).query) == {"sn": [NEAR], "product": ["T700"]}


@pytest.mark.parametrize("code", ["KQ700000", "KQ70?000", "HELLO"])
def test_other_answers_have_it_too(client, code):
    page = client.get(check_path("en", code, "", {})).content.decode()
    assert parse_qs(urlsplit(kept(page, "en")).query)["sn"] == [code]
