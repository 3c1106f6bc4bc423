import json

import pytest
from django.core.management import CommandError, call_command

from recalls.check import ladder
from tests.support.factories import make_product, make_recall, make_rule


@pytest.fixture
def australian(db):
    recall = make_recall(slug="anker-a3102")
    product = make_product(recall=recall, model_numbers="A3102", shapes="?" * 16)
    make_rule(product=product, text="ACCJRU1D16400841 to ACCJRU1D16400960")


def test_json_is_one_object_a_line(australian, capsys):
    call_command("check_code", "--json", "accjru1d 1640 0841", "ACCJRU1D1640084", "ACC?RU1D16400")
    first, second, third = map(json.loads, capsys.readouterr().out.splitlines())
    assert first == {
        "typed": "accjru1d 1640 0841",
        "code": "ACCJRU1D16400841",
        "outcome": "recalled",
        "recalls": ["anker-a3102"],
        "products": ["A3102"],
    }
    assert second["outcome"] == "form_error"
    assert (third["outcome"], third["code"]) == ("partly_read", "ACC?RU1D16400")


def test_product_and_confirmed(australian, capsys):
    call_command("check_code", "--json", "--product", "A3102", "ACCJRU1D16400700")
    assert json.loads(capsys.readouterr().out)["outcome"] == "list_incomplete"
    call_command("check_code", "--json", "ACCJRU1D16400961")
    assert json.loads(capsys.readouterr().out)["outcome"] == "check_again"
    call_command("check_code", "--json", "--confirmed", "ACCJRU1D16400961")
    assert json.loads(capsys.readouterr().out)["outcome"] == "which_product"


def test_words_say_why(australian, capsys):
    call_command("check_code", "ACCJRU1D16400841", "ACCJRU1D1640084")
    shown = capsys.readouterr().out
    assert "ACCJRU1D16400841: recalled" in shown
    assert "notice anker-a3102, rule (ACCJRU1D16400841 to ACCJRU1D16400960)" in shown
    assert "SN code must be 16 characters – you entered 15" in shown


def test_no_answer_where_the_check_cannot_be_made(australian, monkeypatch):
    def fail(*args, **kwargs):
        raise ladder.Unavailable

    monkeypatch.setattr(ladder, "check_code", fail)
    with pytest.raises(CommandError, match="there is no answer"):
        call_command("check_code", "ACCJRU1D16400841")
