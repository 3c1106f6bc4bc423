import django.core.serializers.json
from django.db import migrations, models


COLUMNS = ("id", "country", "dos_en", "dos_fr", "dos_es", "donts_en", "donts_fr", "donts_es")
COLUMNS = (*COLUMNS, "authority", "authority_url")


def publish_what_is_public(apps, schema_editor):
    """Until now the public read the columns themselves."""
    Disposal = apps.get_model("recalls", "Disposal")
    for row in Disposal.objects.all():
        values = {name: getattr(row, name) for name in COLUMNS}
        row.public = values | {"checked_on": row.checked_on.isoformat()}
        row.save(update_fields=["public"])


class Migration(migrations.Migration):
    dependencies = [
        ("recalls", "0013_heartbeat"),
    ]

    operations = [
        migrations.AddField(
            model_name="disposal",
            name="history_seen",
            field=models.BigIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="disposal",
            name="public",
            field=models.JSONField(
                blank=True,
                editable=False,
                encoder=django.core.serializers.json.DjangoJSONEncoder,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="historicaldisposal",
            name="history_seen",
            field=models.BigIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="historicaldisposal",
            name="public",
            field=models.JSONField(
                blank=True,
                editable=False,
                encoder=django.core.serializers.json.DjangoJSONEncoder,
                null=True,
            ),
        ),
        migrations.RunPython(publish_what_is_public, migrations.RunPython.noop),
    ]
