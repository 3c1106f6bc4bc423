"""The list of notices and its search; that a model is missing never clears it."""

import re
from datetime import date

import pytest
from django.utils import timezone

from recalls.public import views
from recalls.publishing import steps
from tests.support.factories import make_product, make_recall, make_text
from tests.support.pages import words

pytestmark = pytest.mark.django_db


def slugs(response) -> list[str]:
    return re.findall(r'<li><a href="/en/recalls/([\w-]+)/"', response.content.decode())


def get(client, language="en", **query):
    return client.get(f"/{language}/recalls/", query)


@pytest.fixture
def three():
    for slug, month, brand, model in (
        ("middle", 6, "Anker", "A3102"),
        ("newest", 12, "Belkin", "BPD005"),
        ("oldest", 1, "Anker", "A1112"),
    ):
        recall = make_recall(slug=slug, recall_month=date(2024, month, 1))
        make_product(recall=recall, brand=brand, name="Boost", model_numbers=model)


def test_heading_advice_and_newest_first(client, three):
    response = get(client)
    page = response.content.decode()
    assert response.status_code == 200
    assert "<title>Recall notices – Recall check</title>" in page
    assert "<h1>Recall notices</h1>" in page
    assert "Own one of these? Switch it off, then check its code" in page
    assert slugs(response) == ["newest", "middle", "oldest"]


def test_a_notice_shows_its_countries_and_date(client):
    recall = make_recall(countries=["CA", "US"], recall_date=date(2024, 12, 5))
    make_product(recall=recall)
    page = get(client).content.decode()
    assert "Example S100: fire hazard" in page
    assert "Canada, United States" in page
    assert '<time datetime="2024-12-05">5 December 2024</time>' in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("anker", ["middle", "oldest"]),
        ("a3102", ["middle"]),
        ("Boost BPD005", ["newest"]),
        ("anker bpd005", []),
        ("  ", ["newest", "middle", "oldest"]),
    ],
)
def test_search_by_brand_name_and_model(client, three, asked, found):
    assert slugs(get(client, q=asked)) == found


def test_the_search_is_a_plain_form_that_keeps_what_was_asked(client, three):
    page = get(client, q="anker").content.decode()
    form = re.search(r"(?s)<form.*?</form>", page)[0]
    assert 'method="get" action="/en/recalls/"' in form
    assert 'value="anker"' in form
    assert "2 notices for “anker”" in page


def test_nothing_found_clears_nothing_and_offers_the_check(client, three):
    page = get(client, q="walkman").content.decode()
    assert "No notice here for “walkman”" in page
    assert "It may be recalled all the same." in page
    assert 'href="/en/"' in page.split("It may be recalled all the same.")[1]


def test_what_was_asked_is_shown_as_text(client):
    page = get(client, q='<b a="1">').content.decode()
    assert "<b a=" not in page
    assert "&lt;b a=&quot;1&quot;&gt;" in page


def test_before_the_first_notice(client):
    assert "Your product may be recalled all the same." in get(client).content.decode()


def test_withdrawn_and_replaced_notices_stay_and_are_marked(client):
    newer = make_recall(slug="newer")
    make_recall(slug="replaced", status="replaced", replaced_by=newer)
    make_recall(slug="withdrawn", status="withdrawn")
    make_recall(slug="draft", status="draft")
    response = get(client)
    rows = dict(
        re.findall(r'(?s)<li><a href="/en/recalls/([\w-]+)/">(.*?)</li>', response.content.decode())
    )
    assert set(rows) == {"newer", "replaced", "withdrawn"}
    assert "Replaced by another notice" in rows["replaced"]
    assert "Withdrawn" in rows["withdrawn"]
    assert "<strong>" not in rows["newer"]


def test_a_training_notice_is_marked(client):
    make_recall(is_training=True)
    assert "Training: not a real product" in get(client).content.decode()


def test_pages_above_fifty(client, monkeypatch):
    monkeypatch.setattr(views, "NOTICES_ON_A_PAGE", 2)
    for month in (1, 2, 3):
        recall = make_recall(slug=f"m{month}", recall_month=date(2024, month, 1))
        make_product(recall=recall, brand="Anker")
    assert slugs(get(client)) == ["m3", "m2"]
    second = get(client, q="anker", page=2)
    assert slugs(second) == ["m1"]
    page = second.content.decode()
    assert "<title>Recall notices: page 2 of 2 – Recall check</title>" in page
    assert 'href="?q=anker&amp;page=1"' in page
    assert "/fr/recalls/?q=anker&amp;page=2" in page
    assert slugs(get(client, page="far")) == ["m3", "m2"]
    assert slugs(get(client, page=99)) == ["m1"]


@pytest.mark.parametrize("term", ["Béla", "bela tone", "SKU-7", "sku 7", "812715018078", "t-700"])
def test_the_search_knows_every_brand_and_number(client, term):
    make_product(
        recall=make_recall(slug="found"),
        brand="Alto",
        other_brands="Béla",
        name="Tone",
        model_numbers="T700",
        article_numbers="SKU-7",
        barcodes="812715018078",
    )
    make_product(recall=make_recall(slug="other"), brand="Gamma", name="Tone")
    assert slugs(get(client, q=term)) == ["found"]


def test_a_search_of_signs_alone_finds_nothing(client):
    make_product(recall=make_recall(slug="one"))
    assert slugs(get(client, q="()")) == []


def test_a_notice_without_a_french_text_is_listed_in_english_and_marked(client):
    make_recall(languages=["en"])
    page = get(client, "fr").content.decode()
    assert '<b lang="en">Example S100: fire hazard</b>' in page


def test_a_new_notice_is_there_at_once(client):
    make_recall(slug="first")
    assert slugs(get(client)) == ["first"]
    draft = make_recall(slug="second", status="draft", recall_month=date(2020, 1, 1))
    make_product(recall=draft)
    assert slugs(get(client)) == ["first"]
    steps.publish_from_shell(recall=draft)
    assert slugs(get(client)) == ["first", "second"]
    draft.refresh_from_db()
    assert draft.published_at <= timezone.now()


def test_a_model_number_keeps_its_hyphen_in_a_line_and_is_read_when_it_is_copied(client):
    recall = make_recall(slug="whole", languages=[])
    make_text(recall=recall, title="Audio-Technica ATH-SQ1TW2: fire hazard")
    make_product(recall=recall, brand="Audio-Technica", name="ATH-SQ1TW2", model_numbers="")
    page = client.get(f"/en/recalls/{recall.slug}/").text
    listed = client.get("/en/recalls/").text
    copied = "ATH\u2060-\u2060SQ1TW2"
    assert f"<h1>Audio-Technica {copied}: fire hazard</h1>" in page
    assert f"Audio-Technica {copied}</h3>" in page
    assert f"<b>Audio-Technica {copied}: fire hazard</b>" in listed
    # Not where nothing breaks.
    assert "<title>Audio-Technica ATH-SQ1TW2: fire hazard" in page
    plain, pasted = (client.get("/en/check/", {"sn": typed}) for typed in ("ATH-SQ1TW2", copied))
    assert words(plain.text).split("Checked")[0] == words(pasted.text).split("Checked")[0]
    assert "This is the model number, not the SN code" in words(pasted.text)
