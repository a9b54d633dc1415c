"""What is told while a recording plays is what the last beats earn, and agrees with the proof."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import time_machine

import builders
import recordings
from jianguan.backbone.watching import queries
from jianguan.kit import clock
from screens import Screen
from staff import employ

NOW = dt.datetime(2026, 3, 10, 10, 0, tzinfo=clock.CHINA)


@pytest.mark.parametrize(
    ("beat", "seconds"),
    [({}, 20), ({"visible": False}, 20), ({"shown": 0}, 20), ({"fetch": False}, 20)],
    ids=["honest", "hidden", "hidden and lying", "forged beats without media"],
)
def test_the_figure_told_while_playing_is_that_of_the_proof(
    db: Any, tmp_path: Path, beat: dict[str, Any], seconds: int
) -> None:
    builders.see_everything()
    copy = recordings.review_copy(tmp_path, "a.mp4", capacity=builders.CITY, seconds=20)
    with time_machine.travel(NOW, tick=False) as traveller:
        screen = Screen(employ(builders.CITY, "centre-supervisor"), [copy], traveller)
        screen.watch(seconds, **beat)
        late = queries.credit_of_late([screen.opened[0].session])
        assert late == screen.credit().ranges
        assert bool(late[copy.pk]) == (not beat)
