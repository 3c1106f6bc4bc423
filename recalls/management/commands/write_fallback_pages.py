from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.http import HttpRequest
from django.middleware.security import SecurityMiddleware

from recalls.public import fallback
from recalls.web.middleware import SecurityHeadersMiddleware


class OverTls(HttpRequest):
    def _get_scheme(self) -> str:
        return "https"


class Command(BaseCommand):
    help = (
        "Write the pages for failures as files, for the proxy to answer with by itself, and their "
        "headers as nginx reads them."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder", metavar="FOLDER", type=Path, help="where the proxy has them")

    def handle(self, *args, folder: Path, **options):
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}. Make it first.")
        files = {f"{status}.html": fallback.fallback_page(status) for status in fallback.STATUSES}
        for name, text in {**files, "headers.conf": _headers()}.items():
            path = folder / name
            try:
                path.write_text(text, encoding="utf-8")
            except OSError as error:
                raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
            self.stdout.write(f"{path}: written.")


def _headers() -> str:
    """Those that the site itself sends with these pages; the policy names their stylesheet."""
    request = OverTls()
    response = SecurityHeadersMiddleware(lambda request: fallback.respond(503))(request)
    SecurityMiddleware(lambda request: response).process_response(request, response)
    del response["Content-Type"]
    return "".join(f'add_header {name} "{value}" always;\n' for name, value in response.items())
