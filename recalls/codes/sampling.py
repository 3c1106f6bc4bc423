"""Codes drawn at random from those that a rule or a shape matches."""

import random
from collections.abc import Iterable, Iterator

from recalls.codes.dates import Dates
from recalls.codes.parts import Mask, Part, Span
from recalls.codes.rules import Rule
from recalls.codes.text import CHARACTERS

# Of a hundred codes drawn for a rule few may fit the shapes; then its known samples must do.
TRIES_EACH = 20


def draw(
    rule: Rule,
    rng: random.Random,
    count: int,
    *,
    within: Iterable[Rule] = (),
    without: str = "",
) -> list[str]:
    """Up to `count` codes that the rule matches, in the order drawn; one can come more than once.

    `within`: if given, one of these shapes must match too. `without`: letters that no code has.
    The same state of `rng` gives the same codes. Empty where the rule states no length and no
    shape does.
    """
    shapes = tuple(within)
    parts = [part for part in _with_length(rule, shapes) if part]
    drawn: list[str] = []
    for _ in range(count * TRIES_EACH if parts else 0):
        code = _one_of(rng.choice(parts), rng)
        fits = not shapes or any(shape.matches(code) for shape in shapes)
        if fits and rule.matches(code) and not set(code) & set(without):
            drawn.append(code)
        if len(drawn) == count:
            return drawn
    known = rule.samples(shapes, without) if parts else ()
    return [*drawn, *known][:count]


def _with_length(rule: Rule, shapes: tuple[Rule, ...]) -> Iterator[Part | None]:
    """The rule's parts; a mask joined with each mask of a shape, which states what it leaves
    open."""
    masks = [part for shape in shapes for part in shape.parts if isinstance(part, Mask)]
    for part in rule.parts:
        if not isinstance(part, Mask):
            yield part
        elif masks:
            yield from (_joined(part, mask) for mask in masks if mask.length)
        elif part.length:
            yield part


def _joined(mask: Mask, shape: Mask) -> Mask | None:
    """The mask where it has the length of the shape, with the characters that both allow."""
    own = mask.at(shape.length or 0)
    if own is None:
        return None
    if own.length is None:  # several `*`: where each begins and ends is left to chance
        return shape
    if own.length != shape.length:
        return None
    pairs = zip(own.tokens, shape.tokens, strict=True)
    tokens = tuple((one or frozenset()) & (other or frozenset()) for one, other in pairs)
    return Mask(tokens) if all(tokens) else None


def _one_of(part: Part, rng: random.Random) -> str:
    if isinstance(part, Span):
        low, high = (_number(end, part.kinds) for end in (part.low, part.high))
        return _code(rng.randint(low, high), part.kinds)
    if isinstance(part, Dates):
        return "".join(rng.choice(sorted(values)) for values in rng.choice(part.boxes))
    return "".join(rng.choice(sorted(token or CHARACTERS)) for token in part.tokens)


def _number(code: str, kinds: tuple[str, ...]) -> int:
    """Return where the code stands among all with these kinds of character, counted from 0."""
    number = 0
    for character, kind in zip(code, kinds, strict=True):
        number = number * len(kind) + kind.index(character)
    return number


def _code(number: int, kinds: tuple[str, ...]) -> str:
    code = ""
    for kind in reversed(kinds):
        number, at = divmod(number, len(kind))
        code = kind[at] + code
    return code
