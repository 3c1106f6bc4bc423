"""What the OpenAPI document describes is what is answered, whatever is asked (marker `schema`;
.ci/run installs schemathesis)."""

import pytest
from django.test.client import ClientHandler
from hypothesis import HealthCheck, given, settings

from tests.support.pages import CHECKS

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.schema,
    pytest.mark.usefixtures("shipped"),
]
# Of each address and each kind of data: a quarter of a minute in all.
EXAMPLES = 60
ADDRESSES = {"/api/check", "/api/openapi.json", "/RestWebServices/Recall"}


def application(environ, start_response):
    """The site in this process, with the tests' own connection to the database."""
    environ.pop("HTTP_ACCEPT_ENCODING", None)
    response = ClientHandler()(environ)
    status = f"{response.status_code} {response.reason_phrase}"
    start_response(status, list(response.items()))
    return [response.content]


@pytest.fixture
def document():
    import schemathesis  # the extra `schema`

    return schemathesis.openapi.from_wsgi("/api/openapi.json", application)


def operations(document):
    return [result.ok() for result in document.get_all_operations()]


def test_the_document_describes_what_programs_can_ask(document):
    assert set(document.raw_schema["paths"]) == ADDRESSES
    # schemathesis leaves out the address that it has read the document from.
    assert {operation.path for operation in operations(document)} >= ADDRESSES - {
        "/api/openapi.json"
    }


def test_each_outcome_is_answered_as_described(document):
    check = document["/api/check"]["GET"]
    outcomes = set()
    for typed, product, more in CHECKS:
        again = {"again": more["again"]} if "again" in more else {}
        query = {"sn": typed, "product": product, "lang": "fr"} | again
        case = check.Case(query=query)
        outcomes.add(case.call_and_validate().json()["outcome"])
    assert len(outcomes) == 12


def test_each_form_of_the_notices_is_answered_as_described(document):
    service = document["/RestWebServices/Recall"]["GET"]
    for query in ({"format": "json"}, {}, {"format": "json", "RecallTitle": "nothing like it"}):
        service.Case(query=query).call_and_validate()
    case = service.Case(query={"RecallDateStart": "July"})
    assert case.call().status_code == 400


@pytest.mark.parametrize("mode", ["positive", "negative"])
def test_whatever_is_asked_no_answer_is_undocumented(document, mode):
    """As the document allows, and as it does not: no 5xx, no status, type or body but those that
    it names, nothing allowed refused and nothing else accepted."""
    from schemathesis import GenerationMode

    for operation in operations(document):
        if mode == "negative" and not operation.query:
            continue  # nothing can be asked wrongly there

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=GenerationMode(mode)))
        def ask(case):
            case.call_and_validate()

        ask()
