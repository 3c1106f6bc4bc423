"""Staff enter a whole notice in the admin and publish it."""

import pytest
from django.contrib.admin.models import LogEntry

from recalls import languages
from recalls.check import ladder
from recalls.check.verdict import Outcome
from recalls.models import (
    IdentificationRule,
    Product,
    Publication,
    Recall,
    RecallCountry,
)
from tests.support.admin_pages import (
    CODE,
    RANGE,
    act,
    address,
    lines,
    make_public_recall,
    publish,
    said,
    send,
    text,
)
from tests.support.factories import (
    make_list,
    make_product,
    make_recall,
    make_text,
)
from tests.support.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def public():
    return make_public_recall()


NOTICE = {
    "slug": "anker-a3102",
    "firm": "Anker Innovations",
    "recall_date": "2024-12-05",
    "remedy_options": ["replace"],
    **lines("texts", text("en", "Fire hazard"), text("fr", "Incendie"), text("es", "Incendio")),
    **lines("countries", {"country": "US", "units": "69000", "phone": "1-800-988-7973"}),
    **lines(
        "products",
        {
            "brand": "Anker",
            "name": "Soundcore",
            "model_numbers": "A3102",
            "shapes": "?" * 16,
            "identified_by": "listed_codes",
        },
    ),
}


# From an empty site to an answer -----------------------------------------------------------------


def test_staff_enter_a_whole_notice_and_publish_it(publisher):
    response = send(publisher, address(Recall, "add"), NOTICE)
    recall = Recall.objects.get()
    assert response.status_code == 302
    assert recall.status == Recall.Status.DRAFT
    assert recall.recall_month.isoformat() == "2024-12-01"
    assert [row.language for row in recall.texts.all()] == ["en", "es", "fr"]
    assert RecallCountry.objects.get().units == 69000

    product = Product.objects.get()
    assert f'Next: say which units of <a href="{address(product)}">' in said(response)[-1]
    assert address(product) in publisher.get(address(recall)).text
    changes = {
        **lines("rules", {"text": "accjru1d-1640 0841 – accjru1d16400960"}),
        **lines("test_codes", {"typed": CODE, "expected": "recalled"}),
    }
    assert send(publisher, address(product), changes).status_code == 302
    rule = IdentificationRule.objects.get()
    assert (rule.text, rule.status) == (RANGE, "draft")
    assert "not as expected (Recalled). The notice is not published." in (
        publisher.get(address(product)).text
    )
    assert ladder.check_code(CODE).outcome == Outcome.UNRECOGNISED

    response = publish(publisher, recall)

    assert "It is public. The very next check answers by it." in response.text
    assert ladder.check_code(CODE).outcome == Outcome.RECALLED
    assert "Recalled: as expected" in publisher.get(address(product)).text
    entries = LogEntry.objects.filter(object_repr="anker-a3102").order_by("pk")
    assert [entry.get_change_message() for entry in entries[1:]] == [
        "Asked to publish.",
        "Published.",
    ]


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("slug", "Anker A3102", "small letters, digits and hyphens only, such as anker-a3102"),
        ("products-0-shapes", "16 characters", "Write ? for each letter or digit, # for each"),
        ("products-0-shapes", "11-digit number", "11-digit number: Write ? for each letter"),
    ],
)
def test_what_people_write_at_first_is_answered_with_what_to_write(publisher, field, typed, told):
    page = send(publisher, address(Recall, "add"), {**NOTICE, field: typed}).text
    assert told in page
    assert "slug" not in words(page)
    assert not Recall.objects.exists()


def test_what_is_missing_is_said_and_the_notice_stays_a_draft(publisher):
    recall = make_recall(slug="empty", status="draft")
    recall.texts.all().delete()
    sentences = ["Enter the text in English.", "Enter at least one product."]
    page = publisher.get(address(recall)).text
    assert all(sentence in page for sentence in sentences)

    response = publish(publisher, recall)

    assert response.context["form"].non_field_errors() == sentences
    recall.refresh_from_db()
    assert recall.status == Recall.Status.DRAFT
    assert not Publication.objects.exists()


def test_missing_languages_are_named(publisher, public):
    public.texts.exclude(language="en").delete()
    for page in ("change", "publish"):
        text = publisher.get(address(public, page)).text
        assert "There is no text in French" in text
        assert "There is no text in Spanish" in text


@pytest.mark.parametrize("name", ["publish", "withdraw", "delete_selected"])
def test_nothing_is_published_withdrawn_or_deleted_from_the_list_of_notices(
    publisher, public, name
):
    draft = make_recall(slug="draft", status="draft")
    make_product(recall=draft)
    act(publisher, name, draft, public)
    states = Recall.objects.order_by("slug").values_list("slug", "status")
    assert list(states) == [("a3102", "published"), ("draft", "draft")]
    assert Publication.objects.count() == 1


# The notice's page -------------------------------------------------------------------------------


def test_each_missing_language_has_a_form(admin_client, public):
    public.texts.exclude(language="en").delete()
    context = admin_client.get(address(public)).context
    forms = context["inline_admin_formsets"][0].formset.forms
    assert [form["language"].value() for form in forms] == ["en", "fr", "es"]


def test_texts_stand_in_the_order_of_the_languages_before_and_after_a_save(admin_client, public):
    def order(url):
        formset = admin_client.get(url).context["inline_admin_formsets"][0].formset
        return [form["language"].value() for form in formset.forms]

    in_order = list(languages.shown())
    assert order(address(Recall, "add")) == in_order
    public.texts.all().delete()
    for language in reversed(in_order):
        make_text(recall=public, language=language)
    assert order(address(public)) == in_order


def test_a_language_left_empty_stays_unsaved(admin_client, public):
    public.texts.exclude(language="en").delete()
    assert send(admin_client, address(public), {"firm": "Anker"}).status_code == 302
    assert public.texts.count() == 1


def test_the_month_is_taken_from_the_day(admin_client, public):
    changes = {"recall_date": "2025-06-12", "recall_month": ""}
    assert send(admin_client, address(public), changes).status_code == 302
    public.refresh_from_db()
    assert public.recall_month.isoformat() == "2025-06-01"


def test_the_month_is_kept_as_its_first_day(admin_client, public):
    send(admin_client, address(public), {"recall_date": "", "recall_month": "2025-06-12"})
    public.refresh_from_db()
    assert public.recall_month.isoformat() == "2025-06-01"


@pytest.mark.parametrize(
    ("day", "month", "sentence"),
    [
        ("", "", "Enter the day of the notice, or its month."),
        ("2025-06-12", "2025-07-01", "The day of the notice is not in this month."),
    ],
)
def test_a_month_that_cannot_be_is_refused(admin_client, public, day, month, sentence):
    changes = {"recall_date": day, "recall_month": month}
    assert sentence in send(admin_client, address(public), changes).text


def test_status_and_a_public_address_cannot_be_edited(admin_client, public):
    changes = {"status": "draft", "slug": "moved", "replaced_by": str(public.pk)}
    assert send(admin_client, address(public), changes).status_code == 302
    public.refresh_from_db()
    assert (public.status, public.slug, public.replaced_by) == ("published", "a3102", None)


def test_a_notice_links_to_its_public_page_once_it_has_one(admin_client, public):
    assert f'href="{public.get_absolute_url()}"' in admin_client.get(address(public)).text
    draft = make_recall(slug="draft", status="draft")
    assert draft.get_absolute_url() not in admin_client.get(address(draft)).text


def test_a_rule_about_a_field_that_the_line_does_not_show_is_a_sentence(admin_client, public):
    """The product's line has no list_complete; its own page has."""
    changes = {"products-0-identified_by": "every_unit"}
    response = send(admin_client, address(public), changes)
    assert "Only a product that is identified by listed codes" in response.text
    make_list(product=Product.objects.get(), codes=[], status="loading")
    response = send(admin_client, address(public), {"firm": "Anker"})
    assert "The list cannot be complete" in response.text


@pytest.mark.parametrize("page", ["notice", "product"])
def test_a_shape_that_leaves_out_listed_codes_is_refused(admin_client, public, page):
    product = Product.objects.get()
    IdentificationRule.objects.all().delete()
    held = ["ACCJRU1D16400841", "ACCJRU1D16400852", "57V1234567890123"]
    make_list(product=product, codes=held, file_name="july.csv")
    where, field = (public, "products-0-shapes") if page == "notice" else (product, "shapes")
    refused = send(admin_client, address(where), {field: "57V#{13}"})
    assert "july.csv: 2 codes do not fit, such as ACCJRU1D16400841." in refused.text
    assert "keep the shape that they fit on a line of its own" in refused.text
    assert Product.objects.get().shapes == "?" * 16
    send(admin_client, address(where), {field: "57V#{13}\nACCJRU1D########"})
    assert Product.objects.get().shapes.splitlines() == ["57V#{13}", "ACCJRU1D########"]
    send(admin_client, address(where), {field: "ACCJRU1D########\n?{16}"})
    assert Product.objects.get().shapes.splitlines() == ["ACCJRU1D########", "?{16}"]


def test_a_shape_that_leaves_out_a_rule_is_refused_beside_the_notice_too(admin_client, public):
    response = send(admin_client, address(public), {"products-0-shapes": "57V########"})
    assert f"Rule {RANGE}: No code that fits this product" in response.text
    assert Product.objects.get().shapes == "?" * 16
