"""What warns less takes two people: asked for by one, approved by another."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from recalls.check.verdict import Outcome
from recalls.models import Publication, Recall
from recalls.publishing import steps
from tests.support.factories import make_product, make_recall
from tests.support.forms import form_data
from tests.support.pages import words
from tests.support.people import EDITOR, PUBLISHER, make_person, signed_in
from tests.support.publish_pages import (
    RANGE,
    UNLISTED,
    decide,
    make_rule_draft,
    page,
    press,
    review_of,
    set_complete,
    verdict,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


TOLD = {"reason": "The maker asked for it.", "changed_en": "The list is complete."}


# What warns less takes two ------------------------------------------------------------------------


def test_setting_the_list_complete_takes_a_second_person(publisher, second, public):
    set_complete(public)
    shown = publisher.get(page(public, "publish")).text
    assert "Warns less: a second person is needed." in shown
    assert 'value="publish"' not in shown
    refused = press(publisher, page(public, "publish"), "publish", **TOLD)
    assert "another person than you has to approve it" in refused.text
    press(publisher, page(public, "publish"), "request", **TOLD)
    publication = Publication.objects.get(status="waiting")
    refused = decide(publisher, publication, "approve")
    assert "another person than you has to approve it" in refused.text
    assert verdict(UNLISTED, "A3102") == Outcome.LIST_INCOMPLETE

    decide(second, publication, "approve")

    assert verdict(UNLISTED, "A3102") == Outcome.NOT_LISTED


def test_the_second_person_has_changed_nothing_since_the_last_publication(
    publisher, second, public
):
    url = reverse("admin:recalls_product_change", args=[public.products.get().pk])
    form = second.get(url)
    data = form_data(form) | {"list_complete": "on"}
    assert second.post(url, data).status_code == 302
    press(publisher, page(public, "publish"), "request", **TOLD)
    publication = Publication.objects.get(status="waiting")
    assert "you have changed something in the notice" in second.get(review_of(publication)).text
    refused = decide(second, publication, "approve")
    assert "you have changed something in the notice" in refused.text
    assert verdict(UNLISTED, "A3102") == Outcome.LIST_INCOMPLETE
    third = signed_in(make_person("tom", PUBLISHER))
    decide(third, publication, "approve")
    assert verdict(UNLISTED, "A3102") == Outcome.NOT_LISTED


def test_what_warns_less_tells_the_public(publisher, public):
    set_complete(public)
    response = press(publisher, page(public, "publish"), "request", reason="Complete.")
    assert response.context["form"].errors["changed_en"] == ["This field is required."]
    assert not Publication.objects.filter(status="waiting").exists()


def test_sent_back_with_a_comment(editor, publisher, draft):
    press(editor, page(draft, "publish"), "request")
    publication = Publication.objects.get()
    assert "Say what is to be mended." in decide(publisher, publication, "send_back").text
    decide(publisher, publication, "send_back", comment="The date is wrong.")
    publication.refresh_from_db()
    assert publication.status == Publication.Status.SENT_BACK
    assert "The date is wrong." in editor.get(review_of(publication)).text
    assert "sent back by pat, “The date is wrong.”" in words(editor.get("/staff/").text)
    press(editor, page(draft, "publish"), "request")
    assert "sent back by pat" not in editor.get("/staff/").text


def test_who_asked_can_cancel_and_no_other_editor(editor, draft):
    press(editor, page(draft, "publish"), "request")
    publication = Publication.objects.get()
    other = signed_in(make_person("liz", EDITOR))
    assert "Only a publisher, or the person who asked" in decide(other, publication, "cancel").text
    decide(editor, publication, "cancel")
    publication.refresh_from_db()
    assert publication.status == Publication.Status.CANCELED
    assert "Somebody has decided on this already." in decide(editor, publication, "cancel").text


def test_a_waiting_publication_goes_live_as_it_was_asked_for(editor, publisher, draft):
    press(editor, page(draft, "publish"), "request")
    make_rule_draft(draft, "ACCJRU1D18000000")
    decide(publisher, Publication.objects.get(), "approve")
    assert verdict() == Outcome.RECALLED
    assert verdict("ACCJRU1D18000000") != Outcome.RECALLED
    assert "new, rule “ACCJRU1D18000000”" in publisher.get(page(draft, "publish")).text


# Withdraw -----------------------------------------------------------------------------------------


def test_a_notice_is_withdrawn_by_two_with_a_reason(client, publisher, second, public):
    url = page(public, "withdraw")
    told = {"reason": "Wrong maker.", "changed_en": "Withdrawn: it named the wrong maker."}
    wrong = press(publisher, url, "request", slug="a3103", **told)
    assert "This notice&#x27;s address is a3102." in wrong.text or "address is a3102" in wrong.text
    press(publisher, url, "request", slug="a3102", **told)
    assert verdict() == Outcome.RECALLED
    decide(publisher, Publication.objects.get(status="waiting"), "approve")
    assert verdict() == Outcome.RECALLED

    approved = decide(second, Publication.objects.get(status="waiting"), "approve").text

    assert "The notice is withdrawn. The very next check answers by it." in approved
    assert "<h2>Withdrawn now</h2>" in approved
    publications = publisher.get(reverse("admin:recalls_publication_changelist")).text
    assert "Withdrawn now" in publications
    assert "Was public" in publications
    assert verdict() == Outcome.UNRECOGNISED
    shown = client.get("/en/recalls/a3102/").text
    assert "This notice was withdrawn" in shown
    assert "Withdrawn: it named the wrong maker." in shown
    public.refresh_from_db()
    assert public.status == Recall.Status.WITHDRAWN


def test_a_notice_is_replaced_by_another(client, publisher, second, public):
    new = make_recall(slug="a3102-again")
    make_product(recall=new, model_numbers="A3102", shapes="ACCJRU1D########", rules=[RANGE])
    told = {"reason": "Extended.", "changed_en": "A wider notice takes its place."}
    told |= {"slug": "a3102"}
    for wrong in ("a3102", "not-there"):
        refused = press(publisher, page(public, "withdraw"), "request", replaced_by=wrong, **told)
        assert "No other public notice has this address." in refused.text
    assert not Publication.objects.filter(status="waiting").exists()
    press(publisher, page(public, "withdraw"), "request", replaced_by="a3102-again", **told)
    decide(second, Publication.objects.get(status="waiting"), "approve")
    public.refresh_from_db()
    assert (public.status, public.replaced_by) == (Recall.Status.REPLACED, new)
    assert "/en/recalls/a3102-again/" in client.get("/en/recalls/a3102/").text
    assert verdict() == Outcome.RECALLED


def test_a_draft_cannot_be_withdrawn(publisher, draft):
    response = publisher.get(page(draft, "withdraw"), follow=True)
    assert "Only a published notice can be withdrawn." in response.text


# A time -------------------------------------------------------------------------------------------


def test_publication_is_set_for_a_time(publisher, draft, monkeypatch):
    when = timezone.now().replace(second=0, microsecond=0) + dt.timedelta(hours=2)
    response = press(
        publisher, page(draft, "publish"), "publish", goes_live_at=f"{when:%Y-%m-%dT%H:%M}"
    )
    assert "It becomes public on" in response.text
    assert verdict() == Outcome.UNRECOGNISED
    assert "becomes public on" in words(publisher.get("/staff/").text)
    monkeypatch.setattr(timezone, "now", lambda: when)
    assert verdict() == Outcome.RECALLED
    assert steps.settle_due() == 1
    draft.refresh_from_db()
    assert (draft.status, draft.published_at) == (Recall.Status.PUBLISHED, when)


def test_a_time_that_has_passed_is_refused(publisher, draft):
    response = press(publisher, page(draft, "publish"), "publish", goes_live_at="2020-01-01T10:00")
    assert "This time has passed." in response.text
    assert not Publication.objects.exists()


# The second look ----------------------------------------------------------------------------------


def test_what_one_person_published_gets_a_second_look(publisher, second, draft):
    press(publisher, page(draft, "publish"), "publish")
    publication = Publication.objects.get()
    assert "Take a second look at a3102" in second.get("/staff/").text
    own = words(publisher.get("/staff/").text)
    assert "Take a second look at a3102" not in own
    assert "Waits for others a3102 waits for a second look" in own
    # Each list says so where it has no line.
    assert "Waits for you Nothing." in own
    assert "Waits for others Nothing." in words(second.get("/staff/").text)
    assert 'value="review"' not in publisher.get(review_of(publication)).text
    Publication.objects.update(live_from=timezone.now() - dt.timedelta(hours=25))
    assert "Overdue: more than a day." in second.get("/staff/").text
    decide(publisher, publication, "review")
    publication.refresh_from_db()
    assert publication.reviewed_by is None
    decide(second, publication, "review")
    publication.refresh_from_db()
    assert publication.reviewed_by.username == "sam"
    assert "second look" not in second.get("/staff/").text
