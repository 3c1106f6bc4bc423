"""The public texts go into any language, and none of them can be taken for its opposite."""

import re
from pathlib import Path

import polib
import pytest
from django.utils.translation import override

from recalls.public.kinds import KINDS
from tests.support.catalogue import public_texts

ROOT = Path(__file__).resolve().parents[2]

# Names, codes, numbers and dates, and lists behind a colon or in brackets: they stand in any
# sentence as they are. A kind of product, a pronoun or “in Canada” would have to fit its grammar.
AS_THEY_ARE = frozenset(
    str.split(
        "maker makers firm name product model models brand host title authority remedies q "
        "places country countries numbers code codes example character characters "
        "right typed first second last place number counter lengths entered units total most pages "
        "size width height megabytes day time date lead advice sentence"
    )
)

# By language: what people read as the opposite, or as another thing.
MISLEADING = {
    "en": re.compile(
        r"\bclears? (?:it|the|none|no)\b|\bgarbage\b|\bput it in (?:a|any) bin\b|leaves you", re.I
    ),
    # A condition in the place of an order; a charger; “can be recalled some day”.
    "fr": re.compile(r"dans le doute, (?!n’écrivez)|chargeurs? portable|peut quand même", re.I),
    # Alone it is “taken off”, put away: a code that is retirado is off the list.
    "es": re.compile(r"\b(?:está|están|estar|códigos?|baterías?) retirad[oa]s?\b(?! del mercado)"),
}
# “hasta” without a negation means “not before” in Mexico and elsewhere.
UNTIL = re.compile(r"(?P<before>[^.:;?!]*)\bhasta (?:que|saber|tener|comprobar|haber|leer)")


def forms(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def entries(language: str) -> polib.POFile:
    return polib.pofile(str(ROOT / f"recalls/locale/{language}/LC_MESSAGES/django.po"))


def texts(language: str) -> list[str]:
    """Return what the pages say in a language: our own texts, then those of the shipped notices."""
    marks = re.compile(rf"/texts/{language}/|/{language}(?:/|$)")
    shipped = [text for path, text in public_texts() if marks.search(path)]
    if language == "en":
        return [*(entry.msgid for entry in entries("fr")), *shipped]
    return [*(form for entry in entries(language) for form in forms(entry)), *shipped]


def test_nothing_is_put_into_a_sentence_whose_grammar_it_would_have_to_fit():
    names = {
        name
        for entry in entries("fr")
        for name in re.findall(r"%\((\w+)\)", f"{entry.msgid} {entry.msgid_plural}")
    }
    assert names - AS_THEY_ARE == set()


def test_only_headings_name_the_kind_of_product():
    with override("en"):
        headings = {str(text) for kind in KINDS.values() for text in vars(kind).values()}
    kinds = re.compile(r"\b(?:speakers?|headphones|power banks?|laptop|vehicle|bike|toy)\b")
    named = {entry.msgid for entry in entries("fr") if kinds.search(entry.msgid)}
    assert named <= headings


@pytest.mark.parametrize("language", MISLEADING)
def test_no_text_can_be_taken_for_its_opposite(language):
    assert [text for text in texts(language) if MISLEADING[language].search(text)] == []


def test_until_stands_behind_a_negation_in_spanish():
    lacking = [
        text
        for text in texts("es")
        for match in UNTIL.finditer(text)
        if not re.search(r"\bno\b|\bni\b", match["before"], re.I)
    ]
    assert lacking == []


DANGER = {
    "en": (
        "smoke, or burn marks",
        "Switch the product off and unplug it until Anker answers",
        "Hot, swollen or smoking? Read the danger signs first",
        "Stop using it now. Switch it off and unplug it",
    ),
    "fr": (
        "fumée ou traces de brûlure",
        "Éteignez l’appareil et débranchez-le en attendant la réponse du fabricant (Anker)",
        "Il est chaud ou gonflé\u202f? Il fume\u202f? Lisez d’abord «\u202fSignes de danger\u202f»",
        "Cessez tout de suite de l’utiliser. Éteignez l’appareil et débranchez-le",
    ),
    "es": (
        "humo o marcas de quemadura",
        "Apague el aparato y desenchúfelo ya. No lo use hasta que Anker responda",
        "¿Está caliente o hinchado, o echa humo? Lea antes «Señales de peligro»",
        "Deje de usarlo ya. Apague el aparato y desenchúfelo",
    ),
}


@pytest.mark.parametrize("language", DANGER)
def test_the_lines_on_danger_read_as_they_should(language):
    ours = {text.replace("%(maker)s", "Anker") for text in texts(language)}
    assert set(DANGER[language]) <= ours
