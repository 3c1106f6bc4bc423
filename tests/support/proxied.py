"""Visits to the site behind nginx, and a site that is down or says nothing."""

import email
import email.message
import re
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from tests.support.headers import assert_headers
from tests.support.proxy import HOST, SocketSite

STOP = "Switch it off and unplug it"


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
        path.chmod(0o666)
        mute.listen(backlog)
        yield mute
    path.unlink()


def assert_all_headers(headers):
    """As from the site itself, but that nginx says its name; not which one it is."""
    assert headers["Server"] == "nginx"
    del headers["Server"]
    assert_headers(headers)


def keys(proxy) -> set[str]:
    return set(re.findall(f"KEY: {HOST}(.*)", proxy.kept))


def assert_is_the_file(response, page):
    assert response.status == 503
    assert response.headers["Retry-After"] == "30"
    assert response.headers["Cache-Control"] == "no-store"
    assert STOP in page
    assert "Éteignez-le et débranchez-le" in page
    assert "Stop using this speaker now" not in page
    assert_all_headers(response.headers)


def flood(proxy, most: int = 200) -> list[int]:
    """The statuses that one address gets until it is refused; each line asks again at once."""
    statuses: list[int] = []

    def ask(_) -> None:
        line = proxy.line()
        for _ in range(most):
            if 429 in statuses:
                break
            line.request("GET", "/en/contact/", headers=proxy.named())
            response = line.getresponse()
            response.read()
            statuses.append(response.status)
        line.close()

    with ThreadPoolExecutor(10) as visitors:
        list(visitors.map(ask, range(10)))
    return statuses


def refused(proxy, path: str):
    """The refusal of that path, to somebody who has used up what one address may ask."""
    for _ in range(20):
        flood(proxy)
        response, page = proxy.get(path)
        if response.status == 429:
            break
    return response, page


def assert_is_a_page_of_ours(answer: bytes, status: int) -> None:
    head, _, page = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    assert first.startswith(f"HTTP/1.1 {status} ")
    assert STOP in page.decode()
    headers = email.message_from_string("\n".join(lines))
    assert headers["Cache-Control"] == "no-store"
    assert headers["Allow"] == ("GET, HEAD" if status == 405 else None)
    del headers["Allow"]
    assert_all_headers(headers)


def over_http2(proxy, path: str, *options: str) -> tuple[str, email.message.Message, str]:
    """Version and status, headers and page, by curl."""
    done = subprocess.run(
        ["/usr/bin/curl", "-sik", "--http2", "--max-time", "30", *options,
         "-H", f"Host: {HOST}", "-H", f"X-Test-Address: {proxy.visitor}",
         f"https://127.0.0.1:{proxy.tls}{path}"],
        capture_output=True, text=True,
    )  # fmt: skip
    head, _, page = done.stdout.partition("\n\n")
    first, _, lines = head.partition("\n")
    return first.strip(), email.message_from_string(lines), page
