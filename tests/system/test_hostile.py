"""Hostile requests to every public address: no server error, no markup of theirs, no wrong answer.

Some hundreds run by default, 28,000 on the two databases together with `-m longer`.
"""

import gzip
import json
import logging
import re
from collections import Counter
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.test.client import ClientHandler
from hypothesis import HealthCheck, Phase, given, settings

from recalls import codes
from recalls.check import ladder
from recalls.check.verdict import Outcome
from recalls.models import AffectedCode, PublishedVersion, Recall
from tests.support import hostile_requests, pages, summary
from tests.support import slow_catalogue as slow
from tests.support.application import wsgi
from tests.support.headers import assert_public_headers
from tests.support.hostile_requests import MARK, HostileRequest
from tests.support.languages import OTHERS

pytestmark = pytest.mark.django_db

MANY, FORM = "/en/check/many/", {"CONTENT_TYPE": "application/x-www-form-urlencoded"}
UNITS = ("ACCJRU1D16400841", "ACCJRU1D16400961", "BPD005", "HELLO", "A1647")
BY_HYPOTHESIS = [150, 2_000]
BY_SEED = [450, 12_000]


# What the site's own pages are made of ------------------------------------------------------------


class Elements(HTMLParser):
    """Reads a page as browsers do, and keeps each kind of element with its attributes."""

    def __init__(self, page: str):
        super().__init__()
        self.kinds: set[tuple[str, str]] = set()
        self.links: list[tuple[str, str, str]] = []  # element, attribute, value with the mark
        self.comments: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.kinds.add((tag, ""))
        for name, text in attributes:
            self.kinds.add((tag, name))
            if text and (MARK in text.lower() or "javascript:" in text.lower()):
                self.links.append((tag, name, text))

    def handle_comment(self, text):
        if MARK in text.lower():
            self.comments.append(text)

    def handle_decl(self, text):
        self.kinds.add((f"!{text.lower()}", ""))

    unknown_decl = handle_pi = handle_comment


@pytest.fixture
def answer(shipped, monkeypatch):
    """Answers to hostile requests, in this process and with the CSRF check on; and what verdicts
    they were made of."""
    monkeypatch.setattr(logging.root.manager, "disable", logging.CRITICAL)
    handler = ClientHandler(enforce_csrf_checks=True)
    given, check = [], ladder.check_code

    def kept(*args, **kwargs):
        given.append((args, kwargs, check(*args, **kwargs)))
        return given[-1][2]

    monkeypatch.setattr(ladder, "check_code", kept)

    def answer(request):
        given.clear()
        return handler(wsgi.without_charset(request.environ())), list(given)

    return answer


@pytest.fixture
def own_elements(answer):
    """Every kind of element of the pages as friendly visitors see them."""
    found = set()
    addresses = list(pages.addresses("en"))
    for language in OTHERS:  # these mark words of another language
        addresses += [path for path in pages.addresses(language) if "/check/" not in path]
    for address in addresses:
        path, _, query = address.partition("?")
        found |= elements_of(answer(HostileRequest(path=path, query=query))[0])
    for request in (
        HostileRequest("POST", "/en/"),
        HostileRequest(path="/nothing/"),
        HostileRequest(path="/staff/login/"),
        HostileRequest("POST", "/staff/login/"),
        HostileRequest(path="/en/", headers={"HTTP_HOST": "elsewhere"}),
        HostileRequest("POST", MANY, headers=FORM),
        HostileRequest("POST", MANY, headers=FORM, body=f"codes={'%0A'.join(UNITS)}".encode()),
    ):
        found |= elements_of(answer(request)[0])
    return found


def text_of(response) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if response.get("Content-Encoding") == "gzip":
        content = gzip.decompress(content)
    return content.decode(errors="replace")


def elements_of(response) -> set[tuple[str, str]]:
    return Elements(text_of(response)).kinds


@pytest.fixture
def recalled(shipped):
    """The codes of the one complete list by skeleton, without those that a rule takes out."""
    found: dict[str, set[str]] = {}
    for code in AffectedCode.objects.values_list("code", flat=True):
        if not code.startswith("EXA2024120"):
            found.setdefault(slow.skeleton(code), set()).add(code)
    assert sum(map(len, found.values())) == 4873
    return found


# What must hold -----------------------------------------------------------------------------------


def assert_safe(request: HostileRequest, response, own_elements) -> None:
    assert response.status_code < 500, request
    staff = request.environ()["PATH_INFO"].startswith("/staff/")
    if not staff:
        assert_public_headers(response)
        is_for_programs = request.environ()["PATH_INFO"].startswith(("/api/", "/RestWebServices/"))
        assert is_for_programs or not response.has_header("Access-Control-Allow-Origin")
    for name, text in response.items():
        assert MARK not in name.lower(), request
        assert not re.search(r"[\r\n]", text), request
    if "Location" in response:
        assert_stays_here(request, response["Location"])
    page = text_of(response)
    assert "7192" not in page, request
    assert "root:x" not in page, request
    if MARK in page.lower() or not staff:
        assert_harmless(request, response, page, own_elements)


def assert_stays_here(request: HostileRequest, address: str) -> None:
    target = urlsplit(address)
    assert target.netloc in ("", "testserver"), request
    assert target.scheme in ("", "http"), request
    assert address.startswith(("/", "http://testserver/")), request
    assert not re.match(r"[/\\]{2}|/[\t\r\n]", address), request


def assert_harmless(request, response, page: str, own_elements) -> None:
    kind = response.get("Content-Type", "text/html")
    if kind == "application/json; charset=utf-8":
        # The answer holds what was typed, as data that no browser takes for a page.
        is_without_body = request.method == "HEAD" or response.status_code == 304
        assert is_without_body or json.loads(page), request
        return
    if not kind.startswith("text/html"):
        assert MARK not in page.lower(), request
        return
    read = Elements(page)
    assert read.kinds <= own_elements, (request, read.kinds - own_elements)
    assert not read.comments, request
    for tag, name, text in read.links:
        # Typed text may stand in its own field, and in the query of a link within the site.
        in_field = (tag, name) == ("input", "value")
        is_link = name in ("href", "action") or (name == "src" and "/check/qr.svg?" in text)
        within = re.match(r"(http://testserver)?/(?!/)[^?]*\?", text) and is_link
        assert in_field or (within and MARK not in urlsplit(text).path), (request, tag, name, text)


def assert_not_kept(request: HostileRequest, response, given) -> None:
    """An answer to a check is never kept by a cache, at whatever address it came to be."""
    if given:
        assert "no-store" in response["Cache-Control"], request
        # The probe of readiness and the page of proof check test codes.
        path = request.environ()["PATH_INFO"]
        assert path.endswith(("/check/", "/api/check", "/proof/", "/health/ready")), request


def assert_right(request: HostileRequest, given, recalled) -> None:
    for args, kwargs, verdict in given:
        if verdict.outcome is not Outcome.NOT_LISTED:
            continue
        code = verdict.code
        typed = every_value(args[0])
        assert re.fullmatch("EXA[0-9]{13}", code), request
        assert all(code in codes.normalize(value) for value in typed if value.strip()), request
        words = {codes.normalize(word) for value in typed for word in value.split()}
        assert not words & set().union(*recalled.values()), request
        sure = any(codes.normalize(value) == code for value in every_value(kwargs.get("again", ())))
        assert not overlooked(code, recalled, sure), request


def every_value(text: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return what stood in a query, however often, or the one text of a test code."""
    return (text,) if isinstance(text, str) else tuple(text)


def overlooked(code: str, recalled: dict[str, set[str]], sure_of_order: bool) -> set[str]:
    """The recalled or inspect codes that the code may be a misreading of."""
    pure = slow.transposed(code)
    found = set()
    for skeleton in {slow.skeleton(code), *slow.transposed(slow.skeleton(code))}:
        found |= recalled.get(skeleton, set())
    # EXA2025 and any nine digits are to be inspected.
    found |= {other for other in {code, *pure} if other.startswith("EXA2025")}
    return {other for other in found if not (sure_of_order and other in pure)}


class Run:
    """Counts what one test asked and what was answered."""

    def __init__(self, answer, own_elements, recalled):
        self.answer, self.own_elements, self.recalled = answer, own_elements, recalled
        self.statuses: Counter[int] = Counter()
        self.outcomes: Counter[str] = Counter()

    def ask(self, request: HostileRequest) -> None:
        response, given = self.answer(request)
        self.statuses[response.status_code] += 1
        self.outcomes.update(verdict.outcome for _, _, verdict in given)
        assert_safe(request, response, self.own_elements)
        assert_not_kept(request, response, given)
        assert_right(request, given, self.recalled)

    def report(self, how: str) -> None:
        count = sum(self.statuses.values())
        met = sorted(self.statuses.items())
        by_status = ", ".join(f"{number:,} × {status}" for status, number in met)
        by_outcome = ", ".join(f"{number:,} {name}" for name, number in self.outcomes.most_common())
        summary.lines.append(
            f"Hostile requests {how}: {count:,} ({by_status}); verdicts: {by_outcome}."
        )


@pytest.fixture
def run(answer, own_elements, recalled):
    return Run(answer, own_elements, recalled)


def sizes(few: int, many: int):
    longer = pytest.param(many, id="whole", marks=pytest.mark.longer)
    return pytest.mark.parametrize("count", [pytest.param(few, id="sample"), longer])


@sizes(*BY_HYPOTHESIS)
def test_requests_by_hypothesis(run, count):
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(hostile_requests.drawn())
    def ask(request):
        run.ask(request)

    ask()
    run.report("by hypothesis")


@sizes(*BY_SEED)
def test_requests_by_seed(run, count):
    """The same requests, drawn faster; the seed of a failure is its number."""
    for seed in range(count):
        run.ask(hostile_requests.request(hostile_requests.seeded(seed)))
    # So that each of these could have gone wrong.
    assert set(run.statuses) >= {200, 301, 302, 400, 403, 404, 405}
    assert run.outcomes[Outcome.NOT_LISTED] > count / 100
    assert len(run.outcomes) >= 8
    run.report("by seed")


# Single attacks, so that each can be read here ----------------------------------------------------

RECALLED = "EXA2024110007919"


SUFFIXES = ["x.css", ";x.css", "%2Fx.css", "%3Bx.css", ".js", "%00.css", "/"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_no_answer_under_an_address_that_a_cache_would_keep(client, shipped, suffix):
    response = client.get(f"/en/check/{suffix}?sn={RECALLED}")
    assert response.status_code == 404
    assert RECALLED not in response.content.decode()


@pytest.mark.parametrize("path", [path for path in hostile_requests.PATHS if MARK in path])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_address_leads_elsewhere(answer, path, language):
    headers = {"HTTP_ACCEPT_LANGUAGE": language}
    request = HostileRequest(path=path, headers=headers)
    assert_stays_here(request, answer(request)[0].get("Location", "/"))


def test_sign_in_leads_nowhere_else(client, django_user_model):
    django_user_model.objects.create_user("ann", password="long-enough-to-sign-in", is_staff=True)
    form = {"username": "ann", "password": "long-enough-to-sign-in", "next": "//evil.example/"}
    response = client.post("/staff/login/?next=//evil.example/", form)
    assert "evil" not in response.get("Location", "")


@pytest.mark.parametrize("header", ["x-forwarded-host", "x-host", "forwarded", "x-original-url"])
def test_no_header_changes_what_a_page_calls_itself(client, shipped, header):
    page = client.get("/en/", headers={header: "evil.example"}).content.decode()
    assert 'rel="canonical" href="http://testserver/en/"' in page
    assert "evil" not in page


@pytest.mark.parametrize(
    "path",
    ["login/", "logout/", "password_change/", "recalls/recall/add/", "recalls/recall/1/delete/"],
)
@pytest.mark.parametrize("sent", ["nothing", "a token of theirs", "from elsewhere"])
def test_staff_pages_take_no_form_from_elsewhere(shipped, django_user_model, path, sent):
    staff = Client(enforce_csrf_checks=True)
    staff.force_login(django_user_model.objects.create_superuser("ann"))
    staff.get("/staff/")
    headers = {"origin": "https://evil.example"} if sent == "from elsewhere" else {}
    token = {"csrfmiddlewaretoken": "a" * 64} if sent == "a token of theirs" else {}
    count = Recall.objects.count()
    response = staff.post(f"/staff/{path}", {"slug": "theirs", **token}, headers=headers)
    assert response.status_code == 403
    assert not Recall.objects.filter(slug="theirs").exists()
    assert Recall.objects.count() == count


@pytest.mark.parametrize("typed", hostile_requests.INJECTIONS)
def test_injections_change_nothing(client, shipped, typed):
    before = [model.objects.count() for model in (Recall, AffectedCode, PublishedVersion)]
    typed = typed.encode(errors="replace").decode()
    for address in ("/en/check/", "/fr/recalls/"):
        query = dict.fromkeys(["sn", "product", "confirmed", "q", "page"], typed)
        assert client.get(address, query).status_code == 200
    assert [model.objects.count() for model in (Recall, AffectedCode, PublishedVersion)] == before
