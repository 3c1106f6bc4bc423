"""Staff's sign-in: three things at once, few tries, sessions that end, a line for each event."""

import logging
import threading
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from recalls import apps
from recalls.models import FailedSignIn, KnownNetwork
from recalls.staff import second_factor, throttle
from recalls.web import visitor
from tests.support.people import PUBLISHER, code_of, enrolled, make_person, signed_in

pytestmark = pytest.mark.django_db

PASSWORD = "a long password for pat"
SIGN_IN = "/staff/login/"
START = "/staff/"
REFUSED = "Name, password or code is wrong, or this is no staff account."
TOO_MANY = "Too many attempts failed. Wait 15 minutes, then try again."
OFFICE = {"REMOTE_ADDR": "192.0.2.7"}


@pytest.fixture
def pat():
    person = make_person("pat", PUBLISHER, password=PASSWORD)
    enrolled(person)
    return person


def sign_in(name, password=PASSWORD, code="", client=None, **extra):
    data = {"username": name, "password": password, "code": code, "next": START}
    return (client or Client()).post(SIGN_IN, data, **extra)


def fail(name="pat", times=1, **extra):
    for _ in range(times):
        assert sign_in(name, "wrong", **extra).status_code == 200


@pytest.fixture
def later(monkeypatch):
    """later(minutes=5): so much later than now, for all that asks for the time."""
    real, by = timezone.now, timedelta()

    def move(**much):
        nonlocal by
        by += timedelta(**much)

    monkeypatch.setattr(timezone, "now", lambda: real() + by)
    return move


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


# Few tries ----------------------------------------------------------------------------------------


def test_ten_failures_of_a_name_at_an_address_then_it_waits(pat, later):
    fail(times=throttle.MAX_FAILURES_PER_NAME)
    assert TOO_MANY in sign_in("pat", code=code_of(pat)).text
    assert sign_in("pat", code=code_of(pat), REMOTE_ADDR="192.0.2.7").status_code == 302
    later(minutes=14)
    assert TOO_MANY in sign_in("pat", code=code_of(pat, steps=1)).text
    later(minutes=1, seconds=1)
    assert sign_in("pat", code=code_of(pat, steps=1)).status_code == 302


def test_an_outsider_cannot_shut_anybody_out(pat):
    for last in range(1, 21):
        fail(times=10, REMOTE_ADDR=f"203.0.113.{last}")
    assert sign_in("pat", code=code_of(pat)).status_code == 302


def test_an_address_that_tries_many_names_waits_too(pat):
    for number in range(throttle.MAX_FAILURES_PER_ADDRESS):
        fail(f"name{number}")
    assert TOO_MANY in sign_in("pat", code=code_of(pat)).text


def test_a_colleagues_slips_do_not_shut_out_an_office(pat):
    fail("sam", times=15)
    assert sign_in("pat", code=code_of(pat)).status_code == 302


def test_an_unknown_name_waits_with_the_same_words(pat):
    fail("unknown", times=10)
    assert TOO_MANY in sign_in("unknown").text


def test_a_success_forgets_the_failures_of_that_name(pat):
    fail(times=9)
    assert sign_in("pat", code=code_of(pat)).status_code == 302
    fail(times=9)
    assert sign_in("pat", code=code_of(pat, steps=1)).status_code == 302


def test_waiting_longer_is_not_asked_of_who_tries_in_between(pat, later):
    fail(times=10)
    later(minutes=8)
    for _ in range(5):
        assert TOO_MANY in sign_in("pat", "wrong").text
    later(minutes=7, seconds=1)
    assert sign_in("pat", code=code_of(pat)).status_code == 302


def test_what_no_longer_counts_is_swept(pat, later):
    fail(times=5)
    later(minutes=16)
    fail("unknown")
    assert FailedSignIn.objects.count() == 1


def test_neither_name_nor_address_is_kept(pat):
    fail(REMOTE_ADDR="203.0.113.77")
    (row,) = FailedSignIn.objects.values()
    assert "203.0.113" not in str(row)
    assert "pat" not in str(row)
    assert len(row["name_key"]) == len(row["address_key"]) == 64


def test_all_lines_of_one_ipv6_network_are_one_address(pat):
    for last in range(1, 11):
        fail(REMOTE_ADDR=f"2001:db8:1:2::{last}")
    assert TOO_MANY in sign_in("pat", REMOTE_ADDR="2001:db8:1:2:3:4:5:6").text
    assert REFUSED in sign_in("pat", REMOTE_ADDR="2001:db8:1:3::1").text


def test_without_an_address_nobody_is_shut_out(pat):
    fail(times=12, REMOTE_ADDR="")
    assert sign_in("pat", code=code_of(pat), REMOTE_ADDR="").status_code == 302


def guess(person, times=1, **extra):
    """Wrong codes with the right password."""
    right = int(code_of(person))
    for number in range(times):
        code = f"{(right + 1000 + number) % 1000000:06}"
        assert REFUSED in sign_in(person.username, code=code, **extra).text


def test_who_knows_the_password_cannot_lock_its_owner_out(pat):
    """The owner signs in a moment after wrong codes from elsewhere."""
    guess(pat, times=throttle.MAX_FAILURES_PER_NAME, REMOTE_ADDR="203.0.113.1")
    assert sign_in("pat", code=code_of(pat), **OFFICE).status_code == 302


def test_wrong_codes_wait_like_wrong_passwords(pat, later):
    guess(pat, times=throttle.MAX_FAILURES_PER_NAME)
    assert TOO_MANY in sign_in("pat", code=code_of(pat)).text
    later(minutes=15, seconds=1)
    assert sign_in("pat", code=code_of(pat)).status_code == 302


@pytest.fixture
def guessed_from_many_networks(pat):
    """Pat has signed in at the office. Somebody who has bought addresses knows the password."""
    assert sign_in("pat", code=code_of(pat), **OFFICE).status_code == 302
    for network in range(throttle.MAX_WRONG_CODES // 10):
        guess(pat, times=10, REMOTE_ADDR=f"2001:db8:1:{network}::1")


def test_many_networks_together_guess_no_code(guessed_from_many_networks, pat, later):
    guesser = {"REMOTE_ADDR": "2001:db8:2::1"}
    for hours in (0, 23):
        later(hours=hours)
        assert TOO_MANY in sign_in("pat", code=code_of(pat, steps=1), **guesser).text
    later(hours=1, seconds=1)
    assert sign_in("pat", code=code_of(pat, steps=1), **guesser).status_code == 302


def test_where_the_owner_has_signed_in_before_they_still_can(guessed_from_many_networks, pat):
    assert sign_in("pat", code=code_of(pat, steps=1), **OFFICE).status_code == 302


def test_a_new_password_opens_the_account_from_everywhere(guessed_from_many_networks, pat):
    pat.set_password("another long password of pat")
    pat.save()
    code = code_of(pat, steps=1)
    page = sign_in("pat", "another long password of pat", code=code, REMOTE_ADDR="203.0.113.9")
    assert page.status_code == 302


def test_wrong_passwords_from_many_networks_shut_nobody_out(pat):
    for network in range(throttle.MAX_WRONG_CODES // 10 + 1):
        fail(times=10, REMOTE_ADDR=f"2001:db8:1:{network}::1")
    assert sign_in("pat", code=code_of(pat), REMOTE_ADDR="203.0.113.9").status_code == 302


def test_without_an_address_codes_are_bounded_all_the_same(pat):
    guess(pat, times=throttle.MAX_WRONG_CODES, REMOTE_ADDR="")
    assert TOO_MANY in sign_in("pat", code=code_of(pat), REMOTE_ADDR="").text


def test_a_network_is_known_for_a_week(guessed_from_many_networks, pat, later):
    later(days=7, seconds=1)
    for network in range(throttle.MAX_WRONG_CODES // 10):
        guess(pat, times=10, REMOTE_ADDR=f"2001:db8:1:{network}::1")
    assert TOO_MANY in sign_in("pat", code=code_of(pat, steps=1), **OFFICE).text


def test_of_a_known_network_a_hash_is_kept(pat):
    sign_in("pat", code=code_of(pat), REMOTE_ADDR="203.0.113.77")
    (row,) = KnownNetwork.objects.values()
    assert "203.0.113" not in str(row)
    assert "pat" not in str(row)


@pytest.mark.django_db(transaction=True)
def test_many_codes_at_once_are_bounded_too(pat):
    """As from many processes, each at an address of its own: all but the stated number of wrong
    codes are refused before they are looked at."""
    guess(pat, times=throttle.MAX_WRONG_CODES - 5, REMOTE_ADDR="")
    looked_at, start = [], threading.Barrier(20)

    def attempt(number):
        try:
            tried = throttle.begin("pat", f"203.0.113.{number}/32")
            start.wait()
            throttle.count_code(tried, pat)
            looked_at.append(number)
        except throttle.TooManyFailures:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt, args=[number]) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(looked_at) <= 5


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_bounded_too(monkeypatch):
    """As from many processes: each thread has a connection of its own."""
    allowed, start = [], threading.Barrier(30)

    def attempt():
        start.wait()
        try:
            throttle.begin("pat", "203.0.113.7/32")
            allowed.append(1)
        except throttle.TooManyFailures:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(allowed) == throttle.MAX_FAILURES_PER_NAME


# Whose address it is ------------------------------------------------------------------------------


def address(**headers):
    return str(visitor.address(RequestFactory().get("/", REMOTE_ADDR="127.0.0.1", **headers)))


def test_a_header_from_a_visitor_is_not_believed():
    assert address(HTTP_X_REAL_IP="203.0.113.1", HTTP_X_FORWARDED_FOR="203.0.113.1") == "127.0.0.1"


def test_the_header_of_our_own_proxy_is(settings):
    settings.TRUSTED_PROXY_ADDRESS_HEADER = "HTTP_X_REAL_IP"
    assert address(HTTP_X_REAL_IP="203.0.113.1", HTTP_X_FORWARDED_FOR="x") == "203.0.113.1"
    assert address() == "127.0.0.1"
    assert address(HTTP_X_REAL_IP="no address") == "None"
    assert address(HTTP_X_REAL_IP="::ffff:203.0.113.1") == "203.0.113.1"


def test_of_a_lengthened_list_the_proxys_own_entry_counts(settings):
    settings.TRUSTED_PROXY_ADDRESS_HEADER = "HTTP_X_FORWARDED_FOR"
    assert address(HTTP_X_FORWARDED_FOR="198.51.100.9, 203.0.113.1") == "203.0.113.1"


def test_a_proxy_that_gives_no_address_is_refused_at_the_start(settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert [error.id for error in apps.staff_are_safe(None)] == ["recalls.E005"]
    settings.TRUSTED_PROXY_ADDRESS_HEADER = "HTTP_X_REAL_IP"
    assert apps.staff_are_safe(None) == []


# Sessions that end --------------------------------------------------------------------------------


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
