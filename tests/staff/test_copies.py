"""A notice or a product is copied as the start of another, and nothing of it is public."""

import datetime as dt

import pytest

from recalls.models import Product, Publication, PublishedVersion, Recall
from recalls.publishing.copies import copy_recall
from tests.support.admin_pages import address
from tests.support.factories import make_list, make_picture, make_product, make_recall, make_rule
from tests.support.people import EDITOR, PUBLISHER, make_person, signed_in
from tests.support.photos import ALTS
from tests.support.publish_pages import CODE, page, press, verdict

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
# Each column of a copy that is not as in the original; what is not named here is copied.
OF_A_NOTICE = {
    "slug": "a3102-copy",
    "status": "draft",
    "recall_date": None,
    "announced_again_on": None,
    "expanded_on": None,
    "announced_again_day_unknown": False,
    "expanded_day_unknown": False,
    "follows_id": None,
    "deaths": None,
    "injuries": None,
    "authority_number": "",
    "sources": "",
    "published_at": None,
    "revision": 0,
}
OF_A_PRODUCT = {"units": None, "list_complete": False, "checker_tried_on": None}
OF_A_SISTER = {
    "name": "Tone copy",
    "model_numbers": "",
    "article_numbers": "",
    "part_numbers": "",
    "barcodes": "",
    "example_code": "",
    "picture_id": None,
    "picture_alt": {},
}


@pytest.fixture
def public():
    """A public notice with a value in each column that a copy must not have."""
    day = dt.date(2024, 7, 2)
    recall = make_recall(
        slug="a3102",
        recall_date=day,
        recall_month=day.replace(day=1),
        announced_again_on=day.replace(day=1),
        announced_again_day_unknown=True,
        expanded_on=day.replace(day=1),
        expanded_day_unknown=True,
        follows=make_recall(slug="earlier"),
        deaths=1,
        injuries=2,
        authority_number="24-123",
        sources="https://example.org/notice",
        revision=7,
        importer="Example Import",
    )
    recall.texts.update(changes="200 codes added.", incidents="33 reports.")
    recall.countries.update(units=1000, phone="1-800-0000", notice_url="https://example.org/a")
    product = make_product(
        recall=recall,
        model_numbers="A3102",
        article_numbers="ART1",
        part_numbers="P1",
        barcodes="012345678905",
        units=500,
        example_code="ACCJRU1D00000000",
        checker_tried_on=day,
        shapes="ACCJRU1D########",
        label_en="Model: A3102",
        picture=make_picture(),
        rules=[CODE],
        codes=["ACCJRU1D20000001"],
        list_complete=True,
        **ALTS,
    )
    product.test_codes.create(typed=CODE, expected="recalled")
    return recall


def differences(old, new):
    return {
        column.attname: getattr(new, column.attname)
        for column in old._meta.concrete_fields
        if getattr(old, column.attname) != getattr(new, column.attname)
        and column.attname not in ("id", "recall_id", "recall_month")
    }


def press_copy(person, row):
    return signed_in(person).post(address(row, "copy"), follow=True)


def test_a_copied_notice_is_a_draft_with_the_texts_and_without_codes(public):
    version = PublishedVersion.objects.get().version
    public.refresh_from_db()
    answer = press_copy(make_person("eve", EDITOR), public)
    new = Recall.objects.get(slug="a3102-copy")
    assert answer.request["PATH_INFO"] == address(new)
    assert "This is a draft, copied without codes" in answer.text
    assert differences(public, new) == OF_A_NOTICE
    for old in public.texts.all():
        copied = new.texts.get(language=old.language)
        assert differences(old, copied) == {"changes": "", "incidents": ""}
    assert differences(public.countries.get(), new.countries.get()) == {
        "units": None,
        "notice_url": "",
    }
    product = new.products.get()
    assert differences(public.products.get(), product) == OF_A_PRODUCT
    for rows in (product.rules, product.code_lists, product.test_codes):
        assert not rows.exists()
    assert PublishedVersion.objects.get().version == version
    assert not Publication.objects.filter(recall=new).exists()


def test_a_copied_product_belongs_to_the_notice_and_is_not_public(public):
    before = verdict("ACCJRU1D99000000", "A3102")
    answer = press_copy(make_person("eve", EDITOR), public.products.get())
    old, new = public.products.order_by("pk")
    assert answer.request["PATH_INFO"] == address(new)
    assert differences(old, new) == OF_A_PRODUCT | OF_A_SISTER
    for rows in (new.rules, new.code_lists, new.test_codes):
        assert not rows.exists()
    assert verdict("ACCJRU1D99000000", "A3102") == before
    assert (
        "a new product"
        in signed_in(make_person("pat", PUBLISHER)).get(page(public, "publish")).text
    )


def test_an_address_that_is_taken_gets_a_number(public):
    eve = make_person("eve", EDITOR)
    slugs = [copy_recall(recall=public, by=eve).slug for _ in range(3)]
    assert slugs == ["a3102-copy", "a3102-copy-2", "a3102-copy-3"]
    long = make_recall(slug="a" * 80, status="draft")
    assert [len(copy_recall(recall=long, by=eve).slug) for _ in range(2)] == [80, 80]


def test_a_copy_becomes_public_as_any_new_notice(public):
    """One person publishes it, since nothing was told of it before."""
    pat = make_person("pat", PUBLISHER)
    press_copy(pat, public)
    new = Recall.objects.get(slug="a3102-copy")
    make_rule(product=new.products.get(), text="ACCJRU1D77770000", status="draft")
    assert "It is public." in press(signed_in(pat), page(new, "publish"), "publish").text
    assert verdict("ACCJRU1D77770000") == "recalled"


def test_a_row_that_is_wrong_is_not_copied(public):
    Product.objects.filter(recall=public).update(shapes="[")
    answer = press_copy(make_person("eve", EDITOR), public)
    assert "Nothing was copied." in answer.text
    assert not Recall.objects.filter(slug="a3102-copy").exists()


def test_lists_of_the_original_are_untouched(public):
    code_list = make_list(product=public.products.get(), codes=["ACCJRU1D30000001"])
    press_copy(make_person("eve", EDITOR), public)
    code_list.refresh_from_db()
    assert (code_list.status, code_list.product.recall) == ("active", public)
