"""The pictures of the staff manual, made out of the pages themselves.

    HELP_PICTURES=make python -m pytest -m browser tests/staff/test_browser_help.py

writes them anew into static/help/. Without that the same walk looks whether the pages still show
what the texts of the pictures point to, where the pictures show it.
"""

import io
import os

import pytest
from django.conf import settings
from django.urls import reverse
from PIL import Image

from recalls.models import Publication
from recalls.publishing import steps
from recalls.publishing.plan import plan_publication
from recalls.staff.help_pictures import FOLDER, PICTURES, WIDTH
from tests.support.browser import PASSWORD, is_only_aaa, says, sign_in
from tests.support.factories import make_product, make_recall, make_rule, make_text
from tests.support.people import EDITOR, PUBLISHER, make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PUBLIC, DRAFT = "example-audio-tone-one", "example-audio-tone-two"
SHAPE = "EXA#############"
CODES = ["EXA2026000000017", "EXA2026000000024", "EXA 2026 0000 0003 1", "EXA20260000000"]
UNLISTED = "EXA2024990000001"
# The content of a page is as wide as a picture then.
WINDOW = {"width": WIDTH + 63, "height": 900}
# Names what is not on the page, within a box of it.
LOST = """([words, box]) => {
  const inOneLine = (text) => text.replace(/\\s+/g, " ");
  const textOf = (element) =>
    inOneLine(element.matches("input") ? element.value : element.textContent);
  const areaOf = (element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    return (element.matches("input") ? element : range).getBoundingClientRect();
  };
  const shows = (element, word) => {
    const area = areaOf(element);
    const top = area.top + scrollY, left = area.left + scrollX;
    return textOf(element).includes(word)
      && ![...element.children].some((child) => textOf(child).includes(word))
      && area.width && top >= box.y && top + area.height <= box.y + box.height
      && left >= box.x && left + area.width <= box.x + box.width + 1;
  };
  const all = [...document.body.querySelectorAll("*")];
  return words.filter((word) => !all.some((element) => shows(element, word)));
}"""


@pytest.fixture
def notices():
    """A public notice with unfinished work, and a draft that somebody has asked to publish."""
    recall = make_recall(slug=PUBLIC, status="draft")
    recall.countries.update(units=1200)
    product = make_product(recall=recall, brand="Example Audio", name="Tone One", shapes=SHAPE)
    make_rule(product=product, text="EXA2025000000000 to EXA2025000000999", status="draft")
    product.test_codes.create(typed="EXA2025000000000", expected="recalled")
    product.test_codes.create(typed=UNLISTED, names_product=True, expected="list_incomplete")
    steps.publish_from_shell(recall=recall)
    make_rule(product=product, text="EXA2024990000000 to EXA2024990000099", status="draft")
    draft = make_recall(slug=DRAFT, status="draft")
    speaker = make_product(recall=draft, brand="Example Audio", name="Tone Two", shapes="EXB#####")
    make_rule(product=speaker, text="EXB10000 to EXB10999", status="draft")
    speaker.test_codes.create(typed="EXB10000", expected="recalled")
    eve = make_person("eve", EDITOR)
    steps.request_publication(plan=plan_publication(draft), by=eve, reason="The firm has written.")
    return recall


def address(row, name):
    model = type(row)._meta.model_name
    return reverse(f"admin:recalls_{model}_{name}", args=[row.pk])


def scenes(page, url, recall, tmp_path):
    """Open each page in turn; yield the section of the manual, and where its picture begins."""
    product = recall.products.get()
    yield "start", open_at(page, f"{url}/staff/", "#content h1")
    unfinished = make_recall(slug="example-audio-tone-three", status="draft", languages=[])
    make_text(recall=unfinished, language="fr")
    yield "notice", open_at(page, url + address(unfinished, "change"), "#content h1")
    at_once = "fieldset:has(#id_pasted_rules)"
    yield "product", open_at(page, url + address(product, "change"), at_once)
    path = tmp_path / "maker.csv"
    path.write_text("SN code\n" + "".join(f"{code}\n" for code in CODES))
    page.get_by_label("File of codes").set_input_files(path)
    page.get_by_role("button", name="Read the file").click()
    says(page, "3 codes read.")
    page.goto(page.url.split("?")[0])
    yield "list", page.locator("#content h1").first
    yield "publishing", open_at(page, url + address(recall, "publish"), "#content h1")
    yield "test-codes", page.locator(".module:has(> #new-answers)")
    french = reverse("admin:recalls_recall_preview", args=[recall.pk, "fr"])
    yield "trying", open_at(page, url + french, "main .panel")
    waiting = Publication.objects.get(status="waiting")
    review = open_at(page, url + address(waiting, "review"), ".module:has(> details)")
    yield "deciding", review


def open_at(page, address, selector):
    page.goto(address)
    return page.locator(selector).first


def box_of(place, height):
    area = place.bounding_box()
    left = min(round(area["x"]), WINDOW["width"] - WIDTH)
    top = round(area["y"] + place.page.evaluate("scrollY")) - 8
    return {"x": left, "y": top, "width": WIDTH, "height": height}


def make_picture(page, picture, box):
    """As small as it can be read: what the page shows has few colors."""
    shot = Image.open(io.BytesIO(page.screenshot(full_page=True, clip=box)))
    folder = settings.BASE_DIR / "static" / FOLDER
    folder.mkdir(exist_ok=True)
    shot.convert("RGB").save(folder / f"{picture.name}.webp", quality=75, method=6)


def test_each_picture_shows_what_its_words_point_to(
    live_server, open_page, traffic, notices, settings, tmp_path
):
    settings.UPLOAD_FOLDER = str(tmp_path / "uploads")
    make_person("pat", PUBLISHER, password=PASSWORD)
    page = sign_in(open_page, live_server.url, "pat")
    page.set_viewport_size(WINDOW)
    page.evaluate("localStorage.setItem('django.admin.navSidebarIsOpen', 'false')")
    seen, lost = [], {}
    for section, place in scenes(page, live_server.url, notices, tmp_path):
        picture = PICTURES[section]
        box = box_of(place, picture.height)
        seen.append(section)
        if words := page.evaluate(LOST, [picture.words, box]):
            lost[section] = words
        if os.environ.get("HELP_PICTURES") == "make":
            make_picture(page, picture, box)
    assert lost == {}
    assert sorted(seen) == sorted(PICTURES)
    assert traffic.complaints == []


@pytest.fixture
def manual(live_server, open_page):
    make_person("pat", PUBLISHER, password=PASSWORD)
    page = sign_in(open_page, live_server.url, "pat")
    page.goto(live_server.url + reverse("admin:help"))
    return page


@pytest.mark.parametrize("width", [1280, 390])
def test_the_manual_shows_its_pictures_and_keeps_to_its_policy(manual, traffic, width):
    manual.set_viewport_size({"width": width, "height": 900})
    images = manual.locator(".manual img").all()
    assert len(images) == len(PICTURES)
    for image in images:
        image.scroll_into_view_if_needed()
        image.evaluate("image => image.decode()")
        assert image.evaluate("image => image.naturalWidth") == WIDTH
        assert image.bounding_box()["width"] <= width
    assert manual.evaluate("document.documentElement.scrollWidth") <= width
    assert traffic.complaints == []


def test_the_manual_has_no_fault(manual, axe):
    manual.evaluate("document.documentElement.dataset.theme = 'light'")
    assert [rule["id"] for rule in axe(manual) if not is_only_aaa(rule)] == []
