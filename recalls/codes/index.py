"""Which of many rules can concern a code, found without asking each of them.

Like `codes`, it knows nothing of Django.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from recalls.codes.parts import Part, Span
from recalls.codes.rules import Rule
from recalls.codes.text import ends_like, skeleton

Owner = TypeVar("Owner")

# Under how many beginnings a rule is filed at most; from there on any character is one branch.
MAX_BRANCHES = 8
_ANY = ""

_Filed = tuple[int, Part]
_Ends = dict[tuple[str, tuple[str, ...]], tuple[str, str] | None]


@dataclass
class _Node:
    """One beginning of skeletons: its places and parts by the length of their codes, with None for
    any length, and the longer beginnings by the skeleton of their next character."""

    parts: dict[int | None, list[_Filed]] = field(default_factory=dict)
    longer: dict[str, "_Node"] = field(default_factory=dict)


class RuleIndex(Generic[Owner]):
    """Rules with what they belong to, filed under what their codes begin with.

    It names too many rules rather than too few: who asks it asks each rule once more.
    """

    def __init__(self, filed: Iterable[tuple[Owner, Rule]]):
        self.filed = tuple(filed)
        self._root = _Node()
        for place, (_, rule) in enumerate(self.filed):
            for part in rule.parts:
                for node in self._nodes(_beginning(part)):
                    node.parts.setdefault(part.length, []).append((place, part))

    def _nodes(self, beginning: list[set[str]]) -> list[_Node]:
        nodes = [self._root]
        for characters in beginning:
            branches = characters if len(nodes) * len(characters) <= MAX_BRANCHES else {_ANY}
            nodes = [
                node.longer.setdefault(character, _Node())
                for node in nodes
                for character in branches
            ]
        return nodes

    def near(self, skeletons: list[str]) -> list[tuple[int, str]]:
        """Each rule that a code with one of these skeletons can match, as its place in `filed`,
        with that skeleton. Rules and, of each, skeletons are in order."""
        positions: set[tuple[int, int]] = set()
        ends: _Ends = {}
        for filed, members in self._filed_under(skeletons):
            for place, part in filed:
                for turn in members:
                    if not isinstance(part, Span) or _is_between(part, skeletons[turn], ends):
                        positions.add((place, turn))
        return [(place, skeletons[turn]) for place, turn in sorted(positions)]

    def within_one_slip(self, code: str) -> list[int]:
        """Each rule that may match a code exactly one slip from this one, as its position in
        `filed`, in order. They are found by their beginnings with one slip allowed."""
        positions: set[int] = set()
        for node, grown in _walk_with_a_slip(self._root, skeleton(code)):
            for change in (-1, 0, 1) if grown is None else (grown,):
                positions.update(position for position, _ in node.parts.get(len(code) + change, ()))
            positions.update(position for position, _ in node.parts.get(None, ()))
        return sorted(positions)

    def _filed_under(self, skeletons: list[str]) -> Iterator[tuple[list[_Filed], list[int]]]:
        """Return what is filed under a beginning of a skeleton, with the places of the skeletons
        that begin so. They are walked together: those of one code begin alike."""
        lengths = set(map(len, skeletons))
        walks = [(self._root, 0, list(range(len(skeletons))))]
        while walks:
            node, depth, members = walks.pop()
            if node.parts:
                for length in lengths & node.parts.keys():
                    yield node.parts[length], [m for m in members if len(skeletons[m]) == length]
                if None in node.parts:
                    yield node.parts[None], members
            if node.longer:
                longer = [member for member in members if len(skeletons[member]) > depth]
                groups: dict[str, list[int]] = {_ANY: longer}
                for member in longer:
                    groups.setdefault(skeletons[member][depth], []).append(member)
                for character in groups.keys() & node.longer.keys():
                    walks.append((node.longer[character], depth + 1, groups[character]))


def _walk_with_a_slip(root: _Node, text: str) -> Iterator[tuple[_Node, int | None]]:
    """The beginnings of the codes one slip from a code with that skeleton, and by how many
    characters they are then longer: None as long as the slip is still to come."""
    walks: list[tuple[_Node, int, int | None]] = [(root, 0, None)]
    seen = set()
    while walks:
        node, place, grown = walks.pop()
        key = (id(node), place, grown)
        if key in seen:
            continue
        seen.add(key)
        yield node, grown
        walks += [(child, place + 1, grown) for child in _children(node, text, place)]
        if grown is None:
            walks += _slipping(node, text, place)


def _children(node: _Node, text: str, place: int) -> list[_Node]:
    """The longer beginnings whose next character may be the one at that place."""
    names = {text[place], _ANY} if place < len(text) else ()
    return [node.longer[name] for name in names if name in node.longer]


def _slipping(node: _Node, text: str, place: int) -> Iterator[tuple[_Node, int, int]]:
    """Where each slip leads that may happen here. Of one that changes several characters, the
    first is a wrong one like any other; here is what it leads to behind the last of them."""
    for child in node.longer.values():
        yield child, place, 1
    if place == len(text):
        return
    yield node, place + 1, -1
    for name, child in node.longer.items():
        yield child, place + 1, 0
        if text[place] == text[place + 1 : place + 2]:
            for other, grandchild in child.longer.items():
                if _ANY in (name, other) or name == other:
                    yield grandchild, place + 2, 0
    for order in ((1, 0), (2, 1, 0)):
        nodes = [node]
        for step in order:
            nodes = [child for each in nodes for child in _children(each, text, place + step)]
        yield from ((each, place + len(order), 0) for each in nodes)


def _is_between(span: Span, skeleton: str, known: _Ends) -> bool:
    """Whether any code with the skeleton lies between the ends, as far as their kinds tell."""
    key = (skeleton, span.kinds)
    if key not in known:
        known[key] = ends_like(skeleton, span.kinds)
    ends = known[key]
    return ends is not None and ends[0] <= span.high and span.low <= ends[1]


def _beginning(part: Part) -> list[set[str]]:
    """The skeletons of the characters that may stand at the first places, up to the last one that
    tells anything."""
    places: list[set[str]] = []
    for characters in part.characters:
        if characters is None:
            break
        places.append(set(map(skeleton, characters)))
    while places and len(places[-1]) > MAX_BRANCHES:
        places.pop()
    return places
