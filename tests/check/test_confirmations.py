"""An answer to one question of the visitor's is never taken for the answer to another."""

from itertools import permutations

import pytest

from recalls.check import ladder
from recalls.check.confirmations import Confirmations, one
from recalls.check.matches import COMPARE, ENTRY, LABEL, SISTER
from recalls.check.verdict import Outcome, Verdict
from tests.support.factories import make_product, make_recall

pytestmark = pytest.mark.django_db

# What leads to each question: typed, typed again.
ASKED = {
    LABEL: ("1234567", ""),
    COMPARE: ("111112", "111112"),
    ENTRY: ("777777", "888888"),
    SISTER: ("555555", ""),
}
PAIRS = list(permutations(ASKED, 2))
OUTCOMES = {
    LABEL: Outcome.FORM_ERROR,
    COMPARE: Outcome.CHECK_AGAIN,
    ENTRY: Outcome.TYPE_AGAIN,
    SISTER: Outcome.WHICH_PRODUCT,
}


@pytest.fixture
def published():
    """Two products of one notice with short codes, which count only for the one that is named."""
    recall = make_recall()
    for number, code in (("T700", "111111"), ("T800", "555555")):
        make_product(
            recall=recall, model_numbers=number, shapes="######", codes=[code], list_complete=True
        )


def ask(question: str, confirmed: str = "") -> Verdict:
    typed, again = ASKED[question]
    return ladder.check_code(typed, "T700", confirmed, again=again)


def answer_to(question: str) -> str:
    """Return what the page of the question puts into the link of who confirms it."""
    verdict = ask(question)
    return verdict.entry_confirmations[0] if question == ENTRY else verdict.confirmation


@pytest.mark.parametrize("question", ASKED)
def test_each_answer_settles_its_own_question(published, question):
    assert ask(question).outcome is OUTCOMES[question]
    assert answer_to(question).startswith(f"{question}.")
    after = ask(question, answer_to(question))
    assert (after.outcome, after.entries, after.sisters) != (
        OUTCOMES[question],
        ask(question).entries,
        ask(question).sisters,
    )


@pytest.mark.parametrize(("given", "question"), PAIRS)
def test_no_answer_settles_another_question(published, given, question):
    """Nor does one of another code, nor one in which only the name of the question is exchanged."""
    answers = [
        answer_to(given),
        answer_to(given).replace(given, question, 1),
        answer_to(question).replace(question, given, 1),
    ]
    before = ask(question)
    for confirmed in answers:
        after = ask(question, confirmed)
        assert (after.outcome, after.entries, after.sisters) == (
            before.outcome,
            before.entries,
            before.sisters,
        ), confirmed


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_answers_stand_side_by_side(first, second):
    both = Confirmations(Confirmations(one(first, "A1", ["B2"])).and_(second, "A1", ["C3"]))
    assert both.holds(first, "A1", ["B2"])
    assert both.holds(second, "A1", ["C3"])
    assert not both.holds(first, "A1", ["C3"])
    assert not both.holds(second, "A1", ["B2"])
    assert not both.holds(first, "A2", ["B2"])
