"""A further language is a file and a setting: each page, poster and page for failures is in it,
also where it is written from right to left."""

import re
from html.parser import HTMLParser

import polib
import pytest
from django.conf import settings as site_settings
from django.urls import reverse

from recalls.models import RecallText
from recalls.public import fallback
from tests.support.factories import make_country, make_product, make_recall, make_text
from tests.support.pages import addresses, words
from tests.support.pseudo import MARK, write_language

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

FURTHER = [pytest.param("eo", "ltr", marks=pytest.mark.slow), ("he", "rtl")]
# Staff enter it, as it is called in English.
NAMES = {"Health Canada"}
VOID = {"meta", "link", "input", "br", "img", "path", "circle", "rect", "line", "use"}


@pytest.fixture
def add_language(settings, tmp_path):
    """Does what an operator does: the file, and its name in the setting."""

    def add(tag, direction, name):
        write_language(tmp_path, tag, direction)
        settings.LOCALE_PATHS = [*settings.LOCALE_PATHS, tmp_path]
        settings.LANGUAGES = [*settings.LANGUAGES, (tag, name)]
        settings.OPERATOR_HOURS = {**settings.OPERATOR_HOURS, tag: ""}
        fallback.fallback_page.cache_clear()

    yield add
    fallback.fallback_page.cache_clear()


class InLanguage(HTMLParser):
    """Collects the texts of a page that are in the language, by the nearest lang attribute."""

    def __init__(self, page, language):
        super().__init__()
        self.language, self.open, self.texts = language, [("", "")], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append((tag, dict(attrs).get("lang") or self.open[-1][1]))

    def handle_endtag(self, tag):
        while tag in [name for name, _ in self.open] and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        tag, language = self.open[-1]
        if language == self.language and tag not in ("style", "script") and data.strip():
            self.texts.append(" ".join(data.split()))


def english_sentences():
    """The longest piece of each English text of the site, without its placeholders."""
    file = site_settings.BASE_DIR / "recalls/locale/fr/LC_MESSAGES/django.po"
    for entry in polib.pofile(str(file)):
        pieces = re.split(r"%\(\w+\)s|<[^>]*>", entry.msgid)
        longest = " ".join(max(pieces, key=len).split())
        if " " in longest and len(longest) > 9 and entry.msgid not in NAMES:
            yield longest


def left_in_english(page, language):
    texts = " | ".join(InLanguage(page, language).texts)
    return [sentence for sentence in english_sentences() if sentence in texts]


@pytest.mark.parametrize(("tag", "direction"), FURTHER)
def test_every_public_page_is_in_a_language_that_was_added(client, add_language, tag, direction):
    add_language(tag, direction, "Lingvo")
    for address in addresses(tag):
        page = client.get(address).content.decode()
        turned = ' dir="rtl"' if direction == "rtl" else ""
        assert f'<html lang="{tag}"{turned}>' in page, address
        assert MARK[direction] in words(page), address
        assert left_in_english(page, tag) == [], address


@pytest.mark.parametrize(("tag", "direction"), FURTHER)
@pytest.mark.parametrize("status", fallback.STATUSES)
def test_a_page_for_failures_has_a_part_in_it(add_language, tag, direction, status):
    add_language(tag, direction, "Lingvo")
    page = fallback.fallback_page(status)
    assert f'<li><a href="#{tag}" lang="{tag}" hreflang="{tag}">Lingvo</a></li>' in page
    turned = ' dir="rtl"' if direction == "rtl" else ""
    section = re.search(rf'(?s)<section id="{tag}" lang="{tag}"{turned}>.*?</section>', page)[0]
    assert MARK[direction] in section
    assert left_in_english(section, tag) == []


def test_what_machines_read_names_it(client, add_language):
    add_language("eo", "ltr", "Lingvo")
    assert 'hreflang="eo"' in client.get("/sitemap.xml").text
    assert "Disallow: /eo/check/" in client.get("/robots.txt").text
    assert 'xml:lang="eo"' in client.get("/eo/recalls/feed/").text
    assert client.get("/check/?sn=A", headers={"accept-language": "eo"})["Location"].startswith(
        "/eo/check/"
    )
    assert client.get("/EO/check/?sn=A")["Location"] == "/eo/check/?sn=A"


def test_staff_enter_texts_in_it(admin_client, add_language):
    add_language("eo", "ltr", "Lingvo")
    recall = make_recall(languages=["eo"], language="eo", status="draft")
    make_product(recall=recall, label_eo="Modelo: T1")
    page = admin_client.get(reverse("admin:recalls_recall_change", args=[recall.pk])).text
    assert 'name="countries-0-sold_eo" ' in page
    assert '<option value="eo" selected>Esperanto</option>' in page


# Without English ---------------------------------------------------------------------------------


@pytest.fixture
def in_japanese_alone(settings):
    settings.LANGUAGES, settings.LANGUAGE_CODE = [("ja", "日本語")], "ja"
    fallback.fallback_page.cache_clear()
    yield
    fallback.fallback_page.cache_clear()


@pytest.mark.usefixtures("in_japanese_alone")
def test_a_site_need_not_show_english(client):
    slug = "anker-a3102-australia-2024"
    for path in ("", "check/?sn=ACCJRU1D16400841", f"recalls/{slug}/", "nowhere/"):
        page = client.get(f"/ja/{path}").text
        assert '<html lang="ja">' in page
        assert left_in_english(page, "ja") == []
        assert "/en/" not in page
    assert re.findall(r"<section id=[^>]*>", fallback.fallback_page(503)) == [
        '<section id="ja" lang="ja">'
    ]
    assert client.get("/", headers={"accept-language": "en"})["Location"] == "/ja/"


@pytest.mark.usefixtures("in_japanese_alone")
def test_staff_work_in_english_still(admin_client):
    recall = make_recall(languages=["ja"], language="ja", status="draft", slug="nihon")
    make_product(recall=recall, label_ja="型番: T1")
    page = admin_client.get(reverse("admin:recalls_recall_change", args=[recall.pk])).text
    assert '<html lang="en' in page
    assert 'name="countries-0-sold_ja" ' in page
    # What they look up on the public site is there in its first language.
    answer = admin_client.get("/en/recalls/nihon/?from=staff")
    assert (answer.status_code, answer["Location"]) == (302, "/ja/recalls/nihon/?from=staff")


# The notice's own first language ------------------------------------------------------------------


@pytest.fixture
def japanese(db):
    """A notice that was written in Japanese, a language that the site does not show."""
    recall = make_recall(languages=[], countries=[], language="ja", slug="nihon")
    make_text(recall=recall, language="ja", title="発火のおそれ", hazard="電池が発火します。")
    make_country(recall=recall, country="JP", sold_ja="日本で販売。", sold_fr="Vendu au Japon.")
    make_product(recall=recall, label_ja="型番: T1", where_code_ja="底面。")
    assert RecallText.objects.filter(recall=recall).count() == 1
    return recall


def test_a_notice_needs_no_english(client, japanese):
    page = client.get("/en/recalls/nihon/").text
    assert '<div lang="ja"><p><strong>発火のおそれ</strong></p>' in page
    assert '<dd lang="ja">型番: T1</dd>' in page
    assert '<span lang="ja">日本で販売。</span>' in page
    assert "Vendu au Japon." not in page
    assert "<span>Vendu au Japon.</span>" in client.get("/fr/recalls/nihon/").text


def test_its_direction_is_marked_where_it_is_another(client, add_language, japanese):
    add_language("he", "rtl", "Lingvo")
    page = client.get("/he/recalls/nihon/").text
    assert '<div lang="ja" dir="ltr"><p><strong>発火のおそれ</strong></p>' in page
