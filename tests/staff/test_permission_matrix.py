"""These tests show who gets what at every address of the site: `pytest -s` prints the table.

A new address fails until it has its line in TABLE. Run the test: it prints the line as it is now;
read it, and put it in if it is right. What stands for a `<name>` in an address is in
tests/support/addresses.py.
"""

import json
import re

import pytest
from django.db import transaction
from django.test import Client

from recalls.published import snapshots
from recalls.publishing.disposals import disposal_content
from tests.support.addresses import addresses, filled
from tests.support.people import (
    ADMINISTRATOR,
    CALL_CENTER,
    EDITOR,
    PUBLISHER,
    make_person,
    signed_in,
)

# A stranger, a publisher who is signed in without the second factor, and the four roles: GET and
# POST of each. A number is the status; "in" leads to the sign-in, "on" elsewhere. ~/ stands for
# /staff/recalls/.
PEOPLE = ("anyone", "no code", "editor", "publ.", "admin.", "call c.")
TABLE = """
/en/                                           200 405  200 405  200 405  200 405  200 405  200 405
/en/check/                                     on 405   on 405   on 405   on 405   on 405   on 405
/en/check/qr.svg                               404 405  404 405  404 405  404 405  404 405  404 405
/en/check/many/                                200 200  200 200  200 200  200 200  200 200  200 200
/en/code/                                      200 405  200 405  200 405  200 405  200 405  200 405
/en/message/                                   200 405  200 405  200 405  200 405  200 405  200 405
/en/contact/                                   200 405  200 405  200 405  200 405  200 405  200 405
/en/disposal/                                  200 405  200 405  200 405  200 405  200 405  200 405
/en/data/                                      200 405  200 405  200 405  200 405  200 405  200 405
/en/proof/                                     200 405  200 405  200 405  200 405  200 405  200 405
/en/recalls/                                   200 405  200 405  200 405  200 405  200 405  200 405
/en/recalls/feed/                              200 405  200 405  200 405  200 405  200 405  200 405
/en/recalls/<slug>/                            200 405  200 405  200 405  200 405  200 405  200 405
/en/recalls/<slug>/poster/                     200 405  200 405  200 405  200 405  200 405  200 405
/                                              on 405   on 405   on 405   on 405   on 405   on 405
/check/                                        on 405   on 405   on 405   on 405   on 405   on 405
/<language>/check/                             on 405   on 405   on 405   on 405   on 405   on 405
/01/<gtin><rest>?                              on 405   on 405   on 405   on 405   on 405   on 405
/api/check                                     400 405  400 405  400 405  400 405  400 405  400 405
/api/openapi.json                              200 405  200 405  200 405  200 405  200 405  200 405
/RestWebServices/Recall                        200 405  200 405  200 405  200 405  200 405  200 405
/sitemap.xml                                   200 405  200 405  200 405  200 405  200 405  200 405
/sitemap-<number>.xml                          200 405  200 405  200 405  200 405  200 405  200 405
/robots.txt                                    200 405  200 405  200 405  200 405  200 405  200 405
/.well-known/security.txt                      200 405  200 405  200 405  200 405  200 405  200 405
/picture/<sha256>.webp                         200 405  200 405  200 405  200 405  200 405  200 405
/favicon.ico                                   on 405   on 405   on 405   on 405   on 405   on 405
/health/live                                   404 404  404 404  404 404  404 404  404 404  404 404
/health/ready                                  404 404  404 404  404 404  404 404  404 404  404 404
/staff/alive/                                  in in    in in    204 204  204 204  204 204  204 204
/staff/help/                                   in in    in in    200 405  200 405  200 405  200 405
/staff/call/                                   in in    in in    200 405  200 405  200 405  200 405
/staff/call/<language>/                        in in    in in    on 405   on 405   on 405   on 405
/staff/unsaved/<pk>/                           in in    in in    405 404  405 404  405 404  405 404
/staff/                                        in in    in in    200 200  200 200  200 200  200 200
/staff/login/                                  200 200  200 200  on 200   on 200   on 200   on 200
/staff/logout/                                 on on    on on    405 200  405 200  405 200  405 200
/staff/password_change/                        in in    in in    200 200  200 200  200 200  200 200
/staff/password_change/done/                   in in    in in    200 405  200 405  200 405  200 405
/staff/autocomplete/                           in in    in in    403 405  403 405  403 405  403 405
/staff/jsi18n/                                 in in    in in    200 405  200 405  200 405  200 405
/staff/r/<content_type_id>/<object_id>/        in in    in in    on on    on on    on on    on on
/staff/admin/logentry/                         in in    in in    200 200  200 200  200 200  403 403
~/monthlyfigures/                              in in    in in    200 200  200 200  200 200  403 403
~/monthlyfigures/add/                          in in    in in    200 200  200 200  403 403  403 403
~/monthlyfigures/<object_id>/history/          in in    in in    200 200  200 200  200 200  403 403
~/monthlyfigures/<object_id>/delete/           in in    in in    403 403  403 403  403 403  403 403
~/monthlyfigures/<object_id>/change/           in in    in in    200 on   200 on   200 403  403 403
~/monthlyfigures/<object_id>/                  in in    in in    on on    on on    on on    on on
~/product/picture/<sha256>.webp                in in    in in    200 200  200 200  200 200  403 403
~/product/<pk>/load/                           in in    in in    200 200  200 200  403 403  403 403
~/product/<pk>/suggest/                        in in    in in    200 200  200 200  403 403  403 403
~/product/<pk>/forecast/                       in in    in in    200 200  200 200  200 200  403 403
~/product/<pk>/restore/                        in in    in in    405 on   405 on   405 403  405 403
~/product/<pk>/copy/                           in in    in in    405 on   405 on   405 403  405 403
~/product/                                     in in    in in    200 200  200 200  200 200  403 403
~/product/add/                                 in in    in in    200 200  200 200  403 403  403 403
~/product/<object_id>/history/                 in in    in in    200 200  200 200  200 200  403 403
~/product/<object_id>/delete/                  in in    in in    403 403  403 403  403 403  403 403
~/product/<object_id>/change/                  in in    in in    200 200  200 200  200 403  403 403
~/product/<object_id>/                         in in    in in    on on    on on    on on    on on
~/recall/import/                               in in    in in    200 200  200 200  403 403  403 403
~/recall/<pk>/publish/                         in in    in in    200 200  200 on   403 403  403 403
~/recall/<pk>/withdraw/                        in in    in in    200 200  200 200  403 403  403 403
~/recall/<pk>/try/                             in in    in in    200 200  200 200  200 200  403 403
~/recall/<pk>/preview/<language>/              in in    in in    200 200  200 200  200 200  403 403
~/recall/<pk>/preview/<language>/<part>        in in    in in    200 200  200 200  200 200  403 403
~/recall/<pk>/copy/                            in in    in in    405 on   405 on   405 403  405 403
~/recall/<pk>/record/                          in in    in in    200 200  200 200  200 200  403 403
~/recall/<pk>/record/file/                     in in    in in    200 200  200 200  200 200  403 403
~/recall/<pk>/figures/                         in in    in in    200 200  200 200  200 200  403 403
~/recall/<pk>/figures/csv/                     in in    in in    200 200  200 200  200 200  403 403
~/recall/figures/                              in in    in in    200 200  200 200  200 200  403 403
~/recall/figures/csv/                          in in    in in    200 200  200 200  200 200  403 403
~/recall/                                      in in    in in    200 200  200 200  200 200  403 403
~/recall/add/                                  in in    in in    200 200  200 200  403 403  403 403
~/recall/<object_id>/history/                  in in    in in    200 200  200 200  200 200  403 403
~/recall/<object_id>/delete/                   in in    in in    403 403  403 403  403 403  403 403
~/recall/<object_id>/change/                   in in    in in    200 200  200 200  200 403  403 403
~/recall/<object_id>/                          in in    in in    on on    on on    on on    on on
/staff/auth/user/<pk>/enroll/                  in in    in in    403 403  403 403  200 200  403 403
/staff/auth/user/<id>/password/                in in    in in    403 403  403 403  200 200  403 403
/staff/auth/user/                              in in    in in    403 403  403 403  200 200  403 403
/staff/auth/user/add/                          in in    in in    403 403  403 403  200 200  403 403
/staff/auth/user/<object_id>/history/          in in    in in    403 403  403 403  200 200  403 403
/staff/auth/user/<object_id>/delete/           in in    in in    403 403  403 403  403 403  403 403
/staff/auth/user/<object_id>/change/           in in    in in    403 403  403 403  200 200  403 403
/staff/auth/user/<object_id>/                  in in    in in    on on    on on    on on    on on
~/codelist/<pk>/review/                        in in    in in    200 200  200 200  200 403  403 403
~/codelist/<pk>/refused/                       in in    in in    200 200  200 200  200 200  403 403
~/codelist/                                    in in    in in    200 200  200 200  200 200  403 403
~/codelist/add/                                in in    in in    403 403  403 403  403 403  403 403
~/codelist/<object_id>/history/                in in    in in    200 200  200 200  200 200  403 403
~/codelist/<object_id>/delete/                 in in    in in    403 403  403 403  403 403  403 403
~/codelist/<object_id>/change/                 in in    in in    on 403   on 403   on 403   on 403
~/codelist/<object_id>/                        in in    in in    on on    on on    on on    on on
~/publication/<pk>/review/                     in in    in in    200 200  200 on   200 200  403 403
~/publication/<pk>/preview/<language>/         in in    in in    200 200  200 200  200 200  403 403
~/publication/<pk>/preview/<language>/<part>   in in    in in    200 200  200 200  200 200  403 403
~/publication/                                 in in    in in    200 200  200 200  200 200  403 403
~/publication/add/                             in in    in in    403 403  403 403  403 403  403 403
~/publication/<object_id>/history/             in in    in in    200 200  200 200  200 200  403 403
~/publication/<object_id>/delete/              in in    in in    403 403  403 403  403 403  403 403
~/publication/<object_id>/change/              in in    in in    200 403  200 403  200 403  403 403
~/publication/<object_id>/                     in in    in in    on on    on on    on on    on on
~/disposal/<pk>/review/                        in in    in in    200 200  200 on   200 200  403 403
~/disposal/                                    in in    in in    200 200  200 200  200 200  403 403
~/disposal/add/                                in in    in in    403 403  200 200  403 403  403 403
~/disposal/<object_id>/history/                in in    in in    200 200  200 200  200 200  403 403
~/disposal/<object_id>/delete/                 in in    in in    403 403  403 403  403 403  403 403
~/disposal/<object_id>/change/                 in in    in in    200 403  200 200  200 403  403 403
~/disposal/<object_id>/                        in in    in in    on on    on on    on on    on on
~/dailycount/                                  in in    in in    200 200  200 200  200 200  403 403
~/dailycount/add/                              in in    in in    403 403  403 403  403 403  403 403
~/dailycount/<object_id>/history/              in in    in in    200 200  200 200  200 200  403 403
~/dailycount/<object_id>/delete/               in in    in in    403 403  403 403  403 403  403 403
~/dailycount/<object_id>/change/               in in    in in    200 403  200 403  200 403  403 403
~/dailycount/<object_id>/                      in in    in in    on on    on on    on on    on on
/staff/<app_label>/                            in in    in in    200 200  200 200  200 200  404 404
/staff/<url>                                   in in    in in    404 404  404 404  404 404  404 404
"""


def lines(rows):
    short = {address: re.sub(r"^/staff/recalls/(?=.)", "~/", address) for address in rows}
    widest = max(map(len, short.values()))
    yield f"{'':{widest}}  " + "  ".join(f"{name:7}" for name in PEOPLE).rstrip()
    for address, cells in rows.items():
        yield f"{short[address]:{widest}}  " + "  ".join(f"{cell:7}" for cell in cells).rstrip()


def expected():
    rows = {}
    for line in TABLE.strip().splitlines():
        short, *cells = re.split(r" {2,}", line.strip())
        address = short.replace("~/", "/staff/recalls/")
        assert len(cells) == len(PEOPLE), line
        assert address not in rows, address
        rows[address] = tuple(cells)
    return rows


def cell(client, address, rows):
    """Return what the client gets there; nothing that it does stays."""
    said = []
    for method in ("get", "post"):
        person = Client(REMOTE_ADDR="203.0.113.1")
        person.cookies.update(client.cookies)
        data = sent(address, rows) if method == "post" else {}
        with transaction.atomic():
            said.append(outcome(getattr(person, method)(filled(address, rows), data)))
            transaction.set_rollback(True)
    return " ".join(said)


def sent(address, rows):
    """Where an empty form would be refused to all alike: what asks for the step itself."""
    if address.endswith("/delete/"):
        return {"post": "yes"}
    recall = rows["recalls/recall"]
    told = {"do": "publish", "reason": "Because.", "slug": recall.slug}
    seen = {"seen": snapshots.hash_snapshot(snapshots.snapshot_of(recall))}
    return {
        "/staff/recalls/recall/<pk>/publish/": told | seen,
        "/staff/recalls/recall/<pk>/withdraw/": told | seen | {"changed_en": "Said."},
        "/staff/recalls/publication/<pk>/review/": {"do": "approve"},
        "/staff/recalls/disposal/<pk>/review/": {
            "seen": json.dumps(disposal_content(rows["recalls/disposal"]))
        },
    }.get(address, {})


def outcome(response):
    if "carried" in (response.context or ()):  # the sign-in page with what was sent
        return "in" if response.status_code == 403 else str(response.status_code)
    if response.status_code in (301, 302):
        return "in" if response["Location"].startswith("/staff/login/") else "on"
    return str(response.status_code)


@pytest.mark.slow
def test_every_address_answers_each_as_the_table_says(rows, no_logs):
    people = [
        Client(),
        signed_in(make_person("half", PUBLISHER), has_code=False),
        signed_in(make_person("ed", EDITOR)),
        signed_in(make_person("pat", PUBLISHER)),
        signed_in(make_person("adam", ADMINISTRATOR)),
        signed_in(make_person("cal", CALL_CENTER)),
    ]
    found = {
        address: tuple(cell(client, address, rows) for client in people) for address in addresses()
    }
    table = list(lines(found))
    print("\n" + "\n".join(table))
    wanted = expected()
    named = zip(table[1:], found.items(), strict=True)
    wrong = [line for line, row in named if row not in wanted.items()]
    assert wrong == [], "\n".join(wrong)
    assert set(wanted) - set(found) == set(), "addresses that are gone"
