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
    "pastes the same twice": {"sn": f"SN: {NEAR} SN: {NEAR}", "product": "EX100"},
    "types the same twice": {"sn": NEAR, "product": "EX100", "again": NEAR},
    "more candidates than are shown": {
        "sn": "ACCJRU1D16400999",
        "product": "A3102",
        "again": "ACCJRU1D16400999",
    },
    "searches": {"sn": "ACCJRU1D16400700", "q": "anker"},
    "searches and finds nothing": {"sn": "ACCJRU1D16400700", "q": "ankr"},
    "not recognized": {"sn": "HELLO"},
    "cannot tell": {"sn": NEAR, "product": "EX100", "cannot_tell": "1"},
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


# How long the ways are ----------------------------------------------------------------------------


class Visitor:
    """Somebody who fills forms and follows links as the pages offer them, from the first page on.
    `pages` counts what they have seen, `typed` the characters that they had to type."""

    def __init__(self, client, start: str):
        self.client, self.pages, self.typed = client, 0, 0
        self.open(start)

    def open(self, address: str) -> None:
        self.page = self.client.get(unescape(address)).content.decode()
        self.pages += 1

    def type(self, text: str) -> None:
        """Into the first form for a code."""
        form = re.search(r'(?s)<form method="get" action="/en/check/".*?</form>', self.page)[0]
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
        values = {name: unescape(value) for name, value in fields.items()}
        (name,) = re.findall(r'<input id="[\w-]+" name="(\w+)" type="text"', form)
        self.typed += len(text)
        self.open(f"/en/check/?{urlencode({**values, name: text})}")

    def choose(self, words: str) -> None:
        """The link of a choice that begins with these words."""
        links = re.findall(
            r'(?s)<li><a href="([^"]+)">\s*(?:<svg.*?</svg>\s*)?<b[^>]*>(.*?)</b>', self.page
        )
        (address,) = [address for address, text in links if unescape(text).startswith(words)]
        self.open(address)

    @property
    def title(self) -> str:
        return re.search(r"(?s)<title>\s*(.*?)</title>", self.page)[1]


FRONT, NOTICE = "/en/", "/en/recalls/training-example-audio/"
RECALLED, FAR = "EXA2024110007919", "EXA7777777777777"
WAYS = {
    # where it begins, what is typed and chosen, the answer, pages, characters
    "recalled, typed right": (FRONT, [RECALLED], "Recalled", 2, 16),
    "recalled, one slip": (NOTICE, [NEAR, RECALLED], "Recalled", 3, 32),
    "recalled, one slip, product not named": (
        FRONT,
        [NEAR, "> Example", RECALLED],
        "Recalled",
        4,
        32,
    ),
    "recalled, two digits transposed": (
        FRONT,
        ["EXA2024110007991", "> My label shows code 1"],
        "Recalled",
        3,
        16,
    ),
    "recalled, the same slip twice": (
        NOTICE,
        [NEAR, NEAR, "> My label shows code 1"],
        "Recalled",
        4,
        32,
    ),
    "recalled, cannot type it again": (
        NOTICE,
        [NEAR, "I cannot type it again", "> My label shows code 1"],
        "Recalled",
        4,
        16,
    ),
    "recalled, pasted twice": (FRONT, [f"SN: {RECALLED} SN: {RECALLED}"], "Recalled", 2, 41),
    "other, far": (NOTICE, [FAR], "Not on the list", 2, 16),
    "other, far, product not named": (FRONT, [FAR, "> Example"], "Not on the list", 3, 16),
    "other, near: typed twice and compared": (
        NOTICE,
        [NEAR, NEAR, "> My label reads as I typed it"],
        "Not on the list",
        4,
        32,
    ),
    "other, near, a slip the first time": (
        NOTICE,
        ["EXA2024110007928", NEAR, "> My label shows code 2", "> My label reads as I typed it"],
        "Not on the list",
        5,
        32,
    ),
    "other, near many: the doubtful places": (
        "/en/recalls/anker-a3102-australia-2024/",
        ["ACCJRU1D16400999", "ACCJRU1D16400999", "> My label reads as I typed it"],
        "Stop using it for now: only the maker can tell",
        4,
        32,
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_how_many_pages_and_characters_each_answer_takes(client, way):
    start, acts, answer, pages, characters = WAYS[way]
    visitor = Visitor(client, start)
    for act in acts:
        assert not visitor.title.startswith(answer), act
        if act.startswith("> "):
            visitor.choose(act[2:])
        elif act == "I cannot type it again":
            visitor.open(re.search(r'href="([^"]*cannot_type=1)"', visitor.page)[1])
        else:
            visitor.type(act)
    assert visitor.title.startswith(answer)
    assert (visitor.pages, visitor.typed) == (pages, characters)
