"""A list becomes active, is replaced, withdrawn or discarded, each in one step."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recalls.check import ladder
from recalls.lists import loading
from recalls.lists import steps as list_steps
from recalls.lists.comparing import difference, holds
from recalls.lists.steps import discard, make_active, withdraw
from recalls.models import CodeList, Product
from recalls.publishing import steps
from tests.support.factories import make_list, make_product
from tests.support.list_files import good, good_codes, write_rows
from tests.support.loads import load, stored

pytestmark = pytest.mark.django_db


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


def test_a_list_that_fits_the_product_no_more_cannot_be_used(product, tmp_path, editor):
    """Its shapes were changed, past the form, since the file was read."""
    code_list = load(product, tmp_path, good_codes(3))
    assert code_list.shapes == product.shapes
    Product.objects.update(shapes="57V########")
    code_list = CodeList.objects.get()
    with pytest.raises(ValidationError, match=rf"shapes have changed.*3 codes.*such as {good(0)}"):
        make_active(code_list=code_list, by=editor)
    Product.objects.update(shapes=f"57V########\n{good(0)[:4]}????????????")
    make_active(code_list=CodeList.objects.get(), by=editor)


@pytest.mark.parametrize("status", ["loading", "active", "withdrawn", "discarded"])
def test_only_a_draft_becomes_active_or_is_discarded(product, editor, status):
    code_list = make_list(product, good_codes(3), status=status)
    with pytest.raises(ValidationError, match=f"it is {status} now"):
        make_active(code_list=code_list, by=editor)
    was_public = "The notice was public with it" if status == "withdrawn" else f"it is {status} now"
    with pytest.raises(ValidationError, match=was_public):
        discard(code_list=code_list, by=editor)
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
    assert Product.objects.get(pk=product.pk).list_complete
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


def test_a_list_replaces_none_of_another_product(product, editor):
    other = make_product(recall=product.recall, model_numbers="A9999")
    theirs = make_list(other, good_codes(3), file_name="theirs.csv")
    other.list_complete = True
    other.save()
    draft = make_list(product, good_codes(3, 40), status="draft")
    with pytest.raises(ValidationError, match="A list replaces one of the same product"):
        make_active(code_list=draft, by=editor, replaces=theirs)
    theirs.refresh_from_db()
    assert theirs.status == "active"
