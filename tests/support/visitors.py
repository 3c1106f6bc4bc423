"""Visitors who keep checking codes while something fails, and what each of them saw."""

import http.client
import threading
import time
from collections import Counter
from dataclasses import dataclass

from tests.support.servers import Site

# What the site must say of each, whatever happens: this, or that it cannot say.
ASKED = {
    "/en/check/?sn=EXA2024110007919": "Stop using this",  # listed
    "/en/check/?sn=ACCJRU1D16400841": "Stop using this",  # by a rule
    "/en/check/?sn=EXA202411001583B": "Check the code again",  # misread
    "/en/check/?sn=EXA7777777777777&product=EX100": "This code is not on the list",
}
PAGES = {"/en/": 'name="sn"', "/fr/recalls/": "BPD005"}
ADVICE = ("Switch it off and unplug it", "Éteignez-le et débranchez-le", "Apáguelo y desench")
SAME_AGAIN = 0.02  # seconds between two checks of one visitor


@dataclass(frozen=True)
class Sight:
    """It says what one visitor saw: `kind` is answered, 503, cut off or WRONG; seconds on the
    clock."""

    kind: str
    path: str
    asked_at: float
    seconds: float
    page: str = ""


class Visitors:
    """They ask for as long as the `with` lasts, each for one code, from threads of their own.

    `others`: more answers that are right by path, where the test itself changes them.
    """

    def __init__(self, site: Site, others: dict[str, str] | None = None, asked=ASKED):
        self.site, self.others, self.asked = site, others or {}, asked
        self.sights: list[Sight] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=[path]) for path in asked]

    def __enter__(self) -> "Visitors":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=60)

    def _ask(self, path: str) -> None:
        while not self._stop.is_set():
            began = time.monotonic()
            kind, page = self._see(path)
            self.sights.append(Sight(kind, path, began, time.monotonic() - began, page))
            time.sleep(SAME_AGAIN)

    def _see(self, path: str) -> tuple[str, str]:
        line = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=20)
        try:
            line.request("GET", path)
            response = line.getresponse()
            page = response.read().decode()
        except (OSError, http.client.HTTPException):
            return "cut off", ""
        finally:
            line.close()
        right = [self.asked[path], *self.others.get(path, "").splitlines()]
        if response.status == 200 and any(words in page for words in right):
            return "answered", ""
        if response.status == 503 and all(words in page for words in ADVICE):
            return "503", ""
        return f"WRONG {response.status}", page

    @property
    def wrong(self) -> list[Sight]:
        return [sight for sight in self.sights if sight.kind.startswith("WRONG")]

    @property
    def kinds(self) -> Counter[str]:
        return Counter(sight.kind for sight in self.sights)

    @property
    def longest(self) -> float:
        """Seconds that anybody waited for whatever came."""
        return max(sight.seconds for sight in self.sights)

    def since(self, moment: float) -> list[Sight]:
        return [sight for sight in self.sights if sight.asked_at >= moment]

    def wait_until_normal(self, moment: float, limit: float = 30) -> float:
        """Seconds from that moment until each of them was answered, and none was refused again;
        fails after the limit."""
        while time.monotonic() < moment + limit:
            first = {}
            for sight in self.since(moment):
                if sight.kind == "answered":
                    first.setdefault(sight.path, sight.asked_at + sight.seconds)
            if len(first) == len(self.asked):
                normal = max(first.values())
                self.wait_for("answered", 20)
                later = {sight.kind for sight in self.since(normal)}
                assert later == {"answered"}, later
                return normal - moment
            time.sleep(0.05)
        raise AssertionError(f"Not normal after {limit} seconds: {self.kinds}")

    def wait_for(self, kind: str = "", count: int = 8, limit: float = 30) -> None:
        """Until so many have seen this, or whatever they see, from now on."""
        began = time.monotonic()
        while time.monotonic() < began + limit:
            if sum(kind in ("", sight.kind) for sight in self.since(began)) >= count:
                return
            time.sleep(0.02)
        raise AssertionError(f"No {count} × {kind} within {limit} seconds: {self.kinds}")

    def __str__(self) -> str:
        return ", ".join(f"{number} {kind}" for kind, number in self.kinds.most_common())
