"""A deadline ends statements, and a lost connection is an error once."""

import pytest
from django.db import OperationalError, connection
from django.db.transaction import atomic
from django.test.utils import CaptureQueriesContext

from recalls.database.deadline import Clock, DeadlinePassed, deadline, fetch_within
from tests.support.servers import end_other_connections

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def ask(sql: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def test_the_deadline_ends_its_statement_too():
    with pytest.raises(OperationalError, match="statement timeout"), deadline(0.2):
        ask("SELECT pg_sleep(20)")
    assert ask("SHOW statement_timeout") == [("0",)]


def test_the_deadline_of_one_statement_is_not_the_next_ones_within_a_transaction():
    with atomic():
        with deadline(2):
            ((left,),) = ask("SHOW statement_timeout")
        assert left.endswith("ms")
        assert ask("SHOW statement_timeout") == [("0",)]


def test_a_look_up_has_the_deadline_and_is_counted():
    connection.ensure_connection()
    with pytest.raises(OperationalError, match="statement timeout"):
        fetch_within(Clock(0.2), connection, "SELECT pg_sleep(%s)", [20])
    with atomic():
        ((left,),) = fetch_within(Clock(2), connection, "SHOW statement_timeout", [])
        assert left.endswith("ms")
        assert ask("SHOW statement_timeout") == [("0",)]
    with CaptureQueriesContext(connection) as made, pytest.raises(DeadlinePassed):
        fetch_within(Clock(0), connection, "SELECT 1", [])
    assert len(made) == 1


@pytest.mark.parametrize(
    "make", [lambda: ask("SELECT 1"), lambda: fetch_within(Clock(2), connection, "SELECT 1", [])]
)
def test_a_lost_connection_is_an_error_once(make):
    assert ask("SELECT 1") == [(1,)]
    end_other_connections()
    with pytest.raises(OperationalError):
        make()
    connection.close_if_unusable_or_obsolete()  # as Django does between requests
    assert ask("SELECT 1") == [(1,)]
