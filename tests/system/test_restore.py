"""A backup that is put back while the site runs: each answer is by the old content or by the new,
and what is no backup changes nothing."""

import io
import shutil
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from recalls.management.commands import restore
from tests.support.fault_table import report
from tests.support.servers import Site
from tests.support.visitors import ASKED, Visitors

pytestmark = [pytest.mark.sqlite, pytest.mark.slow]

RECALLED = "/en/check/?sn=ACCJRU1D16400841"
# Of a site whose notices are gone: what the backup without any answers to the visitors' codes.
NONE_PUBLISHED = "We do not recognize this code"


@pytest.fixture(scope="module")
def backups(tmp_path_factory, migrated_file, published_file):
    """Of a site without a notice, and of one with the shipped ones published."""
    folder = tmp_path_factory.mktemp("backups")
    Site(f"sqlite:///{migrated_file}").manage("backup", str(folder / "empty"))
    Site(f"sqlite:///{published_file}").manage("backup", str(folder / "full"))
    return folder


def whole(file: Path) -> bool:
    with closing(sqlite3.connect(file)) as raw:
        return raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def left_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"db.sqlite3-wal", "db.sqlite3-shm"}


def test_while_the_site_runs_the_very_next_check_answers_by_it(backups, tmp_path):
    file = tmp_path / "db.sqlite3"
    others = dict.fromkeys(ASKED, NONE_PUBLISHED)
    with Site(f"sqlite:///{file}", WEB_THREADS="3") as site:
        site.manage("restore", str(backups / "full"), "--no-input")
        with Visitors(site, others) as visitors:
            visitors.wait_for("answered", 12)
            for name, recalled in (("empty", False), ("full", True)) * 2:
                site.manage("restore", str(backups / name), "--no-input")
                for _ in range(6):  # each thread keeps a connection of its own
                    status, page, _ = site.get(RECALLED)
                    assert (status, "Stop using this" in page) == (200, recalled)
            normal = visitors.wait_until_normal(time.monotonic())
        assert site.get("/health/ready")[0] == 200
    assert set(visitors.kinds) == {"answered"}
    assert whole(file)
    assert left_in(tmp_path) == {"db.sqlite3"}
    report("restored while it runs", visitors, "what came after the backup", normal)


def test_somebody_writes_all_the_time(backups, tmp_path):
    """What was committed before it is gone with the rest, what comes after it stays."""
    file, stop, failed = tmp_path / "db.sqlite3", threading.Event(), []
    shutil.copy(backups / "full", file)

    def write() -> None:
        with closing(sqlite3.connect(file, timeout=30, isolation_level=None)) as raw:
            raw.execute("PRAGMA journal_mode = WAL")
            while not stop.is_set():
                try:
                    raw.execute("UPDATE recalls_publishedversion SET version = version")
                except sqlite3.Error as error:
                    failed.append(error)
                time.sleep(0.001)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(3):
            Site(f"sqlite:///{file}").manage("restore", str(backups / "full"), "--no-input")
    finally:
        stop.set()
        writer.join()
    assert failed == []
    assert whole(file)
    site = Site(f"sqlite:///{file}")
    assert "recalled" in site.manage("check_code", "ACCJRU1D16400841")


def test_a_database_that_is_not_there(backups, tmp_path):
    site = Site(f"sqlite:///{tmp_path / 'db.sqlite3'}")
    site.manage("restore", str(backups / "full"), "--no-input")
    assert "recalled" in site.manage("check_code", "ACCJRU1D16400841")


def test_a_backup_of_an_earlier_release_is_brought_up_first(backups, tmp_path):
    old = tmp_path / "old"
    shutil.copy(backups / "full", old)
    with closing(sqlite3.connect(old)) as raw, raw:
        raw.execute("DROP TABLE django_session")
        raw.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    site = Site(f"sqlite:///{tmp_path / 'db.sqlite3'}")
    site.manage("restore", str(old), "--no-input")
    assert site.manage("migrate", "--check") == ""


# What is no backup -------------------------------------------------------------------------------


@pytest.fixture
def target(tmp_path, monkeypatch, db):
    """The site's file, as this process's settings have it."""
    target = tmp_path / "site" / "db.sqlite3"
    target.parent.mkdir()
    target.write_bytes(b"as it was")
    monkeypatch.setitem(connection.settings_dict, "NAME", str(target))
    return target


def refused(source: Path, sentence: str, target: Path) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("restore", source, "--no-input", stdout=io.StringIO())
    assert target.read_bytes() == b"as it was"
    assert left_in(target.parent) == {"db.sqlite3"}


def test_a_name_that_is_wrong(target, tmp_path):
    refused(tmp_path / "missing", "There is no file", target)


def test_a_file_of_another_kind(target, tmp_path):
    (tmp_path / "text").write_text("This is no database. " * 1000)
    refused(tmp_path / "text", "is no backup of a site", target)
    (tmp_path / "nothing").touch()
    refused(tmp_path / "nothing", "is no backup of a site", target)


def test_a_backup_that_was_cut_off_or_spoilt(backups, target, tmp_path):
    content = (backups / "full").read_bytes()
    (tmp_path / "half").write_bytes(content[: len(content) // 2])
    refused(tmp_path / "half", "no backup of a site|not whole", target)
    place = len(content) // 2
    (tmp_path / "spoilt").write_bytes(content[:place] + b"\xff" * 9000 + content[place + 9000 :])
    refused(tmp_path / "spoilt", "no backup of a site|not whole", target)


def test_a_database_in_use(backups, target, tmp_path):
    shutil.copy(backups / "full", tmp_path / "used")
    (tmp_path / "used-wal").touch()
    refused(tmp_path / "used", "is in use", target)


def test_a_backup_of_a_later_release(backups, target, tmp_path):
    later = tmp_path / "later"
    shutil.copy(backups / "full", later)
    with closing(sqlite3.connect(later)) as raw, raw:
        raw.execute("INSERT INTO django_migrations VALUES (999, 'recalls', '0999_later', 0)")
    refused(later, "of another release, with 0999_later", target)


def test_a_database_that_is_spoilt_is_to_be_moved_away(backups, target):
    refused(backups / "full", "cannot be written to.*move db.sqlite3", target)


def test_who_does_not_say_yes_changes_nothing(backups, target, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda prompt: "y")
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("restore", backups / "full", stdout=io.StringIO())
    assert target.read_bytes() == b"as it was"


def test_somebody_who_writes_for_too_long(backups, tmp_path, monkeypatch):
    monkeypatch.setattr(restore, "MAX_SECONDS", 0.3)
    file = tmp_path / "db.sqlite3"
    shutil.copy(backups / "empty", file)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(CommandError, match="somebody is writing"):
            restore._put_in_place(backups / "full", file)
    assert whole(file)


# What a copy of the file alone holds --------------------------------------------------------------


def test_the_main_file_alone_holds_what_was_published(migrated_file, tmp_path):
    """Somebody copies db.sqlite3 without its log while the site runs."""
    file = shutil.copy(migrated_file, tmp_path / "db.sqlite3")
    with Site(f"sqlite:///{file}") as site:
        site.get(RECALLED)  # now a connection is open, and the log stays
        site.manage("load_catalogue", "--publish")
        assert Path(f"{file}-wal").exists()
        shutil.copy(file, tmp_path / "copy")
    with Site(f"sqlite:///{tmp_path / 'copy'}") as site:
        assert "Stop using this" in site.get(RECALLED)[1]
