"""What each kind of population is made of: whose record it is, who did it, what is shown and what must be looked at."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from builders import CITY, COUNTY, DAY, OFFICE, at, on_the_clock
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.draws import framing
from jianguan.backbone.draws.frames import frame, frames
from jianguan.backbone.draws.framing import Member
from jianguan.facts import ingest, sources

pytestmark = pytest.mark.usefixtures("system")
Take = Callable[..., None]
CARD = "11010519491231002X"


@pytest.fixture
def take(system: None, tmp_path: Path) -> Take:
    """Take rows of a fact in, as JSON-free CSV under the names of its columns."""

    def taken(fact: str, *rows: Mapping[str, str]) -> None:
        columns = sorted({name for row in rows for name in row})
        lines = [",".join(columns), *(",".join(row.get(name, "") for name in columns) for row in rows)]
        path = tmp_path / f"{fact}.csv"
        path.write_text("\n".join(lines) + "\n")
        with on_the_clock(at(DAY, 17)):
            batch = ingest.take_in(fact, path, source=sources.register(fact, fact), day=DAY)
        assert batch.accepted == len(rows), batch.reason

    return taken


def members(kind: str, *units: str) -> dict[str, list[Member]]:
    with framing.opened(DAY) as duck:
        found = framing.members(duck, frame(kind), DAY, units=units)
        return {unit: list(group) for unit, group in found}


def moment(hour: int, minute: int = 0) -> str:
    return f"{DAY} {hour:02d}:{minute:02d}:00"


def test_every_daily_kind_says_what_it_needs_and_none_is_named_twice() -> None:
    assert {one.kind for one in frames() if one.daily} == {
        "archive",
        "body-camera",
        "exam-av",
        "inspection-area",
        "online-learner",
        "site-by-area",
    }
    assert {one.kind for one in frames() if not one.daily} == {"campaign-inspector", "campaign-target", "venue"}


CHECK = {
    "area": "CY1",
    "checker": "C1",
    "verdict": "1",
    "capacity": OFFICE,
    "started_at": moment(9),
    "ended_at": moment(9, 10),
}


@pytest.mark.clause("6.7")
def test_an_inspected_vehicle_brings_the_cameras_of_its_minutes_and_a_school_bus_is_mandatory(take: Take) -> None:
    take("vehicle_check", CHECK | {"check_no": "V1", "usage": "A"}, CHECK | {"check_no": "V2", "usage": "S"})
    channel = "22010000001320000001"
    take(
        "recording_segment",
        {"channel": channel, "place": "CY1", "started_at": moment(8), "ended_at": moment(10), "media_ref": "a.mp4"},
        {"channel": channel, "place": "CY1", "started_at": moment(11), "ended_at": moment(12), "media_ref": "b.mp4"},
    )
    plain, bus = members("inspection-area", OFFICE)[OFFICE]
    assert [one.record.mandatory for one in (plain, bus)] == [False, True]
    (recording,) = plain.about["recordings"]
    assert (recording["ref"], recording["starts_at"], recording["ends_at"]) == ("a.mp4", moment(9), moment(9, 10))
    assert plain.doers == ("C1",)
    assert dict(bus.about["summary"])["使用性质"] == "中小学生校车"


@pytest.mark.clause("6.6")
def test_a_record_without_any_recording_is_a_phantom_line(take: Take) -> None:
    take("vehicle_check", CHECK | {"check_no": "V1"})
    (one,) = members("inspection-area", OFFICE)[OFFICE]
    assert one.record.media == "-"
    file = {"file_no": "F1", "camera": "B1", "officer": "C1", "unit": "CY1", "capacity": OFFICE}
    take("body_camera_file", file | {"started_at": moment(9), "ended_at": moment(10), "media_ref": "f1.mp4"})
    (worn,) = members("body-camera", OFFICE)[OFFICE]
    assert worn.record.media.startswith("sha256:")
    assert worn.about["recordings"][0]["kind"] == "body"
    (again,) = members("inspection-area", OFFICE)[OFFICE]
    assert [row["ref"] for row in again.about["recordings"]] == ["f1.mp4"]


@pytest.mark.clause("13.1")
def test_a_learner_counts_once_for_his_county_and_once_for_the_city_above(take: Take) -> None:
    session = {
        "person": CARD,
        "platform": "P1",
        "kind": "1",
        "mode": "1",
        "capacity": COUNTY,
        "started_at": moment(9),
        "ended_at": moment(10),
    }
    take(
        "learning_session",
        session | {"session_no": "S1"},
        session | {"session_no": "S2", "started_at": moment(14), "ended_at": moment(15)},
        session | {"session_no": "S3", "mode": "2"},
    )
    found = members("online-learner", COUNTY, CITY)
    assert set(found) == {COUNTY, CITY}
    (one,) = found[COUNTY]
    assert dict(one.about["summary"])["学习流水号"] == "S1、S2"
    assert CARD not in str(one)
    assert one.record.id == found[CITY][0].record.id


@pytest.mark.clause("5.6")
def test_an_archive_belongs_to_the_city_and_everybody_who_took_a_step_did_it(take: Take) -> None:
    business = {"kind": "V01", "office": "DT1", "operator": "Y1", "capacity": OFFICE, "accepted_at": moment(9)}
    take(
        "licensing_business",
        business | {"business_no": "B1"},
        business | {"business_no": "B2", "withdrawn": "1"},
    )
    step = {"business_no": "B1", "office": "DT1", "done_at": moment(10), "capacity": OFFICE}
    take(
        "business_step",
        step | {"seq": "1", "step": "1", "operator": "Y1"},
        step | {"seq": "2", "step": "2", "operator": "Y2"},
    )
    found = members("archive", CITY)
    (one,) = found[CITY]
    assert (one.record.id, sorted(one.doers), one.record.unit) == ("B1", ["Y1", "Y2"], CITY)


def test_a_row_without_a_capacity_belongs_to_the_office_of_its_place_and_keeps_the_order_of_ids(take: Take) -> None:
    from builders import place

    place(OFFICE, kind="inspection_area", code="CY1")
    take("vehicle_check", *({**CHECK, "check_no": f"V{n}", "capacity": ""} for n in (3, 1, 2)))
    assert agencies.capacity(OFFICE).key == OFFICE
    assert [one.record.id for one in members("inspection-area", OFFICE)[OFFICE]] == ["V1", "V2", "V3"]
