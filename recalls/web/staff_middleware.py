"""Django's middleware that only the staff need, left out of what the public ask for: a public page
has no session, user or message, and changes nothing that would be on record."""

from django.contrib.auth import middleware as auth
from django.contrib.messages import middleware as messages
from django.contrib.sessions import middleware as sessions
from django_otp import middleware as otp
from simple_history.middleware import HistoryRequestMiddleware

from recalls.database import sqlite
from recalls.web.middleware import is_staff_page


class _OfStaffPages:
    def __call__(self, request):
        return super().__call__(request) if is_staff_page(request) else self.get_response(request)


class SessionMiddleware(_OfStaffPages, sessions.SessionMiddleware):
    """The first of them; staff's pages write, too."""

    def __call__(self, request):
        if not is_staff_page(request):
            return self.get_response(request)
        with sqlite.waiting_long():
            return super().__call__(request)


class AuthenticationMiddleware(_OfStaffPages, auth.AuthenticationMiddleware):
    pass


class OTPMiddleware(_OfStaffPages, otp.OTPMiddleware):
    pass


class MessageMiddleware(_OfStaffPages, messages.MessageMiddleware):
    pass


def history_middleware(get_response):
    """The record names who was signed in."""
    of_staff = HistoryRequestMiddleware(get_response)
    return lambda request: (of_staff if is_staff_page(request) else get_response)(request)
