"""What no way into the database gets round: whose turn it is, the tree of a case, deadlines, decisions, parties."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

import staff
from builders import CITY, OFFICE, PROVINCE, leader, officer
from casework import ended, ordered, submitted
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.cases import routing
from jianguan.backbone.cases.actions import CaseRefused, open_case, submit, take
from jianguan.backbone.cases.models import Case, Deadline, Party, Step
from jianguan.backbone.cases.rules import KINDS, MOVES, Verb
from jianguan.backbone.decisions.actions import make_decision
from jianguan.backbone.decisions.models import DecisionKind
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.rules.queries import working_calendar
from jianguan.backbone.scope import scope as scopes
from jianguan.kit import clock

TODAY = clock.today()


@pytest.fixture
def case(db: Any) -> Case:
    """Ordered by the city, submitted by the office."""
    scopes.apply(officer(CITY).scope)
    return submitted(ordered(CITY, OFFICE, "rectification", "5.7", TODAY), TODAY)


def forged(by: Actor, case: Case, verb: str, to: str, side: str, **given: Any) -> Step:
    """A step written past the actions, in the scope of whoever writes it."""
    scopes.apply(by.scope)
    fields = {"capacity_id": by.capacity_id, "person_id": by.person_id, "appointment_id": by.appointment_id} | given
    with transaction.atomic():
        return Step.objects.create(
            case=case, version=case.version + 1, verb=verb, from_state=case.state, to_state=to, side=side,
            state_digest="0" * 64, at=clock.now(), **fields,
        )  # fmt: skip


def split_down(parent: Case, by: Actor, to: str) -> Case:
    scopes.apply(by.scope)
    (child,) = routing.split(
        by=by, case=parent, version=parent.version, handlers=[agencies.capacity(to)], text="分解",
        calendar=working_calendar(),
    )  # fmt: skip
    parent.refresh_from_db()
    return child


def own_case(by: Actor, kind: str = "supervised") -> Case:
    """Opened, assigned to oneself and received."""
    scopes.apply(by.scope)
    case = open_case(by=by, kind=kind, title="合成", text="合成数据", provision="5.7", origin="合成来源")
    own = agencies.capacity(by.capacity_key)
    routing.assign(by=by, case=case, version=1, handler=own, calendar=working_calendar())
    take(by=by, case=case, verb=Verb.RECEIVE, version=2)
    return case


def test_the_database_knows_the_moves_of_the_rules(db: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT verb, states, sides, to_state FROM cases_moves()")
        held = {verb: (set(states), set(sides), to) for verb, states, sides, to in cursor.fetchall()}
    assert held == {
        verb.value: (
            {one.value for one in move.states},
            {one.value for one in move.sides},
            move.to.value if move.to else None,
        )
        for verb, move in MOVES.items()
    }


def test_no_flow_is_wider_than_what_the_database_holds() -> None:
    for kind in KINDS.values():
        for verb, move in kind.moves.items():
            assert move.states <= MOVES[verb].states
            assert move.sides <= MOVES[verb].sides
            assert move.to == MOVES[verb].to


@pytest.mark.parametrize(("verb", "to"), [("pass", "reviewed"), ("return", "working"), ("note", "working")])
def test_the_unit_that_works_on_a_case_neither_passes_nor_returns_it_in_sql(case: Case, verb: str, to: str) -> None:
    other = officer(OFFICE)
    for side in ("issuer", "handler", "superior"):
        with pytest.raises(IntegrityError, match="当前身份不能"):
            forged(other, case, verb, to, side)
    city = agencies.capacity(CITY)
    with pytest.raises((IntegrityError, ProgrammingError), match=r"当前身份不能|row-level security"):
        forged(other, case, verb, to, "issuer", capacity_id=city.pk)


def test_the_unit_that_works_on_a_case_does_not_close_it_in_sql(case: Case) -> None:
    scopes.apply(officer(CITY).scope)
    take(by=officer(CITY), case=case, verb=Verb.PASS, version=case.version, text="属实")
    with pytest.raises(IntegrityError, match="当前身份不能"):
        forged(officer(OFFICE), case, "close", "closed", "issuer")


def test_a_case_begins_at_its_opening_in_sql_too(case: Case) -> None:
    scopes.apply(officer(CITY).scope)
    with pytest.raises(IntegrityError, match="须从立项开始"), transaction.atomic():
        Case.objects.create(
            kind="anomaly", flow=1, number="合成1号", title="合成", text="合成", provision="5.5", issuer=case.issuer,
            handler=case.handler, origin="合成", state="closed", version=7, opened_at=clock.now(),
            closed_at=clock.now(),
        )  # fmt: skip


def test_a_deadline_is_put_off_by_a_decision_alone(case: Case) -> None:
    city = officer(CITY)
    scopes.apply(city.scope)
    finish = case.deadlines.get(term="finish")

    def later(step: Step, **given: Any) -> None:
        fields = {"replaces": finish, "set_at": step.at, "due_at": finish.due_at + dt.timedelta(days=90)} | given
        with transaction.atomic():
            Deadline.objects.create(case=case, term="finish", amount=0, unit="date", step=step, **fields)

    with pytest.raises(IntegrityError, match="由办理步骤当时设定"):
        later(case.steps.get(verb="assign"))
    noted = take(by=city, case=case, verb=Verb.NOTE, version=case.version, text="改期限")
    with pytest.raises(IntegrityError, match="凭决定改变"):
        later(noted)
    with pytest.raises(IntegrityError, match="接替现行期限"):
        later(noted, replaces=None)
    with pytest.raises(IntegrityError, match="由办理步骤当时设定"):
        later(noted, set_at=noted.at - dt.timedelta(days=1))


@pytest.mark.parametrize(("verb", "side"), [("decide-extension", "issuer"), ("decide-objection", "issuer")])
def test_what_is_decided_needs_a_decision_of_its_kind_on_the_case(case: Case, verb: str, side: str) -> None:
    chief = leader(CITY)
    with pytest.raises(IntegrityError, match="凭就本事项作出的决定"):
        forged(chief, case, verb, case.state, side)
    of_another = make_decision(
        by=chief, kind=DecisionKind.HAND_OVER_CASE, subject=case.number, outcome={}, reason="合成", basis="5.7",
        state={"case": case.number},
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="凭就本事项作出的决定"):
        forged(chief, case, verb, case.state, side, decision=of_another)


def test_a_closed_case_is_not_reopened_in_sql_without_a_decision(case: Case) -> None:
    scopes.apply(officer(CITY).scope)
    ended(case, TODAY)
    with pytest.raises(IntegrityError, match="凭就本事项作出的决定"):
        forged(leader(CITY), case, "reopen", "working", "issuer")
    with pytest.raises(IntegrityError, match="当前身份不能"):
        forged(leader(CITY), case, "note", "working", "issuer")


def test_nobody_lets_himself_into_a_case_in_sql(case: Case) -> None:
    office = officer(OFFICE)
    scopes.apply(office.scope)
    step = case.steps.get(verb="submit")
    for side in ("signatory", "issuer", "superior"):
        with pytest.raises(IntegrityError, match="由办理步骤加入"), transaction.atomic():
            Party.objects.create(case=case, capacity_id=office.capacity_id, side=side, acts=True, step=step)


def test_whoever_worked_on_a_part_never_reviews_the_whole_in_another_capacity(db: Any) -> None:
    lin, below = officer(PROVINCE), officer(CITY)
    parent = own_case(lin)
    child = submitted(split_down(parent, lin, CITY), TODAY, below)
    ended(child, TODAY)
    scopes.apply(lin.scope)
    submit(by=lin, case=parent, version=parent.version, outcome="true", text="汇总")
    above = staff.employ(PROVINCE, "centre-supervisor", person_id=below.person_id)
    scopes.apply(above.scope)
    with pytest.raises(CaseRefused, match="本人办理过子事项"):
        take(by=above, case=parent, verb=Verb.PASS, version=parent.version, text="通过")
    with pytest.raises(IntegrityError, match="本人办理"):
        forged(above, parent, "pass", "reviewed", "issuer")


@pytest.mark.parametrize(("verb", "to", "side"), [("submit", "submitted", "handler")])
def test_a_whole_with_open_parts_is_not_submitted_in_sql(db: Any, verb: str, to: str, side: str) -> None:
    lin = officer(PROVINCE)
    parent = own_case(lin)
    split_down(parent, lin, CITY)
    with pytest.raises(IntegrityError, match="还有1件子事项没有办结"):
        forged(lin, parent, verb, to, side)


def test_a_part_is_reopened_only_after_the_whole(db: Any) -> None:
    lin, chief = officer(PROVINCE), leader(PROVINCE)
    parent = own_case(lin)
    child = ended(submitted(split_down(parent, lin, CITY), TODAY), TODAY)
    scopes.apply(lin.scope)
    submit(by=lin, case=parent, version=parent.version, outcome="true", text="汇总")
    ended(parent, TODAY)
    scopes.apply(chief.scope)
    again = {"by": chief, "reason": "又发现问题", "last_day": TODAY + dt.timedelta(days=9)}
    with pytest.raises(CaseRefused, match=f"主事项 {parent.number} .*请先将主事项重开"):
        routing.reopen(case=child, version=child.version, **again)
    routing.reopen(case=parent, version=parent.version, **again)
    routing.reopen(case=child, version=child.version, **again)
    assert (parent.state, child.state) == ("working", "working")


def test_nobody_hangs_a_part_on_a_case_that_is_submitted(case: Case) -> None:
    city = officer(CITY)
    scopes.apply(city.scope)
    with pytest.raises(CaseRefused, match="由其交办、承办单位分解"):
        open_case(by=city, kind="rectification", title="合成", text="合成", provision="5.7", origin="合成", parent=case)
