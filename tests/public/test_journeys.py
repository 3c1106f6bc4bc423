"""Every link and form of every answer, to a depth of four: each leads on, none clears by itself."""

import re
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

DEPTH = 4
MAX_PAGES = 250
NOT_LISTED = "This code is not on the list"
NEAR = "EXA2024110007918"  # one digit off a recalled code

STARTS = {
    "typed wrong": {"sn": NEAR},
    "typed wrong, product named": {"sn": NEAR, "product": "EX100"},
    "two digits transposed": {"sn": "EXA2024110007991"},
    "cannot type it again": {"sn": NEAR, "product": "EX100", "cannot_type": "1"},
    "typed wrong first and right then": {
        "sn": NEAR,
        "product": "EX100",
        "again": "EXA2024110007919",
    },
    "the two differ": {"sn": NEAR, "product": "EX100", "again": "EXA2024110007928"},
    "pastes two": {"sn": f"SN: {NEAR} SN: EXA7777777777777", "product": "EX100"},
    "more candidates than are shown": {"sn": "EXA2O2SOOOOOOOOB"},
    "a model number": {"sn": "A3102"},
    "not read": {"sn": "EXA2024110?07918"},
}


def ways_on(page: str, typed: str) -> set[str]:
    """The addresses of checks that the page leads to; its forms are filled with the same code."""
    found = set(re.findall(r'href="(/en/check/\?[^"]+)"', page))
    for form in re.findall(r'(?s)<form method="get" action="/en/check/".*?</form>', page):
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
        for name in re.findall(r'<input id="[\w-]+" name="(\w+)" type="text"', form):
            values = {key: unescape(text) for key, text in fields.items()}
            found.add(f"/en/check/?{urlencode({**values, name: typed})}")
    return {unescape(address) for address in found}


@pytest.mark.parametrize("start", STARTS)
def test_every_way_leads_on_and_none_clears_by_itself(client, start):
    first = f"/en/check/?{urlencode(STARTS[start])}"
    seen, walks = {first}, [(first, 1)]
    while walks:
        address, depth = walks.pop(0)
        page = client.get(address).content.decode()
        query = parse_qs(urlsplit(address).query)
        ways = ways_on(page, NEAR)
        assert ways or "tel:" in page, address
        if NOT_LISTED in page and query["sn"] != ["EXA7777777777777"]:
            assert query["again"], address
            assert "compare." in query["confirmed"][0], address
        for way in sorted(ways - seen):
            if depth < DEPTH and len(seen) < MAX_PAGES:
                seen.add(way)
                walks.append((way, depth + 1))


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ([{"sn": "EXA2024110007919"}], "Recalled"),
        ([{"sn": "EXA7777777777777", "product": "EX100"}], "Not on the list"),
        (
            [{"sn": NEAR, "product": "EX100"}, {"again": "EXA2024110007919"}],
            "Recalled",
        ),
        (
            [
                {"sn": NEAR, "product": "EX100"},
                {"again": NEAR},
                {"confirmed": "as the page says"},
            ],
            "Not on the list",
        ),
    ],
)
def test_how_many_pages_each_answer_takes(client, answers, outcome):
    """After the form: one page for who typed right or is far, two for a slip that is typed right
    the second time, three with a comparison."""
    query: dict[str, str] = {}
    page = ""
    for number, given in enumerate(answers, 1):
        query |= given
        if "confirmed" in given:
            query["confirmed"] = re.search(r"confirmed=([^&\"]+)", page)[1]
        page = client.get(f"/en/check/?{urlencode(query)}").content.decode()
        title = re.search(r"(?s)<title>\s*(.*?)</title>", page)[1]
        assert title.startswith(outcome) == (number == len(answers)), title
