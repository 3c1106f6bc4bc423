"""The security headers on every kind of answer, over TLS as in production."""

import email.parser
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import reverse

from recalls.check import ladder
from tests.support.factories import make_product, make_recall
from tests.support.headers import HEADERS, PUBLIC_POLICY, assert_headers
from tests.support.people import PUBLISHER, make_person, signed_in
from tests.support.servers import Site

STAFF_POLICY = (
    r"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    r"font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    r"object-src 'none'; frame-ancestors 'none'(; upgrade-insecure-requests)?"
)
NEVER_KEPT = ("no-store", "private, no-store")


def done(response):
    """A static file is open until it is sent."""
    if response.streaming:
        list(response.streaming_content)
    return response


@dataclass
class Kind:
    """A kind of answer: how to get it, and what is particular to it."""

    name: str
    ask: Callable
    status: int
    policy: str = PUBLIC_POLICY
    caching: str | None = None  # as a pattern; None is never kept
    cookies: frozenset[str] = frozenset()
    of_staff: bool = False


def get(path, **headers):
    return lambda parts: parts["public"].get(path, secure=True, headers=headers)


def staff_get(path):
    return lambda parts: parts["staff"].get(path(parts) if callable(path) else path, secure=True)


def failing(error):
    def ask(parts):
        def fail(*args, **kwargs):
            raise error

        parts["monkeypatch"].setattr(ladder, "check_code", fail)
        return Client(raise_request_exception=False).get("/en/check/?sn=T100", secure=True)

    return ask


def too_large(parts):
    """Over what the site reads; the proxy's own limit comes first in use."""
    data = "username=" + "x" * 3_000_000
    kind = "application/x-www-form-urlencoded"
    return parts["staff"].post("/staff/password_change/", data, kind, secure=True)


def recall_page(name, *arguments):
    return lambda parts: reverse(
        f"admin:recalls_recall_{name}", args=[parts["recall"].pk, *arguments]
    )


SHORTLY = r"public, max-age=60, stale-while-revalidate=60, stale-if-error=86400"
CSRF = frozenset({"csrftoken"})
KINDS = [
    Kind("home", get("/en/"), 200, caching=SHORTLY),
    Kind("notice", get("/fr/recalls/example/"), 200, caching=SHORTLY),
    Kind("verdict", get("/en/check/?sn=T100"), 200),
    Kind("form error", get("/es/check/?sn="), 200),
    Kind("feed", get("/en/recalls/feed/"), 200, caching=SHORTLY),
    Kind("sitemap", get("/sitemap.xml"), 200, caching=SHORTLY),
    Kind("robots", get("/robots.txt"), 200, caching=SHORTLY),
    Kind("to the visitor's language", get("/"), 302),
    Kind("to the form", get("/en/check/"), 302),
    Kind("to the address with its slash", get("/en/code"), 301, caching=r".*"),
    Kind("bad request", get("/en/", host="elsewhere.example"), 400),
    Kind("not found, in a language", get("/en/nothing/"), 404, caching=r"public, max-age=30"),
    Kind("not found, in none", get("/nothing/"), 404, caching=r"public, max-age=30"),
    Kind("not allowed", lambda parts: parts["public"].post("/en/", secure=True), 405),
    Kind("too large", too_large, 413, of_staff=True),
    Kind("server error", failing(ValueError()), 500),
    Kind("unavailable", failing(ladder.Unavailable()), 503),
    Kind("static file", get("/static/img/favicon.svg"), 200, caching=r"max-age=\d+, public.*"),
    Kind("static file, missing", get("/static/nothing.css"), 404, caching=r"public, max-age=30"),
    Kind("alive", get("/health/live"), 200),
    Kind("ready", get("/health/ready"), 200),
    Kind("probe of a stranger", get("/health/ready", x_forwarded_for="203.0.113.1"), 404),
    Kind("sign-in", get("/staff/login/"), 200, STAFF_POLICY, cookies=CSRF),
    Kind("to the sign-in", get("/staff/"), 302, STAFF_POLICY),
    Kind("start page", staff_get("/staff/"), 200, STAFF_POLICY, cookies=CSRF),
    Kind("publish page", staff_get(recall_page("publish")), 200, STAFF_POLICY, cookies=CSRF),
    Kind("preview", staff_get(recall_page("preview", "en")), 200, of_staff=True),
    Kind("refused", staff_get("/staff/auth/user/"), 403, STAFF_POLICY, cookies=CSRF),
    Kind("not found, for staff", staff_get("/staff/nothing/"), 404, of_staff=True),
]


@pytest.fixture
def parts(db, monkeypatch, settings):
    """With the settings that production has over TLS."""
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 63_072_000
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    recall = make_recall(slug="example")
    make_product(recall=recall, model_numbers="T100")
    staff = signed_in(make_person("pat", PUBLISHER))
    return {"public": Client(), "staff": staff, "recall": recall, "monkeypatch": monkeypatch}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_of_answer(parts, kind):
    response = done(kind.ask(parts))
    assert response.status_code == kind.status
    assert_headers(response.headers, kind.policy)
    caching = response.get("Cache-Control", "")
    if kind.caching is None:
        assert caching in NEVER_KEPT or sorted(caching.split(", ")) == ["no-store", "private"]
    else:
        assert re.fullmatch(kind.caching, in_order(caching)), caching
    assert set(response.cookies) == kind.cookies
    for cookie in response.cookies.values():
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")
        assert (cookie["path"], cookie["domain"]) == ("/", "")
    if kind.policy == PUBLIC_POLICY and not kind.of_staff:
        assert "Cookie" not in response.get("Vary", "")


def in_order(caching):
    """Django writes the parts in any order."""
    wanted = ("public", "max-age=60", "stale-while-revalidate=60", "stale-if-error=86400")
    parts = caching.split(", ")
    return ", ".join(wanted) if set(parts) == set(wanted) else caching


def test_plain_http_leads_to_https_and_pins_nothing(parts):
    response = parts["public"].get("/en/check/?sn=T100")
    assert (response.status_code, response["Location"]) == (
        301,
        "https://testserver/en/check/?sn=T100",
    )
    for name, value in HEADERS.items():
        assert response[name] == value
    assert "Strict-Transport-Security" not in response


def test_the_policy_lets_each_public_style_through(parts):
    """The pages of staff's addresses that are public ones carry their style within."""
    for address in ("/staff/nothing/", recall_page("preview", "en")(parts)):
        response = parts["staff"].get(address, secure=True)
        assert "<style>" in response.text
        assert "style-src 'sha256-" in response["Content-Security-Policy"]
    assert "<style" not in parts["staff"].get("/staff/auth/user/", secure=True).text


# As the server sends them -------------------------------------------------------------------------

TLS = {"X-Forwarded-Proto": "https", "X-Real-IP": "203.0.113.1", "Host": "recall.example.org"}


@pytest.fixture(scope="module")
def server(published_file, tmp_path_factory):
    """granian with the settings of production, as a proxy meets it."""
    file = shutil.copy(published_file, tmp_path_factory.mktemp("server") / "db.sqlite3")
    environment = {
        "DEMONSTRATION": "false",
        "HTTPS_ONLY": "true",
        "ALLOWED_HOSTS": "recall.example.org,127.0.0.1",
        "TRUSTED_PROXY_SSL_HEADER": "X-Forwarded-Proto",
        "TRUSTED_PROXY_ADDRESS_HEADER": "X-Real-IP",
    }
    with Site(f"sqlite:///{file}", **environment) as site:
        yield site


@pytest.mark.parametrize(
    ("path", "status", "policy"),
    [
        ("/en/", 200, PUBLIC_POLICY),
        ("/en/check/?sn=ACCJRU1D16400841", 200, PUBLIC_POLICY),
        ("/en/nothing/", 404, PUBLIC_POLICY),
        ("/", 302, PUBLIC_POLICY),
        ("/static/css/staff.css", 200, PUBLIC_POLICY),
        ("/staff/login/", 200, STAFF_POLICY),
    ],
)
def test_the_server_sends_them_and_not_its_version(server, path, status, policy):
    response, _ = server.request("GET", path, TLS)
    assert response.status == status
    assert_headers(response.headers, policy)


def test_cookies_are_bound_to_the_host_and_only_staff_get_one(server):
    response, _ = server.request("GET", "/staff/login/", TLS)
    (cookie,) = response.headers.get_all("Set-Cookie")
    name, *attributes = re.split("; ?", cookie)
    assert name.startswith("__Host-csrftoken=")
    assert set(attributes) == {"HttpOnly", "Path=/", "SameSite=Lax", "Secure"}
    for path in ("/en/", "/en/check/?sn=ACCJRU1D16400841", "/en/nothing/", "/static/css/staff.css"):
        response, _ = server.request("GET", path, TLS)
        assert response.headers.get_all("Set-Cookie") is None


def test_plain_http_is_led_away_by_the_server(server):
    plain = TLS | {"X-Forwarded-Proto": "http"}
    response, _ = server.request("GET", "/en/check/?sn=1", plain)
    assert (response.status, response.headers["Location"]) == (
        301,
        "https://recall.example.org/en/check/?sn=1",
    )
    # The proxy says it in one header; no other is believed.
    del plain["X-Forwarded-Proto"]
    assert server.request("GET", "/en/", plain | {"X-Forwarded-Ssl": "on"})[0].status == 301


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET /en/check/?sn=" + b"A" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (b"GET /en/ HTTP/1.1\r\nHost: x\r\nX: " + b"A" * 9000 + b"\r\n\r\n", 431),
        (b"GET /en/ HTTP/1.1\r\nHost: x\r\n" + b"X: A\r\n" * 2 + b"".join(
            b"X%d: A\r\n" % n for n in range(60)) + b"\r\n", 431),
        (b"POST /en/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
    ],
)  # fmt: skip
def test_what_is_over_the_limits_is_answered_by_our_page(server, request_bytes, status):
    answer = server.raw(request_bytes)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ".encode())
    headers = email.parser.BytesParser().parsebytes(head.partition(b"\r\n")[2])
    for name, value in HEADERS.items():
        assert headers[name] == value
    assert headers["Server"] in (None, "granian")
    assert headers["Cache-Control"] == "no-store"
    assert int(headers["Content-Length"]) == len(body)
    assert "Switch it off and unplug it until you have checked" in body.decode()
    assert b"AAAA" not in body


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"NONSENSE<script>\r\n\r\n", 400),
        (b"GET /en/ HTTP/9.9\r\n\r\n", 400),
        (b"GET /en/ HTTP/1.1\r\nHost: x\r\n" + b"X: A\r\n" * 110 + b"\r\n", 431),
        (b"GET /en/ HTTP/1.1\r\nHost: x\r\nX: " + b"A" * 60_000 + b"\r\n\r\n", 431),
        (b"GET /" + b"A" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 431),
    ],
)
def test_what_is_no_request_is_refused_without_a_word(server, request_bytes, status):
    """Behind nginx, which answers these with our page, nothing of them arrives."""
    head, _, body = server.raw(request_bytes).partition(b"\r\n\r\n")
    first, *lines = head.splitlines()
    assert first.startswith(f"HTTP/1.1 {status} ".encode())
    names = {line.partition(b":")[0] for line in lines}
    assert names == {b"connection", b"content-length", b"date"}
    assert body == b""


# A host of staff's own ----------------------------------------------------------------------------


@pytest.fixture
def two_hosts(settings):
    settings.ALLOWED_HOSTS = ["recall.example.org", "staff.example.org"]
    settings.PUBLIC_HOST, settings.STAFF_HOST = settings.ALLOWED_HOSTS


def at(host, client=None):
    def get(path):
        return done((client or Client()).get(path, headers={"host": host}))

    return get


def test_the_public_host_has_no_staff_page(db, two_hosts):
    public = at("recall.example.org", signed_in(make_person("pat", PUBLISHER)))
    for path in ("/staff/", "/staff/login/", "/staff/recalls/recall/", "/staff/jsi18n/"):
        response = public(path)
        assert response.status_code == 404
        assert "Switch it off" in response.text
        assert "/staff/" not in response.get("Location", "")
        assert not response.cookies
    assert public("/en/").status_code == 200


def test_staffs_host_has_staff_pages_alone(db, two_hosts):
    staff = at("staff.example.org:8443", signed_in(make_person("pat", PUBLISHER)))
    assert staff("/staff/").status_code == 200
    assert staff("/static/css/staff.css").status_code == 200
    assert staff("/")["Location"] == "/staff/"
    for path in ("/en/", "/en/check/?sn=T100", "//elsewhere.example/en/"):
        response = staff(path)
        assert response.status_code == 302
        assert response["Location"].startswith("http://recall.example.org/")


def test_without_one_both_are_at_the_one_host(db, client):
    assert client.get("/staff/login/").status_code == 200
    assert client.get("/en/").status_code == 200
