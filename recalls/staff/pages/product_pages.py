"""Staff pages under a product: test codes that the site suggests."""

from functools import partial

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from recalls.models import Product
from recalls.publishing import suggestions


def suggest_urls(model_admin: admin.ModelAdmin) -> list[URLPattern]:
    view = model_admin.admin_site.admin_view(partial(suggest_page, model_admin))
    return [path("<int:pk>/suggest/", view, name="recalls_product_suggest")]


class KeepForm(forms.Form):
    """The keys of the suggestions that are ticked."""

    keep = forms.MultipleChoiceField(
        error_messages={
            "required": "Tick the codes that you want to keep.",
            "invalid_choice": "The verdicts have changed since you opened this page. Look at them "
            "again.",
        }
    )

    def __init__(self, *args, found: suggestions.Suggestions, **kwargs):
        super().__init__(*args, **kwargs)
        self.by_key = {
            suggestion.key: suggestion
            for suggestion in found.suggestions
            if suggestion.given and not suggestion.is_kept
        }
        self.fields["keep"].choices = [(key, key) for key in self.by_key]

    @property
    def chosen(self) -> list[suggestions.Suggestion]:
        return [self.by_key[key] for key in self.cleaned_data["keep"]]


def suggest_page(model_admin, request: HttpRequest, pk: int) -> HttpResponse:
    """Codes with the verdict that each would get; those that are ticked become test codes."""
    if not request.user.has_perm("recalls.add_testcode"):
        raise PermissionDenied
    product = get_object_or_404(Product.objects.select_related("recall"), pk=pk)
    try:
        found = suggestions.suggest_test_codes(product)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("admin:recalls_product_change", pk)
    form = KeepForm(request.POST if request.method == "POST" else None, found=found)
    if request.method == "POST" and form.is_valid():
        count = suggestions.store_suggestions(product=product, chosen=form.chosen)
        model_admin.log_change(request, product, f"Kept {count} suggested test codes.")
        messages.success(request, f"Test codes kept: {count}.")
        return redirect("admin:recalls_product_change", pk)
    ctx = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.model._meta,
        "title": f"Test codes for {product}",
        "recall": product.recall,
        "product": product,
        "found": found,
        "form": form,
        "ticked": request.POST.getlist("keep"),
    }
    return TemplateResponse(request, "staff/suggest.html", ctx)
