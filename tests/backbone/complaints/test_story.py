"""A complaint from the report to the superior's decision, through the actions alone."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from builders import CITY, COUNTY, OFFICE, PROVINCE, at, leader, officer, on_the_clock
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.audit.models import Event
from jianguan.backbone.cases import routing
from jianguan.backbone.cases.actions import submit, take
from jianguan.backbone.cases.models import Step
from jianguan.backbone.cases.rules import State, Verb
from jianguan.backbone.complaints import actions, handling, identity, queries, rules
from jianguan.backbone.complaints.actions import ComplaintRefused, Receipt, Report
from jianguan.backbone.complaints.models import Complaint, Entry, IdentityDecision, SealedIdentity
from jianguan.backbone.complaints.rules import Channel, Satisfaction, Stage
from jianguan.backbone.people.acting import Actor, NotAllowed
from jianguan.backbone.rules.queries import working_calendar
from jianguan.backbone.scope import scope as scopes
from staff import employ

MONDAY = dt.date(2026, 3, 9)
TEXT = "三月八日下午在考场二号车旁边，考试员让学员重考了一次，没有录像。"

pytestmark = pytest.mark.usefixtures("db")


def report(text: str = TEXT, unit: str = OFFICE, matter: str = "exam", **more: Any) -> Receipt:
    given = {"channel": Channel.ONLINE, "place": "长春第一考场", "name": "王小明", "contact": "13912345678"} | more
    return actions.receive(report=Report(matter=matter, unit=agencies.capacity(unit), text=text, **given))


def as_actor(actor: Actor) -> Actor:
    scopes.apply(actor.scope)
    return actor


def stage(receipt: Receipt) -> Stage:
    return queries.story(receipt.complaint.pk).stage


def taken_up(receipt: Receipt, by: Actor | None = None) -> Any:
    """Accepted by the city and handed to the office."""
    return handling.accept(
        by=as_actor(by or officer(CITY)),
        complaint=receipt.complaint,
        handler=agencies.capacity(OFFICE),
        text="已受理",
        calendar=working_calendar(),
    ).case


def worked(receipt: Receipt) -> Any:
    """Worked on by the office and passed by the city's reviewer."""
    case = taken_up(receipt)
    office = as_actor(officer(OFFICE))
    take(by=office, case=case, verb=Verb.RECEIVE, version=case.version)
    handling.answer_first(by=office, complaint=receipt.complaint, text="已调取当日录像，正在核对")
    submit(by=office, case=case, version=_version(case), outcome="true", text="情况属实，考试员已停岗")
    take(by=as_actor(officer(CITY)), case=case, verb=Verb.PASS, version=_version(case), text="同意")
    case.refresh_from_db()
    return case


def _version(case: Any) -> int:
    case.refresh_from_db()
    return int(case.version)


def answered(receipt: Receipt) -> Entry:
    worked(receipt)
    return handling.answer(
        by=as_actor(officer(CITY)), complaint=receipt.complaint, text="您反映的情况属实，已责令整改。"
    )


def test_a_report_gets_a_code_that_finds_it_however_it_is_typed() -> None:
    receipt = report()
    assert len(receipt.code) == rules.CODE_LENGTH
    for typed in (receipt.code, rules.grouped(receipt.code).lower(), f"  {receipt.code[:4]} {receipt.code[4:]}"):
        assert actions.find(typed) == receipt.complaint
    assert actions.find(receipt.code[:-1]) is None
    assert actions.find("0" * rules.CODE_LENGTH) is None


def test_neither_code_nor_person_stands_anywhere_in_clear() -> None:
    receipt = report(text=f"{TEXT}我的电话13912345678，邮箱a@b.cn，身份证220102199001011234")
    with scopes.within(scopes.everything()):
        stored = repr(list(Complaint.objects.values())) + repr(list(SealedIdentity.objects.values()))
        stored += repr(list(Event.objects.filter(object_type="complaint").values()))
    for secret in (receipt.code, "13912345678", "王小明", "a@b.cn", "220102199001011234"):
        assert secret not in stored
    assert "手机号已隐去" in stored


def test_the_clock_of_taking_up_is_pinned_to_its_parameter() -> None:
    with on_the_clock(at(MONDAY, 9)):
        receipt = report()
        assert receipt.complaint.accept_by == at(MONDAY + dt.timedelta(days=2))
        assert receipt.complaint.pinned["deadline.complaint-answer"]["value"]
        assert queries.story(receipt.complaint.pk).accept_by == at(MONDAY + dt.timedelta(days=2))


@pytest.mark.parametrize(
    ("unit", "matter", "receiver", "clause"),
    [
        (OFFICE, "exam", CITY, "5.8"),
        (COUNTY, "education", COUNTY, "13.1"),
        (COUNTY, "road", CITY, "5.8"),
        (CITY, "window", CITY, "5.8"),
        (CITY, "conduct", PROVINCE, "4.8"),
        (CITY, "education", CITY, "13.1"),
        ("meihekou@COUNTY", "exam", "jilin@CITY", "5.8"),
        (PROVINCE, "other", PROVINCE, "4.8"),
        ("forest@REFERENCE", "exam", "forest@REFERENCE", "5.8"),
    ],
)
def test_who_takes_up_what_and_under_which_clause(unit: str, matter: str, receiver: str, clause: str) -> None:
    found = actions.receiver_of(agencies.capacity(unit), matter, MONDAY)
    assert found.key == receiver
    assert rules.provision(found.level, matter) == clause


def test_the_whole_way_as_the_complainant_sees_it() -> None:
    receipt = report()
    assert stage(receipt) is Stage.RECEIVED
    case = taken_up(receipt)
    assert case.kind == "complaint"
    assert case.provision == "5.8"
    assert stage(receipt) is Stage.ASSIGNED
    story = queries.story(receipt.complaint.pk)
    assert story.finish_by is not None
    assert story.answer_by is not None
    office = as_actor(officer(OFFICE))
    take(by=office, case=case, verb=Verb.RECEIVE, version=_version(case))
    handling.answer_first(by=office, complaint=receipt.complaint, text="已调取录像")
    assert stage(receipt) is Stage.WORKING
    submit(by=office, case=case, version=_version(case), outcome="true", text="内部意见：考试员张三已停岗")
    assert stage(receipt) is Stage.REVIEWING
    take(by=as_actor(officer(CITY)), case=case, verb=Verb.PASS, version=_version(case), text="内部：同意")
    handling.answer(by=as_actor(officer(CITY)), complaint=receipt.complaint, text="情况属实，已经处理完毕。")
    case.refresh_from_db()
    assert case.state == State.CLOSED
    told = queries.story(receipt.complaint.pk)
    assert told.stage is Stage.ANSWERED
    assert [line.title for line in told.lines] == ["您的投诉", "已受理", "首次答复", "答复"]
    assert "内部" not in repr(told.lines)
    assert "张三" not in repr(told.lines)


def test_nobody_answers_before_the_result_was_reviewed() -> None:
    receipt = report()
    taken_up(receipt)
    with pytest.raises(ComplaintRefused, match="复核通过以后"):
        handling.answer(by=as_actor(officer(CITY)), complaint=receipt.complaint, text="情况属实，已经处理完毕。")


def test_a_second_answer_cannot_hide_that_somebody_is_dissatisfied() -> None:
    receipt = report()
    answer = answered(receipt)
    rating = {"satisfaction": Satisfaction.DISSATISFIED, "text": "没有说明为什么没有录像，请重新核查"}
    actions.rate(complaint=receipt.complaint, answer=answer, **rating)
    with pytest.raises(ComplaintRefused, match="已经答复并办结"):
        handling.answer(by=as_actor(officer(CITY)), complaint=receipt.complaint, text="再补发一次答复，请您满意。")
    assert stage(receipt) is Stage.DISPUTED


def test_dissatisfied_goes_to_the_superior_who_reopens_the_case() -> None:
    receipt = report()
    answer = answered(receipt)
    actions.rate(
        complaint=receipt.complaint,
        answer=answer,
        satisfaction=Satisfaction.DISSATISFIED,
        text="没有说明怎么处理考试员",
    )
    assert stage(receipt) is Stage.DISPUTED
    head = as_actor(leader(PROVINCE))
    assert queries.waiting(head.scope, head.capacity_id)["disputed"] == 1
    (rating,) = queries.disputes(receipt.complaint)
    handling.decide_dispute(
        by=head, rating=rating, again=True, text="请补充核查并重新答复", last_day=dt.date(2099, 1, 5)
    )
    assert stage(receipt) is Stage.WORKING
    assert "上级复核：重新办理" in [line.title for line in queries.story(receipt.complaint.pk).lines]
    assert Step.objects.filter(verb=Verb.REOPEN.value).count() == 1


def test_the_receiving_unit_does_not_decide_on_its_own_answer() -> None:
    receipt = report()
    answer = answered(receipt)
    rating = actions.rate(
        complaint=receipt.complaint,
        answer=answer,
        satisfaction=Satisfaction.DISSATISFIED,
        text="没有说明怎么处理考试员",
    )
    with pytest.raises(NotAllowed, match="上级单位"):
        handling.decide_dispute(by=as_actor(leader(CITY)), rating=rating, again=False, text="维持")


def test_an_answer_is_rated_once_and_dissatisfied_only_with_a_reason() -> None:
    receipt = report()
    answer = answered(receipt)
    with pytest.raises(ComplaintRefused, match="哪里不满意"):
        actions.rate(complaint=receipt.complaint, answer=answer, satisfaction=Satisfaction.DISSATISFIED, text="差")
    actions.rate(complaint=receipt.complaint, answer=answer, satisfaction=Satisfaction.SATISFIED)
    with pytest.raises(ComplaintRefused, match="已经评价过"):
        actions.rate(complaint=receipt.complaint, answer=answer, satisfaction=Satisfaction.FAIR)
    assert queries.story(receipt.complaint.pk).to_rate is None


def test_a_declined_complaint_can_be_disputed_and_then_taken_up() -> None:
    receipt = report()
    city = as_actor(officer(CITY))
    handling.decline(by=city, complaint=receipt.complaint, text="不属于交管部门职责，请向运管部门反映")
    assert stage(receipt) is Stage.DECLINED
    told = queries.story(receipt.complaint.pk)
    assert told.to_rate is not None
    rating = actions.rate(
        complaint=receipt.complaint,
        answer=told.to_rate,
        satisfaction=Satisfaction.DISSATISFIED,
        text="考试就是你们管的，请受理",
    )
    with pytest.raises(ComplaintRefused, match="已有受理决定"):
        taken_up(receipt)
    handling.decide_dispute(by=as_actor(leader(PROVINCE)), rating=rating, again=True, text="应当受理")
    assert stage(receipt) is Stage.RECEIVED
    taken_up(receipt)
    assert stage(receipt) is Stage.ASSIGNED


def test_merged_complainants_keep_their_codes_and_all_get_the_answer() -> None:
    first, second = report(), report(text=TEXT + "我也看到了。", name="", contact="")
    other = report(text="窗口工作人员态度恶劣，排队两个小时没有人理", matter="window")
    city = as_actor(officer(CITY))
    likely = queries.similar(city.scope, second.complaint)
    assert [one.complaint.pk for one in likely] == [first.complaint.pk]
    assert likely[0].percent > 80
    handling.merge(by=city, complaint=second.complaint, into=first.complaint, reason="同一考场同一事")
    answered(first)
    for receipt in (first, second):
        found = actions.find(receipt.code)
        assert found == receipt.complaint
        told = queries.story(receipt.complaint.pk)
        assert told.stage is Stage.ANSWERED
        assert told.lines[-1].text == "您反映的情况属实，已责令整改。"
    assert stage(other) is Stage.RECEIVED
    told = queries.story(second.complaint.pk)
    assert told.to_rate is not None
    actions.rate(complaint=second.complaint, answer=told.to_rate, satisfaction=Satisfaction.SATISFIED)
    assert queries.story(first.complaint.pk).to_rate is not None


def test_a_complaint_with_its_own_decision_is_not_merged() -> None:
    first, second = report(), report(text=TEXT + "补一句。")
    taken_up(second)
    with pytest.raises(ComplaintRefused, match="已有受理决定"):
        handling.merge(by=as_actor(officer(CITY)), complaint=second.complaint, into=first.complaint, reason="同一事")


def test_staff_enters_what_came_by_phone_and_gets_a_code_for_the_caller() -> None:
    by = as_actor(officer(CITY))
    given = Report(channel=Channel.PHONE, matter="exam", unit=agencies.capacity(OFFICE), text=TEXT)
    receipt = actions.receive(report=given, by=by)
    assert receipt.complaint.registered_by_id == by.appointment_id
    assert actions.find(receipt.code) == receipt.complaint
    with pytest.raises(NotAllowed):
        actions.receive(report=given, by=as_actor(employ(CITY, "legal-officer")))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"text": "太短"}, "至少 10 个字"),
        ({"text": "长" * 5001}, "不超过 5000 字"),
        ({"matter": "nothing"}, "投诉什么事"),
        ({"photos": [b"x"] * 7}, "最多 6 张"),
    ],
)
def test_what_is_missing_or_too_much_is_refused_with_the_reason(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ComplaintRefused, match=words):
        report(**change)


def test_identity_opens_to_the_asker_alone_by_another_persons_grant_for_a_time() -> None:
    receipt = report()
    city = as_actor(officer(CITY))
    with pytest.raises(identity.IdentityRefused, match="为什么"):
        identity.ask(by=city, complaint=receipt.complaint, reason="想看")
    asked = identity.ask(by=city, complaint=receipt.complaint, reason="须当面核对考试录像中的投诉人")
    with pytest.raises(identity.IdentityRefused, match="没有同意"):
        identity.look(by=city, request=asked)
    with pytest.raises(NotAllowed):
        identity.decide(by=as_actor(leader(CITY)), request=asked, granted=True, reason="同意")
    keeper = as_actor(employ(CITY, "custodian", name="保管员"))
    identity.decide(by=keeper, request=asked, granted=True, reason="确有必要")
    as_actor(city)
    seen = identity.look(by=city, request=asked)
    assert (seen.name, seen.contact, seen.original) == ("王小明", "13912345678", TEXT)
    with pytest.raises(NotAllowed):
        identity.look(by=as_actor(officer(CITY)), request=asked)
    as_actor(city)
    with (
        on_the_clock(dt.datetime.now(dt.UTC) + dt.timedelta(hours=3)),
        pytest.raises(identity.IdentityRefused, match="时间已过"),
    ):
        identity.look(by=city, request=asked)
    with scopes.within(scopes.everything()):
        assert Event.objects.filter(kind="identity.revealed", reason__contains="当面核对").count() == 1


def test_a_custodian_does_not_grant_his_own_request_through_another_post() -> None:
    receipt = report()
    city = as_actor(officer(CITY))
    asked = identity.ask(by=city, complaint=receipt.complaint, reason="须当面核对考试录像中的投诉人")
    keeper = as_actor(employ(CITY, "custodian", person_id=city.person_id))
    with pytest.raises(identity.IdentityRefused, match="自己的申请"):
        identity.decide(by=keeper, request=asked, granted=True, reason="确有必要")
    with pytest.raises(IntegrityError, match="自己的申请"), transaction.atomic():
        IdentityDecision.objects.create(
            request=asked,
            granted=True,
            until=at(dt.date(2099, 1, 1)),
            reason="绕过",
            by_id=keeper.appointment_id,
            at=at(MONDAY),
        )


def test_only_the_receiver_and_the_units_of_the_case_see_a_complaint(in_scope: Callable[..., None]) -> None:
    receipt = report()

    def seen(capacity: str) -> bool:
        in_scope(agencies.capacity(capacity).pk)
        return Complaint.objects.filter(pk=receipt.complaint.pk).exists()

    assert [seen(one) for one in (CITY, OFFICE, COUNTY)] == [True, False, False]
    taken_up(receipt)
    assert [seen(one) for one in (CITY, OFFICE, COUNTY)] == [True, True, False]
    in_scope(agencies.capacity(OFFICE).pk)
    assert not SealedIdentity.objects.exists()


def test_figures_count_channels_timeliness_and_satisfaction() -> None:
    with on_the_clock(at(MONDAY, 9)):
        first, second = report(), report(text=TEXT + "第二件。")
        report(text="窗口排队两个小时没有人理，态度恶劣", matter="window")
        answer = answered(first)
        actions.rate(complaint=first.complaint, answer=answer, satisfaction=Satisfaction.FAIR)
        handling.decline(by=as_actor(officer(CITY)), complaint=second.complaint, text="不属于交管部门职责，请另行反映")
    with on_the_clock(at(MONDAY + dt.timedelta(days=10), 9)):
        city = as_actor(officer(CITY))
        rows = queries.figures(city.scope, at(MONDAY), at(MONDAY + dt.timedelta(days=1)), "channel")
        (row,) = rows
        assert (row["name"], row["received"], row["taken_in_time"], row["answered"]) == ("online", 3, 2, 2)
        assert (row["answered_in_time"], row["content"], row["discontent"]) == (1, 1, 0)
        outcomes = {
            one["name"]: one["received"]
            for one in queries.figures(city.scope, at(MONDAY), at(MONDAY + dt.timedelta(days=1)), "outcome")
        }
        assert outcomes == {"true": 1, "declined": 1, "open": 1}


def test_splitting_the_case_does_not_leave_the_complainant_behind() -> None:
    receipt = report(unit=CITY, matter="window")
    case = taken_up(receipt)
    city = as_actor(officer(CITY))
    routing.supervise(by=city, case=case, version=_version(case), text="请抓紧")
    assert stage(receipt) is Stage.ASSIGNED


def test_a_dispute_of_an_earlier_answer_stays_open_and_reopens_what_was_answered_since() -> None:
    first, second = report(), report(text=TEXT + "我也看到了。")
    handling.merge(by=as_actor(officer(CITY)), complaint=second.complaint, into=first.complaint, reason="同一事")
    answer = answered(first)
    given = {"answer": answer, "satisfaction": Satisfaction.DISSATISFIED, "text": "没有说明怎么处理考试员"}
    earlier, later = (actions.rate(complaint=one.complaint, **given) for one in (first, second))
    head, day = as_actor(leader(PROVINCE)), dt.date(2099, 1, 5)
    handling.decide_dispute(by=head, rating=later, again=True, text="请重新核查", last_day=day)
    case = handling.case_of(first.complaint)
    assert case is not None
    submit(by=as_actor(officer(OFFICE)), case=case, version=_version(case), outcome="true", text="属实")
    take(by=as_actor(officer(CITY)), case=case, verb=Verb.PASS, version=_version(case), text="同意")
    handling.answer(by=as_actor(officer(CITY)), complaint=first.complaint, text="考试员已停岗，考试已重新组织。")
    assert (stage(first), stage(second)) == (Stage.DISPUTED, Stage.ANSWERED)
    handling.decide_dispute(by=as_actor(head), rating=earlier, again=True, text="再核查一次", last_day=day)
    assert (stage(first), stage(second)) == (Stage.WORKING, Stage.WORKING)
