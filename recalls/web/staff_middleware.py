"""Django's middleware that only the staff need, left out of what the public ask for: a public page
has no session, user or message."""

from django.contrib.auth import middleware as auth
from django.contrib.messages import middleware as messages
from django.contrib.sessions import middleware as sessions
from django_otp import middleware as otp

from recalls.web.middleware import is_staff_page


class _OfStaffPages:
    def __call__(self, request):
        return super().__call__(request) if is_staff_page(request) else self.get_response(request)


class SessionMiddleware(_OfStaffPages, sessions.SessionMiddleware):
    pass


class AuthenticationMiddleware(_OfStaffPages, auth.AuthenticationMiddleware):
    pass


class OTPMiddleware(_OfStaffPages, otp.OTPMiddleware):
    pass


class MessageMiddleware(_OfStaffPages, messages.MessageMiddleware):
    pass
