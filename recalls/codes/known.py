"""The reading of a text depends on these lengths and numbers on file. They are made once for each
edition."""

from dataclasses import dataclass
from functools import cached_property

from recalls.codes.text import MAX_CODE_LENGTH

# Shorter pieces of a run match a rule by chance, or cannot have six characters fixed by one.
MIN_WINDOW = 6
# A shorter number (5W) is too common to cut a run in two.
MIN_NUMBER = 3


@dataclass(frozen=True)
class Known:
    """`lengths`: those of the codes on file, as far as shapes and rules state them. With none, or
    where `is_open` says that a list may have codes of others, any length may be on file.
    `numbers`: the normal forms of all products' numbers."""

    lengths: frozenset[int] = frozenset()
    numbers: frozenset[str] = frozenset()
    is_open: bool = False

    def may_be_code(self, text: str) -> bool:
        """Whether codes of this length are on file, or may be."""
        if self.is_open or not self.lengths:
            return len(text) <= MAX_CODE_LENGTH
        return len(text) in self.lengths

    @cached_property
    def window_lengths(self) -> tuple[int, ...]:
        return tuple(n for n in sorted(self.lengths) if MIN_WINDOW <= n <= MAX_CODE_LENGTH)

    @cached_property
    def number_lengths(self) -> tuple[int, ...]:
        return tuple(sorted({len(number) for number in self.numbers} - set(range(MIN_NUMBER))))

    @cached_property
    def number_beginnings(self) -> frozenset[str]:
        return frozenset(number[:MIN_NUMBER] for number in self.numbers)

    @cached_property
    def number_endings(self) -> frozenset[str]:
        return frozenset(number[-MIN_NUMBER:] for number in self.numbers)
