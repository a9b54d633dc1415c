"""The parts of a split case under one clock: none ends after the whole, all of them move with it."""

import datetime as dt
from typing import Any

import pytest

from builders import CITY, DAY, OFFICE, PROVINCE, at, leader, officer, on_the_clock, see_everything
from casework import ended, ordered, submitted
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.cases import ladder, rechecks, routing
from jianguan.backbone.cases.actions import CaseRefused, open_case, take
from jianguan.backbone.cases.models import Case, Notice, Recheck
from jianguan.backbone.cases.rules import Verb
from jianguan.backbone.rules.queries import working_calendar

COUNTY = "changchun-nanguan@COUNTY"
END = DAY + dt.timedelta(days=3)
LONGER = DAY + dt.timedelta(days=20)


@pytest.fixture(autouse=True)
def _see(db: Any) -> None:
    see_everything()


def split(case: Case, *units: str, day: dt.date = DAY) -> list[Case]:
    with on_the_clock(at(day, 11)):
        by = officer(case.handler.key)
        if case.state == "assigned":
            take(by=by, case=case, verb=Verb.RECEIVE, version=case.version)
        handlers, calendar = [agencies.capacity(unit) for unit in units], working_calendar()
        return routing.split(
            by=by, case=case, version=case.version, handlers=handlers, text="合成：分办", calendar=calendar
        )


def family() -> tuple[Case, list[Case]]:
    case = ordered(PROVINCE, CITY, "supervised", "4.6", last_day=END)
    return case, split(case, OFFICE, COUNTY)


def extended(case: Case, last_day: dt.date, day: dt.date = DAY) -> None:
    with on_the_clock(at(day, 14)):
        case.refresh_from_db()
        by = officer(case.handler.key)
        if case.state == "assigned":
            take(by=by, case=case, verb=Verb.RECEIVE, version=case.version)
        take(by=by, case=case, verb=Verb.REQUEST_EXTENSION, version=case.version, text="合成：须调取录像")
        chief = leader(case.issuer.key)
        routing.decide_extension(
            by=chief, case=case, version=case.version, granted=True, reason="同意", last_day=last_day
        )


def end(case: Case) -> dt.datetime:
    return case.deadlines.get(term="finish", replaced_by=None).due_at


def test_a_part_is_not_extended_beyond_the_whole() -> None:
    case, (child, _) = family()
    with pytest.raises(CaseRefused, match="不能晚于上级事项"):
        extended(child, LONGER)
    assert end(child) == end(case)


def test_open_parts_move_with_the_whole_when_it_is_given_more_time() -> None:
    case = ordered(PROVINCE, PROVINCE, "supervised", "4.6", last_day=END)
    (child,) = split(case, CITY)
    (grandchild,) = split(child, OFFICE)
    extended(case, LONGER)
    later = at(LONGER + dt.timedelta(days=1))
    assert {end(one) for one in (case, child, grandchild)} == {later}
    last = grandchild.steps.order_by("-version").first()
    assert last is not None
    assert (last.person_id, last.verb, last.decision_id) == (None, "note", case.steps.last().decision_id)


def test_a_part_that_ends_earlier_keeps_its_day_when_the_whole_is_given_more_time() -> None:
    case, (child, other) = family()
    with on_the_clock(at(DAY, 12)):
        take(by=officer(OFFICE), case=child, verb=Verb.REFUSE, version=child.version, text="合成：退回")
        soon, to, calendar = DAY + dt.timedelta(days=2), agencies.capacity(OFFICE), working_calendar()
        by = officer(CITY)
        routing.assign(by=by, case=child, version=child.version, handler=to, calendar=calendar, last_day=soon)
    extended(case, LONGER)
    assert end(child) == at(soon + dt.timedelta(days=1))
    assert end(other) == end(case)


def test_a_case_split_before_it_is_assigned_has_its_clock_from_then_on() -> None:
    with on_the_clock(at(DAY, 9)):
        case = open_case(by=officer(CITY), kind="supervised", title="合成", text="合成", provision="4.6", origin="合成")
    (child,) = split(case, OFFICE)
    assert end(child) == end(case)
    with on_the_clock(at(DAY, 15)):
        calendar, to = working_calendar(), agencies.capacity(CITY)
        routing.assign(by=officer(CITY), case=case, version=case.version, handler=to, calendar=calendar)
    assert end(child) == end(case)


def test_an_overdue_case_is_split_and_its_parts_are_chased_from_then_on() -> None:
    case = ordered(PROVINCE, CITY, "supervised", "4.6", last_day=END)
    late = DAY + dt.timedelta(days=60)
    (child,) = split(case, OFFICE, day=late)
    assert end(child) == end(case)
    ladder.climb(at(late, 12))
    told = Notice.objects.filter(case=child, deadline__term="finish")
    assert list(told.values_list("rung", "capacity__key")) == [("red", OFFICE)]


def test_a_closed_part_is_not_reopened_beyond_the_whole() -> None:
    case, (child, _) = family()
    with on_the_clock(at(DAY, 16)):
        ended(submitted(child))
        with pytest.raises(CaseRefused, match="不能晚于上级事项"):
            routing.reopen(by=leader(CITY), case=child, version=child.version, reason="合成", last_day=LONGER)
    assert case.state == "received"


def test_a_part_whose_recheck_failed_ends_with_the_whole() -> None:
    case, (child, _) = family()
    ended(submitted(child))
    with on_the_clock(at(DAY, 18)):
        drawn = Recheck.objects.create(case=child, month=DAY.replace(day=1), ticket="0" * 64, drawn_at=at(DAY, 18))
        rechecks.conclude(
            by=officer(CITY), recheck=drawn, passed=False, text="合成：没有整改", calendar=working_calendar()
        )
    child.refresh_from_db()
    assert (child.state, end(child)) == ("working", end(case))
