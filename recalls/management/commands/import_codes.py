import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from recalls.lists import loading
from recalls.lists.columns import Choice, ColumnNeeded
from recalls.lists.limits import COMMAND, NotATable
from recalls.models import Product


class Command(BaseCommand):
    help = (
        "Loads a file of codes as a draft list of a product, as the upload page does, of any size. "
        "Staff then look at it in the admin and make it active."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", type=Path, help="CSV or XLSX")
        parser.add_argument(
            "--product", type=int, required=True, metavar="ID", help="number of the product"
        )
        parser.add_argument(
            "--sheet",
            action="append",
            default=[],
            help="of an XLSX file; the first unless stated. Several may be given",
        )
        parser.add_argument(
            "--column",
            type=int,
            metavar="N",
            action="append",
            default=[],
            help="with the codes, from 1. Several may be given",
        )
        parser.add_argument(
            "--answer",
            action="append",
            default=[],
            metavar="NAME=ANSWER",
            help="to what the file asks",
        )
        parser.add_argument("--last-column", type=int, metavar="N", help="last code of a range")
        parser.add_argument("--model-column", type=int, metavar="N", help="names the product")

    def handle(self, *args, **options):
        path, number = options["file"], options["product"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        product = Product.objects.filter(pk=number).first()
        if product is None:
            raise CommandError(f"There is no product {number}. The list is at /staff/.")
        try:
            code_list = loading.load(
                product=product,
                path=path,
                choice=_choice(options),
                limits=COMMAND,
                progress=self._progress(path),
            )
        except ColumnNeeded as needed:
            raise CommandError(_what_is_needed(needed)) from needed
        except (NotATable, loading.LoadEnded) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"List {code_list.pk}: {code_list.codes_stored:,} codes, {code_list.codes_repeated:,} "
            f"repeated, {code_list.rows_refused:,} rows refused. A draft: look at it at "
            f"/staff/recalls/codelist/{code_list.pk}/review/"
        )

    def _progress(self, path: Path):
        """A bar on one line that is written over; nothing where nobody watches."""
        if not sys.stderr.isatty():
            return lambda rows: None
        expected = _rows_of(path)

        def show(rows: int) -> None:
            share = min(1.0, rows / expected) if expected else 0.0
            bar = f"[{'#' * round(30 * share):30}] {share:4.0%} " if expected else ""
            self.stderr.write(f"\r{bar}{rows:,} rows", ending="")
            self.stderr.flush()

        return show


def _rows_of(path: Path) -> int:
    """About how many rows a CSV file has; 0 for XLSX, which says so only when it is open."""
    if path.suffix.lower() == ".xlsx":
        return 0
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1024 * 1024), b""))


def _what_is_needed(needed: ColumnNeeded) -> str:
    columns = [f"  {column.label}" for column in needed.columns]
    lines = ["Say which columns have the codes (--column N, --sheet NAME):", *columns]
    for question in needed.questions:
        lines.append(question.text)
        lines += [f"  --answer {question.name}={key}: {text}" for key, text in question.options]
    return "\n".join(lines)


def _choice(options: dict) -> Choice | None:
    """Return the choice that the options make; columns count from 1 there."""
    if not options["column"] and not options["answer"]:
        return None
    others = {name: options[f"{name}_column"] for name in ("last", "model")}
    return Choice(
        columns=[
            (sheet, column - 1)
            for sheet in options["sheet"] or [""]
            for column in options["column"]
        ],
        answers=dict(answer.partition("=")[::2] for answer in options["answer"]),
        **{name: number - 1 for name, number in others.items() if number is not None},
    )
