"""What is complained of does not handle the complaint, nor learn who complained."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from builders import CITY, COUNTY, OFFICE, PROVINCE, officer
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.cases import routing
from jianguan.backbone.cases.actions import CaseRefused, open_case, take
from jianguan.backbone.cases.models import Case
from jianguan.backbone.cases.rules import Verb
from jianguan.backbone.complaints import actions, handling, identity
from jianguan.backbone.complaints.actions import ComplaintRefused, Report
from jianguan.backbone.complaints.identity import IdentityRefused
from jianguan.backbone.complaints.models import Acceptance, Complaint, IdentityDecision, IdentityRequest, Merger
from jianguan.backbone.complaints.rules import Channel
from jianguan.backbone.documents.models import Draft
from jianguan.backbone.people.acting import Actor, NotAllowed
from jianguan.backbone.rules.queries import working_calendar
from jianguan.backbone.scope import scope as scopes
from jianguan.kit import clock
from staff import employ

CONDUCT = "合成：窗口民警态度恶劣，当众辱骂来办事的群众。"
REASON = "须当面核对窗口录像中的投诉人"

pytestmark = pytest.mark.usefixtures("db")


def told(matter: str, text: str = CONDUCT, unit: str = OFFICE, **more: Any) -> Complaint:
    given = Report(channel=Channel.ONLINE, matter=matter, unit=agencies.capacity(unit), text=text, **more)
    return actions.receive(report=given).complaint


def the_city() -> Actor:
    city = officer(CITY)
    scopes.apply(city.scope)
    return city


def accept(complaint: Complaint, handler: str, text: str = "已受理", **more: Any) -> Acceptance:
    return handling.accept(
        by=the_city(),
        complaint=complaint,
        handler=agencies.capacity(handler),
        text=text,
        calendar=working_calendar(),
        **more,
    )


def test_what_is_said_of_conduct_is_not_given_to_the_unit_complained_of() -> None:
    one = told("conduct")
    with pytest.raises(ComplaintRefused, match="反映工作作风的投诉不得交被投诉单位办理"):
        accept(one, OFFICE)
    assert accept(one, CITY).case is not None


def test_other_matters_go_to_the_unit_complained_of_only_with_a_reason() -> None:
    one = told("window")
    with pytest.raises(ComplaintRefused, match="请写明理由"):
        accept(one, OFFICE, text=" ")
    assert accept(one, OFFICE, text="由车管所核对业务记录，市级复核").case is not None


def test_conduct_does_not_reach_the_unit_through_another_complaint() -> None:
    window, conduct = told("window"), told("conduct")
    accept(window, OFFICE)
    with pytest.raises(ComplaintRefused, match="反映工作作风"):
        handling.merge(by=the_city(), complaint=conduct, into=window, reason="同一窗口")
    for into, way in ((window, "看得到的事项"), (told("window"), "同一单位、同一事由")):
        with pytest.raises(IntegrityError, match=way), transaction.atomic():
            join(conduct, into)
    another = told("conduct", CONDUCT + "还有一次。")
    handling.merge(by=the_city(), complaint=another, into=conduct, reason="同一窗口")
    with pytest.raises(ComplaintRefused, match="反映工作作风"):
        accept(conduct, OFFICE)
    assert accept(conduct, COUNTY).case is not None


def join(complaint: Complaint, into: Complaint) -> Merger:
    """Past the actions, straight into the table."""
    by = the_city()
    return Merger.objects.create(
        complaint_id=complaint.pk, into_id=into.pk, reason="绕过", by_id=by.appointment_id, at=clock.now()
    )


def test_what_is_said_of_conduct_is_not_given_to_a_unit_below_the_one_complained_of() -> None:
    one = told("conduct", unit=CITY)
    province = officer(PROVINCE)
    scopes.apply(province.scope)
    given = {"by": province, "complaint": one, "text": "已受理", "calendar": working_calendar()}
    for below in (COUNTY, OFFICE):
        with pytest.raises(ComplaintRefused, match="也不得交其下级单位办理"):
            handling.accept(handler=agencies.capacity(below), **given)
    case = handling.accept(handler=agencies.capacity(PROVINCE), **given).case
    assert case is not None
    with pytest.raises(CaseRefused, match="也不得交其下级单位办理"):
        routing.join(
            by=province, case=case, version=case.version, verb=Verb.COPY, capacities=[agencies.capacity(COUNTY)]
        )
    city = employ(CITY, "leader")
    scopes.apply(city.scope)
    assert not Complaint.objects.filter(pk=one.pk).exists()
    assert not Case.objects.filter(pk=case.pk).exists()


def test_a_custodian_of_the_unit_at_work_does_not_open_the_identity() -> None:
    one = told("window", unit=PROVINCE)
    province = officer(PROVINCE)
    scopes.apply(province.scope)
    handling.accept(
        by=province, complaint=one, handler=agencies.capacity(CITY), text="已受理", calendar=working_calendar()
    )
    asked = identity.ask(by=the_city(), complaint=one, reason=REASON)
    keeper = employ(CITY, "custodian", name="保管员")
    scopes.apply(keeper.scope)
    with pytest.raises(NotAllowed, match="受理单位及其上级"):
        identity.decide(by=keeper, request=asked, granted=True, reason="同意")
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        IdentityDecision.objects.create(
            request=asked, granted=False, reason="绕过", by_id=keeper.appointment_id, at=clock.now()
        )
    above = employ(PROVINCE, "custodian", name="省级保管员")
    scopes.apply(above.scope)
    assert identity.decide(by=above, request=asked, granted=True, reason="确有必要").granted


WAYS: dict[str, Callable[[Actor, Case], object]] = {
    "assigned": lambda by, case: routing.assign(
        by=by, case=case, version=case.version, handler=agencies.capacity(OFFICE), calendar=working_calendar()
    ),
    "split": lambda by, case: routing.split(
        by=by, case=case, version=case.version, handlers=[agencies.capacity(OFFICE)], text="合成：分解",
        calendar=working_calendar(),
    ),
    "transferred": lambda by, case: routing.transfer(
        by=by, case=case, version=case.version, handler=agencies.capacity(OFFICE), text="合成：转办"
    ),
    "handed over": lambda by, case: routing.hand_over(
        by=by, case=case, version=case.version, reason="合成：移交车管所", handler=agencies.capacity(OFFICE)
    ),
    "made its issuer": lambda by, case: routing.hand_over(
        by=by, case=case, version=case.version, reason="合成：移交车管所", issuer=agencies.capacity(OFFICE)
    ),
    "copied": lambda by, case: routing.join(
        by=by, case=case, version=case.version, verb=Verb.COPY, capacities=[agencies.capacity(OFFICE)]
    ),
    "asked to help": lambda by, case: routing.join(
        by=by, case=case, version=case.version, verb=Verb.HELP, capacities=[agencies.capacity(OFFICE)], text="合成"
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_a_case_of_conduct_never_reaches_the_unit_on_any_way(way: str) -> None:
    case = accept(told("conduct"), CITY).case
    assert case is not None
    scopes.apply(the_city().scope)
    if way != "assigned":
        take(by=the_city(), case=case, verb=Verb.RECEIVE, version=case.version)
    else:
        case = open_case(
            by=the_city(), kind="complaint", title="合成", text="合成", provision="5.8", origin="合成", data=case.data
        )
    leader = employ(CITY, "leader", name="负责人")
    by = leader if "hand" in way or "issuer" in way else the_city()
    scopes.apply(by.scope)
    with pytest.raises(CaseRefused, match="不得交被投诉单位办理"):
        WAYS[way](by, case)
    assert not Case.objects.filter(handler__key=OFFICE).exists()
    other = agencies.capacity(COUNTY)
    case.refresh_from_db()
    assert routing.join(by=the_city(), case=case, version=case.version, verb=Verb.COPY, capacities=[other]).pk


def test_who_names_himself_does_not_stand_in_what_is_handed_on() -> None:
    one = told("window", "我叫李四，手机１３９１２３４５６７８，窗口让我跑了三次。", place="业务大厅")
    made = accept(one, OFFICE)
    assert made.case is not None
    assert made.case.title == f"车驾管窗口和服务站投诉 {one.number}"
    order = Draft.objects.get(refs__contains=[f"case/{made.case.pk}"])
    drafted = made.case.text + repr(order.__dict__)
    assert "窗口让我跑了三次" in made.case.text
    assert "李四" not in drafted
    assert "１３９" not in drafted


def test_the_desk_writes_what_is_handed_on_and_numbers_are_left_out_of_that_too() -> None:
    one = told("window", "合成：我是排在王大妈后面的那个，窗口让我跑了三次。")
    case = accept(one, OFFICE, told="群众反映窗口未一次告知所需材料，电话0431-81234567。").case
    assert case is not None
    assert case.text.startswith("群众反映窗口未一次告知")
    assert "王大妈" not in case.text
    assert "81234567" not in case.text


def test_the_unit_complained_of_does_not_ask_who_complained() -> None:
    one = told("window")
    accept(one, OFFICE)
    office = officer(OFFICE)
    scopes.apply(office.scope)
    with pytest.raises(IdentityRefused, match="被投诉单位不得查看投诉人身份"):
        identity.ask(by=office, complaint=one, reason=REASON)
    assert identity.ask(by=the_city(), complaint=one, reason=REASON).pk
    with pytest.raises(IdentityRefused, match="被投诉单位"):
        identity.ask(by=the_city(), complaint=told("window", unit=CITY), reason=REASON)


def test_a_request_of_the_unit_complained_of_that_stands_from_before_is_neither_granted_nor_opened() -> None:
    one = told("window")
    accept(one, OFFICE)
    office = officer(OFFICE)
    with scopes.within(scopes.everything()):
        asked, granted = (
            IdentityRequest.objects.create(
                complaint=one,
                capacity_id=office.capacity_id,
                reason=REASON,
                by_id=office.appointment_id,
                at=clock.now(),
            )
            for _ in range(2)
        )
    keeper = employ(CITY, "custodian", name="保管员")
    scopes.apply(keeper.scope)
    IdentityDecision.objects.create(
        request=granted,
        granted=True,
        until=clock.now() + identity.OPEN_FOR,
        reason="此前同意",
        by_id=keeper.appointment_id,
        at=clock.now(),
    )
    with pytest.raises(IdentityRefused, match="被投诉单位"):
        identity.decide(by=keeper, request=asked, granted=True, reason="同意")
    assert not identity.decide(by=keeper, request=asked, granted=False, reason="被投诉单位申请").granted
    scopes.apply(office.scope)
    with pytest.raises(IdentityRefused, match="被投诉单位"):
        identity.look(by=office, request=granted)
