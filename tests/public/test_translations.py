"""Each translation: nothing left in English, typeset for the language, and compiled."""

import ast
import datetime as dt
import functools
import re
from html.parser import HTMLParser
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils.translation import override
from django.utils.translation.template import templatize

from recalls.public import fallback, presenting
from recalls.published import cache
from tests.support.factories import (
    make_never_cleared,
    make_product,
    make_recall,
    make_sisters,
    make_status,
)
from tests.support.pages import CHECKS, NEVER_CLEARED_CHECKS, SISTER_CHECKS, check_path
from tests.support.typography import BANNED, NARROW, SLIPS, french_slips, spanish_slips

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

ROOT = Path(__file__).resolve().parents[2]
# Of each file; the pages are those of the languages that the site shows.
LANGUAGES = sorted(path.name for path in (ROOT / "recalls/locale").iterdir() if path.is_dir())
SHOWN = [language for language, _ in settings.LANGUAGES if language != "en"]

# How lists and times are written: no words.
FORMATS = {
    *(", ", "%(day)s, %(time)s UTC", "%(first)s %(second)s"),
    *("%(sentence)s.", "%(lead)s. %(advice)s."),
}
# The same word in English and in the other language.
SAME = {
    "ar": {*FORMATS, "long", "HH:mm"} - {", ", "%(day)s, %(time)s UTC"},
    "de": {*FORMATS, "long", "HH:mm", "Code", "Code:"} - {"%(day)s, %(time)s UTC"},
    "es": {*FORMATS, "long", "HH:mm", "Color", "Error:", "Error: %(title)s", "Health Canada", "No"},
    "fr": {*FORMATS, "Code", "Contact", "Date", "Europe", "Pages", "Photo", "Sources"},
    "ja": {"long", "HH:mm"},
}

# Names that staff enter in one language, and that we translate elsewhere.
ENTERED = {"Health Canada"}


def po(language: str) -> polib.POFile:
    return polib.pofile(str(ROOT / f"recalls/locale/{language}/LC_MESSAGES/django.po"))


def mo(language: str) -> polib.MOFile:
    return polib.mofile(str(ROOT / f"recalls/locale/{language}/LC_MESSAGES/django.mo"))


def forms(entry: polib.POEntry) -> list[str]:
    """Return what a text becomes: one, or one for each grammatical number."""
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def translated(language: str) -> list[tuple[str, str]]:
    return [(entry.msgid, form) for entry in po(language) for form in forms(entry)]


# What the project asks for -----------------------------------------------------------------------

Message = tuple[str | None, str, str | None]  # context, text, plural

# Positions of context, text and plural among a function's arguments.
FUNCTIONS = {
    "gettext": (None, 0, None),
    "pgettext": (0, 1, None),
    "ngettext": (None, 0, 1),
    "npgettext": (0, 1, 2),
}
_STRING = r"u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
_CALL = re.compile(rf"\b(n?p?gettext|_)\((\s*{_STRING}(?:,\s*{_STRING})*)")


def message(function: str, arguments: list[str]) -> Message:
    context, text, plural = FUNCTIONS[function]
    return (
        None if context is None else arguments[context],
        arguments[text],
        None if plural is None else arguments[plural],
    )


def messages_of_template(path: Path) -> set[Message]:
    source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    return {
        message(
            "gettext" if function == "_" else function,
            [ast.literal_eval(literal.strip()) for literal in re.findall(_STRING, arguments)],
        )
        for function, arguments in _CALL.findall(source)
    }


def messages_of_module(path: Path) -> set[Message]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        function = "gettext" if name == "_" else name.removesuffix("_lazy")
        if function in FUNCTIONS:
            literals = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
            found.add(message(function, literals))
    return found


@functools.cache
def messages() -> set[Message]:
    found = set()
    for path in (ROOT / "templates").rglob("*.html"):
        found |= messages_of_template(path)
    for folder in ("recalls", "site_config"):
        for path in (ROOT / folder).rglob("*.html"):
            found |= messages_of_template(path)
        for path in (ROOT / folder).rglob("*.py"):
            found |= messages_of_module(path)
    return found


def test_extraction_reads_every_way_to_mark_a_text(tmp_path):
    template = tmp_path / "page.html"
    template.write_text(
        '{% load i18n %}{% translate "It\'s one" %}{% translate \'Two\' context "tag" as x %}'
        "{% blocktranslate trimmed count n=1 with a=b %}{{ n }} is\n {{ a }}{% plural %}{{ n }} are"
        "{% endblocktranslate %}{% include 'x' with label=_('Four') %}",
        encoding="utf-8",
    )
    assert messages_of_template(template) == {
        (None, "It's one", None),
        ("tag", "Two", None),
        (None, "%(n)s is %(a)s", "%(n)s are"),
        (None, "Four", None),
    }
    module = tmp_path / "module.py"
    module.write_text('_("One"), pgettext_lazy("tag", "Two"), ngettext("a", "b", 2)')
    assert messages_of_module(module) == {
        (None, "One", None),
        ("tag", "Two", None),
        (None, "a", "b"),
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_ours_is_in_the_file_and_no_other(language):
    """After a change of texts: `manage.py makemessages`, translate, `manage.py compilemessages`."""
    wanted = messages()
    held = {(entry.msgctxt, entry.msgid, entry.msgid_plural or None) for entry in po(language)}
    assert sorted(map(str, wanted - held)) == []
    assert sorted(map(str, held - wanted)) == []


# The files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language):
    file = po(language)
    assert [entry.msgid for entry in file if not all(forms(entry))] == []
    assert [entry.msgid for entry in file.fuzzy_entries()] == []
    assert [entry.msgid for entry in file.obsolete_entries()] == []
    same = {text for text, form in translated(language) if text == form}
    assert same == SAME[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_plural_has_all_forms_of_its_language(language):
    """Where one is missing the English text stands there."""
    file = po(language)
    forms_needed = int(re.search(r"nplurals=(\d)", file.metadata["Plural-Forms"])[1])
    lacking = [
        entry.msgid
        for entry in file
        if entry.msgid_plural and len(list(filter(None, forms(entry)))) < forms_needed
    ]
    assert not lacking


@pytest.mark.parametrize("language", LANGUAGES)
def test_compiled_file_says_what_the_source_says(language):
    def told(file):
        return {
            (entry.msgctxt, entry.msgid, entry.msgid_plural): forms(entry)
            for entry in file
            if entry.msgid
        }

    assert told(mo(language)) == told(po(language))
    assert mo(language).metadata["Plural-Forms"] == po(language).metadata["Plural-Forms"]


def parts(text: str) -> list[str]:
    """Return what must come through a translation unchanged: placeholders and tags."""
    return sorted(re.findall(r"%\(\w+\)\w|</?\w[^>]*>", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_and_tags_come_through(language):
    for entry in po(language):
        for form in forms(entry):
            assert parts(form) in (parts(entry.msgid), parts(entry.msgid_plural)), entry.msgid


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_banned_word(language):
    for text, form in translated(language):
        assert not re.search(BANNED[language], form, re.IGNORECASE), text


def test_french_typography():
    assert french_slips(f"Oui{NARROW}? Le code SN{NARROW}: «{NARROW}SN{NARROW}», l’étiquette") == []
    for slip in ("Oui ?", "Oui\u00a0!", "Code:", "« SN »", "l'appareil"):
        assert french_slips(slip), slip
    # CLDR's formats quote words of their own.
    texts = [(text, form) for text, form in translated("fr") if text not in ("long", "HH:mm")]
    assert [(text, slips) for text, form in texts if (slips := french_slips(form))] == []


def test_spanish_typography():
    assert spanish_slips("¿Tiene uno? Después de «SN»: escriba «?»") == []
    for slip in ("Tiene uno?", "¿Tiene uno", "«SN", "Código :", "'SN'"):
        assert spanish_slips(slip), slip
    assert [
        (text, slips) for text, form in translated("es") if (slips := spanish_slips(form))
    ] == []


@pytest.mark.parametrize(
    ("language", "right", "wrong"),
    [
        ("ar", "رمز «SN»، أو رقم؟", ("رقم?", "رقم, أو", "«SN", "رقم ؟")),
        ("de", "Nach „SN“: Code?", ("Code :", "'SN'", "„SN", "Code ?")),
        ("ja", "「SN」の後：英字（A）", ("コード:", "「SN", "英字(A)", "はい?")),
    ],
)
def test_typography(language, right, wrong):
    slips = SLIPS[language]
    assert slips(right) == []
    for slip in wrong:
        assert slips(slip), slip
    assert [(text, found) for text, form in translated(language) if (found := slips(form))] == []


def test_nobody_and_no_machine_is_named():
    for language in LANGUAGES:
        text = (ROOT / f"recalls/locale/{language}/LC_MESSAGES/django.po").read_text("utf-8")
        assert not re.search(r"\w@\w", text)
        assert not re.search(r"Last-Translator|PO-Revision-Date|FULL NAME|FIRST AUTHOR", text)


# The pages ---------------------------------------------------------------------------------------


class Visible(HTMLParser):
    """The texts that people see or hear, but for those marked as another language or as codes."""

    VOID = {"br", "hr", "img", "input", "link", "meta"}
    SPOKEN = {"alt", "aria-label", "placeholder", "title"}

    def __init__(self, page: str, language: str):
        super().__init__()
        self.language = language
        self.texts: list[str] = []
        self.hidden = [("", False)]  # open tags, each with whether its text is left out
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        is_other = (
            tag in ("style", "svg")
            or values.get("translate") == "no"
            or values.get("lang", self.language) != self.language
        )
        is_left_out = self.hidden[-1][1] or is_other
        if not is_left_out:
            self.texts += [values[name] for name in self.SPOKEN if values.get(name)]
        if tag not in self.VOID:
            self.hidden.append((tag, is_left_out))

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        assert self.hidden.pop()[0] == tag

    def handle_data(self, data):
        text = re.sub(r"[ \n\t]+", " ", data).strip(" ")
        if text and not self.hidden[-1][1]:
            self.texts.append(text)


@functools.cache
def english_patterns(language: str) -> list[tuple[str, str, re.Pattern]]:
    """Our English texts as they could stand on a page, one text of the page a line. A single word
    must be a whole line; a longer one may stand anywhere, with anything for its placeholders. With
    each is the longest part between these, which is looked for first: that is much quicker."""
    patterns = []
    for text in {text for _context, *texts in messages() for text in texts if text}:
        plain = re.sub(r"</?\w[^>]*>", "", text)
        pattern = re.escape(plain).replace(r"%\(counter\)s", r"\d+")
        pattern = re.sub(r"%\\\(\w+\\\)s", "[^\\n]{1,60}?", pattern)
        edges = ("^", "$") if len(plain.split()) == 1 else (r"(?<!\w)", r"(?!\w)")
        if text not in SAME[language] | FORMATS | ENTERED:
            longest = max(re.split(r"%\(\w+\)s", plain), key=len)
            patterns.append((text, longest, re.compile(pattern.join(edges), re.MULTILINE)))
    return patterns


def english_left(page: str, language: str) -> list[str]:
    lines = Visible(page, language).texts
    running = " ".join(lines)  # a sentence may have marks in its midst
    whole = "\n".join([*lines, running])
    return [
        text
        for text, part, pattern in english_patterns(language)
        if part in whole and pattern.search(whole)
    ]


def other_paths(language: str) -> list[str]:
    edition = cache.current_edition()
    return [
        *(
            f"/{language}/{path}"
            for path in (
                "",
                "code/",
                "message/",
                "contact/",
                "disposal/",
                "recalls/",
                "no-such-page/",
            )
        ),
        *(f"/{language}/recalls/?q={asked}" for asked in ("anker", "A3102", "nothing")),
        *(f"/{language}/recalls/{notice.recall.slug}/" for notice in edition.notices),
        *(f"/{language}/recalls/{notice.recall.slug}/poster/" for notice in edition.notices),
    ]


def complaints(page: str, language: str) -> list:
    assert f'<html lang="{language}"' in page
    texts = Visible(page, language).texts
    slips = SLIPS[language]
    return [
        *english_left(page, language),
        *(found for text in texts if (found := re.findall(BANNED[language], text, re.IGNORECASE))),
        *((text, found) for text in texts if (found := slips(text))),
    ]


@pytest.mark.parametrize("language", SHOWN)
@pytest.mark.parametrize(("typed", "product", "more"), CHECKS)
def test_results_are_in_the_language_of_the_page(client, language, typed, product, more):
    response = client.get(check_path(language, typed, product, more))
    assert response.status_code == 200
    assert complaints(response.content.decode(), language) == []


@pytest.mark.parametrize("language", SHOWN)
@pytest.mark.parametrize(("typed", "product", "more"), [*SISTER_CHECKS, *NEVER_CLEARED_CHECKS])
def test_sisters_are_in_the_language_of_the_page(client, language, typed, product, more):
    make_sisters()
    make_never_cleared()
    page = client.get(check_path(language, typed, product, more)).content.decode()
    assert complaints(page, language) == []


@pytest.mark.parametrize("language", SHOWN)
def test_other_pages_are_in_their_language(client, language):
    for path in other_paths(language):
        response = client.get(path)
        assert response.status_code == (404 if "no-such-page" in path else 200), path
        assert complaints(response.content.decode(), language) == [], path


@pytest.mark.parametrize("language", SHOWN)
def test_notice_in_english_alone_has_our_own_texts_in_the_language(client, language):
    recall = make_recall(languages=("en",))
    make_product(recall=recall, shapes="S###", rules=["S100 to S200"])
    response = client.get(f"/{language}/recalls/{recall.slug}/")
    assert response.status_code == 200
    assert complaints(response.content.decode(), language) == []


@pytest.mark.parametrize("language", SHOWN)
def test_withdrawn_and_replaced_notices_say_so_in_the_language(client, language):
    withdrawn = make_recall()
    make_product(recall=withdrawn, shapes="S###", rules=["S100 to S200"])
    make_status(withdrawn, "withdrawn")
    replaced = make_recall()
    make_product(recall=replaced, shapes="S###", rules=["S100 to S200"])
    make_status(replaced, "replaced", withdrawn)
    for path in ("", f"{withdrawn.slug}/", f"{replaced.slug}/"):
        response = client.get(f"/{language}/recalls/{path}")
        assert response.status_code == 200
        assert english_left(response.content.decode(), language) == [], path


def test_first_of_the_month_in_french():
    with override("fr"):
        assert ">1er juillet 2024<" in presenting.day(dt.date(2024, 7, 1))
        assert ">2 juillet 2024<" in presenting.day(dt.date(2024, 7, 2))


@pytest.mark.parametrize("language", SHOWN)
@pytest.mark.parametrize("status", fallback.STATUSES)
def test_pages_for_failures_have_a_part_in_each_language(language, status):
    section = re.search(
        rf'(?s)<section id="{language}".*?</section>', fallback.fallback_page(status)
    )[0]
    assert english_left(section, language) == []


def test_a_text_left_in_english_is_found(client):
    page = client.get("/en/").content.decode()
    for language in SHOWN:
        left = english_left(page.replace('lang="en"', f'lang="{language}"'), language)
        assert {"Help", "What is the SN code?", "We hold notices for"} <= set(left)


def test_every_result_is_among_the_checks(client):
    shown = {
        tag
        for check in CHECKS
        for tag in re.findall(
            r'class="(?:panel )?([a-z-]+)"',
            client.get(check_path(SHOWN[0], *check)).content.decode(),
        )
    }
    names = {"recalled", "inspect", "check-again", "which-product", "list-incomplete", "error"}
    names |= {"check-with-maker", "not-listed", "unrecognised", "model-number", "partly-read"}
    assert names <= shown
