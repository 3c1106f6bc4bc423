"""A load that is killed, at many moments, and the work of others while one runs."""

import datetime as dt
import time

import pytest
from django.test import Client
from django.utils import timezone

from recalls.check import ladder
from recalls.lists.sweeping import sweep
from recalls.models import AffectedCode, CodeList, RefusedRow
from tests.support.factories import make_list, make_product
from tests.support.list_files import good, good_codes, write_rows
from tests.support.people import EDITOR, make_person
from tests.support.processes import started

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

ROWS = 24_000
# In small chunks, so that there are many moments between two of them.
LOAD = """
import sys
from pathlib import Path
from recalls.lists import loading, storing
from recalls.models import Product
storing.CODES_IN_A_CHUNK = 1000
storing.SECONDS_FOR_OTHERS = float(sys.argv[3])
product = Product.objects.get(pk=sys.argv[1])
print("begins", flush=True)
loading.load(product=product, path=Path(sys.argv[2]))
print("done", flush=True)
"""


@pytest.fixture
def product():
    product = make_product(model_numbers="A3102", unused_letters="OI")
    make_list(product, good_codes(50))
    return product


@pytest.fixture
def file(tmp_path):
    rows = [good(number) for number in range(100, 100 + ROWS)]
    rows[1000:20_000:1000] = ["not a code"] * 19
    return write_rows(tmp_path, "march.csv", rows)


def begun(product, file, pause=0.01):
    process = started(LOAD, str(product.pk), str(file), str(pause))
    assert process.stdout.readline() == "begins\n", process.communicate()[1]
    return process


def live_codes() -> set[str]:
    active = CodeList.objects.filter(status=CodeList.Status.ACTIVE)
    rows = AffectedCode.objects.filter(code_list_id__in=list(active.values_list("pk", flat=True)))
    return set(rows.values_list("code", flat=True))


def is_unchanged():
    """The active codes are those from before, and nothing else answers or can be made active."""
    assert live_codes() == set(good_codes(50))
    assert ladder.check_code(good(0), "A3102").outcome == "recalled"
    assert ladder.check_code(good(10_000), "A3102").outcome == "list_incomplete"
    assert not CodeList.objects.filter(status=CodeList.Status.DRAFT).exists()


def sweep_later():
    CodeList.objects.filter(status=CodeList.Status.LOADING).update(
        alive_at=timezone.now() - dt.timedelta(hours=1)
    )
    sweep()
    assert not CodeList.objects.filter(status=CodeList.Status.LOADING).exists()
    assert AffectedCode.objects.count() == 50
    assert not RefusedRow.objects.exists()


def kill_at_moments(product, file, moments):
    """Each moment: so many codes stored, and then so many seconds. Returns what each kill left."""
    left = []
    for codes, seconds in moments:
        process = begun(product, file)
        while AffectedCode.objects.count() - 50 < codes:
            time.sleep(0.001)
        time.sleep(seconds)
        process.kill()
        assert "done" not in process.communicate()[0], "killed too late"
        left.append(AffectedCode.objects.count() - 50)
        is_unchanged()
        sweep_later()
        is_unchanged()
    return left


def load_again(product, file):
    process = begun(product, file, 0)
    out, error = process.communicate(timeout=120)
    assert "done" in out, error
    assert CodeList.objects.get(status=CodeList.Status.DRAFT).codes_stored == ROWS - 19
    assert live_codes() == set(good_codes(50))


def test_a_killed_load_leaves_everything_as_it_was(product, file):
    kill_at_moments(product, file, [(2000, 0)])
    load_again(product, file)


@pytest.mark.longer
def test_twenty_kills_at_different_moments(product, file):
    moments = [(turn * 1000, turn % 5 / 200) for turn in range(20)]
    left = kill_at_moments(product, file, moments)
    assert len(set(left)) > 10, f"too few different moments: {left}"
    load_again(product, file)


def test_others_sign_in_and_save_while_a_list_loads(product, file):
    person = make_person("eve", EDITOR, password="a long password for the walk")
    process = begun(product, file)
    turns = 0
    while process.poll() is None:
        client = Client()
        assert client.login(username="eve", password="a long password for the walk")
        assert client.get(f"/en/check/?sn={good(0)}").status_code == 200
        product.color = {"en": f"black {turns}"}
        product.save()
        person.first_name = f"Eve {turns}"
        person.save()
        turns += 1
    assert "done" in process.communicate()[0]
    assert turns > 3
    product.refresh_from_db()
    assert product.color == {"en": f"black {turns - 1}"}
