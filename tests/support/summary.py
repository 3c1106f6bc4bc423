"""Here is what tests counted and measured, as lines that conftest.py prints at the end
of a run, and how many tests of each marker were left out.

With pytest-xdist each process has its own lines, and hands them on to the one that prints.
"""

from collections import Counter
from collections.abc import Iterable

import pytest

lines: list[str] = []
left_out: Counter[str] = Counter()


def count_left_out(items: Iterable[pytest.Item], markers: Iterable[str]) -> None:
    for marker in markers:
        left_out[marker] += sum(1 for item in items if item.get_closest_marker(marker))


def handed_on() -> dict:
    return {"lines": lines, "left_out": dict(left_out)}


def take_over(given: dict | None) -> None:
    """Every process leaves out the same tests, but has lines of its own."""
    if given:
        lines.extend(line for line in given["lines"] if line not in lines)
        left_out.update({k: n for k, n in given["left_out"].items() if k not in left_out})


def table(title: str, heads: tuple[str, ...], rows: list[tuple]) -> None:
    """Add a table with its columns side by side."""
    cells = [heads, *(tuple(map(str, row)) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines.append(title)
    for row in cells:
        lines.append("  ".join(map(str.ljust, row, widths)).rstrip())
