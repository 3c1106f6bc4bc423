"""Visitors for the bench: as many as the site takes (wrk), or so many a second (our own)."""

import asyncio
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


class Visitors:
    """Open-loop: a request leaves when it is due, on a free connection or on a new one."""

    def __init__(self, port: int):
        self.port = port
        self.free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self.seen = Paced()

    async def come(self, count: int, codes: int, rate: float, seed: int, start: float) -> Paced:
        tasks = []
        for turn, (address, wanted) in enumerate(islice(data.mix(codes, seed), count)):
            due = start + turn / rate
            await asyncio.sleep(max(0, due - time.time()))
            tasks.append(asyncio.create_task(self.ask(address, wanted, due)))
        await asyncio.gather(*tasks)
        for _, writer in self.free:
            writer.close()
        return self.seen

    async def ask(self, address: str, wanted: str, due: float) -> None:
        try:
            status, page = await asyncio.wait_for(self.get(address), SECONDS_OF_PATIENCE)
        except (OSError, EOFError, TimeoutError):
            self.seen.broken += 1
            return
        if status != 200:
            self.seen.refused += 1
            return
        self.seen.answered += 1
        self.seen.due.append(due)
        self.seen.milliseconds.append((time.time() - due) * 1000)
        given = outcome(page)
        if given != wanted:
            self.seen.wrong.append(f"{address}: {given}, not {wanted}")

    async def get(self, address: str) -> tuple[int, bytes]:
        while self.free:
            reader, writer = self.free.pop()
            if reader.at_eof():  # the server keeps no connection for ever
                writer.close()
                continue
            try:
                return await self.get_on(reader, writer, address)
            except asyncio.IncompleteReadError as error:
                # Closed while this was on its way: browsers and proxies ask again (RFC 9112, 9.3).
                if error.partial:
                    raise
                self.seen.asked_again += 1
                break
        return await self.get_on(*await self.connect(), address)

    async def get_on(self, reader, writer, address: str) -> tuple[int, bytes]:
        try:
            lines = [f"GET {address} HTTP/1.1", "Host: 127.0.0.1"]
            lines += [f"{name}: {value}" for name, value in HEADERS.items()]
            writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(re.search(rb"(?i)\r\ncontent-length: (\d+)", head)[1])
            body = await reader.readexactly(length)
        except BaseException:
            writer.close()
            raise
        if re.search(rb"(?i)\r\nconnection: close", head):
            writer.close()
        else:
            self.free.append((reader, writer))
        is_packed = re.search(rb"(?i)\r\ncontent-encoding: gzip", head)
        return int(head.split()[1]), gzip.decompress(body) if is_packed else body

    async def connect(self):
        return await asyncio.open_connection("127.0.0.1", self.port)


def start_paced(port: int, codes: int, rate: float, seconds: float, processes: int = 2):
    """Begin a second from now; `gather` waits for the end."""
    start = time.time() + 1.5
    share = rate / processes
    return [
        subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.bench.traffic", str(port), str(codes), str(share)),
                *(str(int(share * seconds)), str(time.time_ns() + turn), str(start)),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        for turn in range(processes)
    ]


def gather(running: list[subprocess.Popen]) -> Paced:
    whole = Paced()
    for process in running:
        output, _ = process.communicate()
        whole.add(Paced(**json.loads(output)))
    return whole


def main(port: str, codes: str, rate: str, count: str, seed: str, start: str) -> None:
    visitors = Visitors(int(port))
    seen = asyncio.run(visitors.come(int(count), int(codes), float(rate), int(seed), float(start)))
    print(json.dumps(asdict(seen)))


if __name__ == "__main__":
    main(*sys.argv[1:])
