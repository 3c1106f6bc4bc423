"""One function says what the site answers to a test code, wherever staff read it."""

import ast
import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse

from recalls.admin import products
from recalls.catalogue.load_catalogue import _try_test_codes
from recalls.catalogue.tables import CatalogueError
from recalls.check import ladder
from recalls.check.test_codes import answer_to, check_as_visitor
from recalls.check.verdict import Outcome
from recalls.models import Product
from recalls.publishing.steps import publish_from_shell
from recalls.publishing.test_codes import TestResult, failing_now
from tests.support.people import EDITOR, make_person, signed_in

ROOT = Path(__file__).resolve().parents[2]
# The code stands behind a label: the normal form of the whole text is another one, and a
# confirmation of that would count for nothing.
TYPED = "Model A3102 SN ACCJRU1D16400961"
CODE = "ACCJRU1D16400961"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]


@pytest.fixture
def product():
    return Product.objects.get(recall__slug="anker-a3102-australia-2024")


@pytest.fixture
def expected():
    """Return what visitors are answered who have compared the code that their label shows."""
    assert ladder.check_code(TYPED, product="A3102").outcome is Outcome.CHECK_AGAIN
    outcome = ladder.check_typed_twice(TYPED, "A3102").outcome
    assert outcome is Outcome.CHECK_WITH_MAKER
    return outcome


@pytest.fixture
def row(product, expected):
    return product.test_codes.create(
        typed=TYPED, names_product=True, typed_twice=True, expected=expected
    )


def test_the_one_function(row, product, expected):
    assert answer_to(row, product) == expected
    assert check_as_visitor(TYPED, product="A3102", typed_twice=True).outcome == expected
    assert check_as_visitor(TYPED, product="A3102").outcome is Outcome.CHECK_AGAIN


def test_publishing(row, product, expected):
    publish_from_shell(recall=product.recall)
    assert not [test for test in failing_now() if test.test_code.typed == TYPED]
    product.test_codes.filter(pk=row.pk).update(expected="not_listed")
    publish_from_shell(recall=product.recall)
    (failing,) = [test for test in failing_now() if test.test_code.typed == TYPED]
    assert failing.given == expected
    assert "with its product named and typed twice of" in failing.sentence


def test_admin(row, expected):
    shown = products.TestCodeInline.answer_now(None, row)
    assert shown == f"{expected.label}: as expected"


def test_catalogue(row, product):
    _try_test_codes([product.recall])
    row.expected = "check_again"
    row.save()
    with pytest.raises(CatalogueError, match="is answered check_with_maker"):
        _try_test_codes([product.recall])


def test_try_a_code(product, expected):
    staff = signed_in(make_person("ann", EDITOR))
    address = reverse("admin:recalls_recall_try", args=[product.recall_id])
    query = {"sn": TYPED, "product": "A3102", "typed_twice": "on"}
    answers = staff.get(address, query).context["answers"]
    assert [answer["outcome"] for _, answer in answers] == [expected.label] * 2


def test_shell(capsys, expected):
    call_command("check_code", "--json", "--product", "A3102", "--confirmed", TYPED)
    assert json.loads(capsys.readouterr().out)["outcome"] == expected


def test_nobody_else_asks_the_ladder():
    """Who made the parameters of a check a second time would drift from the first."""
    asking = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "recalls").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and ast.unparse(node) in ("ladder.check_code", "ladder.check_typed_twice")
    }
    # The forecast asks for a thousand visitors, each with what they have typed and confirmed.
    assert asking == {
        "recalls/public/views.py",
        "recalls/check/test_codes.py",
        "recalls/publishing/forecast.py",
    }


def test_no_answer_is_less_cautious_than_any(row, product):
    result = TestResult(product.recall, product, row, "")
    assert result.is_less_cautious
    assert result.given_label == "No answer"
