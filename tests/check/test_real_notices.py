"""Real notices beside the shipped ones, and what people ask about them."""

import pytest

from recalls.check import ladder
from recalls.check.verdict import Outcome
from recalls.published import cache
from tests.support.factories import make_product, make_recall
from tests.support.real_notices import questions

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("real")]


@pytest.mark.parametrize(("typed", "product", "right"), questions())
def test_what_people_ask_about_real_notices(typed, product, right):
    assert ladder.check_code(typed, product).outcome.value in right


@pytest.mark.parametrize(
    ("typed", "product"),
    [
        ("1202081", "Infinity"),  # 1202018 is recalled, so that this asks twice
        ("1234567609212345A", "Acoustimass 6 III"),  # 6029 is recalled, whatever is around it
        ("2317", "E2038"),
        ("20240801", "PAC20-272"),
    ],
)
def test_owners_of_other_units_hear_it_once_they_have_compared(typed, product):
    verdict = ladder.check_typed_twice(typed, product)
    assert {finding.outcome for finding in verdict.findings} == {Outcome.NOT_LISTED}


def test_a_number_that_two_brands_share_asks_which_brand():
    """Every E33A of both is recalled, whatever its code; of a number whose products differ the
    page asks."""
    verdict = ladder.check_code("SN 12345678", "E33A")
    assert verdict.outcome is Outcome.RECALLED
    brands = {finding.product.row.brand for finding in verdict.findings}
    assert brands == {"Casely", "Flaunt"}


def test_a_code_that_is_no_date_is_no_date_outside_of_the_recall():
    error = ladder.check_code("20231399", "PAC20-272").error
    assert (error.kind, error.place, error.character) == ("wrong_character", 6, "3")
    # 30 February, written as a date.
    assert ladder.check_code("20190230", "PAC20-272").error.place == 7
    assert ladder.check_code("20240229", "PAC20-272").outcome is Outcome.RECALLED


@pytest.mark.parametrize("typed", ["2023/6/5", "2023-6-5", "2023.06.5", "made 2023/6/5 in China"])
def test_a_date_may_lack_its_zeros(typed):
    assert ladder.check_code(typed, "PAC20-272").outcome is Outcome.RECALLED


def test_a_short_code_of_a_rule_that_fixes_five_characters_asks_for_the_product():
    verdict = ladder.check_code("6BZLU")
    assert verdict.outcome is Outcome.WHICH_PRODUCT
    assert verdict.choices[0].main.row.brand == "HP"


@pytest.mark.parametrize(
    ("typed", "brand"), [("57X12345?78901", "Belkin"), ("12A34567*9012", "Petzl")]
)
def test_products_that_the_characters_read_point_to_are_offered_first(typed, brand):
    verdict = ladder.check_code(typed)
    assert verdict.outcome is Outcome.PARTLY_READ
    assert verdict.choices[0].main.row.brand == brand
    assert len(verdict.choices) == 7


def test_a_code_one_character_short_is_told_so_though_a_wide_shape_fits():
    verdict = ladder.check_code("57X1234567890")
    assert (verdict.error.kind, verdict.error.lengths) == ("too_short", (14,))
    # Who says that the label reads so is asked for the product, Petzl's among them.
    asked = ladder.check_code("57X1234567890", confirmed=verdict.confirmation)
    assert asked.outcome is Outcome.WHICH_PRODUCT
    assert "Petzl" in {family.main.row.brand for family in asked.choices}


def test_no_notice_takes_the_site_over():
    """Wide rules (Baseus `*#`, Rowenta `23*`) ask nothing of codes of other products."""
    assert cache.load_edition().fitting_shapes("EXA2024110007918")
    for typed, outcome in {
        "4571411204685": Outcome.UNRECOGNISED,
        "EXA202411000791": Outcome.FORM_ERROR,
        "A3102": Outcome.MODEL_NUMBER,
        "5UM5E5": Outcome.MODEL_NUMBER,
        "HELLO9": Outcome.UNRECOGNISED,
    }.items():
        assert ladder.check_code(typed).outcome is outcome, typed


@pytest.mark.parametrize(
    ("typed", "outcome"),
    [
        ("BS30KP365ABCA", Outcome.CHECK_WITH_MAKER),
        ("BS-30KP365", Outcome.MODEL_NUMBER),
        ("BS30KP365ABC1", Outcome.RECALLED),
        ("BS30KP365 ABC1", Outcome.RECALLED),
    ],
)
def test_a_number_of_the_named_product_is_no_code_of_it(typed, outcome):
    """Every code that ends in a digit is recalled, and the model number does. Where codes of nine
    characters are on file it is cut off, since letters behind a code can be prose."""
    make_product(model_numbers="T700", shapes="#########", recall=make_recall(slug="t700"))
    assert ladder.check_code(typed, "BS-30KP365").outcome is outcome


def test_digits_that_look_like_a_recalled_model_number_are_compared_with_it():
    verdict = ladder.check_code("26520")
    assert (verdict.candidates, verdict.can_confirm) == (("2G520",), False)
    assert verdict.slugs == ["esr-halolock-2025"]
    # Whoever has named the model hears the same as with any code.
    assert ladder.check_code("26520", "2G520").outcome is Outcome.RECALLED
    assert ladder.check_code("2G52O").outcome is Outcome.RECALLED


def test_such_digits_are_shown_beside_recalled_codes_that_look_like_them_too():
    make_product(
        model_numbers="T700",
        shapes="?????",
        rules=["2652O"],
        list_complete=True,
        recall=make_recall(slug="t700"),
    )
    verdict = ladder.check_typed_twice("26520", "T700")
    assert verdict.outcome is Outcome.CHECK_AGAIN
    assert verdict.all_candidates == ("2G520", "2652O")
    assert set(verdict.slugs) == {"esr-halolock-2025", "t700"}


def test_each_fact_of_a_real_notice_stands_in_its_own_field():
    """What used to be a sentence, or could not be said."""
    notices = {notice.slug: notice for notice in cache.load_edition().notices}
    casely = notices["casely-e33a-2025"].recall
    assert (casely.deaths, casely.injuries) == (1, 6)
    assert casely.newest_month.isoformat() == "2026-04-01"
    hp = notices["hp-notebook-batteries-2017"]
    assert (hp.recall.steps_replace, hp.products[0].row.power) == (True, "battery")
    assert hp.products[0].row.number_list == ["Notebook battery"]
    boots = notices["head-ski-boots-2026"].products
    assert [product.row.remedy_options for product in boots] == ["replace", "repair"]
    assert {product.row.power for product in boots} == {"none"}
    five = notices["anker-five-models-2025"].products
    assert [product.countries for product in five][:2] == [["US"], ["CA", "US"]]
    assert {row.country for row in notices["ikea-varmfront-2024"].countries} >= {"DE", "AT", "SE"}
    assert all(row.returns_to_shop for row in notices["ikea-varmfront-2024"].countries)
    assert notices["romoss-2025"].countries[0].country == "CN"
