"""Whose turn it is: a second look after what it looks at, the principal alone at his seat, two beside each other."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from approving import (
    DEPARTMENT,
    HANDED,
    ROUTE,
    SEEN,
    STATEMENT,
    Crew,
    acting,
    applied,
    approved,
    asked,
    crew,
    picture,
    queried,
    seat,
    sign,
)
from builders import CITY, COUNTY, PROVINCE, leader, officer
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.approvals import actions, loading, queries
from jianguan.backbone.approvals.actions import ApprovalChanged, ApprovalRefused
from jianguan.backbone.approvals.filling import Upload
from jianguan.backbone.approvals.flows import read
from jianguan.backbone.approvals.models import Application
from jianguan.backbone.approvals.rules import State
from jianguan.backbone.people.acting import NotAllowed
from jianguan.kit import clock

RUN: dict[str, Any] = {
    "data": {"rows": "1", "rollback": "按备份恢复"},
    "files": {"statement": Upload("a.sql", STATEMENT)},
}


@pytest.fixture
def people(db: Any) -> Crew:
    return crew()


def test_the_second_look_comes_after_the_execution_and_at_the_same_statement(people: Crew) -> None:
    one = approved(applied(people.applicant), people)
    second = one.seats.get(stage="second-look")
    with pytest.raises(ApprovalRefused, match="还没有轮到"):
        actions.sign(by=acting(people.second), application=one, version=one.version, seat=second, **SEEN)
    sign(one, people.executor, **RUN)
    other = SEEN | {"files": {"looked_at": Upload("a.sql", b"DELETE FROM licence")}}
    with pytest.raises(ApprovalRefused, match="不是同一文件"):
        sign(one, people.second, **other)
    sign(one, people.second, **SEEN)
    assert one.state == State.VERIFYING


def test_only_the_principal_leader_consents_whoever_signed_before(people: Crew) -> None:
    one = queried(asked(people.applicant), people)
    at = one.seats.get(stage="consent")
    another = leader(PROVINCE)
    assert queries.open_seat(one, acting(another)) == (None, "")
    with pytest.raises(NotAllowed, match="以主要领导身份签批"):
        actions.sign(by=another, application=one, version=one.version, seat=at)
    sign(one, people.principal)
    assert one.stage == at.order + 1


def test_the_principal_leader_leaves_the_seats_of_other_leaders_to_them(people: Crew) -> None:
    one = asked(people.applicant)
    with pytest.raises(NotAllowed):
        actions.sign(by=acting(people.principal), application=one, version=1, seat=one.seats.get(stage="leader"))
    sign(one, people.leader)
    with pytest.raises(NotAllowed):
        actions.sign(by=acting(leader(DEPARTMENT)), application=one, version=2, seat=one.seats.get(stage="arrange"))


@pytest.fixture
def beside(db: Any) -> Application:
    """An application at the stage where a city's officer and its leader sign in any order."""
    loading.write(read(ROUTE))
    one = actions.submit(
        by=acting(officer(COUNTY)),
        flow="route-test",
        title="农安至德惠",
        reason="剧毒化学品运输路线",
        data={},
        chosen=[agencies.capacity("changchun-dehui@COUNTY")],
    )
    sign(one, leader("changchun-dehui@COUNTY"))
    return one


def test_who_opened_the_page_before_his_neighbour_signed_still_signs(beside: Application) -> None:
    opened, first, second = beside.version, leader(CITY), officer(CITY)
    at = seat(beside, second)
    sign(beside, first)
    actions.sign(by=acting(second), application=beside, version=opened, seat=at, text="同意")
    assert beside.state == State.EXECUTING


def test_who_finds_his_own_seat_filled_or_the_stage_over_is_told_who_was_first(beside: Application) -> None:
    opened, at = beside.version, beside.seats.get(stage="city", seat="leader")
    sign(beside, leader(CITY))
    late = {"application": beside, "version": opened, "seat": at}
    with pytest.raises(ApprovalChanged, match="您的内容没有提交"):
        actions.sign(by=acting(leader(CITY)), **late)
    sign(beside, officer(CITY))
    with pytest.raises(ApprovalChanged, match="您的内容没有提交"):
        actions.refuse(by=acting(leader(CITY)), reason="路线不合适", **late)
    with pytest.raises(ApprovalChanged):
        actions.sign(by=acting(officer(CITY)), **late | {"version": 99, "seat": seat(beside, officer(CITY))})


def test_the_day_of_what_has_happened_is_not_after_today(people: Crew) -> None:
    one = queried(asked(people.applicant), people)
    sign(one, people.principal)
    files = {"handed": Upload("result.csv", b"id,count\n1,212\n"), "receipt": picture()}
    tomorrow = (clock.today() + dt.timedelta(days=1)).isoformat()
    with pytest.raises(ApprovalRefused, match="“接收日期”不能晚于今天"):
        sign(one, people.second, data=HANDED | {"received_on": tomorrow}, files=files)
    sign(one, people.second, data=HANDED | {"received_on": clock.today().isoformat()}, files=files)
    assert one.contents.get().data["destroy_on"] > tomorrow
    forwarded = approved(applied(people.applicant), people, branch="ministry")
    sent = {"sent_number": "8号", "sent_on": tomorrow, "answer": "部局已改"}
    with pytest.raises(ApprovalRefused, match="“报送日期”不能晚于今天"):
        sign(forwarded, people.forwarder, data=sent)


def test_a_correction_may_put_the_title_right_and_nothing_else_does(people: Crew) -> None:
    one = applied(people.applicant, title="更正发证日期")
    at = seat(one, people.city_leader)
    actions.give_back(by=people.city_leader, application=one, version=1, seat=at, reason="事由与内容不符")
    given = {"reason": "事由已改正", "data": one.contents.get().data, "changes": one.contents.get().changes}
    given["data"] = {name: value for name, value in given["data"].items() if isinstance(value, str)}
    actions.resubmit(by=acting(people.applicant), application=one, version=2, title="更正证件号码", **given)
    assert one.title == "更正证件号码"
    assert list(one.contents.order_by("round").values_list("title", flat=True)) == ["更正发证日期", "更正证件号码"]
    sign(one, people.city_leader)
    with pytest.raises(IntegrityError, match="只能经审批步骤"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE approvals_application SET title = '另一件事' WHERE id = %s", [one.pk])
