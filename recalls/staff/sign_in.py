"""Staff's sign-in: name, password and a code in one step, and a line in the log for each event.

Whatever is wrong, the answer has the same words; what it was stands in the log alone.
"""

import logging

from django import forms
from django.conf import settings
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.utils import timezone

from recalls.staff import second_factor, throttle
from recalls.web import visitor

logger = logging.getLogger(__name__)


class SignInForm(AdminAuthenticationForm):
    code = second_factor.code_field()

    error_messages = {
        **AdminAuthenticationForm.error_messages,
        "invalid_login": "Name, password or code is wrong, or this is no staff account. Capital "
        "and small letters count, and each code works once: wait for the next one.",
        "too_many": "Too many attempts failed. Wait 15 minutes, then try again. If that does not "
        "help, ask an administrator for a new password: somebody else may know yours.",
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not settings.SECOND_FACTOR:
            del self.fields["code"]

    def clean(self):
        name = self.cleaned_data.get("username", "")
        try:
            attempt = throttle.begin(name, visitor.neighborhood(self.request))
            super().clean()
            self._check_code(attempt)
        except throttle.TooManyFailures:
            what = "wrong codes with the right password" if self.get_user() else "failures"
            logger.warning("Sign-in refused to %s: too many %s", known(name), what)
            raise forms.ValidationError(self.error_messages["too_many"], "too_many") from None
        except forms.ValidationError as error:
            logger.warning("Sign-in refused to %s: %s", known(name), error.code)
            raise self.get_invalid_login_error() from None
        throttle.succeed(attempt)
        throttle.remember(attempt)
        return self.cleaned_data

    def _check_code(self, attempt):
        user, code = self.get_user(), self.cleaned_data.get("code", "")
        if user is None or not settings.SECOND_FACTOR:
            return
        throttle.count_code(attempt, user)
        user.otp_device = second_factor.verified(user, code)
        if user.otp_device is None:
            has_one = second_factor.device_of(user) is not None
            raise forms.ValidationError(
                "", code="wrong_or_used_code" if has_one else "no_second_factor"
            )


def known(name: str) -> str:
    """The name for the log; not what is no account, since people type passwords there too."""
    exists = get_user_model().objects.filter(username=name).exists()
    return name if exists else "an unknown name"


@receiver(user_logged_in)
def _signed_in(sender, request, user, **kwargs):
    now = timezone.now().timestamp()
    request.session["began_at"] = request.session["seen_at"] = now
    if getattr(user, "otp_device", None):
        second_factor.stamp(request)
    logger.info("Signed in: %s", user.get_username())


@receiver(user_logged_out)
def _signed_out(sender, request, user, **kwargs):
    if user is not None:
        logger.info("Signed out: %s", user.get_username())
