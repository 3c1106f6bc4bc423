"""The process that reads a spreadsheet: its limits, its end, and what staff are told of it."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from recalls import codes
from recalls.lists import columns, loading, storing, xlsx, xlsx_child
from recalls.lists.columns import find_layout
from recalls.lists.expected import ExpectedCodes
from recalls.lists.files import open_table
from recalls.lists.limits import PAGE, VISITOR, NotATable
from recalls.models import AffectedCode, CodeList, RefusedRow
from tests.support.factories import make_product
from tests.support.hostile_files import sheet, text_cell, workbook
from tests.support.list_files import LEAD, good_codes, write_xlsx


def children(parent: int) -> list[int]:
    """The numbers of the running processes that read a spreadsheet for this one."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            state, its_parent = (process / "stat").read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if b"xlsx_child" in command and int(its_parent) == parent and state != "Z":
            found.append(int(process.name))
    return found


def refusal(path, limits=PAGE) -> str:
    with pytest.raises(NotATable) as refused:
        list(open_table(path, limits).rows())
    return str(refused.value)


def test_both_sides_speak_alike():
    assert (xlsx._END, xlsx._OUT_OF_MEMORY) == (xlsx_child.END, xlsx_child.OUT_OF_MEMORY)


@pytest.mark.slow
def test_what_takes_too_much_memory_says_so(tmp_path):
    path = tmp_path / "list.xlsx"
    row = f"<row>{'<c><v>1</v></c>' * 1000}</row>"
    path.write_bytes(workbook(sheet(row * 4000)))
    small = replace(PAGE, memory=64 * 1024 * 1024)
    assert "takes more memory to read" in refusal(path, small)


def test_what_takes_too_long_says_so(tmp_path):
    nobody_writes = tmp_path / "list.xlsx"
    os.mkfifo(nobody_writes)
    with pytest.raises(NotATable, match="takes too long"):
        xlsx.read_facts(nobody_writes, PAGE, xlsx.Budget(1))


def test_all_sheets_of_a_file_share_its_time(tmp_path):
    path = write_xlsx(
        tmp_path, "list.xlsx", good_codes(20), others=[(f"More {n}", ["x"]) for n in range(20)]
    )
    table = open_table(path)
    before = table.budget.seconds
    list(table.rows("More 1"))
    for_one = before - table.budget.seconds
    assert 0 < for_one < before < PAGE.seconds
    table.budget.seconds = 3 * for_one
    with pytest.raises(NotATable, match="takes too long"):
        find_layout(table, ExpectedCodes("A product", (codes.parse_shape("?" * 16),)))


@pytest.mark.slow
def test_wide_first_rows_of_many_sheets_are_not_all_kept(tmp_path, monkeypatch):
    wide = [[f"{LEAD}{number:08}" for number in range(100)]] * 20
    path = write_xlsx(tmp_path, "list.xlsx", wide, others=[(f"More {n}", wide) for n in range(9)])
    expected = ExpectedCodes("A product", (codes.parse_shape("?" * 16),))
    with pytest.raises(NotATable, match="side by side in 100 columns"):
        find_layout(open_table(path), expected)
    for name, most in (("MAX_COLUMNS_OF_ALL_SHEETS", 500), ("MAX_BYTES_KEPT", 500_000)):
        with monkeypatch.context() as patch:
            patch.setattr(columns, name, most)
            with pytest.raises(NotATable, match="too many and too wide"):
                find_layout(open_table(path), expected)


def test_what_takes_too_much_of_the_processor_says_so(tmp_path, monkeypatch):
    # The clock of this process stands still, so that the child's own limit has to end it.
    monkeypatch.setattr(threading.Timer, "start", lambda timer: None)
    path = tmp_path / "list.xlsx"
    path.write_bytes(workbook(sheet(f"<row>{text_cell('ABC')}</row>" * 2_000_000)))
    assert "takes too long" in refusal(path, replace(PAGE, seconds=1))


def test_it_gets_no_secret(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "the key")
    rows = open_table(write_xlsx(tmp_path, "list.xlsx", good_codes(2000))).rows()
    next(rows)
    [child] = children(os.getpid())
    assert b"the key" not in Path(f"/proc/{child}/environ").read_bytes()
    rows.close()


def test_it_ends_where_nobody_reads_on(tmp_path):
    rows = open_table(write_xlsx(tmp_path, "list.xlsx", good_codes(20_000))).rows()
    next(rows)
    assert len(children(os.getpid())) == 1
    rows.close()
    assert children(os.getpid()) == []


READ = """
import sys, time
from pathlib import Path
from recalls.lists.files import open_table
rows = open_table(Path(sys.argv[1])).rows()
next(rows)
print("reads", flush=True)
time.sleep(60)
"""


@pytest.mark.slow
def test_it_ends_with_its_parent(tmp_path):
    path = write_xlsx(tmp_path, "list.xlsx", good_codes(100_000))
    parent = subprocess.Popen(
        [sys.executable, "-c", READ, str(path)], cwd=settings.BASE_DIR, stdout=subprocess.PIPE
    )
    assert parent.stdout.readline() == b"reads\n"
    [child] = children(parent.pid)
    parent.kill()
    parent.communicate()
    end = time.monotonic() + 10
    while Path(f"/proc/{child}").exists() and time.monotonic() < end:
        time.sleep(0.01)
    assert not Path(f"/proc/{child}").exists()


def test_one_is_read_at_a_time(tmp_path):
    limits = replace(PAGE, seconds_until_a_turn=0.1)
    path = write_xlsx(tmp_path, "list.xlsx", good_codes(2000))
    table = open_table(path)
    rows = table.rows()
    next(rows)
    assert "Another spreadsheet is being read" in refusal(path, limits)
    assert len(list(open_table(path, VISITOR).rows())) == 2000
    rows.close()
    assert len(list(table.rows())) == 2000


def test_a_part_is_never_taken_for_the_whole(tmp_path):
    rows = open_table(write_xlsx(tmp_path, "list.xlsx", good_codes(50_000))).rows()
    next(rows)
    for child in children(os.getpid()):
        os.kill(child, signal.SIGKILL)
    with pytest.raises(NotATable, match="cut off, and nothing of it is stored"):
        list(rows)


@pytest.fixture
def product(db):
    return make_product(model_numbers="A3102", unused_letters="OI")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_load_whose_reader_is_killed_says_so_and_stores_nothing(product, tmp_path, monkeypatch):
    monkeypatch.setattr(storing, "CODES_IN_A_CHUNK", 1000)
    monkeypatch.setattr(storing, "SECONDS_FOR_OTHERS", 0.01)
    path = write_xlsx(tmp_path, "list.xlsx", good_codes(60_000))
    stored = []

    def kill(rows: int) -> None:
        stored.append(AffectedCode.objects.count())
        for child in children(os.getpid()) if len(stored) == 3 else ():
            os.kill(child, signal.SIGKILL)

    with pytest.raises(NotATable, match="cut off, and nothing of it is stored"):
        loading.load(product=product, path=path, progress=kill)
    assert stored[2] >= 2000, "killed before anything was stored"
    assert CodeList.objects.get().status == CodeList.Status.DISCARDED
    assert not AffectedCode.objects.exists()
    assert not RefusedRow.objects.exists()
    assert loading.load(product=product, path=path).codes_stored == 60_000


def test_the_unit_has_room_for_a_reader_beside_each_of_two_workers():
    text = (settings.BASE_DIR / "site_config" / "README.md").read_text()
    megabytes = PAGE.memory // 1024**2
    assert f"with {megabytes} MB at most" in text
    [gigabytes] = re.findall(r"^MemoryMax=(\d+)G$", text, re.M)
    assert 2 * (megabytes + 100) <= int(gigabytes) * 1024
