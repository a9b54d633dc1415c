"""A code word burnt into one segment of a review copy (随机码叠加)."""

from pathlib import Path


def overlay(path: Path, text: str, place: int = 0) -> bytes:
    """Return the segment (a file of ``segment``) encoded anew with ``text`` in a corner: 0 top left, clockwise to 3.

    Position in the copy and length stay; the answer begins with its own initialisation and is appended like any other.
    Raises Unplayable when the segment cannot be decoded.
    """
    raise NotImplementedError
