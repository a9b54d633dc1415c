"""Clips and stills are evidence that anybody can verify without this system."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image

import builders
import films
import recordings
from jianguan.backbone.audit.models import Event
from jianguan.backbone.evidence import clips
from jianguan.backbone.evidence.models import Clip, Recording
from jianguan.backbone.evidence.store import store
from jianguan.backbone.people.acting import Actor
from staff import employ


@pytest.fixture
def reviewer(db: Any) -> Actor:
    builders.see_everything()
    return employ(builders.CITY, "centre-supervisor", name="合成复核员")


@pytest.fixture
def recording(reviewer: Actor, tmp_path: Path) -> Recording:
    films.film(tmp_path / "a.mp4", seconds=12)
    return recordings.fetched(tmp_path, "a.mp4", capacity=builders.CITY, clock_offset_ms=1500)


def unpacked(reviewer: Actor, clip: Clip, folder: Path) -> Path:
    packed = clips.export(by=reviewer, clip=clip, reason="移送核查使用")
    folder.mkdir()
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        archive.extractall(folder)
    return folder


def verified(folder: Path) -> "subprocess.CompletedProcess[str]":
    """What the verifier of the export says, run alone by a bare interpreter."""
    script = str(folder / "verify_clip.py")
    return subprocess.run([sys.executable, "-I", script, str(folder)], capture_output=True, text=True, check=False)


def test_a_clip_is_cut_at_key_frames_and_verifies_without_the_system(
    reviewer: Actor, recording: Recording, tmp_path: Path
) -> None:
    clip = clips.cut_clip(by=reviewer, recording=recording, from_ms=3000, to_ms=5000, reason="考官离开考试车")
    assert clip.from_ms <= 3000
    assert clip.to_ms >= 5000
    assert clip.manifest["clock_offset_ms"] == 1500
    assert recording.stored is not None
    assert clip.manifest["sources"][0]["sha256"] == recording.stored.sha256
    assert (clip.manifest["asked_from_ms"], clip.manifest["asked_to_ms"]) == (3000, 5000)
    folder = unpacked(reviewer, clip, tmp_path / "out")
    passed = verified(folder)
    assert passed.returncode == 0, passed.stdout + passed.stderr
    with av.open(str(folder / clip.manifest["clip"])) as opened:
        assert abs((opened.duration or 0) / 1000 - (clip.to_ms - clip.from_ms)) < 100
    (folder / clip.manifest["clip"]).write_bytes(b"something else")
    assert verified(folder).returncode == 1
    assert list(Event.objects.filter(object_type="clip").order_by("pk").values_list("kind", flat=True)) == [
        "clip.made",
        "clip.exported",
    ]


def test_every_manifest_names_the_one_before(reviewer: Actor, recording: Recording) -> None:
    first = clips.cut_clip(by=reviewer, recording=recording, from_ms=0, to_ms=2000, reason="第一段说明")
    second = clips.take_snapshot(by=reviewer, recording=recording, at_ms=4000, reason="第二张说明")
    assert second.previous == first
    assert second.manifest["previous"] == first.manifest_sha256


def test_a_still_is_the_picture_of_that_moment(reviewer: Actor, recording: Recording, tmp_path: Path) -> None:
    still = clips.take_snapshot(by=reviewer, recording=recording, at_ms=4000, reason="画面中无考官")
    picture = Image.open(io.BytesIO(b"".join(store().open(still.stored.sha256)))).convert("RGB")
    assert picture.size == (320, 240)
    at = 100 * 3 % 320 + 12
    red, green, _ = picture.getpixel((at, 120))
    assert red > 150 > green
    assert verified(unpacked(reviewer, still, tmp_path / "out")).returncode == 0


@pytest.mark.parametrize(
    ("asked", "reason"),
    [((5000, 3000), "合成的理由"), ((0, 61_000), "合成的理由"), ((90_000, 95_000), "合成的理由"), ((0, 2000), "短")],
    ids=["backward", "too long", "beyond the end", "no reason"],
)
def test_what_cannot_be_cut_is_refused_in_chinese(
    reviewer: Actor, recording: Recording, asked: tuple[int, int], reason: str
) -> None:
    with pytest.raises(clips.ClipRefused, match=r"[一-龥]"):
        clips.cut_clip(by=reviewer, recording=recording, from_ms=asked[0], to_ms=asked[1], reason=reason)
    assert not Clip.objects.exists()


def test_a_missing_recording_gives_no_evidence(reviewer: Actor, tmp_path: Path) -> None:
    gone = recordings.fetched(tmp_path, "gone.mp4", capacity=builders.CITY)
    with pytest.raises(clips.ClipRefused):
        clips.take_snapshot(by=reviewer, recording=gone, at_ms=0, reason="合成的理由")


def test_nobody_without_the_permission_cuts(recording: Recording) -> None:
    leader = employ(builders.CITY, "leader")
    with pytest.raises(PermissionError):
        clips.cut_clip(by=leader, recording=recording, from_ms=0, to_ms=2000, reason="合成的理由")
