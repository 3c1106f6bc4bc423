"""Which of many rules can concern a code, found without asking each of them.

Like `codes`, it knows nothing of Django.
"""

from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import Generic, TypeVar

from recalls.codes.parts import Part, Span
from recalls.codes.rules import Rule
from recalls.codes.text import ends_like, skeleton

Owner = TypeVar("Owner")

# Under how many beginnings a rule is filed at most; from there on any character is one branch.
MAX_BRANCHES = 8
_ANY = ""
# So many rules are tried sooner than it is told which of them come into question.
FEW = 20

_Filed = tuple[int, Part]
# Which characters each step of its beginning leads to.
_Steps = tuple[Collection[str], ...]
_Entry = tuple[int, Part, _Steps]
_Opened = tuple[dict[int | None, list[_Filed]], dict[str, "_Node"]]
_Ends = dict[tuple[str, tuple[str, ...]], tuple[str, str] | None]


class _Node:
    """One beginning of skeletons. It is opened when the first code comes that begins so: of
    thousands of rules a check sees a few, and most editions few checks."""

    def __init__(self, depth: int, entries: list[_Entry]):
        self._depth = depth
        self._entries = entries
        self._opened: _Opened | None = None

    @property
    def opened(self) -> _Opened:
        """Its positions and parts by the length of their codes, with None for any length, and the
        longer beginnings by the skeleton of their next character."""
        # Two threads may both open it; each goes on with one whole that is right.
        return self._opened or self._open()

    def _open(self) -> _Opened:
        parts: dict[int | None, list[_Filed]] = {}
        longer: dict[str, list[_Entry]] = {}
        for entry in self._entries:
            position, part, steps = entry
            if len(steps) == self._depth:
                parts.setdefault(part.length, []).append((position, part))
                continue
            for character in steps[self._depth]:
                longer.setdefault(character, []).append(entry)
        depth = self._depth + 1
        nodes = {character: _Node(depth, entries) for character, entries in longer.items()}
        self._opened = opened = parts, nodes
        return opened


class RuleIndex(Generic[Owner]):
    """Rules with what they belong to, filed under what their codes begin with.

    It names too many rules rather than too few: who asks it asks each rule once more.
    """

    def __init__(self, filed: Iterable[tuple[Owner, Rule]]):
        self.filed = tuple(filed)
        self._root = _Node(
            0,
            [
                (position, part, _steps(part))
                for position, (_, rule) in enumerate(self.filed)
                for part in rule.parts
            ],
        )

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

    def matching(self, code: str) -> list[tuple[Owner, Rule]]:
        """Those of `filed` whose rule matches the code, in order."""
        filed: Iterable[tuple[Owner, Rule]] = self.filed
        if len(self.filed) > FEW:
            filed = (self.filed[position] for position, _ in self.near([skeleton(code)]))
        return [each for each in filed if each[1].matches(code)]

    def within_one_slip(self, code: str) -> list[int]:
        """Each rule that may match a code exactly one slip from this one, as its position in
        `filed`, in order. They are found by their beginnings with one slip allowed."""
        positions: set[int] = set()
        for node, grown in _walk_with_a_slip(self._root, skeleton(code)):
            parts, _ = node.opened
            if parts:
                for change in (-1, 0, 1) if grown is None else (grown,):
                    positions.update(position for position, _ in parts.get(len(code) + change, ()))
                positions.update(position for position, _ in parts.get(None, ()))
        return sorted(positions)

    def _filed_under(self, skeletons: list[str]) -> Iterator[tuple[list[_Filed], list[int]]]:
        """Return what is filed under a beginning of a skeleton, with the places of the skeletons
        that begin so. They are walked together: those of one code begin alike."""
        lengths = set(map(len, skeletons))
        walks = [(self._root, 0, list(range(len(skeletons))))]
        while walks:
            node, depth, members = walks.pop()
            parts, nodes = node.opened
            if parts:
                for length in lengths & parts.keys():
                    yield parts[length], [m for m in members if len(skeletons[m]) == length]
                if None in parts:
                    yield parts[None], members
            if nodes:
                longer = [member for member in members if len(skeletons[member]) > depth]
                groups: dict[str, list[int]] = {_ANY: longer} if _ANY in nodes else {}
                for member in longer:
                    character = skeletons[member][depth]
                    if character in nodes:
                        groups.setdefault(character, []).append(member)
                walks += [(nodes[name], depth + 1, group) for name, group in groups.items()]


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
    _, nodes = node.opened
    names = (text[place], _ANY) if nodes and place < len(text) else ()
    return [nodes[name] for name in names if name in nodes]


def _slipping(node: _Node, text: str, place: int) -> Iterator[tuple[_Node, int, int]]:
    """Return where each slip leads that may happen here. Of one that changes several characters,
    the first is a wrong one like any other; here is what it leads to behind the last of them."""
    _, children = node.opened
    if not children:  # whatever comes behind it, it is filed here
        return
    for child in children.values():
        yield child, place, 1
    if place == len(text):
        return
    yield node, place + 1, -1
    for name, child in children.items():
        yield child, place + 1, 0
        if text[place] == text[place + 1 : place + 2]:
            for other, grandchild in child.opened[1].items():
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


def _steps(part: Part) -> _Steps:
    """The beginning of the part as an index files it: from where there would be too many branches,
    any character is one. It is kept with the part, which outlives an edition."""
    known: _Steps | None = part.__dict__.get("_steps")
    if known is None:
        steps: list[Collection[str]] = []
        branches = 1
        for characters in _beginning(part):
            is_few = branches * len(characters) <= MAX_BRANCHES
            branches *= len(characters) if is_few else 1
            steps.append(characters if is_few else (_ANY,))
        known = part.__dict__["_steps"] = tuple(steps)
    return known


@lru_cache(maxsize=1000)
def _skeletons_of(characters: frozenset[str]) -> frozenset[str]:
    """Those of single characters: most rules have the same few kinds of them."""
    return frozenset(map(skeleton, characters))


def _beginning(part: Part) -> list[frozenset[str]]:
    """The skeletons of the characters that may stand at the first places, up to the last one that
    tells anything."""
    places: list[frozenset[str]] = []
    for characters in part.characters:
        if characters is None:
            break
        places.append(_skeletons_of(characters))
    while places and len(places[-1]) > MAX_BRANCHES:
        places.pop()
    return places
