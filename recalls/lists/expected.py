"""The codes of a product have shapes and model numbers, which the cells of a file are held against.

Nothing here knows the database. `ExpectedCodes` is all that is to be known of the product.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import cast

from recalls import codes
from recalls.lists.cells import JOINING, damage, pieces
from recalls.lists.limits import Cell

# A shorter text that fits a shape of any length is a number of something.
MIN_OPEN = 4
_JOINING_LINE = re.compile(rf"^(?:{JOINING})$".encode(), re.M)
_LONGEST_JOINING = max(map(len, JOINING.split("|")))


@dataclass(frozen=True)
class ExpectedCodes:
    """The shapes of the product's codes. `models`: its model numbers in normal form;
    `other_models`: those of the notice's other products, each with that product's name."""

    name: str
    shapes: tuple[codes.Rule, ...]
    unused_letters: str = ""
    models: frozenset[str] = frozenset()
    other_models: dict[str, str] = field(default_factory=dict)

    @cached_property
    def is_plain(self) -> Callable[[str], object]:
        """True of a text that is a code as it stands, and that no spreadsheet can have made."""
        masks = self._masks
        unused = set(self.unused_letters)
        patterns = [
            "".join(
                "[0-9A-Z]*" if token is None else f"[{''.join(sorted(token - unused))}]"
                for token in mask
            )
            for mask in masks
            if all(token is None or token - unused for token in mask)
        ]
        return re.compile(
            rf"(?!\d{{15}}0+\Z|(?:{JOINING})?\Z)(?:{'|'.join(patterns) or '(?!)'})"
        ).fullmatch

    def are_plain(self, column: list[Cell]) -> bool:
        """Whether each cell is plain and they all fit one shape without a *: looked at place by
        place, for all cells at once. In doubt no."""
        try:
            text = "\n".join([*cast(list[str], column), ""]).encode("ascii")
        except (TypeError, UnicodeEncodeError):
            return False
        lines = b"\n" * len(column)
        for characters in self._plain_places:
            width = len(characters) + 1
            if width <= _LONGEST_JOINING + 1 and _JOINING_LINE.search(text):
                continue
            if len(text) == len(lines) * width and text[width - 1 :: width] == lines:
                places = enumerate(characters)
                if not any(text[place::width].translate(None, may) for place, may in places):
                    return True
        return False

    @cached_property
    def _masks(self) -> list[tuple[frozenset[str] | None, ...]]:
        """Return the tokens of each shape's masks; a shape has nothing but masks."""
        parts = [part for shape in self.shapes for part in shape.parts]
        return [part.tokens for part in parts if isinstance(part, codes.Mask)]

    @cached_property
    def _plain_places(self) -> list[list[bytes]]:
        """Return the characters at each place of every mask without a *."""
        found = []
        for mask in self._masks:
            tokens = [token for token in mask if token is not None]
            # `is_plain` looks closer where 15 digits may be what a spreadsheet has left.
            if len(tokens) == len(mask) and not all(set(codes.DIGITS) & token for token in tokens):
                places = ["".join(sorted(token - set(self.unused_letters))) for token in tokens]
                found.append([characters.encode() for characters in places])
        return found

    @cached_property
    def states_stand_ins(self) -> bool:
        """Whether a shape says that its codes have XX or NN: then these are no stand-ins."""
        return any(re.search("X[X{]|N[N{]", shape.text) for shape in self.shapes)

    def fits(self, code: str) -> bool:
        return not set(code) & set(self.unused_letters) and any(
            shape.matches(code) for shape in self.shapes
        )

    @cached_property
    def lengths(self) -> tuple[int, ...]:
        """Return how long its codes are; empty where that is open."""
        lengths = [shape.lengths for shape in self.shapes if shape.lengths is not None]
        is_open = len(lengths) < len(self.shapes)
        return () if is_open else tuple(sorted(frozenset[int]().union(*lengths)))

    def looks_like_code(self, text: str) -> bool:
        """Whether a person would take the cell for a code of the product, or for several: what no
        load may pass over in silence."""
        return self._is_code(text) or bool(self.codes_in(text))

    def codes_in(self, text: str) -> list[str]:
        """The codes that stand side by side in one cell, in normal form; [] where it has one."""
        return [codes.normalize(piece) for piece in pieces(text) if self._is_code(piece)]

    def _is_code(self, text: str) -> bool:
        code = codes.normalize(text)
        if not self.fits(code) or code in self.models or code in self.other_models:
            return False
        # Any text fits a shape of any length: it needs a digit and no blank, and is no date.
        return self.lengths != () or (
            len(code) >= MIN_OPEN and any(map(str.isdigit, text)) and not _is_no_plain_word(text)
        )


def _is_no_plain_word(text: str) -> bool:
    return " " in text.strip() or bool(damage(text))
