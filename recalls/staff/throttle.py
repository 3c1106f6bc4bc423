"""This module says how often somebody may try to sign in: counted for a name at an address, and for
an address.

Never for a name alone: an outsider could shut staff out. The one count that is for an account is
of wrong codes sent with its right password, and it binds only networks from which nobody has
signed in with that name. The database counts, so that all processes share it; it keeps keyed
hashes, no name and no address.
"""

import datetime as dt

from django.utils import timezone
from django.utils.crypto import salted_hmac

from recalls.models import FailedSignIn, KnownNetwork

WAIT = dt.timedelta(minutes=15)
MAX_FAILURES_PER_NAME = 10
# An office shares one address: the slips of one person must not keep the others out.
MAX_FAILURES_PER_ADDRESS = 30

# Three codes of a million are right at any moment, so a hundred guesses hit one in 3,300 times.
# Addresses are cheap: without this, many of them would guess a code within hours.
MAX_WRONG_CODES = 100
WRONG_CODES_COUNT_FOR = dt.timedelta(days=1)
NETWORK_IS_KNOWN_FOR = dt.timedelta(days=7)


class TooManyFailures(Exception):
    """This name at this address, this address, or this account from new networks has to wait."""


def begin(name: str, address: str) -> FailedSignIn:
    """Count an attempt as failed before it is looked at, so that many at once are bounded too.

    `address` is a network, a session, or "" where none is known: then only `count_code` bounds it.
    Raises TooManyFailures, and then it does not count. `succeed` takes it back.
    """
    now = timezone.now()
    FailedSignIn.objects.filter(at__lt=now - WAIT, code_key="").delete()
    FailedSignIn.objects.filter(at__lt=now - WRONG_CODES_COUNT_FOR).delete()
    attempt = FailedSignIn.objects.create(
        name_key=_key("name", f"{address}\n{name}"),
        address_key=_key("address", address) if address else "",
        at=now,
    )
    earlier = FailedSignIn.objects.filter(pk__lt=attempt.pk, at__gte=now - WAIT)
    # Where no address is known, counting would lock by name alone.
    if address and (
        earlier.filter(name_key=attempt.name_key).count() >= MAX_FAILURES_PER_NAME
        or earlier.filter(address_key=attempt.address_key).count() >= MAX_FAILURES_PER_ADDRESS
    ):
        attempt.delete()
        raise TooManyFailures
    return attempt


def count_code(attempt: FailedSignIn, user) -> None:
    """Call once the password was right, before the code is looked at. Raises TooManyFailures where
    this password has come with too many wrong codes, unless the network is known. A new password
    ends that."""
    attempt.code_key = _key("code", f"{user.pk}\n{user.password}")
    attempt.save(update_fields=["code_key"])
    since = timezone.now() - WRONG_CODES_COUNT_FOR
    others = FailedSignIn.objects.filter(code_key=attempt.code_key, at__gte=since)
    if others.exclude(pk=attempt.pk).count() >= MAX_WRONG_CODES and not _is_known(attempt):
        attempt.delete()
        raise TooManyFailures


def _is_known(attempt: FailedSignIn) -> bool:
    since = timezone.now() - NETWORK_IS_KNOWN_FOR
    return KnownNetwork.objects.filter(name_key=attempt.name_key, at__gte=since).exists()


def succeed(attempt: FailedSignIn) -> None:
    """Forget what this name failed at this address."""
    FailedSignIn.objects.filter(name_key=attempt.name_key).delete()


def remember(attempt: FailedSignIn) -> None:
    """Know the network from which this name has signed in."""
    now = timezone.now()
    KnownNetwork.objects.filter(at__lt=now - NETWORK_IS_KNOWN_FOR).delete()
    if attempt.address_key:
        KnownNetwork.objects.update_or_create(name_key=attempt.name_key, defaults={"at": now})


def _key(kind: str, value: str) -> str:
    return salted_hmac(f"recalls.staff.throttle.{kind}", value, algorithm="sha256").hexdigest()
