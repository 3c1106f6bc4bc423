"""Staff pages for lists of codes: upload a file, see what it holds, make it active, withdraw it."""

import re
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, reverse
from django.utils.html import format_html

from recalls.lists import loading, uploads
from recalls.lists.at_once import why_not_at_once
from recalls.lists.columns import Choice, ColumnNeeded
from recalls.lists.comparing import difference, holds
from recalls.lists.limits import MEGABYTE, PAGE, NotATable
from recalls.lists.rows import MAX_RANGE
from recalls.lists.steps import (
    can_be_discarded,
    can_be_taken_out,
    discard,
    make_active,
    take_out,
    withdraw,
)
from recalls.lists.sweeping import sweep
from recalls.models import CodeList, Product
from recalls.publishing.doubts import differs_from_units, units_of
from recalls.publishing.plan import draft_content
from recalls.staff import unsaved
from recalls.staff.pages import background
from recalls.staff.pages.refused_rows import download_refused
from recalls.staff.pages.shared import page_urls, render

_CHANGES = "Nothing changes for the public before the notice is published again."


def load_urls(model_admin: admin.ModelAdmin) -> list[URLPattern]:
    """The page of a product that takes a file."""
    return page_urls(model_admin, {"load": ("<int:pk>/load/", load_list)})


def code_list_urls(model_admin: admin.ModelAdmin) -> list[URLPattern]:
    pages = {
        "review": ("<int:pk>/review/", review_list),
        "refused": ("<int:pk>/refused/", download_refused),
    }
    return page_urls(model_admin, pages)


# Upload -------------------------------------------------------------------------------------------


class FileForm(forms.Form):
    """A file, or the token of one that was uploaded a moment ago."""

    file = forms.FileField(
        label="File",
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
        help_text=f"CSV or XLSX, {PAGE.size // MEGABYTE} MB at most. One code a row, or the "
        f"first and the last code of a range (of {MAX_RANGE:,} at most) in two columns. A "
        "column may name the product. Title rows, headings and totals are passed over.",
    )
    at_once = forms.BooleanField(
        label="Make it active at once if the whole file was taken",
        required=False,
        help_text="Only where every cell that looks like a code was taken, no row was refused or "
        "passed over but the heading, and nothing is asked of you. Otherwise the list waits as a "
        "draft, and the next page says why. Nothing is public before you publish.",
    )
    kept = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self):
        data = super().clean()
        self.found = None
        if file := data.get("file"):
            data["kept"] = uploads.keep(file)
        elif not data.get("kept"):
            raise forms.ValidationError("Choose a file.")
        self.found = uploads.find(data["kept"])
        if self.found is None:
            raise forms.ValidationError("This file is no longer kept here. Upload it again.")
        return data


class ColumnForm(FileForm):
    """Which columns hold what, and what else the file asks."""

    columns = forms.MultipleChoiceField(
        label="The codes are in",
        widget=forms.CheckboxSelectMultiple,
        help_text="Tick every column of recalled codes; all are loaded together. What is not "
        "ticked is named on the next page.",
    )
    last = forms.ChoiceField(
        label="The last code of a range is in",
        required=False,
        help_text="Only if each row has the first and the last code of a range.",
    )
    model = forms.ChoiceField(
        label="The product is named in",
        required=False,
        help_text="Only if the file holds codes of several products. Rows that name another "
        "product of this notice are left for that one.",
    )
    field_order = ["columns", "last", "model"]

    def __init__(self, *args, needed: ColumnNeeded, **kwargs):
        super().__init__(*args, **kwargs)
        self.needed = needed
        choices = [(str(index), column.label) for index, column in enumerate(needed.columns)]
        self.fields["columns"].choices = choices
        self.fields["last"].choices = [("", "No column: each row has one code"), *choices]
        self.fields["model"].choices = [("", "No column: all are of this product"), *choices]
        for question in needed.questions:
            self.fields[f"answer_{question.name}"] = forms.ChoiceField(
                label=question.text, choices=question.options, widget=forms.RadioSelect
            )
        del self.fields["file"]
        self.fields["at_once"].widget = forms.HiddenInput()

    def clean(self):
        data = super().clean()
        chosen = [*data.get("columns", [])]
        others = [data[name] for name in ("last", "model") if data.get(name)]
        sheets = {self.needed.columns[int(index)].sheet for index in [*chosen, *others]}
        if others and len(sheets) > 1:
            raise forms.ValidationError("Choose columns of one and the same sheet.")
        if data.get("last") and len(chosen) > 1:
            raise forms.ValidationError("Ranges have one column with the first codes. Tick one.")
        if len({*chosen, *others}) < len(chosen) + len(others):
            raise forms.ValidationError("Choose each column for one thing only.")
        return data

    @property
    def choice(self) -> Choice:
        data, columns = self.cleaned_data, self.needed.columns
        ticked = [columns[int(index)] for index in data["columns"]]
        others = {
            name: columns[int(data[name])].place for name in ("last", "model") if data.get(name)
        }
        return Choice(
            columns=[(column.sheet, column.place) for column in ticked],
            answers={
                question.name: data[f"answer_{question.name}"] for question in self.needed.questions
            },
            **others,
        )


def load_list(model_admin, request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file for one product; where its columns are not plain, ask for them."""
    if not request.user.has_perm("recalls.add_codelist"):
        raise PermissionDenied
    product = get_object_or_404(Product.objects.select_related("recall"), pk=pk)
    is_sent = request.method == "POST"
    form = FileForm(request.POST, request.FILES) if is_sent else FileForm()
    unsaved.initial(request)  # says which file to choose again
    if is_sent and form.is_valid():
        form, code_list = _start_load(request, product, form)
        if code_list:
            messages.success(request, f"{_how_far(code_list)} {_CHANGES}")
            if form.cleaned_data["at_once"]:
                _make_active_at_once(request, code_list, was_asked=isinstance(form, ColumnForm))
            address = reverse("admin:recalls_codelist_review", args=[code_list.pk])
            # For its other products, if the file names any.
            return redirect(f"{address}?{urlencode({'kept': form.cleaned_data['kept']})}")
    ctx = {"product": product, "recall": product.recall, "form": form, "opts": Product._meta}
    return render(request, model_admin, "load.html", f"Load codes: {product}", ctx)


def _how_far(code_list: CodeList) -> str:
    if code_list.status == CodeList.Status.LOADING:
        return "The file is being read. You can close this page: the reading goes on."
    count = code_list.codes_stored
    return "1 code read." if count == 1 else f"{count:,} codes read."


def _start_load(
    request: HttpRequest, product: Product, form: FileForm, choice: Choice | None = None
) -> tuple[forms.Form, CodeList | None]:
    """The form to show and no list, or the form and the list."""
    found, name = form.found
    try:
        code_list, read_rest = loading.begin(
            product=product, path=found, by=request.user, file_name=name, choice=choice
        )
        return form, background.read(code_list, read_rest, found.stat().st_size)
    except ColumnNeeded as needed:
        return _ask_for_columns(request, product, form, needed)
    except loading.AlreadyLoaded as error:
        form.add_error(None, _with_link(str(error), error.code_list))
    except (NotATable, loading.LoadEnded) as error:
        form.add_error(None, str(error))
    return form, None


def _with_link(sentence: str, code_list: CodeList | None) -> str:
    if code_list is None:
        return sentence
    address = reverse("admin:recalls_codelist_review", args=[code_list.pk])
    return format_html('{} <a href="{}">Open that list</a>', sentence, address)


def _ask_for_columns(
    request: HttpRequest, product: Product, form: FileForm, needed: ColumnNeeded
) -> tuple[forms.Form, CodeList | None]:
    kept = form.cleaned_data["kept"]
    if isinstance(form, ColumnForm) or not {"columns", "last"} & set(request.POST):
        initial = {"kept": kept, "at_once": form.cleaned_data["at_once"]}
        return ColumnForm(initial=initial, needed=needed), None
    chosen = ColumnForm(request.POST, needed=needed)
    if not chosen.is_valid():
        return chosen, None
    return _start_load(request, product, chosen, chosen.choice)


def _make_active_at_once(request: HttpRequest, code_list: CodeList, was_asked: bool) -> None:
    """Make the list active as its own page would, or say why not."""
    try:
        if not request.user.has_perm("recalls.change_codelist"):
            raise ValidationError("Your role does not include it.")
        if was_asked:
            raise ValidationError("The file can be read in more than one way.")
        _raise_if(why_not_at_once(code_list))
        with transaction.atomic():
            told = _make_active(request, code_list, {})
            # Asked again under the notice's lock: somebody else may have made another one active.
            _raise_if(why_not_at_once(code_list))
            _raise_if(_against_units(code_list))
        messages.success(request, told)
    except ValidationError as error:
        why = " ".join(error.messages)
        messages.warning(request, f"The list was not made active at once. {why} Look at it below.")


def _raise_if(sentences: list[str]) -> None:
    if sentences:
        raise ValidationError(sentences)


def _against_units(code_list: CodeList) -> list[str]:
    """The comparison that a publication would ask a reason for, with the list counted."""
    content = draft_content(code_list.product.recall)
    is_all = all(row["list_complete"] for row in content["products"])
    what = differs_from_units(content, is_all=is_all)
    if not what:
        return []
    return [f"The codes would be far from the {units_of(content):,} units of the notice. {what}"]


# One list -----------------------------------------------------------------------------------------


class StepForm(forms.Form):
    """It has the fields that the steps ask for; each step looks at its own fields."""

    replaces = forms.ModelChoiceField(
        CodeList.objects.none(),
        label="Replaces",
        required=False,
        empty_label="No list: these codes are added",
        help_text="The list that this one takes the place of, in one step.",
    )
    waiver = forms.CharField(
        label="Why the list may be used without the refused rows",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Each of them is a missing code. Better mend the file and load it again.",
    )
    slug = forms.CharField(
        label="The notice's address",
        required=False,
        help_text="Type it in full to withdraw the list, so that the wrong one is never withdrawn.",
    )
    reason = forms.CharField(
        label="Reason, for the record", required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args, code_list: CodeList, **kwargs):
        super().__init__(*args, **kwargs)
        is_draft = code_list.status == CodeList.Status.DRAFT
        active = CodeList.objects.filter(
            product=code_list.product_id, status=CodeList.Status.ACTIVE
        ).exclude(pk=code_list.pk)
        self.fields["replaces"].queryset = active
        shown = {
            "replaces": is_draft and active.exists(),
            "waiver": is_draft and code_list.rows_refused,
            "slug": code_list.status == CodeList.Status.ACTIVE,
            "reason": code_list.status == CodeList.Status.ACTIVE,
        }
        for name in [name for name, is_shown in shown.items() if not is_shown]:
            del self.fields[name]


@unsaved.kept_if_refused
def review_list(model_admin, request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the file held, what it would change, and the next step."""
    if not request.user.has_perm("recalls.view_codelist"):
        raise PermissionDenied
    sweep()
    code_list = get_object_or_404(
        CodeList.objects.select_related("product__recall", "loaded_by", "replaces"), pk=pk
    )
    is_sent = request.method == "POST"
    initial = unsaved.initial(request) | request.GET.dict()
    form = StepForm(request.POST if is_sent else None, code_list=code_list, initial=initial)
    if is_sent and form.is_valid() and _take_step(request, code_list, form):
        if request.POST["do"] == "activate_publish":
            return redirect("admin:recalls_recall_publish", code_list.product.recall_id)
        return redirect("admin:recalls_codelist_review", code_list.pk)
    ctx = {**_list_context(request, code_list), "form": form}
    title = f"{code_list.file_name}: {code_list.get_status_display().lower()} list"
    return render(request, model_admin, "review_list.html", title, ctx)


def _list_context(request: HttpRequest, code_list: CodeList) -> dict:
    product, report = code_list.product, code_list.report
    new = code_list.codes_stored - report.get("elsewhere", 0) - report.get("in_rules", 0)
    units = [country.units for country in product.recall.countries.all() if country.units]
    code = request.GET.get("code", "").strip()
    compared = code_list.replaces or _list_to_replace(request, code_list)
    return {
        "code_list": code_list,
        "product": product,
        "recall": product.recall,
        "report": report,
        "cells": [
            (became, number)
            for became, number in report.get("cells", {}).items()
            if became != "look_like_codes" and (number or became == "taken")
        ],
        "new": max(new, 0),
        "units": sum(units),
        "refused": code_list.refused.all()[: loading.REFUSED_SHOWN],
        "asked": code,
        "found": holds(code_list, code) if code else None,
        "compared": compared,
        "difference": difference(code_list, compared) if compared else None,
        "is_loading": code_list.status == CodeList.Status.LOADING,
        "is_draft": code_list.status == CodeList.Status.DRAFT,
        "is_active": code_list.status == CodeList.Status.ACTIVE,
        "is_discarded": code_list.status == CodeList.Status.DISCARDED,
        "can_be_discarded": can_be_discarded(code_list),
        "can_be_taken_out": can_be_taken_out(code_list),
        "may_change": request.user.has_perm("recalls.change_codelist"),
        "others": _products_named(code_list),
        "kept": request.GET.get("kept", ""),
    }


def _list_to_replace(request: HttpRequest, code_list: CodeList) -> CodeList | None:
    """The active list that staff want to see this draft compared with."""
    if code_list.status != CodeList.Status.DRAFT:
        return None
    number = request.GET.get("replaces", "") or request.POST.get("replaces", "")
    active = CodeList.objects.filter(product=code_list.product_id, status=CodeList.Status.ACTIVE)
    # Not isdigit: “²” is a digit, and no number.
    return active.filter(pk=number).first() if re.fullmatch(r"[0-9]{1,18}", number) else None


def _products_named(code_list: CodeList) -> list[tuple[Product, int]]:
    """Products of the notice that rows of the file name, with how many rows."""
    named = code_list.report.get("of_others", {})
    products = Product.objects.filter(recall=code_list.product.recall_id)
    return [(product, named[str(product)]) for product in products if str(product) in named]


def _take_step(request: HttpRequest, code_list: CodeList, form: StepForm) -> bool:
    if not request.user.has_perm("recalls.change_codelist"):
        raise PermissionDenied
    steps = {
        "activate": _make_active,
        "discard": _discard,
        "withdraw": _withdraw,
        "take_out": _take_out,
    }
    step = steps.get(request.POST.get("do", "").removesuffix("_publish"))
    if step is None:
        form.add_error(None, "Choose one of the buttons.")
        return False
    try:
        message = step(request, code_list, form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    messages.success(request, message)
    return True


def _make_active(request: HttpRequest, code_list: CodeList, data: dict) -> str:
    make_active(
        code_list=code_list,
        by=request.user,
        waiver=data.get("waiver", ""),
        replaces=data.get("replaces"),
    )
    url = reverse("admin:recalls_recall_publish", args=[code_list.product.recall_id])
    product = Product.objects.get(pk=code_list.product_id)
    is_complete = data.get("replaces") and product.list_complete
    return format_html(
        'The list is active. Its codes answer once you <a href="{}">publish the notice</a>.{}',
        url,
        " The product's list stays complete, without the codes that were dropped."
        if is_complete
        else "",
    )


def _discard(request: HttpRequest, code_list: CodeList, data: dict) -> str:
    discard(code_list=code_list, by=request.user)
    return "The list is discarded and its codes are gone."


def _withdraw(request: HttpRequest, code_list: CodeList, data: dict) -> str:
    if data.get("slug", "").strip() != code_list.product.recall.slug:
        raise ValidationError(f"The notice's address is {code_list.product.recall.slug}.")
    withdraw(code_list=code_list, by=request.user, reason=data.get("reason", ""))
    return f"The list is withdrawn, and the product's list is no longer complete. {_CHANGES}"


def _take_out(request: HttpRequest, code_list: CodeList, data: dict) -> str:
    take_out(code_list=code_list, by=request.user)
    return (
        "The list is taken out again. Nothing of it was public. Its file can be loaded once more."
    )
