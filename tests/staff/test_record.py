"""The record of a notice: who did what, when and with which values; nobody can change it."""

import datetime as dt
import hashlib
import json
import re

import pytest
from django.contrib.auth import get_user_model
from django.db.models import ProtectedError
from django.urls import reverse

from recalls.models import Publication, Recall
from recalls.publishing import steps
from recalls.publishing.plan import plan_publication, plan_withdrawal
from tests.support.factories import make_product, make_recall, make_rule
from tests.support.forms import form_data
from tests.support.pages import words
from tests.support.people import ADMINISTRATOR, EDITOR, PUBLISHER, make_person, signed_in

pytestmark = pytest.mark.django_db

RANGE = "ACCJRU1D16400841 to ACCJRU1D16400960"


@pytest.fixture
def recall():
    recall = make_recall(slug="a3102", status="draft")
    product = make_product(recall=recall, model_numbers="A3102", shapes="?" * 16)
    make_rule(product=product, text=RANGE, status="draft")
    return recall


def record_of(recall, client):
    return client.get(reverse("admin:recalls_recall_record", args=[recall.pk]))


def save(client, name, row, changes):
    url = reverse(f"admin:recalls_{name}_change", args=[row.pk])
    return client.post(url, form_data(client.get(url), changes))


def entries(response):
    return [(entry.who, entry.what, entry.values) for entry in response.context["page"]]


def test_a_change_shows_who_made_it_and_both_values(recall):
    editor = signed_in(make_person("eve", EDITOR))
    assert save(editor, "recall", recall, {"firm": "Anker Innovations"}).status_code == 302
    found = entries(record_of(recall, editor))
    assert ("eve", "recall “a3102” changed", [("firm", "Example Audio", "Anker Innovations")]) in (
        found
    )
    added = next(values for who, what, values in found if what == f"rule “{RANGE}” added")
    assert ("text", "–", RANGE) in added


def test_what_was_deleted_stays_in_the_record(recall):
    editor = signed_in(make_person("eve", EDITOR))
    changes = {"rules-0-DELETE": "on"}
    save(editor, "product", recall.products.get(), changes)
    assert not recall.products.get().rules.exists()
    found = entries(record_of(recall, editor))
    assert ("eve", f"rule “{RANGE}” deleted", []) in found


def test_publications_stand_in_it_with_reason_and_both_people(recall):
    pat, sam = make_person("pat", PUBLISHER), make_person("sam", PUBLISHER)
    steps.publish(plan=plan_publication(recall), by=pat)
    steps.record_review(publication=Publication.objects.get(), by=sam)
    plan = plan_withdrawal(recall, {"en": "It named the wrong maker."})
    asked = steps.request_publication(plan=plan, by=pat, reason="Wrong maker.")
    steps.send_back(publication=asked, by=sam, comment="Say who the maker is.")
    text = record_of(recall, signed_in(sam)).text
    for sentence in (
        "became public.",
        "had its second look.",
        "Reason: Wrong maker.",
        "sent back. Say who the maker is.",
    ):
        assert sentence in text


def test_it_is_in_order_the_newest_first_on_pages(recall):
    for number in range(120):
        recall.importer = f"Importer {number}"
        recall.save()
    client = signed_in(make_person("adam", ADMINISTRATOR))
    first, second = (
        record_of(recall, client),
        client.get(reverse("admin:recalls_recall_record", args=[recall.pk]), {"p": 2}),
    )
    times = [entry.when for response in (first, second) for entry in response.context["page"]]
    assert times == sorted(times, reverse=True)
    assert len(first.context["page"]) == 100
    assert "Older" in first.text
    assert "Newer" in second.text


def test_the_record_outlives_the_account(recall):
    """Accounts that did something cannot be deleted; the record has the name in any case."""
    eve = make_person("eve", EDITOR)
    save(signed_in(eve), "recall", recall, {"firm": "Anker Innovations"})
    steps.request_publication(plan=plan_publication(recall), by=eve)
    with pytest.raises(ProtectedError):
        eve.delete()
    row = Recall.history.filter(firm="Anker Innovations").first()
    assert row.who == "eve"


def test_nobody_can_change_it(recall):
    client = signed_in(make_person("pat", PUBLISHER))
    before = entries(record_of(recall, client))
    url = reverse("admin:recalls_recall_record", args=[recall.pk])
    client.post(url, {"firm": "x"})
    assert entries(record_of(recall, client)) == before


def test_an_empty_start_page_says_so():
    text = signed_in(make_person("pat", PUBLISHER)).get("/staff/").text
    assert text.count("<li>Nothing.</li>") == 2
    assert text.count("<li>None.</li>") == 5
    assert "Enter a notice" in text


def test_who_may_enter_a_notice_finds_the_way_beside_drafts(recall):
    assert "Enter a notice" in signed_in(make_person("eve", EDITOR)).get("/staff/").text
    administrator = signed_in(make_person("adam", ADMINISTRATOR))
    assert "Enter a notice" not in administrator.get("/staff/").text


def test_the_start_page_names_lists_drafts_and_failing_test_codes(recall):
    product = recall.products.get()
    product.code_lists.create(shapes="*", file_name="half.csv", sha256="0" * 64)
    product.test_codes.create(typed="ACCJRU1D16400841", expected="not_listed")
    steps.publish_from_shell(recall=recall)
    make_recall(slug="next-one", status="draft")
    text = " ".join(signed_in(make_person("pat", PUBLISHER)).get("/staff/").text.split())
    assert "half.csv</a>, loading" in text
    assert "next-one</a>" in text
    assert "Test code ACCJRU1D16400841 of a3102: Not listed is expected, Recalled is given." in text
    assert "warns less than it must" not in text


def test_who_has_no_role_sees_no_work(recall):
    text = signed_in(make_person("new")).get("/staff/").text
    assert "Waits for you" not in text


# Filters ------------------------------------------------------------------------------------------


@pytest.fixture
def worked_on(recall):
    """By Eve and Pat, on two days."""
    eve, pat = make_person("eve", EDITOR), make_person("pat", PUBLISHER)
    save(signed_in(eve), "recall", recall, {"firm": "Anker Innovations"})
    save(signed_in(pat), "product", recall.products.get(), {"rules-0-DELETE": "on"})
    steps.publish(plan=plan_publication(recall), by=pat)
    second, third = (dt.datetime(2026, 1, day, 12, tzinfo=dt.UTC) for day in (2, 3))
    recall.history.exclude(who="eve").update(history_date=second)
    recall.products.get().history.all().update(history_date=third)
    return signed_in(eve)


def test_the_record_is_narrowed_by_person_kind_and_day(recall, worked_on):
    url = reverse("admin:recalls_recall_record", args=[recall.pk])

    def narrowed(**query):
        return worked_on.get(url, query).context["page"].object_list

    every = narrowed()
    assert {entry.who for entry in narrowed(who="pat")} == {"pat"}
    assert len(narrowed(who="pat")) == sum(entry.who == "pat" for entry in every) > 0
    assert {entry.kind for entry in narrowed(kind="publication")} == {"publication"}
    assert {entry.kind for entry in narrowed(who="eve", kind="recall")} == {"recall"}
    days = {entry.when.date().isoformat() for entry in narrowed(until="2026-01-03")}
    assert days == {"2026-01-02", "2026-01-03"}
    [day] = {entry.when.date() for entry in narrowed(since="2026-01-03", until="2026-01-03")}
    assert day == dt.date(2026, 1, 3)
    assert narrowed(who="pat", kind="country of a notice") == []
    assert narrowed(who="eve", since="2999-01-01") == []
    page = worked_on.get(url, {"kind": "publication"}).text
    assert f"{len(narrowed(kind='publication'))} of {len(every)} steps." in " ".join(page.split())


def test_a_filter_that_cannot_be_read_shows_all_and_says_so(recall, worked_on):
    url = reverse("admin:recalls_recall_record", args=[recall.pk])
    response = worked_on.get(url, {"since": "tomorrow", "who": "nobody"})
    assert len(response.context["page"].object_list) == len(worked_on.get(url).context["page"])
    assert "Enter a valid date." in response.text
    assert "nobody is not one of the available choices" in response.text


def steps_of_all(client, **query):
    response = client.get(reverse("admin:admin_logentry_changelist"), query)
    return [(row.user.username, str(row.object_repr)) for row in response.context["cl"].result_list]


def test_the_steps_of_all_notices_are_found_by_notice_person_kind_and_day(recall, worked_on):
    other = make_recall(slug="other", status="draft")
    save(worked_on, "recall", other, {"firm": "Other"})
    # The product's own entries do not have the notice's address.
    assert set(steps_of_all(worked_on, q="a3102")) == {
        ("eve", "a3102"),
        ("pat", "a3102"),
        ("pat", "Example Tone (A3102)"),
    }
    assert steps_of_all(worked_on, q="other") == [("eve", "other")]
    product = steps_of_all(worked_on, kind="product")
    assert product == [("pat", "Example Tone (A3102)")]
    eve = get_user_model().objects.get(username="eve")
    assert {who for who, _ in steps_of_all(worked_on, user__id__exact=eve.pk)} == {"eve"}
    assert steps_of_all(worked_on, action_flag__exact=3) == []
    assert steps_of_all(worked_on, action_time__gte="2999-01-01 00:00:00+00:00") == []
    page = worked_on.get(reverse("admin:admin_logentry_changelist")).text
    assert reverse("admin:recalls_recall_record", args=[recall.pk]) in page
    assert "Published." in page
    # Not Django's “log entries”.
    assert re.search(r"\b\d+ steps\b", words(page))
    assert "log entr" not in page


def test_steps_with_accounts_are_not_among_them(recall, worked_on):
    ada = signed_in(make_person("ada", ADMINISTRATOR))
    eve = get_user_model().objects.get(username="eve")
    save_person = reverse("admin:auth_user_change", args=[eve.pk])
    ada.post(save_person, form_data(ada.get(save_person), {"first_name": "Eve"}))
    assert {who for who, _ in steps_of_all(ada)} == {"eve", "pat"}
    assert (
        signed_in(make_person("new")).get(reverse("admin:admin_logentry_changelist")).status_code
        == 403
    )


# As one file --------------------------------------------------------------------------------------


def whole_record(recall, client):
    response = client.get(reverse("admin:recalls_recall_record_file", args=[recall.pk]))
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["Content-Disposition"] == f'attachment; filename="record-{recall.slug}.txt"'
    return response.text


def test_the_file_has_every_step_and_each_edition_with_its_fingerprint(recall):
    pat = make_person("pat", PUBLISHER)
    steps.publish(plan=plan_publication(recall), by=pat)
    client = signed_in(pat)
    save(client, "recall", recall, {"firm": "Anker Innovations"})
    steps.request_publication(plan=plan_publication(recall), by=pat, reason="The maker's name.")
    text = whole_record(recall, client)
    first, second = recall.publications.order_by("pk")
    contents = re.findall(r"(?m)^Content:\n(.*)$", text)
    fingerprints = re.findall(r"(?m)^Fingerprint: (\w+)$", text)
    # As anybody works it out who has the file alone.
    assert [hashlib.sha256(line.encode("ascii")).hexdigest() for line in contents] == fingerprints
    assert fingerprints == [first.sha256, second.sha256]
    assert json.loads(contents[0]) == first.content
    assert text.count("Worked out again: the same") == 2
    assert "pat. recall “a3102” changed\n    firm: Example Audio → Anker Innovations" in text
    assert text.index("recall “a3102” added") < text.index("recall “a3102” changed")
    assert "Reason: The maker's name." in text


def test_the_file_says_where_an_edition_is_no_longer_what_it_was(recall):
    steps.publish(plan=plan_publication(recall), by=make_person("pat", PUBLISHER))
    publication = Publication.objects.get()
    publication.content["recall"][0]["firm"] = "Somebody else"
    publication.save()
    text = whole_record(recall, signed_in(make_person("ada", ADMINISTRATOR)))
    assert "Worked out again: NOT THE SAME" in text


def test_the_file_of_a_draft_has_no_edition_and_costs_a_query_a_kind_of_row(
    recall, django_assert_max_num_queries
):
    product = recall.products.get()
    for number in range(30):
        make_rule(product=product, text=f"ACCJRU1D204000{number:02}", status="draft")
    client = signed_in(make_person("eve", EDITOR))
    with django_assert_max_num_queries(30):
        text = whole_record(recall, client)
    assert "EDITIONS\n\nNone.\n" in text


def test_who_may_not_see_the_notice_gets_no_file(recall):
    client = signed_in(make_person("new"))
    address = reverse("admin:recalls_recall_record_file", args=[recall.pk])
    assert client.get(address).status_code == 403


def test_the_record_has_plain_words(recall):
    """No column is called by a programmer's name, and a choice stands in its own words."""
    product = recall.products.get()
    product.code_lists.create(shapes="*", file_name="half.csv", sha256="0" * 64, status="discarded")
    rows = record_of(recall, signed_in(make_person("eve", EDITOR)))
    assert "fingerprint of the file: 0000" in rows.text
    assert "effect: Recalled" in rows.text
    assert "remedies: Replace" in rows.text
    for word in ("slug", "sha256", "SHA-256", "boolean", "skeleton", "mask"):
        assert word not in rows.text, word


def test_a_row_names_its_product_and_language_and_no_number_of_a_row(recall):
    product = recall.products.get()
    product.test_codes.create(typed="ACCJRU1D16400841", expected="recalled")
    recall.recall_date = dt.date(2024, 7, 31)
    recall.save()
    client = signed_in(make_person("eve", EDITOR))
    found = {what: values for _, what, values in entries(record_of(recall, client))}
    added = "test code “ACCJRU1D16400841 → Recalled” added"
    assert ("product", "–", str(product)) in found[added]
    assert ("language", "–", "English") in found["recall text “a3102, English” added"]
    assert "recall" not in {name for values in found.values() for name, _, _ in values}
    assert ("recall date", "–", "31 July 2024") in found["recall “a3102” changed"]

    gone = f"number {product.pk}, which is deleted"
    product.delete()
    found = {what: values for _, what, values in entries(record_of(recall, client))}
    assert ("product", "–", gone) in found[added]


def test_what_the_site_wrote_while_it_published_is_not_the_shells(recall):
    steps.publish(plan=plan_publication(recall), by=make_person("pat", PUBLISHER))
    found = entries(record_of(recall, signed_in(make_person("sam", PUBLISHER))))
    written = {who for who, what, _ in found if what == f"rule “{RANGE}” changed (Published)"}
    assert written == {"The site"}
    assert "The command line" in {who for who, what, _ in found if what.endswith("added")}
