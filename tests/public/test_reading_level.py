"""The English results are easy to read: school grade 6 at most, no sentence over 20 words.

Names of products and makers, model numbers, codes, addresses, phone numbers and dates are left
out: they are as they are, and their short parts would make a page look easier than it is.
"""

import re
from html.parser import HTMLParser

import pytest
from django.conf import settings

from recalls.public import wording
from recalls.published import cache
from tests.support.factories import make_never_cleared, make_sisters
from tests.support.pages import CHECKS, NEVER_CLEARED_CHECKS, SISTER_CHECKS, check_path

GRADE = 6
WORDS = 20  # in one sentence


# Counting ----------------------------------------------------------------------------------------

# Words of this site that the rule below gets wrong.
SYLLABLES = {
    "anyone": 3,
    "audio": 3,
    "buyer": 2,
    "buyers": 2,
    "european": 4,
    "everywhere": 3,
    "handled": 2,
    "household": 2,
    "ion": 2,
    "lithium": 3,
    "replacement": 3,
    "serial": 3,
    "settled": 2,
    "supplier": 3,
}
_WORD = re.compile(r"\d[\d,]*|[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SILENT = re.compile(
    r"""
    (?<=[^aeiouytd])ed$  # recalled, not listed
    | (?<=[^aeiouyscgxz])es$  # makes, not cases
    | (?<=[^aeiouyl])e$ | (?<=[aeiouy]l)e$  # make and while, not battle
    | (?<=[^aeiouy])e(?=(?:ful|less|ly|ty)$)  # careful, safety
    """,
    re.VERBOSE,
)


def syllables(word: str) -> int:
    """Groups of vowels, without a silent e at the end. Digits and initials are read one by one."""
    if word[0].isdigit():
        return sum(character.isdigit() for character in word)
    parts = word.replace("’", "'").removesuffix("'s").split("-")
    return sum(len(part) if part.isupper() else _spoken(part.lower()) for part in parts)


def _spoken(word: str) -> int:
    return SYLLABLES.get(word) or max(1, len(re.findall("[aeiouy]+", _SILENT.sub("", word))))


def words(sentence: str) -> list[str]:
    return _WORD.findall(sentence)


def grade(sentences: list[str]) -> float:
    """The school grade by Flesch and Kincaid."""
    found = [word for sentence in sentences for word in words(sentence)]
    spoken = sum(map(syllables, found))
    return 0.39 * len(found) / len(sentences) + 11.8 * spoken / len(found) - 15.59


def long_sentences(sentences: list[str]) -> list[str]:
    return [sentence for sentence in sentences if len(words(sentence)) > WORDS]


# Reading a page ----------------------------------------------------------------------------------

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
LEFT_OUT = re.compile(
    rf"""
    https?://\S+ | \S*[a-z]\.[a-z]\S*  # addresses, and a.m.
    | (?:\b\d{{1,2}}\ )?\b(?:{_MONTHS})\ \d{{4}}
    | \b(?=[A-Z-]*\d)[A-Z\d-]*[A-Z][A-Z\d-]*\b  # model numbers and parts of codes
    """,
    re.VERBOSE,
)


class Sentences(HTMLParser):
    """The sentences of a page. Each heading, list item, paragraph and line ends one."""

    BLOCKS = re.compile(
        "br|button|d[dlt]|div|footer|form|h[1-4]|header|label|li|main|nav|ol|p|section|ul"
    )
    VOID = re.compile("br|circle|hr|img|input|link|meta|path|rect")

    def __init__(self, page: str, names: list[str]):
        super().__init__()
        longest_first = sorted(filter(None, names), key=len, reverse=True)
        self._names = re.compile("|".join(rf"\b{re.escape(name)}(?!\w)" for name in longest_first))
        self._lines: dict[bool, list[str]] = {True: [""], False: [""]}  # by: within <main>
        self._open: list[tuple[str, bool]] = []
        self.feed(page)
        self.close()
        self.of_main = self._sentences(self._lines[True])
        self.all = [*self.of_main, *self._sentences(self._lines[False])]

    def _sentences(self, lines: list[str]) -> list[str]:
        found = []
        for line in lines:
            text = " ".join(line.split()).replace(str(wording.EMERGENCY_NUMBERS), "")
            text = LEFT_OUT.sub("", self._names.sub("", text) if self._names.pattern else text)
            found += re.split(r"(?<=[.?!])[”’)]?\s+", text)
        return [sentence.strip() for sentence in found if words(sentence)]

    @property
    def _line(self) -> list[str]:
        return self._lines[any(tag == "main" for tag, _left_out in self._open)]

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if self.BLOCKS.fullmatch(tag):
            self._line.append("")
        if self.VOID.fullmatch(tag):
            return
        left_out = (
            tag in ("head", "style", "svg", "time")
            or attrs.get("translate") == "no"
            or attrs.get("lang", "en") != "en"
            or attrs.get("href", "").startswith(("tel:", "mailto:"))
        )
        self._open.append((tag, left_out))

    def handle_endtag(self, tag):
        if self.BLOCKS.fullmatch(tag):
            self._line.append("")
        if not self.VOID.fullmatch(tag):
            self._open.pop()

    def handle_data(self, data):
        if not any(left_out for _tag, left_out in self._open):
            self._line[-1] += data.replace("\N{NO-BREAK SPACE}", " ")


def names() -> list[str]:
    """Return what is called as it is called: makers, products, models, who runs the site."""
    found = {settings.OPERATOR_NAME, settings.SITE_NAME}
    for product in cache.current_edition().products.values():
        row = product.row
        found |= {row.brand, row.name, *row.model_list, product.notice.recall.firm}
    return sorted(found)


# The tests ---------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.usefixtures("shipped")
@pytest.mark.parametrize(("typed", "product", "more"), CHECKS)
def test_results_are_easy_to_read(client, typed, product, more):
    page = client.get(check_path("en", typed, product, more)).content.decode()
    assert_easy_to_read(page, 8)


@pytest.mark.django_db
@pytest.mark.usefixtures("shipped")
@pytest.mark.parametrize(("typed", "product", "more"), SISTER_CHECKS)
def test_sisters_are_easy_to_read(client, typed, product, more):
    make_sisters()
    page = client.get(check_path("en", typed, product, more)).content.decode()
    assert_easy_to_read(page, 7)


@pytest.mark.django_db
def test_what_is_never_cleared_is_easy_to_read(client):
    make_never_cleared()
    for check in NEVER_CLEARED_CHECKS:
        assert_easy_to_read(client.get(check_path("en", *check)).content.decode(), 8)


def assert_easy_to_read(page: str, at_least: int) -> None:
    """The page has at least so many sentences of five words or more."""
    found = Sentences(page, names())
    assert long_sentences(found.all) == []
    assert grade(found.of_main) <= GRADE
    # Nor is it only the short headings and list items that bring the grade down.
    whole = [sentence for sentence in found.of_main if len(words(sentence)) >= 5]
    assert len(whole) >= at_least
    assert grade(whole) <= GRADE


@pytest.mark.parametrize(
    ("count", "examples"),
    [
        (1, "I a the speak’s it’s switch cause charge made makes pulled smoked closed while 7"),
        (
            2,
            "speaker maker’s recalled until cases started settled careful safety sharp-edged SN 16",
        ),
        (3, "battery another character recalling overheat replacement"),
        (4, "authority information lithium-free manufacture CPSC 1,000"),
    ],
)
def test_syllables(count, examples):
    assert {word: syllables(word) for word in examples.split()} == dict.fromkeys(
        examples.split(), count
    )


def test_grade():
    # By hand: 9 words of 10 syllables in 2 sentences; 10 words of 30 syllables in one.
    easy = ["Switch it off.", "Do not charge it any more"]
    hard = [
        "Unauthorized operation of defective electronic equipment constitutes a considerable danger"
    ]
    assert grade(easy) == pytest.approx(0.39 * 9 / 2 + 11.8 * 10 / 9 - 15.59)
    assert grade(hard) == pytest.approx(0.39 * 10 + 11.8 * 30 / 10 - 15.59)
    assert grade(easy) < GRADE < grade(hard)


def test_long_sentences():
    twenty = " ".join(["word"] * 20) + "."
    assert long_sentences([twenty, f"one {twenty}"]) == [f"one {twenty}"]


def test_sentences_of_a_page():
    page = """<head><title>Not read</title></head><body><nav><a lang="fr">Français</a> Menu</nav>
    <main><h1>Stop using this Belkin charger BPD005 now</h1>
    <svg aria-hidden="true"><path d="M0 0"/><text>SN</text></svg>
    <p>Switch it <b>off</b>. Phone <a href="tel:+1">+1 555</a> from 9 a.m.<br>or see
    www.cpsc.gov/Recalls <time>1 July 2024</time>, not in July 2024</p>
    <ul><li><span translate="no">ACCJ</span>your code</li><li>hot</li></ul></main> Foot</body>"""
    found = Sentences(page, ["Belkin"])
    main = ["Stop using this charger now", "Switch it off.", "Phone from 9", "or see , not in"]
    main += ["your code", "hot"]
    assert [" ".join(sentence.split()) for sentence in found.of_main] == main
    assert found.all[len(main) :] == ["Menu", "Foot"]
