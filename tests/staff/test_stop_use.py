"""A stop-use notice becomes public without the codes that are entered already, by one person; and
who may approve what warns less is said by name."""

import pytest

from recalls.models import Outcome, Publication, Recall
from recalls.publishing import steps
from recalls.publishing.permissions import changed_by, who_may_approve
from recalls.publishing.plan import plan_without_codes
from tests.support.admin_pages import address, send
from tests.support.factories import make_list, make_rule
from tests.support.people import EDITOR, PUBLISHER, make_person, signed_in
from tests.support.publish_pages import (
    CODE,
    UNLISTED,
    decide,
    make_draft,
    page,
    press,
    review_of,
    set_complete,
    verdict,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
LISTED = "ACCJRU1D20000001"
WITHOUT = "Publish the stop-use notice without its codes"
TOLD = {"reason": "The maker confirmed the list.", "changed_en": "The list is complete."}


@pytest.fixture
def draft():
    """Its rules and its list are entered, a test code rests on them, and none is ready."""
    recall = make_draft()
    product = recall.products.get()
    make_list(product=product, codes=[LISTED])
    product.test_codes.create(typed=CODE, expected="recalled")
    product.rules.update(text="not to be read")
    return recall


# Without the codes --------------------------------------------------------------------------------


def test_the_codes_are_left_out_and_everything_that_fits_is_stopped(pat, sam, draft):
    client = signed_in(pat)
    assert WITHOUT in client.get(page(draft, "publish")).text
    refused = press(client, page(draft, "publish"), "publish")
    assert "rule “not to be read”" in refused.text
    assert not Publication.objects.exists()

    done = press(client, page(draft, "publish"), "publish_without_codes")

    assert "It is public." in done.text
    publication = Publication.objects.get()
    assert [publication.content[name] for name in ("rules", "lists", "test_codes")] == [[], [], []]
    assert "Its rules and lists are left out" in publication.summary
    for code in (LISTED, CODE, UNLISTED):
        assert verdict(code, "A3102") == Outcome.LIST_INCOMPLETE
    rule = draft.products.get().rules.get()
    assert rule.status == "draft"
    # They follow with the next publication, and nobody forgets them.
    assert "The public does not read this yet:" in client.get(address(draft)).text
    rule.text = CODE
    rule.save()
    press(client, page(draft, "publish"), "publish", reason="The codes are in.")
    assert (verdict(LISTED), verdict(CODE)) == (Outcome.RECALLED, Outcome.RECALLED)


def test_a_complete_list_is_left_out_too_and_one_person_is_enough(pat, draft):
    product = draft.products.get()
    product.rules.update(text=CODE)
    set_complete(draft)
    press(signed_in(pat), page(draft, "publish"), "publish_without_codes")
    assert verdict(UNLISTED, "A3102") == Outcome.LIST_INCOMPLETE
    product.refresh_from_db()
    assert product.list_complete  # as staff entered it: it takes the second person, later


def test_who_entered_the_codes_that_were_left_out_does_not_approve_them(pat, sam, draft):
    product = draft.products.get()
    product.rules.update(text=CODE)
    for text, effect in (("ACCJRU1D16400842", "not_recalled"), ("ACCJRU1D16400*", "recalled")):
        lines = {"rules-1-text": text, "rules-1-effect": effect}
        if effect == "not_recalled":
            assert send(signed_in(sam), address(product), lines).status_code == 302
    press(signed_in(pat), page(draft, "publish"), "publish_without_codes")
    assert sam.pk in changed_by(draft)
    asked = press(signed_in(pat), page(draft, "publish"), "request", **TOLD)
    assert "It waits for somebody" in asked.text
    waiting = Publication.objects.get(status="waiting")
    assert "(not recalled)" in waiting.warns_less
    assert "you have changed something" in decide(signed_in(sam), waiting, "approve").text


def test_an_editor_asks_for_it(pat, draft):
    press(signed_in(make_person("eve", EDITOR)), page(draft, "publish"), "request_without_codes")
    waiting = Publication.objects.get(status="waiting")
    assert waiting.content["rules"] == []
    decide(signed_in(pat), waiting, "approve")
    assert verdict(LISTED, "A3102") == Outcome.LIST_INCOMPLETE


def test_a_notice_that_is_public_keeps_its_codes(pat, draft):
    draft.products.get().rules.update(text=CODE)
    steps.publish_from_shell(recall=draft)
    assert WITHOUT not in signed_in(pat).get(page(draft, "publish")).text
    make_rule(product=draft.products.get(), text="ACCJRU1D16400845", status="draft")
    press(
        signed_in(pat), page(draft, "publish"), "publish_without_codes", reason="Nothing is left."
    )
    assert verdict(CODE) == Outcome.RECALLED
    with pytest.raises(Exception, match="was public already"):
        plan_without_codes(draft)


def test_without_rules_and_lists_there_is_one_button(pat):
    recall = make_draft()
    recall.products.get().rules.all().delete()
    shown = signed_in(pat).get(page(recall, "publish")).text
    assert "Publish the stop-use notice now" in shown
    assert WITHOUT not in shown


# Who may approve ----------------------------------------------------------------------------------


def test_who_may_approve_is_named_before_and_after_it_is_asked_for(pat, sam):
    recall = make_draft()
    steps.publish_from_shell(recall=recall)
    set_complete(recall)
    make_person("eve", EDITOR)
    told = "Who may approve it: sam."
    assert told in signed_in(pat).get(page(recall, "publish")).text
    press(signed_in(pat), page(recall, "publish"), "request", **TOLD)
    waiting = Publication.objects.get(status="waiting")
    assert told in signed_in(pat).get(review_of(waiting)).text
    assert who_may_approve(waiting) == [sam]


def test_two_publishers_who_both_edited_read_the_way_out(pat, sam):
    recall = make_draft()
    steps.publish_from_shell(recall=recall)
    assert send(signed_in(sam), address(recall), {"importer": "A typo less"}).status_code == 302
    product = recall.products.get()
    assert send(signed_in(pat), address(product), {"list_complete": "on"}).status_code == 302
    way_out = "Nobody may approve it now"
    assert way_out in signed_in(pat).get(page(recall, "publish")).text
    press(signed_in(pat), page(recall, "publish"), "request", **TOLD)
    waiting = Publication.objects.get(status="waiting")
    for person in (pat, sam):
        assert way_out in signed_in(person).get(review_of(waiting)).text
    # The way that the page names: one more publisher, who changed nothing.
    tom = make_person("tom", PUBLISHER)
    assert "Who may approve it: tom." in signed_in(pat).get(review_of(waiting)).text
    decide(signed_in(tom), waiting, "approve")
    assert verdict(UNLISTED, "A3102") == Outcome.NOT_LISTED
    assert Recall.objects.get().importer == "A typo less"


def test_a_superuser_and_an_inactive_publisher_are_not_named(pat, admin_user):
    make_person("gone", PUBLISHER, is_active=False)
    recall = make_draft()
    steps.publish_from_shell(recall=recall)
    set_complete(recall)
    assert "Nobody may approve it now" in signed_in(pat).get(page(recall, "publish")).text
