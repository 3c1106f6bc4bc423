"""The answers to many codes in a real browser: on a phone, without scripts, in another language."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TABLE = "Room;code;product\n12;ACCJRU1D16400841;\n14;EXA2024110007919;\n15;ACCJRU1D99999999;A3102\n"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_office_reads_its_answers(site, open_page, traffic, axe, scheme):
    page = open_page(viewport={"width": 320, "height": 640}, bypass_csp=True, color_scheme=scheme)
    for path in ("check/many/", "data/", "proof/"):
        page.goto(f"{site}/en/{path}")
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.goto(f"{site}/en/check/many/")
    page.get_by_label("SN codes, one on each line").fill(TABLE)
    page.get_by_role("button", name="Check these codes").click()
    page.locator("h1", has_text="2 of 3 products are recalled").wait_for()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_role("button", name="Français").click()
    page.locator("h1", has_text="2 produits sur 3 sont rappelés").wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Télécharger au format CSV").click()
    assert download.value.suggested_filename == "recall-check.csv"
    assert traffic.elsewhere == []
    assert traffic.cookies() == []


def test_a_printed_answer_has_its_qr_code_and_the_screen_has_none(site, open_page):
    page, asked = open_page(color_scheme="dark"), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site}/en/check/?sn=ACCJRU1D16400841&again=A")
    page.mouse.wheel(0, 100_000)
    page.wait_for_timeout(200)
    assert not any("qr.svg" in url for url in asked)
    page.pdf()
    assert [url for url in asked if "qr.svg" in url] == [
        f"{site}/en/check/qr.svg?sn=ACCJRU1D16400841"
    ]
