"""This module says what pages with much to type share: nothing that was typed is lost, and what is
wrong is said at the top, with a link to its field."""

import copy
from collections.abc import Iterator

from django import forms
from django.contrib import messages
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html
from django.utils.text import capfirst

from recalls.models import UnsavedForm
from recalls.staff import unsaved


class EnteringMixin:
    """For pages of the admin. A text that could not be saved is offered in the bound form, so that
    lines that were added are there too."""

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        form_url = form_url or unsaved.address_without_asked(request)
        row = unsaved.of_page(request.user, request.path).first()
        if row and request.method == "GET":
            if request.GET.get(unsaved.ASKED) == str(row.pk):
                request = _as_if_sent(request, row)
            else:
                _mention(request, row)
        response = super().changeform_view(request, object_id, form_url, extra_context)
        if request.method == "POST" and response.status_code == 302:
            unsaved.forget(request.user, request.path)
        return response

    def get_form(self, request, obj=None, change=False, **kwargs):
        form_class = super().get_form(request, obj, change, **kwargs)
        row = getattr(request, "offers", None)
        return _never_valid(form_class, unsaved.describe(row)) if row else form_class

    def render_change_form(self, request, context, *args, **kwargs):
        forms_of_page = [context["adminform"].form]
        for inline in context["inline_admin_formsets"]:
            forms_of_page += inline.formset.forms
        context["faults"] = list(_faults(forms_of_page))
        context["sections"] = list(_sections(context)) if context["inline_admin_formsets"] else []
        if context["errors"]:
            context["files_to_choose"] = [
                file.name for _, sent in request.FILES.lists() for file in sent
            ]
        return super().render_change_form(request, context, *args, **kwargs)


def _sections(context: dict) -> Iterator[tuple[str, str]]:
    """The id of each heading of a long page, and its name."""
    for place, fieldset in enumerate(context["adminform"]):
        if fieldset.name:
            yield f"fieldset-0-{place}-heading", fieldset.name
    for inline in context["inline_admin_formsets"]:
        prefix = inline.formset.prefix
        yield f"{prefix}-heading", capfirst(prefix.replace("_", " "))


def _as_if_sent(request: HttpRequest, row: UnsavedForm) -> HttpRequest:
    """A copy of the request that sends the text. Its form is never valid, so nothing is saved."""
    again = copy.copy(request)
    data = QueryDict(mutable=True)
    for name, value in row.fields:
        data.appendlist(name, value)
    again.method, again.POST, again._files = "POST", data, MultiValueDict()
    again.offers = row
    return again


def _never_valid(form_class: type[forms.BaseForm], sentence: str) -> type[forms.BaseForm]:
    class OfferedForm(form_class):
        def full_clean(self):
            super().full_clean()
            self.add_error(None, sentence)

    return OfferedForm


def _mention(request: HttpRequest, row: UnsavedForm) -> None:
    messages.warning(
        request,
        format_html(
            'Text of yours on this page is not saved. <a href="{}">Show it in the fields</a>',
            unsaved.address_of(row),
        ),
    )


def _faults(page: list[forms.BaseForm]) -> Iterator[tuple[str, str, str]]:
    """The id of each field that was refused, its name, and why."""
    for form in page:
        if not form.is_bound:
            continue
        for name, sentences in form.errors.items():
            if name in form.fields:
                field = form[name]
                row = "" if form.prefix is None or form.empty_permitted else _name(form)
                label = f"{row}{capfirst(str(field.label))}"
                yield field.id_for_label or field.auto_id, label, " ".join(sentences)


def _name(form: forms.BaseForm) -> str:
    """Which line of the page it is, where it has a name."""
    row = form.instance
    return f"{capfirst(row._meta.verbose_name)} “{row}”: " if row.pk else ""
