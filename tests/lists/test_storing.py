"""Codes and ranges are stored in chunks, under the constraints of the database."""

from itertools import pairwise

import pytest
from django.db import IntegrityError, transaction

from recalls.lists import loading, storing
from recalls.lists.limits import COMMAND, PAGE, NotATable
from recalls.lists.storing import Turns, keys_of, store_codes
from recalls.models import CodeList, RefusedRow
from tests.support.factories import make_list
from tests.support.list_files import good, good_codes, write_rows
from tests.support.loads import load, stored

pytestmark = pytest.mark.django_db


def test_a_code_is_stored_once(product):
    code_list = make_list(product=product, codes=[good(4)], status="draft")
    assert store_codes(code_list.pk, keys_of([*good_codes(30)[::-1], good(3)])) == 29
    assert stored(code_list) == good_codes(30)
    assert store_codes(code_list.pk, []) == 0


@pytest.mark.parametrize(
    ("key", "constraint"),
    [
        (("acc00003", "acc00003"), "code_in_normal_form"),
        (("ACCJRU1D16400841", "ACCJRU1D16400841"), "code_under_its_skeleton"),
    ],
)
def test_the_database_refuses_one_wrong_code_among_others(product, key, constraint):
    code_list = make_list(product=product, codes=[], status="draft")
    keys = [*keys_of(good_codes(5)), key, *keys_of([good(6)])]
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        store_codes(code_list.pk, keys)
    assert stored(code_list) == []


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

    def store(list_id, keys):
        rows_of_transactions.append(len(keys))
        return store_codes(list_id, keys)

    monkeypatch.setattr(loading, "store_codes", store)
    code_list = load(product, tmp_path, ranges(3, 1100))
    assert (code_list.codes_stored, code_list.report["ranges"]) == (3300, 3)
    assert rows_of_transactions == [150, *[500] * 6, 150]


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
