"""A backup is whole and of one moment, harms nothing, and a site restored from it answers as the
one it was taken of."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from recalls.management.commands import backup
from tests.support.servers import Cluster, Site
from tests.support.verdict_table import TABLE
from tests.support.visitors import Visitors

NOBODY = 65534  # any user but root
CODES = [typed for typed, product, confirmed, _ in TABLE if typed and not (product or confirmed)]


@pytest.fixture(scope="module")
def place():
    """A folder for databases. A socket's path has a length limit, and PostgreSQL a user."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(scope="module")
def cluster(place):
    """A PostgreSQL of its own, where that is under test."""
    if connection.vendor != "postgresql":
        yield None
        return
    with Cluster(place / "pg") as cluster:
        yield cluster


@pytest.fixture(scope="module")
def url(request, place, cluster) -> str:
    """A database with the shipped notices published."""
    if cluster is None:
        file = shutil.copy(request.getfixturevalue("published_file"), place / "db.sqlite3")
        return f"sqlite:///{file}"
    site = Site(cluster.url)
    site.manage("migrate", "-v0")
    site.manage("load_catalogue", "--publish")
    return cluster.url


def restored(target: Path, url: str, cluster: Cluster | None) -> str:
    """By `restore`; the address of the database that holds it then."""
    if cluster is None:
        address = f"sqlite:///{target.with_suffix('.restored')}"
        Site(address).manage("restore", str(target), "--no-input")
        return address
    done = Site(url).run("restore", str(target))
    assert (done.returncode, "Nothing was changed" in done.stderr) == (1, True)
    commands = [line for line in done.stdout.splitlines() if line.startswith("    ")]
    assert len(commands) == 2
    path = f"{cluster.bin}:{os.environ['PATH']}"
    for command in commands:
        environment = {**os.environ, "PATH": path}
        subprocess.run(["/bin/sh", "-c", command], env=environment, check=True, timeout=60)
    return url.removesuffix("postgres") + "postgres_restored"


def answers(site: Site) -> list[dict]:
    lines = site.manage("check_code", "--json", *CODES).splitlines()
    return [json.loads(line) for line in lines]


@pytest.mark.slow
def test_a_restored_site_answers_the_same(url, cluster, tmp_path):
    target = tmp_path / "backup"
    with Site(url) as site, Visitors(site) as visitors:
        visitors.wait_for("answered")
        assert "the whole database" in site.manage("backup", str(target))
        before = answers(site), site.get("/health/ready")[:2]
    assert set(visitors.kinds) == {"answered"}
    assert before[1][0] == 200
    with Site(restored(target, url, cluster)) as site:
        assert (answers(site), site.get("/health/ready")[:2]) == before
        page = site.get("/en/check/?sn=EXA7777777777777&product=EX100")[1]
        assert "This code is not on the list" in page
        assert "BPD005" in site.get("/fr/recalls/")[1]
    assert {row["outcome"] for row in before[0]} > {"recalled", "which_product", "check_again"}


def test_it_is_of_one_moment_and_waits_for_nobody(url, cluster, tmp_path):
    """Somebody is in the middle of writing; that is not in it."""
    target = tmp_path / "backup"
    with half_written(url, cluster):
        Site(url).manage("backup", str(target))
    if cluster is None:
        with closing(sqlite3.connect(target)) as copy:
            assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            ((version,),) = copy.execute("SELECT version FROM recalls_publishedversion")
            assert version != "half"
    else:
        shown = subprocess.run(
            [
                cluster.bin / "pg_restore",
                "--data-only",
                "-t",
                "recalls_publishedversion",
                "-f-",
                target,
            ],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert "1\t" in shown
        assert "half" not in shown


@contextmanager
def half_written(url: str, cluster: Cluster | None):
    if cluster is None:
        other = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
    else:
        import psycopg  # comes with the extra "postgresql"

        other = psycopg.connect(host=str(cluster.folder), user="postgres", dbname="postgres")
    with closing(other):
        other.execute("UPDATE recalls_publishedversion SET version = 'half'")
        yield
        other.rollback()


def test_only_its_owner_can_read_it_and_nothing_else_is_left(url, tmp_path):
    site = Site(url)
    old = os.umask(0)
    try:
        site.manage("backup", str(tmp_path / "backup"))
    finally:
        os.umask(old)
    assert [path.name for path in tmp_path.iterdir()] == ["backup"]
    assert (tmp_path / "backup").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "backup").stat().st_nlink == 1


@pytest.mark.root
def test_roots_backup_can_be_read_by_whom_the_folder_belongs_to(url, tmp_path):
    """An operator who writes one as root, and the site's user who puts it back."""
    os.chown(tmp_path, NOBODY, NOBODY)
    Site(url).manage("backup", str(tmp_path / "backup"))
    written = (tmp_path / "backup").stat()
    assert (written.st_uid, written.st_gid, written.st_mode & 0o777) == (NOBODY, NOBODY, 0o600)


def refused(site: Site, *arguments: str) -> str:
    done = site.run("backup", *arguments)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_file_that_is_there_is_not_touched(url, tmp_path):
    target = tmp_path / "backup"
    target.write_text("the last good one")
    assert "is there already" in refused(Site(url), str(target))
    assert target.read_text() == "the last good one"
    assert [path.name for path in tmp_path.iterdir()] == ["backup"]


def test_nor_one_that_comes_meanwhile(tmp_path, monkeypatch):
    target = tmp_path / "backup"
    with pytest.raises(CommandError, match="is there already"), backup._new_file(target) as part:
        part.write_text("ours")
        target.write_text("another's")
    assert target.read_text() == "another's"
    assert [path.name for path in tmp_path.iterdir()] == ["backup"]


def test_what_fails_on_the_way_leaves_nothing(tmp_path):
    with pytest.raises(OSError, match="full"), backup._new_file(tmp_path / "backup") as part:
        part.write_text("half")
        raise OSError("full")
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_a_place_that_cannot_be_written_to(url, tmp_path):
    assert "No such file or directory" in refused(Site(url), str(tmp_path / "missing" / "backup"))
    (tmp_path / "file").touch()
    assert "Not a directory" in refused(Site(url), str(tmp_path / "file" / "backup"))


def test_no_room_for_all_of_it(url, tmp_path):
    """The kernel lets no file grow beyond 64 KB here, which is as good as a full disk."""
    site = Site(url)
    command = [sys.executable, "manage.py", "backup", str(tmp_path / "backup")]
    done = subprocess.run(
        ["/bin/sh", "-c", 'ulimit -f 128; exec "$@"', "sh", *command],
        cwd=settings.BASE_DIR,
        env=site.environment | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "No backup was written" in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.sqlite
def test_a_database_that_is_not_the_sites(tmp_path):
    """SQLite makes an empty file of a wrong name."""
    site = Site(f"sqlite:///{tmp_path / 'wrong.sqlite3'}")
    assert "No backup was written" in refused(site, str(tmp_path / "backup"))
    assert not (tmp_path / "backup").exists()


@pytest.mark.django_db
def test_a_site_that_was_never_set_up(tmp_path):
    from recalls.models import PublishedVersion

    PublishedVersion.objects.all().delete()
    with pytest.raises(CommandError, match="holds no site yet"):
        call_command("backup", tmp_path / "backup")
    assert not list(tmp_path.iterdir())


@pytest.mark.postgresql
def test_without_pg_dump_it_says_what_to_install(url, tmp_path):
    site = Site(url, PATH=str(tmp_path))
    assert "pg_dump is not installed" in refused(site, str(tmp_path / "backup"))
    assert not list(tmp_path.iterdir())


@pytest.mark.postgresql
def test_what_pg_dump_says_is_passed_on(url, tmp_path):
    tool = tmp_path / "bin" / "pg_dump"
    tool.parent.mkdir()
    tool.write_text("#!/bin/sh\necho 'server version mismatch' >&2\nexit 1\n")
    tool.chmod(0o755)
    site = Site(url, PATH=f"{tool.parent}:{os.environ['PATH']}")
    assert "pg_dump says: server version mismatch" in refused(site, str(tmp_path / "backup"))
    assert [path.name for path in tmp_path.iterdir()] == ["bin"]


@pytest.mark.postgresql
def test_a_password_is_in_no_list_of_processes(url, tmp_path):
    tool = tmp_path / "bin" / "pg_dump"
    tool.parent.mkdir()
    tool.write_text('#!/bin/sh\necho "arguments: $*; environment: $PGPASSWORD" >&2\nexit 1\n')
    tool.chmod(0o755)
    with_password = url.replace("postgres@", "postgres:secret-word@")
    site = Site(with_password, PATH=f"{tool.parent}:{os.environ['PATH']}")
    said = refused(site, str(tmp_path / "backup"))
    assert "environment: secret-word" in said
    assert said.count("secret-word") == 1
