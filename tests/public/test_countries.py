"""Countries of the world, and what staff enter of each: whom to call and to tell."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import override

from recalls import countries
from recalls.models import Disposal
from recalls.public import presenting
from recalls.publishing.checklist import checklist_lines
from recalls.publishing.disposals import disposal_changes, why_not_disposal
from tests.support.factories import make_country, make_disposal, make_product, make_recall
from tests.support.pages import words
from tests.support.people import PUBLISHER, make_person

pytestmark = pytest.mark.django_db

EU = {"country": "DE", "dos": {"en": "Ask."}, "checked_on": "2026-06-01"}


def notice(client, *codes, language="en") -> str:
    recall = make_recall(countries=codes)
    make_product(recall=recall)
    page = client.get(f"/{language}/recalls/{recall.slug}/").content.decode()
    return words(page).replace("\xa0", " ")


def test_there_are_all_countries_of_iso_3166_with_their_names_from_cldr():
    assert len(countries.names("en")) == 249
    assert countries.choices()[0] == ("AF", "Afghanistan")
    assert countries.choices()[-1] == ("ZZ", "Any other country")
    assert countries.names("fr")["DE"] == "Allemagne"
    assert countries.names("xx")["DE"] == "Germany"
    assert {"DE", "FR", "ES"} < countries.EU
    assert not countries.EU - countries.names("en").keys()


@pytest.mark.parametrize(
    ("language", "codes", "text"),
    [
        ("en", ["DE"], "Country of purchase: Germany"),
        ("en", ["JP", "DE"], "Country of purchase: Germany, Japan"),
        ("en", ["ZZ", "US"], "Country of purchase: United States, any other country"),
        ("fr", ["ZA"], "Pays d’achat\u202f: Afrique du Sud"),
        # In the order of the language: É as E.
        ("fr", ["SE", "US", "ES"], "Pays d’achat\u202f: Espagne, États-Unis, Suède"),
        ("es", ["SE", "AT"], "País de compra: Austria, Suecia"),
    ],
)
def test_a_country_is_said_in_every_language(language, codes, text):
    with override(language):
        assert presenting.bought_in(codes) == text


@pytest.mark.parametrize(
    ("codes", "tag"),
    [
        (["US", "MX"], "Retiro del mercado por seguridad"),
        (["ZZ"], "Retiro del mercado por seguridad"),
        (["ES"], "Recuperación de producto por motivos de seguridad"),
        (["US", "DE"], "Recuperación de producto por motivos de seguridad"),
    ],
)
def test_a_recall_is_headed_in_the_words_of_the_law_that_holds_there(client, codes, tag):
    """Article 36(2)(a) of the EU's regulation has its own; people in the Americas know others."""
    recall = make_recall(slug="headed", countries=codes)
    make_product(recall=recall, model_numbers="T700", identified_by="every_unit")
    for address in ("recalls/headed/", "recalls/headed/poster/", "check/?sn=T700"):
        page = words(client.get(f"/es/{address}").content.decode())
        assert page.count(tag) == 1, address
        assert sum(map(page.count, ("Retiro del mercado por", "Recuperación de producto"))) == 1


def test_a_notice_holds_in_any_country(client):
    text = notice(client, "ZA", "DE")
    assert "Country of purchase: Germany, South Africa" in text
    assert "Where it was sold Germany, South Africa" in text


def test_the_law_of_the_union_holds_in_each_of_its_members(client):
    recall = make_recall(countries=["PL"], status="draft")
    recall.texts.filter(language="en").update(hazard="A voluntary recall.")
    assert any(line.stops and "voluntary" in line.sentence for line in checklist_lines(recall))


# What staff enter of a country --------------------------------------------------------------------


def test_the_numbers_to_call_are_those_of_the_countries(client):
    make_disposal(**EU, emergency_number="112", emergency_source="https://112.example/")
    assert "close the door, call 112. Unplug" in notice(client, "DE")
    make_disposal(
        **EU | {"country": "JP"}, emergency_number="119", emergency_source="https://fire.example/"
    )
    assert "call 112 (Germany) · 119 (Japan)." in notice(client, "DE", "JP")
    # Where one has none on file, the numbers of many countries stand.
    assert "call 911 (US, Canada, Mexico) · 112 (Europe)" in notice(client, "DE", "BR")


@pytest.mark.parametrize(
    ("codes", "numbers"),
    [
        (["JP"], "119"),
        (["TW"], "119"),
        (["FR", "DE"], "112"),
        (["US", "AU", "TW"], "911 (US) · 000 (Australia) · 119 (Taiwan)"),
        (
            ["ZZ"],
            "911 (US, Canada, Mexico) · 112 (Europe) · 999 (UK) · 000 (Australia) · "
            "119 (Japan, Taiwan)",
        ),
    ],
)
def test_the_numbers_are_known_before_staff_have_entered_any(client, codes, numbers):
    assert f"close the door, call {numbers}. Unplug" in notice(client, *codes)


def test_incidents_and_authorities_are_those_that_staff_entered(client):
    make_disposal(
        **EU,
        incident_office="Marktaufsicht",
        incident_url="https://incident.example/",
        recalls_authority="BAuA",
        recalls_url="https://baua.example/",
    )
    assert "Report an incident Marktaufsicht" in notice(client, "DE")
    text = words(client.get("/en/check/", {"sn": "HELLO"}).content.decode())
    assert "Germany – BAuA" in text
    assert "United States – CPSC" in text


def test_a_country_without_words_on_disposal_has_no_block_of_it(client):
    make_disposal(country="DE", checked_on="2026-06-01")
    assert "How to dispose of the product" not in notice(client, "DE")
    page = words(client.get("/en/disposal/").content.decode())
    assert "Germany" not in page


def test_another_number_to_call_takes_two(client):
    row = make_disposal(**EU, emergency_number="112", emergency_source="https://112.example/")
    pat, sam = make_person("pat", PUBLISHER), make_person("sam", PUBLISHER)
    row._history_user = pat
    row.emergency_number = "911"
    row.save()
    assert [change.warns_less for change in disposal_changes(row)] == [True]
    assert "Somebody who has not has to publish it" in why_not_disposal(row, pat)
    assert why_not_disposal(row, sam) == ""
    # The public still reads the number that was published.
    assert "call 112" in notice(client, "DE")


@pytest.mark.parametrize(
    "values",
    [
        {"emergency_number": "112"},
        {"emergency_number": "call", "emergency_source": "https://112.example/"},
        {"incident_office": "Office"},
        {"recalls_url": "https://baua.example/"},
        {"country": "XX"},
    ],
)
def test_half_of_a_fact_is_refused(values):
    with pytest.raises(ValidationError):
        Disposal(**EU | values).full_clean()
    row = make_disposal(**EU)
    if "country" not in values:
        with pytest.raises(IntegrityError), transaction.atomic():
            Disposal.objects.filter(pk=row.pk).update(**values)


def test_a_row_of_a_notice_is_of_a_country_that_exists():
    with pytest.raises(ValidationError):
        make_country(recall=make_recall(countries=[]), country="XK")
