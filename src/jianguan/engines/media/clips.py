"""Evidence clips (证据片段): stream copy, nothing encoded anew, cut on key frames."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.video.stream import VideoStream
from cryptography.hazmat.primitives import hashes

from jianguan.engines.media.opening import FAILURES, Unplayable, seek_before, video_of

LONGEST_MS = 60_000
CHUNK = 1024 * 1024
SOUND_OF_MP4 = {"aac", "mp3", "ac3", "opus"}
"""Sound that an MP4 file may hold; with any other the clip is a QuickTime file, which may hold G.711."""


class BadCut(ValueError):
    """The clip cannot be cut; the message says why, in English."""


@dataclass(frozen=True, slots=True)
class Cut:
    """What was cut: exact in and out in milliseconds of the source (half open); format, size, digests of the file."""

    in_ms: int
    out_ms: int
    container: str
    size: int
    sha256: str
    sm3: str

    @property
    def duration_ms(self) -> int:
        """Length of the clip."""
        return self.out_ms - self.in_ms


def cut(path: Path, from_ms: int, to_ms: int, out: Path) -> Cut:
    """Write the clip [from_ms, to_ms) to ``out``: from the key frame at or before to the one at or after it.

    Never longer than 60 s: where the key frame after the end lies beyond that, the one before it is the end. Times
    count from the first picture. Raises BadCut when nothing or more than 60 s is asked, or there are no pictures.
    """
    if not 0 <= from_ms < to_ms or to_ms - from_ms > LONGEST_MS:
        msg = f"a clip lasts between 1 and {LONGEST_MS} ms: {from_ms} to {to_ms}"
        raise BadCut(msg)
    try:
        with video_of(path) as (source, pictures):
            begin, end = _borders(source, pictures, from_ms, to_ms)
            sound = next(iter(source.streams.audio), None)
            container = "mp4" if sound is None or _name(sound) in SOUND_OF_MP4 else "mov"
            options = {"movflags": "faststart", "fflags": "bitexact"}
            with av.open(str(out), "w", format=container, options=options) as sink:
                _write(source, pictures, sound, (begin, end), sink)
            first, unit = pictures.start_time or 0, pictures.time_base or Fraction(1, 1000)
    except (*FAILURES, Unplayable) as failure:
        if isinstance(failure, BadCut):
            raise
        raise BadCut(str(failure)) from failure
    sha256, sm3, size = hashes.Hash(hashes.SHA256()), hashes.Hash(hashes.SM3()), 0
    with out.open("rb") as file:
        while chunk := file.read(CHUNK):
            sha256.update(chunk)
            sm3.update(chunk)
            size += len(chunk)
    return Cut(
        in_ms=round((begin - first) * unit * 1000),
        out_ms=round((end - first) * unit * 1000),
        container=container,
        size=size,
        sha256=sha256.finalize().hex(),
        sm3=sm3.finalize().hex(),
    )


def _name(stream: AudioStream) -> str:
    return stream.codec_context.codec.canonical_name if stream.codec_context is not None else ""


def _borders(source: InputContainer, pictures: VideoStream, from_ms: int, to_ms: int) -> tuple[int, int]:
    """Return first and last moment of the clip in units of the stream."""
    unit = pictures.time_base or Fraction(1, 1000)
    first = pictures.start_time or 0
    asked, until = (first + round(Fraction(moment, 1000) / unit) for moment in (from_ms, to_ms))
    begin: int | None = None
    ends: list[int] = []
    last = first
    seek_before(source, pictures, asked)
    for packet in source.demux(pictures):
        if packet.size == 0 or packet.pts is None:
            continue
        last = max(last, packet.pts + (packet.duration or 0))
        if not packet.is_keyframe:
            continue
        if begin is None or packet.pts <= asked:
            begin = packet.pts
        elif packet.pts > begin:
            ends.append(packet.pts)
        if packet.pts >= until:
            break
    else:
        ends.append(last)
    if begin is None or last <= asked or begin >= until:
        msg = f"no pictures between {from_ms} and {to_ms} ms"
        raise BadCut(msg)
    fitting = [end for end in ends if begin < end and (end - begin) * unit * 1000 <= LONGEST_MS]
    if not fitting:
        msg = f"key frames are more than {LONGEST_MS} ms apart"
        raise BadCut(msg)
    return begin, fitting[-1]


def _write(
    source: InputContainer,
    pictures: VideoStream,
    sound: AudioStream | None,
    borders: tuple[int, int],
    sink: OutputContainer,
) -> None:
    begin, end = borders
    unit = pictures.time_base or Fraction(1, 1000)
    seek_before(source, pictures, begin)
    targets: dict[object, VideoStream | AudioStream] = {pictures: sink.add_stream_from_template(pictures)}
    if sound is not None:
        targets[sound] = sink.add_stream_from_template(sound)
    wanted = set(targets)
    started = False
    for packet in source.demux([pictures, *([sound] if sound is not None else [])]):
        if not wanted:
            break
        stream, clock = packet.stream, packet.time_base
        if packet.size == 0 or packet.pts is None or packet.dts is None or clock is None or stream not in wanted:
            continue
        moment = packet.pts * clock / unit
        if stream is pictures:
            started = started or (packet.is_keyframe and packet.pts == begin)
            if packet.is_keyframe and moment >= end:
                wanted.discard(pictures)
            if not started or moment < begin or stream not in wanted:
                continue
        elif not begin <= moment < end:
            if moment >= end:
                wanted.discard(stream)
            continue
        shift = round(begin * unit / clock)
        packet.pts, packet.dts = packet.pts - shift, packet.dts - shift
        packet.stream = targets[stream]
        sink.mux(packet)
