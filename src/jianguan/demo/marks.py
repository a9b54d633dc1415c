"""Chance without chance: the same parts always give the same number."""

import zlib


def mark(*parts: object) -> int:
    """A number from 0 to 99 that is always the same for the same parts."""
    return zlib.crc32("|".join(str(part) for part in parts).encode()) % 100
