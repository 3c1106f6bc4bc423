"""The clock is set back, as a bad time server or a restored machine does."""

import datetime as dt
import time

import pytest
from django.utils import timezone

from recalls.check import ladder
from recalls.check.verdict import Outcome
from recalls.models import Publication
from recalls.published import cache, snapshots
from recalls.publishing import steps
from tests.support.factories import make_product, make_recall, make_rule
from tests.support.people import PUBLISHER, make_person, signed_in

pytestmark = pytest.mark.django_db

HELD, ADDED = "57V00001", "57V22222"
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def clock(monkeypatch):
    """clock(hours) sets it so far from now."""
    now, seconds = timezone.now(), time.time()

    def clock(hours: float) -> dt.datetime:
        there = now + hours * HOUR
        monkeypatch.setattr(timezone, "now", lambda: there)
        monkeypatch.setattr(time, "time", lambda: seconds + hours * 3600)
        return there

    return clock


@pytest.fixture
def product():
    return make_product(
        recall=make_recall(slug="example"),
        model_numbers="T700",
        shapes="57V?????",
        rules=[HELD],
        list_complete=True,
    )


def answer(code: str) -> str:
    """By a process that has just started, to who types the code twice and compares it."""
    cache._cached = None
    return ladder.check_typed_twice(code, "T700").outcome


def test_the_deadline_of_a_check_does_not_go_by_it(product, monkeypatch):
    moments = iter(range(10_000_000, 0, -3600))
    monkeypatch.setattr(time, "time", lambda: next(moments))
    assert ladder.check_code(HELD).outcome == Outcome.RECALLED


def test_what_was_published_stays(product, clock, client):
    for hours in (-1, -24 * 365):
        clock(hours)
        assert answer(HELD) == Outcome.RECALLED
        assert answer(ADDED) == Outcome.NOT_LISTED
        for path in ("/en/", "/fr/recalls/", "/en/recalls/example/", "/en/recalls/feed/"):
            assert client.get(path).status_code == 200


@pytest.fixture
def scheduled(product, clock):
    """One more code is to be public in an hour."""
    live = Publication.objects.get(status="live")
    rule = make_rule(product=product, text=ADDED, status="draft")
    content = snapshots.snapshot_of(product.recall)
    publication = Publication.objects.create(
        recall=product.recall,
        status="scheduled",
        content=content,
        sha256=snapshots.hash_snapshot(content),
        summary=str(rule),
        goes_live_at=clock(0) + HOUR,
    )
    assert Publication.objects.get(status="live") == live
    return publication


def test_what_its_time_has_made_public_stays_once_it_is_written_down(scheduled, clock):
    assert answer(ADDED) == Outcome.NOT_LISTED
    clock(1.01)
    assert answer(ADDED) == Outcome.RECALLED
    assert steps.settle_due() == 1
    clock(-2)
    assert answer(ADDED) == Outcome.RECALLED
    assert steps.settle_due() == 0


def test_until_then_it_comes_once_more_when_its_time_does(scheduled, clock):
    """`publish_due` writes it down each minute; so long a clock can take it back."""
    clock(1.01)
    assert answer(ADDED) == Outcome.RECALLED
    held = cache.cached_edition()
    clock(0.5)
    # A process that has seen it public stays with that.
    assert cache.cached_edition() is held
    assert ladder.check_code(ADDED).outcome == Outcome.RECALLED
    assert answer(ADDED) == Outcome.NOT_LISTED
    clock(1.01)
    assert answer(ADDED) == Outcome.RECALLED


def test_staff_stay_signed_in_and_publish(product, clock):
    client = signed_in(make_person("pat", PUBLISHER))
    for hours in (0, -2, 0.1):
        clock(hours)
        assert client.get("/staff/").status_code == 200
        assert client.get(f"/staff/recalls/recall/{product.recall_id}/change/").status_code == 200
