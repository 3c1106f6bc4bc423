"""A check that meets a new edition answers by it, or raises an alarm of the old one."""

import random
from itertools import product as combinations

import pytest

from recalls import codes
from recalls.check import ladder, lookup
from recalls.check.verdict import CAUTION, Outcome
from recalls.models import PublishedVersion
from recalls.published import cache
from tests.support.every_slip import clears
from tests.support.factories import (
    make_complete,
    make_list,
    make_product,
    make_recall,
    make_rule,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NEW = "KB720261128003"
ALARMS = {Outcome.RECALLED, Outcome.INSPECT, Outcome.CHECK_AGAIN}


@pytest.fixture
def product():
    return make_product(
        model_numbers="T700",
        shapes="KB7###########",
        codes=["KB799999999999"],
        list_complete=True,
        recall=make_recall(),
    )


def by_list(product):
    make_list(product, [NEW])


def by_rule(product):
    make_rule(product=product, text=NEW)


def publish_before_statement(number, publish, monkeypatch):
    """What `publish` does is done, and public, just before that look-up of the next check."""
    look_up, made = lookup.read_codes_near, []

    def read_codes_near(*asked, **more):
        made.append(asked)
        if len(made) == number:
            publish()
            PublishedVersion.renew()
        return look_up(*asked, **more)

    monkeypatch.setattr(lookup, "read_codes_near", read_codes_near)
    return made


def slips_to_try():
    """The code itself, a slip of each kind, and some others."""
    kinds = [
        *("KB720261128008", "KB720261128030", "KB720261182003", "KB72026112803", "KB7202661128003"),
        *("KB720262228003", "KB720211628003"),
    ]
    return [NEW, *kinds, *random.Random(8).sample(list(codes.slips_of(NEW)), 4)]


@pytest.mark.parametrize("publish", [by_list, by_rule])
@pytest.mark.parametrize("statement", [1, 2])
@pytest.mark.parametrize("is_typed_again", [False, True])
def test_a_code_that_becomes_recalled_during_the_check(
    product, publish, statement, is_typed_again, monkeypatch
):
    """Before the first look-up, and between it and the one for slips."""
    cache.load_edition()
    tried = 0
    for typed, named in combinations(slips_to_try(), ["T700", ""]):
        again = typed if is_typed_again else ""
        before = ladder.check_code(typed, named, again=again)
        rows = [product.code_lists.count(), product.rules.count()]
        with monkeypatch.context() as patch:
            made = publish_before_statement(statement, lambda: publish(product), patch)
            verdict = ladder.check_code(typed, named, again=again)
        if [product.code_lists.count(), product.rules.count()] != rows:
            after = ladder.check_code(typed, named, again=again)
            assert_no_less(verdict, before, after)
            assert not clears(verdict), (typed, named)
            assert len(made) <= 4
            tried += 1
        take_out(product)
    assert tried >= (20 if statement == 1 else 4)


def assert_no_less(verdict, before, after):
    """It is the new answer, or one of the old edition's alarms that is no less cautious."""
    if verdict.edition.version == after.edition.version:
        assert verdict.outcome is after.outcome
        return
    assert verdict.outcome in ALARMS and verdict.outcome is before.outcome
    assert CAUTION.index(verdict.outcome) <= CAUTION.index(after.outcome)


def take_out(product):
    """As it was before, in a new version; what is taken out ends that the list is complete."""
    product.rules.all().delete()
    product.code_lists.exclude(codes__code="KB799999999999").delete()
    product.refresh_from_db()
    make_complete(product)
    PublishedVersion.renew()
    cache.load_edition()
