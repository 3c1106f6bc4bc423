"""Every address of the site, and rows of each model that stand behind them."""

import datetime as dt
import re

from django.contrib.contenttypes.models import ContentType
from django.urls import URLPattern, get_resolver

from recalls.models import DailyCount, Disposal, MonthlyFigures, Picture, Recall, UnsavedForm
from recalls.publishing import steps
from recalls.publishing.plan import plan_publication
from tests.support.factories import make_list, make_product, make_recall
from tests.support.people import EDITOR, make_person

STAFF = "/staff/"


def addresses(patterns=None, before=""):
    """Every address of the urlconf, as it stands there, with `<name>` for what varies."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        text = before + re.sub(r"^\^|\$$|\\Z$", "", str(pattern.pattern))
        text = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", text)
        text = re.sub(r"<\w+:(\w+)>", r"<\1>", text)
        if isinstance(pattern, URLPattern):
            yield f"/{text}"
        else:
            yield from addresses(pattern.url_patterns, text)


def make_rows():
    """A row of each model, as {"recalls/recall": row …}: a public notice with a rule more to be
    published, and a publication of another that waits."""
    recall = make_recall(slug="example")
    shown = Picture.objects.create(content=b"WEBP", sha256="a" * 64, width=1, height=1)
    described = {f"picture_alt_{language}": "A speaker." for language in ("en", "fr", "es")}
    product = make_product(
        recall=recall,
        model_numbers="T100",
        rules=["ABCD123456780000"],
        picture=shown,
        **described,
    )
    code_list = make_list(product=product, codes=["ABCD123456780001"])
    product.rules.create(text="ABCD123456780002")
    other = make_product(rules=["EFGH123456780000"])
    other.rules.create(text="EFGH123456780002")
    asked = steps.request_publication(
        plan=plan_publication(other.recall),
        by=make_person("eve", EDITOR),
        reason="One more code.",
    )
    day = {"day": "2027-03-12", "outcome": "recalled", "language": "en", "number": 1}
    return {
        "recalls/recall": recall,
        "recalls/product": product,
        "recalls/codelist": code_list,
        "recalls/publication": asked,
        "recalls/disposal": Disposal.objects.create(
            country="US", checked_on=dt.date(2025, 6, 1), dos={"en": "Ask."}
        ),
        "recalls/dailycount": DailyCount.objects.create(**day),
        "recalls/monthlyfigures": MonthlyFigures.objects.create(
            recall=recall, month=dt.date(2025, 6, 1), corrected_consumers=3
        ),
        "unsaved": UnsavedForm.objects.create(
            owner=asked.asked_by, path=STAFF, why="refused", fields=[["firm", "A"]]
        ),
        "auth/user": make_person("target", EDITOR),
    }


def values(rows):
    """Return what stands in an address for each `<name>`, of no model or of any."""
    return {
        "language": "en",
        "slug": "example",
        "sha256": rows["recalls/product"].picture.sha256,
        "app_label": "recalls",
        "url": "nothing/",
        "part": "poster/",
        "number": 1,
        "gtin": "09506000134352",
        "rest": "/21/ABCD1234",
        "content_type_id": ContentType.objects.get_for_model(Recall).pk,
        "object_id": rows["recalls/recall"].pk,
    }


def filled(address, rows):
    of_row = next((row for name, row in rows.items() if f"/{name}/" in address), None)
    held = values(rows)
    if of_row:
        held |= dict.fromkeys(("object_id", "pk", "id"), of_row.pk)
    missing = set(re.findall(r"<(\w+)>", address)) - set(held)
    assert not missing, f"{address}: say in `values` or `rows` what stands for {missing}"
    return re.sub(r"<(\w+)>", lambda found: str(held[found[1]]), address)
