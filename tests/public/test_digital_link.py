"""A GS1 Digital Link leads to the check; a GTIN clears only as one of a product on file."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.factories import make_product

pytestmark = pytest.mark.django_db

GTIN, OTHER = "09506000134352", "09506000134369"
CODE = "ABCD123456780009"


@pytest.fixture(autouse=True)
def product():
    return make_product(
        model_numbers="T100", barcodes=GTIN[1:], codes=["WXYZ123456780000"], list_complete=True
    )


def asked(client, path, language="en"):
    """Return what the address leads to: the parameters of the check."""
    response = client.get(path, headers={"accept-language": language})
    assert response.status_code == 302
    assert response["Cache-Control"] == "no-store"
    assert response["Vary"] == "Accept-Language"
    address = urlsplit(response["Location"])
    assert address.path == f"/{language}/check/"
    return {name: values[0] for name, values in parse_qs(address.query).items()}, response


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (f"/01/{GTIN}/21/{CODE}", {"sn": CODE, "product": "T100"}),
        (f"/01/{GTIN[1:]}/21/{CODE}/", {"sn": CODE, "product": "T100"}),
        (f"/01/{GTIN}/10/{CODE}", {"sn": CODE, "product": "T100"}),
        (f"/01/{GTIN}/22/2A/21/{CODE}?17=271231", {"sn": CODE, "product": "T100"}),
        (f"/01/{GTIN}/21/AB%2F12%2B3", {"sn": "AB/12+3", "product": "T100"}),
        (f"/01/{GTIN}", {"sn": GTIN}),
        # Both may be the code on the label: neither is the one.
        (f"/01/{GTIN}/10/L1/21/{CODE}", {"sn": f"(01){GTIN}(10)L1(21){CODE}", "product": "T100"}),
        (f"/01/{GTIN}/10/L1?21={CODE}", {"sn": f"(01){GTIN}(10)L1(21){CODE}", "product": "T100"}),
        (f"/01/{GTIN}?10={CODE}", {"sn": CODE, "product": "T100"}),
        (f"/01/{GTIN}/21/{CODE}/21/Q7", {"sn": f"{CODE}(21)Q7", "product": "T100"}),
        (f"/01/{GTIN}/21/{CODE}?21=Q7", {"sn": f"{CODE}(21)Q7", "product": "T100"}),
        # The GTIN is of no product, or was misread.
        (f"/01/{OTHER}/21/{CODE}", {"sn": f"(01){OTHER}(21){CODE}"}),
        (f"/01/{GTIN[:-1]}3/21/{CODE}", {"sn": f"(01){GTIN[:-1]}3(21){CODE}"}),
    ],
)
def test_where_a_label_leads(client, path, expected):
    assert asked(client, path)[0] == expected
    assert asked(client, path, "fr")[0] == expected


def test_only_a_gtin_on_file_can_clear(client):
    known = client.get(asked(client, f"/01/{GTIN}/21/{CODE}")[1]["Location"]).text
    assert "This code is not on the list for" in known
    for path in (
        f"/01/{OTHER}/21/{CODE}",
        f"/01/{GTIN[:-1]}3/21/{CODE}",
        f"/01/{GTIN}/10/{CODE}/21/{CODE[:-1]}7",
        f"/01/{GTIN}/10/{CODE}?21={CODE[:-1]}7",
        f"/01/{GTIN}/21/{CODE[:-1]}7/21/{CODE}",
        f"/01/{OTHER}",
        f"/01/{GTIN}",
    ):
        address = asked(client, path)[1]["Location"]
        for named in ("", "&product=T100"):
            assert "not on the list" not in client.get(address + named).text, path


def test_a_recalled_code_is_recalled_whatever_the_gtin(client):
    make_product(model_numbers="T200", rules=[CODE])
    for gtin in (GTIN, OTHER):
        page = client.get(asked(client, f"/01/{gtin}/21/{CODE}")[1]["Location"]).text
        assert "Stop using this speaker now" in page


@pytest.mark.parametrize("path", ["/01/", "/01/ABC/21/X", "/01/123/21/X", "/02/09506000134352"])
def test_what_is_no_such_label_is_not_found(client, path):
    assert client.get(path).status_code == 404
