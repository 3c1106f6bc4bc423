"""One table of all faults that tests made happen, and what must hold for each."""

from django.db import connection

from tests.support import summary
from tests.support.visitors import Visitors

HEADS = ("fault", "database", "visitors saw", "longest wait", "wrong", "lost", "normal after")
_rows: list[tuple] = []


def report(fault: str, visitors: Visitors, lost: str, normal_after: float) -> None:
    """Add a row; fails where anybody saw a wrong answer."""
    assert not visitors.wrong, visitors.wrong[0]
    row = (fault, connection.vendor, str(visitors), f"{visitors.longest:.1f} s", 0, lost)
    _rows.append((*row, f"{normal_after:.1f} s"))


def show() -> None:
    """Put it among what is printed at the end of the run."""
    if _rows:
        summary.table("Faults:", HEADS, _rows)
