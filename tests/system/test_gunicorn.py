"""How the server is set up: site_config/gunicorn.conf.py."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings

from tests.support.servers import Site


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
runpy.run_path("site_config/gunicorn.conf.py")
assert os.nice(0) == before > 0"""
    run = [sys.executable, "-c", script]
    assert subprocess.run(run, cwd=settings.BASE_DIR).returncode == 0
