"""A file is loaded into a list: whole, or nothing of it; what a kill leaves is swept."""

import datetime as dt

import pytest
from django.utils import timezone

from recalls import codes
from recalls.check import ladder
from recalls.lists import loading, storing
from recalls.lists.steps import discard, make_active, withdraw
from recalls.lists.sweeping import MINUTES_UNTIL_SWEPT, end_load, sweep
from recalls.models import AffectedCode, CodeList, RefusedRow
from tests.support.factories import make_list, make_product, make_public, make_recall
from tests.support.list_files import good, good_codes, with_spoilt_rows, write_xlsx
from tests.support.loads import load, refusal, stored

pytestmark = pytest.mark.django_db


# Loading ------------------------------------------------------------------------------------------


def test_a_file_becomes_a_draft(product, tmp_path, editor):
    code_list = load(product, tmp_path, ["SN", *good_codes(12), good(0)], by=editor)
    code_list.refresh_from_db()
    assert code_list.status == CodeList.Status.DRAFT
    assert (code_list.rows_read, code_list.codes_stored, code_list.codes_repeated) == (14, 12, 1)
    assert (code_list.file_name, code_list.loaded_by) == ("list.csv", editor)
    assert stored(code_list) == good_codes(12)
    assert code_list.report["first"] == good_codes(5)
    assert code_list.report["last"] == [*good_codes(4, 8), good(0)]
    assert code_list.report["skipped"] == {"header": 1}


def test_codes_are_filed_under_their_skeletons(product, tmp_path):
    code_list = load(product, tmp_path, ["SN", "ACCJRU1DZSBGVQLX", *good_codes(3)])
    for row in code_list.codes.all():
        assert row.skeleton == codes.skeleton(row.code)


def test_a_draft_answers_nothing(product, tmp_path):
    load(product, tmp_path, good_codes(3))
    make_public(product.recall)
    assert ladder.check_code(good(0), "A3102").outcome == "list_incomplete"


def test_refused_rows_are_kept_with_their_reasons(product, tmp_path):
    rows, spoilt = with_spoilt_rows(1000, 0.03)
    code_list = load(product, tmp_path, rows)
    assert (code_list.rows_refused, code_list.codes_stored) == (30, 970) == (30, 1000 - len(spoilt))
    kept = list(code_list.refused.values_list("row", "value", "reason"))
    assert [(row, value) for row, value, _ in kept] == [(row, value) for row, value, _ in spoilt]
    for (_, _, reason), (_, _, expected) in zip(kept, spoilt, strict=True):
        assert expected in reason


def test_chunks_make_no_difference(product, tmp_path, monkeypatch):
    monkeypatch.setattr(storing, "CODES_IN_A_CHUNK", 7)
    monkeypatch.setattr(storing, "SECONDS_FOR_OTHERS", 0)
    rows = [*good_codes(50), good(3), "123", good(4)]
    seen = []
    code_list = load(product, tmp_path, rows, progress=seen.append)
    assert stored(code_list) == good_codes(50)
    assert (code_list.codes_repeated, code_list.rows_refused) == (2, 1)
    assert code_list.report["last"][-2:] == [good(3), good(4)]
    assert seen == [7, 14, 21, 28, 35, 42, 49, 53, 53]


def test_what_is_already_known_is_counted(product, tmp_path):
    make_list(product, good_codes(4))
    make_list(product, good_codes(20), status="withdrawn")
    make_list(make_product(), good_codes(20))
    product.rules.create(text=f"{good(8)} to {good(9)}", status="active")
    report = load(product, tmp_path, good_codes(10)).report
    assert (report["elsewhere"], report["in_rules"]) == (4, 2)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (["SN"], "nothing but a heading"),
        (["SN", "Total 0"], "no code in this file"),
        (
            ["SN", "BT90001", *(f"BT9{n:04}" for n in range(20))],
            "Hardly a row of this file (0 of 21)",
        ),
        ([good(0), *(f"BT9{n:04}" for n in range(20))], "Hardly a row of this file (1 of 21)"),
    ],
)
def test_a_wrong_file_stores_nothing(product, tmp_path, rows, sentence):
    assert sentence in refusal(product, tmp_path, rows)
    assert not CodeList.objects.exists()
    assert not AffectedCode.objects.exists()


def test_a_file_that_goes_wrong_on_the_way_leaves_no_code(product, tmp_path, monkeypatch):
    monkeypatch.setattr(storing, "CODES_IN_A_CHUNK", 10)
    monkeypatch.setattr(storing, "SECONDS_FOR_OTHERS", 0)
    rows = [*good_codes(10), *(f"BT9{n:04}" for n in range(200))]
    assert "Hardly a row" in refusal(product, tmp_path, rows)
    assert not AffectedCode.objects.exists()
    assert not RefusedRow.objects.exists()
    assert CodeList.objects.get().status == CodeList.Status.DISCARDED
    assert load(product, tmp_path, good_codes(10)).codes_stored == 10


def test_the_same_file_again(product, tmp_path, editor):
    first = load(product, tmp_path, good_codes(3), by=editor)
    assert "This very file was loaded" in refusal(product, tmp_path, good_codes(3), "again.csv")
    make_active(code_list=first, by=editor)
    assert "by eve as “list.csv” (active)" in refusal(product, tmp_path, good_codes(3))
    other = make_product()
    assert load(other, tmp_path, good_codes(3)).codes_stored == 3
    withdraw(code_list=first, by=editor, reason="Wrong file.")
    again = load(product, tmp_path, good_codes(3))
    discard(code_list=again, by=editor)
    assert load(product, tmp_path, good_codes(3)).codes_stored == 3


def test_a_product_without_a_shape(tmp_path):
    assert "what the codes of this product look like" in refusal(
        make_product(shapes=""), tmp_path, good_codes(3)
    )


def test_one_export_for_three_products(tmp_path):
    recall = make_recall()
    models = ["A3102", "A3302011", "A3302031"]
    products = [make_product(recall=recall, model_numbers=model) for model in models]
    rows = [["SN", "Model"], *([good(n), models[n % 3]] for n in range(30))]
    lists = [load(product, tmp_path, rows) for product in products]
    assert [row.codes_stored for row in lists] == [10, 10, 10]
    assert stored(lists[1]) == sorted(good(n) for n in range(1, 30, 3))
    assert lists[0].report["of_others"] == {str(products[1]): 10, str(products[2]): 10}


def test_no_row_names_this_product(tmp_path):
    recall = make_recall()
    make_product(recall=recall, model_numbers="A3102", name="Soundcore")
    other = make_product(recall=recall, model_numbers="A3302")
    rows = [["SN", "Model"], *([good(n), "A3102"] for n in range(5))]
    assert "They name Example Soundcore (A3102)." in refusal(other, tmp_path, rows)
    assert not AffectedCode.objects.exists()


def test_an_xlsx_file_under_the_name_that_staff_know(product, tmp_path):
    path = write_xlsx(tmp_path, "0f3a.xlsx", good_codes(3))
    code_list = loading.load(product=product, path=path, file_name="Liste d’été.xlsx")
    assert (code_list.file_name, code_list.report["kind"]) == ("Liste d’été.xlsx", "XLSX")


def test_a_rule_of_the_database_that_is_broken_stops_the_load(product, tmp_path, monkeypatch):
    """Nothing passes over a code that the database refuses."""
    monkeypatch.setattr(storing.codes, "skeleton", str)
    with pytest.raises(Exception, match="code_under_its_skeleton"):
        load(product, tmp_path, ["ACCJRU1DZSBGVQLX", *good_codes(3)])
    assert not AffectedCode.objects.exists()


# While it loads -----------------------------------------------------------------------------------


def test_while_a_list_loads_nothing_is_complete(product, tmp_path, monkeypatch):
    make_list(product, good_codes(3))
    product.list_complete = True
    product.save()
    make_public(product.recall)
    assert ladder.check_code(good(500), "A3102").outcome == "not_listed"
    answers = []
    load(
        product,
        tmp_path,
        good_codes(3, 900),
        progress=lambda rows: answers.append(ladder.check_code(good(500), "A3102").outcome),
    )
    assert answers == ["list_incomplete"]
    assert ladder.check_code(good(500), "A3102").outcome == "not_listed"


def test_a_load_that_was_ended_meanwhile_stores_no_more(product, tmp_path, monkeypatch):
    monkeypatch.setattr(storing, "CODES_IN_A_CHUNK", 3)
    monkeypatch.setattr(storing, "SECONDS_FOR_OTHERS", 0)

    def end(rows):
        end_load(CodeList.objects.get())

    with pytest.raises(loading.LoadEnded, match="Load it again"):
        load(product, tmp_path, good_codes(9), progress=end)
    assert not AffectedCode.objects.exists()


def killed_load(product, **values):
    return make_list(product, good_codes(9), status="loading", **values)


def long_ago():
    return timezone.now() - dt.timedelta(minutes=MINUTES_UNTIL_SWEPT, seconds=1)


def test_what_a_kill_leaves_is_swept(product, tmp_path):
    killed = killed_load(product, alive_at=long_ago())
    kept = make_list(product, good_codes(3))
    assert sweep() == 1
    killed.refresh_from_db()
    assert (killed.status, killed.codes_stored, stored(killed)) == ("discarded", 0, [])
    assert stored(kept) == good_codes(3)
    assert sweep() == 0


def test_a_load_that_is_alive_is_not_swept(product):
    alive = killed_load(product)
    assert sweep() == 0
    assert stored(alive) == good_codes(9)


def test_a_sweep_that_was_cut_off_goes_on(product):
    half = make_list(product, good_codes(9), status="discarded")
    assert sweep() == 1
    assert stored(half) == []


def test_codes_are_taken_away_in_steps(product, monkeypatch):
    monkeypatch.setattr(storing, "CODES_IN_A_CHUNK", 4)
    monkeypatch.setattr(storing, "SECONDS_FOR_OTHERS", 0)
    killed = killed_load(product, alive_at=long_ago())
    kept = make_list(product, good_codes(30))
    sweep()
    assert (stored(killed), stored(kept)) == ([], good_codes(30))
