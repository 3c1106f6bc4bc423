"""Staff enter products, rules and test codes: what each line says, and what it refuses."""

import re

import pytest

from recalls.check import ladder
from recalls.check.verdict import Outcome
from recalls.models import (
    IdentificationRule,
    Product,
    TestCode,
)
from tests.support.admin_pages import CODE, RANGE, address, make_public_recall, publish, said, send
from tests.support.factories import (
    make_list,
    make_product,
    make_public,
    make_recall,
    make_rule,
)
from tests.support.forms import form_data

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

OTHER_CODE = "ACCJRU1D18000000"


@pytest.fixture
def public():
    return make_public_recall()


def test_a_broken_rule_is_said_beside_its_line_and_nothing_is_lost(admin_client, public):
    product = Product.objects.get()
    changes = {
        "name": "Soundcore Mini",
        "rules-1-text": "ACCJRU1D17000000 to ACCJRU1D16999999",
        "test_codes-0-typed": "QX1234AB56CD78EF",
        "test_codes-0-expected": "not_listed",
    }

    response = send(admin_client, address(product), changes)

    assert response.status_code == 200
    rules, _ = response.context["inline_admin_formsets"]
    (sentence,) = rules.formset.forms[1].errors["text"]
    assert "runs backwards" in sentence
    assert sentence in response.text
    assert not rules.formset.forms[0].errors
    sent = form_data(response)
    assert {name: sent[name] for name in changes} == changes
    product.refresh_from_db()
    assert product.name != "Soundcore Mini"
    assert not TestCode.objects.exists()


def test_a_rule_beside_a_broken_shape_is_kept_too(admin_client, public):
    changes = {"shapes": "57V[", "rules-1-text": "57V12345678"}
    response = send(admin_client, address(Product.objects.get()), changes)
    assert "57V[: A bracket is not closed" in response.text
    assert form_data(response)["rules-1-text"] == "57V12345678"


@pytest.mark.parametrize("text", [RANGE, "accjru1d16400841 - accjru1d16400960"])
def test_a_rule_that_is_there_already_is_refused(admin_client, public, text):
    response = send(admin_client, address(Product.objects.get()), {"rules-1-text": text})
    assert "This product has this rule already." in response.text


def test_the_same_new_rule_twice_is_refused(admin_client, public):
    url = address(Product.objects.get())
    data = form_data(admin_client.get(url), {"rules-TOTAL_FORMS": "3"})
    data |= {"rules-1-text": "ACCJRU1D17*", "rules-1-effect": "recalled"}
    data |= {"rules-2-text": "accjru1d 17*", "rules-2-effect": "inspect"}
    response = admin_client.post(url, data)
    assert "This product has this rule already." in response.text
    assert IdentificationRule.objects.count() == 1


def test_a_rule_says_what_it_covers(admin_client, public):
    product = Product.objects.get()
    open_x = "ACCJRXXX10000000 to ACCJRXXX10000009"
    for rule in ("ACC#############", "#*", open_x):
        make_rule(product=product, text=rule, status="draft")
    page = admin_client.get(address(product)).text
    assert "<div>It covers 120 codes.</div>" in page
    assert "<div>It covers 10,000,000,000,000 codes.</div>" in page
    assert "<div>Distinctive: codes of other products hardly ever look like this" in page
    assert "<div>Not distinctive: codes of other products can look like this too" in page
    assert "XXX is read as three letters X." in page
    Product.objects.filter(pk=product.pk).update(shapes="", list_complete=False)
    assert "so their number is open.</div>" in admin_client.get(address(product)).text


def test_the_number_is_beside_each_line_before_anything_is_saved(admin_client):
    """On the page that comes back with an error: 120 and 200 are what the notice says."""
    recall = make_recall(slug="draft", status="draft")
    url = address(Product, "add")
    data = form_data(admin_client.get(url), {"rules-TOTAL_FORMS": "3"})
    data |= {"recall": recall.pk, "brand": "Anker", "name": "Soundcore", "model_numbers": "A3102"}
    data |= {"shapes": "?" * 16, "identified_by": "listed_codes", "rules-2-text": "A200 to A100"}
    data |= {"rules-0-text": RANGE, "rules-1-text": "ACCJRU1D10309381 to ACCJRU1D10309580"}
    data |= {f"rules-{place}-effect": "recalled" for place in range(3)}

    response = admin_client.post(url, data)

    rows = re.findall(r'<td class="field-covers">\s*<p>(.*?)</p>', response.text)
    told = [re.findall("<div>(.*?)</div>", row)[0] for row in rows[:3]]
    assert told == ["It covers 120 codes.", "It covers 200 codes.", "It cannot be read yet."]
    assert not Product.objects.exists()
    response = admin_client.post(url, data | {"rules-2-text": "", "shapes": "["})
    assert "<div>The product&#x27;s shapes cannot be read yet.</div>" in response.text


def test_a_product_says_how_many_codes_it_has_in_all(admin_client, public):
    product = Product.objects.get()
    make_rule(product=product, text="ACCJRU1D10309381 to ACCJRU1D10309580", status="draft")
    make_rule(product=product, text="ACCJRU1D1640084#", effect="not_recalled")
    make_list(product=product, codes=[OTHER_CODE])
    make_list(product=product, codes=[CODE], status="draft")
    assert "320 by rules, 1 in active lists" in admin_client.get(address(product)).text
    Product.objects.update(shapes="", list_complete=False)
    make_rule(product=product, text="*J")
    page = admin_client.get(address(product)).text
    assert "320 by rules, 1 in active lists, and those of 1 open rules" in page


def test_a_rule_added_to_a_public_notice_waits_until_it_is_published_again(publisher, public):
    send(publisher, address(Product.objects.get()), {"rules-1-text": OTHER_CODE})
    assert ladder.check_code(OTHER_CODE).outcome != Outcome.RECALLED
    assert f"new, rule “{OTHER_CODE}”" in publisher.get(address(public, "publish")).text
    publish(publisher, public, reason="More units.")
    assert ladder.check_code(OTHER_CODE).outcome == Outcome.RECALLED


def test_a_list_is_set_complete_only_where_it_can_be(admin_client, public):
    product = Product.objects.get()
    Product.objects.update(list_complete=False)
    for status, effect in (("withdrawn", "recalled"), ("active", "not_recalled")):
        IdentificationRule.objects.update(status=status, effect=effect)
        response = send(admin_client, address(product), {"list_complete": "on"})
        assert "there is no rule or active list of recalled codes" in response.text
    # A draft becomes public with the same publication.
    IdentificationRule.objects.update(status="draft", effect="recalled")
    assert send(admin_client, address(product), {"list_complete": "on"}).status_code == 302
    assert Product.objects.get().list_complete


def test_a_list_does_not_stay_complete_without_its_last_rule(admin_client, public):
    product = Product.objects.get()
    named = {"product": "A3102", "confirmed": OTHER_CODE}
    assert ladder.check_code(OTHER_CODE, **named).outcome == Outcome.NOT_LISTED

    response = send(admin_client, address(product), {"rules-0-withdraw": "on"})

    assert said(response)[0] == f"Rule {RANGE} withdrawn. The list is no longer complete."
    assert not Product.objects.get().list_complete
    assert IdentificationRule.objects.get().status == "withdrawn"
    assert ladder.check_code(CODE, **named).outcome == Outcome.RECALLED
    make_public(public)
    assert ladder.check_code(OTHER_CODE, **named).outcome == Outcome.LIST_INCOMPLETE
    assert ladder.check_code(CODE, **named).outcome == Outcome.LIST_INCOMPLETE
    assert f"<code>{RANGE}</code> (Recalled)" in admin_client.get(address(product)).text


def test_a_page_opened_before_a_rule_was_withdrawn_sets_nothing_complete(admin_client, public):
    product = Product.objects.get()
    make_rule(product=product, text=OTHER_CODE, status="active")
    opened = form_data(admin_client.get(address(product)), {"color_en": "black"})
    assert opened["list_complete"] == "on"
    Product.objects.update(list_complete=False)

    assert admin_client.post(address(product), opened).status_code == 302

    product.refresh_from_db()
    assert product.color == {"en": "black"}
    assert not product.list_complete


def test_a_draft_rule_of_a_draft_notice_can_be_deleted_and_not_withdrawn(admin_client):
    recall = make_recall(slug="draft", status="draft")
    product = make_product(recall=recall, model_numbers="A3102", shapes="?" * 16)
    rule = make_rule(product=product, text=RANGE, status="draft")
    send(admin_client, address(product), {"rules-0-id": rule.pk, "rules-0-withdraw": "on"})
    rule.refresh_from_db()
    assert rule.status == "draft"
    send(admin_client, address(product), {"rules-0-id": rule.pk, "rules-0-DELETE": "on"})
    assert not IdentificationRule.objects.exists()


def test_an_active_rule_of_a_draft_notice_can_only_be_withdrawn(admin_client):
    recall = make_recall(slug="draft", status="draft")
    product = make_product(recall=recall, model_numbers="A3102", shapes="?" * 16)
    make_rule(product=product, text=RANGE, status="active")
    send(admin_client, address(product), {"rules-0-DELETE": "on"})
    assert IdentificationRule.objects.get().status == "active"
    send(admin_client, address(product), {"rules-0-withdraw": "on"})
    assert IdentificationRule.objects.get().status == "withdrawn"


def test_a_test_code_with_all_its_choices(admin_client, public):
    product = Product.objects.get()
    for names_product, typed_twice in [(False, False), (True, False), (True, True)]:
        TestCode.objects.create(
            product=product,
            typed=OTHER_CODE,
            names_product=names_product,
            typed_twice=typed_twice,
            expected="not_listed",
        )
    page = admin_client.get(address(product)).text
    assert "Which product: not as expected (Not listed)." in page
    assert page.count("Not listed: as expected") == 2


def test_a_check_that_cannot_be_made_is_said(admin_client, public, monkeypatch):
    def unavailable(*args, **kwargs):
        raise ladder.Unavailable

    TestCode.objects.create(product=Product.objects.get(), typed=CODE, expected="recalled")
    monkeypatch.setattr(ladder, "check_code", unavailable)
    assert "No answer: the check could not be made." in (
        admin_client.get(address(Product.objects.get())).text
    )
