import os
import shlex
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils.crypto import get_random_string

from recalls.management.commands.backup import give_to_owner_of_folder

# To wait for somebody who writes, as while a chunk of a list is stored.
MAX_SECONDS = 60
SECONDS_BETWEEN_TRIES = 0.1


class Command(BaseCommand):
    help = (
        "Puts a file that `manage.py backup` wrote in the place of all that the database holds. "
        "On SQLite the site may run meanwhile: each answer is by the old content or by the new. "
        "On PostgreSQL it says what to do."
    )

    def add_arguments(self, parser):
        parser.add_argument("source", metavar="FILE", type=Path, help="what `backup` wrote")
        parser.add_argument(
            "--no-input", action="store_false", dest="asks", help="do not ask whether to go on"
        )

    def handle(self, *args, source: Path, asks: bool, **options):
        if not source.is_file():
            raise CommandError(f"There is no file {source}.")
        if connection.vendor == "postgresql":
            self.stdout.write(_on_postgresql(source))
            raise CommandError("Nothing was changed.")
        target = Path(connection.settings_dict["NAME"])
        with _prepared(source, target) as copy:
            if asks and input(f"Replace all that {target} holds? Type yes: ") != "yes":
                raise CommandError("Nothing was changed.")
            connection.close()
            _put_in_place(copy, target)
        self.stdout.write(f"{target} holds what {source} holds.")


@contextmanager
def _prepared(source: Path, target: Path) -> Iterator[Path]:
    """Yield a sound copy of the backup beside the database, brought up to the present release.
    Raises CommandError where the file is not whole, or no backup that this release can read."""
    if Path(f"{source}-wal").exists():
        raise CommandError(f"{source} is in use. Give a file that `manage.py backup` wrote.")
    try:
        with tempfile.TemporaryDirectory(prefix=".restore-", dir=target.parent) as folder:
            copy = Path(folder, "db.sqlite3")
            shutil.copyfile(source, copy)
            with closing(sqlite3.connect(copy)) as raw:
                is_present = _look_over(raw, source)
            if not is_present:
                _migrate(copy)
            with closing(sqlite3.connect(copy)) as raw, raw:
                # Whoever holds the edition of that version may have read other lists with it.
                renew = "UPDATE recalls_publishedversion SET version = ?"
                raw.execute(renew, [get_random_string(32)])
            yield copy
    except OSError as error:
        raise CommandError(f"Nothing was changed: {error.strerror}.") from error


def _look_over(raw: sqlite3.Connection, source: Path) -> bool:
    """Return whether it is of the present release; otherwise it is of an earlier one."""
    try:
        (report,) = raw.execute("PRAGMA integrity_check(1)").fetchone()
        versions = raw.execute("SELECT count(*) FROM recalls_publishedversion").fetchone()
        applied = set(raw.execute("SELECT app, name FROM django_migrations"))
    except sqlite3.DatabaseError as error:
        raise CommandError(f"{source} is no backup of a site: {error}.") from error
    if report != "ok" or versions != (1,):
        raise CommandError(f"{source} is not whole: {report}.")
    known = MigrationLoader(None).disk_migrations
    of_ours = {app for app, _ in known}
    later = sorted(name for app, name in applied - set(known) if app in of_ours)
    if later:
        raise CommandError(f"{source} is of another release, with {', '.join(later)}.")
    return applied >= set(known)


def _migrate(copy: Path) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "-v0"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": f"sqlite:///{copy.resolve()}"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CommandError(f"Nothing was changed. migrate says: {done.stderr.strip()}")


def _put_in_place(copy: Path, target: Path) -> None:
    """Replace all in one transaction of SQLite's: who reads goes on with what was there until it is
    done. It needs as much room again, in the log beside the file."""
    is_new = not target.exists()
    end = time.monotonic() + MAX_SECONDS

    def look_at_the_clock(status: int, remaining: int, total: int) -> None:
        if status == sqlite3.SQLITE_BUSY and time.monotonic() > end:
            raise CommandError("Nothing was changed: somebody is writing. Try again later.")

    try:
        with closing(sqlite3.connect(copy)) as source, closing(sqlite3.connect(target)) as raw:
            source.backup(raw, progress=look_at_the_clock, sleep=SECONDS_BETWEEN_TRIES)
    except sqlite3.DatabaseError as error:
        raise CommandError(
            f"{target} cannot be written to: {error}. If it is spoilt, stop the site, move "
            f"{target.name}, {target.name}-wal and {target.name}-shm away, and try again."
        ) from error
    if is_new:
        give_to_owner_of_folder(target)


def _on_postgresql(source: Path) -> str:
    """Return what to do: pg_restore would empty the tables under the site, one after the other."""
    name = connection.settings_dict["NAME"]
    program = ["pg_restore", "--no-owner", "--exit-on-error", f"--dbname={name}_restored"]
    (_, *where), _ = connection.client.settings_to_cmd_args_env(
        {**connection.settings_dict, "NAME": f"{name}_restored"}, []
    )
    server = where[:-1]  # the last is the name of the database
    return "\n".join(
        (
            "Put it into a database of its own; the site goes on with the present one meanwhile:",
            "",
            f"    {shlex.join(['createdb', *server, where[-1]])}",
            f"    {shlex.join([*program, *server, str(source)])}",
            "",
            f"Write {name}_restored at the end of DATABASE_URL, run `manage.py migrate`, restart "
            "the site, and look at /health/ready.",
        )
    )
