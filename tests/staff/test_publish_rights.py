"""Nobody publishes who may not, whatever is sent."""

import pytest
from django.urls import reverse

from recalls.check.verdict import Outcome
from recalls.models import Product, Publication
from recalls.publishing import steps
from recalls.publishing.plan import plan_publication
from tests.support.forms import form_data
from tests.support.people import ADMINISTRATOR, EDITOR, PUBLISHER, make_person, signed_in
from tests.support.publish_pages import (
    UNLISTED,
    decide,
    page,
    press,
    review_of,
    seen_on,
    set_complete,
    verdict,
)

pytestmark = pytest.mark.django_db


PAGES = [("publish",), ("withdraw",), ("try",), ("preview", "en"), ("record",)]


@pytest.mark.parametrize("name", PAGES)
def test_a_stranger_sees_nothing_but_the_sign_in(client, public, name):
    response = client.get(page(public, *name))
    assert (response.status_code, response.url.split("?")[0]) == (302, "/staff/login/")


@pytest.mark.parametrize("name", PAGES)
def test_staff_without_a_role_are_refused(public, name):
    assert signed_in(make_person("new")).get(page(public, *name)).status_code == 403


@pytest.mark.parametrize("role", [EDITOR, ADMINISTRATOR, ""])
@pytest.mark.parametrize("do", ["approve", "send_back"])
def test_no_crafted_post_publishes_for_who_may_not(draft, public_codes, role, do):
    asked = steps.request_publication(plan=plan_publication(draft), by=make_person("ann", EDITOR))
    client = signed_in(make_person("mal", role))
    response = client.post(review_of(asked), {"do": do, "comment": "x"})
    assert response.status_code in (200, 403)
    asked.refresh_from_db()
    assert asked.status == Publication.Status.WAITING
    assert public_codes() == Outcome.UNRECOGNISED


@pytest.fixture
def public_codes():
    return verdict


@pytest.mark.parametrize("role", [EDITOR, ADMINISTRATOR, ""])
def test_no_crafted_publish_either(draft, role):
    client = signed_in(make_person("mal", role))
    seen = seen_on(signed_in(make_person("pat", PUBLISHER)), page(draft, "publish"))
    client.post(page(draft, "publish"), {"do": "publish", "seen": seen})
    assert not Publication.objects.filter(status="live").exists()
    assert verdict() == Outcome.UNRECOGNISED


def test_a_superuser_publishes_nothing(admin_client, draft):
    seen = seen_on(admin_client, page(draft, "publish"))
    response = admin_client.post(page(draft, "publish"), {"do": "publish", "seen": seen})
    assert "Only a publisher can approve this." in response.text
    assert verdict() == Outcome.UNRECOGNISED


def test_the_notices_own_form_changes_nothing_public(editor, public):
    """Whatever an editor saves, the public reads what was published."""
    url = reverse("admin:recalls_recall_change", args=[public.pk])
    data = form_data(editor.get(url)) | {
        "status": "withdrawn",
        "firm": "Somebody else",
        "texts-0-hazard": "None at all.",
    }
    assert editor.post(url, data).status_code == 302
    assert verdict() == Outcome.RECALLED
    shown = editor.get("/en/recalls/a3102/").text
    assert "Somebody else" not in shown
    assert "None at all." not in shown


def test_get_changes_nothing(publisher, draft):
    publisher.get(page(draft, "publish"), {"do": "publish"})
    publisher.get(page(draft, "withdraw"), {"do": "request"})
    assert not Publication.objects.exists()


def test_an_unknown_button_does_nothing(editor, publisher, draft):
    press(editor, page(draft, "publish"), "request")
    response = decide(publisher, Publication.objects.get(), "burn")
    assert "Choose one of the buttons." in response.text


@pytest.mark.parametrize("name", PAGES)
def test_a_notice_that_is_not_there(publisher, name):
    url = reverse(f"admin:recalls_recall_{name[0]}", args=[999, *name[1:]])
    assert publisher.get(url).status_code == 404


def test_the_products_list_complete_is_off_until_published(public):
    set_complete(public)
    assert Product.objects.get().list_complete
    assert verdict(UNLISTED, "A3102") == Outcome.LIST_INCOMPLETE
