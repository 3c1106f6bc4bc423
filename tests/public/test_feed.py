"""The Atom feed of the notices in each language."""

from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest
from django.db import DatabaseError
from django.utils import timezone

from recalls.public import feeds
from recalls.published import cache
from tests.support.factories import make_list, make_product, make_recall, make_text
from tests.support.languages import SHOWN

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def get(client, language="en", **options) -> ET.Element:
    response = client.get(f"/{language}/recalls/feed/", **options)
    assert response.status_code == 200
    return ET.fromstring(response.content)  # noqa: S314 - our own


def told(element: ET.Element, name: str) -> str:
    return element.find(f"{ATOM}{name}").text


def entries(client, language="en") -> list[ET.Element]:
    return get(client, language).findall(f"{ATOM}entry")


@pytest.mark.parametrize("language", SHOWN)
def test_the_feed_and_its_addresses(client, language):
    make_recall(slug="example")
    feed = get(client, language, secure=True)
    assert feed.get(LANG) == language
    assert told(feed, "title").endswith(" – Recall check")
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links == {
        "alternate": f"https://testserver/{language}/recalls/",
        "self": f"https://testserver/{language}/recalls/feed/",
    }
    assert feed.find(f"{ATOM}author/{ATOM}name").text == "Test operator"
    (entry,) = feed.findall(f"{ATOM}entry")
    address = f"https://testserver/{language}/recalls/example/"
    assert told(entry, "id") == address
    assert entry.find(f"{ATOM}link").get("href") == address


def test_an_entry_says_what_and_what_to_do(client):
    make_recall()
    (entry,) = entries(client)
    assert told(entry, "title") == "Example S100: fire hazard"
    assert told(entry, "summary") == (
        "The lead of the notice (en). Stop using it now. "
        "Switch it off, if it has a switch, and unplug it."
    )


def test_without_a_text_in_the_language_the_entry_is_in_our_words(client):
    recall = make_recall(languages=["en"])
    make_product(recall=recall, brand="Maker", model_numbers="T100")
    (entry,) = entries(client, "fr")
    assert "Maker T100" in told(entry, "title")
    assert "lead" not in told(entry, "summary")


def test_published_notices_only_and_no_training(client):
    newer = make_recall(slug="public")
    make_recall(slug="draft", status="draft")
    make_recall(slug="withdrawn", status="withdrawn")
    make_recall(slug="replaced", status="replaced", replaced_by=newer)
    make_recall(slug="training", is_training=True)
    (entry,) = entries(client)
    assert told(entry, "id").endswith("/public/")


def test_newest_first_by_their_last_change(client):
    now = timezone.now()
    first = make_recall(slug="first", recall_month=date(2026, 3, 1))
    make_recall(slug="second", recall_month=date(2026, 2, 1), changed_at=now + timedelta(hours=1))
    third = make_product(recall=make_recall(slug="third", recall_month=date(2026, 1, 1)))
    added = now + timedelta(hours=2)
    make_list(third, ["ABCD1234"], activated_at=added)
    found = entries(client)
    assert [told(entry, "id").split("/")[-2] for entry in found] == ["third", "second", "first"]
    assert told(found[0], "updated") == added.isoformat()
    assert told(found[2], "published") == first.published_at.isoformat()
    assert told(get(client), "updated") == added.isoformat()


def test_the_newest_fifty(client, monkeypatch):
    monkeypatch.setattr(feeds, "NOTICES_IN_FEED", 2)
    for _ in range(3):
        make_recall()
    assert len(entries(client)) == 2


def test_before_the_first_notice(client):
    assert entries(client) == []


def test_texts_are_text(client):
    recall = make_recall(languages=[])
    make_text(recall=recall, title="A & B: <b>fire</b>\x0b", lead="It burns\x0b at <1 m> & more")
    (entry,) = entries(client)
    assert told(entry, "title") == "A & B: <b>fire</b> "
    # The summary is HTML inside XML.
    assert told(entry, "summary").startswith("It burns at &lt;1 m&gt; &amp; more. ")


def test_the_list_of_notices_names_it(client):
    make_recall()
    page = client.get("/fr/recalls/").content.decode()
    head, body = page.split("</head>")
    assert '<link rel="alternate" type="application/atom+xml" title="' in head
    assert head.count('href="/fr/recalls/feed/"') == 1
    assert body.count('href="/fr/recalls/feed/"') == 1
    assert "atom+xml" not in client.get("/fr/").content.decode()


def test_without_the_database_it_is_503(client, monkeypatch):
    def fail(*args, **kwargs):
        raise DatabaseError

    monkeypatch.setattr(cache, "current_edition", fail)
    assert client.get("/en/recalls/feed/").status_code == 503
    assert client.get("/sitemap.xml").status_code == 503
