"""Boxes of ISO base media files (ISO/IEC 14496-12): is a file whole, where does a fragment begin and end."""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

HEADER = 8
LARGEST_FRAGMENT = 512 * 1024 * 1024


def boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterator[tuple[bytes, int, int]]:
    """Yield (type, begin of the content, end) of the boxes in ``data[start:end]``; raises ValueError on nonsense."""
    end = len(data) if end is None else end
    while start < end:
        if end - start < HEADER:
            msg = "a box without room for its header"
            raise ValueError(msg)
        size, kind = struct.unpack_from(">I4s", data, start)
        begin = start + HEADER
        if size == 1 and end - start >= 2 * HEADER:
            size = struct.unpack_from(">Q", data, begin)[0]
            begin += 8
        size = size or end - start
        if size < begin - start or start + size > end:
            msg = "a box longer than what it lies in"
            raise ValueError(msg)
        yield kind, begin, start + size
        start += size


def inner(data: bytes, *path: bytes) -> bytes:
    """Return the content of the first box found by going down ``path``; raises ValueError when there is none."""
    start, end = 0, len(data)
    for kind in path:
        found = next(((begin, stop) for name, begin, stop in boxes(data, start, end) if name == kind), None)
        if found is None:
            msg = f"no box {kind.decode()}"
            raise ValueError(msg)
        start, end = found
    return data[start:end]


def whole(path: Path) -> bool:
    """Whether no box at the top of an MP4 file reaches beyond its end; other files are taken as whole."""
    size = path.stat().st_size
    with path.open("rb") as file:
        place, seen_moov, number = 0, False, 0
        while place < size:
            file.seek(place)
            head = file.read(2 * HEADER)
            if len(head) < HEADER:
                return number == 0
            length, kind = struct.unpack_from(">I4s", head)
            if number == 0 and kind not in {b"ftyp", b"moov", b"free", b"wide", b"styp"}:
                return True
            if length == 1 and len(head) == 2 * HEADER:
                length = struct.unpack_from(">Q", head, HEADER)[0]
            if length == 0:
                return seen_moov or kind == b"moov"
            if length < HEADER:
                return True  # not truncated but nonsense: the demultiplexer will say so
            seen_moov = seen_moov or kind == b"moov"
            place += length
            number += 1
        return place == size and seen_moov


@dataclass(frozen=True, slots=True)
class Span:
    """When the first picture of a fragment is shown and how long its pictures last, in ``scale`` units a second."""

    start: int
    length: int
    scale: int

    @property
    def start_ms(self) -> int:
        """When the first picture is shown, milliseconds."""
        return round(self.start * 1000 / self.scale)

    @property
    def end_ms(self) -> int:
        """When the last picture has been shown, milliseconds."""
        return round((self.start + self.length) * 1000 / self.scale)


def timescale(init: bytes) -> int:
    """Return the units a second of the first track."""
    content = inner(init, b"moov", b"trak", b"mdia", b"mdhd")
    return int(struct.unpack_from(">I", content, 20 if content[0] == 1 else 12)[0])


def span(init: bytes, fragment: bytes) -> Span:
    """Return when the pictures of a fragment are shown; the first track of ``init`` is that of the pictures."""
    traf = inner(fragment, b"moof", b"traf")
    tfdt = inner(traf, b"tfdt")
    decode = int.from_bytes(tfdt[4:12] if tfdt[0] == 1 else tfdt[4:8])
    default = _default_duration(inner(traf, b"tfhd"))
    length, first = 0, None
    for kind, begin, end in boxes(traf):
        if kind == b"trun":
            for duration, shift in _samples(traf[begin:end], default):
                first = shift if first is None else first
                length += duration
    return Span(decode + (first or 0), length, timescale(init))


def _default_duration(tfhd: bytes) -> int:
    flags = int.from_bytes(tfhd[1:4])
    place = 8 + (8 if flags & 0x1 else 0) + (4 if flags & 0x2 else 0)
    return int.from_bytes(tfhd[place : place + 4]) if flags & 0x8 else 0


def _samples(trun: bytes, default: int) -> Iterator[tuple[int, int]]:
    """Yield (duration, shift from decoding to showing) of each sample of a track run."""
    flags = int.from_bytes(trun[1:4])
    count = int.from_bytes(trun[4:8])
    place = 8 + (4 if flags & 0x1 else 0) + (4 if flags & 0x4 else 0)
    for _ in range(count):
        duration, shift = default, 0
        for flag in (0x100, 0x200, 0x400, 0x800):
            if flags & flag:
                value = trun[place : place + 4]
                place += 4
                if flag == 0x100:
                    duration = int.from_bytes(value)
                elif flag == 0x800:
                    shift = int.from_bytes(value, signed=trun[0] == 1)
        yield duration, shift


class Splitter:
    """A file to write a fragmented MP4 to; calls ``take(init, fragment)`` for each fragment, and keeps none."""

    def __init__(self, take: Callable[[bytes, bytes], None]) -> None:
        self.init = b""
        self._take = take
        self._fragment = b""
        self._pending = bytearray()

    def write(self, data: bytes) -> int:
        """Take the next bytes; raises ValueError when a fragment grows beyond all measure."""
        self._pending += data
        while len(self._pending) >= HEADER:
            size, kind = struct.unpack_from(">I4s", self._pending)
            if size == 1:
                if len(self._pending) < 2 * HEADER:
                    break
                size = struct.unpack_from(">Q", self._pending, HEADER)[0]
            if size > LARGEST_FRAGMENT:
                msg = "a fragment beyond all measure"
                raise ValueError(msg)
            if len(self._pending) < size:
                break
            self._box(kind, bytes(self._pending[:size]))
            del self._pending[:size]
        return len(data)

    def _box(self, kind: bytes, box: bytes) -> None:
        if kind in {b"ftyp", b"moov"}:
            self.init += box
        elif kind == b"moof":
            self._fragment = box
        elif kind == b"mdat":
            self._take(self.init, self._fragment + box)
