"""No staff page fails on an argument: every address, GET and POST, with what nobody should send.

A superuser asks, so that no refusal stands before a page. tests/system/test_hostile.py has the
public pages.
"""

import random
import re
from collections.abc import Iterable
from html.parser import HTMLParser
from urllib.parse import quote, urlencode

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import Client

from tests.support.addresses import STAFF, addresses, filled
from tests.support.people import signed_in

# Digits that are no decimals, NUL, numbers beyond every column; broken UTF-8, half a surrogate.
VALUES = ["²", "\0", "9" * 30, "("]
MORE_VALUES = [
    "-1",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    "1,2,²",
    "x" * 5000,
    "' OR 1=1 --",
    "%(x)s{{7}}",
]
# What Django's lists take, and lookups of all kinds; each page's own names are read from it.
LIST_NAMES = [
    *("q", "o", "p", "all", "e", "_popup", "_to_field", "_changelist_filters", "no_such_name"),
    *("id__exact", "id__in", "id__range", "id__regex", "status__exact", "day__gte", "day__year"),
    *("day__year__gt", "day__iso_year", "day__month", "goes_live_at__year__range", "id__iregex"),
    *("product__id__exact", "is_active__exact", "recall__slug__contains", "groups__id__exact"),
]
PAGE_NAMES = [
    *("next", "replaces", "code", "kept", "sn", "language", "do", "seen", "again", "product"),
    *("_popup", "_to_field", "_changelist_filters", "app_label", "model_name", "field_name"),
    *("term", "page", "opened", "slug", "reason", "goes_live_at", "confirmed", "token"),
]


class Fields(HTMLParser):
    """The names of a page's form fields."""

    def __init__(self):
        super().__init__()
        self.names: dict[str, None] = {}

    def handle_starttag(self, tag, attrs):
        name = dict(attrs).get("name")
        if tag in ("input", "select", "textarea", "button") and name:
            self.names[name] = None


@pytest.fixture
def client(rows):
    person = get_user_model().objects.create_superuser("root")
    return signed_in(person)


def answer(client: Client, method: str, address: str, data=None) -> str:
    """Return what is wrong with the answer, or "". Nothing that the request does stays."""
    person = Client(raise_request_exception=False)
    person.cookies.update(client.cookies)
    caught = []
    with transaction.atomic():
        try:
            if method == "GET":
                response = person.get(address)
            else:
                response = person.post(address, data, content_type=FORM)
            if response.status_code >= 500:
                error = response.exc_info[1] if response.exc_info else None
                caught.append(f"{response.status_code} {error!r}"[:200])
            if response.streaming:
                list(response)
        finally:
            transaction.set_rollback(True)
    return caught[0] if caught else ""


FORM = "application/x-www-form-urlencoded"


def requests(client: Client, rows, hostile: list, patterns: Iterable[str]):
    """(method, address, body) of each request to these addresses."""
    for pattern in patterns:
        address = filled(pattern, rows)
        is_list = re.search(r"/(recalls|auth)/\w+/$", address)
        page = client.get(address)
        fields = Fields()
        if page.status_code == 200 and not page.streaming:
            fields.feed(page.content.decode(errors="replace"))
        for value in hostile:
            for name in LIST_NAMES if is_list else ():
                yield "GET", f"{address}?{urlencode({name: value})}", ""
            if not is_list:
                everything = dict.fromkeys([*PAGE_NAMES, *fields.names], value)
                yield "GET", f"{address}?{urlencode(everything)}", ""
            yield "POST", address, urlencode(dict.fromkeys([*fields.names, "do", "action"], value))
        for value in hostile:
            if pattern != address:
                yield "GET", re.sub(r"<\w+>", quote(value[:60], safe=""), pattern), ""


def staff_addresses() -> list[str]:
    return [pattern for pattern in addresses() if pattern.startswith(STAFF)]


def ask(client, asked: Iterable[tuple[str, str, str]]) -> int:
    """Fails where an answer does; returns how many were asked."""
    wrong, count = {}, 0
    for method, address, body in asked:
        count += 1
        if said := answer(client, method, address, body):
            wrong.setdefault(said, f"{method} {address[:200]} {body[:100]}")
    print(f"{count:,} requests")
    assert wrong == {}, "\n".join(f"{said}\n    {where}" for said, where in wrong.items())
    return count


# Each of these was an error page on one database or the other.
FAILED_ONCE = [
    "recalls/product/<pk>/load/?replaces=²",
    "recalls/recall/?status__exact=%00",
    "recalls/recall/?id__exact=999999999999999999999999999999",
    "recalls/recall/?id__range=1",
    "recalls/recall/?id__regex=(",
    "recalls/dailycount/?day__year=-1",
    "recalls/dailycount/?day__year__gt=-1",
    "recalls/codelist/999999999999999999999999999999/change/",
]


def test_what_has_failed_once_is_answered(client, rows, no_logs):
    asked = [("GET", filled(f"{STAFF}{address}", rows), "") for address in FAILED_ONCE]
    assert ask(client, asked) == len(FAILED_ONCE)


def test_a_sample_of_staff_addresses_fails_on_no_argument(client, rows, no_logs):
    """The same eighty each time, of a tenth of the addresses; the walks below ask for all."""
    chance = random.Random(14)
    patterns = staff_addresses()
    some = chance.sample(patterns, len(patterns) // 10)
    asked = list(requests(client, rows, [*VALUES, *MORE_VALUES], some))
    assert ask(client, chance.sample(asked, min(80, len(asked)))) > 50


@pytest.mark.longer
def test_no_staff_address_fails_on_any_argument(client, rows, no_logs):
    assert ask(client, requests(client, rows, VALUES, staff_addresses())) > 1000


@pytest.mark.longer
def test_no_staff_address_fails_on_more_arguments(client, rows, no_logs):
    assert ask(client, requests(client, rows, MORE_VALUES, staff_addresses())) > 1000
