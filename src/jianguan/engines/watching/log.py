"""What happened in one viewing session (观看会话), in order and hash-chained, so that the credit can be recomputed."""

import hashlib
import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import TypeAlias

GENESIS = "0" * 64
"""The chain value before the first entry."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One piece of the review copy: number from 0, position in the copy and length in milliseconds."""

    n: int
    start_ms: int
    duration_ms: int

    @property
    def end_ms(self) -> int:
        """Where the next one begins."""
        return self.start_ms + self.duration_ms


@dataclass(frozen=True, slots=True)
class Copy:
    """Facts of the review copy, never the client's: length, pictures in 1000 seconds, its segments in order."""

    duration_ms: int
    millifps: int
    segments: tuple[Segment, ...]

    def between(self, from_ms: int, to_ms: int) -> tuple[Segment, ...]:
        """The segments that hold something of [from_ms, to_ms)."""
        first = bisect_right(self.segments, from_ms, key=lambda piece: piece.end_ms)
        last = bisect_left(self.segments, to_ms, key=lambda piece: piece.start_ms)
        return self.segments[first:last]


@dataclass(frozen=True, slots=True)
class Opened:
    """The server opened the session. ``screen``: sessions of one screen play side by side and in step."""

    session: str
    screen: str
    at: int


@dataclass(frozen=True, slots=True)
class Released:
    """The server gave out a single-use address of segment ``n``."""

    n: int
    at: int


@dataclass(frozen=True, slots=True)
class Served:
    """The server sent the last byte of segment ``n`` to this session."""

    n: int
    at: int


@dataclass(frozen=True, slots=True)
class Beat:
    """One heartbeat (心跳): what the player said, and when the server received it.

    ``client_ms``: milliseconds of a monotonic clock since the client received the session, or None when it sends one
    beat a request; several beats of one batch share ``received_at``. ``rate_percent``: 100 is normal. ``presented``:
    pictures shown since the session began. The player sends one about every second while playing and one at every
    play, pause, seek, change of speed or of visibility.
    """

    seq: int
    received_at: int
    client_ms: int | None
    media_ms: int
    rate_percent: int
    visible: bool
    playing: bool
    presented: int


Entry: TypeAlias = Opened | Released | Served | Beat


@dataclass(frozen=True, slots=True)
class Line:
    """An entry with the chain value up to and including it."""

    entry: Entry
    chain: str


class BrokenChain(ValueError):
    """The log was altered; ``position`` is the first line, from 0, that does not follow from the one before."""

    def __init__(self, position: int) -> None:
        super().__init__(f"line {position} does not follow from the line before")
        self.position = position


def chain(previous: str, entry: Entry) -> str:
    """Return SHA-256(previous chain value, line feed, canonical JSON of the entry) as 64 hexadecimal characters."""
    body = {"kind": type(entry).__name__.lower(), **asdict(entry)}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def lines(entries: Iterable[Entry], previous: str = GENESIS) -> Iterator[Line]:
    """Yield the entries with their chain values, going on from ``previous``."""
    for entry in entries:
        previous = chain(previous, entry)
        yield Line(entry, previous)


def verified(log: Iterable[Line]) -> Iterator[Entry]:
    """Yield the entries of a log from its first line on; raise BrokenChain where it was altered."""
    previous = GENESIS
    for position, line in enumerate(log):
        if chain(previous, line.entry) != line.chain:
            raise BrokenChain(position)
        previous = line.chain
        yield line.entry
