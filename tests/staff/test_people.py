"""Accounts: roles given by administrators, nobody's own, and never deleted."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.urls import reverse

from tests.support.forms import form_data
from tests.support.pages import in_order, words
from tests.support.people import ADMINISTRATOR, EDITOR, PUBLISHER, make_person, signed_in

pytestmark = pytest.mark.django_db


def url_of(person, page="change"):
    return reverse(f"admin:auth_user_{page}", args=[person.pk])


def save(client, person, changes):
    joined = {"date_joined_0": f"{person.date_joined:%Y-%m-%d}", "date_joined_1": "10:00:00"}
    data = form_data(client.get(url_of(person)), {"last_login_0": "", "last_login_1": ""} | joined)
    return client.post(url_of(person), data | changes)


@pytest.fixture
def administrator():
    return make_person("adam", ADMINISTRATOR)


def test_an_administrator_adds_a_person_and_gives_a_role(administrator):
    client = signed_in(administrator)
    password = "a long password for eve"
    added = {"username": "eve", "usable_password": "true"}
    added |= {"password1": password, "password2": password}
    assert client.post(reverse("admin:auth_user_add"), added).status_code == 302
    eve = get_user_model().objects.get(username="eve")
    make_person("other", EDITOR)  # so that the group is there
    group = Group.objects.get(name=EDITOR)
    assert save(client, eve, {"is_staff": "on", "groups": str(group.pk)}).status_code == 302
    eve.refresh_from_db()
    assert eve.has_perm("recalls.change_recall")
    assert not eve.has_perm("recalls.publish_recall")


def test_a_new_person_can_sign_in_and_has_the_role_at_once(administrator):
    """One page, one press, and no tick that nobody knows of."""
    client = signed_in(administrator)
    password = "a long password for lea"
    added = {"username": "lea", "email": "lea@example.org", "password1": password}
    role = Group.objects.get(name=PUBLISHER)
    added |= {"password2": password, "groups": str(role.pk)}
    assert client.post(reverse("admin:auth_user_add"), added).status_code == 302
    lea = get_user_model().objects.get(username="lea")
    assert lea.is_staff
    assert lea.has_perm("recalls.publish_recall")
    assert lea.check_password(password)


def test_pages_of_people_have_the_words_of_the_trade(administrator):
    client = signed_in(administrator)
    eve = make_person("eve", EDITOR)
    pages = [url_of(eve), url_of(eve, "password_change"), reverse("admin:auth_user_add")]
    for page in (*pages, reverse("admin:auth_user_changelist")):
        text = client.get(page).text
        for word in ("LDAP", "Single Sign", "Staff status", "Groups", "pbkdf2", "algorithm"):
            assert word not in text, (page, word)
    assert "Roles" in client.get(pages[0]).text


def test_the_list_says_what_each_may_do(administrator):
    make_person("eve", EDITOR)
    make_person("new")
    address = reverse("admin:auth_user_changelist")
    people = words(signed_in(administrator).get(address).text)
    in_order(people, "adam – Administrators", "eve – Recall editors", "new – None yet: may do noth")
    assert "By role" in people
    role = Group.objects.get(name=EDITOR)
    shown = words(signed_in(administrator).get(address, {"groups__id__exact": role.pk}).text)
    assert "1 user" in shown
    assert "eve – Recall editors" in shown


def test_a_new_password_is_set_by_an_administrator(administrator):
    eve = make_person("eve", EDITOR, password="the old one, quite long")
    url = url_of(eve, "password_change")
    new = "the new one, quite long"
    assert signed_in(administrator).post(url, {"password1": new}).status_code == 200
    sent = {"password1": new, "password2": new}
    assert signed_in(administrator).post(url, sent).status_code == 302
    eve.refresh_from_db()
    assert eve.check_password(new)


def test_nobody_gives_themselves_a_role(administrator):
    make_person("pat", PUBLISHER)
    group = Group.objects.get(name=PUBLISHER)
    changes = {"groups": str(group.pk), "is_superuser": "on"}
    assert save(signed_in(administrator), administrator, changes).status_code == 302
    administrator.refresh_from_db()
    assert [group.name for group in administrator.groups.all()] == [ADMINISTRATOR]
    assert not administrator.is_superuser


def test_an_administrator_makes_no_superuser(administrator):
    eve = make_person("eve", EDITOR)
    page = signed_in(administrator).get(url_of(eve)).text
    assert "is_superuser" not in page
    assert "user_permissions" not in page
    save(signed_in(administrator), eve, {"is_superuser": "on"})
    eve.refresh_from_db()
    assert not eve.is_superuser


def test_a_superusers_account_is_closed_to_administrators(administrator, admin_user):
    client = signed_in(administrator)
    assert client.post(url_of(admin_user), {"is_active": ""}).status_code == 403
    password = reverse("admin:auth_user_password_change", args=[admin_user.pk])
    assert client.get(password).status_code == 403


@pytest.mark.parametrize("role", [ADMINISTRATOR, PUBLISHER, EDITOR])
def test_nobody_deletes_an_account(role, admin_client):
    eve = make_person("eve")
    client = signed_in(make_person("someone", role))
    for who in (client, admin_client):
        assert who.post(url_of(eve, "delete"), {"post": "yes"}).status_code == 403
    assert get_user_model().objects.filter(username="eve").exists()


@pytest.mark.parametrize("role", [PUBLISHER, EDITOR, ""])
def test_only_administrators_manage_people(role):
    client = signed_in(make_person("someone", role))
    assert client.get(reverse("admin:auth_user_changelist")).status_code == 403
    assert client.get(reverse("admin:auth_user_add")).status_code == 403


def test_an_administrator_reads_notices_and_writes_none(administrator):
    client = signed_in(administrator)
    assert client.get(reverse("admin:recalls_recall_changelist")).status_code == 200
    assert client.get(reverse("admin:recalls_recall_add")).status_code == 403
