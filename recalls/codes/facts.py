"""Staff read these facts of a rule before they publish it, in words that an officer understands."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from recalls.codes.notation import parse_shape
from recalls.codes.parts import Span
from recalls.codes.rules import Rule
from recalls.codes.text import MAX_CODE_LENGTH

# What a rule without a length is compared with: codes as long as many are.
_USUAL_LENGTH = 12


@dataclass(frozen=True)
class RuleFacts:
    """`count`: how many codes the rule covers that fit a shape of the product; None where that is
    open or takes too long to tell. `share`: which part that is of all codes that the shapes allow,
    or, without a shape and a length, of all codes of twelve characters; None where it is not known.
    `is_distinctive`: whether the rule counts before the visitor has named the product.
    `sentences`: all this in words, and what the rule may not mean."""

    count: int | None
    share: float | None
    is_distinctive: bool
    sentences: tuple[str, ...]


def describe(rule: Rule, shapes: Iterable[Rule] = (), units: int | None = None) -> RuleFacts:
    """The facts of a rule of a product with these shapes, in a notice of so many units."""
    shapes = tuple(shapes)
    count = rule.count(shapes)
    share, compared_with = _share(rule, shapes, count)
    distinctive = _is_distinctive(rule, shapes)
    sentences = [
        _count_sentence(rule, shapes, count),
        _share_sentence(share, compared_with),
        _units_sentence(count, units),
        _MUCH_WIDER if is_much_wider(count, units) else "",
        _DISTINCTIVE if distinctive else _NOT_DISTINCTIVE,
        rule.warning,
    ]
    return RuleFacts(count, share, distinctive, tuple(filter(None, sentences)))


_OPEN = re.compile("(from|after|up to|before) ([A-Z]*)([0-9]+)")


def has_unlike_ends(rule: Rule) -> bool:
    """Whether the ends of a range have a digit and a letter at one place: then it is read as wide
    as any person could mean it, which is wrong for codes that are taken out."""
    spans = (part for part in rule.parts if isinstance(part, Span))
    return any(
        low.isdigit() != high.isdigit()
        for span in spans
        for low, high in zip(span.low, span.high, strict=True)
    )


def why_too_short(rule: Rule, shapes: Iterable[Rule]) -> str:
    """Why an open range leaves out codes of other lengths that the shapes allow, as a sentence with
    the way round: 999 is less than 2000. "" where it leaves none out, or a shape leaves it open."""
    shapes = tuple(shapes)
    found = _OPEN.fullmatch(rule.text)
    if not found or not all(shape.lengths for shape in shapes):
        return ""
    word, letters, number = found.groups()
    goes_up = word in ("from", "after")
    lengths = frozenset[int]().union(*(shape.lengths or () for shape in shapes))
    for length in sorted(lengths, reverse=goes_up):
        digits = length - len(letters)
        is_left_out = digits > len(number) if goes_up else 0 < digits < len(number)
        if is_left_out and parse_shape(f"{letters}#{{{digits}}}").overlaps(shapes):
            ends = (number, "9" * digits) if goes_up else ("0" * digits, number)
            both = " to ".join(letters + end for end in ends)
            return (
                f"It covers codes of {len(letters + number)} characters only, and this product has "
                f"some of {length}. Write both ends, such as {both}."
            )
    return ""


# More codes than this for each unit of the notice take a reason.
MAX_CODES_FOR_A_UNIT = 10


def is_much_wider(count: int | None, units: int | None) -> bool:
    """Whether a rule that covers so many codes, None where that is open, is much wider than a
    notice of so many units; False where the units are not known."""
    if not units:
        return False
    return count is None or count > MAX_CODES_FOR_A_UNIT * units


_MUCH_WIDER = (
    "Much wider than the notice: to publish it takes a reason, which a second person reads."
)
_DISTINCTIVE = (
    "Distinctive: codes of other products hardly ever look like this, so it counts even before the "
    "visitor has named the product."
)
_NOT_DISTINCTIVE = (
    "Not distinctive: codes of other products can look like this too, so it counts only once the "
    "visitor has named the product. To be distinctive, it must fix three characters, one of them a "
    "letter, of a code of at least 8; or 8 characters of a code of at least 12."
)


def _is_distinctive(rule: Rule, shapes: tuple[Rule, ...]) -> bool:
    """Ask it of the shortest code; where the length is open, of a code that is long enough."""
    of_shapes = frozenset[int]().union(*(shape.lengths or () for shape in shapes))
    lengths = rule.lengths or of_shapes
    if rule.lengths and of_shapes and all(shape.lengths for shape in shapes):
        lengths = rule.lengths & of_shapes or rule.lengths
    return rule.is_distinctive("0" * min(lengths, default=MAX_CODE_LENGTH))


def _share(rule: Rule, shapes: tuple[Rule, ...], count: int | None) -> tuple[float | None, str]:
    """The part of all codes that the rule covers, and in words which codes these are."""
    if shapes and all(shape.lengths for shape in shapes):
        everything = Rule("", tuple(part for shape in shapes for part in shape.parts)).count()
        return _part_of(count, everything), "that the product's shapes allow"
    if rule.lengths is None and not shapes:
        usual = parse_shape(f"?{{{_USUAL_LENGTH}}}")
        return _part_of(rule.count([usual]), usual.count()), f"of {_USUAL_LENGTH} characters"
    return None, ""


def _part_of(count: int | None, everything: int | None) -> float | None:
    return None if count is None or not everything else count / everything


def _count_sentence(rule: Rule, shapes: tuple[Rule, ...], count: int | None) -> str:
    if count == 1:
        return "It covers 1 code."
    if count is not None:
        return f"It covers {count:,} codes."
    if rule.lengths is None and not (shapes and all(shape.lengths for shape in shapes)):
        return "It covers codes of any length, so their number is open."
    return "It covers more codes than can be counted here."


def _units_sentence(count: int | None, units: int | None) -> str:
    if not units or count is None:
        return ""
    if count > units:
        each = f"{count / units:,.0f} codes" if count >= 2 * units else "more than one code"
        return (
            f"The notice speaks of {units:,} units: {each} for each. Codes of units that are not "
            "recalled may be among them."
        )
    if count == units:
        return "The notice speaks of as many units."
    percent = 100 * count / units
    share = f"{percent:.0f} in 100" if percent >= 1 else "fewer than 1 in 100"
    return f"The notice speaks of {units:,} units: these are {share} of them."


def _share_sentence(share: float | None, compared_with: str) -> str:
    if not share:
        return ""
    if share == 1:
        return f"That is every code {compared_with}."
    if share >= 0.05:
        return f"That is {min(100 * share, 99):.0f} in 100 of all codes {compared_with}."
    return f"That is about 1 in {1 / share:,.0f} of all codes {compared_with}."
