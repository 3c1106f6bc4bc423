"""Daily counts: right in the end, and never in the way of an answer."""

import datetime as dt
import io
import threading
import time
from collections import Counter

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from recalls.check import ladder
from recalls.models import DailyCount, TestCode
from recalls.public import counts
from recalls.publishing.test_codes import failing_now
from tests.support.factories import make_product, make_public, make_recall
from tests.support.people import ADMINISTRATOR, EDITOR, PUBLISHER, make_person, signed_in
from tests.support.servers import Site, url_of_tests

CODE, OTHER = "ABCD123456780000", "ABCD123456789999"


@pytest.fixture(autouse=True)
def nothing_held(monkeypatch):
    monkeypatch.setattr(counts, "_pending", Counter())


@pytest.fixture
def recall(db):
    recall = make_recall(slug="example")
    make_product(recall=recall, model_numbers="T100", rules=[CODE])
    return recall


def stored():
    counts.store_counts()
    return {(row.recall, row.outcome, row.language): row.number for row in DailyCount.objects.all()}


def test_each_answer_counts_once_for_all_and_once_for_its_notice(client, recall):
    for _ in range(3):
        client.get(f"/en/check/?sn={CODE}")
    client.get("/fr/check/?sn=HELLO")
    client.get("/es/check/?sn=")
    client.get("/en/recalls/example/")
    assert stored() == {
        ("", "recalled", "en"): 3,
        ("example", "recalled", "en"): 3,
        ("", "unrecognised", "fr"): 1,
        ("", "form_error", "es"): 1,
        ("", "page", "en"): 1,
        ("example", "page", "en"): 1,
    }
    assert {row.day for row in DailyCount.objects.all()} == {timezone.now().date()}


def test_a_code_that_two_notices_recall_counts_for_both_and_once_for_all(client, recall):
    other = make_recall(slug="other")
    make_product(recall=other, model_numbers="T100", rules=[CODE])
    client.get(f"/en/check/?sn={CODE}")
    assert stored() == {
        ("", "recalled", "en"): 1,
        ("example", "recalled", "en"): 1,
        ("other", "recalled", "en"): 1,
    }


def test_who_is_asked_to_type_again_counts_as_that(client, recall):
    make_product(
        model_numbers="T700",
        shapes="KB7#####",
        codes=["KB700000"],
        list_complete=True,
        recall=make_recall(slug="listed"),
    )
    client.get("/en/check/?sn=KB700005&product=T700")
    client.get("/en/check/?sn=KB700005&product=T700&again=KB700005")
    assert stored() == {
        (recall, outcome, "en"): 1
        for recall in ("", "listed")
        for outcome in ("type_again", "check_again", "again_same")
    }


def test_what_is_stored_again_is_added(client, recall):
    for _ in range(2):
        client.get("/en/check/?sn=HELLO")
        counts.store_counts()
    assert stored() == {("", "unrecognised", "en"): 2}
    assert DailyCount.objects.count() == 1


def test_a_new_day_has_rows_of_its_own(client, recall, monkeypatch):
    client.get("/en/check/?sn=HELLO")
    tomorrow = timezone.now() + dt.timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    client.get("/en/check/?sn=HELLO")
    counts.store_counts()
    days = DailyCount.objects.order_by("day").values_list("day", "number")
    assert list(days) == [(tomorrow.date() - dt.timedelta(days=1), 1), (tomorrow.date(), 1)]


def test_probes_test_codes_and_staffs_tries_do_not_count(client, recall):
    TestCode.objects.create(
        product=recall.products.get(), typed=CODE, names_product=False, expected="recalled"
    )
    make_public(recall)
    client.get("/health/ready")
    failing_now()
    call_command("check_code", CODE, stdout=io.StringIO())
    staff = signed_in(make_person("eve", EDITOR))
    staff.get(reverse("admin:recalls_recall_try", args=[recall.pk]), {"sn": CODE})
    staff.get(reverse("admin:recalls_recall_preview", args=[recall.pk, "en"]))
    client.get(f"/en/check/?sn={CODE}", headers={"x-probe": "yes"})
    client.get("/en/recalls/example/", headers={"x-probe": "yes"})
    assert stored() == {}


# Never in the way ---------------------------------------------------------------------------------


def test_an_answer_does_not_wait_for_the_database(
    client, recall, django_assert_num_queries, monkeypatch
):
    client.get(f"/en/check/?sn={CODE}")
    with django_assert_num_queries(1):
        client.get(f"/en/check/?sn={CODE}")


@pytest.mark.parametrize("part", ["_pending", "_lock"])
def test_an_answer_stands_where_counting_fails(client, recall, monkeypatch, caplog, part):
    monkeypatch.setattr(counts, part, None)
    response = client.get(f"/en/check/?sn={CODE}")
    assert response.status_code == 200
    assert "Stop using this" in response.text
    assert "An answer was not counted" in caplog.text
    assert CODE not in caplog.text


@pytest.mark.django_db(transaction=True)
def test_what_cannot_be_stored_is_kept(client, caplog):
    """The table is gone for a while."""
    client.get("/en/check/?sn=HELLO")
    table = DailyCount._meta.db_table
    with connection.schema_editor() as editor:
        editor.alter_db_table(DailyCount, table, "elsewhere")
    try:
        assert counts.store_counts() is False
    finally:
        with connection.schema_editor() as editor:
            editor.alter_db_table(DailyCount, "elsewhere", table)
    assert "kept for the next time: " in caplog.text
    client.get("/en/check/?sn=HELLO")
    assert stored() == {("", "unrecognised", "en"): 2}


@pytest.mark.django_db(transaction=True)
def test_half_of_it_is_never_stored():
    """One row that the database refuses, between two others."""
    for outcome in ("a", "b", "c"):
        counts.count_answer(outcome, [], "en")
    (wrong,) = (key for key in counts._pending if "b" in key)
    counts._pending[wrong] = -1
    assert counts.store_counts() is False
    assert DailyCount.objects.count() == 0
    counts._pending[wrong] = 1
    assert len(stored()) == 3


@pytest.mark.django_db(transaction=True)
def test_another_writer_is_not_waited_for_and_not_disturbed():
    """The other one holds its lock for longer than the counts wait, and not as long as others
    would wait for it."""
    counts.count_answer("recalled", [], "en")
    assert counts.store_counts()
    counts.count_answer("recalled", [], "en")
    holds, over = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            DailyCount.objects.update(number=7)
            holds.set()
            over.wait(4)
        connection.close()

    writer = threading.Thread(target=hold)
    writer.start()
    assert holds.wait(30)
    try:
        assert counts.store_counts() is False
    finally:
        over.set()
        writer.join()
    assert stored() == {("", "recalled", "en"): 8}
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            # As the settings have it, in milliseconds.
            assert cursor.execute("PRAGMA busy_timeout").fetchone() == (5000,)


@pytest.mark.django_db(transaction=True)
def test_many_threads_lose_nothing():
    def count():
        for _ in range(500):
            counts.count_answer("recalled", ["example"], "en")

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        counts.store_counts()
    for thread in threads:
        thread.join()
    assert stored() == {("", "recalled", "en"): 4000, ("example", "recalled", "en"): 4000}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_server_stores_at_its_end(shipped_here):
    from recalls.catalogue.tables import available_slugs

    with Site(url_of_tests()) as site:
        for _ in range(3):
            site.get("/en/check/?sn=ACCJRU1D16400841")
    found = {row.recall: row.number for row in DailyCount.objects.filter(outcome="recalled")}
    assert found[""] == 3
    assert set(found) - {""} <= set(available_slugs())
    assert len(found) == 2


class Enough(Exception):
    """Ends the thread's loop."""


@pytest.mark.django_db(transaction=True)
def test_the_thread_stores_each_minute_and_keeps_no_connection(monkeypatch):
    waits = []

    def sleep(seconds):
        waits.append(seconds)
        if len(waits) > 2:
            raise Enough

    monkeypatch.setattr(counts.time, "sleep", sleep)
    left = []

    def run():
        with pytest.raises(Enough):
            counts._run()
        left.append(connection.connection)

    counts.count_answer("recalled", [], "en")
    thread = threading.Thread(target=run)
    thread.start()
    thread.join(30)
    assert waits == [60, 60, 60]
    assert left == [None]
    assert DailyCount.objects.get().number == 1


def test_the_thread_ends_with_its_process(monkeypatch):
    began = threading.Event()
    monkeypatch.setattr(counts, "_run", lambda: began.set() or time.sleep(0.5))
    counts.keep_storing()
    assert began.wait(10)
    (thread,) = [held for held in threading.enumerate() if held.name == "counts"]
    assert thread.daemon
    thread.join(10)


# To read ------------------------------------------------------------------------------------------


@pytest.fixture
def some(db):
    day = dt.date(2027, 3, 12)
    for recall, outcome, language, number in (
        ("", "recalled", "en", 1200),
        ("", "not_listed", "en", 500),
        ("", "check_again", "fr", 30),
        ("", "type_again", "en", 70),
        ("example", "type_again", "en", 70),
        ("", "page", "en", 9),
        ("example", "recalled", "en", 1200),
        ("example", "inspect", "es", 1),
        ("example", "page", "en", 9),
        *((recall, name, "en", AGAIN[name]) for recall in ("", "example") for name in counts.AGAIN),
    ):
        DailyCount.objects.create(
            day=day, recall=recall, outcome=outcome, language=language, number=number
        )


@pytest.mark.parametrize("role", [EDITOR, PUBLISHER, ADMINISTRATOR])
def test_every_role_reads_the_sums(some, role):
    notice = make_recall(slug="example")
    page = signed_in(make_person("eve", role)).get(reverse("admin:recalls_dailycount_changelist"))
    asked = {"pages": 9, "type_again": 70, **AGAIN}
    assert page.context_data["sums"] == [
        row("", checks=1800, hits=1200, near=30, not_listed=500, **asked),
        row("example", checks=1271, hits=1201, near=0, not_listed=0, **asked)
        | {"url": reverse("admin:recalls_recall_figures", args=[notice.pk])},
    ]
    assert "All notices" in page.text
    assert '<th scope="col">Gave up: nothing came back</th>' in page.text
    cells = "<td>70</td> <td>40</td> <td>5</td> <td>3</td> <td>2</td> <td>20</td>"
    assert cells in " ".join(page.text.split())


# Of the seventy who were asked.
AGAIN = {
    "again_same": 40,
    "again_unlike": 5,
    "again_recalled": 3,
    "again_cannot": 2,
    "again_nothing": 20,
}


NEITHER = ("near", "type_again", "not_listed")


def row(recall, **numbers):
    return {"recall": recall, "url": "", **numbers}


def test_the_sums_follow_the_filters(some):
    client = signed_in(make_person("eve", EDITOR))
    page = client.get(reverse("admin:recalls_dailycount_changelist"), {"language": "es"})
    assert page.context_data["sums"] == [
        row("example", checks=1, hits=1, **dict.fromkeys(["pages", *NEITHER, *AGAIN], 0))
    ]


def test_nobody_changes_them(some, admin_client):
    pk = DailyCount.objects.first().pk
    for name, arguments in (("add", []), ("change", [pk]), ("delete", [pk])):
        address = reverse(f"admin:recalls_dailycount_{name}", args=arguments)
        assert admin_client.post(address, {"number": 1}).status_code == 403


def test_every_outcome_fits(db):
    longest = max([*ladder.Outcome, *counts.LABELS], key=len)
    assert len(longest) <= DailyCount._meta.get_field("outcome").max_length
