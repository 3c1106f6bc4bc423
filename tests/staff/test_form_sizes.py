"""Pages of staff are as large with three hundred notices as with a few."""

import pytest
from django.urls import reverse
from django.utils import timezone

from recalls.models import Recall
from tests.support.publish_pages import make_draft, make_live, page

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
MAX_BYTES_MORE = 500  # numbers of more digits
NOTICES = 300


def make_notices(status):
    now = timezone.now()
    Recall.objects.bulk_create(
        Recall(
            slug=f"{status}-{number:03}",
            firm="Example Audio",
            recall_month=now.date().replace(day=1),
            remedy_options="replace",
            status=status,
            published_at=now if status == "published" else None,
        )
        for number in range(NOTICES)
    )


def test_no_form_lists_all_notices(publisher):
    public = make_live()
    addresses = [
        reverse("admin:recalls_recall_add"),
        reverse("admin:recalls_recall_change", args=[public.pk]),
        reverse("admin:recalls_product_add"),
        reverse("admin:recalls_monthlyfigures_add"),
        page(public, "withdraw"),
    ]
    few = {address: len(publisher.get(address).content) for address in addresses}
    make_notices("published")
    many = {address: len(publisher.get(address).content) for address in addresses}
    assert {one: many[one] for one in few if many[one] > few[one] + MAX_BYTES_MORE} == {}


def test_the_start_page_names_the_newest_drafts_and_leads_to_all(publisher):
    make_draft(slug="first")
    make_notices("draft")
    shown = publisher.get("/staff/").text
    assert "draft-299" in shown
    assert "draft-000" not in shown
    every = f"{reverse('admin:recalls_recall_changelist')}?status__exact=draft"
    assert f'<a href="{every}">All 301 drafts</a>' in shown
    assert "301 recalls" in publisher.get(every).text


def test_a_field_offers_notices_by_address_title_and_product(publisher, editor):
    recall = make_draft(slug="a3102-australia")
    make_draft(slug="b2000")
    query = {"app_label": "recalls", "model_name": "product", "field_name": "recall"}
    recall.texts.filter(language="en").update(title="Anker A3102: fire hazard")
    for term in ("a3102-au", "Anker A3102"):
        found = publisher.get(reverse("admin:autocomplete"), {**query, "term": term}).json()
        texts = [row["text"] for row in found["results"]]
        assert texts == ["a3102-australia: Anker A3102: fire hazard"], term
    # Any other kind of row is offered as it is.
    query = {"app_label": "recalls", "model_name": "testcode", "field_name": "product"}
    found = editor.get(reverse("admin:autocomplete"), {**query, "term": "A3102"}).json()
    assert len(found["results"]) == 2
