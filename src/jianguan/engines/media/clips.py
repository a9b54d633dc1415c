"""Evidence clips (证据片段): stream copy, nothing encoded anew, cut on key frames."""

from dataclasses import dataclass
from pathlib import Path

LONGEST_MS = 60_000


class BadCut(ValueError):
    """The clip cannot be cut; the message says why, in English."""


@dataclass(frozen=True, slots=True)
class Cut:
    """What was cut: exact in and out in milliseconds of the source (half open), size and digests of the file."""

    in_ms: int
    out_ms: int
    size: int
    sha256: str
    sm3: str

    @property
    def duration_ms(self) -> int:
        """Length of the clip."""
        return self.out_ms - self.in_ms


def cut(path: Path, from_ms: int, to_ms: int, out: Path) -> Cut:
    """Write the clip [from_ms, to_ms) as MP4 to ``out``: from the key frame at or before to that at or after it.

    Raises BadCut when nothing is asked, more than 60 s are asked, or the source has no picture there.
    """
    raise NotImplementedError
