"""Small media with known faults: clips in H.264, photos reused and recompressed, learning snapshots with a substitute.

All are drawn (``scenes``); ``media.json`` says of every file what it shows, so that a detector can be scored.
"""

import io
import json
from fractions import Fraction
from pathlib import Path

import av
from PIL import Image

from jianguan.demo.province import scenes
from jianguan.kit.digests import hexdigest

PHOTOS, REUSED, RECOMPRESSED = 6, 2, 3
LEARNERS, SHOTS, SUBSTITUTE_FROM = 3, 8, 5
"""The last learner is replaced by somebody else from shot ``SUBSTITUTE_FROM`` on."""
QUALITY, LOW_QUALITY = 90, 38


def write(out: Path) -> list[dict[str, object]]:
    """Write all media below ``out`` with ``media.json`` and return what it says; a few seconds of work."""
    told: list[dict[str, object]] = []
    for fault in scenes.CLIPS:
        fault_span = None if fault == "healthy" else [scenes.FAULT_FROM, scenes.FAULT_UNTIL]
        told.append(_put(out, f"clips/{fault}.mp4", encode(scenes.clip(fault)), fault=fault, seconds=fault_span))
    photos = [_jpeg(scenes.vehicle(number), QUALITY) for number in range(PHOTOS)]
    told += [_put(out, f"photos/{number:02d}.jpg", data, fault="healthy") for number, data in enumerate(photos)]
    for number in range(REUSED):
        told.append(
            _put(out, f"photos/reused-{number:02d}.jpg", photos[number], fault="reused", of=f"photos/{number:02d}.jpg")
        )
    for number in range(RECOMPRESSED):
        smaller = scenes.vehicle(number).resize((440, 330))
        data = _jpeg(smaller, LOW_QUALITY)
        told.append(
            _put(
                out, f"photos/recompressed-{number:02d}.jpg", data, fault="recompressed", of=f"photos/{number:02d}.jpg"
            )
        )
    for learner in range(LEARNERS):
        for shot in range(SHOTS):
            substituted = learner == LEARNERS - 1 and shot >= SUBSTITUTE_FROM
            image = scenes.face(LEARNERS if substituted else learner, shot)
            fault = "substitute" if substituted else "healthy"
            told.append(_put(out, f"faces/{learner}-{shot}.jpg", _jpeg(image, QUALITY), fault=fault, learner=learner))
    document = {"synthetic": True, "note": "合成数据：全部由程序绘制，不含真实人员、车辆和场所。", "media": told}
    (out / "media.json").write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return told


def encode(frames: list[scenes.Frame]) -> bytes:
    """Return the frames as an MP4 file, H.264, one thread so that the bytes do not vary."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=Fraction(scenes.RATE))
        stream.width, stream.height, stream.pix_fmt = scenes.WIDTH, scenes.HEIGHT, "yuv420p"
        stream.options = {"crf": "26", "preset": "veryfast", "threads": "1"}
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode())
    return buffer.getvalue()


def _jpeg(image: Image.Image, quality: int) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def _put(out: Path, name: str, data: bytes, **says: object) -> dict[str, object]:
    file = out / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return {"file": name, "sha256": hexdigest(data), **says}
