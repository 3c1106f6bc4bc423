"""The staff page that brings in records of the CPSC as drafts."""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern

from recalls.catalogue.import_cpsc import (
    MAX_PAGE_BYTES,
    MAX_PAGE_RECORDS,
    FileRefused,
    import_records,
    read_records,
)
from recalls.lists.limits import MEGABYTE
from recalls.staff.pages.shared import page_urls, render

# What a record is made of.
_NEEDED = ("recall", "recalltext", "recallcountry", "product")


def import_urls(model_admin: admin.ModelAdmin) -> list[URLPattern]:
    return page_urls(model_admin, {"import": ("import/", import_page)})


class RecordsForm(forms.Form):
    """A file of records; `records` once it is valid."""

    file = forms.FileField(
        label="File",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
        error_messages={"required": "Choose a file."},
        help_text="JSON, as the CPSC's Recall Retrieval API gives it with format=json: a list of "
        f"records or a single one. {MAX_PAGE_RECORDS} records and {MAX_PAGE_BYTES // MEGABYTE} MB "
        "at most; for more there is manage.py import_cpsc.",
    )

    records: list[object]

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MAX_PAGE_BYTES:
            raise forms.ValidationError(
                f"The file has more than {MAX_PAGE_BYTES // MEGABYTE} MB. Use manage.py "
                "import_cpsc for it."
            )
        try:
            self.records = read_records(file.read(), max_records=MAX_PAGE_RECORDS)
        except FileRefused as error:
            raise forms.ValidationError(str(error)) from error
        return file


def import_page(model_admin, request: HttpRequest) -> HttpResponse:
    """Take a file, store each of its records as a draft, and say what is left of each."""
    if not request.user.has_perms([f"recalls.add_{name}" for name in _NEEDED]):
        raise PermissionDenied
    is_sent = request.method == "POST"
    form = RecordsForm(request.POST, request.FILES) if is_sent else RecordsForm()
    ctx: dict = {"form": form}
    if is_sent and form.is_valid():
        results = list(import_records(form.records, by=request.user))
        ctx |= {
            "form": RecordsForm(),
            "results": results,
            "made": sum(result.recall is not None for result in results),
        }
    return render(request, model_admin, "import.html", "Bring in records of the CPSC", ctx)
