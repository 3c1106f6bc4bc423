"""Many units at once are answered as each alone is, in few statements, and by one version."""

import random

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from recalls import codes
from recalls.check import lookup, many
from recalls.check.ladder import check_code
from recalls.check.many import MAX_UNITS, Unit, check_codes
from recalls.check.verdict import Outcome, Unavailable
from recalls.models import PublishedVersion
from recalls.published import cache
from tests.support.factories import make_list, make_product, make_recall
from tests.support.pages import CHECKS

MAX_STATEMENTS = 20


def alone(unit: Unit) -> tuple:
    return facts(check_code(unit.typed, unit.product, again=unit.again))


def facts(verdict) -> tuple:
    findings = [(f.outcome, f.product.id, f.why, f.code, f.rule) for f in verdict.findings]
    return verdict.outcome, verdict.code, findings, verdict.all_candidates, verdict.error


@pytest.fixture
def listed(db):
    """A complete list of codes of sixteen characters."""
    rng = random.Random(5)
    held = ["ACCJ" + "".join(rng.choices("0123456789ABCDEF", k=12)) for _ in range(60)]
    make_product(model_numbers="T100", codes=held, list_complete=True)
    return held


def near(held: list[str], count: int) -> list[Unit]:
    """Recalled codes, slips of them once and twice typed, and others, with their product named or
    not."""
    rng, units = random.Random(7), []
    for number in range(count):
        code = rng.choice(held)
        slip = rng.choice([*codes.slips_of(code)])
        other = "ACCJ" + "".join(rng.choices("0123456789ABCDEF", k=12))
        typed = (code, slip, slip, other, f"SN: {other}")[number % 5]
        again = slip if number % 5 == 2 else ""
        units.append(Unit(typed, rng.choice(["T100", "T100", ""]), again))
    return units


@pytest.mark.django_db
@pytest.mark.usefixtures("shipped")
def test_each_is_answered_as_alone():
    units = [Unit(typed, product, more.get("again", "")) for typed, product, more in CHECKS]
    assert [facts(verdict) for verdict in check_codes(units)] == [alone(unit) for unit in units]


def test_lists_too_and_whatever_is_one_slip_away(listed):
    units = near(listed, 100)
    verdicts = check_codes(units)
    assert [facts(verdict) for verdict in verdicts] == [alone(unit) for unit in units]
    assert {verdict.outcome for verdict in verdicts} >= {
        *(Outcome.RECALLED, Outcome.TYPE_AGAIN, Outcome.CHECK_AGAIN),
        *(Outcome.NOT_LISTED, Outcome.WHICH_PRODUCT),
    }


def test_however_many_take_few_statements(listed, monkeypatch):
    """Each part as small as it can be, after something was published."""
    monkeypatch.setattr(many, "MIN_IN_A_STATEMENT", 1)
    PublishedVersion.renew()
    with CaptureQueriesContext(connection) as made:
        check_codes(near(listed, 50))
    assert 16 < len(made) <= MAX_STATEMENTS


def test_the_walk_finds_what_follows_each_beginning(db):
    make_product(shapes="", codes=["WB", "WBC", "WBX9", "W1"])
    assert lookup.read_following(["", "W", "WB", "W8", "W8C", "Y"]).pop("") >= {"W"}
    assert lookup.read_following(["W", "WB", "W8", "W8C", "W1", "Y"]) == {
        "W": {"1", "8"},
        "W8": {"", "C", "X"},
        "W8C": {""},
        "W1": {""},
    }


@pytest.mark.parametrize("text", ["A8C", "0113", "AA8", "A", "1011"])
def test_slips_that_nothing_on_file_begins_like_are_left_out(text):
    rng = random.Random(3)
    every = codes.slip_skeletons(text)
    on_file = {*rng.sample(every, min(9, len(every))), "A8C9", "0"}

    def following(beginning):
        size = len(beginning)
        return {each[size : size + 1] for each in on_file if each.startswith(beginning)}

    some = codes.slip_skeletons(text, following)
    assert set(every) & on_file <= set(some) <= set(every)
    assert len(some) < len(every)


def test_a_recalled_code_beside_one_that_would_be_cleared_is_the_answer(listed):
    other = Unit("ZZZZ999999999999", "T100")
    beside = [["Hall 2", f"see {listed[0]}"], ["YYYY999999999999"], [other.typed], []]
    outcomes = [verdict.outcome for verdict in check_codes([other] * 4, beside)]
    assert outcomes == [Outcome.RECALLED, *[Outcome.NOT_LISTED] * 3]
    unnamed = check_codes([other._replace(product="")], [[listed[0]]])
    assert unnamed[0].outcome is Outcome.WHICH_PRODUCT


def test_too_many_are_refused(db):
    with pytest.raises(ValueError, match="1000"):
        check_codes([Unit(f"A{number}") for number in range(MAX_UNITS + 1)])


# Faults -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 2, 3])
def test_where_a_statement_fails_there_is_no_answer(listed, monkeypatch, number):
    units, made = near(listed, 20), []
    check_codes(units)

    def failing(function):
        def fail(*asked, **more):
            made.append(function)
            if len(made) == number:
                raise DatabaseError
            return function(*asked, **more)

        return fail

    monkeypatch.setattr(lookup, "read_codes_near", failing(lookup.read_codes_near))
    monkeypatch.setattr(lookup, "read_following", failing(lookup.read_following))
    with pytest.raises(Unavailable):
        check_codes(units)
    assert len(made) == number


def test_where_the_time_is_over_there_is_no_answer(listed, monkeypatch):
    monkeypatch.setattr(many, "SECONDS_FOR_MANY", 0.001)
    with pytest.raises(Unavailable):
        check_codes(near(listed, 20))


@pytest.mark.parametrize("number", [1, 2])
def test_what_is_published_meanwhile_counts_for_all(listed, monkeypatch, number):
    """A code that is published between two statements is recalled, and no row is of the version
    before."""
    recall = make_recall()
    product = make_product(recall=recall, model_numbers="T200")
    unit = Unit("ACCJZZZZZZZZZZZZ", "T100")
    assert check_codes([unit])[0].outcome is Outcome.NOT_LISTED
    look_up, made = lookup.read_codes_near, []

    def read_codes_near(*asked, **more):
        made.append(asked)
        if len(made) == number:
            make_list(product=product, codes=[unit.typed])
            PublishedVersion.renew()
        return look_up(*asked, **more)

    monkeypatch.setattr(lookup, "read_codes_near", read_codes_near)
    assert check_codes([unit, Unit("HELLO")])[0].outcome is Outcome.RECALLED


def test_a_rule_that_cannot_be_read_ends_all(listed, monkeypatch):
    check_codes([Unit("HELLO")])
    monkeypatch.setattr(cache.cached_edition(), "fault", "a rule")
    with pytest.raises(Unavailable):
        check_codes([Unit("HELLO")])
