"""The drawn media hold the faults that ``media.json`` tells of, and nothing else."""

import json
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from jianguan.demo.province import media, scenes

pytestmark = pytest.mark.xdist_group("province-media")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("media")
    media.write(out)
    return out


def frames(folder: Path, fault: str) -> np.ndarray:
    with av.open(str(folder / f"clips/{fault}.mp4")) as container:
        assert container.streams.video[0].codec_context.name == "h264"
        return np.stack([frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]).astype(float)


def spans(clip: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The frames while the fault shows and those before."""
    first, last = round(scenes.FAULT_FROM * scenes.RATE), round(scenes.FAULT_UNTIL * scenes.RATE)
    return clip[first + 1 : last], clip[:first]


def sharpness(clip: np.ndarray) -> float:
    return float(np.abs(np.diff(clip.mean(axis=3), axis=2)).mean())


def fingerprint(file: Path) -> np.ndarray:
    small = np.asarray(Image.open(file).convert("L").resize((9, 8)), dtype=int)
    return (small[:, 1:] > small[:, :-1]).ravel()


def test_every_file_is_told_of(folder: Path) -> None:
    told = json.loads((folder / "media.json").read_text(encoding="utf-8"))
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.suffix in {".mp4", ".jpg"}}
    assert {one["file"] for one in told["media"]} == files
    assert told["synthetic"] is True


def test_media_are_the_same_on_every_run(folder: Path, tmp_path: Path) -> None:
    media.write(tmp_path)
    assert (folder / "media.json").read_bytes() == (tmp_path / "media.json").read_bytes()


def test_clips_last_a_few_seconds_and_show_their_faults(folder: Path) -> None:
    clips = {fault: spans(frames(folder, fault)) for fault in scenes.CLIPS}
    assert all(
        len(during) + len(before) + 1 == round(scenes.FAULT_UNTIL * scenes.RATE) for during, before in clips.values()
    )
    moved = {fault: float(np.abs(np.diff(during, axis=0)).mean()) for fault, (during, _) in clips.items()}
    tint = {fault: during[..., 1].mean() - during[..., 0].mean() for fault, (during, _) in clips.items()}
    assert moved["freeze"] < 0.3 < moved["healthy"]
    assert clips["black"][0].mean() < 20 < clips["black"][1].mean()
    assert sharpness(clips["blur"][0]) < 0.6 * sharpness(clips["healthy"][0])
    assert sharpness(clips["noise"][0]) > 2 * sharpness(clips["healthy"][0])
    assert tint["colour_cast"] > 40 > abs(tint["healthy"])
    assert clips["occlusion"][0].mean() < 0.75 * clips["healthy"][0].mean()


def test_only_the_drawn_clock_tells_clock_drift_from_health(folder: Path) -> None:
    drifted, healthy = (spans(frames(folder, fault))[0] for fault in ("clock_drift", "healthy"))
    differs = np.abs(drifted - healthy).mean(axis=(0, 3)) > 25
    assert differs[:24].sum() > 10
    assert differs[24:].sum() == 0


def test_reused_photos_are_equal_and_recompressed_ones_look_equal(folder: Path) -> None:
    told = json.loads((folder / "media.json").read_text(encoding="utf-8"))["media"]
    digests = {one["file"]: one["sha256"] for one in told}
    reused = [one for one in told if one["fault"] == "reused"]
    recompressed = [one for one in told if one["fault"] == "recompressed"]
    assert reused
    assert all(one["sha256"] == digests[one["of"]] for one in reused)
    originals = [fingerprint(folder / f"photos/{number:02d}.jpg") for number in range(media.PHOTOS)]
    distances = [int((originals[0] != other).sum()) for other in originals[1:]]
    assert min(distances) > 10
    assert recompressed
    for one in recompressed:
        assert one["sha256"] != digests[one["of"]]
        assert (fingerprint(folder / one["file"]) != fingerprint(folder / one["of"])).sum() <= 5
