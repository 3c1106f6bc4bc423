"""The sitemap, and that search engines can show title and description of its pages whole."""

import re
from html import unescape
from xml.etree import ElementTree as ET

import pytest
from django.urls import reverse

from recalls.public import site_files
from tests.support.factories import make_product, make_recall
from tests.support.languages import SHOWN

pytestmark = pytest.mark.django_db

SITE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"


def get(client, address="/sitemap.xml", **options) -> dict[str, ET.Element]:
    """The entries by their address."""
    response = client.get(address, **options)
    assert response.status_code == 200
    root = ET.fromstring(response.content)  # noqa: S314 - our own
    assert root.tag == f"{SITE}urlset"
    found = root.findall(f"{SITE}url")
    entries = {entry.find(f"{SITE}loc").text: entry for entry in found}
    assert len(entries) == len(found)
    return entries


def alternates(entry: ET.Element) -> dict[str, str]:
    links = entry.findall(f"{XHTML}link")
    assert {link.get("rel") for link in links} == {"alternate"}
    return {link.get("hreflang"): link.get("href") for link in links}


def test_every_page_in_each_language(client):
    newer = make_recall(slug="public", languages=["en"])
    make_recall(slug="withdrawn", status="withdrawn")
    make_recall(slug="replaced", status="replaced", replaced_by=newer)
    make_recall(slug="draft", status="draft")
    make_recall(slug="training", is_training=True)
    paths = [reverse(name).removeprefix("/en") for name in site_files.PAGES]
    assert {"/", "/code/", "/recalls/"} <= set(paths)
    paths += [f"/recalls/{slug}/" for slug in ("public", "withdrawn", "replaced")]
    assert set(get(client)) == {
        f"http://testserver/{language}{path}" for path in paths for language in SHOWN
    }


def test_alternates_are_those_of_the_page_itself(client):
    make_recall(slug="public")
    for address, entry in get(client).items():
        page = client.get(address).content.decode()
        head = dict(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', page))
        assert alternates(entry) == head
        assert head[address.split("/")[3]] == address
        assert set(head) == {*SHOWN, "x-default"}
        assert f'<link rel="canonical" href="{address}">' in page


def test_the_first_page_for_other_languages(client):
    entry = get(client)["http://testserver/en/"]
    assert alternates(entry)["x-default"] == "http://testserver/"


def test_many_notices_stand_in_parts_that_an_index_names(client, monkeypatch):
    """The whole would be megabytes with thousands of notices."""
    whole = {address for n in range(5) for address in addresses_of(make_recall(slug=f"public-{n}"))}
    whole |= set(get(client)) - whole
    monkeypatch.setattr(site_files, "NOTICES_IN_A_SITEMAP", 2)
    index = ET.fromstring(client.get("/sitemap.xml").content)  # noqa: S314 - our own
    assert index.tag == f"{SITE}sitemapindex"
    parts = [part.text for part in index.iter(f"{SITE}loc")]
    assert parts == [f"http://testserver/sitemap-{number}.xml" for number in (1, 2, 3)]
    listed = [address for part in parts for address in get(client, part)]
    assert len(listed) == len(set(listed))
    assert set(listed) == whole
    before = get(client, parts[0]).keys()
    make_recall(slug="the-newest")
    assert get(client, parts[0]).keys() == before
    for number in (0, 4):
        assert client.get(f"/sitemap-{number}.xml").status_code == 404


def addresses_of(recall) -> set[str]:
    path = recall.get_absolute_url().removeprefix("/en")
    return {f"http://testserver/{language}{path}" for language in SHOWN}


def test_last_change_of_notices(client):
    recall = make_recall(slug="public")
    entries = get(client)
    changed = entries["http://testserver/fr/recalls/public/"].find(f"{SITE}lastmod").text
    assert changed == recall.published_at.isoformat()
    assert entries["http://testserver/fr/"].find(f"{SITE}lastmod") is None


def test_addresses_are_of_the_host_asked(client):
    found = get(client, secure=True, headers={"host": "localhost"})
    assert all(address.startswith("https://localhost/") for address in found)


def meta(page: str, name: str) -> str | None:
    found = re.findall(rf'<meta (?:name|property)="{name}" content="([^"]*)">', page)
    assert len(found) <= 1
    return unescape(found[0]) if found else None


def test_titles_and_descriptions_are_shown_whole(client, shipped_here):
    titles, descriptions = set(), set()
    addresses = [address for address in get(client) if address.startswith("http://testserver/en/")]
    for address in addresses:
        page = client.get(address).content.decode()
        title = unescape(re.search(r"<title>(.*?)</title>", page)[1])
        description = meta(page, "description")
        assert len(title) <= 65, title
        assert 50 <= len(description) <= 155, description
        assert meta(page, "og:title") == title.removesuffix(" – Recall check")
        assert meta(page, "og:description") == description
        assert meta(page, "og:url") == address
        assert meta(page, "og:site_name") == "Recall check"
        assert meta(page, "og:locale") == "en_US"
        titles.add(title)
        descriptions.add(description)
        assert "noindex" not in page
    assert len(addresses) >= 10
    assert len(descriptions) >= len(site_files.PAGES)
    assert len(titles) == len(addresses)


@pytest.mark.parametrize(
    "path",
    ["/en/check/?sn=T100", "/fr/check/?sn=ABCD123456781234", "/es/check/?sn=", "/en/nothing/"],
)
def test_what_must_not_be_found_is_not_described(client, path):
    make_product(model_numbers="T100", rules=["ABCD123456781234"])
    page = client.get(path).content.decode()
    assert meta(page, "robots") == "noindex"
    assert meta(page, "description") is None
    assert "og:" not in page
    assert 'rel="canonical"' not in page
