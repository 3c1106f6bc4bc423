"""Every outcome has every entry of the one table, and a page that is made from it."""

import re

import pytest
from django.template.loader import get_template
from django.test import RequestFactory
from django.utils import translation

from recalls.check.verdict import CAUTION, FormError, Outcome, Verdict, Why
from recalls.models import DailyCount, TestCode
from recalls.public import outcomes, results
from recalls.published import cache
from tests.support.languages import SHOWN
from tests.support.pages import in_order, words

# Of these nothing is said by notice and country.
WITHOUT_LINE = {
    Outcome.WHICH_PRODUCT,
    Outcome.PARTLY_READ,
    Outcome.FORM_ERROR,
    Outcome.UNRECOGNISED,
}
EVERY = pytest.mark.parametrize("outcome", Outcome)


def test_the_table_has_each_outcome_once_and_in_its_order():
    assert tuple(outcomes.PAGES) == CAUTION == tuple(Outcome)
    assert CAUTION[-1] is Outcome.NOT_LISTED  # the only one that clears comes last
    assert [str(outcome) for outcome in CAUTION[:8]] == [
        "recalled",
        "inspect",
        "check_again",
        "which_product",
        "type_again",
        "list_incomplete",
        "check_with_maker",
        "model_number",
    ]


@EVERY
def test_each_has_every_entry(outcome):
    page = outcomes.PAGES[outcome]
    assert outcome.label
    assert page.title
    assert page.tag
    assert bool(page.icon) is (outcome is not Outcome.FORM_ERROR)
    assert get_template(page.template)
    assert page.template == f"public/_{outcome}.html"
    assert (page.finding is None) is (outcome in WITHOUT_LINE)


def test_no_two_look_alike():
    """Each page differs from every other in its words and in its icon."""
    pages = [*outcomes.PAGES.values(), outcomes.TREAT_AS_RECALLED]
    for language in SHOWN:
        with translation.override(language):
            assert len({str(page.title) for page in pages}) == len(pages)
            assert len({str(page.tag) for page in pages}) == len(pages)
    assert len({page.icon for page in pages}) == len(pages) - 1  # to be treated as recalled


@EVERY
def test_a_test_code_can_expect_it_and_a_day_can_count_it(outcome):
    assert (outcome.value, outcome.label) in TestCode._meta.get_field("expected").choices
    for model in (TestCode, DailyCount):
        field = model._meta.get_field("expected" if model is TestCode else "outcome")
        assert len(outcome) <= field.max_length


@EVERY
def test_each_has_a_line_for_a_finding(outcome):
    for language in SHOWN:
        with translation.override(language):
            of_day = str(outcomes.finding_text(outcome, Why.RULE, has_day=True))
            of_month = str(outcomes.finding_text(outcome, Why.RULE, has_day=False))
        assert bool(of_day) is bool(of_month) is (outcome not in WITHOUT_LINE)
        for text in filter(None, [of_day, of_month]):
            assert "%(places)s" in text
            assert "%(date)s" in text


def page_of(verdict: Verdict, language: str = "en", **choices: str) -> str:
    query = {"sn": verdict.typed, **choices}
    with translation.override(language):
        request = RequestFactory(headers={"host": "localhost"}).get(f"/{language}/check/", query)
        return results.result_page(request, verdict).content.decode()


def verdict_of(outcome: Outcome, **details) -> Verdict:
    typed = details.pop("typed", "EXA2024110007916")
    edition = cache.current_edition()
    return Verdict(outcome, typed=typed, code=typed, edition=edition, **details)


# Those whose page needs no finding; the others are made in test_result_pages.py.
@pytest.mark.django_db
@pytest.mark.usefixtures("shipped")
@pytest.mark.parametrize("outcome", [Outcome.UNRECOGNISED, Outcome.PARTLY_READ, Outcome.TYPE_AGAIN])
@pytest.mark.parametrize("language", SHOWN)
def test_the_page_says_what_the_table_says(outcome, language):
    text = page_of(verdict_of(outcome), language)
    with translation.override(language):
        page = outcomes.PAGES[outcome]
        assert f"<title>{page.title} – " in text
        assert str(page.tag) in text
    assert str(page.icon) in text
    assert f'<div class="panel {outcome.replace("_", "-")}">' in text


_BARE = re.compile(
    r"(?<![\w.])(verdict|findings|choices|comparisons|chosen|shown_code|cannot_tell|is_confirmed"
    r"|can_confirm|all_candidates|error_kind|is_read_otherwise|checked_at|unread)\b(?!=)"
)


@pytest.mark.parametrize(
    "name",
    [
        *(page.template for page in [*outcomes.PAGES.values(), outcomes.TREAT_AS_RECALLED]),
        *("public/check.html", "public/_compared.html", "public/_findings.html"),
        *("public/_confirmed.html", "public/_choices.html", "public/_tag.html"),
    ],
)
def test_templates_of_a_result_know_it_by_one_name(name):
    """A fact of its own name would be met by any partial that gives the name to something else."""
    source = get_template(name).template.source
    source = re.sub(r"(?s){% comment %}.*?{% endcomment %}|class=\"[^\"]*\"", "", source)
    assert not [
        tag for tag in re.findall(r"{[{%].*?[%}]}", source) if _BARE.search(_without_texts(tag))
    ]


def _without_texts(tag: str) -> str:
    return re.sub(r"\"[^\"]*\"|'[^']*'", "", tag)


@pytest.mark.django_db
def test_a_model_number_is_not_put_into_the_field_for_the_code(client, shipped):
    """Its field is another one than that in which the model number was typed."""
    page = client.get("/en/check/?sn=EX100").content.decode()
    (field,) = re.findall(r'<input id="EX100"[^>]*>', page)
    assert 'value=""' in field


# The code typed once more ------------------------------------------------------------------------


@pytest.fixture
def type_again(shipped):
    edition = cache.current_edition()
    return verdict_of(Outcome.TYPE_AGAIN, named=edition.family("EX100"))


def main_of(page: str) -> str:
    return re.search(r"(?s)<main.*?</main>", page)[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "heading", "button"),
    [
        ("en", "Type the code once more", "Compare the codes"),
        ("fr", "Saisissez le code une deuxième fois", "Comparer les codes"),
        ("es", "Escriba el código otra vez", "Comparar los códigos"),
    ],
)
def test_type_again_reads_in_order(type_again, language, heading, button):
    page = page_of(type_again, language)
    assert f"<title>{heading} – " in page
    text = words(main_of(page))
    if language == "en":
        in_order(
            text,
            "One more time",
            heading,
            "Switch it off, unplug it, do not charge it until you know. "
            "One mistake can hide a recall",
            "Your code is almost the same as a recalled one.",
            "Type the SN code from the label again",
            button,
            "I cannot read the code",
            "I cannot type it again",
        )
    else:
        in_order(text, heading, button)


@pytest.mark.django_db
def test_type_again_shows_the_code_nowhere(type_again):
    """Who sees the first entry copies it, slip and all. It goes along unseen."""
    page = page_of(type_again)
    assert type_again.code not in page.split("</head>")[0]
    main = main_of(page)
    assert f'<input type="hidden" name="sn" value="{type_again.typed}">' in main
    assert '<input type="hidden" name="product" value="EX100">' in main
    seen = re.sub(r'<input type="hidden"[^>]*>|href="[^"]*"', "", main)
    for part in (type_again.code, type_again.code[:4], type_again.code[-4:]):
        assert part not in seen
    assert "This check" not in page
    assert 'class="printed"' not in page


@pytest.mark.django_db
def test_type_agains_field_is_empty_and_another_than_the_first(type_again):
    page = page_of(type_again, again="EXA2024110007916")
    (field,) = re.findall(r'<input (?!type="hidden")[^>]*>', page)
    for part in ('id="again"', 'name="again"', 'value=""', 'autocomplete="off"'):
        assert part in field
    assert "autofocus" not in page
    assert 'id="sn"' not in page


@pytest.mark.django_db
def test_type_again_offers_two_ways_out(type_again):
    main = main_of(page_of(type_again))
    assert 'href="/en/code/"' in main
    assert 'href="/en/check/?sn=EXA2024110007916&amp;product=EX100&amp;cannot_type=1"' in main


@pytest.mark.django_db
def test_type_again_says_what_is_wrong_with_the_second_entry(type_again):
    error = FormError("too_short", lengths=(16,), entered=3)
    page = page_of(verdict_of(Outcome.TYPE_AGAIN, named=type_again.named, error=error), again="EXA")
    assert "<title>Error: Type the code once more – " in page
    assert 'aria-labelledby="es"' in page
    assert "autofocus" in page
    assert (
        '<a class="touch" href="#again">SN code must be 16 characters – you entered 3</a>' in page
    )
    assert 'aria-describedby="again-error again-hint" aria-invalid="true"' in page
