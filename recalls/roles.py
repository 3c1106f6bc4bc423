"""The roles, as groups with their rights. An administrator puts people into them.

They are set after each migrate, so a right that changes is a line here.
"""

from django.apps import AppConfig
from django.apps import apps as installed
from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

CALL_CENTER = ["answer_calls"]
_ENTERED = ("recall", "recalltext", "recallcountry", "product", "identificationrule", "testcode")

EDITORS = [
    *CALL_CENTER,
    *(f"{action}_{model}" for model in _ENTERED for action in ("add", "change", "delete", "view")),
    *(f"{action}_codelist" for action in ("add", "change", "view")),
    *("add_publication", "view_publication"),
    *("view_disposal", "view_dailycount"),
    *("add_monthlyfigures", "change_monthlyfigures", "view_monthlyfigures"),
]
PUBLISHERS = [*EDITORS, "publish_recall", "add_disposal", "change_disposal"]
ADMINISTRATORS = [
    *CALL_CENTER,
    *(f"view_{model}" for model in (*_ENTERED, "codelist", "publication", "disposal")),
    *("view_dailycount", "view_monthlyfigures"),
    *("add_user", "change_user", "view_user"),
]

ROLES = {
    "Recall editors": EDITORS,
    "Recall publishers": PUBLISHERS,
    "Administrators": ADMINISTRATORS,
    "Call center": CALL_CENTER,
}
_LABELS = ("auth", "recalls")


def set_roles(sender: AppConfig, using: str, apps: Apps = installed, **kwargs) -> None:
    """Give each group its rights, and no other. A receiver of post_migrate. Raises
    ImproperlyConfigured where a right is of no permission."""
    try:
        apps.get_model("auth", "Group")
        apps.get_model("recalls", "DailyCount")
    except LookupError:  # a migrate that ends before these tables
        return
    for label in _LABELS:
        # Django makes them app by app, and may come to the last one after this.
        create_permissions(installed.get_app_config(label), verbosity=0, using=using)
    with transaction.atomic(using=using):
        for name, codenames in ROLES.items():
            _set_role(using, name, codenames)


def _set_role(using: str, name: str, codenames: list[str]) -> None:
    permissions = (
        installed.get_model("auth", "Permission")
        .objects.using(using)
        .filter(codename__in=codenames, content_type__app_label__in=_LABELS)
    )
    if missing := set(codenames) - {permission.codename for permission in permissions}:
        raise ImproperlyConfigured(f"{name}: there is no permission {', '.join(sorted(missing))}.")
    groups = installed.get_model("auth", "Group").objects.using(using)
    groups.get_or_create(name=name)[0].permissions.set(permissions)
