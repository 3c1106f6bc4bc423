"""These tests show what people type in place of a code that is not there."""

import pytest

from recalls.codes import means_no_code
from recalls.codes.no_code import MAX_LENGTH, PHRASES


@pytest.mark.parametrize(
    "text",
    [
        *("none", " None. ", "NO S/N", "n/a", "No serial number!", "no-code"),
        *("Pas de numero de serie", "néant", "IL N’Y A PAS DE CODE", "Ningún código", "sin numero"),
        *("keine Seriennummer", "geen", "senza codice", "Não tem", "なし", "没有", "없음"),
    ],
)
def test_phrases_in_many_spellings(text):
    assert means_no_code(text)


@pytest.mark.parametrize(
    "text",
    ["", "-", "NONE1", "none 2318", "SN", "NO", "A3102 none", "KEINE9", "n" * MAX_LENGTH + "one"],
)
def test_what_says_nothing_of_the_kind(text):
    assert not means_no_code(text)


def test_no_phrase_could_be_a_code():
    """A code has a digit, or more than the few letters of a word."""
    assert len(PHRASES) > 100
    assert not any(character.isdigit() for phrase in PHRASES for character in phrase)
