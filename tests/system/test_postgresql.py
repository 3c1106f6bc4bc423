"""A deadline ends statements, and a lost connection is an error once."""

import pytest
from django.db import OperationalError, connection
from django.db.transaction import atomic

from recalls.database.deadline import deadline
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


def test_a_lost_connection_is_an_error_once():
    assert ask("SELECT 1") == [(1,)]
    end_other_connections()
    with pytest.raises(OperationalError):
        ask("SELECT 1")
    connection.close_if_unusable_or_obsolete()  # as Django does between requests
    assert ask("SELECT 1") == [(1,)]
