import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from recalls.models import PublishedVersion


class Command(BaseCommand):
    help = (
        "Writes all of the database into one new file, as it is at one moment, while the site "
        "runs. `manage.py restore` puts it back."
    )

    def add_arguments(self, parser):
        parser.add_argument("target", metavar="TARGET", type=Path, help="a file that is not there")

    def handle(self, *args, target: Path, **options):
        try:
            # SQLite would make an empty file of a wrong name, and that a perfect backup of it.
            PublishedVersion.objects.get()
            with _new_file(target) as part:
                if connection.vendor == "sqlite":
                    _copy_sqlite(part)
                else:
                    _dump_postgresql(part)
        except PublishedVersion.DoesNotExist as error:
            raise CommandError("This database holds no site yet (manage.py migrate).") from error
        except (DatabaseError, OSError) as error:
            why = getattr(error, "strerror", None) or str(error).strip()
            raise CommandError(f"No backup was written to {target}: {why}.") from error
        self.stdout.write(f"{target}: {target.stat().st_size:,} bytes, the whole database.")


@contextmanager
def _new_file(target: Path) -> Iterator[Path]:
    """A file to write into that only its owner can read, and root's is the folder's owner's. It
    gets its name when it is whole, and never that of another file. Raises OSError, and CommandError
    where the name is taken."""
    taken = CommandError(f"{target} is there already. Give the name of a new file.")
    if target.exists():
        raise taken
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
    part = Path(name)
    try:
        yield part
        os.fsync(descriptor)
        give_to_owner_of_folder(part)
        target.hardlink_to(part)  # unlike a rename, it puts nothing over a file
    except FileExistsError as error:
        raise taken from error
    finally:
        os.close(descriptor)
        part.unlink()


def give_to_owner_of_folder(path: Path) -> None:
    """Hand over what root makes: the user that the site runs as could not read it otherwise."""
    if os.geteuid() == 0:
        folder = path.parent.stat()
        os.chown(path, folder.st_uid, folder.st_gid)


def _copy_sqlite(part: Path) -> None:
    """Readers and writers go on meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(part)])


def _dump_postgresql(part: Path) -> None:
    """As one snapshot, in the format of pg_restore."""
    program = shutil.which("pg_dump")
    if program is None:
        raise CommandError(
            "pg_dump is not installed on this machine. Install PostgreSQL's client programs "
            "(Debian: postgresql-client), of the server's version or a later one."
        )
    options = ["--format=custom", "--no-password", f"--file={part}"]
    (_, *arguments), environment = connection.client.settings_to_cmd_args_env(
        connection.settings_dict, options
    )
    done = subprocess.run(  # noqa: S603 - the password is in the environment, where none can see it
        [program, *arguments],
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        why = done.stderr.strip() or f"it ended with {done.returncode}"
        raise CommandError(f"No backup was written. pg_dump says: {why}")
