"""The record of a notice: who did what, when and with which values, in order, on one page."""

import datetime as dt
from dataclasses import dataclass, field
from functools import partial

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from recalls import languages
from recalls.localized_text import LocalizedText, LocalizedTextField
from recalls.models import (
    CodeList,
    IdentificationRule,
    Product,
    Publication,
    Recall,
    RecallCountry,
    RecallText,
    TestCode,
)
from recalls.public.formats import format_moment

ENTRIES_ON_A_PAGE = 100
_VERBS = {"+": "added", "~": "changed", "-": "deleted"}
# Said by the entry itself, or of no interest to a reader.
_NOT_SHOWN = {"revision", "alive_at", "report"}


@dataclass
class Entry:
    """One line of the record. `values` are (field, before, after)."""

    when: dt.datetime
    who: str
    what: str
    row: Model | None = None
    link: str = ""
    values: list[tuple[str, str, str]] = field(default_factory=list)


def record_urls(model_admin: admin.ModelAdmin) -> list[URLPattern]:
    view = model_admin.admin_site.admin_view(partial(record_page, model_admin))
    return [path("<int:pk>/record/", view, name="recalls_recall_record")]


def record_page(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    if not request.user.has_perm("recalls.view_recall"):
        raise PermissionDenied
    recall = get_object_or_404(Recall, pk=pk)
    entries = sorted(
        [*_row_entries(recall), *_publication_entries(recall)], key=lambda entry: entry.when
    )
    page = Paginator(entries[::-1], ENTRIES_ON_A_PAGE).get_page(request.GET.get("p"))
    for entry in page:
        if entry.row is not None:
            entry.values = _changed_values(entry.row)
    ctx = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.model._meta,
        "title": f"Record of {recall}",
        "recall": recall,
        "page": page,
    }
    return TemplateResponse(request, "staff/record.html", ctx)


def _row_entries(recall: Recall) -> list[Entry]:
    """Return what staff entered, row by row, those included that are gone."""
    products = Product.history.filter(recall_id=recall.pk).values("id")
    of_recall, of_product = {"recall_id": recall.pk}, {"product_id__in": products}
    entries = []
    for model, which in (
        (Recall, {"id": recall.pk}),
        (RecallText, of_recall),
        (RecallCountry, of_recall),
        (Product, of_recall),
        (IdentificationRule, of_product),
        (CodeList, of_product),
        (TestCode, of_product),
    ):
        name = model._meta.verbose_name
        for row in model.history.filter(**which):
            reason = f" ({row.history_change_reason})" if row.history_change_reason else ""
            what = f"{name} “{row.instance}” {_VERBS[row.history_type]}{reason}"
            entries.append(Entry(row.history_date, row.who or "The shell", what, row))
    return entries


def _publication_entries(recall: Recall) -> list[Entry]:
    entries = []
    for publication in recall.publications.select_related("asked_by", "decided_by", "reviewed_by"):
        link = reverse("admin:recalls_publication_review", args=[publication.pk])

        def add(when, who, what, publication=publication, link=link):
            name = who.get_username() if who else "The shell"
            entries.append(Entry(when, name, f"Publication {publication.pk}: {what}", link=link))

        reason = f" Reason: {publication.reason}" if publication.reason else ""
        add(publication.asked_at, publication.asked_by, f"asked for.{reason}")
        if publication.decided_at:
            add(publication.decided_at, publication.decided_by, _decision(publication))
        if publication.live_from:
            add(publication.live_from, publication.decided_by, "became public.")
        if publication.reviewed_at:
            add(publication.reviewed_at, publication.reviewed_by, "had its second look.")
    return entries


def _decision(publication: Publication) -> str:
    if publication.status == Publication.Status.SENT_BACK:
        return f"sent back. {publication.comment}"
    if publication.status == Publication.Status.CANCELED:
        return "canceled."
    return "approved."


def _changed_values(row) -> list[tuple[str, str, str]]:
    """Return what the row changed; of a new one every value that is not empty."""
    before = row.prev_record
    columns = [column for column in row.tracked_fields if column.name not in _NOT_SHOWN]
    changes = []
    for column in columns:
        old = getattr(before, column.attname) if before else None
        new = getattr(row, column.attname)
        if isinstance(column, LocalizedTextField):
            changes += _changed_texts(str(column.verbose_name), old or {}, new)
        elif old != new and (before or new not in (None, "", False)):
            changes.append((str(column.verbose_name), _display(old), _display(new)))
    return changes


def _changed_texts(name: str, old: LocalizedText, new: LocalizedText) -> list[tuple[str, str, str]]:
    """Each language by itself."""
    return [
        (
            f"{name} ({languages.staff_name(tag)})",
            _display(old.get(tag, "")),
            _display(new.get(tag, "")),
        )
        for tag in languages.in_order({**old, **new})
        if old.get(tag, "") != new.get(tag, "")
    ]


def _display(value) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        return format_moment(value)
    return str(value)
