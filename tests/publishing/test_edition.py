"""Here is what is published, in memory: made anew, or the same under a new version."""

import datetime as dt
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from copy import copy

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from recalls.check.ladder import Unavailable, check_code
from recalls.database.deadline import deadline
from recalls.models import CodeList, Product, PublishedVersion, Recall
from recalls.published import cache, edition, snapshots
from recalls.published.edition import PublishedProduct, PublishedRecall
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


# Only what has changed --------------------------------------------------------------------------


@pytest.fixture
def parsed(monkeypatch):
    """The slugs of the notices that were made from their content, and the contents that were read
    from the database."""
    slugs, contents = [], []
    make, read = cache._published_recall, cache._contents

    def published_recall(content):
        slugs.append(content["recall"][0]["slug"])
        return make(content)

    def read_contents(ids):
        rows = list(read(ids))
        contents.extend(rows)
        return rows

    monkeypatch.setattr(cache, "_published_recall", published_recall)
    monkeypatch.setattr(cache, "_contents", read_contents)
    return slugs, contents


def test_a_publication_costs_what_has_changed(parsed):
    for slug in ("one", "two", "three"):
        make_public(make_product(recall=make_recall(slug=slug)).recall)
    before = cache.load_edition()
    slugs, contents = parsed
    slugs.clear(), contents.clear()
    recall = Recall.objects.get(slug="two")
    recall.firm = "Another Ltd"
    recall.save()
    make_public(recall)
    after = cache.load_edition()
    assert slugs == ["two"]
    assert len(contents) == 1
    assert after.notice("one") is before.notice("one")
    assert after.notice("two").recall.firm == "Another Ltd" != before.notice("two").recall.firm
    cache.load_edition()
    assert len(contents) == 1


def test_what_is_gone_between_the_two_statements_is_no_edition(monkeypatch):
    """A backup that is put back can take the publications of the first one away."""
    before = cache.load_edition()
    make_public(make_product(recall=make_recall()).recall)
    monkeypatch.setattr(cache, "_contents", lambda ids: iter(()))
    with pytest.raises(PublishedVersion.DoesNotExist):
        cache.load_edition()
    with pytest.raises(Unavailable):
        check_code("ACCJRU1D16400841")
    monkeypatch.undo()
    assert len(cache.load_edition().notices) == len(before.notices) + 1


def test_a_draft_is_tried_beside_what_this_process_has_read(parsed):
    product = make_product(recall=make_recall(slug="one"), shapes="AB#########")
    make_public(product.recall)
    make_public(make_product(recall=make_recall(slug="two")).recall)
    before = cache.load_edition()
    slugs, contents = parsed
    slugs.clear(), contents.clear()
    content = snapshots.snapshot_of(product.recall)
    content["products"][0]["shapes"] = "CD#########"
    draft = cache.read_edition({product.recall_id: content})
    assert (slugs, contents) == (["one"], [])
    assert [shape.text for shape in draft.products[product.pk].shapes] == ["CD#########"]
    assert draft.notice("two") is before.notice("two")
    # Nor is the draft what the next edition begins with.
    PublishedVersion.renew()
    after = cache.load_edition()
    assert [shape.text for shape in after.products[product.pk].shapes] == ["AB#########"]


def test_a_content_that_cannot_be_read_is_still_a_fault_when_something_else_changes():
    publication = make_public(make_product(recall=make_recall(slug="one")).recall)
    publication.content["products"][0]["shapes"] = "((("
    publication.sha256 = snapshots.hash_snapshot(publication.content)
    publication.save()
    assert cache.load_edition().fault
    make_public(make_product(recall=make_recall(slug="two")).recall)
    assert cache.load_edition().fault


NOTICES = [PublishedRecall(Recall(slug=slug)) for slug in ("one", "two")]
BRANDED = st.tuples(
    st.sampled_from(["Alto", "ALTO", "Béla", ""]),
    st.sampled_from(NOTICES),
    st.sets(st.sampled_from("ABCDE")),
)


@given(st.lists(BRANDED, max_size=12))
def test_families_are_products_of_one_brand_joined_by_a_number(drawn):
    products = [
        PublishedProduct(Product(pk=pk, brand=brand), notice, tuple(sorted(numbers)), ())
        for pk, (brand, notice, numbers) in enumerate(drawn)
    ]
    expected = []
    for product in products:
        near = [family for family in expected if any(_are_one(product, each) for each in family)]
        expected = [family for family in expected if family not in near[1:]]
        joined = [each for family in near for each in family]
        if near:
            near[0][:] = [*joined, product]
        else:
            expected.append([product])
    assert [family.products for family in edition._families(products)] == expected


def _are_one(one, other):
    is_same_brand = one.row.brand.casefold() == other.row.brand.casefold()
    if not one.row.brand:
        is_same_brand = is_same_brand and one.notice is other.notice
    return is_same_brand and bool({*one.model_codes} & {*other.model_codes})


def test_each_product_is_looked_at_once_for_its_family(monkeypatch):
    """With thousands of notices, to compare each with each took seconds."""
    looked_at = []
    numbers = PublishedProduct.branded_numbers.func
    counted = property(lambda product: looked_at.append(product) or numbers(product))
    monkeypatch.setattr(PublishedProduct, "branded_numbers", counted)
    products = [
        PublishedProduct(Product(pk=pk, brand="Alto"), None, (f"A{pk}",), ()) for pk in range(200)
    ]
    assert len(edition._families(products)) == 200
    assert len(looked_at) <= 2 * len(products)


# While somebody writes ----------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_new_connection_reads_what_is_public_while_somebody_writes():
    """On SQLite Django would find no JSON then, and go on so until the connection ends."""
    make_public(make_product().recall)
    with transaction.atomic():
        PublishedVersion.objects.update(version="not yet")
        with ThreadPoolExecutor(1) as threads:
            read = threads.submit(_read_on_a_connection_of_its_own).result()
    assert len(read.notices) == 1
    assert read.version != "not yet"


def _read_on_a_connection_of_its_own():
    try:
        with deadline(0.5):
            return cache.read_edition()
    finally:
        connection.close()


# Before the first visitor -------------------------------------------------------------------------


@pytest.fixture
def new_process(monkeypatch):
    monkeypatch.setattr(cache, "_cached", None)
    monkeypatch.setattr(cache.connection, "close", lambda: None)


def test_a_worker_reads_what_is_public_before_it_serves(new_process, django_assert_num_queries):
    make_public(make_product().recall)
    cache.make_ready()
    with django_assert_num_queries(0):
        assert len(cache.cached_edition().notices) == 1


def test_a_worker_begins_where_nothing_can_be_read_yet(new_process, caplog):
    PublishedVersion.objects.all().delete()
    cache.make_ready()
    assert "could not be read yet: DoesNotExist" in caplog.text
    PublishedVersion.renew()
    assert cache.cached_edition().notices == ()
