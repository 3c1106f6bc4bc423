"""Codes and ranges are stored at once or each by itself, under the same constraints."""

from itertools import pairwise

import pytest
from django.db import IntegrityError, transaction

from recalls import codes
from recalls.lists import loading, storing
from recalls.lists.limits import COMMAND, PAGE, NotATable
from recalls.lists.storing import Keys, Turns, _insert_at_once, _insert_each, inserting
from recalls.models import CodeList, RefusedRow
from tests.support.factories import make_list, make_product
from tests.support.list_files import good, good_codes, write_rows
from tests.support.loads import load, stored

pytestmark = pytest.mark.django_db


@pytest.fixture
def product():
    return make_product(brand="Anker", name="Soundcore", model_numbers="A3102", unused_letters="OI")


# Into SQLite --------------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_all_at_once_and_each_by_itself_store_the_same(product, monkeypatch):
    monkeypatch.setattr(storing, "_CODES_IN_A_STATEMENT", 7)
    rows = [*good_codes(30)[::-1], good(3)]
    lists = [make_list(product=product, codes=[good(4)], status="draft") for _ in range(2)]
    ways = (_insert_at_once, _insert_each)
    for code_list, way in zip(lists, ways, strict=True):
        assert way(code_list.pk, Keys.of(rows).pairs) == 29
    assert stored(lists[0]) == stored(lists[1]) == good_codes(30)
    assert _insert_at_once(lists[0].pk, Keys.of([]).pairs) == 0


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "code",
    ["", "acc00003", "ACC 0003", "ACC-0003", "ACC0003é", "ACC000\u0663", "A" * 41],
)
@pytest.mark.parametrize("place", [0, 5, 9])
def test_one_code_not_in_normal_form_among_others(product, code, place):
    rows = good_codes(9)
    rows.insert(place, code)
    _refused(product, Keys.of(rows), "code_in_normal_form")


@pytest.mark.sqlite
@pytest.mark.parametrize("skeleton", ["ACCJRU1D16400841", "ACCJRU1016400842", "accjru1016400841"])
def test_one_code_under_a_wrong_skeleton_among_others(product, skeleton):
    code = "ACCJRU1D16400841"
    right = Keys.of([*good_codes(5), code])
    keys = Keys(
        [*right.pairs[:-1], f"{skeleton} {code}"],
        right.skeletons.replace(codes.skeleton(code), skeleton),
        right.codes,
    )
    _refused(product, keys, "code_under_its_skeleton")


def test_a_code_of_two_lines():
    with pytest.raises(ValueError, match="shorter than"):
        Keys.of(["ACC00001", "ACC00002\nACC00003"])


def _refused(product, keys, constraint):
    """By the database's own constraint, which is asked about each code as soon as one is wrong."""
    code_list = make_list(product=product, codes=[], status="draft")
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        inserting(code_list.pk, keys)()
    assert stored(code_list) == []


@pytest.mark.sqlite
def test_the_constraints_are_back_however_it_ends(product, monkeypatch):
    code_list = make_list(product=product, codes=[], status="draft")
    _insert_at_once(code_list.pk, Keys.of(good_codes(3)).pairs)
    _refused(product, Keys.of(["acc00003"]), "code_in_normal_form")
    monkeypatch.setattr(storing, "_insert_statement", lambda *what: "INSERT INTO nowhere")
    with pytest.raises(Exception, match="incomplete input"), transaction.atomic():
        _insert_at_once(code_list.pk, Keys.of(good_codes(3)).pairs)
    _refused(product, Keys.of(["acc00003"]), "code_in_normal_form")


@pytest.mark.sqlite
def test_others_have_the_lock_between_two_writes(monkeypatch):
    slept, now = [], [0.0]
    monkeypatch.setattr(storing.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(storing.time, "sleep", slept.append)
    turns = Turns()
    for write, rest in ((0.1, 0.01), (0.3, 0.05), (0.1, 0.5), (0.1, 0)):
        with turns.next():
            now[0] += write
        now[0] += rest
    assert slept == pytest.approx([0, 0.045, 0.06, 0])


# Ranges -------------------------------------------------------------------------------------------


def ranges(count: int, each: int) -> list[list[str]]:
    leads = (f"ACCJRU1D{number:02}" for number in range(10, 10 + count))
    return [["First SN", "Last SN"], *([f"{lead}000000", f"{lead}{each - 1:06}"] for lead in leads)]


def test_ranges_are_stored_in_chunks_like_other_codes(product, tmp_path, monkeypatch):
    monkeypatch.setattr(storing, "CODES_IN_A_CHUNK", 500)
    monkeypatch.setattr(storing, "SECONDS_FOR_OTHERS", 0)
    rows_of_transactions = []

    def inserting(list_id, keys):
        rows_of_transactions.append(len(keys.pairs))
        return storing.inserting(list_id, keys)

    monkeypatch.setattr(loading, "inserting", inserting)
    code_list = load(product, tmp_path, ranges(3, 1100))
    assert (code_list.codes_stored, code_list.report["ranges"]) == (3300, 3)
    assert rows_of_transactions == [50, *[500] * 6, 250]


def test_refused_rows_are_stored_in_chunks_too(product, tmp_path, monkeypatch):
    monkeypatch.setattr("recalls.lists.rows.MAX_REFUSED_IN_A_CHUNK", 50)
    monkeypatch.setattr("recalls.lists.rows.ROWS_AT_A_TIME", 10)
    rows = [row for number in range(300) for row in (good(number), "spoilt")]
    stored = []

    def progress(rows):
        stored.append(RefusedRow.objects.count())

    assert load(product, tmp_path, rows, progress=progress).rows_refused == 300
    assert max(after - before for before, after in pairwise(stored)) <= 60


@pytest.mark.parametrize("limits", [PAGE, COMMAND], ids=["page", "command"])
def test_what_the_ranges_of_a_file_come_to_is_bounded(product, tmp_path, monkeypatch, limits):
    monkeypatch.setitem(vars(limits), "range_codes", 5000)
    path = write_rows(tmp_path, "list.csv", ranges(5, 1001))
    with pytest.raises(NotATable, match=r"come to more than 5,000 codes. Enter them as rules"):
        loading.load(product=product, path=path, limits=limits)
    assert not CodeList.objects.exists()
    path = write_rows(tmp_path, "list.csv", ranges(5, 1000))
    assert loading.load(product=product, path=path, limits=limits).codes_stored == 5000
