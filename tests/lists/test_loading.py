"""Lists of codes in the database: loaded, compared, active, withdrawn, swept."""

import datetime as dt
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from recalls import codes
from recalls.check import ladder
from recalls.lists import loading, storing
from recalls.lists import steps as list_steps
from recalls.lists.comparing import difference, holds
from recalls.lists.limits import COMMAND, PAGE, NotATable
from recalls.lists.steps import discard, make_active, withdraw
from recalls.lists.storing import Keys, Turns, _insert_at_once, _insert_each, inserting
from recalls.lists.sweeping import MINUTES_UNTIL_SWEPT, end_load, sweep
from recalls.models import AffectedCode, CodeList, Product, RefusedRow
from recalls.publishing import steps
from tests.support.factories import make_list, make_product, make_public, make_recall
from tests.support.list_files import good, good_codes, with_spoilt_rows, write_rows, write_xlsx
from tests.support.people import EDITOR, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def product():
    return make_product(brand="Anker", name="Soundcore", model_numbers="A3102", unused_letters="OI")


@pytest.fixture
def editor():
    return make_person("eve", EDITOR)


def load(product, tmp_path, rows, name="list.csv", **options):
    return loading.load(product=product, path=write_rows(tmp_path, name, rows), **options)


def stored(code_list) -> list[str]:
    return sorted(code_list.codes.values_list("code", flat=True))


def refusal(product, tmp_path, rows, name="list.csv") -> str:
    with pytest.raises(NotATable) as refused:
        load(product, tmp_path, rows, name)
    return str(refused.value)


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
    assert seen == [7, 14, 21, 28, 35, 42, 49, 53]


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
    monkeypatch.setattr(storing, "_SKELETONS", bytes(range(256)))
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


# The steps ----------------------------------------------------------------------------------------


def test_active_codes_answer_with_the_next_publication(product, tmp_path, editor):
    code_list = load(product, tmp_path, good_codes(3))
    make_active(code_list=code_list, by=editor)
    assert (code_list.status, code_list.activated_at is not None) == ("active", True)
    assert ladder.check_code(good(0), "A3102").outcome == "list_incomplete"
    steps.publish_from_shell(recall=product.recall)
    assert ladder.check_code(good(0), "A3102").outcome == "recalled"


def test_refused_rows_need_a_reason(product, tmp_path, editor):
    code_list = load(product, tmp_path, [*good_codes(30), "123"])
    with pytest.raises(ValidationError, match="say why the rest may be used"):
        make_active(code_list=code_list, by=editor, waiver="  ")
    code_list.refresh_from_db()
    assert code_list.status == CodeList.Status.DRAFT
    make_active(code_list=code_list, by=editor, waiver="The maker says it is a heading.")
    assert code_list.waiver == "The maker says it is a heading."


def test_a_list_that_lost_codes_cannot_be_used(product, tmp_path, editor):
    code_list = load(product, tmp_path, good_codes(3))
    code_list.codes.filter(code=good(1)).delete()
    with pytest.raises(ValidationError, match="Of 3 codes 2 are in the database"):
        make_active(code_list=code_list, by=editor)


@pytest.mark.parametrize("status", ["loading", "active", "withdrawn", "discarded"])
def test_only_a_draft_becomes_active_or_is_discarded(product, editor, status):
    code_list = make_list(product, good_codes(3), status=status)
    for step in (make_active, discard):
        with pytest.raises(ValidationError, match=f"it is {status} now"):
            step(code_list=code_list, by=editor)
    assert stored(code_list) == good_codes(3)


def test_a_list_is_replaced_in_one_step(product, tmp_path, editor):
    old = make_list(product, good_codes(5))
    product.list_complete = True
    product.save()
    new = load(product, tmp_path, good_codes(5, 3))
    found = difference(new, old)
    assert (found["added"], found["dropped"]) == (3, 3)
    assert found["added_examples"] == good_codes(3, 5)
    assert found["dropped_examples"] == good_codes(3)
    make_active(code_list=new, by=editor, replaces=old)
    old.refresh_from_db()
    assert (old.status, new.status, new.replaces) == ("withdrawn", "active", old)
    assert not Product.objects.get(pk=product.pk).list_complete
    assert stored(old) == good_codes(5), "what is public now still rests on them"


def test_a_code_in_a_third_list_is_not_dropped(product, tmp_path):
    old, third = make_list(product, good_codes(5)), make_list(product, good_codes(1))
    new = load(product, tmp_path, good_codes(2, 3))
    assert difference(new, old)["dropped_examples"] == good_codes(2, 1)
    assert stored(third) == good_codes(1)


def test_a_replacement_that_fails_half_way_is_undone(product, tmp_path, editor, monkeypatch):
    old, new = make_list(product, good_codes(5)), load(product, tmp_path, good_codes(5, 3))

    def fail(*args):
        raise RuntimeError("The record fails.")

    monkeypatch.setattr(list_steps, "_log", fail)
    with pytest.raises(RuntimeError):
        make_active(code_list=new, by=editor, replaces=old)
    statuses = CodeList.objects.in_bulk([old.pk, new.pk])
    assert (statuses[old.pk].status, statuses[new.pk].status) == ("active", "draft")


def test_withdrawing_ends_the_completeness(product, editor):
    code_list = make_list(product, good_codes(3))
    make_list(product, good_codes(3, 50))
    product.list_complete = True
    product.save()
    with pytest.raises(ValidationError, match="Say why"):
        withdraw(code_list=code_list, by=editor, reason=" ")
    withdraw(code_list=code_list, by=editor, reason="Wrong file.")
    assert code_list.status == CodeList.Status.WITHDRAWN
    assert not Product.objects.get(pk=product.pk).list_complete
    record = code_list.history.first()
    assert (record.history_change_reason, record.status) == ("Wrong file.", "withdrawn")


def test_a_discarded_list_leaves_its_row(product, tmp_path, editor):
    code_list = load(product, tmp_path, [*good_codes(30), "123"], by=editor)
    discard(code_list=code_list, by=editor)
    assert (code_list.status, stored(code_list)) == ("discarded", [])
    assert not code_list.refused.exists()


def test_is_this_code_in_the_file(product, tmp_path):
    code_list = load(product, tmp_path, ["ACCJRU1D10000000", "ACCJRU1DS0000000"])
    assert holds(code_list, "accj ru1d 1000 0000") == (True, [])
    assert holds(code_list, "ACCJRUID1000000O") == (False, ["ACCJRU1D10000000"])
    assert holds(code_list, "ACCJRU1D99999999") == (False, [])


def test_the_number_of_queries_does_not_grow_with_the_file(product, tmp_path):
    counts = []
    for number in (10, 10_000):
        path = write_rows(tmp_path, f"{number}.csv", good_codes(number))
        with CaptureQueriesContext(connection) as queries:
            loading.load(product=product, path=path)
        counts.append(len(queries))
    assert counts[0] == counts[1]


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
