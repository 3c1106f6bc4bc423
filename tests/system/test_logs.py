"""No code that a visitor types reaches a log."""

import io
import logging
import logging.config
import re
import shutil
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from granian.log import LogLevels, configure_logging

from site_config import server
from site_config.logs import OneLineEach, WithoutQueryStrings, with_access_log
from tests.support.application import wsgi
from tests.support.headers import assert_headers
from tests.support.servers import Site

CODE = "ACCJRU1D16400841"


def logged(*arguments, level=logging.INFO):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(WithoutQueryStrings())
    logger = logging.Logger("test")
    logger.addHandler(handler)
    logger.log(level, *arguments)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        # runserver
        (('"%s" %s %s', f"GET /en/check/?sn={CODE} HTTP/1.1", "200", "91"), '"GET /en/check/?…'),
        (
            ("code %d, message %s", 400, f"Bad request syntax ('GET /?sn={CODE[:8]} {CODE[8:]}')"),
            "code 400, message Bad request syntax ('GET /?…",
        ),
        # what a server may say
        (("Error handling request %s %s", "GET", f"/en/check/?sn={CODE}"), "GET /en/check/?…"),
        ((f"Invalid request from ip=::1: Invalid HTTP request line: '/?sn={CODE}'",), "line: '/?…"),
        # the CSRF check quotes the page that a form was sent from
        (("%s", ValueError(f"https://a.example/?sn={CODE}")), "https://a.example/?…"),
    ],
)
def test_query_strings_are_cut_off(arguments, expected):
    text = logged(*arguments)
    assert expected in text
    assert CODE[:8] not in text
    assert CODE[8:] not in text


def test_other_messages_stay_whole():
    assert logged("Is %s ready? %d of %.1f", "it", 3, 4.5) == "Is it ready? 3 of 4.5\n"


def test_every_handler_of_the_site_cuts_them_off():
    for handler in settings.LOGGING["handlers"].values():
        assert "without_query_strings" in handler["filters"]


@pytest.mark.parametrize("name", ["django", "django.server", "django.request", "recalls"])
def test_no_logger_has_another_way_out(name):
    logger = logging.getLogger(name)
    assert logger.handlers == []
    assert logger.propagate


def formatted(message, *arguments, error=None):
    record = logging.LogRecord(
        "recalls", logging.WARNING, "", 1, message, arguments, error and (type(error), error, None)
    )
    logging.Formatter().format(record)  # another handler came first
    record.created, record.msecs = 0, 0.0
    text = OneLineEach("%(asctime)s %(levelname)s %(name)s: %(message)s").format(record)
    assert text.startswith("1970-01-01T00:00:00.000Z WARNING recalls: ")
    return text.partition("recalls: ")[2]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\x0b", "\x85", "\u2028", "\x1b[2K", "\u202e"])
def test_nobody_begins_a_line_of_their_own(end):
    text = formatted("Refused to %s", f"pat{end}1970-01-01T00:00:00.000Z INFO recalls: Signed in")
    assert len(text.splitlines()) == 1
    assert ascii(end)[1:-1] in text
    assert end not in text


def test_of_an_exception_its_kind_and_place_are_kept_and_not_its_text():
    try:
        try:
            int(f"\n{CODE}")
        except ValueError as cause:
            raise KeyError(CODE) from cause
    except KeyError as error:
        text = formatted("Internal Server Error", error=error)
    assert CODE not in text
    (line,) = text.splitlines()
    message, *places = line.split(" < ")
    assert message == "Internal Server Error"
    assert [place for place in places if "test_logs.py" not in place] == [
        "builtins.KeyError",
        "builtins.ValueError",
    ]


# In a process of its own -------------------------------------------------------------------------

# What a name, a host or a path can hold: an end of a line in each of its kinds, what a terminal
# takes for an order, what turns the direction of reading.
FORGED = "2026-01-01T00:00:00.000Z INFO recalls: Signed in: admin1"
ENDS = ("%0a", "%0d%0a", "%0b", "%1b%5b2K", "%C2%85", "%E2%80%A8", "%E2%80%AE", "%09")
HOSTS = ("evil.example", "a\x1b[2Kb", "a\u2028b", "[::1", "a b", "x" * 300)
NAME = f"pat\u2028{FORGED}\x1b[2K\n{FORGED}"
PERSON = f"from django.contrib.auth.models import User; User.objects.create_user({NAME!r})"
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z |\[\d\d/\w{3}/\d{4}:")


@pytest.fixture(scope="module")
def lines(tmp_path_factory, migrated_file):
    """The log of a server, as a reader sees it, whatever ends a line there."""
    url = f"sqlite:///{shutil.copy(migrated_file, tmp_path_factory.mktemp('logs'))}"
    with Site(url, "tests.support.failing_site") as site:
        site.manage("shell", "-v0", "-c", PERSON)
        for end in ENDS:
            site.request("GET", f"/staff/x{end}{quote(FORGED)}")
        for host in HOSTS:
            sent = f"GET /en/ HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
            assert site.raw(sent.encode()).startswith(b"HTTP/1.1 400 ")
        fail_to_sign_in(site, NAME)
        assert site.get("/en/check/?sn=BOOM")[0] == 500
    return [line for line in site.log.splitlines() if line.strip()]


def fail_to_sign_in(site: Site, name: str) -> None:
    page, body = site.request("GET", "/staff/login/")
    cookie = page.headers["Set-Cookie"].partition(";")[0]
    token = body.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    form = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
    sent = {"username": name, "password": "wrong", "csrfmiddlewaretoken": token}
    assert site.request("POST", "/staff/login/", form, urlencode(sent))[0].status == 200


@pytest.mark.slow
def test_nobody_forges_a_line_or_an_order_in_any_log_of_a_server(lines):
    assert not [line for line in lines if line.startswith(FORGED)]
    assert [line for line in lines if not STAMP.match(line)] == []
    assert not [character for line in lines for character in line if not character.isprintable()]
    assert len([line for line in lines if " GET /staff/x" in line]) == len(ENDS)
    (refused,) = [line for line in lines if "Sign-in refused to pat" in line]
    assert "\\u2028" in refused


def test_a_refused_host_writes_one_line(lines):
    refused = [line for line in lines if "HTTP_HOST" in line]
    # One holds what no header may: the server refuses it, and writes nothing.
    assert len(refused) == len(HOSTS) - 1


def test_a_failure_writes_one_line_with_its_places(lines):
    (line,) = [line for line in lines if "Internal Server Error" in line]
    assert " < builtins.ValueError < " in line
    assert "failing_site.py" in line


def test_every_handler_of_the_site_writes_a_line_each():
    for handler in settings.LOGGING["handlers"].values():
        formatter = settings.LOGGING["formatters"][handler["formatter"]]
        assert formatter["()"] == "site_config.logs.OneLineEach"


def test_a_request_that_is_not_found_leaves_no_code(client, capsys, caplog):
    logging.config.dictConfig(settings.LOGGING)  # its handler writes to this test's stderr
    response = client.get("/no-such-page/", {"sn": CODE})
    assert response.status_code == 404
    assert "/no-such-page/" in capsys.readouterr().err
    assert CODE not in caplog.text


def test_of_a_traceback_that_the_server_writes_the_first_line_is_kept(capsys):
    """Its other lines are the exception's too, whose text can hold what was typed."""
    configure_logging(LogLevels.info, server.LOGGING)
    text = f"Application callable raised an exception\nValueError: {CODE}\nforged"
    logging.getLogger("_granian").error(text)
    (line,) = capsys.readouterr().err.splitlines()
    logging.getLogger("_granian").handlers.clear()
    assert line.endswith(" ERROR server: Application callable raised an exception")


ASKED = {
    "REQUEST_METHOD": "GET",
    "PATH_INFO": "/a\nb",
    "QUERY_STRING": f"sn={CODE}",
    "HTTP_REFERER": f"https://a.example/?sn={CODE}",
    "REMOTE_ADDR": "192.0.2.1",
}


def gone(environ, start_response):
    start_response("410 Gone", [])
    return [b"gone"]


def test_the_access_log_has_no_query_or_visitor(capsys):
    began = []
    assert with_access_log(gone)(ASKED, lambda *begun: began.append(begun)) == [b"gone"]
    assert began == [("410 Gone", [])]
    (line,) = capsys.readouterr().err.splitlines()
    stamp, said = line.split(maxsplit=1)
    assert STAMP.match(f"{stamp} ")
    assert re.fullmatch(r"GET /a\\nb 410 \d+ ms", said)


def test_a_request_that_fails_is_in_the_access_log(capsys):
    with pytest.raises(ZeroDivisionError):
        with_access_log(lambda environ, start_response: 1 / 0)(ASKED, None)
    assert re.search(r" GET /a\\nb 500 \d+ ms\n$", capsys.readouterr().err)


@pytest.mark.parametrize("error", [OSError(28, "No space left"), ValueError("closed file")])
def test_an_access_log_that_cannot_be_written_costs_no_answer(monkeypatch, error):
    class Full:
        def write(self, text):
            raise error

    monkeypatch.setattr("sys.stderr", Full())
    assert with_access_log(gone)(ASKED, lambda *begun: None) == [b"gone"]


def test_what_fails_outside_of_django_is_our_page_and_no_text_of_the_exception(monkeypatch, caplog):
    def fail(environ, start_response):
        raise ValueError(f"?sn={CODE}")

    monkeypatch.setattr(wsgi, "_django", fail)
    began = []
    asked = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "QUERY_STRING": "", "HTTP_HOST": "a"}
    page = wsgi.application(asked, lambda *begun: began.append(begun))
    assert b"Switch it off and unplug it" in b"".join(page)
    ((status, headers),) = began
    assert status.startswith("500 ")
    assert_headers(dict(headers), tls=False)
    (record,) = caplog.records
    assert CODE not in OneLineEach().format(record)
