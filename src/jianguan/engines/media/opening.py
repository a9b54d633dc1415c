"""How a recording from outside is opened: known containers only, nothing but this one file, one thread."""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
from av.container import InputContainer
from av.video.stream import VideoStream

FORMATS = "mov,matroska,mpeg,mpegts,mpegvideo,avi,asf,flv,h264,hevc"
"""Demultiplexers that read one file. Play lists and picture sequences, which name other files, are not here."""
PICTURE_PIXELS = 4096 * 4096
"""Pixels of the largest picture decoded."""
BACK_SECONDS = (0, 4, 15, 60, 240)
FAILURES = (av.FFmpegError, OSError, ValueError, EOFError, MemoryError, IndexError)
"""What PyAV raises on bad bytes: libav's codes, Python's own errors for some, IndexError when a stream appears late."""


class Unplayable(ValueError):
    """Nothing can be decoded or copied; the message says why, in English."""


@contextmanager
def opened(path: Path, picture_pixels: int = PICTURE_PIXELS) -> Iterator[InputContainer]:
    """Open a file for reading; raises one of ``FAILURES`` when it is none of ``FORMATS``."""
    options = {
        "protocol_whitelist": "file",
        "format_whitelist": FORMATS,
        "max_pixels": str(picture_pixels),
        "threads": "1",
    }
    with av.open(str(path.resolve()), options=options, metadata_errors="replace") as container:
        yield container


@contextmanager
def video_of(path: Path, picture_pixels: int = PICTURE_PIXELS) -> Iterator[tuple[InputContainer, VideoStream]]:
    """Open a file with its first picture stream ready to decode on one thread; raises Unplayable."""
    try:
        with opened(path, picture_pixels) as container:
            stream = ready(container, picture_pixels)
            if stream is None:
                msg = "no video stream of a size that is decoded here"
                raise Unplayable(msg)
            yield container, stream
    except Unplayable:
        raise
    except FAILURES as failure:
        raise Unplayable(str(failure)) from failure


def ready(container: InputContainer, picture_pixels: int = PICTURE_PIXELS) -> VideoStream | None:
    """Return the first picture stream, on one thread and of bounded size; None when there is none or it is larger."""
    for stream in container.streams.video:
        context = stream.codec_context
        if context is None or not 0 < context.width * context.height <= picture_pixels:
            return None
        context.thread_count = 1
        context.options = {"max_pixels": str(picture_pixels)}
        return stream
    return None


def seek_before(container: InputContainer, stream: VideoStream, moment: int) -> None:
    """Place the reader so that the first key frame read lies at or before ``moment`` (units of the stream) if any does.

    Containers without an index (transport and program streams) are sought by guess, so this steps back until it fits.
    """
    unit = stream.time_base or Fraction(1, 1000)
    first = stream.start_time or 0
    for back in BACK_SECONDS:
        target = max(first, moment - round(back / unit))
        container.seek(target, stream=stream, backward=True)
        key = next((one.pts for one in container.demux(stream) if one.is_keyframe and one.pts is not None), None)
        if target == first or (key is not None and key <= moment):
            container.seek(target, stream=stream, backward=True)
            return
    container.seek(first, stream=stream, backward=True)


def clockwise(rotation: int) -> int:
    """Return by how many degrees clockwise a picture is to be turned; ``rotation`` as libav says it."""
    return -round(rotation / 90) * 90 % 360
