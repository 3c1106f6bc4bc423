"""The check as data: the outcome of the form, never a failure as one."""

import pytest

from recalls.check import ladder
from recalls.check.ladder import check_code
from recalls.check.verdict import Outcome
from recalls.public import openapi
from tests.support.pages import CHECKS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

NOT_LISTED = {"sn": "EXA7777777777777", "product": "EX100"}


def ask(client, **parameters):
    return client.get("/api/check", parameters)


def assert_problem(response, status):
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json; charset=utf-8"
    assert response["Access-Control-Allow-Origin"] == "*"
    problem = response.json()
    assert problem["status"] == status
    assert {"outcome", "findings"}.isdisjoint(problem)


def test_an_answer_has_its_caution_texts_and_basis(client):
    response = ask(client, sn="accjru1d 1640 0841")
    assert response["Content-Type"] == "application/json; charset=utf-8"
    assert response["Cache-Control"] == "private, no-store"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert not response.cookies
    answer = response.json()
    assert answer["outcome"] == "recalled"
    assert answer["caution"] == len(Outcome)
    assert answer["answer"] == "Recalled"
    assert answer["what_to_do"].startswith("Stop using it now. Switch it off.")
    assert (answer["typed"], answer["code"]) == ("accjru1d 1640 0841", "ACCJRU1D16400841")
    [finding] = answer["findings"]
    assert finding["notice"] == "anker-a3102-australia-2024"
    assert finding["notice_page"] == "http://testserver/en/recalls/anker-a3102-australia-2024/"
    assert finding["countries"] == ["AU"]
    assert answer["basis"]["notices"] > 5
    assert len(answer["basis"]["edition"]) == 64
    assert answer["page"] == "http://testserver/en/check/?sn=accjru1d+1640+0841"


def test_what_asks_for_more_is_an_answer(client):
    near = {"sn": "ACCJRU1D16400700", "product": "A3102"}
    assert ask(client, **near).json()["outcome"] == "type_again"
    twice = ask(client, **near, again=near["sn"]).json()
    assert (twice["outcome"], len(twice["looks_like"])) == ("check_again", 1)
    which = ask(client, sn="ACCJRU1D16400700").json()
    assert which["outcome"] == "which_product"
    assert "A3102" in which["choices"]
    error = ask(client, sn="ACCJRU1D1640084").json()
    assert error["outcome"] == "form_error"
    assert error["error"]["message"].startswith("SN code must be")


def test_the_texts_in_each_language(client):
    french = ask(client, **NOT_LISTED, lang="fr").json()
    assert french["answer"] == "Pas sur la liste"
    assert french["page"].startswith("http://testserver/fr/check/?sn=")
    assert_problem(ask(client, **NOT_LISTED, lang="xx"), 400)


def test_each_text_has_the_outcome_that_the_form_gives(client):
    for typed, product, more in CHECKS:
        again = {"again": more["again"]} if "again" in more else {}
        got = ask(client, sn=typed, product=product, **again).json()["outcome"]
        assert got == check_code(typed, product, again=more.get("again", "")).outcome, typed


def test_unlike_values_clear_nothing(client):
    assert ask(client, **NOT_LISTED).json()["outcome"] == "not_listed"
    for unlike in ({"sn": [NOT_LISTED["sn"], "EXA7777777777779"]}, {"product": ["EX100", "A3102"]}):
        assert ask(client, **NOT_LISTED | unlike).json()["outcome"] != "not_listed"


@pytest.mark.parametrize("path", ["/api/check", "/api/check?product=EX100"])
def test_without_a_code_there_is_no_outcome(client, path):
    assert_problem(client.get(path), 400)


def test_a_failure_is_never_an_outcome(client, monkeypatch):
    monkeypatch.setattr(ladder, "SECONDS_FOR_A_CHECK", -1)
    for path in ("/api/check?sn=EXA7777777777777&product=EX100", "/api/check?sn=A3102"):
        response = client.get(path)
        assert_problem(response, 503)
        assert response["Retry-After"]
        assert response["Cache-Control"] == "no-store"


def test_other_requests_are_problems_too(client):
    response = client.post("/api/check", {"sn": "A"})
    assert_problem(response, 405)
    assert response["Allow"] == "GET, HEAD"
    assert_problem(client.get("/api/nothing"), 404)
    assert_problem(client.get("/api/check?" + "a=1&" * 2000 + "sn=A"), 413)


def test_the_description_names_what_there_is(client):
    response = client.get("/api/openapi.json")
    document = response.json()
    assert document == openapi.description("http://testserver")
    schema = document["paths"]["/api/check"]["get"]["responses"]["200"]
    properties = schema["content"]["application/json"]["schema"]["properties"]
    answer = ask(client, sn="ACCJRU1D16400841").json()
    assert set(answer) == set(properties)
    assert set(answer["findings"][0]) == set(properties["findings"]["items"]["properties"])
    assert set(answer["basis"]) == set(properties["basis"]["properties"])
    assert properties["outcome"]["enum"] == [outcome.value for outcome in Outcome]
    assert (
        client.get("/api/openapi.json", headers={"if-none-match": response["ETag"]}).content == b""
    )


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_a_page_tells_people_of_it(client, language):
    page = client.get(f"/{language}/data/").text
    assert "GET http://testserver/api/check?sn=ACCJRU1D16400841&amp;product=A3102" in page
    assert "GET http://testserver/RestWebServices/Recall?format=json" in page
    assert all(f">{outcome.value}</b>" in page for outcome in Outcome)
    assert "http://testserver/01/GTIN/21/" in page
    assert f'href="/{language}/data/"' in client.get(f"/{language}/contact/").text
