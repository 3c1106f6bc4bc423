"""The runs of characters in a cleaned text, and the neighbors among them that may be one code."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from recalls.codes.text import foreign_in

# Signs between two groups of one code.
MAX_GAP = 4


@dataclass(frozen=True)
class Run:
    """A run of characters in a cleaned text, and what stands between it and the next one."""

    text: str
    gap: str
    has_digit: bool


# A note may stand in brackets, whatever it touches.
_SEPARATES = re.compile(r"[\s()<>{}]")
_RUN = re.compile(r"([0-9A-Z]+)([^0-9A-Z]*)")


def runs_in(cleaned: str) -> list[Run]:
    return [Run(match[1], match[2], not match[1].isalpha()) for match in _RUN.finditer(cleaned)]


def joins(run: Run) -> bool:
    """Whether the next run may be the next group of the same code."""
    return len(run.gap) <= MAX_GAP and "?" not in run.gap and not foreign_in(run.gap)


def chains(runs: Iterable[Run]) -> Iterator[list[str]]:
    """The runs that may be groups of one code, in a row."""
    chain: list[str] = []
    for run in runs:
        chain.append(run.text)
        if not joins(run):
            yield chain
            chain = []
    if chain:
        yield chain


def neighbors_joined(chain: Sequence[str], most: int) -> Iterator[str]:
    """Each two, three and up to `most` neighbors joined."""
    for count in range(2, most + 1):
        for place in range(len(chain) - count + 1):
            yield "".join(chain[place : place + count])


def joined_to_lengths(chain: Sequence[str], lengths: Iterable[int]) -> Iterator[str]:
    """The neighbors that together have one of the lengths."""
    whole = "".join(chain)
    starts = [0, *accumulate(map(len, chain))]
    ends = frozenset(starts)
    for length in lengths:
        for start in starts:
            if start + length in ends:
                yield whole[start : start + length]


def groups_in(cleaned: str) -> tuple[str, ...]:
    """The groups that a code was typed in, where they are several. Letters that a single sign joins
    to what stands beside them are no group of their own (AB-12), as a word may be."""
    groups: list[str] = []
    last: Run | None = None
    for run in runs_in(cleaned):
        is_joined = last and len(last.gap) == 1 and not _SEPARATES.match(last.gap)
        if last and is_joined and not (last.has_digit and run.has_digit):
            groups[-1] += run.text
        else:
            groups.append(run.text)
        last = run
    return tuple(groups) if len(groups) > 1 else ()
