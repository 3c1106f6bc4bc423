"""The headers that answers must have."""

import re

CACHED = "public, max-age=60, stale-while-revalidate=60, stale-if-error=86400"
NEVER = "private, no-store"
PAGES = [
    # path, status, Cache-Control
    ("/en/", 200, CACHED),
    ("/fr/code/", 200, CACHED),
    ("/en/message/", 200, CACHED),
    ("/fr/contact/", 200, CACHED),
    ("/es/disposal/", 200, CACHED),
    ("/en/data/", 200, CACHED),
    ("/fr/proof/", 200, NEVER),
    ("/en/recalls/example/poster/", 200, CACHED),
    ("/es/recalls/", 200, CACHED),
    ("/en/recalls/?q=a", 200, CACHED),
    ("/en/recalls/example/", 200, CACHED),
    ("/en/check/?sn=", 200, NEVER),
    ("/en/check/?sn=T100", 200, NEVER),
    ("/fr/check/?sn=ABCD123456781234", 200, NEVER),
    ("/es/check/?sn=ABC?123456781234", 200, NEVER),
    ("/en/check/many/", 200, NEVER),
    ("/en/check/", 302, NEVER),
    ("/", 302, "no-store"),
    ("/check/?sn=T100", 302, "no-store"),
    ("/en/nothing/", 404, "public, max-age=30"),
    ("/nothing/", 404, "public, max-age=30"),
    ("/en/recalls/nothing/", 404, "public, max-age=30"),
]
FILES = [
    # path, status, Cache-Control, Content-Type
    ("/en/recalls/feed/", 200, CACHED, "application/atom+xml; charset=utf-8"),
    ("/sitemap.xml", 200, CACHED, "application/xml; charset=utf-8"),
    ("/robots.txt", 200, CACHED, "text/plain; charset=utf-8"),
    ("/.well-known/security.txt", 200, CACHED, "text/plain; charset=utf-8"),
    ("/favicon.ico", 302, "public, max-age=86400", "text/html; charset=utf-8"),
]


def assert_public_headers(response):
    policy = response["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    for rule in (
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    ):
        assert f"; {rule}" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    # What programs ask for may be read from any site.
    is_open = response.get("Access-Control-Allow-Origin") == "*"
    readers = "cross-origin" if is_open else "same-origin"
    assert response["Cross-Origin-Resource-Policy"] == readers
    assert response["Permissions-Policy"] == "camera=(), geolocation=(), microphone=()"
    assert "Server" not in response
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


PUBLIC_POLICY = (
    r"default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]{44}'; img-src 'self'; "
    r"connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; "
    r"frame-ancestors 'none'(; upgrade-insecure-requests)?"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Frame-Options": "DENY",
}


def assert_headers(headers, policy=PUBLIC_POLICY, *, tls=True):
    """`headers` is anything that answers to `get`, whatever the case."""
    for name, value in HEADERS.items():
        assert headers.get(name) == value, name
    assert re.fullmatch(policy, headers.get("Content-Security-Policy"))
    kind = headers.get("Content-Type") or ""
    if kind.startswith(("text/", "application/json", "application/atom", "application/xml")):
        assert kind.replace('"', "").endswith("; charset=utf-8"), kind
    assert headers.get("Server") in (None, "granian")  # and no version of it
    upgrades = headers.get("Content-Security-Policy").endswith("; upgrade-insecure-requests")
    assert upgrades is tls
    assert (headers.get("Strict-Transport-Security") == "max-age=63072000") is tls
    assert headers.get("Access-Control-Allow-Origin") is None
