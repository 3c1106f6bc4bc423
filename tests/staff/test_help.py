"""The staff manual: each link to it leads to a heading that is there; no page is without one."""

import html
import re

import pytest
from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from PIL import Image

from recalls.models import Outcome
from recalls.staff.help import SECTIONS
from recalls.staff.help_pictures import FOLDER, PICTURES
from tests.support.addresses import STAFF, addresses, filled, make_rows
from tests.support.people import ADMINISTRATOR, EDITOR, PUBLISHER, make_person, signed_in

pytestmark = pytest.mark.django_db
HELP = "/staff/help/"
MAX_BYTES_OF_PICTURES = 300_000
# Fragments and files, the help itself, and what looks like a public page.
WITHOUT = re.compile(
    r"preview|jsi18n|/alive/|/help/|logout|login|autocomplete|\.webp|refused|<url>"
)


def ids_of(text):
    return re.findall(r'<h2 id="([^"]+)"', text)


@pytest.fixture
def manual():
    return signed_in(make_person("hal", EDITOR)).get(HELP).text


def test_the_table_of_contents_has_each_heading_in_its_order(manual):
    assert ids_of(manual) == list(SECTIONS)
    links = re.findall(r'<li><a href="#([^"]+)">([^<]+)</a></li>', manual)
    assert dict(links) == SECTIONS
    headings = dict(re.findall(r'<h2 id="([^"]+)">([^<]+)</h2>', manual))
    assert headings == SECTIONS


@pytest.mark.slow
def test_each_staff_page_links_to_a_heading_that_is_there(manual):
    rows = make_rows()
    people = [
        signed_in(make_person("pat", PUBLISHER)),
        signed_in(make_person("adam", ADMINISTRATOR)),
    ]
    led_to, without = set(), []
    for address in addresses():
        if not address.startswith(STAFF) or WITHOUT.search(address):
            continue
        # The link is the page's, whoever reads it: an administrator opens what others may not.
        for client in people:
            page = client.get(filled(address, rows))
            if page.status_code != 200 or "text/html" not in page["Content-Type"]:
                continue
            links = re.findall(rf'<p class="help-link"><a href="{HELP}#?([^"]*)">', page.text)
            if len(links) != 1:
                without.append(address)
            led_to |= set(links)
            break
    assert without == []
    assert led_to - {""} <= set(SECTIONS)
    # What a page is about is never only on top of the manual, but for lists of all pages.
    assert {"publishing", "list", "product", "notice", "people", "deciding"} <= led_to


def test_each_answer_is_explained(manual):
    for outcome in Outcome:
        assert f'<th scope="row">{outcome.label}</th>' in manual


def test_each_picture_is_there_in_its_size_and_says_what_it_shows(manual):
    files = {path.name: path for path in (settings.BASE_DIR / "static" / FOLDER).iterdir()}
    assert {*files} == {f"{picture.name}.webp" for picture in PICTURES.values()}
    assert sum(path.stat().st_size for path in files.values()) < MAX_BYTES_OF_PICTURES
    tags = re.findall(r"<img[^>]*>", manual)
    assert len(tags) == len(PICTURES)
    for picture, tag in zip(PICTURES.values(), tags, strict=True):
        with Image.open(files[f"{picture.name}.webp"]) as image:
            assert image.format == "WEBP"
            assert image.size == (picture.width, picture.height)
        assert f'src="{static(picture.path)}"' in tag
        assert f'width="{picture.width}" height="{picture.height}" loading="lazy"' in tag
        assert picture.words
        alt = html.unescape(re.search(r'alt="([^"]*)"', tag)[1])
        assert len(alt) > 60
        assert alt == picture.alt


def test_each_picture_stands_in_its_section(manual):
    parts = re.split(r'<h2 id="([^"]+)"', manual)
    shown = {
        name: re.findall(r'src="[^"]*/([a-z-]+)\.webp"', text)
        for name, text in zip(parts[1::2], parts[2::2], strict=True)
    }
    assert {name: files for name, files in shown.items() if files} == {
        name: [picture.name] for name, picture in PICTURES.items()
    }


def test_the_words_of_buttons_are_those_of_the_pages(manual):
    """What the manual names in quotes as a button or link is on some page of staff."""
    from pathlib import Path

    folders = [settings.BASE_DIR / "templates" / name for name in ("staff", "admin")]
    files = [path for folder in folders for path in Path(folder).rglob("*.html")]
    shown = " ".join(path.read_text() for path in files if path.name != "help.html")
    manual, shown = " ".join(manual.split()), " ".join(shown.split())
    for words in (
        "Enter a notice",
        "Bring in records…",
        "Publish the stop-use notice now",
        "Publish the stop-use notice without its codes",
        "Expect all the new answers above",
        "Suggest test codes",
        "Load codes…",
        "Make active",
        "Work out the forecast",
        "Copy as a draft",
        "Copy this product",
        "Second factor",
        "Send back",
        "Cancel it",
        "Withdraw…",
    ):
        assert words in manual, words
        assert words in shown, words


def test_nobody_reads_it_without_a_sign_in(client):
    assert client.get(reverse("admin:help")).status_code == 302
    assert client.get("/staff/login/").text.count("help-link") == 0
