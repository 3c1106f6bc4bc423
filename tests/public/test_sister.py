"""A code that is recalled for a sister of the named product: both labels stand side by side."""

import re
from html import unescape

import pytest

from recalls.models import Picture, Product
from tests.support.factories import make_product, make_public, make_sisters
from tests.support.pages import SISTER_CHECKS, check_path, in_order, words

pytestmark = pytest.mark.django_db

CODE = "314159265"  # recalled for T800


@pytest.fixture(autouse=True)
def sisters():
    make_sisters()


def get(client, language="en", more=None):
    return client.get(check_path(language, CODE, "T900", more or {})).content.decode()


def choices(page: str) -> list[str]:
    """The links to choose from, each with all that is in it."""
    return re.findall(
        r"(?s)<li>(<a .*?</a>)</li>", re.search(r'(?s)<ul class="choices.*?</ul>', page)[0]
    )


def follow(client, choice: str) -> str:
    address = unescape(re.search(r'href="([^"]*)"', choice)[1])
    return words(client.get(address).content.decode())


@pytest.mark.parametrize(
    ("language", "question", "label", "cannot_tell"),
    [
        (
            "en",
            "This code is recalled for Sonora Trio 8 T800. What does your label say?",
            "Model: {}, on the underside",
            "I cannot tell",
        ),
        (
            "fr",
            "Ce code est rappelé pour Sonora Trio 8 T800. Qu’indique votre étiquette ?",
            "Modèle {}, sur le dessous",
            "Je ne sais pas",
        ),
        (
            "es",
            "Este código está en la lista de retirada de Sonora Trio 8 T800. "
            "¿Qué dice su etiqueta?",
            "Modelo: {}, en la base",
            "No lo sé",
        ),
    ],
)
def test_what_each_label_says_beside_its_picture(client, language, question, label, cannot_tell):
    page = get(client, language)
    assert question in words(page).replace("\N{NARROW NO-BREAK SPACE}", " ")
    recalled, other, last = choices(page)
    for choice, model in ((recalled, "T800"), (other, "T900")):
        picture = Product.objects.get(model_numbers=model).picture
        assert label.format(model) in words(choice)
        (image,) = re.findall(r"<img [^>]*>", choice)
        assert f'src="/picture/{picture.sha256}.webp"' in image
        assert f'width="{picture.width}" height="{picture.height}" alt=""' in image
        assert 'loading="lazy"' in image
    assert words(last).strip() == cannot_tell
    assert Picture.objects.count() == 2


def test_where_each_choice_leads(client):
    recalled, other, cannot_tell = choices(get(client))
    assert "Stop using this speaker now" in follow(client, recalled)
    in_order(follow(client, other), "This code is not on the list", "Sonora Trio 9")
    told = follow(client, cannot_tell)
    in_order(told, "Treat it as recalled", "Stop using", "Sonora Trio 8")
    assert "not on the list" not in told


def test_the_drawing_and_the_model_where_nothing_else_is_known(client):
    Product.objects.update(picture=None, label={}, picture_alt={})
    make_public(Product.objects.first().recall)
    recalled, other, _ = choices(get(client))
    for choice, model in ((recalled, "T800"), (other, "T900")):
        assert "<img" not in choice
        assert "<svg" in choice
        assert f"<span>{model}</span>" in choice


def test_every_sister_is_named(client):
    make_product(
        brand="Sonora", name="Solo", model_numbers="T700", shapes="#########", codes=[CODE]
    )
    page = get(client)
    (heading,) = re.findall(r"(?s)<h1>(.*?)</h1>", page)
    assert "Trio 8 T800" in heading
    assert "Solo T700" in heading
    *recalled, other, _ = choices(page)
    assert len(recalled) == 2
    assert "Trio 9" in other


def test_the_pages_that_other_tests_look_at_are_of_sisters(client):
    asked, told = (client.get(check_path("en", *check)).content.decode() for check in SISTER_CHECKS)
    assert "What does your label say?" in asked
    assert "Treat it as recalled" in words(told)
