"""Open tasks ahead, read them again when asked, excuse them, doubt them; freeze populations."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max

from jianguan.backbone.agencies.rules import Act, may_review
from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.decisions.actions import make_decision
from jianguan.backbone.decisions.models import DecisionKind
from jianguan.backbone.people.acting import Actor, NotAllowed
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.work import tasks
from jianguan.backbone.work.models import Population, PopulationState, Task, TaskDispute, TaskExcuse
from jianguan.backbone.work.owed import owed
from jianguan.kit import clock
from jianguan.kit.digests import digest_of

AHEAD = 7
"""Days for which tasks are opened before their period begins."""


class TaskRefused(ValueError):
    """The act does not fit the task. The message is Chinese and shown to the user."""


class AlreadyFrozen(ValueError):
    """The population of that capacity, kind and day is frozen. The message is Chinese."""


def open_tasks(*, first: dt.date, last: dt.date) -> int:
    """Open every task owed in a period that holds a day from ``first`` to ``last`` (both included); return how many.

    A task pins its norm row and parameter values as known now. Twice opens nothing new. A task whose period has not
    begun and whose terms have changed since gets a further reading; one that has begun keeps its terms. A task whose
    period a decision on its cadence ended before it began is excused by that decision.
    Runs as the system, in the scope of every capacity. Raises BeforeInForce and AmbiguousRule.
    """
    now = clock.now()
    with transaction.atomic():
        given = tasks.parameters(owed(first, last), first, last, now)
        opened = tasks.insert_missing(given)
        read_again = tasks.insert_readings(given, after=now)
        closed = tasks.close_superseded(given, first, last)
        if opened or read_again or closed:
            audit.record(
                kind=EventKind.TASKS_OPENED,
                by=None,
                object_type="tasks",
                object_id=f"{first}/{last}",
                details={"opened": opened, "read_again": read_again, "closed": closed},
            )
    return opened


def open_coming(*, today: dt.date, since: dt.date | None = None) -> int:
    """Open the tasks from the newest day that has daily ones (or ``since``) to a week after ``today``; return how many.

    The first run on an empty database begins with ``today``: what was owed before nobody can prove.
    """
    newest = Task.objects.filter(period__startswith__lte=today).aggregate(day=Max("period__startswith"))["day"]
    first = min(since or newest or today, today)
    return open_tasks(first=first, last=today + dt.timedelta(days=AHEAD))


def rejudge(*, by: Actor, first: dt.date, last: dt.date, reason: str, norm_keys: Iterable[str] | None = None) -> int:
    """Add a reading under the terms as known now to tasks of a span already judged; both readings stay.

    Covers the capacity acted in and those below it. Returns how many tasks were read again. Raises NotAllowed without
    ``decision.adopt``, BeforeInForce and AmbiguousRule.
    """
    by.require(Permission.DECISION_ADOPT)
    span = f"{first} 至 {last}"
    wanted = frozenset(norm_keys) if norm_keys is not None else None
    with transaction.atomic():
        decision = make_decision(
            by=by,
            kind=DecisionKind.RECHECK,
            subject=f"按现行参数复核 {span}",
            outcome={"first": str(first), "last": str(last), "norms": sorted(wanted) if wanted else "all"},
            reason=reason,
        )
        rows = owed(first, last, capacity_ids=by.scope.capacity_ids, norms=wanted)
        given = tasks.parameters(rows, first, last, clock.now())
        changed = tasks.insert_readings(given, decision_id=decision.pk)
        audit.record(
            kind=EventKind.TASK_REJUDGED,
            by=by,
            object_type="decision",
            object_id=decision.pk,
            reason=reason,
            details={"first": str(first), "last": str(last), "changed": changed},
        )
    return changed


def excuse_task(*, by: Actor, task: Task, reason: str) -> TaskExcuse:
    """Excuse a task by decision (免除): by a superior, never by the one who owes it.

    Raises NotAllowed without ``decision.adopt`` or for one's own capacity, TaskRefused for a task out of scope or
    excused already.
    """
    by.require(Permission.DECISION_ADOPT)
    if task.capacity_id not in by.scope:
        raise TaskRefused("该任务不在当前身份的监管范围内")
    if task.capacity_id == by.capacity_id and by.level != "PROVINCE":
        raise NotAllowed("不能免除本单位自己的履职任务，请由上级决定")
    if TaskExcuse.objects.filter(task=task).exists():
        raise TaskRefused("该任务已经免除")
    with transaction.atomic():
        decision = make_decision(
            by=by,
            kind=DecisionKind.EXCUSE,
            subject=f"免除 {task.norm.key} {task.period.lower}",
            outcome={"task": task.pk},
            reason=reason,
            basis=task.norm.provision.item,
            state={"task": task.pk, "reading": task.reading, "pinned": task.pinned},
        )
        excuse = TaskExcuse.objects.create(task=task, capacity_id=task.capacity_id, decision=decision)
        audit.record(
            kind=EventKind.TASK_EXCUSED,
            by=by,
            object_type="task",
            object_id=task.pk,
            norm=task.norm.key,
            reason=reason,
            after={"decision": decision.pk},
        )
    return excuse


def dispute_task(*, by: Actor, task: Task, reason: str) -> TaskDispute:
    """Doubt the judgement of a task (存疑): the unit that owes it or one above.

    Raises NotAllowed without ``task.read``, TaskRefused out of scope, without a reason or while a doubt is open.
    """
    by.require(Permission.TASK_READ)
    if task.capacity_id not in by.scope:
        raise TaskRefused("该任务不在当前身份的监管范围内")
    if not reason.strip():
        raise TaskRefused("请写明异议的理由")
    if task.disputes.filter(settles=None, settled_by=None).exists():
        raise TaskRefused("该任务已有尚未复核的异议")
    return _record_dispute(by, task, reason, None)


def settle_dispute(*, by: Actor, dispute: TaskDispute, reason: str) -> TaskDispute:
    """Settle a doubt: by another person, also across capacities, with ``decision.adopt``.

    Raises NotAllowed for the person who raised it, TaskRefused when it is settled or out of scope.
    """
    by.require(Permission.DECISION_ADOPT)
    if dispute.capacity_id not in by.scope:
        raise TaskRefused("该任务不在当前身份的监管范围内")
    if dispute.settles_id is not None or TaskDispute.objects.filter(settles=dispute).exists():
        raise TaskRefused("该异议已经复核")
    if not reason.strip():
        raise TaskRefused("请写明复核结论")
    if dispute.raised_by is not None:
        refusal = may_review(
            by.person_id, by.capacity_id, [Act(dispute.raised_by.person_id, dispute.raised_by.capacity_id)]
        )
        if refusal:
            raise NotAllowed(refusal)
    return _record_dispute(by, dispute.task, reason, dispute)


def _record_dispute(by: Actor, task: Task, reason: str, settles: TaskDispute | None) -> TaskDispute:
    with transaction.atomic():
        row = TaskDispute.objects.create(
            task=task,
            capacity_id=task.capacity_id,
            raised_by_id=by.appointment_id,
            raised_at=clock.now(),
            reason=reason.strip(),
            settles=settles,
        )
        audit.record(
            kind=EventKind.TASK_DISPUTED,
            by=by,
            object_type="task",
            object_id=task.pk,
            norm=task.norm.key,
            reason=reason,
            details={"dispute": row.pk, "settles": settles.pk if settles else None},
        )
    return row


def freeze_population(
    *,
    by: Actor | None,
    capacity_id: int,
    kind: str,
    day: dt.date,
    members: Iterable[str] | None,
    source: str,
    why: str = "",
) -> Population:
    """Freeze the frame of a ratio: its members counted and digested, proven empty, or unknown (``members`` None).

    ``by`` None is the system taking in what another system reported. Raises NotAllowed for another unit's population,
    AlreadyFrozen the second time, TaskRefused when nothing says why a population is unknown.
    """
    if by is not None:
        by.require(Permission.CHECK_RECORD)
        by.require_capacity(capacity_id)
    listed = sorted(set(members)) if members is not None else None
    if listed is None and not why.strip():
        raise TaskRefused("总体未知时须说明原因")
    if Population.objects.filter(capacity_id=capacity_id, kind=kind, day=day).exists():
        raise AlreadyFrozen(f"{day} 的抽查总体已经封存，不能重新清点")
    state = PopulationState.UNKNOWN if listed is None else PopulationState.COUNTED if listed else PopulationState.EMPTY
    with transaction.atomic():
        population = Population.objects.create(
            capacity_id=capacity_id,
            kind=kind,
            day=day,
            state=state,
            size=None if listed is None else len(listed),
            digest="" if listed is None else digest_of(listed),
            source=source,
            why=why.strip(),
            frozen_at=clock.now(),
        )
        audit.record(
            kind=EventKind.POPULATION_FROZEN,
            by=by,
            object_type="population",
            object_id=population.pk,
            after={"kind": kind, "day": str(day), "size": population.size, "digest": population.digest},
            details={"kind": kind, "day": str(day), "state": state.value, "size": population.size},
        )
    return population
