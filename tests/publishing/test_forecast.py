"""The forecast: what a complete list would mean, by a seeded sample and over whole journeys."""

import random

import pytest

from recalls import codes
from recalls.check import ladder
from recalls.check.verdict import Outcome
from recalls.published import cache
from recalls.publishing.forecast import Forecast, forecast, recalled_codes
from tests.support.factories import make_product, make_recall, make_rule

pytestmark = pytest.mark.django_db


def made(*, shapes, recall=None, model_numbers="T700", **values):
    product = make_product(
        recall=recall or make_recall(),
        model_numbers=model_numbers,
        shapes=shapes,
        list_complete=True,
        **values,
    )
    edition = cache.load_edition()
    return edition, edition.products[product.pk]


def listed(alphabet, length, count=400):
    rng = random.Random(3)
    return list({"".join(rng.choices(alphabet, k=length)) for _ in range(count)})


def test_a_usual_list_stays_below_the_limit_and_asks_few():
    found = forecast(*made(shapes="KB7###########", codes=[f"KB7{n:011}" for n in range(300)]))
    assert 0 < found.cleared <= 6
    assert not found.is_above
    assert (found.type_again, found.compare, found.check_again) == (0, 0, 0)


def test_codes_of_digits_that_are_seen_alike_and_are_not_confusable_are_above_it():
    # 4 and 9 are taken for one another, 9 for 6 and 8; only the second entry stands between.
    found = forecast(*made(shapes="############", codes=listed("49", 12)))
    assert found.cleared > 6
    assert found.is_above


def test_owners_of_units_near_a_dense_list_are_asked():
    # Every tenth code of five digits is recalled: nearly every other is one slip from one.
    found = forecast(*made(shapes="#####", codes=[f"{n:05}" for n in range(0, 100_000, 10)]))
    assert found.type_again + found.check_again > 800
    assert found.compare >= found.type_again


def test_where_every_code_of_the_shape_is_recalled_there_is_no_other_owner():
    found = forecast(*made(shapes="57V####", rules=["57V*"]))
    assert (found.cleared, found.type_again) == (0, None)
    assert "no other unit was tried" in found.sentences[1]


def test_the_same_content_gives_the_same_numbers():
    edition, product = made(shapes="??????????", codes=listed(codes.CHARACTERS, 10))
    first = forecast(edition, product)
    assert forecast(edition, product) == first
    again = cache.read_edition()
    assert forecast(again, again.products[product.id]) == first


def test_recalled_codes_are_those_of_rules_and_lists_without_what_is_taken_out():
    edition, product = made(
        shapes="A####", rules=["A1000 to A1999"], codes=[f"A5{n:03}" for n in range(500)]
    )
    make_rule(product=product.row, text="A15*", effect="not_recalled")
    edition = cache.load_edition(replacing=edition)
    product = edition.products[product.id]
    found = recalled_codes(product, random.Random(1))
    assert {code[:2] for code in found} == {"A1", "A5"}
    assert not [code for code in found if code.startswith("A15")]
    assert {ladder.check_code(code, "T700").outcome for code in found} == {Outcome.RECALLED}


def test_listed_codes_come_from_the_whole_list_and_no_other():
    recall = make_recall()
    make_product(recall=recall, shapes="KB7###########", codes=[f"KB7{n:011}" for n in range(50)])
    own = [f"KB7{batch:05}{n:06}" for batch in (11, 222, 7_777, 90_001) for n in range(100)]
    _, product = made(recall=recall, shapes="KB7###########", codes=own)
    found = recalled_codes(product, random.Random(1))
    assert set(found) <= set(own)
    assert {code[:8] for code in found} == {code[:8] for code in own}
    assert len(found) > 20


def test_nothing_is_cleared_before_the_list_is_complete():
    product = make_product(model_numbers="T700", shapes="############", codes=listed("49", 12))
    edition = cache.load_edition()
    assert forecast(edition, edition.products[product.pk]).cleared == 0


def test_a_code_that_is_cleared_at_once_counts_whole(monkeypatch):
    # As if no slip were searched.
    from recalls.check import guards

    monkeypatch.setattr(guards, "one_slip_away", lambda check: None)
    monkeypatch.setattr(guards, "slips_are_settled", lambda check: True)
    found = forecast(*made(shapes="############", codes=listed("49", 12)))
    assert found.cleared > 300


def test_a_forecast_without_any_code_says_so():
    assert Forecast(None, None, None, None).sentences == (
        "No recalled code was found to try slips with.",
        "No other code fits the shapes, so no other unit was tried.",
    )


def test_a_forecast_in_words():
    assert Forecast(2.0, 12, 13, 4).sentences == (
        "Of 1,000 people who make one slip in a recalled code, about 2 would be told “not on the "
        "list” in the end. The aim is 5 or fewer.",
        "Of 1,000 owners of other units who type right, about 12 are asked to type the code "
        "twice, 13 to compare it with recalled ones, and 4 are told that it looks like a recalled "
        "one and to treat it so.",
    )
