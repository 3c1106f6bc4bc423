"""What slips are looked up for, by the shapes of all lists: few of them, or thousands."""

import random

import pytest

from recalls import codes
from recalls.codes import list_shapes
from recalls.codes.list_shapes import ListShapes

STEMS = ["57V", "KB7", "ACCJRU1D", "X", "00"]
TAILS = ["####", "#####", "?##", "@#?", "[AB]#{3}", "#{2,5}"]
LINES = [stem + tail for stem in STEMS for tail in TAILS]


def fits(places: codes.Places, skeleton: str) -> bool:
    return len(places) == len(skeleton) and all(map(set.__contains__, map(set, places), skeleton))


@pytest.mark.parametrize("few", [0, len(LINES)], ids=["by the index", "one by one"])
def test_all_that_fit_a_shape_are_looked_up_and_no_others(few, monkeypatch):
    monkeypatch.setattr(list_shapes, "FEW", few)
    rng = random.Random(7)
    shapes = [codes.parse_shape(line) for line in LINES]
    on_file = ListShapes([*shapes, *shapes])
    assert not on_file.is_open
    found = 0
    for _ in range(50):
        like = rng.choice(rng.choice(shapes).samples())
        code = rng.choice(list(codes.slips_of(like)))
        expected = {
            skeleton
            for skeleton in codes.slip_skeletons(codes.skeleton(code))
            if any(fits(places, skeleton) for shape in shapes for places in shape.skeleton_places)
        }
        assert on_file.slip_skeletons(code) == expected, code
        assert codes.skeleton(like) in expected
        found += len(expected)
    assert found > 500


def test_where_a_list_is_open_all_are_looked_up():
    text = "57V12"
    every = set(codes.slip_skeletons(codes.skeleton(text)))
    numbered, unknown = codes.parse_shape("57V##"), codes.parse_shape("57V*")
    assert ListShapes([numbered]).slip_skeletons(text) < every
    assert ListShapes([numbered, unknown]).slip_skeletons(text) == every
    assert ListShapes([numbered], is_open=True).slip_skeletons(text) == every
    assert ListShapes([]).slip_skeletons(text) == set()
