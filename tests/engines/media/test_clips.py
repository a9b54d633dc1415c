"""Clips begin and end on key frames, say so exactly, and can be checked by anybody."""

import hashlib
import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

import films
from jianguan.engines.media import (
    BadCut,
    BadManifest,
    Cut,
    Source,
    Unplayable,
    canonical,
    cut,
    digest,
    manifest,
    poster,
    probe,
    snapshot,
    verify_clip,
)

VERIFIER = Path(verify_clip.__file__)
SOURCE = Source("recording-1", "a" * 64, "b" * 64, 1_000)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(begin=st.integers(0, 12_900), length=st.integers(1, 13_000))
def test_a_clip_reaches_from_key_frame_to_key_frame(reel: Path, tmp_path: Path, begin: int, length: int) -> None:
    made = cut(reel / "good.mp4", begin, begin + length, tmp_path / "clip.mp4")
    assert made.in_ms == begin // 2_000 * 2_000
    assert made.out_ms == min(13_000, -(-(begin + length) // 2_000) * 2_000)
    found = probe(tmp_path / "clip.mp4")
    assert found.problems == ()
    assert found.duration_ms == made.duration_ms
    data = (tmp_path / "clip.mp4").read_bytes()
    assert (made.size, made.sha256) == (len(data), hashlib.sha256(data).hexdigest())


@pytest.mark.parametrize("name", ["reordered.mp4", "g711.mov", "stream.ts", "hevc.mp4", "mpeg4.mp4"])
def test_a_clip_of_any_source_keeps_its_pictures_and_sound_as_they_are(reel: Path, tmp_path: Path, name: str) -> None:
    made = cut(reel / name, 2_100, 3_900, tmp_path / "clip")
    was, found = probe(reel / name), probe(tmp_path / "clip")
    assert (found.codec, found.audio_codec) == (was.codec, was.audio_codec)
    assert found.duration_ms == pytest.approx(made.duration_ms, abs=50)
    assert made.in_ms in was.key_frames_ms
    assert made.in_ms <= 2_100
    assert made.out_ms >= 3_900


def test_the_same_cut_gives_the_same_bytes(reel: Path, tmp_path: Path) -> None:
    made = [cut(reel / "good.mp4", 3_000, 7_000, tmp_path / str(number)) for number in range(2)]
    assert made[0] == made[1]


def test_a_clip_is_never_longer_than_a_minute(tmp_path: Path) -> None:
    source = films.film(tmp_path / "long.mp4", seconds=130, fps=2, size=(64, 64), key_every=50)  # every 25 s
    made = cut(source, 20_000, 79_000, tmp_path / "clip.mp4")
    assert (made.in_ms, made.out_ms) == (0, 50_000)
    rare = films.film(tmp_path / "rare.mp4", seconds=130, fps=2, size=(64, 64), key_every=250)
    with pytest.raises(BadCut):
        cut(rare, 5_000, 6_000, tmp_path / "clip.mp4")


@pytest.mark.parametrize(("begin", "end"), [(5, 5), (7, 5), (-1, 5), (0, 60_001), (13_000, 14_000), (90_000, 91_000)])
def test_nonsense_is_not_cut(reel: Path, tmp_path: Path, begin: int, end: int) -> None:
    with pytest.raises(BadCut):
        cut(reel / "good.mp4", begin, end, tmp_path / "clip.mp4")


@pytest.mark.parametrize("name", ["nothing.mp4", "empty.mp4", "noise.mp4", "hum.mp4", "shortened.mp4", "picture.mp4"])
def test_nothing_is_cut_from_what_is_no_recording(reel: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(BadCut):
        cut(reel / name, 0, 1_000, tmp_path / "clip.mp4")
    with pytest.raises(Unplayable):
        snapshot(reel / name, 0)
    with pytest.raises(Unplayable):
        poster(reel / name)


def test_a_snapshot_shows_the_picture_of_its_moment(reel: Path) -> None:
    for name in ("good.mp4", "reordered.mp4", "long.ts"):
        for number in (0, 49, 50, 120, 324):
            image = Image.open(io.BytesIO(snapshot(reel / name, number * 40 + 10))).convert("RGB")
            at = number * 3 % 320
            assert image.size == (320, 240)
            assert image.getpixel((min(at + 12, 319), 120))[0] > 180, (name, number)
    with pytest.raises(Unplayable):
        snapshot(reel / "good.mp4", 60_000)


def test_stills_stand_upright(reel: Path) -> None:
    assert Image.open(io.BytesIO(snapshot(reel / "turned.mp4", 0))).size == (240, 320)
    assert Image.open(io.BytesIO(poster(reel / "turned.mp4", 120))).size == (120, 160)


def made_of(cut: Cut, name: str, **changed: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "clip": name,
        "sources": (SOURCE,),
        "camera": "KS-02",
        "clock_offset_ms": -1_200,
        "asked_from_ms": 3_000,
        "asked_to_ms": 5_000,
        "reviewer": "林某（合成）",
        "reason": "考试员离开岗位",
        "made_at": "2026-06-12T10:00:00+08:00",
    }
    return manifest(cut, **(told | changed))


@pytest.fixture
def chain(reel: Path, tmp_path: Path) -> Path:
    """Three clips with manifests, one after another."""
    folder = tmp_path / "clips"
    folder.mkdir()
    previous = verify_clip.GENESIS
    for number in range(3):
        name = f"clip-{number}.mp4"
        made = cut(reel / "good.mp4", number * 2_000, number * 2_000 + 2_000, folder / name)
        document = made_of(made, name, previous=previous)
        (folder / f"{name}.manifest.json").write_bytes(canonical(document))
        previous = digest(document)
    return folder


def checked(folder: Path) -> tuple[int, str]:
    ended = subprocess.run(
        [sys.executable, "-I", str(VERIFIER), str(folder)], check=False, capture_output=True, text=True
    )
    return ended.returncode, ended.stdout


def test_clips_pass_the_check_that_needs_nothing_but_python(chain: Path) -> None:
    code, said = checked(chain)
    assert code == 0, said
    assert said.startswith("核验通过：片段 3 个")


def test_the_manifest_says_where_the_clip_comes_from(chain: Path) -> None:
    told = verify_clip.read((chain / "clip-1.mp4.manifest.json").read_bytes())
    assert (told["in_ms"], told["out_ms"], told["clock_offset_ms"]) == (2_000, 4_000, -1_200)
    assert told["sources"] == [{"id": "recording-1", "sha256": "a" * 64, "sm3": "b" * 64, "size": 1_000}]
    assert told["tools"]["pyav"]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_one_changed_byte_of_a_clip_is_found(chain: Path, number: int) -> None:
    clip = chain / f"clip-{number}.mp4"
    clip.chmod(0o600)
    data = bytearray(clip.read_bytes())
    data[len(data) // 2] ^= 1
    clip.write_bytes(data)
    code, said = checked(chain)
    assert code == 1
    assert f"clip-{number}.mp4.manifest.json：片段的 SHA256 摘要不符" in said


def test_a_changed_manifest_breaks_the_chain(chain: Path) -> None:
    file = chain / "clip-0.mp4.manifest.json"
    file.write_bytes(file.read_bytes().replace("考试员离开岗位".encode(), "考试员没有离开".encode()))
    code, said = checked(chain)
    assert (code, "clip-1.mp4.manifest.json 所接的前一份证明" in said) == (1, True)


def test_a_manifest_in_another_form_is_refused(chain: Path) -> None:
    file = chain / "clip-0.mp4.manifest.json"
    file.write_bytes(file.read_bytes().replace(b'":', b'": '))
    code, said = checked(chain)
    assert (code, "不是规范写法" in said) == (1, True)


def test_the_latest_clips_alone_pass_with_a_remark(chain: Path) -> None:
    (chain / "clip-0.mp4").unlink()
    (chain / "clip-0.mp4.manifest.json").unlink()
    code, said = checked(chain)
    assert (code, "说明：clip-1.mp4.manifest.json 所接的前一份证明" in said) == (0, True)


def test_a_clip_or_all_that_is_missing_is_said(chain: Path, tmp_path: Path) -> None:
    (chain / "clip-1.mp4").unlink()
    code, said = checked(chain)
    assert code == 1
    assert "片段 clip-1.mp4 不在此处" in said
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    assert checked(nothing)[0] == 1
    assert checked(tmp_path / "no such folder")[0] == 2


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode(errors="replace")))
def test_no_bytes_make_the_check_fall_over(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.manifest.json").write_bytes(data)
    assert not verify_clip.verify(tmp_path).ok


def test_a_manifest_does_not_lead_out_of_its_folder(chain: Path) -> None:
    made = Cut(0, 1, "mp4", 1, "a" * 64, "b" * 64)
    for name in ("../clip-0.mp4", "/etc/hostname", "", ".."):
        with pytest.raises(BadManifest):
            made_of(made, name)
