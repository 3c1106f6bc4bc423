"""Where a publication changes what the notice's test codes are answered, staff see each old answer
beside the new one and take them all at once; a list becomes complete with what it rests on."""

import pytest

from recalls.lists.steps import make_active
from recalls.models import CodeList, Outcome, Publication
from recalls.publishing.permissions import changed_by
from recalls.publishing.plan import plan_publication
from recalls.staff.pages import publish_pages
from tests.support.admin_pages import address, send
from tests.support.factories import make_list
from tests.support.people import ADMINISTRATOR, EDITOR, make_person, signed_in
from tests.support.publish_pages import (
    CODE,
    UNLISTED,
    decide,
    make_draft,
    make_live,
    make_with_two_answers,
    page,
    press,
    set_complete,
    verdict,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
TOLD = {"reason": "The maker confirmed the list.", "changed_en": "The list is complete."}


@pytest.fixture
def public():
    return make_with_two_answers()


def answers_on(client, recall):
    shown = client.get(page(recall, "publish")).context
    rows = [(test.test_code.typed, test.given) for test in shown["new_answers"]]
    return rows, shown["answers"]


def take(client, recall, answers, **typed):
    """Tick the new answers and ask for the publication, with one press."""
    data = {"takes_answers": "on", "answers": answers, **TOLD, **typed}
    return press(client, page(recall, "publish"), "request", **data)


def expected(recall):
    return dict(recall.products.get().test_codes.values_list("typed", "expected"))


def test_a_list_that_becomes_complete_takes_its_new_answers_in_one_press(pat, sam, public):
    client = signed_in(pat)
    assert answers_on(client, public) == ([], "")
    set_complete(public)
    rows, answers = answers_on(client, public)
    assert rows == [(UNLISTED, Outcome.NOT_LISTED)]
    untaken = press(client, page(public, "publish"), "request", **TOLD).context["form"].errors
    assert [*untaken] == ["takes_answers"]

    # Where something is missing nothing is taken, and what was typed is still there.
    refused = take(client, public, answers, changed_en="")
    assert refused.context["form"]["reason"].value() == TOLD["reason"]
    assert expected(public)[UNLISTED] == "list_incomplete"

    taken = take(client, public, answers)

    assert "1 test code expects its new answer." in taken.text
    assert "It waits for somebody who may approve it." in taken.text
    assert expected(public) == {CODE: "recalled", UNLISTED: "not_listed"}
    assert verdict(UNLISTED, "A3102") == Outcome.LIST_INCOMPLETE
    decide(signed_in(sam), Publication.objects.get(status="waiting"), "approve")
    assert verdict(UNLISTED, "A3102") == Outcome.NOT_LISTED


def test_the_tick_is_not_offered_again_with_the_text(pat, public):
    """The answers may be others by then, which nobody has compared."""
    client = signed_in(pat)
    set_complete(public)
    take(client, public, answers_on(client, public)[1], changed_en="")
    form = client.get(page(public, "publish")).context["form"]
    assert form["reason"].value() == TOLD["reason"]
    assert not form["takes_answers"].value()


def test_only_answers_that_were_shown_are_taken(pat, public):
    client = signed_in(pat)
    set_complete(public)
    _, answers = answers_on(client, public)
    public.products.get().rules.create(text=UNLISTED)  # recalled by now
    for sent in (answers, "", "0" * 64):
        assert "Compare them again." in take(client, public, sent).text
    assert expected(public)[UNLISTED] == "list_incomplete"
    assert not Publication.objects.filter(status="waiting").exists()
    _, answers = answers_on(client, public)
    take(client, public, answers)
    assert expected(public)[UNLISTED] == "recalled"


def test_what_somebody_else_changes_meanwhile_is_not_asked_for(pat, public, monkeypatch):
    """Between the answers that are taken and the plan with them."""
    set_complete(public)
    client = signed_in(pat)
    _, answers = answers_on(client, public)
    plan_again = publish_pages.plan_publication

    def plan_publication(recall, **how):
        if expected(public)[UNLISTED] == "not_listed":
            public.products.get().rules.create(text="ACCJRU1D11111111")
        return plan_again(recall, **how)

    monkeypatch.setattr(publish_pages, "plan_publication", plan_publication)
    assert "Somebody changed the notice" in take(client, public, answers).text
    assert not Publication.objects.filter(status="waiting").exists()


def test_answers_can_be_taken_where_nothing_else_has_changed(pat, public):
    """Another notice changed what a code of this one is answered: nothing here becomes public."""
    make_live(make_draft(slug="other", rule=UNLISTED))
    client = signed_in(pat)
    rows, answers = answers_on(client, public)
    assert rows == [(UNLISTED, Outcome.RECALLED)]
    told = take(client, public, answers, reason="", changed_en="").text
    assert "1 test code expects its new answer." in told
    assert expected(public)[UNLISTED] == "recalled"


def test_a_less_cautious_answer_alone_needs_what_the_public_reads_too(pat, public):
    """The notice is as it was, but another one no longer recalls the code."""
    product = public.products.get()
    product.test_codes.filter(typed=UNLISTED).update(expected="recalled")
    live = Publication.objects.get(recall=public, status="live")
    for row in live.content["test_codes"]:
        row["expected"] = "recalled"
    Publication.objects.filter(pk=live.pk).update(content=live.content)
    client = signed_in(pat)
    _, answers = answers_on(client, public)
    told = take(client, public, answers, reason="", changed_en="")
    assert "1 test code expects its new answer." in told.text
    assert {*told.context["form"].errors} == {"reason", "changed_en"}
    assert not Publication.objects.filter(status="waiting").exists()
    press(client, page(public, "publish"), "request", **TOLD)
    assert Publication.objects.get(status="waiting").warns_less


def test_who_takes_an_answer_has_changed_the_notice(pat, sam, public):
    set_complete(public)
    client = signed_in(sam)
    take(client, public, answers_on(client, public)[1])
    assert sam.pk in changed_by(public)
    decide(client, Publication.objects.get(status="waiting"), "cancel")
    press(signed_in(pat), page(public, "publish"), "request", **TOLD)
    waiting = Publication.objects.get(status="waiting")
    assert "you have changed something" in decide(client, waiting, "approve").text
    assert verdict(UNLISTED, "A3102") == Outcome.LIST_INCOMPLETE


def test_a_test_code_that_expects_a_less_cautious_answer_takes_two(public):
    row = public.products.get().test_codes.get(typed=UNLISTED)
    row.expected = "not_listed"
    row.save()
    assert "“Not listed” in place of “List incomplete”" in " ".join(
        plan_publication(public, is_whole=False).warns_less
    )
    row.expected = "recalled"
    row.save()
    assert plan_publication(public, is_whole=False).warns_less == []


def test_a_test_code_without_an_answer_is_not_taken(pat, public, monkeypatch):
    from recalls.publishing import plan

    set_complete(public)
    client = signed_in(pat)
    _, answers = answers_on(client, public)
    try_all, try_nearest = plan.try_test_codes, plan.try_nearest

    def without_answer(tests):
        return [type(test)(**(vars(test) | {"given": ""})) for test in tests]

    monkeypatch.setattr(plan, "try_test_codes", lambda *args: without_answer(try_all(*args)))
    monkeypatch.setattr(
        plan, "try_nearest", lambda *args: (without_answer(try_nearest(*args)[0]), 0)
    )
    assert "One of them found no answer." in client.get(page(public, "publish")).text
    assert "It waits" not in take(client, public, answers).text
    assert expected(public)[UNLISTED] == "list_incomplete"


def test_others_take_nothing(public):
    set_complete(public)
    answers = answers_on(signed_in(make_person("eve", EDITOR)), public)[1]
    adam, sent = signed_in(make_person("adam", ADMINISTRATOR)), {"takes_answers": "on", **TOLD}
    sent |= {"do": "request", "answers": answers, "seen": plan_publication(public).seen}
    assert adam.post(page(public, "publish"), sent).status_code == 403
    assert expected(public)[UNLISTED] == "list_incomplete"


def test_a_list_is_complete_with_the_very_publication_of_its_rules(pat, sam):
    """Both are drafts, and one approval of a second person makes both public."""
    recall = make_draft()
    client = signed_in(make_person("eve", EDITOR))
    assert send(client, address(recall.products.get()), {"list_complete": "on"}).status_code == 302
    asked = press(signed_in(pat), page(recall, "publish"), "publish", reason="All are in.")
    assert "another person than you has to approve it" in asked.text
    assert not Publication.objects.exists()
    assert (
        "This field is required." in press(signed_in(pat), page(recall, "publish"), "request").text
    )
    press(signed_in(pat), page(recall, "publish"), "request", reason="All are in.")
    decide(signed_in(sam), Publication.objects.get(), "approve")
    assert verdict() == Outcome.RECALLED
    assert verdict(UNLISTED, "A3102") == Outcome.NOT_LISTED


def test_exclusions_alone_make_no_list_complete(pat):
    recall = make_draft()
    product = recall.products.get()
    product.rules.update(effect="not_recalled")
    refused = send(signed_in(pat), address(product), {"list_complete": "on"})
    assert "no rule or active list of recalled codes" in refused.text


def test_a_draft_rule_that_is_deleted_ends_the_completeness(public):
    product = public.products.get()
    draft = product.rules.create(text="ACCJRU1D19000000")
    set_complete(public)
    draft.delete()
    product.refresh_from_db()
    assert not product.list_complete


def test_one_publication_adds_a_list_and_sets_it_complete(pat, sam, public):
    code_list = make_list(product=public.products.get(), codes=["ACCJRU1D20000001"], status="draft")
    make_active(code_list=code_list, by=make_person("eve", EDITOR))
    set_complete(public)
    client = signed_in(pat)
    take(client, public, answers_on(client, public)[1])
    press(client, page(public, "publish"), "request", **TOLD)
    assert verdict("ACCJRU1D20000001") != Outcome.RECALLED
    decide(signed_in(sam), Publication.objects.get(status="waiting"), "approve")
    assert verdict("ACCJRU1D20000001") == Outcome.RECALLED
    assert verdict(UNLISTED, "A3102") == Outcome.NOT_LISTED
    assert CodeList.objects.get().status == CodeList.Status.ACTIVE
