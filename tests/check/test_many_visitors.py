"""Visitors who check while notices are published: each gets an answer, and one of one version."""

import threading
from dataclasses import dataclass

import pytest
from django.db import connection

from recalls.check import ladder
from recalls.models import IdentificationRule
from recalls.published import cache
from tests.support.factories import make_complete, make_list, make_product, make_public, make_recall

pytestmark = pytest.mark.slow

VISITORS, PUBLICATIONS = 8, 10
CODES = [f"KB72026112{number:04}" for number in range(0, 7 * PUBLICATIONS, 7)]


@dataclass(frozen=True)
class Answer:
    """This is what a visitor was told of a code, and which publications it may rest on."""

    place: int
    outcome: str
    first: int
    last: int

    @property
    def is_right(self) -> bool:
        """The code of a place is recalled under the publication of that number alone."""
        recalled = {number == self.place for number in range(self.first, self.last + 1)}
        return (self.outcome == "recalled") in recalled


class Visits:
    def __init__(self):
        self.begun = self.done = 0
        self.is_over = threading.Event()
        self.answers: list[Answer] = []
        self.errors: list[Exception] = []

    def visit(self, start: int) -> None:
        place = start
        try:
            while not self.is_over.is_set():
                place = (place + 1) % PUBLICATIONS
                first = self.done
                verdict = ladder.check_code(CODES[place], "T700", again=CODES[place])
                self.answers.append(Answer(place, verdict.outcome, first, self.begun))
        except Exception as error:
            self.errors.append(error)
        finally:
            connection.close()


@pytest.mark.django_db(transaction=True)
def test_no_visitor_waits_in_vain_or_gets_half_of_two_versions():
    """Each publication replaces the rule and the list of the one before: a check that took the one
    from here and the other from there would answer what no version says."""
    product = make_product(
        model_numbers="T700", shapes="KB7###########", recall=make_recall(slug="many")
    )
    visits = Visits()
    publish(product, 0)
    threads = [threading.Thread(target=visits.visit, args=[n]) for n in range(VISITORS)]
    for thread in threads:
        thread.start()
    for number in range(1, PUBLICATIONS):
        visits.begun = number
        publish(product, number)
        visits.done = number
        before = len(visits.answers)
        # Everybody is answered once under this version.
        while len(visits.answers) < before + 2 * VISITORS and not visits.errors:
            threading.Event().wait(0.01)
    visits.is_over.set()
    for thread in threads:
        thread.join(timeout=60)
    assert visits.errors == []
    assert [answer for answer in visits.answers if not answer.is_right] == []
    settled = [answer for answer in visits.answers if answer.first == answer.last]
    assert {answer.outcome == "recalled" for answer in settled} == {True, False}
    assert cache.cached_edition().products[product.pk].recalled


def publish(product, number: int) -> None:
    """By a rule and by a list in turn, and never both."""
    from django.db import transaction

    with transaction.atomic():
        IdentificationRule.objects.filter(product=product).delete()
        product.code_lists.all().delete()
        if number % 2:
            IdentificationRule.objects.create(
                product=product, text=CODES[number], effect="recalled", status="active"
            )
        else:
            make_list(product=product, codes=[CODES[number]])
        make_complete(product)
        make_public(product.recall)
