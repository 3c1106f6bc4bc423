"""Databases for the bench: the shipped notices, one more with very many codes, and one with rules.

`python -m tests.bench.data fill CODES RULES` fills the empty database of DATABASE_URL; the
environment is that of `bench.environment`. The codes of the long list are a function of their
number, so that nothing has to be read back to know what the site must answer.
"""

import io
import json
import os
import random
import re
import resource
import signal
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from urllib.parse import urlencode

LETTERS, DIGITS = "BEN", 13
SKELETON = "8EN"
SPACE = 10**DIGITS
PRODUCT = "BN100"
LANGUAGES = ("en", "en", "en", "fr", "es")


def number(place: int, count: int) -> int:
    """The digits of one code of a list of `count`, spread over all that the shape allows."""
    step = SPACE // count
    return place * step + place * 2_654_435_761 % step


def listed(place: int, count: int) -> str:
    return f"{LETTERS}{number(place, count):0{DIGITS}}"


def is_listed(digits: str, count: int) -> bool:
    wanted = int(digits)
    place = wanted // (SPACE // count)
    return place < count and number(place, count) == wanted


# What visitors type -------------------------------------------------------------------------------

KINDS = {
    # outcome: how many of a hundred
    "recalled": 25,
    "not_listed": 35,
    "check_again": 10,
    "which_product": 15,
    "form_error": 10,
    "unrecognised": 5,
}


def typed(outcome: str, count: int, rng: random.Random) -> str:
    """A text that has this outcome where the list holds `count` codes."""
    code = listed(rng.randrange(count), count)
    if outcome == "check_again":
        # Read as letters, which this maker uses: 8 → B, 5 → S, 2 → Z.
        place = next((i for i in range(len(code) - 1, 2, -1) if code[i] in "852"), None)
        if place is None:
            return typed(outcome, count, rng)
        return code[:place] + {"8": "B", "5": "S", "2": "Z"}[code[place]] + code[place + 1 :]
    if outcome == "not_listed":
        digits = f"{rng.randrange(SPACE):0{DIGITS}}"
        if any(is_listed(other, count) for other in _near(digits)):
            return typed(outcome, count, rng)
        return LETTERS + digits
    if outcome == "which_product":
        return "K" + "".join(rng.choices("ACEFHJKMNPRTWY347", k=15))
    if outcome == "form_error":
        return code[: rng.choice((-1, -2))]
    if outcome == "unrecognised":
        return "W" + "".join(rng.choices("ACEFHJKMNPRTWY347", k=9))
    return code


def _near(digits: str) -> Iterator[str]:
    """The digits, and all of their length that one slip leads to: a code one slip from a listed one
    is asked for again."""
    yield digits
    for place, own in enumerate(digits):
        before, rest = digits[:place], digits[place:]
        yield from (before + other + rest[1:] for other in "0123456789")
        if rest[1:2] == own:
            yield from (before + 2 * other + rest[2:] for other in "0123456789")
        yield before + rest[1::-1] + rest[2:]
        yield before + rest[2::-1] + rest[3:]


def mix(count: int, seed: int) -> Iterator[tuple[str, str]]:
    """Addresses of checks with their outcomes, without end and never the same one twice."""
    rng = random.Random(seed)
    outcomes, weights = list(KINDS), list(KINDS.values())
    seen = set()
    while True:
        outcome = rng.choices(outcomes, weights)[0]
        text = typed(outcome, count, rng)
        if text not in seen:
            seen.add(text)
            # Only a visitor who names the product is told that a code is not on its list.
            named = {"product": PRODUCT} if outcome == "not_listed" else {}
            query = urlencode({"sn": text, **named})
            yield f"/{rng.choice(LANGUAGES)}/check/?{query}", outcome


def write_mix(path: Path, count: int, seed: int, lines: int) -> None:
    found = islice(mix(count, seed), lines)
    path.write_text("".join(f"{address}\n" for address, _ in found))


def write_list(path: Path, count: int, shuffled: bool = False) -> None:
    """A CSV file as staff load it: one column, a heading, one code a row; for the product BN200."""
    places = list(range(count))
    if shuffled:
        random.Random(count).shuffle(places)
    with path.open("w") as file:
        file.write("SN code\n")
        for start in range(0, count, 100_000):
            rows = places[start : start + 100_000]
            file.write("".join(f"BEM{number(place, count):0{DIGITS}}\n" for place in rows))


# Filling a database -------------------------------------------------------------------------------


def fill(codes: int, rules: int) -> None:
    import django
    from django.core.management import call_command

    django.setup()
    from recalls.models import CodeList
    from recalls.publishing import steps

    call_command("migrate", verbosity=0)
    call_command("load_catalogue", publish=True, stdout=io.StringIO())
    recall = _copy_of("anker-a3102-australia-2024", "bench-codes")
    product = _product(recall, PRODUCT, f"{LETTERS}{'#' * DIGITS}")
    code_list = CodeList.objects.create(
        product=product,
        shapes=product.shapes,
        file_name="bench.csv",
        sha256="bench",
        codes_stored=codes,
    )
    _insert(code_list.pk, codes)
    CodeList.objects.filter(pk=code_list.pk).update(
        status=CodeList.Status.ACTIVE, activated_at=code_list.loaded_at
    )
    product.list_complete = True
    product.save()
    steps.publish_from_shell(recall=recall)
    _make_rules(rules)
    # For a list that is loaded while the bench looks on.
    _product(_copy_of("anker-a3102-australia-2024", "bench-import"), "BN200", "BEM" + "#" * DIGITS)


def _copy_of(slug: str, name: str):
    """A notice with all that the public reads of a shipped one, and no product."""
    from recalls.models import Recall

    recall = Recall.objects.get(slug=slug)
    parts = [*recall.texts.all(), *recall.countries.all()]
    recall.pk, recall.slug, recall.status, recall._state.adding = None, name, "draft", True
    recall.published_at = recall.changed_at = None
    recall.save()
    for part in parts:
        part.pk, part.recall, part._state.adding = None, recall, True
        part.save()
    return recall


def _product(recall, model: str, shape: str):
    from recalls.models import Product

    product = Product(
        recall=recall,
        brand="Bench",
        name="Speaker",
        model_numbers=model,
        shapes=shape,
        unused_letters="OI",
        identified_by=Product.IdentifiedBy.LISTED_CODES,
    )
    product.full_clean()
    product.save()
    return product


def _make_rules(count: int) -> None:
    """So many rules over ten products, of the kinds that notices have."""
    from recalls.models import IdentificationRule
    from recalls.publishing import steps

    if not count:
        return
    recall = _copy_of("anker-a3102-australia-2024", "bench-rules")
    stems = [f"{letter}R{letter}" for letter in "ACEFHJKMNP"]
    # As with the shipped products, half of the shapes tell their product and half do not.
    products = [
        _product(recall, f"BR{place}00", ("???" if place % 2 else stem) + "?" * 9)
        for place, stem in enumerate(stems)
    ]
    rows = [
        IdentificationRule(product=products[i % 10], text=_rule(stems[i % 10], i))
        for i in range(count)
    ]
    for row in rows:
        row.full_clean()
    IdentificationRule.objects.bulk_create(rows)
    steps.publish_from_shell(recall=recall)


def _rule(stem: str, place: int) -> str:
    """Make rules of twelve characters or of any number: ranges, single codes, masks, and a few that
    begin with no fixed character."""
    width = 9
    start = place * 7_919_000 % 10**width
    kind = place // 10 % 10
    if kind < 5:
        return f"{stem}{start:0{width}} to {stem}{min(start + 480, 10**width - 1):0{width}}"
    if kind < 7:
        return f"{stem}{start:0{width}}"
    if kind < 9:
        return f"{stem}{start // 1000:0{width - 3}}###"
    return f"??{stem[2]}[HJK]{start // 10 ** (width - 4):04}*"


def _insert(list_id: int, count: int) -> None:
    from django.db import connection

    rows = (
        (f"{SKELETON}{digits}", f"{LETTERS}{digits}", list_id)
        for digits in (f"{number(place, count):0{DIGITS}}" for place in range(count))
    )
    connection.ensure_connection()
    into = "recalls_affectedcode"
    if connection.vendor == "sqlite":
        raw = connection.connection
        raw.execute("PRAGMA ignore_check_constraints=ON")
        raw.execute("PRAGMA synchronous=OFF")
        raw.execute("BEGIN")
        raw.executemany(
            f"INSERT INTO {into} (skeleton, code, code_list_id) VALUES (?, ?, ?)",  # noqa: S608
            rows,
        )
        raw.execute("COMMIT")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        raw.execute("PRAGMA ignore_check_constraints=OFF")
    else:
        with connection.cursor() as cursor:
            with cursor.copy(f"COPY {into} (skeleton, code, code_list_id) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            cursor.execute(f"VACUUM ANALYZE {into}")


HEADERS = {"host": "127.0.0.1", "x-forwarded-proto": "https"}

# In processes of their own ------------------------------------------------------------------------


def stand_back() -> None:
    """As site_config/README.md has it for staff's processes (WEB_NICE)."""
    os.setpriority(os.PRIO_PROCESS, 0, 10)


def load(path: str) -> None:
    """Load a file as staff do, and print the seconds and the most memory that it took."""
    stand_back()
    import django

    django.setup()
    from recalls.lists import loading
    from recalls.lists.limits import COMMAND
    from recalls.models import Product

    product = Product.objects.get(model_numbers="BN200")
    began, start = time.time(), time.perf_counter()
    loading.load(product=product, path=Path(path), limits=COMMAND)
    seconds = time.perf_counter() - start
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    done = {"seconds": seconds, "megabytes": megabytes, "began": began, "ended": time.time()}
    print(json.dumps(done))


def queries(codes: str) -> None:
    """The most queries that any of 300 checks made, warm and right after a change."""
    import django

    django.setup()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from recalls.models import PublishedVersion

    most = {"warm": 0, "after_a_change": 0}
    client = Client(headers=HEADERS)
    client.get("/en/check/?sn=HELLO")  # the first one reads what is published
    for address, _ in islice(mix(int(codes), 3), 300):
        for when in most:
            if when == "after_a_change":
                PublishedVersion.renew()
            with CaptureQueriesContext(connection) as made:
                client.get(address)
            most[when] = max(most[when], len(made))
    print(json.dumps(most))


def staff() -> None:
    """Sign in and save a notice, again and again until told to stop; print how that went."""
    stand_back()
    import django

    django.setup()
    from django.test.utils import setup_test_environment
    from django.urls import reverse

    from recalls.models import Recall
    from tests.support.forms import form_data
    from tests.support.people import EDITOR, make_person, signed_in

    setup_test_environment()  # for the forms that the pages are made from
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, frame: stopped.append(number))
    person = make_person("bench", EDITOR)
    recall = Recall.objects.get(slug="bench-import")
    address = reverse("admin:recalls_recall_change", args=[recall.pk])
    seconds, failures = [], []
    while not stopped:
        began = time.perf_counter()
        client = signed_in(person)
        page = client.get(address, headers=HEADERS)
        response = client.post(address, form_data(page), headers=HEADERS)
        if response.status_code != 302:
            failures.append(f"{response.status_code}: {_errors(response)}")
        seconds.append(time.perf_counter() - began)
        time.sleep(0.5)
    print(json.dumps({"seconds": seconds, "failures": failures}))


def _errors(response) -> list[str]:
    page = response.content.decode()
    return re.findall(r'<ul class="errorlist[^>]*>(.*?)</ul>', page)[:5]


COMMANDS = {
    "fill": lambda codes, rules: fill(int(codes), int(rules)),
    "load": load,
    "queries": queries,
    "staff": staff,
}

if __name__ == "__main__":
    COMMANDS[sys.argv[1]](*sys.argv[2:])
