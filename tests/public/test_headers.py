"""Headers of public pages, errors included: nothing from elsewhere, no script, no cookie."""

import base64
import hashlib
import re

import pytest
from django.test import Client

from recalls.check import ladder
from tests.support.factories import make_product, make_recall
from tests.support.headers import FILES, NEVER, PAGES, assert_public_headers

pytestmark = pytest.mark.django_db


@pytest.fixture
def notice():
    recall = make_recall(slug="example", languages=["en"])
    make_product(recall=recall, model_numbers="T100", rules=["ABCD123456780000"])


def assert_closed(response):
    """Return what holds for every page of the public site."""
    assert_public_headers(response)
    if response.content:
        assert response["Content-Type"] == "text/html; charset=utf-8"
        assert_page(response)


def assert_page(response):
    page = response.content.decode()
    (sheet,) = re.findall(r"(?s)<style>(.*?)</style>", page)
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in response["Content-Security-Policy"]
    assert "<script" not in page
    assert not re.search(r"\s(style|on[a-z]+)=", page.replace(sheet, ""))
    assert "csrfmiddlewaretoken" not in page
    assert "@import" not in sheet
    assert "url(" not in sheet


@pytest.mark.parametrize(("path", "status", "caching"), PAGES)
def test_public_pages(client, notice, path, status, caching):
    response = client.get(path)
    assert response.status_code == status
    assert caching_of(response) == set(caching.split(", "))
    assert_closed(response)


def caching_of(response) -> set[str]:
    return {part.strip() for part in response["Cache-Control"].split(",")}


@pytest.mark.parametrize(("path", "status", "caching", "kind"), FILES)
def test_files_for_machines(client, notice, path, status, caching, kind):
    response = client.get(path)
    assert response.status_code == status
    assert caching_of(response) == set(caching.split(", "))
    assert response["Content-Type"] == kind
    assert_public_headers(response)
    assert client.head(path).status_code == status
    assert client.post(path).status_code == 405


@pytest.mark.parametrize(("path", "status", "caching"), PAGES)
def test_head_answers_like_get(client, notice, path, status, caching):
    response = client.head(path)
    assert response.status_code == status
    assert not response.content


def test_unavailable(client, monkeypatch):
    def unavailable(*args, **kwargs):
        raise ladder.Unavailable

    monkeypatch.setattr(ladder, "check_code", unavailable)
    response = client.get("/en/check/?sn=T100")
    assert response.status_code == 503
    assert response["Cache-Control"] == "no-store"
    assert_closed(response)


def test_failure(monkeypatch):
    def wrong(*args, **kwargs):
        raise ValueError

    monkeypatch.setattr(ladder, "check_code", wrong)
    response = Client(raise_request_exception=False).get("/en/check/?sn=T100")
    assert response.status_code == 500
    assert response["Cache-Control"] == "no-store"
    assert_closed(response)


@pytest.mark.parametrize("path", ["/en/check/", "/en/", "/fr/recalls/", "/", "/check/"])
@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_other_methods(path, method):
    """With the CSRF check on, as a real visitor has it."""
    response = getattr(Client(enforce_csrf_checks=True), method)(path)
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD"
    assert response["Cache-Control"] == "no-store"
    assert "Switch it off and unplug it until you have checked" in response.content.decode()
    assert_closed(response)


def test_another_host(client):
    response = client.get("/en/", headers={"host": "elsewhere.example"})
    assert response.status_code == 400
    assert_closed(response)


def test_only_what_leads_to_the_visitors_language_varies_by_it(client, notice):
    for path, *_ in [*PAGES, *FILES, ("/staff/login/",)]:
        vary = client.get(path, headers={"accept-language": "fr"}).get("Vary", "")
        leads_on = path == "/" or path.startswith("/check/")
        assert ("Accept-Language" in vary) is leads_on, path


@pytest.mark.parametrize("path", [*(row[0] for row in FILES if row[1] == 200), "/nothing/"])
def test_answers_outside_the_languages_are_the_same_for_all(client, notice, path):
    """Django's own middleware would mark them by Accept-Language, and caches would keep many."""
    answers = []
    for accepted in ("", "fr", "es-MX"):
        response = client.get(path, headers={"accept-language": accepted})
        answers.append((response.content, response.get("Vary"), response.get("Content-Language")))
    assert answers[0] == answers[1] == answers[2]
    assert (answers[0][2] == "en") is path.startswith("/en/")
    assert (answers[0][2] is None) is not path.startswith("/en/")


def test_staff_pages_are_in_english_whatever_the_browser_asks_for(client):
    response = client.get("/staff/login/", headers={"accept-language": "fr"})
    assert '<html lang="en"' in response.content.decode()
    assert "Password:" in response.content.decode()


def test_a_page_without_its_language_leads_to_the_visitors(client):
    response = client.get("/recalls/?q=a", headers={"accept-language": "fr"})
    assert (response.status_code, response["Location"]) == (302, "/fr/recalls/?q=a")
    assert response["Cache-Control"] == "no-store"
    assert response["Vary"] == "Accept-Language"
    assert_public_headers(response)


@pytest.mark.parametrize("path", ["/en/", "/en/check/?sn=T100", "/", "/nothing/", "/robots.txt"])
def test_no_cookie_is_answered_with_one(client, path):
    """Django sets a new CSRF cookie where it cannot read the one that was sent."""
    client.cookies["csrftoken"] = "\0"
    client.cookies["sessionid"] = "\0" * 32
    response = client.get(path)
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


def test_a_cookie_with_a_nul_is_none(client):
    headers = {"cookie": 'sessionid="aaaaaaaa\\000"; csrftoken="\\000"'}
    assert client.get("/staff/login/", headers=headers).status_code == 200
    assert client.get("/staff/recalls/recall/", headers=headers).status_code == 302
    assert client.post("/staff/recalls/recall/add/", headers=headers).status_code == 302


def test_over_tls_requests_are_upgraded(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    policy = client.get("/en/", secure=True)["Content-Security-Policy"]
    assert policy.endswith("; upgrade-insecure-requests")


def test_plain_http_is_not_upgraded(client):
    assert "upgrade-insecure-requests" not in client.get("/en/")["Content-Security-Policy"]


def test_staff_pages_are_never_kept_and_have_their_own_policy(client):
    response = client.get("/staff/login/")
    assert response["Cache-Control"] == NEVER
    assert "script-src 'self'" in response["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]


def test_a_typed_code_is_shown_as_text(client):
    page = client.get('/en/check/?sn="><script>alert(1)</script>').content.decode()
    assert "<script" not in page
    assert "&quot;&gt;&lt;script&gt;" in page
