"""These tests show what the owner of each kind of product is told: no line that does not fit."""

import pytest
from django.db import IntegrityError, transaction

from recalls.models import Product, Recall
from recalls.public.kinds import KINDS
from tests.support.factories import (
    make_country,
    make_disposal,
    make_product,
    make_public,
    make_recall,
    make_text,
)
from tests.support.pages import in_order, words

pytestmark = pytest.mark.django_db


def recalled(client, *, language="en", stop_use="", recall=None, **values) -> str:
    """The words of the page of a recalled unit of such a product, without the footer."""
    notice = make_recall(languages=[], **(recall or {}))
    make_text(recall=notice, stop_use=stop_use)
    product = make_product(recall=notice, rules=["AB12345678901234"], **values)
    question = {"sn": "AB12345678901234", "product": product.model_list[0]}
    page = client.get(f"/{language}/check/", question).content.decode()
    title = page.partition("<title>")[2].partition("</title>")[0]
    return f"{title} {words(page).split(' This site is run by ')[0]}"


@pytest.mark.parametrize("kind", Product.Kind.values)
def test_each_kind_has_its_own_heading(client, kind):
    text = recalled(client, kind=kind)
    assert str(KINDS[kind].stop) in text
    assert str(KINDS[kind].title) in text


def test_a_speaker(client):
    in_order(
        recalled(client),
        "Switch it off. Unplug it. Do not charge it again",
        "What to do now",
        "Hot, swollen or smoking? Read the danger signs first",
        "Switch it off. Pull the cable out of the product and out of the wall.",
        "put it on a hard surface",
        "Do not charge it again. Do not take it apart.",
        "Do not put it in the trash or in a recycling bin. Do not take it on a plane.",
        "Do not mail it on your own, sell it or give it away.",
        "swollen or split case",
    )


def test_what_has_no_power(client):
    text = recalled(client, kind="other", power="none")
    in_order(
        text,
        "Stop using this product now Keep it away from others, children too",
        "What to do now",
        "Stop using it. Keep it away from others, children too. Do not sell it or give it away.",
        "If someone is hurt Call 000",
    )
    for word in ("witch it off", "nplug", "charge it", "swollen", "battery box", "plane", "danger"):
        assert word not in text, word


def test_what_runs_on_mains_power_only(client):
    text = recalled(client, kind="appliance", power="mains")
    in_order(
        text,
        "Switch it off, if it has a switch. Unplug it Code",
        "Smoke, sparks or a burning smell? Read the danger signs first",
        "Switch it off, if it has a switch. Pull the plug out of the wall. Do not take it apart.",
        "crackling or buzzing",
    )
    assert "charge it" not in text
    assert "swollen" not in text


def test_what_nobody_puts_on_a_table(client):
    text = recalled(client, kind="bike")
    assert "Keep anything that burns away from it." in text
    for word in ("hard surface", "plane", "mail it", "recycling bin"):
        assert word not in text, word


def test_a_notice_with_steps_of_its_own(client):
    """Take the battery out, and use the laptop on mains power only."""
    text = recalled(
        client,
        kind="battery",
        stop_use="Take the battery out.\nUse the laptop on mains power only.",
        recall={"steps_replace": True, "lines_left_out": "unplug open"},
    )
    in_order(
        text,
        "Stop using this battery now",
        "Switch it off, if it has a switch. Do not charge it again",
        "Read the danger signs first",
        "Take the battery out. Use the laptop on mains power only.",
        "Danger signs",
        "hot when off or charging",
    )
    for word in ("Unplug it.", "Pull the cable", "Do not take it apart", "hard surface"):
        assert word not in text, word


@pytest.mark.parametrize(("left_out", "is_said"), [("", True), ("open", False)])
def test_a_countrys_text_contradicts_no_notice_that_asks_to_open_it(client, left_out, is_said):
    make_disposal(
        country="AU",
        donts={"en": "Not in the trash."},
        keep_whole={"en": "Do not take the battery out."},
        checked_on="2026-06-01",
    )
    text = recalled(client, recall={"lines_left_out": left_out})
    assert "Not in the trash." in text
    assert ("Do not take the battery out." in text) is is_said


def test_steps_of_its_own_that_are_missing_leave_those_of_the_site(client):
    text = recalled(client, recall={"steps_replace": True})
    assert "Pull the cable out of the product" in text


def test_who_gets_a_box_is_not_told_not_to_mail_it(client):
    text = recalled(client, recall={"lines_left_out": "mail"})
    assert "Do not sell it or give it away." in text
    assert "mail it" not in text


def test_one_of_two_notices_takes_no_line_away(client):
    """Both speak of the unit, so what one of them needs said is said."""
    for slug, left_out in (("one", "open mail"), ("two", "mail")):
        notice = make_recall(slug=slug, lines_left_out=left_out)
        make_product(recall=notice, model_numbers="T700", rules=["AB12345678901234"])
    page = client.get("/en/check/", {"sn": "AB12345678901234", "product": "T700"})
    text = words(page.content.decode())
    assert "Do not take it apart." in text
    assert "Do not sell it or give it away." in text


def test_products_powered_in_two_ways_get_the_advice_that_warns_of_most(client):
    notice = make_recall()
    make_product(recall=notice, power="none", model_numbers="T700")
    make_product(recall=notice, power="battery", model_numbers="T800")
    text = words(client.get(f"/en/recalls/{notice.slug}/").content.decode())
    assert "Stop using it now. Switch it off and unplug it" in text


@pytest.mark.parametrize(
    ("power", "line"),
    [
        ("battery", "Switch it off, unplug it, do not charge it until you know. One mistake"),
        ("mains", "Switch it off and unplug it until you know. One mistake"),
        ("none", "Do not use it until you know. One mistake"),
    ],
)
def test_the_lines_of_pages_that_are_not_sure_follow_the_power(client, power, line):
    product = make_product(power=power, rules=["AB12345678901234"], list_complete=True)
    page = client.get("/en/check/", {"sn": "AB12345678901235", "product": product.model_list[0]})
    text = words(page.content.decode())
    assert "Type the code once more" in text
    assert line in text


@pytest.mark.parametrize(
    ("power", "signs"),
    [("battery", "Danger signs"), ("mains", "a burning smell"), ("none", "If someone is hurt")],
)
def test_not_on_the_list_has_the_signs_of_its_power(client, power, signs):
    product = make_product(power=power, rules=["AB12345678901234"], list_complete=True)
    page = client.get("/en/check/", {"sn": "ZZ99999999999999", "product": product.model_list[0]})
    text = words(page.content.decode())
    assert "This code is not on the list" in text
    assert signs in text


def test_the_poster_follows_the_power(client):
    notice = make_recall(slug="dumbbells")
    make_product(recall=notice, kind="other", power="none")
    text = words(client.get("/en/recalls/dumbbells/poster/").content.decode())
    in_order(
        text,
        "If you have this product",
        "Stop using it now. Keep it away",
        "Someone is hurt? Call 000",
    )
    assert "Do not charge it" not in text


def test_a_country_has_no_battery_text_for_what_has_no_battery(client):
    notice = make_recall(countries=[])
    make_country(recall=notice, country="US")
    make_product(recall=notice, power="none")
    text = words(client.get(f"/en/recalls/{notice.slug}/").content.decode())
    assert "How to dispose of the product" not in text
    notice.texts.filter(language="en").update(disposal="Cut the strap.")
    make_public(notice)
    text = words(client.get(f"/en/recalls/{notice.slug}/").content.decode())
    assert "How to dispose of the product" in text


def test_a_line_that_is_not_the_sites_cannot_be_left_out():
    notice = make_recall()
    with pytest.raises(IntegrityError), transaction.atomic():
        Recall.objects.filter(pk=notice.pk).update(lines_left_out="mail danger")
    with pytest.raises(IntegrityError), transaction.atomic():
        Recall.objects.filter(pk=notice.pk).update(lines_left_out="mail mail")
    Recall.objects.filter(pk=notice.pk).update(lines_left_out="open mail")
    with pytest.raises(IntegrityError), transaction.atomic():
        Product.objects.create(recall=notice, model_numbers="A1", power="steam")
