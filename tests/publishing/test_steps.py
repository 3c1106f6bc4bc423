"""The steps that write several rows: each happens whole, under a new version, or not at all."""

import pytest
from django.contrib.admin.models import LogEntry, LogEntryManager
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError

from recalls.check import ladder
from recalls.check.verdict import Outcome
from recalls.models import (
    IdentificationRule,
    Product,
    Publication,
    PublishedVersion,
    Recall,
    RecallText,
)
from recalls.publishing import steps
from recalls.publishing.plan import plan_publication, plan_withdrawal
from tests.support.factories import make_product, make_recall, make_rule, make_status
from tests.support.people import PUBLISHER, make_person

pytestmark = pytest.mark.django_db

CODE = "ACCJRU1D16400841"
OTHER_CODE = "ACCJRU1D17000000"
UNLISTED = "ACCJRU1D18000000"
RANGE = "ACCJRU1D16400841 to ACCJRU1D16400960"


@pytest.fixture
def by():
    return make_person("pat", PUBLISHER)


@pytest.fixture
def second():
    return make_person("sam", PUBLISHER)


@pytest.fixture
def rule():
    """A draft rule of a draft notice that lacks nothing."""
    recall = make_recall(slug="a3102", status="draft")
    product = make_product(recall=recall, model_numbers="A3102", shapes="?" * 16)
    return make_rule(product=product, text=RANGE, status="draft")


@pytest.fixture
def complete(rule):
    """The only active rule of a public product whose list is complete."""
    steps.publish_from_shell(recall=rule.product.recall)
    Product.objects.update(list_complete=True)
    steps.publish_from_shell(recall=rule.product.recall)
    rule.refresh_from_db()
    return rule


@pytest.fixture
def broken_log(monkeypatch):
    """Every step ends with its log entry: what fails there has written all the rest."""
    real = LogEntryManager.log_actions

    def broken_log(at):
        def log_actions(self, user_id, queryset, action_flag, change_message, **options):
            if change_message.startswith(at):
                raise RuntimeError("The log is broken.")
            return real(self, user_id, queryset, action_flag, change_message, **options)

        monkeypatch.setattr(LogEntryManager, "log_actions", log_actions)

    return broken_log


def version():
    return PublishedVersion.objects.get().version


def everything():
    models = (Recall, RecallText, Product, IdentificationRule, Publication)
    record = [model.history.model for model in models if hasattr(model, "history")]
    kept = (*models, *record, PublishedVersion, LogEntry)
    return [list(model.objects.order_by("pk").values()) for model in kept]


def messages_of(row):
    entries = LogEntry.objects.filter(
        object_id=row.pk, content_type=ContentType.objects.get_for_model(row)
    )
    return list(entries.order_by("pk").values_list("change_message", flat=True))


def publish(recall, by, reason="More units."):
    return steps.publish(plan=plan_publication(recall), by=by, reason=reason)


def ask_to_withdraw(recall, by, **options):
    plan = plan_withdrawal(recall, **options)
    return steps.request_publication(plan=plan, by=by, reason="It named the wrong maker.")


def withdraw(recall, by, second):
    steps.approve(publication=ask_to_withdraw(recall, by), by=second)


def test_publishing_makes_draft_rules_active_and_the_next_check_answers(rule, by):
    before = version()
    assert ladder.check_code(CODE).outcome == Outcome.UNRECOGNISED

    publication = publish(rule.product.recall, by)

    assert ladder.check_code(CODE).outcome == Outcome.RECALLED
    assert publication.status == Publication.Status.LIVE
    rule.refresh_from_db()
    assert rule.status == IdentificationRule.Status.ACTIVE
    assert version() != before
    assert messages_of(rule.product.recall) == ["Asked to publish.", "Published."]


def test_publishing_leaves_withdrawn_rules_withdrawn(rule, by):
    old = make_rule(product=rule.product, text=OTHER_CODE, status="withdrawn")
    publish(rule.product.recall, by)
    old.refresh_from_db()
    assert old.status == IdentificationRule.Status.WITHDRAWN
    assert ladder.check_code(OTHER_CODE).outcome != Outcome.RECALLED


def add_draft_rule(product, text=OTHER_CODE):
    """As staff do: the public copy stays as it is."""
    rule = IdentificationRule(product=product, text=text)
    rule.full_clean()
    rule.save()
    return rule


def test_publishing_again_is_for_rules_added_since(complete, by):
    recall = complete.product.recall
    recall.refresh_from_db()
    first = recall.published_at
    add_draft_rule(complete.product)
    assert ladder.check_code(OTHER_CODE).outcome != Outcome.RECALLED

    publish(recall, by)

    assert ladder.check_code(OTHER_CODE).outcome == Outcome.RECALLED
    recall.refresh_from_db()
    assert recall.published_at == first
    assert recall.changed_at > first
    assert recall.publications.filter(status="past").count() == 2


def test_a_public_notice_is_not_changed_without_a_reason(complete, by):
    add_draft_rule(complete.product)
    before = everything()
    with pytest.raises(ValidationError, match="Give the reason"):
        publish(complete.product.recall, by, reason=" ")
    assert everything() == before


@pytest.mark.parametrize("at", ["Asked", "Published"])
def test_a_publication_that_fails_half_way_is_undone(rule, by, broken_log, at):
    before = everything()
    broken_log(at)
    with pytest.raises(RuntimeError):
        publish(rule.product.recall, by)
    assert everything() == before
    assert ladder.check_code(CODE).outcome == Outcome.UNRECOGNISED


def test_a_withdrawn_notice_answers_nothing_and_stays_visible(complete, by, second):
    recall, before = complete.product.recall, version()

    withdraw(recall, by, second)

    assert ladder.check_code(CODE).outcome == Outcome.UNRECOGNISED
    recall.refresh_from_db()
    assert recall in Recall.objects.visible()
    assert recall not in Recall.objects.published()
    assert recall.withdrawn_at
    assert version() != before


def test_a_withdrawal_that_fails_half_way_is_undone(complete, by, second, broken_log):
    publication = ask_to_withdraw(complete.product.recall, by)
    before = everything()
    broken_log("Withdrawn")
    with pytest.raises(RuntimeError):
        steps.approve(publication=publication, by=second)
    assert everything() == before
    assert ladder.check_code(CODE).outcome == Outcome.RECALLED


def test_a_withdrawn_notice_can_be_published_again(complete, by, second):
    recall = complete.product.recall
    withdraw(recall, by, second)
    recall.refresh_from_db()
    publication = steps.request_publication(
        plan=plan_publication(recall), by=by, reason="It was right."
    )
    assert "the list is set complete" in publication.warns_less
    with pytest.raises(ValidationError, match="another person than you"):
        steps.approve(publication=publication, by=by)
    steps.approve(publication=publication, by=second)
    recall.refresh_from_db()
    assert recall.withdrawn_at is None
    assert recall.is_published
    assert ladder.check_code(CODE).outcome == Outcome.RECALLED


@pytest.mark.parametrize("status", ["draft", "withdrawn"])
def test_only_a_published_notice_can_be_withdrawn(by, status):
    recall = make_recall(slug="not-published", status=status)
    with pytest.raises(ValidationError, match="Only a published notice can be withdrawn"):
        ask_to_withdraw(recall, by)
    recall.refresh_from_db()
    assert recall.status == status


def test_withdrawing_an_active_rule_ends_the_completeness_of_its_list(complete, by, second):
    """For staff at once, for the public when both are published together."""
    named = {"product": "A3102", "confirmed": UNLISTED}
    assert ladder.check_code(UNLISTED, **named).outcome == Outcome.NOT_LISTED
    before = version()

    assert steps.withdraw_rule(rule=complete, by=by) is True

    product = Product.objects.get()
    assert not product.list_complete
    assert messages_of(product) == [f"Withdrew the rule “{RANGE}”. Its list is no longer complete."]
    assert version() == before
    assert ladder.check_code(CODE, product="A3102").outcome == Outcome.RECALLED

    plan = plan_publication(product.recall)
    publication = steps.request_publication(plan=plan, by=by, reason="Wrong range.")
    with pytest.raises(ValidationError, match="another person than you"):
        steps.approve(publication=publication, by=by)
    steps.approve(publication=publication, by=second)
    assert ladder.check_code(CODE, product="A3102").outcome == Outcome.LIST_INCOMPLETE
    assert ladder.check_code(UNLISTED, **named).outcome == Outcome.LIST_INCOMPLETE


def test_withdrawing_one_of_two_rules_ends_it_too(complete, by):
    make_rule(product=complete.product, text=OTHER_CODE, status="active")
    assert steps.withdraw_rule(rule=complete, by=by) is True
    assert not Product.objects.get().list_complete


def test_a_list_is_not_set_complete_in_the_step_that_takes_a_rule_out(complete, by):
    """Staff may have set it again, and the public had the rule until now."""
    make_rule(product=complete.product, text=OTHER_CODE, status="active")
    steps.withdraw_rule(rule=complete, by=by)
    Product.objects.update(list_complete=True)
    with pytest.raises(ValidationError, match="its list is no longer complete"):
        steps.request_publication(
            plan=plan_publication(complete.product.recall), by=by, reason="Wrong range."
        )


def test_withdrawing_a_draft_rule_changes_nothing_public(complete, by):
    draft, before = add_draft_rule(complete.product), version()
    steps.withdraw_rule(rule=draft, by=by)
    assert version() == before
    assert ladder.check_code(CODE).outcome == Outcome.RECALLED


def test_a_rule_withdrawn_half_way_is_undone(complete, by, broken_log):
    before = everything()
    broken_log("Withdrew")
    with pytest.raises(RuntimeError):
        steps.withdraw_rule(rule=complete, by=by)
    assert everything() == before
    assert ladder.check_code(CODE).outcome == Outcome.RECALLED


def test_a_notice_that_lacks_nothing(rule):
    assert plan_publication(rule.product.recall).missing == []


def test_what_is_missing_is_said_and_nothing_is_published(by):
    recall = make_recall(slug="empty", status="draft")
    recall.texts.all().delete()
    before = everything()
    with pytest.raises(ValidationError) as refused:
        publish(recall, by)
    assert refused.value.messages == ["Enter the text in English.", "Enter at least one product."]
    assert everything() == before


def test_a_rule_that_cannot_be_read_keeps_the_notice_back(rule):
    IdentificationRule.objects.update(text="A200 to A100")
    (sentence,) = plan_publication(rule.product.recall).missing
    assert "rule “A200 to A100”" in sentence
    assert "runs backwards" in sentence


def test_a_shape_that_cannot_be_read_keeps_the_notice_back(rule):
    Product.objects.update(shapes="[")
    (sentence,) = plan_publication(rule.product.recall).missing
    assert "A bracket is not closed" in sentence


def test_an_english_text_with_a_hole_keeps_the_notice_back(rule):
    RecallText.objects.filter(language="en").update(hazard="")
    (sentence,) = plan_publication(rule.product.recall).missing
    assert sentence.startswith("English text, hazard: ")


def test_a_replaced_notice_is_not_published_again(complete, by):
    recall, newer = complete.product.recall, make_recall(slug="newer")
    make_status(recall, "replaced", newer)
    with pytest.raises(ValidationError, match="The notice newer has replaced this one"):
        publish(recall, by)
