"""Staff's sign-in: three things at once, strong passwords, a line for each event."""

import logging

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from recalls import apps
from recalls.staff import second_factor
from tests.support.people import PUBLISHER, code_of, enrolled, make_person, signed_in
from tests.support.sign_in import (
    PASSWORD,
    REFUSED,
    SIGN_IN,
    START,
    fail,
    guess_from_many_networks,
    sign_in,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def pat():
    person = make_person("pat", PUBLISHER, password=PASSWORD)
    enrolled(person)
    return person


# Three things at once -----------------------------------------------------------------------------


def test_name_password_and_code_let_in(pat):
    client = Client()
    response = sign_in("pat", code=code_of(pat), client=client)
    assert (response.status_code, response["Location"]) == (302, START)
    assert client.get(START).status_code == 200


def test_a_sign_in_gets_a_new_session_key(pat):
    client = Client()
    client.get(SIGN_IN)
    session = client.session
    session["before"] = "kept by a stranger"
    session.save()
    stranger = session.session_key
    client.cookies["sessionid"] = stranger
    sign_in("pat", code=code_of(pat), client=client)
    assert client.session.session_key != stranger
    assert not client.session.exists(stranger)


def test_whatever_is_wrong_the_page_is_the_same(pat):
    make_person("nobody", password=PASSWORD).groups.clear()
    get_user_model().objects.create_user("outside", password=PASSWORD)
    gone = make_person("gone", PUBLISHER, password=PASSWORD, is_active=False)
    code = code_of(pat)
    wrong = f"{(int(code) + 1) % 1000000:06}"
    pages = [
        sign_in("unknown", code=code),
        sign_in("pat", "wrong", code=code),
        sign_in("pat", code=""),
        sign_in("pat", code="no digits"),
        sign_in("pat", code=wrong),
        sign_in("outside", code=code),
        sign_in("nobody", code=code),  # no second factor
        sign_in("gone", code=code_of(gone)),
    ]
    assert all(page.status_code == 200 for page in pages)
    assert len({said(page) for page in pages}) == 1
    assert REFUSED in pages[0].text


def said(response):
    (error,) = response.context["form"].non_field_errors()
    return str(error), response.text.count("errorlist")


def test_an_unknown_name_costs_as_much_work_as_a_known_one(pat, monkeypatch):
    work = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda *args: work.append(args) or encode(*args)
    )
    counts = []
    for name in ("pat", "unknown"):
        work.clear()
        fail(name)
        counts.append(len(work))
    assert counts == [1, 1]


def test_a_code_works_once(pat):
    code = code_of(pat)
    assert sign_in("pat", code=code).status_code == 302
    assert REFUSED in sign_in("pat", code=code).text


def test_another_persons_code_is_wrong(pat):
    sam = make_person("sam", PUBLISHER, password=PASSWORD)
    assert REFUSED in sign_in("pat", code=code_of(sam)).text


def test_a_password_alone_opens_nothing(pat):
    client = signed_in(pat, has_code=False)
    for address in (START, reverse("admin:password_change"), reverse("admin:auth_user_changelist")):
        assert client.get(address)["Location"].startswith(SIGN_IN)


def test_there_is_no_account_at_first():
    assert not get_user_model().objects.exists()


def test_a_demonstration_asks_for_no_code_and_says_so(pat, settings):
    assert 'name="code"' in Client().get(SIGN_IN).text
    assert "because it is a demonstration" not in Client().get(SIGN_IN).text
    settings.SECOND_FACTOR = False
    page = Client().get(SIGN_IN).text
    assert 'name="code"' not in page
    assert "This site asks for no second factor, because it is a demonstration." in page
    assert sign_in("pat").status_code == 302


@pytest.mark.parametrize(("debug", "demonstration"), [(True, False), (False, True)])
def test_only_where_the_public_is_it_must_be_on(settings, debug, demonstration):
    settings.SECOND_FACTOR = False
    assert [error.id for error in apps.staff_are_safe(None)] == ["recalls.E004"]
    settings.DEBUG, settings.DEMONSTRATION = debug, demonstration
    assert apps.staff_are_safe(None) == []


@pytest.fixture
def guessed_from_many_networks(pat):
    guess_from_many_networks(pat)


# Passwords ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("fourteen signs", "password_too_short"),
        ("christopher.jones", "password_too_similar"),
        ("483920175839201758", "password_entirely_numeric"),
        ("1q2w3e4r5t6y7u8i9o0p", "password_too_common"),
    ],
)
def test_weak_passwords_are_refused(password, code):
    person = get_user_model()(username="christopherjones")
    with pytest.raises(ValidationError) as refused:
        validate_password(password, person)
    assert code in {error.code for error in refused.value.error_list}


def test_there_is_no_way_round_by_mail():
    response = Client().get("/staff/password_reset/")
    assert response.status_code == 302
    assert response["Location"].startswith(SIGN_IN)
    assert "password_reset" not in Client().get(SIGN_IN).text


# A line for each event ----------------------------------------------------------------------------


@pytest.fixture
def events(caplog):
    """events(): what was logged since the last call."""
    caplog.set_level(logging.INFO, "recalls")

    def events():
        found = [record.getMessage() for record in caplog.records if "recalls" in record.name]
        caplog.clear()
        return found

    return events


def test_sign_ins_and_refusals_are_on_record_without_secrets(pat, events):
    code, client = code_of(pat), Client()
    sign_in("pat", "wrong-secret", code=code)
    sign_in("pat", code="000000")
    sign_in(PASSWORD, "pat")  # the password in the field of the name
    make_person("new", PUBLISHER, password=PASSWORD)
    sign_in("new", code=code)
    second_factor.enroll(pat)
    sign_in("pat", code=code_of(pat), client=client)
    client.post(reverse("admin:logout"))
    found = events()
    assert found == [
        "Sign-in refused to pat: invalid_login",
        "Sign-in refused to pat: wrong_or_used_code",
        "Sign-in refused to an unknown name: invalid_login",
        "Sign-in refused to new: no_second_factor",
        "Second factor of pat enrolled by the shell",
        "Signed in: pat",
        "Signed out: pat",
    ]
    assert PASSWORD not in str(found)
    assert code not in str(found)


def test_too_many_failures_are_on_record(pat, events):
    fail(times=10)
    events()
    sign_in("pat")
    assert events() == ["Sign-in refused to pat: too many failures"]


def test_a_password_that_others_know_is_on_record(guessed_from_many_networks, pat, events):
    events()
    sign_in("pat", code=code_of(pat, steps=1), REMOTE_ADDR="203.0.113.9")
    assert events() == ["Sign-in refused to pat: too many wrong codes with the right password"]


def test_refusals_of_rights_are_on_record(pat, events):
    client = signed_in(pat)
    events()
    assert client.get(reverse("admin:auth_user_changelist")).status_code == 403
    assert events() == ["Refused to pat: GET /staff/auth/user/"]


def test_refusals_are_pages_of_the_staff_site(pat):
    refused = signed_in(pat).get(reverse("admin:auth_user_changelist"))
    forged = Client(enforce_csrf_checks=True).post(SIGN_IN, {"username": "pat"})
    for response, heading in ((refused, "You may not do this"), (forged, "Nothing was changed")):
        assert response.status_code == 403
        assert f"<h1>{heading}</h1>" in response.text
        assert "Recall check: staff" in response.text
        assert "<style" not in response.text  # the policy of staff pages would refuse it
