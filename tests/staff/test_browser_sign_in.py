"""Signing in, enrolling a phone and being asked for a code again, in a real browser."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.urls import reverse

from recalls.models import DailyCount
from recalls.staff import second_factor
from tests.support.browser import PASSWORD as LONG_PASSWORD
from tests.support.browser import is_only_aaa, says, sign_in
from tests.support.people import ADMINISTRATOR, EDITOR, code_of, make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def administrator():
    return make_person("adam", ADMINISTRATOR, password=LONG_PASSWORD)


@pytest.fixture
def faults(axe, traffic):
    def faults(page):
        page.evaluate("document.documentElement.dataset.theme = 'light'")
        before = list(traffic.complaints)
        found = [
            (rule["id"], [node["target"] for node in rule["nodes"]])
            for rule in axe(page)
            if rule["impact"] in ("serious", "critical") and not is_only_aaa(rule)
        ]
        traffic.complaints[:] = before  # axe itself tries inline styles
        return found

    return faults


def test_a_wrong_code_is_said_and_a_right_one_lets_in(
    live_server, open_page, traffic, faults, administrator
):
    page = open_page()
    page.goto(f"{live_server.url}/staff/")
    assert faults(page) == []
    page.get_by_label("Username").fill("adam")
    page.get_by_label("Password").fill(LONG_PASSWORD)
    page.get_by_label("Code").fill("no code")
    page.get_by_role("button", name="Log in").click()
    says(page, "Name, password or code is wrong")
    assert faults(page) == []
    second_factor.enroll(administrator)  # a fresh one does not wait after the failure
    page.get_by_label("Password").fill(LONG_PASSWORD)
    page.get_by_label("Code").fill(code_of(administrator))
    page.get_by_role("button", name="Log in").click()
    says(page, "What waits, and what is public")
    assert traffic.complaints == []


def test_an_administrator_enrolls_a_colleague_who_then_signs_in(
    live_server, open_page, traffic, faults, administrator
):
    eve = make_person("eve", EDITOR, password=LONG_PASSWORD)
    DailyCount.objects.create(day="2027-03-12", outcome="recalled", language="en", number=1)
    page = sign_in(open_page, live_server.url, "adam")
    for name in ("auth_user_changelist", "auth_user_add", "recalls_dailycount_changelist"):
        page.goto(live_server.url + reverse(f"admin:{name}"))
    assert faults(page) == []
    page.goto(live_server.url + reverse("admin:auth_user_change", args=[eve.pk]))
    page.get_by_role("link", name="Second factor").click()
    says(page, "has no second factor, and cannot sign in")
    assert faults(page) == []
    page.get_by_role("button", name="Enroll a new phone").click()
    says(page, "Shown once")
    picture = page.get_by_role("img", name="QR code for an authenticator app")
    assert picture.evaluate("image => image.complete && image.naturalWidth") > 100
    assert faults(page) == []
    assert second_factor.secret(second_factor.device_of(eve)) in page.content()
    sign_in(open_page, live_server.url, "eve")
    assert traffic.complaints == []
    assert traffic.elsewhere == []


def test_what_was_typed_is_still_there_after_the_code(
    live_server, open_page, traffic, faults, administrator
):
    eve = make_person("eve", EDITOR, password=LONG_PASSWORD)
    page = sign_in(open_page, live_server.url, "adam")
    for session in Session.objects.all():
        held = session.get_decoded() | {"code_at": 0}
        session.session_data = Session.objects.encode(held)
        session.save()
    page.goto(live_server.url + reverse("admin:auth_user_change", args=[eve.pk]))
    page.get_by_label("First name").fill("Eve")
    page.get_by_role("button", name="Save", exact=True).click()
    says(page, "Your last code is a while ago.")
    assert faults(page) == []
    page.get_by_label("Code").fill(code_of(administrator, steps=1))
    page.get_by_role("button", name="Go on").click()
    says(page, "was changed successfully")
    assert get_user_model().objects.get(pk=eve.pk).first_name == "Eve"
    assert traffic.complaints == []
