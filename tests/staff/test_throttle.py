"""Few tries for each name and address, and whose address it is."""

import threading

import pytest
from django.db import connection
from django.test import RequestFactory

from recalls import apps
from recalls.models import FailedSignIn, KnownNetwork
from recalls.staff import throttle
from recalls.web import visitor
from tests.support.people import PUBLISHER, code_of, enrolled, make_person
from tests.support.sign_in import (
    OFFICE,
    PASSWORD,
    REFUSED,
    fail,
    guess,
    guess_from_many_networks,
    sign_in,
)

pytestmark = pytest.mark.django_db

TOO_MANY = "Too many attempts failed. Wait 15 minutes, then try again."


@pytest.fixture
def pat():
    person = make_person("pat", PUBLISHER, password=PASSWORD)
    enrolled(person)
    return person


# Few tries ----------------------------------------------------------------------------------------


def test_ten_failures_of_a_name_at_an_address_then_it_waits(pat, later):
    fail(times=throttle.MAX_FAILURES_PER_NAME)
    assert TOO_MANY in sign_in("pat", code=code_of(pat)).text
    assert sign_in("pat", code=code_of(pat), REMOTE_ADDR="192.0.2.7").status_code == 302
    later(minutes=14)
    assert TOO_MANY in sign_in("pat", code=code_of(pat, steps=1)).text
    later(minutes=1, seconds=1)
    assert sign_in("pat", code=code_of(pat, steps=1)).status_code == 302


@pytest.mark.slow
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
    guess_from_many_networks(pat)


@pytest.mark.slow
def test_many_networks_together_guess_no_code(guessed_from_many_networks, pat, later):
    guesser = {"REMOTE_ADDR": "2001:db8:2::1"}
    for hours in (0, 23):
        later(hours=hours)
        assert TOO_MANY in sign_in("pat", code=code_of(pat, steps=1), **guesser).text
    later(hours=1, seconds=1)
    assert sign_in("pat", code=code_of(pat, steps=1), **guesser).status_code == 302


@pytest.mark.slow
def test_where_the_owner_has_signed_in_before_they_still_can(guessed_from_many_networks, pat):
    assert sign_in("pat", code=code_of(pat, steps=1), **OFFICE).status_code == 302


@pytest.mark.slow
def test_a_new_password_opens_the_account_from_everywhere(guessed_from_many_networks, pat):
    pat.set_password("another long password of pat")
    pat.save()
    code = code_of(pat, steps=1)
    page = sign_in("pat", "another long password of pat", code=code, REMOTE_ADDR="203.0.113.9")
    assert page.status_code == 302


@pytest.mark.slow
def test_wrong_passwords_from_many_networks_shut_nobody_out(pat):
    for network in range(throttle.MAX_WRONG_CODES // 10 + 1):
        fail(times=10, REMOTE_ADDR=f"2001:db8:1:{network}::1")
    assert sign_in("pat", code=code_of(pat), REMOTE_ADDR="203.0.113.9").status_code == 302


@pytest.mark.slow
def test_without_an_address_codes_are_bounded_all_the_same(pat):
    guess(pat, times=throttle.MAX_WRONG_CODES, REMOTE_ADDR="")
    assert TOO_MANY in sign_in("pat", code=code_of(pat), REMOTE_ADDR="").text


@pytest.mark.slow
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


@pytest.mark.slow
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
