"""The pages on the way to the public: what each step checks and says."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.utils import timezone

from recalls.check.verdict import Outcome
from recalls.models import Publication, PublishedVersion, RecallText
from recalls.publishing import steps, test_codes
from recalls.publishing.plan import plan_publication
from recalls.staff.pages import publish_pages
from tests.support.admin_pages import address, send
from tests.support.factories import (
    make_country,
    make_list,
    make_product,
    make_recall,
    make_rule,
    make_text,
)
from tests.support.pages import words
from tests.support.people import EDITOR, PUBLISHER, make_person, signed_in
from tests.support.publish_pages import (
    CODE,
    UNLISTED,
    decide,
    make_live,
    make_rule_draft,
    page,
    press,
    review_of,
    seen_on,
    set_complete,
    verdict,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_a_publisher_publishes_alone_and_the_next_check_answers(publisher, draft):
    shown = publisher.get(page(draft, "publish")).text
    assert "Publish the notice with its codes now" in shown
    told = "From then on 120 codes of this notice answer as recalled; until then it is not public."
    assert told in shown
    assert verdict() == Outcome.UNRECOGNISED

    response = press(publisher, page(draft, "publish"), "publish")

    assert "It is public. The very next check answers by it." in response.text
    assert verdict() == Outcome.RECALLED
    publication = Publication.objects.get()
    assert publication.asked_by.username == publication.decided_by.username == "pat"


def test_an_editor_asks_and_a_publisher_approves(editor, publisher, draft):
    shown = editor.get(page(draft, "publish")).text
    assert "Ask for publication" in shown
    assert 'value="publish"' not in shown
    response = press(editor, page(draft, "publish"), "request")
    assert "It waits for somebody who may approve it." in response.text
    assert verdict() == Outcome.UNRECOGNISED
    publication = Publication.objects.get()
    assert 'value="approve"' not in editor.get(review_of(publication)).text
    assert 'value="approve"' in publisher.get(review_of(publication)).text

    decide(publisher, publication, "approve")

    assert verdict() == Outcome.RECALLED


def test_what_is_missing_keeps_it_from_being_published(publisher, draft):
    RecallText.objects.filter(language="en").delete()
    assert "Enter the text in English." in publisher.get(page(draft, "publish")).text
    response = press(publisher, page(draft, "publish"), "publish")
    assert "Enter the text in English." in str(response.context["form"].errors)
    assert not Publication.objects.exists()

    make_text(recall=draft, language="en")
    press(publisher, page(draft, "publish"), "publish")
    assert verdict() == Outcome.RECALLED


def test_a_test_code_that_fails_keeps_it_from_being_published(publisher, draft):
    draft.products.get().test_codes.create(typed=UNLISTED, expected="recalled")
    response = publisher.get(page(draft, "publish"))
    (failing,) = response.context["new_answers"]
    assert failing.test_code.typed == UNLISTED
    assert "1 test code of this notice would be answered" in words(response.text)
    press(publisher, page(draft, "publish"), "publish")
    assert not Publication.objects.exists()


def test_what_several_countries_lack_is_one_line_with_a_link_to_each(publisher, draft):
    draft.countries.all().delete()
    for country in ("AU", "US"):
        make_country(recall=draft, country=country, units=None)
    for shown in (publisher.get(page(draft, "publish")), publisher.get(address(draft))):
        line = shown.text.split("Say about how many units were sold.", 1)[1].split("</li>")[0]
        assert words(line).endswith("Australia , United States (16 CFR 1115.27(e))")
        assert f'href="{address(draft)}#id_countries-1-units"' in line
        assert 'aria-label="Australia: Say about how many units were sold."' in shown.text


def test_test_codes_that_hold_are_folded_and_counted(editor, publisher, draft):
    codes = draft.products.get().test_codes
    codes.create(typed=CODE, expected="recalled")
    codes.create(typed=UNLISTED, names_product=True, expected="list_incomplete")
    folded = "<summary>Test codes of this notice that are answered as expected: "
    assert f"{folded}2</summary>" in publisher.get(page(draft, "publish")).text
    press(editor, page(draft, "publish"), "request")
    publication = Publication.objects.get()
    assert f"{folded}2</summary>" in publisher.get(review_of(publication)).text


def test_a_more_cautious_answer_to_another_notices_test_code_is_said(publisher, public):
    set_complete(public)
    other = make_recall(slug="other", status="draft")
    make_product(recall=other, model_numbers="A3102", shapes="ACCJRU1D########")
    public.products.get().test_codes.create(
        typed=UNLISTED, names_product=True, expected="not_listed"
    )
    plan = plan_publication(public)
    steps.approve(
        publication=steps.request_publication(
            plan=plan, by=make_person("ann", EDITOR), reason="Complete."
        ),
        by=make_person("bob", PUBLISHER),
    )
    assert verdict(UNLISTED, "A3102") == Outcome.NOT_LISTED
    # The new notice makes the answer more cautious: that is said, and does not stop it.
    response = publisher.get(page(other, "publish"))
    assert "Of other notices, not as expected" in response.text
    sentence = (
        f"More cautious than before. Test code {UNLISTED} with its product named of a3102: Not "
        "listed is expected, List incomplete is given."
    )
    assert f"<strong>{sentence}</strong>" in response.text
    press(publisher, page(other, "publish"), "publish")
    assert verdict(UNLISTED, "A3102") == Outcome.LIST_INCOMPLETE
    published = Publication.objects.get(recall=other)
    assert sentence in published.summary.splitlines()
    assert sentence in publisher.get(review_of(published)).text
    # It is more cautious already, so the next publication says it no more.
    make_rule_draft(other, "ACCJRU1D17000000")
    assert sentence not in publisher.get(page(other, "publish")).text


@pytest.fixture
def ready(public):
    """A second notice that lacks nothing; each of the two has a test code."""
    public.products.get().test_codes.create(typed=CODE, expected="recalled")
    steps.publish_from_shell(recall=public)
    other = make_recall(slug="other", status="draft")
    product = make_product(recall=other, model_numbers="A9999", shapes="ZZZ#####")
    make_rule(product=product, text="ZZZ00001", status="draft")
    product.test_codes.create(typed="ZZZ00001", expected="recalled")
    return other


@pytest.fixture
def tried(monkeypatch):
    """The test codes that are tried from now on."""
    typed = []
    answer_to = test_codes.answer_to

    def counted(test_code, *args):
        typed.append(test_code.typed)
        return answer_to(test_code, *args)

    monkeypatch.setattr(test_codes, "answer_to", counted)
    return typed


@pytest.mark.parametrize(
    ("do", "more", "count"),
    [
        ("publish", {}, 1),
        ("request", {}, 1),
        ("publish", {"seen": "something else"}, 0),
        ("publish", {"goes_live_at": "2001-01-01T00:00"}, 0),
    ],
)
def test_one_press_plans_once_and_tries_each_test_code_once(
    publisher, ready, tried, monkeypatch, do, more, count
):
    url = page(ready, "publish")
    data = {"do": do, "seen": seen_on(publisher, url), **more}
    planned = []
    plan = publish_pages.plan_publication
    monkeypatch.setattr(
        publish_pages,
        "plan_publication",
        lambda recall, **how: planned.append(recall) or plan(recall, **how),
    )
    tried.clear()
    publisher.post(url, data)
    assert sorted(tried) == [CODE, "ZZZ00001"]
    assert planned == [ready]
    assert Publication.objects.filter(recall=ready).count() == count


def test_of_thousands_the_page_tries_its_own_and_publishing_tries_all(
    publisher, ready, tried, monkeypatch
):
    monkeypatch.setattr(test_codes, "MAX_AT_ONCE", 0)
    tried.clear()
    response = publisher.get(page(ready, "publish"))
    assert tried == ["ZZZ00001"]
    assert "1 more are tried when you publish." in response.text
    with pytest.raises(ValueError, match="for a page"):
        steps.publish(
            plan=plan_publication(ready, is_whole=False), by=make_person("eve", PUBLISHER)
        )
    tried.clear()
    publisher.post(page(ready, "publish"), {"do": "publish", "seen": response.context["plan"].seen})
    assert sorted(tried) == [CODE, "ZZZ00001"]
    assert Publication.objects.get(recall=ready).status == "live"


def test_what_was_published_since_the_plan_is_tried_again(ready, tried):
    plan = plan_publication(ready)
    PublishedVersion.renew()
    tried.clear()
    steps.publish(plan=plan, by=make_person("pat", PUBLISHER))
    assert sorted(tried) == [CODE, "ZZZ00001"]


def test_an_approval_that_fails_tries_each_test_code_once(ready, tried, publisher, monkeypatch):
    """The page that says why shows the answers that the approval was refused for."""
    request = {"plan": plan_publication(ready), "by": make_person("ed", EDITOR)}
    publication = steps.request_publication(**request)
    counted = test_codes.answer_to
    monkeypatch.setattr(
        test_codes,
        "answer_to",
        lambda test_code, *args: counted(test_code, *args) and "not_listed",
    )
    tried.clear()
    response = decide(publisher, publication, "approve")
    assert "Recalled is expected, Not listed is given." in response.text
    assert len(response.context["failing_tests"]) == 2
    assert "2 test codes not as expected" in words(response.text)
    assert sorted(tried) == [CODE, "ZZZ00001"]
    publication.refresh_from_db()
    assert publication.status == "waiting"


def test_what_changed_since_the_page_was_opened_is_not_withdrawn_unseen(publisher, public):
    url = page(public, "withdraw")
    values = {
        "do": "request",
        "slug": public.slug,
        "reason": "Wrong.",
        "changed_en": "It was wrong.",
    }
    seen = seen_on(publisher, url)
    make_rule_draft(public, "ACCJRU1D17000000")
    response = publisher.post(url, {**values, "seen": seen})
    assert "Somebody changed the notice after you opened this page." in response.text
    assert not Publication.objects.filter(recall=public, status="waiting").exists()
    again = response.context["form"]["seen"].value()
    assert again != seen
    publisher.post(url, {**values, "seen": again})
    assert Publication.objects.filter(recall=public, status="waiting").exists()


def test_a_less_cautious_answer_to_another_notices_test_code_stops_it(publisher, draft):
    """The shape of the new product claims the other's codes, so that nobody is asked any more."""
    product = draft.products.get()
    product.shapes = "?" * 16
    product.save()
    product.test_codes.create(typed=UNLISTED, expected="which_product")
    steps.publish_from_shell(recall=draft)
    other = make_recall(slug="other", status="draft")
    make_product(
        recall=other,
        model_numbers="A9999",
        shapes="ACCJRU1D########",
        rules=["ACCJRU1D00000001"],
    )
    response = press(publisher, page(other, "publish"), "request")
    sentence = (
        f"Test code {UNLISTED} of a3102: Which product is expected, List incomplete is given."
    )
    assert sentence in response.text
    assert not Publication.objects.filter(recall=other).exists()
    assert verdict(UNLISTED) == Outcome.WHICH_PRODUCT


def test_a_test_code_of_another_notice_that_fails_already_stops_nothing(publisher, public):
    public.products.get().test_codes.create(typed=UNLISTED, expected="recalled")
    steps.publish_from_shell(recall=public)
    other = make_recall(slug="other", status="draft")
    make_product(recall=other, model_numbers="A9999", shapes="ZZZ#####")
    press(publisher, page(other, "publish"), "publish")
    assert Publication.objects.filter(recall=other, status="live").exists()


def test_a_public_notice_needs_a_reason_to_change(publisher, public):
    make_rule_draft(public, "ACCJRU1D17000000")
    response = press(publisher, page(public, "publish"), "publish")
    assert "This field is required." in response.text
    assert verdict("ACCJRU1D17000000") != Outcome.RECALLED
    press(publisher, page(public, "publish"), "publish", reason="More units.")
    assert verdict("ACCJRU1D17000000") == Outcome.RECALLED


def test_the_public_page_says_what_changed_and_when(client, publisher, second, public):
    """Words for the public take a second person; the code alone would not."""
    make_rule_draft(public, "ACCJRU1D17000000")
    note = {"changed_en": "One code added.", "changed_fr": "Un code ajouté."}
    alone = press(publisher, page(public, "publish"), "publish", reason="More units.", **note)
    assert "another person than you has to approve it" in alone.text
    press(publisher, page(public, "publish"), "request", reason="More units.", **note)
    decide(second, Publication.objects.get(status="waiting"), "approve")
    today = timezone.now()
    assert f"{today.day} {today:%B %Y}: One code added." in client.get("/en/recalls/a3102/").text
    assert "Un code ajouté." in client.get("/fr/recalls/a3102/").text
    public.refresh_from_db()
    assert "One code added." in public.texts.get(language="en").changes


def test_nothing_to_publish_is_said(publisher, public):
    shown = publisher.get(page(public, "publish"))
    assert "Nothing has changed since the notice was last published." in shown.text
    assert "From then on" not in shown.text
    assert f'<a href="{address(public)}">Change the notice</a>' in shown.text
    assert "<button" not in shown.text.split('id="content-main"')[1]
    press(publisher, page(public, "publish"), "publish", reason="None")
    assert Publication.objects.count() == 1


def test_a_change_between_opening_and_pressing_is_shown_first(publisher, draft):
    url = page(draft, "publish")
    seen = seen_on(publisher, url)
    make_rule_draft(draft, "ACCJRU1D18000000")
    response = publisher.post(url, {"do": "publish", "seen": seen})
    assert "Somebody changed the notice after you opened this page." in response.text
    assert "ACCJRU1D18000000" in response.text
    assert not Publication.objects.exists()
    again = response.context["form"]["seen"].value()
    publisher.post(url, {"do": "publish", "seen": again})
    assert verdict("ACCJRU1D18000000") == Outcome.RECALLED


def test_one_publication_at_a_time(editor, publisher, draft):
    press(editor, page(draft, "publish"), "request")
    assert "is open already (waits for a decision)" in publisher.get(page(draft, "publish")).text
    response = press(publisher, page(draft, "publish"), "publish")
    assert "A publication of this notice waits already." in response.text
    assert Publication.objects.count() == 1


def test_a_saved_notice_and_product_lead_on_to_publishing(editor, draft):
    for row in (draft, draft.products.get()):
        assert 'value="Save and go to publishing"' in editor.get(address(row)).text
        answer = send(editor, address(row), {"_publish": "1"})
        assert answer.headers["Location"] == page(draft, "publish")


def test_who_may_not_ask_for_a_publication_stays_on_the_page(draft):
    """Its address leads back to the list, as saving does."""
    person = make_person("val")
    person.user_permissions.set(
        Permission.objects.filter(codename__in=["view_recall", "change_recall"])
    )
    client = signed_in(person)
    assert "Save and go to publishing" not in client.get(address(draft)).text
    answer = send(client, address(draft), {"_publish": "1"})
    assert answer.headers["Location"] == address(type(draft), "changelist")


def test_a_withdrawal_is_called_so_where_it_is_asked_for_and_approved(publisher, second):
    recall = make_live()
    product = recall.products.get()
    make_list(product, ["ACCJRU1D17000000"], rows_refused=1, waiver="A remark.")
    set_complete(recall)
    steps.publish_from_shell(recall=recall)
    form = publisher.get(page(recall, "withdraw"))
    assert "leave it empty to publish alone" not in form.text
    assert "The notice named the wrong supplier." in form.text
    assert "Withdraw at (UTC)" in form.text
    assert "Publish at" not in form.text
    told = {"slug": recall.slug, "reason": "Wrong.", "changed_en": "It was the wrong one."}
    press(publisher, page(recall, "withdraw"), "request", **told)
    assert LogEntry.objects.first().change_message == "Asked to withdraw."
    shown = " ".join(second.get(review_of(Publication.objects.latest("pk"))).text.split())
    assert "Approve: withdraw the notice now" in shown
    assert "make it public" not in shown
    # Nothing that the notice no longer says.
    assert "is complete." not in shown
    assert "were refused and left out" not in shown
