"""A rule that cannot be read is refused with a sentence."""

import pytest

from recalls.codes import RuleError, parse_rule


def assert_refused(text, words=""):
    with pytest.raises(RuleError) as refusal:
        parse_rule(text)
    sentence = str(refusal.value)
    assert words in sentence
    assert sentence[0].isupper() or sentence[0] in "“["
    assert sentence[-1] in ".]"


def refusal(text, parse=parse_rule):
    with pytest.raises(RuleError) as raised:
        parse(text)
    sentence = str(raised.value)
    assert sentence[-1] == "."
    return sentence
