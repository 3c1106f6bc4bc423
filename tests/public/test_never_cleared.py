"""A notice tells units by two codes together, or by a code whose length nobody knows: what is in it
warns, and nothing else is ever cleared."""

import pytest

from recalls.check import ladder
from recalls.check.verdict import Outcome, Why
from recalls.models import Product
from recalls.published import cache
from recalls.publishing import suggestions
from recalls.publishing.checklist import checklist_lines
from tests.support.factories import make_product, make_recall
from tests.support.languages import SHOWN, said
from tests.support.pages import in_order, words

pytestmark = pytest.mark.django_db

SECOND = {"en": "The part number, below the bar code."}
CODE = "ABC1234567"
WHY = [
    ({"second_code": SECOND}, Why.TWO_CODES),
    ({"code_length_unknown": True}, Why.LENGTH_UNKNOWN),
]
EACH = pytest.mark.parametrize(("fact", "why"), WHY)


def two_codes(**values):
    """A product with a rule for each of its codes, the serial number and the part number."""
    return make_product(
        recall=make_recall(slug="two-codes"),
        model_numbers="S100",
        shapes="ABC#######\nP#####",
        rules=["ABC0000001 to ABC0000900", "P12345"],
        **values,
    )


def page(client, typed, product="S100", language="en"):
    return client.get(f"/{language}/check/", {"sn": typed, "product": product})


# The answer ---------------------------------------------------------------------------------------


@EACH
@pytest.mark.parametrize("typed", ["ABC0000001", "P12345", "SN ABC9999999 PN P12345"])
def test_the_first_code_that_is_in_it_warns(fact, why, typed):
    two_codes(**fact)
    verdict = ladder.check_code(typed, "S100")
    assert verdict.outcome is Outcome.RECALLED


@EACH
@pytest.mark.parametrize("typed", [CODE, "P99999"])
def test_a_code_that_is_not_in_it_is_never_cleared(fact, why, typed):
    two_codes(**fact)
    for verdict in (
        ladder.check_code(typed, "S100"),
        ladder.check_code(typed, "S100", again=typed),
        ladder.check_typed_twice(typed, "S100"),
    ):
        assert verdict.outcome is Outcome.CHECK_WITH_MAKER
        assert [finding.why for finding in verdict.findings] == [why]


@EACH
def test_not_even_if_its_row_said_that_the_list_is_complete(fact, why):
    """The switch alone is not believed: the edition is asked with such a row."""
    two_codes(**fact)
    edition = cache.load_edition()
    (product,) = edition.products.values()
    product.row.list_complete = True
    assert product.is_complete
    assert not product.can_clear(CODE)
    assert ladder.check_code(CODE, "S100", edition=edition).outcome is Outcome.CHECK_WITH_MAKER


def test_without_either_the_same_code_is_cleared():
    """What the tests above hold is these two facts, and nothing else of the product."""
    two_codes(list_complete=True)
    assert ladder.check_typed_twice(CODE, "S100").outcome is Outcome.NOT_LISTED


@EACH
def test_another_notice_of_the_model_still_counts(fact, why):
    product = two_codes(**fact)
    make_product(model_numbers="S100", brand=product.brand, shapes="ABC#######", rules=[CODE])
    assert ladder.check_code(CODE, "S100").outcome is Outcome.RECALLED


@EACH
def test_a_code_just_outside_is_suggested_as_one_to_compare(fact, why):
    found = suggestions.suggest_test_codes(two_codes(**fact))
    outside = [one for one in found.suggestions if one.where.startswith("just outside")]
    assert {one.least for one in outside} == {"check_with_maker"}


@pytest.mark.parametrize(
    ("fact", "sentence", "box"),
    [
        ({"second_code": SECOND}, "two codes together tell the units", "#id_second_code_en"),
        (
            {"code_length_unknown": True},
            "nobody knows how long a code is",
            "#id_code_length_unknown",
        ),
    ],
)
def test_staff_read_so_before_they_publish(publisher, fact, sentence, box):
    product = two_codes(**fact)
    lines = [line for line in checklist_lines(product.recall) if sentence in line.sentence]
    assert [line.address.partition("change/")[2] for line in lines] == [box]
    told = [line.sentence for line in checklist_lines(product.recall)]
    assert not [line for line in told if "stop-use notice" in line]
    page = publisher.get(lines[0].address).content.decode()
    assert f'id="{box[1:]}"' in page


# Its pages ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", SHOWN)
@EACH
def test_the_page_says_why_and_what_to_compare(client, fact, why, language):
    two_codes(**fact)
    is_two = why is Why.TWO_CODES
    sentences = [
        "Compare both codes with the notice" if is_two else "Compare your code with the notice",
        "We looked at one code only. The other one can mean a recall too."
        if is_two
        else "The notice does not say how long a code is. We cannot see if a character is missing.",
        "Compare both codes, one character at a time."
        if is_two
        else "Compare the code, one character at a time.",
        "Treat the product as recalled.",
        "Do not use the product.",
    ]
    response = page(client, CODE, language=language)
    text = words(response.text)
    for sentence in sentences:
        assert said(language, sentence) in text, sentence
    assert said(language, "Not on the list").lower() not in text.lower()
    assert (SECOND["en"] in text) is is_two
    assert f"/{language}/recalls/two-codes/" in response.text


def test_the_page_of_a_recalled_unit_asks_for_the_other_code(client):
    two_codes(second_code=SECOND)
    in_order(
        words(page(client, "P12345").text),
        "Stop using this speaker now",
        "The notice names two codes, and one of yours is in it. Stop using the product.",
        # Nobody knows which of them was typed.
        "Then compare both with the notice. The second code:",
        SECOND["en"],
        "What to do now",
    )


def test_so_does_the_page_of_one_to_be_looked_at(client):
    product = two_codes(second_code=SECOND)
    product.rules.create(text="ABC0009999", effect="inspect", status="active")
    make_product(recall=product.recall)  # published anew
    assert SECOND["en"] in words(page(client, "ABC0009999").text)


def test_the_notice_names_the_second_code_and_an_unknown_length(client):
    recall = two_codes(second_code=SECOND).recall
    make_product(recall=recall, model_numbers="S200", code_length_unknown=True)
    text = words(client.get("/en/recalls/two-codes/").text)
    in_order(
        text,
        f"Second code {SECOND['en']}",
        "Two codes together tell which units are recalled. Compare both.",
        "Length of the code Not known. Compare the code, one character at a time.",
    )


@EACH
def test_the_line_of_the_notice_says_it_too(client, fact, why):
    two_codes(**fact)
    line = "two codes count" if why is Why.TWO_CODES else "code of unknown length"
    assert f"Australia: {line}, notice of" in words(page(client, CODE).text)


def test_a_makers_checker_leads_where_there_is_one(client):
    two_codes(
        second_code=SECOND, identified_by="makers_checker", checker_url="https://maker.example/"
    )
    assert "Only Example can confirm this code" in words(page(client, CODE).text)
    assert Product.objects.get().second_code == SECOND
