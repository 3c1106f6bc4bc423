"""Measures how fast the site answers and loads, as ratios on this machine.

    python -m tests.bench [serve|import|pages|notices|rate|loading|overload] [--codes N]
                          [--database URL] [--json] [--rounds N] [--seconds N] [--keep]

serve     checks against a one-line view and a plain one in the same server; 1,000 times as many
          codes; 100 times as many rules
import    reading, validating and loading a file, against what the database itself can do
pages     the bytes and requests of each public page
notices   pages, checks, publications and staff's pages with 3,000 notices
rate      600 checks a second for a minute
loading   checks, and staff who save, while a file is being loaded
overload  far more visitors than the site can answer, and the seconds after

Without a name all of them. Each figure is a ratio against a reference of the same run where that
is possible, taken in turns, and the median counts. It needs wrk, and sqlite3 for `import`.
"""

import argparse
import contextlib
import json
import os
import platform
import re
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from statistics import median

from tests.bench import data
from tests.bench.loads import loading, overload, rate
from tests.bench.notices import notices
from tests.bench.pages import pages
from tests.bench.servers import SQLITE3, Bench, Databases, Figure, Server, run_python

# serve --------------------------------------------------------------------------------------------


def serve(bench: Bench) -> list[Figure]:
    small = max(bench.codes // 100, 100)
    return [
        *against_constant(bench),
        against_plain(bench),
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
        Figure(
            "checks, as a share of the constant view's requests",
            median(shares),
        ),
        Figure("the same by the workers' CPU", median(b / a for a, b in cpu)),
        Figure("checks", median(load.per_second for load in checks), "a second"),
        Figure("constant view", median(load.per_second for load in constants), "a second"),
        Figure("check, half of them within", median(load.p50 for load in checks), "ms"),
        Figure("check, 99 of 100 within", median(load.p99 for load in checks), "ms"),
        Figure("CPU of a check", median(a for a, _ in cpu), "ms"),
        Figure("CPU of the constant view", median(b for _, b in cpu), "ms"),
        Figure("workers", workers),
        Figure("memory of a worker", memory, "MB"),
        Figure("queries of a check that searches for slips", queries["warm"], most=4),
        Figure("the same after a change", queries["after_a_change"], most=4),
    ]


def against_plain(bench: Bench) -> Figure:
    """Requests a second of checks as a multiple of those of a view as one would write it first."""
    times = []
    with Server(bench.databases.filled(bench.codes), bench.folder) as server:
        bench.load(server, bench.addresses(bench.codes))  # warm
        for _ in range(bench.rounds):
            plain, _ = bench.load(server, bench.plain(bench.codes))
            check, _ = bench.load(server, bench.addresses(bench.codes))
            times.append(check.per_second / plain.per_second)
    return Figure("checks, against a plain view of Django", median(times), "times", least=4)


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
            Figure(f"loading, {order}, against the database's own", median(ratios), "times", 4),
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


# The run ------------------------------------------------------------------------------------------

PARTS = {
    "serve": serve,
    "import": import_,
    "pages": pages,
    "notices": notices,
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
        "granian": metadata.version("granian"),
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
