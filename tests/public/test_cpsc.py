"""The notices as the CPSC's Recall Retrieval API gives its own: names, parameters and shapes."""

import datetime as dt
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from tests.support.factories import make_country, make_picture, make_product, make_recall, make_text
from tests.support.photos import ALTS

pytestmark = pytest.mark.django_db

ADDRESS = "/RestWebServices/Recall"
# As the CPSC's own guide has them; SoldAtLabel and Caption are newer.
FIELDS = {
    "RecallID": int,
    "RecallNumber": str,
    "RecallDate": str,
    "Description": str,
    "URL": str,
    "Title": str,
    "ConsumerContact": str,
    "LastPublishDate": str,
    "SoldAtLabel": type(None),
    "Products": {"Name", "Description", "Model", "Type", "CategoryID", "NumberOfUnits"},
    "Inconjunctions": {"URL"},
    "Images": {"URL", "Caption"},
    "Injuries": {"Name"},
    "Manufacturers": {"Name", "CompanyID"},
    "Retailers": {"Name", "CompanyID"},
    "Importers": {"Name", "CompanyID"},
    "Distributors": {"Name", "CompanyID"},
    "ManufacturerCountries": {"Country"},
    "ProductUPCs": {"UPC"},
    "Hazards": {"Name", "HazardType", "HazardTypeID"},
    "Remedies": {"Name"},
    "RemedyOptions": {"Option"},
}


@pytest.fixture(autouse=True)
def notices():
    recall = make_recall(
        slug="tone-2026",
        languages=("fr",),
        countries=[],
        firm="Tone Audio",
        importer="Tone Imports",
        manufactured_in="CN",
        authority="CPSC",
        authority_number="26-607",
        recall_date=dt.date(2026, 7, 9),
        recall_month=dt.date(2026, 7, 1),
        injuries=2,
        remedy_options="refund",
        sources="https://recalls.example/26607",
    )
    make_text(
        recall=recall,
        title="Tone recalls speakers",
        lead="Sold in <shops> & online",
        hazard="The battery can overheat.",
        remedy="Send a photo.",
    )
    make_country(
        recall=recall,
        country="US",
        phone="800-555-0123",
        sold_en="Tone shops",
        email="a@tone.example",
    )
    make_tone(recall)
    make_others()


def make_tone(recall):
    make_product(
        recall=recall,
        brand="Tone",
        name="Speaker",
        model_numbers="T1\nT2",
        barcodes="4006381333931",
        units=3820,
        picture=make_picture(),
        **ALTS,
    )


def make_others():
    """An older notice, and three that are not public or of no real product."""
    make_product(
        recall=make_recall(
            slug="older-2024",
            authority_number="24301",
            recall_date=dt.date(2024, 9, 3),
            recall_month=dt.date(2024, 9, 1),
        ),
        brand="Older",
        name="Lamp",
    )
    make_product(recall=make_recall(slug="drill", is_training=True))
    make_product(recall=make_recall(slug="draft", status="draft"))
    make_product(recall=make_recall(slug="gone", status="withdrawn"))


def ask(client, **parameters):
    response = client.get(ADDRESS, {"format": "json", **parameters})
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json; charset=utf-8"
    return response.json()


def numbers(client, **parameters) -> list[str]:
    return [record["RecallNumber"] for record in ask(client, **parameters)]


def test_a_bare_array_of_what_is_public_the_newest_first(client):
    assert numbers(client) == ["26607", "24301"]


def test_each_record_has_the_fields_of_the_service(client):
    for record in ask(client):
        assert list(record) == list(FIELDS)
        for name, kind in FIELDS.items():
            if isinstance(kind, set):
                assert all(set(item) == kind for item in record[name]), name
                assert all(isinstance(text, str) for i in record[name] for text in i.values()), name
            else:
                assert isinstance(record[name], kind), name


def test_what_stands_in_them(client):
    record = ask(client)[0]
    assert record["RecallDate"] == "2026-07-09T00:00:00"
    assert record["Title"] == "Tone recalls speakers"
    assert record["Description"] == "Sold in <shops> & online"
    assert record["URL"] == "http://testserver/en/recalls/tone-2026/"
    assert "800-555-0123" in record["ConsumerContact"]
    assert record["Products"][0]["Model"] == "T1, T2"
    assert record["Products"][0]["NumberOfUnits"] == "About 3,820"
    assert record["RemedyOptions"] == [{"Option": "Refund"}]
    assert record["ProductUPCs"] == [{"UPC": "4006381333931"}]
    assert record["Injuries"] == [{"Name": "2 people were hurt."}]
    [image] = record["Images"]
    assert client.get(image["URL"]).status_code == 200


@pytest.mark.parametrize(
    "asked",
    [
        {"RecallNumber": "26607"},
        {"RecallNumber": "26-607"},
        {"RecallDateStart": "2026-01-01"},
        {"RecallDateStart": "2026-07-09", "RecallDateEnd": "2026-07-09"},
        {"RecallURL": "tone-2026"},
        {"RecallTitle": "TONE recalls"},
        {"recalltitle": "speakers"},
        {"ConsumerContact": "800-555"},
        {"RecallDescription": "online"},
        {"ProductName": "tone"},
        {"InconjunctionURL": "recalls.example"},
        {"ImageURL": ".webp"},
        {"Injury": "hurt"},
        {"Manufacturer": "Tone Audio"},
        {"Retailer": "Tone shops"},
        {"Importer": "imports"},
        {"ManufacturerCountry": "china"},
        {"UPC": "4006381333931"},
        {"Hazard": "battery can"},
        {"Remedy": "photo"},
        {"RemedyOption": "Refund"},
        {"RecallTitle": "recalls", "Manufacturer": "tone"},
    ],
)
def test_each_parameter_asks_for_a_part_of_the_text(client, asked):
    hazard = asked == {"Hazard": "battery can"}
    assert numbers(client, **asked) == (["26607", "24301"] if hazard else ["26607"])


def test_parameters_are_joined_and_nothing_is_an_empty_array(client):
    assert numbers(client, RecallDateEnd="2024-12-31") == ["24301"]
    today = timezone.localdate()
    assert numbers(client, LastPublishDateStart=f"{today:%Y-%m-%d}") == ["26607", "24301"]
    assert numbers(client, LastPublishDateEnd="2000-01-01") == []
    assert numbers(client, RecallTitle="recalls", Manufacturer="nobody") == []
    assert numbers(client, Distributor="anybody") == []
    pk = ask(client)[0]["RecallID"]
    assert numbers(client, RecallID=pk) == ["26607"]
    assert numbers(client, RecallID=f"{pk}0") == []


def test_a_misspelt_parameter_gives_everything_as_the_service_does(client):
    assert numbers(client, RecalTitle="Tone", Nonsense="1") == ["26607", "24301"]
    assert numbers(client, RECALLTITLE="tone", FORMAT="JSON") == ["26607"]


def test_without_a_format_it_is_xml(client):
    response = client.get(ADDRESS, {"RecallTitle": "Tone"})
    assert response["Content-Type"] == "application/xml; charset=utf-8"
    [recall] = ElementTree.fromstring(response.content)  # noqa: S314 - our own
    assert [child.tag for child in recall] == list(FIELDS)
    assert recall.findtext("Description") == "Sold in <shops> & online"
    assert recall.findtext("Products/Product/Model") == "T1, T2"
    assert recall.findtext("RemedyOptions/RemedyOption/Option") == "Refund"


def test_a_cache_and_other_sites_may_read_it(client):
    response = client.get(ADDRESS, {"format": "json"})
    assert response["Access-Control-Allow-Origin"] == "*"
    again = client.get(ADDRESS, {"format": "json"}, headers={"if-none-match": response["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "said", ["July", " ", "2026-02-30", "20260709", "2026-W28-4", "٢٠٢٦-07-09"]
)
def test_what_is_no_date_is_a_problem(client, said):
    response = client.get(ADDRESS, {"format": "json", "RecallDateStart": said})
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json; charset=utf-8"


def test_a_date_may_have_a_time_and_what_is_empty_asks_for_nothing(client):
    assert numbers(client, RecallDateStart="2026-07-09T00:00:00") == ["26607"]
    assert numbers(client, RecallDateStart="", RecallTitle=" ", Distributor="") == numbers(client)
