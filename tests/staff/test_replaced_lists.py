"""A list that is replaced keeps its product complete, under one approval that reads the figures;
and no publication of one person escapes its second look."""

import pytest

from recalls.lists.steps import make_active, withdraw
from recalls.models import Outcome, Product, Publication
from recalls.publishing import steps
from recalls.publishing.plan import plan_publication
from tests.support.factories import make_list, make_product, make_public, make_recall
from tests.support.people import EDITOR, PUBLISHER, make_person, signed_in
from tests.support.publish_pages import decide, page, press, review_of, verdict

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
GONE, KEPT, NEW = "ABCD12345001", "ABCD56789002", "ABCD90817003"
TOLD = {"reason": "The maker sent a new list.", "changed_en": "The list is replaced."}


@pytest.fixture
def people():
    return {
        "pat": make_person("pat", PUBLISHER),
        "sam": make_person("sam", PUBLISHER),
        "eve": make_person("eve", EDITOR),
    }


@pytest.fixture
def public():
    """A notice whose product has a complete list of two codes."""
    recall = make_recall(slug="a3102")
    product = make_product(recall=recall, model_numbers="A3102", shapes="ABCD########")
    make_list(product=product, codes=[GONE, KEPT])
    Product.objects.update(list_complete=True)
    make_public(recall)
    return recall


def replace_list(public, person, codes):
    product = public.products.get()
    old = product.code_lists.get(status="active")
    new = make_list(product=product, codes=codes, status="draft")
    make_active(code_list=new, by=person, replaces=old)
    return new


def answer(code):
    return verdict(code, "A3102")


def test_one_approval_replaces_the_list_and_keeps_it_complete(people, public):
    assert answer(GONE) == Outcome.RECALLED
    replace_list(public, people["eve"], [KEPT, NEW])
    asked = press(signed_in(people["pat"]), page(public, "publish"), "request", **TOLD)
    assert "It waits for somebody" in asked.text
    waiting = Publication.objects.get(status="waiting")
    assert "1 of the codes stand in no other list." in waiting.warns_less
    assert answer(GONE) == Outcome.RECALLED
    decide(signed_in(people["sam"]), waiting, "approve")
    assert answer(NEW) == Outcome.RECALLED
    assert answer(GONE) == Outcome.NOT_LISTED
    assert Product.objects.get().list_complete


def test_lists_that_replace_one_another_before_they_are_public_do_so_too(people, public):
    replace_list(public, people["eve"], [KEPT, NEW])
    replace_list(public, people["eve"], [KEPT, NEW, GONE])
    assert plan_publication(public).missing == []


def test_a_list_that_is_withdrawn_ends_it(people, public):
    code_list = public.products.get().code_lists.get()
    withdraw(code_list=code_list, by=people["eve"], reason="Wrong file.")
    assert not Product.objects.get().list_complete
    Product.objects.update(list_complete=True)
    assert "a rule or list is taken out" in " ".join(plan_publication(public).missing)


def test_the_second_person_reads_the_counts_and_what_was_left_out(people, public):
    new = replace_list(public, people["eve"], [KEPT, NEW])
    type(new).objects.filter(pk=new.pk).update(
        rows_refused=15, waiver="Remarks of the maker's,\nno codes."
    )
    asker = signed_in(people["pat"])
    counts = "From then on 2 codes of this notice answer as recalled; until then 2 codes do."
    left_out = "were refused and left out: Remarks of the maker&#x27;s,"
    shown = asker.get(page(public, "publish")).text
    assert counts in shown
    assert left_out in shown
    press(asker, page(public, "publish"), "request", **TOLD)
    seen = signed_in(people["sam"]).get(review_of(Publication.objects.get(status="waiting"))).text
    assert counts in seen
    assert left_out in seen


def test_the_second_person_reads_which_answer_a_test_code_expects_now(people, public):
    product = public.products.get()
    test_code = product.test_codes.create(typed=NEW, names_product=True, expected="not_listed")
    make_public(public)
    test_code.expected = Outcome.RECALLED
    test_code.save()
    product.rules.create(text=NEW)
    publication = steps.request_publication(
        plan=plan_publication(public), by=people["eve"], reason="One more."
    )
    expected, was = Outcome.RECALLED.label, Outcome.NOT_LISTED.label
    sentence = f"Test code {NEW} with its product named: expects “{expected}” in place of “{was}”."
    assert sentence in publication.summary


def test_the_sentence_about_other_codes_says_what_the_public_will_read(people, public):
    Product.objects.update(list_complete=False)
    make_public(public)
    Product.objects.update(list_complete=True, checker_url="https://example.org/check")
    make = " ".join(change.sentence for change in plan_publication(public).changes)
    assert "Codes that are not on it are answered “Check with the maker”" in make
    assert "“not on the list”" not in make


def test_a_second_look_does_not_vanish_with_the_next_publication(people, public):
    product = public.products.get()
    product.rules.create(text=NEW)
    first = steps.publish(plan=plan_publication(public), by=people["pat"], reason="One more.")
    product.rules.create(text="ABCD77665544")
    asked = steps.request_publication(
        plan=plan_publication(public), by=people["eve"], reason="And one."
    )
    steps.approve(publication=asked, by=people["sam"])
    first.refresh_from_db()
    assert first.status == Publication.Status.PAST
    assert list(steps.awaiting_review()) == [first]
    sam = signed_in(people["sam"])
    assert review_of(first) in sam.get("/staff/").text
    decide(sam, first, "review")
    assert list(steps.awaiting_review()) == []
