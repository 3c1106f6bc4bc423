"""Many drafts go at once: each is named before, and what may not go stays with its reason."""

import pytest
from django.contrib.admin.models import LogEntry

from recalls.admin import discarding
from recalls.models import AffectedCode, CodeList, Recall
from recalls.publishing import steps
from recalls.publishing.plan import plan_publication
from tests.support.admin_pages import act, address, said
from tests.support.factories import make_list, make_product, make_recall
from tests.support.people import ADMINISTRATOR, EDITOR, make_person, signed_in
from tests.support.publish_pages import make_draft, make_live

pytestmark = pytest.mark.django_db
CODES = ["ACCJRU1D20000001", "ACCJRU1D20000012"]


def confirm(client, name, *rows):
    return client.post(
        address(type(rows[0]), "changelist"),
        {"action": name, "_selected_action": [row.pk for row in rows], "confirmed": "yes"},
        follow=True,
    )


@pytest.fixture
def lists():
    product = make_product(recall=make_recall(slug="a3102", status="draft"))
    stati = ("draft", "draft", "active", "withdrawn", "discarded", "loading")
    return [
        make_list(product, CODES, status=status, file_name=f"{place}-{status}.csv")
        for place, status in enumerate(stati)
    ]


def test_the_page_names_each_list_and_why_others_stay(editor, lists):
    page = act(editor, "discard_lists", *lists)
    assert "To be discarded: 2" in page.text
    assert "These stay: 4" in page.text
    assert [row.file_name for row in page.context["rows"]] == ["0-draft.csv", "1-draft.csv"]
    assert {reason for _, reason in page.context["kept"]} == {*discarding._WHY_NO_DRAFT.values()}
    assert all(row.file_name in page.text for row in lists)
    assert "2 codes of Example Tone" in " ".join(page.text.split())
    # Nothing is done by it.
    assert CodeList.objects.filter(status="draft").count() == 2


def test_drafts_are_discarded_and_the_rest_stays(editor, lists):
    before = {row.pk: row.status for row in lists[2:]}
    told = said(confirm(editor, "discard_lists", *lists))
    assert told[-1] == "Discarded: 2. 0-draft.csv (Draft); 1-draft.csv (Draft)."
    assert len(told) == 5
    assert not AffectedCode.objects.filter(code_list__in=lists[:2]).exists()
    assert dict(CodeList.objects.filter(pk__in=before).values_list("pk", "status")) == before
    assert CodeList.objects.filter(status="discarded").count() == 3
    entry = LogEntry.objects.first()
    assert (entry.change_message, entry.user.username) == ("Discarded.", "eve")


def test_a_list_that_somebody_made_active_meanwhile_stays(editor, lists, monkeypatch):
    """Its own step looks again, under the notice's lock."""
    monkeypatch.setattr(discarding, "_WHY_NO_DRAFT", {})
    told = said(confirm(editor, "discard_lists", lists[0], lists[2]))
    assert "it is active now" in told[0]
    assert told[1].startswith("Discarded: 1.")
    lists[2].refresh_from_db()
    assert lists[2].status == "active"


@pytest.fixture
def notices():
    public = make_live(make_draft("public"))
    waiting, named, empty = make_draft("waits"), make_draft("named"), make_draft("empty")
    make_recall(slug="later", status="draft", follows=named)
    with_list = make_draft("with-list")
    make_list(with_list.products.get(), CODES, status="draft")
    steps.request_publication(plan=plan_publication(waiting), by=make_person("ed", EDITOR))
    return [public, waiting, named, with_list, empty, make_draft("empty-2")]


def test_drafts_of_notices_are_deleted_and_the_rest_is_named_with_its_reason(editor, notices):
    page = act(editor, "delete_notices", *notices)
    assert sorted(row.slug for row in page.context["rows"]) == ["empty", "empty-2"]
    reasons = {row.slug: reason for row, reason in page.context["kept"]}
    assert {slug: reason.split(":")[0] for slug, reason in reasons.items()} == {
        "public": "It was public, so it is never deleted, only withdrawn.",
        "waits": "A publication of it is open",
        "named": "Another notice names it",
        "with-list": "It has lists of codes",
    }
    assert all(reason in page.text for reason in reasons.values())
    told = said(confirm(editor, "delete_notices", *notices))
    assert told[-1] in {"Discarded: 2. empty; empty-2.", "Discarded: 2. empty-2; empty."}
    left = set(Recall.objects.values_list("slug", flat=True))
    assert left == {"public", "waits", "named", "with-list", "later"}
    assert LogEntry.objects.filter(action_flag=3, user__username="eve").count() == 2
    assert Recall.history.filter(slug="empty", history_type="-").exists()


def test_a_notice_that_became_public_meanwhile_stays(editor, notices, monkeypatch):
    asked_first = iter([""])
    why_kept = discarding.why_kept
    monkeypatch.setattr(discarding, "why_kept", lambda row: next(asked_first, why_kept(row)))
    told = said(confirm(editor, "delete_notices", notices[0]))
    assert told == ["public stays. It was public, so it is never deleted, only withdrawn."]
    assert Recall.objects.filter(slug="public").exists()


def test_who_may_not_is_offered_no_such_action(lists, notices):
    client = signed_in(make_person("ada", ADMINISTRATOR))
    for name, rows in (("discard_lists", lists[:1]), ("delete_notices", notices[-1:])):
        assert name not in client.get(address(type(rows[0]), "changelist")).text
        confirm(client, name, *rows)
    assert CodeList.objects.get(pk=lists[0].pk).status == "draft"
    assert Recall.objects.filter(slug="empty-2").exists()


def test_more_than_can_be_read_are_not_taken(editor, lists, monkeypatch):
    monkeypatch.setattr(discarding, "MAX_AT_ONCE", 1)
    told = said(confirm(editor, "discard_lists", *lists[:2]))
    assert told == ["Choose 1 at most, so that the page can be read."]
    assert CodeList.objects.filter(status="draft").count() == 2
