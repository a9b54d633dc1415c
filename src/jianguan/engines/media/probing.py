"""What a file is and what is wrong with it (音像文件检测). Bad input is an answer here, never an exception."""

from array import array
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from av.codec.context import CodecContext
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from jianguan.engines.media.boxes import whole
from jianguan.engines.media.opening import FAILURES, PICTURE_PIXELS, clockwise, opened, ready

GAP_MS = 1_000
"""Time without a picture from which it is a gap."""
SPARSE_MS = 10_000
"""Distance of key frames from which a player cannot seek well."""
SAMPLES = 24
"""Key frames decoded at first; while a file goes on, every second, fourth … more."""
DAY_MS = 24 * 3_600_000
STILLS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"BM")
CONTAINERS = {"mov": "mp4", "matroska": "mkv", "mpeg": "ps", "mpegts": "ts"}
EXTENSIONS = {
    "mp4": {".mp4", ".m4v", ".mov", ".3gp", ".m4a"},
    "mkv": {".mkv", ".webm"},
    "ps": {".ps", ".mpg", ".mpeg", ".vob", ".mp4"},  # recorders name program streams .mp4
    "ts": {".ts", ".mts", ".m2ts"},
    "avi": {".avi"},
    "asf": {".asf", ".wmv"},
    "flv": {".flv"},
    "h264": {".h264", ".264"},
    "hevc": {".h265", ".265", ".hevc"},
    "mpegvideo": {".m1v", ".m2v", ".mpv"},
}


class Problem(StrEnum):
    """What is wrong with a file; several may hold."""

    MISSING = "missing"
    EMPTY = "empty"
    UNREADABLE = "unreadable"
    STILL = "still"
    WRONG_EXTENSION = "wrong_extension"
    TRUNCATED = "truncated"
    NO_VIDEO = "no_video"
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


FATAL = {
    Problem.MISSING,
    Problem.EMPTY,
    Problem.UNREADABLE,
    Problem.STILL,
    Problem.NO_VIDEO,
    Problem.UNDECODABLE,
    Problem.NO_KEY_FRAMES,
    Problem.TOO_LARGE,
    Problem.TOO_LONG,
    Problem.TOO_MANY_STREAMS,
    Problem.GAVE_UP,
}
"""With one of these no review copy is made."""
ENCODE_ANEW = {Problem.WRONG_CODEC, Problem.ROTATED, Problem.ODD_SIZE, Problem.DAMAGED}
"""With one of these the review copy is encoded anew."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of a probe: streams, packets read, pixels of one picture and of all pictures decoded together."""

    streams: int = 16
    packets: int = 4_000_000
    picture_pixels: int = PICTURE_PIXELS
    decoded_pixels: int = 200 * 1920 * 1088
    cpu_seconds: int = 60
    memory_bytes: int = 4 * 1024**3


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Probe:
    """What a file is. Empty text or 0 where unknown; ``problems`` in order of ``Problem``.

    ``rotation``: degrees clockwise by which the picture must be turned to stand upright: 0, 90, 180 or 270.
    ``millifps``: pictures in 1000 seconds. ``gaps``: (from, to) in milliseconds where pictures are missing for more
    than a second. ``creation_time``: as the container says it, ISO 8601, never verified.
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
        return not FATAL.intersection(self.problems)

    @property
    def longest_key_distance_ms(self) -> int:
        """Longest time between two key frames, or from the last to the end."""
        moments = (*self.key_frames_ms, self.duration_ms)
        return max((later - earlier for earlier, later in pairwise(moments)), default=0)


def probe(path: Path, limits: Limits = LIMITS) -> Probe:
    """Return what the file is and what is wrong with it; never raises. Decodes a sample of the key frames.

    Memory is bounded by ``limits``, time by the packets read; bad bytes may still keep a decoder busy: use
    ``probe_apart`` for files from outside.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(64)
    except (OSError, ValueError):
        return Probe(problems=(Problem.MISSING,))
    if size == 0:
        return Probe(problems=(Problem.EMPTY,))
    if _is_still(head):
        wrong = path.suffix.lower() not in {".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp"}
        return Probe(problems=(Problem.STILL, *([Problem.WRONG_EXTENSION] if wrong else [])))
    truncated = {Problem.TRUNCATED} if not whole(path) else set[Problem]()
    try:
        with opened(path, limits.picture_pixels) as container:
            found, problems = _probe(container, limits)
            if path.suffix.lower() not in EXTENSIONS.get(found.container, {path.suffix.lower()}):
                problems.add(Problem.WRONG_EXTENSION)
    except FAILURES:
        found, problems = Probe(), {Problem.UNREADABLE}
    problems |= truncated
    return replace(found, problems=tuple(one for one in Problem if one in problems))


def clock_shift_ms(probed: Probe, expected_start_ms: int) -> int | None:
    """Return the container's creation time minus the expected start (Unix milliseconds); None when it says none."""
    try:
        moment = datetime.fromisoformat(probed.creation_time)
    except ValueError:
        return None
    if moment.tzinfo is None or moment.year < 1990:
        return None
    return round(moment.timestamp() * 1000) - expected_start_ms


def _is_still(head: bytes) -> bool:
    if head[:4] == b"RIFF":
        return head[8:12] == b"WEBP"
    return head.startswith(STILLS)


def _probe(container: InputContainer, limits: Limits) -> tuple[Probe, set[Problem]]:
    name = container.format.name.split(",", maxsplit=1)[0]
    found = Probe(
        container=CONTAINERS.get(name, name),
        creation_time=str(container.metadata.get("creation_time", "")),
        has_audio=bool(container.streams.audio),
    )
    for sound in container.streams.audio[:1]:
        found = replace(found, audio_codec=_codec(sound.codec_context))
    if len(container.streams) > limits.streams:
        return found, {Problem.TOO_MANY_STREAMS}
    if not container.streams.video:
        return found, {Problem.NO_VIDEO}
    pictures = container.streams.video[0]
    context = pictures.codec_context
    if context is None:
        return found, {Problem.UNDECODABLE}
    found = replace(found, codec=_codec(context), width=context.width, height=context.height)
    if context.width * context.height > limits.picture_pixels:
        return found, {Problem.TOO_LARGE}
    stream = ready(container, limits.picture_pixels)
    if stream is None:
        return found, {Problem.UNDECODABLE}
    return _judge(found, _read(container, stream, limits), stream, container.duration or 0)


def _codec(context: CodecContext | None) -> str:
    return context.codec.canonical_name if context is not None else ""


@dataclass(slots=True)
class _Read:
    """What one pass over the packets showed; moments in units of the stream's clock."""

    moments: "array[int]" = field(default_factory=lambda: array("q"))
    keys: "array[int]" = field(default_factory=lambda: array("q"))
    good: int = 0
    bad: int = 0
    corrupt: int = 0
    rotation: int = 0
    pixels: int = 0
    full: bool = False
    broke: bool = False


def _read(container: InputContainer, stream: VideoStream, limits: Limits) -> _Read:
    seen = _Read()
    stride = 1
    try:
        for packets, packet in enumerate(container.demux(stream)):
            if packets >= limits.packets:
                seen.full = True
                break
            if packet.size == 0:
                continue
            seen.corrupt += packet.is_corrupt
            moment = _moment(packet, seen.moments[-1] if seen.moments else None, stream)
            seen.moments.append(moment)
            if not packet.is_keyframe:
                continue
            seen.keys.append(moment)
            if len(seen.keys) > SAMPLES * stride:
                stride *= 2
            if (len(seen.keys) - 1) % stride == 0 and seen.pixels < limits.decoded_pixels:
                _decode(packet, stream, seen)
    except FAILURES:
        seen.broke = True
    return seen


def _moment(packet: "Packet[VideoStream]", before: int | None, stream: VideoStream) -> int:
    """When the picture is shown; where a stream has no times, its pictures follow each other at its rate."""
    if packet.pts is not None:
        return packet.pts
    if packet.dts is not None:
        return packet.dts
    rate = stream.guessed_rate or Fraction(25)
    return 0 if before is None else before + round(1 / rate / (stream.time_base or Fraction(1, 1000)))


def _decode(packet: "Packet[VideoStream]", stream: VideoStream, seen: _Read) -> None:
    context = stream.codec_context
    frames: list[VideoFrame] = []
    with suppress(*FAILURES):
        frames = [*context.decode(packet), *context.decode(None)]
    context.flush_buffers()
    if not frames:
        seen.bad += 1
        return
    seen.good += 1
    seen.corrupt += frames[0].is_corrupt
    seen.rotation = clockwise(frames[0].rotation)
    seen.pixels += frames[0].width * frames[0].height


def _judge(found: Probe, seen: _Read, stream: VideoStream, declared: int) -> tuple[Probe, set[Problem]]:
    """``declared``: microseconds the container claims to last."""
    if not seen.moments:
        return found, {Problem.NO_VIDEO}
    unit = (stream.time_base or Fraction(1, 1000)) * 1000
    moments = sorted(seen.moments)
    first = moments[0]
    step = (moments[-1] - first) / max(1, len(moments) - 1) or 1 / (unit * (stream.guessed_rate or 25))
    gaps = tuple(
        (round((earlier - first) * unit), round((later - first) * unit))
        for earlier, later in pairwise(moments)
        if (later - earlier) * unit > GAP_MS and later - earlier > 3 * step
    )
    found = replace(
        found,
        rotation=seen.rotation,
        duration_ms=round((moments[-1] - first + Fraction(step)) * unit),
        millifps=round(1_000_000 / (Fraction(step) * unit)),
        frames=len(moments),
        key_frames_ms=tuple(round((moment - first) * unit) for moment in sorted(seen.keys)),
        gaps=gaps,
    )
    plain = found.codec == "h264" and stream.codec_context.pix_fmt in {"yuv420p", "yuvj420p"}
    short = declared / 1000 - found.duration_ms
    holds = {
        Problem.TRUNCATED: short > max(1_500, declared / 1000 * 0.05),
        Problem.UNDECODABLE: seen.good == 0 and seen.bad > 0,
        Problem.DAMAGED: seen.broke or seen.corrupt > 0 or (seen.bad > 0 and seen.good > 0),
        Problem.WRONG_CODEC: not plain,
        Problem.NO_KEY_FRAMES: not seen.keys,
        Problem.SPARSE_KEY_FRAMES: bool(seen.keys) and found.longest_key_distance_ms > SPARSE_MS,
        Problem.GAPS: bool(gaps),
        Problem.ROTATED: found.rotation != 0,
        Problem.ODD_SIZE: bool(found.width % 2 or found.height % 2),
        Problem.TOO_LONG: seen.full or found.duration_ms > DAY_MS,
    }
    return found, {problem for problem, yes in holds.items() if yes}
