"""A recall of units without a code: a unit with one is not meant, and that alone clears nothing."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from recalls.check import ladder
from recalls.check.verdict import Outcome, Why
from recalls.models import Product
from recalls.publishing import suggestions
from tests.support.factories import make_product, make_recall
from tests.support.pages import words

pytestmark = pytest.mark.django_db

CODE = "ABC1234567"
WAYS = {"identified_by": "only_without_code", "without_code": "treat_as_recalled"}


@pytest.fixture
def product():
    recall = make_recall(slug="without-code")
    return make_product(
        recall=recall,
        model_numbers="S100",
        shapes="ABC#######",
        label_en="Model: S100, on the underside",
        label_fr="Modèle : S100, sur le dessous",
        label_es="Modelo: S100, en la base",
        **WAYS,
    )


def page(client, language="en", typed=CODE, product="S100"):
    return client.get(f"/{language}/check/", {"sn": typed, "product": product})


# The answer ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("named", ["S100", ""])
@pytest.mark.parametrize("again", ["", CODE])
def test_a_unit_with_a_code_is_told_to_compare_and_never_cleared(product, named, again):
    verdict = ladder.check_code(CODE, named, again=again)
    assert verdict.outcome is Outcome.CHECK_WITH_MAKER
    assert [finding.why for finding in verdict.findings] == [Why.ONLY_WITHOUT_CODE]


def test_the_other_notice_of_the_model_clears_nothing_beside_it(product):
    make_product(
        model_numbers="S100", shapes="ABC#######", rules=["ABC0000001"], list_complete=True
    )
    verdict = ladder.check_code("ABC9999999", "S100")
    assert verdict.outcome is Outcome.CHECK_WITH_MAKER
    assert {finding.outcome for finding in verdict.findings} == {
        Outcome.CHECK_WITH_MAKER,
        Outcome.NOT_LISTED,
    }


def test_a_rule_of_such_a_product_still_warns(product):
    other = make_product(
        recall=product.recall, model_numbers="S200", rules=["ABD#######"], shapes="", **WAYS
    )
    assert ladder.check_code("ABD1234567").outcome is Outcome.RECALLED
    assert other.rules.count() == 1


# Its pages ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "heading", "label", "with_code"),
    [
        (
            "en",
            "Only units without an SN code are recalled",
            "Model: S100, on the underside",
            "The product may still be recalled",
        ),
        (
            "fr",
            "Seuls les produits sans code SN sont rappelés",
            "Modèle : S100, sur le dessous",
            "Le produit fait peut-être quand même l’objet",
        ),
        (
            "es",
            "Solo se retiran del mercado los productos sin código SN",
            "Modelo: S100, en la base",
            "El producto podría estar retirado del mercado",
        ),
    ],
)
def test_the_page_says_so_and_what_to_compare(client, product, language, heading, label, with_code):
    response = page(client, language)
    assert f"<h1>{heading}</h1>" in response.text
    shown = words(response.text)
    assert label in shown
    assert with_code in shown
    assert f"/{language}/recalls/without-code/" in response.text
    assert "not on the list" not in shown.lower()


def test_its_title_and_the_line_of_the_notice(client, product):
    response = page(client)
    assert "<title>Only units without an SN code are recalled: compare" in response.text
    assert "Australia: only units without a code, notice of" in words(response.text)


def test_beside_a_makers_checker_the_checker_leads(client, product):
    make_product(
        model_numbers="S100",
        shapes="ABC#######",
        identified_by="makers_checker",
        checker_url="https://maker.example/",
    )
    response = page(client)
    shown = words(response.text)
    assert "Stop using it for now. Only Example can confirm this code" in shown
    assert shown.count("Type the code at Example:") == 1
    assert "only units without a code, notice of" in shown


def test_the_notice_the_poster_and_the_model_number_say_what_no_code_means(client, product):
    sentence = "Is there no code on the product? Treat it as recalled."
    for address in (
        "/en/recalls/without-code/",
        "/en/recalls/without-code/poster/",
        "/en/check/?sn=S100",
    ):
        assert sentence in words(client.get(address).text), address
    shown = words(client.get("/en/code/").text)
    assert "S100" in shown.split("Treat it as recalled")[1].split("Leave it switched off")[0]


# Who says that there is none ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    ["none", "N/A", "No serial number", "aucun", "Pas de numéro de série", "sin código", "ninguno"],
)
def test_who_types_that_there_is_no_code_hears_what_the_notice_says_of_that(product, typed):
    verdict = ladder.check_code(typed, "S100")
    assert verdict.outcome is Outcome.RECALLED
    assert [finding.why for finding in verdict.findings] == [Why.NO_CODE]


def test_without_a_product_that_says_nothing(product):
    assert ladder.check_code("none").outcome is Outcome.UNRECOGNISED


@pytest.mark.parametrize(
    ("language", "heading"),
    [
        ("en", "Do not use it, and ask the maker"),
        ("fr", "Ne l’utilisez pas et contactez le fabricant"),
        ("es", "No lo use y pregunte al fabricante"),
    ],
)
def test_no_such_words_are_a_code_of_a_complete_list(client, language, heading):
    """Four letters fit its shape, and are on no list."""
    make_product(
        model_numbers="S300",
        shapes="????",
        rules=["2318"],
        list_complete=True,
        recall=make_recall(),
    )
    response = page(client, language, typed="none", product="S300")
    assert f"<h1>{heading}</h1>" in response.text
    assert "NONE" not in words(response.text)
    assert ladder.check_code("NUNE", "S300").outcome is Outcome.NOT_LISTED


def test_page_of_a_unit_without_a_code_has_the_remedy_and_no_code(client, product):
    shown = words(page(client, typed="no serial number").text)
    assert "Stop using this" in shown
    assert "Australia: no code on the product, notice of" in shown
    assert "SERIAL" not in shown


# What staff enter ---------------------------------------------------------------------------------


def test_a_unit_without_a_code_is_treated_as_recalled(product):
    product.without_code = "contact_maker"
    with pytest.raises(ValidationError, match="Only units without a code are recalled here"):
        product.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        Product.objects.update(without_code="contact_maker")
    product.identified_by = "listed_codes"
    product.full_clean()


def test_its_list_is_never_complete(product):
    with pytest.raises(IntegrityError), transaction.atomic():
        Product.objects.update(list_complete=True)


def test_a_code_of_it_is_suggested_with_what_one_would_expect(product):
    Product.objects.update(identified_by="listed_codes")
    product.rules.create(text="ABC0000001", status="draft")
    Product.objects.update(identified_by="only_without_code")
    found = suggestions.suggest_test_codes(Product.objects.get())
    outside = [one for one in found.suggestions if one.where.startswith("just outside")]
    assert {one.least for one in outside} == {"check_with_maker"}
