"""Here is what caches may keep and for how long. The Cache-Control of each address is
in test_headers.py and test_every_response.py; here is how caches ask, and what they never keep."""

import re

import pytest
from django.core.management import call_command
from django.test import Client

from recalls import models
from tests.support.factories import make_product, make_public, make_recall
from tests.support.headers import CACHED, FILES, PAGES
from tests.support.languages import SHOWN

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def notice():
    recall = make_recall(slug="example", languages=["en"])
    make_product(recall=recall, model_numbers="T100", rules=["ABCD123456780000"])
    return recall


def shows(row) -> bool:
    """Whether the address of a row shows something that caches may keep."""
    return row[1] == 200 and row[2] == CACHED


@pytest.mark.parametrize("path", [row[0] for row in [*PAGES, *FILES] if shows(row)])
def test_a_cache_is_told_that_nothing_has_changed(client, path):
    whole = client.get(path)
    again = client.get(path, headers={"if-none-match": whole["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == whole["ETag"]
    assert again["Cache-Control"] == whole["Cache-Control"]
    assert again["Content-Security-Policy"] == whole["Content-Security-Policy"]
    other = client.get(path, headers={"if-none-match": '"another"'})
    assert (other.status_code, other.content) == (200, whole.content)


@pytest.mark.parametrize("path", [row[0] for row in [*PAGES, *FILES] if not shows(row)])
def test_nothing_else_has_an_etag(client, path):
    response = client.get(path, headers={"if-none-match": "*"})
    assert response.status_code != 304
    assert not response.has_header("ETag")
    assert not response.has_header("Last-Modified")


@pytest.mark.parametrize("path", ["/staff/login/", "/staff/", "/health/live", "/health/ready"])
def test_nor_has_anything_of_staff_or_probes(client, path):
    response = client.get(path)
    assert not response.has_header("ETag")
    assert "no-store" in response["Cache-Control"]


def test_a_packed_page_has_a_weak_etag_that_holds(client):
    packed = {"accept-encoding": "gzip"}
    etag = client.get("/en/", headers=packed)["ETag"]
    assert etag.startswith('W/"')
    assert client.get("/en/", headers=packed | {"if-none-match": etag}).status_code == 304


def test_a_change_is_a_new_page(client, notice):
    before = client.get("/en/recalls/example/")["ETag"]
    notice.texts.update(hazard="The battery can burn.")
    make_public(notice)
    after = client.get("/en/recalls/example/", headers={"if-none-match": before})
    assert (after.status_code, after["ETag"] == before) == (200, False)
    assert "The battery can burn." in after.content.decode()


@pytest.mark.parametrize("typed", ["ABCD123456780000", "ABCD12345678000O", "T100", "HELLO99", "?"])
@pytest.mark.parametrize("language", SHOWN)
def test_no_cache_may_keep_an_answer(client, typed, language):
    """Nor a later one in its place: neither stale-if-error nor stale-while-revalidate."""
    for ask in (client.get, client.head):
        response = ask(f"/{language}/check/", {"sn": typed})
        assert set(response["Cache-Control"].split(", ")) == {"private", "no-store"}
        assert not {"ETag", "Last-Modified", "Expires", "Age"} & set(response.headers)


def test_a_withdrawal_shows_at_once_and_in_caches_after_two_minutes(client, notice):
    """A cache may show the page for 60 seconds, and for 60 more while it asks for the new one."""
    caching = client.get("/en/recalls/example/")["Cache-Control"]
    kept = {name: int(value) for name, value in re.findall(r"([a-z-]+)=(\d+)", caching)}
    assert kept["max-age"] + kept["stale-while-revalidate"] <= 120
    notice.status = models.Recall.Status.WITHDRAWN
    notice.withdrawn_at = notice.published_at
    notice.save()
    make_public(notice)
    assert "withdrawn" in client.get("/en/recalls/example/").content.decode()


def test_static_files_have_a_name_for_each_content(settings, tmp_path):
    """As in production: the name holds a hash, so that a browser never has to ask again."""
    settings.STATIC_ROOT = tmp_path
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = False
    backend = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": backend}}
    call_command("collectstatic", interactive=False, verbosity=0)
    client = Client()
    page = client.get("/en/").content.decode()
    (address,) = re.findall(r'href="(/static/img/favicon\.[0-9a-f]{12}\.svg)"', page)
    response = client.get(address)
    assert list(response.streaming_content)
    caching = response["Cache-Control"].split(", ")
    assert {"public", "immutable"} <= set(caching)
    assert max(int(part[8:]) for part in caching if part.startswith("max-age=")) >= 31_536_000
