"""robots.txt, security.txt and the icon."""

import re
from datetime import UTC, datetime, timedelta
from urllib.robotparser import RobotFileParser

import pytest
from django.contrib.staticfiles import finders
from django.test import override_settings


def robots(client, **options) -> str:
    response = client.get("/robots.txt", **options)
    assert response.status_code == 200
    return response.content.decode()


def test_robots_may_read_all_but_checks_and_staff(client):
    parser = RobotFileParser()
    parser.parse(robots(client).splitlines())
    for path in ("/", "/en/", "/fr/code/", "/es/recalls/", "/en/recalls/feed/", "/sitemap.xml"):
        assert parser.can_fetch("any", f"http://testserver{path}"), path
    for path in ("/check/?sn=1", "/en/check/?sn=1", "/fr/check/", "/es/check/", "/staff/login/"):
        assert not parser.can_fetch("any", f"http://testserver{path}"), path


def test_robots_name_the_sitemap_of_this_host(client):
    assert "\nSitemap: http://testserver/sitemap.xml\n" in robots(client)
    there = robots(client, secure=True, headers={"host": "localhost"})
    assert there.endswith("\nSitemap: https://localhost/sitemap.xml\n")


def security(client, **options) -> dict[str, str]:
    response = client.get("/.well-known/security.txt", **options)
    assert response.status_code == 200
    lines = response.content.decode().splitlines()
    found = dict(line.split(": ", 1) for line in lines)
    assert len(found) == len(lines)
    return found


def test_whom_to_tell_of_a_fault(client):
    found = security(client, secure=True)
    assert found.pop("Expires")
    assert found == {
        "Contact": "mailto:operator@test.example",
        "Preferred-Languages": "en, fr, es",
        "Canonical": "https://testserver/.well-known/security.txt",
    }


def test_it_expires_within_a_year_counted_from_now(client, monkeypatch):
    for now in (datetime.now(UTC), datetime(2031, 12, 31, 23, 59, 59, tzinfo=UTC)):
        monkeypatch.setattr("django.utils.timezone.now", lambda now=now: now)
        said = security(client)["Expires"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", said)
        left = datetime.fromisoformat(said) - now
        assert timedelta(days=270) < left < timedelta(days=365)


def test_the_icon_that_browsers_ask_for(client):
    response = client.get("/favicon.ico")
    assert response.status_code == 302
    assert response["Location"] == "/static/img/favicon.svg"
    assert finders.find("img/favicon.svg")


@pytest.mark.django_db
def test_the_icon_is_the_one_that_the_pages_name(client):
    address = client.get("/favicon.ico")["Location"]
    assert f'<link rel="icon" type="image/svg+xml" href="{address}">' in (
        client.get("/en/").content.decode()
    )


def test_the_icon_by_its_hashed_name(client, monkeypatch):
    """A release with another icon has another name, so the redirect must not be for ever."""
    monkeypatch.setattr(
        "recalls.public.site_files.static", lambda path: "/static/img/favicon.0123.svg"
    )
    response = client.get("/favicon.ico")
    assert (response.status_code, response["Location"]) == (302, "/static/img/favicon.0123.svg")


@override_settings(ALLOWED_HOSTS=["recall.example"])
def test_another_host_gets_no_addresses(client):
    for path in ("/robots.txt", "/sitemap.xml", "/.well-known/security.txt"):
        assert client.get(path, headers={"host": "elsewhere.example"}).status_code == 400
