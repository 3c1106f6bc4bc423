"""A disposal text is public once somebody has published it who has not changed it."""

import datetime as dt
import threading
import time

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from recalls.models import Disposal
from recalls.publishing.disposals import disposals_awaiting_publication
from tests.support.factories import make_disposal
from tests.support.forms import form_data
from tests.support.people import ADMINISTRATOR, EDITOR, make_person, signed_in

pytestmark = pytest.mark.django_db

OLD = "Take it to a shop that takes batteries back."
NEW = "The battery is safe. Keep using it."


@pytest.fixture
def text():
    return make_disposal(country="AU", dos_en=OLD, checked_on=dt.date(2026, 3, 1))


def address(text, page="review"):
    return reverse(f"admin:recalls_disposal_{page}", args=[text.pk])


def save(person, text, **changes):
    client = signed_in(person)
    page = client.get(address(text, "change"))
    response = client.post(address(text, "change"), form_data(page) | changes, follow=True)
    assert response.status_code == 200, response.text
    return response


def press(person, text, **signed):
    """Open the page and press its button, whether it shows one or not."""
    client = signed_in(person, **signed)
    seen = client.get(address(text)).context["seen"]
    return client.post(address(text), {"seen": seen}, follow=True)


def public_page():
    return Client().get("/en/disposal/").text


CHANGES = {
    "dos_en": NEW,
    "donts_en": NEW,
    "dos_fr": NEW,
    "authority": "Nobody",
    "authority_url": "https://example.com/",
}


@pytest.mark.parametrize("column", CHANGES)
def test_a_changed_text_takes_two(text, pat, sam, column):
    response = save(pat, text, **{column: CHANGES[column]})
    assert "Not public yet." in response.text
    text.refresh_from_db()
    assert CHANGES[column] not in str(text.public)
    assert "You have changed this text since it was last published." in press(pat, text).text
    text.refresh_from_db()
    assert CHANGES[column] not in str(text.public)
    assert "It is public." in press(sam, text).text
    text.refresh_from_db()
    assert CHANGES[column] in str(text.public)


def test_the_public_reads_what_was_published(text, pat, sam):
    save(pat, text, dos_en=NEW)
    assert OLD in public_page()
    assert NEW not in public_page()
    press(sam, text)
    assert NEW in public_page()


def test_a_new_text_takes_two(pat, sam):
    client = signed_in(pat)
    data = {"country": "CA", "checked_on": "2026-03-01", "dos_en": NEW}
    assert client.post(reverse("admin:recalls_disposal_add"), data).status_code == 302
    text = Disposal.objects.get()
    press(pat, text)
    assert NEW not in public_page()
    press(sam, text)
    assert NEW in public_page()


def test_a_text_that_was_compared_again_is_published_by_whoever_did(text, pat):
    save(pat, text, checked_on="2026-04-01")
    assert "It is public." in press(pat, text).text
    assert "1 April 2026" in public_page()


def test_a_publication_ends_what_it_holds(text, pat, sam):
    save(pat, text, dos_en=NEW)
    press(sam, text)
    save(sam, text, dos_en=OLD)
    assert "It is public." in press(pat, text).text
    assert OLD in public_page()


def test_nobody_publishes_what_they_were_not_shown(text, pat, sam):
    save(pat, text, dos_en="Better words.")
    client = signed_in(sam)
    seen = client.get(address(text)).context["seen"]
    save(pat, text, dos_en=NEW)
    refused = client.post(address(text), {"seen": seen})
    assert "Somebody changed the text after you opened this page." in refused.text
    assert NEW not in public_page()


@pytest.mark.parametrize("sent", ["", "{", "[]", "null", '{"dos": "x"}'])
def test_a_crafted_form_publishes_nothing(text, pat, sam, sent):
    save(pat, text, dos_en=NEW)
    assert signed_in(sam).post(address(text), {"seen": sent}).status_code == 200
    assert NEW not in public_page()


@pytest.mark.parametrize("role", [EDITOR, ADMINISTRATOR])
def test_others_publish_nothing(text, pat, role):
    save(pat, text, dos_en=NEW)
    assert "Only a publisher can publish this." in press(make_person("eve", role), text).text
    assert NEW not in public_page()


def test_publishing_asks_for_a_fresh_code(text, pat, sam):
    save(pat, text, dos_en=NEW)
    assert "Your last code is a while ago." in press(sam, text, minutes_ago=11).text
    assert NEW not in public_page()


def test_the_start_page_and_the_list_say_what_waits(text, pat, sam):
    assert disposals_awaiting_publication() == []
    save(pat, text, dos_en=NEW)
    assert disposals_awaiting_publication() == [text]
    for page in ("/staff/", reverse("admin:recalls_disposal_changelist")):
        assert address(text) in signed_in(sam).get(page).text
    shown = signed_in(sam).get(address(text)).text
    assert OLD in shown
    assert NEW in shown


@pytest.mark.django_db(transaction=True)
def test_a_save_at_the_same_moment_takes_no_publication_back(text, pat, sam):
    """The row is read under its lock: what was published meanwhile stays."""
    save(pat, text, dos_en=NEW)
    client, is_held = signed_in(pat), threading.Event()
    data = form_data(client.get(address(text, "change"))) | {"authority": "Somebody"}

    def publish_slowly():
        try:
            with transaction.atomic():
                row = Disposal.objects.select_for_update().get(pk=text.pk)
                is_held.set()
                time.sleep(1)
                row.public = row.public | {"dos": {"en": NEW}}
                row.save()
        finally:
            connection.close()

    other = threading.Thread(target=publish_slowly)
    other.start()
    is_held.wait(timeout=30)
    client.post(address(text, "change"), data)
    other.join(timeout=30)
    text.refresh_from_db()
    assert (text.authority, text.public["dos"]) == ("Somebody", {"en": NEW})
