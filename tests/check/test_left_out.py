"""A product whose codes have several lengths: a shorter code is one too, so that nothing may vanish
from a text, and no word may be taken into a code."""

import pytest

from recalls.check import ladder
from recalls.check.verdict import Outcome
from tests.support.every_slip import clears, count_looked_up
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
    # Symbols that text recognition and keyboards make of characters, and dashes where a line ended.
    *("9912⭕", "⭕2345", "K7R3😎", "▲R3M1", "🔟12345", "99123⠙⠑", "K7R3°", "°R3M1", "K7R3✕✕"),
    *("9912-", "9912➖", "K7R3ー", "9912・・", "K7R3(..)", "K7(–)M1", "(. .)R3M1", "K7//M1"),
    *("\\R3M1", "^^R3M1", "K7R3¿"),
    *('9912"%', "9912&#8203;?5", "9912&nbsp;?5", "K7R3<b>?</b>1"),
]


def test_what_was_not_read_is_never_cleared():
    for typed in NOT_READ:
        for text in (typed, f"SN: {typed}", f"Kett KX40 S/N {typed}"):
            assert not clears(ladder.check_code(text, "KX40")), text
            assert not clears(ladder.check_typed_twice(text, "KX40")), text


GROUPS = [
    *("441 unclear", "441 (illegible)", "double 4 1 0", "4 4 1 oh", "K VII R III M I"),
    *("44(illegible)", "(unklar)410", "KsevenR3M1", "K-sieben-R3M1", "double-912345"),
    *("44\n10W\n10", "44 10W 10", "K7R\n05/23\n3M1", "44\n(21)\n10", "4 (x2)10", "neuf912345"),
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
    *("Q8W2E5✓", "Q8W2E5.", "(Q8W2E5)", "- Q8W2E5", "Q8W\n2E5", "=Q8W2E5", "'Q8W2E5"),
    *("SN®: Q8W2E5", "SN -Q8W2E5"),
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


# Two X --------------------------------------------------------------------------------------------


@pytest.fixture
def speaker():
    make_product(
        model_numbers="A3102",
        shapes="?{16}",
        rules=["ACCJRU1D16400841 to ACCJRU1D16400960"],
        codes=["ACCKRU1D20000007", "BX7XRU1D20000111"],
        list_complete=True,
        recall=make_recall(slug="speaker"),
    )
    make_product(
        model_numbers="XX9",
        shapes="XX9######X#",
        rules=["XX9123456X1 to XX9123456X5"],
        list_complete=True,
        recall=make_recall(slug="xx9"),
    )


TWO_X = [
    *("ACCJXX1D16400841", "accjxx1d16400841", "ACCJRUXX16400900", "XXCJRU1D16400841"),
    *("ACXJRU1X16400841", "ACCKRU1D2XX00007", "ACCKRU1D2000XX07", "ACCKRU1D200000XX"),
    *("XX7XRU1D20000111", "ACCJRU1DX64X0841", "ACXJXU1DX6400841", "SN: ACCJXX1D16400841"),
    *("ACCJхх1D16400841", "ACCJXx1D16400841"),
]


@pytest.mark.usefixtures("speaker")
def test_two_x_in_place_of_recalled_characters_are_not_read():
    for typed in TWO_X:
        verdict = ladder.check_code(typed, "A3102")
        assert verdict.outcome is Outcome.PARTLY_READ, typed
        assert "?" in verdict.unread, typed
        assert not clears(ladder.check_typed_twice(typed, "A3102")), typed
        entered = ladder.check_code("ACCJZZ1D16499999", "A3102", again=typed)
        assert not clears(entered), typed


@pytest.mark.usefixtures("speaker")
def test_codes_that_hold_two_x_are_cleared_as_they_were():
    """No recalled code has others in their place, or the shape says that X stands there."""
    for typed in ("ACCJXX1D16499999", "BX7XRU1D20999111", "XXCJRU1D99400841", "QX12XA34BC56DE78"):
        assert clears(ladder.check_code(typed, "A3102")), typed
    assert clears(ladder.check_typed_twice("XX9888888X9", "XX9"))
    assert clears(ladder.check_typed_twice("XX9723456X1", "XX9"))


@pytest.mark.usefixtures("speaker")
def test_two_x_take_one_statement_more(monkeypatch):
    """For the answer and for the proof of it, whatever the number of notices."""
    make_product(model_numbers="A3102", shapes="?{16}", rules=["QZ*"], list_complete=True)
    ladder.check_code("ACCJXX1D16499999", "A3102")  # what was published since is read
    asked = count_looked_up(monkeypatch)
    verdict = ladder.check_code("ACCJXX1D16499999", "A3102")
    assert clears(verdict)
    assert len(verdict.findings) == 2
    assert len(asked) == 3


def test_x_at_an_end_of_a_code_that_may_be_longer():
    for typed in ("44XX", "XX10", "9912XX", "K7RXX", "XX345"):
        assert not clears(ladder.check_code(typed, "KX40")), typed
    assert clears(ladder.check_code("Q8XXE5", "KX40"))
