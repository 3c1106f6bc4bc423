"""Staff enter notices in the real admin."""

import datetime as dt
import re

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from recalls.check import ladder
from recalls.check.verdict import Outcome
from recalls.models import (
    CodeList,
    DailyCount,
    Disposal,
    IdentificationRule,
    Product,
    Publication,
    Recall,
    RecallCountry,
    RecallText,
    TestCode,
)
from tests.support.factories import (
    make_list,
    make_product,
    make_public,
    make_recall,
    make_rule,
    make_status,
)
from tests.support.forms import InlineCode, form_data
from tests.support.pages import in_order, words
from tests.support.people import PUBLISHER, code_of, make_person, signed_in

pytestmark = pytest.mark.django_db

CODE = "ACCJRU1D16400841"
OTHER_CODE = "ACCJRU1D18000000"
RANGE = "ACCJRU1D16400841 to ACCJRU1D16400960"


@pytest.fixture
def public():
    """A public notice with one product, whose only active rule makes its list complete."""
    recall = make_recall(slug="a3102", status="published")
    product = make_product(recall=recall, model_numbers="A3102", shapes="?" * 16)
    make_rule(product=product, text=RANGE, status="active")
    Product.objects.filter(pk=product.pk).update(list_complete=True)
    make_public(recall)
    return recall


@pytest.fixture
def publisher():
    return signed_in(make_person("pat", PUBLISHER))


def address(row_or_model, page="change"):
    meta = row_or_model._meta
    args = [] if page in ("add", "changelist") else [row_or_model.pk]
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=args)


def send(client, url, changes):
    """Open the page, change the fields, save."""
    return client.post(url, form_data(client.get(url), changes))


def act(client, name, *rows):
    return client.post(
        address(type(rows[0]), "changelist"),
        {"action": name, "_selected_action": [row.pk for row in rows]},
        follow=True,
    )


def publish(client, recall, **values):
    """Open the page, fill it in, press the button."""
    url = address(recall, "publish")
    seen = client.get(url).context["form"].initial["seen"]
    return client.post(url, {"do": "publish", "seen": seen, **values}, follow=True)


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def text(language, title):
    return {"language": language, "title": title, "lead": title, "hazard": "Fire", "remedy": "Ask"}


def lines(prefix, *rows):
    return {
        f"{prefix}-{place}-{field}": value
        for place, row in enumerate(rows)
        for field, value in row.items()
    }


NOTICE = {
    "slug": "anker-a3102",
    "firm": "Anker Innovations",
    "recall_date": "2024-12-05",
    "remedy_option": "replace",
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


def test_a_shape_that_leaves_out_a_rule_is_refused_beside_the_notice_too(admin_client, public):
    response = send(admin_client, address(public), {"products-0-shapes": "57V########"})
    assert f"Rule {RANGE}: No code that fits this product" in response.text
    assert Product.objects.get().shapes == "?" * 16


# A product's page --------------------------------------------------------------------------------


def test_a_broken_rule_is_said_beside_its_line_and_nothing_is_lost(admin_client, public):
    product = Product.objects.get()
    changes = {
        "name": "Soundcore Mini",
        "rules-1-text": "ACCJRU1D17000000 to ACCJRU1D16999999",
        "test_codes-0-typed": "QX1234AB56CD78EF",
        "test_codes-0-expected": "not_listed",
    }

    response = send(admin_client, address(product), changes)

    assert response.status_code == 200
    rules, _ = response.context["inline_admin_formsets"]
    (sentence,) = rules.formset.forms[1].errors["text"]
    assert "runs backwards" in sentence
    assert sentence in response.text
    assert not rules.formset.forms[0].errors
    sent = form_data(response)
    assert {name: sent[name] for name in changes} == changes
    product.refresh_from_db()
    assert product.name != "Soundcore Mini"
    assert not TestCode.objects.exists()


def test_a_rule_beside_a_broken_shape_is_kept_too(admin_client, public):
    changes = {"shapes": "57V[", "rules-1-text": "57V12345678"}
    response = send(admin_client, address(Product.objects.get()), changes)
    assert "57V[: A bracket is not closed" in response.text
    assert form_data(response)["rules-1-text"] == "57V12345678"


@pytest.mark.parametrize("text", [RANGE, "accjru1d16400841 - accjru1d16400960"])
def test_a_rule_that_is_there_already_is_refused(admin_client, public, text):
    response = send(admin_client, address(Product.objects.get()), {"rules-1-text": text})
    assert "This product has this rule already." in response.text


def test_the_same_new_rule_twice_is_refused(admin_client, public):
    url = address(Product.objects.get())
    data = form_data(admin_client.get(url), {"rules-TOTAL_FORMS": "3"})
    data |= {"rules-1-text": "ACCJRU1D17*", "rules-1-effect": "recalled"}
    data |= {"rules-2-text": "accjru1d 17*", "rules-2-effect": "inspect"}
    response = admin_client.post(url, data)
    assert "This product has this rule already." in response.text
    assert IdentificationRule.objects.count() == 1


def test_a_rule_says_what_it_covers(admin_client, public):
    product = Product.objects.get()
    for rule in ("ACC#############", "#*", "ACCJRU1DXXX*"):
        make_rule(product=product, text=rule, status="draft")
    page = admin_client.get(address(product)).text
    assert "<div>It covers 120 codes.</div>" in page
    assert "<div>It covers 10,000,000,000,000 codes.</div>" in page
    assert "<div>Distinctive: codes of other products hardly ever look like this" in page
    assert "<div>Not distinctive: codes of other products can look like this too" in page
    assert "XXX is read as three letters X." in page
    Product.objects.filter(pk=product.pk).update(shapes="", list_complete=False)
    assert "so their number is open.</div>" in admin_client.get(address(product)).text


def test_the_number_is_beside_each_line_before_anything_is_saved(admin_client):
    """On the page that comes back with an error: 120 and 200 are what the notice says."""
    recall = make_recall(slug="draft", status="draft")
    url = address(Product, "add")
    data = form_data(admin_client.get(url), {"rules-TOTAL_FORMS": "3"})
    data |= {"recall": recall.pk, "brand": "Anker", "name": "Soundcore", "model_numbers": "A3102"}
    data |= {"shapes": "?" * 16, "identified_by": "listed_codes", "rules-2-text": "A200 to A100"}
    data |= {"rules-0-text": RANGE, "rules-1-text": "ACCJRU1D10309381 to ACCJRU1D10309580"}
    data |= {f"rules-{place}-effect": "recalled" for place in range(3)}

    response = admin_client.post(url, data)

    rows = re.findall(r'<td class="field-covers">\s*<p>(.*?)</p>', response.text)
    told = [re.findall("<div>(.*?)</div>", row)[0] for row in rows[:3]]
    assert told == ["It covers 120 codes.", "It covers 200 codes.", "It cannot be read yet."]
    assert not Product.objects.exists()
    response = admin_client.post(url, data | {"rules-2-text": "", "shapes": "["})
    assert "<div>The product&#x27;s shapes cannot be read yet.</div>" in response.text


def test_a_product_says_how_many_codes_it_has_in_all(admin_client, public):
    product = Product.objects.get()
    make_rule(product=product, text="ACCJRU1D10309381 to ACCJRU1D10309580", status="draft")
    make_rule(product=product, text="ACCJRU1D1640084#", effect="not_recalled")
    make_list(product=product, codes=[OTHER_CODE])
    make_list(product=product, codes=[CODE], status="draft")
    assert "320 by rules, 1 in active lists" in admin_client.get(address(product)).text
    Product.objects.update(shapes="", list_complete=False)
    make_rule(product=product, text="*J")
    page = admin_client.get(address(product)).text
    assert "320 by rules, 1 in active lists, and those of 1 open rules" in page


def test_a_rule_added_to_a_public_notice_waits_until_it_is_published_again(publisher, public):
    send(publisher, address(Product.objects.get()), {"rules-1-text": OTHER_CODE})
    assert ladder.check_code(OTHER_CODE).outcome != Outcome.RECALLED
    assert f"new, rule “{OTHER_CODE}”" in publisher.get(address(public, "publish")).text
    publish(publisher, public, reason="More units.")
    assert ladder.check_code(OTHER_CODE).outcome == Outcome.RECALLED


def test_a_list_is_set_complete_only_where_it_can_be(admin_client, public):
    product = Product.objects.get()
    IdentificationRule.objects.update(status="draft")
    Product.objects.update(list_complete=False)
    response = send(admin_client, address(product), {"list_complete": "on"})
    assert "there is no active rule or list" in response.text
    IdentificationRule.objects.update(status="active")
    assert send(admin_client, address(product), {"list_complete": "on"}).status_code == 302
    assert Product.objects.get().list_complete


def test_a_list_does_not_stay_complete_without_its_last_rule(admin_client, public):
    product = Product.objects.get()
    named = {"product": "A3102", "confirmed": OTHER_CODE}
    assert ladder.check_code(OTHER_CODE, **named).outcome == Outcome.NOT_LISTED

    response = send(admin_client, address(product), {"rules-0-withdraw": "on"})

    assert said(response)[0] == f"Rule {RANGE} withdrawn. The list is no longer complete."
    assert not Product.objects.get().list_complete
    assert IdentificationRule.objects.get().status == "withdrawn"
    assert ladder.check_code(CODE, **named).outcome == Outcome.RECALLED
    make_public(public)
    assert ladder.check_code(OTHER_CODE, **named).outcome == Outcome.LIST_INCOMPLETE
    assert ladder.check_code(CODE, **named).outcome == Outcome.LIST_INCOMPLETE
    assert f"{RANGE} (Recalled)" in admin_client.get(address(product)).text


def test_a_page_opened_before_a_rule_was_withdrawn_sets_nothing_complete(admin_client, public):
    product = Product.objects.get()
    make_rule(product=product, text=OTHER_CODE, status="active")
    opened = form_data(admin_client.get(address(product)), {"color": "black"})
    assert opened["list_complete"] == "on"
    Product.objects.update(list_complete=False)

    assert admin_client.post(address(product), opened).status_code == 302

    product.refresh_from_db()
    assert product.color == "black"
    assert not product.list_complete


def test_a_draft_rule_of_a_draft_notice_can_be_deleted_and_not_withdrawn(admin_client):
    recall = make_recall(slug="draft", status="draft")
    product = make_product(recall=recall, model_numbers="A3102", shapes="?" * 16)
    rule = make_rule(product=product, text=RANGE, status="draft")
    send(admin_client, address(product), {"rules-0-id": rule.pk, "rules-0-withdraw": "on"})
    rule.refresh_from_db()
    assert rule.status == "draft"
    send(admin_client, address(product), {"rules-0-id": rule.pk, "rules-0-DELETE": "on"})
    assert not IdentificationRule.objects.exists()


def test_an_active_rule_of_a_draft_notice_can_only_be_withdrawn(admin_client):
    recall = make_recall(slug="draft", status="draft")
    product = make_product(recall=recall, model_numbers="A3102", shapes="?" * 16)
    make_rule(product=product, text=RANGE, status="active")
    send(admin_client, address(product), {"rules-0-DELETE": "on"})
    assert IdentificationRule.objects.get().status == "active"
    send(admin_client, address(product), {"rules-0-withdraw": "on"})
    assert IdentificationRule.objects.get().status == "withdrawn"


def test_a_test_code_with_all_its_choices(admin_client, public):
    product = Product.objects.get()
    for names_product, typed_twice in [(False, False), (True, False), (True, True)]:
        TestCode.objects.create(
            product=product,
            typed=OTHER_CODE,
            names_product=names_product,
            typed_twice=typed_twice,
            expected="not_listed",
        )
    page = admin_client.get(address(product)).text
    assert "Which product: not as expected (Not listed)." in page
    assert page.count("Not listed: as expected") == 2


def test_a_check_that_cannot_be_made_is_said(admin_client, public, monkeypatch):
    def unavailable(*args, **kwargs):
        raise ladder.Unavailable

    TestCode.objects.create(product=Product.objects.get(), typed=CODE, expected="recalled")
    monkeypatch.setattr(ladder, "check_code", unavailable)
    assert "No answer: the check could not be made." in (
        admin_client.get(address(Product.objects.get())).text
    )


# What cannot be deleted --------------------------------------------------------------------------


def test_what_was_public_cannot_be_deleted(admin_client, public):
    product = Product.objects.get()
    make_status(public, "withdrawn")
    for row in (public, product):
        assert admin_client.get(address(row, "delete")).status_code == 403
        assert admin_client.post(address(row, "delete"), {"post": "yes"}).status_code == 403
        act(admin_client, "delete_selected", row)
    for row, prefixes in ((public, ["texts", "products"]), (product, ["rules"])):
        changes = {f"{prefix}-0-DELETE": "on" for prefix in prefixes}
        assert send(admin_client, address(row), changes).status_code == 302
    assert Recall.objects.exists()
    assert RecallText.objects.exists()
    assert Product.objects.exists()
    assert IdentificationRule.objects.get().status == "active"


def test_a_draft_can_be_deleted(admin_client):
    recall = make_recall(slug="draft", status="draft")
    make_rule(product=make_product(recall=recall), text=CODE, status="draft")
    admin_client.post(address(recall, "delete"), {"post": "yes"})
    assert not Recall.objects.exists()


def test_a_draft_that_holds_a_list_cannot_be_deleted(admin_client):
    recall = make_recall(slug="draft", status="draft")
    row = make_list(product=make_product(recall=recall), codes=[CODE], status="draft")
    for model in (recall, row.product, row):
        assert admin_client.post(address(model, "delete"), {"post": "yes"}).status_code == 403
    assert CodeList.objects.exists()


def test_lists_can_only_be_read(admin_client, public):
    row = make_list(product=Product.objects.get(), codes=[CODE], status="active")
    CodeList.objects.update(codes_stored=1_204_332)
    assert "1,204,332" in admin_client.get(address(CodeList, "changelist")).text
    assert "1,204,332" in admin_client.get(address(row, "review")).text
    assert admin_client.get(address(CodeList, "add")).status_code == 403
    assert admin_client.post(address(row), {"status": "withdrawn"}).status_code == 403


# Who may -----------------------------------------------------------------------------------------


def test_visitors_get_the_sign_in_and_nothing_else(client, public):
    for page in (address(Recall, "changelist"), address(Recall, "add"), address(public)):
        assert client.get(page).headers["Location"].startswith("/staff/login/")
    client.post(address(public, "withdraw"), {"do": "request", "slug": "a3102", "reason": "x"})
    assert Publication.objects.get().status == Publication.Status.LIVE
    assert ladder.check_code(CODE).outcome == Outcome.RECALLED
    assert "a3102" not in client.get("/staff/login/").text


@pytest.fixture
def reader_client(django_user_model):
    """Staff who may read notices and change nothing."""
    user = django_user_model.objects.create_user("reader", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    return signed_in(user)


def test_staff_without_the_permission_cannot_publish_or_withdraw(reader_client, public):
    for page in ("publish", "withdraw"):
        assert reader_client.get(address(public, page)).status_code == 403
        assert reader_client.post(address(public, page), {"do": "request"}).status_code == 403
    assert reader_client.post(address(public), {"firm": "Another"}).status_code == 403
    public.refresh_from_db()
    assert (public.status, public.firm) == ("published", "Example Audio")
    assert Publication.objects.count() == 1


FILLED_BY_THE_SITE = (CodeList, DailyCount, Publication)


@pytest.fixture
def every_page(admin_user, public):
    """The address of each page that admin has, with a row in each model."""
    product = Product.objects.get()
    TestCode.objects.create(product=product, typed=CODE, expected="recalled")
    make_list(product=product, codes=[CODE], status="active")
    make_rule(product=product, text="57V#############", status="withdrawn")
    Disposal.objects.create(country="US", checked_on="2025-06-01")
    Group.objects.create(name="Editors")
    DailyCount.objects.create(day="2027-03-12", outcome="recalled", language="en", number=1)
    draft = make_recall(slug="draft", status="draft")
    pages = [reverse("admin:index"), reverse("admin:password_change"), address(draft, "delete")]
    for model in admin.site._registry:
        row = model.objects.first()
        pages += [address(model, "changelist"), address(row), address(row, "history")]
        pages += [address(model, "add")] if model not in FILLED_BY_THE_SITE else []
    return pages


@pytest.mark.parametrize("who", ["admin_client", "reader_client"])
def test_every_page_answers_without_inline_code(every_page, who, request):
    client = request.getfixturevalue(who)
    for page in every_page:
        response = client.get(page, follow=True)
        may = who == "admin_client" or not page.endswith(("/add/", "/delete/"))
        assert response.status_code == (200 if may else 403), page
        assert InlineCode(response.text).found == [], page
        assert "script-src 'self'" in response.headers["Content-Security-Policy"]
    assert admin.site.site_header == "Recall check: staff"


def test_the_pages_are_in_english_whatever_the_browser_asks_for(admin_client, public):
    response = admin_client.get(address(public), headers={"Accept-Language": "fr"})
    assert '<html lang="en"' in response.text
    assert "Save and continue editing" in response.text
    assert f'href="/en/recalls/{public.slug}/"' in response.text


@pytest.mark.parametrize(
    "query",
    [
        "?q=a3102",
        "?status__exact=published&is_training__exact=0&remedy_option__exact=replace",
        "?o=1.2.3.4.5.6",
    ],
)
def test_the_list_of_notices_is_searched_filtered_and_ordered(admin_client, public, query):
    page = admin_client.get(address(Recall, "changelist") + query).text
    assert "a3102" in page
    assert "1 recall" in page


def test_ranges_are_shown_to_the_public_only_once_staff_say_so(publisher, client, public):
    product, page = Product.objects.get(), public.get_absolute_url()
    assert send(publisher, address(product), {"show_ranges": "on"}).status_code == 302
    assert "Recalled codes" not in client.get(page).content.decode()
    publish(publisher, public, reason="The notice prints them.")
    assert "Recalled codes" in client.get(page).content.decode()


def test_the_list_of_products_is_searched_and_filtered(admin_client, public):
    query = "?q=A3102&recall__status=published&identified_by__exact=listed_codes"
    page = admin_client.get(address(Product, "changelist") + query).text
    assert "1 product" in page


def test_every_field_says_when_it_is_needed_and_what_the_public_sees(admin_client, public):
    make_rule(product=Product.objects.get(), text="57V#############", status="draft")
    silent = set()
    for row in (public, Product.objects.get(), Disposal(country="US", checked_on="2026-11-01")):
        row.save()
        context = admin_client.get(address(row)).context
        forms = [context["adminform"].form]
        forms += [form for inline in context["inline_admin_formsets"] for form in inline.formset]
        for form in forms:
            silent |= {
                (form._meta.model.__name__, name)
                for name, field in form.fields.items()
                if not field.help_text and not field.widget.is_hidden and name != "DELETE"
            }
    assert silent == set()


def test_fields_stand_in_the_order_of_the_public_page(admin_client, public):
    """Of the rows that have a part of the page each."""
    shown = {
        "title": "Example S100: fire hazard",
        "lead": "The lead",
        "changes": "The changes",
        "hazard": "The hazard",
        "cause": "The cause",
        "incidents": "The incidents",
        "stop_use": "The extra step",
        "remedy": "The remedy",
        "have_ready": "The things to have ready",
        "note": "The note",
        "disposal": "The disposal",
    }
    public.texts.filter(language="en").update(**shown)
    make_public(public)
    page = words(admin_client.get(public.get_absolute_url()).text)
    in_order(page, *shown.values())
    context = admin_client.get(address(public)).context
    texts, products, countries = context["inline_admin_formsets"]
    assert list(texts.formset.forms[0].fields)[1:12] == list(shown)
    assert (products.opts.model, countries.opts.model) == (Product, RecallCountry)


def test_errors_on_a_page_carry_no_inline_code(admin_client, public):
    changes = {"rules-1-text": "?", "shapes": "["}
    response = send(admin_client, address(Product.objects.get()), changes)
    assert response.status_code == 200
    assert InlineCode(response.text).found == []


def test_disposal_texts_can_be_entered_once_a_country(admin_client):
    changes = {"country": "US", "checked_on": "2025-06-01", "dos_en": "Call first."}
    assert send(admin_client, address(Disposal, "add"), changes).status_code == 302
    response = send(admin_client, address(Disposal, "add"), changes)
    assert "This country has its disposal text already." in response.text


@pytest.mark.parametrize(("days", "is_old"), [(0, False), (182, False), (183, True), (900, True)])
def test_a_disposal_text_that_nobody_checked_for_six_months(publisher, days, is_old):
    checked_on = timezone.localdate() - dt.timedelta(days=days)
    row = Disposal.objects.create(country="CA", checked_on=checked_on)
    told = "Older than six months: compare it with the authority&#x27;s page again."
    assert (told in publisher.get(address(Disposal, "changelist")).text) is is_old
    start = publisher.get("/staff/").text
    assert ("Disposal texts to compare with the authority again" in start) is is_old
    assert (f'<a href="{address(row)}">Canada</a>, last compared on' in start) is is_old
    assert row.is_old is is_old
    assert Disposal.objects.old().exists() is is_old


def test_a_disposal_text_is_not_checked_in_days_to_come(publisher):
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    changes = {"country": "US", "checked_on": tomorrow}
    assert "This day has not come yet." in send(publisher, address(Disposal, "add"), changes).text
    assert not Disposal.objects.exists()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_scripts_and_styles_of_the_pages_run_under_the_policy(
    page, traffic, live_server, admin_user, public
):
    page.goto(f"{live_server.url}/staff/")
    page.fill("#id_username", "admin")
    page.fill("#id_password", "password")
    page.get_by_label("Code").fill(code_of(admin_user))
    page.click("[type=submit]")
    page.get_by_role("heading", name="What waits, and what is public").wait_for()
    page.goto(live_server.url + address(Recall, "add"))
    page.fill("#id_firm", "Anker Innovations")
    page.press("#id_firm", "Tab")
    assert page.input_value("#id_slug") == "anker-innovations"
    page.click("text=Add another Country")
    assert page.locator("#id_countries-1-phone").is_visible()
    for row in (public, Product.objects.get()):
        page.goto(live_server.url + address(row))
    page.goto(live_server.url + address(Recall, "changelist"))
    Disposal.objects.create(country="US", checked_on="2025-06-01")
    page.goto(live_server.url + address(Disposal, "changelist"))
    page.check(".action-select")
    refused = [text for text in traffic.complaints if "404" not in text]  # there is no favicon
    assert refused == []
    assert traffic.elsewhere == []
