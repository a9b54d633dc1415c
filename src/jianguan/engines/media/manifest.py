"""What an evidence clip is proven with (片段证明): one canonical JSON document, chained to the one before."""

from dataclasses import asdict, dataclass
from typing import Any

import av

from jianguan.engines.media.clips import Cut
from jianguan.engines.media.verify_clip import FORMAT, GENESIS, BadManifest, canonical, digest, read

__all__ = ["GENESIS", "BadManifest", "Source", "canonical", "digest", "manifest", "read"]

TOOL = "jianguan.media/1"


@dataclass(frozen=True, slots=True)
class Source:
    """One source recording of a clip: its id, digests and size in bytes."""

    id: str
    sha256: str
    sm3: str
    size: int


def manifest(
    cut: Cut,
    *,
    clip: str,
    sources: tuple[Source, ...],
    camera: str,
    clock_offset_ms: int | None,
    asked_from_ms: int,
    asked_to_ms: int,
    reviewer: str,
    reason: str,
    made_at: str,
    previous: str = GENESIS,
) -> dict[str, Any]:
    """Return the manifest of a clip file named ``clip``; store ``canonical`` of it as ``CLIP.manifest.json``.

    ``clock_offset_ms``: camera clock minus true time, None when unknown. ``made_at``: ISO 8601 with offset.
    ``previous``: ``digest`` of the manifest before, ``GENESIS`` for the first. Raises BadManifest on an unfit value.
    """
    document: dict[str, Any] = {
        "format": FORMAT,
        "clip": clip,
        "container": cut.container,
        "size": cut.size,
        "sha256": cut.sha256,
        "sm3": cut.sm3,
        "in_ms": cut.in_ms,
        "out_ms": cut.out_ms,
        "asked_from_ms": asked_from_ms,
        "asked_to_ms": asked_to_ms,
        "sources": [asdict(source) for source in sources],
        "camera": camera,
        "clock_offset_ms": clock_offset_ms,
        "reviewer": reviewer,
        "reason": reason,
        "made_at": made_at,
        "tools": {"tool": TOOL, "pyav": av.__version__, **_libraries()},
        "previous": previous,
    }
    return read(canonical(document))


def _libraries() -> dict[str, str]:
    return {name: ".".join(map(str, version)) for name, version in av.library_versions.items() if "format" in name}
