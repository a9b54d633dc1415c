"""Objects by content digest (对象存储): pictures, clips, documents. What is stored never changes under its name.

``LocalStore`` keeps them in a folder; an S3-compatible store would stand beside it and offer the same ``ObjectStore``.
"""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from cryptography.hazmat.primitives import hashes
from django.conf import settings

CHUNK = 256 * 1024
LARGEST = 4 * 1024**3
"""Bytes of the largest object taken unless the caller says less."""
NAME = re.compile(r"[0-9a-f]{64}")


class TooLarge(ValueError):
    """More bytes than the limit; nothing was stored."""


class NoSuchObject(LookupError):
    """No object has this digest, or the text is no digest."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What was stored: both digests as 64 hexadecimal characters, size in bytes."""

    sha256: str
    sm3: str
    size: int


class ObjectStore(Protocol):
    """What every store offers."""

    def put(self, source: BinaryIO | Path, *, limit: int = LARGEST) -> Stored:
        """Store all of the source; an object that is there already stays. Raises TooLarge."""

    def open(self, sha256: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """Return chunks of at most ``CHUNK`` bytes from ``start`` on; raises NoSuchObject."""

    def size(self, sha256: str) -> int:
        """Return the size in bytes; raises NoSuchObject."""

    def exists(self, sha256: str) -> bool:
        """Whether the object is there."""

    def verify(self, sha256: str) -> bool:
        """Read the object and compare its digest; raises NoSuchObject."""

    def local(self, sha256: str) -> AbstractContextManager[Path]:
        """A file to read while the context lasts, for programs that want a path; raises NoSuchObject."""


class LocalStore:
    """A folder: ``sha256/ab/cd/<digest>``, written beside and renamed, so that a name never leads to half an object."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, source: BinaryIO | Path, *, limit: int = LARGEST) -> Stored:
        """Store all of the source; an object that is there already stays. Raises TooLarge."""
        if isinstance(source, Path):
            with source.open("rb") as stream:
                return self.put(stream, limit=limit)
        incoming = self._folder(self.root / "incoming")
        handle, name = tempfile.mkstemp(dir=incoming)
        written = Path(name)
        try:
            with os.fdopen(handle, "wb") as out:
                stored = _copy(source, out, limit)
                out.flush()
                os.fsync(out.fileno())
            written.chmod(0o440)
            place = self._place(stored.sha256)
            if not (place.exists() and place.stat().st_size == stored.size):
                self._folder(place.parent)
                written.replace(place)
                _sync(place.parent)
        finally:
            written.unlink(missing_ok=True)
        return stored

    def open(self, sha256: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """Return chunks of at most ``CHUNK`` bytes from ``start`` on; raises NoSuchObject."""
        return _chunks(self._there(sha256).open("rb"), start, length)

    def size(self, sha256: str) -> int:
        """Return the size in bytes; raises NoSuchObject."""
        return self._there(sha256).stat().st_size

    def exists(self, sha256: str) -> bool:
        """Whether the object is there."""
        return NAME.fullmatch(sha256) is not None and self._place(sha256).is_file()

    def verify(self, sha256: str) -> bool:
        """Read the object and compare its digest; raises NoSuchObject."""
        state = hashes.Hash(hashes.SHA256())
        for chunk in self.open(sha256):
            state.update(chunk)
        return state.finalize().hex() == sha256

    def local(self, sha256: str) -> AbstractContextManager[Path]:
        """A file to read while the context lasts, for programs that want a path; raises NoSuchObject."""
        return nullcontext(self._there(sha256))

    def _place(self, sha256: str) -> Path:
        return self.root / "sha256" / sha256[:2] / sha256[2:4] / sha256

    def _there(self, sha256: str) -> Path:
        if not self.exists(sha256):
            raise NoSuchObject(sha256)
        return self._place(sha256)

    def _folder(self, folder: Path) -> Path:
        """Make the folder and what is missing above it, each entry on disk before it is used."""
        if not folder.is_dir():
            if folder != self.root:
                self._folder(folder.parent)
            folder.mkdir(parents=True, exist_ok=True)
            _sync(folder.parent)
        return folder


def store() -> ObjectStore:
    """Return the store of this installation."""
    return LocalStore(Path(settings.OBJECT_STORE))


def content(sha256: str) -> bytes:
    """Return all of an object of this installation that fits into memory; raises NoSuchObject."""
    return b"".join(store().open(sha256))


def _copy(source: BinaryIO, out: BinaryIO, limit: int) -> Stored:
    sha256, sm3, size = hashes.Hash(hashes.SHA256()), hashes.Hash(hashes.SM3()), 0
    while chunk := source.read(CHUNK):
        size += len(chunk)
        if size > limit:
            msg = f"more than {limit} bytes"
            raise TooLarge(msg)
        sha256.update(chunk)
        sm3.update(chunk)
        out.write(chunk)
    return Stored(sha256.finalize().hex(), sm3.finalize().hex(), size)


def _chunks(file: BinaryIO, start: int, length: int | None) -> Iterator[bytes]:
    with file:
        file.seek(start)
        left = length
        while left is None or left > 0:
            chunk = file.read(CHUNK if left is None else min(CHUNK, left))
            if not chunk:
                return
            if left is not None:
                left -= len(chunk)
            yield chunk


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
