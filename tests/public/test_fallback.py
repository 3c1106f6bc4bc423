"""The pages for failures: three languages, from memory, the stop-use advice first."""

import re

import pytest
from django.db import DatabaseError
from django.template.loader import render_to_string
from django.test import Client, override_settings

from recalls.check import ladder
from recalls.models import PublishedVersion
from recalls.public import fallback
from recalls.published import cache
from tests.support.factories import make_product
from tests.support.languages import SHOWN, marked
from tests.support.pages import in_order, words

ADVICE = "Checking a product? Switch it off and unplug it until you have checked"
HEADINGS = {
    404: "Page not found",
    405: "This request cannot be answered",
    413: "Too much was sent at once",
    429: "Too many checks in a short time",
    400: "This request cannot be answered",
    500: "There is a problem with the service",
    503: "The service is unavailable",
}


def fail(*args, **kwargs):
    raise DatabaseError("no such table")


@pytest.mark.parametrize(("status", "heading"), HEADINGS.items())
def test_the_advice_comes_right_after_the_heading(status, heading):
    page = fallback.fallback_page(status)
    assert f"<title>{heading} – Recall check</title>" in page
    assert page.count("<h1") == 1
    assert re.search(rf'<h1>{heading}</h1>\s*<p class="safety">{re.escape(ADVICE)}</p>', page)
    in_order(words(page), heading, ADVICE, "+1 555 0199", "operator@test.example")
    assert ("Try again in a few minutes" in page) is (status >= 500 or status == 429)


@pytest.mark.parametrize("status", HEADINGS)
def test_each_language_has_advice_phone_and_its_own_home(status):
    page = fallback.fallback_page(status)
    for language in SHOWN:
        (section,) = re.findall(
            rf"(?s){marked('section', language, id=language)}(.*?)</section>", page
        )
        assert re.search(r'<h[12]>[^<]+</h[12]>\s*<p class="safety">', section)
        assert 'href="tel:+15550199"' in section
        assert 'href="mailto:operator@test.example"' in section
        assert f'href="/{language}/"' in section


@pytest.mark.parametrize("status", HEADINGS)
def test_nothing_is_fetched_and_nothing_runs(status):
    page = fallback.fallback_page(status)
    for absent in ("<script", " style=", "<link", "<img", "src=", "url(", "@import"):
        assert absent not in page
    assert "{%" not in page
    assert "{#" not in page


def test_it_is_made_once_whatever_the_language(monkeypatch):
    fallback.make_ready()
    held = fallback.fallback_page(503)
    monkeypatch.setattr("recalls.public.fallback.render_to_string", fail)
    assert fallback.fallback_page(503) is held


@pytest.mark.django_db
def test_it_needs_no_query(django_assert_num_queries):
    with django_assert_num_queries(0):
        render_to_string("public/fallback.html", {"status": 503})


@override_settings(DEMONSTRATION=True)
def test_a_demonstration_says_so_here_too():
    page = fallback.fallback_page.__wrapped__(500)
    in_order(page, "Demonstration. Do not rely on its answers", "<h1>")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/en/", "/fr/code/", "/es/recalls/", "/en/recalls/a/", "/en/check/?sn=ABCD12345678"]
)
def test_a_database_that_fails_is_503(client, monkeypatch, path):
    monkeypatch.setattr(cache, "_cached", None)
    monkeypatch.setattr(cache, "load_edition", fail)
    monkeypatch.setattr(cache, "current_edition", fail)
    response = client.get(path)
    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    assert response["Cache-Control"] == "no-store"
    assert ADVICE in response.content.decode()
    assert "not on the list" not in response.content.decode()


@pytest.mark.django_db
def test_a_check_that_cannot_be_made_is_503(client, monkeypatch):
    def unavailable(*args, **kwargs):
        raise ladder.Unavailable

    monkeypatch.setattr(ladder, "check_code", unavailable)
    assert client.get("/fr/check/?sn=ABCD12345678").status_code == 503


@pytest.mark.django_db
def test_a_missing_version_is_503(client):
    PublishedVersion.objects.all().delete()
    assert client.get("/en/").status_code == 503
    assert client.get("/en/check/?sn=ABCD12345678").status_code == 503


@pytest.mark.django_db
def test_any_other_failure_is_500(monkeypatch):
    def wrong(*args, **kwargs):
        raise ValueError

    monkeypatch.setattr(ladder, "check_code", wrong)
    response = Client(raise_request_exception=False).get("/es/check/?sn=ABCD12345678")
    assert response.status_code == 500
    assert response["Cache-Control"] == "no-store"
    assert "There is a problem with the service" in response.content.decode()


@pytest.mark.django_db
def test_not_found_in_the_language_of_the_path(client):
    make_product(name="Tone", model_numbers="T100")
    response = client.get("/fr/nothing/")
    page = response.content.decode()
    assert response.status_code == 404
    assert '<html lang="fr">' in page
    assert page.count("<h1") == 1
    assert re.search(r'</h1>\s*<p class="safety">', page)
    assert page.index('href="tel:+15550199"') < page.index("</main>")
    assert "Example Tone (T100)" in page
    assert "noindex" in page
    assert "canonical" not in page


@pytest.mark.django_db
def test_not_found_names_no_model_while_the_database_fails(client, monkeypatch):
    make_product(name="Tone")
    monkeypatch.setattr(cache, "current_edition", fail)
    response = client.get("/en/nothing/")
    assert response.status_code == 404
    assert ADVICE in response.content.decode()
    assert "Example Tone" not in response.content.decode()


@pytest.mark.django_db
def test_not_found_without_a_language_is_in_all_of_them(client):
    response = client.get("/nothing/", headers={"accept-language": "fr"})
    page = response.content.decode()
    assert response.status_code == 404
    assert page == fallback.fallback_page(404)


def test_a_request_for_another_host_is_400(client):
    response = client.get("/en/", headers={"host": "elsewhere.example"})
    assert response.status_code == 400
    assert ADVICE in response.content.decode()


@pytest.mark.django_db
def test_not_found_asks_the_database_once(client, django_assert_num_queries):
    make_product()
    client.get("/en/")
    with django_assert_num_queries(1):
        client.get("/en/nothing/")
