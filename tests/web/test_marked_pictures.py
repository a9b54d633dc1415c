"""Every picture taken as evidence carries who looks at it and when; the browser keeps none of them."""

import datetime as dt
import io
import uuid
from collections.abc import Iterator

import pytest
import time_machine
from PIL import Image

import builders
import campaigning
import patrolling
from jianguan.backbone.campaigns import inspections
from jianguan.backbone.patrol import actions, queries
from staff import visit

NINE = builders.at(builders.DAY, 9)


@pytest.fixture(autouse=True)
def morning(db: object) -> Iterator[None]:
    builders.see_everything()
    with time_machine.travel(NINE, tick=False):
        yield


def colours(data: bytes) -> int:
    """How many colours a picture has; the synthetic one as stored has one."""
    with Image.open(io.BytesIO(data)) as shown:
        return len(shown.convert("RGB").getcolors(1 << 24) or ())


def test_pictures_snapshots_and_photos_carry_viewer_and_time_and_are_not_stored() -> None:
    by, other = builders.officer(builders.OFFICE), builders.officer(builders.OFFICE)
    place = patrolling.seat(builders.OFFICE, "合成-1", "service_hall", "合成大厅")
    patrolling.photograph(place, NINE - dt.timedelta(hours=3))
    (stop,) = queries.stops(by.scope, actions.open_round(by=by, size=1).pk)
    seen = actions.begin_visit(by=by, stop=stop)
    channel = next(one["channel"] for one in seen.tiles if one["recording"])
    number = next(place for place, one in enumerate(seen.tiles) if one["recording"])
    kept = actions.keep_snapshot(by=by, visit=seen, channel=channel, item="", note="画面中的情况")
    inspection = inspections.take_up(by=by, kind="patrol-on-site", subject=place)
    photo = campaigning.sign(by, inspection, uuid.uuid4(), "photo")
    mine, theirs = visit(by), visit(other)
    for address in (
        f"/patrol/visits/{seen.pk}/pictures/{number}/",
        f"/patrol/snapshots/{kept.pk}/",
        f"/inspections/pictures/{photo.pk}/",
    ):
        shown = [mine.get(address), theirs.get(address)]
        with time_machine.travel(NINE + dt.timedelta(minutes=5), tick=False):
            shown.append(mine.get(address))
        assert {one["Cache-Control"] for one in shown} == {"no-store"}, address
        assert colours(patrolling.picture()) == 1 < colours(shown[0].content), address
        assert len({one.content for one in shown}) == 3, address
