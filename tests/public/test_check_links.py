"""Links to a check that something has bent on the way: no code in them is lost without a word."""

import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

RECALLED, CLEAN = "EXA2024110007919", "EXA2024110000001"


@pytest.mark.parametrize(
    "query",
    [
        f"sn={CLEAN}&sn={RECALLED}",
        f"sn={RECALLED}&sn={CLEAN}",
        f"SN={RECALLED}",
        f"sn%3D{RECALLED}",
        f"sn%3D{RECALLED}%26product%3DEX100",
        f"product=EX100;sn={RECALLED}",
        f"product=EX100&amp;sn={RECALLED}",
    ],
)
def test_a_recalled_code_in_a_bent_link(client, query):
    assert "Recalled" in client.get(f"/en/check/?{query}").content.decode()


def test_of_two_codes_none_is_cleared(client):
    page = client.get("/en/check/?sn=EXA2024110007918&sn=EXA2024110007920").content.decode()
    assert "not on the list for" not in page


@pytest.mark.parametrize("path", ["/EN/check/", "/En/check/"])
def test_an_address_in_capitals(client, path):
    response = client.get(f"{path}?SN={RECALLED}")
    assert response.status_code == 302
    assert response["Location"] == f"/en/check/?SN={RECALLED}"
    assert client.get("/xx/check/?sn=1").status_code == 404
