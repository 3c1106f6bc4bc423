"""A draft can be deleted until it was public, also one that publication was asked for."""

import pytest

from recalls.lists.steps import withdraw
from recalls.models import AffectedCode, CodeList, Product, Publication, Recall
from recalls.publishing import steps
from recalls.publishing.plan import plan_publication
from tests.support.admin_pages import address
from tests.support.factories import make_list, make_recall
from tests.support.people import EDITOR, PUBLISHER, make_person, signed_in
from tests.support.publish_pages import decide, page, press

pytestmark = pytest.mark.django_db
LISTED = "ACCJRU1D20000001"


@pytest.fixture
def eve():
    return make_person("eve", EDITOR)


@pytest.fixture
def client(eve):
    return signed_in(eve)


def delete(client, row):
    return client.post(address(row, "delete"), {"post": "yes"})


def test_one_that_waits_is_kept_and_one_that_was_taken_back_is_deleted(client, draft):
    press(client, page(draft, "publish"), "request")
    assert delete(client, draft).status_code == 403
    assert "cancel that first" in client.get(address(draft)).text
    decide(client, Publication.objects.get(), "cancel")
    assert "cannot be deleted" not in client.get(address(draft)).text
    assert client.get(address(draft, "delete")).status_code == 200
    assert delete(client, draft).status_code == 302
    assert not Recall.objects.exists()
    assert not Publication.objects.exists()
    assert Recall.history.filter(slug="a3102", history_type="-").exists()


def test_one_that_was_sent_back_is_deleted(client, draft):
    press(client, page(draft, "publish"), "request")
    publisher = signed_in(make_person("pat", PUBLISHER))
    decide(publisher, Publication.objects.get(), "send_back", comment="It is no recall.")
    assert delete(client, draft).status_code == 302
    assert not Recall.objects.exists()


def test_what_was_public_or_is_approved_for_a_time_is_kept(client, draft):
    steps.publish_from_shell(recall=draft)
    assert delete(client, draft).status_code == 403
    Recall.objects.update(published_at=None, status="draft")
    assert delete(client, draft).status_code == 403
    Publication.objects.update(status="past")
    assert delete(client, draft.products.get()).status_code == 403
    assert Product.objects.exists()


def test_one_with_lists_is_deleted_once_they_are_discarded(client, eve, draft):
    product = draft.products.get()
    old = make_list(product=product, codes=[LISTED])
    new = make_list(product=product, codes=[LISTED], replaces=old)
    assert "discard them first" in client.get(address(draft)).text
    for row in (old, new):
        withdraw(code_list=row, by=eve, reason="Wrong file.")
        assert 'value="discard"' in client.get(address(row, "review")).text
        assert delete(client, draft).status_code == 403
        client.post(address(row, "review"), {"do": "discard"})
        row.refresh_from_db()
        assert row.status == CodeList.Status.DISCARDED
    assert not AffectedCode.objects.exists()
    assert delete(client, product).status_code == 302
    assert not CodeList.objects.exists()
    assert delete(client, draft).status_code == 302


def test_a_withdrawn_list_that_was_public_or_may_be_is_not_discarded(client, eve, draft):
    code_list = make_list(product=draft.products.get(), codes=[LISTED])
    asked = steps.request_publication(plan=plan_publication(draft), by=eve)
    withdraw(code_list=code_list, by=eve, reason="Wrong file.")
    refused = client.post(address(code_list, "review"), {"do": "discard"})
    assert "The notice was public with it, or is about to be." in refused.text
    steps.approve(publication=asked, by=make_person("pat", PUBLISHER))
    client.post(address(code_list, "review"), {"do": "discard"})
    assert AffectedCode.objects.count() == 1


def test_one_that_another_notice_names_is_kept(client, draft):
    make_recall(slug="later", status="draft", follows=draft)
    assert delete(client, draft).status_code == 403
    assert "Another notice names it" in client.get(address(draft)).text
