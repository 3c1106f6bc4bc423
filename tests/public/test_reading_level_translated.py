"""Our own sentences in French, Spanish and German are easy to read, each by the formula of its
language: 100 is very easy, 70 fairly easy, 30 very hard. None has more than 20 words."""

import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest

LOCALE = Path(__file__).resolve().parents[2] / "recalls/locale"
EASY = 70
WORDS = 20  # in one sentence
MIN_WORDS = 5  # shorter ones are headings and buttons, which would make the rest look easier

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d[\d.,\u202f]*")
_SENTENCE_END = re.compile(r"(?<=[.?!])[»”)]?\s+|\s*:\s+")
# What each language does not speak, and what stands between two vowels that it speaks apart.
_SILENT = {
    "fr": re.compile(r"(?<=[^aeiouyàâéèêëîïôùû])e(?:s|nt)?$|(?<=[qg])u(?=[eéèi])"),
    "es": re.compile(r"(?<=[qg])u(?=[eiéí])"),
}
_APART = re.compile(r"(?<=[aeoáéó])(?=[aeoáéóíú])|(?<=[íú])(?=[aeo])")
_VOWELS = re.compile("[aeiouyáàâäéèêëíîïóôöúùûüœæ]+")


def syllables(word: str, language: str) -> int:
    """Groups of vowels. Digits and initials are read one by one."""
    if word[0].isdigit():
        return sum(character.isdigit() for character in word)
    if word.isupper():
        return len(word)
    spoken = word.lower()
    if language in _SILENT:
        spoken = _SILENT[language].sub("", spoken)
    if language == "es":
        spoken = _APART.sub("-", spoken)
    return max(1, len(_VOWELS.findall(spoken)))


def ease(sentences: list[list[str]], language: str) -> float:
    """How easy sentences of such words are, by Kandel and Moles, Fernández Huerta, or Amstad."""
    words = [word for sentence in sentences for word in sentence]
    length = len(words) / len(sentences)
    spoken = sum(syllables(word, language) for word in words) / len(words)
    return {
        "fr": 207 - 1.015 * length - 73.6 * spoken,
        "es": 206.84 - 1.02 * length - 60 * spoken,
        "de": 180 - length - 58.5 * spoken,
    }[language]


def read(text: str) -> Iterator[list[str]]:
    """The words of each sentence in it, without marks and what is filled in."""
    plain = re.sub(r"<[^>]+>|%\(\w+\)s|\u00ad", "", text)
    for sentence in _SENTENCE_END.split(plain):
        words = _WORD.findall(sentence)
        if len(words) >= MIN_WORDS:
            yield words


def sentences_of(language: str) -> list[list[str]]:
    entries = polib.pofile(str(LOCALE / language / "LC_MESSAGES/django.po"))
    texts = (text for entry in entries for text in (entry.msgstr, *entry.msgstr_plural.values()))
    return [words for text in texts for words in read(text)]


@pytest.mark.parametrize("language", ["fr", "es", "de"])
def test_our_sentences_are_easy_to_read(language):
    sentences = sentences_of(language)
    assert len(sentences) > 500
    assert [" ".join(words) for words in sentences if len(words) > WORDS] == []
    assert ease(sentences, language) >= EASY


@pytest.mark.parametrize(
    ("language", "counts"),
    [
        ("fr", {"produit": 2, "rappelle": 2, "code": 1, "codes": 1, "qui": 1, "fabricant": 3}),
        ("es", {"código": 3, "que": 1, "aparato": 4, "batería": 4, "lea": 2, "aviso": 3}),
        ("de", {"Gerät": 2, "ziehen": 2, "Steckdose": 3, "zurückgerufen": 5, "Meldung": 2}),
        ("de", {"SN": 2, "16": 2}),
    ],
)
def test_syllables(language, counts):
    assert {word: syllables(word, language) for word in counts} == counts


@pytest.mark.parametrize(
    ("language", "easy", "hard"),
    [
        (
            "fr",
            "Ne le vendez pas et ne le donnez pas.",
            "L’utilisation ultérieure de l’équipement défectueux constitue une infraction.",
        ),
        (
            "es",
            "No lo venda ni lo regale.",
            "La utilización posterior del equipamiento defectuoso constituye una infracción.",
        ),
        (
            "de",
            "Ziehen Sie den Stecker aus der Wand.",
            "Die Weiterverwendung beschädigter Elektrogeräte gefährdet unbeteiligte Hausbewohner.",
        ),
    ],
)
def test_the_formulas_tell_easy_from_hard(language, easy, hard):
    assert ease([*read(hard)], language) < EASY < ease([*read(easy)], language)
