"""Where a request comes from: the one address that limits, log-in locks and the event log use."""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest

Address = IPv4Address | IPv6Address
PORT = re.compile(r"\[(?P<six>[^\]]+)\](?::[0-9]+)?|(?P<four>[0-9.]+):[0-9]+")
MOST_HOPS = 20


def address(request: HttpRequest) -> str:
    """The address of whoever asks, in its one form; what the server saw where that is no address.

    Behind one of ``TRUSTED_PROXIES`` it is the rightmost of ``X-Forwarded-For`` that is not such a proxy: what stands
    left of it, anybody may have written. From anywhere else the header is not read.
    """
    seen = str(request.META.get("REMOTE_ADDR", ""))
    here = _read(seen)
    if here is None:
        return seen
    hops = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")[-MOST_HOPS:]
    while _trusted(here) and hops:
        before = _read(hops.pop())
        if before is None:
            break
        here = before
    return str(here)


def _trusted(one: Address) -> bool:
    return any(one in network for network in settings.TRUSTED_PROXIES)


def _read(text: str) -> Address | None:
    """An address, with or without a port; IPv4 within IPv6 is IPv4."""
    plain = text.strip()
    if found := PORT.fullmatch(plain):
        plain = found["six"] or found["four"]
    try:
        one = ip_address(plain)
    except ValueError:
        return None
    return getattr(one, "ipv4_mapped", None) or one
