"""The shipped texts: three languages or more, short, and nothing in them that is not confirmed."""

import re

from tests.support import typography
from tests.support.catalogue import public_texts, tables, texts
from tests.support.typography import japanese_slips

LANGUAGES = ("en", "fr", "es")
FIRST_STEP = {
    "en": "Photograph ",
    "fr": "Photographiez ",
    "es": "Fotografíe ",
    "ja": "ラベルと製品の写真",
}

BANNED = re.compile(
    r"\b(?:voluntar\w*|precaution\w*|abundance of caution|discretion\w*|rare|rarely"
    r"|specific situations|small number|no reported|none reported|none hurt|nobody (?:was )?hurt"
    r"|no injur\w*|safe|fine|ok|normal|not affected|not recalled|no action needed"
    r"|volontaire\w*|précaution\w*|préventi\w*|discrétionnaire\w*|rares?|cas précis"
    r"|petit nombre|aucun accident|aucun blessé|aucune blessure|sûre?s?|sans danger"
    r"|voluntari\w*|precaución|preventiv\w*|discrecional\w*|casos raros|casos concretos"
    r"|pequeño número|sin accidentes|sin heridos|seguro|segura)\b",
    re.IGNORECASE,
)
NOT_CONFIRMED = (
    "800-518-2520",  # one source only
    "25-011",
    "25-466",
    "productsafety.gov.au/recalls",
    "recalls-rappels.canada.ca",
    "12 W",
    "15 W",
    "20 W",
    "320 ",
)


def of_language(language):
    marks = re.compile(rf"/texts/{language}/|/{language}(?:/|$)")
    return [(path, text) for path, text in public_texts() if marks.search(path)]


def is_localized(value):
    return isinstance(value, dict) and "en" in value


def rows_with_texts(table):
    """Each row of a table that has texts in its languages, as {language: {name: text}}."""
    languages = table.get("texts", LANGUAGES)
    if "texts" in table:
        yield table["texts"]
    for key in ("countries", "products", "disposals"):
        for row in table.get(key, []):
            yield {
                language: {
                    name: texts[language] for name, texts in row.items() if is_localized(texts)
                }
                for language in languages
            }


def test_texts_stand_in_three_languages_and_are_whole_in_each():
    for stem, table in tables():
        for row in rows_with_texts(table):
            assert set(row) >= set(LANGUAGES), stem
            assert all(of_one.keys() == row["en"].keys() for of_one in row.values()), stem
            for name, text in row["en"].items():
                others = [of_one[name] for of_one in row.values()]
                assert all(others), (stem, name)
                if isinstance(text, list):
                    assert {len(other) for other in others} == {len(text)}, (stem, name)


def test_titles_are_short_and_leads_end_without_a_stop():
    for stem, table in tables():
        for text in table.get("texts", {}).values():
            assert len(text["title"]) <= 65, stem
            assert not text["lead"].endswith("."), stem


def test_no_remedy_repeats_the_first_step_of_the_site():
    for stem, table in tables():
        for language, text in table.get("texts", {}).items():
            first = FIRST_STEP[language]
            assert not any(step.startswith(first) for step in text["remedy"]), stem


def test_no_banned_word():
    for path, text in public_texts():
        assert not BANNED.search(text), (path, text)


def test_english_sentences_are_short():
    for path, text in of_language("en"):
        for sentence in re.split(r"(?<=[.?!:])\s+(?=[A-Z“])", text):
            assert len(sentence.split()) <= 20, (path, sentence)


def test_links_are_addresses_and_nothing_unconfirmed_is_printed():
    links = 0
    for stem, table in tables():
        rows = [table, *table.get("countries", []), *table.get("products", [])]
        rows += table.get("disposals", [])
        found = [row[key] for row in rows for key in row if key.endswith("_url")]
        found += table.get("sources", [])
        assert all(re.match(r"https?://[a-z0-9.-]+/", link) for link in found), stem
        links += len(found)
        shown = "\n".join([*found, *(text for _, text in texts(table))])
        # An authority's own page is no fact of a notice.
        if stem != "disposal":
            assert not [words for words in NOT_CONFIRMED if words in shown], stem
    assert links > 40


def test_french_typography():
    for path, text in of_language("fr"):
        # What stands on a label is quoted as it stands there.
        ours = re.sub("«[^»]*»", "", text)
        assert not re.search(r"[^\u202f][:;?!]", ours), (path, text)
        assert not re.search(r"[^\u202f\u00a0]»", text), (path, text)
        assert not re.search(r"«(?![\u202f\u00a0])", text), (path, text)
        assert "'" not in text, (path, text)


def test_spanish_typography():
    for path, text in of_language("es"):
        assert text.count("?") == text.count("¿"), (path, text)
        assert text.count("!") == text.count("¡"), (path, text)
        assert "'" not in text, (path, text)


def test_japanese_typography_and_words():
    found = of_language("ja")
    assert len(found) > 20
    for path, text in found:
        assert not japanese_slips(text), (path, text)
        assert not re.search(typography.BANNED["ja"], text), (path, text)
