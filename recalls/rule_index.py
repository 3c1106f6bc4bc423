"""Which of many rules can concern a code, found without asking each of them.

Like `codes`, it knows nothing of Django.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from recalls import codes

Owner = TypeVar("Owner")

# Under how many beginnings a rule is filed at most; from there on any sign is one branch.
MOST_BRANCHES = 8
_ANY = ""


@dataclass
class _Node:
    """What is filed under one beginning: places and parts by the length of their codes, with None
    for any length; and the longer beginnings by the skeleton of their next sign."""

    parts: dict[int | None, list[tuple[int, codes.Part]]] = field(default_factory=dict)
    longer: dict[str, "_Node"] = field(default_factory=dict)


class RuleIndex(Generic[Owner]):
    """Rules with what they belong to, filed under what their codes begin with.

    It names too many rules rather than too few: who asks it asks each rule once more.
    """

    def __init__(self, filed: Iterable[tuple[Owner, codes.Rule]]):
        self.filed = tuple(filed)
        self._root = _Node()
        for place, (_, rule) in enumerate(self.filed):
            for part in rule.parts:
                for node in self._nodes(_beginning(part)):
                    node.parts.setdefault(part.length, []).append((place, part))

    def _nodes(self, beginning: list[set[str]]) -> list[_Node]:
        nodes = [self._root]
        for signs in beginning:
            branches = signs if len(nodes) * len(signs) <= MOST_BRANCHES else {_ANY}
            nodes = [node.longer.setdefault(sign, _Node()) for node in nodes for sign in branches]
        return nodes

    def near(self, code_skeleton: str) -> list[int]:
        """The places in `filed`, in order, of all rules that a code with that skeleton matches."""
        places: set[int] = set()
        ends: dict[tuple[str, ...], tuple[str, str] | None] = {}
        for part_place, part in self._filed_under(code_skeleton):
            if isinstance(part, codes.Mask):
                places.add(part_place)
                continue
            if part.kinds not in ends:
                ends[part.kinds] = codes.ends_like(code_skeleton, part.kinds)
            if (both := ends[part.kinds]) and both[0] <= part.high and part.low <= both[1]:
                places.add(part_place)
        return sorted(places)

    def _filed_under(self, code_skeleton: str) -> Iterable[tuple[int, codes.Part]]:
        nodes, length = [self._root], len(code_skeleton)
        for sign in (*code_skeleton, _ANY):
            for node in nodes:
                if node.parts:
                    yield from node.parts.get(length, ())
                    yield from node.parts.get(None, ())
            nodes = [
                node.longer[key] for node in nodes for key in (sign, _ANY) if key in node.longer
            ]
            if not nodes:
                return


def _beginning(part: codes.Part) -> list[set[str]]:
    """The skeletons of the signs that may stand at the first places, up to the last one that
    tells anything."""
    tokens = part.lead if isinstance(part, codes.Span) else part.tokens
    places: list[set[str]] = []
    for token in tokens:
        if token is None:
            break
        places.append(set(map(codes.skeleton, token)))
    while places and len(places[-1]) > MOST_BRANCHES:
        places.pop()
    return places
