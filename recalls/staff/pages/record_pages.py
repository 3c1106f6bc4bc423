"""The record of a notice: who did what, when and with which values, in order, on one page; and
the same as one file for a lawyer or a court, with each edition word for word.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Field, ForeignKey, Model
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.text import capfirst

from recalls import languages
from recalls.localized_text import LocalizedText, LocalizedTextField
from recalls.models import MonthlyFigures, Publication, Recall
from recalls.options import OptionsField
from recalls.public.formats import format_moment
from recalls.published.snapshots import hash_snapshot, text_of_snapshot
from recalls.publishing.permissions import history_of
from recalls.staff.pages.shared import get_permitted_recall, page_urls, render

ENTRIES_ON_A_PAGE = 100
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
# Who a row is from that names no person; the site wrote the first kind while it published.
_SITE, _SHELL = "The site", "The command line"
_VERBS = {"+": "added", "~": "changed", "-": "deleted"}
# Said by the entry itself, or of no interest to a reader.
_NOT_SHOWN = {"id", "revision", "alive_at", "report"}


@dataclass
class Entry:
    """One line of the record. `values` are (field, before, after)."""

    when: dt.datetime
    who: str
    kind: str
    what: str
    row: Model | None = None
    link: str = ""
    values: list[tuple[str, str, str]] = field(default_factory=list)


class RecordFilter(forms.Form):
    """Who, what and when; left empty, each lets all through."""

    who = forms.ChoiceField(label="Person", required=False)
    kind = forms.ChoiceField(label="What", required=False)
    since = forms.DateField(label="From", required=False, widget=_DAY)
    until = forms.DateField(label="To", required=False, widget=_DAY)

    def __init__(self, *args, entries: list[Entry], **kwargs):
        super().__init__(*args, **kwargs)
        self.entries = entries
        for name, empty in (("who", "Everybody"), ("kind", "Everything")):
            present = sorted({getattr(entry, name) for entry in entries})
            choices = [(value, capfirst(value) if name == "kind" else value) for value in present]
            self.fields[name].choices = [("", empty), *choices]

    @property
    def chosen(self) -> list[Entry]:
        """The entries that fit, in their order; all where the form cannot be read."""
        if not self.is_valid():
            return self.entries
        data = self.cleaned_data
        return [
            entry
            for entry in self.entries
            if data["who"] in ("", entry.who)
            and data["kind"] in ("", entry.kind)
            and (data["since"] is None or data["since"] <= entry.when.date())
            and (data["until"] is None or entry.when.date() <= data["until"])
        ]


def record_urls(model_admin: admin.ModelAdmin) -> list[URLPattern]:
    pages = {
        "record": ("<int:pk>/record/", record_page),
        "record_file": ("<int:pk>/record/file/", download_record),
    }
    return page_urls(model_admin, pages)


def record_page(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    recall = get_permitted_recall(request, pk, "view_recall")
    entries = _entries(recall)[::-1]
    form = RecordFilter(request.GET or None, entries=entries)
    page = Paginator(form.chosen, ENTRIES_ON_A_PAGE).get_page(request.GET.get("p"))
    name_of = _row_names()
    for entry in page:
        if entry.row is not None:
            entry.values = _changed_values(entry.row, entry.row.prev_record, name_of)
    ctx = {"recall": recall, "page": page, "form": form, "in_all": len(entries)}
    return render(request, model_admin, "record.html", f"Record of {recall}", ctx)


def _entries(recall: Recall) -> list[Entry]:
    """Everything that was done, the oldest first."""
    entries = [*_row_entries(recall), *_publication_entries(recall)]
    return sorted(entries, key=lambda entry: entry.when)


def _row_entries(recall: Recall) -> list[Entry]:
    """Return what staff entered, row by row, those included that are gone."""
    figures = MonthlyFigures.history.filter(recall_id=recall.pk)
    entries = []
    for model, rows in (*history_of(recall), (MonthlyFigures, figures)):
        name = model._meta.verbose_name
        for row in rows:
            reason = f" ({row.history_change_reason})" if row.history_change_reason else ""
            what = f"{name} “{row.instance}” {_VERBS[row.history_type]}{reason}"
            who = row.who or (_SITE if row.by_site else _SHELL)
            entries.append(Entry(row.history_date, who, str(name), what, row))
    return entries


def _publication_entries(recall: Recall) -> list[Entry]:
    entries = []
    for publication in recall.publications.select_related("asked_by", "decided_by", "reviewed_by"):
        link = reverse("admin:recalls_publication_review", args=[publication.pk])

        def add(when, who, what, publication=publication, link=link):
            name = who.get_username() if who else _SHELL
            what = f"Publication {publication.pk}: {what}"
            entries.append(Entry(when, name, "publication", what, link=link))

        reason = f" Reason: {publication.reason}" if publication.reason else ""
        add(publication.asked_at, publication.asked_by, f"asked for.{reason}")
        if publication.decided_at:
            add(publication.decided_at, publication.decided_by, _decision(publication))
        if publication.live_from:
            what = "the notice was withdrawn." if publication.withdraws else "became public."
            add(publication.live_from, publication.decided_by, what)
        if publication.reviewed_at:
            add(publication.reviewed_at, publication.reviewed_by, "had its second look.")
    return entries


def _decision(publication: Publication) -> str:
    if publication.status == Publication.Status.SENT_BACK:
        return f"sent back. {publication.comment}"
    if publication.status == Publication.Status.CANCELED:
        return "canceled."
    return "approved."


def _row_names() -> Callable[[type[Model], int], str]:
    """Return what names a row that another one refers to, each asked for once."""

    @cache
    def name_of(model: type[Model], key: int) -> str:
        row = model._base_manager.filter(pk=key).first()
        return str(row) if row else f"number {key}, which is deleted"

    return name_of


def _changed_values(row, before, name_of) -> list[tuple[str, str, str]]:
    """Return what the row changed since `before`; of a new one every value that is not empty, but
    for the notice, which the page is about."""
    changes = []
    for column in row.tracked_fields:
        if column.name in _NOT_SHOWN or (column.name == "recall" and not before):
            continue
        old = getattr(before, column.attname) if before else None
        new = getattr(row, column.attname)
        if isinstance(column, LocalizedTextField):
            changes += _changed_texts(str(column.verbose_name), old or {}, new)
        elif old != new and (before or new not in (None, "", False)):
            name = str(column.verbose_name)
            shown = (_display_of(column, value, name_of) for value in (old, new))
            changes.append((name, *shown))
    return changes


def _changed_texts(name: str, old: LocalizedText, new: LocalizedText) -> list[tuple[str, str, str]]:
    """Each language by itself."""
    return [
        (
            f"{name} ({languages.staff_name(tag)})",
            _display(old.get(tag, "")),
            _display(new.get(tag, "")),
        )
        for tag in languages.in_order({**old, **new})
        if old.get(tag, "") != new.get(tag, "")
    ]


def _display_of(column: Field, value, name_of) -> str:
    """The value in the words that the form has for it."""
    if isinstance(column, OptionsField):
        return _display(", ".join(column.labels(value)))
    if isinstance(column, ForeignKey) and value is not None:
        return name_of(column.related_model, value)
    if column.name == "language":
        return languages.staff_name(value) if value else _display(value)
    return _display(dict(column.flatchoices).get(value, value))


def _display(value) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        return format_moment(value)
    if isinstance(value, dt.date):
        return f"{value.day} {value:%B %Y}"
    return str(value)


# As one file --------------------------------------------------------------------------------------

_ABOUT = """\
This file has everything that was done with the notice on this site: first each edition of its
content that somebody asked to publish, word for word, then every step, the oldest first. Nobody
can change a step once it stands there. Times are in UTC.

Each edition has a fingerprint, which is worked out from its content alone: the SHA-256 of the line
below “Content”, in ASCII, without the end of the line. Had a single character been changed since,
the fingerprint would be another. Anybody can work it out again, for instance with the program
sha256sum. Where it was worked out again for this file, the file says whether it is the same."""


def download_record(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    recall = get_permitted_recall(request, pk, "view_recall")
    made = f"Made on {format_moment(timezone.now())} by {request.user.get_username()}, "
    made += f"from the site of {settings.OPERATOR_NAME or settings.SITE_NAME}."
    lines = [f"RECORD OF THE NOTICE {recall}", made, "", _ABOUT, "", "EDITIONS", ""]
    text = "\n".join([*lines, *_edition_lines(recall), "STEPS", "", *_step_lines(recall), ""])
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="record-{recall.slug}.txt"'
    return response


def _edition_lines(recall: Recall) -> Iterator[str]:
    publications = recall.publications.select_related("asked_by", "decided_by", "reviewed_by")
    for publication in publications.order_by("pk"):
        is_same = hash_snapshot(publication.content) == publication.sha256
        yield f"Edition {publication.pk}: {publication.state.lower()}"
        yield f"Public: {_display(publication.live_from)} to {_display(publication.live_until)}"
        yield f"Fingerprint: {publication.sha256}"
        yield f"Worked out again: {'the same' if is_same else 'NOT THE SAME'}"
        yield "What it changed:"
        yield from (f"  {line}" for line in publication.summary.splitlines())
        yield "Content:"
        yield text_of_snapshot(publication.content)
        yield ""
    if not publications:
        yield from ("None.", "")


def _step_lines(recall: Recall) -> Iterator[str]:
    last: dict[tuple[type[Model], int], Model] = {}
    name_of = _row_names()
    for entry in _entries(recall):
        yield f"{format_moment(entry.when)}. {entry.who}. {entry.what}"
        if entry.row is not None:
            key = (type(entry.row), entry.row.id)
            for name, before, after in _changed_values(entry.row, last.get(key), name_of):
                yield from _indented(f"{name}: {before} → {after}")
            last[key] = entry.row


def _indented(text: str) -> list[str]:
    return [f"    {line}" for line in text.splitlines()]
