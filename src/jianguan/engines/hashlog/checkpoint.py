"""Checkpoints (检查点): C2SP tlog-checkpoint texts as C2SP signed notes with Ed25519 signatures.

Every level may add its signature line to another level's checkpoint, so that nobody rewrites a log unseen.
"""

import base64
import binascii
import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from jianguan.engines.hashlog.merkle import HASH_BYTES, Tree, digest

ED25519 = b"\x01"
DASH = "— "
MAX_NOTE_BYTES = 1_000_000


class BadNote(ValueError):
    """The text is no signed note or no checkpoint."""


class BadSignature(ValueError):
    """A known key's signature does not fit the text, or no known key signed it."""


def _base64(text: str, what: str) -> bytes:
    try:
        value = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        msg = f"{what} is not base64"
        raise BadNote(msg) from None
    if base64.b64encode(value).decode() != text:
        msg = f"{what} is not the one base64 form of its bytes"
        raise BadNote(msg)
    return value


def _checked_name(name: str) -> str:
    if not name or "+" in name or any(letter.isspace() for letter in name):
        msg = f"a key name is not empty and holds neither spaces nor plus: {name!r}"
        raise BadNote(msg)
    return name


def _key_id(name: str, public: bytes) -> bytes:
    return digest(name.encode() + b"\n" + ED25519 + public)[:4]


@dataclass(frozen=True)
class Verifier:
    """A public key with its name; ``str()`` gives the text that others keep: ``name+id+key``."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256(name, newline, type, key)."""
        return _key_id(self.name, self.public)

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(ED25519 + self.public).decode()}"

    @classmethod
    def parse(cls, text: str) -> "Verifier":
        """Read ``name+id+key``; raise BadNote when malformed or when the id does not follow from the key."""
        parts = text.strip().split("+", 2)
        if len(parts) != 3:
            msg = "a verifier key has the form name+id+key"
            raise BadNote(msg)
        key = _base64(parts[2], "the key")
        if len(key) != HASH_BYTES + 1 or key[:1] != ED25519:
            msg = "only Ed25519 keys are known"
            raise BadNote(msg)
        verifier = cls(_checked_name(parts[0]), key[1:])
        if verifier.key_id.hex() != parts[1]:
            msg = f"the id {parts[1]} does not belong to this key"
            raise BadNote(msg)
        return verifier

    def accepts(self, text: bytes, signature: bytes) -> bool:
        """Tell whether the signature of 64 bytes is this key's over ``text``."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class Signer:
    """An Ed25519 private key with its name; ``seed`` is 32 secret random bytes that the caller keeps."""

    name: str
    seed: bytes

    def __post_init__(self) -> None:
        _checked_name(self.name)

    def __repr__(self) -> str:
        return f"Signer({self.name!r})"

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(self.name, Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw())

    def sign(self, text: bytes) -> bytes:
        """Return the Ed25519 signature (64 bytes, RFC 8032)."""
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(text)


def _signature_line(text: str, signer: Signer) -> str:
    blob = signer.verifier.key_id + signer.sign(text.encode())
    return f"{DASH}{signer.name} {base64.b64encode(blob).decode()}\n"


def sign(text: str, signer: Signer) -> str:
    """Return the signed note of ``text``, which must end with a newline; raise BadNote otherwise."""
    if not text.endswith("\n") or any(letter < " " and letter != "\n" for letter in text):
        msg = "a note ends with a newline and holds no other control characters"
        raise BadNote(msg)
    return f"{text}\n{_signature_line(text, signer)}"


def cosign(note: str, signer: Signer) -> str:
    """Return ``note`` with one more signature line (联署). The co-signer verifies the note first; this does not."""
    text, _ = split(note)
    return note + _signature_line(text, signer)


def split(note: str) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """Return the text and the signatures as (name, key id, signature); raise BadNote when malformed."""
    if len(note.encode()) > MAX_NOTE_BYTES or any(letter < " " and letter != "\n" for letter in note):
        msg = "the note is too long or holds control characters"
        raise BadNote(msg)
    text, gap, tail = note.rpartition("\n\n")
    if not gap or not tail.endswith("\n"):
        msg = "a note is text, an empty line and signature lines"
        raise BadNote(msg)
    signatures = []
    for line in tail[:-1].split("\n"):
        found = re.fullmatch(rf"{DASH}([^\s+]+) (\S+)", line)
        if found is None:
            msg = f"no signature line: {line!r}"
            raise BadNote(msg)
        blob = _base64(found[2], "the signature")
        if len(blob) < 5:
            msg = "the signature is too short"
            raise BadNote(msg)
        signatures.append((found[1], blob[:4], blob[4:]))
    return text + "\n", signatures


def verify(note: str, verifiers: Iterable[Verifier]) -> tuple[str, tuple[str, ...]]:
    """Return the text and the names of the known keys that signed it.

    Signatures of unknown keys are ignored, as C2SP signed-note asks. Raises BadNote on a malformed note, BadSignature
    when a known key's signature is false or no known key signed.
    """
    text, signatures = split(note)
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    names: list[str] = []
    for name, key_id, signature in signatures:
        verifier = known.get((name, key_id))
        if verifier is None:
            continue
        if not verifier.accepts(text.encode(), signature):
            msg = f"the signature of {name} does not fit the text"
            raise BadSignature(msg)
        if name not in names:
            names.append(name)
    if not names:
        msg = "signed by no known key: " + ", ".join(name for name, _, _ in signatures)
        raise BadSignature(msg)
    return text, tuple(names)


@dataclass(frozen=True)
class Checkpoint:
    """A tree head: the log's name, number of entries, SHA-256 root, and lines of extension."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def text(self) -> str:
        """Return the note text; raise BadNote when a line would break the format."""
        lines = [self.origin, str(self.size), base64.b64encode(self.root).decode(), *self.extensions]
        if self.size < 0 or any(not line or "\n" in line for line in lines):
            msg = "lines of a checkpoint are not empty and the size is not negative"
            raise BadNote(msg)
        return "\n".join(lines) + "\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read a note text; raise BadNote when it is no checkpoint."""
        lines = text.removesuffix("\n").split("\n")
        if not text.endswith("\n") or len(lines) < 3 or not all(lines):
            msg = "a checkpoint has an origin, a size and a root"
            raise BadNote(msg)
        if re.fullmatch(r"0|[1-9][0-9]{0,18}", lines[1]) is None:
            msg = f"no tree size: {lines[1]!r}"
            raise BadNote(msg)
        root = _base64(lines[2], "the root")
        if len(root) != HASH_BYTES:
            msg = "the root has not 32 bytes"
            raise BadNote(msg)
        return cls(lines[0], int(lines[1]), root, tuple(lines[3:]))

    def _extension(self, key: str) -> str | None:
        return next((line.removeprefix(f"{key} ") for line in self.extensions if line.startswith(f"{key} ")), None)

    @property
    def sm3_root(self) -> bytes | None:
        """The root under SM3, when the checkpoint carries one."""
        text = self._extension("sm3")
        return None if text is None else _base64(text, "the SM3 root")

    @property
    def time(self) -> str | None:
        """When it was made, RFC 3339 in UTC, as the log says."""
        return self._extension("time")


def of_trees(origin: str, sha256: Tree, sm3: Tree, at: dt.datetime) -> Checkpoint:
    """Return the checkpoint of both trees at the moment ``at`` (with time zone; kept to the second in UTC).

    Raises ValueError when the trees differ in size or ``at`` has no time zone.
    """
    if sha256.size != sm3.size:
        msg = f"the trees hold {sha256.size} and {sm3.size} leaves"
        raise ValueError(msg)
    if at.utcoffset() is None:
        msg = "a checkpoint needs a moment with time zone"
        raise ValueError(msg)
    moment = at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    extensions = (f"sm3 {base64.b64encode(sm3.root()).decode()}", f"time {moment}")
    return Checkpoint(_checked_name(origin), sha256.size, sha256.root(), extensions)
