"""Pseudonyms (化名): HMAC-SHA256 (RFC 2104) under a key kept outside the lake; clear values sealed with AES-256-GCM.

The first 32 hexadecimal characters of the HMAC stand in the lake. The same value gives the same pseudonym everywhere,
so rows can still be joined; without the key it can neither be computed nor undone.
"""

import contextlib
import hmac
import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from jianguan.facts.contract import PSEUDONYM_LENGTH

BLOCK = 64
NONCE = 12


@dataclass(frozen=True, slots=True)
class Keys:
    """The two keys derived from the secret of an installation."""

    pseudonym: bytes
    sealing: bytes

    def of(self, value: str) -> str:
        """Return the pseudonym of one value."""
        return hmac.digest(self.pseudonym, value.encode(), "sha256").hex()[:PSEUDONYM_LENGTH]

    def sql(self, expression: str) -> str:
        """Return DuckDB SQL for the pseudonym of a VARCHAR expression; NULL stays NULL."""
        padded = self.pseudonym.ljust(BLOCK, b"\0")
        inner, outer = (_blob(bytes(byte ^ pad for byte in padded)) for pad in (0x36, 0x5C))
        return f"left(sha256({outer} || unhex(sha256({inner} || encode({expression})))), {PSEUDONYM_LENGTH})"

    def seal(self, about: str, value: bytes) -> bytes:
        """Encrypt bytes, bound to what they are about (a pseudonym, a batch)."""
        nonce = os.urandom(NONCE)
        return nonce + AESGCM(self.sealing).encrypt(nonce, value, about.encode())

    def open(self, about: str, sealed: bytes) -> bytes:
        """Decrypt bytes.

        Raises cryptography.exceptions.InvalidTag when they were sealed under another key or are about something else.
        """
        return AESGCM(self.sealing).decrypt(sealed[:NONCE], sealed[NONCE:], about.encode())


def _blob(data: bytes) -> str:
    return f"unhex('{data.hex()}')"


def keys(path: Path) -> Keys:
    """Read the secret of an installation, made on first use with mode 0600, and derive its keys (HKDF, RFC 5869)."""
    if not path.exists():
        _make(path)
    secret = path.read_bytes()
    if len(secret) != 32:
        raise ValueError(f"{path} 须为 32 字节密钥")
    return Keys(
        *(HKDFExpand(SHA256(), 32, info).derive(secret) for info in (b"jianguan pseudonym", b"jianguan sealing"))
    )


def _make(path: Path) -> None:
    """Write a new secret; of several processes that start at once one wins, and none ever reads half of it."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.") as file:  # mode 0600
        file.write(secrets.token_bytes(32))
        file.flush()
        os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(file.name, path)
