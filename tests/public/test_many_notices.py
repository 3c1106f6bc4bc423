"""With thousands of notices every page stays as small, and asks the database as little."""

import gzip
from copy import deepcopy
from itertools import product

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from recalls.models import PublishedVersion
from recalls.public.proof import TEST_CODES_ON_A_PAGE
from recalls.published import cache, snapshots
from recalls.published.edition import Edition
from tests.support.factories import make_country, make_product, make_recall
from tests.support.languages import SHOWN

COUNT = 3000
MAX_BYTES = 10 * 1024
LETTERS = "ABCEFHJKMNPRSTUWXY"
BY, BY_THE_MODEL = ("", "listed_codes", "listed_codes"), ("every_unit", "makers_checker")
WORDS = ("Speaker", "Earbuds", "Power bank", "Lamp", "Torch")


def stem(place: int) -> str:
    letters = [LETTERS[place // len(LETTERS) ** n % len(LETTERS)] for n in range(3)]
    return "".join(letters)


@pytest.fixture(scope="module")
def edition(django_db_setup, django_db_blocker):
    """Three thousand notices in memory: without a shape, of one that many share, of one alone."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        recall = make_recall(slug="model", countries=[], firm="Maker Limited")
        for country in ("US", "CA"):
            make_country(
                recall=recall, country=country, phone="800-555-0123", email="help@maker.example"
            )
        product = make_product(recall=recall, list_complete=False)
        product.test_codes.create(typed="ACEFHJKMNPRTWXY3", expected="which_product")
        content = snapshots.snapshot_of(recall)
        notices = [cache._published_recall(_altered(content, place)) for place in range(COUNT)]
        made = Edition("", tuple(notices), {})
        yield made
        transaction.set_rollback(True)


def _altered(content, place):
    content = deepcopy(content)
    key = 1_000_000 + place
    content["recall"][0] |= {"id": key, "slug": f"notice-{place}-of-many"}
    content["products"][0] |= {
        "id": key,
        "recall_id": key,
        "brand": f"Brand{place % 150}",
        "name": f"{WORDS[place % 5]} {place}",
        "model_numbers": f"M{stem(place)}{place % 10}A\nM{stem(place)}{place % 10}B",
        "shapes": ("", "?" * 16, f"{stem(place)}#############")[place % 3],
        "identified_by": "listed_codes"
        if place % 3
        else ("every_unit", "makers_checker")[place % 2],
        "checker_url": "https://maker.example/check" if place % 3 == 0 and place % 2 else "",
    }
    content["test_codes"][0] |= {"id": key, "product_id": key}
    return content


@pytest.fixture
def many(edition, monkeypatch, db):
    edition.version = PublishedVersion.objects.get().version
    monkeypatch.setattr(cache, "_cached", edition)
    monkeypatch.setattr(cache, "read_edition", lambda **given: 1 / 0)
    return edition


PAGES = (
    *("", "code/", "contact/", "message/", "disposal/", "recalls/", "recalls/?page=60", "nothing/"),
    *(
        "check/many/",
        "data/",
        "proof/",
        "recalls/?q=Lamp",
        "recalls/?q=nothing",
        "recalls/notice-7-of-many/",
        "recalls/feed/",
    ),
    *("recalls/notice-7-of-many/poster/", f"check/?sn={stem(8)}0000000000001"),
    *(f"check/?sn={text}" for text in ("ACEFHJKMNPRTWXY3", "ACC?RU", "2322", "HELLO", "M")),
    *(f"check/?sn=ACEFHJKMNPRTWXY3&q={term}" for term in ("Lamp", "Brand7+Lamp", "Zyx", "Lanp")),
)


@pytest.mark.parametrize(("page", "language"), [*product(PAGES, SHOWN)])
def test_every_page_is_small(page, language, many):
    client = Client(headers={"accept-encoding": "gzip"})
    response = client.get(f"/{language}/{page}")
    assert response.status_code == (404 if page == "nothing/" else 200)
    assert gzip.decompress(response.content)
    assert len(response.content) <= MAX_BYTES


@pytest.mark.parametrize("address", ["/sitemap.xml", "/sitemap-1.xml", "/sitemap-30.xml"])
def test_the_sitemap_is_small(address, many):
    response = Client(headers={"accept-encoding": "gzip"}).get(address)
    assert response.status_code == 200
    assert len(response.content) <= MAX_BYTES


@pytest.mark.parametrize("page", [page for page in PAGES if page != "proof/"])
def test_no_page_asks_the_database_more(page, many, client):
    with CaptureQueriesContext(connection) as made:
        client.get(f"/en/{page}")
    assert len(made) <= 3


@pytest.mark.parametrize("page", ["proof/", "proof/?page=75", "proof/?page=150"])
def test_each_page_of_the_proof_tries_its_own_test_codes_alone(page, many, client):
    """However many notices there are, it asks the database once for each, and once for slips."""
    with CaptureQueriesContext(connection) as made:
        text = client.get(f"/en/{page}").text
    assert text.count("ACEFHJKMNPRTWXY3") == TEST_CODES_ON_A_PAGE
    assert len(made) <= 2 * TEST_CODES_ON_A_PAGE + 1


def test_all_notices_as_records_take_one_statement_each_time(many, client):
    many.rendered_pages.clear()
    queries = ("?format=json", "?format=json&RecallTitle=zzz", "")
    with CaptureQueriesContext(connection) as made:
        found = [client.get(f"/RestWebServices/Recall{query}").text for query in queries]
    assert [text.count("notice-7-of-many/") for text in found] == [1, 0, 1]
    assert len(made) <= len(queries)


def test_who_looks_for_a_maker_or_has_no_code_or_is_lost_can_search(many, client):
    for page in ("contact/", "code/", "nothing/"):
        text = client.get(f"/en/{page}").content.decode()
        assert '<form method="get" action="/en/recalls/" role="search">' in text
        assert 'href="/en/recalls/">All recall notices<' in text
        assert "notice-7-of-many" not in text
