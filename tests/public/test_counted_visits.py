"""What is counted is what somebody asked, and what came of asking for the code a second time."""

from collections import Counter

import pytest

from recalls.public import counts
from tests.support.factories import make_listed_recall

pytestmark = pytest.mark.django_db

CHECK, NOTICE = "/en/check/?sn=KB700000", "/en/recalls/listed/"
MOBILE = "Mozilla/5.0 (Linux; Android 13; {}) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36"


@pytest.fixture(autouse=True)
def nothing_held(monkeypatch):
    monkeypatch.setattr(counts, "_pending", Counter())


@pytest.fixture(autouse=True)
def recall():
    return make_listed_recall()


def counted(recall="listed"):
    """How often each was counted since the last time, of the notice."""
    pending, counts._pending = counts._pending, Counter()
    return {outcome: number for (_, slug, outcome, _), number in pending.items() if slug == recall}


@pytest.mark.parametrize("address", [CHECK, NOTICE, "/api/check?sn=KB700000"])
def test_a_look_at_the_headers_is_not_counted(client, address):
    assert client.head(address).status_code == 200
    assert counted() == {}
    client.get(address)
    assert sum(counted().values()) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sec-purpose", "prefetch"),
        ("sec-purpose", "prefetch;prerender"),
        ("purpose", "prefetch"),
        ("x-purpose", "preview"),
        ("x-moz", "prefetch"),
    ],
)
def test_a_page_that_nobody_has_asked_for_yet_is_not_counted(client, name, value):
    for address in (CHECK, NOTICE):
        assert client.get(address, headers={name: value}).status_code == 200
    assert counted() == {}


MACHINES = [
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "WhatsApp/2.23.20.0 A",
    "Twitterbot/1.0",
    "TelegramBot (like TwitterBot)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
    "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient)",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "kakaotalk-scrap/1.0; facebookexternalhit/1.1; Facebot",
]
PEOPLE = [
    "",
    MOBILE.format("SM-A146P"),
    MOBILE.format("CUBOT NOTE 20"),
    MOBILE.format("Pixel 8") + " Instagram 300.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile Safari/604.1",
    "curl/8.5.0",
]


def test_previews_of_links_and_search_engines_are_not_counted(client):
    for agent in MACHINES:
        for address in (CHECK, NOTICE):
            assert client.get(address, headers={"user-agent": agent}).status_code == 200
        assert counted() == {}, agent


def test_people_are_counted_whatever_their_phone_calls_itself(client):
    for agent in PEOPLE:
        client.get(CHECK, headers={"user-agent": agent})
        assert counted() == {"recalled": 1}, agent


def test_neither_the_browser_nor_a_code_is_kept(client):
    client.get(CHECK, headers={"user-agent": "A browser of its own"})
    assert {type(part).__name__ for key in counts._pending for part in key} == {"date", "str"}
    kept = str(counts._pending)
    assert "browser" not in kept
    assert "KB7" not in kept


# Asked to type the code again ---------------------------------------------------------------------

ASKED = "/en/check/?sn=KB700005&product=T700"
CAME = {
    "&again=KB700005": {"check_again": 1, "again_same": 1},
    "&again=SN+KB7+00005": {"check_again": 1, "again_same": 1},
    "&again=KB700000": {"recalled": 1, "again_recalled": 1},
    "&again=KB712345": {"again_unlike": 1},
    "&cannot_type=1": {"check_again": 1, "again_cannot": 1},
    # Not read: they are asked once more, and nothing has come of it yet.
    "&again=": {},
    "&again=KB7000051": {},
    "&again=KB70000%3F": {},
}


@pytest.mark.parametrize("query", CAME)
def test_what_came_of_it_is_counted_beside_the_answer(client, query):
    client.get(ASKED)
    assert counted() == {"type_again": 1}
    client.get(ASKED + query)
    assert counted() == CAME[query]


def test_the_page_of_two_unlike_entries_asks_for_no_third(client):
    client.get(f"{ASKED}&again=KB712345")
    assert counted("") == {"unlike_entries": 1, "again_unlike": 1}


def test_later_questions_do_not_count_the_second_entry_again(client):
    client.get(f"{ASKED}&again=KB700005&confirmed=compare.KB700005.KB700000")
    assert counted() == {"not_listed": 1}


def test_who_gave_up_are_those_of_whom_nothing_came():
    by = Counter(type_again=9, again_same=3, again_unlike=1, again_cannot=1, check_again=5, page=4)
    said = counts.summary(by)
    assert (said["type_again"], said["again_nothing"], said["checks"]) == (9, 4, 14)
    # More came back than were asked that day: some were asked before midnight.
    assert counts.summary(Counter(type_again=1, again_same=3))["again_nothing"] == 0
