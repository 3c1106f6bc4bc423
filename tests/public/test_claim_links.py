"""The link to a firm's claim page carries the code of a recalled unit, and no other page's does."""

import re
from html import unescape

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from recalls import addresses
from recalls.publishing.plan import plan_publication
from tests.support.factories import make_country, make_product, make_public, make_recall
from tests.support.pages import check_path
from tests.support.people import PUBLISHER, make_person, signed_in

pytestmark = pytest.mark.django_db

CODE, OTHER = "KQ700000", "KQ755555"
CLAIM = "https://claim.maker.example/form?serial={code}&from=recall#start"
PLAIN = "https://claim.maker.example/form?from=recall#start"
FILLED = f"https://claim.maker.example/form?serial={CODE}&from=recall#start"
SAID = {
    "en": "This link gives your code to claim.maker.example.",
    "fr": "Ce lien transmet votre code à claim.maker.example.",
    "es": "Este enlace entrega su código a claim.maker.example.",
}


@pytest.fixture(autouse=True)
def recall():
    recall = make_recall(slug="claims", countries=[])
    make_country(recall=recall, country="US", claim_url=CLAIM)
    make_product(
        recall=recall,
        model_numbers="T700",
        shapes="KQ######",
        codes=[CODE],
        list_complete=True,
    )
    return recall


def links(page) -> list[str]:
    """Those to the maker."""
    found = re.findall(r'href="(https://claim[^"]*)"', page.content.decode())
    return [unescape(address) for address in found]


@pytest.mark.parametrize("language", SAID)
def test_a_recalled_code_goes_along_and_the_page_says_so(client, language):
    page = client.get(check_path(language, "kq 70-0000", "", {}))
    assert 'class="panel recalled"' in page.text
    assert links(page) == [FILLED]
    assert page.text.count(SAID[language]) == 1
    # Where the link leads, nobody learns the address of this page.
    assert page["Referrer-Policy"] == "same-origin"
    assert "{code}" not in page.text


ANSWERS = {
    "check-again": {"sn": "KQ70000O"},
    "type-again": {"sn": "KQ700001", "product": "T700"},
    "which-product": {"sn": OTHER},
    "not-listed": {"sn": OTHER, "product": "T700"},
    "model-number": {"sn": "T700"},
    "partly-read": {"sn": "KQ70?000", "product": "T700"},
    "unrecognised": {"sn": "HELLO"},
}


@pytest.mark.parametrize("panel", ANSWERS)
def test_no_other_answer_hands_a_code_on(client, panel):
    query = dict(ANSWERS[panel])
    page = client.get(check_path("en", query.pop("sn"), query.pop("product", ""), query))
    assert f'class="panel {panel}"' in page.text
    assert set(links(page)) <= {PLAIN}
    assert "serial=" not in page.text
    assert "This link gives your code" not in page.text


def test_who_cannot_tell_is_told_to_stop_and_their_code_stays_here(client):
    page = client.get(check_path("en", "KQ70000O", "", {"cannot_tell": 1}))
    assert 'class="panel recalled"' in page.text
    assert set(links(page)) == {PLAIN}
    assert "serial=" not in page.text


def test_no_page_without_a_check_has_the_argument(client):
    for address in (
        *("/en/recalls/claims/", "/en/recalls/claims/poster/", "/en/contact/", "/en/message/"),
        *("/en/recalls/feed/", "/RestWebServices/Recall?format=json", "/en/code/", "/en/"),
    ):
        response = client.get(address)
        assert response.status_code == 200
        assert "{code}" not in response.text, address
        assert "serial=" not in response.text, address
    assert links(client.get("/en/recalls/claims/")) == [PLAIN]


def test_where_two_codes_are_recalled_neither_is_handed_on(client, recall):
    other = make_recall(slug="second", countries=["US"])
    make_product(recall=other, model_numbers="T800", codes=["ZZ900000"], shapes="ZZ######")
    page = client.get(check_path("en", f"SN {CODE} SN ZZ900000", "", {}))
    assert 'class="panel recalled"' in page.text
    assert links(page) == [PLAIN]


def test_every_unit_is_recalled_and_there_is_no_code(client, recall):
    every = make_recall(slug="every", countries=[])
    make_country(recall=every, country="US", claim_url=CLAIM)
    make_product(recall=every, model_numbers="BPD005", identified_by="every_unit", shapes="")
    page = client.get(check_path("en", "BPD005", "", {}))
    assert 'class="panel recalled"' in page.text
    assert links(page) == [PLAIN]


def test_a_page_that_was_made_for_one_code_has_the_next_ones_own(client, recall):
    """Pages are kept, and filled with each code."""
    recall.products.get().rules.create(text="KQ711111", status="active")
    make_public(recall)
    for code in (CODE, "KQ711111", CODE):
        assert links(client.get(check_path("en", code, "", {}))) == [FILLED.replace(CODE, code)]


def test_model_and_notice_go_along_with_a_recalled_unit_only(client, recall):
    address = "https://claim.maker.example/form?n={notice}&m={model}&from=recall&sn={code}"
    recall.countries.update(claim_url=address)
    recall.products.update(model_numbers="T 700/é&ü")
    make_public(recall)
    page = client.get(check_path("en", CODE, "", {}))
    assert links(page) == [
        "https://claim.maker.example/form?n=claims&m=T%20700%2F%C3%A9%26%C3%BC&from=recall"
        f"&sn={CODE}"
    ]
    assert page.text.count(SAID["en"]) == 1
    for path in ("/en/recalls/claims/", check_path("en", OTHER, "T 700/é&ü", {})):
        assert links(client.get(path)) == [PLAIN.removesuffix("#start")]


def test_the_page_says_nothing_of_a_code_where_only_the_model_goes_along(client, recall):
    recall.countries.update(claim_url="https://claim.maker.example/?m={model}")
    recall.products.update(identified_by="every_unit", list_complete=False)
    make_public(recall)
    page = client.get(check_path("en", "T700", "", {}))
    assert 'class="panel recalled"' in page.text
    assert links(page) == ["https://claim.maker.example/?m=T700"]
    assert "This link gives your code" not in page.text


def test_of_two_models_of_one_code_neither_goes_along(client, recall):
    recall.countries.update(claim_url="https://claim.maker.example/?m={model}&n={notice}")
    make_product(recall=recall, model_numbers="T701", shapes="KQ######", codes=[CODE])
    page = client.get(check_path("en", CODE, "", {}))
    assert links(page) == ["https://claim.maker.example/?n=claims"]


def test_staff_are_told_what_can_stand_there():
    with pytest.raises(ValidationError, match=r"Nothing fills \{serial\}\. Write \{code\}"):
        addresses.validate_claim_address("https://a.example/?sn={serial}")


@pytest.mark.parametrize(
    ("address", "left"),
    [
        ("https://a.example/?sn={code}&m={model}", "https://a.example/"),
        ("https://a.example/?sn={code}&m={model}&x=1", "https://a.example/?x=1"),
        ("https://a.example/?x=1&n={notice}&m={model}#z", "https://a.example/?x=1#z"),
        ("https://a.example/#/claim?n={notice}&x=1", "https://a.example/#/claim?x=1"),
        ("https://a.example/?sn={code}", "https://a.example/"),
        ("https://a.example/?sn={code}&x=1", "https://a.example/?x=1"),
        ("https://a.example/?x=1&sn={code}", "https://a.example/?x=1"),
        ("https://a.example/?x=1&sn={code}&y=2#z", "https://a.example/?x=1&y=2#z"),
        ("https://a.example/?sn={code}#z", "https://a.example/#z"),
        ("https://a.example/claim", "https://a.example/claim"),
        ("", ""),
    ],
)
def test_without_its_argument_the_address_stays_whole(address, left):
    assert addresses.fill_claim_address(address, {}) == left
    if address:
        addresses.validate_claim_address(address)
        addresses.validate_web_address(left)


def test_another_claim_link_takes_two_people(recall):
    country = recall.countries.get()
    country.claim_url = CLAIM.replace("{code}", "1")
    country.save()
    plan = plan_publication(recall)
    assert plan.warns_less
    shown = signed_in(make_person("pat", PUBLISHER)).get(
        reverse("admin:recalls_recall_publish", args=[recall.pk])
    )
    assert "serial={code}" in shown.text
    assert "serial=1" in shown.text
