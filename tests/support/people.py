"""Staff of each role, and a stranger, as test clients."""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from recalls.staff import second_factor

EDITOR, PUBLISHER, ADMINISTRATOR = "Recall editors", "Recall publishers", "Administrators"
CALL_CENTER = "Call center"


def make_person(name: str, role: str = "", **values):
    """An account with the role; without one it may only sign in."""
    person = get_user_model().objects.create_user(name, is_staff=True, **values)
    if role:
        person.groups.add(Group.objects.get(name=role))
    return person


def enrolled(person) -> TOTPDevice:
    return second_factor.device_of(person) or second_factor.enroll(person)


def code_of(person, *, steps: int = 0) -> str:
    """Return what the person's phone shows now, or some half minutes later."""
    device = enrolled(person)
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift + steps)
    return f"{totp.token():06}"


def signed_in(person, *, minutes_ago: int = 0, has_code: bool = True) -> Client:
    """A client whose session is as after a sign-in with the second factor; `minutes_ago` for the
    code, which some steps ask for again."""
    client = Client()
    client.force_login(person)
    if has_code:
        session = client.session
        session[DEVICE_ID_SESSION_KEY] = enrolled(person).persistent_id
        session["code_at"] = timezone.now().timestamp() - minutes_ago * 60
        session.save()
    return client
