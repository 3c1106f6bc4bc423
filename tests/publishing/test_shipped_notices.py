"""The shipped notices, once they are published: they answer as they must."""

import pytest

from recalls import codes
from recalls.catalogue.tables import available_slugs
from recalls.check import ladder
from recalls.models import CodeList, Product, Recall, TestCode

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]


def test_published_notices_answer_as_their_test_codes_say():
    slugs = Recall.objects.values_list("slug", flat=True)
    assert set(slugs) == set(available_slugs())
    assert Recall.objects.published().count() == 8
    assert TestCode.objects.count() >= 60
    for test in TestCode.objects.select_related("product"):
        check = ladder.check_typed_twice if test.typed_twice else ladder.check_code
        verdict = check(test.typed, test.product.model_list[0] if test.names_product else "")
        assert verdict.outcome == test.expected, test


def test_complete_lists():
    complete = Product.objects.filter(list_complete=True)
    assert {(product.recall.slug, product.name) for product in complete} == {
        ("anker-a3102-australia-2024", "Soundcore"),
        ("training-example-audio", "Tone One"),
    }


def test_australian_ranges_hold_all_their_codes():
    product = Product.objects.get(recall__slug="anker-a3102-australia-2024")
    rules = [codes.parse_rule(rule.text) for rule in product.rules.all()]
    assert [rule.count() for rule in rules] == [120, 200]
    assert not product.checker_url


def test_training_list():
    code_list = CodeList.objects.get()
    assert code_list.file_name == "training-codes"
    assert code_list.codes_stored == code_list.codes.count() == 5000
    assert code_list.activated_at
    stored = sorted(code_list.codes.values_list("code", flat=True))
    assert (stored[0], stored[-1]) == ("EXA2024110007919", "EXA2024149595000")
    taken_away = codes.parse_rule("EXA2024120000000 to EXA2024120999999")
    assert sum(map(taken_away.matches, stored)) == 127


def test_examples_are_no_real_codes():
    for product in Product.objects.exclude(example_code=""):
        assert ladder.check_code(product.example_code).error.kind == "example"
