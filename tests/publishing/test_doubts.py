"""What needs a reason that two people read: wide rules, unlike numbers, too many false clears."""

import random

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from recalls.check import ladder
from recalls.models import IdentificationRule, Product, Publication, RecallCountry
from recalls.publishing import doubts, steps
from recalls.publishing.plan import plan_publication, plan_withdrawal
from tests.support.factories import make_list, make_product, make_public, make_recall, make_rule
from tests.support.pages import words
from tests.support.people import EDITOR, make_person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

WHY = "The notice itself gives 57V and eleven digits."
CHANGED = {"reason": "The maker asked for it."}


def make_draft(rule="57V###########", units=83_500, shapes="57V###########", **values):
    recall = make_recall(slug="bfg", status="draft")
    RecallCountry.objects.filter(recall=recall).update(units=units)
    product = make_product(recall=recall, model_numbers="SQ1TW", shapes=shapes, **values)
    if rule:
        make_rule(product=product, text=rule, status="draft")
    return recall


def seen_alike(count=400):
    """Codes of digits that are seen alike and are no confusables: more than six slips of 1,000 are
    cleared."""
    rng = random.Random(3)
    return sorted({"".join(rng.choices("49", k=12)) for _ in range(count)})


def make_complete(recall):
    steps.publish_from_shell(recall=recall)
    recall.refresh_from_db()
    product = recall.products.get()
    product.list_complete = True
    product.full_clean()
    product.save()
    return recall


def to_explain(recall):
    return plan_publication(recall).doubts.to_explain


# Rules much wider than the notice -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "units", "many"),
    [
        ("57V###########", 83_500, "100,000,000,000 codes"),
        ("57V00000001000 to 57V00000001999", 99, "1,000 codes"),
    ],
)
def test_a_rule_much_wider_than_the_notice_needs_a_reason(rule, units, many):
    product = "Example Tone (SQ1TW)"
    assert to_explain(make_draft(rule, units)) == (
        f"{product}: the rule “{rule}” covers {many}, and the notice speaks of {units:,} units.",
    )


def test_a_rule_without_an_end_needs_a_reason():
    (sentence,) = to_explain(make_draft("57V*", 83_500, shapes=""))
    assert "covers any number of codes" in sentence


@pytest.mark.parametrize(
    ("rule", "units"),
    [
        ("57V00000001000 to 57V00000001999", 100),
        ("57V###########", None),  # nothing to compare with
    ],
)
def test_other_rules_need_none(rule, units):
    assert to_explain(make_draft(rule, units)) == ()


def test_a_rule_that_takes_codes_out_needs_none():
    recall = make_draft("57V00000001000")
    make_rule(product=recall.products.get(), text="57V1*", effect="not_recalled", status="draft")
    assert to_explain(recall) == ()


def test_a_rule_that_is_public_was_explained_before():
    recall = make_draft()
    steps.publish_from_shell(recall=recall)
    make_rule(product=recall.products.get(), text="57V00000000001", status="draft")
    assert to_explain(recall) == ()


def test_one_person_warns_at_once_with_a_reason_and_a_second_reads_it(pat, sam):
    plan = plan_publication(make_draft())
    with pytest.raises(ValidationError, match="Say why this is right"):
        steps.publish(plan=plan, by=pat)
    assert not Publication.objects.exists()

    publication = steps.publish(plan=plan, by=pat, explanation=WHY)

    assert ladder.check_code("57V12345678901").outcome == "recalled"
    assert publication.explanation == WHY
    assert "100,000,000,000 codes" in publication.to_explain
    assert publication in steps.awaiting_review()
    with pytest.raises(ValidationError, match="tick that you have"):
        steps.record_review(publication=publication, by=sam)
    steps.record_review(publication=publication, by=sam, has_read=True)
    assert publication not in steps.awaiting_review()
    assert LogEntry.objects.latest("pk").change_message == (
        "Took the second look. The reason was read."
    )


@pytest.mark.parametrize("explanation", ["", "  \n"])
def test_an_editor_gives_the_reason_too(explanation):
    plan = plan_publication(make_draft())
    eve = make_person("eve", EDITOR)
    with pytest.raises(ValidationError, match="Say why this is right"):
        steps.request_publication(plan=plan, by=eve, explanation=explanation)


def test_who_approves_says_that_they_read_it(pat):
    plan, eve = plan_publication(make_draft()), make_person("eve", EDITOR)
    publication = steps.request_publication(plan=plan, by=eve, explanation=WHY)
    with pytest.raises(ValidationError, match="tick that you have"):
        steps.approve(publication=publication, by=pat)
    assert ladder.check_code("57V12345678901").outcome == "unrecognised"
    steps.approve(publication=publication, by=pat, has_read=True)
    assert ladder.check_code("57V12345678901").outcome == "recalled"


def test_the_database_keeps_no_publication_without_its_reason(pat):
    plan = plan_publication(make_draft())
    publication = steps.publish(plan=plan, by=pat, explanation=WHY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Publication.objects.filter(pk=publication.pk).update(explanation="")
    # What came from the shell has nobody to ask.
    Publication.objects.filter(pk=publication.pk).update(
        explanation="", asked_by=None, decided_by=None
    )


# Codes and units ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("units", "told"),
    [
        (1_158_000, "Recalled units may be missing"),
        (1_112, "Recalled units may be missing"),
        (1_111, ""),
        (1_000, ""),
        (910, ""),
        (909, "Codes of other units may be among them"),
        (None, ""),
    ],
)
def test_a_list_is_set_complete_against_the_units_of_the_notice(units, told):
    recall = make_complete(make_draft("57V00000001000 to 57V00000001999", units))
    sentences = to_explain(recall)
    assert [told in sentence for sentence in sentences] == ([True] if told else [])
    notes = " ".join(plan_publication(recall).doubts.notes)
    if units:
        assert f"1,000 codes stand against {units:,} units" in notes
    else:
        assert "The notice gives no number of units" in notes


def test_codes_of_a_product_that_is_not_complete_yet_are_not_missed():
    recall = make_draft("57V00000001000 to 57V00000001999", 5_000)
    make_product(recall=recall, model_numbers="SQ2", shapes="58V###########")
    product = recall.products.get(model_numbers="SQ1TW")
    steps.publish_from_shell(recall=recall)
    product.list_complete = True
    product.save()
    assert to_explain(recall) == ()


def test_it_takes_two_people_who_read_the_reason(pat, sam):
    recall = make_complete(make_draft("57V00000001000 to 57V00000001999", 1_158_000))
    plan = plan_publication(recall)
    with pytest.raises(ValidationError, match="another person"):
        steps.publish(plan=plan, by=pat, explanation="So the maker says.", **CHANGED)
    publication = steps.request_publication(
        plan=plan, by=pat, explanation="So the maker says.", **CHANGED
    )
    with pytest.raises(ValidationError, match="tick that you have"):
        steps.approve(publication=publication, by=sam)
    steps.approve(publication=publication, by=sam, has_read=True)
    publication.refresh_from_db()
    assert publication.status == Publication.Status.LIVE
    assert LogEntry.objects.latest("pk").change_message == "Published. The reason was read."


@pytest.mark.parametrize(
    ("units", "share"),
    [(200_000, "fewer than 1 in 100"), (2_000, "50 in 100"), (1_000, "100 in 100"),
     (900, "111 in 100"), (500, "2 codes for each"), (4, "250 codes for each")],
)  # fmt: skip
def test_the_codes_stand_beside_the_units(units, share):
    (note,) = plan_publication(make_draft("57V00000001000 to 57V00000001999", units)).doubts.notes
    assert note == f"1,000 codes stand against {units:,} units in the notice: {share}."


# False clears -------------------------------------------------------------------------------------


@pytest.fixture
def alike():
    """A list that would be complete with more false clears than six."""
    codes = seen_alike()
    recall = make_draft("", len(codes), shapes="############")
    make_list(recall.products.get(), codes)
    return make_complete(recall)


def test_more_than_six_false_clears_need_a_reason_that_two_people_read(alike, pat, sam):
    plan = plan_publication(alike)
    (sentence,) = plan.doubts.to_explain
    assert "of 1,000 slips in recalled codes about" in sentence
    assert sentence.endswith("would be cleared, more than 6.")
    # One person: with a reason, but alone; or with another, but without a reason.
    with pytest.raises(ValidationError, match="another person"):
        steps.publish(plan=plan, by=pat, explanation="No other digits are used.", **CHANGED)
    with pytest.raises(ValidationError, match="Say why this is right"):
        steps.request_publication(plan=plan, by=pat, **CHANGED)
    # Two, who have both read it.
    publication = steps.request_publication(
        plan=plan, by=pat, explanation="No other digits are used.", **CHANGED
    )
    assert publication.to_explain == sentence
    assert any("The aim is 5 or fewer." in line for line in publication.summary.splitlines())
    with pytest.raises(ValidationError, match="tick that you have"):
        steps.approve(publication=publication, by=sam)
    steps.approve(publication=publication, by=sam, has_read=True)
    assert ladder.check_code("110011001100", "SQ1TW").outcome == "not_listed"


def test_both_read_it_on_their_pages(alike, pat, sam):
    page = reverse("admin:recalls_recall_publish", args=[alike.pk])
    asker, approver = signed_in(pat), signed_in(sam)
    response = asker.get(page)
    assert "Needs a reason, which two people read:" in response.text
    assert "would be cleared, more than 6." in response.text
    data = {"do": "ask", "seen": response.context["form"].initial["seen"], **CHANGED}
    data["changed_en"] = "The list is complete."
    refused = asker.post(page, data)
    assert refused.context["form"].errors.keys() == {"explanation"}
    asker.post(page, data | {"explanation": "No other digits are used."})
    publication = Publication.objects.get(status="waiting")

    review = reverse("admin:recalls_publication_review", args=[publication.pk])
    shown = approver.get(review).text
    assert "would be cleared, more than 6." in shown
    assert "No other digits are used." in shown
    assert "The aim is 5 or fewer." in shown
    assert 'name="has_read"' in shown
    assert 'name="has_read"' not in asker.get(review).text
    refused = approver.post(review, {"do": "approve"})
    assert "tick that you have" in refused.text
    approver.post(review, {"do": "approve", "has_read": "on"})
    publication.refresh_from_db()
    assert publication.status == Publication.Status.LIVE


def test_it_is_not_asked_again_while_the_codes_are_the_same(alike, pat, sam):
    publication = steps.request_publication(
        plan=plan_publication(alike), by=pat, explanation="So it is.", **CHANGED
    )
    steps.approve(publication=publication, by=sam, has_read=True)
    alike.texts.filter(language="en").update(hazard="It can burn.")
    plan = plan_publication(alike)
    assert plan.doubts.to_explain == ()
    assert plan.doubts._newly_settled == []
    # Once more codes come, it is.
    make_rule(product=alike.products.get(), text="499999999999", status="draft")
    assert "more than 6" in to_explain(alike)[0]


def test_a_forecast_that_cannot_be_worked_out_needs_a_reason(alike, monkeypatch):
    def unavailable(*args, **kwargs):
        raise ladder.Unavailable

    monkeypatch.setattr(doubts, "forecast", unavailable)
    assert to_explain(alike) == ("Example Tone (SQ1TW): the forecast could not be worked out.",)


def test_a_list_below_the_limit_shows_its_forecast_and_asks_nothing():
    recall = make_complete(make_draft("57V00000001000 to 57V00000001999", 1_000))
    plan = plan_publication(recall)
    assert plan.doubts.to_explain == ()
    assert any("Of 1,000 people who make one slip" in note for note in plan.doubts.notes)


def test_nothing_is_forecast_for_an_incomplete_list_or_a_withdrawal(alike, monkeypatch):
    monkeypatch.setattr(doubts, "forecast", None)  # it would fail if it were called
    make_public(alike)
    assert plan_withdrawal(alike).doubts.to_explain == ()
    assert plan_withdrawal(alike).doubts.notes == ()
    Product.objects.update(list_complete=False)
    assert plan_publication(alike).doubts.to_explain == ()
    assert IdentificationRule.objects.count() == 0


# The product's own page ---------------------------------------------------------------------------


def test_the_products_page_leads_to_its_forecast(pat):
    product = make_draft("57V00000001000 to 57V00000001999").products.get()
    client = signed_in(pat)
    address = reverse("admin:recalls_product_forecast", args=[product.pk])
    change = reverse("admin:recalls_product_change", args=[product.pk])
    assert address in client.get(change).text
    shown = client.get(address).text
    assert "would be told “not on the list” in the end." in shown
    assert "The list is not set complete now, so nothing is cleared yet." in shown
    assert "so the list can be set complete only with a reason" not in shown


def test_its_forecast_says_that_it_is_above_the_limit(alike, pat):
    address = reverse("admin:recalls_product_forecast", args=[alike.products.get().pk])
    shown = words(signed_in(pat).get(address).text)
    assert "so the list can be set complete only with a reason that two people read." in shown


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"identified_by": "every_unit"}, "No code of this product is ever answered"),
        ({"shapes": ""}, "Enter what its codes look like"),
        ({"shapes": "57V*"}, "Enter what its codes look like"),
    ],
)
def test_a_product_that_clears_nothing_has_no_forecast(values, sentence, pat):
    product = make_draft("").products.get()
    Product.objects.update(**values)
    address = reverse("admin:recalls_product_forecast", args=[product.pk])
    assert sentence in signed_in(pat).get(address).text


def test_who_may_not_see_products_gets_no_forecast():
    product = make_draft("").products.get()
    address = reverse("admin:recalls_product_forecast", args=[product.pk])
    assert signed_in(make_person("nobody")).get(address).status_code == 403
