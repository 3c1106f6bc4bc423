"""An X may be of the code, or stand for a character that nobody could read. Codes hold two of them
seldom enough that what is on file is asked which it is."""

from itertools import product as each_of

from recalls import codes
from recalls.check.matches import EFFECTS, Check

# Each place more has 25 times as many codes: beyond this nothing is looked up, and nothing cleared.
MAX_OPEN_PLACES = 2
_X = frozenset("X")
_OTHERS = [character for character in codes.SKELETON_CHARACTERS if character != "X"]


def unread_x(check: Check) -> str:
    """The code, or the second entry, with ? for each X that may stand for another character, where
    these are several and a recalled code may be meant; else "". One statement where there are two
    such X, however often it is asked. Raises VersionChanged and Unavailable."""
    if check.unread_x is None:
        check.unread_x = _find_unread_x(check)
    return check.unread_x


def _find_unread_x(check: Check) -> str:
    for entry in check.entries:
        if entry.count("X") < MAX_OPEN_PLACES:
            continue
        places = _open_places(check, entry)
        if len(places) >= MAX_OPEN_PLACES and (
            len(places) > MAX_OPEN_PLACES
            or _may_have_lost_more(check, entry, places)
            or _is_recalled_with_others(check, entry, places)
        ):
            return "".join(
                "?" if place in places else character for place, character in enumerate(entry)
            )
    return ""


def _open_places(check: Check, entry: str) -> list[int]:
    """The places of each X that some shape of the named product leaves open."""
    masks = [
        mask.tokens
        for product in check.named_products
        for shape in product.shapes
        for part in shape.parts
        if isinstance(part, codes.Mask) and part.matches(entry)
        if (mask := part.at(len(entry))) and len(mask.tokens) == len(entry)
    ]
    return [
        place
        for place, character in enumerate(entry)
        if character == "X" and not (masks and all(tokens[place] == _X for tokens in masks))
    ]


def _may_have_lost_more(check: Check, entry: str, places: list[int]) -> bool:
    """Whether the X stand at an end of a code that may be longer: then they may stand for any
    number of characters."""
    shapes = [shape for product in check.named_products for shape in product.shapes]
    lengths = {length for shape in shapes for length in shape.lengths or ()}
    ends = {0, 1}, {len(entry) - 2, len(entry) - 1}
    return max(lengths, default=0) > len(entry) and set(places) in ends


def _is_recalled_with_others(check: Check, entry: str, places: list[int]) -> bool:
    """Whether a recalled or inspect code has other characters at all these places, and otherwise
    looks like the entry."""
    skeleton = codes.skeleton(entry)
    skeletons = {_with(skeleton, places, others) for others in each_of(_OTHERS, repeat=len(places))}
    return _is_listed(check, skeletons) or _has_rule(check, entry, sorted(skeletons))


def _with(text: str, places: list[int], others: tuple[str, ...]) -> str:
    characters = list(text)
    for place, other in zip(places, others, strict=True):
        characters[place] = other
    return "".join(characters)


def _is_listed(check: Check, skeletons: set[str]) -> bool:
    return any(
        check.counts(product, codes.is_distinctive_code(code)) and not product.excludes(code)
        for product, code in check.read_listed(skeletons)
    )


def _has_rule(check: Check, entry: str, skeletons: list[str]) -> bool:
    index = check.edition.rules
    for position, skeleton in index.near(skeletons):
        (product, kind), rule = index.filed[position]
        if kind in EFFECTS and check.counts(product, rule.is_distinctive(entry)):
            like = rule.codes_like(skeleton, product.shapes, product.exclusions(skeleton))
            if next(like, None):
                return True
    return False
