"""A database file that is replaced under a running site: the very next check answers by the new
one, on connections that were kept open too."""

import os
import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from recalls.database import sqlite
from tests.support.servers import Site

pytestmark = pytest.mark.sqlite

RECALLED = "/en/check/?sn=ACCJRU1D16400841"


def rename(new: Path, file: Path) -> None:
    shutil.copy(new, f"{new}-copy")
    for end in ("-wal", "-shm"):
        Path(f"{file}{end}").unlink(missing_ok=True)
    Path(f"{new}-copy").rename(file)


def rename_alone(new: Path, file: Path) -> None:
    shutil.copy(new, f"{new}-copy")
    Path(f"{new}-copy").rename(file)


def copy_over(new: Path, file: Path) -> None:
    shutil.copyfile(new, file)


def remove_and_copy(new: Path, file: Path) -> None:
    for end in ("", "-wal", "-shm"):
        Path(f"{file}{end}").unlink(missing_ok=True)
    shutil.copy(new, file)


def write_and_copy_over(new: Path, file: Path) -> None:
    """Between two checks somebody saves, which the connections know of, and then it is replaced."""
    write(file)
    shutil.copyfile(new, file)


def write(file: Path) -> None:
    """As the site's own connections write."""
    with closing(sqlite3.connect(file)) as own:
        own.executescript(
            "PRAGMA wal_autocheckpoint = 1;"
            "UPDATE recalls_publishedversion SET version = 'x' || version"
        )


@pytest.fixture(scope="module")
def files(migrated_file, published_file, tmp_path_factory):
    """A database with the shipped recalls published and one without."""
    folder = tmp_path_factory.mktemp("files")
    shutil.copy(migrated_file, folder / "empty")
    shutil.copy(published_file, folder / "full")
    return folder / "empty", folder / "full"


@pytest.mark.parametrize(
    "put", [rename, rename_alone, copy_over, remove_and_copy, write_and_copy_over]
)
def test_the_very_next_check_answers_by_the_new_file(files, tmp_path, put):
    empty, full = files
    file = tmp_path / "db.sqlite3"
    shutil.copy(full, file)
    with Site(f"sqlite:///{file}", WEB_THREADS="3") as site:
        for new, recalled in ((full, True), (empty, False)) * 3:
            put(new, file)
            for _ in range(10):  # each thread keeps a connection of its own
                status, page, _ = site.get(RECALLED)
                assert (status, "Stop using this speaker now" in page) == (200, recalled)


def test_the_main_file_alone_holds_what_was_published(migrated_file, tmp_path):
    """Somebody copies db.sqlite3 without its log while the site runs."""
    file = shutil.copy(migrated_file, tmp_path / "db.sqlite3")
    with Site(f"sqlite:///{file}") as site:
        site.get(RECALLED)  # now a connection is open, and the log stays
        site.manage("load_catalogue", "--publish")
        assert Path(f"{file}-wal").exists()
        shutil.copy(file, tmp_path / "copy")
    with Site(f"sqlite:///{tmp_path / 'copy'}") as site:
        assert "Stop using this speaker now" in site.get(RECALLED)[1]


def test_a_connection_is_kept_from_one_check_to_the_next(migrated_file, tmp_path):
    file = shutil.copy(migrated_file, tmp_path / "db.sqlite3")
    with Site(f"sqlite:///{file}", WEB_THREADS="1") as site:
        site.get(RECALLED)
        found = set()
        for _ in range(5):
            site.get(RECALLED)
            found.add(Path(f"{file}-wal").stat().st_ino)  # the last connection would remove it
    assert len(found) == 1


@pytest.fixture
def own(files, monkeypatch, tmp_path, transactional_db):
    """A connection of this thread to a file of its own, as the requests of a thread have it."""
    monkeypatch.setattr(sqlite, "_of_this_thread", threading.local())
    shutil.copy(files[1], tmp_path / "db.sqlite3")
    own = connection.copy()
    own.settings_dict["NAME"] = str(tmp_path / "db.sqlite3")
    monkeypatch.setattr(sqlite, "connections", {"default": own})
    sqlite.reopen_if_replaced()
    own.ensure_connection()
    yield own
    own.close()


def test_a_connection_is_kept_while_others_write(own):
    opened, file = own.connection, Path(own.settings_dict["NAME"])
    for _ in range(3):
        write(file)
        sqlite.reopen_if_replaced()
        assert own.connection is opened
    assert opened.execute("PRAGMA busy_timeout").fetchone() == (5000,)
    os.utime(file)  # written to past SQLite
    sqlite.reopen_if_replaced()
    assert own.connection is None


def test_it_is_not_kept_where_it_cannot_say(own, monkeypatch):
    def fail(raw):
        raise sqlite3.OperationalError("database is locked")

    write(Path(own.settings_dict["NAME"]))
    with monkeypatch.context() as patched:
        patched.setattr(sqlite, "_version", fail)
        sqlite.reopen_if_replaced()
    assert own.connection is None
