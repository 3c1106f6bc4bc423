"""A text in the field of another language is pointed out, and what is right is not."""

import pytest

from recalls.models import Recall
from recalls.publishing.checklist import checklist_lines
from recalls.publishing.text_languages import looks_like, misplaced_texts
from tests.support.factories import make_recall
from tests.support.whole_notice import make_whole, update_text

ENGLISH = "The battery can overheat and start a fire while it is charged."
FRENCH = "La batterie peut surchauffer et prendre feu pendant la charge, même avec le câble."
SPANISH = "La batería se puede calentar en exceso y quemar la casa con el cargador."


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        ({"en": ENGLISH, "fr": FRENCH, "es": SPANISH}, []),
        ({"en": ENGLISH, "fr": ENGLISH}, [("fr", "en", "the same words as in")] * 1),
        ({"en": ENGLISH, "fr": SPANISH, "es": FRENCH}, ["fr", "es"]),
        ({"en": FRENCH}, ["en"]),
        ({"en": "Anker A3102", "fr": "Anker A3102"}, []),
        ({"en": "1-800-988-7973", "es": "1-800-988-7973"}, []),
        ({"de": ENGLISH, "ja": FRENCH, "pt": SPANISH}, ["de", "ja"]),
        ({"en": "", "fr": ""}, []),
        ({"en": "black", "fr": "black", "es": "black"}, []),
    ],
)
def test_what_is_misplaced(texts, told):
    found = list(misplaced_texts(texts))
    if told and isinstance(told[0], tuple):
        assert told[0] in found
    else:
        assert [tag for tag, _, _ in found] == told


def test_languages_are_told_apart():
    german = "Die Batterie kann überhitzen und ein Feuer auslösen, wenn sie mit dem Kabel lädt."
    texts = (ENGLISH, FRENCH, SPANISH, german)
    assert [looks_like(text) for text in texts] == ["en", "fr", "es", "de"]


@pytest.mark.django_db
def test_a_pasted_text_is_a_line_that_leads_to_its_field():
    recall = make_whole()
    told = [line.sentence for line in checklist_lines(recall)]
    assert not any("looks like" in sentence or "same words" in sentence for sentence in told)
    recall.texts.filter(language="en").update(hazard=ENGLISH)
    recall.texts.filter(language="fr").update(hazard=ENGLISH)
    lines = {line.sentence: line for line in checklist_lines(recall)}
    line = lines["hazard (French): the same words as in English."]
    assert line.address.endswith("-hazard")
    assert not line.stops
    assert "hazard (French): this looks like English." in lines


@pytest.mark.django_db
def test_a_text_of_a_row_by_language_too():
    from recalls.models import Product

    make_whole()
    update_text(Product, "where_code", "en", ENGLISH)
    update_text(Product, "where_code", "es", FRENCH)
    (line,) = [
        line
        for line in checklist_lines(Recall.objects.get())
        if "looks like French" in line.sentence
    ]
    assert line.address.endswith("#id_where_code_es")


def test_the_shipped_notices_are_in_their_languages(shipped):
    told = [
        line.sentence
        for recall in Recall.objects.all()
        for line in checklist_lines(recall)
        if "the same words as in" in line.sentence or "this looks like" in line.sentence
    ]
    assert told == []


@pytest.mark.django_db
def test_texts_that_differ_by_a_word_of_each_language_are_right():
    recall = make_recall(status="draft")
    assert not any("same words" in line.sentence for line in checklist_lines(recall))
