"""A code word burnt into one segment of a review copy (随机码叠加)."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.video.frame import PictureType, VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from jianguan.engines.media.boxes import HEADER, Span, Splitter, span
from jianguan.engines.media.opening import FAILURES, Unplayable, video_of
from jianguan.engines.media.picture import encoder
from jianguan.engines.media.review_copy import FRAGMENTED

SHARE = 8
"""The letters are an eighth of the picture high."""
PRESET = "ultrafast"
"""Somebody waits for this segment; it is seen once, so its size does not matter."""


def overlay(path: Path, text: str, place: int = 0) -> bytes:
    """Return the segment (a file of ``segment``) encoded anew with ``text`` in a corner: 0 top left, clockwise to 3.

    Position in the copy and length stay; the answer begins with its own initialisation and is appended like any other.
    Sound is copied. Raises Unplayable when the segment cannot be decoded.
    """
    fragments: list[bytes] = []
    splitter = Splitter(lambda init, fragment: fragments.append(fragment))
    options = FRAGMENTED | {"movflags": FRAGMENTED["movflags"] + "+frag_discont", "avoid_negative_ts": "disabled"}
    try:
        with (
            video_of(path) as (source, pictures),
            av.open(splitter, "w", format="mp4", options=options) as sink,
        ):
            context = pictures.codec_context
            _burn(source, pictures, sink, _Label(text, place, context.width, context.height), _span(path))
    except FAILURES as failure:
        raise Unplayable(str(failure)) from failure
    if len(fragments) != 1:
        msg = f"{len(fragments)} fragments where one is wanted"
        raise Unplayable(msg)
    return splitter.init + fragments[0]


def _span(path: Path) -> Span:
    data = path.read_bytes()
    place = data.find(b"moof") - HEADER // 2
    if place < 0:
        msg = "no fragment"
        raise ValueError(msg)
    return span(data[:place], data[place:])


def _burn(source: InputContainer, pictures: VideoStream, sink: OutputContainer, label: "_Label", was: Span) -> None:
    """Decode, draw, encode; ``was`` says when the first picture is shown, which libav does not tell exactly."""
    unit = pictures.time_base or Fraction(1, was.scale)
    width, height = pictures.codec_context.width, pictures.codec_context.height
    target = encoder(sink, width, height, pictures.guessed_rate or Fraction(25), preset=PRESET)
    target.codec_context.time_base = unit
    sounds = source.streams.audio[:1]
    sound = sink.add_stream_from_template(sounds[0]) if sounds else None
    packets: list[Packet[Any]] = []
    moments: list[int] = []
    for packet in source.demux([pictures, *sounds]):
        if packet.stream is not pictures:
            if sound is not None and packet.size:
                packet.stream = sound
                packets.append(packet)
            continue
        for frame in packet.decode():
            if isinstance(frame, VideoFrame) and frame.pts is not None:
                image = label.on(frame)
                shift = moments[0] if moments else frame.pts
                image.pts, image.time_base = frame.pts - shift + was.start, unit
                image.pict_type = PictureType.NONE if moments else PictureType.I
                moments.append(frame.pts)
                packets.extend(target.encode(image))
    packets.extend(target.encode(None))
    moments = [moment - moments[0] + was.start for moment in moments] + [was.start + was.length]
    lengths = {moment: later - moment for moment, later in pairwise(moments)}
    for packet in packets:
        if packet.stream is target and packet.pts is not None:
            packet.duration = lengths.get(packet.pts, 0)
    for packet in sorted(packets, key=lambda one: (one.dts or 0) * (one.time_base or unit)):
        sink.mux(packet)


class _Label:
    """Letters on a dark plate, drawn once and laid over every picture."""

    def __init__(self, text: str, place: int, width: int, height: int) -> None:
        font = ImageFont.load_default(max(12, height // SHARE))
        box = font.getbbox(text)
        pad = max(4, height // 60)
        plate_width = min(width, int(box[2] - box[0]) + 2 * pad) // 2 * 2
        plate_height = min(height, int(box[3] - box[1]) + 2 * pad) // 2 * 2
        plate = Image.new("L", (plate_width, plate_height), 16)
        ImageDraw.Draw(plate).text((pad - box[0], pad - box[1]), text, fill=235, font=font)
        self._luma: NDArray[np.uint8] = np.asarray(plate)
        margin = max(2, height // 40)
        left, top = place % 4 in {0, 3}, place % 4 in {0, 1}
        self._x = max(0, margin if left else width - plate_width - margin) // 2 * 2
        self._y = max(0, margin if top else height - plate_height - margin) // 2 * 2

    def on(self, frame: VideoFrame) -> VideoFrame:
        """Return a copy of the picture with the plate on it."""
        width, height = frame.width, frame.height
        pixels = frame.reformat(format="yuv420p").to_ndarray()
        high, wide = self._luma.shape
        pixels[self._y : self._y + high, self._x : self._x + wide] = self._luma
        colours = pixels[height:].reshape(2, height // 2, width // 2)
        colours[:, self._y // 2 : (self._y + high) // 2, self._x // 2 : (self._x + wide) // 2] = 128
        return VideoFrame.from_ndarray(pixels, format="yuv420p")
