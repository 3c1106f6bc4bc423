"""Here is what people type is found nowhere afterwards: no log, no table, no error
mail."""

import logging
import re
import shutil

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection
from django.test import Client, RequestFactory
from django.utils.log import AdminEmailHandler
from django.views.debug import ExceptionReporter

from recalls.check import ladder
from recalls.models import DailyCount
from tests.support.servers import Site, url_of_tests

MARKED = "MARKED7Q9Z4X2K8V"
# However a log or a table might write it.
TRACE = re.compile(r"marked7q9z|7q9z4x2k|4x2k8v", re.IGNORECASE)


def tables() -> str:
    """Every value of every row that the database holds."""
    with connection.cursor() as cursor:
        text = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute("SELECT * FROM " + connection.ops.quote_name(table))  # noqa: S608
            text += [f"{table}: {row}" for row in cursor.fetchall()]
    return "\n".join(text)


def ask_in_every_way(site: Site) -> None:
    query = f"sn={MARKED}&product={MARKED}&confirmed={MARKED}"
    for path in (
        f"/en/check/?{query}",
        f"/check/?{query}",
        f"/en/check?{query}",
        f"/fr/check/?sn={MARKED[:8]}%20{MARKED[8:]}",
        f"/es/check/?sn={MARKED.lower()}%0A{MARKED}",
        f"/en/nothing/?{query}",
        f"/nothing?{query}",
        f"/en/recalls/?q={MARKED}",
        f"/staff/?{query}",
        f"/health/ready?{query}",
        f"/static/nothing.css?{query}",
        f"/en/check/?sn={MARKED}BOOM",
        f"/en/check/?sn={MARKED}" + "A" * 5000,
    ):
        for method in ("GET", "HEAD"):
            site.request(method, path, {"Referer": f"http://127.0.0.1/en/check/?sn={MARKED}"})
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for path in ("/en/check/", "/en/check/many/", "/staff/login/", "/nothing/"):
        site.request("POST", f"{path}?{query}", form, query)
    site.raw(f"GET /en/check/?sn={MARKED} {MARKED} HTTP/1.1\r\n\r\n".encode())
    site.raw(f"GET /en/check/?sn={MARKED} HTTP/1.1\r\nX {MARKED}\r\n\r\n".encode())
    site.raw(f"{MARKED}\r\n\r\n".encode())


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_server_keeps_no_trace_of_a_marked_code(shipped_here):
    with Site(url_of_tests(), "tests.support.failing_site") as site:
        answer = site.get(f"/en/check/?sn={MARKED}")
        assert (answer[0], MARKED in answer[1]) == (200, True)
        assert site.get(f"/en/check/?sn={MARKED}BOOM")[0] == 500
        ask_in_every_way(site)
    assert [line for line in site.log.splitlines() if TRACE.search(line)] == []
    assert not TRACE.search(tables())
    # They were all seen: the log has them without their queries, the counts have their outcomes.
    for line in ("GET /en/check/ 200", "Internal Server Error: /en/check/", "Not Found: /nothing"):
        assert line in site.log
    assert "builtins.ValueError" in site.log
    assert not re.search(r"\d+\.\d+\.\d+\.\d+ ", site.log.replace("127.0.0.1:", ""))
    assert DailyCount.objects.get(recall="", outcome="which_product", language="en").number > 1


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_the_files_of_sqlite_have_no_trace_either(published_file, tmp_path):
    """Also what a table no longer shows."""
    shutil.copy(published_file, tmp_path / "db.sqlite3")
    with Site(f"sqlite:///{tmp_path}/db.sqlite3", "tests.support.failing_site") as site:
        ask_in_every_way(site)
        files = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert "db.sqlite3" in files
    for name, content in files.items():
        assert not TRACE.search(content.decode("latin-1")), name


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_browser_leaves_no_trace_of_a_marked_code(shipped_here, open_page):
    with Site(url_of_tests(), "tests.support.failing_site") as site:
        page = open_page(java_script_enabled=False)
        page.goto(f"http://127.0.0.1:{site.port}/en/")
        page.locator("input[name=sn]").fill(MARKED)
        page.locator("form button").first.click()
        assert MARKED in page.url
        # On from the answer, which is the page that the browser names as where it comes from.
        for name in ("Français", "Español"):
            page.get_by_role("link", name=name).first.click()
        page.goto(page.url.replace(MARKED, f"{MARKED}BOOM"))
        assert page.context.cookies() == []
    assert "GET /es/check/ 500" in site.log
    assert not TRACE.search(site.log)
    assert not TRACE.search(tables())


# Error mail ---------------------------------------------------------------------------------------


@pytest.fixture
def error_mail(settings):
    """As an operator would turn it on, with Django's own handler."""
    settings.ADMINS = [("Admin", "admin@test.example")]
    handler = AdminEmailHandler(include_html=True)
    handler.setLevel(logging.ERROR)
    logger = logging.getLogger("django")
    logger.addHandler(handler)
    yield
    logger.removeHandler(handler)


def fail(typed, *args, **kwargs):
    held = {"typed": typed}
    raise ValueError(f"not a number: {held['typed']}") from KeyError(typed)


def test_an_error_mail_says_what_failed_and_not_what_was_typed(error_mail, monkeypatch, db):
    monkeypatch.setattr(ladder, "check_code", fail)
    client = Client(raise_request_exception=False)
    client.cookies["crumb"] = MARKED
    address = f"/en/check/?sn={MARKED}&confirmed={MARKED}"
    assert (
        client.get(address, headers={"referer": f"http://testserver{address}"}).status_code == 500
    )
    (message,) = mail.outbox
    assert message.subject.endswith("Internal Server Error: /en/check/")
    assert "GET /en/check/" in message.body
    assert "builtins.ValueError" in message.body
    assert "test_no_traces.py" in message.body
    text = message.body + str(message.alternatives) + message.subject
    assert not TRACE.search(text)


def test_another_class_of_report_shows_neither_variables_nor_fields(monkeypatch):
    """The filter alone, as Django's own report uses it; its GET items are not the filter's."""
    request = RequestFactory().post(
        "/en/check/many/", {"codes": MARKED}, headers={"referer": f"/?sn={MARKED}"}
    )
    request.COOKIES["crumb"] = MARKED
    request.META["QUERY_STRING"] = f"sn={MARKED}"
    try:
        fail(MARKED)
    except ValueError as error:
        data = ExceptionReporter(
            request, type(error), error, error.__traceback__
        ).get_traceback_data()
    assert data["filtered_POST_items"] == []
    assert data["request_meta"] == {}
    assert dict(data["request_COOKIES_items"]) == {}
    assert all(frame.get("vars", []) == [] for frame in data["frames"])


def test_the_settings_name_both():
    assert settings.DEFAULT_EXCEPTION_REPORTER == "site_config.error_mail.Report"
    assert settings.DEFAULT_EXCEPTION_REPORTER_FILTER == "site_config.error_mail.Filter"
