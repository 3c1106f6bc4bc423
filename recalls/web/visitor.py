"""This module says where a request comes from, as far as that can be believed."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def address(request: HttpRequest) -> Address | None:
    """The visitor's address: from the header that our own proxy sets, else the other end's.

    A proxy that lengthens a list of addresses puts the one that it saw last.
    """
    header = settings.TRUSTED_PROXY_ADDRESS_HEADER
    header_value = request.META.get(header, "") if header else ""
    text = header_value.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def neighborhood(request: HttpRequest) -> str:
    """Whom to count together: one IPv4 address, or the /64 that one IPv6 line has. "" if unknown"""
    client = address(request)
    if client is None:
        return ""
    size = 64 if client.version == 6 else 32
    return str(ipaddress.ip_network(f"{client}/{size}", strict=False))


def is_forwarded_unawares(request: HttpRequest) -> bool:
    """Whether a proxy stands in between that the settings do not know of: the other end is then
    the proxy, which may well be on this machine."""
    if settings.TRUSTED_PROXY_ADDRESS_HEADER:
        return False
    signs = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP", "Via")
    return any(sign in request.headers for sign in signs)
