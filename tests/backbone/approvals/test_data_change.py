"""《交管数据修改审批表》: office, leader, two executors, a third who verifies; what comes back, what is rolled back."""

import datetime as dt
import re
from typing import Any

import pytest

import approving
from approving import CHANGES, DATA, Crew, acting, applied, approved, crew, executed, picture, seat, sign
from builders import CITY, COUNTY, PROVINCE, at, leader, officer, on_the_clock
from jianguan.backbone.approvals import actions, queries
from jianguan.backbone.approvals.actions import ApprovalChanged, ApprovalRefused
from jianguan.backbone.approvals.filling import Upload
from jianguan.backbone.approvals.models import Application, Step
from jianguan.backbone.approvals.printing import print_form
from jianguan.backbone.approvals.rules import State
from jianguan.backbone.audit.models import Event
from jianguan.backbone.documents import printing
from jianguan.backbone.people.acting import NotAllowed
from jianguan.backbone.scope import scope as scopes
from jianguan.kit import clock
from staff import employ


@pytest.fixture
def people(db: Any) -> Crew:
    return crew()


def test_a_change_goes_from_the_city_to_two_executors_and_a_third_who_verifies(people: Crew) -> None:
    one = applied(people.applicant)
    assert re.fullmatch(r"长春数改〔\d{4}〕1号", one.number)
    assert one.state == State.SIGNING
    executed(one, people)
    assert one.state == State.VERIFYING
    sign(one, people.verifier, data={"seen": "补换证已能办理"}, passed=True)
    assert one.state == State.DONE
    assert one.closed_at is not None
    steps = queries.steps_of(one)
    assert len({step.person_id for step in steps}) == len(steps) == 7
    statement = steps[4].data["values"]["statement"]
    assert len(statement["sha256"]) == len(statement["sm3"]) == 64
    assert {step.content.digest for step in steps} == {queries.content_of(one).digest}


def test_a_matter_for_the_ministry_is_reported_and_its_answer_verified(people: Crew) -> None:
    one = approved(applied(people.applicant), people, branch="ministry")
    sign(
        one, people.forwarder, data={"sent_number": "吉公交〔2026〕8号", "sent_on": "2026-03-11", "answer": "部局已改"}
    )
    sign(one, people.verifier, data={"seen": "已核对"}, passed=True)
    assert one.state == State.DONE


def test_an_application_of_the_province_itself_needs_no_city(people: Crew) -> None:
    one = applied(officer(PROVINCE))
    assert not one.seats.filter(stage="report").exists()
    sign(one, people.analyst, branch="technology")


def test_of_a_county_its_city_reports_and_the_forest_police_has_no_such_form(people: Crew) -> None:
    one = applied(officer(COUNTY))
    assert one.seats.get(stage="report").capacity.key == CITY
    with pytest.raises(ApprovalRefused, match="不能提出"):
        applied(employ("forest@REFERENCE", "brigade-officer"))


def test_whose_turn_it_is_waits_in_his_list_alone(people: Crew) -> None:
    one = applied(people.applicant)

    def lists(by: Any) -> bool:
        return queries.waiting(acting(by), queries.Asked()).filter(pk=one.pk).exists()

    assert [lists(by) for by in (people.city_leader, people.leader, people.applicant)] == [True, False, False]
    sign(one, people.city_leader)
    assert [lists(by) for by in (people.city_leader, people.analyst, people.leader)] == [False, True, False]


def test_what_is_late_is_found_by_the_stage_at_which_it_stands(people: Crew) -> None:
    day = clock.today() - dt.timedelta(days=60)
    with on_the_clock(at(day, 9)):
        one = applied(people.applicant)

    def late() -> bool:
        by = acting(people.applicant)
        return queries.applications(by.scope, queries.Asked(late=True)).filter(pk=one.pk).exists()

    assert late()
    given = {"application": one, "version": one.version, "seat": seat(one, people.city_leader)}
    actions.give_back(by=people.city_leader, reason="请补充档案页", **given)
    assert not late()
    due = queries.standing_dues([one])[one.pk]
    assert (due.stage, due.round, due.title) == (0, 2, "补正")


def test_what_is_returned_is_corrected_and_signed_anew_by_all(people: Crew) -> None:
    one = applied(people.applicant)
    sign(one, people.city_leader)
    actions.give_back(
        by=people.analyst, application=one, version=one.version, seat=seat(one, people.analyst), reason="缺少档案页"
    )
    assert (one.state, one.stage) == (State.RETURNED, 0)
    assert queries.waiting(acting(people.applicant), queries.Asked()).filter(pk=one.pk).exists()
    actions.resubmit(
        by=acting(people.applicant),
        application=one,
        version=one.version,
        reason="已补充档案页",
        data=DATA,
        changes=CHANGES[:1],
    )
    assert (one.round, one.state) == (2, State.SIGNING)
    assert one.contents.get(round=2).data["proof"]["name"] == "材料.png"
    assert len(one.contents.get(round=1).changes) == 2
    executed(one, people)
    sign(one, people.verifier, data={"seen": "已核对"}, passed=True)
    assert one.state == State.DONE


def test_an_executor_may_send_back_before_but_not_after_somebody_executed(people: Crew) -> None:
    one = approved(applied(people.applicant), people)
    assert one.state == State.EXECUTING
    sign(
        one,
        people.executor,
        data={"rows": "1", "rollback": "按备份恢复"},
        files={"statement": Upload("a.sql", b"UPDATE")},
    )
    for verb in (actions.give_back, actions.refuse):
        with pytest.raises(ApprovalRefused, match="已经执行"):
            verb(
                by=people.second,
                application=one,
                version=one.version,
                seat=seat(one, people.second),
                reason="语句有误，请重填",
            )


def test_a_refusal_ends_it_with_its_reason(people: Crew) -> None:
    one = applied(people.applicant)
    actions.refuse(
        by=people.city_leader, application=one, version=1, seat=seat(one, people.city_leader), reason="材料不属实"
    )
    assert (one.state, one.stage) == (State.REFUSED, None)
    with pytest.raises(ApprovalRefused, match="还没有轮到"):
        actions.sign(by=acting(people.city_leader), application=one, version=2, seat=one.seats.get(stage="report"))


def test_what_fails_its_verification_is_rolled_back_by_the_executing_unit_only(people: Crew) -> None:
    one = executed(applied(people.applicant), people)
    sign(one, people.verifier, data={"seen": "业务仍不能办理"}, passed=False)
    assert one.state == State.FAILED
    with pytest.raises(NotAllowed):
        actions.roll_back(by=acting(people.verifier), application=one, version=one.version, note="恢复原值")
    actions.roll_back(by=acting(people.third), application=one, version=one.version, note="已按备份恢复原值并核对")
    assert one.state == State.ROLLED_BACK


def test_the_unit_withdraws_before_approval_but_never_what_it_received_first(people: Crew) -> None:
    free, locked = applied(people.applicant), applied(people.applicant, locked=True)
    with pytest.raises(ApprovalRefused, match="首接责任制"):
        actions.withdraw(by=people.applicant, application=locked, version=1, reason="转给别的单位办")
    actions.withdraw(by=people.applicant, application=free, version=1, reason="业务已撤销")
    assert free.state == State.WITHDRAWN


def test_nobody_signs_twice_and_nobody_signs_what_he_applied_for_in_whatever_capacity(people: Crew) -> None:
    one = applied(people.applicant)
    twin = employ(CITY, "leader", person_id=people.applicant.person_id)
    with pytest.raises(ApprovalRefused, match="申请人不得审批"):
        actions.sign(by=acting(twin), application=one, version=1, seat=one.seats.get(stage="report"))
    sign(one, people.city_leader)
    again = employ(PROVINCE, "centre-supervisor", person_id=people.city_leader.person_id)
    with pytest.raises(ApprovalRefused, match="只能签署一处"):
        actions.sign(
            by=acting(again), application=one, version=2, seat=one.seats.get(stage="analysis"), branch="technology"
        )


def test_the_two_executors_are_different_persons(people: Crew) -> None:
    one = approved(applied(people.applicant), people)
    files = {"statement": Upload("a.sql", b"UPDATE")}
    sign(one, people.executor, data={"rows": "1", "rollback": "按备份恢复"}, files=files)
    with pytest.raises(ApprovalRefused, match="只能签署一处"):
        actions.sign(
            by=people.executor,
            application=one,
            version=one.version,
            seat=one.seats.get(stage="second-look"),
            data={"checked": "已核对"},
        )


def test_without_the_seat_nobody_signs(people: Crew) -> None:
    one = applied(people.applicant)
    with pytest.raises(NotAllowed):
        actions.sign(by=acting(officer(CITY)), application=one, version=1, seat=one.seats.get(stage="report"))
    with pytest.raises(ApprovalRefused, match="当前身份不能"):
        actions.sign(by=acting(leader(PROVINCE)), application=one, version=1, seat=one.seats.get(stage="report"))


def test_what_is_missing_or_cannot_be_is_named(people: Crew) -> None:
    same = [{"field": "号牌", "before": "吉A00001", "after": "吉A00001"}]
    twice = [{"field": "号牌", "before": "1", "after": "2"}] * 2
    for given, words in (
        ({"changes": []}, "至少填写一项"),
        ({"changes": same}, "前后的内容相同"),
        ({"changes": twice}, "同一字段"),
        ({"files": {}}, "佐证材料"),
        ({"files": {"proof": Upload("a.exe", b"MZ")}}, "佐证材料.*只接受照片"),
        ({"data": DATA | {"system": "别的"}}, "请选择“信息系统”"),
        ({"reason": "改"}, "理由"),
        ({"title": " "}, "事由"),
        ({"flow": "unknown"}, "没有这类审批"),
    ):
        with pytest.raises(ApprovalRefused, match=words):
            applied(people.applicant, **given)
    one = approved(applied(people.applicant), people)
    with pytest.raises(ApprovalRefused, match="执行语句文件"):
        sign(one, people.executor, data={"rows": "1", "rollback": "按备份恢复"})
    with pytest.raises(ApprovalRefused, match="影响记录数"):
        sign(
            one, people.executor, data={"rows": "-1", "rollback": "按备份恢复"}, files={"statement": Upload("a", b"x")}
        )


def test_ten_megabytes_of_text_are_refused_in_every_field(people: Crew) -> None:
    flood = "长" * (10 * 1024 * 1024 // 3)
    for given in (
        {"title": flood},
        {"reason": flood},
        {"data": DATA | {"business": flood}},
        {"changes": [{"field": "号牌", "before": "1", "after": flood}]},
    ):
        with pytest.raises(ApprovalRefused):
            applied(people.applicant, **given)
    one = applied(people.applicant)
    with pytest.raises(ApprovalRefused):
        sign(one, people.city_leader, text=flood)


def test_the_second_of_two_who_sign_at_once_is_told_who_was_first(people: Crew) -> None:
    one = applied(people.applicant)
    other = leader(CITY)
    place = one.seats.get(stage="report")
    sign(one, people.city_leader)
    with pytest.raises(ApprovalChanged, match=r"测试员已于.*“签署”，您的内容没有提交"):
        actions.sign(by=acting(other), application=one, version=1, seat=place, text="同意")
    assert one.steps.count() == 2


def test_sensitive_values_open_with_a_reason_that_is_logged(people: Crew) -> None:
    one = applied(people.applicant)
    assert [row["sensitive"] for row in queries.content_of(one).changes] == [False, True]
    with pytest.raises(ApprovalRefused, match="理由"):
        actions.reveal(by=people.applicant, application=one, reason="看")
    content = actions.reveal(by=people.applicant, application=one, reason="核对证件号码")
    assert content.changes[1]["before"] == "220102199001011234"
    event = Event.objects.filter(kind="approval.revealed").get()
    assert (event.reason, event.person_id) == ("核对证件号码", people.applicant.person_id)


def test_every_step_leaves_an_event_with_the_clause_it_rests_on(people: Crew) -> None:
    one = executed(applied(people.applicant), people)
    scopes.apply(scopes.everything())
    events = Event.objects.filter(object_type="approval", object_id=str(one.pk)).order_by("pk")
    assert [event.norm for event in events] == ["14.3", "15.3", "14.3", "14.3", "14.3", "14.3"]
    assert all(event.after_digest for event in events)


def test_the_form_is_printed_once_it_has_ended_and_only_once(people: Crew) -> None:
    one = executed(applied(people.applicant), people)
    with pytest.raises(ApprovalRefused, match="办结以后"):
        print_form(by=acting(people.applicant), application=one)
    sign(one, people.verifier, data={"seen": "已核对"}, passed=True)
    document = print_form(by=acting(people.applicant), application=one)
    assert document.code
    assert bytes(document.content).startswith(b"%PDF-")
    assert print_form(by=acting(people.verifier), application=one).pk == document.pk
    text = str(printing.data_of(document))
    assert "220102199001011234" not in text
    assert "22************34" in text
    assert all(step.person_name in text for step in Step.objects.filter(application=one))
    assert printing.word(printing.data_of(document)).startswith(b"PK")


def test_a_unit_without_a_seat_does_not_see_it(people: Crew) -> None:
    one = applied(people.applicant)
    for key, role in (("yanbian@CITY", "centre-supervisor"), ("forest@REFERENCE", "brigade-officer")):
        stranger = acting(employ(key, role))
        assert not Application.objects.filter(pk=one.pk).exists()
        with pytest.raises(Application.DoesNotExist):
            queries.application(stranger.scope, one.pk)
    assert queries.application(acting(people.third).scope, one.pk).pk == one.pk
    assert approving.picture().content == picture().content
