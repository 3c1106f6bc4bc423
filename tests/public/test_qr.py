"""QR codes for paper lead to the same check, and are black on white."""

import re

import pytest
import segno

from recalls.public import qr
from tests.support.factories import make_product, make_recall

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def product():
    return make_product(
        recall=make_recall(slug="tone"), model_numbers="T100", rules=["ABCD123456780000"]
    )


def squares(svg: str) -> list[str]:
    """Return what is drawn, color by color."""
    return re.findall(r'(?:fill|stroke)="(#\w+)" d="([^"]+)"', svg)


def drawn(address: str) -> list[str]:
    return squares(segno.make(address, micro=False).svg_inline(scale=4, dark="#000", light="#fff"))


def test_a_printed_answer_leads_to_the_same_check_and_asks_anew(client):
    query = "sn=ABCD+1234&product=T100"
    page = client.get(f"/en/check/?{query}&again=ABCD1234&confirmed=label.ABCD1234").text
    printed = r'<p class="printed" dir="ltr">\s*<img src="([^"]+)" alt="" [^>]*loading="lazy">'
    image = re.search(printed, page)
    source = image[1].replace("&amp;", "&")
    assert source == f"/en/check/qr.svg?{query}"
    response = client.get(source)
    assert response["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert response["Cache-Control"] == "private, no-store"
    assert squares(response.text) == drawn(f"http://testserver/en/check/?{query}")
    assert client.get(f"{source}&again=A&confirmed=B").text == response.text
    assert {color for color, _ in squares(response.text)} == {"#fff", "#000"}


def test_the_question_to_type_again_has_none(client):
    make_product(model_numbers="T200", codes=["WXYZ123456780000"], list_complete=True)
    page = client.get("/en/check/?sn=WXYZ123456780001&product=T200").text
    assert "Type the code once more" in page
    assert "qr.svg" not in page


@pytest.mark.parametrize("query", ["", "?again=A", "?sn=" + "A" * qr.MAX_LENGTH])
def test_of_nothing_or_too_much_there_is_none(client, query):
    assert client.get(f"/en/check/qr.svg{query}").status_code == 404


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_a_poster_has_the_code_of_the_address_that_it_names(client, language):
    page = client.get(f"/{language}/recalls/tone/poster/").text
    part = page.split('<p aria-hidden="true"><svg')[1].split("</svg>")[0]
    assert squares(part) == drawn("http://testserver/")
    assert "style=" not in part
