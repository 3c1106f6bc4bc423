"""A large file is read on after the answer, so that the page can show how far it is."""

import logging
import threading
from collections.abc import Callable

from django.db import connection

from recalls.database import sqlite
from recalls.lists.limits import MEGABYTE, NotATable
from recalls.lists.loading import LoadEnded, give_way
from recalls.models import CodeList

logger = logging.getLogger(__name__)

# A smaller file is read before a person has looked at a bar.
BYTES_READ_AT_ONCE = MEGABYTE // 2
# Of more files at once, the next ones are read before their pages are answered.
_turns = threading.BoundedSemaphore(2)


def read(code_list: CodeList, read_rest: Callable[[], CodeList], size: int) -> CodeList:
    """The list as it is when the page is answered: read, or *loading*. A process that ends takes
    its threads with it; what they leave is never live, and is swept."""
    if size <= BYTES_READ_AT_ONCE or not _turns.acquire(blocking=False):
        return read_rest()
    as_it_is = CodeList.objects.get(pk=code_list.pk)
    thread = threading.Thread(
        target=_read_on, args=(code_list.pk, read_rest), name=f"list {code_list.pk}", daemon=True
    )
    thread.start()
    return as_it_is


def _read_on(pk: int, read_rest: Callable[[], CodeList]) -> None:
    try:
        give_way()
        with sqlite.waiting_long():
            read_rest()
    except (NotATable, LoadEnded) as error:
        _say_why(pk, str(error))
    except Exception:
        logger.exception("List %s could not be read", pk)
        _say_why(pk, "The site failed at it. Load it again; if that fails too, tell who runs it.")
    finally:
        connection.close()
        _turns.release()


def _say_why(pk: int, sentence: str) -> None:
    """On the page of the list, whose codes are gone."""
    with sqlite.waiting_long():
        row = CodeList.objects.filter(pk=pk).first()
        if row:
            CodeList.objects.filter(pk=pk).update(report={**row.report, "failed": sentence})
