"""Staff's sessions end: after idle time, after eight hours, and with the account."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from recalls.staff import second_factor
from tests.support.people import PUBLISHER, enrolled, make_person, signed_in
from tests.support.sign_in import PASSWORD, START

pytestmark = pytest.mark.django_db


@pytest.fixture
def pat():
    person = make_person("pat", PUBLISHER, password=PASSWORD)
    enrolled(person)
    return person


def is_in(client):
    return client.get(START).status_code == 200


def test_a_session_ends_after_half_an_hour_without_a_staff_page(pat, later):
    client = signed_in(pat)
    later(minutes=29)
    assert is_in(client)
    later(minutes=29)
    assert is_in(client)
    later(minutes=31)
    assert not is_in(client)


def test_a_session_ends_after_eight_hours_in_all(pat, later):
    client = signed_in(pat)
    for _ in range(16):
        later(minutes=29, seconds=50)
        assert is_in(client)
    later(minutes=4)
    assert not is_in(client)


def test_a_session_without_its_times_has_ended(pat):
    client = signed_in(pat)
    session = client.session
    del session["began_at"]
    session.save()
    assert not is_in(client)


def test_staff_pages_write_the_session_once_a_minute_at_most(pat, later, django_assert_num_queries):
    client = signed_in(pat)
    address = reverse("admin:password_change")
    client.get(address)
    later(seconds=59)
    assert not client.get(address).cookies.get("sessionid")
    later(seconds=2)
    assert client.get(address).cookies["sessionid"]


def test_public_pages_neither_read_nor_write_a_session(pat, later, django_assert_num_queries):
    client = signed_in(pat)
    client.get("/en/")
    later(minutes=5)
    with django_assert_num_queries(1):  # the published version
        response = client.get("/en/")
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    request = response.wsgi_request
    assert not any(hasattr(request, name) for name in ("session", "user", "_messages"))


def test_a_new_password_ends_all_other_sessions(pat):
    own, other = signed_in(pat), signed_in(pat)
    new = "another long password of pat"
    data = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert own.post(reverse("admin:password_change"), data).status_code == 302
    assert is_in(own)
    assert not is_in(other)


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
def test_a_disabled_account_is_out_at_once(pat, change):
    client = signed_in(pat)
    get_user_model().objects.filter(pk=pat.pk).update(**change)
    assert not is_in(client)


def test_a_new_phone_ends_every_session(pat):
    client = signed_in(pat)
    second_factor.enroll(pat)
    assert not is_in(client)


def test_signing_out_ends_it(pat):
    client = signed_in(pat)
    key = client.session.session_key
    assert client.post(reverse("admin:logout")).status_code == 200
    assert not client.session.exists(key)
    assert not is_in(client)
