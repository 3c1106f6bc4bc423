"""The WSGI application, which site_config/server.py serves."""

import logging
import os
from http import HTTPStatus

from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_config.settings")

_django = get_wsgi_application()

from recalls.public import counts, fallback  # noqa: E402 - needs the application
from recalls.web.middleware import SecurityHeadersMiddleware  # noqa: E402

logger = logging.getLogger(__name__)

fallback.make_ready()
counts.keep_storing()


# Bytes of a request's line and of a header, and the number of headers: a little more than nginx
# takes, as site_config/README.md has it, so that what it hands on, the site answers. The server's
# own limits lie above these, and it has no page for them.
MAX_LINE = MAX_HEADER = 8190
MAX_HEADERS = 50


def application(environ: dict, start_response):
    """Django's own, but too long requests are refused, addresses and forms are read in UTF-8, and
    what fails outside of Django's own handlers is answered by our page too."""
    try:
        if status := _refused(environ):
            return _page(status, start_response)
        response = _django(without_charset(environ), start_response)
        return response if response.streaming else _whole(response)
    except Exception:
        logger.exception("Internal Server Error")
        return _page(500, start_response)


def _refused(environ: dict) -> int:
    """Return the status to refuse it with, or 0. A body in chunks is: servers have disagreed on
    where one ends, and a proxy knows its length."""
    if "HTTP_TRANSFER_ENCODING" in environ:
        return 400
    line = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}?{environ['QUERY_STRING']} HTTP/1.1"
    if len(line) > MAX_LINE:
        return 414
    sizes = [len(text) for name, text in environ.items() if name.startswith("HTTP_")]
    return 431 if len(sizes) > MAX_HEADERS or max(sizes) > MAX_HEADER else 0


def _page(status: int, start_response) -> list[bytes]:
    """Our own for the status, with the security headers; the connection ends with it."""
    shown = 413 if status in (414, 431) else status
    response = SecurityHeadersMiddleware(lambda request: fallback.respond(shown))(HttpRequest())
    response["Connection"] = "close"
    start_response(f"{status} {HTTPStatus(status).phrase}", list(response.items()))
    return [response.content]


def _whole(response) -> list[bytes]:
    """Return its content in one piece, which the server sends with its length."""
    content = [response.content]
    response.close()
    return content


def without_charset(environ: dict) -> dict:
    """Django reads an address in the charset that Content-Type names. Python knows some, such as
    zip, that no text can be in: an error, and so early that no page of ours answers it."""
    parts = environ.get("CONTENT_TYPE", "").split(";")
    kept = [part for part in parts if not part.strip().lower().startswith("charset")]
    return {**environ, "CONTENT_TYPE": ";".join(kept)} if kept != parts else environ
