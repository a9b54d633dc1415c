"""The ladder of a deadline: every rung once, in order, also after a stop and also when run twice at once."""

import datetime as dt
from typing import Any

import pytest

from builders import CITY, OFFICE, at, officer, on_the_clock
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.cases import ladder, routing
from jianguan.backbone.cases.actions import open_case, submit, take
from jianguan.backbone.cases.models import Case, Notice
from jianguan.backbone.cases.rules import Rung, Verb
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.rules.queries import working_calendar
from jianguan.backbone.scope import scope as scopes

MONDAY = dt.date(2026, 3, 9)


@pytest.fixture
def city(db: Any) -> Actor:
    return officer(CITY)


def assigned(city: Actor) -> Case:
    """Assigned on a Monday, to be finished by Friday 20 March."""
    with on_the_clock(at(MONDAY, 9)):
        scopes.apply(city.scope)
        case = open_case(
            by=city, kind="rectification", title="遮挡", text="三号通道", provision="5.7", origin="抽查复核"
        )
        handler, last = agencies.capacity(OFFICE), dt.date(2026, 3, 20)
        routing.assign(by=city, case=case, version=1, handler=handler, calendar=working_calendar(), last_day=last)
    return case


def climbed(case: Case, moment: dt.datetime) -> list[str]:
    scopes.apply(scopes.everything())
    ladder.climb(moment)
    return list(Notice.objects.filter(case=case, deadline__term="finish").order_by("pk").values_list("rung", flat=True))


def received(case: Case) -> None:
    with on_the_clock(at(MONDAY, 10)):
        office = officer(OFFICE)
        scopes.apply(office.scope)
        take(by=office, case=case, verb=Verb.RECEIVE, version=2)


def test_a_deadline_climbs_rung_by_rung_and_each_one_once(city: Actor) -> None:
    case = assigned(city)
    received(case)
    assert climbed(case, at(dt.date(2026, 3, 18), 9)) == []
    assert climbed(case, at(dt.date(2026, 3, 19), 9)) == [Rung.WARN]
    assert climbed(case, at(dt.date(2026, 3, 19), 10)) == [Rung.WARN]
    assert climbed(case, at(dt.date(2026, 3, 21))) == [Rung.WARN, Rung.RED]
    assert climbed(case, at(dt.date(2026, 3, 24))) == [Rung.WARN, Rung.RED, Rung.CHASE]
    assert climbed(case, at(dt.date(2026, 3, 26)))[3:] == [Rung.SUPERIOR]
    assert climbed(case, at(dt.date(2026, 3, 28)))[4:] == [Rung.BULLETIN]
    assert climbed(case, at(dt.date(2026, 5, 28)))[5:] == []


def test_after_a_stop_no_rung_is_missing_but_the_reminder_that_came_too_late(city: Actor) -> None:
    case = assigned(city)
    received(case)
    assert climbed(case, at(dt.date(2026, 4, 10))) == [Rung.RED, Rung.CHASE, Rung.SUPERIOR, Rung.BULLETIN]


def test_the_superior_rung_tells_the_unit_that_ordered(city: Actor) -> None:
    case = assigned(city)
    received(case)
    climbed(case, at(dt.date(2026, 4, 10)))
    told = dict(Notice.objects.filter(case=case, deadline__term="finish").values_list("rung", "capacity__key"))
    assert told == {"red": OFFICE, "chase": OFFICE, "superior": CITY, "bulletin": CITY}


def test_what_was_submitted_in_time_is_not_chased_and_what_was_returned_is(city: Actor) -> None:
    case = assigned(city)
    received(case)
    office = officer(OFFICE)
    with on_the_clock(at(dt.date(2026, 3, 12), 9)):
        scopes.apply(office.scope)
        submit(by=office, case=case, version=3, outcome="done", text="已整改")
    assert climbed(case, at(dt.date(2026, 4, 10))) == []
    with on_the_clock(at(dt.date(2026, 4, 10), 9)):
        scopes.apply(city.scope)
        take(by=city, case=case, verb=Verb.RETURN, version=4, text="照片不清，请重新提交")
    assert climbed(case, at(dt.date(2026, 4, 10), 10)) == [Rung.RED, Rung.CHASE, Rung.SUPERIOR, Rung.BULLETIN]


def test_many_deadlines_are_climbed_page_by_page(city: Actor) -> None:
    cases = [assigned(city) for _ in range(5)]
    scopes.apply(scopes.everything())
    assert ladder.climb(at(dt.date(2026, 3, 21)), limit=2) > 0
    assert ladder.climb(at(dt.date(2026, 3, 21)), limit=2) == 0
    red = Notice.objects.filter(case__in=cases, deadline__term="finish", rung="red")
    assert red.count() == 5
