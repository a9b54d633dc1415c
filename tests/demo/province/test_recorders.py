"""The export of recorders: clips that play, clips that do not, and recordings that name them."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import av
import pytest

from jianguan.demo.province import recorders, views, world
from jianguan.demo.province.recorders import RECIPES, Recipe
from jianguan.kit.digests import hexdigest

pytestmark = pytest.mark.xdist_group("province-recorders")

HEALTHY, HEVC, CUT, EMPTY = (
    Recipe("yard", 1),
    Recipe("body", 3, codec="libx265"),
    Recipe("body", 5, "truncated"),
    Recipe("body", 6, "zero_length"),
)


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recorders")
    with ThreadPoolExecutor(2) as pool:
        recorders.write(folder, pool, (HEALTHY, HEVC, CUT, EMPTY))
    return folder


@pytest.mark.parametrize(("one", "codec"), [(HEALTHY, "h264"), (HEVC, "hevc")])
def test_a_clip_has_picture_and_sound_of_its_length(export: Path, one: Recipe, codec: str) -> None:
    with av.open(str(export / one.path)) as clip:
        assert (clip.streams.video[0].codec.name, clip.streams.audio[0].codec.name) == (codec, "aac")
        assert clip.streams.video[0].frames == recorders.SECONDS * recorders.RATE
        assert abs(float(clip.streams.audio[0].duration * clip.streams.audio[0].time_base) - recorders.SECONDS) < 0.2


def test_a_truncated_clip_cannot_be_opened_and_another_is_empty(export: Path) -> None:
    with pytest.raises(av.error.FFmpegError):
        av.open(str(export / CUT.path))
    assert (export / EMPTY.path).stat().st_size == 0


def test_the_list_names_every_clip_with_its_digest(export: Path) -> None:
    told = json.loads((export / "media.json").read_text(encoding="utf-8"))
    assert told["synthetic"] is True
    assert {one["file"]: one["sha256"] for one in told["media"]} == {
        one.path: hexdigest((export / one.path).read_bytes()) for one in (HEALTHY, HEVC, CUT, EMPTY)
    }


def test_every_scene_has_sound_clips_and_every_fault_is_rare() -> None:
    clips = tuple(world.Clip(one.scene, one.path, "0" * 64, faulty=bool(one.fault)) for one in RECIPES)
    slots = world.clip_slots(clips)
    assert len(slots) == 100 * len(views.SCENES)
    faulty = {one.path for one in RECIPES if one.fault}
    assert {path for _, _, path, _ in slots} == {one.path for one in RECIPES}
    assert sum(path in faulty for _, _, path, _ in slots) == len(faulty)
