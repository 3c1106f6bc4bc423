"""The steps of a list: made active, withdrawn, discarded. Each happens whole or not at all."""

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from recalls.lists import out_of_shape
from recalls.lists.comparing import count_codes
from recalls.lists.sweeping import end_load
from recalls.models import CodeList, Publication, Recall


def make_active(
    *, code_list: CodeList, by: User | None, waiver: str = "", replaces: CodeList | None = None
) -> None:
    """The list counts from the notice's next publication on; the one that it replaces no longer
    does, and a product whose list is complete keeps it so: one approval changes both. Raises
    ValidationError with the sentence for staff."""
    stored = count_codes(code_list)
    if stored != code_list.codes_stored:
        raise ValidationError(
            f"Of {code_list.codes_stored:,} codes {stored:,} are in the database. Discard this "
            "list and load the file again."
        )
    if refused := out_of_shape.refusal(code_list):
        raise ValidationError(refused)
    with transaction.atomic():
        row = _locked(code_list, CodeList.Status.DRAFT)
        row.waiver = waiver.strip()
        row.status, row.activated_at = CodeList.Status.ACTIVE, timezone.now()
        row.replaces = replaces
        row.full_clean()
        row.save()
        if replaces:
            replaced = _locked(replaces, CodeList.Status.ACTIVE)
            replaced._is_replaced = True
            _withdraw(replaced, f"Replaced by {row.file_name}.")
        _log(by, row, f"Made active{f' in place of {replaces.file_name}' if replaces else ''}.")
    code_list.refresh_from_db()


def withdraw(*, code_list: CodeList, by: User | None, reason: str) -> None:
    """The list counts no longer from the notice's next publication on, and the product's list is
    no longer complete."""
    if not reason.strip():
        raise ValidationError("Say why the list is withdrawn.")
    with transaction.atomic():
        row = _locked(code_list, CodeList.Status.ACTIVE)
        _withdraw(row, reason.strip())
        _log(by, row, f"Withdrawn. {reason.strip()}")
    code_list.refresh_from_db()


def take_out(*, code_list: CodeList, by: User | None) -> None:
    """A list that was made active by mistake, and that no publication holds, is withdrawn without
    more words. Raises ValidationError."""
    with transaction.atomic():
        row = _locked(code_list, CodeList.Status.ACTIVE)
        if not can_be_taken_out(row):
            raise ValidationError("A publication holds it, or it replaced another: withdraw it.")
        _withdraw(row, "Taken out before any publication held it.")
        _log(by, row, "Taken out before any publication held it.")
    code_list.refresh_from_db()


def can_be_taken_out(code_list: CodeList) -> bool:
    """Whether an active list replaced none and was in no publication that was or may become
    public."""
    if code_list.status != CodeList.Status.ACTIVE or code_list.replaces_id:
        return False
    contents = _publications(code_list).values_list("content__lists", flat=True)
    return not any(row["id"] == code_list.pk for lists in contents for row in lists)


def _withdraw(row: CodeList, reason: str) -> None:
    row.status = CodeList.Status.WITHDRAWN
    row._change_reason = reason[:100]
    row.full_clean()
    # The model ends the completeness of the product's list with it, unless it is replaced.
    row.save()


def discard(*, code_list: CodeList, by: User | None) -> None:
    """A draft that is not to be used, or a withdrawn list of a notice that never was public: its
    codes go, its row stays. Raises ValidationError."""
    with transaction.atomic():
        is_withdrawn = code_list.status == CodeList.Status.WITHDRAWN
        row = _locked(code_list, code_list.status if is_withdrawn else CodeList.Status.DRAFT)
        if not can_be_discarded(row):
            raise ValidationError("The notice was public with it, or is about to be.")
        row.status = CodeList.Status.DISCARDED
        row.save()
        _log(by, row, "Discarded.")
    end_load(row)
    code_list.refresh_from_db()


def can_be_discarded(code_list: CodeList) -> bool:
    """Whether no publication has held it or may come to hold it. One that was sent back or canceled
    never was public."""
    if code_list.status == CodeList.Status.DRAFT:
        return True
    is_withdrawn = code_list.status == CodeList.Status.WITHDRAWN
    return is_withdrawn and not _publications(code_list).exists()


def _publications(code_list: CodeList) -> QuerySet[Publication]:
    """Those of its notice that were public, are, or may come to be."""
    status = Publication.Status
    return Publication.objects.filter(recall__products=code_list.product_id).exclude(
        status__in=[status.SENT_BACK, status.CANCELED]
    )


def _locked(code_list: CodeList, expected: str) -> CodeList:
    """The list read afresh; nobody else takes a step with its notice until the transaction ends."""
    Recall.objects.select_for_update().get(products__pk=code_list.product_id)
    row = CodeList.objects.select_for_update().get(pk=code_list.pk)
    if row.status != expected:
        raise ValidationError(
            f"Somebody has done something with this list already: it is "
            f"{row.get_status_display().lower()} now."
        )
    return row


def _log(by: User | None, row: CodeList, message: str) -> None:
    if by is not None:
        LogEntry.objects.log_actions(by.pk, [row], CHANGE, message, single_object=True)
