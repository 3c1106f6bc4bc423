"""Daily counts of answers."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("recalls", "0006_failed_sign_ins"),
    ]

    operations = [
        migrations.CreateModel(
            name="DailyCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(help_text="In UTC.")),
                ("recall", models.CharField(blank=True, max_length=80, verbose_name="notice")),
                ("outcome", models.CharField(max_length=20)),
                ("language", models.CharField(max_length=2)),
                ("number", models.PositiveIntegerField()),
            ],
            options={
                "ordering": ["-day", "recall", "outcome", "language"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day", "recall", "outcome", "language"), name="daily_count_once"
                    )
                ],
            },
        ),
    ]
