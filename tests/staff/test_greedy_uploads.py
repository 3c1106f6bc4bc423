"""Files that ask for more than memory holds, through the upload page of a running site.

The process lives, all processes together stay small, staff read one clear sentence, and what
another person loads meanwhile goes in.
"""

import http.client
import os
import re
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from html import unescape
from pathlib import Path

import pytest
from django.urls import reverse

from recalls.models import AffectedCode, CodeList
from tests.support import greedy_files, hostile_files, summary
from tests.support.factories import make_product
from tests.support.fault_table import report
from tests.support.greedy_files import GREEDY
from tests.support.hostile_files import HostileFile, Must
from tests.support.list_files import write_xlsx
from tests.support.people import EDITOR, make_person, signed_in
from tests.support.servers import Site, url_of_tests
from tests.support.visitors import Visitors

pytestmark = pytest.mark.django_db(transaction=True)

MAX_MEGABYTES = 500
CSRF = "a" * 32


class Staff:
    """A signed-in person's uploads, over HTTP."""

    def __init__(self, site: Site, name: str, product):
        self.site, self.product = site, product
        self.session = signed_in(make_person(name, EDITOR)).cookies["sessionid"].value
        self.address = reverse("admin:recalls_product_load", args=[product.pk])

    def upload(self, name: str, content: bytes) -> tuple[int, str]:
        head = (
            f'--limit\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{CSRF}'
            f'\r\n--limit\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        line = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=240)
        try:
            line.request(
                "POST",
                self.address,
                head.encode() + content + b"\r\n--limit--\r\n",
                {
                    "Content-Type": "multipart/form-data; boundary=limit",
                    "Cookie": f"sessionid={self.session}; csrftoken={CSRF}",
                },
            )
            response = line.getresponse()
            return response.status, response.read().decode()
        finally:
            line.close()


class Memory(threading.Thread):
    """The most that all processes of the site took together: each page of memory counts once."""

    def __init__(self, session: int):
        super().__init__(daemon=True)
        self.session, self.most, self.is_over = session, 0.0, False

    def run(self) -> None:
        while not self.is_over:
            self.most = max(self.most, sum(map(self.kilobytes, self.processes())) / 1024)
            time.sleep(0.02)

    def processes(self) -> list[Path]:
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                after_name = (process / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(after_name[3]) == self.session:
                found.append(process)
        return found

    @staticmethod
    def kilobytes(process: Path) -> int:
        try:
            text = (process / "smaps_rollup").read_text()
        except OSError:
            return 0
        size = re.search(r"^Pss: +(\d+) kB", text, re.M)
        return int(size[1]) if size else 0


class Colleague(threading.Thread):
    """Loads one small file after the other."""

    def __init__(self, staff: Staff):
        super().__init__(daemon=True)
        self.staff, self.is_over = staff, False
        self.answers: list[int] = []

    def run(self) -> None:
        while not self.is_over:
            number = len(self.answers)
            codes = "".join(f"EXB{number:05}{place:08}\n" for place in range(300))
            self.answers.append(self.staff.upload("list.csv", f"SN\n{codes}".encode())[0])
            time.sleep(0.05)


def sentences(page: str) -> list[str]:
    """Return what the page says is wrong."""
    found = re.findall(r'<ul class="errorlist[^"]*"[^>]*>(.*?)</ul>', page, re.S)
    return [unescape(text) for item in found for text in re.findall(r"<li>(.*?)</li>", item, re.S)]


def assert_fate(file: HostileFile, status: int, page: str) -> None:
    if file.must is Must.DO_NO_HARM and status == 302:
        return
    assert status == 200, page[:500]
    [sentence] = sentences(page)
    assert 30 < len(sentence) < 250
    assert sentence.endswith("."), sentence


@pytest.fixture
def site(tmp_path):
    with Site(url_of_tests(), WEB_THREADS="4", UPLOAD_FOLDER=str(tmp_path / "uploads")) as site:
        yield site


def upload_each(site: Site, files: list[Callable[[], HostileFile]]) -> None:
    greedy = Staff(site, "eve", make_product(model_numbers="EX100", shapes="EXA#############"))
    other = Staff(site, "ed", make_product(model_numbers="EX200", shapes="EXB#############"))
    memory, colleague = Memory(site.process.pid), Colleague(other)
    memory.start()
    colleague.start()
    workers = {process.name for process in memory.processes()}
    for make in files:
        file = make()
        began = time.monotonic()
        status, page = greedy.upload(file.name, file.content)
        print(f"{make.__name__:48} {time.monotonic() - began:5.1f} s {memory.most:4.0f} MB")
        print(f"    {sentences(page)}")
        assert_fate(file, status, page)
    memory.is_over = colleague.is_over = True
    colleague.join()
    assert {process.name for process in memory.processes()} == workers, "a process has died"
    assert memory.most < MAX_MEGABYTES
    assert_loaded(other.product, colleague.answers, len(files) / 3)
    held = AffectedCode.objects.filter(code__startswith="EXA").values_list("code", flat=True)
    assert set(held) <= set(hostile_files.CODES)
    summary.lines.append(f"{len(files)} greedy files: {memory.most:.0f} MB in all processes.")


def assert_loaded(product, answers: list[int], least: float) -> None:
    """What the colleague sent became a draft each time."""
    assert set(answers) == {302}
    assert len(answers) > least
    assert CodeList.objects.filter(product=product, status="draft").count() == len(answers)


@pytest.mark.slow
def test_files_that_once_took_the_site_down(site):
    upload_each(
        site,
        [
            greedy_files.a_column_of_fifteen_letters,
            greedy_files.one_long_string_in_20_000_cells,
            greedy_files.strings_of_excels_own_limit_in_100_000_cells,
            greedy_files.two_far_corners,
            greedy_files.six_million_cells,
            greedy_files.a_hundred_ranges_of_100_000_codes,
        ],
    )


@pytest.mark.longer
def test_no_greedy_file_takes_the_site_down(site):
    upload_each(site, GREEDY)


def reader_of(site: Site) -> int:
    """The number of the process that reads a spreadsheet for it, once there is one."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        for process in Memory(site.process.pid).processes():
            with suppress(OSError):
                if b"xlsx_child" in (process / "cmdline").read_bytes():
                    return int(process.name)
        time.sleep(0.002)
    raise AssertionError("nothing reads a spreadsheet")


def test_a_reader_that_is_killed_harms_no_visitor(site, shipped_here, tmp_path):
    staff = Staff(site, "eve", make_product(model_numbers="EX900", shapes="EXB#############"))
    codes = (f"EXB{number:013}" for number in range(60_000))
    content = write_xlsx(tmp_path, "list.xlsx", codes).read_bytes()
    before = AffectedCode.objects.count()
    with Visitors(site) as visitors, ThreadPoolExecutor(1) as pool:
        visitors.wait_for("answered", 12)
        answer = pool.submit(staff.upload, "list.xlsx", content)
        os.kill(reader_of(site), signal.SIGKILL)
        began = time.monotonic()
        page = answer.result()[1]
        normal = visitors.wait_until_normal(began)
    [sentence] = sentences(page)
    assert "cut off, and nothing of it is stored" in sentence
    assert set(visitors.kinds) == {"answered"}
    assert AffectedCode.objects.count() == before
    report("reader of a spreadsheet killed", visitors, "nothing", normal)
