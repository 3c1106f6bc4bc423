"""Every public page in a real browser, in each language."""

import pytest

from tests.support.factories import make_never_cleared, make_sisters
from tests.support.languages import SHOWN
from tests.support.pages import addresses

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


# The two schemes differ in nothing but colors: tests/public/test_colors.py.
OF_COLORS = ["color-contrast", "color-contrast-enhanced", "link-in-text-block"]


@pytest.mark.parametrize(
    ("language", "scheme"), [*((tag, "light") for tag in SHOWN), ("en", "dark")]
)
def test_every_page_is_accessible_and_keeps_to_itself(
    site, open_page, traffic, axe, language, scheme
):
    make_sisters()
    make_never_cleared()
    page = open_page(viewport={"width": 320, "height": 640}, bypass_csp=True, color_scheme=scheme)
    faults, wide = {}, []
    for address in addresses(language):
        page.goto(site + address)
        if violations := axe(page, rules=OF_COLORS if scheme == "dark" else None):
            faults[address] = [
                (rule["id"], [node["target"] for node in rule["nodes"]]) for rule in violations
            ]
        if page.evaluate("document.documentElement.scrollWidth") > 320:
            wide.append(address)
    assert faults == {}
    assert wide == []
    assert traffic.elsewhere == []
    assert traffic.cookies() == []


def test_no_page_breaks_its_own_policy(site, open_page, traffic):
    """With the policy in force: no style refused, no script, nothing loaded from elsewhere."""
    make_sisters()
    make_never_cleared()
    page = open_page()
    for address in addresses("en"):
        response = page.goto(site + address)
        assert page.locator("script").count() == 0
        # The policy let the one stylesheet through.
        color = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert color not in ("rgba(0, 0, 0, 0)", "rgb(255, 255, 255)"), address
        assert response.headers["content-security-policy"].startswith("default-src 'none'")
    assert [line for line in traffic.complaints if "404" not in line] == []
    assert traffic.elsewhere == []
    assert traffic.cookies() == []


def arrives_at(page, heading):
    """Wait for the page with this heading: a press returns before the next page is there."""
    page.locator("h1", has_text=heading).wait_for()


def test_from_the_first_page_to_the_instructions_in_one_press(site, open_page):
    page = open_page(java_script_enabled=False, viewport={"width": 320, "height": 640})
    page.goto(f"{site}/en/")
    page.get_by_label("What is the SN code?").fill("accjru1d 1640 0841")
    page.get_by_role("button", name="Check this code").click()
    arrives_at(page, "Stop using this speaker now")
    page.get_by_role("link", name="Français").click()
    arrives_at(page, "Cessez d’utiliser ce haut-parleur")


# In how many pieces a model number stands, wherever it is within a heading.
PIECES = """() => [...document.querySelectorAll("h1, .choices b")].flatMap((heading) => {
  const [node] = [...heading.childNodes].filter((child) => child.nodeType === Node.TEXT_NODE);
  return [...node.data.matchAll(/[0-9A-Z]+\\u2060-\\u2060[0-9A-Z]+/g)].map((match) => {
    const range = document.createRange();
    range.setStart(node, match.index);
    range.setEnd(node, match.index + match[0].length);
    return range.getClientRects().length;
  });
})"""


def test_a_model_number_breaks_at_no_hyphen_in_a_heading(site, open_page):
    page = open_page(java_script_enabled=True)
    for width in range(320, 420, 10):
        page.set_viewport_size({"width": width, "height": 640})
        for address in ("/en/recalls/", "/en/recalls/audio-technica-ath-sq1tw2-2024/"):
            page.goto(site + address)
            pieces = page.evaluate(PIECES)
            assert pieces
            assert set(pieces) == {1}, (address, width)


def test_both_answers_to_a_test_code_are_named_where_no_heading_is_seen(site, open_page):
    page = open_page(java_script_enabled=False)
    for width, is_narrow in ((320, True), (1280, False)):
        page.set_viewport_size({"width": width, "height": 640})
        page.goto(f"{site}/en/proof/")
        first = page.locator(".answers tbody tr").first
        shown = [label for label in ("Expected", "Answered now") if label in first.inner_text()]
        assert bool(shown) == is_narrow
        assert page.locator("thead").is_visible() != is_narrow
        if is_narrow:
            assert shown == ["Expected", "Answered now"]


def test_the_whole_way_to_an_answer_without_scripts(site, open_page):
    page = open_page(java_script_enabled=False)
    page.goto(f"{site}/en/")
    page.get_by_label("What is the SN code?").fill("ACCJRU1D16400961")
    page.keyboard.press("Enter")
    arrives_at(page, "Check the code again")
    page.locator('a[href*="confirmed="]').click()
    arrives_at(page, "Which of these is it?")
    page.locator('a[href*="product=A3102&"], a[href$="product=A3102"]').first.click()
    # One slip from a recalled code: typed a second time, and compared.
    arrives_at(page, "Type the code once more")
    page.get_by_label("Type the SN code from the label again").fill("ACCJRU1D16400961")
    page.keyboard.press("Enter")
    arrives_at(page, "Check the code again")
    page.locator('a[href*="confirmed="]').click()
    arrives_at(page, "Only Anker can confirm")
    page.goto(f"{site}/en/check/?sn=ACCJRU1D16400961")
    page.locator('a[href*="sn=ACCJRU1D16400916"]').click()
    arrives_at(page, "Stop using this speaker now")


def test_error_has_the_focus_and_keeps_the_code(site, open_page):
    page = open_page(java_script_enabled=False)
    page.goto(f"{site}/en/check/?sn=ACCJRU1D1640084")
    assert page.title().startswith("Error: ")
    assert page.get_by_label("What is the SN code?").input_value() == "ACCJRU1D1640084"
    page.locator(".error-summary:focus").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("#sn:focus").wait_for()


def test_notice_asks_for_its_own_product(site, open_page):
    page = open_page(java_script_enabled=False)
    page.goto(f"{site}/en/recalls/anker-a3102-australia-2024/")
    page.locator('input[name="sn"]').first.fill("ACCJRU1D99999999")
    page.get_by_role("button", name="Check this code").first.click()
    arrives_at(page, "Only Anker can confirm")
    assert "product=A3102" in page.url
