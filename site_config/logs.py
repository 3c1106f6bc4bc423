"""Keeps what visitors type out of the logs."""

import logging
import re
from collections.abc import Mapping

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
            # Access log: its format names the parts it prints, and the query is not among them.
            return True
        if record.args:
            record.args = tuple(without_query(value) for value in record.args)
        else:
            record.msg = without_query(record.msg)
        return True
