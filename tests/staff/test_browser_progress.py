"""The bar of a file that is being read, in a real browser, with the script and without."""

import pytest
from django.utils import timezone

from recalls.models import CodeList
from tests.support.admin_pages import address
from tests.support.browser import PASSWORD, is_only_aaa, says, sign_in
from tests.support.factories import make_list, make_product, make_recall
from tests.support.people import EDITOR, make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(live_server, open_page):
    make_person("eve", EDITOR, password=PASSWORD)
    return sign_in(open_page, live_server.url, "eve")


@pytest.fixture
def code_list():
    product = make_product(recall=make_recall(status="draft"), shapes="ABCD######")
    row = make_list(product=product, codes=["ABCD000001"], status="loading")
    set_stored(row, 100_000, report={"expected_cells": 400_000})
    return row


def set_stored(row, number, **values):
    values |= {"codes_stored": number, "alive_at": timezone.now()}
    CodeList.objects.filter(pk=row.pk).update(**values)


def test_the_bar_follows_and_the_page_stays(live_server, page, code_list, axe, traffic):
    page.goto(live_server.url + address(code_list, "review"))
    bar = page.get_by_role("progressbar")
    assert bar.evaluate("bar => bar.position") == 0.25
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    page.evaluate("document.body.dataset.same = 'page'")
    assert traffic.complaints == []
    assert [rule["id"] for rule in axe(page) if not is_only_aaa(rule)] == []
    set_stored(code_list, 200_000)
    says(page, "200,000 of about 400,000 codes stored so far.")
    set_stored(code_list, 1, status="draft")
    page.get_by_role("link", name="The file is read. Show what is in it").wait_for()
    assert page.evaluate("document.body.dataset.same") == "page"
    page.get_by_role("link", name="The file is read. Show what is in it").click()
    page.get_by_role("button", name="Make active", exact=True).wait_for()


def test_the_button_shows_progress_without_a_script(live_server, open_page, page, code_list):
    plain = open_page(java_script_enabled=False, storage_state=page.context.storage_state())
    plain.goto(live_server.url + address(code_list, "review"))
    says(plain, "100,000 of about 400,000")
    set_stored(code_list, 300_000)
    plain.get_by_role("button", name="Show progress").click()
    says(plain, "300,000 of about 400,000")
