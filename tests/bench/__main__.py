"""Measures how fast the site answers and loads, as ratios on this machine.

    python -m tests.bench [serve|import|pages|rate|loading|overload] [--codes N]
                          [--database URL] [--json] [--rounds N] [--seconds N] [--keep]

serve     checks against a one-line view in the same server; 1,000 times as many codes; 100 times
          as many rules
import    reading, validating and loading a file, against what the database itself can do
pages     the bytes and requests of each public page
rate      600 checks a second for a minute
loading   checks, and staff who save, while a file is being loaded
overload  far more visitors than the site can answer, and the seconds after

Without a name all of them. Each figure is a ratio against a reference of the same run where that
is possible, taken in turns, and the median counts. It needs wrk, and sqlite3 for `import`.
"""

import argparse
import contextlib
import gzip
import json
import os
import platform
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from html.parser import HTMLParser
from importlib import metadata
from pathlib import Path
from statistics import median

from tests.bench import data, traffic
from tests.support.proxy import Proxy, example

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
CONSTANT = "/bench/constant/"


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


# Databases and servers ----------------------------------------------------------------------------


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
        # wrk opens all its connections at once, and one process would take most of them.
        dealt = "" if path else "--reuse-port"
        self.environment = environment(url, BIND=bind, GUNICORN_CMD_ARGS=dealt)

    def __enter__(self) -> "Server":
        command = ["gunicorn", "-c", "site_config/gunicorn.conf.py", "site_config.wsgi"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *command],
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

    def get(self, path: str, timeout: float = 10) -> tuple[int, bytes, dict]:
        """Status, body as it came, and headers."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", headers=traffic.HEADERS
        )
        try:
            with urllib.request.urlopen(request, timeout=timeout) as response:  # noqa: S310
                return response.status, response.read(), dict(response.headers)
        except urllib.error.HTTPError as error:
            return error.code, error.read(), dict(error.headers)

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


# serve --------------------------------------------------------------------------------------------


def serve(bench: Bench) -> list[Figure]:
    small = max(bench.codes // 100, 100)
    return [
        *against_constant(bench),
        *in_turns(bench, f"{bench.codes * 10:,} codes against {small:,}", (small, 10),
                  (bench.codes * 10, 10)),
        *in_turns(bench, "1,000 rules against 10", (small, 10), (small, 1000)),
        *size(bench),
        Figure("requests refused or broken in all these", bench.errors, most=0),
    ]  # fmt: skip


def against_constant(bench: Bench) -> list[Figure]:
    """Requests a second of checks as a share of those of the one-line view, round by round."""
    shares, cpu, checks, constants = [], [], [], []
    with Server(bench.databases.filled(bench.codes), bench.folder) as server:
        bench.load(server, bench.addresses(bench.codes))  # warm
        for _ in range(bench.rounds):
            constant, cpu_of_constant = bench.load(server, bench.constant())
            check, cpu_of_check = bench.load(server, bench.addresses(bench.codes))
            shares.append(check.per_second / constant.per_second)
            cpu.append((cpu_of_check, cpu_of_constant))
            checks.append(check)
            constants.append(constant)
        memory, workers = server.megabytes, len(server.workers)
    queries = json.loads(
        run_python("tests.bench.data", "queries", bench.codes,
                   url=bench.databases.filled(bench.codes))
    )  # fmt: skip
    return [
        Figure("checks, as a share of the constant view's requests", median(shares), least=0.5),
        Figure("the same by the workers' CPU", median(b / a for a, b in cpu)),
        Figure("checks", median(load.per_second for load in checks), "a second"),
        Figure("constant view", median(load.per_second for load in constants), "a second"),
        Figure("check, half of them within", median(load.p50 for load in checks), "ms"),
        Figure("check, 99 of 100 within", median(load.p99 for load in checks), "ms"),
        Figure("CPU of a check", median(a for a, _ in cpu), "ms"),
        Figure("CPU of the constant view", median(b for _, b in cpu), "ms"),
        Figure("workers", workers),
        Figure("memory of a worker", memory, "MB"),
        Figure("queries of a check", queries["warm"], most=3),
        Figure("queries of a check after a change", queries["after_a_change"], most=3),
    ]


def in_turns(bench: Bench, name: str, few: tuple[int, int], many: tuple[int, int]) -> list[Figure]:
    """The time of a check over one database as a multiple of that over another."""
    times, cpu = [], []
    with (
        Server(bench.databases.in_memory(*few), bench.folder) as of_few,
        Server(bench.databases.in_memory(*many), bench.folder) as of_many,
    ):
        for server, (codes, _) in ((of_few, few), (of_many, many)):
            bench.load(server, bench.addresses(codes))  # warm
        for _ in range(bench.rounds):
            first, cpu_of_first = bench.load(of_few, bench.addresses(few[0]))
            second, cpu_of_second = bench.load(of_many, bench.addresses(many[0]))
            times.append(first.per_second / second.per_second)
            cpu.append(cpu_of_second / cpu_of_first)
    return [
        Figure(f"{name}: time of a check", median(times), "times", most=1.2),
        Figure(f"{name}: CPU of a check", median(cpu), "times"),
    ]


def size(bench: Bench) -> list[Figure]:
    few, many = max(bench.codes // 100, 100), bench.codes * 10
    names = [f"bench_{codes}_10" for codes in (few, many)]
    grown = bench.databases.bytes_of(names[1]) - bench.databases.bytes_of(names[0])
    return [Figure("database", grown / (many - few), "bytes a code")]


# import -------------------------------------------------------------------------------------------


def import_(bench: Bench) -> list[Figure]:
    bench.databases.filled(1000)
    figures = []
    for order in ("in order", "shuffled"):
        path = bench.folder / "codes.csv"
        data.write_list(path, bench.codes, shuffled=order == "shuffled")
        loads = [load(bench, path) for _ in range(bench.rounds)]
        ratios = [ours["seconds"] / theirs for ours, theirs in loads]
        figures += [
            Figure(f"loading, {order}, against the database's own", median(ratios), "times", 2),
            Figure(f"loading, {order}", bench.codes / median(a["seconds"] for a, _ in loads),
                   "codes a second"),
            Figure(f"memory of loading, {order}", median(a["megabytes"] for a, _ in loads), "MB"),
        ]  # fmt: skip
    return [*figures, memory_of_a_tenth(bench)]


def load(bench: Bench, path: Path) -> tuple[dict, float]:
    """One load by the site and one by the database alone, each into a fresh database."""
    theirs = load_by_database(bench, path)
    url = bench.databases.create("bench_load", like="bench_1000_10")
    return json.loads(run_python("tests.bench.data", "load", path, url=url)), theirs


def memory_of_a_tenth(bench: Bench) -> Figure:
    path = bench.folder / "codes.csv"
    data.write_list(path, bench.codes // 10)
    return Figure("memory of loading a tenth", load(bench, path)[0]["megabytes"], "MB")


def load_by_database(bench: Bench, path: Path) -> float:
    """Seconds that the database's own tool takes for the file, into a table with a key."""
    table = "CREATE TABLE plain_codes (code VARCHAR(40) PRIMARY KEY)"
    url = bench.databases.create("bench_plain")
    if bench.databases.is_sqlite:
        began = time.perf_counter()
        subprocess.run(
            [SQLITE3, url.removeprefix("sqlite:///"), table, ".mode csv",
             f".import --skip 1 {path} plain_codes"],
            check=True,
        )  # fmt: skip
        return time.perf_counter() - began
    import environ
    import psycopg

    found = environ.Env.db_url_config(url)
    parts = {"host": found["HOST"], "user": found["USER"], "password": found["PASSWORD"]}
    with psycopg.connect(**parts, dbname=found["NAME"], port=found["PORT"] or 5432) as connection:
        connection.execute(table)
        began = time.perf_counter()
        with (
            path.open("rb") as file,
            connection.cursor().copy("COPY plain_codes FROM STDIN (FORMAT csv, HEADER)") as copy,
        ):
            while block := file.read(1 << 16):
                copy.write(block)
        connection.commit()
        return time.perf_counter() - began


# pages --------------------------------------------------------------------------------------------


class Needs(HTMLParser):
    """It says what a browser asks for beside the page itself, but for the favicon."""

    def __init__(self):
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        values = dict(attrs)
        is_fetched = tag in ("script", "img", "iframe", "source", "video", "audio", "embed")
        if tag == "link" and values.get("rel") in ("stylesheet", "preload", "modulepreload"):
            is_fetched = True
        if is_fetched and (address := values.get("src") or values.get("href")):
            self.found.append(address)


def pages(bench: Bench) -> list[Figure]:
    """Bytes as they go over the wire, and requests, of the largest of each page's languages."""
    checks = {}
    for address, wanted in data.mix(bench.codes, 1):
        checks.setdefault(wanted, address.removeprefix("/en").removeprefix("/fr")
                          .removeprefix("/es"))  # fmt: skip
        if len(checks) == len(data.KINDS):
            break
    names = ["", "code/", "message/", "contact/", "disposal/", "recalls/"]
    slugs = ["anker-a3102-australia-2024", "audio-technica-ath-sq1tw2-2024"]
    names += [f"recalls/{slug}/{end}" for slug in slugs for end in ("", "poster/")]
    more = ["check/?sn=A3102", "check/?sn=ACC?RU", "check/?sn=2321&product=ATH-SQ1TW2",
            "check/?sn=ACCJRU1D16400700&product=A3102"]  # fmt: skip
    found = {}
    with Server(bench.databases.filled(bench.codes), bench.folder) as server:
        for name in [*(f"/{name}" for name in [*names, *more]), *checks.values()]:
            found[name] = max(weight(server, f"/{language}{name}") for language in LANGUAGES)
    largest = max(found.values())
    return [
        Figure("largest page", largest[0], "bytes", most=10 * 1024),
        Figure("requests of a page", max(requests for _, requests in found.values()), most=1),
        *(Figure(name, size, "bytes") for name, (size, _) in found.items()),
    ]


LANGUAGES = ("en", "fr", "es")


def weight(server: Server, address: str) -> tuple[int, int]:
    status, body, headers = server.get(address)
    if status != 200:
        raise RuntimeError(f"{address}: {status}")
    text = gzip.decompress(body) if headers.get("Content-Encoding") == "gzip" else body
    needs = Needs()
    needs.feed(text.decode())
    return len(body), 1 + len(needs.found)


# rate, loading, overload --------------------------------------------------------------------------


def rate(bench: Bench, each_second: int = 600, seconds: int = 60) -> list[Figure]:
    """So many checks a second, cold at the start, each answer looked at."""
    with Server(bench.databases.filled(bench.codes), bench.folder) as server:
        seen = traffic.gather(traffic.start_paced(server.port, bench.codes, each_second, seconds))
    return [
        Figure("checks answered", seen.answered, f"at {each_second} a second"),
        Figure("answers with an error, or none", seen.refused + seen.broken, most=0),
        Figure("asked again, as the server had just closed the connection", seen.asked_again),
        Figure("wrong answers", len(seen.wrong), most=0),
        Figure("half of the answers within", seen.percentile(0.5), "ms"),
        Figure("99 of 100 answers within", seen.percentile(0.99), "ms", most=100),
        Figure("999 of 1,000 answers within", seen.percentile(0.999), "ms"),
    ]


def loading(bench: Bench) -> list[Figure]:
    """Checks in quiet, then the same while a file is loaded and staff sign in and save."""
    path = bench.folder / "codes.csv"
    data.write_list(path, bench.codes)
    rounds = [load_meanwhile(bench, path) for _ in range(bench.rounds)]
    quiet, busy = traffic.Paced(), traffic.Paced()
    for each in rounds:
        quiet.add(each["quiet"])
        busy.add(each["busy"])
    saves = [seconds for each in rounds for seconds in each["saved"]["seconds"]]
    failures = [failure for each in rounds for failure in each["saved"]["failures"]]
    return [
        Figure("99 of 100 checks in quiet", quiet.percentile(0.99), "ms"),
        Figure("99 of 100 checks while loading", busy.percentile(0.99), "ms"),
        Figure("while loading against quiet", busy.percentile(0.99) / quiet.percentile(0.99),
               "times", most=2),
        Figure("half of the checks in quiet", quiet.percentile(0.5), "ms"),
        Figure("half of the checks while loading", busy.percentile(0.5), "ms"),
        Figure("checks while loading", len(busy.milliseconds)),
        Figure("checks with an error, or none", busy.refused + busy.broken, most=0),
        Figure("wrong answers", len(busy.wrong), most=0),
        Figure("loading took", median(each["took"] for each in rounds), "seconds"),
        Figure("saves by staff meanwhile", len(saves), least=1),
        Figure("slowest of them", max(saves, default=None), "seconds"),
        Figure("saves that failed", len(failures), most=0),
        Figure("“database is locked” in the log", sum(each["locked"] for each in rounds), most=0),
    ]  # fmt: skip


def load_meanwhile(bench: Bench, path: Path, each_second: int = 100) -> dict:
    """One file into a new copy of the database."""
    bench.databases.filled(bench.codes)
    url = bench.databases.create("bench_loading", like=f"bench_{bench.codes}_10")
    with Server(url, bench.folder) as server:

        def checks(seconds: float):
            return traffic.start_paced(server.port, bench.codes, each_second, seconds)

        traffic.gather(checks(3))  # warm
        quiet = traffic.gather(checks(bench.seconds))
        running = checks(bench.seconds)
        time.sleep(2)  # until the first of them has come
        loader, staff = (
            subprocess.Popen(
                [sys.executable, "-m", "tests.bench.data", *arguments],
                cwd=ROOT, env=environment(url), stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, text=True,
            )
            for arguments in (("load", str(path)), ("staff",))
        )  # fmt: skip
        busy = traffic.gather(running)
        while loader.poll() is None:
            busy.add(traffic.gather(checks(bench.seconds)))
        staff.send_signal(signal.SIGTERM)
        saved = json.loads(staff.communicate(timeout=60)[0])
        done = json.loads(loader.communicate()[0])
        log = server.log.read_text()
    return {
        "quiet": quiet,
        "busy": busy.between(done["began"], done["ended"]),
        "took": done["seconds"],
        "saved": saved,
        "locked": log.count("is locked"),
    }


def overload(bench: Bench, connections: int = 3000) -> list[Figure]:
    """Visitors ask on thousands of connections at once, through nginx as site_config/README.md
    shows it but for TLS and its limit by address; some more are looked at one by one."""
    url = bench.databases.filled(bench.codes)
    with tempfile.TemporaryDirectory() as place:  # a socket's path has a length limit
        folder = Path(place)
        limits = re.findall(r"(?m)^    limit_(?:req|conn) .*\n", example("nginx"))
        proxy = Proxy(folder, {" ssl http2;": " backlog=4096;", **dict.fromkeys(limits, "")})
        run_python("django", "write_fallback_pages", proxy.fallback, url=url)
        with Server(url, bench.folder, proxy.public_socket), proxy:
            proxy.public_socket.chmod(0o666)  # systemd's unit gives it to nginx's group

            def some(seconds: float):
                return traffic.start_paced(proxy.tls, bench.codes, 20, seconds)

            before = traffic.gather(some(10))
            paths = bench.addresses(bench.codes, 20_000)
            running = some(bench.seconds)
            crowd = traffic.wrk(proxy.tls, paths, bench.seconds + 2, connections)
            ended = time.time()
            during = traffic.gather(running)
            after = traffic.gather(some(10))
    answered = (crowd.requests - crowd.refused) / (bench.seconds + 2)
    late = [due - ended for due, took in zip(after.due, after.milliseconds, strict=True)
            if took > 100]  # fmt: skip
    return [
        Figure("connections", connections),
        Figure("answers to the crowd", answered, "a second"),
        Figure(
            "refusals to the crowd, by the file", crowd.refused / (bench.seconds + 2), "a second"
        ),
        Figure("connections broken or timed out", crowd.broken),
        Figure("half of the others answered within", during.percentile(0.5), "ms"),
        Figure("99 of 100 of the others answered within", during.percentile(0.99), "ms"),
        Figure("others answered", during.answered),
        Figure("others refused", during.refused),
        Figure("others broken", during.broken),
        Figure("wrong answers", sum(len(seen.wrong) for seen in (before, during, after)), most=0),
        Figure("errors afterwards", after.refused + after.broken, most=0),
        Figure("normal again (within 100 ms) after", max(late, default=0), "seconds", most=5),
    ]


# The run ------------------------------------------------------------------------------------------

PARTS = {
    "serve": serve,
    "import": import_,
    "pages": pages,
    "rate": rate,
    "loading": loading,
    "overload": overload,
}


def machine(databases: Databases) -> dict[str, str | int]:
    if databases.is_sqlite:
        database = f"SQLite {sqlite3.sqlite_version}"
    else:
        database = "PostgreSQL " + databases.sql("SHOW server_version")[0][0]
    model = re.search(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text())
    return {
        "cores": os.cpu_count(),
        "processor": model[1] if model else platform.machine(),
        "python": platform.python_version(),
        "django": metadata.version("django"),
        "gunicorn": metadata.version("gunicorn"),
        "database": database,
    }


@contextlib.contextmanager
def databases(url: str, keep: bool) -> Iterator[Databases]:
    """SQLite's files lie in a temporary folder, or in that of the URL."""
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        named = Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None
        folder = (named if named.is_dir() else named.parent) if named else Path(scratch)
        found = Databases(url, folder, keep)
        try:
            yield found
        finally:
            found.close()


def arguments() -> argparse.Namespace:
    first, *rest = __doc__.split("\n\n")
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description=first,
        epilog="\n\n".join(rest[1:]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("part", nargs="?", choices=PARTS, help="all of them unless one is named")
    parser.add_argument("--codes", type=int, default=1_000_000, help="1,000,000 unless stated")
    parser.add_argument("--database", default="", help="SQLite in a temporary folder unless stated")
    parser.add_argument("--rounds", type=int, default=5, help="of each comparison, 5 unless stated")
    parser.add_argument("--seconds", type=int, default=8, help="of a round, 8 unless stated")
    parser.add_argument("--keep", action="store_true", help="leave the databases, and use them")
    parser.add_argument("--json", action="store_true", help="one object with every figure")
    return parser.parse_args()


def main() -> None:
    asked = arguments()
    result = {}
    with databases(asked.database, asked.keep) as found, tempfile.TemporaryDirectory() as scratch:
        run_python("django", "collectstatic", "--no-input", "-v0", url="sqlite:///unused")
        bench = Bench(asked.codes, found, Path(scratch), asked.rounds, asked.seconds)
        on = machine(found)
        if not asked.json:
            print(", ".join(f"{name} {value}" for name, value in on.items()))
        for name in [asked.part] if asked.part else PARTS:
            figures = PARTS[name](bench)
            result[name] = [{**asdict(figure), "is_met": figure.is_met} for figure in figures]
            if not asked.json:
                print(f"{name}:", *figures, sep="\n", flush=True)
    if asked.json:
        print(json.dumps({"machine": on, "codes": asked.codes, **result}))


if __name__ == "__main__":
    main()
