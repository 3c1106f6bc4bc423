"""Forms and mixins that the pages of the admin share."""

import re

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.admin.widgets import AdminTextareaWidget, AutocompleteSelect
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import models
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst

from recalls.languages import LanguageChoiceField
from recalls.lists import out_of_shape
from recalls.models import CodeList, Product, Publication, Recall
from recalls.public.formats import format_moment
from recalls.publishing.permissions import lock_recall


def as_divs(sentences: list[str]) -> str:
    return format_html_join("", "<div>{}</div>", ((sentence,) for sentence in sentences))


def titled(base: type[admin.FieldListFilter], words: str) -> type[admin.FieldListFilter]:
    """Django's filter, with a plain name of the column."""

    class TitledFilter(base):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.title = words

    return TitledFilter


def may_be_deleted(recall: Recall | None) -> bool:
    """Only what never was public and is not about to be, and holds no codes: a list can have
    millions of them, which are gone once it is discarded."""
    return recall is None or not why_kept(recall)


def why_kept(recall: Recall) -> str:
    """Why a notice cannot be deleted, as a sentence; empty if it can."""
    status = Publication.Status
    if recall.publications.filter(status__in=[status.WAITING, status.SCHEDULED]).exists():
        return "A publication of it is open: cancel that first."
    was_public = recall.publications.filter(status__in=[status.LIVE, status.PAST]).exists()
    if recall.published_at is not None or was_public:
        return "It was public, so it is never deleted, only withdrawn."
    if recall.followed_by.exists() or recall.replaces.exists():
        return "Another notice names it: take it out there first."
    lists = CodeList.objects.filter(product__recall_id=recall.pk)
    if lists.exclude(status=CodeList.Status.DISCARDED, codes_stored=0).exists():
        return "It has lists of codes: discard them first. An active one is withdrawn before."
    return ""


class DraftPagesMixin:
    """For the pages of a notice and a product: a button saves and leads on to publishing. What
    never was public can be deleted, with what was asked for and refused, and with lists that are
    emptied; neither can be deleted by itself."""

    def get_actions(self, request):
        """Without Django's own that deletes many rows without a look at each."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and may_be_deleted(_recall_of(obj))

    def get_deleted_objects(self, objs, request):
        shown, counts, missing, kept = super().get_deleted_objects(objs, request)
        if all(may_be_deleted(_recall_of(obj)) for obj in objs):
            missing, kept = set(), []
        return shown, counts, missing, kept

    def delete_model(self, request, obj):
        recall = lock_recall(_recall_of(obj).pk)
        # Somebody may have asked to publish it while the page was open.
        if not may_be_deleted(recall):
            raise PermissionDenied
        CodeList.objects.filter(product__recall=recall).update(replaces=None)
        if obj.pk == recall.pk and isinstance(obj, Recall):
            recall.publications.all().delete()
        super().delete_model(request, obj)

    def response_add(self, request, obj, post_url_continue=None):
        return self._go_on(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        return self._go_on(request, obj) or super().response_change(request, obj)

    def _go_on(self, request, obj):
        if "_publish" not in request.POST or not request.user.has_perm("recalls.add_publication"):
            return None
        recall = _recall_of(obj)
        messages.success(request, f"{recall} is saved. Nothing is public yet: go on below.")
        return redirect("admin:recalls_recall_publish", recall.pk)


def _recall_of(row: Recall | Product | None) -> Recall | None:
    return row.recall if isinstance(row, Product) else row


class FullValidationForm(forms.ModelForm):
    """Holds a form to every rule about its row, also those about fields that it does not show.

    Django leaves these out, and the database would answer with an error page.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, LanguageChoiceField):
                field.keep(getattr(self.instance, name))

    def _post_clean(self):
        """Each constraint is a query, so none is asked twice, nor of a line that nobody changed."""
        row = self.instance
        row.validate_constraints = lambda exclude=None: None
        super()._post_clean()
        del row.validate_constraints
        if row.pk and not self.has_changed():
            return
        try:
            row.validate_constraints(self._get_validation_exclusions() if self.errors else None)
        except ValidationError as error:
            self._update_errors(error)

    def _update_errors(self, errors):
        if hasattr(errors, "error_dict"):
            for name in set(errors.error_dict) - set(self.fields) - {NON_FIELD_ERRORS}:
                errors.error_dict.setdefault(NON_FIELD_ERRORS, []).extend(
                    errors.error_dict.pop(name)
                )
        super()._update_errors(errors)


class ShapesForm(FullValidationForm):
    """A product's shapes, which the codes of its lists fit."""

    def _post_clean(self):
        super()._post_clean()
        if self.instance.pk and "shapes" in self.changed_data and "shapes" not in self.errors:
            against = out_of_shape.sentences(self.instance, self.instance.parse_shapes())
            if against:
                self.add_error("shapes", against)


# Fields in which each line is an item of a list of the public page.
_LISTS = {"stop_use", "remedy", "have_ready", "disposal", "dos", "donts"}
_BULLET = re.compile(r"\s*[•◦▪‣·●○■□*\uf0a7\uf0b7–—-]\s+")
_NUMBER = re.compile(r"\s*(\d{1,2})[.)]\s+")


def without_list_marks(text: str) -> str:
    """The lines without the bullets or numbers of a word processor: the page has its own. Numbers
    go only where they count the lines, so that “12. June” stays."""
    lines = [
        _BULLET.sub("", line, count=1) if _BULLET.match(line) else line
        for line in text.splitlines()
    ]
    items = [line for line in lines if line.strip()]
    numbers = [_NUMBER.match(line) for line in items]
    if all(mark and int(mark[1]) == place for place, mark in enumerate(numbers, start=1)):
        lines = [_NUMBER.sub("", line, count=1) for line in lines]
    return "\n".join(lines)


class ListsForm(FullValidationForm):
    """What is pasted as a list loses the marks of its items."""

    def clean(self):
        data = super().clean()
        for name in _LISTS & set(data):
            if isinstance(data[name], dict):
                data[name] = {tag: without_list_marks(text) for tag, text in data[name].items()}
            else:
                data[name] = without_list_marks(data[name])
        return data


class OptimisticLockForm(FullValidationForm):
    """A form of a notice or one of its products is refused where somebody else has saved either
    after the page was opened, so that nothing is overwritten unseen."""

    # The notice's revision when the page was opened.
    opened = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.recall_id:
            revisions = Recall.objects.filter(pk=self.recall_id).values_list("revision", flat=True)
            self.initial["opened"] = revisions.get()

    @property
    def recall_id(self) -> int | None:
        row = self.instance
        return row.pk if isinstance(row, Recall) or row.pk is None else row.recall_id

    def clean(self):
        data = super().clean()
        if self.recall_id:
            # Held until the save is over: of two presses at once one comes second.
            recall = lock_recall(self.recall_id)
            if data.get("opened") != recall.revision:
                self.add_error(None, forms.ValidationError(saved_by_another(recall), code="opened"))
        elif data.get("recall"):
            lock_recall(data["recall"].pk)  # of a product that is new
        return data


def saved_by_another(recall: Recall) -> str:
    products = [str(pk) for pk in recall.products.values_list("pk", flat=True)]
    ours, theirs = (ContentType.objects.get_for_model(model) for model in (Recall, Product))
    last = (
        LogEntry.objects.filter(
            models.Q(content_type=ours, object_id=str(recall.pk))
            | models.Q(content_type=theirs, object_id__in=products)
        )
        .select_related("user")
        .first()
    )
    who = f"{last.user}, {format_moment(last.action_time)}" if last else "from the command line"
    return format_html(
        "This notice or one of its products was saved after you opened this page ({}). Nothing of "
        "yours is saved, so that nothing of theirs is lost. Open the page again in another tab and "
        'enter your changes there; <a href="{}">the record</a> shows theirs.',
        who,
        reverse("admin:recalls_recall_record", args=[recall.pk]),
    )


def let_it_be_too_long(field: forms.CharField) -> forms.CharField:
    """A browser cuts what is pasted at `maxlength`, without a word. The form refuses it instead,
    with both numbers; a script counts while somebody types."""
    if field.widget.attrs.pop("maxlength", None) and field.max_length <= 500:
        field.widget.attrs["data-max"] = field.max_length
    return field


class _SelectWhileTyping(AutocompleteSelect):
    def optgroups(self, name, value, attr=None):
        """Shows nothing as chosen where the value, which the form refuses, cannot be a row's."""
        try:
            return super().optgroups(name, value, attr)
        except (ValueError, OverflowError):
            return super().optgroups(name, [], attr)


class FullValidationMixin:
    """For pages and inlines: forms held to every rule about their row, and small text fields."""

    form = FullValidationForm
    formfield_overrides = {models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 3})}}

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            # What it offers stands within the page's main part.
            attrs = {"data-dropdown-parent": "#content-start"}
            kwargs["widget"] = _SelectWhileTyping(db_field, self.admin_site, attrs=attrs)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field, forms.DateField):
            field.error_messages["invalid"] = (
                "Enter the date as 2026-11-29 or 29 November 2026. Where the month is a number in "
                "the middle, such as 12/06/2025, people read two different days."
            )
        if isinstance(field, forms.CharField):
            let_it_be_too_long(field)
        if field and isinstance(self, admin.TabularInline):
            # In a table the heading stands for the label, but only for those who see it.
            field.widget.attrs["aria-label"] = capfirst(field.label)
        return field


class ProtectPublishedMixin:
    """For inlines: no line of a notice that ever was public can be deleted."""

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and may_be_deleted(_recall_of(obj))


class SingleExtraMixin:
    """For long inlines of a notice: an empty form only where there is none yet."""

    def get_extra(self, request, obj=None, **kwargs):
        return 0 if obj and self.model.objects.filter(recall=obj).exists() else 1


class ReadOnlyMixin:
    """Rows that are made, changed and taken away by steps, never by the admin's forms."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
