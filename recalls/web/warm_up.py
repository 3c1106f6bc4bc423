"""A new worker's own visits, before it takes any: so that no visitor waits until addresses are
read, translations and templates loaded, and the first page of each kind made."""

from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any
from urllib.parse import urlencode
from wsgiref.util import setup_testing_defaults

from django.conf import settings

from recalls import languages
from recalls.check.ladder import FAILURES
from recalls.published import cache
from recalls.published.edition import Edition

Application = Callable[[dict[str, Any], Callable[..., Any]], Any]


def warm_up(application: Application) -> None:
    """Ask for an answer of each outcome that a test code expects, in one language after the other.
    The answers are thrown away; where nothing can be read yet, visitors try again."""
    try:
        queries = _queries(cache.cached_edition())
    except FAILURES:
        return
    for language, query in zip(cycle(languages.shown()), queries, strict=False):
        answer = application(_request(f"/{language}/check/", query), lambda *args: None)
        getattr(answer, "close", lambda: None)()


def _queries(edition: Edition) -> Iterator[str]:
    asked = set()
    for notice in edition.published:
        for product in notice.products:
            for test_code in product.test_codes:
                if test_code.expected not in asked:
                    asked.add(test_code.expected)
                    named = product.row.main_number if test_code.names_product else ""
                    yield urlencode({"sn": test_code.typed, "product": named})


def _request(path: str, query: str) -> dict[str, Any]:
    """As a visitor's browser sends it, but for the mark of a probe: it is not counted."""
    host = settings.PUBLIC_HOST.lstrip(".")
    environ: dict[str, Any] = {
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "HTTP_HOST": "localhost" if host == "*" else host,
        "HTTP_ACCEPT_ENCODING": "gzip",
        "HTTP_X_PROBE": "1",
        "wsgi.url_scheme": "https",
    }
    setup_testing_defaults(environ)
    return environ
