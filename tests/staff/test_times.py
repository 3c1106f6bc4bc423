"""Times and dates have one form on the staff pages, and a date that is two days is refused."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from recalls.models import Publication, Recall
from recalls.publishing import steps
from tests.support.admin_pages import address, send
from tests.support.people import PUBLISHER, make_person, signed_in
from tests.support.publish_pages import make_draft, review_of

pytestmark = pytest.mark.django_db
AMERICAN = re.compile(r"\b[ap]\.m\.|(?:Jan|Feb|Aug|Sept|Oct|Nov|Dec)\.? \d{1,2}, \d{4}")


@pytest.fixture
def client():
    return signed_in(make_person("pat", PUBLISHER))


def test_every_time_is_in_utc_with_its_machine_form(client):
    recall = make_draft()
    publication = steps.publish_from_shell(recall=recall)
    at = dt.datetime(2026, 11, 3, 4, 5, tzinfo=dt.UTC)
    recall.publications.update(live_from=at, asked_at=at)
    Recall.objects.update(published_at=at)
    for page in ("/staff/", review_of(publication), address(recall, "record")):
        shown = client.get(page).text
        assert 'datetime="2026-11-03T04:05:00+00:00">3 November 2026, 04:05 UTC</time>' in shown
    for page in (address(Recall, "changelist"), address(recall), address(recall, "history")):
        assert not AMERICAN.search(client.get(page).text), page
    assert "3 November 2026, 04:05 UTC" in client.get(address(Publication, "changelist")).text


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2025-06-12", dt.date(2025, 6, 12)),
        ("12 June 2025", dt.date(2025, 6, 12)),
        ("June 12, 2025", dt.date(2025, 6, 12)),
        ("12/06/2025", None),
        ("06/12/2025", None),
        ("12.06.2025", None),
    ],
)
def test_a_date_that_is_two_days_is_refused(client, typed, day):
    recall = make_draft()
    answer = send(client, address(recall), {"recall_date": typed, "recall_month": ""})
    recall.refresh_from_db()
    if day:
        assert (answer.status_code, recall.recall_date) == (302, day)
    else:
        assert "Enter the date as 2026-11-29 or 29 November 2026." in answer.text
        assert recall.recall_date is None


def test_a_time_of_publication_is_said_in_utc(client):
    recall = make_draft()
    when = timezone.now().replace(second=0, microsecond=0) + dt.timedelta(days=2)
    plan = steps.plan_publication(recall)
    pat = make_person("sam", PUBLISHER)
    steps.publish(plan=plan, by=pat, goes_live_at=when)
    assert f"{when.day} {when:%B %Y, %H:%M} UTC</time>" in client.get("/staff/").text
