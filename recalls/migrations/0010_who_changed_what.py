from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("recalls", "0009_known_networks"),
    ]

    operations = [
        migrations.AddField(
            model_name="historicalcodelist",
            name="by_site",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="historicaldisposal",
            name="by_site",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="historicalidentificationrule",
            name="by_site",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="historicalproduct",
            name="by_site",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="historicalrecall",
            name="by_site",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="historicalrecallcountry",
            name="by_site",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="historicalrecalltext",
            name="by_site",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="historicaltestcode",
            name="by_site",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="publication",
            name="history_seen",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="The last row of the record that the content holds, by kind of row. What was changed since is told by these numbers, never by times.",
            ),
        ),
    ]
