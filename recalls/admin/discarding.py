"""Many drafts are discarded at once, after a page that names each of them, and what stays."""

from collections.abc import Callable
from functools import partial

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse

from recalls.admin.shared import why_kept
from recalls.lists.steps import discard
from recalls.models import CodeList, Recall
from recalls.publishing.permissions import lock_recall
from recalls.staff.pages.shared import render

# A page that names more is not read.
MAX_AT_ONCE = 200

_WHY_NO_DRAFT: dict[str, str] = {
    CodeList.Status.LOADING: "It is being read.",
    CodeList.Status.ACTIVE: "It is active: its own page takes it out or withdraws it.",
    CodeList.Status.WITHDRAWN: "It is withdrawn: its own page says whether it can be discarded.",
    CodeList.Status.DISCARDED: "It is discarded already.",
}


@admin.action(permissions=["discard"], description="Discard the chosen draft lists…")
def discard_lists(model_admin, request: HttpRequest, rows) -> HttpResponse | None:
    return _ask_and_do(
        model_admin,
        request,
        rows.select_related("product__recall"),
        why_not=lambda code_list: _WHY_NO_DRAFT.get(code_list.status, ""),
        step=lambda code_list: discard(code_list=code_list, by=request.user),
        effect="Their codes go; their rows stay in the record. No answer changes by it.",
    )


@admin.action(permissions=["delete"], description="Delete the chosen drafts…")
def delete_notices(model_admin, request: HttpRequest, rows) -> HttpResponse | None:
    return _ask_and_do(
        model_admin,
        request,
        rows,
        why_not=why_kept,
        step=partial(_delete_notice, model_admin, request),
        effect="They go with their texts, countries and products. Nothing of them was public.",
    )


def _delete_notice(model_admin, request: HttpRequest, recall: Recall) -> None:
    """As its own page does it. Raises ValidationError."""
    with transaction.atomic():
        if reason := why_kept(lock_recall(recall.pk)):
            raise ValidationError(reason)
        model_admin.log_deletions(request, [recall])
        model_admin.delete_model(request, recall)


def _ask_and_do(
    model_admin,
    request: HttpRequest,
    rows: models.QuerySet,
    *,
    why_not: Callable[[models.Model], str],
    step: Callable[[models.Model], None],
    effect: str,
) -> HttpResponse | None:
    """The page that names each row, or None once it is done. What came in between is asked again by
    the step itself, for each row alone."""
    chosen = list(rows[: MAX_AT_ONCE + 1])
    if len(chosen) > MAX_AT_ONCE:
        messages.error(request, f"Choose {MAX_AT_ONCE} at most, so that the page can be read.")
        return None
    reasons = [(row, why_not(row)) for row in chosen]
    if "confirmed" in request.POST:
        _do(request, reasons, step)
        return None
    ctx = {
        "rows": [row for row, reason in reasons if not reason],
        "kept": [(row, reason) for row, reason in reasons if reason],
        "effect": effect,
        "action": request.POST["action"],
        "checkbox": ACTION_CHECKBOX_NAME,
    }
    return render(request, model_admin, "discard.html", "Discard drafts", ctx)


def _do(request: HttpRequest, reasons: list, step: Callable[[models.Model], None]) -> None:
    done = []
    for row, reason in reasons:
        name = str(row)
        try:
            if reason:
                raise ValidationError(reason)
            step(row)
            done.append(name)
        except ValidationError as error:
            messages.error(request, f"{name} stays. {' '.join(error.messages)}")
        except PermissionDenied:
            messages.error(request, f"{name} stays. Somebody has done something with it meanwhile.")
    if done:
        messages.success(request, f"Discarded: {len(done)}. {'; '.join(done)}.")
