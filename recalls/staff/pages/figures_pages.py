"""The figures of a notice, and of all, for the authority: a page to read and print, and a table to
download."""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern

from recalls.lists.cells import no_formula
from recalls.models import Recall
from recalls.publishing.doubts import units_of_recall
from recalls.staff.figures import (
    CORRECTED_PART,
    COUNTED,
    LABELS,
    PARTS,
    Month,
    charts,
    months_of,
)
from recalls.staff.figures_of_all import counted_recalls, lines_of, months_on_file
from recalls.staff.pages.shared import get_permitted_recall, page_urls, render

NOTICES_ON_A_PAGE = 100
# So many notices are read together for the table of all.
NOTICES_AT_ONCE = 1000


def figures_urls(model_admin: admin.ModelAdmin) -> list[URLPattern]:
    pages = {
        "figures": ("<int:pk>/figures/", figures_page),
        "figures_csv": ("<int:pk>/figures/csv/", download_figures),
        "figures_of_all": ("figures/", all_figures_page),
        "figures_of_all_csv": ("figures/csv/", download_all_figures),
    }
    return page_urls(model_admin, pages)


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
    lines = (_line(recall, month) for month in months_of(recall))
    return _as_csv(recall.slug, [_headings(), *lines])


def _as_csv(name: str, rows: Iterable[Sequence]) -> HttpResponse:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    # The mark makes Excel read it as UTF-8.
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="figures-{name}.csv"'
    return response


def _headings() -> list[str]:
    titles = [_column(name) for name in LABELS]
    return ["Notice", "Month", *titles, *(f"{title}, since the start" for title in titles), "Note"]


def _line(recall: Recall, month: Month) -> list[str | int | None]:
    own = [month.numbers[name] for name in LABELS]
    total = [month.total[name] for name in LABELS]
    note = month.typed.note if month.typed else ""
    return [no_formula(recall.slug), month.key, *own, *total, no_formula(note)]


def _column(name: str) -> str:
    part = next((part for part, names in PARTS.items() if name in names), "")
    return f"{part}: {LABELS[name]}" if part else LABELS[name]


# Of all notices -----------------------------------------------------------------------------------


def all_figures_page(model_admin, request: HttpRequest) -> HttpResponse:
    """One month, a line for each notice."""
    months, month = _months_for(request)
    page = Paginator(counted_recalls(), NOTICES_ON_A_PAGE).get_page(request.GET.get("p"))
    ctx = {
        "months": months,
        "month": month,
        "page": page,
        "lines": lines_of(page.object_list, month),
    }
    title = "Figures of all notices"
    return render(request, model_admin, "figures_of_all.html", title, ctx)


def _months_for(request: HttpRequest) -> tuple[list[dt.date], dt.date]:
    """Every month on file, and the one that is asked for."""
    if not request.user.has_perm("recalls.view_monthlyfigures"):
        raise PermissionDenied
    months = months_on_file()
    asked = request.GET.get("month", "")
    return months, next((month for month in months if f"{month:%Y-%m}" == asked), months[0])


def download_all_figures(model_admin, request: HttpRequest) -> HttpResponse:
    """One row a notice. An empty cell is not known."""
    _, month = _months_for(request)
    return _as_csv(f"{month:%Y-%m}", _rows_of_all(month))


def _rows_of_all(month: dt.date) -> Iterator[Sequence]:
    yield [*_headings(), "Number of the notice", "Units that the notice names"]
    recalls = list(counted_recalls())
    for start in range(0, len(recalls), NOTICES_AT_ONCE):
        for line in lines_of(recalls[start : start + NOTICES_AT_ONCE], month):
            number = no_formula(line.recall.authority_number)
            yield [*_line(line.recall, line.month), number, line.units]
