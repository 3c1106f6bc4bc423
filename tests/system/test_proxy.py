"""The site behind nginx as site_config/README.md has it: what nginx adds, takes over and keeps
quiet about."""

import http.client
import itertools
import re
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings

from tests.support.proxied import (
    STOP,
    assert_all_headers,
    assert_is_a_page_of_ours,
    assert_is_the_file,
    flood,
    in_its_place,
    keys,
    over_http2,
    refused,
    stopped,
)
from tests.support.proxy import HOST, Proxy, SocketSite, example

pytestmark = pytest.mark.proxy

RECALLED = "/en/check/?sn=ACCJRU1D16400841"
ADDRESSES = itertools.count(1)
MARKED = "MARKED" + "0" * 9 + "7"
IN_THE_PATH = "0" * 9 + "HTAP7"  # paths are logged


@pytest.fixture(scope="module")
def folder():
    """A socket's path has a length limit that the usual temporary folders come near."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def url(folder, published_file):
    """The shipped notices are published there."""
    return f"sqlite:///{shutil.copy(published_file, folder / 'db.sqlite3')}"


# Whom a test is, it says in a header: tests have one address.
WHO = "set_real_ip_from 127.0.0.1; real_ip_header X-Test-Address;\n"


@pytest.fixture(scope="module")
def proxy(folder, url):
    """As a Debian host has it that has followed site_config/README.md."""
    proxy = Proxy(folder, more=WHO)
    site = SocketSite(url, proxy.public_socket)
    site.manage("write_fallback_pages", str(proxy.fallback))
    with proxy:
        yield proxy


@pytest.fixture(scope="module")
def staff(proxy, url):
    with SocketSite(url, proxy.staff_socket, HEALTH_NETWORKS="192.0.2.0/24") as site:
        yield site


@pytest.fixture(scope="module")
def site(proxy, staff, url):
    with SocketSite(url, proxy.public_socket, HEALTH_NETWORKS="192.0.2.0/24") as site:
        yield site


@pytest.fixture(autouse=True)
def visitor(proxy):
    """Each test is at an address of its own, which has used nothing up."""
    proxy.visitor = f"198.51.100.{next(ADDRESSES)}"


def test_nginx_finds_no_fault_with_it(proxy):
    assert "warn" not in proxy.test()


def test_pages_come_over_tls_alone(proxy, site):
    response, page = proxy.get(RECALLED)
    assert (response.status, "Stop using this speaker now" in page) == (200, True)
    assert_all_headers(response.headers)
    line = http.client.HTTPConnection("127.0.0.1", proxy.plain)
    line.request("GET", "/en/check/?sn=1", headers={"Host": HOST})
    answer = line.getresponse()
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{HOST}/en/check/?sn=1")
    line.close()


@pytest.mark.parametrize(("version", "accepted"), [("tls1_1", False), ("tls1_2", True)])
def test_old_tls_is_refused(proxy, version, accepted):
    done = subprocess.run(
        ["/usr/bin/openssl", "s_client", f"-{version}", "-connect", f"127.0.0.1:{proxy.tls}",
         "-cipher", "ALL:@SECLEVEL=0"],
        input=b"", capture_output=True, timeout=20,
    )  # fmt: skip
    assert (done.returncode == 0) is accepted


def test_what_a_visitor_says_of_address_and_tls_is_not_believed(proxy, site):
    claims = {
        "X-Real-IP": "192.0.2.7",
        "X-Forwarded-For": "192.0.2.7",
        "Forwarded": "for=192.0.2.7",
    }
    response, _ = proxy.get("/health/ready", **claims)
    assert response.status == 404
    response, _ = proxy.get("/en/", X_Forwarded_Proto="http")
    assert response.status == 200


def test_a_form_page_is_kept_and_an_answer_never(proxy, site):
    for path in ("/en/", "/en/recalls/belkin-bpd005-2024/", RECALLED, "/en/check/?sn=" + MARKED):
        assert proxy.get(path)[0].status == 200
    assert {"/en/", "/en/recalls/belkin-bpd005-2024/"} <= keys(proxy)
    assert not [key for key in keys(proxy) if "check" in key]
    assert "Stop using this speaker now" not in proxy.kept


def test_no_code_reaches_the_folder_of_kept_pages(proxy, site):
    """Pages that are not there, redirects, searches and pages that take no code at all."""
    for path in (
        f"/en/?sn={MARKED}",
        f"/en/recalls/?q={MARKED}",
        f"/en/recalls/?page={MARKED}",
        f"/en/nothing/?sn={MARKED}",
        f"/en/{IN_THE_PATH}/",
        f"/en/recalls?sn={MARKED}",
        f"/en/check?sn={MARKED}",
        f"/check/?sn={MARKED}",
        f"/EN/check/?sn={MARKED}",
        f"/?sn={MARKED}",
        f"/nothing?sn={MARKED}",
        f"/static/nothing.css?sn={MARKED}",
        f"/en//check/?sn={MARKED}",
        f"/en/recalls/../check/?sn={MARKED}",
    ):
        for _ in range(2):
            assert proxy.get(path)[0].status in (200, 301, 302, 404)
    assert "/en/" in keys(proxy)
    assert not re.search(f"{MARKED}|{IN_THE_PATH}", proxy.kept)


def test_a_page_whose_headers_alone_are_asked_for_is_not_counted(proxy, site, url):
    """nginx asks the site for the whole page then, to keep it."""
    first, second = "/es/recalls/belkin-bpd005-2024/", "/es/recalls/anker-a1112-2024/"
    line = proxy.line()
    for method, path in (("HEAD", first), ("GET", second)):
        line.request(method, path, headers=proxy.named())
        response = line.getresponse()
        response.read()
        assert response.status == 200
    line.close()
    with stopped(site):  # it stores its counts at its end
        path = url.removeprefix("sqlite:///")
        with sqlite3.connect(path) as database:
            rows = database.execute(
                "SELECT recall FROM recalls_dailycount WHERE outcome = 'page' AND language = 'es'"
            )
            counted = {slug for (slug,) in rows}
        database.close()
    assert second.split("/")[-2] in counted
    assert first.split("/")[-2] not in counted


def test_a_check_without_its_slash_keeps_the_code(proxy, site):
    response, _ = proxy.get("/en/check?sn=ACCJRU1D16400841")
    assert response.headers["Location"] == RECALLED


def test_other_arguments_neither_reach_a_kept_page_nor_tell_two_apart(proxy, site):
    before = keys(proxy)
    pages = {proxy.get(f"/fr/code/?utm_source={n}&x={MARKED}")[1] for n in range(5)}
    assert len(pages) == 1
    assert not re.search("utm_source|MARKED", pages.pop())
    assert keys(proxy) - before == {"/fr/code/"}
    assert "KEY: " + HOST + "/en/recalls/?page=2" not in proxy.kept
    proxy.get("/en/recalls/?page=2&x=1")
    assert "/en/recalls/?page=2" in keys(proxy)
    assert "No notice" in (page := proxy.get("/en/recalls/?q=nobody&x=1")[1]) or "nobody" in page


def test_a_path_with_a_quoted_question_mark_is_no_other_page(proxy, site):
    for path in ("/es/recalls/%3Fpage=1", "/es/%72ecalls/%3Fpage=1"):
        assert proxy.get(path)[0].status == 404
    assert proxy.get("/es/recalls/?page=1")[0].status == 200


def test_another_hosts_page_is_kept_apart(proxy, site):
    """The site refuses such a host; what it would say to it, nobody else gets."""
    assert proxy.get("/en/contact/")[0].status == 200
    assert proxy.get("/en/contact/", Host="evil.example")[0].status == 400
    assert proxy.get("/en/message/", Host="evil.example")[0].status == 400
    response, page = proxy.get("/en/message/")
    assert (response.status, "evil.example" in page) == (200, False)


def test_every_argument_of_a_kept_page_reaches_it():
    """What pages other than a check read is what the README's nginx hands on."""
    read = set()
    for path in (settings.BASE_DIR / "recalls" / "public").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        read |= set(re.findall(r"(?:GET|parameters)(?:\.get(?:list)?\(|\[)\"(\w+)\"", text))
    assert {"q", "page", "product", "again"} <= read
    handed_on = set(re.findall(r"\$arg_(\w+)", example("nginx")))
    of_checks = {"product", "again", "confirmed", "lang"}
    assert read - of_checks == handed_on


def test_while_the_site_is_down_pages_stay_and_checks_get_the_file(proxy, site):
    assert proxy.get("/fr/")[0].status == 200
    with stopped(site):
        for path in (RECALLED, "/es/contact/"):  # that page, nobody has asked for before
            assert_is_the_file(*proxy.get(path))
        assert proxy.get("/fr/")[0].status == 200
    assert proxy.get(RECALLED)[0].status == 200


def test_a_site_that_says_nothing_is_waited_for_five_seconds(proxy, site):
    with stopped(site), in_its_place(proxy.public_socket):
        began = time.monotonic()
        response, page = proxy.get(RECALLED)
        assert 4 < time.monotonic() - began < 8
        assert_is_the_file(response, page)


def test_beyond_a_full_queue_the_file_comes_at_once(proxy, site):
    place = in_its_place(proxy.public_socket, backlog=2)
    with stopped(site), place, ThreadPoolExecutor(6) as others:
        waiting = [others.submit(proxy.get, RECALLED) for _ in range(6)]
        time.sleep(1)
        began = time.monotonic()
        response, page = proxy.get(RECALLED)
        assert time.monotonic() - began < 2
        assert_is_the_file(response, page)
        for each in waiting:
            assert_is_the_file(*each.result())


def test_one_address_may_ask_so_often(proxy, site):
    statuses = flood(proxy)
    assert set(statuses) == {200, 429}
    assert statuses.count(200) >= 100
    response, page = refused(proxy, RECALLED)
    assert "Too many checks in a short time" in page
    assert STOP in page
    assert response.headers["Retry-After"] == "30"
    assert_all_headers(response.headers)
    proxy.visitor = "203.0.113.1"
    assert proxy.get(RECALLED)[0].status == 200


def test_a_line_of_ipv6_is_one_visitor(proxy, site):
    """It has 2**64 addresses; the last eight bytes are as its owner likes, a line feed too."""
    ends = itertools.cycle(("1", "a:b:c:d", "0a0a:0a0a:0a0a:0a0a", "ffff:0:0:1"))
    statuses = []
    for end in itertools.islice(ends, 24):
        proxy.visitor = f"2001:db8:7:8:{end}" if end.count(":") == 3 else f"2001:db8:7:8::{end}"
        statuses.append(proxy.get("/staff/login/")[0].status)
    assert (statuses[:20], statuses[-1]) == ([200] * 20, 429)
    proxy.visitor = "2001:db8:7:9::1"
    assert proxy.get("/staff/login/")[0].status == 200


def test_one_address_holds_so_many_at_once(proxy, site):
    """Requests whose bodies never come; what its rate would allow is there again by then."""
    head = "".join(f"{name}: {value}\r\n" for name, value in proxy.named().items())
    begun = f"POST /staff/ HTTP/1.1\r\n{head}Content-Length: 9\r\n\r\n".encode()
    lines = [proxy.line() for _ in range(101)]

    def begin(line) -> None:
        line.connect()
        line.sock.sendall(begun)

    with ThreadPoolExecutor(10) as visitors:
        list(visitors.map(begin, lines))
    time.sleep(1.5)
    statuses = [proxy.get(RECALLED)[0].status]
    for line in lines:
        line.close()
    time.sleep(0.5)
    statuses.append(proxy.get(RECALLED)[0].status)
    assert statuses == [429, 200]


def test_sign_ins_are_bounded(proxy, site):
    statuses = [proxy.get("/staff/login/")[0].status for _ in range(24)]
    assert statuses[:20] == [200] * 20
    assert statuses[-1] == 429


def test_too_much_at_once(proxy, site):
    for method, path, body in (
        ("POST", "/en/check/", b"x" * 20_000),
        ("GET", "/en/check/?sn=" + "A" * 9000, None),
    ):
        response, page = proxy.get(path, method, body)
        assert response.status in (413, 414)
        assert "Too much was sent at once" in page
        assert STOP in page
        assert_all_headers(response.headers)


@pytest.mark.parametrize("length", [3000, 4100, 5000, 7900])
def test_a_long_text_is_answered_by_the_page(proxy, site, length):
    """As long as nginx takes it, the site reads it: no gap in which neither answers."""
    response, page = proxy.get("/en/check/?sn=" + "A1+-" * (length // 4))
    assert (response.status, 'name="sn"' in page) == (200, True)


def test_staff_have_processes_of_their_own(proxy, site):
    """The public's have stopped; a file of 20 MB is read all the same."""
    with stopped(site):
        response, _ = proxy.get("/staff/")
        assert (response.status, "/staff/login/" in response.headers["Location"]) == (302, True)
        response, _ = proxy.get("/staff/recalls/recall/add/", "POST", b"x" * 20_000_000)
        assert response.status == 403  # read whole, and refused for want of a token


def test_a_large_file_while_staffs_site_is_down_gets_the_file(proxy, staff):
    """Not a bare 413: the file may follow a body of any size."""
    with stopped(staff):
        response, page = proxy.get("/staff/recalls/recall/add/", "POST", b"x" * 20_000_000)
        assert_is_the_file(response, page)


# What nginx refuses by itself ---------------------------------------------------------------------

REFUSED = {
    "no request": (b"HELLO\r\n\r\n", 400),
    "no host": (b"GET /en/ HTTP/1.1\r\n\r\n", 400),
    "two hosts": (b"GET /en/ HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
    "a length that is none": (b"GET /en/ HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", 400),
    "TRACE": (b"TRACE /en/ HTTP/1.1\r\nHost: a\r\n\r\n", 405),
    "a long address": (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
    "a long header": (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 9000 + b"\r\n\r\n", 400),
    "a large body": (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999\r\n\r\n", 413),
    "an unknown encoding": (
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: x\r\n\r\n", 501),
    "HTTP/3.0": (b"GET /en/ HTTP/3.0\r\nHost: a\r\n\r\n", 505),
    "a file of the proxy's": (
        b"GET /503.html HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 404),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_nginx_refuses_says_what_to_do(proxy, site, name):
    sent, status = REFUSED[name]
    assert_is_a_page_of_ours(proxy.raw(sent), status)


def test_plain_http_where_tls_is_spoken(proxy, site):
    with socket.create_connection(("127.0.0.1", proxy.tls), timeout=20) as line:
        line.sendall(b"GET /en/ HTTP/1.1\r\nHost: a\r\n\r\n")
        assert_is_a_page_of_ours(b"".join(iter(lambda: line.recv(65536), b"")), 400)


@pytest.mark.parametrize("name", ["no request", "TRACE", "a long address", "HTTP/3.0"])
def test_without_tls_it_leads_to_the_site(proxy, name):
    with socket.create_connection(("127.0.0.1", proxy.plain), timeout=20) as line:
        line.sendall(REFUSED[name][0])
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 301 ")
    assert f"Location: https://{HOST}/\r\n".encode() in answer


@pytest.mark.parametrize(
    ("cipher", "accepted"),
    [
        ("ECDHE-RSA-AES128-GCM-SHA256", True),
        ("ECDHE-RSA-CHACHA20-POLY1305", True),
        ("AES128-GCM-SHA256", False),  # no forward secrecy
        ("ECDHE-RSA-AES128-SHA", False),  # CBC
        ("ECDHE-RSA-AES256-SHA384", False),
    ],
)
def test_old_ciphers_are_refused(proxy, cipher, accepted):
    done = subprocess.run(
        ["/usr/bin/openssl", "s_client", "-tls1_2", "-connect", f"127.0.0.1:{proxy.tls}",
         "-cipher", f"{cipher}:@SECLEVEL=0"],
        input=b"", capture_output=True, timeout=20,
    )  # fmt: skip
    assert (done.returncode == 0) is accepted


# HTTP/2 -------------------------------------------------------------------------------------------


def test_an_answer_over_http2(proxy, site):
    first, _, page = over_http2(proxy, RECALLED)
    assert (first, "Stop using this speaker now" in page) == ("HTTP/2 200", True)


def test_a_large_body_over_http2_gets_the_page(proxy, site, tmp_path):
    (tmp_path / "body").write_bytes(b"x" * 40_000)
    for options in ((), ("-H", "Content-Length:")):  # with its length stated and without
        sent = ("--data-binary", f"@{tmp_path / 'body'}", *options)
        first, headers, page = over_http2(proxy, "/en/check/", *sent)
        assert (first, STOP in page) == ("HTTP/2 413", True)
        assert headers["Cache-Control"] == "no-store"


def test_a_large_file_over_http2_while_the_site_is_down(proxy, staff, tmp_path):
    (tmp_path / "body").write_bytes(b"x" * 5_000_000)
    with stopped(staff):
        sent = ("--data-binary", f"@{tmp_path / 'body'}")
        first, headers, page = over_http2(proxy, "/staff/recalls/recall/add/", *sent)
    assert (first, STOP in page, headers["Retry-After"]) == ("HTTP/2 503", True, "30")


# Logs ---------------------------------------------------------------------------------------------


def test_nobody_begins_a_line_of_their_own(proxy, site):
    forged = "2026-01-01T00:00:00+00:00%20GET%20/forged%20200%201%200.001"
    for end in (b"%0a", b"%0d%0a", b"%1b[2K", b"%E2%80%A8", "\u2028".encode(), b"\x1b[2K"):
        sent = b"GET /en/x" + end + forged.encode() + b" HTTP/1.1\r\nHost: " + HOST.encode()
        proxy.raw(sent + b"\r\nConnection: close\r\n\r\n")
    lines = [line for line in proxy.logs.splitlines() if "forged" in line]
    assert len(lines) >= 4
    assert all(re.match(r"\d{4}-\d\d-\d\dT[\d:]{8}\+00:00 GET /en/x", line) for line in lines)
    assert proxy.logs.isascii()
    assert "\x1b" not in proxy.logs


def test_no_log_has_a_code_or_an_address(proxy, site):
    """With all that makes nginx complain: the site gone, too much, too often."""
    path = f"/en/check/?sn={MARKED}"
    assert refused(proxy, path)[0].status == 429
    proxy.visitor = "203.0.113.2"
    proxy.get(path, "POST", b"x" * 20_000, Referer=f"https://{HOST}{path}")
    with stopped(site):
        assert proxy.get(path)[0].status == 503
        with in_its_place(proxy.public_socket):
            assert proxy.get(path)[0].status == 503
    assert " GET /en/check/ 503 " in proxy.logs
    assert MARKED not in proxy.logs
    for address in ("127.0.0.1", "198.51.100.", "203.0.113."):
        assert address not in proxy.logs
