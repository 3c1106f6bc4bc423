"""A wrong list is corrected while another process keeps checking: nobody with a recalled unit is
ever told that it is not on the list."""

import json

import pytest

from recalls.check import ladder
from recalls.lists import loading
from recalls.lists.steps import make_active
from recalls.publishing import steps
from recalls.publishing.plan import plan_publication
from tests.support.factories import make_list, make_product
from tests.support.list_files import good, good_codes, write_rows
from tests.support.people import PUBLISHER, make_person
from tests.support.processes import started

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

CHECK = """
import json, sys, threading
from collections import Counter
from recalls.check import ladder
seen, stop = Counter(), threading.Event()
threading.Thread(target=lambda: (sys.stdin.readline(), stop.set()), daemon=True).start()
while not stop.is_set():
    for code in sys.argv[1:]:
        for product in ("", "A3102"):
            try:
                seen[ladder.check_code(code, product).outcome.value] += 1
            except ladder.Unavailable:
                seen["unavailable"] += 1
    if seen.total() == 2 * len(sys.argv[1:]):
        print("begins", flush=True)
print(json.dumps(seen), flush=True)
"""

BEFORE_AND_AFTER = good_codes(3, 40)


@pytest.fixture
def product():
    product = make_product(model_numbers="A3102", unused_letters="OI", list_complete=False)
    make_list(product, good_codes(60), file_name="wrong.csv")
    product.list_complete = True
    product.save()
    steps.publish_from_shell(recall=product.recall)
    return product


def go_public(product, asks, approves):
    """As staff do it: one asks, another one approves."""
    plan = plan_publication(product.recall, note={"en": "The list is corrected."})
    publication = steps.request_publication(plan=plan, by=asks, reason="The maker's new list.")
    steps.approve(publication=publication, by=approves)


def test_no_step_of_a_correction_clears_a_recalled_code(product, tmp_path):
    pat, sam = make_person("pat", PUBLISHER), make_person("sam", PUBLISHER)
    checker = started(CHECK, *BEFORE_AND_AFTER)
    assert checker.stdout.readline() == "begins\n", checker.communicate()[1]
    old = product.code_lists.get()
    for turn in range(4):
        # Each file has the three codes, and others that come and go.
        rows = [*BEFORE_AND_AFTER, *good_codes(20, 200 + 50 * turn)]
        path = write_rows(tmp_path, f"{turn}.csv", rows)
        new = loading.load(product=product, path=path, by=pat)
        make_active(code_list=new, by=pat, replaces=old)
        go_public(product, pat, sam)
        assert ladder.check_code(good(205 + 50 * turn), "A3102").outcome == "recalled"
        assert ladder.check_code(good(2), "A3102").outcome == "not_listed"
        old = new
    out, error = checker.communicate("stop\n", timeout=60)
    seen = json.loads(out)
    assert seen.pop("recalled") > 100, error
    # A check that met three changes in a row is told to try again.
    assert set(seen) <= {"unavailable"}
