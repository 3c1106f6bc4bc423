"""Lists of codes, publications, disposal and counts: rows that other pages or the site fill."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html

from recalls import languages
from recalls.admin.discarding import discard_lists
from recalls.admin.entering import EnteringMixin
from recalls.admin.shared import FullValidationMixin, ListsForm, ReadOnlyMixin
from recalls.models import CodeList, DailyCount, Disposal, Publication, Recall
from recalls.public import counts
from recalls.publishing.disposals import disposal_changes
from recalls.staff import mail
from recalls.staff.pages import disposal_pages, list_pages, publish_pages


@admin.register(CodeList)
class CodeListAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """Every list ever loaded; each has its own page, and a file is loaded on its product's page."""

    list_display = [
        "page",
        "product",
        "status",
        "number_of_codes",
        "rows_refused",
        "loaded_at",
        "loaded_by",
    ]
    list_display_links = None
    list_filter = ["status"]
    list_select_related = ["product", "loaded_by"]
    search_fields = ["file_name", "product__brand", "product__name", "product__model_numbers"]
    search_help_text = "Finds by file, brand, product and model number."
    actions = [discard_lists]

    def has_discard_permission(self, request):
        """That of the button on a list's own page."""
        return request.user.has_perm("recalls.change_codelist")

    def get_urls(self):
        return [*list_pages.code_list_urls(self), *super().get_urls()]

    def change_view(self, request, object_id, *args, **kwargs):
        """Its own page says more, and has the steps."""
        if request.method == "POST":
            raise PermissionDenied
        code_list = self.get_object(request, object_id)
        if code_list is None:
            raise Http404
        return redirect("admin:recalls_codelist_review", code_list.pk)

    @admin.display(description="file", ordering="file_name")
    def page(self, code_list):
        url = reverse("admin:recalls_codelist_review", args=[code_list.pk])
        return format_html('<a href="{}">{}</a>', url, code_list.file_name)

    @admin.display(description="codes", ordering="codes_stored")
    def number_of_codes(self, code_list):
        return f"{code_list.codes_stored:,}"


@admin.register(Publication)
class PublicationAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """Publications are listed here, asked for, decided or public; each has its own page."""

    list_display = ["recall", "state", "asked_by", "asked_at", "decided_by", "live_from"]
    list_display_links = None
    list_filter = ["status"]
    list_select_related = ["recall", "asked_by", "decided_by"]
    search_fields = ["recall__slug", "summary", "reason"]
    search_help_text = "Finds by the notice's address, and words of what changed and of the reason."

    def get_list_display(self, request):
        return ["page", *self.list_display]

    def get_urls(self):
        return [*publish_pages.publication_urls(self), *super().get_urls()]

    @admin.display(description="status", ordering="status")
    def state(self, publication):
        return publication.state

    @admin.display(description="publication", ordering="pk")
    def page(self, publication):
        url = reverse("admin:recalls_publication_review", args=[publication.pk])
        return format_html('<a href="{}">Number {}</a>', url, publication.pk)


@admin.register(Disposal)
class DisposalAdmin(EnteringMixin, FullValidationMixin, admin.ModelAdmin):
    form = ListsForm
    list_display = ["country", "authority", "checked_on", "age", "state"]
    fieldsets = [
        (None, {"fields": ["country", "checked_on"]}),
        ("Text", {"fields": ["dos", "donts", "keep_whole"]}),
        ("Whose advice on disposal", {"fields": ["authority", "authority_url"]}),
        ("In danger", {"fields": [("emergency_number", "emergency_source")]}),
        ("Recalls there", {"fields": [("recalls_authority", "recalls_url")]}),
        ("Incidents there", {"fields": [("incident_office", "incident_url")]}),
    ]

    def get_urls(self):
        return [*disposal_pages.disposal_urls(self), *super().get_urls()]

    def get_object(self, request, object_id, from_field=None):
        """Read under its lock where it will be saved: its public copy is saved with it."""
        disposal = super().get_object(request, object_id, from_field)
        if disposal and request.method == "POST" and connection.in_atomic_block:
            disposal = Disposal.objects.select_for_update().get(pk=disposal.pk)
        return disposal

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if disposal_changes(obj):
            told = format_html("Not public yet. {}.", self.state(obj))
            self.message_user(request, told, messages.WARNING)
            mail.tell_of_disposal(request, obj)

    @admin.display(description="state")
    def state(self, disposal):
        if not disposal_changes(disposal):
            return "Public as it is here"
        url = reverse("admin:recalls_disposal_review", args=[disposal.pk])
        return format_html('<a href="{}">Waits for somebody to publish it</a>', url)

    @admin.display(description="age", ordering="checked_on")
    def age(self, disposal):
        if not disposal.is_old:
            return "Checked within six months"
        warning = "Older than six months: compare it with the authority's page again."
        return format_html("<strong>{}</strong>", warning)


class AnswerFilter(admin.SimpleListFilter):
    title, parameter_name = "answer", "outcome"

    def lookups(self, request, model_admin):
        return counts.LABELS.items()

    def queryset(self, request, queryset):
        return queryset.filter(outcome=self.value()) if self.value() else queryset


class LanguageFilter(admin.SimpleListFilter):
    title = parameter_name = "language"

    def lookups(self, request, model_admin):
        tags = DailyCount.objects.order_by("language").values_list("language", flat=True)
        return [(tag, languages.staff_name(tag)) for tag in tags.distinct()]

    def queryset(self, request, queryset):
        return queryset.filter(language=self.value()) if self.value() else queryset


@admin.register(DailyCount)
class DailyCountAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """The answers of each day are counted here, with sums of the rows that a filter leaves."""

    change_list_template = "admin/recalls/dailycount/change_list.html"
    list_display = ["day", "notice", "answer", "language_name", "number"]
    list_display_links = None
    list_filter = ["day", AnswerFilter, LanguageFilter]
    search_fields = ["recall"]
    search_help_text = "Finds by the address of the notice."

    @admin.display(description="notice", ordering="recall")
    def notice(self, count):
        return count.recall or "All notices"

    @admin.display(description="answer", ordering="outcome")
    def answer(self, count):
        """A page that was shown is counted beside the answers."""
        return counts.LABELS.get(count.outcome, count.outcome)

    @admin.display(description="language", ordering="language")
    def language_name(self, count):
        return languages.staff_name(count.language)

    def changelist_view(self, request, extra_context=None):
        response = super().changelist_view(request, extra_context)
        changelist = getattr(response, "context_data", {}).get("cl")
        if changelist is not None:
            response.context_data["sums"] = _with_links(counts.sum_by_notice(changelist.queryset))
        return response


def _with_links(sums: list[dict]) -> list[dict]:
    """The sums, each with the address of the figures of its notice."""
    slugs = [row["recall"] for row in sums if row["recall"]]
    keys = dict(Recall.objects.filter(slug__in=slugs).values_list("slug", "pk"))
    for row in sums:
        key = keys.get(row["recall"])
        row["url"] = reverse("admin:recalls_recall_figures", args=[key]) if key else ""
    return sums
