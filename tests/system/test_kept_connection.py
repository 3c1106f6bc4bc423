"""Connections to PostgreSQL that ended while they were kept."""

import pytest
from django.db import connection

from recalls.database.postgresql import trust_if_silent
from tests.support.servers import Site, end_other_connections, url_of_tests

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

RECALLED = "/en/check/?sn=ACCJRU1D16400841"


@pytest.fixture
def asked_before_each_request():
    connection.ensure_connection()
    usual = connection.health_check_enabled
    connection.health_check_enabled, connection.health_check_done = True, False
    yield
    connection.health_check_enabled = usual
    connection.close()


def test_a_silent_connection_is_not_asked(asked_before_each_request, monkeypatch):
    trust_if_silent()
    monkeypatch.setattr(connection, "is_usable", lambda: pytest.fail("It was asked."))
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def test_one_that_the_server_has_ended_is_asked_and_opened_again(asked_before_each_request):
    before = connection.connection
    end_other_connections()
    trust_if_silent()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert connection.connection is not before


def test_one_that_was_closed_here_is_opened_again(asked_before_each_request):
    connection.connection.close()
    trust_if_silent()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def test_visitors_do_not_notice(shipped_here):
    with Site(url_of_tests(), WEB_THREADS="2") as site:
        for _ in range(3):
            for _ in range(5):  # each thread keeps a connection of its own
                status, page, _ = site.get(RECALLED)
                assert status == 200
                assert "Stop using this" in page
            end_other_connections()
            connection.close()  # the tests' own has ended too
