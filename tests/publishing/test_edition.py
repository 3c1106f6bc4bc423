"""Here is what is published, in memory: made anew, or the same under a new version."""

import datetime as dt
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from copy import copy

import pytest

from recalls.models import CodeList
from recalls.published import cache
from tests.support.factories import make_disposal, make_list, make_product, make_public, make_recall

pytestmark = pytest.mark.django_db


def test_pages_are_kept_where_only_the_version_is_new(client):
    product = make_product()
    make_public(product.recall)
    client.get("/en/check/?sn=ACCJRU1D16400841")
    before = cache.cached_edition()
    assert before.rendered_pages
    make_list(
        product=make_product(recall=make_recall(slug="to-come", status="draft")),
        codes=[],
        status="loading",
    )
    after = cache.load_edition()
    assert after.version != before.version
    assert after.notices is before.notices
    assert after.rendered_pages is before.rendered_pages
    # What was asked of the old version is still of the old one.
    assert before.version != cache.current_edition().version


@pytest.mark.parametrize("change", ["loading", "publication", "disposal"])
def test_anything_else_that_is_new_makes_new_pages(change):
    product = make_product()
    make_public(product.recall)
    before = cache.load_edition()
    if change == "loading":
        make_list(product=product, codes=[], status="loading")
    elif change == "publication":
        make_public(make_recall(slug="another"))
    else:
        make_disposal(country="US", checked_on=dt.date(2026, 11, 1))
    after = cache.load_edition()
    assert after.notices is not before.notices
    assert after.rendered_pages is not before.rendered_pages
    if change == "loading":
        assert [product.is_loading for product in after.products.values()] == [True]
        CodeList.objects.all().delete()
        assert [product.is_loading for product in cache.load_edition().products.values()] == [False]


def test_threads_that_find_an_edition_old_read_the_new_one_once(monkeypatch):
    old, reads, both_wait = cache.load_edition(), [], threading.Barrier(2, timeout=10)

    def read(cached):
        reads.append(cached)
        time.sleep(0.2)  # the other one comes meanwhile
        return copy(cached)

    def load():
        both_wait.wait()
        return cache.load_edition(replacing=old)

    monkeypatch.setattr(cache, "read_edition", read)
    with ThreadPoolExecutor(2) as threads:
        first, second = [done.result() for done in [threads.submit(load) for _ in range(2)]]
    assert first is second is not old
    assert reads == [old]
    # The one that they have now can be old as well.
    assert cache.load_edition(replacing=first) is not first
    assert cache.load_edition() is not first


def test_who_waited_for_a_reading_that_failed_tries_too(monkeypatch):
    old = cache.load_edition()
    monkeypatch.setattr(cache, "read_edition", lambda cached: 1 / 0)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            cache.load_edition(replacing=old)
    monkeypatch.undo()
    assert cache.load_edition(replacing=old) is not old
