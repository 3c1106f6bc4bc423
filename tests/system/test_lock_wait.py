"""How long a connection of SQLite waits for the one lock of its file: visitors shortly, whoever
writes as long as the settings say."""

import threading

import pytest
from django.db import connection
from django.db.backends.signals import connection_created

from recalls.database import sqlite
from recalls.database.deadline import Clock, deadline, fetch_within, wait_shortly
from recalls.staff.pages import background

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

SHORT, LONG = 2000, 5000


def wait() -> int:
    (milliseconds,) = connection.connection.execute("PRAGMA busy_timeout").fetchone()
    return milliseconds


@pytest.fixture
def of_server():
    """The test's connection as one of the server's; afterwards as it was."""
    connection.ensure_connection()
    wait_shortly(None, connection)
    yield
    sqlite.set_wait(connection, LONG / 1000)


def test_who_does_not_serve_visitors_waits_shortly_within_a_deadline_alone():
    connection.ensure_connection()
    assert wait() == LONG
    with deadline(2):
        assert 1900 < wait() <= SHORT
    assert wait() == LONG


@pytest.mark.usefixtures("of_server")
def test_the_server_sets_it_once_for_all_checks():
    statements = []
    connection.connection.set_trace_callback(statements.append)
    with deadline(2) as clock:
        assert fetch_within(clock, connection, "SELECT ?", [1]) == [(1,)]
    connection.connection.set_trace_callback(None)
    assert statements == ["SELECT 1"]
    assert wait() == SHORT


@pytest.mark.usefixtures("of_server")
def test_a_later_statement_of_a_check_waits_for_what_is_left():
    with deadline(2):
        fetch_within(Clock(0.3), connection, "SELECT 1", [])
        assert wait() <= 300
    assert wait() == SHORT


@pytest.mark.usefixtures("of_server")
@pytest.mark.parametrize(
    ("path", "expected"), [("/staff/login/", LONG), ("/en/", SHORT), ("/en/check/?sn=1", SHORT)]
)
def test_staff_wait_longer_than_visitors(client, path, expected):
    seen = set()

    def look(execute, sql, params, many, context):
        seen.add(wait())
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        client.post(path, {"username": "pat", "password": "wrong"})
        client.get(path)
    assert seen <= {expected}
    assert seen or path.startswith("/en/check/")  # its look-up passes Django by
    assert wait() == SHORT


@pytest.mark.usefixtures("of_server")
def test_a_file_that_is_read_on_waits_as_staff_do(monkeypatch):
    seen = []
    monkeypatch.setattr(background, "connection", type("Open", (), {"close": lambda: None}))
    monkeypatch.setattr(background, "_turns", threading.BoundedSemaphore(2))
    monkeypatch.setattr(background, "give_way", lambda: None)
    assert background._turns.acquire()
    background._read_on(1, lambda: seen.append(wait()))
    assert seen == [LONG]
    assert wait() == SHORT


@pytest.mark.usefixtures("of_server")
def test_why_a_file_could_not_be_read_is_stored_as_patiently():
    seen = set()

    def look(execute, sql, params, many, context):
        seen.add(wait())
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        background._say_why(1, "It ended.")
    assert seen == {LONG}


@pytest.mark.django_db(transaction=True)
def test_a_new_connection_begins_anew():
    connection.ensure_connection()
    sqlite.set_wait(connection, 0.5)
    connection.close()
    connection.connect()
    assert sqlite.wait_of(connection) == LONG / 1000
    assert wait() == LONG


@pytest.mark.django_db(transaction=True)
def test_a_connection_of_the_server_begins_with_the_short_one():
    connection_created.connect(wait_shortly)
    try:
        connection.close()
        connection.connect()
        assert wait() == SHORT
        with sqlite.waiting_long():
            assert wait() == LONG
            connection.close()  # as Django does with one that is lost
    finally:
        connection_created.disconnect(wait_shortly)
        connection.connect()
    assert wait() == LONG
