"""What the pages of a notice share: who may open them, and how they are shown."""

from collections.abc import Callable
from functools import partial
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone, translation
from recalls import codes
from recalls.check import ladder
from recalls.models import LANGUAGES, AffectedCode, CodeList, Publication, Recall
from recalls.public import views
from recalls.published import reading, snapshots
from recalls.published.edition import Edition
from recalls.publishing import steps
from recalls.publishing.permissions import may_publish, why_not
from recalls.publishing.plan import Plan, plan_publication, plan_withdrawal
from recalls.publishing.test_codes import TestResult, check_as_visitor, try_test_codes
from recalls.staff.second_factor import fresh_code_required


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
        **ctx,
    }
    return TemplateResponse(request, f"admin/recalls/{template}", ctx)
