"""The bytes and requests of each public page."""

import gzip
from html.parser import HTMLParser

from tests.bench import data
from tests.bench.servers import Bench, Figure, Server


class Needs(HTMLParser):
    """It says what a browser asks for beside the page itself, but for the favicon and pictures that
    it loads when somebody scrolls to them."""

    def __init__(self):
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        values = dict(attrs)
        is_fetched = tag in ("script", "img", "iframe", "source", "video", "audio", "embed")
        if tag == "link" and values.get("rel") in ("stylesheet", "preload", "modulepreload"):
            is_fetched = True
        is_lazy = values.get("loading") == "lazy"
        if is_fetched and not is_lazy and (address := values.get("src") or values.get("href")):
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
