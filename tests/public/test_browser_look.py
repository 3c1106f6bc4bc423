"""These tests show how the pages look and work: zoomed, respaced, in forced colors, printed,
without the stylesheet, by keyboard, by thumb; and how little each one weighs."""

import gzip

import pytest

from recalls.models import Product
from recalls.public import stylesheet
from tests.support.factories import make_never_cleared, make_product, make_recall, make_sisters
from tests.support.languages import SHOWN
from tests.support.pages import CHECKS, addresses, check_addresses, check_path

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KILOBYTE = 1024
TARGET = 44  # CSS pixels
CSS_OFF = "for (const sheet of document.querySelectorAll('style')) sheet.remove()"


def results(language="en"):
    """Every verdict, without the form errors."""
    return [address for address in check_addresses(language) if address not in errors(language)]


def errors(language="en"):
    first = next(at for at, (typed, *_rest) in enumerate(CHECKS) if not typed)
    return [check_path(language, *check) for check in CHECKS[first:] if "confirmed" not in check[2]]


# Zoom and text spacing ---------------------------------------------------------------------------

# What WCAG 1.4.12 lets readers set.
SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important;
  word-spacing: .16em !important } p { margin-block-end: 2em !important }"""

# Boxes that cut off what is in them; what only screen readers hear is meant to be cut, and a
# field scrolls by itself.
CUT_OFF = """() => [...document.querySelectorAll("body *")].filter(box => {
  const { overflowX, overflowY } = getComputedStyle(box)
  return !box.matches(".hidden, .spelled, input") && (
    overflowX != "visible" && box.scrollWidth > box.clientWidth ||
    overflowY != "visible" && box.scrollHeight > box.clientHeight)
}).map(box => box.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("language", SHOWN)
def test_zoomed_to_400_percent_and_respaced_no_page_scrolls_sideways(site, open_page, language):
    make_sisters()
    make_never_cleared()
    # 1280 × 1024 pixels at 400 %.
    page = open_page(viewport={"width": 320, "height": 256}, device_scale_factor=4, bypass_csp=True)
    faults = []
    for address in addresses(language):
        page.goto(site + address)
        for spacing in ("", SPACED):
            if spacing:
                page.add_style_tag(content=spacing)
            wide = page.evaluate("document.documentElement.scrollWidth") - 320
            if wide > 0 or (cut_off := page.evaluate(CUT_OFF)):
                faults.append((address, bool(spacing), wide or cut_off))
    assert faults == []


# The first screen --------------------------------------------------------------------------------

SMALL_PHONE = {"width": 320, "height": 568}


@pytest.mark.parametrize("language", SHOWN)
def test_the_order_to_stop_is_whole_on_the_first_screen(site, open_page, language):
    """Of a recalled unit of each kind, in the EU too, whose law has the longest tag; the line
    below the order, what to do first, begins there."""
    recall = make_recall(slug="eu", countries=["DE", "ES"])
    for number, kind in enumerate(Product.Kind):
        numbers = {"model_numbers": f"T{number + 700}", "identified_by": "every_unit"}
        make_product(recall=recall, kind=kind, **numbers)
    page = open_page(viewport=SMALL_PHONE)
    below = {}
    typed = [(f"T{number + 700}", "", {}) for number in range(len(Product.Kind))]
    for check in [*CHECKS[:5], *typed]:
        page.goto(site + check_path(language, *check))
        assert page.locator(".panel.recalled").count() == 1
        order, line = (page.locator(name).bounding_box() for name in ("h1", ".safety"))
        if order["y"] + order["height"] > SMALL_PHONE["height"] or line["y"] > 540:
            below[check[0]] = (order["y"] + order["height"], line["y"])
    assert below == {}


# Scripts and directions ---------------------------------------------------------------------------

# Where the first line of a text begins, beside where the box around it does.
INDENT = """text => {
  const line = document.createRange()
  line.selectNodeContents(text)
  const box = text.closest("a").getBoundingClientRect()
  return line.getClientRects()[0].left - box.left
}"""


def test_a_name_of_the_other_direction_begins_where_the_others_do(site, page):
    make_product(model_numbers="T700", label={"ar": "على الأسفل"})
    page.goto(site + check_path("en", "ZZ9012345678", "none", {"q": "T700"}))
    choice = page.locator(".choices a", has_text="Example Tone")
    assert choice.locator("[dir=rtl]").evaluate(INDENT) == choice.locator("b").evaluate(INDENT)


SPLIT = """([box, phrases]) => phrases.filter(phrase => {
  const text = box.firstChild, place = text.data.indexOf(phrase), letters = document.createRange()
  letters.setStart(text, place)
  letters.setEnd(text, place + phrase.length)
  return letters.getClientRects().length > 1
})"""


def test_a_japanese_heading_breaks_between_phrases(site, open_page):
    page = open_page(viewport=SMALL_PHONE)
    page.goto(site + check_path("en", "ACCJRU1D16400841", "", {}))
    page.evaluate("""() => {
      document.documentElement.lang = "ja"
      document.querySelector("h1").textContent = "今すぐこのスピーカーの使用を中止してください"
    }""")
    heading = page.locator("h1").element_handle()
    assert page.evaluate(SPLIT, [heading, ["スピーカー", "使用", "中止"]]) == []


# Forced colors ----------------------------------------------------------------------------------

FRAME = """box => {
  const style = getComputedStyle(box)
  return ["Top", "Right", "Bottom", "Left"].filter(side =>
    parseFloat(style[`border${side}Width`]) >= 1 && style[`border${side}Style`] != "none"
    && style[`border${side}Color`] != style.backgroundColor).length
}"""


def test_every_verdict_keeps_its_frame_in_forced_colors(site, open_page):
    page = open_page(forced_colors="active")
    for address in [*results(), *errors()]:
        page.goto(site + address)
        panel = page.locator(".panel, .error-summary").first
        assert panel.evaluate(FRAME) >= 1, address
        for button in page.locator("button").all():
            assert button.evaluate(FRAME) == 4, address


def test_focus_shows_in_forced_colors(site, open_page):
    page = open_page(forced_colors="active")
    page.goto(f"{site}/en/")
    for target in page.locator("main a, main input:not([type=hidden]), main button").all():
        target.focus()
        outline = target.evaluate("target => getComputedStyle(target).outline")
        assert "solid" in outline
        assert "rgba(0, 0, 0, 0)" not in outline


# Print -------------------------------------------------------------------------------------------

NOT_BLACK_ON_WHITE = """() => [...document.querySelectorAll("body, body *")].filter(box => {
  const { color, backgroundColor, display } = getComputedStyle(box)
  return display != "none" && !box.closest("svg") && !(color == "rgb(0, 0, 0)"
    && ["rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"].includes(backgroundColor))
}).map(box => [box.outerHTML.slice(0, 80), getComputedStyle(box).color])"""


def test_print_keeps_what_matters_in_black_on_white(site, page):
    faults = {}
    for address in results():
        page.goto(site + address)
        page.emulate_media(media="print")
        left_out = page.locator(":is(nav, .skip, form, button):visible").count()
        kept = ["h1", ".tag", ".safety", "main time", "footer [href^='tel:']", ".printed"]
        if "sn=BPD005" not in address and "sn=A3102&" not in address:  # models have no code
            kept.append("main .code")
        if page.locator(".type-again").count():  # nothing of the first entry stands there
            kept = ["h1", ".tag", ".safety", "footer [href^='tel:']"]
        lost = [one for one in kept if not page.locator(f"{one}:visible").count()]
        colored = page.evaluate(NOT_BLACK_ON_WHITE)
        if left_out or lost or colored:
            faults[address] = (left_out, lost, colored[:3])
    assert faults == {}
    # Whoever opens it later is asked anew.
    assert (
        page.locator(".printed").inner_text().strip() == site + address.partition("&confirmed=")[0]
    )


def test_print_writes_out_where_links_lead(site, page):
    page.goto(site + check_path("en", "ACCJRU1D16400841", "", {}))
    page.emulate_media(media="print")
    link = page.locator("main a[href^=http]").first
    content = link.evaluate("link => getComputedStyle(link, '::after').content")
    assert link.get_attribute("href") in content


# Without the stylesheet --------------------------------------------------------------------------


def test_without_the_stylesheet_the_verdict_still_comes_first(site, open_page):
    page = open_page(viewport={"width": 320, "height": 640})
    for address in [f"{site}/en/", *(site + result for result in results())]:
        page.goto(address)
        page.evaluate(CSS_OFF)
        headings = page.locator("main :is(h1, h2, h3, h4)")
        assert headings.first.evaluate("heading => heading.tagName") == "H1", address
        # Nothing but the tag stands above it, and the safety line is right below.
        main = page.locator("main").inner_text()
        above, _, below = main.partition(page.locator("h1").inner_text())
        assert len(above.strip().splitlines()) <= 1, address
        assert below.strip().startswith(page.locator(".safety").inner_text()), address
        heading, main = page.locator("h1").bounding_box(), page.locator("main").bounding_box()
        assert heading["y"] - main["y"] < 150, address  # no drawing has grown in between


# Keyboard ----------------------------------------------------------------------------------------


def test_by_keyboard_alone_from_the_first_page_to_the_instructions(site, open_page):
    page = open_page(java_script_enabled=False)
    page.goto(f"{site}/en/")
    for _ in range(10):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        shown = "element => getComputedStyle(element).boxShadow + getComputedStyle(element).outline"
        assert "rgb(29, 26, 38)" in focused.evaluate(shown)
        if focused.get_attribute("name") == "sn":
            break
    page.keyboard.type("accjru1d16400841")
    page.keyboard.press("Enter")
    page.wait_for_url("**/check/?sn=accjru1d16400841")
    assert page.locator("h1").inner_text() == "Stop using this speaker now"


def test_the_skip_link_leads_past_the_header(site, open_page):
    page = open_page(java_script_enabled=False)
    page.goto(f"{site}/en/")
    page.keyboard.press("Tab")
    assert page.get_by_role("link", name="Skip to main content").is_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.locator("main :focus").count() == 1


# Thumbs ------------------------------------------------------------------------------------------

# Links within a sentence are as high as its line; all others are large.
TARGETS = """() => [...document.querySelectorAll("a[href], button, input:not([type=hidden])")]
  .filter(target => target.tagName != "A" || getComputedStyle(target).display != "inline"
    || target.parentElement.innerText.trim() == target.innerText.trim())
  .map(target => [target.getBoundingClientRect(), target.outerHTML.slice(0, 90)])
  .map(([{ width, height }, text]) => [Math.round(width), Math.round(height), text])"""


@pytest.mark.parametrize("language", SHOWN)
def test_targets_are_large_enough_for_a_thumb(site, open_page, language):
    make_sisters()
    make_never_cleared()
    page = open_page()
    small = []
    for address in addresses(language):
        page.goto(site + address)
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 640})
            assert page.evaluate("innerWidth") == width
            found = page.evaluate(TARGETS)
            assert len(found) >= 5
            small += [
                (address, width, *target)
                for target in found
                if target[0] < TARGET or target[1] < TARGET
            ]
    assert small == []


# Weight ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", SHOWN)
def test_every_page_is_one_small_file(site, open_page, language):
    """And the icon, and what pictures of products are in sight."""
    make_sisters()
    make_never_cleared()
    page = open_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    large, more = {}, {}
    for address in addresses(language):
        asked.clear()
        response = page.goto(site + address)
        assert response.headers["content-encoding"] == "gzip"
        if (size := response.request.sizes()["responseBodySize"]) > 10 * KILOBYTE:
            large[address] = size
        extras = [url for url in asked if url.endswith("/img/favicon.svg") or "/picture/" in url]
        if others := set(asked) - {page.url, *extras}:
            more[address] = others
    assert large == {}
    assert more == {}


def test_verdict_pages_have_at_most_200_nodes(site, page):
    counts = {}
    for address in [*results(), *errors()]:
        page.goto(site + address)
        counts[address] = page.evaluate("document.querySelectorAll('*').length")
    assert {address: count for address, count in counts.items() if count > 200} == {}


def test_the_stylesheet_is_small():
    sheet = stylesheet.read_css().encode()
    assert len(sheet) <= 10.5 * KILOBYTE
    assert len(gzip.compress(sheet)) <= 3.25 * KILOBYTE
