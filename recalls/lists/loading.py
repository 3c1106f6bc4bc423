"""Staff's lists of codes: load a file, see what it would change, make it active, withdraw it.

A file is stored in chunks under the status *loading*, so that nobody else waits for it, and becomes
a *draft* when it is whole. Nothing answers before a list is active and its notice is published
again. What a kill leaves is never live, and `sweep` takes it away.
"""

import datetime as dt
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path

from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from recalls import codes
from recalls.lists import files, rows
from recalls.lists.files import NotATable
from recalls.lists.rows import Reader, Refused, Wanted
from recalls.models import (
    AffectedCode,
    CodeList,
    IdentificationRule,
    Product,
    Recall,
    RefusedRow,
    SkeletonOf,
)

CODES_IN_A_CHUNK = 150_000
# SQLite has one writer. Those who wait for it look after a twentieth of a second at the latest, and
# every tenth once they have waited for a fifth.
SECONDS_FOR_OTHERS, SECONDS_OF_A_SHORT_WRITE = 0.055, 0.2
# A load that has stored nothing for so long was killed.
MINUTES_UNTIL_SWEPT = 2
REFUSED_SHOWN = 50
MAX_EXAMPLES = 5

_SKELETONS = bytes.maketrans(
    "".join(character for group in codes.CONFUSABLES for character in group).encode(),
    "".join(group[0] * len(group) for group in codes.CONFUSABLES).encode(),
)
_LENGTHS = frozenset(range(1, codes.MAX_CODE_LENGTH + 1))
_CODES_IN_A_STATEMENT = 8000
_SKELETON_OF = SkeletonOf.template % {"expressions": "%s"}


@dataclass(frozen=True)
class Chunk:
    """Some rows of a file: their codes as they stand and as keys, and how many rows were read so
    far."""

    found: list[str]
    refused: list[Refused]
    keys: "Keys"
    rows: int


@dataclass(frozen=True)
class Keys:
    """Codes as the database files them: "SKELETON CODE", in the order of the key so that each page
    of it is written once; and the two parts of all of them, a line for each."""

    pairs: list[str]
    skeletons: str
    codes: str

    @classmethod
    def of(cls, found: list[str]) -> "Keys":
        text = "\n".join(found)
        skeletons = text.encode().translate(_SKELETONS).decode()
        # A code with a line break in it would not come out even.
        pairs = zip(skeletons.split("\n") if found else [], found, strict=True)
        return cls(sorted(map(" ".join, pairs)), skeletons, text)

    @property
    def are_in_normal_form(self) -> bool:
        lengths = set(map(len, self.codes.split("\n")))
        others = self.codes.encode().translate(None, f"{codes.CHARACTERS}\n".encode())
        return not others and lengths <= _LENGTHS


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
    table = files.open_table(path, is_limited=is_limited)
    sought = wanted(product)
    sha256 = files.sha256(path)
    _refuse_known(product, sha256)
    reader = Reader(table, rows.find_layout(table, sought, chosen), sought)
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
        self.chunks = _ahead(_chunks(reader))
        self.first_chunk: Chunk | None = None
        self.stored = self.valid = self.refused = self.in_rules = 0
        self.first: list[str] = []
        self.last: list[str] = []
        self.example: Refused | None = None
        self.rules = _live_rules(product)

    def look_ahead(self) -> None:
        self.first_chunk = next(self.chunks, Chunk([], [], Keys.of([]), 0))
        self._judge(self.first_chunk)
        if not self.valid and not self.reader.tally.of_others:
            raise NotATable("There is no code in this file.")

    def run(self, code_list: CodeList) -> None:
        turns = Turns()
        for chunk in chain([self.first_chunk], self._rest()):
            self._store(code_list, chunk, turns)
            self.progress(chunk.rows)
        if not self.valid:
            names = ", ".join(self.reader.tally.of_others)
            raise NotATable(f"No row of this file names {self.product}. They name {names}.")

    def _rest(self) -> Iterator[Chunk]:
        for chunk in self.chunks:
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

    def _store(self, code_list: CodeList, chunk: Chunk, turns: "Turns") -> None:
        """One chunk in one short transaction."""
        self.first = self.first or chunk.found[:MAX_EXAMPLES]
        self.last = [*self.last, *chunk.found[-MAX_EXAMPLES:]][-MAX_EXAMPLES:]
        self.in_rules += self._covered(chunk.found)
        rows = [
            RefusedRow(code_list=code_list, row=row.row, value=row.value, reason=row.reason)
            for row in chunk.refused
        ]
        insert = inserting(code_list.pk, chunk.keys)
        with turns.next(), transaction.atomic():
            _still_loading(code_list)
            self.stored += insert()
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
            "elsewhere": shared_with(code_list, active_lists(code_list.product)),
            "in_rules": self.in_rules,
        }


def _chunks(reader: Reader) -> Iterator[Chunk]:
    # The first ones soon, so that the database has something to do.
    for found, refused in reader.chunks(CODES_IN_A_CHUNK, first=CODES_IN_A_CHUNK // 10):
        yield Chunk(found, refused, Keys.of(found), reader.tally.rows)


def _ahead(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    """Reads the next chunk while PostgreSQL stores the one before. Not beside SQLite: it works in
    this process, and two threads would wait for each other."""
    if connection.vendor != "postgresql":
        yield from chunks
        return
    with ThreadPoolExecutor(1, initializer=_give_way) as reads:
        coming = reads.submit(next, chunks, None)
        while chunk := coming.result():
            coming = reads.submit(next, chunks, None)
            yield chunk


def _give_way() -> None:
    """Checks come first. On Linux this is about the calling thread alone; elsewhere it does not
    matter."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)


def _live_rules(product: Product) -> list[codes.Rule]:
    rows = product.rules.filter(
        status=IdentificationRule.Status.ACTIVE, effect=IdentificationRule.Effect.RECALLED
    )
    return [codes.parse_rule(row.text) for row in rows]


class Turns:
    """Lets whoever waits for SQLite's lock have it between two writes."""

    ended = pause = 0.0

    @contextmanager
    def next(self) -> Iterator[None]:
        if connection.vendor == "sqlite":
            time.sleep(max(0.0, self.pause - (time.monotonic() - self.ended)))
        began = time.monotonic()
        yield
        self.ended = time.monotonic()
        is_short = self.ended - began < SECONDS_OF_A_SHORT_WRITE
        self.pause = SECONDS_FOR_OTHERS * (1 if is_short else 2)


def _still_loading(code_list: CodeList) -> None:
    """Within the transaction of each write. `update()`, so that the version stays as it is."""
    moved = CodeList.objects.filter(pk=code_list.pk, status=CodeList.Status.LOADING).update(
        alive_at=timezone.now()
    )
    if not moved:
        raise LoadEnded(f"The load of {code_list.file_name} was ended meanwhile. Load it again.")


def inserting(list_id: int, keys: Keys) -> Callable[[], int]:
    """What stores the codes, with all done that needs no lock; it returns how many of them the
    list did not hold yet."""
    if connection.vendor == "postgresql":
        insert = _copy
    else:
        insert = _insert_at_once if _are_as_the_constraints_say(keys) else _insert_each
    return partial(insert, list_id, keys.pairs)


def _insert_each(list_id: int, pairs: list[str]) -> int:
    with connection.cursor() as cursor:
        # Only for a code that is there already: a broken rule is still an error.
        cursor.executemany(
            "INSERT INTO recalls_affectedcode (skeleton, code, code_list_id) VALUES (%s, %s, %s) "
            "ON CONFLICT (skeleton, code, code_list_id) DO NOTHING",
            [
                (pair[: len(pair) // 2], pair[len(pair) // 2 + 1 :], list_id)  # equally long
                for pair in pairs
            ],
        )
        return cursor.rowcount


# SQLite


def _are_as_the_constraints_say(keys: Keys) -> bool:
    """Whether both constraints of AffectedCode are kept, asked of all codes at once: that takes the
    database a fifth of the time. In doubt no; then it asks about each."""
    if not keys.are_in_normal_form:
        return False
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_SKELETON_OF} = %s", [keys.codes, keys.skeletons])
        return bool(cursor.fetchone()[0])


def _insert_at_once(list_id: int, pairs: list[str]) -> int:
    """Some thousand codes in a statement."""
    connection.ensure_connection()
    # Not through Django's cursor, which would look for each place in the text of each statement.
    raw, before = connection.connection, connection.connection.total_changes
    size = min(_CODES_IN_A_STATEMENT, raw.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER) // 2)
    with connection.wrap_database_errors:
        raw.execute("PRAGMA ignore_check_constraints = ON")
        try:
            for start in range(0, len(pairs), size):
                values = " ".join(pairs[start : start + size]).split(" ")
                raw.execute(_insert_statement(list_id, len(values) // 2), values)
        finally:
            raw.execute("PRAGMA ignore_check_constraints = OFF")
    return raw.total_changes - before


def _insert_statement(list_id: int, count: int) -> str:
    return (
        "INSERT INTO recalls_affectedcode (skeleton, code, code_list_id) VALUES "  # noqa: S608
        + ", ".join([f"(?, ?, {int(list_id)})"] * count)
        + " ON CONFLICT (skeleton, code, code_list_id) DO NOTHING"
    )


# PostgreSQL


def _copy(list_id: int, pairs: list[str]) -> int:
    """COPY cannot pass over a code that the list has; the rare chunk with one goes another way."""
    pairs = list(dict.fromkeys(pairs))
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            columns = "COPY recalls_affectedcode (skeleton, code, code_list_id) FROM STDIN"
            lines = f"\t{list_id}\n".join([*pairs, ""]).replace(" ", "\t")
            with connection.wrap_database_errors, cursor.copy(columns) as copy:
                copy.write(lines)
            return cursor.rowcount
    except IntegrityError:
        return _insert_each(list_id, pairs)


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
    turns = Turns()
    while True:
        after = AffectedCode.objects.filter(skeleton__gt=low).order_by("skeleton")
        ends = after.values_list("skeleton", flat=True)[CODES_IN_A_CHUNK : CODES_IN_A_CHUNK + 1]
        high = next(iter(ends), None)
        part = AffectedCode.objects.filter(code_list=code_list, skeleton__gt=low)
        with turns.next():
            (part if high is None else part.filter(skeleton__lte=high))._raw_delete(part.db)
        if high is None:
            return
        low = high


# Comparing ----------------------------------------------------------------------------------------


def active_lists(product: Product) -> models.QuerySet[CodeList]:
    return CodeList.objects.filter(product=product, status=CodeList.Status.ACTIVE)


def _held_in(lists: Iterable[int]) -> Exists:
    return Exists(
        AffectedCode.objects.filter(
            skeleton=OuterRef("skeleton"), code=OuterRef("code"), code_list_id__in=list(lists)
        )
    )


def shared_with(code_list: CodeList, others: models.QuerySet[CodeList]) -> int:
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
    others = active_lists(new.product).exclude(pk__in=[new.pk, old.pk])
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
    return list(found.order_by("skeleton", "code").values_list("code", flat=True)[:MAX_EXAMPLES])


def holds(code_list: CodeList, text: str) -> tuple[bool, list[str]]:
    """Whether the code is in the list, and which of its codes look like it."""
    code = codes.normalise(text)
    alike = set(
        AffectedCode.objects.filter(
            code_list=code_list, skeleton__in=[codes.skeleton(code)]
        ).values_list("code", flat=True)[:MAX_EXAMPLES]
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
