"""What stands between a slip in a recalled code and "not on the list"."""

import random
from collections import Counter

import pytest

from recalls import codes
from recalls.check import ladder, lookup
from recalls.check.matches import Check
from recalls.check.verdict import Outcome
from recalls.codes.typist import Typist
from recalls.database.deadline import Clock
from recalls.models import CodeList, Product, PublishedVersion
from recalls.published import cache
from recalls.published.edition import Edition
from tests.support import summary
from tests.support.every_slip import clears, count_looked_up
from tests.support.factories import (
    make_list,
    make_product,
    make_public,
    make_recall,
    make_rule,
)

MAX_FALSE_CLEARS = 6  # of 1,000 slips


def test_a_slip_of_one_notice_clears_no_line_of_the_other(shipped_db):
    """One digit off a recalled code, with two notices of one model: "not on the list" for one of
    the countries would still be a clearance."""
    verdict = ladder.check_code("ACCJRU1D16401841", "A3102")
    assert verdict.outcome is Outcome.TYPE_AGAIN
    assert not clears(verdict)


def searched(*entries: str, product: str = "T100") -> Check:
    check = Check(entries[:1], [product], entries[1:], [], cache.current_edition(), Clock(60))
    check.look_up()
    return check


@pytest.mark.django_db
@pytest.mark.parametrize("held", ["scattered", "in one run", "short and long"])
def test_search_leaves_out_no_listed_code_one_slip_away(held):
    """What nothing on file begins like is not looked up; what is one slip away is found by a plain
    comparison with each code too."""
    rng = random.Random(11)

    def made(length: int) -> str:
        return "".join(rng.choices(codes.CHARACTERS, k=length))

    listed = {
        "scattered": [made(12) for _ in range(300)],
        "in one run": [f"57VB{number:08}" for number in range(10_990, 11_290)],
        "short and long": ["00", "A", "B8", *(made(rng.choice([1, 2, 39, 40])) for _ in range(90))],
    }[held]
    make_product(model_numbers="T100", shapes="", codes={*listed})
    found = 0
    for _ in range(150):
        code = rng.choice(listed)
        first = rng.choice([code, *codes.slips_of(code)])
        entries = rng.choice([[first], [first, made(9)], [made(len(code))]])
        slips = {
            each
            for each in listed
            if any(codes.is_slip(entry, each) for entry in {*entries} - {""})
        }
        assert {hit.code for _, hit in searched(*entries).slips} == slips
        found += len(slips)
    assert found > 100


@pytest.mark.django_db
@pytest.mark.parametrize("shapes", ["57V#####", "B8@#??", "##@@\n###@@", "57V##\n7@{3}##\n?{8}"])
def test_search_within_the_shapes_of_lists_leaves_out_no_listed_code(shapes):
    """Of what the lists' own shapes allow, each is looked up; the product's may change later."""
    rng = random.Random(17)
    parts = [part for line in shapes.splitlines() for part in codes.parse_shape(line).parts]
    listed = sorted(
        {
            "".join(rng.choice(sorted(token)) for token in rng.choice(parts).tokens)
            for _ in range(80)
        }
    )
    product = make_product(model_numbers="T100", shapes=shapes, codes=listed)
    Product.objects.filter(pk=product.pk).update(shapes="K0###")
    make_public(product.recall)
    found = 0
    for _ in range(150):
        code = rng.choice(listed)
        first = rng.choice([code, *codes.slips_of(code)])
        entries = rng.choice([[first], [first, rng.choice(listed)]])
        check = searched(*entries)
        slips = {each for each in listed if any(codes.is_slip(e, each) for e in check.entries)}
        assert {hit.code for _, hit in check.slips} == slips, entries
        found += len(slips)
    assert not cache.current_edition().list_shapes.is_open
    assert found > 100


@pytest.mark.django_db
@pytest.mark.parametrize("unknown", ["ACC*", " "])
def test_search_looks_up_what_the_shapes_of_lists_allow_and_all_where_one_is_open(
    monkeypatch, unknown
):
    numbered = [f"ACCJRU1D{number:08}" for number in range(16_400_800, 16_400_900)]
    product = make_product(model_numbers="T100", shapes="ACCJRU1D########", codes=numbered)
    asked = count_looked_up(monkeypatch)
    assert searched("ACCJRU1D16401841").slips
    held = make_list(product, ["ACCJRU1D00000001"])
    CodeList.objects.filter(pk=held.pk).update(shapes=unknown)
    make_public(product.recall)
    assert searched("ACCJRU1D16401841").slips
    assert asked[1] < 90 < 400 < asked[3]


@pytest.mark.django_db
def test_search_is_short_where_nothing_on_file_begins_alike(monkeypatch):
    make_product(model_numbers="T100", shapes="", codes=["57V100000001"])
    asked = count_looked_up(monkeypatch)
    assert not searched("K57V20000001").slips
    assert not searched("57V100000309").slips
    assert asked[1] < 80 < 500 < asked[3]


@pytest.mark.django_db
def test_look_up_has_the_skeletons_on_both_sides_of_each_entry():
    def neighbors(entry):
        rows = lookup.read_codes_near([], (), Clock(2), entries=[codes.skeleton(entry)])
        return sorted(text for text, number in rows if number == lookup.NEIGHBOR)

    product = make_product(shapes="", codes=["57V1", "57V3", "KB70"])
    first, second, last = (codes.skeleton(code) for code in ("57V1", "57V3", "KB70"))
    assert neighbors("57V2") == [first, second]
    assert neighbors("57V1") == [first, first]
    assert neighbors("0") == ["", first]
    assert neighbors("Y") == ["", last]
    lists = tuple(held.pk for held in product.code_lists.all())
    version = (PublishedVersion.objects.get().version, 0)
    found = {version, ("57V3", *lists)}
    assert {*lookup.read_codes_near([second, "57U9"], lists, Clock(2))} == found
    assert lookup.read_codes_near([], lists, Clock(2)) == [version]
    # A content of another release may lack the number of a list.
    assert {*lookup.read_codes_near([second], (None, *lists), Clock(2))} == found


@pytest.mark.django_db
def test_slips_that_are_not_recalled_do_not_crowd_out_one_that_is():
    product = make_product(
        model_numbers="T700", shapes="57V########", rules=["57V*"], list_complete=True
    )
    make_rule(product=product, text="57V0*", effect="not_recalled")
    # More than a hundred of its slips are 57V0…, and come before 57V10000000.
    verdict = ladder.check_code("57V00000000", "T700")
    assert verdict.outcome is Outcome.TYPE_AGAIN
    assert not clears(verdict)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "held", [{"codes": ["0012345678"]}, {"rules": ["0012345600 to 0012345699"]}]
)
def test_zeros_in_front_that_a_spreadsheet_drops_are_compared(held):
    make_product(model_numbers="D700", shapes="#{6,10}", list_complete=True, **held)
    assert ladder.check_code("12345678", "D700").outcome is Outcome.TYPE_AGAIN
    compared = ladder.check_code("12345678", "D700", again="12345678")
    assert (compared.outcome, compared.candidates) == (Outcome.CHECK_AGAIN, ("0012345678",))
    assert ladder.check_code("22345678", "D700").outcome is Outcome.NOT_LISTED


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("notice", "product", "asks"),
    [
        ({}, {"brand": "Other"}, True),
        ({"firm": "Other Ltd."}, {"brand": "Other", "other_brands": "Anker"}, True),
        ({"firm": "Other Ltd."}, {"brand": "Other"}, False),
    ],
)
def test_another_brand_of_the_firm_is_a_sister(notice, product, asks):
    """Who has taken the wrong one of a firm's brands is told of the other."""
    make_product(
        brand="Anker", model_numbers="T700", shapes="######", codes=["111111"], list_complete=True
    )
    make_product(
        recall=make_recall(**notice),
        model_numbers="T800",
        shapes="######",
        codes=["555555"],
        list_complete=True,
        **product,
    )
    expected = Outcome.WHICH_PRODUCT if asks else Outcome.NOT_LISTED
    assert ladder.check_code("111111", "T800").outcome is expected


@pytest.mark.django_db
def test_order_of_two_neighbors_can_be_ruled_out_whatever_looks_like_them():
    """Of a mask each confusable of a transposition is recalled as well: it is the order that tells
    all of them from the label."""
    make_product(
        model_numbers="T700", shapes="KB7#####??", rules=["KB712345??"], list_complete=True
    )
    first = ladder.check_code("KB71243510", "T700")
    assert (first.outcome, first.candidates) == (Outcome.CHECK_AGAIN, ("KB71234510",))
    then = ladder.check_code("KB71243510", "T700", first.confirmation)
    assert then.outcome is Outcome.TYPE_AGAIN
    assert ladder.check_typed_twice("KB71243510", "T700").outcome is Outcome.NOT_LISTED


@pytest.mark.django_db
def test_transposition_of_what_looks_like_a_recalled_code_is_compared():
    """Two slips: to type it twice does not rule that out, to compare it does."""
    make_product(
        model_numbers="T700", shapes="KB7#####??", rules=["KB712345OS"], list_complete=True
    )
    for again in ("", "KB71243505"):
        verdict = ladder.check_code("KB71243505", "T700", again=again)
        assert verdict.outcome is Outcome.CHECK_AGAIN
        assert verdict.candidates == ("KB712345OS",)
        assert not clears(verdict)
    assert ladder.check_code("KB71243505", "T700", verdict.confirmation).outcome is (
        Outcome.NOT_LISTED
    )


@pytest.mark.django_db
def test_what_looks_like_the_code_itself_cannot_be_ruled_out():
    make_product(
        model_numbers="T700",
        shapes="KB7#####??",
        rules=["KB7123450S", "KB7124350S"],
        list_complete=True,
    )
    verdict = ladder.check_typed_twice("KB71243505", "T700")
    assert verdict.outcome is Outcome.CHECK_AGAIN
    assert set(verdict.candidates) == {"KB7124350S", "KB7123450S"}
    assert not verdict.can_confirm


@pytest.fixture
def shipped_db(db, shipped):
    """The shipped notices, in a test that reads the database."""


# Whole journeys ---------------------------------------------------------------------------------


MAX_STEPS = 6


def journey(typist: Typist, code: str, product: str, edition: Edition) -> str:
    """Return what somebody ends with who makes one slip in a recalled code: "cleared", "noticed",
    or the answer that stopped them. Who has missed the slip once in a comparison misses it
    always."""
    slip = typist.slip(code)
    misses = not typist.notices(slip)
    again, confirmed = "", ""
    for _ in range(MAX_STEPS):
        verdict = ladder.check_code(slip.typed, product, confirmed, edition, again=again)
        if verdict.outcome is Outcome.TYPE_AGAIN and not again:
            again = typist.types_again(code, slip)
        elif verdict.outcome is Outcome.CHECK_AGAIN and verdict.confirmation:
            if not misses:
                return "noticed"
            confirmed = verdict.confirmation
        else:
            return "cleared" if clears(verdict) else verdict.outcome.value
    raise AssertionError(f"{slip.typed}: no end after {MAX_STEPS} steps.")


PRODUCTS = {
    "every digit": ("##########", lambda rng: f"{rng.randrange(10**10):010}"),
    "letters and digits": (
        "????????????",
        lambda rng: "".join(rng.choices(codes.CHARACTERS, k=12)),
    ),
    "a short lot": ("@#####", lambda rng: f"{rng.choice('ABC')}{rng.randrange(10**5):05}"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", PRODUCTS)
@pytest.mark.parametrize("slips", [300, pytest.param(4_000, marks=pytest.mark.longer)])
def test_few_whole_journeys_with_a_slip_end_in_not_listed(kind, slips):
    shape, make = PRODUCTS[kind]
    rng = random.Random(3)
    listed = list(dict.fromkeys(make(rng) for _ in range(1_000)))
    make_product(
        model_numbers="T700", shapes=shape, codes=listed, list_complete=True, recall=make_recall()
    )
    edition, typist = cache.load_edition(), Typist(4)
    ends = Counter(journey(typist, rng.choice(listed), "T700", edition) for _ in range(slips))
    summary.lines.append(f"{kind}: of {slips:,} slips {dict(ends)}")
    # Of few slips one more may get through by chance.
    assert ends["cleared"] <= MAX_FALSE_CLEARS * slips / 1_000 + 3 * (slips < 1_000)
