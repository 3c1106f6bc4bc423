"""The pages on the way to the public: who may do what there, and what each step says."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from recalls.check import ladder
from recalls.check.verdict import Outcome
from recalls.models import Product, Publication, PublishedVersion, Recall, RecallText
from recalls.publishing import steps, test_codes
from recalls.publishing.plan import plan_publication
from recalls.staff.pages import publish_pages
from tests.support.factories import make_list, make_product, make_recall, make_rule, make_text
from tests.support.people import ADMINISTRATOR, EDITOR, PUBLISHER, make_person, signed_in

pytestmark = pytest.mark.django_db

CODE = "ACCJRU1D16400841"
UNLISTED = "ACCJRU1D99000000"
RANGE = "ACCJRU1D16400841 to ACCJRU1D16400960"


@pytest.fixture
def draft():
    """A notice that lacks nothing, entered but not public."""
    recall = make_recall(slug="a3102", status="draft")
    product = make_product(recall=recall, model_numbers="A3102", shapes="ACCJRU1D########")
    make_rule(product=product, text=RANGE, status="draft")
    return recall


@pytest.fixture
def public(draft):
    steps.publish_from_shell(recall=draft)
    draft.refresh_from_db()
    return draft


@pytest.fixture
def publisher():
    return signed_in(make_person("pat", PUBLISHER))


@pytest.fixture
def second():
    return signed_in(make_person("sam", PUBLISHER))


@pytest.fixture
def editor():
    return signed_in(make_person("eve", EDITOR))


def page(recall, name, *args):
    return reverse(f"admin:recalls_recall_{name}", args=[recall.pk, *args])


def review_of(publication):
    return reverse("admin:recalls_publication_review", args=[publication.pk])


def seen_on(client, url):
    return client.get(url).context["form"].initial["seen"]


def press(client, url, do, **values):
    """Open the page, fill it in, press the button."""
    data = {"do": do, "seen": seen_on(client, url), **values}
    return client.post(url, data, follow=True)


def decide(client, publication, do, **values):
    return client.post(review_of(publication), {"do": do, **values}, follow=True)


def verdict(code=CODE, product=""):
    return ladder.check_code(code, product=product).outcome


def set_complete(recall):
    product = recall.products.get()
    product.list_complete = True
    product.full_clean()
    product.save()


TOLD = {"reason": "The maker asked for it.", "changed_en": "The list is complete."}


# Publish what warns more --------------------------------------------------------------------------


def test_a_publisher_publishes_alone_and_the_next_check_answers(publisher, draft):
    shown = publisher.get(page(draft, "publish")).text
    assert "Publish the stop-use notice now" in shown
    assert "From then on 120 codes of this notice answer as recalled; it is not public now." in (
        shown
    )
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
    shown = publisher.get(page(draft, "publish")).text
    assert "<strong>Not as expected</strong>" in shown
    press(publisher, page(draft, "publish"), "publish")
    assert not Publication.objects.exists()


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
        publish_pages, "plan_publication", lambda recall: planned.append(recall) or plan(recall)
    )
    tried.clear()
    publisher.post(url, data)
    assert sorted(tried) == [CODE, "ZZZ00001"]
    assert planned == [ready]
    assert Publication.objects.filter(recall=ready).count() == count


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
    assert len(response.context["tests"]) == 2
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


def make_rule_draft(recall, text):
    """As staff add a rule: it stays a draft and the public copy stays as it is."""
    rule = recall.products.get().rules.model(product=recall.products.get(), text=text)
    rule.full_clean()
    rule.save()
    return rule


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


# What warns less takes two ------------------------------------------------------------------------


def test_setting_the_list_complete_takes_a_second_person(publisher, second, public):
    set_complete(public)
    shown = publisher.get(page(public, "publish")).text
    assert "Warns less: a second person is needed." in shown
    assert 'value="publish"' not in shown
    refused = press(publisher, page(public, "publish"), "publish", **TOLD)
    assert "another person than you has to approve it" in refused.text
    press(publisher, page(public, "publish"), "request", **TOLD)
    publication = Publication.objects.get(status="waiting")
    refused = decide(publisher, publication, "approve")
    assert "another person than you has to approve it" in refused.text
    assert verdict(UNLISTED, "A3102") == Outcome.LIST_INCOMPLETE

    decide(second, publication, "approve")

    assert verdict(UNLISTED, "A3102") == Outcome.NOT_LISTED


def test_the_second_person_has_changed_nothing_since_the_last_publication(
    publisher, second, public
):
    url = reverse("admin:recalls_product_change", args=[public.products.get().pk])
    form = second.get(url)
    data = form_values(form) | {"list_complete": "on"}
    assert second.post(url, data).status_code == 302
    press(publisher, page(public, "publish"), "request", **TOLD)
    publication = Publication.objects.get(status="waiting")
    assert "you have changed something in the notice" in second.get(review_of(publication)).text
    refused = decide(second, publication, "approve")
    assert "you have changed something in the notice" in refused.text
    assert verdict(UNLISTED, "A3102") == Outcome.LIST_INCOMPLETE
    third = signed_in(make_person("tom", PUBLISHER))
    decide(third, publication, "approve")
    assert verdict(UNLISTED, "A3102") == Outcome.NOT_LISTED


def form_values(response):
    from tests.support.forms import form_data

    return form_data(response)


def test_what_warns_less_tells_the_public(publisher, public):
    set_complete(public)
    response = press(publisher, page(public, "publish"), "request", reason="Complete.")
    assert response.context["form"].errors["changed_en"] == ["This field is required."]
    assert not Publication.objects.filter(status="waiting").exists()


def test_sent_back_with_a_comment(editor, publisher, draft):
    press(editor, page(draft, "publish"), "request")
    publication = Publication.objects.get()
    assert "Say what is to be mended." in decide(publisher, publication, "send_back").text
    decide(publisher, publication, "send_back", comment="The date is wrong.")
    publication.refresh_from_db()
    assert publication.status == Publication.Status.SENT_BACK
    assert "The date is wrong." in editor.get(review_of(publication)).text
    assert "sent back by pat, “The date is wrong.”" in editor.get("/staff/").text
    press(editor, page(draft, "publish"), "request")
    assert "sent back by pat" not in editor.get("/staff/").text


def test_who_asked_can_cancel_and_no_other_editor(editor, draft):
    press(editor, page(draft, "publish"), "request")
    publication = Publication.objects.get()
    other = signed_in(make_person("liz", EDITOR))
    assert "Only a publisher, or the person who asked" in decide(other, publication, "cancel").text
    decide(editor, publication, "cancel")
    publication.refresh_from_db()
    assert publication.status == Publication.Status.CANCELED
    assert "Somebody has decided on this already." in decide(editor, publication, "cancel").text


def test_a_waiting_publication_goes_live_as_it_was_asked_for(editor, publisher, draft):
    press(editor, page(draft, "publish"), "request")
    make_rule_draft(draft, "ACCJRU1D18000000")
    decide(publisher, Publication.objects.get(), "approve")
    assert verdict() == Outcome.RECALLED
    assert verdict("ACCJRU1D18000000") != Outcome.RECALLED
    assert "new, rule “ACCJRU1D18000000”" in publisher.get(page(draft, "publish")).text


# Withdraw -----------------------------------------------------------------------------------------


def test_a_notice_is_withdrawn_by_two_with_a_reason(client, publisher, second, public):
    url = page(public, "withdraw")
    told = {"reason": "Wrong maker.", "changed_en": "Withdrawn: it named the wrong maker."}
    wrong = press(publisher, url, "request", slug="a3103", **told)
    assert "This notice&#x27;s address is a3102." in wrong.text or "address is a3102" in wrong.text
    press(publisher, url, "request", slug="a3102", **told)
    assert verdict() == Outcome.RECALLED
    decide(publisher, Publication.objects.get(status="waiting"), "approve")
    assert verdict() == Outcome.RECALLED

    decide(second, Publication.objects.get(status="waiting"), "approve")

    assert verdict() == Outcome.UNRECOGNISED
    shown = client.get("/en/recalls/a3102/").text
    assert "This notice was withdrawn" in shown
    assert "Withdrawn: it named the wrong maker." in shown
    public.refresh_from_db()
    assert public.status == Recall.Status.WITHDRAWN


def test_a_notice_is_replaced_by_another(client, publisher, second, public):
    new = make_recall(slug="a3102-again")
    make_product(recall=new, model_numbers="A3102", shapes="ACCJRU1D########", rules=[RANGE])
    told = {"reason": "Extended.", "changed_en": "A wider notice takes its place."}
    press(
        publisher,
        page(public, "withdraw"),
        "request",
        slug="a3102",
        replaced_by=str(new.pk),
        **told,
    )
    decide(second, Publication.objects.get(status="waiting"), "approve")
    public.refresh_from_db()
    assert (public.status, public.replaced_by) == (Recall.Status.REPLACED, new)
    assert "/en/recalls/a3102-again/" in client.get("/en/recalls/a3102/").text
    assert verdict() == Outcome.RECALLED


def test_a_draft_cannot_be_withdrawn(publisher, draft):
    response = publisher.get(page(draft, "withdraw"), follow=True)
    assert "Only a published notice can be withdrawn." in response.text


# A time -------------------------------------------------------------------------------------------


def test_publication_is_set_for_a_time(publisher, draft, monkeypatch):
    when = timezone.now().replace(second=0, microsecond=0) + dt.timedelta(hours=2)
    response = press(
        publisher, page(draft, "publish"), "publish", goes_live_at=f"{when:%Y-%m-%dT%H:%M}"
    )
    assert "It becomes public on" in response.text
    assert verdict() == Outcome.UNRECOGNISED
    assert "becomes public on" in publisher.get("/staff/").text
    monkeypatch.setattr(timezone, "now", lambda: when)
    assert verdict() == Outcome.RECALLED
    assert steps.settle_due() == 1
    draft.refresh_from_db()
    assert (draft.status, draft.published_at) == (Recall.Status.PUBLISHED, when)


def test_a_time_that_has_passed_is_refused(publisher, draft):
    response = press(publisher, page(draft, "publish"), "publish", goes_live_at="2020-01-01T10:00")
    assert "This time has passed." in response.text
    assert not Publication.objects.exists()


# The second look ----------------------------------------------------------------------------------


def test_what_one_person_published_gets_a_second_look(publisher, second, draft):
    press(publisher, page(draft, "publish"), "publish")
    publication = Publication.objects.get()
    assert "Take a second look at a3102" in second.get("/staff/").text
    assert "Take a second look at a3102" not in publisher.get("/staff/").text
    assert "waits for a second look" in publisher.get("/staff/").text
    assert 'value="review"' not in publisher.get(review_of(publication)).text
    Publication.objects.update(live_from=timezone.now() - dt.timedelta(hours=25))
    assert "Overdue: more than a day." in second.get("/staff/").text
    decide(publisher, publication, "review")
    publication.refresh_from_db()
    assert publication.reviewed_by is None
    decide(second, publication, "review")
    publication.refresh_from_db()
    assert publication.reviewed_by.username == "sam"
    assert "second look" not in second.get("/staff/").text


# Preview and try ----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_the_preview_is_the_public_page_with_the_draft(editor, draft, language):
    response = editor.get(page(draft, "preview", language))
    assert draft.texts.get(language=language).lead in response.text
    assert "Preview for staff. This is not public." in response.text
    assert "style-src 'sha256-" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "private, no-store"


def test_the_page_that_is_approved_can_be_seen(editor, publisher, draft):
    press(editor, page(draft, "publish"), "request")
    draft.texts.update(lead="Changed after it was asked for")
    url = reverse("admin:recalls_publication_preview", args=[Publication.objects.get().pk, "fr"])
    assert "The lead of the notice (fr)" in publisher.get(url).text
    assert "Changed after" not in publisher.get(url).text


def test_a_preview_needs_a_text(editor, draft):
    draft.texts.all().delete()
    response = editor.get(page(draft, "preview", "en"), follow=True)
    assert "There is no text yet." in response.text
    assert editor.get(page(draft, "preview", "de")).status_code == 404


def test_a_code_is_tried_now_and_with_the_draft(editor, draft):
    response = editor.get(page(draft, "try"), {"sn": "accj ru1d 1640 0841"})
    assert "Now: Unrecognized" in response.text
    assert "With this draft: Recalled" in response.text
    assert f"because rule “{RANGE}”" in response.text
    transposed = editor.get(page(draft, "try"), {"sn": "ACCJRU1D16400961"}).text
    assert "With this draft: Check again" in transposed
    assert verdict() == Outcome.UNRECOGNISED


def test_a_try_names_the_list(editor, draft):
    make_list(product=draft.products.get(), codes=[UNLISTED], file_name="maker.csv")
    assert "(maker.csv)" in editor.get(page(draft, "try"), {"sn": UNLISTED}).text


# Who may ------------------------------------------------------------------------------------------

PAGES = [("publish",), ("withdraw",), ("try",), ("preview", "en"), ("record",)]


@pytest.mark.parametrize("name", PAGES)
def test_a_stranger_sees_nothing_but_the_sign_in(client, public, name):
    response = client.get(page(public, *name))
    assert (response.status_code, response.url.split("?")[0]) == (302, "/staff/login/")


@pytest.mark.parametrize("name", PAGES)
def test_staff_without_a_role_are_refused(public, name):
    assert signed_in(make_person("new")).get(page(public, *name)).status_code == 403


@pytest.mark.parametrize("role", [EDITOR, ADMINISTRATOR, ""])
@pytest.mark.parametrize("do", ["approve", "send_back"])
def test_no_crafted_post_publishes_for_who_may_not(draft, public_codes, role, do):
    asked = steps.request_publication(plan=plan_publication(draft), by=make_person("ann", EDITOR))
    client = signed_in(make_person("mal", role))
    response = client.post(review_of(asked), {"do": do, "comment": "x"})
    assert response.status_code in (200, 403)
    asked.refresh_from_db()
    assert asked.status == Publication.Status.WAITING
    assert public_codes() == Outcome.UNRECOGNISED


@pytest.fixture
def public_codes():
    return verdict


@pytest.mark.parametrize("role", [EDITOR, ADMINISTRATOR, ""])
def test_no_crafted_publish_either(draft, role):
    client = signed_in(make_person("mal", role))
    seen = seen_on(signed_in(make_person("pat", PUBLISHER)), page(draft, "publish"))
    client.post(page(draft, "publish"), {"do": "publish", "seen": seen})
    assert not Publication.objects.filter(status="live").exists()
    assert verdict() == Outcome.UNRECOGNISED


def test_a_superuser_publishes_nothing(admin_client, draft):
    seen = seen_on(admin_client, page(draft, "publish"))
    response = admin_client.post(page(draft, "publish"), {"do": "publish", "seen": seen})
    assert "Only a publisher can approve this." in response.text
    assert verdict() == Outcome.UNRECOGNISED


def test_the_notices_own_form_changes_nothing_public(editor, public):
    """Whatever an editor saves, the public reads what was published."""
    url = reverse("admin:recalls_recall_change", args=[public.pk])
    data = form_values(editor.get(url)) | {
        "status": "withdrawn",
        "firm": "Somebody else",
        "texts-0-hazard": "None at all.",
    }
    assert editor.post(url, data).status_code == 302
    assert verdict() == Outcome.RECALLED
    shown = editor.get("/en/recalls/a3102/").text
    assert "Somebody else" not in shown
    assert "None at all." not in shown


def test_get_changes_nothing(publisher, draft):
    publisher.get(page(draft, "publish"), {"do": "publish"})
    publisher.get(page(draft, "withdraw"), {"do": "request"})
    assert not Publication.objects.exists()


def test_an_unknown_button_does_nothing(editor, publisher, draft):
    press(editor, page(draft, "publish"), "request")
    response = decide(publisher, Publication.objects.get(), "burn")
    assert "Choose one of the buttons." in response.text


@pytest.mark.parametrize("name", PAGES)
def test_a_notice_that_is_not_there(publisher, name):
    url = reverse(f"admin:recalls_recall_{name[0]}", args=[999, *name[1:]])
    assert publisher.get(url).status_code == 404


def test_the_products_list_complete_is_off_until_published(public):
    set_complete(public)
    assert Product.objects.get().list_complete
    assert verdict(UNLISTED, "A3102") == Outcome.LIST_INCOMPLETE
