"""The probes: red where an answer warns too little or none comes, never where it warns more."""

import io
import json
import shutil
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from recalls import models
from recalls.check import ladder
from recalls.check.matches import Check
from recalls.database import heartbeat
from recalls.models import AffectedCode, CodeList, Heartbeat, PublishedVersion, TestCode
from recalls.published import cache
from recalls.publishing import test_codes
from tests.support.factories import make_list, make_product, make_public, make_recall
from tests.support.servers import Site

LIVE, READY = "/health/live", "/health/ready"
CODE = "EXA2024110007919"


@pytest.fixture(autouse=True)
def new_process(monkeypatch):
    monkeypatch.setattr(test_codes, "_rounds", test_codes._Rounds())
    monkeypatch.setattr(cache, "_cached", None)


@pytest.fixture
def product(db):
    recall = make_recall(slug="example")
    product = make_product(recall=recall, model_numbers="EX100", shapes="EXA" + "#" * 13)
    make_list(product=product, codes=[CODE])
    product.list_complete = True
    product.save()
    expect(product, CODE, "recalled")
    expect(product, "EXA2024110009999", "not_listed", names_product=True, typed_twice=True)
    make_public(recall)
    heartbeat.beat(heartbeat.TIMER)
    return product


def expect(product, typed, expected, **said):
    TestCode.objects.create(product=product, typed=typed, expected=expected, **said)


def ready(client):
    response = client.get(READY)
    return response.status_code, response.json()


def test_ready_tries_every_test_code_and_says_how_each_part_is(client, product):
    response = client.get(READY)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json; charset=utf-8"
    assert response["Cache-Control"] == "no-store"
    assert response.json() == {
        "ready": True,
        "database": "ok",
        "heartbeat": "ok",
        "version": "ok",
        "rules": "ok",
        "test_codes": {"held": 2, "tried_now": 2, "less_cautious": [], "more_cautious": []},
    }


def test_live_says_so_without_a_database(client, product, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get(LIVE)
    assert (response.status_code, response.text) == (200, "alive\n")
    assert response["Cache-Control"] == "no-store"


def test_less_cautious_is_not_ready(client, product, caplog):
    TestCode.objects.filter(expected="not_listed").update(expected="recalled")
    make_public(product.recall)
    status, report = ready(client)
    assert (status, report["ready"]) == (503, False)
    (sentence,) = report["test_codes"]["less_cautious"]
    assert "EXA2024110009999" in sentence
    assert "Recalled is expected, Not listed is given." in sentence
    assert "less cautiously than they must be: 1" in caplog.text
    assert "EXA2024" not in caplog.text


def test_more_cautious_is_named_and_ready(client, product):
    TestCode.objects.filter(expected="recalled").update(expected="list_incomplete")
    make_public(product.recall)
    status, report = ready(client)
    assert (status, report["ready"]) == (200, True)
    (sentence,) = report["test_codes"]["more_cautious"]
    assert "List incomplete is expected, Recalled is given." in sentence
    assert report["test_codes"]["less_cautious"] == []


def test_no_answer_is_not_ready(client, product, monkeypatch):
    def fail(check):
        raise ladder.Unavailable

    monkeypatch.setattr(Check, "look_up", fail)
    status, report = ready(client)
    assert status == 503
    assert len(report["test_codes"]["less_cautious"]) == 2
    assert "No answer is given" in report["test_codes"]["less_cautious"][0]


def test_a_rule_that_cannot_be_read(client, product):
    publication = product.recall.publications.get(status="live")
    publication.content["products"][0]["shapes"] = "[broken"
    publication.save()
    status, report = ready(client)
    assert (status, report["database"], report["rules"]) == (503, "ok", "failed")
    assert report["test_codes"] == "unknown"


def test_a_version_that_is_gone(client, product):
    PublishedVersion.objects.all().delete()
    status, report = ready(client)
    assert (status, report["database"], report["version"]) == (503, "ok", "failed")


@pytest.mark.django_db(transaction=True)
def test_a_database_that_does_not_answer(client, product):
    table = PublishedVersion._meta.db_table
    with connection.schema_editor() as editor:
        editor.alter_db_table(PublishedVersion, table, "elsewhere")
    try:
        status, report = ready(client)
    finally:
        with connection.schema_editor() as editor:
            editor.alter_db_table(PublishedVersion, "elsewhere", table)
    assert (status, report["database"], report["version"]) == (503, "failed", "unknown")
    assert ready(client)[0] == 200


def test_a_code_lost_behind_the_sites_back_is_seen_without_a_new_version(client, product):
    assert ready(client)[0] == 200
    before = PublishedVersion.objects.get().version
    AffectedCode.objects.all().delete()
    assert PublishedVersion.objects.get().version == before
    status, report = ready(client)
    assert status == 503
    assert CODE in report["test_codes"]["less_cautious"][0]


def test_many_test_codes_are_tried_in_turn_and_all_are_remembered(client, product, monkeypatch):
    monkeypatch.setattr(test_codes, "MAX_AGAIN", 2)
    for number in range(3):
        expect(product, f"EXA202411000500{number}", "not_listed")
    make_public(product.recall)
    tried = [ready(client)[1]["test_codes"]["tried_now"] for _ in range(5)]
    assert tried == [5, 2, 2, 1, 2]
    AffectedCode.objects.all().delete()
    found = [ready(client)[0] for _ in range(3)]
    assert 503 in found
    # It stays red until that very code is answered again.
    assert found[found.index(503) :] == [503] * len(found[found.index(503) :])
    make_public(product.recall)
    models.PublishedVersion.renew()
    assert ready(client)[1]["test_codes"]["tried_now"] == 5


def test_thousands_of_test_codes_are_tried_over_several_probes(client, product, monkeypatch):
    """Those of a notice that is new to this process come first: publishing has tried the others."""
    monkeypatch.setattr(test_codes, "MAX_AT_ONCE", 2)
    monkeypatch.setattr(test_codes, "MAX_AGAIN", 1)
    for number in range(3):
        expect(product, f"EXA202411000500{number}", "not_listed")
    make_public(product.recall)
    counts = [ready(client)[1]["test_codes"] for _ in range(4)]
    assert [count["tried_now"] for count in counts] == [2, 2, 1, 1]
    assert [count["held"] for count in counts] == [2, 4, 5, 5]
    recall = make_recall(slug="wrong")
    other = make_product(recall=recall, model_numbers="W1", shapes="WRO##########")
    expect(other, "WRO0000000001", "recalled")
    make_public(recall)
    status, report = ready(client)
    assert (status, report["test_codes"]["tried_now"]) == (503, 2)
    assert "WRO0000000001" in report["test_codes"]["less_cautious"][0]
    assert report["test_codes"]["held"] == 6


def test_a_code_that_found_no_answer_is_tried_again_at_once(client, product, monkeypatch):
    for number in range(3):
        expect(product, f"EXA202411000500{number}", "not_listed")
    make_public(product.recall)
    with monkeypatch.context() as patch:
        patch.setattr(ladder, "SECONDS_FOR_A_CHECK", 0)
        assert ready(client)[0] == 503
    monkeypatch.setattr(test_codes, "MAX_AGAIN", 3)
    assert ready(client)[0] == 503
    assert ready(client)[0] == 200


def test_a_probe_is_a_bounded_number_of_queries(client, product, django_assert_max_num_queries):
    for number in range(60):
        expect(product, f"EXA20241100{number:05}", "not_listed")
    make_public(product.recall)
    ready(client)
    # A code that is typed twice is checked up to four times, with two statements each.
    # Two more ask for the sign of life.
    with django_assert_max_num_queries(test_codes.MAX_AGAIN + 1 + 8 + 2):
        ready(client)


def age_signs_of_life(**ages):
    Heartbeat.objects.update(beat_at=timezone.now() - timedelta(**ages))


def test_a_timer_that_stopped_is_an_alarm_on_a_primary_and_no_more(client, product, caplog):
    age_signs_of_life(minutes=2)
    assert ready(client)[1]["heartbeat"] == "ok"
    version = PublishedVersion.objects.get().version
    for ages in ({"minutes": 4}, {"days": 400}):
        age_signs_of_life(**ages)
        status, report = ready(client)
        assert (status, report["ready"], report["heartbeat"]) == (200, True, "late")
        assert ladder.check_code(CODE).outcome == "recalled"
    Heartbeat.objects.all().delete()
    assert ready(client)[1]["heartbeat"] == "late"
    assert "is manage.py publish_due run?" in caplog.text
    call_command("publish_due")
    assert ready(client)[1]["heartbeat"] == "ok"
    assert PublishedVersion.objects.get().version == version


def test_the_servers_own_sign_does_not_hide_that_the_timer_stopped(client, product):
    age_signs_of_life(minutes=4)
    heartbeat.beat(heartbeat.SERVER)
    assert ready(client)[1]["heartbeat"] == "late"


# Not for the public -------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [LIVE, READY])
def test_the_public_gets_not_found(client, db, path, settings):
    settings.HEALTH_SECRET = "a secret"
    stranger = {"REMOTE_ADDR": "203.0.113.1"}
    for extra in (
        stranger,
        stranger | {"HTTP_X_HEALTH_SECRET": "another"},
        stranger | {"HTTP_X_HEALTH_SECRET": ""},
        stranger | {"HTTP_X_FORWARDED_FOR": "127.0.0.1", "HTTP_X_REAL_IP": "127.0.0.1"},
        {"REMOTE_ADDR": ""},
        # Through a proxy on this machine of which the settings know nothing.
        {"HTTP_X_FORWARDED_FOR": "203.0.113.1"},
        {"HTTP_FORWARDED": "for=203.0.113.1"},
    ):
        response = client.get(path, **extra)
        assert response.status_code == 404
        assert response["Cache-Control"] == "no-store"
        assert client.post(path, **extra).status_code == 404
    assert client.get(path, **stranger, HTTP_X_HEALTH_SECRET="a secret").status_code == 200


def test_without_a_secret_set_none_opens(client, db):
    extra = {"REMOTE_ADDR": "203.0.113.1", "HTTP_X_HEALTH_SECRET": ""}
    assert client.get(LIVE, **extra).status_code == 404


def test_behind_our_proxy_the_visitors_address_counts(client, db, settings):
    settings.TRUSTED_PROXY_ADDRESS_HEADER = "HTTP_X_REAL_IP"
    assert client.get(LIVE, HTTP_X_REAL_IP="203.0.113.1").status_code == 404
    assert client.get(LIVE).status_code == 200


def test_the_names_are_those_of_the_design():
    assert (reverse("health-live"), reverse("health-ready")) == (LIVE, READY)


# Lists --------------------------------------------------------------------------------------------


def test_a_list_that_holds_what_was_loaded_is_well(product):
    out = io.StringIO()
    call_command("check_lists", stdout=out)
    assert out.getvalue() == "Every list holds what was loaded.\n"


def test_a_list_that_lost_codes_is_an_error(product, caplog):
    make_list(product=product, codes=["EXA2024110000001", "EXA2024110000002"])
    AffectedCode.objects.filter(code__endswith="1").delete()
    with pytest.raises(CommandError, match=r"List \d+ \(codes\.csv\) holds 1 codes; 2 were loaded"):
        call_command("check_lists")
    assert "holds 1 codes" in caplog.text


def test_a_list_with_a_code_that_is_not_like_the_others_is_an_error(product):
    """Slips in it would not be searched for."""
    code_list = make_list(product=product, codes=["EXA2024110000001", "EXA2024110000002"])
    call_command("check_lists", stdout=io.StringIO())
    CodeList.objects.filter(pk=code_list.pk).update(shapes="EXA2024########1\nEXA20240########")
    with pytest.raises(
        CommandError, match=r"List \d+ \(codes\.csv\) holds EXA2024110000002, which does not fit"
    ):
        call_command("check_lists")


def test_a_list_that_is_empty_now_is_an_error(product):
    AffectedCode.objects.all().delete()
    with pytest.raises(CommandError, match="holds 0 codes; 1 were loaded"):
        call_command("check_lists")


def test_a_list_that_still_answers_counts_whatever_its_row_says(product):
    CodeList.objects.update(status="withdrawn")  # not published yet
    AffectedCode.objects.all().delete()
    with pytest.raises(CommandError, match="holds 0 codes"):
        call_command("check_lists")


def test_a_draft_does_not_count(product):
    make_list(product=product, codes=["EXA2024110000001"], status="draft", codes_stored=7)
    call_command("check_lists", stdout=io.StringIO())


# In a process of its own --------------------------------------------------------------------------


@pytest.mark.sqlite
def test_a_server_whose_database_is_gone_and_back(published_file, tmp_path):
    """Seen at once where no connection is kept, which would go on with the file it has open."""
    file = shutil.copy(published_file, tmp_path / "db.sqlite3")
    with Site(f"sqlite:///{file}", CONN_MAX_AGE="0") as site:
        assert site.get(READY)[0] == 200
        kept = file.read_bytes()
        for name in ("-wal", "-shm"):
            file.with_name(file.name + name).unlink(missing_ok=True)
        file.write_bytes(b"This is no database. " * 1000)
        status, page, _ = site.get(READY)
        assert (status, json.loads(page)["database"]) == (503, "failed")
        assert site.get(LIVE)[:2] == (200, "alive\n")
        file.write_bytes(kept)
        for _ in range(2):
            status, page, _ = site.get(READY)
        assert (status, json.loads(page)["ready"]) == (200, True)
