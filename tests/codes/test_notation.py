"""Rule notation as notices write it: open ranges, braces, dates, and words that are no codes."""

import datetime as dt
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from recalls import codes
from recalls.codes import RuleError, is_distinctive_code, parse_rule, parse_shape

UNHURRIED = settings(deadline=None)


def refusal(text, parse=parse_rule):
    with pytest.raises(RuleError) as raised:
        parse(text)
    sentence = str(raised.value)
    assert sentence[-1] == "."
    return sentence


# Open ranges ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "tidy"),
    [
        ("Less than 23J 9999999 999", "before 23J9999999999"),  # CPSC 26-488, Petzl
        ("lower than A200", "before A200"),
        ("earlier than 2306", "before 2306"),
        ("older than 2306", "before 2306"),
        ("smaller than A200", "before A200"),
        ("greater than 1234", "after 1234"),
        ("Higher  Than R251700", "after R251700"),
        ("later than 2306", "after 2306"),
        ("newer than 2306", "after 2306"),
        ("more than 2306", "after 2306"),
        ("less than or equal to A200", "up to A200"),
        ("equal to or less than A200", "up to A200"),
        ("greater than or equal to A200", "from A200"),
        ("from A200", "from A200"),
        ("up to A200", "up to A200"),
        ("after A200", "after A200"),
        ("before A200", "before A200"),
    ],
)
def test_open_ranges_in_the_words_of_notices(text, tidy):
    rule = parse_rule(text)
    assert rule.text == tidy
    assert parse_rule(tidy) == rule


def test_less_than_leaves_its_end_out_and_up_to_does_not():
    assert not parse_rule("less than A200").matches("A200")
    assert parse_rule("less than A200").matches("A199")
    assert parse_rule("less than or equal to A200").matches("A200")
    assert not parse_rule("greater than A200").matches("A200")
    assert parse_rule("greater than or equal to A200").matches("A200")


@pytest.mark.parametrize("text", ["less than", "greater than ", "less than A1 to A5", "than A200"])
def test_open_ranges_without_an_end_or_with_two(text):
    refusal(text)


# Words ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "begins BZ10",
        "prefix BZ10",
        "starts BZ10",
        "ends 17",
        "suffix 17",
        "week 2313",
        "Woche 2313",
        "semaine 2313",
        "KW 2313",
        "date 2313",
        "only 2313",
        "2313 only",
        "UPC 816153011219",
        "EAN 4571411204692",
        "week-2313",
        "UPC-816153011219",
        "less 23J9999999999",
        "fewer than 23J 9999999 999",
        "not before A200",
        "no later than A200",
        "May 2023",
        "from May 2023",
        "May 2023 to July 2024",
        "before week 2313",
        "type A316 2313",
        "57V########### and 35S*",
        "A100 or lower",
        "lesser than A200",
    ],
)
def test_a_word_is_never_taken_for_a_code(text):
    refusal(text)


@pytest.mark.parametrize("text", ["begins BZ10", "week 2313", "UPC 816153011219", "Woche 2313"])
def test_the_word_that_is_refused_is_named(text):
    assert f"“{text.split()[0].upper()}”" in refusal(text)


# Words of notices, of people who write lists, and of other languages.
WORDS = [
    *("less", "greater", "fewer", "older", "newer", "first", "last", "since", "until", "between"),
    *("week", "month", "date", "made", "serial", "model", "lot", "batch", "type", "unit", "units"),
    *("begins", "ends", "prefix", "suffix", "upc", "gtin", "only", "and", "with", "without"),
    *("série", "semaine", "charge", "fecha", "fabricación", "lote", "número", "modelo"),
    *("woche", "monat", "ab", "bis", "kw", "größer", "kleiner", "als"),
]


@UNHURRIED
@given(
    st.sampled_from(WORDS) | st.text(codes.LETTERS, min_size=8, max_size=12),
    st.sampled_from(["2313", "BZ10", "57V####", "A100 to A200", "23J 9999999 999"]),
    st.booleans(),
)
def test_no_word_beside_a_code_becomes_part_of_it(word, code, is_first):
    assume(word.lower() not in ("from", "after", "before"))
    refusal(f"{word} {code}" if is_first else f"{code} {word}")


PIECES = [
    *("date ", "made date ", "DD/MM/YYYY", "YYWW", "YDDD", "YYYY", "Y", "01/05/2023", "2313"),
    *("from ", "to ", "up to ", "less than ", "or equal to ", "{", "}", "{2}", "{0,3}", "{1,2}"),
    *(",", "#", "?", "@", "*", "[AB]", "A", "1", "KK", "week ", "- ", " ", "\t", "\n", "é", "½"),
    *("ACCJ ", "16400841", "9999", "31/12/2099", "4213 to 3001", "/", ".", "12/2018"),
]


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=7).map("".join))
def test_any_line_is_a_rule_whose_text_is_the_same_rule_or_is_refused(text):
    try:
        rule = parse_rule(text)
    except RuleError as error:
        assert str(error)[-1] in ".]"
    else:
        assert parse_rule(rule.text) == rule
        assert parse_rule(rule.text).text == rule.text


@pytest.mark.parametrize(
    "text", ["2313 2316", "606616 607056", "1 2", "A1 A2", "XSCT334 5X1017", "2313 2316 2318"]
)
def test_two_columns_are_no_code(text):
    assert "more than one" in refusal(text)


@pytest.mark.parametrize(
    ("text", "tidy"),
    [
        ("D4 1910", "D41910"),  # DeWalt
        ("FFP 49 1203 0001", "FFP4912030001"),  # Frigidaire
        ("17L 0000000 000", "17L0000000000"),  # Petzl
        ("ACCJ RU1D 1640 0841", "ACCJRU1D16400841"),  # a label of Anker
        ("THSP-TONE-010000", "THSPTONE010000"),  # Tethrd
        ("WY200-230328####", "WY200230328####"),  # Wybot
    ],
)
def test_codes_in_groups_stay_codes(text, tidy):
    assert parse_rule(text).text == tidy


# Braces -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "tidy", "lengths"),
    [
        ("T?{9,14}", "T?{9,14}", set(range(10, 16))),
        ("t ? { 9, 14 }", "T?{9,14}", set(range(10, 16))),
        ("?{16}", "?" * 16, {16}),
        ("57V#{11}", "57V###########", {14}),
        ("A0{2,3}1", "A0{2,3}1", {4, 5}),
        ("[HJK]{2}1", "[HJK][HJK]1", {3}),
        ("#{0,2}A", "#{0,2}A", {1, 2, 3}),
        ("#{1,2}@{1,2}", "#{1,2}@{1,2}", {2, 3, 4}),
        ("57V?{2,3}*", "57V?{2,3}*", None),
    ],
)
def test_braces_say_how_often(text, tidy, lengths):
    rule = parse_rule(text)
    assert rule.text == tidy
    assert rule.lengths == lengths
    assert parse_rule(tidy) == rule
    assert parse_shape(text) == rule


@pytest.mark.parametrize(
    "text",
    [
        "?{}",
        "?{,4}",
        "?{4,}",
        "?{5,4}",
        "?{0}",
        "{4}A1",
        "A1{2",
        "A1}2",
        "*{3}1",
        "?{3}{4}",
        "?{41}",
        "?{1,2,3}",
        "?{A}",
        "#{1,9}@{1,9}",
        "AB{2}",
        "A1{2} to A1{3}",
        "from A1{2}",
        "A1,A2",
    ],
)
def test_braces_that_say_nothing(text):
    refusal(text)


def test_a_mask_with_braces_matches_each_length():
    rule = parse_rule("T?{9,14}")
    assert [n for n in range(20) if rule.matches("T" + "4" * n)] == list(range(9, 15))
    assert rule.count() == sum(36**n for n in range(9, 15))
    assert "T123456780" in set(rule.slips("T12345678"))


braces = st.builds(
    lambda token, low, more: (token, low, low + more),
    st.sampled_from(["0", "A", "#", "@", "?", "[0A]"]),
    st.integers(0, 2),
    st.integers(0, 2),
)
ALLOWED = {"0": "0", "A": "A", "#": codes.DIGITS, "@": codes.LETTERS, "?": codes.CHARACTERS}


@UNHURRIED
@given(st.lists(braces, min_size=1, max_size=3), st.text("0AB1", min_size=1, max_size=6))
def test_braces_agree_with_a_list_of_masks(items, code):
    text = "".join(f"{token}{{{low},{high}}}" for token, low, high in items)
    try:
        rule = parse_rule(text)
    except RuleError:
        assume(False)
    times = product(*[range(low, high + 1) for _, low, high in items])
    expected = any(
        len(code) == sum(each)
        and all(
            character in ALLOWED.get(token, "0A")
            for character, token in zip(
                code,
                (token for (token, _, _), n in zip(items, each, strict=True) for _ in range(n)),
                strict=True,
            )
        )
        for each in times
    )
    assert rule.matches(code) is expected
    assert parse_rule(rule.text) == rule


@pytest.mark.parametrize("text", ["16", "7", "2322", "13 ", "4571411204692"])
def test_a_number_is_no_shape(text):
    sentence = refusal(text, parse_shape)
    assert "how many characters of which kind" in sentence
    assert "?{" in sentence


# Dates ------------------------------------------------------------------------------------------

ROMOSS = "date DD/MM/YYYY 01/05/2023 to 31/07/2024"


@pytest.mark.parametrize(
    ("text", "tidy"),
    [
        (ROMOSS, ROMOSS),
        ("Made date dd/mm/yyyy 1/5/2023 – 31/7/2024", ROMOSS),
        ("date DD/MM/YYYY from 01.05.2023 to 31.07.2024", ROMOSS),
        ("date DD.MM.YYYY 01.05.2023 to 31.07.2024", "date DD.MM.YYYY 01.05.2023 to 31.07.2024"),
        ("date DDMMYYYY 01052023 to 31072024", "date DDMMYYYY 01052023 to 31072024"),
        ("date YYWW from 2301", "date YYWW from 2301"),
        ("date YYWW up to 2301", "date YYWW up to 2301"),
        ("date YYWW earlier than 2301", "date YYWW before 2301"),
        ("date YYWW later than 2301", "date YYWW after 2301"),
        ("date YYWW 2313", "date YYWW 2313"),
        ("date YYWW 23 13", "date YYWW 2313"),
        ("date WWYY 1719 to 2818", None),  # runs backwards: week 17 of 2019 to week 28 of 2018
        ("date WWYY 3718 to 1719", "date WWYY 3718 to 1719"),
        ("date YYWWD 23131 to 23184", "date YYWWD 23131 to 23184"),
        ("date YYMM 2112 to 2206", "date YYMM 2112 to 2206"),
        ("date YY/MM 21/12 to 22/06", "date YY/MM 21/12 to 22/06"),
        ("date YYYYMM 202112 to 202206", "date YYYYMM 202112 to 202206"),
        ("date MM/YYYY 12/2018 to 12/2020", "date MM/YYYY 12/2018 to 12/2020"),
        ("date YYYYMMDD 20230605 to 20240731", "date YYYYMMDD 20230605 to 20240731"),
        ("date YDDD 3001 to 4213", "date YDDD 3001 to 4213"),
        ("date YDDD 8123 to 2045", "date YDDD 8123 to 2045"),
        ("date YYDDD 23001 to 24366", "date YYDDD 23001 to 24366"),
        ("date ???????YDDD?????? 2090 to 6091", "date ???????YDDD?????? 2090 to 6091"),
    ],
)
def test_date_rules_have_a_tidy_text(text, tidy):
    if tidy is None:
        assert "backwards" in refusal(text)
        return
    rule = parse_rule(text)
    assert rule.text == tidy
    assert parse_rule(tidy) == rule


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        # The notices of the review, and what was answered wrongly.
        ("date MM/YYYY 12/2018 to 12/2020", ["06/2019", "05/2019", "12/2018", "12/2020"],
         ["11/2018", "01/2021", "13/2019", "00/2019"]),
        (ROMOSS, ["15/08/2023", "01/05/2023", "31/07/2024", "29/02/2024"],
         ["15/08/1999", "30/04/2023", "01/08/2024", "31/06/2023", "29/02/2023", "1/5/2023"]),
        ("date YYYYMMDD 20230605 to 20240731", ["20230605", "20240115"],
         ["20231399", "20230631", "20230604", "20240801"]),
        ("date WWYY 3718 to 1719", ["3718", "5218", "0119", "1719"],
         ["2019", "3618", "1819", "0018", "5418"]),
        ("date YYWW from 2301", ["2301", "2453", "3001"], ["2252", "2300", "2354", "9801"]),
        ("date YYWW up to 2301", ["2301", "9952", "1801"], ["2302", "2254"]),
        ("date YYWW before 2301", ["2253", "0101"], ["2301"]),
        ("date YYWW after 2253", ["2301"], ["2253", "2201"]),
        ("date DD/MM/YYYY before 01/05/2023", ["30/04/2023", "31/12/2022"], ["01/05/2023"]),
        ("date DD/MM/YYYY after 31/12/2023", ["01/01/2024"], ["31/12/2023"]),
        ("date YDDD 8123 to 2045", ["8123", "9365", "0001", "0366", "2045"],
         ["8122", "2046", "3001", "9366", "9000"]),
        ("date YYWWD 23131 to 23184", ["23131", "23137", "23184", "23160"],
         ["23130", "23185", "23158"]),
        ("date ???????YDDD?????? 2090 to 3091", ["078928C20900012AE", "078928C30910012AE"],
         ["078928C20890012AE", "078928C30920012AE", "2090"]),
    ],
)  # fmt: skip
def test_dates_are_compared_as_dates(text, inside, outside):
    rule = parse_rule(text)
    assert [code for code in inside if not rule.matches(codes.normalize(code))] == []
    assert [code for code in outside if rule.matches(codes.normalize(code))] == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("date", "layout"),
        ("date 2313", "layout"),
        ("date 01/05/2023 to 31/07/2024", "layout"),
        ("date DD/MM 01/05 to 31/07", "layout"),  # no year
        ("date YYYY 2023 to 2024", "layout"),  # a mask or a range does for years
        ("date YYMMWW 230101 to 240101", "layout"),
        ("date YYYYMMDDD 202301001 to 202301002", "layout"),
        ("date YYYYYY 202301 to 202302", "layout"),
        ("date YYWW", "missing"),
        ("date YYWW from", "missing"),
        ("date YYWW 2313 to", "missing"),
        ("date YYWW 2354", "no date"),
        ("date DD/MM/YYYY 31/06/2023 to 31/07/2024", "no date"),
        ("date DD/MM/YYYY 05/31/2023 to 07/31/2024", "no date"),
        ("date YYWW 231 to 2313", "not written"),
        ("date YYWW week 2313", "not written"),
        ("date DD/MM/YYYY May 2023", "not written"),
        ("date DD/MM/YYYY 31/07/2024 to 01/05/2023", "backwards"),
        ("date YDDD from 3001", "ten years"),
        ("date YYYYMM after 209912", "No date comes after"),
    ],
)
def test_what_is_wrong_with_a_date_is_named(text, words):
    assert words in refusal(text)


@pytest.mark.parametrize(
    ("text", "layout"),
    [
        ("12/2018 to 12/2020", "MM/YYYY"),
        ("122018 to 122020", "MM/YYYY"),
        ("1/2018 to 12/2020", "MM/YYYY"),
        ("12.2018 – 12.2020", "MM/YYYY"),
        ("12 2018 to 12 2020", None),
        ("01/05/2023 to 31/07/2024", "DD/MM/YYYY"),
        ("05/01/2023 to 07/31/2024", "MM/DD/YYYY"),
        ("01-05-2023 to 31-07-2024", "DD/MM/YYYY"),
        ("01052023 to 31072024", "DD/MM/YYYY"),
        ("1/5/23 to 31/7/24", "DD/MM/YY"),
        ("010523 to 310724", "DD/MM/YY"),
        ("12/18 to 12/20", "MM/YY"),
        ("from 12/2018", "MM/YYYY"),
        ("less than 01/05/2023", "DD/MM/YYYY"),
    ],
)
def test_a_range_that_only_looks_like_dates(text, layout):
    sentence = refusal(text)
    assert layout is None or f"date {layout}" in sentence


@pytest.mark.parametrize(
    "text",
    [
        "2322 to 2426",  # year and week: the order is the same
        "22/01 to 22/06",  # Lenovo: year and month
        "20230605 to 20240731",  # Romoss
        "1200000 to 1202080",  # Cooluli
        "1535 to 1545",
        "606616 to 607056",
        "from 2306",
        "up to 1852",
        "0408044281 to 4410052723",
        "up to 311299",
    ],
)
def test_ranges_whose_order_is_that_of_time_stay(text):
    assert parse_rule(parse_rule(text).text) == parse_rule(text)


def test_the_advice_of_a_refused_date_is_a_rule():
    for text in ("12/2018 to 12/2020", "01/05/2023 to 31/07/2024", "less than 01/05/2023"):
        advice = refusal(text).partition("“")[2].partition("”")[0]
        assert parse_rule(advice).text.startswith("date ")


def test_the_first_and_last_date_are_for_people():
    (dates,) = parse_rule("date DD/MM/YYYY before 01/05/2023").parts
    assert (dates.first, dates.last) == ("", "30/04/2023")
    (dates,) = parse_rule("date YYWW after 2253").parts
    assert (dates.first, dates.last) == ("2301", "")
    (dates,) = parse_rule(ROMOSS).parts
    assert (dates.first, dates.last) == ("01/05/2023", "31/07/2024")


# Layouts by strftime, which knows nothing of ours.
STRFTIME = {
    "DD/MM/YYYY": "%d%m%Y",
    "MM/DD/YYYY": "%m%d%Y",
    "YYYYMMDD": "%Y%m%d",
    "YYMMDD": "%y%m%d",
    "DDMMYY": "%d%m%y",
    "YYDDD": "%y%j",
    "YYYYDDD": "%Y%j",
}
days = st.dates(dt.date(1972, 1, 1), dt.date(2060, 12, 31))


@UNHURRIED
@given(st.sampled_from(sorted(STRFTIME)), days, days, days, st.sampled_from(["", "from", "before"]))
def test_dates_agree_with_the_calendar(layout, one, two, day, word):
    low, high = sorted((one, two))
    written = STRFTIME[layout]
    ends = {
        "": (f"{low.strftime(written)} to {high.strftime(written)}", low <= day <= high),
        "from": (f"from {low.strftime(written)}", low <= day),
        "before": (f"before {low.strftime(written)}", day < low),
    }
    line, expected = ends[word]
    rule = parse_rule(f"date {layout} {line}")
    assert rule.matches(day.strftime(written)) is expected
    assert parse_rule(rule.text) == rule


@UNHURRIED
@given(st.sampled_from(["YYWW", "WWYY"]), st.data())
def test_weeks_agree_with_their_numbers(layout, data):
    weeks = [(data.draw(st.integers(10, 40)), data.draw(st.integers(1, 53))) for _ in range(3)]
    low, high = sorted(weeks[:2])

    def show(week):
        year_first = "{:02}{:02}".format(*week)
        return year_first if layout == "YYWW" else year_first[2:] + year_first[:2]

    rule = parse_rule(f"date {layout} {show(low)} to {show(high)}")
    assert rule.matches(show(weeks[2])) is (low <= weeks[2] <= high)


def every_code(rule):
    """All codes of a date rule without marks, one by one."""
    (dates,) = rule.parts
    return sorted({"".join(each) for box in dates.boxes for each in product(*box)})


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (ROMOSS, (dt.date(2024, 7, 31) - dt.date(2023, 5, 1)).days + 1),
        ("date MM/YYYY 12/2018 to 12/2020", 25),
        ("date YYWW 2250 to 2303", 7),
        # 8 may be a leap year, 9 cannot be.
        ("date YDDD 8123 to 2045", 244 + 365 + 366 + 365 + 45),
        ("date YYYYMMDD 20230605 to 20230605", 1),
        ("date YYYYMMDD 20000101 to 20391231", (dt.date(2040, 1, 1) - dt.date(2000, 1, 1)).days),
        ("date DD/MM/YYYY from 01/01/2000", (dt.date(2100, 1, 1) - dt.date(2000, 1, 1)).days),
    ],
)
def test_dates_are_counted_searched_and_sampled(text, count):
    rule = parse_rule(text)
    everything = every_code(rule)
    assert rule.count() == count == len(everything)
    samples = rule.samples()
    assert {everything[0], everything[-1]} <= set(samples) <= set(everything)
    assert rule.count([parse_shape("#{4,8}")]) == count
    assert rule.overlaps([parse_shape("*")])
    assert not rule.overlaps([parse_shape("@*")])
    assert not set(rule.outside()) & set(everything)


@UNHURRIED
@given(days, days, st.text("0O1I2Z5S", min_size=8, max_size=8))
def test_dates_are_found_by_their_skeleton(one, two, code):
    low, high = sorted((one, two))
    rule = parse_rule(f"date DDMMYYYY {low:%d%m%Y} to {high:%d%m%Y}")
    typed = codes.skeleton(f"{low:%d%m%Y}".replace("0", "O").replace("1", "I"))
    for wanted in (typed, codes.skeleton(code)):
        expected = [code for code in every_code(rule) if codes.skeleton(code) == wanted]
        assert list(rule.codes_like(wanted)) == expected
        assert rule.nearly_matches(wanted) is bool(expected)


@UNHURRIED
@given(days, days, days, st.data())
def test_slips_and_indexes_know_dates(one, two, day, data):
    low, high = sorted((one, two))
    rule = parse_rule(f"date DDMMYYYY {low:%d%m%Y} to {high:%d%m%Y}")
    code = data.draw(st.sampled_from(list(codes.slips_of(f"{day:%d%m%Y}"))))
    expected = [slip for slip in codes.slips_of(code) if rule.matches(slip)]
    assert list(rule.slips(code)) == expected
    index = codes.RuleIndex([(None, rule)])
    if expected:
        assert index.within_one_slip(code) == [0]
    if rule.nearly_matches(codes.skeleton(code)):
        assert index.near([codes.skeleton(code)])


# Distinctive ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "is_distinctive"),
    [
        ("57V###########", "57V12345678901", True),
        ("ACCJRU1D16400841 to ACCJRU1D16400960", "ACCJRU1D16400841", True),
        ("KK23289034", "KK23289034", True),
        ("WY100M230117####", "WY100M2301170001", True),
        ("100672######", "100672123456", False),  # six digits
        ("10067214####", "100672141234", True),  # eight digits of twelve
        ("10067214##", "1006721412", False),
        ("*#", "BAB01234567890123", False),  # Baseus
        ("*17", "1234567890123417", False),  # X-Stand
        ("*G*", "GGGGGGGGGGGGG", False),  # Salsa
        ("23*", "23123456789012", False),  # Rowenta
        ("DA*", "DAEBZ5ABCD123456", False),  # EcoFlow
        ("202#########", "202123456789", False),
        ("20230605 to 20240731", "20240115", False),  # Romoss
        ("2322 to 2426", "2322", False),
        ("T?{9,14}", "T123456789", False),
        ("TAB?{5,14}", "TAB12345", True),
        (ROMOSS, "15082023", False),
    ],
)
def test_what_is_distinctive(text, code, is_distinctive):
    rule = parse_rule(text)
    assert rule.matches(code)
    assert rule.is_distinctive(code) is is_distinctive


@pytest.mark.parametrize(
    ("code", "is_distinctive"),
    [
        ("KK232890", True),
        ("KK23289", False),
        ("20240115", False),
        ("45714112046", False),
        ("457141120469", True),
        ("2316", False),
        ("605048", False),
    ],
)
def test_what_listed_code_is_distinctive(code, is_distinctive):
    assert is_distinctive_code(code) is is_distinctive
