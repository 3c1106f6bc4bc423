"""A rule's withdrawal is undone as long as nobody was told of it, and entered again after that."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from recalls.models import IdentificationRule, Outcome, Product
from recalls.publishing import steps
from recalls.publishing.plan import plan_publication
from recalls.publishing.unpublished import unpublished_changes
from tests.support.admin_pages import CODE, RANGE, address, make_public_recall, said
from tests.support.factories import make_product, make_recall, make_rule
from tests.support.people import ADMINISTRATOR, make_person, signed_in
from tests.support.publish_pages import verdict

pytestmark = pytest.mark.django_db


@pytest.fixture
def rule(pat):
    """Of a public notice, and withdrawn by Pat; the public has it still."""
    rule = make_public_recall().products.get().rules.get()
    steps.withdraw_rule(rule=rule, by=pat)
    return rule


def restore(client, row, number=None):
    url = reverse("admin:recalls_product_restore", args=[row.product_id])
    return client.post(url, {"rule": row.pk if number is None else number}, follow=True)


def publish(recall, by, second):
    publication = steps.request_publication(plan=plan_publication(recall), by=by, reason="Wrong.")
    steps.approve(publication=publication, by=second)


def test_a_withdrawal_that_is_not_public_is_undone(publisher, rule):
    assert unpublished_changes(rule.product.recall)
    page = publisher.get(address(rule.product)).text
    assert "the public has it until the notice is published again" in page
    assert "Undo the withdrawal" in page
    response = restore(publisher, rule)
    assert said(response)[0].startswith(f"The withdrawal of {RANGE} is undone")
    rule.refresh_from_db()
    assert rule.status == "active"
    assert "Undo the withdrawal" not in response.text
    # Only that the list is complete is said anew by a person.
    assert not Product.objects.get().list_complete
    Product.objects.update(list_complete=True)
    assert not unpublished_changes(rule.product.recall)
    assert verdict(CODE) == Outcome.RECALLED


def test_one_that_is_public_is_entered_again_as_a_draft(publisher, pat, sam, rule):
    recall = rule.product.recall
    publish(recall, pat, sam)
    assert verdict(CODE, "A3102") == Outcome.LIST_INCOMPLETE
    assert "Enter it again" in publisher.get(address(rule.product)).text
    assert "as a draft" in said(restore(publisher, rule))[0]
    rule.refresh_from_db()
    assert rule.status == "draft"
    assert verdict(CODE, "A3102") == Outcome.LIST_INCOMPLETE
    steps.publish(plan=plan_publication(recall), by=pat, reason="It was right.")
    assert verdict(CODE) == Outcome.RECALLED


def test_the_record_says_so(publisher, rule):
    restore(publisher, rule)
    url = reverse("admin:recalls_recall_record", args=[rule.product.recall_id])
    assert f"rule “{RANGE}” changed (Withdrawal undone)" in publisher.get(url).text
    entry = LogEntry.objects.first()
    assert entry.change_message == f"Withdrawal undone: the rule “{RANGE}”."
    assert rule.history.first().history_user.username == "pat"


def test_a_publication_that_waits_stays_as_it_was_asked_for(publisher, pat, sam, rule):
    recall = rule.product.recall
    asked = steps.request_publication(plan=plan_publication(recall), by=pat, reason="Wrong.")
    assert "it stays as it is." in said(restore(publisher, rule))[0]
    steps.approve(publication=asked, by=sam)
    assert verdict(CODE, "A3102") == Outcome.LIST_INCOMPLETE
    assert unpublished_changes(recall)


def test_what_cannot_be_entered_is_refused_with_the_reason(publisher, rule):
    other = make_rule(product=make_product(recall=rule.product.recall, shapes="B#"), text="B2")
    again = make_rule(product=rule.product, text=RANGE, status="draft")
    for number, sentence in (
        (rule.pk, "This product has this rule already."),
        (again.pk, f"The rule “{RANGE}” is not withdrawn."),
        (other.pk, "Select a valid choice."),
        ("", "Choose one of the withdrawn rules."),
    ):
        assert sentence in said(restore(publisher, rule, number))[0], number
    again.delete()
    Product.objects.filter(pk=rule.product_id).update(shapes="B#")
    assert "No code that fits this product's shapes" in said(restore(publisher, rule))[0]
    assert IdentificationRule.objects.get(pk=rule.pk).status == "withdrawn"


def test_who_only_looks_has_no_button(rule):
    client = signed_in(make_person("ada", ADMINISTRATOR))
    page = client.get(address(rule.product)).text
    assert RANGE in page
    assert "Undo the withdrawal" not in page
    assert restore(client, rule).status_code == 403
    assert client.get(reverse("admin:recalls_product_restore", args=[1])).status_code == 405


def test_a_draft_that_was_withdrawn_is_entered_again(publisher, pat):
    product = make_product(recall=make_recall(slug="public", status="published"), shapes="?" * 16)
    rule = make_rule(product=product, text=RANGE, status="draft")
    steps.withdraw_rule(rule=rule, by=pat)
    restore(publisher, rule)
    rule.refresh_from_db()
    assert rule.status == "draft"
