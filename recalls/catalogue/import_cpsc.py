"""Records of the CPSC's Recall Retrieval API become drafts, each in a transaction of its own.

Nothing that is here already is touched, and nothing is published.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from recalls.catalogue.cpsc_record import (
    MappedRecord,
    RecordError,
    map_record,
    printed_number,
)
from recalls.catalogue.load_catalogue import store_notice
from recalls.catalogue.tables import CatalogueError
from recalls.lists.limits import MEGABYTE
from recalls.models import Recall, RecallCountry
from recalls.publishing.copies import free_slug

# Of this site, or of another one like it.
_OWN_PAGE = re.compile(r"/[a-z-]{2,12}/recalls/([a-z0-9-]+)/$")
# The whole set was 27 MB in 2026.
MAX_BYTES = 64 * MEGABYTE
# What a page takes: the rest is for the command, which nobody waits for.
MAX_PAGE_BYTES, MAX_PAGE_RECORDS = MEGABYTE, 100


class FileRefused(Exception):
    """A file holds no records; its text is a sentence that says why."""


@dataclass
class ImportedRecord:
    """One line of the result. `recall`: the draft made of it. `why_not`: nothing was stored of it,
    and why; `existing`: the notice that it would have been again."""

    name: str
    recall: Recall | None = None
    left: list[str] = field(default_factory=list)
    why_not: str = ""
    existing: Recall | None = None


def read_records(content: bytes, *, max_records: int | None = None) -> list[object]:
    """The records of a JSON file: a list of them, or one alone. Raises FileRefused."""
    if len(content) > MAX_BYTES:
        raise FileRefused(f"The file has more than {MAX_BYTES // MEGABYTE} MB.")
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise FileRefused("The file is not saved as UTF-8.") from error
    except json.JSONDecodeError as error:
        raise FileRefused(
            f"The file is no JSON: {error.msg}, line {error.lineno}. Ask the service with "
            "format=json."
        ) from error
    except (RecursionError, ValueError) as error:
        raise FileRefused("The file is no JSON that can be read: too deep, or too long.") from error
    records = [data] if isinstance(data, dict) else data
    if not isinstance(records, list):
        raise FileRefused("The file holds neither a record nor a list of records.")
    if not records:
        raise FileRefused("The file holds an empty list: the service found nothing.")
    if max_records and len(records) > max_records:
        raise FileRefused(
            f"The file has {len(records):,} records; {max_records} at most are brought in here. "
            "For more there is manage.py import_cpsc."
        )
    return records


def import_records(records: list[object], *, by: User | None = None) -> Iterator[ImportedRecord]:
    """Bring in one record after the other, each whole or not at all. `by`: who did it; None in a
    shell."""
    for place, record in enumerate(records, start=1):
        yield _import_record(record, place, by)


def _import_record(record: object, place: int, by: User | None) -> ImportedRecord:
    try:
        mapped = map_record(record)
    except RecordError as error:
        return ImportedRecord(_name_of(record, place), why_not=str(error))
    if existing := find_existing(mapped):
        why_not = f"It is here already, as {existing}, and was left as it is."
        return ImportedRecord(mapped.name, why_not=why_not, existing=existing)
    try:
        recall = _store(mapped, by)
    except CatalogueError as error:
        return ImportedRecord(mapped.name, why_not=f"It cannot be stored. {error}")
    return ImportedRecord(mapped.name, recall, mapped.left)


def _name_of(record: object, place: int) -> str:
    """What a refused record is called: by its number, where it has one, or by its place."""
    number = record.get("RecallNumber") if isinstance(record, dict) else None
    return str(number)[:40] if isinstance(number, str | int) and number else f"Record {place}"


def _store(mapped: MappedRecord, by: User | None) -> Recall:
    with transaction.atomic():
        slug = free_slug(mapped.slug)
        recall = store_notice(slug, mapped.table, where=mapped.name, may_lack_remedy=True)
        if by:
            message = f"Brought in from the CPSC's record {mapped.name}."
            LogEntry.objects.log_actions(by.pk, [recall], ADDITION, message, single_object=True)
    return recall


# Here already -------------------------------------------------------------------------------------


def find_existing(mapped: MappedRecord) -> Recall | None:
    """The notice that this record would be again: of the same number, or with the same page,
    which may be a page of this site."""
    if mapped.number:
        same = Q()
        for number in {mapped.number, printed_number(mapped.number)}:
            same |= Q(authority_number__iexact=number)
            same |= Q(countries__authority_number__iexact=number)
        if existing := Recall.objects.filter(same).first():
            return existing
    if own := _OWN_PAGE.search(mapped.address):
        return Recall.objects.filter(slug=own[1]).first()
    return _of_page(mapped.address) if mapped.address else None


def _of_page(address: str) -> Recall | None:
    """The notice with that official page, with or without www. and https."""
    tail = address.rstrip("/").split("://")[-1].removeprefix("www.")
    pages = RecallCountry.objects.filter(notice_url__icontains=tail)
    of_countries = [(row.recall, row.notice_url) for row in pages.select_related("recall")]
    named = Recall.objects.filter(sources__icontains=tail)
    of_sources = [(recall, line) for recall in named for line in recall.sources.split()]
    for recall, found in [*of_countries, *of_sources]:
        if found.rstrip("/").lower().endswith(tail.lower()):
            return recall
    return None
