"""A feed that stays away is an alert to whom it concerns, once; it is settled when the day arrives."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from facts.conftest import as_csv, exam
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.alerts.feeds import look_at_feeds
from jianguan.backbone.alerts.models import Alert
from jianguan.backbone.scope import scope as scopes
from jianguan.facts import ingest, sources
from jianguan.facts.models import Source
from jianguan.kit.clock import CHINA

DAY = dt.date(2020, 4, 2)


@pytest.fixture
def city(db: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Source:
    monkeypatch.setattr(settings, "JIANGUAN_HOME", tmp_path / "home")
    scopes.apply(scopes.everything())
    seat = agencies.capacity("changchun@CITY")
    return sources.register(
        "city-exams", "exam", name="长春考试", capacity_id=seat.pk, capacity_key=seat.key, first_day=DAY, due_hour=9
    )


def moment(day: int, hour: int) -> dt.datetime:
    return dt.datetime(2020, 4, day, hour, tzinfo=CHINA)


def told() -> list[tuple[str, str, str, bool]]:
    return [
        (one.kind, one.capacity.key, str(one.day), hasattr(one, "settlement"))
        for one in Alert.objects.order_by("pk").select_related("capacity", "settlement")
    ]


def test_a_delay_becomes_a_gap_and_each_is_raised_once(city: Source) -> None:
    assert look_at_feeds(moment(3, 8)) == 0, "not due yet"
    assert look_at_feeds(moment(3, 10)) == 1
    assert look_at_feeds(moment(3, 11)) == 0
    assert told() == [("feed-late", "changchun@CITY", "2020-04-02", False)]
    assert look_at_feeds(moment(4, 10)) == 2, "the second day is late, the first now missing"
    assert told()[1:] == [
        ("feed-gap", "changchun@CITY", "2020-04-02", False),
        ("feed-late", "changchun@CITY", "2020-04-03", False),
    ]


def test_what_arrives_is_settled_and_a_hole_before_it_is_a_gap(city: Source, tmp_path: Path) -> None:
    look_at_feeds(moment(3, 10))
    look_at_feeds(moment(4, 10))
    (tmp_path / "exam.csv").write_text(as_csv([exam(1, kssj="2020-04-03 08:00:00", jssj="2020-04-03 08:20:00")]))
    ingest.take_in("exam", tmp_path / "exam.csv", source=city)
    look_at_feeds(moment(4, 11))
    assert {(kind, day): settled for kind, _, day, settled in told()} == {
        ("feed-late", "2020-04-02"): False,
        ("feed-gap", "2020-04-02"): False,
        ("feed-late", "2020-04-03"): True,
    }


def test_what_a_closed_source_owes_no_longer_is_settled(city: Source) -> None:
    look_at_feeds(moment(3, 10))
    look_at_feeds(moment(4, 10))
    sources.close(city, DAY)
    look_at_feeds(moment(5, 10))
    assert {(kind, day): settled for kind, _, day, settled in told()} == {
        ("feed-late", "2020-04-02"): False,
        ("feed-gap", "2020-04-02"): False,
        ("feed-late", "2020-04-03"): True,
    }
    assert "已于 2020-04-02 终止报送" in Alert.objects.get(day=dt.date(2020, 4, 3)).settlement.text


def test_a_source_of_the_whole_province_alerts_the_province_and_one_that_never_began_nobody(city: Source) -> None:
    Source.objects.filter(pk=city.pk).update(capacity_id=0, capacity_key="")
    sources.register("never-began", "exam")
    assert look_at_feeds(moment(3, 10)) == 1
    assert told() == [("feed-late", "jilin@PROVINCE", "2020-04-02", False)]
