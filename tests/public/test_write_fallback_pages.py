"""The failure pages as files for the proxy."""

import re

import pytest
from django.core.management import CommandError, call_command

from recalls.check import ladder
from recalls.public import fallback, stylesheet
from tests.support.languages import SHOWN, marked

FILES = {f"{status}.html" for status in (400, 404, 405, 413, 429, 500, 503)}


@pytest.fixture
def written(tmp_path, capsys):
    call_command("write_fallback_pages", tmp_path)
    return {path.name: path.read_text(encoding="utf-8") for path in tmp_path.glob("*.html")}


def test_the_files_are_the_pages_of_the_site(written, capsys):
    assert set(written) == FILES
    for name, page in written.items():
        assert page == fallback.fallback_page(int(name.removesuffix(".html")))
        assert f"<style>{stylesheet.read_css()}</style>" in page


def test_each_is_whole(written):
    for page in written.values():
        assert page.lstrip().startswith("<!doctype html>")
        assert page.rstrip().endswith("</html>")
        for language in SHOWN:
            assert marked("section", language, id=language) in page
        for absent in ("<link", "<script", "<img", "src=", "url(", "@import", " style="):
            assert absent not in page
        assert not re.search(r"https?://|[\"'(]//", page)
        links = set(re.findall(r'href="([^"]+)"', page))
        assert links == {
            *("#main", *(f"#{tag}" for tag in SHOWN), *(f"/{tag}/" for tag in SHOWN)),
            *("tel:+15550199", "mailto:operator@test.example"),
        }


def test_their_headers_are_those_of_the_site(written, tmp_path, client, settings):
    settings.SECURE_HSTS_SECONDS = 63_072_000
    call_command("write_fallback_pages", tmp_path)
    lines = (tmp_path / "headers.conf").read_text(encoding="utf-8").splitlines()
    found = dict(
        re.fullmatch('add_header ([A-Za-z-]+) "([^"]+)" always;', line).groups() for line in lines
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("recalls.check.ladder.check_code", unavailable)
        response = client.get("/en/check/?sn=1", secure=True)
    of_the_page = ("Content-Type", "Content-Length", "Content-Language", "Vary", "Retry-After")
    assert found == {name: value for name, value in response.items() if name not in of_the_page}
    assert found["Cache-Control"] == "no-store"


def unavailable(*args, **kwargs):
    raise ladder.Unavailable


def test_written_again_they_are_replaced(tmp_path):
    (tmp_path / "503.html").write_text("old", encoding="utf-8")
    call_command("write_fallback_pages", tmp_path, verbosity=0)
    assert (tmp_path / "503.html").read_text(encoding="utf-8") == fallback.fallback_page(503)


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    folder = tmp_path / "missing"
    with pytest.raises(CommandError, match=r"There is no folder .*missing\. Make it first\."):
        call_command("write_fallback_pages", folder)
    assert not folder.exists()


def test_a_file_in_place_of_the_folder_is_refused(tmp_path):
    path = tmp_path / "file"
    path.touch()
    with pytest.raises(CommandError, match="There is no folder"):
        call_command("write_fallback_pages", path)


def test_what_cannot_be_written_is_a_sentence(tmp_path):
    (tmp_path / "429.html").mkdir()
    with pytest.raises(CommandError, match=r"429\.html cannot be written: .+\."):
        call_command("write_fallback_pages", tmp_path)


def test_it_says_what_it_wrote(tmp_path, capsys):
    call_command("write_fallback_pages", tmp_path)
    assert capsys.readouterr().out.splitlines() == [
        f"{tmp_path / name}: written." for name in [*sorted(FILES), "headers.conf"]
    ]
