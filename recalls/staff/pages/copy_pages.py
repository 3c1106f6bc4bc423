"""Buttons that copy a notice or a product as a draft."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern
from django.views.decorators.http import require_POST

from recalls.models import Product, Recall
from recalls.publishing.copies import copy_product, copy_recall
from recalls.staff.pages.shared import page_urls

# By what is copied: how, the rows that one must be allowed to add, and what staff read then.
_COPIES = {
    Recall: (
        copy_recall,
        ("recall", "recalltext", "recallcountry", "product"),
        "This is a draft, copied without codes, dates, numbers and sources. Say what differs, "
        "first of all its address and its date.",
    ),
    Product: (
        copy_product,
        ("product",),
        "This is another product of the notice, copied without numbers, picture and codes. Say "
        "what differs, first of all its name and model numbers.",
    ),
}


def copy_urls(model_admin: admin.ModelAdmin) -> list[URLPattern]:
    """The button on the page of a notice, or of a product."""
    return page_urls(model_admin, {"copy": ("<int:pk>/copy/", _copy)}, require_POST)


def _copy(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    copy, needed, done = _COPIES[model_admin.model]
    if not request.user.has_perms([f"recalls.add_{name}" for name in needed]):
        raise PermissionDenied
    name = model_admin.opts.model_name
    row = get_object_or_404(model_admin.model, pk=pk)
    try:
        new = copy(**{name: row}, by=request.user)
    except ValidationError as error:
        # What is wrong with the row itself would be wrong with its copy.
        messages.error(request, f"Nothing was copied. Mend this first: {' '.join(error.messages)}")
        return redirect(f"admin:recalls_{name}_change", pk)
    messages.success(request, done)
    return redirect(f"admin:recalls_{name}_change", new.pk)
