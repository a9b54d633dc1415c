"""Digests of bytes: SHA-256 (FIPS 180-4) and SM3 (GB/T 32905-2016). The algorithm is a field of every record."""

import json
from enum import StrEnum

from cryptography.hazmat.primitives import hashes


class Algorithm(StrEnum):
    """The digest algorithms a record may name."""

    SHA256 = "sha256"
    SM3 = "sm3"


def digest(data: bytes, algorithm: Algorithm = Algorithm.SHA256) -> bytes:
    """Return the 32-byte digest of ``data``."""
    state = hashes.Hash(hashes.SHA256() if algorithm is Algorithm.SHA256 else hashes.SM3())
    state.update(data)
    return state.finalize()


def hexdigest(data: bytes, algorithm: Algorithm = Algorithm.SHA256) -> str:
    """Return the digest of ``data`` as 64 lower-case hexadecimal characters."""
    return digest(data, algorithm).hex()


def digest_of(value: object, algorithm: Algorithm = Algorithm.SHA256) -> str:
    """Return the digest of a value's canonical JSON: sorted keys, UTF-8, no spaces, dates as ISO text."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hexdigest(text.encode(), algorithm)
