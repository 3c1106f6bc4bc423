"""What a notice needs before the public sees it, and the steps that change what it is told.

Each step writes several rows: it happens whole, under a new published version, or not at all.
"""

from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models, transaction
from django.utils import timezone

from recalls.models import (
    IdentificationRule,
    Product,
    PublishedVersion,
    Recall,
    RecallText,
)


def missing(recall: Recall) -> list[str]:
    """What keeps the notice from being published, in sentences for staff; empty if nothing."""
    sentences = []
    if recall.status == Recall.Status.REPLACED:
        sentences.append(f"The notice {recall.replaced_by} has replaced this one.")
    if not recall.texts.filter(language=RecallText.Language.ENGLISH).exists():
        sentences.append("Enter the text in English.")
    if not recall.products.exists():
        sentences.append("Enter at least one product.")
    for text in recall.texts.all():
        sentences += _faults(text, f"{text.get_language_display()} text")
    for product in recall.products.all():
        sentences += _faults(product, str(product))
        for rule in product.rules.exclude(status=IdentificationRule.Status.WITHDRAWN):
            sentences += _faults(rule, f"{product}, rule “{rule}”")
    return sentences


def _faults(row: models.Model, name: str) -> list[str]:
    """What the row's own validation says; rows also come in by other roads than a form."""
    try:
        row.full_clean()
    except ValidationError as error:
        return [
            f"{name}: {sentence}" if field == NON_FIELD_ERRORS else f"{name}, {field}: {sentence}"
            for field, sentences in error.message_dict.items()
            for sentence in sentences
        ]
    return []


def worth_knowing(recall: Recall) -> list[str]:
    """What does not keep the notice from being published, but staff should know."""
    held = set(recall.texts.values_list("language", flat=True))
    sentences = [
        f"There is no text in {language.label}: the public reads the English one."
        for language in RecallText.Language
        if language not in held
    ]
    if not recall.countries.exists():
        sentences.append("There is no country: the notice says nothing of where it was sold.")
    return sentences


def draft_rules(recall: Recall) -> models.QuerySet[IdentificationRule]:
    return IdentificationRule.objects.filter(
        product__recall=recall, status=IdentificationRule.Status.DRAFT
    )


def publish(*, recall: Recall, by) -> int:
    """Make the notice public and all its draft rules active; returns how many there were.

    A public notice can be published again, for the rules that were added since; a withdrawn one
    becomes public again. Raises ValidationError with the sentences of `missing`.
    """
    with transaction.atomic():
        _lock(recall)
        if sentences := missing(recall):
            raise ValidationError(sentences)
        count = draft_rules(recall).update(status=IdentificationRule.Status.ACTIVE)
        if count and recall.published_at:
            recall.changed_at = timezone.now()
        recall.withdrawn_at = None
        recall.publish()
        PublishedVersion.renew()
        _log(by, recall, f"Published; {_rules(count)} became active.")
    return count


def withdraw(*, recall: Recall, by) -> None:
    """Take a public notice out of the checks; its page stays readable and says so."""
    with transaction.atomic():
        _lock(recall)
        if not recall.is_published:
            raise ValidationError("Only a published notice can be withdrawn.")
        recall.status = Recall.Status.WITHDRAWN
        recall.withdrawn_at = timezone.now()
        recall.save(update_fields=["status", "withdrawn_at"])
        PublishedVersion.renew()
        _log(by, recall, "Withdrawn.")


def withdraw_rule(*, rule: IdentificationRule, by) -> bool:
    """Withdraw one rule; returns whether that ended the completeness of the product's list.

    Codes that only this rule called recalled would otherwise be answered “not on the list”.
    """
    with transaction.atomic():
        product = Product.objects.select_for_update().get(pk=rule.product_id)
        _lock(rule)
        was_active = rule.status == IdentificationRule.Status.ACTIVE
        rule.status = IdentificationRule.Status.WITHDRAWN
        rule.save(update_fields=["status"])
        if product.list_complete:
            Product.objects.filter(pk=product.pk).update(list_complete=False)
        if was_active and product.recall.is_visible:
            Recall.objects.filter(pk=product.recall_id).update(changed_at=timezone.now())
        PublishedVersion.renew()
        ending = " Its list is no longer complete." if product.list_complete else ""
        _log(by, product, f"Withdrew the rule “{rule}”.{ending}")
    return product.list_complete


def _lock(row: models.Model) -> None:
    """Read the row afresh and keep others from changing it until the transaction ends."""
    row.refresh_from_db(from_queryset=type(row).objects.select_for_update())


def _rules(count: int) -> str:
    return f"{count} draft {'rule' if count == 1 else 'rules'}"


def _log(by, row: models.Model, message: str) -> None:
    LogEntry.objects.log_actions(by.pk, [row], CHANGE, message, single_object=True)
