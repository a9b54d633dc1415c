"""The review copy (核查副本): H.264 in fragmented MP4, playable by Media Source Extensions in Chromium."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from jianguan.engines.media.boxes import Span, Splitter, span
from jianguan.engines.media.opening import FAILURES, Unplayable, video_of
from jianguan.engines.media.picture import encoder, upright
from jianguan.engines.media.probing import ENCODE_ANEW, Probe, probe

TARGET_MS = 4_000
JITTER_MS = 150
"""A key frame this much too early still ends a segment."""
UNIT = Fraction(1, 90_000)
SOUND_RATE = 48_000
FRAGMENTED = {
    "movflags": "frag_keyframe+empty_moov+default_base_moof+negative_cts_offsets",
    "use_editlist": "0",
    "fflags": "bitexact",
}
Progress = Callable[[int, int], None]
"""Called with milliseconds done and milliseconds in all."""


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


def segment(
    path: Path,
    out: Path,
    target_ms: int = TARGET_MS,
    progress: Progress | None = None,
    probed: Probe | None = None,
) -> ReviewCopy:
    """Write the segments of a review copy as ``00000.mp4`` … into ``out``, a folder of its own; say what they are.

    The stream is copied when it is sound H.264, upright, of even size and has a key frame at least every
    ``2 * target_ms``; otherwise it is encoded anew. Raises Unplayable when nothing can be decoded.
    """
    known = probe(path) if probed is None else probed
    if not known.playable:
        raise Unplayable(", ".join(known.problems))
    out.mkdir(parents=True, exist_ok=True)
    copied = not ENCODE_ANEW.intersection(known.problems) and known.longest_key_distance_ms <= 2 * target_ms
    if copied:
        with suppress(Unplayable):  # pictures without times, as in program streams, cannot be copied but decoded
            return _Making(out, target_ms, known, progress).run(path, True)
        for left in out.glob("[0-9]*.mp4"):
            left.unlink()
    return _Making(out, target_ms, known, progress).run(path, False)


class _Making:
    """One review copy in the making."""

    def __init__(self, out: Path, target_ms: int, known: Probe, progress: Progress | None) -> None:
        self.out, self.target_ms, self.known = out, target_ms, known
        self.progress = progress or (lambda done, total: None)
        self.spans: list[Span] = []
        self.size = (0, 0)

    def run(self, path: Path, copied: bool) -> ReviewCopy:
        splitter = Splitter(self._take)
        options = FRAGMENTED | {"min_frag_duration": str((self.target_ms - JITTER_MS) * 1000)}
        with video_of(path) as (source, pictures):
            # A container without a seekable file: each fragment leaves as soon as it is complete.
            with av.open(splitter, "w", format="mp4", options=options) as sink:
                (self._copy if copied else self._encode)(source, pictures, sink)
            sound = bool(source.streams.audio) and b"mp4a" in splitter.init
        if not self.spans:
            msg = "no picture could be copied or decoded"
            raise Unplayable(msg)
        starts = [one.start_ms for one in self.spans] + [self.spans[-1].end_ms]
        self.progress(starts[-1], starts[-1])
        return ReviewCopy(
            init=splitter.init,
            segments=tuple(
                Segment(n, starts[n], starts[n + 1] - starts[n], self._path(n)) for n in range(len(self.spans))
            ),
            mime=mime(splitter.init, sound),
            duration_ms=starts[-1],
            millifps=self.known.millifps,
            width=self.size[0],
            height=self.size[1],
            transcoded=not copied,
        )

    def _path(self, n: int) -> Path:
        return self.out / f"{n:05}.mp4"

    def _take(self, init: bytes, fragment: bytes) -> None:
        self._path(len(self.spans)).write_bytes(init + fragment)
        self.spans.append(span(init, fragment))
        self.progress(min(self.spans[-1].end_ms, self.known.duration_ms), self.known.duration_ms)

    def _copy(self, source: InputContainer, pictures: VideoStream, sink: OutputContainer) -> None:
        self.size = pictures.codec_context.width, pictures.codec_context.height
        target = sink.add_stream_from_template(pictures)
        sound = _Sound(source, sink)
        start: Fraction | None = None
        for packet in source.demux([pictures, *source.streams.audio[:1]]):
            if packet.stream is not pictures:
                sound.put(packet, start)
                continue
            if packet.size == 0 or (start is None and not packet.is_keyframe):
                continue
            if packet.pts is None or packet.dts is None or packet.time_base is None:
                msg = "pictures without times"
                raise ValueError(msg)
            if start is None:
                start = packet.pts * packet.time_base
            shift = round(start / packet.time_base)
            if packet.pts < shift:
                continue  # leads into the first key frame from pictures that are not here
            packet.pts, packet.dts = packet.pts - shift, packet.dts - shift
            packet.stream = target
            sink.mux(packet)
        sound.end()

    def _encode(self, source: InputContainer, pictures: VideoStream, sink: OutputContainer) -> None:
        rate = Fraction(max(1_000, min(60_000, self.known.millifps)), 1000).limit_denominator(1001)
        target: VideoStream | None = None
        sound: _Sound | None = None
        start: Fraction | None = None
        last, next_key = -1, 0
        for packet in source.demux([pictures, *source.streams.audio[:1]]):
            if packet.stream is not pictures:
                if sound is not None:
                    sound.put(packet, start)
                continue
            for frame in _frames(packet):
                moment = frame.time_base * frame.pts if frame.pts is not None and frame.time_base else None
                if start is None:
                    start = moment or Fraction(0)
                pts = round((moment - start) / UNIT) if moment is not None else last + round(1 / rate / UNIT)
                if pts <= last:
                    continue
                image = upright(frame, self.known.rotation)
                if target is None:
                    target = encoder(sink, image.width, image.height, rate)
                    self.size = image.width, image.height
                    sound = _Sound(source, sink)  # after the pictures: theirs is the first track
                if (image.width, image.height) != self.size:
                    image = image.reformat(width=self.size[0], height=self.size[1], format="yuv420p")
                image.pts, image.time_base = pts, UNIT
                image.pict_type = av.video.frame.PictureType.I if pts >= next_key else av.video.frame.PictureType.NONE
                if pts >= next_key:
                    next_key = pts + round(Fraction(self.target_ms, 1000) / UNIT)
                last = pts
                sink.mux(target.encode(image))
        if target is not None:
            sink.mux(target.encode(None))
        if sound is not None:
            sound.end()


class _Sound:
    """The first sound track: copied when it is AAC, encoded as AAC otherwise, left out when it cannot be."""

    def __init__(self, source: InputContainer, sink: OutputContainer) -> None:
        self._sink = sink
        self._source = next(iter(source.streams.audio), None)
        self._target: AudioStream | None = None
        self._resampler: av.AudioResampler | None = None
        if self._source is None or self._source.codec_context is None or not self._source.codec_context.sample_rate:
            self._source = None
        elif self._source.codec_context.name == "aac" and self._source.codec_context.extradata:
            self._target = sink.add_stream_from_template(self._source)
        else:
            self._target = sink.add_stream("aac", rate=SOUND_RATE, layout="mono")
            self._resampler = av.AudioResampler("fltp", "mono", SOUND_RATE)

    def put(self, packet: "Packet[Any]", start: Fraction | None) -> None:
        """Take a packet; sound before the first picture is left out."""
        if start is None or self._target is None or packet.size == 0:
            return
        if self._resampler is None:
            if packet.pts is None or packet.dts is None or packet.time_base is None:
                return
            shift = round(start / packet.time_base)
            if packet.dts >= shift:
                packet.pts, packet.dts = packet.pts - shift, packet.dts - shift
                packet.stream = self._target
                self._sink.mux(packet)
            return
        for frame in _sounds(packet):
            if frame.pts is None or frame.time_base is None or frame.pts * frame.time_base < start:
                continue
            frame.pts -= round(start / frame.time_base)
            for piece in self._resampler.resample(frame):
                self._mux(self._target.encode(piece))

    def end(self) -> None:
        """Flush what the encoder holds back."""
        if self._resampler is not None and self._target is not None:
            self._mux(self._target.encode(None))

    def _mux(self, packets: "list[Packet[AudioStream]]") -> None:
        for packet in packets:
            if packet.pts is not None and packet.pts >= 0:  # the encoder's silent lead-in
                self._sink.mux(packet)


def _frames(packet: "Packet[Any]") -> Iterator[VideoFrame]:
    """Decode; bad bytes are passed over, as a player does."""
    try:
        for frame in packet.decode():
            if isinstance(frame, VideoFrame):
                yield frame
    except FAILURES:
        return


def _sounds(packet: "Packet[Any]") -> Iterator[av.AudioFrame]:
    try:
        for frame in packet.decode():
            if isinstance(frame, av.AudioFrame):
                yield frame
    except FAILURES:
        return


def mime(init: bytes, sound: bool) -> str:
    """Return the MIME type of an initialisation: profile, constraints and level from its avcC box (ISO 14496-15)."""
    place = init.find(b"avcC")
    if place < 0:
        msg = "no H.264 in the initialisation"
        raise Unplayable(msg)
    pictures = f"avc1.{init[place + 5 : place + 8].hex()}"
    return f'video/mp4; codecs="{pictures}, mp4a.40.2"' if sound else f'video/mp4; codecs="{pictures}"'
