"""Notices that were public before publications were kept get theirs."""

import hashlib
import json

from django.core.serializers.json import DjangoJSONEncoder
from django.db import migrations
from django.utils import timezone


def publish(apps, schema_editor):
    Recall = apps.get_model("recalls", "Recall")
    Publication = apps.get_model("recalls", "Publication")
    for recall in Recall.objects.exclude(status="draft").order_by("pk"):
        content = _content(apps, recall)
        text = json.dumps(content, sort_keys=True, separators=(",", ":"))
        Publication.objects.create(
            recall=recall,
            status="live",
            content=content,
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            summary="The notice was public already.",
            reason="From before publications were kept.",
            live_from=recall.published_at or timezone.now(),
        )


def _content(apps, recall):
    """As `contents.take` had it at this time."""
    of_recall, of_product = {"recall": recall}, {"product__recall": recall}
    kept = {
        "recall": ("Recall", {"pk": recall.pk}),
        "texts": ("RecallText", of_recall),
        "countries": ("RecallCountry", of_recall),
        "products": ("Product", of_recall),
        "rules": ("IdentificationRule", {**of_product, "status": "active"}),
        "lists": ("CodeList", {**of_product, "status": "active"}),
        "test_codes": ("TestCode", of_product),
    }
    content = {}
    for name, (model, which) in kept.items():
        rows = apps.get_model("recalls", model).objects.filter(**which).order_by("pk")
        columns = [column.attname for column in rows.model._meta.concrete_fields]
        content[name] = [{column: getattr(row, column) for column in columns} for row in rows]
    for row in content["recall"]:
        row.pop("revision")
    for row in content["lists"]:
        for column in set(row) - {"id", "product_id", "status", "codes_stored", "activated_at"}:
            row.pop(column)
    return json.loads(json.dumps(content, cls=DjangoJSONEncoder))


class Migration(migrations.Migration):
    dependencies = [("recalls", "0002_publications")]
    operations = [migrations.RunPython(publish, migrations.RunPython.noop)]
