"""The site in processes of its own, and a PostgreSQL of its own to kill."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.db import connection


class Site:
    """The production server with one worker on a free port, for as long as the `with` lasts."""

    def __init__(self, database_url: str, module: str = "site_config.server", **environment: str):
        self.module = module
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.environment = {
            **os.environ,
            "DATABASE_URL": database_url,
            "DEMONSTRATION": "true",
            "WEB_CONCURRENCY": "1",
            "BIND": f"127.0.0.1:{self.port}",
            **environment,
        }

    def __enter__(self) -> "Site":
        # A pipe that nobody reads meanwhile would fill, and hold up the server.
        self.output = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [sys.executable, "-m", self.module],
            cwd=settings.BASE_DIR,
            env=self.environment,
            stdout=self.output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        end = time.monotonic() + 60
        while self.process.poll() is None and time.monotonic() < end:
            try:
                self.request("GET", "/static/img/favicon.svg")
                return self
            except OSError:
                time.sleep(0.1)
        self.__exit__()
        raise AssertionError(f"The server did not start:\n{self.log}")

    def __exit__(self, *error) -> None:
        with suppress(ProcessLookupError):  # where it did not start, the log says why
            os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(timeout=60)
        self.output.seek(0)
        self.log = self.output.read().decode()
        self.output.close()

    def get(self, path: str) -> tuple[int, str, float]:
        """Status, page and seconds."""
        began = time.monotonic()
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{self.port}{path}", timeout=20
            ) as response:
                status, page = response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            status, page = error.code, error.read().decode()
        return status, page, time.monotonic() - began

    def request(self, method: str, path: str, headers: dict | None = None, body: str = ""):
        """The answer as http.client gives it, and its body. Leads nowhere by itself."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            line.request(method, path, body or None, headers or {})
            response = line.getresponse()
            return response, response.read().decode()
        finally:
            line.close()

    def raw(self, data: bytes) -> bytes:
        """Return what comes back for these bytes until the server hangs up."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as line:
            line.sendall(data)
            return b"".join(iter(lambda: line.recv(65536), b""))

    def run(self, *arguments: str) -> subprocess.CompletedProcess:
        """manage.py on the site's database, whatever comes of it."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=settings.BASE_DIR,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,  # for a machine that does much else
        )

    def manage(self, *arguments: str) -> str:
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout


def url_of_tests() -> str:
    """The database of the tests, for a process beside them."""
    held = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{held['NAME']}"
    return f"postgres://{held['USER']}:{held['PASSWORD']}@/{held['HOST']}/{held['NAME']}"


def end_other_connections() -> None:
    """Whoever is connected to the tests' PostgreSQL database has to connect anew."""
    others = """FROM pg_stat_activity WHERE datname = current_database()
        AND pid <> pg_backend_pid() AND backend_type = 'client backend'"""
    own = connection.copy()
    with own.cursor() as cursor:
        cursor.execute(f"SELECT pg_terminate_backend(pid) {others}")
        while cursor.execute(f"SELECT 1 {others}").fetchone():
            time.sleep(0.01)
    own.close()


class Cluster:
    """A PostgreSQL server with its own files and a socket in them."""

    def __init__(self, folder: Path):
        self.folder = folder
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        self.bin = found[-1].parent
        # It refuses to run as root.
        self.as_postgres = (
            ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
            if os.getuid() == 0
            else []
        )

    @property
    def url(self) -> str:
        return f"postgres://postgres@/{self.folder!s}/postgres"

    def __enter__(self) -> "Cluster":
        self.folder.mkdir(mode=0o755)
        if self.as_postgres:
            shutil.chown(self.folder, "postgres")
        self._make()
        self.start()
        return self

    def _make(self) -> None:
        self._run("initdb", "-D", "data", "-U", "postgres", "--auth=trust", "--no-sync")

    def execute(self, sql: str) -> list[tuple]:
        """In a connection of its own; the rows, where there are any."""
        import psycopg  # comes with the extra "postgresql"

        place = {"host": str(self.folder), "user": "postgres", "dbname": "postgres"}
        with psycopg.connect(**place, autocommit=True) as line:
            cursor = line.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def start(self) -> None:
        options = f"-c listen_addresses= -c unix_socket_directories={self.folder} -c fsync=off"
        self._run("pg_ctl", "start", "-s", "-w", "-D", "data", "-l", "log", "-o", options)

    @property
    def is_up(self) -> bool:
        status = [*self.as_postgres, str(self.bin / "pg_ctl"), "status", "-s", "-D", "data"]
        return subprocess.run(status, cwd=self.folder, stdout=subprocess.DEVNULL).returncode == 0

    def kill(self) -> None:
        """End the server and all its connections at once, as a crash does."""
        self._run("pg_ctl", "stop", "-s", "-m", "immediate", "-D", "data")

    def __exit__(self, *error) -> None:
        if (self.folder / "data" / "postmaster.pid").exists():
            self.kill()
        shutil.rmtree(self.folder)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [*self.as_postgres, str(self.bin / program), *arguments],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            check=True,
            timeout=60,
        )


class Replica(Cluster):
    """A server that follows another one: a copy of it, then what it streams."""

    def __init__(self, folder: Path, primary: Cluster):
        super().__init__(folder)
        self.primary = primary

    def _make(self) -> None:
        where = ("-h", str(self.primary.folder), "-U", "postgres")
        self._run("pg_basebackup", *where, "-D", "data", "-R", "-X", "stream", "-c", "fast")

    def stop_following(self) -> None:
        """As when the network between the two is lost; what it has, it goes on answering."""
        ((self.conninfo,),) = self.execute("SELECT current_setting('primary_conninfo')")
        self._say_primary("host=/nowhere")
        self._wait("SELECT count(*) = 0 FROM pg_stat_wal_receiver")

    def follow(self) -> None:
        self._say_primary(self.conninfo)

    def wait_for(self, other: Cluster) -> None:
        """Until it has all that the other one has by now."""
        ((place,),) = other.execute("SELECT pg_current_wal_lsn()")
        self._wait(f"SELECT pg_last_wal_replay_lsn() >= '{place}'")

    def _say_primary(self, conninfo: str) -> None:
        quoted = conninfo.replace("'", "''")
        self.execute(f"ALTER SYSTEM SET primary_conninfo = '{quoted}'")
        self.execute("SELECT pg_reload_conf()")

    def _wait(self, question: str, limit: float = 60) -> None:
        end = time.monotonic() + limit
        while self.execute(question) != [(True,)]:
            assert time.monotonic() < end, question
            time.sleep(0.1)
