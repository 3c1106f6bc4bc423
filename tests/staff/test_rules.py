"""The rules on a product's page: what stands beside each, and many pasted at once."""

from contextlib import nullcontext

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from recalls.admin.pasted_rules import MAX_LINES_PASTED
from recalls.models import IdentificationRule, Product, RecallCountry
from tests.support.factories import make_product, make_recall, make_rule
from tests.support.forms import form_data
from tests.support.pages import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def product():
    recall = make_recall(slug="draft", status="draft")
    return make_product(recall=recall, model_numbers="A3102", shapes="ACCJRU1D????????")


def page_of(product):
    return reverse("admin:recalls_product_change", args=[product.pk])


def paste(client, product, text, **changes):
    data = form_data(client.get(page_of(product)))
    return client.post(page_of(product), data | {"pasted_rules": text, **changes}, follow=True)


def rules():
    return list(IdentificationRule.objects.order_by("pk").values_list("text", "effect", "status"))


def errors(response):
    return list(response.context["adminform"].form.errors.get("pasted_rules", []))


# Beside each rule ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("units", "sentences"),
    [
        (120, ["It covers 120 codes.", "The notice speaks of as many units."]),
        (12_000, ["The notice speaks of 12,000 units: these are 1 in 100 of them."]),
        (11, ["Much wider than the notice: to publish it takes a reason"]),
        (None, ["It covers 120 codes."]),
    ],
)
def test_a_rule_is_held_against_the_units_of_the_notice(editor, product, units, sentences):
    RecallCountry.objects.update(units=units)
    make_rule(product=product, text="ACCJRU1D16400841 to ACCJRU1D16400960", status="draft")
    shown = words(editor.get(page_of(product)).text)
    assert [sentence for sentence in sentences if sentence not in shown] == []
    assert ("Much wider" in shown) is (units == 11)
    assert "Distinctive: codes of other products hardly ever look like this" in shown


# Many at once -------------------------------------------------------------------------------------


def test_each_pasted_line_becomes_a_draft_rule(editor, product):
    text = (
        "•\tACCJRU1D16400841 to ACCJRU1D16400960;\r\n\r\n"
        "\uf0b7 ACCJRU1D10309381 to ACCJRU1D10309580\r\n3) accjru1d 18*"
    )
    response = paste(editor, product, text, pasted_effect="inspect")
    assert rules() == [
        ("ACCJRU1D16400841 to ACCJRU1D16400960", "inspect", "draft"),
        ("ACCJRU1D10309381 to ACCJRU1D10309580", "inspect", "draft"),
        ("ACCJRU1D18*", "inspect", "draft"),
    ]
    assert "3 pasted rules were added." in response.text
    # The record names who did it.
    assert {row.history_user.username for row in IdentificationRule.history.all()} == {"eve"}


def test_numbers_of_a_list_are_taken_off(editor, product):
    paste(editor, product, "1. ACCJRU1D16400841\n2. ACCJRU1D16400842")
    assert [text for text, _, _ in rules()] == ["ACCJRU1D16400841", "ACCJRU1D16400842"]
    assert {effect for _, effect, _ in rules()} == {"recalled"}


def test_a_refused_line_is_named_and_nothing_is_lost(editor, product):
    text = "• ACCJRU1D16400841\n\n• week 2313\n• A200 to A100\n• KK23289034\n• ACCJRU1D16400841"
    response = paste(editor, product, text)
    found = errors(response)
    assert [sentence.split(":")[0] for sentence in found] == [
        "Line 3",
        "Line 4",
        "Line 5",
        "Line 6",
    ]
    assert "“WEEK”" in found[0]
    assert "backwards" in found[1]
    assert "No code that fits this product's shapes" in found[2]
    assert found[3] == "Line 6: Line 1 is the same rule."
    assert rules() == []
    assert form_data(response)["pasted_rules"] == text


def test_a_sentence_is_refused_with_the_rules_that_it_may_mean(editor, product):
    text = "serial numbers starting with ACCJRU1D16\nall units made in May"
    found = errors(paste(editor, product, text))
    assert found[0].endswith("It may mean ACCJRU1D16*: compare it with the notice.")
    assert "It may mean" not in found[1]
    assert rules() == []


def test_other_errors_of_the_page_lose_no_line_either(editor, product):
    response = paste(editor, product, "ACCJRU1D16400841", checker_url="http://a.example/")
    assert rules() == []
    assert form_data(response)["pasted_rules"] == "ACCJRU1D16400841"


def test_rules_that_the_product_or_the_same_page_has_are_refused(editor, product):
    make_rule(product=product, text="ACCJRU1D16400841", status="draft")
    response = paste(
        editor,
        product,
        "accjru1d-1640-0841\nACCJRU1D17*",
        **{"rules-1-text": "accjru1d 17*", "rules-1-effect": "recalled"},
    )
    assert errors(response) == [
        "Line 1: This product has it already.",
        "Line 2: This product has it already.",
    ]
    assert len(rules()) == 1


def test_pasted_lines_are_held_against_the_shapes_of_the_same_page(editor, product):
    paste(editor, product, "KK23289034", shapes="KK########")
    assert [text for text, _, _ in rules()] == ["KK23289034"]


def test_an_open_range_that_leaves_out_shorter_codes_is_refused(editor, product):
    response = paste(editor, product, "less than 2000", shapes="#{3,4}")
    assert "Write both ends, such as 000 to 2000." in errors(response)[0]
    assert rules() == []


@pytest.mark.parametrize(
    ("text", "effect", "is_taken"),
    [
        ("ACCJRU1D164001A0 to ACCJRU1D16400FFF", "recalled", True),
        ("ACCJRU1D164001A0 to ACCJRU1D16400FFF", "inspect", True),
        ("ACCJRU1D164001A0 to ACCJRU1D16400FFF", "not_recalled", False),
        ("ACCJRU1D1640099Z to ACCJRU1D16400A00", "not_recalled", False),
        ("ACCJRU1D16400100 to ACCJRU1D16400999", "not_recalled", True),
        ("ACCJRU1D164001AA to ACCJRU1D164009FF", "not_recalled", True),
    ],
)
def test_codes_are_taken_out_only_between_ends_of_one_kind(product, text, effect, is_taken):
    rule = IdentificationRule(product=product, text=text, effect=effect)
    with nullcontext() if is_taken else pytest.raises(ValidationError, match="Enter a line for"):
        rule.full_clean()


def test_rules_are_pasted_while_a_product_is_added(editor, product):
    url = reverse("admin:recalls_product_add")
    data = form_data(editor.get(url)) | {
        "recall": product.recall_id,
        "brand": "Anker",
        "name": "Other",
        "model_numbers": "A9",
        "identified_by": "listed_codes",
        "pasted_rules": "KK23289034\nKK23289035",
    }
    editor.post(url, data)
    assert Product.objects.get(model_numbers="A9").rules.count() == 2


def test_too_many_lines_are_a_list(editor, product):
    text = "\n".join(f"ACCJRU1D{number:08}" for number in range(MAX_LINES_PASTED + 1))
    assert errors(paste(editor, product, text)) == [
        "These are 501 lines. Paste 500 at most, or load the codes as a list."
    ]
    assert rules() == []
