"""A worker's own visits before the first visitor's."""

import pytest
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import OperationalError, close_old_connections

from recalls import languages
from recalls.public import counts
from recalls.published import cache
from recalls.web.warm_up import warm_up

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]


class Asked:
    """The site, with the status of each answer by its address."""

    def __init__(self):
        self.site = get_wsgi_application()
        self.statuses: dict[str, str] = {}

    def __call__(self, environ, start_response):
        def started(status, headers):
            self.statuses[f"{environ['PATH_INFO']}?{environ['QUERY_STRING']}"] = status
            return start_response(status, headers)

        return self.site(environ, started)


@pytest.fixture
def asked(shipped):
    cache.load_edition()  # as a worker does first; another test may have left its own
    site = Asked()
    # The tests' own database is open in this thread, and goes with its connection.
    for signal in (signals.request_started, signals.request_finished):
        signal.disconnect(close_old_connections)
    yield site
    for signal in (signals.request_started, signals.request_finished):
        signal.connect(close_old_connections)


def test_a_page_of_each_expected_outcome_is_made_and_nobody_is_counted(asked):
    edition = cache.load_edition()
    edition.rendered_pages.clear()
    before = dict(counts._pending)
    warm_up(asked)
    codes = [
        code
        for notice in edition.published
        for product in notice.products
        for code in product.test_codes
    ]
    assert len(asked.statuses) == len({code.expected for code in codes}) > 3
    assert set(asked.statuses.values()) == {"200 OK"}
    assert {path.split("/")[1] for path in asked.statuses} == set(languages.shown())
    assert len(edition.rendered_pages) > 3
    assert dict(counts._pending) == before


@pytest.mark.parametrize("host", [".example.org", "*", "recall.example.org"])
def test_whatever_hosts_the_site_has(asked, host, settings):
    settings.ALLOWED_HOSTS, settings.PUBLIC_HOST = [host], host
    warm_up(asked)
    assert set(asked.statuses.values()) == {"200 OK"}


def test_a_worker_starts_though_nothing_can_be_read(asked, monkeypatch):
    def failing():
        raise OperationalError

    monkeypatch.setattr(cache, "cached_edition", failing)
    warm_up(asked)
    assert asked.statuses == {}


def test_a_worker_starts_though_a_check_fails(asked, monkeypatch):
    def failing(*args, **options):
        raise OperationalError

    monkeypatch.setattr("recalls.check.lookup.read_codes_near", failing)
    warm_up(asked)
    assert set(asked.statuses.values()) == {"503 Service Unavailable"}
