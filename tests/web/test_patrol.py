"""The patrol pages: the rotation, the wall, nonsense and other people's walls."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine

import builders
import patrolling
from jianguan.backbone.patrol import actions, queries
from jianguan.backbone.patrol.models import PatrolBeat, PatrolStop
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.work.models import Check
from pages import FRAME, OWN, plain, statements, text
from staff import visit

NINE = builders.at(builders.DAY, 9)


@pytest.fixture(autouse=True)
def morning(db: object) -> Iterator[None]:
    builders.see_everything()
    with time_machine.travel(NINE, tick=False):
        yield


def begun(by: Actor, *, picture: bool = True) -> PatrolStop:
    place = patrolling.seat(builders.OFFICE, "合成-1", "service_hall", "合成大厅")
    if picture:
        patrolling.photograph(place, NINE - dt.timedelta(hours=3))
    (stop,) = queries.stops(by.scope, actions.open_round(by=by, size=1).pk)
    return stop


def test_the_wall_says_of_every_tile_what_it_is_and_shows_its_picture() -> None:
    by = builders.officer(builders.OFFICE)
    stop, client = begun(by), visit(by)
    wall = client.post(f"/patrol/stops/{stop.pk}/visit/")["Location"]
    page = plain(client.get(wall))
    assert "无实时画面，最近画面 3小时前" in page
    assert "无实时画面，也没有最近画面" in page
    picture = client.get(f"{wall}pictures/0/")
    assert (picture["Content-Type"], picture.content[:3]) == ("image/jpeg", b"\xff\xd8\xff")
    assert client.get(f"{wall}pictures/1/").status_code == 404
    assert client.get(f"{wall}pictures/9/").status_code == 404
    assert text(client.get(f"{wall}?tiles=9")).count("jg-tile-empty") == 7
    assert text(client.get(f"{wall}?tiles=77&from=99999")).count("<figure") >= 1


def test_signing_before_the_time_is_refused_whatever_the_page_sends() -> None:
    by = builders.officer(builders.OFFICE)
    stop, client = begun(by), visit(by)
    wall = client.post(f"/patrol/stops/{stop.pk}/visit/")["Location"]
    sent = {item: answer.value for item, answer in patrolling.answers(stop).items()}
    assert "须观看满30秒" in plain(client.post(wall, sent), 422)
    for number in range(1, 16):
        with time_machine.travel(NINE + dt.timedelta(seconds=number * 2), tick=False):
            told = client.post(f"{wall}beat/", {"seq": number, "elapsed": number * 2000, "visible": "1"})
    assert told.json() == {"watched": 30, "required": 30}
    with time_machine.travel(NINE + dt.timedelta(seconds=31), tick=False):
        assert client.post(wall, sent)["Location"] == f"/patrol/rounds/{stop.round_id}/"
        assert "认可时长" in plain(client.get(f"/patrol/stops/{stop.pk}/"))
        overview = text(client.get("/patrol/"))
    builders.see_everything()
    covering = Check.objects.filter(kind="patrol-video").count()
    assert f'data-label="覆盖" class="jg-nowrap"><span>{covering} / 1</span>' in overview


@pytest.mark.parametrize(
    "sent", [{}, {"seq": "x", "elapsed": "1"}, {"seq": "0", "elapsed": "1"}, {"seq": "1", "elapsed": "-5"}]
)
def test_a_beat_of_nonsense_is_no_beat(sent: dict[str, str]) -> None:
    by = builders.officer(builders.OFFICE)
    stop, client = begun(by), visit(by)
    wall = client.post(f"/patrol/stops/{stop.pk}/visit/")["Location"]
    assert client.post(f"{wall}beat/", sent).status_code == 422
    builders.see_everything()
    assert not PatrolBeat.objects.exists()


def test_somebody_elses_wall_takes_no_beat_no_snapshot_and_no_signature() -> None:
    by, colleague = builders.officer(builders.OFFICE), builders.officer(builders.OFFICE)
    stop = begun(by)
    wall = visit(by).post(f"/patrol/stops/{stop.pk}/visit/")["Location"]
    client = visit(colleague)
    assert client.post(f"{wall}beat/", {"seq": 1, "elapsed": 1, "visible": "1"}).status_code == 409
    assert client.post(f"{wall}snapshots/", {"channel": "合成通道1", "text": "别人的画面"}).status_code == 409
    assert "别人打开" in plain(client.post(wall, {}), 422)
    outsider = visit(builders.officer("siping@CITY"))
    assert outsider.get(wall).status_code == 404


def test_the_rotation_needs_the_same_statements_for_one_place_and_for_many() -> None:
    client = visit(builders.officer(builders.OFFICE))
    for number in range(20):
        patrolling.seat(builders.OFFICE, f"合成-{number}")
    assert statements(client, "/patrol/") <= FRAME + OWN
