"""Staff's lists of codes: load a file, see what it would change, make it active, withdraw it.

A file is stored in chunks under the status *loading*, so that nobody else waits for it, and becomes
a *draft* when it is whole. Nothing answers before a list is active and its notice is published
again. What a kill leaves is never live, and `sweep` takes it away.
"""

import datetime as dt
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from recalls import codes, list_rows, tables
from recalls.list_rows import Reader, Refused, Wanted
from recalls.models import (
    AffectedCode,
    CodeList,
    IdentificationRule,
    Product,
    Recall,
    RefusedRow,
)
from recalls.tables import NotATable

CODES_IN_A_CHUNK = 100_000
# SQLite has one writer; those who wait for it look every tenth of a second at the latest.
SECONDS_FOR_OTHERS = 0.11
# A load that has stored nothing for so long was killed.
MINUTES_UNTIL_SWEPT = 2
REFUSED_SHOWN = 50
_EXAMPLES = 5

_SKELETONS = bytes.maketrans(
    "".join(sign for group in codes.LOOK_ALIKES for sign in group).encode(),
    "".join(group[0] * len(group) for group in codes.LOOK_ALIKES).encode(),
)


@dataclass(frozen=True)
class Chunk:
    """Some rows of a file: their codes as they stand and as (skeleton, code) in the order of the
    key, so that each page of the index is written once; and how many rows were read with them."""

    found: list[str]
    refused: list[Refused]
    keyed: list[tuple[str, str]]
    rows: int


class LoadEnded(Exception):
    """Somebody has ended the load meanwhile: it was swept, or the list discarded."""


# Loading ------------------------------------------------------------------------------------------


def wanted(product: Product) -> Wanted:
    """What the rows of a file for this product must look like. Raises NotATable without a shape."""
    shapes = tuple(product.parse_shapes())
    if not shapes:
        raise NotATable(
            "Enter what the codes of this product look like first (“Shapes” on its page): without "
            "that no row can be told from a mistake. * stands for any code."
        )
    others = Product.objects.filter(recall=product.recall_id).exclude(pk=product.pk)
    return Wanted(
        name=str(product),
        shapes=shapes,
        unused_letters=product.unused_letters,
        models=frozenset(map(codes.normalise, product.model_list)),
        other_models={
            codes.normalise(model): str(other) for other in others for model in other.model_list
        },
    )


def load(
    *,
    product: Product,
    path: Path,
    by=None,
    file_name: str = "",
    chosen: dict | None = None,
    is_limited: bool = True,
    progress: Callable[[int], None] = lambda rows: None,
) -> CodeList:
    """Load a file as a draft list of the product; returns it. `progress` is told the rows read.

    Raises NotATable with the sentence for staff, or list_rows.ColumnNeeded; nothing is stored then.
    """
    sweep()
    table = tables.open_table(path, is_limited=is_limited)
    sought = wanted(product)
    sha256 = tables.sha256(path)
    _refuse_known(product, sha256)
    reader = Reader(table, list_rows.find_layout(table, sought, chosen), sought)
    loading = _Loading(product, reader, progress)
    # A wrong file shows itself in its first rows, before anything is stored of it.
    loading.look_ahead()
    code_list = _begin(product, file_name or path.name, sha256, by)
    try:
        loading.run(code_list)
        return loading.finish(code_list)
    except BaseException:
        # Also Ctrl+C. Where this fails too, `sweep` does it later.
        end(code_list)
        raise


def _refuse_known(product: Product, sha256: str) -> None:
    """Discarded and withdrawn lists do not count."""
    held = product.code_lists.filter(
        sha256=sha256,
        status__in=[CodeList.Status.LOADING, CodeList.Status.DRAFT, CodeList.Status.ACTIVE],
    ).first()
    if held:
        who = f" by {held.loaded_by}" if held.loaded_by else ""
        raise NotATable(
            f"This very file was loaded for this product on {held.loaded_at:%d %B %Y}{who} as "
            f"“{held.file_name}” ({held.get_status_display().lower()}). Nothing is to be done."
        )


def _begin(product: Product, file_name: str, sha256: str, by) -> CodeList:
    code_list = CodeList(product=product, file_name=file_name[-200:], sha256=sha256, loaded_by=by)
    try:
        with transaction.atomic():
            code_list.full_clean()
            code_list.save()
    except (ValidationError, IntegrityError) as error:
        raise NotATable(
            "This very file is being loaded for this product just now. Wait for it."
        ) from error
    return code_list


class _Loading:
    """One file on its way into the database."""

    def __init__(self, product: Product, reader: Reader, progress: Callable[[int], None]):
        self.product, self.reader, self.progress = product, reader, progress
        self.chunks = _chunks(reader)
        self.first_chunk: Chunk | None = None
        self.stored = self.valid = self.refused = self.in_rules = 0
        self.first: list[str] = []
        self.last: list[str] = []
        self.example: Refused | None = None
        self.rules = _live_rules(product)

    def look_ahead(self) -> None:
        self.first_chunk = next(self.chunks, Chunk([], [], [], 0))
        self._judge(self.first_chunk)
        if not self.valid and not self.reader.tally.of_others:
            raise NotATable("There is no code in this file.")

    def run(self, code_list: CodeList) -> None:
        in_turn = _turns()
        for chunk in chain([self.first_chunk], self._rest()):
            in_turn()
            self._store(code_list, chunk)
            self.progress(chunk.rows)
        if not self.valid:
            names = ", ".join(self.reader.tally.of_others)
            raise NotATable(f"No row of this file names {self.product}. They name {names}.")

    def _rest(self) -> Iterator[Chunk]:
        for chunk in _ahead(self.chunks):
            self._judge(chunk)
            yield chunk

    def _judge(self, chunk: Chunk) -> None:
        """The right file has few rows that do not fit; another product's has hardly any that do."""
        self.valid += len(chunk.found)
        self.refused += len(chunk.refused)
        self.example = self.example or next(iter(chunk.refused), None)
        if self.example and self.refused > 9 * self.valid:
            raise NotATable(
                f"Hardly a row of this file ({self.valid:,} of {self.valid + self.refused:,}) fits "
                f"the codes of {self.product}. Is it the right file, and the right column? Row "
                f"{self.example.row}, {self.example.value or 'blank'}: {self.example.reason}"
            )

    def _store(self, code_list: CodeList, chunk: Chunk) -> None:
        """One chunk in one short transaction."""
        self.first = self.first or chunk.found[:_EXAMPLES]
        self.last = [*self.last, *chunk.found[-_EXAMPLES:]][-_EXAMPLES:]
        self.in_rules += self._covered(chunk.found)
        rows = [
            RefusedRow(code_list=code_list, row=row.row, value=row.value, reason=row.reason)
            for row in chunk.refused
        ]
        with transaction.atomic():
            _still_loading(code_list)
            self.stored += _insert(code_list.pk, chunk.keyed)
            RefusedRow.objects.bulk_create(rows)

    def _covered(self, found: list[str]) -> int:
        leads = tuple(rule.lead for rule in self.rules)
        if not leads:
            return 0
        return sum(
            any(rule.matches(code) for rule in self.rules)
            for code in found
            if code.startswith(leads)
        )

    def finish(self, code_list: CodeList) -> CodeList:
        """The list whole: a draft, with its report."""
        report = self._report(code_list)
        with transaction.atomic():
            _still_loading(code_list)
            code_list.status = CodeList.Status.DRAFT
            code_list.rows_read = self.reader.tally.rows
            code_list.codes_stored = self.stored
            code_list.codes_repeated = self.valid - self.stored
            code_list.rows_refused = self.refused
            code_list.report = report
            code_list.full_clean()
            code_list.save()
        return code_list

    def _report(self, code_list: CodeList) -> dict:
        tally = self.reader.tally
        return {
            "kind": self.reader.table.kind,
            "layout": self.reader.layout.sentence,
            "first": self.first,
            "last": self.last,
            "ranges": tally.ranges,
            "respelled": tally.respelled,
            "other_scripts": tally.other_scripts,
            "skipped": dict(tally.skipped),
            "notes": tally.notes,
            "of_others": dict(tally.of_others),
            "elsewhere": _shared_with(code_list, _active_lists(code_list.product)),
            "in_rules": self.in_rules,
        }


def _chunks(reader: Reader) -> Iterator[Chunk]:
    for found, refused in reader.chunks(CODES_IN_A_CHUNK):
        skeletons = "\n".join(found).encode().translate(_SKELETONS).decode().split("\n")
        keyed = sorted(set(zip(skeletons, found, strict=True))) if found else []
        yield Chunk(found, refused, keyed, reader.tally.rows)


def _ahead(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    """Reads the next chunk while PostgreSQL stores the one before. Not beside SQLite: it works in
    this process, and two threads would take turns for each single code."""
    if connection.vendor != "postgresql":
        yield from chunks
        return
    with ThreadPoolExecutor(1) as reads:
        coming = reads.submit(next, chunks, None)
        while chunk := coming.result():
            coming = reads.submit(next, chunks, None)
            yield chunk


def _live_rules(product: Product) -> list[codes.Rule]:
    rows = product.rules.filter(
        status=IdentificationRule.Status.ACTIVE, effect=IdentificationRule.Effect.RECALLED
    )
    return [codes.parse_rule(row.text) for row in rows]


def _turns() -> Callable[[], None]:
    """To be called before each write, so that whoever waits for SQLite's lock gets it."""
    last = 0.0

    def in_turn() -> None:
        nonlocal last
        if last and connection.vendor == "sqlite":
            time.sleep(max(0.0, SECONDS_FOR_OTHERS - (time.monotonic() - last)))
        last = time.monotonic()

    return in_turn


def _still_loading(code_list: CodeList) -> None:
    """Within the transaction of each write. `update()`, so that the version stays as it is."""
    moved = CodeList.objects.filter(pk=code_list.pk, status=CodeList.Status.LOADING).update(
        alive_at=timezone.now()
    )
    if not moved:
        raise LoadEnded(f"The load of {code_list.file_name} was ended meanwhile. Load it again.")


def _insert(list_id: int, keyed: list[tuple[str, str]]) -> int:
    """Store the codes; returns how many the list did not hold yet."""
    if not keyed:
        return 0
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            return _copy(cursor, list_id, keyed)
        # Only for a code that is there already: a broken rule is still an error.
        cursor.executemany(
            "INSERT INTO recalls_affectedcode (skeleton, code, code_list_id) VALUES (%s, %s, %s) "
            "ON CONFLICT (skeleton, code, code_list_id) DO NOTHING",
            [(skeleton, code, list_id) for skeleton, code in keyed],
        )
        return cursor.rowcount


def _copy(cursor, list_id: int, rows: list[tuple[str, str]]) -> int:
    """COPY cannot pass over a code that the list has; the rare chunk with one goes another way."""
    try:
        with transaction.atomic():
            columns = "COPY recalls_affectedcode (skeleton, code, code_list_id) FROM STDIN"
            with connection.wrap_database_errors, cursor.copy(columns) as copy:
                copy.write("".join([f"{skeleton}\t{code}\t{list_id}\n" for skeleton, code in rows]))
            return cursor.rowcount
    except IntegrityError:
        skeletons, found = zip(*rows, strict=True)
        cursor.execute(
            "INSERT INTO recalls_affectedcode (skeleton, code, code_list_id) "
            "SELECT skeleton, code, %s FROM unnest(%s::text[], %s::text[]) AS t (skeleton, code) "
            "ON CONFLICT (skeleton, code, code_list_id) DO NOTHING",
            [list_id, list(skeletons), list(found)],
        )
        return cursor.rowcount


# Taking away --------------------------------------------------------------------------------------


def sweep() -> int:
    """Take away what killed loads have left; returns how many there were."""
    killed = CodeList.objects.filter(
        status=CodeList.Status.LOADING,
        alive_at__lt=timezone.now() - dt.timedelta(minutes=MINUTES_UNTIL_SWEPT),
    )
    # Emptied where a discarding was cut off.
    half_gone = CodeList.objects.filter(status=CodeList.Status.DISCARDED, codes_stored__gt=0)
    ended = [*killed, *half_gone]
    for code_list in ended:
        end(code_list)
    return len(ended)


def end(code_list: CodeList) -> None:
    """End a load, or empty a discarded list. First the status, so that the load itself stops; the
    row stays, and says what was begun."""
    with transaction.atomic():
        row = CodeList.objects.select_for_update().get(pk=code_list.pk)
        if row.status == CodeList.Status.LOADING:
            row.status = CodeList.Status.DISCARDED
            row.codes_stored = 1  # until they are gone
            row._change_reason = "The load was not finished."
            row.save()
    if row.status == CodeList.Status.DISCARDED:
        _delete_codes(row)
        with transaction.atomic():
            row.refused.all().delete()
            row.codes_stored = 0
            row.save()


def _delete_codes(code_list: CodeList) -> None:
    """Along the key, so that each step is short; the key does not lead with the list."""
    low = ""
    in_turn = _turns()
    while True:
        after = AffectedCode.objects.filter(skeleton__gt=low).order_by("skeleton")
        ends = after.values_list("skeleton", flat=True)[CODES_IN_A_CHUNK : CODES_IN_A_CHUNK + 1]
        high = next(iter(ends), None)
        part = AffectedCode.objects.filter(code_list=code_list, skeleton__gt=low)
        in_turn()
        (part if high is None else part.filter(skeleton__lte=high))._raw_delete(part.db)
        if high is None:
            return
        low = high


# Comparing ----------------------------------------------------------------------------------------


def _active_lists(product: Product) -> models.QuerySet[CodeList]:
    return CodeList.objects.filter(product=product, status=CodeList.Status.ACTIVE)


def _held_in(lists: Iterable[int]) -> Exists:
    return Exists(
        AffectedCode.objects.filter(
            skeleton=OuterRef("skeleton"), code=OuterRef("code"), code_list_id__in=list(lists)
        )
    )


def _shared_with(code_list: CodeList, others: models.QuerySet[CodeList]) -> int:
    ids = list(others.exclude(pk=code_list.pk).values_list("pk", flat=True))
    if not ids:
        return 0
    if connection.vendor == "postgresql":
        # It still takes the table for as small as before the load, and would read it for each code.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE recalls_affectedcode")
    return AffectedCode.objects.filter(_held_in(ids), code_list=code_list).count()


def difference(new: CodeList, old: CodeList) -> dict:
    """What changes if the one takes the other's place: counts and the first few codes of each.
    A code that stays in a third active list is not dropped."""
    others = _active_lists(new.product).exclude(pk__in=[new.pk, old.pk])
    kept = [new.pk, *others.values_list("pk", flat=True)]
    added = AffectedCode.objects.filter(~_held_in([old.pk]), code_list=new)
    dropped = AffectedCode.objects.filter(~_held_in(kept), code_list=old)
    return {
        "added": added.count(),
        "added_examples": _first(added),
        "dropped": dropped.count(),
        "dropped_examples": _first(dropped),
    }


def _first(found: models.QuerySet[AffectedCode]) -> list[str]:
    return list(found.order_by("skeleton", "code").values_list("code", flat=True)[:_EXAMPLES])


def holds(code_list: CodeList, text: str) -> tuple[bool, list[str]]:
    """Whether the code is in the list, and which of its codes look like it."""
    code = codes.normalise(text)
    alike = set(
        AffectedCode.objects.filter(
            code_list=code_list, skeleton__in=[codes.skeleton(code)]
        ).values_list("code", flat=True)[:_EXAMPLES]
    )
    is_in = AffectedCode.objects.filter(
        code_list=code_list, skeleton=codes.skeleton(code), code=code
    ).exists()
    return is_in, sorted(alike - {code})


def count(code_list: CodeList) -> int:
    """How many codes the database holds of it, counted anew."""
    return AffectedCode.objects.filter(code_list=code_list).count()


# The steps ----------------------------------------------------------------------------------------


def make_active(
    *, code_list: CodeList, by, waiver: str = "", replaces: CodeList | None = None
) -> None:
    """The list counts from the notice's next publication on; the one that it replaces no longer
    does. Raises ValidationError with the sentence for staff."""
    held = count(code_list)
    if held != code_list.codes_stored:
        raise ValidationError(
            f"Of {code_list.codes_stored:,} codes {held:,} are in the database. Discard this list "
            "and load the file again."
        )
    with transaction.atomic():
        row = _locked(code_list, CodeList.Status.DRAFT)
        row.waiver = waiver.strip()
        row.status, row.activated_at = CodeList.Status.ACTIVE, timezone.now()
        row.replaces = replaces
        row.full_clean()
        row.save()
        if replaces:
            _withdraw(_locked(replaces, CodeList.Status.ACTIVE), f"Replaced by {row.file_name}.")
        _log(by, row, f"Made active{f' in place of {replaces.file_name}' if replaces else ''}.")
    code_list.refresh_from_db()


def withdraw(*, code_list: CodeList, by, reason: str) -> None:
    """The list counts no longer from the notice's next publication on, and the product's list is
    no longer complete."""
    if not reason.strip():
        raise ValidationError("Say why the list is withdrawn.")
    with transaction.atomic():
        row = _locked(code_list, CodeList.Status.ACTIVE)
        _withdraw(row, reason.strip())
        _log(by, row, f"Withdrawn. {reason.strip()}")
    code_list.refresh_from_db()


def _withdraw(row: CodeList, reason: str) -> None:
    row.status = CodeList.Status.WITHDRAWN
    row._change_reason = reason[:100]
    row.full_clean()
    # The model ends the completeness of the product's list with it.
    row.save()


def discard(*, code_list: CodeList, by) -> None:
    """A draft that is not to be used: its codes go, its row stays."""
    with transaction.atomic():
        row = _locked(code_list, CodeList.Status.DRAFT)
        row.status = CodeList.Status.DISCARDED
        row.save()
        _log(by, row, "Discarded.")
    end(row)
    code_list.refresh_from_db()


def _locked(code_list: CodeList, expected: str) -> CodeList:
    """The list read afresh; nobody else takes a step with its notice until the transaction ends."""
    Recall.objects.select_for_update().get(products__pk=code_list.product_id)
    row = CodeList.objects.select_for_update().get(pk=code_list.pk)
    if row.status != expected:
        raise ValidationError(
            f"Somebody has done something with this list already: it is "
            f"{row.get_status_display().lower()} now."
        )
    return row


def _log(by, row: CodeList, message: str) -> None:
    if by is not None:
        LogEntry.objects.log_actions(by.pk, [row], CHANGE, message, single_object=True)
