"""The three roles as groups. An administrator puts people into them."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

_ENTERED = ("recall", "recalltext", "recallcountry", "product", "identificationrule", "testcode")

EDITORS = [
    *(f"{action}_{model}" for model in _ENTERED for action in ("add", "change", "delete", "view")),
    *(f"{action}_codelist" for action in ("add", "change", "view")),
    *("add_publication", "view_publication"),
    "view_disposal",
]
PUBLISHERS = [*EDITORS, "publish_recall", "add_disposal", "change_disposal"]
ADMINISTRATORS = [
    *(f"view_{model}" for model in (*_ENTERED, "codelist", "publication", "disposal")),
    *("add_user", "change_user", "view_user", "view_group"),
]

ROLES = {
    "Recall editors": EDITORS,
    "Recall publishers": PUBLISHERS,
    "Administrators": ADMINISTRATORS,
}


def make_roles(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for label in ("auth", "recalls"):
        _make_permissions(apps, label)
    for name, codenames in ROLES.items():
        found = Permission.objects.filter(
            codename__in=codenames, content_type__app_label__in=["auth", "recalls"]
        )
        missing = set(codenames) - {permission.codename for permission in found}
        if missing:
            raise RuntimeError(f"{name}: there is no permission {', '.join(sorted(missing))}.")
        Group.objects.get_or_create(name=name)[0].permissions.set(found)


def _make_permissions(apps, label):
    """Django makes them after all migrations; the groups need them now."""
    config = apps.get_app_config(label)
    held, config.models_module = getattr(config, "models_module", None), True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = held


def remove_roles(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("recalls", "0003_publish_what_is_public"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(make_roles, remove_roles)]
