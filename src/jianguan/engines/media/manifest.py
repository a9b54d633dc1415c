"""What an evidence clip is proven with (片段证明): one canonical JSON document, chained to the one before."""

from dataclasses import dataclass
from typing import Any

from jianguan.engines.media.clips import Cut


@dataclass(frozen=True, slots=True)
class Source:
    """One source recording of a clip: its id, digests and size."""

    id: str
    sha256: str
    sm3: str
    size: int


def manifest(
    cut: Cut,
    *,
    sources: tuple[Source, ...],
    camera: str,
    clock_offset_ms: int | None,
    reviewer: str,
    reason: str,
    made_at: str,
    previous: str,
    asked_from_ms: int,
    asked_to_ms: int,
) -> dict[str, Any]:
    """Return the manifest; ``previous`` is ``digest`` of the manifest before, 64 zeros for the first."""
    raise NotImplementedError


def canonical(document: dict[str, Any]) -> bytes:
    """Return the one byte form that is stored and hashed; raises ValueError on floats and other types."""
    raise NotImplementedError


def digest(document: dict[str, Any]) -> str:
    """Return SHA-256 of the canonical form, the ``previous`` of the next manifest."""
    raise NotImplementedError
