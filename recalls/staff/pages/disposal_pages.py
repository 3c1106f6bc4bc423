"""The staff page on which somebody publishes a country's disposal text."""

import json

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern

from recalls.models import Disposal
from recalls.publishing.disposals import (
    disposal_changes,
    disposal_content,
    publish_disposal,
    why_not_disposal,
)
from recalls.staff.pages.shared import page_urls, render
from recalls.staff.second_factor import fresh_code_required


def disposal_urls(model_admin: admin.ModelAdmin) -> list[URLPattern]:
    pages = {"review": ("<int:pk>/review/", review_disposal)}
    return page_urls(model_admin, pages, fresh_code_required)


class SeenForm(forms.Form):
    """The text as the page showed it: if it has changed since, the person reads it again."""

    seen = forms.JSONField(widget=forms.HiddenInput)


def review_disposal(model_admin, request: HttpRequest, pk: int) -> HttpResponse:
    """Show the changes for the public, old words and new; then publish them."""
    if not request.user.has_perm("recalls.view_disposal"):
        raise PermissionDenied
    disposal = get_object_or_404(Disposal, pk=pk)
    form = SeenForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _publish(request, disposal, form):
        return redirect("admin:recalls_disposal_review", pk)
    disposal.refresh_from_db()
    ctx = {
        "disposal": disposal,
        "form": form,
        "seen": json.dumps(disposal_content(disposal)),
        "changes": disposal_changes(disposal),
        "why_not": why_not_disposal(disposal, request.user),
    }
    title = f"Disposal text: {disposal}"
    return render(request, model_admin, "review_disposal.html", title, ctx)


def _publish(request: HttpRequest, disposal: Disposal, form: SeenForm) -> bool:
    try:
        publish_disposal(disposal=disposal, seen=form.cleaned_data["seen"], by=request.user)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    messages.success(request, "It is public.")
    return True
