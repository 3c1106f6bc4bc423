"""The MDN HTTP Observatory's rules on our own answers: 130, the most without preload or cookies."""

import pytest
from django.test import Client

from tests.support.factories import make_product, make_recall
from tests.support.observatory import RULES, Scan, score


@pytest.fixture
def scan(db, settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 63_072_000
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    make_product(recall=make_recall(slug="example"), model_numbers="T100")

    def scan(path):
        response = Client().get(path, secure=True)
        return Scan(
            headers=dict(response.headers),
            html=response.text,
            cookies=list(response.cookies.values()),
            led_to=Client().get(path)["Location"],
            host="testserver",
        )

    return scan


@pytest.mark.parametrize(
    "path",
    ["/en/", "/fr/recalls/example/", "/en/check/?sn=T100", "/es/check/?sn=", "/en/nothing/"],
)
def test_public_pages_have_130(scan, path):
    total, points = score(scan(path))
    assert total == 130, points


def test_the_sign_in_has_135_since_its_cookie_is_safe(scan):
    total, points = score(scan("/staff/login/"))
    assert total == 135, points


# Each would be seen.
WORSE = [
    ({"Content-Security-Policy": None}, "content_security_policy", -25),
    ({"Content-Security-Policy": "default-src 'self'"}, "content_security_policy", 5),
    ({"Content-Security-Policy": "script-src *"}, "content_security_policy", -20),
    (
        {"Content-Security-Policy": "default-src 'none'; script-src 'unsafe-eval'"},
        "content_security_policy",
        -10,
    ),
    (
        {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"},
        "content_security_policy",
        0,
    ),
    (
        {"Content-Security-Policy": "default-src 'none'; img-src http:"},
        "content_security_policy",
        -10,
    ),
    ({"Content-Security-Policy": "default-src 'none'"}, "x_frame_options", 0),
    ({"Content-Security-Policy": "x", "X-Frame-Options": None}, "x_frame_options", -20),
    ({"Referrer-Policy": "unsafe-url"}, "referrer_policy", -5),
    ({"Strict-Transport-Security": None}, "strict_transport_security", -20),
    ({"Strict-Transport-Security": "max-age=60"}, "strict_transport_security", -10),
    ({"X-Content-Type-Options": None}, "x_content_type_options", -5),
    ({"Cross-Origin-Resource-Policy": None}, "cross_origin_resource_policy", 0),
    ({"Cross-Origin-Resource-Policy": "x"}, "cross_origin_resource_policy", -5),
    (
        {"Access-Control-Allow-Origin": "x", "Access-Control-Allow-Credentials": "true"},
        "cross_origin_resource_sharing",
        -50,
    ),
]


@pytest.mark.parametrize(("changes", "rule", "points"), WORSE)
def test_a_worse_header_is_seen(scan, changes, rule, points):
    found = scan("/en/")
    for name, value in changes.items():
        found.headers.pop(name, None)
        if value is not None:
            found.headers[name] = value
    total, each = score(found)
    assert each[rule] == points
    assert total < 130


def test_a_worse_page_cookie_or_redirection_is_seen(scan):
    found = scan("/staff/login/")
    found.html += '<script src="//elsewhere.example/x.js"></script>'
    (cookie,) = found.cookies
    cookie["secure"] = ""
    found.led_to = "http://testserver/"
    _, points = score(found)
    worse = ("subresource_integrity", "cookies", "redirection")
    assert [points[rule] for rule in worse] == [-50, -20, -20]


def test_every_rule_has_its_own_points(scan):
    _, points = score(scan("/en/"))
    assert points == dict.fromkeys((rule.__name__ for rule in RULES), 0) | {
        "content_security_policy": 10,
        "referrer_policy": 5,
        "x_frame_options": 5,
        "cross_origin_resource_policy": 10,
    }
