"""Pictures on their way into a review copy: turned upright, of even and bounded size, encoded as H.264."""

from fractions import Fraction

import numpy as np
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

LARGEST = (1920, 1080)
ENCODER = {
    "preset": "veryfast",
    "crf": "23",
    "profile": "main",
    "bf": "0",
    "sc_threshold": "0",
    "forced-idr": "1",
    "g": "100000",
    "threads": "1",
}
"""Key frames only where they are asked for; no pictures out of order, so that any segment stands by itself."""


def encoder(sink: OutputContainer, width: int, height: int, rate: Fraction, **changed: str) -> VideoStream:
    """Return a new H.264 stream of the container; ``changed``: options of x264 other than ``ENCODER``."""
    stream = sink.add_stream("libx264", rate=rate, options=ENCODER | changed)
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    stream.codec_context.time_base = Fraction(1, 90_000)
    return stream


def upright(frame: VideoFrame, rotation: int) -> VideoFrame:
    """Return the picture turned clockwise by ``rotation`` degrees, with even sides within ``LARGEST``, as yuv420p."""
    width, height = frame.width, frame.height
    most = LARGEST if rotation % 180 == 0 else LARGEST[::-1]
    if width < height and rotation % 180 == 0:
        most = LARGEST[::-1]
    scale = min(Fraction(1), Fraction(most[0], width), Fraction(most[1], height))
    width, height = max(2, int(width * scale) // 2 * 2), max(2, int(height * scale) // 2 * 2)
    if rotation == 0:
        if (width, height, frame.format.name) == (frame.width, frame.height, "yuv420p"):
            return frame
        return frame.reformat(width=width, height=height, format="yuv420p")
    pixels = frame.reformat(width=width, height=height, format="rgb24").to_ndarray()
    turned = np.ascontiguousarray(np.rot90(pixels, -rotation // 90), dtype=np.uint8)
    return VideoFrame.from_ndarray(turned, format="rgb24").reformat(format="yuv420p")
