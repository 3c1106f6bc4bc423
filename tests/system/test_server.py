"""These tests show how the server is set up: site_config/server.py."""

import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.support.proxy import SocketSite
from tests.support.servers import Site, url_of_tests

pytestmark = pytest.mark.slow


def workers(site: Site) -> set[int]:
    own = Path(f"/proc/{site.process.pid}/task/{site.process.pid}/children")
    return {int(pid) for pid in own.read_text().split()}


def test_staffs_processes_stand_back_and_no_further_after_a_reload(tmp_path):
    with Site(f"sqlite:///{tmp_path}/db.sqlite3", WEB_NICE="3") as site:
        before = workers(site)
        assert {os.getpriority(os.PRIO_PROCESS, pid) for pid in before} == {3}
        os.kill(site.process.pid, signal.SIGHUP)
        end = time.monotonic() + 60
        while not (after := workers(site)) or after & before:
            assert time.monotonic() < end, "The workers were not replaced."
            time.sleep(0.05)
        assert {os.getpriority(os.PRIO_PROCESS, pid) for pid in after} == {3}


def test_without_it_they_stay_as_they_were_started():
    """As systemd's own Nice= sets it: who is not root may not go back."""
    script = """import os, runpy
os.environ.pop("WEB_NICE", None)
before = os.nice(4)
runpy.run_path("site_config/server.py")["stand_back"]()
assert os.nice(0) == before > 0"""
    run = [sys.executable, "-c", script]
    assert subprocess.run(run, cwd=settings.BASE_DIR).returncode == 0


def gone(pids: set[int], limit: float = 20) -> bool:
    """Whether all of them end before the limit. What waits to be reaped by nobody has ended."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        if not any(is_running(pid) for pid in pids):
            return True
        time.sleep(0.05)
    return False


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_workers_end_with_the_main_process(tmp_path):
    """Killed with the signal that it cannot prepare for. An orphan would go on answering."""
    with Site(f"sqlite:///{tmp_path}/db.sqlite3", WEB_CONCURRENCY="2") as site:
        pids = workers(site)
        assert len(pids) == 2
        os.kill(site.process.pid, signal.SIGKILL)
        assert gone(pids)
        with pytest.raises(OSError):
            site.request("GET", "/static/img/favicon.svg")


def test_a_worker_that_cannot_begin_ends_the_server(tmp_path):
    """So that who started it sees that, and why."""
    site = Site(f"sqlite:///{tmp_path}/db.sqlite3", HEALTH_NETWORKS="nonsense")
    done = subprocess.run(
        [sys.executable, "-m", site.module],
        cwd=settings.BASE_DIR, env=site.environment, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert "HEALTH_NETWORKS: 'nonsense'" in done.stderr


def test_a_socket_that_a_killed_server_has_left_is_no_hindrance(tmp_path):
    path = tmp_path / "site.sock"
    for _ in range(2):
        with SocketSite(f"sqlite:///{tmp_path}/db.sqlite3", path) as site:
            os.kill(site.process.pid, signal.SIGKILL)
            site.process.wait()
        assert path.exists()


THREADS = 4
WITHOUT_WORK = 8  # seconds, in which all threads but one end and the timer has come


def all_at_once(site: Site) -> None:
    with ThreadPoolExecutor(2 * THREADS) as visitors:
        list(visitors.map(site.get, ["/en/check/?sn=HELLO"] * 80))


@pytest.mark.sqlite
def test_threads_that_end_take_their_connections_along(migrated_file, tmp_path):
    """SQLite keeps what a connection had open for the next one, so that the number does not fall;
    but it does not grow."""
    file = shutil.copy(migrated_file, tmp_path / "db.sqlite3")
    threads = {"module": "tests.support.short_lived_threads", "WEB_THREADS": str(THREADS)}
    with Site(f"sqlite:///{file}", **threads) as site:
        (pid,) = workers(site)
        all_at_once(site)
        for _ in range(3):
            time.sleep(WITHOUT_WORK)
            all_at_once(site)
            assert 1 < open_files(pid, file) <= THREADS + 1  # and the timer


def open_files(pid: int, file: Path) -> int:
    links = [link.readlink() for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()]
    return links.count(Path(file))


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_threads_that_end_take_their_connections_to_the_server_along():
    threads = {"module": "tests.support.short_lived_threads", "WEB_THREADS": str(THREADS)}
    with Site(url_of_tests(), **threads) as site:
        all_at_once(site)
        assert connections() > 2
        end = time.monotonic() + 3 * WITHOUT_WORK
        while connections() > 2:  # that of the thread which stays, and the timer's
            assert time.monotonic() < end
            time.sleep(0.2)


def connections() -> int:
    """To the tests' database, but for the one that asks."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        return cursor.fetchone()[0]
