"""What many tests of the staff pages begin with."""

import logging

import pytest


@pytest.fixture
def later(monkeypatch):
    from tests.support.sign_in import movable_clock

    return movable_clock(monkeypatch)


@pytest.fixture
def draft():
    """A notice that lacks nothing; `public` is the same, published."""
    from tests.support.publish_pages import make_draft

    return make_draft()


@pytest.fixture
def public(draft):
    from tests.support.publish_pages import make_live

    return make_live(draft)


@pytest.fixture
def rows(db):
    """A row of each kind that has a page."""
    from tests.support.addresses import make_rows

    return make_rows()


@pytest.fixture
def no_logs():
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
