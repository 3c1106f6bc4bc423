"""Codes side by side: what is marked, what is said, and in which words."""

import pytest

from recalls.public import comparing

TYPED = "ABC123456"


def shown(groups) -> str:
    """The code with its marked characters in brackets."""
    characters = [pair for group in groups for pair in group]
    return "".join(f"[{one}]" if differs else one for one, differs in characters)


@pytest.mark.parametrize(
    ("candidate", "marked", "words"),
    [
        ("ABC129456", "ABC12[9]456", ["Character 6: the number 9, not the number 3"]),
        ("ABCI23456", "ABC[I]23456", ["Character 4: the letter I, not the number 1"]),
        (
            "ABC132456",
            "ABC1[3][2]456",
            [
                "Character 5: the number 3, not the number 2",
                "Character 6: the number 2, not the number 3",
            ],
        ),
        ("ABC1234756", "ABC1234[7]56", ["Character 8: one more, the number 7"]),
        ("ABC12346", "ABC12346", ["One less, your character 8: the number 5"]),
        ("BC123456", "BC123456", ["One less, your character 1: the letter A"]),
    ],
)
def test_a_recalled_code_beside_the_typed_one(candidate, marked, words):
    compared = comparing.compare_codes(2, TYPED, candidate)
    assert (compared.number, compared.code) == (2, candidate)
    assert shown(compared.marked) == marked
    assert list(compared.words) == words


def test_the_typed_code_has_a_mark_at_each_place_of_each_candidate():
    typed = comparing.mark_typed(TYPED, ("ABC129456", "XBC123456", "ABC12346", "ABC1234756"))
    assert shown(typed) == "[A]BC12[3]4[5]6"


def test_of_a_code_that_is_not_near_nothing_is_said():
    assert comparing.compare_codes(1, "ZZZZZZZZZ", TYPED).words == ()
    assert comparing.compare_codes(1, "", TYPED).words == ()


def test_doubtful_places_one_by_one():
    candidates = ("ABC723456", "ABC923456", "ABCI23456", "ABC12346", "ABC1234756", "8ABC123456")
    assert comparing.doubtful_places(TYPED, candidates) == [
        "Before character 1: one more, 8?",
        "Character 4: the number 1, the number 7, the number 9 or the letter I?",
        "After character 7: one more, 7?",
        "Character 8, the number 5: is it there?",
    ]
    assert comparing.doubtful_places(TYPED, ("ABC723456",)) == ["Character 4: 1 or 7?"]


def test_doubts_do_not_fill_the_page():
    code = "A" * 20
    slips = tuple(code[:place] + "B" + code[place + 1 :] for place in range(20))
    assert len(comparing.doubtful_places(code, slips)) == comparing.MAX_DOUBTS


@pytest.mark.parametrize(
    ("second", "first_marked", "second_marked", "words"),
    [
        (
            "ABC129456",
            "ABC12[3]456",
            "ABC12[9]456",
            ["Character 6: the number 3 in code 1, the number 9 in code 2"],
        ),
        ("ABC12346", "ABC1234[5]6", "ABC12346", ["Only in code 1: character 8, the number 5"]),
        ("ABC1234756", TYPED, "ABC1234[7]56", ["Only in code 2: character 8, the number 7"]),
        # One left out and one added elsewhere: not a row of marks over the whole code.
        (
            "BC1234567",
            "[A]BC123456",
            "BC123456[7]",
            [
                "Only in code 1: character 1, the letter A",
                "Only in code 2: character 9, the number 7",
            ],
        ),
    ],
)
def test_two_unlike_entries(second, first_marked, second_marked, words):
    first, other, said = comparing.compare_entries(TYPED, second)
    assert (shown(first), shown(other), said) == (first_marked, second_marked, words)


def test_entries_that_have_little_in_common():
    *_, said = comparing.compare_entries(TYPED, "ZYXWVUTSR")
    assert said == ["They differ in many places."]
