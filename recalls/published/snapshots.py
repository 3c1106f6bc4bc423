"""A snapshot is a notice as plain data: its rows at one moment.

A snapshot is a dict of lists of rows, each a dict by column: `recall` (one), `texts`, `countries`,
`products`, `rules`, `lists`, `test_codes`. It is what a Publication keeps, so a column that a later
release adds is missing from older ones, and one that is gone is still in them.
"""

import datetime as dt
import hashlib
import json
from typing import Any, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models as db

from recalls.models import (
    CodeList,
    IdentificationRule,
    Product,
    Recall,
    RecallCountry,
    RecallText,
    TestCode,
)

Row = TypeVar("Row", bound=db.Model)

# Those of one row, by name.
Columns = dict[str, Any]

Snapshot = dict[str, list[Columns]]

MODELS: dict[str, type[db.Model]] = {
    "recall": Recall,
    "texts": RecallText,
    "countries": RecallCountry,
    "products": Product,
    "rules": IdentificationRule,
    "lists": CodeList,
    "test_codes": TestCode,
}
NAMES = {model: name for name, model in MODELS.items()}

# What of a list the public's answers need; its report and the people are on its own row.
_OF_A_LIST = ("id", "product_id", "status", "shapes", "codes_stored", "activated_at")
# What staff work by; the public is told nothing of it.
_NOT_KEPT = {"revision", "source_wording", "left_to_enter"}


def snapshot_of(recall: Recall) -> Snapshot:
    """The notice as its rows are now and as publishing makes them: draft rules count as active.

    Lists count once staff have made them active.
    """
    of_product = {"product__recall": recall}
    rules = IdentificationRule.objects.filter(**of_product).exclude(
        status=IdentificationRule.Status.WITHDRAWN
    )
    lists = CodeList.objects.filter(**of_product, status=CodeList.Status.ACTIVE)
    rows = {
        "recall": Recall.objects.filter(pk=recall.pk),
        "texts": recall.texts.all(),
        "countries": recall.countries.all(),
        "products": recall.products.all(),
        "rules": rules,
        "lists": lists,
        "test_codes": TestCode.objects.filter(**of_product),
    }
    content = {
        name: [_row_values(row, name) for row in queryset.order_by("pk")]
        for name, queryset in rows.items()
    }
    for rule in content["rules"]:
        rule["status"] = IdentificationRule.Status.ACTIVE.value
    return content


def dated(content: Snapshot, when: dt.datetime, *, is_first: bool) -> Snapshot:
    """The content with the dates that it has if it goes live then. `is_first`: it never did."""
    (row,) = content["recall"]
    is_published = row["status"] == Recall.Status.PUBLISHED
    text = when.isoformat()
    dates = {
        "published_at": text if is_first else row["published_at"],
        "changed_at": row["changed_at"] if is_first else text,
        "withdrawn_at": None if is_published else text,
    }
    return {**content, "recall": [row | dates]}


def with_status(content: Snapshot, status: str, replaced_by: int | None = None) -> Snapshot:
    (row,) = content["recall"]
    return {**content, "recall": [row | {"status": status, "replaced_by_id": replaced_by}]}


def without_codes(content: Snapshot) -> Snapshot:
    """The content without rules and lists, and without the test codes of products that they
    identify; no list of it is complete."""
    listed = Product.IdentifiedBy.LISTED_CODES.value
    rest_on_codes = {row["id"] for row in content["products"] if row["identified_by"] == listed}
    return {
        **content,
        "products": [row | {"list_complete": False} for row in content["products"]],
        "rules": [],
        "lists": [],
        "test_codes": [
            row for row in content["test_codes"] if row["product_id"] not in rest_on_codes
        ],
    }


class _Exactly(DjangoJSONEncoder):
    """Times to the microsecond: Django's own cuts them, and a date must not move by being kept."""

    def default(self, o: object) -> object:
        return o.isoformat() if isinstance(o, dt.datetime) else super().default(o)


def _row_values(row: db.Model, name: str) -> dict[str, Any]:
    columns = [column.attname for column in MODELS[name]._meta.concrete_fields]
    columns_taken = (
        _OF_A_LIST if name == "lists" else [name for name in columns if name not in _NOT_KEPT]
    )
    # As JSON keeps them, so that a content just taken equals one read back.
    values: dict[str, Any] = json.loads(
        json.dumps({name: getattr(row, name) for name in columns_taken}, cls=_Exactly)
    )
    return values


def text_of_snapshot(content: Snapshot) -> str:
    """The content as one line: JSON with sorted keys, no spaces, and ASCII alone."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), cls=DjangoJSONEncoder)


def hash_snapshot(content: Snapshot) -> str:
    """Hash that line (SHA-256, in hexadecimal)."""
    return hashlib.sha256(text_of_snapshot(content).encode()).hexdigest()


def instance(model: type[Row], values: dict[str, Any]) -> Row:
    """A row as it was. It is for reading: saving it would undo what came later."""
    values_taken = {}
    for column in model._meta.concrete_fields:
        if column.attname not in values:
            continue
        value = column.to_python(values[column.attname])
        if isinstance(value, dt.datetime) and value.tzinfo is None:
            # SQLite keeps UTC without saying so.
            value = value.replace(tzinfo=dt.UTC)
        values_taken[column.attname] = value
    return model(**values_taken)


def instances(content: Snapshot, model: type[Row]) -> list[Row]:
    return [instance(model, values) for values in content.get(NAMES[model], ())]
