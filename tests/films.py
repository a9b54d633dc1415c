"""Recordings drawn for tests, good ones and bad ones; small, and made when they are asked for."""

import random
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image

SOUND_RATE = 8_000
TUNE = {"libx264": {"preset": "ultrafast"}, "libx265": {"preset": "ultrafast", "x265-params": "log-level=none"}}


def film(
    path: Path,
    *,
    codec: str = "libx264",
    seconds: float = 6,
    fps: int = 25,
    size: tuple[int, int] = (320, 240),
    key_every: int = 50,
    out_of_order: int = 0,
    sound: str | None = None,
    rotation: int = 0,
    created: str | None = None,
    container: str = "mp4",
    missing: range = range(0),
    pix_fmt: str = "yuv420p",
) -> Path:
    """Write a film of a bar that moves right; ``missing``: seconds in which no picture was recorded."""
    options = {"movflags": "use_metadata_tags"} if created else {}
    with av.open(str(path), "w", format=container, options=options) as sink:
        if created:
            sink.metadata["creation_time"] = created
        pictures = sink.add_stream(codec, rate=fps, options=dict(TUNE.get(codec, {})) | {"sc_threshold": "0"})
        pictures.width, pictures.height, pictures.pix_fmt = *size, pix_fmt
        pictures.gop_size, pictures.codec_context.max_b_frames = key_every, out_of_order
        if rotation:
            pictures.set_display_rotation(rotation)
        ear = sink.add_stream(sound, rate=SOUND_RATE, layout="mono") if sound else None
        for number in range(round(seconds * fps)):
            if number // fps not in missing:
                frame = av.VideoFrame.from_ndarray(drawn(number, size), format="rgb24")
                frame.pts, frame.time_base = number, Fraction(1, fps)
                sink.mux(pictures.encode(frame))
            if ear is not None and number % fps == 0:
                sink.mux(ear.encode(tone(number // fps, ear.codec_context.format.name)))
        sink.mux(pictures.encode(None))
        if ear is not None:
            sink.mux(ear.encode(None))
    return path


def drawn(number: int, size: tuple[int, int]) -> np.ndarray:
    """Picture ``number``: grey above, a bar that moves, and a white top left corner."""
    width, height = size
    pixels = np.full((height, width, 3), 90, np.uint8)
    at = number * 3 % width
    pixels[height // 3 : height * 2 // 3, at : at + 24] = (230, 40, 40)
    pixels[: height // 4, : width // 4] = 250
    return pixels


def tone(second: int, kind: str) -> av.AudioFrame:
    """One second of a hum."""
    wave = np.sin(np.arange(SOUND_RATE) * 0.3) * 0.3
    samples = wave.astype(np.float32) if kind.startswith("flt") else (wave * 32767).astype(np.int16)
    frame = av.AudioFrame.from_ndarray(samples[None], format=kind, layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = SOUND_RATE, second * SOUND_RATE, Fraction(1, SOUND_RATE)
    return frame


def hum(path: Path) -> Path:
    """A file with sound and no pictures."""
    with av.open(str(path), "w", format="mp4") as sink:
        ear = sink.add_stream("aac", rate=SOUND_RATE, layout="mono")
        for second in range(3):
            sink.mux(ear.encode(tone(second, "fltp")))
        sink.mux(ear.encode(None))
    return path


def picture(path: Path) -> Path:
    """A PNG under any name."""
    with path.open("wb") as file:
        Image.fromarray(drawn(0, (64, 48))).save(file, "PNG")
    return path


def noise(path: Path, size: int = 60_000) -> Path:
    """Random bytes."""
    path.write_bytes(random.Random(7).randbytes(size))  # noqa: S311
    return path


def shortened(source: Path, path: Path, share: float) -> Path:
    """The first part of a file."""
    data = source.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path


def scribbled(source: Path, path: Path, seed: int = 3) -> Path:
    """A file whose pictures are overwritten in places; its index stays."""
    data = bytearray(source.read_bytes())
    dice = random.Random(seed)  # noqa: S311
    begin = data.find(b"mdat") + 4
    end = data.find(b"moov", begin)
    end = end if end > 0 else len(data)
    for _ in range(40):
        at = dice.randrange(begin, end - 200)
        data[at : at + 200] = dice.randbytes(200)
    path.write_bytes(data)
    return path
