"""Tickets (签号): HMAC-SHA256 of seed and member, compared as whole 256-bit integers, never as floats."""

import hashlib
from collections.abc import Callable
from enum import StrEnum

try:
    from _sha256 import sha256  # type: ignore[import-not-found]  # CPython's own; OpenSSL allocates for every copy
except ImportError:
    from hashlib import sha256

Ticket = Callable[[bytes], bytes]
State = Callable[[], "hashlib._Hash"]
_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))


class Domain(StrEnum):
    """What a ticket decides; tickets of different domains are independent."""

    FLOOR = "jianguan-draw/1 floor"
    PRIORITY = "jianguan-draw/1 priority"
    REVIEWER = "jianguan-draw/1 reviewer"
    STRATUM = "jianguan-draw/1 stratum"
    START = "jianguan-draw/1 start"


def states(seed: bytes, domain: Domain) -> tuple[State, State]:
    """Return the prepared inner and outer state of HMAC-SHA256(seed, domain ‖ LF ‖ …), RFC 2104.

    Both key blocks are hashed once; a caller copies the states for every message. Raises ValueError when the seed is
    not 32 bytes.
    """
    if len(seed) != 32:
        msg = f"a seed has 32 bytes, not {len(seed)}"
        raise ValueError(msg)
    key = seed.ljust(64, b"\0")
    inner = sha256(key.translate(_INNER) + domain.value.encode() + b"\n")
    return inner.copy, sha256(key.translate(_OUTER)).copy


def tickets(seed: bytes, domain: Domain) -> Ticket:
    """Return the function message → 32-byte ticket: HMAC-SHA256(seed, domain ‖ LF ‖ message).

    The message is id ‖ tab ‖ stratum (neither holds a tab). Bytes of equal length compare as the integers they stand
    for. Raises ValueError when the seed is not 32 bytes.
    """
    copy_inner, copy_outer = states(seed, domain)

    def ticket(message: bytes) -> bytes:
        first = copy_inner()
        first.update(message)
        second = copy_outer()
        second.update(first.digest())
        return second.digest()

    return ticket
