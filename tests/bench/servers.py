"""The databases and servers that the measurements run on."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

from tests.bench import data, traffic

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {
    "ENV_FILE": "",
    "SECRET_KEY": "a-key-for-the-bench-only-that-protects-nothing-0123456789",
    "ALLOWED_HOSTS": "127.0.0.1",
    "OPERATOR_NAME": "Example Ltd",
    "OPERATOR_PHONE": "+1 555 0100",
    "OPERATOR_EMAIL": "recall@example.org",
    "TRUSTED_PROXY_SSL_HEADER": "X-Forwarded-Proto",
    "TRUSTED_PROXY_ADDRESS_HEADER": "X-Real-IP",
    "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
}
SQLITE3 = shutil.which("sqlite3") or "sqlite3"
CONSTANT, PLAIN = "/bench/constant/", "/bench/plain/"


@dataclass(frozen=True)
class Figure:
    """One thing that was measured: its value, and the most or the least that it may be."""

    name: str
    value: float | None
    unit: str = ""
    most: float | None = None
    least: float | None = None

    @property
    def is_met(self) -> bool | None:
        if self.value is None or (self.most is None and self.least is None):
            return None
        return (self.most is None or self.value <= self.most) and (
            self.least is None or self.value >= self.least
        )

    def __str__(self) -> str:
        shown = "not measured" if self.value is None else f"{self.value:,.4g} {self.unit}".strip()
        must = [] if self.most is None else [f"at most {self.most:,g}"]
        must += [] if self.least is None else [f"at least {self.least:,g}"]
        verdict = {True: "met", False: "MISSED", None: ""}[self.is_met]
        return f"  {self.name}: {shown}" + (f" ({', '.join(must)}: {verdict})" if must else "")


class Databases:
    """Filled databases by their number of codes and rules, made once and removed at the end."""

    def __init__(self, url: str, folder: Path, keep: bool):
        self.url, self.folder, self.keep = url, folder, keep
        self.made: list[str] = []

    @property
    def is_sqlite(self) -> bool:
        return not self.url.startswith("postgres")

    def filled(self, codes: int, rules: int = 10) -> str:
        name = f"bench_{codes}_{rules}"
        if not self.exists(name):
            self.create(f"{name}_part")
            run_python("tests.bench.data", "fill", codes, rules, url=self.url_of(f"{name}_part"))
            self.rename(f"{name}_part", name)
        if name not in self.made:
            self.made.append(name)
        return self.url_of(name)

    def in_memory(self, codes: int, rules: int) -> str:
        """As `filled`; its file is read once, as that of a server that has run for a while."""
        url = self.filled(codes, rules)
        if self.is_sqlite:
            with (self.folder / f"bench_{codes}_{rules}.sqlite3").open("rb") as file:
                while file.read(1 << 20):
                    pass
        return url

    def url_of(self, name: str) -> str:
        if self.is_sqlite:
            return f"sqlite:///{self.folder / name}.sqlite3"
        return f"{self.url.rpartition('/')[0]}/{name}"

    def exists(self, name: str) -> bool:
        if self.is_sqlite:
            return (self.folder / f"{name}.sqlite3").exists()
        return bool(self.sql("SELECT 1 FROM pg_database WHERE datname = %s", name))

    def create(self, name: str, like: str = "") -> str:
        """Empty, or the copy of another one; what had the name is gone."""
        self.drop(name)
        if not self.is_sqlite:
            self.sql(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{like}"' if like else ""))
        elif like:
            shutil.copy(self.folder / f"{like}.sqlite3", self.folder / f"{name}.sqlite3")
        self.made.append(name)
        return self.url_of(name)

    def rename(self, old: str, new: str) -> None:
        self.made.remove(old)
        if self.is_sqlite:
            (self.folder / f"{old}.sqlite3").rename(self.folder / f"{new}.sqlite3")
        else:
            self.sql(f'ALTER DATABASE "{old}" RENAME TO "{new}"')

    def drop(self, name: str) -> None:
        if self.is_sqlite:
            for end in ("", "-wal", "-shm"):
                (self.folder / f"{name}.sqlite3{end}").unlink(missing_ok=True)
        else:
            self.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        if name in self.made:
            self.made.remove(name)

    def sql(self, statement: str, *parameters):
        import environ
        import psycopg

        found = environ.Env.db_url_config(self.url)
        with psycopg.connect(
            host=found["HOST"],
            port=found["PORT"] or 5432,
            user=found["USER"],
            password=found["PASSWORD"],
            dbname=found["NAME"],
            autocommit=True,
        ) as connection:
            cursor = connection.execute(statement, parameters or None)
            return cursor.fetchall() if cursor.description else None

    def bytes_of(self, name: str) -> int:
        if self.is_sqlite:
            return (self.folder / f"{name}.sqlite3").stat().st_size
        return self.sql("SELECT pg_database_size(%s)", name)[0][0]

    def close(self) -> None:
        for name in [] if self.keep else list(self.made):
            self.drop(name)


def environment(url: str, **more: str) -> dict[str, str]:
    return {**os.environ, **ENVIRONMENT, "DATABASE_URL": url, **more}


def run_python(module: str, *arguments: object, url: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        cwd=ROOT,
        env=environment(url),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout


class Server:
    """The production server as site_config/README.md starts it, on a port or a Unix socket."""

    def __init__(self, url: str, folder: Path, path: Path | None = None):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.path = path
        self.log = folder / f"server-{self.port}.log"
        bind = f"unix:{path}" if path else f"127.0.0.1:{self.port}"
        self.environment = environment(url, BIND=bind)

    def __enter__(self) -> "Server":
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "site_config.server"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        end = time.monotonic() + 60
        while time.monotonic() < end and self.process.poll() is None:
            with contextlib.suppress(OSError):
                if self.is_there():
                    return self
            time.sleep(0.1)
        self.__exit__()
        raise RuntimeError(f"The server did not start:\n{self.log.read_text()}")

    def __exit__(self, *error) -> None:
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(timeout=60)

    def is_there(self) -> bool:
        if not self.path:
            return self.get(CONSTANT)[0] == 200
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(self.path))
        return True

    def get(self, path: str, timeout: float = 10) -> tuple[int, bytes, Message]:
        """Status, body as it came, and headers."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", headers=traffic.HEADERS
        )
        try:
            with urllib.request.urlopen(request, timeout=timeout) as response:  # noqa: S310
                return response.status, response.read(), response.headers
        except urllib.error.HTTPError as error:
            return error.code, error.read(), error.headers

    @property
    def workers(self) -> list[int]:
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in listed.split()]

    @property
    def cpu_seconds(self) -> float:
        """Return what the workers have used so far."""
        ticks = 0
        for pid in self.workers:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    @property
    def megabytes(self) -> float:
        """Resident memory of the largest worker, what it shares with the others included."""
        sizes = []
        for pid in self.workers:
            status = Path(f"/proc/{pid}/status").read_text()
            sizes.append(int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1024)
        return max(sizes)


@dataclass
class Bench:
    """It says what one run has at hand."""

    codes: int
    databases: Databases
    folder: Path
    rounds: int
    seconds: int
    seed: int = 0
    errors: int = 0

    def addresses(self, codes: int, each_second: int = 6000) -> Path:
        """A file with checks that no other round asks for."""
        self.seed += 1
        path = self.folder / "addresses.txt"
        data.write_mix(path, codes, self.seed, each_second * self.seconds)
        return path

    def plain(self, codes: int) -> Path:
        """The same checks, of the plain view."""
        path = self.addresses(codes)
        path.write_text(re.sub(r"(?m)^/../check/", PLAIN, path.read_text()))
        return path

    def constant(self) -> Path:
        path = self.folder / "constant.txt"
        path.write_text(f"{CONSTANT}\n")
        return path

    def load(self, server: Server, paths: Path) -> tuple[traffic.Load, float]:
        """Return what wrk saw, and the workers' milliseconds of CPU a request."""
        before = server.cpu_seconds
        seen = traffic.wrk(server.port, paths, self.seconds)
        self.errors += seen.refused + seen.broken
        return seen, (server.cpu_seconds - before) * 1000 / seen.requests
