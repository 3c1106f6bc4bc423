"""The second factor of staff: a code by time (TOTP, RFC 6238) from a phone that was enrolled.

A person has one device. It is enrolled by somebody else: the first one on the host, later ones by
another administrator. Its secret is shown once, then; there are no recovery codes.
"""

import logging
from collections.abc import Callable
from functools import partial, wraps

import django_otp
import segno
from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from recalls.staff import throttle

logger = logging.getLogger(__name__)

# Before somebody publishes, withdraws or changes accounts, their last code must not be older.
MINUTES_UNTIL_ASKED_AGAIN = 10
_STAMP = "code_at"
_FIELD = "second_factor_code"


def code_field() -> forms.CharField:
    """No limit on its length: a wrong code is a wrong code, whatever is wrong with it."""
    attrs = {"autocomplete": "one-time-code", "inputmode": "numeric"}
    return forms.CharField(
        label="Code from your phone",
        strip=True,
        required=False,
        widget=forms.TextInput(attrs=attrs),
    )


def device_of(user) -> TOTPDevice | None:
    return TOTPDevice.objects.filter(user=user, confirmed=True).order_by("-pk").first()


def verified(user, code: str) -> TOTPDevice | None:
    """The device whose code it is. Each code is good once. The caller counts the failures."""
    device = device_of(user)
    return device and django_otp.verify_token(user, device.persistent_id, code.replace(" ", ""))


def enroll(user, by=None) -> TOTPDevice:
    """A new device in place of any old one, whose sessions end with it. `by` is an administrator;
    None is the shell."""
    with transaction.atomic():
        TOTPDevice.objects.filter(user=user).delete()
        device = TOTPDevice.objects.create(user=user, name="Phone")
        if by:
            LogEntry.objects.log_actions(
                by.pk, [user], CHANGE, "Enrolled a new second factor.", single_object=True
            )
    name = by.get_username() if by else "the shell"
    logger.warning("Second factor of %s enrolled by %s", user.get_username(), name)
    return device


# Asked again ----------------------------------------------------------------------------------


class CodeForm(forms.Form):
    second_factor_code = code_field()

    def __init__(self, *args, request: HttpRequest, **kwargs):
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_second_factor_code(self):
        """The session is what is bound: the person's own, in another one, is not concerned."""
        user, session = self.request.user, self.request.session.session_key
        try:
            attempt = throttle.begin(user.get_username(), f"session {session}")
        except throttle.TooManyFailures:
            logger.warning("Code refused to %s: too many failures", user.get_username())
            raise forms.ValidationError(
                "Too many codes were wrong. Sign out and in again, or wait 15 minutes."
            ) from None
        if not verified(user, self.cleaned_data[_FIELD]):
            logger.warning("Code refused to %s", user.get_username())
            raise forms.ValidationError(
                "This code is wrong, or was used already. Wait for the next one."
            )
        throttle.succeed(attempt)


def stamp(request: HttpRequest) -> None:
    request.session[_STAMP] = timezone.now().timestamp()


def _is_fresh(request: HttpRequest) -> bool:
    age = timezone.now().timestamp() - request.session.get(_STAMP, 0)
    return age < MINUTES_UNTIL_ASKED_AGAIN * 60


def fresh_code_required(view: Callable) -> Callable:
    """For staff's steps that matter: a form that is sent after a while asks for a code first, and
    carries on with what it held. Passwords are typed again. Not for forms that send a file."""

    @wraps(view)
    def asks(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.method != "POST" or not settings.SECOND_FACTOR or _is_fresh(request):
            return view(request, *args, **kwargs)
        form = CodeForm(request.POST if _FIELD in request.POST else None, request=request)
        if form.is_valid():
            stamp(request)
            return view(request, *args, **kwargs)
        kept = [
            (name, value)
            for name, values in request.POST.lists()
            if name not in (_FIELD, "csrfmiddlewaretoken") and "password" not in name
            for value in values
        ]
        ctx = {**admin.site.each_context(request), "title": "Your code", "form": form, "kept": kept}
        return TemplateResponse(request, "staff/code.html", ctx)

    return asks


# A new phone --------------------------------------------------------------------------------------


def enroll_urls(model_admin: admin.ModelAdmin) -> list[URLPattern]:
    view = model_admin.admin_site.admin_view(fresh_code_required(partial(enroll_page, model_admin)))
    return [path("<int:pk>/enroll/", view, name="auth_user_enroll")]


def enroll_page(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Enroll another person: the secret stands on the answer to the button, and nowhere after."""
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    person = get_object_or_404(model_admin.model, pk=pk)
    # A stolen session must not give itself a new second factor.
    if person.pk == request.user.pk or not model_admin.has_change_permission(request, person):
        raise PermissionDenied
    ctx = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.model._meta,
        "title": f"Second factor of {person}",
        "person": person,
        "device": device_of(person),
        "is_asked": settings.SECOND_FACTOR,
    }
    if request.method == "POST":
        device = enroll(person, by=request.user)
        ctx |= {"device": device, "secret": secret(device), "picture": qr_code(device)}
    return TemplateResponse(request, "staff/enroll.html", ctx)


def secret(device: TOTPDevice) -> str:
    """For typing, in groups of four."""
    text = device.config_url.partition("secret=")[2].partition("&")[0]
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def qr_code(device: TOTPDevice) -> str:
    """The QR code as the address of an SVG that holds itself."""
    return segno.make(device.config_url, micro=False).svg_data_uri(scale=5, light="#fff")
