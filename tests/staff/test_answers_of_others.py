"""What one notice changes in the answers to another one's test codes: more cautious ones are taken
with one press on the other notice's page; less cautious ones stop the publication."""

import pytest

from recalls.models import Outcome, Publication
from recalls.publishing import steps
from recalls.publishing.plan import plan_publication
from recalls.publishing.test_codes import failing_now
from tests.support.admin_pages import address
from tests.support.people import EDITOR, make_person, signed_in
from tests.support.publish_pages import (
    UNLISTED,
    decide,
    make_draft,
    make_live,
    make_with_two_answers,
    page,
    press,
    verdict,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
TAKE = "Expect the new answers"
ASK = "Expect the new answers, and ask for publication"
IS_MORE_CAUTIOUS = "Another notice has made the answer to 1 test code of this one more cautious"
TOLD = {"reason": "The maker asked for it.", "changed_en": "The notice was wrong."}


@pytest.fixture
def public():
    return make_with_two_answers()


@pytest.fixture
def other(public):
    """Another public notice, which recalls the second code."""
    return make_live(make_draft(slug="other", rule=UNLISTED))


def buttons(response):
    return [part.split("</button>")[0].split(">")[-1] for part in response.text.split("<button")]


def press_as_shown(client, recall, do, **typed):
    """Press the button of the page with what stands in its fields."""
    shown = client.get(page(recall, "publish"))
    form = shown.context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    data |= {"do": do, "answers": shown.context["answers"], **typed}
    return client.post(page(recall, "publish"), data, follow=True)


def expected(recall):
    return recall.products.get().test_codes.get(typed=UNLISTED).expected


def test_a_publication_names_the_answers_of_others_that_it_makes_more_cautious(publisher, public):
    other = make_draft(slug="other", rule=UNLISTED)
    shown = publisher.get(page(other, "publish")).text
    assert "More cautious: take the new answer on the page of its notice afterwards" in shown
    assert f'href="{address(public)}"' in shown
    # It is not held up, and takes nothing of the other notice.
    told = press(publisher, page(other, "publish"), "publish", takes_answers="on").text
    assert "It is public." in told
    assert expected(public) == "list_incomplete"


def test_one_press_takes_the_new_answers_and_publishes_them(publisher, public, other):
    assert f"take the new answers of {public}" in publisher.get("/staff/").text
    assert IS_MORE_CAUTIOUS in " ".join(publisher.get(address(public)).text.split())
    assert IS_MORE_CAUTIOUS not in " ".join(publisher.get(address(other)).text.split())
    shown = publisher.get(page(public, "publish"))
    assert TAKE in buttons(shown)
    reason = shown.context["form"]["reason"].value()
    assert f"{UNLISTED}: “List incomplete” becomes “Recalled”." in reason

    told = press_as_shown(publisher, public, "publish").text

    assert "1 test code expects its new answer." in told
    assert "It is public." in told
    assert Publication.objects.get(recall=public, status="live").reason == reason
    assert expected(public) == verdict(UNLISTED, "A3102") == Outcome.RECALLED
    assert failing_now() == []
    assert IS_MORE_CAUTIOUS not in " ".join(publisher.get(address(public)).text.split())


def test_each_new_answer_leads_to_why_it_is_given(publisher, public, other):
    shown = publisher.get(page(public, "publish")).text
    query = f"?sn={UNLISTED}&amp;product=A3102"
    assert f"{page(public, 'try')}{query}" in shown
    tried = publisher.get(page(public, "try") + query.replace("&amp;", "&")).text
    assert "Now: Recalled" in tried
    assert f"other, {other.products.get()}: recalled, because rule “{UNLISTED}”." in tried


def test_an_editor_asks_for_them(public, other):
    client = signed_in(make_person("eve", EDITOR))
    shown = client.get(page(public, "publish"))
    assert ASK in [" ".join(name.split()) for name in buttons(shown)]
    assert 'value="publish"' not in shown.text
    assert "It waits for somebody who may approve it." in (
        press_as_shown(client, public, "request").text
    )
    assert Publication.objects.get(status="waiting").recall == public


def weaken(other):
    """Without a step that asks for anybody: as where the site itself answers otherwise."""
    live = Publication.objects.get(recall=other, status="live")
    Publication.objects.filter(pk=live.pk).update(content={**live.content, "rules": []})


def test_a_less_cautious_answer_is_never_taken_by_one_person(publisher, second, public, other):
    press_as_shown(publisher, public, "publish")
    weaken(other)
    shown = publisher.get(page(public, "publish"))
    assert shown.context["form"]["reason"].value() == ""
    assert 'value="publish"' not in shown.text
    told = press_as_shown(publisher, public, "publish", **TOLD).text
    assert "another person than you has to approve it" in told
    live = Publication.objects.get(recall=public, status="live")
    assert "recalled" in [row["expected"] for row in live.content["test_codes"]]
    press(publisher, page(public, "publish"), "request", **TOLD)
    decide(second, Publication.objects.get(status="waiting"), "approve")
    assert failing_now() == []


def test_what_makes_an_answer_that_was_taken_less_cautious_is_stopped(publisher, public, other):
    """Until the test code is taken out of its notice, by a publication of that one."""
    press_as_shown(publisher, public, "publish")
    wrong = {"slug": "other", "takes_answers": "on", **TOLD}
    refused = press(publisher, page(other, "withdraw"), "request", **wrong)
    assert f"Test code {UNLISTED} with its product named of a3102: Recalled is expected" in (
        str(refused.context["faults"])
    )
    assert not Publication.objects.filter(status="waiting").exists()
    public.products.get().test_codes.filter(typed=UNLISTED).delete()
    steps.publish(
        plan=plan_publication(public),
        by=make_person("ann", "Recall publishers"),
        reason="It rests on another notice.",
    )
    press(publisher, page(other, "withdraw"), "request", **wrong)
    assert Publication.objects.filter(status="waiting", recall=other).exists()
