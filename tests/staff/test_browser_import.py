"""An officer with a file of the CPSC: from the start page to draft rules, in a real browser."""

import json

import pytest

from recalls.models import IdentificationRule, Product
from tests.support.browser import PASSWORD, is_only_aaa, look, says, sign_in
from tests.support.cpsc_records import record
from tests.support.people import PUBLISHER, make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def faults(axe, page):
    return [found["id"] for found in axe(page, in_place=False) if not is_only_aaa(found)]


def test_records_become_drafts_and_ticked_words_become_rules(
    live_server, open_page, axe, traffic, tmp_path
):
    file = tmp_path / "recalls.json"
    records = [record("26607"), record("25030"), record("10867"), record("25030")]
    file.write_text(json.dumps(records), encoding="utf-8")
    make_person("pat", PUBLISHER, password=PASSWORD)
    page = sign_in(open_page, live_server.url, "pat")

    page.get_by_role("link", name="Bring in records…").click()
    assert faults(axe, page) == []
    page.locator("#id_file").set_input_files(file)
    page.get_by_role("button", name="Bring them in").click()
    says(page, "3 of 4 brought in")
    says(page, "It is here already")
    look(page, "import-table")

    page.locator("#content-main table a").nth(2).click()
    left = page.get_by_label("Left to enter").input_value()
    assert "Make rules of the wording on serial numbers" in left
    look(page, "import-notice")
    product = Product.objects.get(recall__authority_number="", name__contains="200LX")
    page.goto(f"{live_server.url}/staff/recalls/product/{product.pk}/change/")
    says(page, "No rule can be made of “S73202 to S8442”.")
    boxes = page.locator("[name=suggested_rules]")
    assert [box.is_checked() for box in boxes.all()] == [False] * 3
    look(page, "import-product")
    boxes.nth(1).check()
    page.get_by_role("button", name="Save and continue editing").click()
    says(page, "1 ticked rule was added.")
    assert list(IdentificationRule.objects.values_list("text", "status")) == [
        ("HA00001 to HA14873", "draft")
    ]
    assert traffic.elsewhere == []
