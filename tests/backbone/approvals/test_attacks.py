"""What the database refuses the application's own role: skipping, signing for oneself, changing what was signed."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from approving import Crew, acting, applied, approved, asked, crew, executed, queried, seat, sign
from builders import CITY, PROVINCE
from jianguan.backbone.approvals import actions
from jianguan.backbone.approvals.models import Application, Content, Seat, Step
from jianguan.backbone.documents import drafting
from jianguan.backbone.documents.models import DocumentKind
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.rules.queries import working_calendar
from jianguan.backbone.scope import scope as scopes
from jianguan.kit import clock
from staff import employ

FIRST = {"version": 1, "verb": "submit", "from_state": "", "from_stage": 0}


@pytest.fixture
def people(db: Any) -> Crew:
    return crew()


def forge(one: Application, by: Actor, **given: Any) -> Step:
    """Write a step past the actions, as somebody with the application's own connection could."""
    acting(by)
    content = one.contents.get(round=one.round)
    values = {
        "application": one,
        "version": one.version + 1,
        "round": one.round,
        "verb": "sign",
        "content": content,
        "from_state": one.state,
        "from_stage": one.stage,
        "branch": one.branch,
        "capacity_id": by.capacity_id,
        "person_id": by.person_id,
        "appointment_id": by.appointment_id,
        "person_name": by.person_name,
        "post_title": by.post_title,
        "state_digest": "0" * 64,
        "at": clock.now(),
    }
    return Step.objects.create(**values | given)


def refused(words: str) -> Any:
    return pytest.raises(IntegrityError, match=words)


def test_a_stage_cannot_be_skipped(people: Crew) -> None:
    one = applied(people.applicant)
    later = {"seat": one.seats.get(stage="leader"), "to_state": "executing", "to_stage": 4}
    with refused("还没有轮到"), transaction.atomic():
        forge(one, people.leader, **later)
    with refused("不得越过"), transaction.atomic():
        forge(one, people.city_leader, seat=one.seats.get(stage="report"), to_state="executing", to_stage=4)
    with refused("不得越过"), transaction.atomic():
        forge(one, people.city_leader, seat=one.seats.get(stage="report"), to_state="done", to_stage=None)


def test_nothing_is_executed_before_it_is_approved(people: Crew) -> None:
    one = applied(people.applicant)
    at = one.seats.get(stage="execution", seat="executor")
    with refused("还没有轮到"), transaction.atomic():
        forge(one, people.executor, seat=at, to_state="executing", to_stage=4)


def test_the_state_moves_by_steps_only_and_nothing_is_deleted(people: Crew) -> None:
    one = applied(people.applicant)
    acting(people.applicant)
    for change in (
        "state = 'done', stage = NULL, closed_at = now(), version = 2",
        "state = 'executing', stage = 4",
        "capacity_id = capacity_id + 1",
        "locked = true",
        "title = '另一件事'",
        "flow_id = flow_id + 1",
    ):
        with refused("只能经审批步骤"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE approvals_application SET {change} WHERE id = %s", [one.pk])  # noqa: S608 - constants
    with refused("不得删除"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM approvals_application WHERE id = %s", [one.pk])


def test_the_applicant_signs_in_no_other_capacity(people: Crew) -> None:
    one = applied(people.applicant)
    twin = employ(CITY, "leader", person_id=people.applicant.person_id)
    with refused("申请人不得审批"), transaction.atomic():
        forge(one, twin, seat=one.seats.get(stage="report"), to_state="signing", to_stage=2)


def test_nobody_signs_a_second_seat_in_another_capacity(people: Crew) -> None:
    one = applied(people.applicant)
    sign(one, people.city_leader)
    again = employ(PROVINCE, "centre-supervisor", person_id=people.city_leader.person_id)
    given = {"seat": one.seats.get(stage="analysis"), "to_state": "signing", "to_stage": 3, "branch": "technology"}
    with refused("只能签署一处"), transaction.atomic():
        forge(one, again, **given)


def test_nobody_signs_under_the_name_or_in_the_post_of_another(people: Crew) -> None:
    one = applied(people.applicant)
    given = {"seat": one.seats.get(stage="report"), "to_state": "signing", "to_stage": 2}
    with refused("与所任岗位不符"), transaction.atomic():
        forge(one, people.city_leader, person_id=people.leader.person_id, **given)
    with refused("与所任岗位不符"), transaction.atomic():
        forge(one, people.city_leader, appointment_id=people.leader.appointment_id, **given)


def test_what_was_submitted_is_not_changed_afterwards(people: Crew) -> None:
    one = applied(people.applicant)
    content = one.contents.get()
    for table, column in (("content", "changes"), ("step", "data")):
        unchanged = pytest.raises(Exception, match=r"只能追加|permission denied")
        with unchanged, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE approvals_{table} SET {column} = '[]'")  # noqa: S608 - constants
    for current in (1, 2):
        with pytest.raises(IntegrityError), transaction.atomic():
            Content.objects.create(
                application=one, capacity_id=content.capacity_id, round=current, reason="改过的理由", digest="0" * 64
            )
    place = {"order": 1, "stage": "report", "seat": "leader", "phase": "approve", "provision": "15.3"}
    here = place | {"capacity_id": people.applicant.capacity_id, "permission": "approval.sign"}
    for current in (1, 2):
        with refused("不得更改内容和环节"), transaction.atomic():
            Seat.objects.create(application=one, round=current, **here)


def test_an_application_without_all_seats_of_its_flow_is_refused(people: Crew) -> None:
    one = applied(people.applicant)
    row = {"flow": one.flow, "title": "越级", "capacity": one.capacity, "received_on": one.received_on}
    acting(people.applicant)
    with refused("缺少环节：单位审核上报"), transaction.atomic():
        bare = Application.objects.create(
            **row, number="合成数改〔2026〕1号", state="signing", stage=1, opened_at=clock.now()
        )
        Content.objects.create(
            application=bare, capacity=one.capacity, round=1, reason="没有环节", digest="0" * 64
        )  # fmt: skip
        forge(
            bare,
            people.applicant,
            version=1,
            verb="submit",
            from_state="",
            from_stage=0,
            to_state="done",
            to_stage=None,
        )
    with refused("须有申请步骤"), transaction.atomic():
        Application.objects.create(**row, number="合成数改〔2026〕2号", state="done", stage=None, opened_at=clock.now())
        connection.check_constraints()


def test_a_seat_at_ones_own_unit_is_no_seat_of_the_province(people: Crew) -> None:
    one = applied(people.applicant)
    acting(people.applicant)
    with refused("缺少环节：业务处室分析"), transaction.atomic():
        made = Application.objects.create(
            flow=one.flow,
            number="合成数改〔2026〕3号",
            title="自批",
            capacity=one.capacity,
            state="signing",
            stage=1,
            received_on=one.received_on,
            opened_at=clock.now(),
        )
        Content.objects.create(application=made, capacity=one.capacity, round=1, reason="自己批", digest="0" * 64)
        for old in one.seats.all():
            Seat.objects.create(
                application=made,
                round=1,
                order=old.order,
                stage=old.stage,
                seat=old.seat,
                phase=old.phase,
                branch=old.branch,
                permission=old.permission,
                named=old.named,
                chooses=old.chooses,
                provision=old.provision,
                capacity_id=one.capacity_id,
            )
        forge(
            made,
            people.applicant,
            version=1,
            verb="submit",
            from_state="",
            from_stage=0,
            to_state="signing",
            to_stage=1,
        )


def test_what_is_under_first_receipt_is_not_withdrawn_past_the_actions(people: Crew) -> None:
    one = applied(people.applicant, locked=True)
    with refused("不能撤回"), transaction.atomic():
        forge(one, people.applicant, verb="withdraw", to_state="withdrawn", to_stage=None)


def test_the_verifier_neither_leaves_the_outcome_open_nor_executed_himself(people: Crew) -> None:
    one = executed(applied(people.applicant), people)
    at = one.seats.get(stage="verification")
    with refused("须有结论"), transaction.atomic():
        forge(one, people.verifier, seat=at, to_state="done", to_stage=None)
    twin = employ(PROVINCE, "centre-supervisor", person_id=people.executor.person_id)
    with refused("只能签署一处"), transaction.atomic():
        forge(one, twin, seat=at, to_state="done", to_stage=None, data={"outcome": "passed"})


def test_only_the_named_operator_runs_the_query(people: Crew) -> None:
    one = asked(people.applicant)
    sign(one, people.leader)
    sign(one, people.head, data={"operator": str(people.executor.person_id)})
    with refused("指定的人员"), transaction.atomic():
        forge(one, people.third, seat=one.seats.get(stage="query"), to_state="delivering", to_stage=4)
    with pytest.raises(actions.ApprovalRefused, match="指定的人员"):
        actions.sign(by=acting(people.third), application=one, version=one.version, seat=one.seats.get(stage="query"))


def test_the_branch_is_one_of_the_flow_and_chosen_where_the_flow_says(people: Crew) -> None:
    one = applied(people.applicant)
    sign(one, people.city_leader)
    at = one.seats.get(stage="analysis")
    with refused("办理方式不符合流程"), transaction.atomic():
        forge(one, people.analyst, seat=at, branch="none", to_state="signing", to_stage=3)
    sign(one, people.analyst, branch="ministry")
    with refused("办理方式不符合流程"), transaction.atomic():
        forge(
            one,
            people.leader,
            seat=one.seats.get(stage="leader"),
            branch="technology",
            to_state="executing",
            to_stage=4,
        )


def test_a_form_is_made_of_nothing_but_an_application_that_has_ended(people: Crew) -> None:
    one = approved(applied(people.applicant), people)
    for refs in ([], [f"approval/{one.pk}"], ["approval/999999"]):
        draft = drafting.draft(by=acting(people.applicant), kind=DocumentKind.DATA_CHANGE_FORM, data={}, refs=refs)
        with refused("审批表只能由办结的"), transaction.atomic():
            drafting.issue(by=people.applicant, draft=draft, version=draft.version, calendar=working_calendar())


def test_a_step_of_another_unit_is_refused_by_its_row_scope(people: Crew) -> None:
    one = queried(asked(people.applicant), people)
    scopes.apply(people.applicant.scope)
    given = {"capacity_id": people.principal.capacity_id, "appointment_id": people.principal.appointment_id}
    with pytest.raises(Exception, match="row-level security"), transaction.atomic():
        Step.objects.create(
            application=one,
            version=one.version + 1,
            round=1,
            verb="sign",
            seat=one.seats.get(stage="consent"),
            content=one.contents.get(),
            from_state=one.state,
            from_stage=one.stage,
            to_state="delivering",
            to_stage=5,
            branch=one.branch,
            person_id=people.principal.person_id,
            person_name="冒名",
            post_title="领导",
            state_digest="0" * 64,
            at=clock.now(),
            **given,
        )
    assert seat(one, people.principal).stage == "consent"
