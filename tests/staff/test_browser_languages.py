"""Texts in all languages side by side, or in one alone: nothing that matters is hidden by it."""

import pytest
from django.urls import reverse

from recalls.models import RecallText
from tests.support.admin_pages import address
from tests.support.browser import PASSWORD, is_only_aaa, look, says, sign_in
from tests.support.factories import make_country, make_product, make_recall, make_rule
from tests.support.people import PUBLISHER, make_person
from tests.support.photos import file_of, noise
from tests.support.publish_pages import make_live

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TITLES = {"English": "#id_texts-0-title", "French": "#id_texts-1-title"}


@pytest.fixture
def recall():
    recall = make_recall(slug="another", status="draft", languages=["en", "fr"], countries=[])
    make_country(recall=recall)
    make_product(recall=recall)
    return recall


@pytest.fixture
def public():
    """A notice with a change that is not public, and warns more."""
    public = make_live()
    make_rule(product=public.products.get(), text="ACCJRU1D17000000", status="draft")
    return public


@pytest.fixture
def page(live_server, open_page, recall):
    make_person("pat", PUBLISHER, password=PASSWORD)
    page = sign_in(open_page, live_server.url, "pat")
    page.goto(live_server.url + address(recall))
    return page


def choose(page, name):
    page.get_by_role("radio", name=name).check()


def save_in_vain(page):
    page.get_by_role("button", name="Save and continue editing").click()
    page.locator("#faults").wait_for()
    # The script hides once the page is whole.
    page.wait_for_load_state()


def shown(page, stem="#id_countries-0-hours_"):
    return [tag for tag in ("en", "fr", "es") if page.locator(stem + tag).is_visible()]


def test_one_language_is_shown_alone_and_the_choice_is_kept(page, live_server, recall, traffic):
    assert shown(page) == ["en", "fr", "es"]
    assert all(page.locator(title).is_visible() for title in TITLES.values())
    narrow = page.locator(TITLES["French"]).bounding_box()["width"]
    page.get_by_role("radio", name="All languages").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert shown(page) == ["fr"]
    assert [page.locator(title).is_visible() for title in TITLES.values()] == [False, True]
    assert page.locator(TITLES["French"]).bounding_box()["width"] > 2 * narrow
    says(page, "English and Spanish: hidden here, and saved with the rest.")
    # It is no change that could be lost, and the same on the other pages.
    page.goto(live_server.url + address(recall.products.get()))
    assert shown(page, "#id_label_") == ["fr"]
    page.goto(live_server.url + reverse("admin:recalls_disposal_add"))
    assert shown(page, "#id_dos_") == ["fr"]
    choose(page, "All languages")
    assert shown(page, "#id_dos_") == ["en", "fr", "es"]
    assert traffic.complaints == []


def test_what_the_public_is_told_is_shown_in_one_language_too(page, live_server, public):
    """The first one is never hidden where it is required: a browser would then send nothing."""
    choose(page, "French")
    page.goto(live_server.url + reverse("admin:recalls_recall_publish", args=[public.pk]))
    assert shown(page, "#id_changed_") == ["fr"]
    choose(page, "All languages")
    assert shown(page, "#id_changed_") == ["en", "fr", "es"]
    page.goto(live_server.url + reverse("admin:recalls_recall_withdraw", args=[public.pk]))
    choose(page, "Spanish")
    assert shown(page, "#id_changed_") == ["en", "es"]
    says(page, "French: hidden here, and saved with the rest.")
    page.locator("#id_slug").fill(public.slug)
    page.locator("#id_reason").fill("Wrong maker.")
    page.locator("#id_changed_en").fill("It named the wrong maker.")
    page.get_by_role("button", name="Ask to withdraw the notice").click()
    says(page, "It waits for somebody who may approve it.")


def test_hidden_texts_are_saved_and_copied(page, recall):
    page.locator(TITLES["English"]).fill("Changed and hidden")
    recall.texts.filter(language="fr").update(note="")
    page.locator("#id_texts-0-note").fill("A note in English.")
    choose(page, "French")
    page.get_by_role("button", name="Copy the English text").first.click()
    assert page.locator("#id_texts-1-note").input_value() == "A note in English."
    page.get_by_role("button", name="Save and continue editing").click()
    says(page, "was changed successfully")
    assert RecallText.objects.get(language="en").title == "Changed and hidden"
    assert RecallText.objects.get(language="fr").note == "A note in English."


def test_an_error_is_never_hidden(page, live_server, recall):
    choose(page, "Spanish")
    page.locator(TITLES["French"]).evaluate("field => { field.value = '' }")
    save_in_vain(page)
    assert [page.locator(title).is_visible() for title in TITLES.values()] == [False, True]
    assert shown(page) == ["es"]
    page.locator("#faults a").first.click()
    assert page.url.endswith("#id_texts-1-title")


def test_a_text_with_an_error_is_shown_in_all_languages(page, live_server, recall):
    """The sentence is about all of them."""
    page.goto(live_server.url + address(recall.products.get()))
    choose(page, "Spanish")
    photo = file_of(noise((120, 90)), "PNG").getvalue()
    page.get_by_label("New picture").set_input_files(
        {"name": "photo.png", "mimeType": "image/png", "buffer": photo}
    )
    save_in_vain(page)
    page.locator("#faults a").filter(has_text="what the picture shows").click()
    assert page.url.endswith("#id_picture_alt_en")
    assert shown(page, "#id_picture_alt_") == ["en", "fr", "es"]
    assert shown(page, "#id_label_") == ["es"]


def test_a_link_shows_the_language_that_it_leads_to(page, live_server, recall):
    choose(page, "French")
    page.goto(live_server.url + address(recall) + "#id_texts-0-lead")
    assert page.locator("#id_texts-0-lead").is_visible()
    assert page.locator("#id_texts-0-lead").bounding_box()["y"] < 900
    assert shown(page) == ["fr"]
    choose(page, "Spanish")
    assert not page.locator("#id_texts-0-lead").is_visible()
    page.evaluate("location.hash = 'id_countries-0-hours_en'")
    page.locator("#id_countries-0-hours_en").wait_for()
    assert shown(page) == ["en", "es"]


def test_without_the_script_all_is_shown(page, live_server, open_page, recall):
    plain = open_page(java_script_enabled=False)
    plain.context.add_cookies(page.context.cookies())
    plain.goto(live_server.url + address(recall))
    assert shown(plain) == ["en", "fr", "es"]
    assert plain.get_by_role("radio", name="French").count() == 0


def test_one_language_alone_has_no_fault_and_fits(page, axe, live_server, recall):
    page.evaluate("localStorage.setItem('staff.language', 'fr')")
    for row in (recall, recall.products.get()):
        page.goto(live_server.url + address(row))
        page.evaluate("document.documentElement.dataset.theme = 'light'")
        assert [rule["id"] for rule in axe(page) if not is_only_aaa(rule)] == []
        look(page, f"one-language-{row._meta.model_name}")
        page.set_viewport_size({"width": 390, "height": 900})
        look(page, f"one-language-{row._meta.model_name}-390")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.set_viewport_size({"width": 1280, "height": 900})
