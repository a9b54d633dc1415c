"""The review copy (核查副本): H.264 in fragmented MP4, playable by Media Source Extensions in Chromium."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

TARGET_MS = 4_000
Progress = Callable[[int, int], None]
"""Called with milliseconds done and milliseconds in all."""


class Unplayable(ValueError):
    """No review copy can be made; the message says why, in English."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment: its file is a complete initialisation and one media fragment, to be appended as it is."""

    n: int
    start_ms: int
    duration_ms: int
    path: Path


@dataclass(frozen=True, slots=True)
class ReviewCopy:
    """A review copy. ``mime`` goes to ``addSourceBuffer``; ``transcoded`` says that the picture was encoded anew."""

    init: bytes
    segments: tuple[Segment, ...]
    mime: str
    duration_ms: int
    millifps: int
    width: int
    height: int
    transcoded: bool


def segment(path: Path, out: Path, target_ms: int = TARGET_MS, progress: Progress | None = None) -> ReviewCopy:
    """Write the segments of a review copy as ``00000.mp4`` … below ``out`` and return what they are.

    The stream is copied when it is H.264, upright, of even size and has key frames at least every ``2 * target_ms``;
    otherwise it is encoded anew. Raises Unplayable when nothing can be decoded.
    """
    raise NotImplementedError
