"""Two releases on one database: each reads what the other published, and clears nothing by it."""

import pytest
from django.test import Client

from recalls.check import ladder
from recalls.check.verdict import Outcome
from recalls.models import Publication, PublishedVersion
from recalls.published import cache, snapshots
from recalls.publishing.changes import changes_between
from tests.support.factories import make_list, make_product, make_public, make_recall, make_rule

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

MODEL = "T700"
LISTED, BY_RULE, MISREAD, OTHER = "57V00001", "57V22222", "57VO0001", "57V44444"
ASKED = {
    LISTED: Outcome.RECALLED,
    BY_RULE: Outcome.RECALLED,
    MISREAD: Outcome.CHECK_AGAIN,
    OTHER: Outcome.NOT_LISTED,
}


@pytest.fixture
def publication():
    recall = make_recall(countries=["AU", "ZZ"])
    product = make_product(recall=recall, model_numbers="T700", shapes="57V?????")
    make_list(product, [LISTED])
    make_rule(product=product, text=BY_RULE)
    make_rule(product=product, text="57V333*", effect="inspect")
    make_rule(product=product, text="57V00009", effect="not_recalled")
    product.list_complete = True
    product.save()
    make_public(recall)
    given = {code: ladder.check_code(code, MODEL).outcome for code in ASKED}
    assert given == ASKED
    return Publication.objects.get(status="live")


def store(publication) -> None:
    """As whoever publishes does: a process parses each content once, by its hash."""
    publication.sha256 = snapshots.hash_snapshot(publication.content)
    publication.save()  # under a new version


def answers(publication) -> dict[str, str]:
    store(publication)
    found = {}
    for code in ASKED:
        try:
            found[code] = ladder.check_code(code, MODEL).outcome
        except ladder.Unavailable:
            found[code] = "503"
    return found


def test_columns_and_parts_of_a_later_release_are_passed_over(publication):
    for rows in publication.content.values():
        for row in rows:
            row["later"] = {"of": ["a later release"]}
    publication.content["laters"] = [{"id": 1, "product_id": 1}]
    assert answers(publication) == ASKED
    for path in ("/en/", "/fr/recalls/", publication.recall.get_absolute_url()):
        assert Client().get(path).status_code == 200


def test_what_an_older_process_publishes_then_changes_nothing_else(publication):
    """Its content lacks what the later one had; neither takes that for a change."""
    older = snapshots.snapshot_of(publication.recall)
    for rows in publication.content.values():
        for row in rows:
            row["later"] = "x"
    assert changes_between(publication.content, older) == []
    assert changes_between(older, publication.content) == []


WARNED = {Outcome.RECALLED, Outcome.INSPECT, Outcome.CHECK_AGAIN, "503"}
UNKNOWN = {Outcome.UNRECOGNISED, Outcome.LIST_INCOMPLETE, Outcome.WHICH_PRODUCT}


@pytest.mark.parametrize("part", snapshots.MODELS)
def test_a_column_that_an_earlier_release_had_not(publication, part):
    """It reads as its default, whichever it is; or it cannot be read, and that is no answer."""
    whole = publication.content
    for column in snapshots.MODELS[part]._meta.concrete_fields:
        rows = [
            {name: value for name, value in row.items() if name != column.attname}
            for row in whole[part]
        ]
        publication.content = {**whole, part: rows}
        try:
            given = answers(publication)
        except (AttributeError, KeyError, TypeError, ValueError):
            continue  # the page for failures
        for code in (LISTED, BY_RULE, MISREAD):
            assert given[code] in WARNED | UNKNOWN, column


@pytest.mark.parametrize(
    ("part", "column", "value"),
    [
        ("rules", "effect", "later"),
        ("rules", "text", "LATER 57V NOTATION ~ 9"),
        ("rules", "text", " "),
        ("lists", "shapes", "{57V later}"),
        ("products", "identified_by", "later"),
        ("products", "shapes", "{57V later}"),
    ],
)
def test_values_of_a_later_release_clear_nothing(publication, part, column, value):
    for row in publication.content[part]:
        row[column] = value
    given = answers(publication)
    assert Outcome.NOT_LISTED not in given.values()
    assert given[OTHER] == "503"
    # Whoever asks for something else than a check still gets it.
    for path in ("/en/", "/en/code/", publication.recall.get_absolute_url()):
        assert Client().get(path).status_code == 200


@pytest.mark.parametrize("part", ["products", "rules", "lists"])
def test_a_row_of_something_that_is_not_there_clears_nothing(publication, part):
    for row in publication.content[part]:
        row["id"] = row["product_id"] = 999_999
    PublishedVersion.renew()
    store(publication)
    response = Client(raise_request_exception=False).get(f"/en/check/?sn={OTHER}&product={MODEL}")
    assert "is not on the list" not in response.content.decode()
    assert cache._cached is None or response.status_code in (200, 500, 503)
