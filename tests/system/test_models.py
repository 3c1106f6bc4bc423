"""The models' own rules: codes, complete lists, shapes, rules, and what is public."""

import datetime as dt

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from recalls import codes
from recalls.models import (
    AffectedCode,
    CodeList,
    Heartbeat,
    IdentificationRule,
    Product,
    PublishedVersion,
    Recall,
)
from tests.support.factories import make_list, make_product, make_recall, make_rule
from tests.support.rows import one_of_each

pytestmark = pytest.mark.django_db

SHAPE = "?" * 16
RANGE = "ACCJRU1D16400841 to ACCJRU1D16400960"
A_DAY = dt.date(2024, 12, 5)


@pytest.fixture
def recall():
    return make_recall(slug="a3102", status="draft")


@pytest.fixture
def product(recall):
    return make_product(recall=recall, model_numbers="A3102", shapes=SHAPE)


@pytest.fixture
def rule(product):
    return make_rule(product=product, text=RANGE, status="active")


@pytest.fixture
def code_list(product):
    return make_list(product=product, codes=["ACCJRU1D16400841"], status="active")


@pytest.fixture
def rows(recall, product, rule, code_list):
    return one_of_each(recall, product, rule, code_list)


# Codes -------------------------------------------------------------------------------------------


def bulk(code_list, code, skeleton):
    AffectedCode.objects.bulk_create(
        [AffectedCode(code_list=code_list, code=code, skeleton=skeleton)]
    )


def test_codes_are_filed_under_the_skeleton_that_python_makes(code_list):
    """Each look-alike character and each other one, so that both databases agree with `codes`."""
    for code in (codes.CHARACTERS, codes.CHARACTERS[::-1], "A" * codes.MAX_CODE_LENGTH, "0"):
        bulk(code_list, code, codes.skeleton(code))


@pytest.mark.parametrize(
    ("code", "skeleton"),
    [
        ("ACCO0001", "ACCO0001"),
        ("ACC00001", "ACC00002"),
        ("ACC00001", ""),
        ("ACC00001", "acc00001"),
    ],
)
def test_a_code_under_a_wrong_skeleton_is_refused(code_list, code, skeleton):
    with pytest.raises(IntegrityError, match="code_under_its_skeleton"), transaction.atomic():
        bulk(code_list, code, skeleton)
    with pytest.raises(ValidationError, match=r"code_under_its_skeleton|blank"):
        AffectedCode(code_list=code_list, code=code, skeleton=skeleton).full_clean()


@pytest.mark.parametrize(
    "code",
    [
        "",
        "acc00003",
        "ACC 0003",
        "ACC-0003",
        "ACC0003\n",
        "\nACC0003",
        "ACC0003é",
        "АCC0003",  # a Cyrillic А
        "ACC000\uff13",  # a full-width 3
        "ACC000\u0663",  # an Arabic 3
        "[^A]*",
    ],
)
def test_a_code_that_is_not_in_normal_form_is_refused(code_list, code):
    with pytest.raises(IntegrityError, match="code_in_normal_form"), transaction.atomic():
        bulk(code_list, code, codes.skeleton(code))
    with pytest.raises(ValidationError, match=r"code_in_normal_form|blank"):
        AffectedCode(code_list=code_list, code=code, skeleton=codes.skeleton(code)).full_clean()


def test_a_code_of_41_signs_is_refused(code_list):
    code = "A" * (codes.MAX_CODE_LENGTH + 1)
    # PostgreSQL refuses it by the column's length, with an error of another class.
    with pytest.raises(DatabaseError), transaction.atomic():
        bulk(code_list, code, code)
    with pytest.raises(ValidationError, match="at most 40 characters"):
        AffectedCode(code_list=code_list, code=code, skeleton=code).full_clean()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("statement", ["INSERT", "UPDATE"])
def test_a_code_belongs_to_a_list(statement):
    product = make_product()
    code_list = make_list(product=product, codes=["ACCJRU1D16400841"])
    code = AffectedCode.objects.get()
    none = code_list.pk + 1
    with pytest.raises(IntegrityError):
        if statement == "INSERT":
            AffectedCode.objects.create(code=code.code, skeleton=code.skeleton, code_list_id=none)
        else:
            AffectedCode.objects.update(code_list=none)
    assert AffectedCode.objects.get().code_list_id == code_list.pk


@pytest.mark.django_db(transaction=True)
def test_a_list_with_codes_stays():
    code_list = make_list(product=make_product(), codes=["ACCJRU1D16400841"])
    with pytest.raises(IntegrityError):
        CodeList.objects.filter(pk=code_list.pk)._raw_delete("default")
    AffectedCode.objects.all().delete()
    CodeList.objects.filter(pk=code_list.pk)._raw_delete("default")
    assert not CodeList.objects.exists()


@pytest.mark.sqlite
@pytest.mark.django_db
def test_sqlite_keeps_codes_in_their_key_alone():
    """A migration of this table that Django makes by a new one would forget it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'recalls_affectedcode'")
        (text,) = cursor.fetchone()
    assert text.endswith("WITHOUT ROWID")
    assert 'REFERENCES "recalls_codelist"' in text


@pytest.mark.postgresql
@pytest.mark.django_db
def test_postgresql_has_its_triggers_and_collations():
    """A migration of these tables that makes a column anew would lose them."""
    triggers = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname"
    collations = (
        "SELECT column_name, collation_name FROM information_schema.columns "
        "WHERE table_name = 'recalls_affectedcode' AND data_type = 'character varying'"
    )
    keys = "SELECT contype FROM pg_constraint WHERE conrelid = 'recalls_affectedcode'::regclass"
    with connection.cursor() as cursor:
        cursor.execute(triggers)
        assert [name for (name,) in cursor.fetchall()] == [
            "code_of_a_list_added",
            "code_of_a_list_changed",
            "code_of_a_list_kept",
        ]
        cursor.execute(collations)
        assert dict(cursor.fetchall()) == {"skeleton": "C", "code": "C"}
        cursor.execute(keys)
        assert sorted(kind for (kind,) in cursor.fetchall()) == ["c", "c", "p"]


@pytest.mark.django_db
def test_no_other_table_has_a_trigger():
    statement = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
    if connection.vendor == "postgresql":
        statement = (
            "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal "
            "AND tgrelid::regclass::text NOT IN ('recalls_affectedcode', 'recalls_codelist')"
        )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.fetchall() == []


def test_a_list_holds_a_code_once_and_another_list_may_hold_it_too(code_list, product):
    code = "ACCJRU1D16400841"
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk(code_list, code, codes.skeleton(code))
    make_list(product=product, codes=[code], status="active")
    assert AffectedCode.objects.filter(code=code).count() == 2


# Products ----------------------------------------------------------------------------------------


def refuses_completeness(product):
    product.list_complete = True
    with pytest.raises(ValidationError) as refused:
        product.full_clean()
    (sentence,) = refused.value.message_dict["list_complete"]
    return "no rule or active list of recalled codes, or one is still loading" in sentence


def test_a_list_is_complete_only_with_a_rule_or_an_active_list(product):
    """A draft rule becomes public with the completeness; a draft list does not."""
    assert refuses_completeness(product)
    make_list(product=product, codes=[], status="draft")
    rule = make_rule(product=product, text=RANGE, status="withdrawn")
    assert refuses_completeness(product)
    rules = IdentificationRule.objects.filter(pk=rule.pk)
    rules.update(status="active", effect="not_recalled")
    assert refuses_completeness(product)
    for status in ("draft", "active"):
        rules.update(status=status, effect="recalled")
        product.full_clean()


def test_an_active_list_is_enough(product):
    make_list(product=product, codes=["ACCJRU1D16400841"], status="active")
    product.list_complete = True
    product.full_clean()


def test_a_list_is_not_complete_while_another_is_loading(product, rule):
    make_list(product=product, codes=[], status="loading")
    assert refuses_completeness(product)


def test_a_new_product_has_no_complete_list(recall):
    assert refuses_completeness(
        Product(
            recall=recall,
            brand="Anker",
            name="Soundcore",
            model_numbers="A3102",
            shapes=SHAPE,
            identified_by="listed_codes",
        )
    )


@pytest.mark.parametrize("name", ["rule", "list"])
@pytest.mark.parametrize("lose", ["withdraw", "delete"])
def test_a_product_that_loses_a_rule_or_list_is_no_longer_complete(rows, name, lose):
    Product.objects.update(list_complete=True)
    row = rows[name]
    if lose == "delete":
        row.delete()
    else:
        row.status = "withdrawn"
        row.save()
    assert not Product.objects.get().list_complete


@pytest.mark.parametrize("name", ["rule", "list"])
def test_a_product_that_keeps_its_rules_and_lists_stays_complete(rows, name):
    Product.objects.update(list_complete=True)
    rows[name].save()
    assert Product.objects.get().list_complete


@pytest.mark.parametrize("model_numbers", [" ", "\n", "-", "·"])
def test_a_product_has_a_number_or_a_name_to_find_it_by(product, model_numbers):
    product.name = "スピーカー"
    product.model_numbers = model_numbers
    with pytest.raises(ValidationError, match="Enter at least one number, or a name with letters"):
        product.full_clean()


@pytest.mark.parametrize("sold_in", ["QQ", "CA USA", "C A"])
def test_where_a_product_was_sold_is_a_country(product, sold_in):
    product.sold_in = sold_in
    with pytest.raises(ValidationError, match="is no country"):
        product.full_clean()


def test_a_shape_that_cannot_be_read_is_named(product):
    product.shapes = f"{SHAPE}\n57V[\n"
    with pytest.raises(ValidationError, match=r"57V\[: A bracket is not closed"):
        product.full_clean()


def test_a_shape_is_no_range(product):
    product.shapes = "A100 to A200"
    with pytest.raises(ValidationError, match="cannot be a range"):
        product.full_clean()


@pytest.mark.parametrize("letters", ["oi", "O I", "O,I", "О", "OI\n"])
def test_unused_letters_are_capitals_only(product, letters):
    product.unused_letters = letters
    with pytest.raises(ValidationError, match="Enter capital letters only"):
        product.full_clean()


# Rules -------------------------------------------------------------------------------------------


def test_a_rule_is_kept_in_its_tidy_form(product):
    rule = IdentificationRule(product=product, text="accjru1d-1640 0841 – accjru1d16400960")
    rule.full_clean()
    rule.save()
    assert IdentificationRule.objects.get().text == RANGE


def test_a_rule_written_otherwise_is_the_same_rule(rule):
    again = IdentificationRule(product=rule.product, text=RANGE.lower().replace(" to ", " - "))
    with pytest.raises(ValidationError, match="This product has this rule already"):
        again.full_clean()


def test_a_rule_that_cannot_be_read_is_refused_at_its_field(product):
    with pytest.raises(ValidationError) as refused:
        IdentificationRule(product=product, text="A200 to A100").full_clean()
    (sentence,) = refused.value.message_dict["text"]
    assert "runs backwards" in sentence


def test_a_rule_that_fits_no_shape_is_refused_at_its_field(product):
    with pytest.raises(ValidationError) as refused:
        IdentificationRule(product=product, text="KK23289034").full_clean()
    (sentence,) = refused.value.message_dict["text"]
    assert "No code that fits this product's shapes can match this rule" in sentence


def test_any_rule_is_taken_where_no_shape_is_on_file(product):
    product.shapes = ""
    IdentificationRule(product=product, text="KK23289034").full_clean()


def test_a_rule_beside_a_shape_that_cannot_be_read_fails_with_no_error_of_its_own(product):
    product.shapes = "57V["
    IdentificationRule(product=product, text="KK23289034").full_clean()


# What is public ----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", Recall.Status.values)
def test_querysets_and_properties_agree(recall, status):
    recall.status = status
    recall.published_at = timezone.now()
    if status == Recall.Status.REPLACED:
        recall.replaced_by = make_recall(slug="newer", status="published")
    recall.save()
    same = Recall.objects.filter(pk=recall.pk)
    assert same.published().exists() is recall.is_published
    assert same.visible().exists() is recall.is_visible
    assert recall.is_visible is (status != "draft")
    assert recall.is_published is (status == "published")


# What the public is told rests on the first alone; the rest is what staff work on.
TOLD = ["publication", "list", "disposal"]
NOT_TOLD = [
    *("recall", "text", "country", "product", "rule", "test code", "picture", "refused row"),
    *("daily count", "figures", "failed sign-in", "known network", "unsaved form"),
]


def version():
    return PublishedVersion.objects.get().version


@pytest.mark.parametrize("name", TOLD)
def test_a_save_renews_the_published_version(rows, name):
    before = version()
    rows[name].save()
    assert version() != before


@pytest.mark.parametrize("name", TOLD)
def test_a_deletion_renews_the_published_version(rows, name):
    before = version()
    rows[name].delete()
    assert version() != before


@pytest.mark.parametrize("change", ["save", "delete"])
@pytest.mark.parametrize("name", NOT_TOLD)
def test_what_staff_work_on_is_not_public_by_itself(rows, name, change):
    if name in ("recall", "product"):
        rows["list"].delete()  # a list's own deletion counts
    before = version()
    getattr(rows[name], change)()
    assert version() == before


def test_every_model_renews_the_published_version_or_is_known_not_to(rows):
    """Codes come and go with their list; the record tells what was."""
    told = {type(rows[name]) for name in TOLD}
    others = {PublishedVersion, AffectedCode, Heartbeat, *(type(rows[name]) for name in NOT_TOLD)}
    record = {type(row).history.model for row in rows.values() if hasattr(type(row), "history")}
    assert told | others | record == set(apps.get_app_config("recalls").get_models())


def test_the_published_version_is_one_row(rows):
    with pytest.raises(IntegrityError), transaction.atomic():
        PublishedVersion.objects.bulk_create([PublishedVersion(id=2, version="x")])
    PublishedVersion.renew()
    assert PublishedVersion.objects.count() == 1


def test_lists_that_are_not_active_need_no_date(product):
    for status in ("loading", "draft", "withdrawn"):
        row = make_list(product=product, codes=[], status=status)
        CodeList.objects.filter(pk=row.pk).update(activated_at=None)
