"""A product whose codes have several lengths: a shorter code is one too, so that nothing may vanish
from a text, and no word may be taken into a code."""

import pytest

from recalls.check import ladder
from recalls.check.verdict import Outcome
from tests.support.every_slip import clears
from tests.support.factories import make_product, make_recall

pytestmark = pytest.mark.django_db

LISTED = ["K7R3M1", "9912345", "4410", "BT20417X"]


@pytest.fixture(autouse=True)
def product():
    make_product(
        model_numbers="KX40",
        shapes="?{4,12}",
        codes=LISTED,
        list_complete=True,
        recall=make_recall(),
    )


NOT_READ = [
    *("9912...", "...2345", "991...45", "BT2...17X", "9912..5", "K7R3..", "9912--5", "K7R3--"),
    *("9912——5", "K7R3()()", "K7R3xx", "99123xx", "44xx", "BT2041xx", "K7xxxx", "K7XXXX", "xxxx"),
    *("XXXX", "9912x4x", "K7xxM1", "BT20xx7X", "99123+%", "99123¤%", "991^%45", "9912=%5"),
    *("9912™45", "99☐☐345", "99◯◯345", "99❓❓345", "9912⬛⬛", "K7R^^1", "99×✗345", "BT2°°17X"),
    *('9912"%', "9912&#8203;?5", "9912&nbsp;?5", "K7R3<b>?</b>1"),
]


def test_what_was_not_read_is_never_cleared():
    for typed in NOT_READ:
        for text in (typed, f"SN: {typed}", f"Kett KX40 S/N {typed}"):
            assert not clears(ladder.check_code(text, "KX40")), text
            assert not clears(ladder.check_typed_twice(text, "KX40")), text


GROUPS = [
    *("441 unclear", "441 (illegible)", "double 4 1 0", "4 4 1 oh", "K VII R III M I"),
    *("9912348 or 5", "5599 4 4 1 0", "5599/44-10", "5599 LOT4410", "5599 4410mAh", "5599 rev4410"),
]


def test_groups_that_may_be_several_codes_or_words_are_to_be_typed_as_one():
    for typed in GROUPS:
        verdict = ladder.check_code(typed, "KX40")
        is_asked = verdict.error and verdict.error.kind in ("in_groups", "several")
        assert is_asked or verdict.outcome is Outcome.RECALLED, typed
        assert not clears(ladder.check_typed_twice(typed, "KX40")), typed


OTHERS = [
    *("Q8W2E5", "q8w2e5", "SN: Q8W2E5", "S/N Q8W 2E5", "Q8-W2-E5", "SN...... Q8W2E5", "QX8W2E5"),
    *("S/N&nbsp;Q8W2E5", "<td>SN</td><td>Q8W2E5</td>", '{"model":"KX40","sn":"Q8W2E5"}'),
    *("<Q8W2E5>", "“Q8W2E5”", "Q8W2E5 😢", "\u202e5E2W8Q\u202c", "Q❽W❷E❺"),
]


def test_other_codes_are_cleared_as_they_were():
    for typed in OTHERS:
        assert ladder.check_code(typed, "KX40").outcome is Outcome.NOT_LISTED, typed


def test_text_is_read_as_it_is_seen():
    """U+202E turns what follows: on the screen and the label this is a recalled code."""
    assert ladder.check_code("\u202e5432199\u202c", "KX40").outcome is Outcome.RECALLED
    assert ladder.check_code("<b>99</b>12<wbr>345", "KX40").outcome is Outcome.RECALLED
    assert ladder.check_code("BT20&shy;417&#88;", "KX40").outcome is Outcome.RECALLED
