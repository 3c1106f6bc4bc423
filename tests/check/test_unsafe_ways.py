"""Ways to a wrong “not listed” that were once open; each stays shut whatever product is named."""

import pytest

from recalls.check import ladder
from recalls.check.verdict import Outcome
from tests.support.factories import make_list, make_product, make_public, make_recall, make_rule

pytestmark = pytest.mark.django_db
PRODUCTS = ["", "A3102", "B8201", "none"]


def publish(*, complete=True, rules=(), listed=(), **fields):
    recall = make_recall()
    product = make_product(recall=recall, **fields)
    for text, effect in rules:
        make_rule(product=product, text=text, effect=effect)
    if listed:
        make_list(product=product, codes=listed)
    product.list_complete = complete
    product.save()
    make_public(recall)


@pytest.mark.parametrize("product", PRODUCTS)
@pytest.mark.parametrize(
    ("shape", "rule", "effect", "typed", "outcome"),
    [
        ("57V#####", "*4", "recalled", "57V12794", Outcome.RECALLED),
        ("57V####?", "*B", "recalled", "57V12798", Outcome.CHECK_AGAIN),
        ("57V####?", "*B", "inspect", "57V12798", Outcome.CHECK_AGAIN),
        ("57V#####", "*94", "recalled", "57V12749", Outcome.CHECK_AGAIN),
    ],
)
def test_vague_rule_of_a_product_that_the_code_itself_names(
    product, shape, rule, effect, typed, outcome
):
    """A distinctive shape leads to no answer that clears: its product is asked first, and once it
    is named its rules count."""
    publish(model_numbers="A3102", shapes=shape, rules=[(rule, effect)])
    expected = {"A3102": outcome, "none": Outcome.UNRECOGNISED}.get(product, Outcome.WHICH_PRODUCT)
    assert ladder.check_code(typed, product).outcome == expected


@pytest.mark.parametrize("product", PRODUCTS)
def test_exclusion_excludes_only_what_fits_a_shape(product):
    """A rule counts only for codes that fit a shape; a listed code needs none."""
    publish(
        model_numbers="A3102",
        shapes="57V#####",
        rules=[("57V*", "not_recalled")],
        listed=["57VA1234"],
    )
    publish(model_numbers="B8201", shapes="????????", rules=[("AB123456", "recalled")])
    assert ladder.check_code("57VA1234", product).outcome == Outcome.RECALLED


@pytest.mark.parametrize("product", PRODUCTS)
def test_misread_code_of_a_product_of_which_every_unit_is_recalled(product):
    """No rule or list holds its codes, but its shape does: S7V for 57V."""
    publish(model_numbers="B8201", shapes="57V#####", identified_by="every_unit", complete=False)
    publish(model_numbers="A3102", shapes="????????", rules=[("AB123456", "recalled")])
    alarms = {Outcome.CHECK_AGAIN, Outcome.RECALLED}
    for typed in ("S7V12794", "5V712794", "57U12794", "57VI2794"):
        assert ladder.check_code(typed, product).outcome in alarms


@pytest.mark.parametrize("few", [0, 100], ids=["by the index", "one by one"])
@pytest.mark.parametrize("product", PRODUCTS)
def test_a_shape_of_a_family_of_which_one_product_is_recalled_whole(product, few, monkeypatch):
    """The shape is that of another product of the family, whose list is complete; a second family
    has the same shape."""
    monkeypatch.setattr("recalls.codes.index.FEW", few)
    publish(model_numbers="A3102\nM2222", shapes="", identified_by="every_unit", complete=False)
    publish(model_numbers="A3102", shapes="57V#####", rules=[("57V00001", "recalled")])
    publish(model_numbers="B8201", shapes="57V#####", rules=[("57V00001", "recalled")])
    verdict = ladder.check_code("57V12794", product, again="57V12794")
    assert verdict.outcome == Outcome.RECALLED
    assert [finding.product.model_codes[-1] for finding in verdict.findings] == ["M2222"]


def test_model_of_a_family_of_which_one_product_is_recalled_whole():
    publish(model_numbers="M1111\nM2222", shapes="", identified_by="every_unit", complete=False)
    publish(model_numbers="M2222\nM3333", shapes="########", rules=[("12345678", "recalled")])
    assert ladder.check_code("M3333").outcome == Outcome.RECALLED


def test_a_code_that_fits_the_named_product_too_is_not_cleared_by_another():
    """EXA… tells one product whose list is complete; the visitor names one whose codes are
    unknown, and the code fits that one as well."""
    publish(model_numbers="EX100", shapes="EXA#####", rules=[("EXA00001", "recalled")])
    publish(model_numbers="A3102", shapes="????????", complete=False)
    assert ladder.check_code("EXA12345").outcome == Outcome.WHICH_PRODUCT
    assert ladder.check_code("EXA12345", "EX100").outcome == Outcome.NOT_LISTED
    assert ladder.check_code("EXA12345", "A3102").outcome == Outcome.LIST_INCOMPLETE


def test_half_a_code_behind_a_label_is_never_cleared():
    publish(model_numbers="EX100", shapes="EXA#####", rules=[("EXA00001", "recalled")])
    for typed in ("Model EX100 SN: EXA12345 6", "SN: EXA12345 6", "EXA12345 and more"):
        assert ladder.check_code(typed).outcome != Outcome.NOT_LISTED
    assert (
        ladder.check_code("Model EX100 SN: EXA1 2345 Made in China").outcome == Outcome.NOT_LISTED
    )


def test_two_recalls_of_one_unit_are_both_shown():
    """One names every unit of the model, the other lists the code."""
    publish(model_numbers="M1111", shapes="57V#####", identified_by="every_unit", complete=False)
    publish(model_numbers="M1111", shapes="57V#####", rules=[("57V12345", "recalled")])
    for product in ("", "M1111", "none"):
        verdict = ladder.check_code("57V12345", product)
        assert verdict.outcome == Outcome.RECALLED
        assert len(verdict.slugs) == 2


@pytest.mark.parametrize(
    "text", ["{name} SN 2316", "my {name} SN: 2316", "{name}, 2316", "2316 {name}", "{name} 2316"]
)
@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("Speaker", {"model_numbers": ""}),
        ("Charger 20W", {"model_numbers": ""}),
        ("Wireless Headphones", {"model_numbers": ""}),
        ("Speaker", {"model_numbers": "Speaker"}),
        ("Speaker", {"model_numbers": "", "part_numbers": "Speaker"}),
    ],
)
def test_words_that_anybody_may_write_name_no_product(name, fields, text):
    """The code is recalled for another brand, by a rule that counts once that is named."""
    publish(name=name, brand="", shapes="####", rules=[("5551 to 5559", "recalled")], **fields)
    other = {"brand": "Nordly", "model_numbers": "E2038"}
    publish(**other, shapes="####", rules=[("2300 to 2400", "recalled")])
    outcome = ladder.check_code(text.format(name=name)).outcome
    assert outcome not in (Outcome.NOT_LISTED, Outcome.UNRECOGNISED)
    assert ladder.check_code("2316", "E2038").outcome == Outcome.RECALLED


@pytest.mark.parametrize("numbers", ["—\nA1", "-\nA1", "スピ\nA1"])
def test_a_number_of_signs_alone_stops_no_check(numbers):
    publish(model_numbers=numbers, shapes="####", rules=[("1000 to 1999", "recalled")])
    assert ladder.check_code("1500", "A1").outcome == Outcome.RECALLED
