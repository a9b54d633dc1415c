"""The review copy plays, whatever the source was; its segments stand by themselves."""

import base64
from pathlib import Path
from typing import Any

import av
import pytest

from jianguan.engines.media import ReviewCopy, Unplayable, overlay, probe, segment

# Plays all pieces to the end, then looks at moments: how many percent of the lower right corner are dark there.
PLAY = """async ([mime, pieces, rate, look]) => {
  const player = document.createElement('video'); player.muted = true; document.body.append(player);
  const media = new MediaSource(); player.src = URL.createObjectURL(media);
  await new Promise(done => media.addEventListener('sourceopen', done, {once: true}));
  const buffer = media.addSourceBuffer(mime);
  for (const piece of pieces) {
    buffer.appendBuffer(Uint8Array.from(atob(piece), letter => letter.charCodeAt(0)));
    await new Promise((done, fail) => {
      buffer.addEventListener('updateend', done, {once: true});
      buffer.addEventListener('error', () => fail(new Error('append')), {once: true});
    });
  }
  media.endOfStream();
  const buffered = [];
  for (let n = 0; n < player.buffered.length; n++) buffered.push([player.buffered.start(n), player.buffered.end(n)]);
  player.playbackRate = rate;
  const ended = new Promise((done, fail) => {
    player.addEventListener('ended', done); player.addEventListener('error', () => fail(player.error));
  });
  await player.play(); await ended;
  const canvas = document.createElement('canvas');
  canvas.width = player.videoWidth; canvas.height = player.videoHeight;
  const pen = canvas.getContext('2d', {willReadFrequently: true});
  const seen = [];
  for (const at of look) {
    const shown = new Promise(done => player.requestVideoFrameCallback(done));
    player.currentTime = at;
    await new Promise(done => player.addEventListener('seeked', done, {once: true}));
    await shown;
    pen.drawImage(player, 0, 0);
    const data = pen.getImageData(canvas.width - 86, canvas.height - 36, 80, 30).data;
    let dark = 0;
    for (let n = 0; n < data.length; n += 4) dark += data[n] < 50 && data[n + 1] < 50 && data[n + 2] < 50;
    seen.push(Math.round(dark / 24));
  }
  return {buffered, seen, frames: player.getVideoPlaybackQuality().totalVideoFrames,
          size: [player.videoWidth, player.videoHeight]};
}"""
SOURCES = ("good.mp4", "reordered.mp4", "hevc.mp4", "mpeg4.mp4", "g711.mov", "stream.ts", "recorder.ps", "turned.mp4")


@pytest.fixture(scope="module")
def screen(browser: Any) -> Any:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def play(screen: Any, mime: str, pieces: list[bytes], look: tuple[float, ...] = ()) -> Any:
    return screen.evaluate(PLAY, [mime, [base64.b64encode(piece).decode() for piece in pieces], 8, list(look)])


def pieces_of(copy: ReviewCopy) -> list[bytes]:
    return [piece.path.read_bytes() for piece in copy.segments]


@pytest.mark.parametrize("name", SOURCES)
def test_any_source_becomes_a_copy_that_chromium_plays_to_its_end(
    reel: Path, tmp_path: Path, screen: Any, name: str
) -> None:
    known = probe(reel / name)
    copy = segment(reel / name, tmp_path)
    shown = play(screen, copy.mime, pieces_of(copy))
    assert len(shown["buffered"]) == 1
    start, end = shown["buffered"][0]
    assert start == pytest.approx(0, abs=0.05)
    assert end * 1000 == pytest.approx(known.duration_ms, abs=150)
    assert copy.duration_ms == pytest.approx(known.duration_ms, abs=50)
    assert shown["size"] == [copy.width, copy.height]


def test_segments_follow_each_other_without_a_gap_and_about_as_long_as_asked(reel: Path, tmp_path: Path) -> None:
    copy = segment(reel / "good.mp4", tmp_path)
    assert [(piece.start_ms, piece.duration_ms) for piece in copy.segments] == [
        (0, 4_000),
        (4_000, 4_000),
        (8_000, 4_000),
        (12_000, 1_000),
    ]
    assert copy.duration_ms == 13_000
    assert [piece.n for piece in copy.segments] == [0, 1, 2, 3]


def test_sound_h264_is_copied_and_nothing_else_is(reel: Path, tmp_path: Path) -> None:
    assert {name: segment(reel / name, tmp_path / name).transcoded for name in (*SOURCES, "one_key.mp4")} == {
        "good.mp4": False,
        "reordered.mp4": False,
        "hevc.mp4": True,
        "mpeg4.mp4": True,
        "g711.mov": False,
        "stream.ts": False,
        "recorder.ps": True,
        "turned.mp4": True,
        "one_key.mp4": True,
    }


def test_a_long_distance_of_key_frames_is_encoded_into_short_segments(reel: Path, tmp_path: Path) -> None:
    copy = segment(reel / "one_key.mp4", tmp_path)
    assert [piece.duration_ms for piece in copy.segments] == [4_000, 4_000, 4_000, 2_000]


def test_a_turned_picture_stands_upright(reel: Path, tmp_path: Path) -> None:
    copy = segment(reel / "turned.mp4", tmp_path)
    assert (copy.width, copy.height) == (240, 320)
    with av.open(str(copy.segments[0].path)) as container:
        picture = next(container.decode(video=0)).to_ndarray(format="gray")
    corners = {
        (top, left): int(picture[10 if top else -10, 10 if left else -10])
        for top in (True, False)
        for left in (True, False)
    }
    assert max(corners, key=corners.__getitem__) == (False, True)  # turned by 90 degrees against the clock


def test_sides_become_even_and_pictures_never_larger_than_full_hd(reel: Path, tmp_path: Path) -> None:
    copy = segment(reel / "odd.mp4", tmp_path)
    assert (copy.width, copy.height) == (320, 240)


def test_progress_rises_to_the_whole(reel: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    segment(reel / "hevc.mp4", tmp_path, progress=lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1] == (5_000, 5_000)


def test_damaged_pictures_are_passed_over(reel: Path, tmp_path: Path) -> None:
    copy = segment(reel / "scribbled.mp4", tmp_path)
    assert copy.transcoded
    assert 0 < copy.duration_ms <= 13_100


@pytest.mark.parametrize("name", ["nothing.mp4", "empty.mp4", "noise.mp4", "picture.mp4", "hum.mp4", "shortened.mp4"])
def test_what_cannot_be_played_is_refused(reel: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(Unplayable):
        segment(reel / name, tmp_path)


@pytest.mark.parametrize("name", ["good.mp4", "reordered.mp4", "hevc.mp4"])
def test_a_code_word_is_in_the_picture_of_its_segment_and_of_no_other(
    reel: Path, tmp_path: Path, screen: Any, name: str
) -> None:
    copy = segment(reel / name, tmp_path)
    pieces = pieces_of(copy)
    pieces[1] = overlay(copy.segments[1].path, "KM37", place=2)
    inside = (copy.segments[1].start_ms + 500) / 1000
    shown = play(screen, copy.mime, pieces, (1.0, inside))
    assert len(shown["buffered"]) == 1
    without, within = shown["seen"]
    assert without == 0
    assert within > 30


def test_segments_may_come_in_any_order(reel: Path, tmp_path: Path, screen: Any) -> None:
    copy = segment(reel / "reordered.mp4", tmp_path)
    pieces = pieces_of(copy)
    pieces[0] = overlay(copy.segments[0].path, "AC49", place=2)
    shown = play(screen, copy.mime, [pieces[2], pieces[0], pieces[3], pieces[1]], (1.0, 5.0))
    assert len(shown["buffered"]) == 1
    within, without = shown["seen"]
    assert within > 30
    assert without == 0


def test_a_code_word_changes_neither_place_nor_length(reel: Path, tmp_path: Path) -> None:
    copy = segment(reel / "reordered.mp4", tmp_path)
    for piece in copy.segments[:3]:
        marked = tmp_path / "marked.mp4"
        marked.write_bytes(overlay(piece.path, "KM37"))
        assert probe(marked).duration_ms == pytest.approx(piece.duration_ms, abs=1)
        assert probe(marked).frames == probe(piece.path).frames


@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_the_code_word_stands_in_the_corner_asked_for(reel: Path, tmp_path: Path, place: int) -> None:
    copy = segment(reel / "mpeg4.mp4", tmp_path)
    marked = tmp_path / "marked.mp4"
    marked.write_bytes(overlay(copy.segments[0].path, "WWWW", place))
    with av.open(str(marked)) as container:
        picture = next(container.decode(video=0)).to_ndarray(format="gray")
    dark = [(picture[:120, :160], 0), (picture[:120, 160:], 1), (picture[120:, 160:], 2), (picture[120:, :160], 3)]
    assert max(dark, key=lambda corner: int((corner[0] < 30).sum()))[1] == place


def test_no_code_word_is_burnt_into_what_is_no_segment(reel: Path) -> None:
    for name in ("noise.mp4", "good.mp4", "hum.mp4"):
        with pytest.raises(Unplayable):
            overlay(reel / name, "KM37")
