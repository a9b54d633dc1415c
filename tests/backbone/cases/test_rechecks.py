"""Rechecks: closed cases drawn by a seed nobody could choose, looked at by others, reopened when they fail."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

import staff
from builders import CITY, OFFICE, PROVINCE, at, officer, on_the_clock
from draws_world import Secret, open_share, shared
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.audit.models import Event
from jianguan.backbone.cases import rechecks, routing
from jianguan.backbone.cases.actions import open_case, submit, take
from jianguan.backbone.cases.followups import RecheckDraw, RecheckList, RecheckResult
from jianguan.backbone.cases.models import Case, Recheck
from jianguan.backbone.cases.rechecks import RecheckRefused
from jianguan.backbone.cases.rules import State, Verb
from jianguan.backbone.draws.models import Party
from jianguan.backbone.people.acting import Actor, NotAllowed
from jianguan.backbone.rules.queries import working_calendar
from jianguan.backbone.scope import scope as scopes
from jianguan.engines.draw import draw

FEBRUARY, DAY = dt.date(2026, 2, 1), dt.date(2026, 3, 3)
CLOSED = 3


class World:
    """The city closed a few cases of the office in February."""

    def __init__(self) -> None:
        self.city, self.office = officer(CITY), officer(OFFICE)
        self.cases = [self.closed(dt.date(2026, 2, 10 + number)) for number in range(CLOSED)]

    def closed(self, day: dt.date) -> Case:
        with on_the_clock(at(day, 9)):
            scopes.apply(self.city.scope)
            case = open_case(
                by=self.city, kind="rectification", title="遮挡", text="三号通道", provision="5.7", origin="抽查复核"
            )
            to = agencies.capacity(OFFICE)
            routing.assign(by=self.city, case=case, version=1, handler=to, calendar=working_calendar())
            scopes.apply(self.office.scope)
            take(by=self.office, case=case, verb=Verb.RECEIVE, version=2)
            submit(by=self.office, case=case, version=3, outcome="done", text="已整改")
            scopes.apply(self.city.scope)
            take(by=self.city, case=case, verb=Verb.PASS, version=4, text="已核实")
            take(by=self.city, case=case, verb=Verb.CLOSE, version=5)
        return case

    def shares(self, day: dt.date = DAY) -> list[Secret]:
        scopes.apply(scopes.everything())
        return [shared(Party.CHECKING, CITY, day), shared(Party.SUPERIOR, PROVINCE, day, "22" * 32)]

    def run(self, day: dt.date = DAY, hour: int = 18, minute: int = 10) -> tuple[int, int]:
        moment = at(day, hour, minute)
        with on_the_clock(moment):
            return rechecks.run(moment)

    def drawn(self) -> Recheck:
        """The one that was drawn, after freeze and reveal."""
        secrets = self.shares()
        assert self.run() == (1, 0)
        scopes.apply(scopes.everything())
        for one in secrets:
            open_share(one)
        assert self.run(hour=19, minute=40) == (0, 1)
        scopes.apply(self.city.scope)
        return Recheck.objects.get()


@pytest.fixture
def world(db: Any) -> World:
    return World()


def test_the_list_is_frozen_before_the_seed_and_the_draw_is_repeated_from_it(world: World) -> None:
    picked = world.drawn()
    listed, made = RecheckList.objects.get(), RecheckDraw.objects.get()
    assert (listed.size, listed.month, listed.pinned["recheck.percent"]["value"]) == (CLOSED, FEBRUARY, "5")
    manifest = rechecks.manifest_of(listed)
    assert manifest.root.hex() == listed.root
    known = rechecks.shares.Sources()
    scopes.apply(scopes.everything())
    (seed,) = known.of(manifest, made.drawn_at).seeds(manifest)
    assert [seed.value.hex()] == [one["seed"] for one in made.seeds]
    (pick,) = draw(manifest, seed).picks
    assert (pick.id, pick.ticket.hex()) == (picked.case.number, picked.ticket)
    assert Event.objects.filter(kind="recheck.drawn").count() == 1


def test_nothing_is_frozen_before_the_hour_nor_drawn_twice(world: World) -> None:
    world.shares()
    assert world.run(hour=9) == (0, 0)
    assert world.run() == (1, 0)
    assert world.run() == (0, 0)


def test_a_list_whose_seed_never_came_is_frozen_again_for_another_day_and_drawn_once(world: World) -> None:
    world.shares()
    assert world.run() == (1, 0)
    next_day = DAY + dt.timedelta(days=1)
    secrets = world.shares(next_day)
    assert world.run(next_day) == (1, 0)
    scopes.apply(scopes.everything())
    for one in secrets:
        open_share(one)
    assert world.run(next_day, 19, 40) == (0, 1)
    assert world.run(next_day + dt.timedelta(days=1)) == (0, 0)
    scopes.apply(world.city.scope)
    assert (RecheckList.objects.count(), RecheckDraw.objects.count(), Recheck.objects.count()) == (2, 1, 1)


def test_a_recheck_is_done_by_somebody_who_had_no_part_in_the_case(world: World) -> None:
    picked = world.drawn()
    with on_the_clock(at(DAY, 20)):
        given: dict[str, Any] = {"recheck": picked, "passed": True, "text": "现场查看", "calendar": working_calendar()}
        twin: Actor = staff.employ(CITY, "centre-supervisor", person_id=world.office.person_id)
        assert rechecks.waiting(world.city) == []
        for one in (world.city, twin):
            with pytest.raises(RecheckRefused, match="没有办理、复核过"):
                rechecks.conclude(by=one, **given)
            with pytest.raises(IntegrityError, match="没有办理、复核过"), transaction.atomic():
                RecheckResult.objects.create(
                    recheck=picked, passed=True, text="通过", by_id=one.appointment_id, at=at(DAY, 20)
                )
        with pytest.raises(NotAllowed):
            rechecks.conclude(by=officer("siping@CITY"), **given)
        colleague = officer(CITY)
        scopes.apply(colleague.scope)
        assert rechecks.waiting(colleague) == [picked]
        rechecks.conclude(by=colleague, **given)
        with pytest.raises(RecheckRefused, match="已有结论"):
            rechecks.conclude(by=colleague, **given)
    picked.case.refresh_from_db()
    assert picked.case.state == State.CLOSED


def test_a_recheck_that_fails_reopens_the_case_with_a_new_day(world: World) -> None:
    picked = world.drawn()
    colleague = officer(CITY)
    with on_the_clock(at(DAY, 20)):
        scopes.apply(colleague.scope)
        result = rechecks.conclude(
            by=colleague, recheck=picked, passed=False, text="遮挡物又装上了", calendar=working_calendar()
        )
    case = Case.objects.get(pk=picked.case_id)
    assert (case.state, case.closed_at) == (State.WORKING, None)
    assert result.step is not None
    assert result.step.verb == Verb.FAIL_RECHECK
    old, new = case.deadlines.filter(term="finish").order_by("pk")
    assert new.replaces == old
    scopes.apply(world.office.scope)
    with on_the_clock(at(DAY, 21)):
        submit(by=world.office, case=case, version=case.version, outcome="done", text="已拆除")
