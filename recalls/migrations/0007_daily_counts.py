"""Daily counts of answers, which every role reads."""

from importlib import import_module

from django.db import migrations, models

_roles = import_module("recalls.migrations.0004_roles")


def let_all_roles_read(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    _roles._make_permissions(apps, "recalls")
    permission = Permission.objects.get(
        codename="view_dailycount", content_type__app_label="recalls"
    )
    for group in Group.objects.filter(name__in=_roles.ROLES):
        group.permissions.add(permission)


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
        migrations.RunPython(let_all_roles_read, migrations.RunPython.noop),
    ]
