"""Roles are code: after each migrate the groups have the rights of recalls/roles.py."""

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ImproperlyConfigured
from django.core.management.sql import emit_post_migrate_signal

from recalls import roles

pytestmark = pytest.mark.django_db


def migrated():
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")


def rights(name):
    return sorted(Group.objects.get(name=name).permissions.values_list("codename", flat=True))


@pytest.mark.parametrize("name", roles.ROLES)
def test_each_role_has_its_rights_and_no_other(name):
    assert rights(name) == sorted(roles.ROLES[name])
    assert len(set(roles.ROLES[name])) == len(roles.ROLES[name])


def test_a_right_that_changes_is_a_line(monkeypatch):
    group = Group.objects.get(name="Recall editors")
    changed = [*roles.EDITORS[1:], "view_session_of_nobody"]
    monkeypatch.setitem(roles.ROLES, "Recall editors", [*roles.EDITORS[1:], "publish_recall"])
    migrated()
    assert roles.EDITORS[0] not in rights("Recall editors")
    assert "publish_recall" in rights("Recall editors")
    assert Group.objects.get(name="Recall editors") == group  # people stay in it
    monkeypatch.setitem(roles.ROLES, "Recall editors", changed)
    with pytest.raises(ImproperlyConfigured, match="no permission view_session_of_nobody"):
        migrated()


def test_what_somebody_changed_in_the_database_is_set_right():
    Group.objects.get(name="Administrators").permissions.clear()
    Group.objects.get(name="Recall publishers").delete()
    migrated()
    assert rights("Administrators") == sorted(roles.ADMINISTRATORS)
    assert rights("Recall publishers") == sorted(roles.PUBLISHERS)
