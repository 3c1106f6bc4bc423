"""Bytes that no browser sends, to the production server itself: each gets one refusal or none, and
others are answered meanwhile."""

import re
import shutil
import socket

import pytest

from tests.support.servers import Site

pytestmark = pytest.mark.slow

CODE = "ACCJRU1D16400841"
HOST = b"Host: 127.0.0.1\r\n"
CLOSE = b"Connection: close\r\n\r\n"
SECOND = b"GET /en/check/?sn=" + CODE.encode() + b" HTTP/1.1\r\n" + HOST + CLOSE


@pytest.fixture(scope="module")
def site(published_file, tmp_path_factory):
    file = shutil.copy(published_file, tmp_path_factory.mktemp("site") / "db.sqlite3")
    with Site(f"sqlite:///{file}", WEB_THREADS="4") as site:
        yield site
    # Neither what was sent nor a failure of the server's own.
    assert CODE not in site.log
    assert "Internal Server Error" not in site.log
    assert "raised an exception" not in site.log
    assert site.log.count("Spawning worker") == 1


def send(site: Site, *parts: bytes, seconds: float = 10) -> bytes:
    """All that comes back until the server closes the connection, which it has to."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=seconds) as connection:
        answer = b""
        try:
            for part in parts:
                connection.sendall(part)
            while chunk := connection.recv(65536):
                answer += chunk
        except ConnectionResetError:
            pass  # it did not wait for all that was sent
    return answer


def statuses(answer: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"(?m)^HTTP/1\.[01] ([0-9]{3}) ", answer)]


def assert_answers(site: Site) -> None:
    status, page, _ = site.get(f"/en/check/?sn={CODE}")
    assert (status, "Stop using this speaker now" in page) == (200, True)


def request(line: bytes, *headers: bytes, body: bytes = b"") -> bytes:
    return line + b"\r\n" + HOST + b"".join(header + b"\r\n" for header in headers) + CLOSE + body


MALFORMED = {
    "no request": (b"<script>alert(1)</script>\r\n\r\n", {400}),
    "TLS": (bytes.fromhex("160301020001000001fc0303") + b"\0" * 50 + b"\r\n\r\n", {400}),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", set()),  # hung up on
    "HTTP/0.9": (b"GET /en/\r\n\r\n", {400}),
    "a version of theirs": (request(b"GET /en/ HTTP/9.9<s>"), {400}),
    "a method of theirs": (request(b"<script> /en/ HTTP/1.1"), {400}),
    "a line of 9,000 characters": (request(b"GET /en/?" + b"a" * 9000 + b" HTTP/1.1"), {414}),
    "60 headers": (request(b"GET /en/ HTTP/1.1", *[b"X-%d: 1" % n for n in range(60)]), {431}),
    "a header of 12,000 characters": (
        request(b"GET /en/ HTTP/1.1", b"X-A: " + b"<s>" * 4000),
        {431},
    ),
    "a megabyte of headers": (request(b"GET /en/ HTTP/1.1", b"X-A: " + b"a" * 2**20), {431}),
    "two hosts": (request(b"GET /en/ HTTP/1.1", b"Host: evil.example"), {400}),
    "a NUL in the path": (request(b"GET /en/\0 HTTP/1.1"), {400}),
    "a NUL in a header": (request(b"GET /en/ HTTP/1.1", b"X-A: a\0b"), {400}),
    "a CR in a header": (request(b"GET /en/ HTTP/1.1", b"X-A: a\rSet-Cookie: b=1"), {400}),
    "a header over two lines": (request(b"GET /en/ HTTP/1.1", b"X-A: a", b" b: c"), {400}),
    # A server may take it (RFC 9112, 2.2), and nginx hands on no such line.
    "lines without CR": (b"GET /en/ HTTP/1.1\nHost: 127.0.0.1\nConnection: close\n\n", {200}),
    "bytes that are no UTF-8": (request(b"GET /en/check/?sn=\xff\xfe HTTP/1.1"), {200, 400}),
    "characters not quoted": (request("GET /en/check/?sn=23é21 HTTP/1.1".encode()), {200, 400}),
    "broken percent characters": (
        request(b"GET /en/check/?sn=%zz%&product=%u0041 HTTP/1.1"),
        {200},
    ),
    "a quoted NUL": (request(b"GET /en/check/%00?sn=%00 HTTP/1.1"), {404}),
    "1,100 parameters": (request(b"GET /en/check/?" + b"a&" * 1100 + b"sn=1 HTTP/1.1"), {413}),
    "a path as PATH_INFO": (request(b"GET /en/ HTTP/1.1", b"PATH_INFO: /staff/login/"), {200}),
    "a path as SCRIPT_NAME": (request(b"GET /en/ HTTP/1.1", b"SCRIPT_NAME: /evil"), {200}),
    "a proxy's own line": (
        b"PROXY TCP4 1.2.3.4 1.2.3.4 1 1\r\n" + request(b"GET / HTTP/1.1"),
        {400},
    ),
    "an upgrade": (request(b"GET /en/ HTTP/1.1", b"Upgrade: h2c", b"HTTP2-Settings: AAMA"), {200}),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_requests_are_refused_and_quoted_nowhere(site, name):
    sent, expected = MALFORMED[name]
    answer = send(site, sent)
    found = statuses(answer)
    # Of a megabyte nothing may come back: the server closes before it has read all of it.
    may_be_none = not expected or len(sent) > 2**20
    assert (len(found) == 1 and set(found) <= expected) or (not answer and may_be_none)
    for markup in (b"<script", b"<s>", b"Set-Cookie", b"Password"):
        assert markup not in answer
    assert_answers(site)


POST = b"POST /en/ HTTP/1.1\r\n" + HOST
SMUGGLED = {
    "length and chunks": b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks and length": b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
    "two lengths": b"Content-Length: 0\r\nContent-Length: 44\r\n\r\n",
    "two lengths in one": b"Content-Length: 0, 44\r\n\r\n",
    "a length with a character": b"Content-Length: +0\r\n\r\n",
    "a length below nothing": b"Content-Length: -1\r\n\r\n",
    "a length in hexadecimals": b"Content-Length: 0x0\r\n\r\n",
    "chunks of an unknown kind": b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunks twice": b"Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n",
    "a space before the colon": b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "a tab before the value": b"Transfer-Encoding:\tchunked, identity\r\n\r\n0\r\n\r\n",
    "an underscore": b"Transfer_Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "a chunk without end": b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
    "a chunk of no size": b"Transfer-Encoding: chunked\r\n\r\n-1\r\n",
    "a character after the size": b"Transfer-Encoding: chunked\r\n\r\n0;\n\r\n\r\n",
}


@pytest.mark.parametrize("name", SMUGGLED)
def test_no_second_request_hides_in_the_first(site, name):
    """Where two servers could disagree on where the first ends, the connection ends with it."""
    answer = send(site, POST + SMUGGLED[name] + SECOND)
    found = statuses(answer)
    assert len(found) == 1, "No answer to the first, or one to the second."
    assert set(found) <= {400, 405, 501}
    assert b"Stop using this speaker now" not in answer
    assert_answers(site)


@pytest.mark.parametrize("method", [b"GET", b"POST"])
def test_a_length_of_a_terabyte_is_not_waited_for(site, method):
    line = method + b" /en/check/?sn=HELLO HTTP/1.1\r\n" + HOST
    sent = line + b"Content-Length: 1000000000000\r\n\r\nabc"
    with socket.create_connection(("127.0.0.1", site.port), timeout=10) as connection:
        connection.sendall(sent)
        # Of the body there is no end, but the answer comes.
        assert statuses(connection.recv(65536)) in ([200], [405])
        assert_answers(site)


@pytest.mark.parametrize("method", [b"OPTIONS", b"TRACE", b"CONNECT", b"PUT", b"DELETE"])
def test_other_methods_tell_nothing(site, method):
    sent = request(method + b" /en/ HTTP/1.1", b"X-Secret: abc", b"Origin: https://evil.example")
    answer = send(site, sent)
    assert statuses(answer) == [405]
    assert b"X-Secret" not in answer
    assert b"Access-Control" not in answer


@pytest.mark.parametrize("charset", ["zip", "rot13", "undefined", "utf-16", "utf-7", "x" * 300])
def test_no_header_says_how_an_address_is_read(site, charset):
    kind = f"Content-Type: text/plain; charset={charset}".encode()
    answer = send(site, request(f"GET /en/check/?sn={CODE} HTTP/1.1".encode(), kind))
    assert statuses(answer) == [200]
    assert b"Stop using this speaker now" in answer
    many = send(site, request(b"GET /en/check/?" + b"a&" * 1100 + b" HTTP/1.1", kind))
    assert statuses(many) in ([400], [413])


def test_head_has_no_page(site):
    head, _, page = send(site, request(b"HEAD /en/check/?sn=HELLO HTTP/1.1")).partition(b"\r\n\r\n")
    assert statuses(head) == [200]
    assert page == b""
    assert b"\r\ncontent-security-policy: " in head


@pytest.mark.parametrize(
    ("line", "host", "status"),
    [
        (b"GET http://evil.example/en/check HTTP/1.1", b"127.0.0.1", 301),
        (b"GET http://evil.example/en/check HTTP/1.1", b"evil.example", 400),
        (b"GET http://evil.example/en/ HTTP/1.1", b"127.0.0.1", 200),
        (b"GET /en/ HTTP/1.1", b"127.0.0.1@evil.example", 400),
        (b"GET /en/ HTTP/1.1", b"127.0.0.1:80@evil.example", 400),
        (b"GET //evil.example/%2e%2e HTTP/1.1", b"127.0.0.1", 404),
        (b"GET /en//evil.example HTTP/1.1", b"127.0.0.1", 404),
    ],
)
def test_no_answer_names_another_host(site, line, host, status):
    answer = send(
        site, line + b"\r\nHost: " + host + b"\r\nX-Forwarded-Host: evil.example\r\n" + CLOSE
    )
    assert statuses(answer) == [status]
    assert b"evil.example" not in answer


def test_slow_ones_do_not_keep_others_waiting(site):
    """They hold a connection, and no thread before their request is whole."""
    slow = [socket.create_connection(("127.0.0.1", site.port)) for _ in range(3)]
    try:
        for turn in range(3):
            for connection in slow:
                connection.sendall([b"GET /en/", b" HTTP/1.1\r\n", b"Host: 127"][turn])
            assert_answers(site)
    finally:
        for connection in slow:
            connection.close()
    assert_answers(site)


def test_silent_ones_are_put_aside(site):
    silent = [socket.create_connection(("127.0.0.1", site.port)) for _ in range(4)]
    try:
        assert_answers(site)
    finally:
        for connection in silent:
            connection.close()
