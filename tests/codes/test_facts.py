"""Here is what staff are told of a rule, and many lines pasted at once."""

import pytest

from recalls.codes import Rule, describe, parse_lines, parse_rule, parse_shape, why_too_short


def facts(text, shapes=(), units=None):
    return describe(parse_rule(text), map(parse_shape, shapes), units)


@pytest.mark.parametrize(
    ("text", "shapes", "count", "is_distinctive"),
    [
        ("ACCJRU1D16400841 to ACCJRU1D16400960", ["?{16}"], 120, True),
        ("KK23289034", [], 1, True),
        ("57V###########", ["57V###########"], 10**11, True),
        ("*#", [], None, False),  # Baseus
        ("*17", ["?{16}"], 36**14, False),  # X-Stand
        ("DA*", ["DA*"], None, False),  # EcoFlow
        ("57V*", [], None, True),
        ("57V*", ["57V####", "57V###########"], 10**4 + 10**11, False),
        ("date YYYYMMDD 20230605 to 20240731", ["20######"], 423, False),  # Romoss
        ("2322 to 2426", ["####"], 105, False),
    ],
)
def test_count_and_whether_distinctive(text, shapes, count, is_distinctive):
    found = facts(text, shapes)
    assert (found.count, found.is_distinctive) == (count, is_distinctive)
    assert any(line.startswith("Distinctive") for line in found.sentences) is is_distinctive
    assert any(line.startswith("Not distinctive") for line in found.sentences) is not is_distinctive


@pytest.mark.parametrize(
    ("text", "shapes", "both"),
    [
        ("less than 2000", ["#{3,4}"], "000 to 2000"),
        ("from A998", ["A#{3,5}"], "A998 to A99999"),
        ("after R251700", ["R######", "?{8}"], "R251700 to R9999999"),
        ("from A998", ["A###", "B####"], ""),
        ("up to 2000", ["*"], ""),  # never cleared
        ("less than 23J9999999999", ["?{10,12}"], ""),
        ("998 to 1000", ["#{3,4}"], ""),
    ],
)
def test_an_open_range_leaves_out_no_shorter_or_longer_codes_unsaid(text, shapes, both):
    why = why_too_short(parse_rule(text), map(parse_shape, shapes))
    assert bool(why) is bool(both)
    assert both in why


@pytest.mark.parametrize(
    ("text", "shapes", "units", "sentence"),
    [
        ("KK23289034", [], None, "It covers 1 code."),
        ("A100 to A219", [], None, "It covers 120 codes."),
        ("*#", [], None, "It covers codes of any length, so their number is open."),
        ("*#", [], None, "That is 28 in 100 of all codes of 12 characters."),
        ("23*", [], None, "That is about 1 in 1,296 of all codes of 12 characters."),
        ("*", [], None, "That is every code of 12 characters."),
        ("2322 to 2426", ["####"], None,
         "That is about 1 in 95 of all codes that the product's shapes allow."),
        ("57V###########", ["57V###########"], None,
         "That is every code that the product's shapes allow."),
        ("A100 to A219", [], 120, "The notice speaks of as many units."),
        ("A100 to A219", [], 1200,
         "The notice speaks of 1,200 units: these are 10 in 100 of them."),
        ("A100 to A219", [], 429_200,
         "The notice speaks of 429,200 units: these are fewer than 1 in 100 of them."),
        ("A100 to A219", [], 100,
         "The notice speaks of 100 units: more than one code for each. Codes of units that are not "
         "recalled may be among them."),
        ("57V###########", [], 83_500,
         "The notice speaks of 83,500 units: 1,197,605 codes for each. Codes of units that are not "
         "recalled may be among them."),
    ],
)  # fmt: skip
def test_facts_in_words(text, shapes, units, sentence):
    assert sentence in facts(text, shapes, units).sentences


def test_a_share_is_told_only_where_it_is_known():
    assert facts("2322 to 2426").share is None
    assert facts("DA*", ["DA*"]).share is None
    assert facts("2322 to 2426", ["####"]).share == 105 / 10**4


@pytest.mark.parametrize(
    ("text", "units", "is_wider"),
    [
        ("A100 to A219", 12, False),
        ("A100 to A219", 11, True),
        ("A100 to A219", None, False),
        ("57V*", 170_000, True),  # open
        ("57V*", None, False),
        ("57V*", 0, False),
    ],
)
def test_much_wider_than_the_units_of_the_notice_takes_a_reason(text, units, is_wider):
    said = any(line.startswith("Much wider") for line in facts(text, units=units).sentences)
    assert said is is_wider


def test_what_a_rule_may_not_mean_comes_last():
    found = facts("AXXX1 to AXXX9")
    assert found.sentences[-1] == parse_rule("AXXX1 to AXXX9").warning != ""


# Many lines -------------------------------------------------------------------------------------


def texts(pasted):
    return [(n, rule.text if isinstance(rule, Rule) else None) for n, rule in parse_lines(pasted)]


@pytest.mark.parametrize(
    ("pasted", "expected"),
    [
        ("2313\n2316\n", [(1, "2313"), (2, "2316")]),
        ("\n\r\n2313\r\n \r\n2316", [(3, "2313"), (5, "2316")]),
        ("• 6BZLU*\n•\t6CGFK*\n\uf0b7\u00a06CGFQ*", [(1, "6BZLU*"), (2, "6CGFK*"), (3, "6CGFQ*")]),
        ("o\tKK23289034\n– A100 to A200\n- A300", [(1, "KK23289034"), (2, "A100 to A200"),
                                                   (3, "A300")]),
        ("1. 606616\n2.\t607056\n\n3. 607311", [(1, "606616"), (2, "607056"), (4, "607311")]),
        ("1) 606616\n2) 607056\n(3) 607311\nb) 607335",
         [(1, "606616"), (2, "607056"), (3, "607311"), (4, "607335")]),
        ("KK23289034;\nKK23289035,", [(1, "KK23289034"), (2, "KK23289035")]),
        ("\ufeffKK23289034", [(1, "KK23289034")]),
        ("*17\n*G*", [(1, "*17"), (2, "*G*")]),
        ("* KK23289034", [(1, None)]),
        ("12. 345", [(1, None)]),
        ("1. 606616\n3. 607056\n2. 607311", [(1, "606616"), (2, None), (3, "607311")]),
        ("Recalled date codes:\n2313\nweek 2316", [(1, None), (2, "2313"), (3, None)]),
        ("KK23289034\nKK23289034, KK23289035", [(1, "KK23289034"), (2, None)]),
        ("o KK23289034", [(1, None)]),
        ("1.5\n12.345", [(1, "15"), (2, "12345")]),
        ("", []),
    ],
)  # fmt: skip
def test_lines_pasted_from_a_document(pasted, expected):
    assert texts(pasted) == expected


def test_a_line_that_is_refused_says_why():
    ((number, sentence),) = parse_lines("• week 2313")
    assert number == 1
    assert sentence.startswith("“WEEK”")
    assert sentence.endswith(".")
