"""On PostgreSQL the public's processes can do with less than the database's owner."""

import pytest
from django.db import connection

from recalls.models import DailyCount
from tests.support.servers import Site, url_of_tests

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ROLE = "public_site_of_tests"
# As site_config/README.md has it.
GRANTS = """
GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role};
GRANT INSERT, UPDATE ON recalls_dailycount TO {role};
GRANT INSERT, UPDATE ON recalls_heartbeat TO {role};
GRANT USAGE ON SEQUENCE recalls_dailycount_id_seq TO {role};
"""


@pytest.fixture
def role():
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE} LOGIN")
        cursor.execute(GRANTS.format(role=ROLE))
    yield ROLE
    with connection.cursor() as cursor:
        cursor.execute(f"DROP OWNED BY {ROLE}; DROP ROLE {ROLE}")


def test_it_may_read_and_add_to_the_counts_and_nothing_else(role, shipped_here):
    url = url_of_tests().replace(f"//{connection.settings_dict['USER']}:", f"//{role}:")
    with Site(url) as site:
        assert "Stop using this" in site.get("/en/check/?sn=ACCJRU1D16400841")[1]
        assert site.get("/health/ready")[0] == 200
        # Counting a failed sign-in is a write.
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        page, body = site.request("GET", "/staff/login/")
        cookie = page.headers["Set-Cookie"].partition(";")[0]
        token = body.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
        data = f"username=pat&password=wrong&csrfmiddlewaretoken={token}"
        response, _ = site.request("POST", "/staff/login/", form | {"Cookie": cookie}, data)
        assert response.status == 500
    assert DailyCount.objects.get(recall="", outcome="recalled").number == 1
