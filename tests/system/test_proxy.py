"""The site behind nginx as site_config/README.md has it: what nginx adds, takes over and keeps
quiet about."""

import http.client
import re
import socket
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.headers import assert_headers
from tests.support.proxy import HOST, Proxy, SocketSite

pytestmark = pytest.mark.proxy

RECALLED = "/en/check/?sn=ACCJRU1D16400841"
STOP = "Switch it off and unplug it"
MARKED = "MARKED" + "0" * 9 + "7"


@pytest.fixture(scope="module")
def folder():
    """A socket's path has a length limit that the usual temporary folders come near."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def url(folder):
    return f"sqlite:///{folder / 'db.sqlite3'}"


@pytest.fixture(scope="module")
def proxy(folder, url):
    """With the shipped notices published behind it."""
    proxy = Proxy(folder)
    site = SocketSite(url, folder / "public.sock")
    site.manage("migrate", "-v0")
    site.manage("load_catalogue", "--publish")
    site.manage("write_fallback_pages", str(folder / "fallback"))
    with proxy:
        yield proxy


@pytest.fixture
def site(folder, proxy, url):
    environment = {"HEALTH_NETWORKS": "192.0.2.0/24"}
    with (
        SocketSite(url, folder / "public.sock", **environment) as site,
        SocketSite(url, folder / "staff.sock", **environment),
    ):
        time.sleep(1)  # a second's worth of the rate that an earlier test may have used up
        yield site


@contextmanager
def stopped(site: SocketSite):
    """The site is down meanwhile."""
    site.process.terminate()
    site.process.wait(timeout=30)
    site.output.close()
    yield
    site.__enter__()


@contextmanager
def in_its_place(path: Path, backlog: int = 5):
    """A socket that takes visitors in and says nothing."""
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as mute:
        mute.bind(str(path))
        mute.listen(backlog)
        yield mute
    path.unlink()


def assert_all_headers(headers):
    """As from the site itself, but that nginx says its name; not which one it is."""
    assert headers["Server"] == "nginx"
    del headers["Server"]
    assert_headers(headers)


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


def test_a_form_page_is_kept_and_an_answer_never(proxy, site, folder):
    for path in ("/en/", "/en/recalls/belkin-bpd005-2024/", RECALLED, "/en/check/?sn=" + MARKED):
        assert proxy.get(path)[0].status == 200
    files = [file for file in (folder / "cache").rglob("*") if file.is_file()]
    kept = "".join(file.read_bytes().decode("latin-1") for file in files)
    keys = re.findall("KEY: http://recall_public(.*)", kept)
    assert {"/en/", "/en/recalls/belkin-bpd005-2024/"} <= set(keys)
    assert not [key for key in keys if "check" in key]
    assert "Stop using this speaker now" not in kept
    assert MARKED not in kept


def test_while_the_site_is_down_pages_stay_and_checks_get_the_file(proxy, site):
    assert proxy.get("/fr/")[0].status == 200
    with stopped(site):
        for path in (RECALLED, "/es/contact/"):  # that page, nobody has asked for before
            assert_is_the_file(*proxy.get(path))
        assert proxy.get("/fr/")[0].status == 200
    assert proxy.get(RECALLED)[0].status == 200


def assert_is_the_file(response, page):
    assert response.status == 503
    assert response.headers["Retry-After"] == "30"
    assert response.headers["Cache-Control"] == "no-store"
    assert STOP in page
    assert "Éteignez-le et débranchez-le" in page
    assert "Stop using this speaker now" not in page
    assert_all_headers(response.headers)


def test_a_site_that_says_nothing_is_waited_for_five_seconds(proxy, folder):
    with in_its_place(folder / "public.sock"):
        began = time.monotonic()
        response, page = proxy.get(RECALLED)
        assert 4 < time.monotonic() - began < 8
        assert_is_the_file(response, page)


def test_beyond_a_full_queue_the_file_comes_at_once(proxy, folder):
    with in_its_place(folder / "public.sock", backlog=2), ThreadPoolExecutor(6) as others:
        waiting = [others.submit(proxy.get, RECALLED) for _ in range(6)]
        time.sleep(1)
        began = time.monotonic()
        response, page = proxy.get(RECALLED)
        assert time.monotonic() - began < 2
        assert_is_the_file(response, page)
        for each in waiting:
            assert_is_the_file(*each.result())


def test_one_address_may_ask_so_often(proxy, site):
    time.sleep(6)  # the burst is whole again
    with ThreadPoolExecutor(20) as visitors:
        answers = list(visitors.map(proxy.get, [RECALLED] * 160))
    by_status = {}
    for response, page in answers:
        by_status.setdefault(response.status, []).append((response, page))
    assert set(by_status) == {200, 429}
    assert len(by_status[200]) >= 100
    response, page = by_status[429][0]
    assert "Too many checks in a short time" in page
    assert STOP in page
    assert response.headers["Retry-After"] == "30"
    assert_all_headers(response.headers)
    time.sleep(6)
    assert proxy.get(RECALLED)[0].status == 200


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


def test_staff_have_processes_of_their_own(proxy, site):
    """The public's have stopped; a file of 20 MB is read all the same."""
    with stopped(site):
        response, _ = proxy.get("/staff/")
        assert (response.status, "/staff/login/" in response.headers["Location"]) == (302, True)
        response, _ = proxy.get("/staff/recalls/recall/add/", "POST", b"x" * 20_000_000)
        assert response.status == 403  # read whole, and refused for want of a token


def test_no_log_has_a_code_or_an_address(proxy, site, folder):
    """With all that makes nginx complain: the site gone, too much, too often."""
    path = f"/en/check/?sn={MARKED}"
    with ThreadPoolExecutor(20) as visitors:
        statuses = {response.status for response, _ in visitors.map(proxy.get, [path] * 200)}
    assert 429 in statuses
    time.sleep(6)
    proxy.get(path, "POST", b"x" * 20_000, Referer=f"https://{HOST}{path}")
    with stopped(site):
        assert proxy.get(path)[0].status == 503
        with in_its_place(folder / "public.sock"):
            assert proxy.get(path)[0].status == 503
    assert " GET /en/check/ 503 " in proxy.logs
    assert MARKED not in proxy.logs
    assert "127.0.0.1" not in proxy.logs
