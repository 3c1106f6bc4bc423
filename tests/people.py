"""Staff of each role, and a stranger, as test clients."""

from importlib import import_module

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client

EDITOR, PUBLISHER, ADMINISTRATOR = "Recall editors", "Recall publishers", "Administrators"
_ROLES = import_module("recalls.migrations.0004_roles")


def make_person(name: str, role: str = "", **values):
    """An account with the role; without one it may only sign in."""
    person = get_user_model().objects.create_user(name, is_staff=True, **values)
    if role:
        if not Group.objects.filter(name=role).exists():
            # A test that ends with a flush takes the groups with it.
            _ROLES.make_roles(apps, None)
        person.groups.add(Group.objects.get(name=role))
    return person


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client
