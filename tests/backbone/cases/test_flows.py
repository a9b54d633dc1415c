"""A case goes on under the version of the flow that it was opened under; repeats are linked when a unit is known."""

import dataclasses
import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from builders import CITY, COUNTY, DAY, OFFICE, at, officer, on_the_clock
from casework import ordered
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.cases import queries, routing, rules
from jianguan.backbone.cases.actions import CaseRefused, open_case, submit, take
from jianguan.backbone.cases.models import Case
from jianguan.backbone.cases.rules import MOVES, Verb
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.rules.queries import working_calendar
from jianguan.backbone.scope import scope as scopes
from jianguan.kit import clock


@pytest.fixture
def city(db: Any) -> Actor:
    found = officer(CITY)
    scopes.apply(found.scope)
    return found


def opened(by: Actor, **given: Any) -> Case:
    scopes.apply(by.scope)
    return open_case(
        by=by, kind="rectification", title="遮挡", text="三号通道", provision="5.7", origin="抽查复核", **given
    )


def assigned(by: Actor, case: Case, unit: str) -> Case:
    scopes.apply(by.scope)
    handler = agencies.capacity(unit)
    routing.assign(by=by, case=case, version=case.version, handler=handler, calendar=working_calendar())
    return case


def refused(case: Case) -> Case:
    office = officer(case.handler.key)
    scopes.apply(office.scope)
    take(by=office, case=case, verb=Verb.REFUSE, version=case.version, text="不归本单位管")
    return case


def test_a_case_goes_on_under_the_rules_it_was_opened_under(city: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    before = ordered(CITY, OFFICE, "rectification", "5.7", clock.today())
    second = dataclasses.replace(
        rules.KINDS["rectification"],
        flow=2,
        outcomes={"verified": "整改到位"},
        moves={verb: move for verb, move in MOVES.items() if verb is not Verb.TRANSFER},
    )
    monkeypatch.setitem(rules.KINDS, "rectification", second)
    monkeypatch.setitem(rules.FLOWS, ("rectification", 2), second)
    after = ordered(CITY, OFFICE, "rectification", "5.7", clock.today())
    assert (before.flow, after.flow) == (1, 2)
    office = officer(OFFICE)
    scopes.apply(office.scope)
    for case, gone, known in ((before, "verified", "done"), (after, "done", "verified")):
        take(by=office, case=case, verb=Verb.RECEIVE, version=case.version)
        with pytest.raises(CaseRefused, match="请选择办理结论"):
            submit(by=office, case=case, version=case.version, outcome=gone, text="已办")
        submit(by=office, case=case, version=case.version, outcome=known, text="已办")
    scopes.apply(city.scope)
    for case in (before, after):
        take(by=city, case=case, verb=Verb.RETURN, version=case.version, text="未到位")
    scopes.apply(office.scope)
    with pytest.raises(CaseRefused, match="当前身份不能对该事项“转办”"):
        take(by=office, case=after, verb=Verb.TRANSFER, version=after.version, text="转办")
    assert Verb.REQUEST_EXTENSION in queries.possible(office, before)


def test_a_repeat_is_linked_when_the_case_is_assigned_later(city: Actor) -> None:
    first = assigned(city, opened(city), OFFICE)
    again = opened(city)
    assert again.repeats is None
    assigned(city, again, OFFICE)
    again.refresh_from_db()
    assert again.repeats == first


def test_a_repeat_is_of_the_unit_that_has_the_case_not_of_one_that_refused_it(city: Actor) -> None:
    assigned(city, opened(city), OFFICE)
    again = assigned(city, opened(city), OFFICE)
    assert again.repeats is not None
    assigned(city, refused(again), COUNTY)
    again.refresh_from_db()
    assert again.repeats is None


def test_what_was_half_a_year_ago_is_no_repeat(city: Actor) -> None:
    with on_the_clock(at(DAY - dt.timedelta(days=190), 9)):
        assigned(city, opened(city), OFFICE)
    with on_the_clock(at(DAY, 9)):
        assert assigned(city, opened(city), OFFICE).repeats is None


def test_a_repeat_is_not_written_past_the_assignment(city: Actor) -> None:
    first, again = assigned(city, opened(city), OFFICE), opened(city)
    with pytest.raises(IntegrityError, match="只能经办理步骤"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET repeats_id = %s WHERE id = %s", [first.pk, again.pk])
