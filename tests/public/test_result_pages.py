"""A result page that was kept is, character for character, the one that would be made anew."""

import gzip
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from recalls import models
from recalls.check import ladder
from recalls.check.verdict import Outcome
from recalls.public import results
from recalls.published import cache
from tests.support.languages import SHOWN
from tests.support.verdict_table import TABLE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

# The same outcomes with other codes, beside the table: they meet pages that were kept.
MORE = [
    ("ACCJRU1D16400842", "", False),
    ("ACCJRU1D16400843", "a3102", False),
    (" accjru1d-1640-0844 ", "", False),
    ("EXA2024110007917", "", False),
    ("EXA2024110007916", "EX100", False),
    ("EXA2024110007881", "", True),
    ("EXA202411001583B", "", False),
    ("ACCJRU1D164008S1", "", False),
    ("ACCJRU1DI64008S1", "A3102", False),
    ("ACCJRU1D16400951", "", False),
    ("ACCJRU1D16400971", "none", False),
    ("KK12345678901234", "", False),
    ("KK12345678901235", "none", False),
    ('KK1234567890<&"', "", False),
    ("<b>HELLO</b> & 'more'", "", False),
    ("GOODBYE", "", False),
    ("115-1234567-1234567", "", False),
    ("4006381333931", "", False),
    ("B0ABCDEFGH", "", False),
    ("ACCJRU1D164008", "", False),
    ("57V1234567890B", "", False),
    ("23ß21", "", False),
    ("   ", "", False),
    ("ACC?RU1D164008?2", "A3102", False),
    ("9" * 60, "", False),
]
ASKED = [row[:3] for row in TABLE] + MORE
ANSWERED = set(Outcome)
# Before these, or a line like them, single slips are searched in a statement of their own.
MAY_SEARCH_SLIPS = {Outcome.TYPE_AGAIN, Outcome.NOT_LISTED, Outcome.CHECK_WITH_MAKER}


def asked(typed: str, product: str, confirmed: bool, language: str, *, cannot_tell: bool = False):
    """The request and its verdict; with `confirmed`, of who typed it twice and compared it."""
    check = ladder.check_typed_twice if confirmed else ladder.check_code
    verdict = check(typed, product)
    query = {"sn": typed, "product": product}
    if confirmed:
        query |= {"again": typed, "confirmed": verdict.confirmed}
    if cannot_tell:
        query["cannot_tell"] = "1"
    request = RequestFactory(headers={"host": "localhost"}).get(
        f"/{language}/check/?{urlencode(query)}"
    )
    return request, verdict


def kept_page(request, verdict) -> str:
    return results.result_page(request, verdict).content.decode()


def new_page(request, verdict) -> str:
    """Made by the same templates from the request and the texts themselves."""
    # The address that a page prints and links to is that of who opens it anew.
    shown = RequestFactory(headers={"host": "localhost"}).get(
        f"{request.path}?{results.kept_query(request)}"
    )
    answer = results.search_answer(request, verdict)
    texts = results._texts(request, verdict, answer)
    result = results.result_of(request, verdict, answer, shown, texts)
    return results._rendered(result, verdict.edition)


@pytest.mark.parametrize(
    "language", [SHOWN[0], *(pytest.param(tag, marks=pytest.mark.slow) for tag in SHOWN[1:])]
)
def test_kept_and_new_are_the_same(language):
    outcomes, pages = set(), 0
    for typed, product, confirmed in ASKED:
        with translation.override(language):
            for cannot_tell in (False, True):
                request, verdict = asked(
                    typed, product, confirmed, language, cannot_tell=cannot_tell
                )
                wanted = new_page(request, verdict)
                for _ in range(2):
                    assert kept_page(request, verdict) == wanted, typed
                pages += 1
        outcomes.add(verdict.outcome)
    kept = cache.cached_edition().rendered_pages
    assert outcomes == ANSWERED - {Outcome.LIST_INCOMPLETE} or outcomes == ANSWERED
    assert len(kept) < pages / 2  # many met a page that another code had made


def test_a_page_takes_one_query_and_three_after_a_change(client):
    """Whatever the outcome, and whether or not the page was kept."""
    outcomes = set()
    client.get("/en/check/?sn=HELLO")
    for typed, product, confirmed in ASKED:
        request, verdict = asked(typed, product, confirmed, "en")
        query = request.META["QUERY_STRING"]
        slips = int(verdict.outcome in MAY_SEARCH_SLIPS or bool(confirmed))
        for most in (1 + slips, 1 + slips, 3 + slips):
            if most >= 3:
                models.PublishedVersion.renew()
            with CaptureQueriesContext(connection) as made:
                response = client.get(f"/en/check/?{query}")
            assert len(made) <= most, (typed, [query["sql"] for query in made])
        outcomes.add(verdict.outcome)
        assert response.status_code == 200
    assert outcomes == ANSWERED


def test_packed_is_the_same_page(client):
    address = "/en/check/?sn=ACCJRU1D16400841"
    plain = client.get(address)
    packed = client.get(address, headers={"accept-encoding": "gzip"})
    assert gzip.decompress(packed.content) == plain.content
    assert packed["Content-Encoding"] == "gzip"
    assert not plain.has_header("Content-Encoding")
    assert plain["Vary"] == packed["Vary"] == "Accept-Encoding"
    assert int(packed["Content-Length"]) == len(packed.content) < len(plain.content) / 2


def test_no_code_is_kept(client):
    """Of codes that stand in no notice."""
    found = [
        "ACCJRU1D16400857",
        "ACCJRU1D164008S7",
        "EXA2024110023766",
        "KK98765432101234",
        "NOTHING9",
        "57V9876543210",
    ]
    for code in found:
        client.get(f"/en/check/?sn={code}&confirmed={code}")
    kept = cache.cached_edition().rendered_pages
    assert len(kept) > 3
    for result, page in kept.items():
        told = b"".join(page._pieces).decode() + repr([*result.comparisons, result.request])
        told += repr([value for value in result if isinstance(value, str)])
        for code in found:
            assert code not in told
            assert code[-4:] not in told


def test_one_visitors_code_is_not_on_anothers_page(client):
    client.get("/en/check/?sn=ACCJRU1D16400841")
    page = client.get("/en/check/?sn=ACCJRU1D16400842").content.decode()
    assert "0841" not in page
    assert "0842" in page


def test_pages_go_with_their_edition(client):
    address = "/en/check/?sn=EXA7777777777777&product=EX100"
    client.get(address)
    before = cache.cached_edition()
    models.PublishedVersion.renew()
    client.get(address)
    assert len(before.rendered_pages) == len(cache.cached_edition().rendered_pages) == 1
    assert before is not cache.cached_edition()


def test_no_more_than_so_many_are_kept(client, monkeypatch):
    monkeypatch.setattr(results, "MAX_PAGES", 3)
    for product in ("", "none", "A3102", "A3302", "EX100", "BPD005"):
        assert client.get(f"/en/check/?sn=HELLO99&product={product}").status_code == 200
        assert len(cache.cached_edition().rendered_pages) <= 3
