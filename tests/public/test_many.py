"""Many codes at once: an office's table in, an answer to each row out, and nothing kept."""

import csv
import io
import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from recalls.check import many as many_checks
from recalls.check.ladder import check_code
from recalls.check.many import MAX_UNITS
from recalls.check.verdict import Outcome, Unavailable
from recalls.models import DailyCount
from recalls.public import counts
from recalls.public import many as many_pages
from tests.support.factories import make_country, make_product, make_recall
from tests.support.list_files import write_xlsx
from tests.support.pages import CHECKS, in_order, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

ADDRESS = "/en/check/many/"
RECALLED, CLEARED = "ACCJRU1D16400841", "EXA7777777777777"
TABLE = f"Room;code;product\n12;{RECALLED};\n14;{CLEARED};EX100\n"


def send(client, codes="", language="en", **more):
    return client.post(f"/{language}/check/many/", {"codes": codes, **more})


def answers(response) -> list[list[str]]:
    """The rows of the table of answers: what each cell reads."""
    body = response.text.split("<tbody>")[1].split("</tbody>")[0]
    rows = re.findall(r"(?s)<tr>(.*?)</tr>", body)
    return [[words(cell).strip() for cell in re.split("</t[hd]>", row)[:3]] for row in rows]


def downloaded(response) -> list[dict[str, str]]:
    """The rows, without the last one, which says how many there are."""
    *rows, last = csv.DictReader(io.StringIO(response.text.removeprefix("\ufeff")))
    assert [cell for cell in last.values() if cell] == [f"{len(rows)} of {len(rows)} rows answered"]
    assert last["recall_answer"]
    return rows


def test_the_form(client):
    response = client.get(ADDRESS)
    assert response["Cache-Control"] == "private, no-store"
    in_order(
        response.text,
        "<title>Check more than one product – Recall check</title>",
        "Until you know, switch it off, unplug it and do not charge it",
        '<form method="post" action="/en/check/many/" enctype="multipart/form-data"',
        "up to 1,000 codes",
        '<textarea id="codes" name="codes"',
        'type="file"',
        "Check these codes",
        "We do not keep the codes or the table.",
    )
    assert "csrf" not in response.text
    assert not response.cookies


@pytest.mark.parametrize("path", ["/en/", "/en/contact/"])
def test_it_is_linked(client, path):
    assert f'href="{ADDRESS}">Check more than one product<' in client.get(path).text


def test_the_most_urgent_comes_first_and_the_offices_columns_stay():
    # A browser sends no token: Django's own check is on.
    response = send(Client(enforce_csrf_checks=True), TABLE)
    assert response["Cache-Control"] == "private, no-store"
    assert not response.cookies
    assert "<h1>1 of 2 products is recalled</h1>" in response.text
    assert "Stop using the recalled products now" in response.text
    first, second = answers(response)
    assert first[0] == "Recalled"
    assert first[1] == f"{RECALLED} Room: 12"
    assert first[2].startswith("Stop using it now. Switch it off. Unplug it.")
    assert (
        second
        == [
            "Not on the list",
            f"{CLEARED} EX100 Room: 14",
            "It is not on the list for Example Training speaker EX100. Compare the code with the "
            "label, one character at a time.",
        ]
        or second[0] == "Not on the list"
    )
    assert "2 of 2 rows answered" in words(response.text)
    assert 'href="/en/recalls/anker-a3102-australia-2024/"' in response.text


def test_every_kind_of_line_has_an_answer_and_says_what_to_do(client):
    lines = [" ".join(typed[:300].split()) for typed, _, _ in CHECKS if typed]
    response = send(client, "\n".join(lines))
    rows = answers(response)
    assert len(rows) == len(lines)
    assert all(all(cell for cell in row) for row in rows)
    assert f"{len(lines)} of {len(lines)} rows answered" in words(response.text)
    assert not re.search(
        r"(?i)\b(yes|no|safe|fine|ok|not affected)\b", " ".join(r[0] for r in rows)
    )
    names = [row[0] for row in rows]
    assert names == sorted(names, key=names.index)
    assert names[0] == "Recalled"


def test_the_heading_names_the_worst_group(client):
    assert (
        "<h1>1 of 2 codes needs another look<"
        in send(client, f"code,product\n{CLEARED},EX100\nHI,").text
    )
    page = send(client, f"{CLEARED}\nEXA7777777777779", product="EX100").text
    assert re.search("<h1>None of these 2 codes is on the list for [^<]*EX100</h1>", page)
    assert "Compare each with its label, one character at a time" in page
    assert "<h1>This code is not on the list for " in send(client, CLEARED, product="EX100").text


def test_a_code_near_a_recalled_one_is_typed_a_second_time(client):
    near = "ACCJRU1D16400700"
    table = f"code,product,again\n{near},A3102,\n{near},A3102,{near}\n{near},A3102,ACCJRU1D16400770"
    rows = answers(send(client, table))
    assert [row[0] for row in rows] == [
        "Possible typing mistake",
        "Type the code once more",
        "Type the code once more",
    ]
    assert "column “again”" in rows[1][2]
    assert "The two codes are not the same." in rows[2][2]


# Errors -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("codes", "message"),
    [
        ("", "Paste the SN codes, or choose a file"),
        (" \n\t\n", "Paste the SN codes, or choose a file"),
        ("code\n\n", "Paste the SN codes, or choose a file"),
        ("12\tABC\n13\tDEF", "Write “code” into the first row, above the SN codes"),
        ("Model,A3102\nSN\tEXA2024", "Write “code” into the first row, above the SN codes"),
        (f"SN,{RECALLED}\nSN,EXA2024", f"“{RECALLED}” in the first row may be a code. Write"),
        ('code;room\nA1;12\n"A2;13\nA3";14', "“A2;13” goes on over several lines. Write each"),
        (f"code{';x' * 31}\nA", "Up to 30 columns can stand beside the codes"),
        ("code,SN\nA,B", "Only one column can be called “code”, “product” or “again”"),
        ("A" * 400_001, "That is too much text. Enter only the SN codes"),
        (
            "\n".join(f"A{n}" for n in range(MAX_UNITS + 1)),
            "Up to 1,000 codes can be checked at once – you entered 1,001",
        ),
    ],
)
def test_what_cannot_be_read_is_an_error_and_the_text_is_kept(client, codes, message):
    response = send(client, codes, product="A3102")
    assert response.status_code == 200
    assert "<title>Error: Check more than one product" in response.text
    assert f'<a class="touch" href="#codes">{message}' in response.text
    kept = re.search(r"(?s)<textarea[^>]*>\n(.*?)</textarea>", response.text)[1]
    assert unescape(kept) == codes
    assert 'name="product" type="text" dir="ltr" value="A3102"' in response.text
    assert "not on the list" not in response.text


@pytest.mark.parametrize(
    ("language", "title"),
    [("fr", "Erreur\u202f: Vérifier plus"), ("es", "Error: Comprobar varios")],
)
def test_errors_and_answers_in_each_language(client, language, title):
    assert f"<title>{title}" in send(client, language=language).text
    page = send(client, TABLE, language)
    assert {"fr": "1 produit sur 2 est rappelé", "es": "1 de 2 productos está retirado"}[
        language
    ] in page.text
    assert page["Content-Language"] == language


def test_a_body_that_is_too_large_is_413(client):
    response = client.post(ADDRESS, {"codes": "A"}, CONTENT_LENGTH=many_pages.MAX_BODY + 1)
    assert response.status_code == 413
    assert "Switch it off and unplug it" in response.text
    assert client.put(ADDRESS)["Allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize("failure", [Unavailable, "time"])
def test_where_the_check_cannot_be_made_no_row_is_answered(client, monkeypatch, failure):
    def fail(*args):
        raise Unavailable

    if failure == "time":
        monkeypatch.setattr(many_checks, "SECONDS_FOR_MANY", 0.0001)
    else:
        monkeypatch.setattr(many_pages, "check_codes", fail)
    for more in ({}, {"download": "csv"}):
        response = send(client, TABLE, **more)
        assert response.status_code == 503
        assert "not on the list" not in response.text.lower()
        assert "Switch it off and unplug it" in response.text


# Files --------------------------------------------------------------------------------------------


def upload(client, name, content, **more):
    return send(client, file=SimpleUploadedFile(name, content), **more)


def test_a_csv_file_in_the_encodings_of_spreadsheets(client):
    text = TABLE.replace("Room", "Büro")
    for encoding in ("utf-8-sig", "utf-16", "cp1252"):
        first, _ = answers(upload(client, "units.csv", text.encode(encoding)))
        assert first[:2] == ["Recalled", f"{RECALLED} Büro: 12"]


def test_a_spreadsheet_and_the_damage_that_it_does(client, tmp_path):
    rows = [["Asset", "SN"], ["A-1", RECALLED], ["A-2", 1234567890123456], ["A-3", ""]]
    path = write_xlsx(tmp_path, "units.xlsx", rows)
    found = {
        row[1].rpartition(" ")[2]: row
        for row in answers(upload(client, "u.xlsx", path.read_bytes()))
    }
    assert found["A-1"][0] == "Recalled"
    assert found["A-2"][0] == "There is a problem"
    assert found["A-2"][2].startswith("The spreadsheet has changed this code.")
    assert found["A-3"][2].startswith("Enter the SN code")


def test_what_a_spreadsheet_left_of_a_code_stays_an_error_however_often_it_is_asked(
    client, tmp_path
):
    """Its number fits the product, and no recalled code is near: typed, it would be cleared."""
    make_product(
        model_numbers="N16", shapes="#" * 16, codes=["1111111111111111"], list_complete=True
    )
    number = 7777777777777777
    assert "Not on the list" in send(client, str(number), product="N16").text
    path = write_xlsx(tmp_path, "units.xlsx", [["SN", "Model"], [number, "N16"]])
    page = upload(client, "u.xlsx", path.read_bytes())
    sent = unescape(re.search(r'name="codes" value="([^"]*)"', page.text)[1])
    german = send(client, sent, "fr", repeated="1")
    file = send(client, sent, repeated="1", download="csv")
    again = upload(client, "recall-check.csv", file.content)
    for response in (page, german, again):
        [[name, code, _]] = answers(response)
        assert name in ("There is a problem", "Il y a un problème")
        assert code == f"{number} N16"
        assert "check/?sn=" not in response.text
    assert [row["recall_outcome"] for row in downloaded(file)] == ["error"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("units.pdf", b"%PDF-1.7", "This file cannot be read."),
        ("units.xlsx", b"PK\x03\x04 no", "This file cannot be read."),
        ("units.csv", b"", "This file cannot be read."),
        ("units.csv", b"Room,Unit\n1,ABC\n", "Write “code” into the first row"),
        ("units.csv", b"code\n" + b"A" * 1024 * 1024, "This file is too large: it can have 1 MB"),
    ],
)
def test_other_files_are_refused(client, name, content, message):
    response = upload(client, name, content)
    assert response.status_code == 200
    assert message in response.text


# Once more ----------------------------------------------------------------------------------------


def test_the_download_can_be_uploaded_again_and_holds_no_formula(client):
    table = f'code,product,=SUM(A1),Note\n{RECALLED},,+1,"@x, ""y"""\n-{CLEARED},EX100,2,\n'
    response = send(client, table, download="csv")
    assert response["Content-Disposition"] == 'attachment; filename="recall-check.csv"'
    assert response["Cache-Control"] == "private, no-store"
    cells = [cell for row in csv.reader(io.StringIO(response.text[1:])) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    rows = downloaded(response)
    assert [row["recall_outcome"] for row in rows] == ["recalled", "not_listed"]
    assert rows[0]["recall_notices"] == "anker-a3102-australia-2024"
    again = downloaded(upload(client, "recall-check.csv", response.content, download="csv"))
    for row in (*rows, *again):
        row.pop("recall_checked_at")
    assert again == rows


def test_other_languages_and_the_download_ask_the_same_again(client):
    page = send(client, TABLE).text
    sent = unescape(re.search(r'name="codes" value="([^"]*)"', page)[1])
    assert 'form="same" formaction="/fr/check/many/" lang="fr"' in page
    french = send(client, sent, "fr", repeated="1")
    cells = [row[1] for row in answers(french)]
    assert cells == [f"{RECALLED} Room: 12", f"{CLEARED} EX100 Room: 14"]


def test_answers_are_counted_once_and_nothing_else_is_kept(client):
    counts.store_counts()
    DailyCount.objects.all().delete()
    send(client, TABLE)
    send(client, TABLE, repeated="1", download="csv")
    client.post(ADDRESS, {"codes": TABLE}, headers={"x-probe": "1"})
    counts.store_counts()
    total = DailyCount.objects.filter(recall="").values_list("outcome", "number")
    assert dict(total) == {"recalled": 1, "not_listed": 1}


def test_only_the_maker_can_tell_a_message_is_ready(client):
    recall = make_recall(firm="Maker Ltd", countries=[])
    make_country(recall=recall, country="US", email="help@maker.example")
    make_product(
        recall=recall,
        brand="Maker",
        model_numbers="M77",
        identified_by="makers_checker",
        checker_url="https://maker.example/check",
    )
    page = send(client, "ABCD123456780000\nABCD123456780001", product="M77").text
    message = page.split("<h2>Message to Maker Ltd</h2>")[1]
    in_order(message, "mailto:help@maker.example?subject=SN%20codes", "We have stopped using them.")
    in_order(message, "Model M77", "ABCD123456780000", "ABCD123456780001", "</pre>")


def test_how_to_store_many_recalled_batteries(client):
    advice = "Until the recalled products are collected"
    assert advice in send(client, f"{RECALLED}\nEXA2024110007919").text
    assert advice not in send(client, RECALLED).text


def test_each_text_has_the_outcome_that_the_form_gives(client):
    """The property of every way to ask."""
    units = [
        (typed, product, more.get("again", ""))
        for typed, product, more in CHECKS
        if typed.strip() and len(typed) < 400
    ]
    text = io.StringIO()
    csv.writer(text).writerows([("code", "product", "again"), *units])
    rows = downloaded(send(client, text.getvalue(), download="csv"))
    got = {(row["code"], row["product"], row["again"]): row["recall_outcome"] for row in rows}
    for typed, product, again in units:
        expected = check_code(typed, product, again=again).outcome
        assert got[typed, product, again] == expected, typed
    assert {*got.values()} >= {Outcome.RECALLED, Outcome.NOT_LISTED, Outcome.TYPE_AGAIN}
