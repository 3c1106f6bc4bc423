from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from recalls import fallback


class Command(BaseCommand):
    help = "Write the pages for failures as files, for the proxy to answer with by itself."

    def add_arguments(self, parser):
        parser.add_argument("folder", metavar="FOLDER", type=Path, help="where the proxy has them")

    def handle(self, *args, folder: Path, **options):
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}. Make it first.")
        for status in fallback.OF_PROXY:
            path = folder / f"{status}.html"
            try:
                path.write_text(fallback.page(status), encoding="utf-8")
            except OSError as error:
                raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
            self.stdout.write(f"{path}: written.")
