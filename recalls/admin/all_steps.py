"""What staff did with all notices, in one list that can be filtered; the record of a notice has the
values too."""

from copy import copy

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.views.main import ChangeList
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.text import capfirst

from recalls.admin.shared import ReadOnlyMixin, titled
from recalls.models import CodeList, Product, Recall
from recalls.public.formats import format_moment


class KindFilter(admin.SimpleListFilter):
    """What it was done with: a notice, a product, a list …"""

    title, parameter_name = "what it was done with", "kind"

    def lookups(self, request, model_admin):
        present = model_admin.get_queryset(request).order_by().values("content_type")
        kinds = ContentType.objects.filter(pk__in=present)
        return sorted((kind.model, _name_of(kind)) for kind in kinds)

    def queryset(self, request, queryset):
        return queryset.filter(content_type__model=self.value()) if self.value() else queryset


def _name_of(kind: ContentType) -> str:
    model = kind.model_class()
    return capfirst(model._meta.verbose_name) if model else kind.model


class StepList(ChangeList):
    """Django calls a step a log entry, also below the list."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.opts = copy(self.opts)
        self.opts.verbose_name, self.opts.verbose_name_plural = "step", "steps"


@admin.register(LogEntry)
class AllStepsAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """Nobody adds, changes or deletes a step; it has no page of its own."""

    change_list_template = "staff/all_steps.html"
    list_display = ["when", "person", "kind", "row", "action", "told"]
    list_display_links = None
    list_filter = [
        ("user", titled(admin.RelatedOnlyFieldListFilter, "person")),
        ("action_flag", titled(admin.ChoicesFieldListFilter, "what was done")),
        KindFilter,
        ("action_time", titled(admin.DateFieldListFilter, "day")),
    ]
    list_select_related = ["user", "content_type"]
    search_fields = ["object_repr", "change_message"]
    search_help_text = "Finds all steps of a notice by its address, and words of the steps."
    ordering = ["-action_time", "-pk"]

    def get_urls(self):
        view = self.admin_site.admin_view(self.changelist_view)
        return [path("", view, name="admin_logentry_changelist")]

    def get_changelist(self, request, **kwargs):
        return StepList

    def get_queryset(self, request):
        return super().get_queryset(request).filter(content_type__app_label="recalls")

    def get_search_results(self, request, queryset, search_term):
        """Also what was done with the products and lists of the notice of that address."""
        rows, _ = super().get_search_results(request, queryset, search_term)
        found = models.Q(pk__in=rows.values("pk"))
        recall = Recall.objects.filter(slug=search_term.strip()).first()
        if recall is None:
            return rows, False
        of_notice = {
            Recall: [recall.pk],
            Product: recall.products.values_list("pk", flat=True),
            CodeList: CodeList.objects.filter(product__recall=recall).values_list("pk", flat=True),
        }
        for model, keys in of_notice.items():
            kind = ContentType.objects.get_for_model(model)
            found |= models.Q(content_type=kind, object_id__in=[str(key) for key in keys])
        return queryset.filter(found), False

    def changelist_view(self, request, extra_context=None):
        titled = {"title": "What was done with all notices", **(extra_context or {})}
        return super().changelist_view(request, titled)

    @admin.display(description="when", ordering="action_time")
    def when(self, entry):
        return format_moment(entry.action_time)

    @admin.display(description="person", ordering="user__username")
    def person(self, entry):
        return entry.user.get_username()

    @admin.display(description="what")
    def kind(self, entry):
        return _name_of(entry.content_type)

    @admin.display(description="which")
    def row(self, entry):
        """With a link to the record of a notice, or to the page of another row."""
        if entry.content_type.model == "recall" and not entry.is_deletion():
            url = reverse("admin:recalls_recall_record", args=[entry.object_id])
        else:
            url = None if entry.is_deletion() else entry.get_admin_url()
        if not url:
            return entry.object_repr
        return format_html('<a href="{}">{}</a>', url, entry.object_repr)

    @admin.display(description="done", ordering="action_flag")
    def action(self, entry):
        words = [
            (entry.is_addition, "Added"),
            (entry.is_change, "Changed"),
            (entry.is_deletion, "Deleted"),
        ]
        return next((word for is_so, word in words if is_so()), "–")

    @admin.display(description="in words")
    def told(self, entry):
        return entry.get_change_message() or "–"

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("recalls.view_recall")

    def has_module_permission(self, request):
        """The start page and the record of each notice lead there."""
        return False
