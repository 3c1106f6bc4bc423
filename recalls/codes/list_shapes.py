"""What the codes of all lists look like: what a slip can have been made in."""

from collections.abc import Iterable

from recalls.codes.index import FEW, RuleIndex
from recalls.codes.rules import Rule
from recalls.codes.slips import Following, slip_skeletons, slip_skeletons_within
from recalls.codes.text import skeleton


class ListShapes:
    """The shapes of lists, each once. `is_open`: there is a list of other codes too, or one of the
    shapes leaves open how long codes are."""

    def __init__(self, shapes: Iterable[Rule], *, is_open: bool = False):
        by_text = {shape.text: shape for shape in shapes}
        self.is_open = is_open or any(each.skeleton_places is None for each in by_text.values())
        self._shapes = tuple(by_text.values())
        self._index = RuleIndex((None, shape) for shape in self._shapes)

    def slip_skeletons(self, code: str, following: Following | None = None) -> set[str]:
        """The skeletons of the codes one slip from this one that fit a shape; of all codes one slip
        from it where a list is open. With `following` those that nothing on file begins like are
        left out."""
        text = skeleton(code)
        if self.is_open:
            return set(slip_skeletons(text, following))
        found: set[str] = set()
        for shape in self._near(code):
            for places in shape.skeleton_places or ():
                found.update(slip_skeletons_within(text, places, following))
        return found

    def _near(self, code: str) -> Iterable[Rule]:
        if len(self._shapes) <= FEW:
            return self._shapes
        return (self._shapes[position] for position in self._index.within_one_slip(code))
