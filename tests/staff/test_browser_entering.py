"""What helps to enter a notice: a field that finds another, the English text, the sections."""

import pytest
from django.urls import reverse

from recalls.models import Product, Recall
from tests.support.admin_pages import address
from tests.support.browser import PASSWORD, is_only_aaa, sign_in
from tests.support.factories import make_recall
from tests.support.people import PUBLISHER, make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(live_server, open_page):
    make_recall(slug="example-audio-1", status="draft")
    make_recall(slug="other-firm-2", status="draft")
    make_person("pat", PUBLISHER, password=PASSWORD)
    return sign_in(open_page, live_server.url, "pat")


def faults(axe, page):
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    return [
        (rule["id"], [node["target"] for node in rule["nodes"]])
        for rule in axe(page)
        if not is_only_aaa(rule)
    ]


def open_field(live_server, page):
    page.goto(live_server.url + reverse("admin:recalls_product_add"))
    page.get_by_role("combobox", name="Recall:").focus()
    page.keyboard.press("Enter")
    page.get_by_role("searchbox", name="Address, title, firm").wait_for()


def test_a_notice_is_found_by_its_address_and_chosen_with_the_keyboard(live_server, page, traffic):
    open_field(live_server, page)
    page.keyboard.type("audio-1")
    page.get_by_role("option", name="example-audio-1: Example S100: fire hazard").wait_for()
    page.locator(".select2-results__option").nth(1).wait_for(state="detached")
    page.keyboard.press("Enter")
    page.locator("#id_name").fill("Tone One")
    page.locator("#id_model_numbers").fill("EX100")
    page.locator("#id_identified_by").select_option("every_unit")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("was added successfully").wait_for()
    assert Product.objects.get().recall == Recall.objects.get(slug="example-audio-1")
    assert traffic.complaints == []
    assert traffic.elsewhere == []


def test_the_field_that_finds_a_notice_has_no_fault_when_it_is_open(live_server, page, axe):
    open_field(live_server, page)
    page.get_by_role("option", name="other-firm-2").wait_for()
    assert faults(axe, page) == []


def test_the_english_text_is_copied_into_empty_fields_alone(live_server, page, axe):
    recall = make_recall(slug="another", status="draft", languages=["en", "fr"])
    recall.texts.filter(language="fr").update(remedy="")
    page.goto(live_server.url + address(recall))
    english, french = (
        {row.language: row for row in recall.texts.all()}[tag] for tag in ("en", "fr")
    )
    assert faults(axe, page) == []
    page.get_by_role("button", name="Copy the English text").first.click()
    assert page.locator("#id_texts-1-remedy").input_value().split("\n") == english.remedy.split(
        "\n"
    )
    assert page.locator("#id_texts-1-title").input_value() == french.title
    page.get_by_role("button", name="Copy the English text").last.click()
    assert page.locator("#id_texts-2-title").input_value() == english.title
    assert page.locator("#id_texts-2-language").input_value() == "es"


def test_a_long_page_begins_with_its_sections(live_server, page):
    recall = make_recall(slug="another", status="draft")
    page.goto(live_server.url + address(recall))
    links = page.get_by_role("navigation", name="On this page").get_by_role("link").all()
    assert [link.inner_text() for link in links][-3:] == ["Texts", "Products", "Countries"]
    for link in links:
        target = link.get_attribute("href")
        assert page.locator(f"h2{target}").count() == 1, target


def test_the_preview_stands_beside_the_form_in_one_window(live_server, page, traffic):
    """What is typed stays where it is; a second press shows what was saved meanwhile."""
    recall = make_recall(slug="another", status="draft")
    page.goto(live_server.url + address(recall))
    page.locator("#id_texts-0-title").fill("A new title of it")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Preview beside this page").click()
    preview = opened.value
    preview.get_by_text("It shows what was saved, not what is being typed").wait_for()
    assert preview.get_by_text("A new title of it").count() == 0
    assert page.locator("#id_texts-0-title").input_value() == "A new title of it"
    page.get_by_role("button", name="Save and continue editing").click()
    page.get_by_text("was changed successfully").wait_for()
    page.get_by_role("link", name="Preview beside this page").click()
    preview.get_by_role("heading", name="A new title of it").wait_for()
    assert len(page.context.pages) == 2
    assert traffic.complaints == []
