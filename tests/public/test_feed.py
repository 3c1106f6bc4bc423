"""The Atom feed of the notices in each language."""

from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest
from django.db import DatabaseError
from django.utils import timezone

from recalls.public import feeds
from recalls.published import cache
from recalls.publishing import steps
from recalls.publishing.plan import plan_publication
from tests.support.factories import make_country, make_list, make_product, make_recall, make_text
from tests.support.languages import SHOWN
from tests.support.people import PUBLISHER, make_person

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


# What has changed ---------------------------------------------------------------------------------


def change(recall, **values):
    """The notice with these values becomes public, as the shell publishes it."""
    for name, value in values.items():
        setattr(recall, name, value)
    recall.save()
    steps.publish_from_shell(recall=recall)


@pytest.fixture
def public():
    """A notice that has become public in the way of all, so that its edition is the first."""
    recall = make_recall(slug="example", status="draft", countries=[])
    make_country(recall=recall, email="help@maker.example")
    make_product(recall=recall, model_numbers="T100", shapes="KQ######", rules=["KQ700000"])
    steps.publish_from_shell(recall=recall)
    recall.refresh_from_db()
    return recall


def changes(client, language="en"):
    """(title, summary) of each entry that is about a change, the newest first."""
    found = [entry for entry in entries(client, language) if "#change-" in told(entry, "id")]
    return [(told(entry, "title"), told(entry, "summary")) for entry in found]


LISTS = "The list of recalled codes changed. Checked before? Check again."
REMEDY = "What you can get changed. Read the notice again."
DANGER = "What is known of the danger changed. Read the notice again."
TITLE = "Changed: Example S100: fire hazard"


def test_a_new_notice_is_news_once(client, public):
    assert changes(client) == []
    assert len(entries(client)) == 1


def test_other_codes_another_remedy_and_another_danger_have_entries_of_their_own(client, public):
    public.products.get().rules.create(text="KQ700001")
    change(public)
    change(public, remedy_options="refund")
    change(public, deaths=1)
    change(public, importer="Nobody acts on this")
    assert changes(client) == [(TITLE, DANGER), (TITLE, REMEDY), (TITLE, LISTS)]
    public.texts.filter(language="en").update(remedy="Ask at the counter.", hazard="It burns.")
    change(public)
    assert changes(client)[0] == (TITLE, f"{REMEDY} {DANGER}")
    ids = [told(entry, "id") for entry in entries(client)]
    assert len(set(ids)) == len(ids) == 5


@pytest.mark.parametrize("language", SHOWN)
def test_an_entry_of_a_change_leads_to_the_notice_in_its_language(client, public, language):
    change(public, deaths=1)
    found = [entry for entry in entries(client, language) if "#change-" in told(entry, "id")]
    (entry,) = found
    address = f"http://testserver/{language}/recalls/example/"
    assert entry.find(f"{ATOM}link").get("href") == address
    assert told(entry, "id") == f"{address}#change-{public.publications.first().pk}"
    assert told(entry, "updated") == public.publications.first().live_from.isoformat()
    if language != "en":
        assert "Changed" not in told(entry, "title")
        assert DANGER not in told(entry, "summary")


def test_what_is_set_for_a_time_is_told_from_then_on(client, public, monkeypatch):
    public.deaths = 2
    public.save()
    pat = make_person("pat", PUBLISHER)
    later = timezone.now() + timedelta(hours=1)
    plan = plan_publication(public)
    steps.publish(plan=plan, by=pat, reason="A death.", goes_live_at=later)
    assert changes(client) == []
    monkeypatch.setattr(timezone, "now", lambda: later + timedelta(minutes=1))
    assert changes(client) == [(TITLE, DANGER)]


def test_changes_of_what_is_not_public_are_not_told(client, public, monkeypatch):
    change(public, deaths=1)
    change(public, is_training=True)
    assert entries(client) == []


def test_the_newest_changes(client, public, monkeypatch):
    monkeypatch.setattr(feeds, "CHANGES_IN_FEED", 2)
    for deaths in (1, 2, 3):
        change(public, deaths=deaths)
    assert len(changes(client)) == 2


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
