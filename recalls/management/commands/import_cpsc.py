"""Records of the CPSC, into the database as drafts."""

import textwrap
from collections.abc import Iterator
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from recalls.catalogue.import_cpsc import (
    MAX_BYTES,
    FileRefused,
    ImportedRecord,
    import_records,
    read_records,
)
from recalls.lists.limits import MEGABYTE

_WIDTH = 100


class Command(BaseCommand):
    help = (
        "Brings in records of the CPSC's Recall Retrieval API, as JSON, as drafts. Each says what "
        "is left for a person. What is in the database already is left as it is, and nothing is "
        "published."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "files",
            nargs="+",
            metavar="FILE",
            type=Path,
            help="A list of records or a single one, as the service gives them with format=json.",
        )

    def handle(self, *args, **options):
        results: list[ImportedRecord] = []
        refused = []
        for path in options["files"]:
            try:
                records = read_records(_content_of(path))
            except FileRefused as error:
                refused.append(f"{path}: {error}")
                continue
            for result in import_records(records):
                results.append(result)
                for line in _lines(result):
                    self.stdout.write(line)
        self.stdout.write(summary(results))
        for sentence in refused:
            self.stderr.write(sentence)
        failed = len(refused) + sum(not row.recall and not row.existing for row in results)
        if failed:
            raise CommandError(f"Not brought in: {failed} files or records. The rest is stored.")


def _content_of(path: Path) -> bytes:
    """Raises FileRefused."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise FileRefused(f"The file has more than {MAX_BYTES // MEGABYTE} MB.")
        return path.read_bytes()
    except OSError as error:
        raise FileRefused(f"The file cannot be read: {error.strerror}.") from error


def _lines(result: ImportedRecord) -> Iterator[str]:
    """A row of the table: the record, the notice, and below them what is left for a person."""
    yield f"{result.name:14}  {result.recall or '–'}"
    for sentence in [result.why_not] if result.why_not else result.left:
        yield textwrap.fill(
            sentence,
            _WIDTH,
            initial_indent=" " * 16 + "- ",
            subsequent_indent=" " * 18,
            break_long_words=False,  # an address stays whole, to be copied
            break_on_hyphens=False,
        )


def summary(results: list[ImportedRecord]) -> str:
    made = sum(result.recall is not None for result in results)
    here = sum(result.existing is not None for result in results)
    left = sum(len(result.left) for result in results)
    return (
        f"Records: {len(results)}. Drafts made: {made}. Here already: {here}. "
        f"Refused: {len(results) - made - here}. Things left for a person: {left}."
    )
