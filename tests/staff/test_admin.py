"""Every page of the admin: who sees it, what can be deleted, and how it is laid out."""

import datetime as dt

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from django.utils import timezone

from recalls.check import ladder
from recalls.check.verdict import Outcome
from recalls.models import (
    CodeList,
    DailyCount,
    Disposal,
    IdentificationRule,
    MonthlyFigures,
    Product,
    Publication,
    Recall,
    RecallCountry,
    RecallText,
    TestCode,
)
from recalls.publishing import steps
from tests.support.admin_pages import CODE, act, address, make_public_recall, publish, send
from tests.support.factories import (
    make_list,
    make_product,
    make_public,
    make_recall,
    make_rule,
    make_status,
)
from tests.support.forms import InlineCode
from tests.support.pages import in_order, words
from tests.support.people import PUBLISHER, code_of, make_person, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def public():
    return make_public_recall()


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
    MonthlyFigures.objects.create(recall=draft, month="2026-03-01")
    pages = [reverse("admin:index"), reverse("admin:password_change"), address(draft, "delete")]
    pages.append(address(LogEntry, "changelist"))  # a step has no page of its own
    for model in {*admin.site._registry} - {LogEntry}:
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
        "?status__exact=published&is_training__exact=0",
        "?o=1.2.3.4.5.6",
    ],
)
def test_the_list_of_notices_is_searched_filtered_and_ordered(admin_client, public, query):
    page = admin_client.get(address(Recall, "changelist") + query).text
    assert "a3102" in page
    assert "1 recall" in page


def test_no_breadcrumb_says_the_same_twice(admin_client, public):
    for page in (address(Recall, "changelist"), address(public)):
        found = admin_client.get(page).text.split('<div class="breadcrumbs">')[1].split("</div>")[0]
        assert words(found).strip().startswith("Home › Recall data › Recalls")


@pytest.mark.parametrize(
    ("page", "heading"),
    [
        (address(Recall, "changelist"), "Recalls"),
        (address(CodeList, "changelist"), "Lists of codes"),
        (address(Disposal, "changelist"), "Countries: disposal and whom to call"),
        (address(LogEntry, "changelist"), "What was done with all notices"),
        (reverse("admin:app_list", args=["recalls"]), "Recall data"),
    ],
)
def test_a_list_is_headed_by_what_is_in_it(publisher, page, heading):
    shown = publisher.get(page).text
    assert f"<h1>{heading}</h1>" in shown
    assert words(shown.split("<title>")[1].split("</title>")[0]).split(" | ")[0].strip() == heading


def test_ranges_are_shown_to_the_public_only_once_staff_say_so(publisher, client, public):
    product, page = Product.objects.get(), public.get_absolute_url()
    assert send(publisher, address(product), {"show_ranges": "on"}).status_code == 302
    assert "Recalled codes" not in client.get(page).content.decode()
    publish(
        publisher,
        public,
        do="request",
        reason="The notice prints them.",
        changed_en="The codes are shown.",
    )
    assert "Recalled codes" not in client.get(page).content.decode()
    # Owners who see ranges may not look any further, so it takes two.
    asked = public.publications.get(status="waiting")
    steps.approve(publication=asked, by=make_person("quinn", PUBLISHER))
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
    assert "This country has its row already." in response.text


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
