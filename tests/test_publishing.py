"""The steps that write several rows: each happens whole, under a new version, or not at all."""

import pytest
from django.contrib.admin.models import LogEntry, LogEntryManager
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError

from recalls import publishing, verdicts
from recalls.models import IdentificationRule, Product, PublishedVersion, Recall, RecallText
from recalls.verdicts import Outcome
from tests.factories import make_product, make_recall, make_rule

pytestmark = pytest.mark.django_db

CODE = "ACCJRU1D16400841"
RANGE = "ACCJRU1D16400841 to ACCJRU1D16400960"


@pytest.fixture
def by(django_user_model):
    return django_user_model.objects.create_user("publisher")


@pytest.fixture
def rule():
    """A draft rule of a draft notice that lacks nothing."""
    recall = make_recall(slug="a3102", status="draft")
    product = make_product(recall=recall, model_numbers="A3102", shapes="?" * 16)
    return make_rule(product=product, text=RANGE, status="draft")


@pytest.fixture
def complete(rule, by):
    """The only active rule of a public product whose list is complete."""
    publishing.publish(recall=rule.product.recall, by=by)
    Product.objects.update(list_complete=True)
    rule.refresh_from_db()
    return rule


@pytest.fixture
def broken_log(monkeypatch):
    """Every step ends with its log entry: what fails there has written all the rest."""

    def fail(*args, **kwargs):
        raise RuntimeError("The log is broken.")

    return lambda: monkeypatch.setattr(LogEntryManager, "log_actions", fail)


def version():
    return PublishedVersion.objects.get().version


def everything():
    models = (Recall, Product, IdentificationRule, PublishedVersion, LogEntry)
    return [list(model.objects.order_by("pk").values()) for model in models]


def messages_of(row):
    entries = LogEntry.objects.filter(
        object_id=row.pk, content_type=ContentType.objects.get_for_model(row)
    )
    return list(entries.values_list("change_message", flat=True))


def test_publishing_makes_draft_rules_active_and_the_next_check_answers(rule, by):
    before = version()
    assert verdicts.check(CODE).outcome == Outcome.UNRECOGNISED

    assert publishing.publish(recall=rule.product.recall, by=by) == 1

    assert verdicts.check(CODE).outcome == Outcome.RECALLED
    rule.refresh_from_db()
    assert rule.status == IdentificationRule.Status.ACTIVE
    assert version() != before
    assert messages_of(rule.product.recall) == ["Published; 1 draft rule became active."]


def test_publishing_leaves_withdrawn_rules_withdrawn(rule, by):
    old = make_rule(product=rule.product, text="ACCJRU1D17000000", status="withdrawn")
    publishing.publish(recall=rule.product.recall, by=by)
    old.refresh_from_db()
    assert old.status == IdentificationRule.Status.WITHDRAWN


def test_publishing_again_is_for_rules_added_since(complete, by):
    recall = complete.product.recall
    first = recall.published_at
    make_rule(product=complete.product, text="ACCJRU1D17000000", status="draft")
    assert verdicts.check("ACCJRU1D17000000").outcome != Outcome.RECALLED

    assert publishing.publish(recall=recall, by=by) == 1

    assert verdicts.check("ACCJRU1D17000000").outcome == Outcome.RECALLED
    assert recall.published_at == first
    assert recall.changed_at > first


def test_a_publication_that_fails_half_way_is_undone(rule, by, broken_log):
    before = everything()
    broken_log()
    with pytest.raises(RuntimeError):
        publishing.publish(recall=rule.product.recall, by=by)
    assert everything() == before
    assert verdicts.check(CODE).outcome == Outcome.UNRECOGNISED


def test_a_withdrawn_notice_answers_nothing_and_stays_visible(complete, by):
    recall, before = complete.product.recall, version()

    publishing.withdraw(recall=recall, by=by)

    assert verdicts.check(CODE).outcome == Outcome.UNRECOGNISED
    assert recall in Recall.objects.visible()
    assert recall.withdrawn_at
    assert version() != before
    assert "Withdrawn." in messages_of(recall)


def test_a_withdrawal_that_fails_half_way_is_undone(complete, by, broken_log):
    before = everything()
    broken_log()
    with pytest.raises(RuntimeError):
        publishing.withdraw(recall=complete.product.recall, by=by)
    assert everything() == before
    assert verdicts.check(CODE).outcome == Outcome.RECALLED


def test_a_withdrawn_notice_can_be_published_again(complete, by):
    recall = complete.product.recall
    publishing.withdraw(recall=recall, by=by)
    publishing.publish(recall=recall, by=by)
    assert recall.withdrawn_at is None
    assert verdicts.check(CODE).outcome == Outcome.RECALLED


@pytest.mark.parametrize("status", ["draft", "withdrawn"])
def test_only_a_published_notice_can_be_withdrawn(by, status):
    recall = make_recall(slug="not-published", status=status)
    with pytest.raises(ValidationError, match="Only a published notice can be withdrawn"):
        publishing.withdraw(recall=recall, by=by)
    recall.refresh_from_db()
    assert recall.status == status


def test_withdrawing_an_active_rule_ends_the_completeness_of_its_list(complete, by):
    other = "ACCJRU1D18000000"
    named = {"product": "A3102", "confirmed": other}
    assert verdicts.check(other, **named).outcome == Outcome.NOT_LISTED
    before = version()

    assert publishing.withdraw_rule(rule=complete, by=by) is True

    assert verdicts.check(CODE, product="A3102").outcome == Outcome.LIST_INCOMPLETE
    assert verdicts.check(other, **named).outcome == Outcome.LIST_INCOMPLETE
    product = Product.objects.get()
    assert not product.list_complete
    assert product.recall.changed_at
    assert version() != before
    assert messages_of(product) == [f"Withdrew the rule “{RANGE}”. Its list is no longer complete."]


def test_withdrawing_one_of_two_rules_ends_it_too(complete, by):
    make_rule(product=complete.product, text="ACCJRU1D17000000", status="active")
    assert publishing.withdraw_rule(rule=complete, by=by) is True
    assert not Product.objects.get().list_complete


def test_withdrawing_a_draft_rule_leaves_the_date_of_the_last_change(complete, by):
    draft = make_rule(product=complete.product, text="ACCJRU1D17000000", status="draft")
    publishing.withdraw_rule(rule=draft, by=by)
    assert Recall.objects.get().changed_at is None
    assert verdicts.check(CODE).outcome == Outcome.RECALLED


def test_a_rule_withdrawn_half_way_is_undone(complete, by, broken_log):
    before = everything()
    broken_log()
    with pytest.raises(RuntimeError):
        publishing.withdraw_rule(rule=complete, by=by)
    assert everything() == before
    assert verdicts.check(CODE).outcome == Outcome.RECALLED


def test_a_notice_that_lacks_nothing(rule):
    assert publishing.missing(rule.product.recall) == []


def test_what_is_missing_is_said_and_nothing_is_published(by):
    recall = make_recall(slug="empty", status="draft")
    recall.texts.all().delete()
    before = everything()
    with pytest.raises(ValidationError) as refused:
        publishing.publish(recall=recall, by=by)
    assert refused.value.messages == ["Enter the text in English.", "Enter at least one product."]
    assert everything() == before


def test_a_rule_that_cannot_be_read_keeps_the_notice_back(rule):
    IdentificationRule.objects.update(text="A200 to A100")
    (sentence,) = publishing.missing(rule.product.recall)
    assert "rule “A200 to A100”" in sentence
    assert "runs backwards" in sentence


def test_a_shape_that_cannot_be_read_keeps_the_notice_back(rule):
    Product.objects.update(shapes="[")
    (sentence,) = publishing.missing(rule.product.recall)
    assert "A bracket is not closed" in sentence


def test_an_english_text_with_a_hole_keeps_the_notice_back(rule):
    RecallText.objects.filter(language="en").update(hazard="")
    (sentence,) = publishing.missing(rule.product.recall)
    assert sentence.startswith("English text, hazard: ")


def test_a_replaced_notice_is_not_published_again(rule, by):
    recall = rule.product.recall
    publishing.publish(recall=recall, by=by)
    newer = make_recall(slug="newer", status="published")
    Recall.objects.filter(pk=recall.pk).update(status="replaced", replaced_by=newer)
    with pytest.raises(ValidationError, match="The notice newer has replaced this one"):
        publishing.publish(recall=recall, by=by)


def test_missing_languages_and_countries_are_named_but_do_not_hinder(rule):
    recall = rule.product.recall
    recall.texts.exclude(language="en").delete()
    recall.countries.all().delete()
    french, spanish, country = publishing.worth_knowing(recall)
    assert "French" in french
    assert "Spanish" in spanish
    assert "no country" in country
