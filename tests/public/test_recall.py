"""A notice's own page: stop first, then what, why, the remedy by country, and the form."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from django.utils import timezone

from recalls.models import Product
from tests.support.factories import (
    make_country,
    make_disposal,
    make_list,
    make_product,
    make_recall,
    make_rule,
    make_text,
)
from tests.support.pages import in_order, words

pytestmark = pytest.mark.django_db

FORM = re.compile(r"(?s)<form.*?</form>")


def get(client, recall, language="en") -> str:
    response = client.get(f"/{language}/recalls/{recall.slug}/")
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def full():
    """A notice that has everything."""
    recall = make_recall(
        languages=[],
        countries=[],
        authority="CPSC",
        authority_number="25-030",
        recall_date=date(2024, 12, 5),
        importer="Importer Limited",
        manufactured_in="CN",
        sources="https://www.authority.example/notice\nhttps://maker.example/recall",
        changed_at=datetime(2025, 3, 1, 9, 30, tzinfo=UTC),
    )
    make_text(
        recall=recall,
        cause="The batteries of one month.",
        incidents="Three fires by May.",
        stop_use="Take it off the charger.",
        have_ready="The SN code",
        disposal="The maker sends a package.",
        note="No letter does not mean no recall.",
    )
    _sell_in_two_countries(recall)
    make_product(
        recall=recall,
        name="Tone",
        model_numbers="T100\nT100016",
        color_en="black",
        colors_left_out_en="The maker leaves red out.",
        label_en="“Model: T100”, underneath",
        where_code_en="Underneath, after “SN”.",
        example_code="QX1234AB56CD78EF",
        shapes="?" * 16,
    )
    _dispose_in_two_countries()
    return recall


def _sell_in_two_countries(recall):
    make_country(
        recall=recall,
        country="US",
        units=69000,
        sold_en="Sold online in 2023.",
        phone="800-555-0123",
        hours_en="Monday to Friday, 9 a.m. to 5 p.m. Pacific time",
        email="help@maker.example",
        claim_url="https://claim.maker.example/form",
    )
    make_country(recall=recall, country="CA", remedy_en="Write to us in Canada.")


def _dispose_in_two_countries():
    make_disposal(
        country="US",
        dos_en="Call first.",
        donts_en="Not in the trash.",
        checked_on=date(2025, 6, 1),
    )
    make_disposal(country="JP", dos_en="Only Japan.", checked_on=date(2025, 6, 1))


# In the order of the page.
WORDS_OF_THE_PAGE = [
    "Product safety recall",
    "Example S100: fire hazard",
    "The lead of the notice (en)",
    "Stop using it now. Switch it off and unplug it",
    "Date of the notice",
    "5 December 2024",
    "Last changed",
    "1 March 2025",
    "The product",
    "T100, T100016",
    "“Model: T100”, underneath",
    "The maker leaves red out. Check the code, whatever the color.",
    "Where it was sold",
    "Sold online in 2023. About 69,000 units were sold.",
    "What can happen",
    "The battery can overheat (en).",
    "The batteries of one month.",
    "Three fires by May.",
    "What to do now",
    "Switch it off.",
    "Take it off the charger.",
    "Danger signs",
    "Get your free replacement",
    "First step of the remedy (en).",
    "Have this ready",
    "Country of purchase: Canada",
    "Write to us in Canada.",
    "Country of purchase: United States",
    "800-555-0123",
    "Monday to Friday, 9 a.m. to 5 p.m. Pacific time",
    "About this recall",
    "CPSC, number 25-030",
    "Importer Limited",
    "Made in China",
    "How to dispose of the product",
    "The maker sends a package.",
    "Call first.",
    "Not in the trash.",
    "Report an incident",
    "Check your code",
    "Share this page with anyone who has this product.",
    "Sources",
]


def test_the_order_of_the_page(client, full):
    in_order(words(get(client, full)), *WORDS_OF_THE_PAGE)


def test_title_is_the_heading_and_there_is_one(client, full):
    page = get(client, full)
    assert "<title>Example S100: fire hazard – Recall check</title>" in page
    assert page.count("<h1") == 1


def test_only_the_disposal_of_its_own_countries(client, full):
    assert "Only Japan." not in get(client, full)


def test_links_lead_to_the_maker_the_offices_and_the_sources(client, full):
    page = get(client, full)
    for address in (
        "https://claim.maker.example/form",
        "https://www.saferproducts.gov/",
        "https://www.authority.example/notice",
        "tel:8005550123",
        "mailto:help@maker.example",
    ):
        assert f'href="{address}"' in page
    assert ">authority.example</a>" in page


def test_one_form_a_product_each_with_its_own_hint(client, full):
    make_product(recall=full, name="Boom", model_numbers="B200", shapes="57V" + "#" * 11)
    forms = FORM.findall(get(client, full))
    assert len(forms) == 2
    tone, boom = forms
    assert 'name="product" value="T100"' in tone
    assert "SN code of this product: Example Tone T100" in tone
    assert "16 letters and numbers after ‘SN’" in tone
    assert 'name="product" value="B200"' in boom
    assert "14 letters and numbers" in boom
    identifiers = re.findall(r' id="([^"]+)"', tone + boom)
    assert len(identifiers) == len(set(identifiers))
    for form in forms:
        field = re.search(r'<label for="([^"]+)"', form)[1]
        assert f'<input id="{field}" name="sn"' in form


def test_a_product_of_which_every_unit_is_recalled_needs_no_code(client):
    product = make_product(identified_by="every_unit", model_numbers="E100")
    page = get(client, product.recall)
    assert "All units of this model are recalled." in page
    assert not FORM.findall(page)


@pytest.mark.parametrize("status", ["withdrawn", "replaced"])
def test_a_notice_that_no_longer_answers_says_so_first(client, status):
    newer = make_recall(slug="newer")
    recall = make_recall(status=status, replaced_by=newer if status == "replaced" else None)
    make_product(recall=recall)
    page = get(client, recall)
    said = {
        "withdrawn": "Notice withdrawn:",
        "replaced": "Another notice has replaced this one.",
    }[status]
    assert page.index(said) < page.index("<h1")
    assert "Stop using it now." in page
    assert not FORM.findall(page)
    assert ('href="/en/recalls/newer/"' in page) is (status == "replaced")


def test_withdrawn_clears_nothing(client):
    recall = make_recall(status="withdrawn", firm="Maker")
    make_product(recall=recall)
    shown = words(get(client, recall))
    assert "The product may still be recalled. Ask Maker before you use it again." in shown


def test_without_a_text_in_the_language_our_own_steps_come_first(client):
    recall = make_recall(languages=["en"])
    make_product(recall=recall, brand="Maker", model_numbers="T100")
    page = get(client, recall, "fr")
    assert '<html lang="fr">' in page
    assert page.count("<h1") == 1
    assert "Maker T100" in re.search(r"(?s)<h1>(.*?)</h1>", page)[1]
    in_order(page, "<h1>", '<ol class="steps">', 'class="panel danger"', '<div lang="en">')
    assert page.count('<ol class="steps">') == 2  # what to do now, then the remedy
    assert '<p lang="en"><strong>The battery can overheat (en).</strong></p>' in page
    assert '<li lang="en">First step of the remedy (en).</li>' in page
    head = head_of(page)
    assert "overheat" not in head
    assert 'property="og:title" content="Maker T100' in head
    assert 'property="og:locale" content="fr_FR"' in head


def test_a_text_in_the_language_is_not_marked(client, full):
    make_text(recall=full, language="fr")
    page = get(client, full, "fr")
    assert "Example S100 : risque d’incendie" in page
    assert "<strong>The battery can overheat (fr).</strong>" in page
    assert '<div lang="en">' not in page


def test_short_texts_without_a_translation_are_marked(client, full):
    page = get(client, full, "es")
    assert '<dd lang="en">Underneath, after “SN”.</dd>' in page


def test_month_where_the_day_is_not_known(client):
    recall = make_recall(recall_month=date(2024, 7, 1))
    assert '<time datetime="2024-07">July 2024</time>' in get(client, recall)
    assert '<time datetime="2024-07">julio de 2024</time>' in get(client, recall, "es")


def test_codes_added_after_publication(client):
    product = make_product()
    make_list(product, ["ABCD1234"], activated_at=timezone.now() + timedelta(days=2))
    assert "Checked before? Check again." in get(client, product.recall)


def test_a_training_notice_says_so_to_messengers_too_and_reports_to_nobody(client):
    page = get(client, make_recall(is_training=True))
    assert "Training: not a real product" in re.search(r"<title>(.*?)</title>", page)[1]
    assert re.search(r'og:title" content="[^"]*Training: not a real product"', page)
    assert page.index("Training: not a real product", page.index("<body")) < page.index("<h1")
    assert "Report an incident" not in page


def test_a_notice_with_nothing_but_a_title(client):
    assert "Stop using it now." in get(client, make_recall(countries=[]))


@pytest.mark.parametrize("slug", ["draft", "nothing-here"])
def test_drafts_and_unknown_slugs_are_not_found(client, slug):
    make_recall(slug="draft", status="draft")
    assert client.get(f"/en/recalls/{slug}/").status_code == 404


def test_texts_are_shown_as_text(client):
    recall = make_recall(languages=[])
    make_text(recall=recall, hazard="<script>1</script> & more", note="<b>bold</b>")
    page = get(client, recall)
    assert "<script" not in page
    assert "&lt;script&gt;1&lt;/script&gt; &amp; more" in page
    assert "<b>bold" not in page


# Ranges -------------------------------------------------------------------------------------------

RANGES = "Recalled codes, first and last included"


def test_no_range_unless_staff_allow_it(client):
    product = make_product(shapes="A###", rules=["A100 to A200"])
    page = get(client, product.recall)
    assert RANGES not in page
    assert "A100" not in page


def test_ranges_with_both_ends_in_groups_and_spelled(client):
    product = make_product(
        rules=["ACCJRU1D16400841 to ACCJRU1D16400960", "QX1234AB56CD78EF"], show_ranges=True
    )
    page = get(client, product.recall)
    shown = words(page)
    in_order(
        shown, "The product", RANGES, "The product may still be recalled.", "Where it was sold"
    )
    assert "<span>ACCJ</span><span>RU1D</span><span>1640</span><span>0841</span>" in page
    assert "<span>1640</span><span>0960</span>" in page
    in_order(shown, RANGES, "0, 8, 4, 1 to ACCJ", "0, 9, 6, 0", "Q, X, 1, 2, 3, 4")
    assert "Here # is any number" not in shown


def test_ranges_of_every_kind_of_rule(client):
    rules = ["from B100", "after B200", "up to B300", "before B400", "57V*", "C[AB]##"]
    product = make_product(shapes="", rules=rules, show_ranges=True)
    page = get(client, product.recall)
    lines = re.findall(r"<li>(.*?)</li>", page[page.index(RANGES) :])[: len(rules)]
    spelled = [words(re.sub(r"<span>.*?</span>", "", line)).strip() for line in lines]
    assert spelled == [
        "from B, 1, 0, 0",
        "from B, 2, 0, 1",  # both ends included
        "up to B, 3, 0, 0",
        "up to B, 3, 9, 9",
        "57V*",
        "C[AB]##",
    ]
    assert "# is a number, @ a letter" in words(page)


def test_only_active_recalled_rules_are_among_the_ranges(client):
    product = make_product(shapes="A###", rules=["A100 to A200"], show_ranges=True)
    for number, (effect, status) in enumerate(
        [("inspect", "active"), ("not_recalled", "active"), ("recalled", "draft")], start=5
    ):
        make_rule(product=product, text=f"A{number}00", effect=effect, status=status)
    page = get(client, product.recall)
    assert "A, 1, 0, 0" in page
    for number in (5, 6, 7):
        assert f"A, {number}, 0, 0" not in page


def test_no_ranges_on_a_notice_that_no_longer_answers(client):
    recall = make_recall(status="withdrawn")
    make_product(recall=recall, shapes="A###", rules=["A100 to A200"], show_ranges=True)
    assert RANGES not in get(client, recall)


def test_published_ranges_of_the_shipped_notices(client, shipped_here):
    for slug, codes in (
        ("anker-a3102-australia-2024", ["ACCJRU1D16400841", "ACCJRU1D10309580"]),
        ("audio-technica-ath-sq1tw2-2024", ["2322", "2426"]),
    ):
        page = client.get(f"/en/recalls/{slug}/").content.decode()
        for code in codes:
            assert ", ".join(code) in page
    others = client.get("/en/recalls/belkin-bpd005-2024/").content.decode()
    assert RANGES not in others


# Search engines and messengers --------------------------------------------------------------------


def head_of(page: str) -> str:
    return unescape(page.split("</head>")[0])


def test_description_and_open_graph(client, full):
    head = head_of(get(client, full))
    described = (
        "The battery can overheat (en). "
        "Stop using it now. See which ones are recalled and what to do next."
    )
    assert f'<meta name="description" content="{described}">' in head
    for name, content in {
        "title": "Example S100: fire hazard",
        "description": described,
        "type": "article",
        "url": f"http://testserver/en/recalls/{full.slug}/",
        "site_name": "Recall check",
        "locale": "en_US",
    }.items():
        assert f'<meta property="og:{name}" content="{content}">' in head


def test_description_that_would_be_cut_off_is_the_advice_alone(client):
    recall = make_recall(languages=[])
    make_text(recall=recall, hazard="It can burn. " * 12)
    assert 'name="description" content="Stop using it now. See which' in get(client, recall)


def test_description_of_a_notice_that_no_longer_answers(client):
    withdrawn = make_recall(status="withdrawn", firm="Maker")
    make_product(recall=withdrawn)
    assert (
        'name="description" content="This notice was withdrawn. The product may still be recalled. '
        'Ask Maker before you use it again."'
    ) in get(client, withdrawn)
    replaced = make_recall(status="replaced", replaced_by=make_recall())
    assert 'content="Another notice has replaced this one.' in get(client, replaced)


def test_what_changed_stands_beside_the_dates(client):
    recall = make_recall(languages=())
    make_text(recall=recall, changes="12 March 2027: 200 codes added.\n3 March 2027: phone mended.")
    make_product(recall=recall)
    page = get(client, recall)
    assert "What changed" in page
    assert "12 March 2027: 200 codes added.<br>3 March 2027: phone mended." in page


@pytest.mark.parametrize("kind", Product.Kind.values)
def test_where_the_code_is_has_its_drawing_for_each_kind(client, kind):
    recall = make_recall()
    make_product(recall=recall, kind=kind, where_code_en="Inside the lid.")
    page = get(client, recall)
    drawing = page.split('class="drawing"')[1].split("</svg>")[0]
    assert "? ? ?" in drawing
    assert "Inside the lid." in page


def test_a_number_of_digits_alone_is_not_looked_for_behind_sn(client):
    recall = make_recall()
    make_product(recall=recall, shapes="####", kind="charging_case")
    make_product(recall=recall, shapes="?" * 16)
    shown = words(get(client, recall))
    assert "4 digits" in shown
    assert "4 letters and numbers" not in shown
    assert "16 letters and numbers after ‘SN’" in shown
