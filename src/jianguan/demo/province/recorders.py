"""The export of recorders (录像机导出): clips with sound that recordings and body-camera files show, some faulty.

All are drawn. ``media.json`` says of every clip what scene it shows, what is wrong with it, its digest.
"""

import io
import json
from collections.abc import Sequence
from concurrent.futures import Executor
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple, cast

import av
import numpy as np
from av.video.stream import VideoStream
from numpy.typing import NDArray

from jianguan.demo.province import views
from jianguan.demo.province.world import Clip
from jianguan.kit.digests import hexdigest

RATE = 8
SOUND_RATE = 16_000
SECONDS = 24
KEY_FRAME_SECONDS = 2
TRUNCATED = 0.6
"""Share of a truncated file that is left."""
SHIFT = 7 * 3600
"""Seconds by which the clock burnt into a clock-shifted clip is wrong."""
NOTE = "合成数据：全部由程序绘制，不含真实人员、车辆和场所。"
INDEX = "media.json"


class Recipe(NamedTuple):
    """One clip to be drawn."""

    scene: str
    number: int
    fault: str = ""
    codec: str = "libx264"

    @property
    def path(self) -> str:
        """Where it lies below the folder of the export."""
        hevc = "-h265" if self.codec == "libx265" else ""
        return f"{self.scene}/{self.scene}-{self.number:02d}{'-' if self.fault else ''}{self.fault}{hevc}.mp4"


RECIPES = (
    *(Recipe(scene, number) for scene in views.SCENES for number in (1, 2)),
    Recipe("body", 3, codec="libx265"),
    Recipe("yard", 3, codec="libx265"),
    Recipe("yard", 4, "black"),
    Recipe("yard", 5, "clock_shifted"),
    Recipe("car", 3, "silent"),
    Recipe("desk", 3, "frozen"),
    Recipe("check", 3, "frozen"),
    Recipe("check", 4, "truncated"),
    Recipe("body", 4, "rotated"),
    Recipe("body", 5, "truncated"),
    Recipe("body", 6, "zero_length"),
)


def write(out: Path, pool: Executor, recipes: Sequence[Recipe] = RECIPES) -> list[dict[str, object]]:
    """Draw every clip that is not there yet below ``out``; return what ``media.json`` says. A CPU second a clip."""
    missing = [one for one in recipes if not (out / one.path).exists()]
    if missing or not (out / INDEX).exists():
        list(pool.map(_write, missing, [out] * len(missing)))
        told = [_told(out, one) for one in recipes]
        text = json.dumps({"synthetic": True, "note": NOTE, "media": told}, ensure_ascii=False, indent=1)
        (out / INDEX).write_text(text + "\n", encoding="utf-8")
    return list(json.loads((out / INDEX).read_text(encoding="utf-8"))["media"])


def clips(told: list[dict[str, object]]) -> tuple[Clip, ...]:
    """Return what recordings may refer to. A clip in H.265 is sound: it only has to be transcoded."""
    return tuple(
        Clip(str(one["scene"]), str(one["file"]), str(one["sha256"]), faulty=bool(one["fault"])) for one in told
    )


def _told(out: Path, one: Recipe) -> dict[str, object]:
    data = (out / one.path).read_bytes()
    return {
        "file": one.path,
        "scene": one.scene,
        "fault": one.fault,
        "codec": "h265" if one.codec == "libx265" else "h264",
        "seconds": SECONDS,
        "clock": views.CLOCK.isoformat(),
        "clock_error_seconds": SHIFT if one.fault == "clock_shifted" else 0,
        "bytes": len(data),
        "sha256": hexdigest(data),
    }


def _write(one: Recipe, out: Path) -> None:
    """Write one clip, whole or not at all."""
    data = b"" if one.fault == "zero_length" else encode(one)
    if one.fault == "truncated":
        data = data[: int(len(data) * TRUNCATED)]
    target = out / one.path
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".partial")
    partial.write_bytes(data)
    partial.replace(target)


def encode(one: Recipe) -> bytes:
    """Return a clip as MP4 with AAC sound; one thread, so that the bytes do not vary."""
    shift = SHIFT if one.fault == "clock_shifted" else 0
    picture = views.Picture(one.scene, one.number, shift)
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        video = cast("VideoStream", container.add_stream(one.codec, rate=Fraction(RATE)))
        video.width, video.height, video.pix_fmt = views.WIDTH, views.HEIGHT, "yuv420p"
        video.gop_size = RATE * KEY_FRAME_SECONDS
        video.options = {"crf": "27", "preset": "superfast", "threads": "1"}
        if one.codec == "libx265":
            video.codec_context.codec_tag = "hvc1"
            quietly = "pools=1:frame-threads=1:log-level=none"
            video.options = {"crf": "29", "preset": "ultrafast", "x265-params": quietly}
        sound = container.add_stream("aac", rate=SOUND_RATE)
        sound.layout = "mono"
        for number in range(SECONDS * RATE):
            shown = min(number, RATE * 5) if one.fault == "frozen" else number
            frame = np.zeros_like(picture.still) if one.fault == "black" else picture.frame(shown / RATE)
            if one.fault == "rotated":
                frame = np.ascontiguousarray(np.rot90(frame, 2))
            container.mux(video.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(video.encode())
        wave = np.zeros(SECONDS * SOUND_RATE, np.float32) if one.fault == "silent" else murmur(one.number)
        samples = av.AudioFrame.from_ndarray(wave[np.newaxis, :], format="fltp", layout="mono")
        samples.sample_rate = SOUND_RATE
        container.mux(sound.encode(samples))
        container.mux(sound.encode())
    return buffer.getvalue()


def murmur(number: int) -> NDArray[np.float32]:
    """Return a low noise with a short tone every five seconds, as an announcement would be."""
    rng = np.random.default_rng(4000 + number)
    at = np.arange(SECONDS * SOUND_RATE) / SOUND_RATE
    tone = 0.2 * np.sin(2 * np.pi * (440 + 40 * number) * at) * (at % 5 < 0.4)
    return np.asarray(tone + 0.01 * rng.standard_normal(at.size), np.float32)
