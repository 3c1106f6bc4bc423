"""What waits or is not public yet is said where staff look, and what stops a step at its top."""

import pytest
from django.urls import reverse

from recalls.models import Recall
from recalls.publishing import steps
from recalls.publishing.plan import plan_publication
from recalls.publishing.unpublished import notices_with_unpublished_changes
from tests.support.admin_pages import address
from tests.support.factories import make_list, make_product, make_recall
from tests.support.people import EDITOR, make_person, signed_in
from tests.support.publish_pages import make_draft, page, press

pytestmark = pytest.mark.django_db
NOT_READ = "The public does not read this yet:"


@pytest.fixture
def public(pat):
    recall = make_draft()
    steps.publish(plan=plan_publication(recall), by=pat)
    recall.refresh_from_db()
    return recall


def start_page(client):
    return client.get("/staff/").context["changed_notices"][0]


def test_a_change_that_is_not_public_is_on_the_notice_and_the_start_page(pat, public):
    client = signed_in(pat)
    assert NOT_READ not in client.get(address(public)).text
    assert start_page(client) == []
    public.products.get().rules.create(text="ACCJRU1D10309381")
    shown = client.get(address(public)).text
    assert NOT_READ in shown
    assert "new, rule “ACCJRU1D10309381”" in shown
    assert start_page(client) == [public]
    assert page(public, "publish") in client.get("/staff/").text


def test_a_save_without_a_change_is_none(pat, public):
    public.products.get().save()
    assert notices_with_unpublished_changes() == ([], False)


def test_a_draft_is_not_among_them(pat):
    make_draft()
    assert notices_with_unpublished_changes() == ([], False)


def test_a_request_that_waits_is_on_the_notice(pat, public):
    public.products.get().rules.create(text="ACCJRU1D10309381")
    asked = steps.request_publication(
        plan=plan_publication(public), by=make_person("eve", EDITOR), reason="One more."
    )
    shown = signed_in(pat).get(address(public)).text
    assert f"A publication of this notice is open: {asked.get_status_display().lower()}" in shown
    assert reverse("admin:recalls_publication_review", args=[asked.pk]) in shown


def test_what_stops_a_publication_is_at_the_top_with_its_place(pat):
    client = signed_in(pat)
    recall = make_draft()
    product = recall.products.get()
    product.test_codes.create(typed="ACCJRU1D16400841", expected="inspect")
    recall.texts.all().delete()
    answer = press(client, page(recall, "publish"), "publish")
    faults = answer.context["faults"]
    assert faults[0][0].startswith(f"{address(recall)}#id_texts-")
    # New answers are one fault, at the tick that takes them; their table leads to the product.
    where, sentence = faults[-1]
    assert where == "#id_takes_answers"
    assert "Compare each with the official notice and tick this" in sentence
    assert "Test code ACCJRU1D16400841" not in str(faults)
    table = answer.text.split('id="new-answers"')[1].split("</table>")[0]
    assert f'<a href="{address(product)}">' in table
    assert answer.text.index('id="faults"') < answer.text.index("What changes for the public")


def test_the_start_page_begins_with_what_somebody_can_begin(pat):
    page = signed_in(pat).get("/staff/").text
    begin = page.split('aria-label="Begin something"')[1].split("</nav>")[0]
    assert address(Recall, "add") in begin
    assert address(Recall, "changelist") in begin
    assert page.index("Enter a notice") < page.index("Waits for you")


def test_a_reason_that_is_missing_leads_to_its_field(pat, public):
    public.products.get().rules.create(text="ACCJRU1D10309381")
    answer = press(signed_in(pat), page(public, "publish"), "publish", reason="")
    assert answer.context["faults"][0][0] == "#id_reason"


@pytest.mark.parametrize("words", ["Fire hazard", "PowerCore", "a3102-us", "ABCD12345678"])
def test_a_notice_is_found_by_title_product_address_and_code(pat, words):
    recall = make_recall(slug="a3102-us", status="draft")
    recall.texts.filter(language="en").update(title="Anker A3102: fire hazard")
    product = make_product(recall=recall, name="PowerCore 10000", shapes="ABCD########")
    make_list(product=product, codes=["ABCD12345678"], status="draft")
    other = make_recall(slug="other", status="draft")
    other.texts.update(title="Other")
    changelist = signed_in(pat).get(address(Recall, "changelist"), {"q": words})
    assert list(changelist.context["cl"].queryset) == [recall]
    assert "PowerCore 10000" in changelist.text
    assert "Anker A3102: fire hazard" in changelist.text


def test_signing_out_says_so(pat):
    answer = signed_in(pat).post(reverse("admin:logout"))
    assert "You are signed out." in answer.text
    assert "quality time" not in answer.text
