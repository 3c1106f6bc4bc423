"""Rules that compare the dates that codes hold."""

import datetime as dt
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recalls import codes
from recalls.codes import parse_rule, parse_shape
from tests.support.refusals import refusal

UNHURRIED = settings(deadline=None)


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
