"""The poster of a notice for shops and care homes: one sheet of paper."""

import re
from datetime import date

import pytest

from recalls.catalogue.tables import available_slugs
from tests.support.factories import make_product, make_recall, make_status
from tests.support.languages import SHOWN, marked
from tests.support.pages import in_order, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def notice():
    recall = make_recall(
        slug="example", recall_date=date(2024, 12, 5), authority="CPSC", authority_number="25-030"
    )
    make_product(
        recall=recall,
        brand="Example",
        name="Tone",
        model_numbers="T100\nT100016",
        label_en="“Model: T100”, underneath",
        where_code_en="Underneath, after “SN”.",
    )
    return recall


def get(client, language="en", slug="example") -> str:
    response = client.get(f"/{language}/recalls/{slug}/poster/")
    assert response.status_code == 200
    return response.content.decode()


def test_the_order_of_the_page(client, notice, settings):
    settings.OPERATOR_HOURS = {"en": "Every day, 8 a.m. to 8 p.m. Eastern time"}
    page = get(client)
    assert "<title>Example S100: fire hazard – Poster to print – Recall check</title>" in re.sub(
        r"\s+", " ", page
    )
    in_order(
        words(page),
        "Print this page on one sheet of A4 paper.",
        "Product safety recall",
        "Example S100: fire hazard",
        "The battery can overheat (en).",
        "Look for",
        "Model T100, T100016 · Example Tone",
        "“Model: T100”, underneath",
        "If you have this product",
        "Stop using it now. Switch it off. Unplug it. Do not charge it.",
        "Do not put it in the trash.",
        "Then check its SN code here: testserver",
        "Where the SN code is: Underneath, after “SN”.",
        "Or phone Test operator: +1 555 0199 · Every day, 8 a.m. to 8 p.m. Eastern time",
        "Move away and call 000",
        "Australia · 5 December 2024 · CPSC 25-030",
    )
    assert page.count("<h1") == 1
    assert 'href="/en/">testserver</a>' in page


def test_a_model_that_is_recalled_whole_needs_no_code(client):
    recall = make_recall(slug="example")
    make_product(recall=recall, identified_by="every_unit", where_code_en="Underneath.")
    text = words(get(client))
    assert "All units of this model are recalled. The model number is enough." in text
    assert "Then read all steps here: testserver" in text
    assert "SN code" not in text.split("Help")[0]


def test_places_of_the_code_are_told_once_or_by_model(client, notice):
    make_product(recall=notice, model_numbers="T200", where_code_en="Underneath, after “SN”.")
    assert words(get(client)).count("Underneath, after “SN”.") == 1
    make_product(recall=notice, model_numbers="T300", where_code_en="On the back.")
    in_order(words(get(client)), "T100, T200 – Underneath, after “SN”.", "T300 – On the back.")


@pytest.mark.parametrize("status", ["withdrawn", "replaced"])
def test_what_no_longer_holds_leads_to_its_notice(client, notice, status):
    old = make_recall(
        slug="old", status=status, replaced_by=notice if status == "replaced" else None
    )
    response = client.get(f"/fr/recalls/{old.slug}/poster/")
    assert response.status_code == 302
    assert response["Location"] == "/fr/recalls/old/"


def test_drafts_and_unknown_notices_have_none(client):
    make_recall(slug="draft", status="draft")
    for slug in ("draft", "nothing"):
        assert client.get(f"/en/recalls/{slug}/poster/").status_code == 404


def test_a_training_notice_is_marked_in_title_and_tag(client):
    make_product(recall=make_recall(slug="example", is_training=True))
    page = get(client)
    title = re.search(r"(?s)<title>.*?</title>", page)[0]
    assert "Training: not a real product" in title
    assert "Product safety recall · Training: not a real product" in page


def test_a_notice_in_english_alone(client):
    recall = make_recall(slug="example", languages=["en"])
    make_product(recall=recall, brand="Example", model_numbers="T100")
    page = get(client, "es")
    assert '<p class="lead" lang="en">The battery can overheat (en).</p>' in page
    assert "Example T100:" in re.search(r"<h1>.*?</h1>", page)[0]


def test_its_address_reads_from_the_left_on_every_page(client, notice):
    assert '<bdi class="printed">http://testserver/en/recalls/example/poster/</bdi>' in get(client)


def test_linked_from_its_notice_while_that_holds(client, notice):
    link = 'href="/en/recalls/example/poster/">Poster to print<'
    assert link in client.get("/en/recalls/example/").content.decode()
    make_status(notice, "withdrawn")
    assert "Poster to print" not in client.get("/en/recalls/example/").content.decode()


@pytest.mark.parametrize("language", SHOWN)
def test_each_language(client, notice, language):
    page = get(client, language)
    assert marked("html", language) in page
    assert f'href="/{language}/recalls/example/"' in page


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", SHOWN)
def test_each_poster_prints_on_one_sheet(live_server, shipped_here, page, settings, language):
    settings.DEMONSTRATION = True  # the warning takes room too
    settings.OPERATOR_HOURS = dict.fromkeys(
        SHOWN, "Monday to Friday, 9 a.m. to 5 p.m. Eastern time, except holidays"
    )
    page.emulate_media(media="print")
    sheets = {}
    for slug in available_slugs():
        page.goto(f"{live_server.url}/{language}/recalls/{slug}/poster/")
        edges = dict.fromkeys(("top", "right", "bottom", "left"), "1cm")
        paper = page.pdf(format="A4", margin=edges)
        sheets[slug] = len(re.findall(rb"/Type\s*/Page\b", paper))
        assert not page.get_by_role("contentinfo").is_visible()
        panel, qr = (
            page.locator(name).bounding_box() for name in (".poster", ".poster [aria-hidden] svg")
        )
        assert qr["y"] + qr["height"] < panel["y"] + panel["height"], slug
    assert set(sheets.values()) == {1}, sheets
