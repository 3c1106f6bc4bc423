"""Thousands of published notices, and how the site and its staff's pages do with them.

`python -m tests.bench.notices fill COUNT` adds so many to the shipped ones in the empty database of
DATABASE_URL; `measure` prints what pages, checks and publications take there, as JSON. The
environment is that of `bench.environment`.
"""

import io
import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from tests.bench.data import HEADERS

STEM = "ABCEFGHJKMNPRSTUVWXY"
FIRST_RULED, LAST_RULED = 100, 580
WORDS = ("Speaker", "Earbuds", "Power bank", "Lamp", "Torch", "Monitor", "Fan", "Scooter")
BRANDS = 150
SHIPPED = "anker-a3102-a3302-us-canada-2024"


def stem(place: int) -> str:
    """Three letters and a digit, for no two places the same."""
    rest, digit = divmod(place, 10)
    rest, last = divmod(rest, len(STEM))
    first, second = divmod(rest, len(STEM))
    return f"{STEM[first]}{STEM[second]}{STEM[last]}{digit}"


# Filling ------------------------------------------------------------------------------------------


def fill(count: int) -> None:
    """Live publications, as publishing makes them, but with none of its questions: it would try the
    test codes of all notices once for each."""
    from django.core.management import call_command
    from django.db import transaction

    from recalls.models import PublishedVersion

    call_command("migrate", verbosity=0)
    call_command("load_catalogue", publish=True, stdout=io.StringIO())
    for start in range(0, count, 500):
        with transaction.atomic():
            _publish_all([_recall(place) for place in range(start, min(start + 500, count))])
    PublishedVersion.renew()


def _recall(place: int):
    """One notice with its rows, which differ from a shipped one's in what checks look at."""
    from recalls.models import IdentificationRule, Recall, RecallCountry, RecallText, TestCode
    from recalls.published import snapshots

    content = _shipped()
    (row,) = snapshots.instances(content, Recall)
    recall = Recall(
        **{
            field.attname: getattr(row, field.attname)
            for field in Recall._meta.concrete_fields
            if not field.primary_key
        }
    )
    recall.slug = f"bench-{place}"
    recall.published_at = recall.changed_at = None
    recall.status = Recall.Status.DRAFT
    recall.save()
    for model, most in ((RecallText, 3), (RecallCountry, 2)):
        rows = [values | {"id": None} for values in content[snapshots.NAMES[model]][:most]]
        copies = [snapshots.instance(model, values | {"recall_id": recall.pk}) for values in rows]
        model.objects.bulk_create(copies)
    product = _product(recall, place)
    IdentificationRule.objects.bulk_create(
        IdentificationRule(product=product, text=text, status="active") for text in _rules(place)
    )
    TestCode.objects.bulk_create(
        TestCode(product=product, typed=typed, names_product=named, expected=expected)
        for typed, named, expected in _test_codes(place)
    )
    return recall


_contents: dict = {}


def _shipped():
    from recalls.models import Recall
    from recalls.published import snapshots

    if not _contents:
        _contents.update(snapshots.snapshot_of(Recall.objects.get(slug=SHIPPED)))
    return _contents


def _product(recall, place: int):
    """A third each: without a shape, of one that many share, distinctive and complete."""
    from recalls.models import Product

    by = Product.IdentifiedBy
    no_shape = by.MAKERS_CHECKER if place % 2 else by.EVERY_UNIT
    made = Product(
        recall=recall,
        kind=_shipped()["products"][0]["kind"],
        brand=f"Brand{place % BRANDS}",
        name=f"{WORDS[place % len(WORDS)]} {place}",
        model_numbers=f"M{stem(place)}A\nM{stem(place)}B",
        shapes=("", "?" * 16, f"{stem(place)}{'#' * 12}")[place % 3],
        identified_by=by.LISTED_CODES if place % 3 else no_shape,
        list_complete=place % 3 == 2,
    )
    if place % 3 == 0 and place % 2:
        made.checker_name = "Brand"
        made.checker_url = "https://example.org/check"
        made.checker_tried_on = recall.recall_month
    made.save()
    return made


def _rules(place: int) -> list[str]:
    if place % 3 == 0:
        return []
    first, last = (f"{stem(place)}{number:012}" for number in (FIRST_RULED, LAST_RULED))
    return [f"{first} to {last}"]


def _test_codes(place: int) -> list[tuple[str, bool, str]]:
    """Return what is typed, whether the product is named, and the outcome."""
    if place % 3 == 0:
        expected = "model_number" if place % 2 else "recalled"
        return [(f"M{stem(place)}A", False, expected), (f"M{stem(place)}B", False, expected)]
    recalled, other = f"{stem(place)}{FIRST_RULED + 7:012}", f"{stem(place)}{900_000:012}"
    return [
        (recalled, False, "recalled"),
        (recalled, True, "recalled"),
        (other, True, "not_listed" if place % 3 == 2 else "list_incomplete"),
    ]


def _publish_all(recalls: list) -> None:
    from django.utils import timezone

    from recalls.models import Publication, Recall
    from recalls.published import snapshots

    now, rows = timezone.now(), []
    for recall in recalls:
        content = snapshots.with_status(snapshots.snapshot_of(recall), "published")
        content = snapshots.dated(content, now, is_first=True)
        sha256 = snapshots.hash_snapshot(content)
        rows.append(
            Publication(recall=recall, status="live", live_from=now, content=content, sha256=sha256,
                        history_seen={}, reason="For the bench.")
        )  # fmt: skip
    Publication.objects.bulk_create(rows)
    pks = [recall.pk for recall in recalls]
    Recall.objects.filter(pk__in=pks).update(
        status="published", published_at=now, changed_at=now, revision=1
    )


# Measuring ----------------------------------------------------------------------------------------


def measure() -> None:
    """Print {figure: value}: milliseconds of CPU, bytes of gzip, queries, megabytes."""
    from django.test.utils import setup_test_environment

    setup_test_environment()
    found: dict[str, float] = {}
    from recalls.published import cache
    from site_config.server import look_seldom_for_garbage

    found["edition, cold, ms"] = _milliseconds(cache.load_edition)[0]
    look_seldom_for_garbage()  # as a worker does before its first request
    found["edition, other version, ms"] = _milliseconds(cache.load_edition)[0]
    for name, address in _addresses():
        found |= _page(name, address)
    found |= _publication()
    found |= _ready()
    found |= _staff_pages()
    found["memory, MB"] = _megabytes()
    print(json.dumps(found))


def _milliseconds(call: Callable, *given) -> tuple[float, object]:
    began = time.process_time()
    answer = call(*given)
    return (time.process_time() - began) * 1000, answer


def _addresses() -> Iterator[tuple[str, str]]:
    """Public pages by name, with those of the checks that show many products."""
    for name in ("home", "recalls/", "code/", "contact/", "message/", "disposal/"):
        yield name, f"/en/{name.removeprefix('home')}"
    yield "recalls/, search", "/en/recalls/?q=Lamp"
    yield "recalls/, last page", "/en/recalls/?page=60"
    yield "notice", "/en/recalls/bench-2/"
    yield "poster", "/en/recalls/bench-2/poster/"
    yield "feed", "/en/recalls/feed/"
    yield "404", "/en/nothing/"
    for text in ("ACEFHJKMNPRTWXY3", "ACC?RU", "2322", "HELLO"):
        yield f"check {text}", f"/en/check/?sn={text}"
    yield "check recalled", f"/en/check/?sn={stem(2)}{FIRST_RULED:012}"
    yield "check not listed", f"/en/check/?sn={stem(2)}000000900000&product=M{stem(2)}A"
    yield "check type again", f"/en/check/?sn={stem(2)}{FIRST_RULED:011}1&product=M{stem(2)}A"
    unknown = "/en/check/?sn=ACEFHJKMNPRTWXY3&q="
    yield "search, many", unknown + "Lamp"
    yield "search, some", unknown + "Brand7+Lamp"
    yield "search, none", unknown + "Zyxwvut"
    yield "sitemap", "/sitemap.xml"


def _page(name: str, address: str) -> dict[str, float]:
    from django.test import Client

    client = Client(headers=HEADERS | {"accept-encoding": "gzip"})
    first, response = _milliseconds(client.get, address)
    later = [_milliseconds(client.get, address)[0] for _ in range(5)]
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return {f"{name}, bytes": len(body), f"{name}, first ms": first, f"{name}, ms": median(later)}


def _publication() -> dict[str, float]:
    """Return what publishing one notice takes, then the first check and page of this process."""
    from recalls.models import Recall
    from recalls.publishing import steps

    recall = Recall.objects.get(slug="bench-5")
    recall.firm = "Another Ltd"
    recall.save()
    recall.add_revision()
    publishing, _ = _milliseconds(lambda: steps.publish_from_shell(recall=recall))
    check, refused = _milliseconds(_refused_until_answered)
    return {
        "publish_from_shell, ms": publishing,
        "until a check answers by it, ms": check,
        "checks refused until then": refused,
        **{f"after it: {key}": value for key, value in _page("home", "/en/").items()},
    }


def _refused_until_answered() -> int:
    from recalls.check import ladder

    for refused in range(10):
        try:
            ladder.check_code("HELLO")
        except ladder.Unavailable:
            continue
        return refused
    return 10


def _ready() -> dict[str, float]:
    from recalls.web import health

    first, report = _milliseconds(health.probe)
    failing = report["test_codes"]["less_cautious"] + report["test_codes"]["more_cautious"]
    later = median(_milliseconds(health.probe)[0] for _ in range(3))
    return {"ready, first ms": first, "ready, ms": later, "failing test codes": len(failing)}


def _staff_pages() -> dict[str, float]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    from recalls.models import Recall
    from tests.support.people import PUBLISHER, make_person, signed_in

    client = signed_in(make_person("bench", PUBLISHER))
    recall = Recall.objects.get(slug="bench-8")
    recall.firm = "Another Ltd"
    recall.save()
    of_recall, of_product = [recall.pk], [recall.products.get().pk]
    addresses = {
        "start page": reverse("admin:index"),
        "recall list": reverse("admin:recalls_recall_changelist"),
        "recall page": reverse("admin:recalls_recall_change", args=of_recall),
        "product page": reverse("admin:recalls_product_change", args=of_product),
        "publish page": reverse("admin:recalls_recall_publish", args=of_recall),
        "try a code": reverse("admin:recalls_recall_try", args=of_recall) + "?sn=HELLO&product=",
        "suggest": reverse("admin:recalls_product_suggest", args=of_product),
        "preview": reverse("admin:recalls_recall_preview", args=[recall.pk, "en"]),
    }
    found = {}
    for name, address in addresses.items():
        with CaptureQueriesContext(connection) as made:
            took, response = _milliseconds(lambda at=address: client.get(at, headers=HEADERS))
        if response.status_code != 200:
            raise RuntimeError(f"{address}: {response.status_code}")
        found |= {f"staff, {name}, ms": took, f"staff, {name}, queries": len(made)}
    return found


def _megabytes() -> float:
    return int(re.search(r"VmRSS:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024


# The part of the bench ----------------------------------------------------------------------------

COUNT = 3000
MOST = {
    "bytes": 10 * 1024,
    "ms": 50,
    "until a check answers by it, ms": 300,
    "checks refused until then": 0,
    "ready, ms": 300,
    "ready, first ms": 300,
    "failing test codes": 0,
    "memory, MB": 400,
    **{f"staff, {name}, ms": 1000 for name in ("start page", "publish page", "try a code")},
}
UNBOUNDED = ("edition", "publish_from_shell", "staff", "after it")


def notices(bench) -> list:
    """Pages, checks, publications and staff's pages with thousands of notices, one after another in
    one process; milliseconds are of CPU."""
    from tests.bench.servers import Figure, run_python

    name = f"bench_notices_{COUNT}"
    url = bench.databases.url_of(name)
    if not bench.databases.exists(name):
        url = bench.databases.create(name)
        run_python("tests.bench.notices", "fill", COUNT, url=url)
    found = json.loads(run_python("tests.bench.notices", "measure", url=url))
    return [Figure(key, value, most=_most(key)) for key, value in found.items()]


def _most(key: str) -> float | None:
    if key in MOST or key.startswith(UNBOUNDED):
        return MOST.get(key)
    return MOST.get(key.rpartition(", ")[2])


if __name__ == "__main__":
    import django

    django.setup()
    {"fill": lambda count: fill(int(count)), "measure": measure}[sys.argv[1]](*sys.argv[2:])
