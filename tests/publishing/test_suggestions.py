"""Suggested test codes: which they are, what the site would answer, and which answers are odd."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recalls.models import CodeList, IdentificationRule, Product, TestCode
from recalls.publishing import suggestions
from tests.support.factories import make_list, make_product, make_public, make_recall, make_rule

pytestmark = pytest.mark.django_db

FIRST, MIDDLE, LAST = "ACCJRU1D16400841", "ACCJRU1D16400901", "ACCJRU1D16400960"
BEFORE, AFTER = "ACCJRU1D16400840", "ACCJRU1D16400961"
RANGE = f"{FIRST} to {LAST}"


@pytest.fixture
def product():
    """As a first-day officer has it: a draft notice with a draft rule, never published."""
    recall = make_recall(slug="a3102", status="draft")
    product = make_product(recall=recall, model_numbers="A3102\nA3102016", shapes="?" * 16)
    make_rule(product=product, text=RANGE, status="draft")
    return product


def answers(product):
    """By code: what the site would answer, alone and with the product named."""
    found = {}
    for suggestion in suggestions.suggest_test_codes(product).suggestions:
        found.setdefault(suggestion.typed, []).append(suggestion.given)
    return found


def odd(product):
    return [
        (suggestion.typed, suggestion.names_product)
        for suggestion in suggestions.suggest_test_codes(product).suggestions
        if suggestion.is_less_cautious
    ]


def test_first_middle_last_and_just_outside_of_a_rule(product):
    assert answers(product) == {
        "A3102": ["model_number", "model_number"],
        "A3102016": ["model_number", "model_number"],
        FIRST: ["recalled", "recalled"],
        MIDDLE: ["recalled", "recalled"],
        LAST: ["recalled", "recalled"],
        BEFORE: ["which_product", "list_incomplete"],
        AFTER: ["check_again", "check_again"],  # …916 is recalled
    }
    assert odd(product) == []


def test_where_each_comes_from(product):
    where = {s.typed: s.where for s in suggestions.suggest_test_codes(product).suggestions}
    assert where["A3102"] == "a model number"
    assert where[FIRST] == f"first of the rule “{RANGE}”"
    assert where[MIDDLE] == f"middle of the rule “{RANGE}”"
    assert where[LAST] == f"last of the rule “{RANGE}”"
    assert where[AFTER] == f"just outside of the rule “{RANGE}”"


def test_nothing_is_kept_by_suggesting(product):
    suggestions.suggest_test_codes(product)
    assert not TestCode.objects.exists()
    assert IdentificationRule.objects.get().status == "draft"


def test_a_withdrawn_rule_is_none(product):
    IdentificationRule.objects.update(status="withdrawn")
    assert set(answers(product)) == {"A3102", "A3102016"}


def test_a_rule_of_one_code(product):
    make_rule(product=product, text="ACCJRU1D99000000", status="draft")
    where = {s.typed: s.where for s in suggestions.suggest_test_codes(product).suggestions}
    assert where["ACCJRU1D99000000"] == "the only code of the rule “ACCJRU1D99000000”"


def test_letters_that_the_maker_never_uses_are_in_none(product):
    product.unused_letters = "OI"
    product.save()
    make_rule(product=product, text="WY????????######", status="draft")
    assert not any(set("OI") & set(code) for code in answers(product))


def test_a_rule_that_says_too_little_asks_for_the_product(product):
    IdentificationRule.objects.all().delete()
    Product.objects.update(shapes="####")
    product.refresh_from_db()
    make_rule(product=product, text="2322 to 2426", status="draft")
    found = answers(product)
    assert found["2322"] == ["which_product", "recalled"]
    assert found["2427"] == ["which_product", "list_incomplete"]
    assert odd(product) == []


def test_units_to_be_inspected(product):
    IdentificationRule.objects.update(effect="inspect")
    assert answers(product)[FIRST] == ["inspect", "inspect"]
    assert odd(product) == []


def test_a_recalled_code_that_is_taken_out_again_is_pointed_out(product):
    make_rule(product=product, text=f"{LAST[:-2]}##", effect="not_recalled", status="draft")
    assert answers(product)[LAST] == ["which_product", "list_incomplete"]
    assert odd(product) == [
        (MIDDLE, False),
        (MIDDLE, True),
        (LAST, False),
        (LAST, True),
    ]


def test_every_unit(product):
    IdentificationRule.objects.all().delete()
    Product.objects.update(identified_by="every_unit")
    product.refresh_from_db()
    assert answers(product)["A3102"] == ["recalled", "recalled"]
    assert odd(product) == []


def test_just_outside_of_a_complete_list(product):
    Product.objects.update(list_complete=True)
    product.refresh_from_db()
    assert answers(product)[BEFORE] == ["which_product", "type_again"]
    assert odd(product) == []


def test_just_outside_where_the_maker_has_a_checker(product):
    Product.objects.update(identified_by="makers_checker", checker_url="https://maker.example/")
    product.refresh_from_db()
    assert answers(product)[BEFORE] == ["which_product", "check_with_maker"]
    assert odd(product) == []


def test_another_product_that_claims_a_code_just_outside_clears_nothing(product):
    """Its shape claims the code, and its list is complete: who names no product is asked."""
    make_product(
        recall=make_recall(slug="other"),
        model_numbers="A9999",
        shapes="ACCJRU1D16400840",
        rules=["ACCJRU1D16400840"],
    )
    other = IdentificationRule.objects.get(text=BEFORE)
    other.effect = "not_recalled"
    other.save()
    Product.objects.filter(pk=other.product_id).update(list_complete=True)
    make_public(other.product.recall)
    assert answers(product)[BEFORE] == ["which_product", "list_incomplete"]
    assert odd(product) == []


# Lists --------------------------------------------------------------------------------------------

LISTED = [f"EXA20241100{number:05}" for number in range(100, 200, 7)]


def test_first_middle_last_and_just_outside_of_a_list(product):
    IdentificationRule.objects.all().delete()
    make_list(product=product, codes=LISTED, file_name="maker.csv")
    found = suggestions.suggest_test_codes(product).suggestions
    where = {s.typed: s.where for s in found if not s.names_product}
    inside = {text: code for code, text in where.items() if "of the list" in text}
    assert inside["first of the list maker.csv"] == LISTED[0]
    assert inside["last of the list maker.csv"] == LISTED[-1]
    assert inside["middle of the list maker.csv"] in LISTED[1:-1]
    outside = {code for code, text in where.items() if text.startswith("just outside of the list")}
    assert outside == {"EXA2024110000099", "EXA2024110000199"}
    assert answers(product)[LISTED[0]] == ["recalled", "recalled"]
    assert odd(product) == []


def test_a_draft_list_answers_nothing_yet_and_that_is_pointed_out(product):
    make_list(product=product, codes=LISTED, status="draft", file_name="maker.csv")
    found = suggestions.suggest_test_codes(product).suggestions
    (first,) = [s for s in found if s.typed == LISTED[0] and s.names_product]
    assert first.where == "first of the list maker.csv, which is not active yet"
    assert first.given == "list_incomplete"
    assert first.is_less_cautious


@pytest.mark.parametrize("status", ["loading", "withdrawn", "discarded"])
def test_other_lists_are_not_looked_at(product, status):
    make_list(product=product, codes=LISTED, status=status)
    assert not set(LISTED) & set(answers(product))


def test_a_list_of_one_code_and_one_without(product):
    make_list(product=product, codes=LISTED[:1], file_name="one.csv")
    make_list(product=product, codes=[], status="draft", file_name="none.csv")
    where = {s.typed: s.where for s in suggestions.suggest_test_codes(product).suggestions}
    assert where[LISTED[0]] == "the only code of the list one.csv"
    assert not any("none.csv" in text for text in where.values())


def test_a_list_that_takes_too_long_is_said(product, monkeypatch):
    make_list(product=product, codes=LISTED, file_name="maker.csv")
    monkeypatch.setattr(suggestions, "SECONDS_FOR_A_LIST", 0)
    found = suggestions.suggest_test_codes(product)
    assert found.left_out == ("The codes of the list maker.csv could not be read in time.",)
    assert FIRST in answers(product)


def test_what_is_left_out_is_said(product, monkeypatch):
    monkeypatch.setattr(suggestions, "MAX_RULES", 1)
    monkeypatch.setattr(suggestions, "MAX_LISTS", 1)
    make_rule(product=product, text="ACCJRU1D99000000", status="draft")
    for number in (1, 2, 3):
        make_list(product=product, codes=[f"EXA202411000000{number}"])
    assert suggestions.suggest_test_codes(product).left_out == (
        "1 more rule is not looked at.",
        "2 more lists are not looked at.",
    )
    assert CodeList.objects.count() == 3


def test_a_rule_without_a_code_that_can_be_found_is_said(product):
    IdentificationRule.objects.filter(text=RANGE).update(text=f"*1{'?' * 16}*")
    Product.objects.update(shapes="?" * 40)
    product.refresh_from_db()
    (sentence,) = suggestions.suggest_test_codes(product).left_out
    assert sentence.startswith("No code of the rule “*1?")


def test_the_queries_do_not_grow_with_the_lists_codes(product):
    def queries():
        with CaptureQueriesContext(connection) as made:
            suggestions.suggest_test_codes(product)
        return len(made)

    row = make_list(product=product, codes=LISTED)
    few = queries()
    make_list(product=product, codes=[f"EXA2024{number:09}" for number in range(3000)])
    row.delete()
    assert queries() == few


# Kept ---------------------------------------------------------------------------------------------


def test_those_that_are_kept_expect_what_they_saw(product):
    found = suggestions.suggest_test_codes(product).suggestions
    chosen = [s for s in found if s.typed in (FIRST, BEFORE)]
    assert suggestions.store_suggestions(product=product, chosen=chosen) == 4
    rows = TestCode.objects.values_list("typed", "names_product", "typed_twice", "expected")
    assert set(rows) == {
        (FIRST, False, False, "recalled"),
        (FIRST, True, False, "recalled"),
        (BEFORE, False, False, "which_product"),
        (BEFORE, True, False, "list_incomplete"),
    }
    product.recall.refresh_from_db()
    assert product.recall.revision == 1


def test_what_is_kept_already_is_known_however_it_is_spelled(product):
    TestCode.objects.create(product=product, typed="accjru1d-1640-0841", expected="recalled")
    found = suggestions.suggest_test_codes(product).suggestions
    kept = [(s.typed, s.names_product) for s in found if s.is_kept]
    assert kept == [(FIRST, False)]
    assert (
        suggestions.store_suggestions(product=product, chosen=[s for s in found if s.is_kept]) == 0
    )


def test_what_had_no_answer_is_not_kept(product, monkeypatch):
    monkeypatch.setattr("recalls.publishing.suggestions.answer_to", lambda *args: "")
    found = suggestions.suggest_test_codes(product).suggestions
    assert all(s.is_less_cautious and s.given_label == "No answer" for s in found)
    assert suggestions.store_suggestions(product=product, chosen=found) == 0
