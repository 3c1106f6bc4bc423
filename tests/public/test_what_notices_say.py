"""These tests show what real notices say, each in its own field and on its pages."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from recalls.barcodes import check_digit, forms
from recalls.catalogue.load_catalogue import load_catalogue
from recalls.catalogue.tables import CatalogueError
from recalls.check import ladder
from recalls.check.verdict import Outcome
from recalls.models import Product, Recall
from recalls.published import cache
from tests.support.factories import make_country, make_product, make_recall, make_text
from tests.support.pages import in_order, words
from tests.support.photos import file_of, photo

pytestmark = pytest.mark.django_db


def notice_page(client, recall, language="en") -> str:
    return words(client.get(f"/{language}/recalls/{recall.slug}/").content.decode())


def answer_page(client, typed, product="") -> str:
    page = client.get("/en/check/", {"sn": typed, "product": product})
    return words(page.content.decode())


# Remedies -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "heading"),
    [
        ("refund", "Get your refund"),
        ("replace refund", "Get your refund or a free replacement"),
        ("replace refund repair", "Get your refund, a free replacement or a free repair"),
        ("refund label", "What you can get: a refund or a new label"),
        ("no_remedy", "No remedy is offered"),
        ("gift_card", "Get your gift card"),
        ("part_of_price", "Get part of the price back"),
        ("discount", "Get another product for less"),
        ("refund gift_card", "Get your refund or a gift card"),
        ("replace gift_card", "Get a free replacement or a gift card"),
        ("discount repair", "What you can get: another product for less or a free repair"),
    ],
)
def test_the_heading_names_each_remedy(client, options, heading):
    recall = make_recall(remedy_options=options)
    make_product(recall=recall, identified_by="every_unit", model_numbers="T700")
    assert heading in notice_page(client, recall)
    assert heading in answer_page(client, "T700")


def test_remedies_differ_by_country_and_by_product(client):
    recall = make_recall(remedy_options="replace", countries=["AU"])
    make_country(recall=recall, country="CA", remedy_options="refund", returns_to_shop=True)
    make_product(recall=recall, brand="Head", name="Edge", model_numbers="E1")
    make_product(
        recall=recall, brand="Head", name="Vector", model_numbers="V1", remedy_options="repair"
    )
    in_order(
        notice_page(client, recall),
        "Get your free replacement",
        "Head Vector V1 Get it repaired for free",
        "Country of purchase: Australia",
        "Country of purchase: Canada Get your refund",
        "Or take it back to the store where you bought it.",
    )


def test_nobody_waits_for_a_firm_that_does_not_answer(client):
    recall = make_recall(firm_is_silent=True, remedy_options="dispose")
    make_product(recall=recall)
    text = notice_page(client, recall)
    assert "The firm does not answer. Do not wait for it." in text
    assert "no receipt? Ask" not in text


def test_a_remedy_must_be_known_and_none_stands_alone():
    for options in ("", "money", "no_remedy refund", "refund no_remedy"):
        with pytest.raises((IntegrityError, ValidationError)), transaction.atomic():
            make_recall(remedy_options=options)
        recall = make_recall()
        with pytest.raises(IntegrityError), transaction.atomic():
            Recall.objects.filter(pk=recall.pk).update(remedy_options=options)
    with pytest.raises(IntegrityError), transaction.atomic():
        recall.countries.update(remedy_options="money")


# Numbers ------------------------------------------------------------------------------------------


def test_each_number_is_printed_as_its_kind(client):
    recall = make_recall()
    make_product(
        recall=recall,
        model_numbers="T100\nT101",
        article_numbers="SKU-7",
        part_numbers="P0-77",
        barcodes="812715018078",
    )
    in_order(
        notice_page(client, recall),
        "Model T100, T101",
        "Article number SKU-7",
        "Part number P0-77",
        "Barcode number 812715018078",
    )


@pytest.mark.parametrize(
    "typed", ["SKU-7", "P077", "812715018078", "0812715018078", "00812715018078", "8 12715 01807 8"]
)
def test_every_number_finds_its_product(typed):
    make_product(
        model_numbers="",
        article_numbers="SKU-7",
        part_numbers="P0-77",
        barcodes="812715018078",
        identified_by="every_unit",
    )
    assert ladder.check_code(typed).outcome is Outcome.RECALLED


@pytest.mark.parametrize("typed", ["812715018079", "112715018078", "0812715018070"])
def test_another_barcode_number_finds_nothing(typed):
    make_product(model_numbers="", barcodes="812715018078", identified_by="every_unit")
    assert ladder.check_code(typed).outcome is not Outcome.RECALLED


def test_an_ean_that_begins_with_zero_is_found_as_a_upc():
    assert forms("0812715018078") == ["0812715018078", "812715018078", "00812715018078"]
    assert forms("4571411204692") == ["4571411204692", "04571411204692"]
    assert check_digit("81271501807") == "8"


@pytest.mark.parametrize(
    "number", ["812715018079", "81271501807", "8127-1501-8078", "８12715018078"]
)
def test_a_wrong_barcode_number_is_refused(number):
    with pytest.raises(ValidationError, match="digit"):
        make_product(barcodes=number)


def test_letters_in_a_barcode_number_are_refused_by_the_database():
    product = make_product()
    with pytest.raises(IntegrityError), transaction.atomic():
        Product.objects.filter(pk=product.pk).update(barcodes="81271501807B")
    with pytest.raises(IntegrityError), transaction.atomic():
        Product.objects.filter(pk=product.pk).update(sold_in="us")


def test_a_product_without_any_number_is_found_by_its_name(client):
    recall = make_recall(slug="harness")
    product = make_product(
        recall=recall, brand="Petzl", name="Astro", model_numbers="", identified_by="every_unit"
    )
    assert (product.main_number, str(product)) == ("Astro", "Petzl Astro")
    assert ladder.check_code("Astro").outcome is Outcome.RECALLED
    text = notice_page(client, recall)
    assert "Model" not in text.partition("The product")[2].partition("Where it was sold")[0]


def test_a_name_without_letters_needs_a_number():
    with pytest.raises(ValidationError, match="Enter at least one number"):
        make_product(name="充電器", model_numbers="")


# Brands, firms, authorities -----------------------------------------------------------------------


def test_unbranded_products_of_two_notices_stay_two():
    for slug in ("one", "two"):
        recall = make_recall(slug=slug, firm="")
        make_product(recall=recall, brand="", name=f"Charger {slug}", model_numbers="E33A")
    families = cache.load_edition().families
    assert len(families) == 2
    assert {family.key for family in families} == {"Charger one E33A", "Charger two E33A"}
    assert len(ladder.check_code("E33A").choices) == 2
    assert ladder.check_code("AB12345678901234", "E33A").is_brand_asked


def test_a_notice_without_a_firm_sends_people_to_the_shop(client):
    recall = make_recall(firm="", countries=["AU"])
    make_product(recall=recall, brand="", name="USB charger", model_numbers="")
    text = notice_page(client, recall)
    assert "Ask the store where you bought it." in text
    assert "Recalled by" not in text


def test_several_firms_brands_and_authorities(client):
    recall = make_recall(firm="Maker", other_firms="Importer\nSeller", countries=[])
    make_country(recall=recall, country="CA", authority="Health Canada", authority_number="RA-7")
    make_product(recall=recall, brand="Belkin", other_brands="Playa\nBelkin Home")
    text = notice_page(client, recall)
    in_order(text, "Also sold as Playa, Belkin Home", "Recalled by Maker, Importer, Seller")
    assert "Authority (Canada) Health Canada, number RA-7" in text
    page = client.get("/en/check/", {"sn": "HELLO", "q": "Playa"})
    assert "Belkin Tone" in words(page.content.decode())


def test_a_makers_checker_needs_a_brand():
    product = make_product()
    with pytest.raises(IntegrityError), transaction.atomic():
        Product.objects.filter(pk=product.pk).update(
            brand="", identified_by="makers_checker", checker_url="https://maker.example/"
        )


# Facts of a product -------------------------------------------------------------------------------


def test_a_product_that_is_recalled_in_one_country_says_so(client):
    recall = make_recall(countries=["CA", "US"])
    make_product(recall=recall, model_numbers="A1", units=1200, sold_in="CA")
    make_product(recall=recall, model_numbers="A2", rules=["AB12345678901234"])
    text = notice_page(client, recall)
    assert "Recalled only in Canada Units About 1,200 units were sold." in text
    assert "Canada, United States: recalled by" in answer_page(client, "AB12345678901234")
    assert "Canada: some units recalled" in answer_page(client, "A1")


def test_a_part_of_a_set_and_a_unit_already_repaired(client):
    recall = make_recall()
    make_product(
        recall=recall,
        model_numbers="T700",
        identified_by="every_unit",
        sold={"en": "From May 2022 to January 2023"},
        part_of_set={"en": "Only the battery is recalled, not the speaker."},
        repaired={"en": "A green dot beside the label."},
    )
    told = "Already repaired or exchanged? This is how you tell: A green dot beside the label."
    in_order(
        answer_page(client, "T700"),
        "Only the battery is recalled, not the speaker.",
        told,
        "What to do now",
    )
    in_order(
        notice_page(client, recall),
        "When it was sold From May 2022 to January 2023",
        "Part of a set Only the battery is recalled, not the speaker.",
        "Already repaired A green dot beside the label.",
    )


# Dates, deaths, injuries --------------------------------------------------------------------------


def test_a_notice_that_was_announced_again_stands_among_the_newest(client):
    old = make_recall(slug="old", recall_month=dt.date(2025, 4, 1), deaths=1, injuries=28)
    new = make_recall(slug="new", recall_month=dt.date(2026, 1, 1))
    for recall in (old, new):
        make_product(recall=recall)
    assert [notice.slug for notice in cache.load_edition().notices] == ["new", "old"]
    old.announced_again_on = dt.date(2026, 4, 9)
    old.save()
    make_product(recall=old)  # published anew
    assert [notice.slug for notice in cache.load_edition().notices] == ["old", "new"]
    assert "Announced again 9 April 2026" in notice_page(client, old)


def test_it_may_have_been_announced_again_in_a_month_whose_day_nobody_knows(client):
    recall = make_recall(slug="again", recall_month=dt.date(2025, 4, 1))
    recall.announced_again_on = dt.date(2026, 4, 9)
    recall.announced_again_day_unknown = True
    recall.full_clean()
    recall.save()
    assert recall.announced_again_on == dt.date(2026, 4, 1)
    make_product(recall=recall)
    for language, month in (("en", "April 2026"), ("fr", "avril 2026"), ("es", "abril de 2026")):
        assert month in notice_page(client, recall, language)
    assert "1 April" not in notice_page(client, recall)
    assert '<time datetime="2026-04">' in client.get("/en/recalls/again/").text
    with pytest.raises(IntegrityError), transaction.atomic():
        Recall.objects.filter(pk=recall.pk).update(announced_again_on=dt.date(2026, 4, 9))


def test_units_may_have_been_added_in_a_month_whose_day_nobody_knows(client):
    other = make_recall(slug="other", recall_month=dt.date(2026, 2, 1))
    make_product(recall=other)
    recall = make_recall(slug="expanded", recall_month=dt.date(2025, 4, 1))
    recall.expanded_on, recall.expanded_day_unknown = dt.date(2026, 3, 17), True
    recall.full_clean()
    recall.save()
    assert recall.expanded_on == dt.date(2026, 3, 1)  # the month stands as its first day
    make_product(recall=recall)
    assert [notice.slug for notice in cache.load_edition().notices] == ["expanded", "other"]
    for language, text in (
        ("en", "More units added March 2026"),
        ("fr", "mars 2026"),
        ("es", "marzo de 2026"),
    ):
        assert text in notice_page(client, recall, language)
    assert '<time datetime="2026-03">' in client.get("/en/recalls/expanded/").text


def test_staff_and_the_database_want_the_month_of_such_a_day():
    recall = make_recall(expanded_on=dt.date(2026, 3, 17))
    with pytest.raises(IntegrityError), transaction.atomic():
        Recall.objects.filter(pk=recall.pk).update(expanded_day_unknown=True)
    recall.expanded_on, recall.expanded_day_unknown = None, True
    with pytest.raises(ValidationError, match="Enter any day of the month"):
        recall.full_clean()


def test_deaths_and_injuries_are_on_the_page_of_the_answer(client):
    recall = make_recall(deaths=1, injuries=1028)
    make_product(recall=recall, model_numbers="E33A", identified_by="every_unit")
    in_order(
        answer_page(client, "E33A"),
        "The battery can overheat (en). 1 person died. 1,028 people were hurt.",
        "What to do now",
    )
    assert "1 person died. 1,028 people were hurt." in notice_page(client, recall)
    assert "1 personne est morte." in notice_page(client, recall, "fr")


def test_an_earlier_notice_and_a_later_one_lead_to_each_other(client):
    earlier = make_recall(slug="earlier")
    later = make_recall(slug="later", follows=earlier)
    for recall in (earlier, later):
        make_product(recall=recall)
    assert "Earlier notice Example S100" in notice_page(client, later)
    assert "Later notice Example S100" in notice_page(client, earlier)
    with pytest.raises(IntegrityError), transaction.atomic():
        Recall.objects.filter(pk=later.pk).update(follows=later)


# Catalogue files ----------------------------------------------------------------------------------

NOTICE = """
firm = "Maker"
recall_month = 2026-01-01
remedy_options = ["refund", "replace"]
{more}
[texts.en]
title = "Tone: fire hazard"
lead = "The Tone"
hazard = "It can burn."
remedy = ["Ask."]
[[products]]
name = "Tone"
brand = "Maker"
barcodes = ["812715018078"]
identified_by = "every_unit"
{product}
"""


def test_a_file_names_an_earlier_notice_and_a_picture(tmp_path):
    (tmp_path / "photo.jpg").write_bytes(file_of(photo()).getvalue())
    alts = "".join(f'picture_alt.{language} = "Black"\n' for language in ("en", "fr", "es"))
    (tmp_path / "a-later.toml").write_text(
        NOTICE.format(more='follows = "b-earlier"', product=f'picture = "photo.jpg"\n{alts}')
    )
    (tmp_path / "b-earlier.toml").write_text(NOTICE.format(more="", product=""))
    load_catalogue(folder=tmp_path)
    later = Recall.objects.get(slug="a-later")
    assert later.follows.slug == "b-earlier"
    assert later.remedy_options == "replace refund"
    assert later.products.get().picture.width > 0


@pytest.mark.parametrize(
    ("more", "product", "sentence"),
    [
        ('follows = "nobody"', "", "follows: there is no notice “nobody”"),
        ("", 'picture = "../photo.jpg"', "write the name of a picture file"),
        ("", 'picture = "photo.jpg"', "the folder has no file photo.jpg"),
    ],
)
def test_a_file_that_names_what_is_not_there_is_refused(tmp_path, more, product, sentence):
    (tmp_path / "a.toml").write_text(NOTICE.format(more=more, product=product))
    with pytest.raises(CatalogueError, match=sentence):
        load_catalogue(folder=tmp_path)
    assert not Recall.objects.exists()


def test_each_of_two_notices_has_its_own_page_of_the_maker(client):
    """One model that was recalled twice: links that lead to different pages differ in words."""
    for year, page in ((2025, "rc2506"), (2024, "product-recalls")):
        month = dt.date(year, 1, 1)
        recall = make_recall(slug=f"of-{year}", firm="Alto", recall_month=month, languages=())
        make_text(recall=recall, title=f"Alto T700 of {year}")
        make_product(
            recall=recall,
            brand="Alto",
            model_numbers="T700",
            identified_by="makers_checker",
            checker_name="Alto",
            checker_url=f"https://www.alto.example/{page}/",
            checker_tried_on=dt.date(2026, 1, 1),
        )
    shown = answer_page(client, "AB12345678901234", "T700")
    for text in ("alto.example/rc2506", "alto.example/product-recalls"):
        assert shown.count(f"Alto’s page for T700, {text}") == 1
    assert "All steps of this recall" not in shown
    in_order(shown, "It is recalled.", "Alto T700 of 2025", "Alto T700 of 2024", "Keep a screen")
    assert shown.count("the recall link at the foot of") == 1


def test_where_the_list_is_not_complete_the_makers_page_is_named_too(client):
    make_product(
        brand="Alto",
        model_numbers="T700",
        shapes="AB##############",
        rules=["AB12############"],
        checker_url="https://www.alto.example/recall",
        checker_name="Alto",
    )
    shown = answer_page(client, "AB99999999999999", "T700")
    in_order(shown, "We do not have all the codes yet", "Alto’s page for T700, alto.example")
