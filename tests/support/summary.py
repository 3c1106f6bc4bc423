"""What tests counted and measured, as lines that conftest.py prints at the end of a run."""

lines: list[str] = []


def table(title: str, heads: tuple[str, ...], rows: list[tuple]) -> None:
    """Add a table with its columns side by side."""
    cells = [heads, *(tuple(map(str, row)) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines.append(title)
    for row in cells:
        lines.append("  ".join(map(str.ljust, row, widths)).rstrip())
