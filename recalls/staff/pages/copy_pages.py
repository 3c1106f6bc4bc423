"""Buttons that copy a notice or a product as a draft."""

from functools import partial

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from recalls.models import Product, Recall
from recalls.publishing.copies import copy_product, copy_recall


def copy_urls(model_admin: admin.ModelAdmin) -> list[URLPattern]:
    """The button on the page of a notice, or of a product."""
    view = _copy_recall if model_admin.model is Recall else _copy_product
    name = model_admin.opts.model_name
    wrapped = model_admin.admin_site.admin_view(require_POST(partial(view, model_admin)))
    return [path("<int:pk>/copy/", wrapped, name=f"recalls_{name}_copy")]


def _copy_recall(model_admin, request: HttpRequest, pk: int) -> HttpResponse:
    needed = ("recall", "recalltext", "recallcountry", "product")
    if not request.user.has_perms([f"recalls.add_{name}" for name in needed]):
        raise PermissionDenied
    recall = get_object_or_404(Recall, pk=pk)
    try:
        new = copy_recall(recall=recall, by=request.user)
    except ValidationError as error:
        return _refused(request, error, "admin:recalls_recall_change", pk)
    messages.success(
        request,
        "This is a draft, copied without codes, dates, numbers and sources. Say what differs, "
        "first of all its address and its date.",
    )
    return redirect("admin:recalls_recall_change", new.pk)


def _copy_product(model_admin, request: HttpRequest, pk: int) -> HttpResponse:
    if not request.user.has_perm("recalls.add_product"):
        raise PermissionDenied
    product = get_object_or_404(Product.objects.select_related("recall"), pk=pk)
    try:
        new = copy_product(product=product, by=request.user)
    except ValidationError as error:
        return _refused(request, error, "admin:recalls_product_change", pk)
    messages.success(
        request,
        "This is another product of the notice, copied without numbers, picture and codes. Say "
        "what differs, first of all its name and model numbers.",
    )
    return redirect("admin:recalls_product_change", new.pk)


def _refused(request: HttpRequest, error: ValidationError, page: str, pk: int) -> HttpResponse:
    """What is wrong with the row itself would be wrong with its copy."""
    messages.error(request, f"Nothing was copied. Mend this first: {' '.join(error.messages)}")
    return redirect(page, pk)
