"""The life cycle of a case: whose turn it is, nobody reviews himself, nothing closes unreviewed, no act is lost."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

import staff
from builders import CITY, OFFICE, leader, officer
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.cases import routing
from jianguan.backbone.cases.actions import CaseChanged, CaseRefused, open_case, submit, take
from jianguan.backbone.cases.models import Case, Step
from jianguan.backbone.cases.rules import Severity, State, Term, Verb
from jianguan.backbone.people.acting import Actor, NotAllowed
from jianguan.backbone.rules.queries import working_calendar
from jianguan.backbone.scope import scope as scopes
from jianguan.kit import clock


class Both:
    """The city that orders and the office that works, each in its own scope."""

    def __init__(self) -> None:
        self.city, self.office = officer(CITY), officer(OFFICE)

    def assigned(self, **given: Any) -> Case:
        scopes.apply(self.city.scope)
        given = {"kind": "rectification", "title": "考场监控遮挡", "text": "第一考场三号通道被遮挡"} | given
        case = open_case(by=self.city, provision="5.7", origin="抽查复核", **given)
        handler = agencies.capacity(OFFICE)
        routing.assign(by=self.city, case=case, version=1, handler=handler, calendar=working_calendar())
        return case

    def submitted(self) -> Case:
        case = self.assigned()
        scopes.apply(self.office.scope)
        take(by=self.office, case=case, verb=Verb.RECEIVE, version=2)
        take(by=self.office, case=case, verb=Verb.WORK, version=3, text="已清理遮挡物")
        submit(by=self.office, case=case, version=4, outcome="done", text="已整改，见照片")
        return case


@pytest.fixture
def both(db: Any) -> Both:
    return Both()


def test_a_case_goes_from_opening_to_its_end_by_two_sides(both: Both) -> None:
    case = both.submitted()
    scopes.apply(both.city.scope)
    take(by=both.city, case=case, verb=Verb.PASS, version=5, text="现场核实，已清除")
    take(by=both.city, case=case, verb=Verb.CLOSE, version=6)
    assert case.state == State.CLOSED
    assert case.closed_at is not None
    states = list(case.steps.values_list("to_state", flat=True))
    assert states == ["opened", "assigned", "received", "working", "submitted", "reviewed", "closed"]


def test_assigning_sets_the_deadlines_pinned_to_their_parameters(both: Both) -> None:
    case = both.assigned(severity=Severity.SERIOUS)
    found = {one.term: one for one in case.deadlines.all()}
    assert set(found) == {Term.SIGN, Term.FINISH}
    assert found["finish"].amount == 5
    assert found["finish"].pinned["deadline.rectify-serious"]["value"] == "5"
    assert found["sign"].due_at < found["finish"].due_at


def test_a_day_set_by_the_ministry_takes_the_place_of_the_parameter(both: Both) -> None:
    scopes.apply(both.city.scope)
    case = open_case(by=both.city, kind="supervised", title="部局通报", text="异常", provision="5.7", origin="部局通报")
    last = clock.today() + dt.timedelta(days=3)
    office = agencies.capacity(OFFICE)
    routing.assign(by=both.city, case=case, version=1, handler=office, calendar=working_calendar(), last_day=last)
    finish = case.deadlines.get(term="finish")
    assert finish.unit == "date"
    assert finish.due_at.astimezone(clock.CHINA) == dt.datetime.combine(
        last + dt.timedelta(days=1), dt.time(), clock.CHINA
    )


def test_nobody_reviews_what_he_worked_on_in_whatever_capacity(both: Both) -> None:
    case = both.submitted()
    twin = staff.employ(CITY, "centre-supervisor", person_id=both.office.person_id)
    scopes.apply(twin.scope)
    with pytest.raises(CaseRefused, match="换一个履职身份也不可以"):
        take(by=twin, case=case, verb=Verb.PASS, version=5, text="通过")


def test_the_database_itself_refuses_self_review_and_closing_unreviewed(both: Both) -> None:
    case = both.submitted()
    scopes.apply(both.city.scope)

    def step(**given: Any) -> Step:
        fields = {"verb": "pass", "to_state": "reviewed", "person_id": both.city.person_id} | given
        return Step.objects.create(
            case=case, version=6, from_state="submitted", side="issuer", capacity_id=both.city.capacity_id,
            state_digest="0" * 64, at=clock.now(), **fields,
        )  # fmt: skip

    with pytest.raises(IntegrityError, match="本人办理"), transaction.atomic():
        step(person_id=both.office.person_id)
    with pytest.raises(IntegrityError, match="未经提交和复核"), transaction.atomic():
        step(verb="close", to_state="closed")
    with pytest.raises(IntegrityError, match="系统不得代人"), transaction.atomic():
        step(person_id=None)
    with pytest.raises(IntegrityError, match="只能经办理步骤"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET state = 'closed', closed_at = now() WHERE id = %s", [case.pk])
    with pytest.raises(IntegrityError, match="不得删除"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM cases_case WHERE id = %s", [case.pk])


def test_the_second_of_two_who_act_at_once_is_told_who_was_first(both: Both) -> None:
    case = both.assigned()
    scopes.apply(both.office.scope)
    take(by=both.office, case=case, verb=Verb.RECEIVE, version=2)
    with pytest.raises(CaseChanged, match=r"测试员已于.*“签收”，您的内容没有提交"):
        take(by=both.office, case=case, verb=Verb.WORK, version=2, text="开始办理")
    assert case.steps.count() == 3


def test_the_receiver_can_neither_close_nor_pass(both: Both) -> None:
    case = both.submitted()
    for verb in (Verb.PASS, Verb.CLOSE):
        with pytest.raises(CaseRefused, match="当前身份不能"):
            take(by=both.office, case=case, verb=verb, version=5, text="自行办结")


def test_a_case_under_first_receipt_is_neither_refused_nor_transferred(both: Both) -> None:
    case = both.assigned(kind="maintenance")
    scopes.apply(both.office.scope)
    with pytest.raises(CaseRefused, match="首接责任制"):
        take(by=both.office, case=case, verb=Verb.REFUSE, version=2, text="不归我管")


def test_more_time_is_given_by_a_leader_only_and_the_old_deadline_stays_readable(both: Both) -> None:
    case = both.assigned()
    scopes.apply(both.office.scope)
    take(by=both.office, case=case, verb=Verb.RECEIVE, version=2)
    take(by=both.office, case=case, verb=Verb.REQUEST_EXTENSION, version=3, text="设备到货晚")
    scopes.apply(both.city.scope)
    later = clock.today() + dt.timedelta(days=60)
    given = {"case": case, "version": 4, "granted": True, "reason": "情况属实", "last_day": later}
    with pytest.raises(NotAllowed):
        routing.decide_extension(by=both.city, **given)
    chief = leader(CITY)
    scopes.apply(chief.scope)
    routing.decide_extension(by=chief, **given)
    old, new = case.deadlines.filter(term="finish").order_by("set_at", "pk")
    assert new.replaces == old
    assert new.due_at > old.due_at
    with pytest.raises(CaseRefused, match="没有待决定"):
        routing.decide_extension(by=chief, **(given | {"version": 5}))


def test_nobody_decides_on_his_own_request_or_objection_in_form_or_database(both: Both) -> None:
    scopes.apply(both.city.scope)
    chief, own = leader(CITY), agencies.capacity(CITY)
    case = open_case(by=both.city, kind="anomaly", provision="5.5", origin="本单位", title="自查", text="自行核查")
    routing.assign(by=both.city, case=case, version=1, handler=own, calendar=working_calendar())
    scopes.apply(chief.scope)
    take(by=chief, case=case, verb=Verb.RECEIVE, version=2)
    take(by=chief, case=case, verb=Verb.REQUEST_EXTENSION, version=3, text="人手不足")
    take(by=chief, case=case, verb=Verb.OBJECT, version=4, text="不属于本单位")
    later = clock.today() + dt.timedelta(days=60)
    with pytest.raises(CaseRefused, match="本人提出的“申请延期”"):
        routing.decide_extension(by=chief, case=case, version=5, granted=True, reason="同意", last_day=later)
    with pytest.raises(CaseRefused, match="本人提出的“申诉”"):
        routing.decide_objection(by=chief, case=case, version=5, upheld=True, reason="成立")
    forged = {"case": case, "version": 6, "from_state": case.state, "to_state": case.state, "side": "issuer"}
    who = {"capacity_id": chief.capacity_id, "person_id": chief.person_id, "appointment_id": chief.appointment_id}
    for verb in (Verb.DECIDE_EXTENSION, Verb.DECIDE_OBJECTION):
        with pytest.raises(IntegrityError, match="须由他人决定"), transaction.atomic():
            Step.objects.create(**forged, **who, verb=verb.value, state_digest="0" * 64, at=clock.now())


def test_only_submitting_submits_in_the_database_too(both: Both) -> None:
    case = both.assigned()
    scopes.apply(both.office.scope)
    forged = {"case": case, "version": 3, "from_state": "assigned", "to_state": "submitted", "side": "handler"}
    who = {"capacity_id": both.office.capacity_id, "person_id": both.office.person_id}
    for verb in (Verb.NOTE, Verb.SUBMIT):
        with pytest.raises(IntegrityError, match="未经办理单位提交"), transaction.atomic():
            Step.objects.create(
                **forged, **who, appointment_id=both.office.appointment_id, verb=verb.value,
                state_digest="0" * 64, at=clock.now(),
            )  # fmt: skip


def test_a_case_is_not_reopened_with_a_day_that_is_over(both: Both) -> None:
    case = both.submitted()
    scopes.apply(both.city.scope)
    take(by=both.city, case=case, verb=Verb.PASS, version=5, text="现场核实")
    take(by=both.city, case=case, verb=Verb.CLOSE, version=6)
    chief = leader(CITY)
    scopes.apply(chief.scope)
    with pytest.raises(CaseRefused, match="不能早于今天"):
        routing.reopen(by=chief, case=case, version=7, reason="又遮挡", last_day=clock.today() - dt.timedelta(days=1))


def test_another_unit_sees_a_case_only_when_it_is_copied_in(both: Both) -> None:
    case = both.assigned()
    other: Actor = officer("siping@CITY")
    scopes.apply(other.scope)
    assert not Case.objects.filter(pk=case.pk).exists()
    scopes.apply(both.city.scope)
    routing.join(by=both.city, case=case, version=2, verb=Verb.COPY, capacities=[agencies.capacity("siping@CITY")])
    scopes.apply(other.scope)
    assert Case.objects.filter(pk=case.pk).exists()
    assert case.steps.count() == 3


def test_a_split_case_has_children_under_the_clock_of_the_parent(both: Both) -> None:
    case = both.assigned()
    scopes.apply(both.city.scope)
    parent = open_case(
        by=both.city, kind="supervised", title="部局通报", text="异常", provision="5.7", origin="部局通报"
    )
    last = clock.today() + dt.timedelta(days=9)
    city = agencies.capacity(CITY)
    routing.assign(by=both.city, case=parent, version=1, handler=city, calendar=working_calendar(), last_day=last)
    take(by=both.city, case=parent, verb=Verb.RECEIVE, version=2)
    chosen = [agencies.capacity(OFFICE)]
    children = routing.split(
        by=both.city, case=parent, version=3, handlers=chosen, text="分解办理", calendar=working_calendar()
    )
    assert [one.deadlines.get(term="finish").due_at for one in children] == [parent.deadlines.get(term="finish").due_at]
    assert not routing.settled(parent)
    assert case.number != children[0].number


def test_a_repeat_of_the_same_unit_and_provision_is_linked(both: Both) -> None:
    first = both.assigned()
    scopes.apply(both.city.scope)
    again = open_case(
        by=both.city, kind="rectification", title="再次遮挡", text="同一通道", provision="5.7", origin="抽查复核",
        handler=agencies.capacity(OFFICE),
    )  # fmt: skip
    assert again.repeats == first
