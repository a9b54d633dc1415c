"""What a file is and what is wrong with it (音像文件检测). Bad input is an answer here, never an exception."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Problem(StrEnum):
    """What is wrong with a file; several may hold."""

    MISSING = "missing"
    EMPTY = "empty"
    UNREADABLE = "unreadable"
    WRONG_EXTENSION = "wrong_extension"
    TRUNCATED = "truncated"
    NO_VIDEO = "no_video"
    STILL = "still"
    UNDECODABLE = "undecodable"
    DAMAGED = "damaged"
    WRONG_CODEC = "wrong_codec"
    NO_KEY_FRAMES = "no_key_frames"
    SPARSE_KEY_FRAMES = "sparse_key_frames"
    GAPS = "gaps"
    ROTATED = "rotated"
    ODD_SIZE = "odd_size"
    TOO_LARGE = "too_large"
    TOO_LONG = "too_long"
    TOO_MANY_STREAMS = "too_many_streams"
    GAVE_UP = "gave_up"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of a probe: streams, packets read, pixels of one picture and of all pictures decoded together."""

    streams: int = 16
    packets: int = 4_000_000
    picture_pixels: int = 4096 * 4096
    decoded_pixels: int = 24 * 4096 * 2304
    key_frames: int = 100_000
    cpu_seconds: int = 60
    memory_bytes: int = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Probe:
    """What a file is. Empty text or 0 where unknown; ``problems`` in order of ``Problem``.

    ``rotation``: degrees clockwise by which the picture must be turned to stand upright: 0, 90, 180 or 270.
    ``gaps``: (from, to) in milliseconds where pictures are missing for more than a second.
    ``creation_time``: as the container says it, ISO 8601, never verified.
    """

    container: str = ""
    codec: str = ""
    audio_codec: str = ""
    width: int = 0
    height: int = 0
    rotation: int = 0
    duration_ms: int = 0
    millifps: int = 0
    frames: int = 0
    key_frames_ms: tuple[int, ...] = ()
    gaps: tuple[tuple[int, int], ...] = ()
    has_audio: bool = False
    creation_time: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def playable(self) -> bool:
        """Whether a review copy can be made of it."""
        raise NotImplementedError

    @property
    def copyable(self) -> bool:
        """Whether the review copy can be made without encoding anew."""
        raise NotImplementedError


def probe(path: Path, limits: Limits = Limits()) -> Probe:
    """Return what the file is and what is wrong with it; never raises. Decodes up to 24 key frames."""
    raise NotImplementedError


def probe_apart(path: Path, limits: Limits = Limits()) -> Probe:
    """Probe in a process of its own with bounded CPU time and memory: for files from outside. Never raises."""
    raise NotImplementedError


def clock_shift_ms(probed: Probe, expected_start_ms: int) -> int | None:
    """Return the container's creation time minus the expected start (Unix milliseconds); None when it says none."""
    raise NotImplementedError
