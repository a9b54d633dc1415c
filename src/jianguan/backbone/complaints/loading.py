"""Synthetic complaints (合成数据) of the demonstration, each left where something is to be done next."""

from collections.abc import Callable

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.cases.actions import submit, take
from jianguan.backbone.cases.rules import Verb
from jianguan.backbone.complaints import actions, handling
from jianguan.backbone.complaints.actions import Report
from jianguan.backbone.complaints.models import Complaint
from jianguan.backbone.complaints.rules import Channel, Satisfaction
from jianguan.backbone.people import queries as people
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.models import Appointment
from jianguan.backbone.rules.queries import working_calendar
from jianguan.backbone.scope import scope as scopes
from jianguan.kit import clock

ORDER = 60
CITY, OFFICE = "changchun@CITY", "changchun-office@VEHICLE_OFFICE"
REPORTS = (
    ("waiting", OFFICE, "exam", "第一考场二号车考试员让一名学员重考了一次，没有录像。", "第一考场"),
    ("waiting", OFFICE, "exam", "二号车的考试员让学员重考，旁边没有录像设备，我也看到了。", "第一考场"),
    ("waiting", "changchun-nongan@COUNTY", "education", "网上学习有人替别人刷脸，一个人学了三个人的课。", "农安学习点"),
    ("working", OFFICE, "inspection", "检测站要求另交二百元，不交就说尾气不合格。", "合成第一检测公司"),
    ("reviewed", OFFICE, "window", "窗口说材料不全，跑了三次，每次要的材料都不一样。", "业务大厅三号窗口"),
    ("disputed", OFFICE, "window", "补办行驶证排队两个小时，四个窗口只开一个。", "业务大厅"),
)


def load(demo: bool, report: Callable[[str], None]) -> None:
    """Add the synthetic complaints, once."""
    with scopes.within(scopes.everything()):
        if not demo or Complaint.objects.filter(synthetic=True).exists():
            return
        for state, *told in REPORTS:
            _bring(state, *told)
    report(f"合成投诉新增 {len(REPORTS)} 件")


def _bring(state: str, unit: str, matter: str, text: str, place: str) -> None:
    """Report something and take it as far as ``state`` says."""
    given = Report(
        channel=Channel.ONLINE,
        matter=matter,
        unit=Capacity.objects.select_related("agency").get(key=unit),
        text=text,
        place=place,
        name="合成投诉人",
        synthetic=True,
    )
    one = actions.receive(report=given).complaint
    if state == "waiting":
        return
    city, head, office = _actor(CITY, "centre-supervisor"), _actor(CITY, "leader"), _actor(OFFICE, "office-supervisor")
    made = handling.accept(by=city, complaint=one, handler=given.unit, text="已受理", calendar=working_calendar())
    case = made.case
    if case is None:
        return
    take(by=office, case=case, verb=Verb.RECEIVE, version=case.version)
    handling.answer_first(by=office, complaint=one, text="已调取当日录像和业务记录，正在核对。")
    if state == "working":
        return
    case.refresh_from_db()
    submit(by=office, case=case, version=case.version, outcome="true", text="情况属实，已整改。")
    take(by=head, case=case, verb=Verb.PASS, version=case.version, text="同意")
    if state == "reviewed":
        return
    answer = handling.answer(by=city, complaint=one, text="情况属实，已增开窗口并对值班人员提醒谈话。")
    actions.rate(
        complaint=one, answer=answer, satisfaction=Satisfaction.DISSATISFIED, text="第二天去还是只开一个窗口。"
    )


def _actor(capacity: str, role: str) -> Actor:
    """The first holder of a role in a capacity."""
    held = Appointment.objects.select_related("post__capacity__agency", "person").filter(
        capacity__key=capacity, post__role=role
    )
    return people.actor_of(held.order_by("pk")[0], clock.today())
