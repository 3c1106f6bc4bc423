"""Staff pages under a product: test codes that the site suggests, the forecast, and the button that
takes a rule's withdrawal back."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern
from django.views.decorators.http import require_POST

from recalls.check import ladder
from recalls.models import IdentificationRule, Product, Publication
from recalls.publishing import steps, suggestions
from recalls.publishing.forecast import MAX_CLEARED, forecast
from recalls.publishing.plan import edition_if_complete
from recalls.staff.pages.shared import page_urls, render


def product_page_urls(model_admin: admin.ModelAdmin) -> list[URLPattern]:
    pages = {
        "suggest": ("<int:pk>/suggest/", suggest_page),
        "forecast": ("<int:pk>/forecast/", forecast_page),
    }
    buttons = {"restore": ("<int:pk>/restore/", restore_rule)}
    return [*page_urls(model_admin, pages), *page_urls(model_admin, buttons, require_POST)]


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
    form = KeepForm(_ticked(request.POST) if request.method == "POST" else None, found=found)
    if request.method == "POST" and form.is_valid():
        count = suggestions.store_suggestions(product=product, chosen=form.chosen)
        model_admin.log_change(request, product, f"Kept {count} suggested test codes.")
        messages.success(request, f"Test codes kept: {count}.")
        return redirect("admin:recalls_product_change", pk)
    ctx = {
        "recall": product.recall,
        "product": product,
        "found": found,
        "form": form,
        "ticked": request.POST.getlist("keep"),
        "at_once": sum(not row.is_less_cautious for row in form.by_key.values()),
    }
    return render(request, model_admin, "suggest.html", f"Test codes for {product}", ctx)


def _ticked(sent: QueryDict) -> QueryDict:
    """The button for all of them ticks what the page showed, but for answers that warn less than
    one would expect: these are ticked one by one."""
    if sent.get("do") == "all":
        sent = sent.copy()
        sent.setlist("keep", [*sent.getlist("keep"), *sent.getlist("shown")])
    return sent


def forecast_page(model_admin, request: HttpRequest, pk: int) -> HttpResponse:
    """Show how the product's list, as entered and set complete, would answer people who type
    codes."""
    if not request.user.has_perm("recalls.view_product"):
        raise PermissionDenied
    product = get_object_or_404(Product.objects.select_related("recall"), pk=pk)
    ctx = {
        "recall": product.recall,
        "product": product,
        "why_none": _why_no_forecast(product),
        "max_cleared": MAX_CLEARED,
    }
    if not ctx["why_none"]:
        try:
            edition = edition_if_complete(product)
            ctx["forecast"] = forecast(edition, edition.products[product.pk])
        except (ValidationError, ladder.Unavailable):
            ctx["why_none"] = "The database does not answer. Try again in a minute."
    return render(request, model_admin, "forecast.html", f"Forecast for {product}", ctx)


def _why_no_forecast(product: Product) -> str:
    if product.identified_by != Product.IdentifiedBy.LISTED_CODES:
        return "No code of this product is ever answered “not on the list”, so none is cleared."
    if not any(shape.lengths for shape in product.parse_shapes()):
        return "Enter what its codes look like, with their length: without that none is cleared."
    return ""


class RestoreForm(forms.Form):
    rule = forms.ModelChoiceField(
        IdentificationRule.objects.none(),
        error_messages={"required": "Choose one of the withdrawn rules."},
    )

    def __init__(self, *args, product: Product, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["rule"].queryset = product.rules.all()


def restore_rule(model_admin, request: HttpRequest, pk: int) -> HttpResponse:
    """Undo a withdrawal that is not public yet, or enter the rule again."""
    if not request.user.has_perm("recalls.change_identificationrule"):
        raise PermissionDenied
    product = get_object_or_404(Product.objects.select_related("recall"), pk=pk)
    form = RestoreForm(request.POST, product=product)
    try:
        if not form.is_valid():
            raise ValidationError(form.errors["rule"])
        rule = form.cleaned_data["rule"]
        is_public = steps.restore_rule(rule=rule, by=request.user)
        messages.success(request, _what_was_restored(rule, is_public))
    except ValidationError as error:
        messages.error(request, f"Nothing was changed. {' '.join(error.messages)}")
    return redirect("admin:recalls_product_change", pk)


def _what_was_restored(rule: IdentificationRule, is_public: bool) -> str:
    if not is_public:
        return f"The rule {rule} is entered again, as a draft. It answers once you publish."
    open_now = [Publication.Status.WAITING, Publication.Status.SCHEDULED]
    waits = rule.product.recall.publications.filter(status__in=open_now).exists()
    return (
        f"The withdrawal of {rule} is undone, and nobody was told of it. If the list was complete, "
        "tick “List complete” again."
        + " A publication waits that was asked for before: it stays as it is."
        * waits
    )
