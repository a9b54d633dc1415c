"""What counts as one reference, how ranges join, and what a player is told, on plain values."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

SIDE_BY_SIDE = 4
"""Recordings that one screen shows; more earn nothing (engines.watching)."""
LONGEST_BATCH = 600
"""Beats of one session that one request may carry: ten minutes of a lost network."""
LATE_BEATS = 40
"""Beats from which a figure is told while a recording plays: well over two batches and the shortest run that counts."""
ADDRESS_LIFE = dt.timedelta(seconds=120)
"""How long an address that nobody used stays good."""
REF = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,39}(/[0-9]{1,18})?")

Ranges = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Said:
    """One beat as the player tells it; milliseconds, percent, pictures presented since the session began."""

    seq: int
    client_ms: int
    position_ms: int
    rate_percent: int
    visible: bool
    playing: bool
    frames: int


def joined(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Return the union of half-open ranges, in order and disjoint."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


def length(ranges: Iterable[tuple[int, int]]) -> int:
    """Return the milliseconds of disjoint ranges."""
    return sum(end - start for start, end in ranges)


def inside(ranges: Iterable[tuple[int, int]], start: int, end: int) -> bool:
    """Whether one of the disjoint ranges holds all of [start, end)."""
    return any(first <= start and end <= last for first, last in ranges)


def answered(asked: int, right: int) -> bool:
    """Whether the checks are answered well enough: one at least, and no more misses than right answers."""
    return right > 0 and right * 2 >= asked


def disorder(said: Iterable[Said], *, last_seq: int, last_client_ms: int) -> str:
    """Return why new beats do not follow the last one, in Chinese; empty when they do."""
    for one in said:
        if one.seq != last_seq + 1:
            return "心跳序号不连续"
        if one.client_ms < last_client_ms:
            return "心跳的终端计时倒退"
        last_seq, last_client_ms = one.seq, one.client_ms
    return ""
