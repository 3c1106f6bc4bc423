"""The search by brand or model, where a page cannot show every product."""

import re
from difflib import get_close_matches
from html import unescape
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recalls.check import choices
from recalls.public import search
from recalls.public.search import MAX_FOUND, MAX_SPELLINGS, plain, search_products
from recalls.published import cache
from tests.support.factories import make_product, make_recall
from tests.support.pages import in_order, words

pytestmark = pytest.mark.django_db

CODE = "A" * 15 + "7"  # fits the shape of every product here


@pytest.fixture(scope="module")
def published(django_db_setup, django_db_blocker):
    """Nine of one brand, two of another and two brands with one number."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        recall = make_recall()
        for number in range(1, 10):
            make_product(
                recall=recall, brand="Alto", name=f"Voice {number}", model_numbers=f"AV{number}00"
            )
        make_product(recall=recall, brand="Béla", name="Voice", model_numbers="B100")
        make_product(recall=recall, brand="Béla", name="Drum", model_numbers="T100", shapes="")
        make_product(recall=recall, brand="Corvo", name="Nest", model_numbers="T100")
        yield
        transaction.set_rollback(True)


def names(answer) -> list[str]:
    return [f"{family.main.row.brand} {family.main.row.name}" for family in answer.families]


def found(term: str):
    return search_products(cache.current_edition(), term)


def page(client, language="en", **query) -> str:
    return client.get(f"/{language}/check/?{urlencode({'sn': CODE, **query})}").content.decode()


def links(text: str) -> list[str]:
    main = re.search(r"(?s)<main.*?</main>", text)[0]
    return [unescape(re.sub("<[^>]+>", "", each)) for each in re.findall(r"(?s)<b>(.*?)</b>", main)]


# What is found ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("av300", ["Alto Voice 3"]),
        ("AV-300", ["Alto Voice 3"]),
        ("alto 300", ["Alto Voice 3"]),
        ("voice 3 alto", ["Alto Voice 3"]),
        ("bela", ["Béla Voice", "Béla Drum"]),
        ("BÉLA drum", ["Béla Drum"]),
        ("t100", ["Béla Drum", "Corvo Nest"]),
        ("bela 300", []),
        ("", []),
        (" - ", []),
    ],
)
def test_each_word_must_stand_in_brand_name_or_number(published, term, expected):
    assert names(found(term)) == expected


def test_too_many_products_are_narrowed_by_brand_first(published):
    answer = found("voice")
    assert (answer.families, answer.brands) == ((), ("Alto", "Béla"))
    assert answer.narrowed == ("Alto voice", "Béla voice")
    assert names(found("Béla voice")) == ["Béla Voice"]
    # Nine of one brand: no brand leads on, so another word is asked for.
    alto = found("Alto voice")
    assert (alto.families, alto.brands, alto.has_too_many) == ((), (), True)


def test_a_part_of_a_name_alone_is_no_spelling(published):
    assert found("nothing vo").spellings == ()


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("altto", ("Alto",)),
        ("Beela", ("Béla",)),
        ("corvo nset", ("corvo Nest",)),
        ("corvo nest red", ("corvo nest",)),
        ("AV3OO", ("AV300",)),
        ("xyzzy", ()),
        ("corvo", ()),
    ],
)
def test_near_spellings_where_nothing_is_found(published, term, expected):
    answer = found(term)
    assert answer.spellings[: len(expected)] == expected
    assert bool(answer.spellings) is bool(expected)
    assert all(found(spelling) != answer for spelling in answer.spellings)


def test_plain_text_has_neither_case_nor_accents():
    assert plain("Béla-T 100") == "belat100"
    assert plain("スピーカー") == plain("スピーカー")
    assert plain("スピーカー")


# What the pages say -------------------------------------------------------------------------------


def test_first_choices_then_the_search(published, client):
    text = page(client)
    assert len(links(text)) == MAX_FOUND + 1
    assert links(text)[-1] == "I cannot tell"
    in_order(words(text), "I cannot tell", "Not among these? Type brand or model", "Phone us:")


def test_what_the_search_finds_can_be_none_of_these(published, client):
    text = page(client, again=CODE, q="bela")
    assert links(text) == ["Béla Voice", "Béla Drum", "None of these", "I cannot tell"]
    assert 'name="again" value="AAAAAAAAAAAAAAA7"' in text
    assert 'value="bela"' in text


def test_brands_first_where_there_are_too_many(published, client):
    text = page(client, q="voice")
    assert links(text) == ["Alto", "Béla", "I cannot tell"]
    assert "Choose a brand, or add another word." in words(text)
    (address,) = re.findall(r'href="([^"]*q=B%C3%A9la\+voice[^"]*)"', text)
    assert links(client.get(unescape(address)).content.decode())[0] == "Béla Voice"


def test_more_than_seven_asks_for_another_word(published, client):
    text = page(client, q="alto voice")
    assert links(text) == ["I cannot tell"]
    in_order(words(text), "More than seven products match. Add another word.", "Phone us:")
    assert 'value="alto voice"' in text
    assert "Yours may still be recalled" not in words(text)


@pytest.mark.parametrize(
    ("language", "clears_not", "similar"),
    [
        ("en", "Yours may still be recalled.", "Similar names:"),
        ("fr", "Le vôtre fait peut-être quand même l’objet d’un rappel.", "Noms proches"),
        ("es", "El suyo podría estar retirado del mercado.", "Nombres parecidos:"),
    ],
)
def test_nothing_found(published, client, language, clears_not, similar):
    text = page(client, language, q="altto")
    in_order(words(text), clears_not, similar, "Alto")
    assert 'value="altto"' in text
    assert "product=none" not in text
    (address,) = re.findall(r'href="([^"]*q=Alto[^"]*)"', text)
    assert client.get(unescape(address)).status_code == 200


def test_two_brands_with_one_number_are_two_products(published, client):
    text = page(client, product="T100")
    in_order(words(text), "More than one brand has a product with this number", "Béla", "Corvo")
    assert links(text)[:2] == ["Béla Drum", "Corvo Nest"]
    assert "product=B%C3%A9la+T100" in text
    chosen = page(client, product="Corvo T100")
    assert "More than one brand" not in chosen
    assert "Which of these is it?" not in chosen


def test_unrecognised_begins_with_the_search(published, client):
    text = page(client, sn="HELLO", again="HELLO")
    in_order(words(text), "We do not recognize this code", "Find your product", "Likely reasons")
    assert 'name="again" value="HELLO"' in text
    # A product without a shape, which no code leads to.
    result = page(client, sn="HELLO", q="drum")
    assert links(result)[:3] == ["Béla Drum", "None of these", "I cannot tell"]
    (address,) = re.findall(r'href="([^"]*product=B%C3%A9la\+T100[^"]*)"', result)
    assert "We do not have all the codes yet" in client.get(unescape(address)).content.decode()


def test_none_of_these_keeps_its_search(published, client):
    text = page(client, product="none", q="corvo")
    assert "We do not recognize this code" in text
    assert 'name="product" value="none"' in text
    assert links(text)[0] == "Corvo Nest"


@pytest.mark.parametrize("query", [{}, {"q": "corvo"}, {"q": "xyzzy"}, {"q": "voice"}])
def test_who_cannot_tell_treats_it_as_recalled(published, client, query):
    text = page(client, **query)
    (address,) = re.findall(r'href="([^"]*cannot_tell=1)"', text)
    shown = client.get(unescape(address)).content.decode()
    in_order(
        words(shown),
        "Treat it as recalled",
        "Stop using",
        "The code alone is not enough. Treat the product as recalled until you know.",
        "Back to the question",
    )


def test_no_search_where_all_products_are_shown(published, client, monkeypatch):
    monkeypatch.setattr(choices, "MAX_CHOICES", 12)
    text = page(client)
    assert len(links(text)) == 12 + 2
    assert links(text)[-2:] == ["None of these", "I cannot tell"]
    assert 'name="q"' not in text


SPELLINGS = st.text("abc12", min_size=1, max_size=6)


@given(SPELLINGS, st.sets(SPELLINGS, max_size=30))
def test_the_quick_no_passes_over_no_near_name(word, names):
    close = get_close_matches(word, sorted(names), MAX_SPELLINGS, search.LIKENESS)
    alike = [name for name in names if search._may_be_alike(word, name)]
    assert get_close_matches(word, alike, MAX_SPELLINGS, search.LIKENESS) == close


def test_a_word_is_made_plain_once_and_few_names_are_compared(published, monkeypatch):
    """Of thousands of products most names are ruled out by their characters."""
    found("Alto")
    spelled, compared = [], []
    monkeypatch.setattr(search, "plain", lambda text: spelled.append(text) or plain(text))
    monkeypatch.setattr(
        search,
        "get_close_matches",
        lambda word, names, *how: compared.extend(names) or get_close_matches(word, names, *how),
    )
    assert found("Drun").spellings == ("Drum",)
    assert spelled.count("Drun") <= 4
    assert compared == ["drum"]
