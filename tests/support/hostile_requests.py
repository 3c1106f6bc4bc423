"""Requests that an attacker would send, made of choices that hypothesis or a seed takes.

`MARK` stands in each piece of markup, so that a page shows at once what became of it.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from urllib.parse import quote, quote_from_bytes, unquote_to_bytes

from hypothesis import strategies as st

from tests.support.hostile_texts import CODES, HEADER_VALUES, HEADERS, INJECTIONS, MARK, MARKUP
from tests.support.languages import SHOWN


@dataclass(frozen=True)
class HostileRequest:
    """`path` and `query` are what stands in the request line, percent characters and all."""

    method: str = "GET"
    path: str = "/"
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def environ(self) -> dict:
        """As a WSGI server hands it on."""
        return {
            "REQUEST_METHOD": self.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": _unquoted(self.path),
            "QUERY_STRING": self.query,
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "testserver",
            "CONTENT_LENGTH": str(len(self.body)),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(self.body),
            "wsgi.version": (1, 0),
            "wsgi.errors": BytesIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
            **self.headers,
        }


def _unquoted(path: str) -> str:
    return unquote_to_bytes(path).decode("latin-1")


class Choices:
    """This is where the choices come from."""

    def __init__(self, pick: Callable[[Sequence], object], text: Callable[[], str]):
        self.pick = pick
        self.text = text

    def chance(self, of: int) -> bool:
        return self.pick(range(of)) == 0


def seeded(seed: int) -> Choices:
    rng = random.Random(seed)

    def text() -> str:
        top = rng.choice([0x7F, 0xFF, 0x2FF, 0xFFFF, 0x10FFFF])
        return "".join(chr(rng.randint(0, top)) for _ in range(rng.randint(0, 20)))

    return Choices(rng.choice, text)


@st.composite
def drawn(draw) -> HostileRequest:
    return request(Choices(lambda options: draw(st.sampled_from(options)), lambda: draw(st.text())))


def request(choices: Choices) -> HostileRequest:
    """One request of any kind."""
    kinds = [check, check, check, listing, page, any_path, other_method, staff]
    made = choices.pick(kinds)(choices)
    if choices.chance(2):
        made = HostileRequest(
            made.method, made.path, made.query, {**made.headers, **headers(choices)}, made.body
        )
    return made


# Parts ------------------------------------------------------------------------------------------


def value(choices: Choices) -> str:
    """Return what may stand in a field: a code, a piece of an attack, random text, or two of
    them."""
    sources = [CODES, MARKUP, INJECTIONS]
    pieces = []
    for _ in range(choices.pick([1, 1, 1, 2])):
        source = choices.pick([*sources, None])
        pieces.append(choices.pick(source) if source else choices.text())
    return choices.pick(["", " ", "-"]).join(pieces)


def parameter(choices: Choices, name: str, text: str) -> str:
    how = choices.pick(["quoted"] * 6 + ["plus", "broken", "latin", "half"])
    raw = text.encode("utf-8", "surrogatepass")
    if how == "quoted":
        text = quote_from_bytes(raw, safe="")
    elif how == "plus":
        text = quote(raw, safe="").replace("%20", "+")
    elif how == "broken":
        text = quote(raw, safe="") + choices.pick(["%", "%zz", "%f", "%u0041", "%ff%fe", "%c0%af"])
    elif how == "latin":
        text = quote(text.encode("latin-1", "replace"), safe="")
    else:
        text = quote(raw[: len(raw) // 2 + 1], safe="")
    return f"{name}={text}"


def query(choices: Choices, names: Sequence[str]) -> str:
    parts = [parameter(choices, name, value(choices)) for name in names]
    extra = choices.pick(["", "", "", "same", "many", "junk"])
    if extra == "same" and parts:
        parts.append(parameter(choices, names[0], value(choices)))
    elif extra == "many":
        parts += [f"{MARK}{number}=1" for number in range(1200)]
    elif extra == "junk":
        parts.append(choices.pick(["&&&", "=", f"{MARK}", "sn", "[]=1", ";sn=1", "sn[]=1"]))
    return "&".join(parts)


def headers(choices: Choices) -> dict[str, str]:
    """WSGI servers hand headers on as Latin-1, and no line breaks or NUL with them."""
    found = {}
    for _ in range(choices.pick([1, 1, 2, 3])):
        name, text = choices.pick(HEADERS), choices.pick([*HEADER_VALUES, None, None])
        if text is None:
            text = value(choices)
        raw = text.encode("utf-8", "surrogatepass").decode("latin-1")
        found[name] = raw.translate({0: None, 10: None, 13: None})
    return found


# Kinds ------------------------------------------------------------------------------------------

SLUGS = [
    "training-example-audio",
    "belkin-bpd005-2024",
    "nothing",
    "-",
    "_",
    "a" * 300,
    "a/b",
    "..",
    "%2e%2e",
    "%00",
    "training-example-audio%00",
    "training-example-audio.css",
    "TRAINING-EXAMPLE-AUDIO",
    f"%3C{MARK}%3E",
    "%ff%fe",
    "%E2%80%AE",
    "1%20OR%201=1",
]
PATHS = [
    "/",
    "//",
    "///",
    f"//{MARK}.example",
    f"//{MARK}.example/",
    f"//{MARK}.example/%2e%2e",
    f"/en//{MARK}.example",
    f"/en//{MARK}.example/",
    f"/en/%5C%5C{MARK}.example",
    f"/%5C{MARK}.example",
    f"/%09/{MARK}.example",
    f"/fr/https://{MARK}.example/",
    f"/check//{MARK}.example",
    f"/check/%0d%0aSet-Cookie:{MARK}=1",
    f"/%0d%0aLocation:%20https://{MARK}.example",
    "/en/check/x.css",
    "/en/check/;x.css",
    "/en/check;x.css",
    "/en/check/%3Fx.css",
    "/en/check%2Fx.css",
    "/en/check/..%2F..%2Fstatic%2Fx.css",
    "/en/check/.js",
    "/en/check//",
    "/en/check",
    "/EN/check/",
    "/en-us/check/",
    "/de/check/",
    "/xx/",
    "/en/recalls",
    "/recalls/",
    "/fr",
    "/sitemap.xml",
    "/sitemap.xml/",
    "/robots.txt",
    "/.well-known/security.txt",
    "/favicon.ico",
    "/en/recalls/feed/",
    "/fr/recalls/feed",
    "/static/../manage.py",
    "/static/%2e%2e/manage.py",
    "/static/..%2f..%2f..%2fetc/passwd",
    "/static//etc/passwd",
    "/static/img/favicon.svg%00.png",
    "/static/",
    "/.git/config",
    "/.env",
    "/db.sqlite3",
    "/manage.py",
    "/health/",
    "/health/ready",
    "/__debug__/",
    "/admin/",
    "*",
    "",
    f"http://{MARK}.example/en/",
    "/%",
    "/%zz",
    "/%c0%af",
    "/%f0%28%8c%28",
    "/" + "a" * 4000,
    "/" + "a/" * 1000,
    "/en/" + "%2F" * 500,
    f"/01/09506000134352/21/{MARK}",
    f"/01/09506000134352/10/%0d%0aSet-Cookie:{MARK}=1/21/{MARK}",
    "/api/check",
    "/RestWebServices/Recall",
    "/jsi18n/",
    "/i18n/setlang/",
]
CHECK_FIELDS = ["sn", "product", "again", "confirmed", "cannot_tell", "cannot_type", "q"]
PRODUCTS = ["", "EX100", "A3102", "none", "NONE ", "ATH-SQ1TW2", "BPD005"]


def check(choices: Choices) -> HostileRequest:
    """A check: often of a code that can be cleared, so that a wrong answer had its chance."""
    path = choices.pick(["/{}/check/"] * 5 + ["/check/", "/{}/check"])
    path = path.format(choices.pick(SHOWN))
    if choices.chance(3):
        return HostileRequest(path=path, query=query(choices, choices.pick([["sn"], CHECK_FIELDS])))
    typed = choices.pick(CODES)
    how = choices.pick(["whole", "whole", "character", "transposition", "twice", "lower", "label"])
    place = choices.pick(range(len(typed) - 1))
    if how == "character":
        typed = typed[:place] + choices.pick("0OQD1IL2Z5S8B6GUV937") + typed[place + 1 :]
    elif how == "transposition":
        typed = typed[:place] + typed[place + 1] + typed[place] + typed[place + 2 :]
    elif how == "twice":
        typed = f"{typed} {choices.pick(CODES)}"
    elif how == "lower":
        typed = typed.lower()
    elif how == "label":
        typed = choices.pick(["SN: ", "S/N ", "Model EX100 SN: ", "sn"]) + typed
    named = choices.pick([*PRODUCTS, "EX100", "EX100", "EX100"])
    compared = f"compare.{typed}.EXA2024110007919"
    confirmed = choices.pick(["", typed, compared, value(choices)])
    again = choices.pick(["", typed, choices.pick(CODES)])
    parts = [("sn", typed), ("product", named), ("again", again), ("confirmed", confirmed)]
    quoted = [f"{name}={quote(text, safe='', errors='replace')}" for name, text in parts]
    return HostileRequest(path=path, query="&".join(quoted))


def listing(choices: Choices) -> HostileRequest:
    names = choices.pick([["q"], ["page"], ["q", "page"], ["page", "q", "sn"]])
    return HostileRequest(path=f"/{choices.pick(SHOWN)}/recalls/", query=query(choices, names))


def page(choices: Choices) -> HostileRequest:
    """Any other page, with a query that it does not ask for."""
    names = [
        "check/many/",
        "data/",
        "proof/",
        "",
        "code/",
        "message/",
        "contact/",
        "disposal/",
        "recalls/feed/",
        "recalls/{}/",
    ]
    name = choices.pick([*names, "recalls/{}/poster/"]).format(choices.pick(SLUGS))
    asked = query(choices, ["sn", "next"]) if choices.chance(2) else ""
    return HostileRequest(path=f"/{choices.pick(SHOWN)}/{name}", query=asked)


def any_path(choices: Choices) -> HostileRequest:
    path = choices.pick([*PATHS, None])
    if path is None:
        path = "/" + quote(choices.text().encode("utf-8", "surrogatepass"), safe="/")
    asked = query(choices, ["sn"]) if choices.chance(2) else ""
    return HostileRequest(path=path, query=asked)


METHODS = [
    "POST",
    "PUT",
    "DELETE",
    "PATCH",
    "OPTIONS",
    "TRACE",
    "HEAD",
    "CONNECT",
    "PROPFIND",
    "get",
]


def other_method(choices: Choices) -> HostileRequest:
    made = choices.pick([check, listing, page, any_path, staff])(choices)
    body = choices.pick([b"", made.query.encode("latin-1", "replace"), b"{" * 1000, b"\0\xff" * 99])
    kind = {"CONTENT_TYPE": "application/x-www-form-urlencoded"} if choices.chance(2) else {}
    return HostileRequest(choices.pick(METHODS), made.path, made.query, kind, body)


STAFF = [
    "",
    "login/",
    "logout/",
    "password_change/",
    "jsi18n/",
    "recalls/recall/",
    "recalls/recall/add/",
    "recalls/recall/1/change/",
    "recalls/recall/1/delete/",
    "recalls/recall/%00/change/",
    "recalls/recall/1'%20OR%201=1/change/",
    "auth/user/1/password/",
    "r/1/1/",
    f"//{MARK}.example/",
    f"{MARK}/",
    "autocomplete/",
]


def staff(choices: Choices) -> HostileRequest:
    """Return what a stranger tries on the staff's site, without a CSRF token."""
    path = f"/staff/{choices.pick(STAFF)}"
    next_page = choices.pick(
        [f"https://{MARK}.example/", f"//{MARK}.example", "javascript:alert(1)"]
    )
    asked = choices.pick(["", parameter(choices, "next", next_page), query(choices, ["q", "e"])])
    if choices.chance(2):
        return HostileRequest(path=path, query=asked)
    fields = ["username", "password", "next", "csrfmiddlewaretoken"]
    body = query(choices, fields).encode("latin-1", "replace")
    form = {"CONTENT_TYPE": "application/x-www-form-urlencoded"}
    return HostileRequest("POST", path, asked, form, body)
