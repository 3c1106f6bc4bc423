"""Addresses: the language is in the path, and a change of language keeps code and choices."""

import re
from html import unescape

import pytest
from django.urls import reverse

from tests.support.factories import make_product, make_recall
from tests.support.languages import SHOWN

pytestmark = pytest.mark.django_db


def language_links(client, path) -> dict[str, str]:
    page = client.get(path).content.decode()
    nav = re.search(r"(?s)<nav aria-label.*?</nav>", page)[0]
    found = re.findall(r'<a href="([^"]+)"[^>]*\blang="(\w\w)"', nav)
    return {language: unescape(address) for address, language in found}


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("fr", "fr"),
        ("fr-CA,fr;q=0.9,en;q=0.5", "fr"),
        ("es-MX", "es"),
        ("sv,es;q=0.4", "es"),
        ("sv", "en"),
        ("nonsense;;", "en"),
    ],
)
@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/", "/{}/"),
        ("/check/?sn=ACCJ%20RU1D&product=A3102", "/{}/check/?sn=ACCJ%20RU1D&product=A3102"),
        ("/?from=poster", "/{}/?from=poster"),
    ],
)
def test_addresses_without_a_language_follow_the_visitors(client, accepted, language, path, target):
    response = client.get(path, headers={"accept-language": accepted})
    assert response.status_code == 302
    assert response["Location"] == target.format(language)
    assert "Accept-Language" in response["Vary"]
    assert not response.cookies


def test_the_visitors_language_does_not_change_an_address_with_a_language(client):
    page = client.get("/es/", headers={"accept-language": "fr"}).content.decode()
    assert '<html lang="es">' in page


def test_a_check_without_a_code_leads_to_the_form(client):
    assert client.get("/fr/check/")["Location"] == "/fr/"


def test_language_links_keep_code_and_product_and_no_confirmation(client):
    query = "sn=ABCD+1234&product=T100"
    links = language_links(client, f"/en/check/?{query}&confirmed=label.ABCD1234")
    assert links == {tag: f"/{tag}/check/?{query}" for tag in SHOWN if tag != "en"}


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/check/many/",
        "/data/",
        "/proof/",
        "/code/",
        "/message/",
        "/contact/",
        "/disposal/",
        "/recalls/",
        "/recalls/?q=a",
        "/recalls/example/",
        "/recalls/example/poster/",
    ],
)
def test_language_links_lead_to_the_same_page(client, path):
    make_recall(slug="example")
    links = language_links(client, f"/fr{path}")
    assert links == {tag: f"/{tag}{path}" for tag in SHOWN if tag != "fr"}


def test_language_links_of_a_page_that_does_not_exist_lead_home(client):
    links = language_links(client, "/en/nothing/")
    assert links == {tag: f"/{tag}/" for tag in SHOWN if tag != "en"}


def test_other_languages_in_the_head(client):
    page = client.get("/en/code/?sn=ABCD1234").content.decode()
    assert '<link rel="canonical" href="http://testserver/en/code/">' in page
    for language in SHOWN:
        address = f"http://testserver/{language}/code/"
        assert f'<link rel="alternate" hreflang="{language}" href="{address}">' in page
    assert 'hreflang="x-default"' in page


def test_alternates_of_the_first_page_leave_other_languages_to_the_browser(client):
    page = client.get("/fr/").content.decode()
    assert '<link rel="canonical" href="http://testserver/fr/">' in page
    assert '<link rel="alternate" hreflang="x-default" href="http://testserver/">' in page


def test_a_further_page_of_the_list_is_its_own(client, monkeypatch):
    monkeypatch.setattr("recalls.public.views.NOTICES_ON_A_PAGE", 1)
    make_recall(), make_recall()
    page = client.get("/en/recalls/?page=2").content.decode()
    assert '<link rel="canonical" href="http://testserver/en/recalls/?page=2">' in page
    assert 'hreflang="fr" href="http://testserver/fr/recalls/?page=2"' in page
    assert (
        'rel="canonical" href="http://testserver/en/recalls/">'
        in client.get("/en/recalls/?q=example&page=2").content.decode()
    )


@pytest.mark.parametrize("language", SHOWN)
def test_a_notice_without_a_text_in_the_language_has_its_own_address_still(client, language):
    make_recall(slug="example", languages=["en"])
    page = client.get(f"/{language}/recalls/example/").content.decode()
    here = f"http://testserver/{language}/recalls/example/"
    assert f'<link rel="canonical" href="{here}">' in page
    for other in SHOWN:
        assert f'hreflang="{other}" href="http://testserver/{other}/recalls/example/"' in page
    assert 'hreflang="x-default" href="http://testserver/en/recalls/example/"' in page


@pytest.mark.parametrize(
    "path",
    [
        "/nothing/",
        "/sv/",
        "/EN/",
        "/en/nothing/",
        "/en/recalls/nothing/",
        "/en/recalls/a/b/",
        "/en/check/x.css",
        "/en/code.html",
    ],
)
def test_unknown_paths_are_not_found(client, path):
    response = client.get(path)
    assert response.status_code == 404
    assert "Switch it off and unplug it until you have checked" in response.content.decode()


def test_a_missing_slash_is_added_and_the_code_kept(client):
    response = client.get("/en/check?sn=ABCD1234")
    assert (response.status_code, response["Location"]) == (301, "/en/check/?sn=ABCD1234")


def test_a_notice_knows_its_address():
    recall = make_product().recall
    assert recall.get_absolute_url() == reverse("recall", args=[recall.slug])


def test_every_link_of_the_public_pages_leads_somewhere(client):
    make_product(recall=make_recall(slug="example"), model_numbers="T100")
    seen, open_paths = set(), [*(f"/{tag}/" for tag in SHOWN), "/en/nothing/"]
    while open_paths:
        path = open_paths.pop()
        seen.add(path)
        response = client.get(path)
        assert response.status_code == (404 if path == "/en/nothing/" else 200), path
        for address in re.findall(r'href="(/[^"#]*)', response.content.decode()):
            if address not in seen and not address.startswith("/static/"):
                open_paths.append(unescape(address))
                seen.add(address)
