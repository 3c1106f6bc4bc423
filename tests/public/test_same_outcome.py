"""The same text has the same outcome, whichever way it comes: the form, many codes, JSON, a GS1
address, the shell."""

import csv
import io
import json
from contextlib import redirect_stdout
from unittest import mock
from urllib.parse import quote

import pytest
from django.core.management import call_command
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from recalls.check.ladder import check_code
from recalls.check.verdict import Outcome
from recalls.public import counts
from tests.support.factories import make_product, make_recall
from tests.support.pages import CHECKS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("labeled")]
GTIN, MODEL = "09506000134352", "T100"
RECALLED, CLEARED = "WXYZ123456780000", "ABCD987654321009"


@pytest.fixture(scope="module")
def labeled(shipped, django_db_blocker):
    """Beside the shipped notices a product with a barcode number and a complete list."""
    with django_db_blocker.unblock():
        make_product(
            recall=make_recall(slug="labeled"),
            brand="Label",
            model_numbers=MODEL,
            barcodes=GTIN[1:],
            shapes="?" * 16,
            codes=[RECALLED],
            rules=["EFGH12345678####"],
            list_complete=True,
        )


# Each way to ask ----------------------------------------------------------------------------------


def asked(typed, product, again):
    """The parameters of an address; without a second entry it has none."""
    return {"sn": typed, "product": product} | ({"again": again} if again else {})


def by_form(typed, product, again=""):
    return counted("/en/check/", asked(typed, product, again))


def counted(address, parameters=None):
    """The outcome of the page to which the address leads, as it is counted: pages are made once,
    so that none has a context."""
    with mock.patch.object(counts, "count_verdict") as count:
        response = Client().get(address, parameters, follow=True)
    assert response.status_code == 200
    [call] = count.call_args_list
    return call.args[0].outcome


def by_json(typed, product, again=""):
    return Client().get("/api/check", asked(typed, product, again)).json()["outcome"]


def by_many(typed, product, again=""):
    table = io.StringIO()
    csv.writer(table).writerows([("code", "product", "again"), (typed, product, again)])
    sent = {"codes": table.getvalue(), "download": "csv"}
    answer = Client().post("/en/check/many/", sent).text.removeprefix("\ufeff")
    row, _ = csv.DictReader(io.StringIO(answer))
    return row["recall_outcome"]


def by_shell(typed, product, again=""):
    options = ["--json", "--product", product, "--again", again]
    with redirect_stdout(io.StringIO()) as out:
        call_command("check_code", *options, "--", typed)
    return json.loads(out.getvalue())["outcome"]


def by_label(typed, product, again=""):
    """The product is the one whose barcode number stands in the address; nobody types there."""
    assert not again
    return counted(f"/01/{GTIN}/21/{quote(typed, safe='')}")


WAYS = {"form": by_form, "JSON": by_json, "many": by_many, "shell": by_shell}


def outcomes(typed, product, ways, again=""):
    return {name: Outcome(way(typed, product, again)) for name, way in ways.items()}


# The property -------------------------------------------------------------------------------------


def test_each_shipped_outcome_whichever_way():
    """Of the shipped notices, with a second entry where one is typed."""
    questions = {
        (typed, product, more.get("again", ""))
        for typed, product, more in CHECKS
        if typed.strip() and len(typed) < 300
    }
    met = set()
    for typed, product, again in sorted(questions):
        expected = check_code(typed, product, again=again).outcome
        found = outcomes(typed, product, WAYS, again)
        assert found == dict.fromkeys(WAYS, expected), (typed, product, again)
        met.add(expected)
    assert len(met) >= 10


def pieces():
    """What people type: codes, labels, other runs and characters in between."""
    own = st.sampled_from(
        [
            RECALLED,
            CLEARED,
            "EFGH123456780001",
            "57V1",
            MODEL,
            "SN",
            "S/N: ",
            GTIN,
            "WXYZ12345678000O",
        ]
    )
    others = st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), max_size=6
    )
    return st.lists(own | others, min_size=1, max_size=4).map("".join).filter(str.strip)


@settings(deadline=None, max_examples=20)
@given(typed=pieces())
def test_any_text_whichever_way(typed):
    for product in ("", MODEL):
        ways = WAYS | ({"label": by_label} if product and can_be_in_an_address(typed) else {})
        expected = check_code(typed, product).outcome
        assert outcomes(typed, product, ways) == dict.fromkeys(ways, expected), (typed, product)


def can_be_in_an_address(typed):
    """A slash ends a part of an address, where an identifier of GS1 can follow."""
    return "/" not in typed


def test_what_names_a_column_is_a_code_where_it_stands_among_the_codes():
    for typed in ("S/N:", "SN", "code", "Serial number", "シリアル番号", "Model", "again"):
        for product in ("", MODEL):
            expected = check_code(typed, product).outcome
            assert expected in (Outcome.FORM_ERROR, Outcome.UNRECOGNISED, Outcome.WHICH_PRODUCT)
            assert outcomes(typed, product, WAYS) == dict.fromkeys(WAYS, expected), typed


def test_a_label_answers_as_the_form_does_for_its_product():
    for typed in (RECALLED, CLEARED, "EFGH123456780001", "WXYZ12345678000O", "AB", MODEL, "A/B-12"):
        ways = WAYS | {"label": by_label}
        expected = check_code(typed, MODEL).outcome
        assert outcomes(typed, MODEL, ways) == dict.fromkeys(ways, expected), typed
    assert by_label(CLEARED, MODEL) == Outcome.NOT_LISTED
