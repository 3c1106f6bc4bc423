"""The shipped notices, or those of a folder, into the database: as drafts or published."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from recalls.catalogue.load_catalogue import load_catalogue
from recalls.catalogue.tables import FOLDER, CatalogueError


class Command(BaseCommand):
    help = (
        "Loads the notices that the site ships, or those of another folder: all, or those named. "
        "They are drafts, which answer nothing, unless --publish is given. What is in the "
        "database already is left as it is."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "slugs",
            nargs="*",
            metavar="SLUG",
            help="A notice of the folder, such as belkin-bpd005-2024.",
        )
        parser.add_argument(
            "--folder",
            type=Path,
            default=FOLDER,
            metavar="FOLDER",
            help="A folder of your own with one TOML file for each notice, written as "
            "recalls/catalogue/README.md says. Without it, the notices that the site ships.",
        )
        parser.add_argument(
            "--publish",
            action="store_true",
            help="Publish what is loaded. Its test codes are tried first; if one fails, nothing "
            "is stored.",
        )

    def handle(self, *args, **options):
        try:
            result = load_catalogue(
                options["slugs"] or None, publish=options["publish"], folder=options["folder"]
            )
        except CatalogueError as error:
            raise CommandError(str(error)) from error
        for line in result.report_lines():
            self.stdout.write(line)
