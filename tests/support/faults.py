"""Faults made to happen: a table rebuilt, a file held, a worker awaited, a disk filled."""

import os
import re
import sqlite3
import subprocess
import time
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.support.servers import Cluster, Site


def connected(cluster: Cluster, name: str = "postgres"):
    import psycopg  # comes with the extra "postgresql"

    return psycopg.connect(host=str(cluster.folder), user="postgres", dbname=name)


def rebuild(connection: sqlite3.Connection, table: str) -> None:
    """As Django does it where SQLite cannot alter a table: a new one with the same keys."""
    (statement,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", [table])
    connection.execute(statement[0].replace(table, "later", 1))
    connection.execute(f"INSERT INTO later SELECT * FROM {table}")  # noqa: S608 - our own name
    connection.execute(f"DROP TABLE {table}")
    connection.execute(f"ALTER TABLE later RENAME TO {table}")


def held(file: Path) -> sqlite3.Connection:
    other = sqlite3.connect(file, isolation_level=None, timeout=30)
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    other.execute("CREATE TABLE later (id)")
    other.execute("COMMIT")
    return other


def workers(site: Site) -> set[int]:
    """The processes that answer, as the server's log names them."""
    # Not read(): the server writes where its own place in this file is.
    log = os.pread(site.output.fileno(), 10_000_000, 0).decode()
    return set(filter(is_alive, map(int, re.findall(r"Spawning worker-\d+ with PID: (\d+)", log))))


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_for_workers(site: Site, count: int, without: set[int]) -> None:
    end = time.monotonic() + 30
    while len(workers(site) - without) < count:
        assert time.monotonic() < end, workers(site)
        time.sleep(0.05)


@contextmanager
def small_disk(folder: Path, megabytes: int):
    """A disk of its own in memory; mounting it is what needs root."""
    folder.mkdir(exist_ok=True)
    size = f"size={megabytes}m,mode=0755"
    subprocess.run(["/bin/mount", "-t", "tmpfs", "-o", size, "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["/bin/umount", folder], check=True)


def fill(folder: Path, leave: int = 0) -> Path:
    """All of the disk but so many bytes, with a file that grows and can be taken away again."""
    filler = folder / "filler"
    left = os.statvfs(folder)
    with filler.open("ab", buffering=0) as file, suppress(OSError):
        for _ in range((left.f_bavail * left.f_frsize - leave) // 4096):
            file.write(bytes(4096))
    return filler


FIND = "from recalls.models import Product; print(Product.objects.get(model_numbers='EX100').pk)"


def load(site: Site, folder: Path, count: int) -> subprocess.CompletedProcess:
    """Load a list of so many codes for the training product, as staff do."""
    file = folder / f"{count}.csv"
    file.write_text("SN code\n" + "".join(f"EXA{2024200000000 + 7 * n}\n" for n in range(count)))
    product = site.manage("shell", "-v0", "-c", FIND).strip()
    return site.run("import_codes", "--product", product, str(file))


def remount(disk: Path, how: str) -> None:
    """It is refused while a file is open for writing, so at the first moment when none is."""
    end = time.monotonic() + 30
    order = ["/bin/mount", "-o", f"remount,{how}", disk]
    while subprocess.run(order, stderr=subprocess.DEVNULL).returncode:
        assert time.monotonic() < end, "The disk was never at rest."
        time.sleep(0.001)
