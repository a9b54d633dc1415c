"""Declare and end an interest (申报回避); freeze by hand before the hour."""

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet

from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.draws import shares
from jianguan.backbone.draws.frames import frame
from jianguan.backbone.draws.freezing import freeze_kind
from jianguan.backbone.draws.models import PublicNumber, Recusal
from jianguan.backbone.draws.terms import terms, timetable
from jianguan.backbone.people.acting import Actor, NotAllowed
from jianguan.backbone.people.models import Appointment
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.scope.turns import one_at_a_time
from jianguan.backbone.subjects.models import Subject
from jianguan.backbone.work.models import Population
from jianguan.kit import clock

SHORTEST_REASON = 4


class RecusalRefused(ValueError):
    """The recusal cannot be declared or ended so. The message is Chinese and shown to the user."""


class FreezeRefused(ValueError):
    """The population cannot be frozen now. The message is Chinese and shown to the user."""


def freeze_now(*, by: Actor, kind: str, day: dt.date) -> Population:
    """Freeze one population of the unit acted in before the hour; what comes after becomes a further part.

    Raises NotAllowed without ``draw.make`` or for a kind the unit does not owe, FreezeRefused for a day to come, once
    shares of today's seed may be open, once a public number of the day is there, or when nothing is new.
    """
    by.require(Permission.DRAW_MAKE)
    wanted, now = frame(kind), clock.now()
    if day > now.date():
        raise FreezeRefused("不能封存将来日期的总体")
    owed = terms(day).percents.get(kind, {})
    if by.level not in wanted.levels if not wanted.daily else by.capacity_id not in owed:
        raise NotAllowed(f"“{by.capacity_name}”没有“{wanted.title}”的抽查职责")
    if now >= timetable(now.date()).reveal_from:
        raise FreezeRefused("今日种子已开始揭示，不能再封存；未封存的总体由平台在次日封存时刻用次日种子补充")
    if PublicNumber.objects.filter(day=now.date()).exists():
        raise FreezeRefused("今日公开随机数已经录入，不能再封存")
    with shares.as_system():
        before = Population.objects.filter(kind=kind, day=day, capacity_id=by.capacity_id).count()
        found = freeze_kind(wanted, day, by.capacity_id)
        after = Population.objects.filter(kind=kind, day=day, capacity_id=by.capacity_id).count()
        if found is None or after == before:
            raise FreezeRefused("已经封存，封存后没有新到达的记录")
        audit.record(
            kind=EventKind.POPULATION_FROZEN,
            by=by,
            object_type="population",
            object_id=found.pk,
            reason="提前封存",
            details={"kind": kind, "day": str(day), "part": found.part, "size": found.size, "root": found.digest},
        )
    return found


def declare_recusal(*, by: Actor, appointment: Appointment, subject: Subject | None, doer: str, reason: str) -> Recusal:
    """Declare that a person of the unit reviews nothing of a site or of somebody's doing, from the next freeze on.

    Raises NotAllowed without ``recusal.declare`` or for another unit, RecusalRefused without a site or a doer, without
    a reason, or when the same stands already.
    """
    by.require(Permission.RECUSAL_DECLARE)
    by.require_capacity(appointment.capacity_id)
    if (subject is None) == (not doer.strip()):
        raise RecusalRefused("请写明回避的场所或经办人编号，只写一项")
    if len(reason.strip()) < SHORTEST_REASON:
        raise RecusalRefused(f"申报回避须写明理由，不少于{SHORTEST_REASON}个字")
    if standing(by.capacity_id).filter(appointment=appointment, subject=subject, doer=doer.strip()).exists():
        raise RecusalRefused("同样的回避已经申报")
    return _record(by, appointment, subject, doer.strip(), reason, None)


def end_recusal(*, by: Actor, recusal: Recusal, reason: str) -> Recusal:
    """End a declared interest; never by the person himself, so that nobody lets himself in.

    Raises NotAllowed, RecusalRefused without a reason or when it has ended.
    """
    by.require(Permission.RECUSAL_DECLARE)
    by.require_capacity(recusal.capacity_id)
    if recusal.appointment.person_id == by.person_id:
        raise NotAllowed("不能终止本人的回避，请由他人办理")
    if len(reason.strip()) < SHORTEST_REASON:
        raise RecusalRefused(f"终止回避须写明理由，不少于{SHORTEST_REASON}个字")
    with transaction.atomic():
        one_at_a_time(f"recusal {recusal.pk}")
        if recusal.ends_id is not None or Recusal.objects.filter(ends=recusal).exists():
            raise RecusalRefused("该回避已经终止")
        return _record(by, recusal.appointment, recusal.subject, recusal.doer, reason, recusal)


def standing(capacity_id: int) -> QuerySet[Recusal]:
    """The recusals of a unit that stand."""
    return Recusal.objects.filter(capacity_id=capacity_id, ends=None, ended_by=None)


def _record(  # noqa: PLR0917 - the columns of the row, in order
    by: Actor, appointment: Appointment, subject: Subject | None, doer: str, reason: str, ends: Recusal | None
) -> Recusal:
    with transaction.atomic():
        row = Recusal.objects.create(
            capacity_id=by.capacity_id,
            appointment=appointment,
            subject=subject,
            doer=doer,
            reason=reason.strip(),
            declared_at=clock.now(),
            ends=ends,
        )
        audit.record(
            kind=EventKind.RECUSAL_ENDED if ends else EventKind.RECUSAL_DECLARED,
            by=by,
            object_type="recusal",
            object_id=(ends or row).pk,
            reason=reason.strip(),
            details={"appointment": appointment.pk, "site": subject.code if subject else "", "doer": doer},
        )
    return row
