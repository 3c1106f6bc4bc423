"""How often somebody may try to sign in: counted for a name at an address, and for an address.

Never for a name alone: an outsider could shut staff out. The database counts, so that all
processes share it; it keeps keyed hashes, no name and no address.
"""

import datetime as dt

from django.utils import timezone
from django.utils.crypto import salted_hmac

from recalls.models import FailedSignIn

WAIT = dt.timedelta(minutes=15)
MAX_FAILURES_PER_NAME = 10
# An office shares one address: the slips of one person must not keep the others out.
MAX_FAILURES_PER_ADDRESS = 30


class TooManyFailures(Exception):
    """This name at this address, or this address, has to wait."""


def begin(name: str, address: str) -> FailedSignIn:
    """Count an attempt as failed before it is looked at, so that many at once are bounded too.

    Raises TooManyFailures, and then it does not count. `succeed` takes it back.
    """
    now = timezone.now()
    FailedSignIn.objects.filter(at__lt=now - WAIT).delete()
    attempt = FailedSignIn.objects.create(
        name_key=_key("name", f"{address}\n{name}"), address_key=_key("address", address), at=now
    )
    earlier = FailedSignIn.objects.filter(pk__lt=attempt.pk)
    if (
        earlier.filter(name_key=attempt.name_key).count() >= MAX_FAILURES_PER_NAME
        or earlier.filter(address_key=attempt.address_key).count() >= MAX_FAILURES_PER_ADDRESS
    ):
        attempt.delete()
        raise TooManyFailures
    return attempt


def succeed(attempt: FailedSignIn) -> None:
    """Forget what this name failed at this address."""
    FailedSignIn.objects.filter(name_key=attempt.name_key).delete()


def _key(kind: str, value: str) -> str:
    return salted_hmac(f"recalls.staff.throttle.{kind}", value, algorithm="sha256").hexdigest()
