"""Checks at a steady rate, while a file is loaded, and with far too many visitors."""

import json
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from tests.bench import data, traffic
from tests.bench.servers import ROOT, Bench, Figure, Server, environment, run_python
from tests.support.proxy import Proxy, example


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


def proxy_without_limits(folder: Path) -> Proxy:
    limits = re.findall(r"(?m)^    limit_(?:req|conn) .*\n", example("nginx"))
    return Proxy(folder, {" ssl http2;": " backlog=4096;", **dict.fromkeys(limits, "")})


def overload(bench: Bench, connections: int = 3000) -> list[Figure]:
    """Visitors ask on thousands of connections at once, through nginx as site_config/README.md
    shows it but for TLS and its limit by address; some more are looked at one by one."""
    url = bench.databases.filled(bench.codes)
    with tempfile.TemporaryDirectory() as place:  # a socket's path has a length limit
        folder = Path(place)
        proxy = proxy_without_limits(folder)
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
