"""Visitors for the bench: as many as the site takes (wrk), or so many a second (our own)."""

import asyncio
import contextlib
import gzip
import json
import math
import re
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from pathlib import Path

from tests.bench import data

HEADERS = {"X-Forwarded-Proto": "https", "Accept-Encoding": "gzip"}
SECONDS_OF_PATIENCE = 10


@dataclass(frozen=True)
class Load:
    """It says what wrk saw; times in milliseconds. `refused`: answers other than 200 and 3xx."""

    requests: int
    per_second: float
    p50: float
    p99: float
    refused: int
    broken: int


def wrk(port: int, paths: Path, seconds: int, connections: int = 32) -> Load:
    """Load the site with the addresses of a file, one after the other."""
    headers = [f"-H{name}: {value}" for name, value in HEADERS.items()]
    output = subprocess.run(
        [
            *(
                "wrk",
                "-t1",
                f"-c{connections}",
                f"-d{seconds}s",
                "--latency",
                "--timeout=10s",
                *headers,
            ),
            *("-s", "tests/bench/bench.lua", f"http://127.0.0.1:{port}", "--", str(paths)),
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    line = re.search(r"^FIGURES (.*)$", output, re.MULTILINE)[1]
    requests, micros, p50, p99, refused, broken, asked, there_are = map(int, line.split())
    if asked > there_are > 1:
        raise RuntimeError(f"{paths} has too few lines: {asked} were asked for.")
    return Load(requests, requests * 1e6 / micros, p50 / 1000, p99 / 1000, refused, broken)


# So many a second ---------------------------------------------------------------------------------


@dataclass
class Paced:
    """It says what came of checks at fixed times. Milliseconds, counted from the time when each
    was due, so that a stall counts for every visitor who would have met it."""

    due: list[float] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)
    answered: int = 0
    wrong: list[str] = field(default_factory=list)
    refused: int = 0
    broken: int = 0
    asked_again: int = 0

    def add(self, other: "Paced") -> None:
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)

    def between(self, began: float, ended: float) -> "Paced":
        """Only the times of those that were due then; what went wrong at any time stays."""
        times = zip(self.due, self.milliseconds, strict=True)
        inside = [pair for pair in times if began <= pair[0] <= ended]
        due, milliseconds = map(list, zip(*inside, strict=True)) if inside else ([], [])
        return replace(self, due=due, milliseconds=milliseconds)

    def percentile(self, share: float) -> float:
        """It is of those answered; endless where nothing was."""
        ordered = sorted(self.milliseconds) or [math.inf]
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


PANEL = re.compile(rb'<div class="panel ([a-z-]+)">')


def outcome(page: bytes) -> str:
    """The verdict that a result page shows."""
    if b'aria-invalid="true"' in page:
        return "form_error"
    found = PANEL.search(page)
    return found[1].decode().replace("-", "_") if found else ""


@dataclass(slots=True)
class Visit:
    """One check: what is asked, the outcome it must have, when it is due, and what came."""

    address: str
    wanted: str
    due: float
    answer: bytes = b""
    took: float = 0

    @property
    def request(self) -> bytes:
        lines = [f"GET {self.address} HTTP/1.1", "Host: 127.0.0.1"]
        lines += [f"{name}: {value}" for name, value in HEADERS.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


class Connection(asyncio.Protocol):
    """A connection that is kept from one visit to the next."""

    def __init__(self, visitors: "Visitors", visit: Visit):
        self.visitors, self.visit = visitors, visit
        self.received = bytearray()
        self.is_new = True

    def connection_made(self, transport) -> None:
        self.transport = transport
        self.transport.write(self.visit.request)

    def ask(self, visit: Visit) -> None:
        self.visit, self.is_new = visit, False
        self.received.clear()
        self.transport.write(visit.request)

    def data_received(self, data: bytes) -> None:
        self.received += data
        head, gap, body = self.received.partition(b"\r\n\r\n")
        if self.visit is None or not gap or len(body) < _length_of_body(head):
            return
        self.visit.answer, self.visit.took = bytes(self.received), time.time() - self.visit.due
        self.visit = None
        if re.search(rb"(?i)\r\nconnection: close", head):
            self.transport.close()
        else:
            self.visitors.free.append(self)

    def connection_lost(self, error) -> None:
        if self in self.visitors.free:
            self.visitors.free.remove(self)
        # Closed while this was on its way: browsers and proxies ask again (RFC 9112, 9.3).
        if self.visit and not self.received and not self.is_new:
            self.visitors.asked_again += 1
            self.visitors.connect(self.visit)


def _length_of_body(head: bytes) -> int:
    return int(re.search(rb"(?i)\r\ncontent-length: (\d+)", head)[1])


class Visitors:
    """Open-loop: a request leaves when it is due, on a free connection or on a new one. They share
    the processor with the site, so what must be asked is written down before the first one comes,
    and the answers are read after the last."""

    def __init__(self, port: int):
        self.port = port
        self.free: list[Connection] = []
        self.coming: set[asyncio.Task] = set()
        self.asked_again = 0

    async def come(self, visits: list[Visit]) -> None:
        for visit in visits:
            if (early := visit.due - time.time()) > 0:
                await asyncio.sleep(early)
            if self.free:
                self.free.pop().ask(visit)
            else:
                self.connect(visit)
        late = visits
        while late and time.time() < visits[-1].due + SECONDS_OF_PATIENCE:
            late = [visit for visit in late if not visit.answer]
            await asyncio.sleep(0.1)

    def connect(self, visit: Visit) -> None:
        task = asyncio.get_running_loop().create_task(self._connect(visit))
        self.coming.add(task)
        task.add_done_callback(self.coming.discard)

    async def _connect(self, visit: Visit) -> None:
        with contextlib.suppress(OSError):  # it stays without an answer
            loop = asyncio.get_running_loop()
            await loop.create_connection(lambda: Connection(self, visit), "127.0.0.1", self.port)


def look_at(visits: list[Visit]) -> Paced:
    """What came of the visits. One that took too long is as good as none."""
    seen = Paced()
    for visit in visits:
        if not visit.answer or visit.took > SECONDS_OF_PATIENCE:
            seen.broken += 1
            continue
        head, _, body = visit.answer.partition(b"\r\n\r\n")
        if head.split()[1] != b"200":
            seen.refused += 1
            continue
        seen.answered += 1
        seen.due.append(visit.due)
        seen.milliseconds.append(visit.took * 1000)
        is_packed = re.search(rb"(?i)\r\ncontent-encoding: gzip", head)
        given = outcome(gzip.decompress(body) if is_packed else body)
        if given != visit.wanted:
            seen.wrong.append(f"{visit.address}: {given}, not {visit.wanted}")
    return seen


def start_paced(port: int, codes: int, rate: float, seconds: float) -> subprocess.Popen:
    """They come as soon as they know what to ask; `gather` waits for the end."""
    arguments = (port, codes, rate, seconds)
    return subprocess.Popen(
        [sys.executable, "-m", "tests.bench.traffic", *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
    )


def gather(running: subprocess.Popen) -> Paced:
    output, _ = running.communicate()
    seen = Paced(**json.loads(output))
    for line in seen.wrong:
        print(f"wrong answer: {line}", file=sys.stderr)
    return seen


def main(port: int, codes: int, rate: float, seconds: float) -> None:
    mix = [*islice(data.mix(codes, time.time_ns()), int(rate * seconds))]
    start = time.time() + 0.5
    visits = [Visit(*asked, start + turn / rate) for turn, asked in enumerate(mix)]
    visitors = Visitors(port)
    asyncio.run(visitors.come(visits))
    seen = look_at(visits)
    seen.asked_again = visitors.asked_again
    print(json.dumps(asdict(seen)))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), *map(float, sys.argv[3:]))
