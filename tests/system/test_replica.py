"""A replica of PostgreSQL that no longer follows: soon it is not ready, and after a stated time it
answers no check. A real one, made by pg_basebackup, that follows by streaming."""

import json
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.fault_table import report
from tests.support.servers import Cluster, Replica, Site
from tests.support.visitors import Visitors

pytestmark = [pytest.mark.postgresql, pytest.mark.slow]

RECALLED = "/en/check/?sn=ACCJRU1D16400841"
READY = "/health/ready"
MAX_AGE = 10  # seconds; red after a fifth
BEAT = """INSERT INTO recalls_heartbeat VALUES ('timer', now())
    ON CONFLICT (name) DO UPDATE SET beat_at = now()"""
AGE = "UPDATE recalls_heartbeat SET beat_at = beat_at - interval '30 days'"
COUNT = """
from recalls.public import counts
counts.count_answer("recalled", ["a-notice"], "en")
print(counts.store_counts(), len(counts._pending))
"""


@pytest.fixture(scope="module")
def primary():
    # A socket's path has a length limit that the usual temporary folders come near.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        with Cluster(Path(folder) / "primary") as primary:
            site = Site(primary.url)
            site.manage("migrate", "-v0")
            site.manage("load_catalogue", "--publish")
            yield primary


@pytest.fixture(scope="module")
def replica(primary):
    with Replica(primary.folder.parent / "replica", primary) as replica:
        yield replica


@contextmanager
def timer(primary: Cluster):
    """publish_due's sign of life, faster than each minute as the bound is shorter here too."""
    stop = threading.Event()

    def beat() -> None:
        while not stop.wait(0.3):
            primary.execute(BEAT)

    thread = threading.Thread(target=beat)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def ready(site: Site) -> tuple[int, bool, str]:
    status, page, _ = site.get(READY)
    found = json.loads(page)
    return status, found["ready"], found["heartbeat"]


def wait_until(site: Site, expected: tuple[int, bool, str], limit: float = 60) -> None:
    end = time.monotonic() + limit
    while ready(site) != expected:
        assert time.monotonic() < end, ready(site)
        time.sleep(0.2)


def publish(primary: Cluster) -> str:
    """A publication by whoever publishes; the version that is public then."""
    Site(primary.url).manage(
        "shell", "-v0", "-c", "from recalls.models import *; PublishedVersion.renew()"
    )
    ((version,),) = primary.execute("SELECT version FROM recalls_publishedversion")
    return version


def test_a_replica_that_no_longer_follows(primary, replica):
    site = Site(replica.url, REPLICA_MAX_AGE=str(MAX_AGE))
    with timer(primary), site, Visitors(site) as visitors:
        wait_until(site, (200, True, "ok"))
        visitors.wait_for("answered", 12)
        version = publish(primary)
        replica.wait_for(primary)
        assert replica.execute("SELECT version FROM recalls_publishedversion") == [(version,)]
        replica.stop_following()
        lost = time.monotonic()
        publish(primary)
        wait_until(site, (503, False, "stale"), MAX_AGE)
        # Not ready, and so out of the pool; who still asks is answered until the bound.
        if time.monotonic() < lost + MAX_AGE - 2:
            assert site.get(RECALLED)[0] == 200
        visitors.wait_for("503", 40)
        refused = [sight for sight in visitors.sights if sight.kind == "503"]
        assert min(sight.asked_at + sight.seconds for sight in refused) > lost + MAX_AGE - 1
        replica.follow()
        began = time.monotonic()
        normal = visitors.wait_until_normal(began, 60)
        wait_until(site, (200, True, "ok"))
    assert set(visitors.kinds) == {"answered", "503"}
    assert "This replica no longer follows its primary." in site.log
    report("replica that no longer follows", visitors, "nothing", normal)


def test_one_whose_primary_is_gone_answers_again_once_it_is_promoted(primary):
    """With another replica, since it is none afterwards."""
    folder = primary.folder.parent / "heir"
    primary.execute(AGE)
    with Replica(folder, primary) as heir, Site(heir.url, REPLICA_MAX_AGE="4") as site:
        assert site.get(RECALLED)[0] == 503
        assert ready(site) == (503, False, "stale")
        heir.execute("SELECT pg_promote()")
        status, page, _ = site.get(RECALLED)
        assert (status, "Stop using this" in page) == (200, True)
        assert ready(site)[:2] == (200, True)


def test_a_primary_is_never_held_to_it(primary):
    with Site(primary.url, REPLICA_MAX_AGE="1") as site:
        for _ in range(2):
            primary.execute(AGE)
            assert ready(site) == (200, True, "late")
            assert site.get(RECALLED)[0] == 200
        primary.execute("DELETE FROM recalls_heartbeat")
        assert ready(site) == (200, True, "late")
        assert site.get(RECALLED)[0] == 200
        site.manage("publish_due")
        assert ready(site) == (200, True, "ok")
    assert "is manage.py publish_due run?" in site.log


def test_its_counts_are_dropped_and_do_not_grow(primary, replica):
    replica.wait_for(primary)
    assert Site(replica.url).manage("shell", "-v0", "-c", COUNT).split() == ["True", "0"]
    assert Site(primary.url).manage("shell", "-v0", "-c", COUNT).split() == ["True", "0"]
    ((number,),) = primary.execute(
        "SELECT sum(number) FROM recalls_dailycount WHERE recall = 'a-notice'"
    )
    assert number == 1


def test_its_processes_leave_no_sign_of_their_own(primary, replica):
    beat = "from recalls.database import heartbeat; heartbeat.beat_of_server()"
    primary.execute("DELETE FROM recalls_heartbeat")
    replica.wait_for(primary)
    assert Site(replica.url).run("shell", "-v0", "-c", beat).stderr == ""
    Site(primary.url).manage("shell", "-v0", "-c", beat)
    assert primary.execute("SELECT name FROM recalls_heartbeat") == [("server",)]
