"""Cases of the last two months (合成数据): waiting, in hand, late, returned, asked for longer, objected to, closed.

Written step by step without the actions, because they happened in the past; the guards in the database hold all the
same. The ladder of reminders then runs as it does every ten minutes. Deterministic, see ``marks``.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from jianguan.backbone.agencies.models import Oversight
from jianguan.backbone.cases.deadlines import dues, set_dues
from jianguan.backbone.cases.models import Case, Step
from jianguan.backbone.cases.rules import KINDS, MOVES, Kind, Severity, Side, State, Verb
from jianguan.backbone.people.models import Appointment
from jianguan.backbone.rules.queries import working_calendar
from jianguan.backbone.work.models import Finding
from jianguan.demo.marks import mark
from jianguan.demo.people import WORKING, officers
from jianguan.engines.calendar.workdays import Calendar
from jianguan.kit.digests import digest_of

ORIGIN = "合成数据"
OPENING, CLOSING = 9, 17
SUNDAY = 7
SHARE = 45
"""Of a hundred units so many have a case in each of three turns."""
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Plot:
    """What becomes of a case: days before now it was opened, then verbs with the working hour they came at."""

    opened: int
    steps: tuple[tuple[Verb, int], ...]
    outcome: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Matter:
    """What a case is about."""

    kind: str
    provision: str
    title: str
    text: str
    severity: Severity = Severity.GENERAL


START = ((Verb.ASSIGN, 2), (Verb.RECEIVE, 8))
WORKED = (*START, (Verb.WORK, 14))
HANDED_IN = (*WORKED, (Verb.SUBMIT, 40))
PASSED = (*HANDED_IN, (Verb.PASS, 46))
FATES = (
    Plot(1, ((Verb.ASSIGN, 2),)),
    Plot(3, START),
    Plot(6, WORKED),
    Plot(34, ((Verb.ASSIGN, 2),)),
    Plot(44, WORKED),
    Plot(52, (*WORKED, (Verb.CHASE, 120), (Verb.SUPERVISE, 150))),
    Plot(9, HANDED_IN),
    Plot(12, (*HANDED_IN, (Verb.RETURN, 46))),
    Plot(16, PASSED),
    Plot(20, (*WORKED, (Verb.REQUEST_EXTENSION, 60))),
    Plot(18, (*START, (Verb.OBJECT, 12))),
    Plot(24, (*PASSED, (Verb.CLOSE, 50))),
    Plot(31, (*PASSED, (Verb.CLOSE, 48))),
    Plot(38, (*HANDED_IN, (Verb.RETURN, 46), (Verb.SUBMIT, 70), (Verb.PASS, 76), (Verb.CLOSE, 78))),
    Plot(58, (*WORKED, (Verb.SUBMIT, 200), (Verb.PASS, 206), (Verb.CLOSE, 208))),
)
MATTERS = (
    Matter("rectification", "4.6", "音视频抽查发现考试录像缺失", "一名学员科目二录像中断四分钟，须查明原因并整改。"),
    Matter("anomaly", "5.5", "同一办理人短时间内大量补换证", "系统提示同一代办人一周内办理补换证十一笔，请逐笔核查。"),
    Matter("rectification", "5.8", "档案材料不齐", "复核发现三份变更登记档案缺少查验记录表，须补齐并说明。"),
    Matter(
        "supervised",
        "4.8",
        "部局通报问题线索核查",
        "通报涉及本地检测数据异常，请限期核查。",
        Severity.SERIOUS,
    ),
    Matter("rectification", "6.11", "查验工位视频角度偏移", "三号查验工位摄像机看不到车辆识别代号，须调整并复测。"),
    Matter("interview", "10.5", "约谈检验机构负责人", "连续两月检验异常，约谈负责人并限期整改。", Severity.SERIOUS),
    Matter("anomaly", "10.4", "检验照片雷同", "两车外观照片相同，请核查是否替检。", Severity.SERIOUS),
    Matter("exposure", "10.5", "曝光违规检验机构", "经查实的违规检验机构，按规定向社会公布。"),
    Matter("back-tracing", "4.6", "倒查审核责任", "已查实的违规业务，倒查受理、审核环节责任。", Severity.SERIOUS),
)
WORDS = {
    Verb.CHASE: "已逾期，请尽快办理并说明原因。",
    Verb.OBJECT: "该业务系上月已整改事项，申请核减。",
    Verb.PASS: "材料齐全，结论清楚，同意。",
    Verb.REQUEST_EXTENSION: "设备采购需要时间，申请延期十日。",
    Verb.RETURN: "未附整改后的录像，请补充后再报。",
    Verb.SUBMIT: "已核查整改，情况报告如上。",
    Verb.SUPERVISE: "多次催办未果，列为督办事项。",
    Verb.WORK: "已调取录像和业务记录，正在核对。",
}


def add_cases(moment: dt.datetime) -> int:
    """Add the cases of every city, once; returns how many."""
    if Case.objects.filter(origin=ORIGIN).exists():
        return 0
    calendar, people, made = working_calendar(), officers(), 0
    reviewers = _reviewers(people)
    with transaction.atomic():
        for number, (issuer, handler) in enumerate(_pairs(moment.date(), set(people))):
            matter, fate = MATTERS[number % len(MATTERS)], FATES[(number * 4 + number // 15) % len(FATES)]
            _play(
                matter,
                fate,
                moment,
                calendar,
                {
                    Side.ISSUER: people[issuer],
                    Side.HANDLER: people[handler],
                    Side.SUPERIOR: reviewers.get(issuer, people[issuer]),
                },
            )
            made += 1
    return made


def _reviewers(officers: Mapping[int, Appointment]) -> dict[int, Appointment]:
    """Somebody of every capacity beside its first officer, a leader where there is one."""
    found: dict[int, Appointment] = {}
    for one in Appointment.objects.select_related("person", "post").order_by("pk"):
        first = officers.get(one.capacity_id)
        if first is None or one.person_id == first.person_id or one.post.role not in {*WORKING, "leader"}:
            continue
        if one.capacity_id not in found or one.post.role == "leader":
            found[one.capacity_id] = one
    return found


def _pairs(today: dt.date, staffed: set[int]) -> Iterator[tuple[int, int]]:
    """Superior and unit where both have somebody, three turns; every turn in another order."""
    held = Oversight.objects.filter(valid__contains=today).order_by("superior_id", "capacity_id")
    pairs = [pair for one in held if staffed >= set(pair := (one.superior_id, one.capacity_id))]
    for turn in range(3):
        yield from sorted((pair for pair in pairs if mark(*pair, turn) < SHARE), key=lambda pair: mark(turn, *pair))


def _play(
    matter: Matter, fate: Plot, moment: dt.datetime, calendar: Calendar, cast: Mapping[Side, Appointment]
) -> None:
    """Open one case and take its steps."""
    kind, issuer, handler = KINDS[matter.kind], cast[Side.ISSUER], cast[Side.HANDLER]
    at = _working(moment - ONE_DAY * fate.opened)
    stem = f"{issuer.capacity.agency.short}{kind.word}〔{at.year}〕"
    taken = Case.objects.filter(number__startswith=stem).count()
    case = Case.objects.create(
        kind=matter.kind,
        flow=kind.flow,
        number=f"{stem}{taken + 1}号",
        title=matter.title,
        text=matter.text,
        provision=matter.provision,
        severity=matter.severity.value,
        issuer_id=issuer.capacity_id,
        handler_id=handler.capacity_id,
        finding=_finding(matter, handler.capacity_id, at),
        origin=ORIGIN,
        state=State.OPENED.value,
        opened_at=at,
        synthetic=True,
    )
    _step(case, Verb.OPEN, at, cast, {})
    for verb, hours in fate.steps:
        if (when := _after(at, hours)) > moment:
            break
        data: dict[str, Any] = {"outcome": _outcome(kind)} if verb is Verb.SUBMIT else {}
        if verb is Verb.ASSIGN:
            data = {"handler": case.handler_id}
        step = _step(case, verb, when, cast, data)
        if verb is Verb.ASSIGN:
            set_dues(case, step, dues(case, when, last_day=None, calendar=calendar))


def _outcome(kind: Kind) -> str:
    """A result that needs no paper, opinion or name beside it, as the demonstration has none."""
    demanding = {*kind.asks, *kind.opinion, *kind.record}
    return next((one for one in kind.outcomes if one not in demanding), next(iter(kind.outcomes), ""))


def _step(case: Case, verb: Verb, at: dt.datetime, cast: Mapping[Side, Appointment], data: dict[str, Any]) -> Step:
    """Write one step and what it changes of the case."""
    opening = verb is Verb.OPEN
    sides = frozenset({Side.ISSUER}) if opening else MOVES[verb].sides
    side = Side.ISSUER if Side.ISSUER in sides else Side.HANDLER
    who = cast[Side.SUPERIOR] if verb in {Verb.PASS, Verb.CLOSE, Verb.RETURN, Verb.SUPERVISE} else cast[side]
    before, to = ("", State.OPENED) if opening else (case.state, MOVES[verb].to or State(case.state))
    case.version += not opening
    step = Step.objects.create(
        case=case,
        version=case.version,
        verb=verb.value,
        from_state=before,
        to_state=to.value,
        side=side.value,
        capacity_id=who.capacity_id,
        person_id=who.person_id,
        appointment=who,
        text=WORDS.get(verb, ""),
        data=data,
        state_digest=digest_of({"number": case.number, "version": case.version}),
        at=at,
    )
    if not opening:
        case.state = to.value
        case.closed_at = at if to is State.CLOSED else None
        case.supervision = max(case.supervision, verb is Verb.SUPERVISE)
        case.save()
    return step


def _finding(matter: Matter, handler_id: int, at: dt.datetime) -> Finding | None:
    """A problem of the unit that no case follows yet, for what is to be put right."""
    if matter.kind != "rectification":
        return None
    open_ones = Finding.objects.filter(
        capacity_id=handler_id, found_at__lt=at, cases=None, check_record__embargo_until=None
    )
    return open_ones.order_by("-severity", "-found_at", "-pk").first()


def _working(moment: dt.datetime) -> dt.datetime:
    """Nine in the morning of a day, of the Saturday before a Sunday."""
    day = moment.replace(hour=OPENING, minute=10, second=0, microsecond=0)
    return day - ONE_DAY if day.isoweekday() == SUNDAY else day


def _after(at: dt.datetime, hours: int) -> dt.datetime:
    """So many working hours later: eight a day, Sundays left out."""
    days, rest = divmod(hours, CLOSING - OPENING)
    for _ in range(days):
        at += ONE_DAY * (2 if (at + ONE_DAY).isoweekday() == SUNDAY else 1)
    return at + dt.timedelta(hours=rest)
