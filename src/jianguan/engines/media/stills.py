"""Single pictures out of a recording (截图)."""

from pathlib import Path


def snapshot(path: Path, at_ms: int) -> bytes:
    """Return the picture shown at ``at_ms``, upright, as PNG; raises Unplayable when there is none."""
    raise NotImplementedError


def poster(path: Path, width: int = 640) -> bytes:
    """Return the first picture that is not black, at most ``width`` pixels wide, as JPEG; raises Unplayable."""
    raise NotImplementedError
