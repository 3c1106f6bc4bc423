"""Mail to those for whom something waits: to whom, with which words, and never in the way."""

import threading

import pytest
from django.core import mail
from django.urls import reverse

from recalls.models import Disposal, Publication
from tests.support.admin_pages import address, make_public_recall, send
from tests.support.factories import make_disposal
from tests.support.people import ADMINISTRATOR, EDITOR, PUBLISHER, make_person, signed_in
from tests.support.publish_pages import decide, make_draft, page, press, review_of

pytestmark = pytest.mark.django_db


def person(name, role):
    return make_person(name, role, email=f"{name}@example.org")


@pytest.fixture
def people():
    make_person("mute", PUBLISHER)
    gone = person("gone", PUBLISHER)
    gone.is_active = False
    gone.save()
    person("adam", ADMINISTRATOR)
    return {
        "eve": person("eve", EDITOR),
        "pat": person("pat", PUBLISHER),
        "sam": person("sam", PUBLISHER),
    }


@pytest.fixture(autouse=True)
def on(settings):
    settings.STAFF_MAIL = True


def sent():
    """By address; waits for the thread that sends."""
    for thread in threading.enumerate():
        if thread.name.startswith("mail about"):
            thread.join(10)
    return {message.to[0]: message for message in mail.outbox}


def test_those_who_may_approve_are_told_what_waits_and_nothing_of_it(people):
    recall = make_draft()
    press(signed_in(people["eve"]), page(recall, "publish"), "request", reason="A secret reason.")
    assert set(sent()) == {"pat@example.org", "sam@example.org"}
    publication = Publication.objects.get()
    message = sent()["pat@example.org"]
    assert message.subject.endswith(f"Publication {publication.pk} waits for approval")
    assert f"http://testserver{review_of(publication)}" in message.body
    assert "eve asks somebody to approve" in message.body
    product = recall.products.get()
    for word in (recall.slug, "secret", "ACCJRU1D", product.brand, product.model_numbers):
        assert word not in f"{message.subject}{message.body}"


def test_who_may_not_approve_it_is_not_asked_to(people):
    recall = make_public_recall()
    rule = recall.products.get().rules.get()
    rule._history_user = people["sam"]
    rule.save()
    recall.products.update(list_complete=False)
    told = {"reason": "Wrong.", "changed_en": "It is withdrawn.", "slug": recall.slug}
    press(signed_in(people["pat"]), page(recall, "withdraw"), "request", **told)
    assert Publication.objects.filter(status="waiting").exists()
    assert sent() == {}  # sam has changed it, pat has asked


def test_a_second_look_is_asked_for_and_a_publication_that_is_sent_back_is_told(people):
    recall = make_draft()
    press(signed_in(people["pat"]), page(recall, "publish"), "publish")
    assert {address: "second look" in message.subject for address, message in sent().items()} == {
        "sam@example.org": True
    }
    mail.outbox.clear()
    recall.products.get().rules.create(text="ACCJRU1D10309381")
    press(signed_in(people["eve"]), page(recall, "publish"), "request", reason="One more.")
    sent()
    mail.outbox.clear()
    waiting = Publication.objects.get(status="waiting")
    decide(signed_in(people["sam"]), waiting, "send_back", comment="A secret remark.")
    assert set(sent()) == {"eve@example.org"}
    assert "secret" not in sent()["eve@example.org"].body


def test_what_waits_for_nobody_sends_nothing(people):
    recall = make_draft()
    press(signed_in(people["eve"]), page(recall, "publish"), "request")
    sent()
    mail.outbox.clear()
    decide(signed_in(people["eve"]), Publication.objects.get(), "cancel")
    assert sent() == {}


def test_it_is_off_unless_it_is_set(people, settings):
    settings.STAFF_MAIL = False
    press(signed_in(people["eve"]), page(make_draft(), "publish"), "request")
    assert sent() == {}


def test_a_mail_that_fails_stops_nothing(people, monkeypatch, caplog):
    def fail(*args, **kwargs):
        raise ConnectionRefusedError("to pat@example.org")

    monkeypatch.setattr(mail, "get_connection", fail)
    answer = press(signed_in(people["eve"]), page(make_draft(), "publish"), "request")
    assert "It waits for somebody who may approve it." in answer.text
    sent()
    assert "No mail about publication" in caplog.text
    assert "ConnectionRefusedError" in caplog.text
    assert "pat@example.org" not in caplog.text


def test_people_that_cannot_be_read_stop_nothing_either(people, monkeypatch):
    from recalls.staff import mail as staff_mail

    monkeypatch.setattr(staff_mail, "who_may_approve", lambda publication: 1 / 0)
    answer = press(signed_in(people["eve"]), page(make_draft(), "publish"), "request")
    assert "It waits for somebody who may approve it." in answer.text


def test_a_disposal_text_that_waits_is_told_to_those_who_may_publish_it(people):
    """The one who changed it is not asked to; an editor and an administrator may not."""
    url = reverse("admin:recalls_disposal_add")
    text = {"country": "US", "checked_on": "2025-06-01", "dos_en": "A secret sentence."}
    assert send(signed_in(people["pat"]), url, text).status_code == 302
    assert set(sent()) == {"sam@example.org"}
    disposal = Disposal.objects.get()
    message = sent()["sam@example.org"]
    assert f"Disposal text {disposal.pk} waits" in message.subject
    assert reverse("admin:recalls_disposal_review", args=[disposal.pk]) in message.body
    assert "pat has changed a disposal text." in message.body
    for word in ("secret", "United States"):
        assert word not in f"{message.subject}{message.body}"


def test_a_disposal_text_without_a_change_is_told_to_nobody(people):
    disposal = make_disposal(country="US", checked_on="2025-06-01", dos_en="Ask.")
    assert send(signed_in(people["pat"]), address(disposal), {}).status_code == 302
    assert sent() == {}
