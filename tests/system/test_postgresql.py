"""The look-up's own cursor answers and fails as Django's does."""

import pytest
from django.db import DataError, OperationalError, ProgrammingError, connection
from django.db.transaction import atomic

from recalls.database.deadline import deadline
from tests.support.servers import end_other_connections

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def ask(sql: str, *params: str) -> list[tuple[str, ...]]:
    from recalls.database.postgresql import quick_cursor

    with quick_cursor(connection) as cursor:
        cursor.execute(sql, list(params))
        return cursor.fetchall()


@pytest.mark.parametrize(
    "text", ["", "A1", "it's", '"', "\\", "\\'; SELECT 1; --", "%s", "%%", "{A,B}", "é", "’", "\n"]
)
def test_a_parameter_stays_as_it_is(text):
    assert ask("SELECT %s::text, 7", text) == [(text, "7")]


def test_rows_are_in_order_and_there_may_be_none():
    assert ask("SELECT n FROM generate_series(1, 3) AS n") == [("1",), ("2",), ("3",)]
    assert ask("SELECT 1 WHERE false") == []


def test_a_statement_without_rows():
    assert ask("SET application_name = %s", "recall") == []
    assert ask("SHOW application_name") == [("recall",)]


def test_of_several_statements_it_keeps_the_last_ones_rows():
    assert ask("SELECT 1; SELECT 2, 3") == [("2", "3")]


def test_a_nul_would_cut_the_text_short():
    with pytest.raises(DataError):
        ask("SELECT %s::text", "ABC\0DEF")
    assert ask("SELECT 1") == [("1",)]


def test_errors_are_djangos():
    with pytest.raises(ProgrammingError):
        ask("SELECT nothing FROM nowhere")
    assert ask("SELECT 1") == [("1",)]


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
    assert ask("SELECT 1") == [("1",)]
    end_other_connections()
    with pytest.raises(OperationalError):
        ask("SELECT 1")
    connection.close_if_unusable_or_obsolete()  # as Django does between requests
    assert ask("SELECT 1") == [("1",)]


def test_its_statements_are_counted(django_assert_num_queries):
    with django_assert_num_queries(1):
        ask("SELECT %s::text", "A")


def test_what_watches_statements_sees_its_too():
    seen = []

    def watch(execute, sql, params, many, context):
        seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        ask("SELECT 1")
    assert seen == ["SELECT 1"]
