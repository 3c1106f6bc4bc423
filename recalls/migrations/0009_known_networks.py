import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("recalls", "0008_codes_by_the_million"),
    ]

    operations = [
        migrations.CreateModel(
            name="KnownNetwork",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name_key", models.CharField(max_length=64, unique=True)),
                ("at", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name": "known network",
            },
        ),
        migrations.AddField(
            model_name="failedsignin",
            name="code_key",
            field=models.CharField(blank=True, db_index=True, max_length=64),
        ),
    ]
