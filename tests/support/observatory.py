"""The scoring of the MDN HTTP Observatory, for what a test can see of an answer.

Rules and points as in mdn/mdn-http-observatory (src/grader/charts.js and src/analyzer/tests/) in
2025. Left out: certificates and the preload list, which no header shows.
"""

import re
from dataclasses import dataclass
from http.cookies import Morsel

BASE, MAX_WITHOUT_BONUS = 100, 90
_BROAD = {"ftp:", "http:", "https:", "*", "http://*", "http://*.*", "https://*", "https://*.*"}
_INLINE = {"'unsafe-inline'", "data:"}
_HASHES = ("'sha256-", "'sha384-", "'sha512-", "'nonce-")
_SIX_MONTHS = 15_768_000


@dataclass
class Scan:
    """One answer over https, the cookies it set, and where plain http led."""

    headers: dict[str, str]
    html: str
    cookies: list[Morsel]
    led_to: str
    host: str


def score(scan: Scan) -> tuple[int, dict[str, int]]:
    """All points, and the points of each rule. Bonuses count from 90 on, as there."""
    points = {rule.__name__: rule(scan) for rule in RULES}
    total = BASE + sum(value for value in points.values() if value < 0)
    if total >= MAX_WITHOUT_BONUS:
        total += sum(value for value in points.values() if value > 0)
    return max(total, 0), points


def _policy(scan: Scan) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for directive in filter(None, scan.headers.get("Content-Security-Policy", "").split(";")):
        name, *sources = directive.split()
        if name not in found:
            found[name] = set(sources)
    return found


def content_security_policy(scan: Scan) -> int:
    if "Content-Security-Policy" not in scan.headers:
        return -25
    policy = _policy(scan)
    default = policy.get("default-src", {"*"})
    script, style, objects = (
        policy.get(name, default) for name in ("script-src", "style-src", "object-src")
    )
    for sources in (script, style):
        if any(source.startswith(_HASHES) for source in sources):
            sources.discard("'unsafe-inline'")
    passive = policy.get("img-src", default) | policy.get("media-src", default)
    active = set().union(*(policy[name] for name in policy if name not in ("img-src", "media-src")))
    if script & (_BROAD | _INLINE) or objects & _BROAD:
        return -20
    if any(source.startswith(("http:", "ftp:")) for source in active):
        return -20
    if "'unsafe-eval'" in script | style:
        return -10
    if any(source.startswith(("http:", "ftp:")) for source in passive):
        return -10
    if style & (_BROAD | _INLINE):
        return 0
    return 10 if default == {"'none'"} else 5


def cookies(scan: Scan) -> int:
    worst = 5 if scan.cookies else 0
    for cookie in scan.cookies:
        is_session = any(word in cookie.key.lower() for word in ("login", "sess"))
        is_csrf = "csrf" in cookie.key.lower()
        if not cookie["secure"]:
            worst = min(worst, -40 if is_session else -20)
        if is_session and not cookie["httponly"]:
            worst = min(worst, -30)
        if cookie["samesite"] not in ("Strict", "Lax"):
            worst = min(worst, -20 if is_csrf or cookie["samesite"] else 0)
    return worst


def cross_origin_resource_sharing(scan: Scan) -> int:
    allows = scan.headers.get("Access-Control-Allow-Origin")
    return -50 if allows and scan.headers.get("Access-Control-Allow-Credentials") == "true" else 0


def redirection(scan: Scan) -> int:
    if not scan.led_to.startswith("https://"):
        return -20
    return 0 if scan.led_to.startswith(f"https://{scan.host}/") else -5


def referrer_policy(scan: Scan) -> int:
    good = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
    held = scan.headers.get("Referrer-Policy")
    if held is None:
        return 0
    return 5 if held in good else -5


def strict_transport_security(scan: Scan) -> int:
    found = re.match(r"max-age=(\d+)", scan.headers.get("Strict-Transport-Security", ""))
    if not found:
        return -20
    return 0 if int(found[1]) >= _SIX_MONTHS else -10


def subresource_integrity(scan: Scan) -> int:
    scripts = re.findall(r"<script\b[^>]*\bsrc=[\"']?([^\"'\s>]+)", scan.html)
    outside = [source for source in scripts if re.match(r"(https?:)?//", source)]
    if any(not source.startswith("https:") for source in outside):
        return -50
    return -5 if outside else 0


def x_content_type_options(scan: Scan) -> int:
    return 0 if scan.headers.get("X-Content-Type-Options") == "nosniff" else -5


def x_frame_options(scan: Scan) -> int:
    if not _policy(scan).get("frame-ancestors", {"*"}) & _BROAD:
        return 5
    return 0 if scan.headers.get("X-Frame-Options") in ("DENY", "SAMEORIGIN") else -20


def cross_origin_resource_policy(scan: Scan) -> int:
    held = scan.headers.get("Cross-Origin-Resource-Policy")
    if held in ("same-origin", "same-site"):
        return 10
    return 0 if held in (None, "cross-origin") else -5


RULES = (
    content_security_policy,
    cookies,
    cross_origin_resource_sharing,
    redirection,
    referrer_policy,
    strict_transport_security,
    subresource_integrity,
    x_content_type_options,
    x_frame_options,
    cross_origin_resource_policy,
)
