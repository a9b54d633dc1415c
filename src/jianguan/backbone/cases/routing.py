"""Who works on a case (转办、分解、会签、督办…), and the decisions on its deadlines and objections."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.cases import paperwork
from jianguan.backbone.cases.actions import CaseRefused, guarded, open_case, require_standing, take
from jianguan.backbone.cases.deadlines import Due, dues, set_dues, standing
from jianguan.backbone.cases.models import Case, Party, Step
from jianguan.backbone.cases.rules import Severity, Side, State, Term, Verb
from jianguan.backbone.decisions.actions import make_decision
from jianguan.backbone.decisions.models import DecisionKind
from jianguan.backbone.people.acting import Actor
from jianguan.engines.calendar.deadlines import start_of
from jianguan.engines.calendar.periods import ONE_DAY
from jianguan.engines.calendar.workdays import Calendar
from jianguan.kit import clock

JOINS = {Verb.COPY: Side.COPIED, Verb.COUNTERSIGN: Side.SIGNATORY, Verb.HELP: Side.HELPER}
LEVELS = {Verb.SUPERVISE: 1, Verb.LIST: 2}


def assign(
    *, by: Actor, case: Case, version: int, handler: Capacity, calendar: Calendar, last_day: dt.date | None = None
) -> Step:
    """Assign (交办) a case to a unit of one's scope and set its deadlines; ``last_day`` where whoever ordered set one.

    Raises as ``take``, and CaseRefused for a unit out of scope or a day in the past.
    """
    if handler.pk not in by.scope:
        raise CaseRefused("不能交给监管范围以外的单位办理")
    require_standing([handler])
    with transaction.atomic():
        step = take(by=by, case=case, verb=Verb.ASSIGN, version=version, changes={"handler": handler})
        if last_day is not None and last_day < step.at.date():
            raise CaseRefused("办结期限不能早于今天")
        set_dues(case, step, dues(case, step.at, last_day=last_day, calendar=calendar))
        paperwork.follow(by=by, case=case, step=step)
    return step


def transfer(*, by: Actor, case: Case, version: int, handler: Capacity, text: str) -> Step:
    """Transfer (转办) to a unit below; the clock to the end runs on. Raises as ``take``, CaseRefused out of scope."""
    if handler.pk not in by.scope or handler.pk == by.capacity_id:
        raise CaseRefused("只能转给本单位监管范围内的其他单位")
    require_standing([handler])
    with transaction.atomic():
        step = take(by=by, case=case, verb=Verb.TRANSFER, version=version, text=text, changes={"handler": handler})
        Party.objects.get_or_create(
            case=case, capacity_id=by.capacity_id, side=Side.COPIED.value, defaults={"step": step}
        )
    return step


def split(
    *, by: Actor, case: Case, version: int, handlers: Iterable[Capacity], text: str, calendar: Calendar
) -> list[Case]:
    """Split (分解) a case among units: one child each, all under the parent's clock.

    Raises as ``take``, and CaseRefused without at least one other unit of one's scope.
    """
    chosen = list(handlers)
    if not chosen or any(one.pk not in by.scope for one in chosen):
        raise CaseRefused("请选择监管范围内的承办单位")
    with transaction.atomic():
        take(by=by, case=case, verb=Verb.SPLIT, version=version, text=text)
        finish = standing(case, Term.FINISH)
        last_day = finish.due_at.astimezone(clock.CHINA).date() - ONE_DAY if finish else None
        children = []
        for one in chosen:
            child = open_case(
                by=by,
                kind=case.kind,
                title=case.title,
                text=case.text,
                provision=case.provision,
                origin=f"分解自 {case.number}",
                handler=one,
                severity=Severity(case.severity),
                subject=case.subject,
                parent=case,
                data=case.data,
            )
            assign(by=by, case=child, version=child.version, handler=one, calendar=calendar, last_day=last_day)
            children.append(child)
    return children


def join(*, by: Actor, case: Case, version: int, verb: Verb, capacities: Iterable[Capacity], text: str = "") -> Step:
    """Let other units in: 抄送 (may read), 会签 (is asked for its opinion), 协办 (works on it too).

    Raises as ``take``, and CaseRefused without a unit or for a verb that lets nobody in.
    """
    chosen = list(capacities)
    if verb not in JOINS or not chosen:
        raise CaseRefused("请选择单位")
    require_standing(chosen)
    with transaction.atomic():
        data = {"capacities": [one.key for one in chosen]}
        step = take(by=by, case=case, verb=verb, version=version, text=text, data=data)
        side = JOINS[verb]
        with guarded():
            for one in chosen:
                Party.objects.get_or_create(
                    case=case, capacity=one, side=side.value, defaults={"step": step, "acts": side is not Side.COPIED}
                )
    return step


def supervise(*, by: Actor, case: Case, version: int, text: str, verb: Verb = Verb.SUPERVISE) -> Step:
    """Put a case under supervision (督办), or list it publicly among units (挂牌督办). It never steps down again."""
    level = max(case.supervision, LEVELS[verb])
    return take(by=by, case=case, verb=verb, version=version, text=text, changes={"supervision": level})


def decide_extension(
    *, by: Actor, case: Case, version: int, granted: bool, reason: str, last_day: dt.date | None = None
) -> Step:
    """Decide on a request for more time (延期): a decision by a leader; granted, a new deadline replaces the old.

    Raises as ``take``, and CaseRefused when nothing was asked for or the new day does not lie after the old.
    """
    asked = case.steps.filter(verb=Verb.REQUEST_EXTENSION.value).order_by("-version").first()
    decided = case.steps.filter(verb=Verb.DECIDE_EXTENSION.value).order_by("-version").first()
    if asked is None or (decided is not None and decided.version > asked.version):
        raise CaseRefused("没有待决定的延期申请")
    old = standing(case, Term.FINISH)
    if granted and (old is None or last_day is None or start_of(last_day + ONE_DAY) <= old.due_at):
        raise CaseRefused("延期后的期限须晚于原期限")
    with transaction.atomic():
        decision = make_decision(
            by=by,
            kind=DecisionKind.EXTEND_DEADLINE,
            subject=case.number,
            outcome={"granted": granted, "last_day": last_day.isoformat() if last_day and granted else ""},
            reason=reason,
            basis=case.provision,
            state={"case": case.number, "version": case.version, "asked": asked.pk},
        )
        step = take(
            by=by, case=case, verb=Verb.DECIDE_EXTENSION, version=version, text=reason, decision=decision,
            data={"granted": granted},
        )  # fmt: skip
        if granted and last_day is not None:
            due = Due(Term.FINISH, start_of(last_day + ONE_DAY), 0, "date", {"decision": decision.pk})
            set_dues(case, step, [due])
    return step


def reopen(*, by: Actor, case: Case, version: int, reason: str, last_day: dt.date) -> Step:
    """Reopen (重开) a closed case by decision, with a new day to finish that is not over. Raises as ``take``."""
    if last_day < clock.today():
        raise CaseRefused("新的办结期限不能早于今天")
    with transaction.atomic():
        decision = make_decision(
            by=by,
            kind=DecisionKind.REOPEN_CASE,
            subject=case.number,
            outcome={"last_day": last_day.isoformat()},
            reason=reason,
            basis=case.provision,
            state={"case": case.number, "version": case.version},
        )
        step = take(by=by, case=case, verb=Verb.REOPEN, version=version, text=reason, decision=decision)
        due = Due(Term.FINISH, start_of(last_day + ONE_DAY), 0, "date", {"decision": decision.pk})
        set_dues(case, step, [due])
    return step


def hand_over(
    *, by: Actor, case: Case, version: int, reason: str, handler: Capacity | None = None, issuer: Capacity | None = None
) -> Step:
    """Hand a case over by decision (移交), for example of a unit that was dissolved. Raises as ``take``."""
    if handler is None and issuer is None:
        raise CaseRefused("请选择接收单位")
    if any(one is not None and one.pk not in by.scope for one in (handler, issuer)):
        raise CaseRefused("接收单位须在监管范围内")
    require_standing(one for one in (handler, issuer) if one is not None)
    changes = {name: one for name, one in (("handler", handler), ("issuer", issuer)) if one is not None}
    with transaction.atomic():
        decision = make_decision(
            by=by,
            kind=DecisionKind.HAND_OVER_CASE,
            subject=case.number,
            outcome={name: one.key for name, one in changes.items()},
            reason=reason,
            basis=case.provision,
            state={"case": case.number, "version": case.version},
        )
        return take(
            by=by, case=case, verb=Verb.HAND_OVER, version=version, text=reason, decision=decision, changes=changes
        )


def decide_objection(*, by: Actor, case: Case, version: int, upheld: bool, reason: str) -> Step:
    """Decide on an objection (申诉) by others than those who worked on or reviewed the case.

    Raises as ``take``, and CaseRefused when nothing is open or the actor reviewed the case himself.
    """
    raised = case.steps.filter(verb=Verb.OBJECT.value).order_by("-version").first()
    decided = case.steps.filter(verb=Verb.DECIDE_OBJECTION.value).order_by("-version").first()
    if raised is None or (decided is not None and decided.version > raised.version):
        raise CaseRefused("没有待决定的申诉")
    if case.steps.filter(person_id=by.person_id, verb__in=[Verb.PASS, Verb.RETURN, Verb.CLOSE, Verb.OPEN]).exists():
        raise CaseRefused("申诉须由未参与该事项的人员决定")
    with transaction.atomic():
        decision = make_decision(
            by=by,
            kind=DecisionKind.DECIDE_OBJECTION,
            subject=case.number,
            outcome={"upheld": upheld},
            reason=reason,
            basis=case.provision,
            state={"case": case.number, "version": case.version, "objection": raised.pk},
        )
        return take(
            by=by, case=case, verb=Verb.DECIDE_OBJECTION, version=version, text=reason, decision=decision,
            data={"upheld": upheld},
        )  # fmt: skip


def settled(case: Case) -> bool:
    """Whether every child of a split case is closed."""
    return not case.children.exclude(state=State.CLOSED.value).exists()
