"""Signing in as a browser does it."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from recalls.staff import throttle
from tests.support.people import code_of

PASSWORD = "a long password for pat"
SIGN_IN = "/staff/login/"
START = "/staff/"
REFUSED = "Name, password or code is wrong, or this is no staff account."
OFFICE = {"REMOTE_ADDR": "192.0.2.7"}


def sign_in(name, password=PASSWORD, code="", client=None, **extra):
    data = {"username": name, "password": password, "code": code, "next": START}
    return (client or Client()).post(SIGN_IN, data, **extra)


def fail(name="pat", times=1, **extra):
    for _ in range(times):
        assert sign_in(name, "wrong", **extra).status_code == 200


def movable_clock(monkeypatch):
    """A function that moves the time on, for all that asks for it: `later(minutes=5)`."""
    real, by = timezone.now, timedelta()

    def move(**much):
        nonlocal by
        by += timedelta(**much)

    monkeypatch.setattr(timezone, "now", lambda: real() + by)
    return move


def guess(person, times=1, **extra):
    """Wrong codes with the right password."""
    right = int(code_of(person))
    for number in range(times):
        code = f"{(right + 1000 + number) % 1000000:06}"
        assert REFUSED in sign_in(person.username, code=code, **extra).text


def guess_from_many_networks(pat):
    """Pat has signed in at the office. Somebody who has bought addresses knows the password."""
    assert sign_in("pat", code=code_of(pat), **OFFICE).status_code == 302
    for network in range(throttle.MAX_WRONG_CODES // 10):
        guess(pat, times=10, REMOTE_ADDR=f"2001:db8:1:{network}::1")
