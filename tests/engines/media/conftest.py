"""The films that the tests of this engine look at."""

from pathlib import Path

import pytest

import films


@pytest.fixture(scope="session")
def reel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one film of each kind, good and bad."""
    folder = tmp_path_factory.mktemp("reel")
    good = films.film(folder / "good.mp4", seconds=13, sound="aac", created="2026-06-12T01:30:00Z")
    films.film(folder / "reordered.mp4", seconds=13, out_of_order=3, sound="aac")
    films.film(folder / "hevc.mp4", codec="libx265", seconds=5)
    films.film(folder / "mpeg4.mp4", codec="mpeg4", seconds=5)
    films.film(folder / "g711.mov", seconds=9, sound="pcm_alaw", container="mov")
    films.film(folder / "stream.ts", seconds=9, container="mpegts")
    films.film(folder / "long.ts", seconds=13, container="mpegts")
    films.film(folder / "recorder.ps", seconds=9, container="vob")
    films.film(folder / "turned.mp4", rotation=90)
    films.film(folder / "odd.mp4", codec="mpeg4", size=(321, 241), seconds=4)
    films.film(folder / "one_key.mp4", seconds=14, key_every=10_000)
    films.film(folder / "holes.mp4", seconds=9, missing=range(3, 6), key_every=25)
    films.film(folder / "slow.mp4", seconds=20, fps=1, key_every=2)
    films.film(folder / "misnamed.avi", seconds=2)
    films.hum(folder / "hum.mp4")
    films.picture(folder / "picture.mp4")
    films.noise(folder / "noise.mp4")
    films.shortened(good, folder / "shortened.mp4", 0.6)
    films.shortened(folder / "stream.ts", folder / "cut_short.ts", 0.5)
    films.scribbled(good, folder / "scribbled.mp4")
    (folder / "empty.mp4").touch()
    (folder / "playlist.mp4").write_text(f"#EXTM3U\n#EXTINF:10,\n{good}\n#EXT-X-ENDLIST\n")
    return folder
