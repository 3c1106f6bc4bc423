"""A maker's file becomes a draft list: read in chunks, judged by its first rows, stored.

A file is stored under the status *loading*, so that nobody else waits for it, and becomes a *draft*
when it is whole. Nothing answers before a list is active and its notice is published again. What a
kill leaves is never live, and `sweep` takes it away.
"""

import os
import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from recalls import codes
from recalls.lists import files, storing
from recalls.lists.columns import Choice, find_layout
from recalls.lists.comparing import MAX_EXAMPLES, active_lists, shared_with
from recalls.lists.expected import ExpectedCodes
from recalls.lists.limits import PAGE, Limits, NotATable
from recalls.lists.rows import Reader, Refused
from recalls.lists.storing import Key, Turns, keys_of, store_codes
from recalls.lists.sweeping import end_load, sweep
from recalls.models import CodeList, IdentificationRule, Product, RefusedRow

REFUSED_SHOWN = 50


@dataclass(frozen=True)
class Chunk:
    """Some rows of a file: their codes as they stand and as keys, and how many rows were read so
    far."""

    found: list[str]
    refused: list[Refused]
    keys: list[Key]
    rows: int


class AlreadyLoaded(NotATable):
    """The product has a list of this very file: `code_list`."""

    def __init__(self, sentence: str, code_list: CodeList | None):
        super().__init__(sentence)
        self.code_list = code_list


class LoadEnded(Exception):
    """Somebody has ended the load meanwhile: it was swept, or the list discarded."""


# Loading ------------------------------------------------------------------------------------------


def expected_codes(product: Product) -> ExpectedCodes:
    """Return what the rows of a file for this product must look like. Raises NotATable without a
    shape."""
    shapes = tuple(product.parse_shapes())
    if not shapes:
        raise NotATable(
            "Enter what the codes of this product look like first (“Shapes” on its page): without "
            "that no row can be told from a mistake. * stands for any code."
        )
    others = Product.objects.filter(recall=product.recall_id).exclude(pk=product.pk)
    return ExpectedCodes(
        name=str(product),
        shapes=shapes,
        unused_letters=product.unused_letters,
        models=frozenset(product.number_codes),
        other_models={number: str(other) for other in others for number in other.number_codes},
    )


def load(**options: Any) -> CodeList:
    """Load a file as a draft list of the product; returns it. It takes what `begin` takes."""
    _, read_rest = begin(**options)
    return read_rest()


def begin(
    *,
    product: Product,
    path: Path,
    by: User | None = None,
    file_name: str = "",
    choice: Choice | None = None,
    limits: Limits = PAGE,
    progress: Callable[[int], None] = lambda rows: None,
) -> tuple[CodeList, Callable[[], CodeList]]:
    """Judge a file by its first rows; returns its list, which is *loading*, and what reads the
    rest, in this thread or in another one. `progress` is told the rows read.

    Both raise NotATable with the sentence for staff, or columns.ColumnNeeded; nothing is stored
    then.
    """
    sweep()
    table = files.open_table(path, limits)
    expected = expected_codes(product)
    sha256 = files.hash_file(path)
    _refuse_known(product, sha256)
    reader = Reader(table, find_layout(table, expected, choice), expected)
    reader.refuse_too_many()
    loading = _Loading(product, reader, progress)
    try:
        # A wrong file shows itself in its first rows, before anything is stored of it.
        loading.look_ahead()
        expected_cells = reader.file_layout.looks_like_codes
        code_list = _begin(product, file_name or path.name, sha256, by, expected_cells)
    except BaseException:
        loading.chunks.close()
        raise
    return code_list, partial(loading.run_whole, code_list)


def _refuse_known(product: Product, sha256: str) -> None:
    """Discarded and withdrawn lists do not count."""
    same_file = product.code_lists.filter(
        sha256=sha256,
        status__in=[CodeList.Status.LOADING, CodeList.Status.DRAFT, CodeList.Status.ACTIVE],
    ).first()
    if same_file:
        who = f" by {same_file.loaded_by}" if same_file.loaded_by else ""
        passed_over = [one["name"] for one in same_file.report.get("passed_over", ())]
        raise AlreadyLoaded(
            f"This very file was loaded for this product on {same_file.loaded_at:%d %B %Y}{who} as "
            f"“{same_file.file_name}” ({same_file.get_status_display().lower()}). "
            + (
                f"It passed over {'; '.join(passed_over)}. To take these too, discard that list "
                "and load the file again with all of them ticked."
                if passed_over
                else _WHAT_TO_DO[same_file.status]
            ),
            same_file,
        )


_WHAT_TO_DO: dict[str, str] = {
    CodeList.Status.LOADING: "It is being read: wait for it.",
    CodeList.Status.DRAFT: "It answers nothing yet: look at it, and make it active or discard it.",
    CodeList.Status.ACTIVE: "It is active, so nothing is to be done.",
}


def _begin(
    product: Product, file_name: str, sha256: str, by: User | None, expected_cells: int
) -> CodeList:
    """`expected_cells`: how many cells of the file look like codes, to show how far the load is."""
    code_list = CodeList(
        product=product,
        shapes=product.shapes,
        file_name=file_name[-200:],
        sha256=sha256,
        loaded_by=by,
    )
    code_list.report = {"expected_cells": expected_cells}
    if by:
        # The rest may be read in a thread, where no request tells the record who it was.
        code_list._history_user = by
    try:
        with transaction.atomic():
            code_list.full_clean()
            code_list.save()
    except (ValidationError, IntegrityError) as error:
        raise AlreadyLoaded(
            "This very file is being loaded for this product just now. Wait for it.",
            product.code_lists.filter(sha256=sha256, status=CodeList.Status.LOADING).first(),
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
        self.first_chunk = next(self.chunks, Chunk([], [], [], 0))
        self._judge(self.first_chunk)
        if not self.valid and not self.reader.tally.of_others:
            raise NotATable("There is no code in this file.")

    def run_whole(self, code_list: CodeList) -> CodeList:
        """The draft, or nothing of it."""
        try:
            with closing(self.chunks):
                self.run(code_list)
                return self.finish(code_list)
        except BaseException:
            # Also Ctrl+C. Where this fails too, `sweep` does it later.
            end_load(code_list)
            raise

    def run(self, code_list: CodeList) -> None:
        turns = Turns()
        first = [self.first_chunk] if self.first_chunk else []
        for chunk in chain(first, self._rest()):
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

    def _store(self, code_list: CodeList, chunk: Chunk, turns: Turns) -> None:
        """One chunk in one short transaction."""
        self.first = self.first or chunk.found[:MAX_EXAMPLES]
        self.last = [*self.last, *chunk.found[-MAX_EXAMPLES:]][-MAX_EXAMPLES:]
        self.in_rules += self._covered(chunk.found)
        rows = [
            RefusedRow(code_list=code_list, row=row.row, value=row.value, reason=row.reason)
            for row in chunk.refused
        ]
        with turns.next(), transaction.atomic():
            _still_loading(code_list, self.stored)
            self.stored += store_codes(code_list.pk, chunk.keys)
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

    def _cells(self) -> dict[str, int]:
        """Count the cells that look like a code by their fate: the sums of the preview."""
        tally, layout = self.reader.tally, self.reader.file_layout
        taken = tally.fitting - tally.not_taken.total()
        return {
            "look_like_codes": layout.looks_like_codes,
            "taken": taken,
            **dict(tally.not_taken),
            "passed over": sum(one.cells for one in layout.passed_over),
        }

    def _hidden(self) -> dict[str, int]:
        """Rows and columns of the loaded sheets that the file does not show: they are loaded."""
        table = self.reader.table
        names = {layout.sheet for layout in self.reader.file_layout.columns}
        facts = [table.facts[name] for name in names if name in table.facts]
        return {
            "rows": sum(one.hidden_rows for one in facts),
            "columns": sum(one.hidden_columns for one in facts),
        }

    def _report(self, code_list: CodeList) -> dict[str, Any]:
        tally = self.reader.tally
        return {
            "kind": self.reader.table.kind,
            "layout": self.reader.file_layout.sentence,
            "cells": self._cells(),
            "parts": tally.parts,
            "passed_over": [asdict(one) for one in self.reader.file_layout.passed_over],
            "hidden": self._hidden(),
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


def _chunks(reader: Reader) -> Generator[Chunk, None, None]:
    size = storing.CODES_IN_A_CHUNK
    # The first ones soon, so that the database has something to do.
    for found, refused in reader.chunks(size, first=size * 3 // 10):
        yield Chunk(found, refused, keys_of(found), reader.tally.rows)


def _ahead(chunks: Generator[Chunk, None, None]) -> Generator[Chunk, None, None]:
    """Reads the next chunk while PostgreSQL stores the one before. Not beside SQLite: it works in
    this process, and two threads would wait for each other."""
    if connection.vendor != "postgresql":
        yield from chunks
        return
    with closing(chunks), ThreadPoolExecutor(1, initializer=give_way) as reads:
        coming = reads.submit(next, chunks, None)
        while chunk := coming.result():
            coming = reads.submit(next, chunks, None)
            yield chunk


def give_way() -> None:
    """Checks come first. On Linux this is about the calling thread alone; elsewhere it does not
    matter."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)


def _live_rules(product: Product) -> list[codes.Rule]:
    rows = product.rules.filter(
        status=IdentificationRule.Status.ACTIVE, effect=IdentificationRule.Effect.RECALLED
    )
    return [codes.parse_rule(row.text) for row in rows]


def _still_loading(code_list: CodeList, stored: int | None = None) -> None:
    """Within the transaction of each write. `update()`, so that the version stays as it is.
    `stored`: how many codes are, for those who watch."""
    values: dict[str, Any] = {"alive_at": timezone.now()}
    if stored is not None:
        values["codes_stored"] = stored
    moved = CodeList.objects.filter(pk=code_list.pk, status=CodeList.Status.LOADING).update(
        **values
    )
    if not moved:
        raise LoadEnded(f"The load of {code_list.file_name} was ended meanwhile. Load it again.")
