"""Keeps what visitors type out of the logs."""

import copy
import logging
import re
import sys
import time
import traceback
from collections.abc import Mapping

from django.core.exceptions import SuspiciousOperation

# From a question mark with something right behind it to the end: in an address, the query.
QUERY = re.compile(r"\?(?=\S).*", re.DOTALL)


def without_query(value):
    if isinstance(value, int | float):
        return value  # stays a number for formats such as %d
    text = str(value)
    return QUERY.sub("?…", text) if "?" in text else value


class WithoutQueryStrings(logging.Filter):
    """Cuts query strings off log messages: the code that a visitor checks is in them."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, Mapping):
            # A format that names the parts it prints, and the query is not among them.
            return True
        if record.args:
            record.args = tuple(without_query(value) for value in record.args)
        else:
            record.msg = without_query(record.msg)
        return True


class FirstLineAlone(logging.Filter):
    """For a server that writes a whole traceback, with its exception's text, as one message."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = record.getMessage().partition("\n")[0], ()
        return True


class OneLineEach(logging.Formatter):
    """A line a record, in UTC. Nothing that a visitor sends can begin a line of its own, and of an
    exception only its kind is kept: its text can hold what was typed."""

    converter = time.gmtime
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def format(self, record: logging.LogRecord) -> str:
        """Return the message and, of an exception, where each was raised. What Django refused
        without any fault of the site's, such as an unknown host, needs no place."""
        text = super().format(_without_exception(record))
        is_failure = record.exc_info and not isinstance(record.exc_info[1], SuspiciousOperation)
        places = kinds_and_places(record.exc_info[1]) if is_failure else []
        return " < ".join([visible(text), *map(visible, reversed(places))])


def _without_exception(record: logging.LogRecord) -> logging.LogRecord:
    """Return a copy where there is one: the record goes on to other handlers, which may have made
    `exc_text`."""
    if not (record.exc_info or record.exc_text or record.stack_info):
        return record
    record = copy.copy(record)
    record.exc_info = record.exc_text = record.stack_info = None
    return record


def visible(text: str) -> str:
    """Control characters, and what ends a line in Unicode, as Python writes them."""
    if text.isprintable():
        return text  # as nearly every line is, one for each request
    return "".join(
        character if character.isprintable() else ascii(character)[1:-1] for character in text
    )


def kinds_and_places(error: BaseException) -> list[str]:
    """The exception and what it came from: where each was raised, and its kind."""
    lines = []
    for link in chain_of(error):
        frames = traceback.extract_tb(link.__traceback__)
        lines += [f"{frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
        lines.append(f"{type(link).__module__}.{type(link).__qualname__}")
    return lines


def chain_of(error: BaseException | None) -> list[BaseException]:
    """The first cause first."""
    links: list[BaseException] = []
    while error is not None and error not in links:
        links.append(error)
        hidden = error.__suppress_context__
        error = error.__cause__ or (None if hidden else error.__context__)
    return links[::-1]


def with_access_log(application):
    """Return the application with a line for each request: when it was answered, its method, path
    and status, and the milliseconds that it took.

    No query string and no referring page: they hold the codes that visitors check. No address of
    the visitor either. By Python's own logging the line took a twentieth of a check.
    """

    def logged(environ: dict, start_response):
        begun = time.perf_counter()
        status = "500"

        def start(line: str, *args):
            nonlocal status
            status = line[:3]
            return start_response(line, *args)

        try:
            return application(environ, start)
        finally:
            took = (time.perf_counter() - begun) * 1000
            _write(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']} {status} {took:.0f} ms")

    return logged


def _write(text: str) -> None:
    """Write the line as `OneLineEach` does. Where nothing can be written, the answer stands."""
    now = time.time()
    stamp = time.strftime(OneLineEach.default_time_format, time.gmtime(now))
    try:
        sys.stderr.write(f"{stamp}.{int(now % 1 * 1000):03d}Z {visible(text)}\n")
    except (OSError, ValueError):  # a full disk, and a stream that was closed
        return
