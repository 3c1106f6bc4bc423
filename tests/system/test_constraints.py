"""Each rule about a row stands twice: the database refuses what breaks it, and staff get a
sentence."""

import datetime as dt

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils import timezone

from recalls.localized_text import LocalizedTextField
from recalls.models import MAX_PICTURE_BYTES, Recall
from tests.support.factories import make_list, make_product, make_recall, make_rule
from tests.support.rows import PICTURE, one_of_each

pytestmark = pytest.mark.django_db

SHAPE = "?" * 16
RANGE = "ACCJRU1D16400841 to ACCJRU1D16400960"
A_DAY = dt.date(2024, 12, 5)


@pytest.fixture(scope="module")
def stored_rows(django_db_setup, django_db_blocker):
    """One valid row of each model for the whole module, rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        recall = make_recall(slug="a3102", status="draft")
        product = make_product(recall=recall, model_numbers="A3102", shapes=SHAPE)
        rule = make_rule(product=product, text=RANGE, status="active")
        code_list = make_list(product=product, codes=["ACCJRU1D16400841"], status="active")
        yield one_of_each(recall, product, rule, code_list)
        transaction.set_rollback(True)


@pytest.fixture
def rows(stored_rows, db):
    """Fresh copies of them, for a test to change."""
    return {name: type(row)._base_manager.get(pk=row.pk) for name, row in stored_rows.items()}


# No texts by language, and what staff are told of each.
NO_TEXTS = [
    ("plain", "Write a text for each language"),
    (["en"], "Write a text for each language"),
    ({"en": ""}, "Write a text for each language"),
    ({"en": "One", "fr": ""}, "Write a text for each language"),
    ({"en": 1}, "Write a text for each language"),
    ({"en": None}, "Write a text for each language"),
    ({"en": {"fr": "One"}}, "Write a text for each language"),
    ({"EN": "One"}, "Enter a language as Django names it"),
    ({"": "One"}, "Enter a language as Django names it"),
]

# The row, what is changed in it, the constraint, and the sentence that staff get.
REFUSED = [
    ("published version", {"id": 2}, "published_is_one_row", ""),
    (
        "recall",
        {"status": "published", "published_at": None},
        "recall_public_has_date",
        "A public notice needs the time of its publication.",
    ),
    (
        "recall",
        {"status": "replaced", "published_at": timezone.now()},
        "recall_replaced_names_the_new_one",
        "Name the notice that replaces this one",
    ),
    (
        "recall",
        {"status": "replaced", "published_at": timezone.now(), "replaced_by_id": F("id")},
        "recall_not_replaced_by_itself",
        "A notice cannot replace itself.",
    ),
    (
        "recall",
        {"status": "public", "published_at": timezone.now()},
        "recall_status_known",
        "is not a valid choice",
    ),
    *(
        (name, {"language": tag}, constraint, "Enter a language as Django names it")
        for name, constraint in (
            ("text", "recall_text_language_is_a_tag"),
            ("recall", "recall_language_is_a_tag"),
        )
        for tag in ("f", "FR", "fr_ca", "fr-", "français", "fr\nes")
    ),
    (
        "product",
        {"identified_by": "every_unit", "list_complete": True},
        "product_complete_only_if_listed",
        "Only a product that is identified by listed codes can have a complete list.",
    ),
    (
        "product",
        {"identified_by": "makers_checker", "checker_url": ""},
        "product_checker_has_address",
        "Enter the address of the maker's checker.",
    ),
    (
        "product",
        {"list_complete": True, "shapes": ""},
        "product_complete_has_shape",
        "Enter what the codes look like before you set the list complete",
    ),
    (
        "product",
        {"list_complete": True, "second_code": {"en": "The part number"}},
        "product_of_two_codes_is_never_complete",
        "The list cannot be complete: the notice tells the units by two codes together",
    ),
    (
        "product",
        {"list_complete": True, "code_length_unknown": True},
        "product_complete_has_length",
        "The list cannot be complete where nobody knows how long a code is.",
    ),
    (
        "recall",
        {"announced_again_day_unknown": True, "announced_again_on": None},
        "recall_announced_again_month_is_its_first_day",
        "Enter any day of the month in which it was announced.",
    ),
    (
        "recall",
        {"expanded_day_unknown": True, "expanded_on": None},
        "recall_expanded_month_is_its_first_day",
        "Enter any day of the month in which units were added.",
    ),
    (
        "product",
        {"identified_by": "makers_checker", "checker_url": "https://maker.example/", "brand": ""},
        "product_checker_has_brand",
        "Enter the brand: the public is sent to its checker.",
    ),
    ("product", {"remedy_options": "refund gift"}, "product_remedies_known", "gift"),
    ("product", {"barcodes": "81271501507A"}, "product_barcodes_are_digits", "Enter the digits"),
    ("product", {"sold_in": "us"}, "product_sold_in_is_codes", "codes of two capital letters"),
    ("product", {"power": "steam"}, "product_power_known", "is not a valid choice"),
    ("country", {"remedy_options": "gift"}, "recall_country_remedies_known", "gift"),
    (
        "recall",
        {"remedy_options": "", "status": "published", "published_at": timezone.now()},
        "recall_remedies_known",
        "",
    ),
    ("recall", {"remedy_options": "gift"}, "recall_remedies_known", "gift"),
    (
        "recall",
        {"remedy_options": "refund no_remedy"},
        "recall_no_remedy_stands_alone",
        "“No Remedy Available” stands alone.",
    ),
    ("recall", {"manufactured_in": "China"}, "recall_manufactured_in_is_codes", "capital letters"),
    ("recall", {"lines_left_out": "open shout"}, "recall_lines_left_out_known", "shout"),
    (
        "recall",
        {"follows_id": F("id")},
        "recall_follows_another",
        "A notice cannot follow itself.",
    ),
    (
        "disposal",
        {"emergency_number": "9-1-1", "emergency_source": "https://a.example/"},
        "disposal_emergency_number_is_digits",
        "Enter the emergency number, digits only.",
    ),
    (
        "disposal",
        {"emergency_number": "911", "emergency_source": ""},
        "disposal_emergency_number_has_source",
        "Enter the page that names the emergency number.",
    ),
    (
        "disposal",
        {"recalls_authority": "CPSC", "recalls_url": ""},
        "disposal_recalls_have_name_and_page",
        "Enter the authority for recalls and its page, or neither.",
    ),
    (
        "disposal",
        {"incident_office": "", "incident_url": "https://a.example/"},
        "disposal_incidents_have_name_and_page",
        "Enter the office for incidents and its page, or neither.",
    ),
    (
        "product",
        {"picture_id": PICTURE, "picture_alt": {}},
        "product_picture_is_described",
        "Say what the picture shows",
    ),
    *(
        (name, {column.name: value}, f"{row}_{column.name}_by_language", sentence)
        for name, row in (
            ("country", "recall_country"),
            ("product", "product"),
            ("disposal", "disposal"),
        )
        for column in apps.get_model("recalls", row.replace("_", ""))._meta.concrete_fields
        if isinstance(column, LocalizedTextField)
        for value, sentence in NO_TEXTS
    ),
    (
        "product",
        {"identified_by": "color"},
        "product_identified_by_known",
        "is not a valid choice",
    ),
    ("rule", {"text": ""}, "rule_has_text", "Enter a code, a range or a mask."),
    ("rule", {"effect": "safe"}, "rule_effect_known", "is not a valid choice"),
    ("rule", {"status": "live"}, "rule_status_known", "is not a valid choice"),
    (
        "list",
        {"status": "active", "activated_at": None},
        "code_list_active_has_date",
        "code_list_active_has_date",
    ),
    ("list", {"status": "live"}, "code_list_status_known", "is not a valid choice"),
    (
        "list",
        {"rows_refused": 1},
        "code_list_refused_rows_waived",
        "Some rows were refused. Mend the file and load it again",
    ),
    ("list", {"shapes": ""}, "code_list_has_shapes", "This field cannot be blank."),
    ("list", {"codes_stored": 0}, "code_list_active_has_codes", "This list holds no code."),
    (
        "picture",
        {"content": b"x" * (MAX_PICTURE_BYTES + 1)},
        "picture_is_small",
        "The picture has more than 12 KB.",
    ),
    (
        "publication",
        {"live_from": None},
        "publication_public_has_date",
        "publication_public_has_date",
    ),
    (
        "waiting publication",
        {"status": "scheduled"},
        "publication_scheduled_has_date",
        "publication_scheduled_has_date",
    ),
    (
        "publication",
        {"warns_less": "The list is set complete.", "decided_by_id": F("asked_by_id")},
        "publication_warns_less_by_two",
        "another person has to approve it",
    ),
    (
        "publication",
        {"warns_less": "The list is set complete.", "decided_by_id": None},
        "publication_warns_less_by_two",
        "another person has to approve it",
    ),
    (
        "publication",
        {"reviewed_by_id": F("decided_by_id")},
        "publication_reviewed_by_another",
        "The second look is for another person",
    ),
    (
        "product",
        {"identified_by": "only_without_code", "without_code": "contact_maker"},
        "product_without_code_is_recalled",
        "set what a unit without a readable code means to “Treat as recalled”.",
    ),
    (
        "publication",
        {"to_explain": "A rule much wider than the notice."},
        "publication_is_explained",
        "Say why this is right",
    ),
    ("publication", {"status": "gone"}, "publication_status_known", "is not a valid choice"),
    ("publication", {"news": "weather"}, "publication_news_known", "weather"),
    (
        "figures",
        {"month": dt.date(2026, 3, 2)},
        "monthly_figures_month_is_its_first_day",
        "Enter the month as its first day.",
    ),
    (
        "figures",
        {"month": dt.date(1926, 3, 1)},
        "monthly_figures_month_is_of_our_time",
        "Look at the year: it is before 2000.",
    ),
]


# The row that a second one must not equal, the fields it must differ in, and the sentence.
ONLY_ONCE = [
    ("recall", "recalls_recall_slug", {}, "Recall with this Address already exists."),
    ("text", "recall_text_once_a_language", {}, "has a text in this language already"),
    ("country", "recall_country_once", {}, "This notice has this country already."),
    ("rule", "rule_once_a_product", {"effect": "inspect"}, "This product has this rule already."),
    (
        "list",
        "code_list_file_once_a_product",
        {"file_name": "again.csv"},
        "This file was loaded for this product before.",
    ),
    (
        "test code",
        "test_code_once",
        {"expected": "not_listed"},
        "This product has this test code already.",
    ),
    (
        "disposal",
        "recalls_disposal_country",
        {"authority": "Another"},
        "This country has its row already.",
    ),
    ("picture", "recalls_picture_sha256", {}, "Picture with this Sha256 already exists."),
    (
        "publication",
        "publication_one_is_live",
        {"summary": "Another."},
        "publication_one_is_live",
    ),
    (
        "figures",
        "monthly_figures_once",
        {"corrected_consumers": 4},
        "The figures of this month are entered already.",
    ),
    ("daily count", "daily_count_once", {"number": 4}, "already exists."),
    (
        "waiting publication",
        "publication_one_is_open",
        {"status": "scheduled", "goes_live_at": timezone.now()},
        "A publication of this notice waits already.",
    ),
]

OF_CODES = {"code_in_normal_form", "code_under_its_skeleton"}
# `test_addresses` holds the database and staff to these.
OF_ADDRESSES = {
    "recall_sources_are_addresses",
    "recall_country_phone_can_be_dialed",
    "recall_country_email_is_plain",
    "recall_country_claim_url_is_https",
    "recall_country_notice_url_is_https",
    "product_checker_url_is_https",
    "disposal_authority_url_is_https",
    "disposal_emergency_source_is_https",
    "disposal_recalls_url_is_https",
    "disposal_incident_url_is_https",
}


def test_no_constraint_is_left_out():
    tested = (
        OF_CODES
        | OF_ADDRESSES
        | {name for _, _, name, _ in REFUSED}
        | {name for _, name, _, _ in ONLY_ONCE}
    )
    models_of_ours = apps.get_app_config("recalls").get_models()
    there = {rule.name for model in models_of_ours for rule in model._meta.constraints}
    assert there <= tested


@pytest.mark.parametrize(("name", "change", "constraint", "sentence"), REFUSED)
def test_the_database_refuses(rows, name, change, constraint, sentence):
    row = rows[name]
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(**change)


@pytest.mark.parametrize(
    ("name", "change", "constraint", "sentence"),
    [refused for refused in REFUSED if refused[0] != "published version"],  # not in admin
)
def test_staff_get_a_sentence(rows, name, change, constraint, sentence):
    row = rows[name]
    for field, value in change.items():
        setattr(row, field, getattr(row, value.name) if isinstance(value, F) else value)
    with pytest.raises(ValidationError) as refused:
        row.full_clean()
    assert sentence in " ".join(refused.value.messages)


@pytest.mark.parametrize("status", ["draft", "published", "withdrawn"])
def test_only_a_replaced_notice_names_another(rows, status):
    recall = rows["recall"]
    newer = make_recall(slug="newer", status="published")
    change = {"status": status, "published_at": timezone.now(), "replaced_by": newer}
    with pytest.raises(IntegrityError, match="names_the_new_one"), transaction.atomic():
        Recall.objects.filter(pk=recall.pk).update(**change)
    for field, value in change.items():
        setattr(recall, field, value)
    with pytest.raises(ValidationError, match="Name the notice that replaces this one"):
        recall.full_clean()


def second(row: models.Model, differences: dict) -> models.Model:
    """A copy of the row that is not stored yet."""
    fields = [field.attname for field in row._meta.concrete_fields if not field.primary_key]
    return type(row)(**{name: getattr(row, name) for name in fields} | differences)


@pytest.mark.parametrize(("name", "constraint", "differences", "sentence"), ONLY_ONCE)
def test_the_database_refuses_a_second(rows, name, constraint, differences, sentence):
    copy = second(rows[name], differences)
    with pytest.raises(IntegrityError), transaction.atomic():
        type(copy).objects.bulk_create([copy])


@pytest.mark.parametrize(("name", "constraint", "differences", "sentence"), ONLY_ONCE)
def test_staff_get_a_sentence_for_a_second(rows, name, constraint, differences, sentence):
    with pytest.raises(ValidationError) as refused:
        second(rows[name], differences).full_clean()
    assert sentence in " ".join(refused.value.messages)


@pytest.mark.parametrize("name", ["rule", "list"])
def test_what_was_withdrawn_may_come_again(rows, name):
    row = rows[name]
    type(row).objects.filter(pk=row.pk).update(status="withdrawn")
    copy = second(row, {})
    copy.full_clean()
    copy.save()


def test_the_rows_above_are_valid(rows):
    for row in rows.values():
        row.full_clean()
