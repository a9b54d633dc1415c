"""Who works on a case (转办、分解、会签、督办…), and the decisions on its deadlines and objections."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.cases import ladder, paperwork
from jianguan.backbone.cases.actions import CaseRefused, guarded, note_by_system, open_case, require_standing, take
from jianguan.backbone.cases.deadlines import Due, dues, last_day_of, set_day, set_dues, standing
from jianguan.backbone.cases.models import Case, Deadline, Party, Step
from jianguan.backbone.cases.rules import Severity, Side, State, Term, Verb, upheld_to
from jianguan.backbone.decisions.actions import make_decision
from jianguan.backbone.decisions.models import Decision, DecisionKind
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.rules.queries import working_calendar
from jianguan.engines.calendar.workdays import Calendar
from jianguan.kit import clock

JOINS = {Verb.COPY: Side.COPIED, Verb.COUNTERSIGN: Side.SIGNATORY, Verb.HELP: Side.HELPER}
LEVELS = {Verb.SUPERVISE: 1, Verb.LIST: 2}


def assign(
    *, by: Actor, case: Case, version: int, handler: Capacity, calendar: Calendar, last_day: dt.date | None = None
) -> Step:
    """Assign (交办) a case to a unit of one's scope and set its deadlines; ``last_day`` where whoever ordered set one.

    A case that came back keeps the end it had: it may be drawn nearer, never put off without a decision.
    Raises as ``take``, and CaseRefused for a unit out of scope, one that would order of itself, a day in the past or
    after the end that stands.
    """
    if last_day is not None and last_day < clock.today():
        raise CaseRefused("办结期限不能早于今天")
    end = set_day(last_day, {"last_day": last_day.isoformat()}) if last_day else None
    return _assign(by=by, case=case, version=version, handler=handler, calendar=calendar, end=end)


def _assign(*, by: Actor, case: Case, version: int, handler: Capacity, calendar: Calendar, end: Due | None) -> Step:
    if handler.pk not in by.scope:
        raise CaseRefused("不能交给监管范围以外的单位办理")
    require_standing([handler])
    again = case.steps.filter(verb=Verb.ASSIGN.value).exists()
    if again:
        _require_two(case, handler=handler)
    old = standing(case, Term.FINISH)
    if old is not None and end is not None and end.due_at > old.due_at:
        raise CaseRefused(
            f"原办结期限为{last_day_of(old.due_at)}，重新交办不能推后；不填期限的沿用原期限，确需延期的由承办单位申请、领导决定"
        )
    with transaction.atomic():
        step = take(
            by=by, case=case, verb=Verb.ASSIGN, version=version, changes={"handler": handler},
            data={"handler": handler.pk},
        )  # fmt: skip
        found = dues(case, step.at, last_day=None, calendar=calendar)
        if end is not None:
            found = [one for one in found if one.term is not Term.FINISH] + [end]
        kept = {term for term in (Term.ANSWER, Term.FINISH) if standing(case, term) is not None}
        set_dues(case, step, [one for one in found if one.term not in kept or one is end])
        if old is not None and end is not None:
            _carry(case, old.due_at, end, None)
        if again:
            ladder.tell_taker(by=by, case=case, at=step.at)
        paperwork.follow(by=by, case=case, step=step)
    return step


def transfer(*, by: Actor, case: Case, version: int, handler: Capacity, text: str) -> Step:
    """Transfer (转办) to a unit below; the clock to the end runs on, the one to sign begins anew.

    Raises as ``take``, and CaseRefused out of scope or for a unit that would order of itself.
    """
    if handler.pk not in by.scope or handler.pk == by.capacity_id:
        raise CaseRefused("只能转给本单位监管范围内的其他单位")
    require_standing([handler])
    _require_two(case, handler=handler)
    with transaction.atomic():
        step = take(
            by=by, case=case, verb=Verb.TRANSFER, version=version, text=text, changes={"handler": handler},
            data={"handler": handler.pk},
        )  # fmt: skip
        Party.objects.get_or_create(
            case=case, capacity_id=by.capacity_id, side=Side.COPIED.value, defaults={"step": step}
        )
        _taken_over(by, case, step)
    return step


def _taken_over(by: Actor, case: Case, step: Step) -> None:
    """Let the new unit sign by a day of its own, and tell it what is overdue or was reminded of already."""
    if case.state == State.ASSIGNED:
        found = dues(case, step.at, last_day=None, calendar=working_calendar())
        set_dues(case, step, [one for one in found if one.term is Term.SIGN])
    ladder.tell_taker(by=by, case=case, at=step.at)


def _require_two(case: Case, *, handler: Capacity | None = None, issuer: Capacity | None = None) -> None:
    """Raise CaseRefused where a case that one unit ordered of another would become one unit's own.

    Nobody reviews for himself in another capacity, and nobody for whoever supervises him. What was a unit's own from
    the start may stay so.
    """
    if case.issuer.agency_id == case.handler.agency_id:
        return
    orders, works = issuer or case.issuer, handler or case.handler
    if orders.agency_id == works.agency_id or orders.pk in agencies.subtree(works.pk, clock.today()):
        raise CaseRefused("交办单位和承办单位不能成为同一单位，交办单位也不能受承办单位监管，请另选单位")


def split(
    *, by: Actor, case: Case, version: int, handlers: Iterable[Capacity], text: str, calendar: Calendar
) -> list[Case]:
    """Split (分解) a case among units: one child each, all under the parent's clock, which starts here if it had none.

    Raises as ``take``, and CaseRefused without at least one other unit of one's scope.
    """
    chosen = list(handlers)
    if not chosen or any(one.pk not in by.scope for one in chosen):
        raise CaseRefused("请选择监管范围内的承办单位")
    with transaction.atomic():
        step = take(by=by, case=case, verb=Verb.SPLIT, version=version, text=text)
        finish = standing(case, Term.FINISH) or _start_clock(case, step, calendar)
        end = Due(Term.FINISH, finish.due_at, 0, "date", {"parent": case.pk}) if finish else None
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
            _assign(by=by, case=child, version=child.version, handler=one, calendar=calendar, end=end)
            children.append(child)
    return children


def _start_clock(case: Case, step: Step, calendar: Calendar) -> Deadline | None:
    found = dues(case, step.at, last_day=None, calendar=calendar)
    return next(iter(set_dues(case, step, [one for one in found if one.term is Term.FINISH])), None)


def _carry(case: Case, since: dt.datetime, end: Due, decision: Decision | None) -> None:
    """Move open children along with the end of their parent: those that end with it, and those that would end after."""
    for child in case.children.exclude(state=State.CLOSED.value).order_by("pk"):
        old = standing(child, Term.FINISH)
        if old is None or (old.due_at != since and old.due_at <= end.due_at):
            continue
        text = f"上级事项 {case.number} 的办结期限改为{last_day_of(end.due_at)}，本事项随之改变"
        step = note_by_system(case=child, text=text, decision=decision)
        set_dues(child, step, [Due(Term.FINISH, end.due_at, 0, "date", {"parent": case.pk})])
        _carry(child, old.due_at, end, decision)


def _require_under_parent(case: Case, end: dt.datetime) -> None:
    """Raise CaseRefused for an end after that of the case this one is a part of, while that is open."""
    if case.parent is None or case.parent.state == State.CLOSED:
        return
    above = standing(case.parent, Term.FINISH)
    if above is not None and end > above.due_at:
        raise CaseRefused(
            f"子事项的期限不能晚于上级事项 {case.parent.number} 的办结期限{last_day_of(above.due_at)}，请先延长上级事项"
        )


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

    The open parts of a split case move with it; a deadline that has passed stays missed all the same. Raises as
    ``take``, and CaseRefused when nothing was asked for, the new day does not lie after the old, is over, or lies
    after the end of the case this one is a part of.
    """
    asked = case.steps.filter(verb=Verb.REQUEST_EXTENSION.value).order_by("-version").first()
    decided = case.steps.filter(verb=Verb.DECIDE_EXTENSION.value).order_by("-version").first()
    if asked is None or (decided is not None and decided.version > asked.version):
        raise CaseRefused("没有待决定的延期申请")
    old = standing(case, Term.FINISH)
    if granted:
        if old is None or last_day is None or set_day(last_day, {}).due_at <= old.due_at:
            raise CaseRefused("延期后的期限须晚于原期限")
        if last_day < clock.today():
            raise CaseRefused("延期后的期限不能早于今天")
        _require_under_parent(case, set_day(last_day, {}).due_at)
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
        if granted and old is not None and last_day is not None:
            end = set_day(last_day, {"decision": decision.pk})
            set_dues(case, step, [end])
            _carry(case, old.due_at, end, decision)
    return step


def reopen(*, by: Actor, case: Case, version: int, reason: str, last_day: dt.date) -> Step:
    """Reopen (重开) a closed case by decision, with a new day to finish that is not over. Raises as ``take``."""
    _require_new_day(case, last_day)
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
        set_dues(case, step, [set_day(last_day, {"decision": decision.pk})])
    return step


def _require_new_day(case: Case, last_day: dt.date) -> None:
    if last_day < clock.today():
        raise CaseRefused("新的办结期限不能早于今天")
    _require_under_parent(case, set_day(last_day, {}).due_at)


def hand_over(
    *, by: Actor, case: Case, version: int, reason: str, handler: Capacity | None = None, issuer: Capacity | None = None
) -> Step:
    """Hand a case over by decision (移交), for example of a unit that was dissolved.

    A new handler signs by a day of its own where the case was not signed for. Raises as ``take``, and CaseRefused for
    units out of scope or where issuer and handler would become one.
    """
    if handler is None and issuer is None:
        raise CaseRefused("请选择接收单位")
    if any(one is not None and one.pk not in by.scope for one in (handler, issuer)):
        raise CaseRefused("接收单位须在监管范围内")
    require_standing(one for one in (handler, issuer) if one is not None)
    _require_two(case, handler=handler, issuer=issuer)
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
        step = take(
            by=by, case=case, verb=Verb.HAND_OVER, version=version, text=reason, decision=decision, changes=changes,
            data={name: one.pk for name, one in changes.items()},
        )  # fmt: skip
        if handler is not None:
            _taken_over(by, case, step)
    return step


def decide_objection(
    *, by: Actor, case: Case, version: int, upheld: bool, reason: str, last_day: dt.date | None = None
) -> Step:
    """Decide on an objection (申诉) by others than those who worked on or reviewed the case.

    Upheld it leads somewhere at once: a closed case is reopened with ``last_day``, one without a result goes back to
    whoever ordered it, and a result is reviewed again, by others than before. Raises as ``take``, and CaseRefused when
    nothing is open, the actor reviewed the case himself, no day is given to reopen, or the first receiver keeps it.
    """
    raised = case.steps.filter(verb=Verb.OBJECT.value).order_by("-version").first()
    decided = case.steps.filter(verb=Verb.DECIDE_OBJECTION.value).order_by("-version").first()
    if raised is None or (decided is not None and decided.version > raised.version):
        raise CaseRefused("没有待决定的申诉")
    if case.steps.filter(person_id=by.person_id, verb__in=[Verb.PASS, Verb.RETURN, Verb.CLOSE, Verb.OPEN]).exists():
        raise CaseRefused("申诉须由未参与该事项的人员决定")
    state = State(case.state)
    to = upheld_to(state, submitted=_has_result(case)) if upheld else state
    again = upheld and state is State.CLOSED
    if again and last_day is None:
        raise CaseRefused("申诉成立的，须写明重新办理的期限")
    if again and last_day is not None:
        _require_new_day(case, last_day)
    if case.locked and to is State.OPENED:
        raise CaseRefused("该事项实行首接责任制，不能因申诉退回；确须换单位的，以移交决定办理")
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
        step = take(
            by=by, case=case, verb=Verb.DECIDE_OBJECTION, version=version, text=reason, decision=decision,
            data={"upheld": upheld}, to=to,
        )  # fmt: skip
        if again and last_day is not None:
            reopen(by=by, case=case, version=case.version, reason=f"申诉成立：{reason}", last_day=last_day)
    return step


def _has_result(case: Case) -> bool:
    """Whether a result was submitted since the case was last given out or reopened."""
    last = case.steps.filter(verb__in=[Verb.ASSIGN, Verb.FAIL_RECHECK, Verb.REOPEN, Verb.SUBMIT]).order_by("-version")
    found = last.first()
    return found is not None and found.verb == Verb.SUBMIT


def settled(case: Case) -> bool:
    """Whether every child of a split case is closed."""
    return not case.children.exclude(state=State.CLOSED.value).exists()
