"""What is wrong with a file is an answer, never an exception."""

import random
from pathlib import Path

import pytest

import films
from jianguan.engines.media import Limits, Probe, Problem, clock_shift_ms, probe, probe_apart

SECOND = 1_000


def test_a_sound_recording_has_no_problem(reel: Path) -> None:
    found = probe(reel / "good.mp4")
    assert found.problems == ()
    assert (found.container, found.codec, found.audio_codec) == ("mp4", "h264", "aac")
    assert (found.width, found.height, found.rotation) == (320, 240, 0)
    assert (found.duration_ms, found.millifps, found.frames) == (13_000, 25_000, 325)
    assert found.key_frames_ms == tuple(range(0, 13_000, 2_000))
    assert found.has_audio
    assert found.playable


@pytest.mark.parametrize(
    ("name", "problems"),
    [
        ("nothing.mp4", {Problem.MISSING}),
        ("empty.mp4", {Problem.EMPTY}),
        ("noise.mp4", {Problem.UNREADABLE}),
        ("playlist.mp4", {Problem.UNREADABLE}),
        ("picture.mp4", {Problem.STILL, Problem.WRONG_EXTENSION}),
        ("hum.mp4", {Problem.NO_VIDEO}),
        ("misnamed.avi", {Problem.WRONG_EXTENSION}),
        ("hevc.mp4", {Problem.WRONG_CODEC}),
        ("mpeg4.mp4", {Problem.WRONG_CODEC}),
        ("turned.mp4", {Problem.ROTATED}),
        ("odd.mp4", {Problem.WRONG_CODEC, Problem.ODD_SIZE}),
        ("one_key.mp4", {Problem.SPARSE_KEY_FRAMES}),
        ("holes.mp4", {Problem.GAPS}),
        ("scribbled.mp4", {Problem.DAMAGED}),
        ("slow.mp4", set()),
        ("reordered.mp4", set()),
        ("g711.mov", set()),
        ("stream.ts", set()),
        ("recorder.ps", set()),
    ],
)
def test_every_kind_of_file_is_told_apart(reel: Path, name: str, problems: set[Problem]) -> None:
    assert set(probe(reel / name).problems) == problems


def test_a_file_cut_off_before_its_index_says_so(reel: Path) -> None:
    assert set(probe(reel / "shortened.mp4").problems) == {Problem.UNREADABLE, Problem.TRUNCATED}


def test_a_file_cut_off_after_its_index_says_so(reel: Path, tmp_path: Path) -> None:
    data = (reel / "good.mp4").read_bytes()
    place = data.find(b"moov") - 4
    moved = data[: data.find(b"mdat") - 4] + data[place:] + data[data.find(b"mdat") - 4 : place]
    file = tmp_path / "index_first.mp4"
    file.write_bytes(moved[: len(moved) * 2 // 3])
    assert Problem.TRUNCATED in probe(file).problems


def test_a_hole_is_told_with_its_borders(reel: Path) -> None:
    assert probe(reel / "holes.mp4").gaps == ((2_960, 6_000),)


def test_the_clock_of_the_container_is_compared_with_the_expected_one(reel: Path) -> None:
    expected = 1_781_227_800 * SECOND  # 2026-06-12T09:30:00+08:00
    assert clock_shift_ms(probe(reel / "good.mp4"), expected) == 0
    assert clock_shift_ms(probe(reel / "good.mp4"), expected - 47 * SECOND) == 47 * SECOND
    assert clock_shift_ms(probe(reel / "reordered.mp4"), expected) is None


def test_too_many_streams_are_refused(reel: Path) -> None:
    assert probe(reel / "good.mp4", Limits(streams=1)).problems == (Problem.TOO_MANY_STREAMS,)


def test_pictures_larger_than_allowed_are_never_decoded(reel: Path) -> None:
    found = probe(reel / "good.mp4", Limits(picture_pixels=320 * 239))
    assert found.problems == (Problem.TOO_LARGE,)
    assert not found.playable


def test_a_recording_of_too_many_packets_is_left(reel: Path) -> None:
    assert probe(reel / "good.mp4", Limits(packets=50)).problems == (Problem.TRUNCATED, Problem.TOO_LONG)


def test_a_probe_apart_finds_the_same(reel: Path) -> None:
    for name in ("good.mp4", "holes.mp4", "noise.mp4"):
        assert probe_apart(reel / name) == probe(reel / name)


def test_a_probe_apart_gives_up_within_its_memory(reel: Path) -> None:
    assert probe_apart(reel / "good.mp4", Limits(memory_bytes=20_000_000)) == Probe(problems=(Problem.GAVE_UP,))


@pytest.mark.parametrize("name", ["good.mp4", "stream.ts", "recorder.ps", "g711.mov"])
def test_no_scribble_raises(reel: Path, tmp_path: Path, name: str) -> None:
    whole = (reel / name).read_bytes()
    told = set()
    for seed in range(12):
        dice = random.Random(seed)  # noqa: S311
        data = bytearray(whole)
        for _ in range(dice.choice((1, 10, 300))):
            data[dice.randrange(len(data))] = dice.randrange(256)
        file = tmp_path / f"{seed}-{name}"
        file.write_bytes(data[: dice.randrange(len(data) // 2, len(data))])
        told.add(probe(file).problems != ())
    assert True in told


def test_a_recording_longer_than_a_day_is_refused(tmp_path: Path) -> None:
    file = films.film(tmp_path / "long.mp4", seconds=90_000, fps=1, missing=range(2, 89_999), size=(32, 32))
    assert Problem.TOO_LONG in probe(file).problems
