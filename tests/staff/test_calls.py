"""The pages for a call center: what a caller would see, what to say, and nothing to change."""

import re
from collections import Counter

import pytest
from django.urls import reverse

from recalls.check.verdict import Unavailable
from recalls.public import counts
from recalls.staff.pages import call_pages
from tests.support.factories import make_product, make_recall
from tests.support.people import CALL_CENTER, EDITOR, make_person, signed_in

pytestmark = pytest.mark.django_db
CODE, NEAR = "KQ700000", "KQ700001"
SPELLED = "K Kilo, Q Quebec, 7 seven, 0 zero – 0 zero, 0 zero, 0 zero, "
RECALLED, TYPED = SPELLED + "0 zero", SPELLED + "1 one"


@pytest.fixture(autouse=True)
def recall():
    recall = make_recall(slug="calls")
    make_product(
        recall=recall,
        model_numbers="T700",
        shapes="KQ######",
        codes=[CODE],
        list_complete=True,
    )
    return recall


@pytest.fixture
def caller():
    """Who answers the phone."""
    return signed_in(make_person("cal", CALL_CENTER))


def answer(client, language="en", **query):
    return client.get(reverse("admin:call_answer", args=[language]), query)


def banner(page) -> str:
    text = page.text.partition('<div class="panel no-print"')[2].partition("</div>")[0]
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_from_the_start_page_to_the_answer_in_the_callers_language(caller):
    assert 'href="/staff/call/">Answer a caller' in caller.get("/staff/").text
    form = caller.get("/staff/call/")
    assert "B</th>\n<td>Bravo" in form.text
    page = caller.get("/staff/call/", {"sn": "kq 70-0000", "language": "fr"}, follow=True)
    assert page.redirect_chain == [("/staff/call/fr/?sn=kq+70-0000", 302)]
    assert 'class="panel recalled"' in page.text
    assert "Cessez d’utiliser" in banner(page)
    assert "Ask first whether it is hot" in banner(page)
    assert f'Read back:</strong> <span translate="no">{RECALLED}</span>' in banner(page)
    assert page["Cache-Control"] == "private, no-store"
    assert "style-src 'sha256-" in page["Content-Security-Policy"]


def test_what_to_say_is_the_heading_and_the_safety_line_of_the_page(caller):
    page = answer(caller, sn="KQ755555", product="T700")
    (heading,) = re.findall(r"<h1>(.*?)</h1>", page.text)
    assert "not on the list" in heading
    assert f"“{heading}” “Compare it with your label, one character at a time”" in banner(page)
    assert "Never say that it is safe" in banner(page)


def test_the_first_code_is_read_back_nowhere_while_it_is_asked_for_again(caller):
    """The second entry guards against what was misheard only where the first is out of sight."""
    for again in ({}, {"again": ""}, {"again": "KQ7?0001"}):
        page = answer(caller, sn=NEAR, product="T700", **again)
        assert "Read back" not in page.text
        assert "Kilo" not in page.text
    first = answer(caller, sn=NEAR, product="T700")
    assert "Do not read the first code back." in banner(first)
    assert '<form method="get" action="/staff/call/en/"' in first.text


def test_the_way_is_that_of_the_public_page_and_stays_here(caller):
    compared = answer(caller, sn=NEAR, product="T700", again=NEAR)
    assert 'class="panel check-again"' in compared.text
    assert TYPED in banner(compared)
    assert f'A recalled code:</strong> <span translate="no">{RECALLED}' in banner(compared)
    links = re.findall(r'href="([^"]*confirmed=[^"]*)"', compared.text)
    assert links and all(link.startswith("/staff/call/en/?") for link in links)
    cleared = caller.get(links[0].replace("&amp;", "&"))
    assert 'class="panel not-listed"' in cleared.text
    french = re.findall(r'href="([^"]*)" rel="alternate" lang="fr"', compared.text)
    assert all(link.startswith("/staff/call/fr/?") for link in french[:1])


def test_two_unlike_codes_are_both_read_out(caller):
    page = answer(caller, sn=NEAR, product="T700", again="KQ755555")
    assert "Read both codes out." in banner(page)
    assert "Code 1:" in banner(page)
    assert "Code 2:" in banner(page)


def test_a_call_is_not_counted_and_leaves_nothing_behind(caller, monkeypatch):
    monkeypatch.setattr(counts, "_pending", Counter())
    answer(caller, sn=CODE)
    assert counts._pending == Counter()


def test_without_an_answer_the_caller_is_told_to_stop(caller, monkeypatch):
    def fail(request):
        raise Unavailable

    monkeypatch.setattr(call_pages, "verdict_asked_for", fail)
    page = answer(caller, sn=CODE)
    assert page.status_code == 503
    assert "unplug" in page.text


def test_what_makes_no_sense_leads_back_or_nowhere(caller):
    assert answer(caller).headers["Location"] == "/staff/call/"
    assert answer(caller, "xx", sn=CODE).status_code == 404
    assert "errornote" in caller.get("/staff/call/", {"sn": "", "language": "fr"}).text
    assert caller.post("/staff/call/", {"sn": CODE}).status_code == 405


def test_the_role_opens_nothing_else(caller, recall):
    for name, args in (
        ("recalls_recall_changelist", []),
        ("recalls_recall_change", [recall.pk]),
        ("recalls_recall_record", [recall.pk]),
        ("recalls_recall_figures", [recall.pk]),
        ("recalls_dailycount_changelist", []),
        ("auth_user_changelist", []),
    ):
        assert caller.get(reverse(f"admin:{name}", args=args)).status_code == 403, name
    start = caller.get("/staff/").text
    assert "Waits for you" not in start
    for page in ("/staff/", "/staff/call/", "/staff/help/"):
        assert "have permission to view or edit anything" not in caller.get(page).text, page


def test_who_may_not_answer_calls_is_refused():
    nobody = signed_in(make_person("new"))
    assert nobody.get("/staff/call/").status_code == 403
    assert answer(nobody, sn=CODE).status_code == 403
    assert answer(signed_in(make_person("eve", EDITOR)), sn=CODE).status_code == 200


def test_each_character_of_a_code_has_its_word():
    assert len(set(call_pages.ALPHABET.values())) == 36
    assert call_pages.read_back("AB1").split(", ") == ["A\xa0Alfa", "B\xa0Bravo", "1\xa0one"]
