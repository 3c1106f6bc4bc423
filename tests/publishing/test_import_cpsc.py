"""Records of the CPSC become drafts: every field, and what is left for a person."""

import datetime as dt
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from recalls.catalogue import import_cpsc
from recalls.catalogue.cpsc_record import RecordError, map_record
from recalls.catalogue.import_cpsc import FileRefused, import_records, read_records
from recalls.models import Publication, Recall
from recalls.publishing.checklist import checklist_lines
from tests.support.cpsc_records import RECORDS, record
from tests.support.factories import make_public, make_recall
from tests.support.people import make_person
from tests.support.shipped import put_back

pytestmark = pytest.mark.django_db
# What an empty field looks like in one copy or another.
EMPTY = (None, "", [])
NEEDED = {"Title", "RecallDate", "RemedyOptions"}


def bring_in(*records):
    return list(import_records(list(records)))


def brought_in(row):
    [result] = bring_in(row)
    assert result.why_not == ""
    return Recall.objects.get(pk=result.recall.pk)


def left_of(row):
    return "\n".join(map_record(row).left)


# Every field --------------------------------------------------------------------------------------


def test_a_whole_record_is_a_draft_with_every_field():
    recall = brought_in(record("25030"))
    [text], [country], [product] = recall.texts.all(), recall.countries.all(), recall.products.all()
    assert (recall.status, recall.published_at) == ("draft", None)
    assert (recall.authority, recall.authority_number) == ("CPSC", "25-030")
    assert (recall.recall_date, recall.recall_month) == (dt.date(2024, 11, 7), dt.date(2024, 11, 1))
    assert (recall.firm, recall.importer) == ("Dreamgro", "DreamGro Enterprises LLC, of New York")
    assert (recall.remedy_options, recall.manufactured_in) == ("refund", "CN")
    assert text.title == "Dreamgro Recalls Lullaby Travel Soothers Due to Choking Hazard"
    assert text.lead == "This recall involves Dreamgro lullaby travel soothers for infants."
    assert text.cause.startswith("They are shaped as a mermaid")
    assert text.hazard.startswith("The recalled toy's gold-colored soft star")
    assert text.incidents.startswith("The firm has received one report")
    assert len(text.remedy.splitlines()) == 2
    assert (country.country, country.units, country.phone) == ("US", 25_900, "888-202-0442")
    assert country.hours == {"en": "9 a.m. to 3 p.m. ET, Monday through Friday"}
    assert country.email == "Recall@dreamgro.com"
    assert country.claim_url == "https://www.dreamgro.com/recall.html"
    assert country.notice_url == record("25030")["URL"]
    assert country.sold["en"].startswith("Beall's Outlet Stores")
    assert (product.brand, product.name) == ("Dreamgro", "Lullaby mermaid travel soothers")
    assert (product.units, product.barcodes) == (25_900, "196710005616\n196710008709")
    assert (product.identified_by, product.list_complete) == ("listed_codes", False)


def test_no_rule_is_taken_by_itself():
    recall = brought_in(record("26607"))
    assert "SQC200034980 - SQC202319171" in recall.source_wording
    assert "Rules that it may mean: 1. None is taken by itself." in recall.left_to_enter
    assert [product.rules.count() for product in recall.products.all()] == [0]


def test_every_real_record_comes_in_and_says_what_is_left():
    results = bring_in(*RECORDS)
    assert {result.name: result.why_not for result in results if result.why_not} == {}
    assert Recall.objects.filter(status="draft").count() == len(RECORDS)
    assert not Publication.objects.exists()
    for result in results:
        assert result.recall.left_to_enter.splitlines() == result.left
        assert all(sentence[-1] in ".”" for sentence in result.left), result.left


def test_each_field_may_be_empty_in_each_way():
    for name in record("26607").keys() - NEEDED:
        tables = []
        for empty in EMPTY:
            tables.append(map_record(record("26607", **{name: empty})).table)
        missing = record("26607")
        del missing[name]
        tables.append(map_record(missing).table)
        assert tables == [tables[0]] * 4, name


def test_dates_numbers_and_unknown_fields_in_each_form():
    for said in ("2024-11-07", "2024-11-07T00:00:00", "November 7, 2024"):
        assert map_record(record("25030", RecallDate=said)).table["recall_date"].day == 7
    for said, printed in (("21-707", "21-707"), ("01160b", "01-160b"), (25030, "25-030")):
        mapped = map_record(record("25030", RecallNumber=said))
        assert mapped.table["authority_number"] == printed
    later = record("25030", NewField=[{"a": 1}], SoldAtLabel="Sold at", _source="elsewhere")
    left = left_of(later)
    assert "not known here: “NewField”" in left and "SoldAtLabel: “Sold at”" in left
    assert "elsewhere" not in left


def test_wrongly_encoded_marks_are_put_right_and_said():
    mapped = map_record(record("21022"))
    sold = mapped.table["countries"][0]["sold"]["en"]
    assert sold.startswith("Sportsman’s Guide stores") and "\xa0" not in sold
    assert "Wrongly encoded marks were put right" in left_of(record("21022"))


# What is left -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "changes", "sentence"),
    [
        ("26606", {}, "“About 3,820 (in addition, about 700 were sold in Canada)”"),
        ("26607", {}, "There is no field for a distributor: “Ningbo Moyumaoyi"),
        ("26607", {}, "No firm is named. Enter who recalls it."),
        ("26607", {}, "It was published again on 2026-07-10"),
        ("25030", {"ManufacturerCountries": [{"Country": "United Stateso"}]}, "“United Stateso”"),
        ("25030", {"ProductUPCs": [{"UPC": "196710005617"}]}, "no barcode number as it stands"),
        ("25030", {"RemedyOptions": [{"Option": "Refund"}, {"Option": "x"}]}, "CPSC's list: “x”"),
        ("25030", {"RemedyOptions": []}, "taken from the wording of the remedy"),
        ("25030", {"Remedies": []}, "they say no more than the remedy option does"),
        ("25030", {"Hazards": []}, "No hazard is given; it was taken from the title"),
        ("25030", {"Products": []}, "No product is named"),
        ("26607", {}, "Enter the model numbers, which stand in the description."),
        ("25030", {"ProductUPCs": []}, "Enter the barcode numbers (UPC)"),
        ("25030", {"Inconjunctions": [{"URL": "https://x.example"}]}, "has a joint notice"),
        ("25030", {"Inconjunctions": [{"URL": "http://x.example"}]}, "“http://x.example”"),
        ("25030", {"Hazards": [{"Name": "A", "HazardType": "Fall"}]}, "type of hazard: “Fall”"),
        ("25030", {"Images": [{"URL": "a", "Size": 1}]}, "not known here: “Images, Size”"),
        ("25030", {"URL": "https://shop.example/recall"}, "no record of the CPSC's own"),
        ("25030", {"Products": [{"Name": "A" * 150}]}, "longer than 120 characters and was cut"),
    ],
)
def test_what_could_not_be_mapped_is_said(number, changes, sentence):
    assert sentence in brought_in(record(number, **changes)).left_to_enter


@pytest.mark.parametrize(
    ("remedies", "left"),
    [
        ([], "No remedy steps are given. Enter them."),
        ([{"Name": "Consumers should call the firm."}], "Say what the owner gets"),
    ],
)
def test_a_record_without_a_remedy_is_a_draft_that_cannot_be_published(remedies, left):
    """What it lacks is on the checklist until somebody has entered it."""
    recall = brought_in(record("25030", RemedyOptions=[], Remedies=remedies))
    assert (recall.status, recall.remedy_options) == ("draft", "")
    assert left in recall.left_to_enter
    stops = [line.sentence for line in checklist_lines(recall) if line.stops]
    assert "Notice, remedy_options: Say what the owner gets." in stops
    is_without_steps = "English text, remedy: This field cannot be blank." in stops
    assert is_without_steps == (not remedies)
    rows, public = Recall.objects.filter(pk=recall.pk), {"status": "published"}
    public["published_at"] = timezone.now()
    with pytest.raises(IntegrityError, match="recall_remedies_known"), transaction.atomic():
        rows.update(**public)
    assert rows.update(**public, remedy_options="refund") == 1


def test_a_number_is_read_only_where_it_is_sure():
    products = record("25030")["Products"]
    for said, units in (
        ("About 25,900", 25_900),
        ("9,100", 9_100),
        ("About 3,820 (in addition, about 700 were sold in Canada)", 3_820),
        ("About 500 in the US and 40 in Canada", None),
        ("Between 1,000 and 2,000", None),
    ):
        mapped = map_record(record("25030", Products=[products[0] | {"NumberOfUnits": said}]))
        assert mapped.table["products"][0].get("units") == units, said


def test_barcodes_of_several_products_are_for_a_person():
    products = record("25030")["Products"] * 2
    mapped = map_record(record("25030", Products=products))
    assert all("barcodes" not in product for product in mapped.table["products"])
    assert "Enter each barcode number at its product: “196710005616, 196710008709”" in mapped.left


def test_a_long_title_and_address_lose_nothing():
    recall = brought_in(record("10688"))
    text = recall.texts.get()
    assert len(text.title) <= 65 and text.title.endswith("…")
    assert record("10688")["Title"].startswith(text.lead)
    assert recall.sources == record("10688")["URL"]


# What is refused ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("25030", "It is no record"),
        ([], "It is no record"),
        ({"a": 1}, "none of its fields"),
        (record("25030", Title=""), "It has no Title."),
        (record("25030", Title=["A"]), "Title is no text."),
        (record("25030", RecallDate="soon"), "RecallDate"),
        (record("25030", RecallDate=None), "RecallDate"),
        (record("25030", Products={"Name": "A"}), "Products is no list of objects."),
        (record("25030", Products=["A"]), "Products is no list of objects."),
        (record("25030", Hazards=[{"Name": 1}]), "Hazards, Name is no text."),
        (record("25030", Description="A" * 60_000), "Description is too long"),
        (record("25030", Products=[{"Name": "A"}] * 300), "more than 200 rows"),
        (record("25030", Title="A\0"), "cannot be stored"),
        (record("25030", Title="\ud800"), "cannot be stored"),
        (record("25030", Products=[{"Name": "玩具"}], ProductUPCs=[]), "products 1"),
    ],
)
def test_a_record_that_can_be_no_notice_is_refused_alone(row, sentence):
    first, second = bring_in(row, record("26606"))
    assert sentence in first.why_not
    assert first.recall is None and second.recall is not None
    assert Recall.objects.count() == 1


def test_a_record_that_is_here_is_left_as_it_is():
    recall = brought_in(record("25030"))
    Recall.objects.filter(pk=recall.pk).update(firm="Corrected", slug="another-address")
    same_page = record("25030", RecallNumber=None)
    same_page["URL"] = same_page["URL"].replace("www.", "")
    for again in (record("25030"), same_page, record("25030", URL="", RecallNumber="25-030")):
        [result] = bring_in(again)
        assert (
            result.existing == recall
            and "as another-address, and was left as it is" in result.why_not
        )
    assert Recall.objects.get().firm == "Corrected"


def test_another_notice_keeps_its_address():
    slug = map_record(record("25030")).slug
    make_recall(slug=slug)
    assert brought_in(record("25030")).slug == f"{slug}-2"


def test_nothing_half_stored(monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(import_cpsc.LogEntry.objects, "log_actions", fail)
    with pytest.raises(RuntimeError):
        list(import_records([record("25030")], by=make_person("eve")))
    assert not Recall.objects.exists()


# The command --------------------------------------------------------------------------------------


def written(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return str(path)


def test_the_command_prints_a_table(tmp_path, capsys):
    one = written(tmp_path, "one.json", record("26607"))
    many = written(tmp_path, "many.json", [record("25030"), record("26607")])
    call_command("import_cpsc", one, many)
    shown = capsys.readouterr().out
    assert "26607           biometric-gun-safes-recalled" in shown
    assert "                - No firm is named. Enter who recalls it." in shown
    assert "It is here already" in shown
    assert "Records: 3. Drafts made: 2. Here already: 1. Refused: 0." in shown
    assert all(len(line) <= 100 for line in shown.splitlines())


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is no JSON"),
        (b"{", "The file is no JSON"),
        (b"<xml/>", "Ask the service with format=json"),
        (b"[" * 100_000, "too deep"),
        (b"[1" + b"0" * 5000 + b"]", "too long"),
        (b"\xff\xfe[]", "not saved as UTF-8"),
        (b"[]", "empty list"),
        (b"3", "neither a record nor a list"),
        (None, "cannot be read"),
    ],
)
def test_a_file_that_holds_no_records_is_refused_with_a_sentence(
    tmp_path, capsys, content, sentence
):
    wrong = str(tmp_path) if content is None else written(tmp_path, "wrong.json", content)
    right = written(tmp_path, "right.json", [record("25030")])
    with pytest.raises(CommandError, match="Not brought in: 1"):
        call_command("import_cpsc", wrong, right)
    captured = capsys.readouterr()
    assert sentence in captured.err
    assert Recall.objects.count() == 1


def test_one_record_is_a_list_of_one():
    assert read_records(b"\xef\xbb\xbf{}") == [{}]


def test_too_much_is_refused(monkeypatch):
    with pytest.raises(FileRefused, match="3 records; 2 at most"):
        read_records(b"[1, 2, 3]", max_records=2)
    monkeypatch.setattr(import_cpsc, "MAX_BYTES", 3)
    with pytest.raises(FileRefused, match="more than 0 MB"):
        read_records(b"[1, 2]")


# There and back -----------------------------------------------------------------------------------

# The service's own number and address, dates of publishing, and pictures, which are not fetched.
OF_THE_SITE = {"RecallID", "LastPublishDate", "Images"}


def published_records(client):
    answer = client.get("/RestWebServices/Recall", {"format": "json"})
    return {row["URL"]: row for row in answer.json()}


def test_what_the_site_gives_comes_back_with_equal_fields(client, shipped_rows):
    with transaction.atomic():
        put_back(shipped_rows)
        given = published_records(client)
        transaction.set_rollback(True)
    assert len(given) > 5 and not Recall.objects.exists()
    for result in bring_in(*given.values()):
        assert result.why_not == ""
        Recall.objects.filter(pk=result.recall.pk).update(
            status="published", published_at=timezone.now()
        )
        make_public(Recall.objects.get(pk=result.recall.pk))
    back = published_records(client)
    assert list(back) == list(given)
    for address, row in given.items():
        for name in row.keys() - OF_THE_SITE:
            assert back[address][name] == row[name], (address, name)


def test_its_own_record_is_no_second_notice(client, shipped_rows):
    put_back(shipped_rows)
    before = Recall.objects.count()
    results = bring_in(*published_records(client).values())
    assert all(result.existing for result in results)
    assert Recall.objects.count() == before


def test_a_record_is_refused_by_a_sentence_and_nothing_else():
    """Every field with a value of every other kind."""
    for name in record("26607"):
        for value in (1, True, "x", {"a": 1}, [1], [{"Name": []}], [[]], -1.5):
            try:
                map_record(record("26607", **{name: value}))
            except RecordError as error:
                assert str(error).endswith("."), (name, value)
