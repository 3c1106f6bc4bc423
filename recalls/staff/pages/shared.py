"""The pages beyond the admin's own share their addresses, who may open them, how they are shown."""

from collections.abc import Callable, Mapping
from functools import partial

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from recalls.models import Recall
from recalls.publishing import steps
from recalls.publishing.permissions import may_publish
from recalls.staff import unsaved


def page_urls(
    model_admin: admin.ModelAdmin,
    pages: Mapping[str, tuple[str, Callable]],
    guard: Callable[[Callable], Callable] = lambda view: view,
) -> list[URLPattern]:
    """Pages below the admin's address of a kind of row: by name the rest of the address, and the
    view, which gets the admin first. `guard` decorates each."""
    stem = f"{model_admin.opts.app_label}_{model_admin.opts.model_name}"
    return [
        path(
            address,
            model_admin.admin_site.admin_view(guard(partial(view, model_admin))),
            name=f"{stem}_{name}",
        )
        for name, (address, view) in pages.items()
    ]


def get_permitted_recall(request: HttpRequest, pk: int, permission: str) -> Recall:
    """Permission first: who may not see it does not learn that it is there."""
    if not request.user.has_perm(f"recalls.{permission}"):
        raise PermissionDenied
    steps.settle_due()
    return get_object_or_404(Recall, pk=pk)


def render(
    request: HttpRequest, model_admin: admin.ModelAdmin, template: str, title: str, ctx: dict
) -> HttpResponse:
    ctx = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.model._meta,
        "title": title,
        "may_publish": may_publish(request.user),
        # Forms are sent there: a # in the address would hide what the top of the page says.
        "here": unsaved.address_without_asked(request),
        **ctx,
    }
    return TemplateResponse(request, f"staff/{template}", ctx)
