"""The landing page and an unrecognized code name the products of the newest notices alone."""

import datetime as dt
import re

import pytest

from recalls.published.edition import MAX_NEWEST_NOTICES
from tests.support.factories import make_product, make_recall
from tests.support.languages import SHOWN, said
from tests.support.pages import in_order, words

pytestmark = pytest.mark.django_db

PATHS = ("", "check/?sn=HELLO")
ONLY_NEWEST = "These are only the newest. Other products are recalled too."
ALL = "All recall notices"
# What keeps names from left to right in a language from right to left.
ISOLATES = {0x2066: None, 0x2068: None, 0x2069: None}


def make_notices(count: int) -> None:
    """One a month, in another order than that of their months."""
    for month in sorted(range(1, count + 1), key=lambda month: month % 3):
        recall = make_recall(slug=f"month-{month:02}", recall_month=dt.date(2024, month, 1))
        for letter in "AB":
            make_product(recall=recall, name="Tone", model_numbers=f"{letter}{month:02}00")


def listed(client, language: str, path: str) -> str:
    """The part of the page from the products to the end."""
    page = client.get(f"/{language}/{path}").content.decode()
    return page.partition(f"<h2>{said(language, 'We hold notices for')}</h2>")[2]


@pytest.mark.parametrize("language", SHOWN)
@pytest.mark.parametrize("path", PATHS)
def test_the_seven_newest_then_the_way_to_all(client, language, path):
    make_notices(9)
    part = listed(client, language, path)
    part = part.translate(ISOLATES)
    shown = re.findall(rf'<a href="/{language}/recalls/month-(\d\d)/">Example Tone \(', part)
    assert shown == [f"{month:02}" for month in (9, 8, 7, 6, 5, 4, 3) for _ in "AB"]
    in_order(words(part), "A0300", said(language, ONLY_NEWEST), said(language, ALL))
    assert f'<a class="touch" href="/{language}/recalls/">{said(language, ALL)}</a>' in part


@pytest.mark.parametrize("path", PATHS)
def test_as_many_as_fit_are_all_there_are(client, path):
    make_notices(MAX_NEWEST_NOTICES)
    part = listed(client, "en", path)
    assert part.count("/recalls/month-") == 2 * MAX_NEWEST_NOTICES
    assert "newest" not in part


def test_a_product_of_a_new_and_an_old_notice_is_linked_to_both(client):
    make_notices(8)
    make_product(
        recall=make_recall(slug="newest", recall_month=dt.date(2024, 9, 1)),
        name="Tone",
        model_numbers="A0100",
    )
    part = listed(client, "en", "")
    in_order(part, "Example Tone (A0100)", "/en/recalls/newest/", "/en/recalls/month-01/", "A0800")
    assert "B0100" not in part
