"""Words that weaken a warning, in each language that texts are in, and what only looks so."""

import tomllib
import unicodedata
from pathlib import Path

import pytest

from recalls.publishing import weak_words
from tests.support.catalogue import public_texts

ROOT = Path(__file__).resolve().parents[2]

WEAKENING = [
    # The table, by language.
    "a voluntary recall",
    "The firm voluntarily recalls it.",
    "as a precautionary measure",
    "out of an abundance of caution",
    "a discretionary recall",
    "In rare situations it overheats.",
    "It can overheat in specific situations.",
    "A small number of units is affected.",
    "There are no reported accidents.",
    "rappel volontaire",
    "par précaution",
    "une mesure préventive",
    "un rappel discrétionnaire",
    "dans de rares cas",
    "dans des cas précis",
    "un petit nombre d’appareils",
    "aucun accident signalé",
    "una retirada voluntaria",
    "por precaución",
    "una medida preventiva",
    "una retirada discrecional",
    "en casos raros",
    "en casos concretos",
    "un pequeño número",
    "sin accidentes notificados",
    # As notices write it.
    "None reported",
    "No injuries have been reported.",
    "No incidents or injuries have been reported.",
    "Nobody was hurt.",
    "Aucune blessure n’a été signalée.",
    "No se han notificado accidentes.",
    "In very rare cases",
    "dans de très rares cas",
    # Further languages, each by its table alone.
    "ein freiwilliger Rückruf",
    "in seltenen Fällen",
    "この自主的な回収は念のためです。",
    "استدعاء طوعي",
]
HARMLESS = [
    "The battery can overheat and start a fire.",
    "By 31 July 2024: one fire, with burn injuries.",
    "Ask the seller for proof. Keep it cool.",
    "Retour volumineux : prenez des précautions pour le transport.",
    "33 reports of overheating, some with smoke",
    "La batterie peut surchauffer. Un cas a été signalé.",
    "Se notificó un accidente.",
    "Numbers and letters, a smaller number of digits",
]
CLEARING = [
    "The red one is safe.",
    "Speakers in blue are not affected.",
    "No action is needed.",
    "Les autres sont sans danger.",
    "Il est sûr.",
    "El rojo es seguro.",
    "Los demás están sin peligro.",
    "This is normal.",
]


@pytest.mark.parametrize("text", WEAKENING)
def test_words_that_weaken_are_found(text):
    for form in (text, text.upper(), text.replace(" ", "\N{NO-BREAK SPACE}"), f"x\n{text}\nx"):
        assert weak_words.weakening(form), form
    assert weak_words.weakening(unicodedata.normalize("NFD", text))


@pytest.mark.parametrize("text", HARMLESS + CLEARING)
def test_other_words_do_not_weaken(text):
    assert weak_words.weakening(text) == []


@pytest.mark.parametrize("text", CLEARING)
def test_words_that_clear_are_found(text):
    assert weak_words.clearing(text)
    assert weak_words.clearing(text.upper())


@pytest.mark.parametrize(
    "text",
    [
        *HARMLESS,
        "Keep it in a safe place.",
        "Product safety recall",
        "OK button",
        "un lugar seguro",
    ],
)
def test_other_words_clear_nothing(text):
    assert weak_words.clearing(text) == []


def test_a_word_is_named_once_as_it_stands():
    text = "Voluntary\nrecall, a VOLUNTARY one; in  rare\ncases, voluntary."
    assert weak_words.weakening(text) == ["Voluntary", "VOLUNTARY", "in rare cases", "voluntary"]


def test_the_shipped_notices_hold_none():
    for path, text in public_texts():
        assert weak_words.weakening(text) == [], path


def test_every_language_of_the_texts_has_its_words():
    words = (ROOT / "recalls/publishing/weak_words.toml").read_text(encoding="utf-8")
    tables = tomllib.loads(words)
    languages = {path.name for path in (ROOT / "recalls/locale").iterdir()}
    assert tables.keys() >= {"en", *languages}
    for table in tables.values():
        assert table["weakening"]
        assert table["clearing"]
