"""Rules that the prose of a notice may mean are suggested, with what in it is no rule."""

import random

import pytest

from recalls.codes import Rule, parse_rule, rules_in_prose
from recalls.codes.prose import MAX_PROSE, MAX_RULES

SENTENCES = [
    # Words as notices write them, and the rules that they may mean.
    ("The safes have the serial number range: SQC200034980 - SQC202319171. It is on a label.",
     ["SQC200034980 to SQC202319171"]),
    ("with serial numbers between 250402212 and 260402893.", ["250402212 to 260402893"]),
    ("date codes 2431 through 2543", ["2431 to 2543"]),
    ("serial numbers 2322–2426", ["2322 to 2426"]),
    ("Serial Numbers Subject to Recall WY100M230117XXXX; WY100M230127XXXX and WY200-230328XXXX",
     ["WY100M230117????", "WY100M230127????", "WY200230328????"]),
    ("batch numbers 24003xx, 24004xx.", ["24003??", "24004??"]),
    ("C083AA01, C083AA02 Less than 23J 9999999 999", ["before 23J9999999999"]),
    ("a serial number starting with EEV, ERV or RFV. The model", ["EEV*", "ERV*", "RFV*"]),
    ("wooden base that begins with BZ10 or BZ02.", ["BZ10*", "BZ02*"]),
    ("a plate that ends in “17” is included", ["*17"]),
    ("Lot numbers 230361, 240822, and 250831. These", ["230361", "240822", "250831"]),
    ("“Lot/Ref: YD-260320” and “Date 2026/03/20”", ["YD260320"]),
    ("The manufacturing lot code C250306VJAW5 is printed", ["C250306VJAW5"]),
    ("serial number KK1 and again serial number KK1", ["KK1"]),
]  # fmt: skip
NO_RULES = [
    "",
    "The serial number is on a label on the lower right corner.",
    "sold from March 2020 through February 2024 for between $260 and $409",
    "size 5 - 12, 14 to 18 inches, model years 2016 through 2022",
    "item number 077-03-3844 and model SKLC-0420-0040",
    "Consumers should begin with the battery and end with the case.",
    "\udcff\x00" * 50,
]


@pytest.mark.parametrize(("prose", "expected"), SENTENCES)
def test_what_a_sentence_may_mean(prose, expected):
    found = rules_in_prose(prose)
    assert [rule.text for rule in found] == expected
    assert all(not rule.error and rule.around for rule in found)


def test_words_without_a_code_suggest_nothing():
    assert [prose for prose in NO_RULES if rules_in_prose(prose)] == []


@pytest.mark.parametrize(
    ("prose", "text", "sentence"),
    [
        ("C3753 - C77735 S73202 - S8442", "S73202 to S8442", "runs backwards"),
        ("KK207608361 through KK21347836 only", "KK207608361 to KK21347836", "runs backwards"),
        ("RGV3-305-N EEVxxxxxx to RFVxxxxxx May 25", "EEVxxxxxx to RFVxxxxxx", "does not say"),
    ],
)
def test_what_cannot_be_a_rule_is_said_with_its_reason(prose, text, sentence):
    found = {rule.text: rule for rule in rules_in_prose(f"serial numbers {prose}")}
    assert sentence in found[text].error


def test_each_stands_with_the_words_around_it():
    before, after = "word " * 40, " word" * 40
    [rule] = rules_in_prose(f"{before}serial numbers\n A100 -  A200{after}")
    assert "serial numbers A100 - A200 word" in rule.around
    assert rule.around.startswith("…word") and rule.around.endswith("word…")


def test_a_long_table_has_no_more_than_a_page_has_room_for():
    table = "serial numbers " + ", ".join(f"KK{number:06}" for number in range(3000))
    assert len(rules_in_prose(table)) == MAX_RULES


def test_hostile_prose_takes_no_time_and_suggests_only_rules():
    """Parts that each pattern begins with, over and over."""
    rng, size = random.Random(3), MAX_PROSE * 2
    parts = [
        "A1 to ",
        "A-",
        "1X",
        "serial ",
        "between A1 and ",
        "begins with AB, ",
        "A1B2, ",
        "ABx",
    ]
    for _ in range(12):
        prose = "".join(rng.choices(parts, k=rng.randint(1, 3))) * size
        for rule in rules_in_prose(prose[:size]):
            assert rule.error or isinstance(parse_rule(rule.text), Rule)
