"""Each way of losing text, tried in a real browser."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.urls import reverse

from recalls.models import UnsavedForm
from tests.support.admin_pages import address
from tests.support.browser import PASSWORD, is_only_aaa, says, sign_in
from tests.support.factories import make_product, make_recall
from tests.support.people import PUBLISHER, code_of, make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TYPED = "The battery can overheat and start a fire."
HAZARD = "#id_texts-0-hazard"


@pytest.fixture
def draft():
    return make_recall(slug="a3102", status="draft", languages=("en",))


@pytest.fixture
def page(live_server, open_page):
    make_person("pat", PUBLISHER, password=PASSWORD)
    return sign_in(open_page, live_server.url, "pat")


def fill_in_sign_in(page):
    page.get_by_label("Username").fill("pat")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Code").fill(code_of(get_user_model().objects.get(username="pat"), steps=1))
    page.get_by_role("button", name="Log in").click()


def save(page):
    page.get_by_role("button", name="Save and continue editing").click()


def is_in_view(locator):
    return locator.evaluate(
        "e => { const b = e.getBoundingClientRect();"
        " return b.top >= 0 && b.bottom <= window.innerHeight; }"
    )


def faults(axe, page):
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    return [rule["id"] for rule in axe(page) if not is_only_aaa(rule)]


def test_a_session_that_ended_loses_nothing(live_server, page, draft, axe):
    page.goto(live_server.url + address(draft))
    page.locator(HAZARD).fill(TYPED)
    Session.objects.all().delete()
    save(page)
    says(page, "What you typed is kept on this page")
    assert faults(axe, page) == []
    fill_in_sign_in(page)
    says(page, "You typed this before you were signed out")
    assert page.locator(HAZARD).input_value() == TYPED
    assert draft.texts.get().hazard != TYPED
    assert faults(axe, page) == []
    save(page)
    says(page, "was changed successfully")
    assert draft.texts.get().hazard == TYPED
    assert not UnsavedForm.objects.exists()


def test_a_sign_in_in_another_tab_loses_nothing(live_server, page, draft):
    page.goto(live_server.url + address(draft))
    page.locator(HAZARD).fill(TYPED)
    other = page.context.new_page()
    page.context.clear_cookies(name="sessionid")
    other.goto(live_server.url + "/staff/")
    fill_in_sign_in(other)
    says(other, "What waits, and what is public")
    save(page)
    says(page, "You typed this before you signed in again")
    assert page.locator(HAZARD).input_value() == TYPED
    save(page)
    says(page, "was changed successfully")


def test_leaving_with_unsaved_text_asks_first(live_server, page, draft, traffic):
    page.goto(live_server.url + address(draft))
    asked = []

    def stay(dialog):
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.get_by_role("link", name="Try a code").click()
    page.wait_for_url("**/try/")
    page.go_back()
    assert asked == []
    page.locator(HAZARD).press_sequentially("More.")
    page.get_by_role("link", name="Try a code").click()
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    assert page.locator(HAZARD).input_value().startswith("More.")
    save(page)
    says(page, "was changed successfully")
    assert asked == ["beforeunload"]
    assert traffic.complaints == []


def test_reading_a_file_with_unsaved_text_on_the_page_asks_first(
    live_server, page, draft, tmp_path
):
    """The file is sent by a form of its own, which does not have the text."""
    product = make_product(recall=draft, shapes="A####")
    page.goto(live_server.url + address(product))
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.locator("#id_pasted_rules").press_sequentially("A1000")
    path = tmp_path / "maker.csv"
    path.write_text("A2000\n")
    page.get_by_label("File of codes").set_input_files(path)
    page.get_by_role("button", name="Read the file").click()
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    assert page.locator("#id_pasted_rules").input_value() == "A1000"


def test_a_page_that_was_refused_asks_too(live_server, page, draft):
    page.goto(live_server.url + address(draft))
    page.locator(HAZARD).fill("")
    save(page)
    says(page, "Nothing was saved.")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="Home", exact=True).click()
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]


def test_what_happened_is_in_view_wherever_a_link_led(live_server, page, draft):
    product = make_product(recall=draft)
    page.goto(f"{live_server.url}{address(product)}#id_label_en")
    label = page.locator("label[for=id_label_en]").first
    assert is_in_view(label)
    page.locator("#id_name").fill("")
    save(page)
    says(page, "Nothing was saved.")
    told = page.locator("#faults")
    assert is_in_view(told)
    assert told.evaluate("e => e === document.activeElement")
    told.get_by_role("link", name="Name").click()
    assert page.locator("#id_name").evaluate("e => e === document.activeElement")
    assert is_in_view(page.locator("label[for=id_name]"))
    page.locator("#id_name").fill("Tone")
    save(page)
    says(page, "was changed successfully")
    page.locator(".messagelist:focus").wait_for()
    assert is_in_view(page.locator(".messagelist"))


def test_a_title_pasted_too_long_is_counted_and_not_cut(live_server, page, draft, axe):
    page.goto(live_server.url + address(draft))
    title = "Anker PowerCore 10000 power banks recalled due to a fire hazard, and more of it"
    page.locator("#id_texts-0-title").fill(title)
    assert page.locator("#id_texts-0-title").input_value() == title
    says(page, f"{len(title)} of 65 characters")
    save(page)
    says(page, f"at most 65 characters (it has {len(title)})")
    assert page.locator("#id_texts-0-title").input_value() == title
    assert faults(axe, page) == []


def test_somebody_who_types_is_not_signed_out(live_server, page, draft):
    page.clock.install()
    page.goto(live_server.url + address(draft))
    page.locator(HAZARD).press_sequentially("a")
    page.clock.fast_forward("06:00")
    with page.expect_response(f"**{reverse('admin:alive')}") as answer:
        page.locator(HAZARD).press_sequentially("b")
    assert answer.value.status == 204


def test_without_a_script_nothing_is_lost_either(live_server, open_page, draft):
    make_person("pat", PUBLISHER, password=PASSWORD)
    page = open_page(java_script_enabled=False)
    page.goto(live_server.url + address(draft))
    page.get_by_label("Username").fill("pat")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Code").fill(code_of(get_user_model().objects.get(username="pat")))
    page.get_by_role("button", name="Log in").click()
    page.locator(HAZARD).fill(TYPED)
    Session.objects.all().delete()
    save(page)
    fill_in_sign_in(page)
    says(page, "You typed this before you were signed out")
    assert page.locator(HAZARD).input_value() == TYPED
