"""The figures of a notice for the authority: a page to read and print, and a table to download."""

import csv
import io
from functools import partial

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from recalls.models import Recall
from recalls.publishing.doubts import units_of_recall
from recalls.staff.figures import (
    CORRECTED_PART,
    COUNTED,
    LABELS,
    PARTS,
    TYPED,
    Month,
    charts,
    months_of,
)
from recalls.staff.pages.list_pages import no_formula
from recalls.staff.pages.shared import get_permitted_recall, render


def figures_urls(model_admin: admin.ModelAdmin) -> list[URLPattern]:
    pages = {"figures": figures_page, "figures_csv": download_figures}
    return [
        path(
            f"<int:pk>/{name.replace('_', '/')}/",
            model_admin.admin_site.admin_view(partial(view, model_admin)),
            name=f"recalls_recall_{name}",
        )
        for name, view in pages.items()
    ]


def figures_page(model_admin, request: HttpRequest, pk: int) -> HttpResponse:
    """One month as the form asks for it, then all of them."""
    recall = get_permitted_recall(request, pk, "view_monthlyfigures")
    months = months_of(recall)
    by_key = {month.key: month for month in months}
    month = by_key.get(request.GET.get("month", "")) or (months[-1] if months else None)
    units = units_of_recall(recall)
    ctx = {
        "recall": recall,
        "month": month,
        "months": months[::-1],
        "parts": _parts(month) if month else [],
        "charts": charts(months, units),
        "units": units,
    }
    return render(request, model_admin, "figures.html", f"Figures: {recall}", ctx)


def _parts(month: Month) -> list[tuple[str, list[tuple[str, int | None, int | None]]]]:
    """Each part of the form with its rows: what it is, of this month, since the start."""
    names = {"Counted by this site": list(COUNTED), **PARTS}
    parts = [
        (part, [(LABELS[name], month.numbers[name], month.total[name]) for name in names[part]])
        for part in names
    ]
    dict(parts)[CORRECTED_PART].append(("in all", month.corrected, month.corrected_so_far))
    return parts


def download_figures(model_admin, request: HttpRequest, pk: int) -> HttpResponse:
    """One row a month. An empty cell is not known."""
    recall = get_permitted_recall(request, pk, "view_monthlyfigures")
    response = HttpResponse(_as_csv(recall), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="figures-{recall.slug}.csv"'
    return response


def _as_csv(recall: Recall) -> str:
    text = io.StringIO()
    write = csv.writer(text).writerow
    columns = [*COUNTED, *TYPED]
    titles = [_column(name) for name in columns]
    write(["Notice", "Month", *titles, *(f"{title}, since the start" for title in titles), "Note"])
    for month in months_of(recall):
        own = [month.numbers[name] for name in columns]
        total = [month.total[name] for name in columns]
        note = month.typed.note if month.typed else ""
        write([no_formula(recall.slug), month.key, *own, *total, no_formula(note)])
    return "\ufeff" + text.getvalue()  # the mark makes Excel read it as UTF-8


def _column(name: str) -> str:
    part = next((part for part, names in PARTS.items() if name in names), "")
    return f"{part}: {LABELS[name]}" if part else LABELS[name]
