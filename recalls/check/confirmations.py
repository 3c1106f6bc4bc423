"""A visitor's confirmation names a question and what it showed, in the value of `confirmed=`.

An address with a confirmation answers that question alone, and only while the same would be shown.
Several confirmations stand side by side: `label.57V123`, `compare.A.B_sister.A3302`.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

# More codes than this were not all shown one by one; a digest stands for them.
MAX_NAMED = 3
MAX_LENGTH = 400


@dataclass(frozen=True)
class Confirmations:
    """The confirmations of one address. `text` comes from outside and may be anything."""

    text: str = ""

    @property
    def _confirmed_parts(self) -> set[str]:
        return set(self.text.split("_")) if len(self.text) <= MAX_LENGTH else set()

    def holds(self, question: str, subject: str, shown: Collection[str]) -> bool:
        """Whether the visitor answered this question about `subject` and saw all of `shown`."""
        if one(question, subject, shown) in self._confirmed_parts:
            return True
        named = (part.split(".") for part in self._confirmed_parts)
        return any(
            part[:2] == [question, subject] and set(shown) <= set(part[2:])
            for part in named
            if len(part) > 2 and not part[2].startswith("ALL")
        )

    def answers(self, question: str, subject: str) -> bool:
        """Whether the visitor has answered this question about `subject`, whatever was shown."""
        return any(part.split(".")[:2] == [question, subject] for part in self._confirmed_parts)

    def and_(self, question: str, subject: str, shown: Collection[str]) -> str:
        """The value of `confirmed=` once this question is answered too."""
        return "_".join(filter(None, [self.text, one(question, subject, shown)]))


def one(question: str, subject: str, shown: Collection[str] = ()) -> str:
    names = sorted(set(shown))
    if len(names) > MAX_NAMED:
        names = ["ALL" + hashlib.sha256(" ".join(names).encode()).hexdigest()[:12].upper()]
    return ".".join([question, subject, *names])
