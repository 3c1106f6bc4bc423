"""A notice with its texts, countries and products."""

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.models import BaseInlineFormSet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from recalls import codes, languages
from recalls.admin.discarding import delete_notices
from recalls.admin.entering import EnteringMixin
from recalls.admin.products import live_rules
from recalls.admin.shared import (
    DraftPagesMixin,
    FullValidationMixin,
    ListsForm,
    OptimisticLockForm,
    ProtectPublishedMixin,
    ShapesForm,
    SingleExtraMixin,
    why_kept,
)
from recalls.models import (
    AffectedCode,
    CodeList,
    Product,
    Publication,
    Recall,
    RecallCountry,
    RecallText,
)
from recalls.publishing import checklist
from recalls.publishing.test_codes import more_cautious_now
from recalls.publishing.unpublished import unpublished_changes, waiting_in_words
from recalls.staff.pages import (
    copy_pages,
    figures_pages,
    import_pages,
    publish_pages,
    record_pages,
)

_ADDRESS_IN_SHORT = (
    "Write small letters, digits and hyphens only, such as anker-a3102-australia-2024."
)


class RecallForm(OptimisticLockForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].error_messages["invalid"] = _ADDRESS_IN_SHORT
        if "recall_month" in self.fields:
            self.fields["recall_month"].required = False
        for name in ("left_to_enter", "source_wording"):
            if name in self.fields:
                self.fields[name].widget.attrs["rows"] = 8

    def clean(self):
        data = super().clean()
        if "recall_month" in self.errors or "recall_date" in self.errors:
            return data
        day, month = data.get("recall_date"), data.get("recall_month") or data.get("recall_date")
        if month is None:
            self.add_error("recall_month", "Enter the day of the notice, or its month.")
        elif day and (day.year, day.month) != (month.year, month.month):
            self.add_error("recall_month", "The day of the notice is not in this month.")
        else:
            data["recall_month"] = month.replace(day=1)
        return data


class RecallTextFormSet(BaseInlineFormSet):
    """Shows an empty form for each language that has no text; left empty, it stays unsaved."""

    def __init__(self, *args, instance=None, **kwargs):
        kwargs["initial"] = [{"language": language} for language in missing_languages(instance)]
        super().__init__(*args, instance=instance, **kwargs)


def missing_languages(recall: Recall | None) -> list[str]:
    present = recall.texts.values_list("language", flat=True) if recall and recall.pk else []
    return [language for language in languages.shown() if language not in present]


class RecallTextInline(FullValidationMixin, ProtectPublishedMixin, admin.StackedInline):
    model = RecallText
    form = ListsForm
    formset = RecallTextFormSet
    verbose_name = "text"
    # In the order of the public page.
    fields = [
        "language",
        "title",
        "lead",
        "changes",
        "hazard",
        "cause",
        "incidents",
        "stop_use",
        "remedy",
        "have_ready",
        "note",
        "disposal",
    ]

    def get_queryset(self, request):
        """In the order of the site's languages, before the first save and after it."""
        places = [
            models.When(language=tag, then=place) for place, tag in enumerate(languages.shown())
        ]
        place = models.Case(*places, default=len(places))
        return super().get_queryset(request).order_by(place, "language")

    def get_extra(self, request, obj=None, **kwargs):
        return len(missing_languages(obj))

    def get_max_num(self, request, obj=None, **kwargs):
        present = obj.texts.count() if obj else 0
        return present + len(missing_languages(obj))

    def get_formset(self, request, obj=None, **kwargs):
        names = [languages.staff_name(language) for language in missing_languages(obj)]
        missing = f"missing: {', '.join(names)}" if names else "none is missing"
        self.verbose_name_plural = f"texts, one for each language ({missing})"
        return super().get_formset(request, obj, **kwargs)


class RecallCountryInline(FullValidationMixin, SingleExtraMixin, admin.StackedInline):
    model = RecallCountry
    form = ListsForm
    verbose_name = "country"
    verbose_name_plural = "countries: where it was sold, the remedy there, whom to ask"
    fields = [
        ("country", "units"),
        ("authority", "authority_number"),
        ("remedy_options", "returns_to_shop"),
        "sold",
        "remedy",
        ("phone", "email"),
        "hours",
        ("claim_url", "notice_url"),
    ]


class ProductOfRecallForm(ShapesForm):
    def _post_clean(self):
        """The rules are on another page, so a new shape is held against them here."""
        super()._post_clean()
        if self.instance.pk and "shapes" in self.changed_data and "shapes" not in self.errors:
            for rule in live_rules(self.instance):
                try:
                    rule.clean()
                except ValidationError as error:
                    self.add_error("shapes", [f"Rule {rule}: {text}" for text in error.messages])


class ProductInline(
    FullValidationMixin, ProtectPublishedMixin, SingleExtraMixin, admin.StackedInline
):
    model = Product
    form = ProductOfRecallForm
    verbose_name_plural = "products: rules, test codes and the rest are on each product's own page"
    show_change_link = True
    fields = [
        ("kind", "power", "brand", "name"),
        ("model_numbers", "shapes"),
        ("identified_by", "checker_url"),
    ]


@admin.register(Recall)
class RecallAdmin(EnteringMixin, FullValidationMixin, DraftPagesMixin, admin.ModelAdmin):
    form = RecallForm
    change_form_template = "admin/recalls/recall/change_form.html"
    inlines = [RecallTextInline, ProductInline, RecallCountryInline]
    actions = [delete_notices]
    autocomplete_fields = ["follows"]
    list_display = [
        "slug",
        "title",
        "product_names",
        "month",
        "status",
        "waiting",
    ]
    list_filter = ["status", "is_training"]
    search_fields = [
        "slug",
        "firm",
        "authority_number",
        "texts__title",
        "products__brand",
        "products__name",
        "products__model_numbers",
    ]
    search_help_text = (
        "Finds by address, title, firm, authority number, product, model number, and by a whole "
        "code of a list."
    )
    readonly_fields = [
        "status",
        "before_publishing",
        "replaced_by",
        "published_at",
        "changed_at",
        "withdrawn_at",
    ]
    fieldsets = [
        ("State", {"fields": ["status", "before_publishing", "opened"]}),
        ("Address of its page, first language", {"fields": ["slug", "language", "is_training"]}),
        (
            "Date of the notice",
            {
                "fields": [
                    ("recall_date", "recall_month"),
                    ("announced_again_on", "announced_again_day_unknown"),
                    ("expanded_on", "expanded_day_unknown"),
                    "follows",
                ]
            },
        ),
        ("Deaths and injuries", {"fields": [("deaths", "injuries")]}),
        (
            "What the owner gets",
            {"fields": ["remedy_options", "steps_replace", "lines_left_out"]},
        ),
        (
            "About this recall",
            {
                "fields": [
                    ("firm", "firm_is_silent"),
                    "other_firms",
                    ("authority", "authority_number"),
                    ("importer", "manufactured_in"),
                    "sources",
                ]
            },
        ),
        ("Taken from the official notice", {"fields": ["left_to_enter", "source_wording"]}),
    ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        recall = self.get_object(request, object_id)
        tags = languages.shown()
        first = recall.language if recall and recall.language in tags else tags[0]
        extra_context = {"preview_language": first, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, extra_context)

    def response_add(self, request, obj, post_url_continue=None):
        """Say what comes next: rules and lists are entered on a page of their own."""
        response = super().response_add(request, obj, post_url_continue)
        products = [
            (reverse("admin:recalls_product_change", args=[product.pk]), str(product))
            for product in obj.products.all()
        ]
        if products and not {"_publish", "_addanother", "_popup"} & set(request.POST):
            links = format_html_join(", ", '<a href="{}">{}</a>', products)
            told = "Nothing is public yet. Next: say which units of {} are recalled, then publish."
            messages.info(request, format_html(told, links))
        return response

    def get_urls(self):
        return [
            *publish_pages.recall_urls(self),
            *copy_pages.copy_urls(self),
            *import_pages.import_urls(self),
            *record_pages.record_urls(self),
            *figures_pages.figures_urls(self),
            *super().get_urls(),
        ]

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "slug"] if obj and obj.published_at else fields

    def get_fieldsets(self, request, obj=None):
        (name, state), *others = super().get_fieldsets(request, obj)
        dates = ("published_at", "changed_at", "withdrawn_at", "replaced_by")
        filled_dates = [field for field in dates if obj and getattr(obj, field)]
        if obj and obj.left_to_enter:
            others.insert(0, others.pop())  # what is still to do comes first
        return [(name, {"fields": [*state["fields"], *filled_dates]}), *others]

    def get_prepopulated_fields(self, request, obj=None):
        if obj and obj.published_at:
            return {}
        return {"slug": ["firm", "authority", "recall_month"]}

    def view_on_site(self, obj):
        return obj.get_absolute_url() if obj.is_visible else None

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        form.instance.add_revision()

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("texts", "products")

    def get_search_results(self, request, queryset, search_term):
        """Also the notices of the lists that have this very code."""
        rows, may_have_duplicates = super().get_search_results(request, queryset, search_term)
        code = codes.normalize(search_term)
        if not code or len(code) > codes.MAX_CODE_LENGTH:
            return rows, may_have_duplicates
        listed = AffectedCode.objects.filter(skeleton=codes.skeleton(code), code=code)
        of_lists = CodeList.objects.filter(pk__in=listed.values("code_list_id"))
        found = models.Q(pk__in=rows.values("pk"))
        found |= models.Q(pk__in=of_lists.values("product__recall_id"))
        return queryset.filter(found), False

    def get_changelist_instance(self, request):
        """What waits is asked once for the whole page of the list."""
        changelist = super().get_changelist_instance(request)
        rows = list(changelist.result_list)
        waiting = waiting_in_words(rows)
        for row in rows:
            row.waits = waiting.get(row.pk, "")
        changelist.result_list = rows
        return changelist

    @admin.display(description="waits")
    def waiting(self, recall):
        return getattr(recall, "waits", "") or "–"

    @admin.display(description="title")
    def title(self, recall):
        texts = {text.language: text.title for text in recall.texts.all()}
        return texts.get("en") or next(iter(texts.values()), "–")

    @admin.display(description="month", ordering="recall_month")
    def month(self, recall):
        """Without a day, which it has not."""
        return f"{recall.recall_month:%B %Y}"

    @admin.display(description="products")
    def product_names(self, recall):
        return ", ".join(map(str, recall.products.all())) or "–"

    @admin.display(description="publishing")
    def before_publishing(self, recall):
        if recall.pk is None:
            return "Save the notice as a draft first."
        open_now = [Publication.Status.WAITING, Publication.Status.SCHEDULED]
        ctx = {
            "recall": recall,
            "waiting": recall.publications.filter(status__in=open_now).first(),
            "unpublished": unpublished_changes(recall),
            "more_cautious": more_cautious_now(recall) if recall.is_published else [],
            "lines": checklist.checklist_lines(recall),
            "why_kept": "" if recall.published_at else why_kept(recall),
        }
        return render_to_string("staff/_state.html", ctx)
