"""Faults, made to happen while visitors check codes: each sees a right answer, or a 503 page that
says to switch it off and unplug it; nothing is lost, and soon all is normal again.

The table at the end of the run says of each what was seen.
"""

import itertools
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.support.fault_table import report
from tests.support.faults import (
    connected,
    fill,
    held,
    load,
    rebuild,
    remount,
    small_disk,
    wait_for_workers,
    workers,
)
from tests.support.servers import Cluster, Site
from tests.support.visitors import ASKED, PAGES, Visitors

pytestmark = pytest.mark.slow

# Copies of the cluster's database that were made.
COPIES = itertools.count()


# Databases to break -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cluster():
    """A PostgreSQL of its own with the shipped notices published."""
    # A socket's path has a length limit that the usual temporary folders come near.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        with Cluster(Path(folder) / "pg") as cluster:
            site = Site(cluster.url)
            site.manage("migrate", "-v0")
            site.manage("load_catalogue", "--publish")
            yield cluster


@pytest.fixture
def database_url(request, tmp_path):
    """The address of a database with the shipped notices published, of the kind under test."""
    if connection.vendor == "postgresql":
        cluster = request.getfixturevalue("cluster")
        name = f"copy_{next(COPIES)}"
        with closing(connected(cluster, "template1")) as other:
            other.autocommit = True
            other.execute(f"CREATE DATABASE {name} TEMPLATE postgres")
        return cluster.url.removesuffix("postgres") + name
    return f"sqlite:///{_copied(request.getfixturevalue('published_file'), tmp_path / 'copy')}"


def _copied(file: Path, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return shutil.copy(file, folder / "db.sqlite3")


def rows_of(site: Site) -> str:
    """Return what must not be lost: the count of each table that answers rest on."""
    return site.manage(
        "shell",
        "-v0",
        "-c",
        "from recalls import models as m; print(*[model.objects.count() for model in "
        "(m.Recall, m.Publication, m.CodeList, m.AffectedCode, m.IdentificationRule)])",
    ).strip()


# The database is gone -----------------------------------------------------------------------------


@pytest.mark.sqlite
def test_no_file_at_start_and_gone_for_a_while(published_file, tmp_path):
    """A disk that is not mounted yet, and one that goes and comes back. A connection that is kept
    would still have the file when its folder is renamed, so here none is kept."""
    folder, away = tmp_path / "disk", tmp_path / "away"
    _copied(published_file, away)
    with Site(f"sqlite:///{folder}/db.sqlite3", CONN_MAX_AGE="0") as site:
        with Visitors(site) as visitors:
            visitors.wait_for("503")
            away.rename(folder)
            normal = visitors.wait_until_normal(time.monotonic())
        assert set(visitors.kinds) == {"503", "answered"}
        report("no database at start", visitors, "nothing", normal)
        before = rows_of(site)
        with Visitors(site) as visitors:
            visitors.wait_for("answered")
            folder.rename(away)
            visitors.wait_for("503", 100)
            away.rename(folder)
            normal = visitors.wait_until_normal(time.monotonic())
        assert rows_of(site) == before
        report("database gone for a while, and back", visitors, "nothing", normal)


@pytest.mark.postgresql
def test_no_server_at_start_and_gone_for_a_while(cluster):
    cluster.kill()
    with Site(cluster.url) as site:
        with Visitors(site) as visitors:
            visitors.wait_for("503")
            cluster.start()
            normal = visitors.wait_until_normal(time.monotonic())
        report("no database at start", visitors, "nothing", normal)
        before = rows_of(site)
        with Visitors(site) as visitors:
            visitors.wait_for("answered")
            cluster.kill()
            visitors.wait_for("503", 100)
            cluster.start()
            normal = visitors.wait_until_normal(time.monotonic())
        assert rows_of(site) == before
        report("database gone for a while, and back", visitors, "nothing", normal)


@pytest.mark.sqlite
def test_file_overwritten_while_checks_read_it(published_file, tmp_path):
    """Connections that are kept would go on with the file that was renamed; here none is kept."""
    folder, spoilt = tmp_path / "copy", tmp_path / "spoilt"
    file = _copied(published_file, folder)
    site = Site(f"sqlite:///{file}", CONN_MAX_AGE="0")
    with site, Visitors(site) as visitors:
        visitors.wait_for("answered")
        file.write_bytes(b"This is no database. " * 100_000)
        visitors.wait_for("503")
        folder.rename(spoilt)
        _copied(published_file, tmp_path / "good").parent.rename(folder)
        normal = visitors.wait_until_normal(time.monotonic())
    report("database gone in mid-request", visitors, "nothing", normal)


@pytest.mark.postgresql
def test_server_killed_while_checks_wait_for_it(cluster):
    """Each check in flight has sent its statement and has no answer yet."""
    other = connected(cluster)
    with closing(other), Site(cluster.url) as site, Visitors(site) as visitors:
        visitors.wait_for("answered")
        other.execute("LOCK TABLE recalls_affectedcode")
        time.sleep(0.5)  # by now all of them wait
        cluster.kill()
        visitors.wait_for("503")
        cluster.start()
        normal = visitors.wait_until_normal(time.monotonic())
    report("database gone in mid-request", visitors, "nothing", normal)


# The database is held ---------------------------------------------------------------------------

CHANGES = [
    "ALTER TABLE recalls_affectedcode ADD COLUMN later integer",
    "ALTER TABLE recalls_publication ADD COLUMN later integer",
    "ALTER TABLE recalls_publishedversion ADD COLUMN later integer",
]


@contextmanager
def all_asking(url: str, **environment: str):
    """Visitors of checks and of other pages, each with a thread to wait in, once all is well."""
    site = Site(url, WEB_THREADS="8", **environment)
    with site, Visitors(site, asked=ASKED | PAGES) as visitors:
        visitors.wait_for("answered")
        yield visitors


@pytest.mark.postgresql
def test_migration_that_holds_tables(cluster):
    """Its locks keep every reader out until it is done, and each table in its own way."""
    with connected(cluster) as other, all_asking(cluster.url) as visitors:
        for change in CHANGES:
            other.execute(change)
            visitors.wait_for("503", 4)
        other.rollback()
        normal = visitors.wait_until_normal(time.monotonic())
    # Nobody waits much longer than the deadline of two seconds.
    assert visitors.longest < 4
    report("migration that holds tables", visitors, "nothing", normal)


@pytest.mark.sqlite
def test_migration_that_rebuilds_tables(published_file, tmp_path):
    """Readers go on with what was there before."""
    file = _copied(published_file, tmp_path / "copy")
    with all_asking(f"sqlite:///{file}") as visitors:
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        for change in CHANGES:
            other.execute(change)
        rebuild(other, "recalls_affectedcode")
        visitors.wait_for("answered", 40)
        other.execute("COMMIT")
        other.close()
        normal = visitors.wait_until_normal(time.monotonic())
    assert set(visitors.kinds) == {"answered"}
    report("migration that holds tables", visitors, "nothing", normal)


@pytest.mark.sqlite
def test_file_that_another_program_holds(published_file, tmp_path):
    """As a tool that repairs a database does: not even readers get in. The site's own connections
    would keep such a tool out, so here it keeps none."""
    file = _copied(published_file, tmp_path / "copy")
    with all_asking(f"sqlite:///{file}", CONN_MAX_AGE="0") as visitors:
        other = held(file)
        visitors.wait_for("503", 8)
        other.close()
        normal = visitors.wait_until_normal(time.monotonic())
    assert visitors.longest < 4
    report("file held by another program", visitors, "nothing", normal)


# The site's own processes -----------------------------------------------------------------------


def test_worker_killed(database_url):
    """With the signal that no process can prepare for. Whom it was answering is cut off and tries
    again; all others are answered by the other worker."""
    with Site(database_url, WEB_CONCURRENCY="2") as site, Visitors(site) as visitors:
        wait_for_workers(site, 2, set())
        gone: set[int] = set()
        for _ in range(3):
            visitors.wait_for("answered", 12)
            victim = max(workers(site) - gone)
            os.kill(victim, signal.SIGKILL)
            gone.add(victim)
            began = time.monotonic()
            visitors.wait_until_normal(began)
            wait_for_workers(site, 2, gone)
        normal = time.monotonic() - began
        assert rows_of(site) == rows_of(site)
    assert visitors.kinds["answered"] > 20
    # The four who asked were in hand at most, at each of the three kills.
    assert visitors.kinds["cut off"] <= 12
    report("worker killed with -9, three times", visitors, "nothing", normal)


def test_release_by_reload(database_url):
    """SIGHUP: new workers read the code anew, the old ones answer what they have begun."""
    with Site(database_url, WEB_CONCURRENCY="2") as site, Visitors(site) as visitors:
        wait_for_workers(site, 2, set())
        visitors.wait_for("answered", 12)
        old = workers(site)
        os.kill(site.process.pid, signal.SIGHUP)
        began = time.monotonic()
        wait_for_workers(site, 2, old)
        while workers(site) & old:
            time.sleep(0.05)
        normal = time.monotonic() - began
        visitors.wait_until_normal(time.monotonic())
    assert set(visitors.kinds) == {"answered"}
    report("release: workers change places", visitors, "nothing", normal)


# What a later release does to the database of a process that still runs.
LATER = """
from django.db import connection
from recalls import models as m
with connection.cursor() as cursor:
    for table in ("publication", "publishedversion", "codelist", "disposal", "affectedcode"):
        cursor.execute(
            f"ALTER TABLE recalls_{table} ADD COLUMN later varchar(9) NOT NULL DEFAULT 'x'"
        )
for publication in m.Publication.objects.all():
    for rows in publication.content.values():
        for row in rows:
            row["later"] = {"of": ["a later release"]}
    publication.content["laters"] = [{"id": 1, "product_id": 1}]
    publication.save()
"""


# By the older code: it leaves out what it does not know.
PUBLISH = """
from recalls import models as m
from recalls.publishing import steps
text = m.RecallText.objects.get(recall__slug="training-example-audio", language="en")
text.lead += " Look again."
text.save()
steps.publish_from_shell(recall=text.recall)
"""


def test_release_with_an_older_process_still_running(database_url):
    """The migration and the first publication of a later release; the older process goes on, and
    so does what is published with it."""
    with Site(database_url) as site, Visitors(site, asked=ASKED | PAGES) as visitors:
        visitors.wait_for("answered", 12)
        site.manage("shell", "-v0", "-c", LATER)
        normal = visitors.wait_until_normal(time.monotonic())
        site.manage("shell", "-v0", "-c", PUBLISH)
        visitors.wait_until_normal(time.monotonic())
    assert set(visitors.kinds) <= {"answered", "503"}
    report("release: older process, later database", visitors, "nothing", normal)


# The disk ---------------------------------------------------------------------------------------

CLEARED = "/en/check/?sn=EXA7777777777777&product=EX100"


# While a list is loading, or half of one is left behind, nothing of its product is cleared.
INCOMPLETE = {CLEARED: "We do not have all the codes yet"}


# Two minutes after its last sign of life; a minute of a test stands for them.
SWEEP = """
from datetime import timedelta
from recalls import models as m
from recalls.lists.sweeping import sweep
m.CodeList.objects.filter(status="loading").update(alive_at=m.timezone.now() - timedelta(hours=1))
sweep()
"""


def load_on_a_full_disk(site: Site, disk: Path, folder: Path, back) -> None:
    """A load ends half-way for want of room; `back` brings the database back where it ended too."""
    before = rows_of(site)
    with Visitors(site, INCOMPLETE) as visitors:
        visitors.wait_for("answered", 12)
        fill(disk, leave=4 * 1024 * 1024)
        failed = load(site, folder, 400_000)
        assert failed.returncode == 1
        assert re.search("disk is full|No space left", failed.stderr)
        filler = fill(disk)
        visitors.wait_for(count=60)
        filler.unlink()
        back()
        began = time.monotonic()
        site.manage("shell", "-v0", "-c", SWEEP)
        normal = visitors.wait_until_normal(began)
        assert "This code is not on the list" in site.get(CLEARED)[1]
    left = [int(count) for count in rows_of(site).split()]
    # What is left of it is the row that says what was begun.
    assert left == [int(count) + (place == 2) for place, count in enumerate(before.split())]
    assert load(site, folder, 1000).returncode == 0
    report("disk full while a list is loaded", visitors, "the list that was loading", normal)


@pytest.mark.root
@pytest.mark.sqlite
def test_full_disk(published_file, tmp_path):
    with small_disk(tmp_path / "disk", 16) as disk:
        file = _copied(published_file, disk)
        with Site(f"sqlite:///{file}") as site:
            load_on_a_full_disk(site, disk, tmp_path, back=lambda: None)


@pytest.mark.root
@pytest.mark.postgresql
def test_full_disk_of_the_server(tmp_path):
    with (
        tempfile.TemporaryDirectory() as folder,
        small_disk(Path(folder), 160) as disk,
        Cluster(disk / "pg") as cluster,
        Site(cluster.url) as site,
    ):
        site.manage("migrate", "-v0")
        site.manage("load_catalogue", "--publish")
        load_on_a_full_disk(site, disk, tmp_path, lambda: cluster.is_up or cluster.start())


@pytest.mark.root
@pytest.mark.sqlite
def test_disk_that_turns_read_only(published_file, tmp_path):
    """As a disk does that reports faults. SQLite needs to write beside its file to open it, even
    for reading. A connection that is kept can go on; here none is."""
    with small_disk(tmp_path / "disk", 16) as disk:
        file = _copied(published_file, disk)
        site = Site(f"sqlite:///{file}", CONN_MAX_AGE="0")
        with site, Visitors(site) as visitors:
            visitors.wait_for("answered", 12)
            remount(disk, "ro")
            visitors.wait_for("503", 40)
            assert site.run("load_catalogue").returncode == 1
            remount(disk, "rw")
            normal = visitors.wait_until_normal(time.monotonic())
            rows_of(site)
    report("disk read-only for a while", visitors, "nothing", normal)


@pytest.mark.root
@pytest.mark.postgresql
def test_network_to_the_server_that_is_lost(cluster):
    """Nobody says that it is: what was sent on a kept connection is just not acknowledged."""
    socket = f"{cluster.folder}/.s.PGSQL.5432"
    done = subprocess.run(
        ["/usr/bin/unshare", "-n", sys.executable, "-m", "tests.support.lost_network", socket],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    outcomes, seconds = zip(*json.loads(done.stdout), strict=True)
    assert outcomes == ("recalled", "unavailable", "unavailable", "recalled")
    assert max(seconds) < 4


WRITE = "from recalls.models import PublishedVersion; PublishedVersion.renew()"


@pytest.mark.postgresql
def test_server_that_takes_no_writes(cluster):
    """As a standby does, and a server whose disk is nearly full. Checks only read."""
    with Site(cluster.url) as site, Visitors(site) as visitors:
        visitors.wait_for("answered", 12)
        for setting in ("on", "off"):
            with closing(connected(cluster)) as other:
                other.autocommit = True
                other.execute("SET default_transaction_read_only = off")
                other.execute(f"ALTER SYSTEM SET default_transaction_read_only = {setting}")
                other.execute("SELECT pg_reload_conf()")
            visitors.wait_for("answered", 40)
            assert site.run("load_catalogue", "--publish").returncode == 0
            wrote = site.run(
                "shell", "-v0", "-c", "from recalls.models import *; PublishedVersion.renew()"
            )
            assert wrote.returncode == (setting == "on")
        normal = visitors.wait_until_normal(time.monotonic())
    assert set(visitors.kinds) == {"answered"}
    report("database read-only for a while", visitors, "nothing", normal)
