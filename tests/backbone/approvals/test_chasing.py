"""Stages that nobody finishes: the unit is reminded, told, then its superior is; each once, settled when signed."""

import datetime as dt
from typing import Any

import pytest

from approving import Crew, applied, crew, seat, sign
from builders import CITY, COUNTY, PROVINCE, at, leader, officer, on_the_clock, see_everything
from jianguan.backbone.agencies import actions as agency_actions
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.alerts.models import Alert
from jianguan.backbone.approvals import actions, chasing
from jianguan.backbone.approvals.models import Application, StageDue

DAY = dt.date(2026, 3, 10)
"""A Tuesday; five working days later is the 17th."""


@pytest.fixture
def people(db: Any) -> Crew:
    return crew()


@pytest.fixture
def one(people: Crew) -> Application:
    with on_the_clock(at(DAY, 9)):
        return applied(people.applicant, received_on=DAY)


def run(day: dt.date, hour: int = 8, limit: int = 500) -> int:
    see_everything()
    moment = at(day, hour)
    with on_the_clock(moment):
        return chasing.chase(moment, limit=limit)


def told() -> list[tuple[str, str]]:
    see_everything()
    return [(one.kind, one.capacity.key) for one in Alert.objects.order_by("pk").select_related("capacity")]


def last_day(one: Application, stage: int) -> dt.date:
    due = StageDue.objects.get(application=one, round=1, stage=stage)
    return (due.due_at - dt.timedelta(microseconds=1)).astimezone(at(DAY, 0).tzinfo).date()


def test_a_stage_climbs_from_a_reminder_to_its_superior_each_once(one: Application) -> None:
    last = last_day(one, 1)
    assert run(DAY) == 0
    assert run(last - dt.timedelta(days=1)) == 1
    assert run(last - dt.timedelta(days=1), 9) == 0
    assert told() == [("approval-due", CITY)]
    assert run(last + dt.timedelta(days=1)) == 1
    assert run(last + dt.timedelta(days=1), 9) == 0
    assert run(last + dt.timedelta(days=7)) == 1
    assert run(last + dt.timedelta(days=30)) == 0
    assert told() == [("approval-due", CITY), ("approval-late", CITY), ("approval-late", PROVINCE)]
    text = Alert.objects.latest("pk").text
    assert one.number in text
    assert str(last) in text
    assert all(chasing.application_of(alert) == one.pk for alert in Alert.objects.all())


def test_what_a_dissolved_unit_owes_is_told_to_whoever_it_left_it_to(people: Crew) -> None:
    with on_the_clock(at(DAY, 9)):
        one = applied(officer(COUNTY), received_on=DAY)
        given = {"application": one, "version": 1, "seat": seat(one, people.city_leader)}
        actions.give_back(by=people.city_leader, reason="字段名称有误", **given)
        see_everything()
        county = agencies.capacity(COUNTY)
        end = DAY + dt.timedelta(days=1)
        agency_actions.end_capacity(by=leader(PROVINCE), capacity=county, on=end, basis="合成的撤销决定")
    assert run(DAY + dt.timedelta(days=40)) == 2
    assert told() == [("approval-late", CITY), ("approval-late", PROVINCE)]


def test_what_a_run_left_out_is_made_up_for_without_a_stale_reminder(one: Application) -> None:
    last = last_day(one, 1)
    assert run(last + dt.timedelta(days=7)) == 2
    assert told() == [("approval-late", CITY), ("approval-late", PROVINCE)]


def test_a_signature_settles_its_alerts_and_the_next_unit_is_told_of_its_own_stage(
    one: Application, people: Crew
) -> None:
    last = last_day(one, 1)
    run(last + dt.timedelta(days=7))
    with on_the_clock(at(last + dt.timedelta(days=7), 10)):
        sign(one, people.city_leader)
    assert run(last + dt.timedelta(days=7), 11) == 0
    assert Alert.objects.filter(settlement=None).count() == 0
    later = last_day(one, 2) + dt.timedelta(days=10)
    assert run(later) == 2
    assert told()[2:] == [("approval-late", PROVINCE)] * 2, "the top of the tree tells itself"


def test_a_correction_is_owed_by_the_applicant_and_what_has_ended_by_nobody(one: Application, people: Crew) -> None:
    with on_the_clock(at(DAY, 10)):
        actions.give_back(
            by=people.city_leader, application=one, version=1, seat=seat(one, people.city_leader), reason="缺少档案页"
        )
    assert run(DAY + dt.timedelta(days=60)) == 2
    assert told() == [("approval-late", CITY), ("approval-late", PROVINCE)]
    with on_the_clock(at(DAY + dt.timedelta(days=60), 10)):
        actions.withdraw(by=people.applicant, application=one, version=2, reason="业务已撤销")
    assert run(DAY + dt.timedelta(days=90)) == 0
    assert Alert.objects.filter(settlement=None).count() == 0


def test_more_stages_than_one_page_are_all_told(people: Crew) -> None:
    with on_the_clock(at(DAY, 9)):
        for _ in range(3):
            applied(people.applicant, received_on=DAY)
    assert run(DAY + dt.timedelta(days=60), limit=1) == 6
    assert run(DAY + dt.timedelta(days=60), 9, limit=1) == 0
