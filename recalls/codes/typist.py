"""This module says how people copy a code wrongly: a model to measure false clears with.

Shares of the kinds: Verhoeff 1969 for decimal numbers (single substitutions 60 to 95 of 100,
neighbors transposed 10 to 20, one too few or too many 10 to 20, twins and jumps 0.5 to 1.5 each).
What looks alike among them: the study of the Bell Laboratories that ISMP quotes (I and 1, O and 0,
Z and 2, 1 and 7 are more than half of what people mix up in print). How often a slip is repeated by
somebody who types without seeing the first entry, or missed with both codes side by side, nobody
has published for serial numbers: REPEATED and MISSED are assumptions, on the cautious side.
"""

import random
from dataclasses import dataclass

from recalls.codes.text import CHARACTERS, DIGITS

SHARES = {  # of 1,000 slips
    "seen_alike": 300,
    "other_character": 430,
    "transposed": 120,
    "left_out": 70,
    "typed_twice": 40,
    "added": 20,
    "twin": 10,
    "jump": 10,
}
ALIKE = (
    *("0ODQ", "1IL7", "2Z", "5S6", "8B3", "6G", "UV", "38", "689"),
    *("49", "08", "17", "MN", "CG", "EF", "PR", "VY", "KX"),
)
REPEATED, MISSED = {"seen_alike": 0.30}, {"seen_alike": 0.10}
REPEATED_ELSE, MISSED_ELSE = 0.02, 0.03


@dataclass(frozen=True)
class Slip:
    typed: str
    kind: str


def chance_repeated(kind: str) -> float:
    """Return how likely the same slip is made again by somebody who does not see the first entry, 0
    to 1."""
    return REPEATED.get(kind, REPEATED_ELSE)


def chance_missed(kind: str) -> float:
    """Return how likely it is missed with both codes side by side, 0 to 1."""
    return MISSED.get(kind, MISSED_ELSE)


class Typist:
    """Somebody who copies codes, the same for the same seed."""

    def __init__(self, seed: int):
        self.rng = random.Random(seed)  # noqa: S311 - a sample that can be drawn again

    def slip(self, code: str) -> Slip:
        """One slip in the code; never the code itself."""
        while True:
            (kind,) = self.rng.choices(list(SHARES), list(SHARES.values()))
            if slip := self.slip_of(kind, code):
                return slip

    def slip_of(self, kind: str, code: str) -> Slip | None:
        """One slip of that kind of `SHARES`; None where the code drawn has no room for it."""
        typed = getattr(self, f"_{kind}")(code)
        return Slip(typed, kind) if typed and typed != code else None

    def types_again(self, code: str, slip: Slip) -> str:
        """The second entry, made without seeing the first: right, or the same slip once more."""
        repeats = self.rng.random() < chance_repeated(slip.kind)
        return slip.typed if repeats else code

    def notices(self, slip: Slip) -> bool:
        """Whether they see the slip with the label and both codes side by side."""
        return self.rng.random() >= chance_missed(slip.kind)

    def _at(self, code: str, room: int = 0) -> int | None:
        return self.rng.randrange(len(code) - room) if len(code) > room else None

    def _seen_alike(self, code: str) -> str:
        at = self.rng.randrange(len(code))
        others = sorted({o for group in ALIKE if code[at] in group for o in group} - {code[at]})
        return code[:at] + self.rng.choice(others) + code[at + 1 :] if others else ""

    def _other_character(self, code: str) -> str:
        # People know a digit from a letter nine times out of ten.
        at = self.rng.randrange(len(code))
        is_kept = code[at] in DIGITS and self.rng.random() < 0.9
        return code[:at] + self.rng.choice(DIGITS if is_kept else CHARACTERS) + code[at + 1 :]

    def _transposed(self, code: str) -> str:
        at = self._at(code, 1)
        return "" if at is None else code[:at] + code[at + 1] + code[at] + code[at + 2 :]

    def _left_out(self, code: str) -> str:
        at = self.rng.randrange(len(code))
        return code[:at] + code[at + 1 :]

    def _typed_twice(self, code: str) -> str:
        at = self.rng.randrange(len(code))
        return code[: at + 1] + code[at:]

    def _added(self, code: str) -> str:
        at = self.rng.randrange(len(code))
        return code[:at] + self.rng.choice(CHARACTERS) + code[at:]

    def _twin(self, code: str) -> str:
        places = [at for at in range(len(code) - 1) if code[at] == code[at + 1]]
        if not places:
            return ""
        at = self.rng.choice(places)
        return code[:at] + self.rng.choice(DIGITS) * 2 + code[at + 2 :]

    def _jump(self, code: str) -> str:
        at = self._at(code, 2)
        return "" if at is None else code[:at] + code[at : at + 3][::-1] + code[at + 3 :]
