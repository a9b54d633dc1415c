"""Single pictures out of a recording (截图)."""

import io
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image, ImageStat

from jianguan.engines.media.opening import FAILURES, Unplayable, clockwise, seek_before, video_of

DECODED = 3_000
"""Pictures decoded at most on the way from a key frame to the moment asked for."""
POSTERS = 10
DARK, FLAT = 24, 4
"""Mean and spread of brightness (0–255) up to which a picture is taken as black or empty."""


def snapshot(path: Path, at_ms: int) -> bytes:
    """Return the picture shown at ``at_ms`` after the first, upright, as PNG; raises Unplayable when there is none."""
    with video_of(path) as (container, stream):
        unit = stream.time_base or Fraction(1, 1000)
        first = stream.start_time or 0
        wanted = first + round(Fraction(at_ms, 1000) / unit)
        shown: VideoFrame | None = None
        ended = True
        seek_before(container, stream, wanted)
        for number, frame in enumerate(_frames(container, stream)):
            if frame.pts is not None and frame.pts > wanted and shown is not None:
                ended = False
                break
            if number >= DECODED:
                msg = f"no key frame within {DECODED} pictures before {at_ms} ms"
                raise Unplayable(msg)
            shown = frame
        beyond = ended and shown is not None and (wanted - (shown.pts or 0)) * unit > 1
        if shown is None or beyond or at_ms < 0:
            msg = f"no picture at {at_ms} ms"
            raise Unplayable(msg)
        out = io.BytesIO()
        _upright(shown).save(out, "PNG")
        return out.getvalue()


def poster(path: Path, width: int = 640) -> bytes:
    """Return the first key picture that is not black, at most ``width`` pixels wide, as JPEG; raises Unplayable."""
    with video_of(path) as (container, stream):
        stream.codec_context.skip_frame = "NONKEY"
        chosen: Image.Image | None = None
        for number, frame in enumerate(_frames(container, stream)):
            image = _upright(frame)
            told = ImageStat.Stat(image.convert("L"))
            shows = told.mean[0] > DARK and told.stddev[0] > FLAT
            if chosen is None or shows:
                chosen = image
            if shows or number + 1 >= POSTERS:
                break
        if chosen is None:
            msg = "no picture can be decoded"
            raise Unplayable(msg)
        chosen.thumbnail((width, width * 4))
        out = io.BytesIO()
        chosen.save(out, "JPEG", quality=85)
        return out.getvalue()


def _frames(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    for packet in container.demux(stream):
        try:
            frames = packet.decode()
        except FAILURES:
            continue
        yield from (frame for frame in frames if isinstance(frame, VideoFrame))


def _upright(frame: VideoFrame) -> Image.Image:
    return frame.to_image().rotate(-clockwise(frame.rotation), expand=True)
