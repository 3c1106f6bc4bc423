"""The figures of a month that staff type; the page “Figures” of the notice adds them up."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from recalls.admin.entering import EnteringMixin
from recalls.admin.shared import FullValidationForm, FullValidationMixin
from recalls.models import MonthlyFigures
from recalls.staff.figures import PARTS


class MonthlyFiguresForm(FullValidationForm):
    def clean_month(self):
        """Any day stands for its month."""
        return self.cleaned_data["month"].replace(day=1)


@admin.register(MonthlyFigures)
class MonthlyFiguresAdmin(EnteringMixin, FullValidationMixin, admin.ModelAdmin):
    """A month is corrected here, never deleted: the record keeps each value that it had."""

    form = MonthlyFiguresForm
    autocomplete_fields = ["recall"]
    list_display = ["recall", "month_name", "figures_page"]
    list_select_related = ["recall"]
    search_fields = ["recall__slug"]
    search_help_text = "Finds by the address of the notice."
    fieldsets = [
        (None, {"fields": [("recall", "month")]}),
        *(
            (name, {"fields": fields, "description": "Of this month. Empty: not known. 0: none."})
            for name, fields in PARTS.items()
        ),
        ("Note", {"fields": ["note"]}),
    ]

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "recall", "month"] if obj else fields

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description="month", ordering="month")
    def month_name(self, row):
        return f"{row.month:%B %Y}"

    @admin.display(description="sums")
    def figures_page(self, row):
        url = reverse("admin:recalls_recall_figures", args=[row.recall_id])
        return format_html('<a href="{}">Figures of {}</a>', url, row.recall)
