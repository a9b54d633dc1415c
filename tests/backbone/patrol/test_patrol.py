"""Rounds of patrol: nobody chooses, nobody signs before the time, nothing seen covers nothing."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine

import builders
import patrolling
import staff
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.patrol import actions, queries, rules
from jianguan.backbone.patrol.actions import PatrolRefused
from jianguan.backbone.patrol.models import PatrolResult, PatrolRound
from jianguan.backbone.people.acting import NotAllowed
from jianguan.backbone.work.models import Check, Finding
from jianguan.kit.digests import digest_of, hexdigest

NINE = builders.at(builders.DAY, 9)


@pytest.fixture(autouse=True)
def morning(db: object) -> Iterator[None]:
    builders.see_everything()
    with time_machine.travel(NINE, tick=False):
        yield


def test_a_round_takes_the_places_in_rotation_and_pins_its_parameters() -> None:
    by = builders.officer(builders.OFFICE)
    for number in range(3):
        patrolling.photograph(patrolling.seat(builders.OFFICE, f"合成-{number}"), NINE)
    begun = actions.open_round(by=by, size=2)
    first = list(queries.stops(by.scope, begun.pk))
    assert (begun.dwell_seconds, begun.picture_hours, len(first), len(begun.places)) == (30, 24, 2, 3)
    waiting = [rules.Place(code, last) for code, last in begun.places]
    assert [one.subject.code for one in first] == rules.rotation(begun.seed, waiting, 2)
    assert begun.places_digest == digest_of(begun.places)
    for stop in first:
        patrolling.patrol(by, stop)
    with time_machine.travel(NINE + dt.timedelta(days=1), tick=False):
        second = list(queries.stops(by.scope, actions.open_round(by=by, size=1).pk))
    assert {one.subject_id for one in second}.isdisjoint(one.subject_id for one in first)


def test_nobody_opens_rounds_until_one_pleases_him() -> None:
    by = builders.officer(builders.OFFICE)
    for number in range(3):
        patrolling.seat(builders.OFFICE, f"合成-{number}")
    begun = actions.open_round(by=by, size=1)
    assert actions.open_round(by=by, size=3).pk == begun.pk
    assert PatrolRound.objects.count() == 1


def test_a_scope_without_places_has_no_round() -> None:
    with pytest.raises(PatrolRefused, match="没有登记六类场所"):
        actions.open_round(by=builders.officer(builders.OFFICE), size=5)


def test_a_stop_left_before_its_time_gives_no_check() -> None:
    by = builders.officer(builders.OFFICE)
    patrolling.photograph(patrolling.seat(builders.OFFICE, "合成-1"), NINE)
    (stop,) = queries.stops(by.scope, actions.open_round(by=by, size=1).pk)
    with pytest.raises(PatrolRefused, match="须观看满30秒"):
        patrolling.patrol(by, stop, seconds=28)
    assert not Check.objects.filter(kind="patrol-video").exists()
    check = patrolling.patrol(by, stop, seconds=30)
    result = PatrolResult.objects.get(check_record=check)
    assert (check.kind, check.passed, result.watched_ms, result.seen) == ("patrol-video", True, 30_000, True)
    with pytest.raises(PatrolRefused, match="已经巡察签字"):
        actions.begin_visit(by=by, stop=stop)


def test_the_same_beat_twice_and_two_screens_at_once_earn_nothing_more() -> None:
    by = builders.officer(builders.OFFICE)
    patrolling.seat(builders.OFFICE, "合成-1")
    patrolling.seat(builders.OFFICE, "合成-2")
    one, other = queries.stops(by.scope, actions.open_round(by=by, size=2).pk)
    visit = actions.begin_visit(by=by, stop=one)
    with time_machine.travel(NINE + dt.timedelta(seconds=4), tick=False):
        for _ in range(3):
            assert actions.beat(by=by, visit=visit, seq=1, visible=True, elapsed_ms=4000) == 4000
        actions.begin_visit(by=by, stop=other)
        with pytest.raises(PatrolRefused, match="不再计时"):
            actions.beat(by=by, visit=visit, seq=2, visible=True, elapsed_ms=6000)


def test_nobody_beats_or_signs_for_somebody_else() -> None:
    by, colleague = builders.officer(builders.OFFICE), builders.officer(builders.OFFICE)
    patrolling.seat(builders.OFFICE, "合成-1")
    (stop,) = queries.stops(by.scope, actions.open_round(by=by, size=1).pk)
    visit = actions.begin_visit(by=by, stop=stop)
    with pytest.raises(PatrolRefused, match="别人打开"):
        actions.beat(by=colleague, visit=visit, seq=1, visible=True, elapsed_ms=1)
    with pytest.raises(NotAllowed):
        actions.begin_visit(by=builders.officer(builders.PROVINCE), stop=stop)
    with pytest.raises(NotAllowed):
        actions.open_round(by=staff.employ(builders.OFFICE, "leader"), size=1)


def test_a_place_without_a_fresh_picture_is_a_finding_and_no_patrol() -> None:
    by = builders.officer(builders.OFFICE)
    patrolling.photograph(patrolling.seat(builders.OFFICE, "合成-1"), NINE - dt.timedelta(hours=25))
    (stop,) = queries.stops(by.scope, actions.open_round(by=by, size=1).pk)
    check = patrolling.patrol(by, stop)
    assert (check.kind, check.passed) == ("patrol-blind", False)
    assert "无法核查" in Finding.objects.get(check_record=check).text
    assert queries.last_visits(by.capacity_id) == {}


def test_a_snapshot_is_kept_with_a_manifest_and_what_is_abnormal_is_a_finding() -> None:
    by = builders.officer(builders.OFFICE)
    patrolling.photograph(patrolling.seat(builders.OFFICE, "合成-1"), NINE - dt.timedelta(hours=3))
    (stop,) = queries.stops(by.scope, actions.open_round(by=by, size=1).pk)
    visit = actions.begin_visit(by=by, stop=stop)
    kept = actions.keep_snapshot(by=by, visit=visit, channel="合成通道1", item="duty-present", note="值班台无人")
    data, media_type = actions.picture(kept.recording)
    assert (kept.stored.sha256, media_type) == (hexdigest(data), "image/jpeg")
    assert kept.manifest["picture"]["sha256"] == kept.stored.sha256
    assert kept.manifest_sha256 == digest_of(kept.manifest)
    second = actions.keep_snapshot(by=by, visit=visit, channel="合成通道1", item="", note="再看一次")
    assert second.manifest["previous"] == kept.manifest_sha256
    with pytest.raises(PatrolRefused, match="没有画面"):
        actions.keep_snapshot(by=by, visit=visit, channel="合成通道2", item="", note="没有画面的通道")
    patrolling.look(by, visit, 30)
    check = actions.sign_stop(by=by, visit=visit, answers=patrolling.answers(stop, duty_present="值班台无人"))
    finding = Finding.objects.get(check_record=check)
    assert (finding.item, finding.subject) == ("duty-present", stop.subject)
    with pytest.raises(PatrolRefused, match="不能再补截图"):
        actions.keep_snapshot(by=by, visit=visit, channel="合成通道1", item="", note="补一张")


def test_the_office_sees_what_the_province_found_and_not_how_it_patrols(in_scope: object) -> None:
    by = builders.officer(builders.PROVINCE)
    patrolling.photograph(patrolling.seat(builders.OFFICE, "合成-1"), NINE)
    (stop,) = queries.stops(by.scope, actions.open_round(by=by, size=1).pk)
    check = patrolling.patrol(by, stop, order_public="大厅聚集")
    in_scope(agencies.capacity(builders.OFFICE).pk)
    assert Check.objects.filter(pk=check.pk).exists()
    assert Finding.objects.filter(check_record=check).exists()
    assert not PatrolRound.objects.exists()
    assert not PatrolResult.objects.exists()
