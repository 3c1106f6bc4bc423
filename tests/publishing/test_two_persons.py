"""Whoever changed what warns less does not approve it, whatever they wrote and whenever."""

import datetime as dt
import threading
import time

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from recalls.models import CodeList, Publication, Recall, RecallText
from recalls.publishing import steps, suggestions
from recalls.publishing.permissions import changed_by, why_not
from recalls.publishing.plan import plan_publication, plan_withdrawal
from tests.support.factories import make_list
from tests.support.forms import form_data
from tests.support.people import EDITOR, make_person, signed_in
from tests.support.publish_pages import make_draft, make_live

pytestmark = pytest.mark.django_db

ADDED = "ACCJRU1D17000000"
LISTED = ["ACCJRU1D18000000", "ACCJRU1D18000001"]
TOLD = {"reason": "The maker asked for it.", "changed_en": "Something changed."}


@pytest.fixture
def public():
    """A public notice with one rule and one list."""
    recall = make_draft()
    make_list(product=recall.products.get(), codes=LISTED)
    return make_live(recall)


def address(row, page="change"):
    return reverse(f"admin:recalls_{row._meta.model_name}_{page}", args=[row.pk])


def save(person, row, **changes):
    """As the person does on the row's own page."""
    client = signed_in(person)
    response = client.post(address(row), form_data(client.get(address(row))) | changes)
    assert response.status_code == 302, response.text


def post(person, row, page, **values):
    response = signed_in(person).post(address(row, page), values)
    assert response.status_code == 302, response.text


def withdraw_list(person, recall, reason):
    row = CodeList.objects.get(product__recall=recall)
    post(person, row, "review", do="withdraw", slug=recall.slug, reason=reason)


def publish(person, recall, do="publish"):
    client = signed_in(person)
    seen = client.get(address(recall, "publish")).context["form"].initial["seen"]
    return client.post(address(recall, "publish"), {"do": do, "seen": seen, "reason": "More."})


def ask(recall, by=None, **options):
    by = by or make_person("ann", EDITOR)
    plan = plan_publication(recall, **options)
    return steps.request_publication(plan=plan, by=by, reason="The maker asked for it.")


def add_rule(recall, text=ADDED):
    """As an editor's rule that waits to be published."""
    rule = recall.products.get().rules.model(product=recall.products.get(), text=text)
    rule.full_clean()
    rule.save()


# Whose changes count ------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["Published", "Wrong file."])
def test_no_reason_hides_who_withdrew_a_list(public, pat, sam, reason):
    withdraw_list(pat, public, reason)
    publication = ask(public)
    assert publication.warns_less
    assert "you have changed something" in why_not(publication, pat)
    with pytest.raises(ValidationError, match="you have changed something"):
        steps.approve(publication=publication, by=pat)
    steps.approve(publication=publication, by=sam)


def test_what_the_site_writes_while_it_publishes_is_nobodys_change(public, pat):
    add_rule(public)
    assert publish(pat, public).status_code == 302
    rows = [Recall.history.first(), public.products.get().rules.last().history.first()]
    assert [(row.history_user, row.by_site) for row in rows] == [(pat, True), (pat, True)]
    assert changed_by(public) == set()


def test_what_is_told_of_the_change_is_written_by_the_site(public, pat, sam):
    add_rule(public)
    client = signed_in(pat)
    seen = client.get(address(public, "publish")).context["form"].initial["seen"]
    client.post(address(public, "publish"), {"do": "ask", "seen": seen, **TOLD})
    publication = Publication.objects.get(status="waiting")
    signed_in(sam).post(address(publication, "review"), {"do": "approve"})
    assert "Something changed." in RecallText.objects.get(language="en").changes
    assert changed_by(public) == set()


def test_a_clock_that_was_set_back_hides_no_change(public, pat, monkeypatch):
    real = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: real() - dt.timedelta(hours=1))
    save(pat, public, firm="Another firm")
    monkeypatch.undo()
    assert changed_by(public) == {pat.pk}


def test_what_was_changed_before_a_withdrawal_still_counts(public, pat, sam):
    """The withdrawal does not make it public; the publication after it does."""
    save(pat, public, firm="Another firm")
    plan = plan_withdrawal(public)
    asked = steps.request_publication(plan=plan, by=make_person("ann", EDITOR), reason="Wrong.")
    steps.approve(publication=asked, by=sam)
    assert changed_by(public) == {pat.pk}


def test_what_was_changed_after_it_was_asked_for_counts_once_that_is_public(public, pat, sam):
    add_rule(public)
    asked = ask(public)
    save(pat, public, firm="Another firm")
    steps.approve(publication=asked, by=sam)
    assert "Another firm" not in str(Publication.objects.get(status="live").content)
    assert changed_by(public) == {pat.pk}


def test_a_publication_ends_what_it_holds(public, pat, sam):
    save(pat, public, firm="Another firm")
    steps.approve(publication=ask(public), by=sam)
    assert changed_by(public) == set()


def test_who_loaded_a_list_does_not_approve_it_however_long_ago_that_was(public, pat, sam):
    product = public.products.get()
    old = CodeList.objects.get()
    new = make_list(product=product, codes=LISTED[:1], status="draft", loaded_by=pat)
    add_rule(public)
    steps.approve(publication=ask(public), by=pat)  # what warns more
    post(sam, new, "review", do="activate", replaces=str(old.pk))
    publication = ask(public, by=make_person("eve", EDITOR))
    assert publication.warns_less
    assert "you have changed something" in why_not(publication, pat)


def test_what_was_approved_for_a_time_only_a_publisher_cancels(public, pat):
    """Else an editor could take a warning back an hour before it is due."""
    add_rule(public)
    ann, later = make_person("ann", EDITOR), timezone.now() + dt.timedelta(hours=2)
    asked = steps.request_publication(
        plan=plan_publication(public), by=ann, reason="More units.", goes_live_at=later
    )
    steps.approve(publication=asked, by=pat)
    page = signed_in(ann).get(address(asked, "review")).text
    assert 'value="cancel"' not in page
    with pytest.raises(ValidationError, match="only a publisher can cancel it"):
        steps.cancel(publication=asked, by=ann)
    steps.cancel(publication=asked, by=pat)
    asked.refresh_from_db()
    assert asked.status == Publication.Status.CANCELED


# At the same moment -------------------------------------------------------------------------------


def test_what_was_saved_after_the_plan_is_not_passed_over(public, pat):
    """Between reading the rows and storing the publication."""
    add_rule(public)
    plan = plan_publication(public)
    save(pat, public, firm="Another firm")
    with pytest.raises(ValidationError, match="Somebody changed the notice while"):
        steps.request_publication(plan=plan, by=make_person("ann", EDITOR), reason="More.")
    assert not Publication.objects.filter(status="waiting").exists()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_change_saved_while_another_publishes_is_public_or_counts(public, pat, sam):
    """Twelve times, at all distances of a tenth of a second, each in a thread and with a
    connection of its own."""
    outcomes = []
    for turn in range(12):
        add_rule(public, f"ACCJRU1D1700{turn:04}")
        start = threading.Barrier(2)
        presses = [
            (_opened(sam, public), {"firm": f"Firm {turn}"}, turn * 0.01, start),
            (_opened_to_publish(pat, public), {}, 0, start),
        ]
        threads = [threading.Thread(target=_press, args=press) for press in presses]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        public.refresh_from_db()
        is_saved = public.firm == f"Firm {turn}"
        live = Publication.objects.get(recall=public, status="live")
        is_public = live.content["recall"][0]["firm"] == public.firm
        counts = sam.pk in changed_by(public)
        outcomes.append((is_saved, is_public, counts))
        assert not is_saved or is_public or counts, outcomes
    assert any(is_saved for is_saved, _, _ in outcomes)


def _opened(person, row):
    client = signed_in(person)
    return client, address(row), form_data(client.get(address(row)))


def _opened_to_publish(person, recall):
    client = signed_in(person)
    seen = client.get(address(recall, "publish")).context["form"].initial["seen"]
    return client, address(recall, "publish"), {"do": "publish", "seen": seen, "reason": "More."}


def _press(opened, changes, seconds, start):
    client, url, data = opened
    try:
        start.wait()
        time.sleep(seconds)
        client.post(url, data | changes)
    finally:
        connection.close()


def keep_a_suggestion(person, recall):
    found = suggestions.suggest_test_codes(recall.products.get()).suggestions
    suggestions.store_suggestions(product=recall.products.get(), chosen=found[:1])


def add_a_product(person, recall):
    client = signed_in(person)
    url = reverse("admin:recalls_product_add")
    data = form_data(client.get(url)) | {
        "recall": str(recall.pk),
        "brand": "Example",
        "name": "Two",
        "model_numbers": "A3103",
        "identified_by": "listed_codes",
    }
    response = client.post(url, data)
    assert response.status_code == 302, response.text


def withdraw_the_rule(person, recall):
    steps.withdraw_rule(rule=recall.products.get().rules.get(), by=person)


def activate_a_list(person, recall):
    post(person, CodeList.objects.get(status="draft"), "review", do="activate")


WAYS = {
    "the notice": lambda person, recall: save(person, recall, firm="Another"),
    "a product": lambda person, recall: save(person, recall.products.get(), color="black"),
    "a new product": add_a_product,
    "a rule withdrawn": withdraw_the_rule,
    "a list made active": activate_a_list,
    "a list withdrawn": lambda person, recall: withdraw_list(person, recall, "Wrong file."),
    "test codes": keep_a_suggestion,
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_change_a_notice_waits_for_who_publishes_it(public, pat, way):
    """Else its row in the record could come before the publication, and its change after it."""
    if way == "a list made active":
        make_list(product=public.products.get(), codes=["ACCJRU1D19000000"], status="draft")
    is_held, ended = threading.Event(), []

    def hold():
        try:
            with transaction.atomic():
                steps.lock_recall(public.pk)
                is_held.set()
                time.sleep(1)
                ended.append(time.monotonic())
        finally:
            connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    is_held.wait(timeout=30)
    WAYS[way](pat, public)
    saved = time.monotonic()
    holder.join(timeout=30)
    assert ended[0] <= saved
