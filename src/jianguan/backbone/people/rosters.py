"""Duty rosters (值班排班, clauses 5.3, 6.1): entered ahead, withdrawn with a reason, never after the day."""

import datetime as dt

from django.db import transaction

from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.people import rules
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.models import Appointment, RosterEntry
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.people.rules import Refusal
from jianguan.kit import clock


def enter_roster(
    *,
    by: Actor | None,
    appointment: Appointment,
    day: dt.date,
    shift: str = RosterEntry.Shift.DAY,
    recorded_at: dt.datetime | None = None,
) -> RosterEntry:
    """Put somebody on duty on a day. ``by`` None is the system, which may load days gone by.

    ``recorded_at``: when the roster that the system loads was drawn up, now by default; a person enters as of now.
    Raises NotAllowed for another unit's roster, Refusal for a day gone by, a double entry, or somebody who does not
    hold the post on that day.
    """
    if by is not None:
        by.require(Permission.ROSTER_MANAGE)
        by.require_capacity(appointment.capacity_id)
        if not rules.may_change_roster(day, clock.today()):
            raise Refusal(f"{day} 已过，值班安排不能补登")
    recorded = clock.now() if by is not None or recorded_at is None else recorded_at
    with transaction.atomic():
        if not Appointment.objects.filter(pk=appointment.pk, valid__contains=day).exists():
            raise Refusal(f"值班人在 {day} 不任该岗位")
        if RosterEntry.objects.filter(
            capacity_id=appointment.capacity_id, day=day, shift=shift, appointment=appointment, withdrawn=False
        ).exists():
            raise Refusal("该班次已排此人")
        entry = RosterEntry.objects.create(
            capacity_id=appointment.capacity_id, day=day, shift=shift, appointment=appointment, recorded_at=recorded
        )
        audit.record(
            kind=EventKind.ROSTER_ENTERED,
            by=by,
            object_type="roster",
            object_id=entry.pk,
            norm="5.3",
            details={"day": day.isoformat(), "shift": str(shift), "appointment": appointment.pk},
        )
    return entry


def withdraw_roster(*, by: Actor, entry: RosterEntry, reason: str) -> None:
    """Take somebody off duty; the entry stays readable as withdrawn."""
    by.require(Permission.ROSTER_MANAGE)
    by.require_capacity(entry.capacity_id)
    reason = rules.checked_reason(reason)
    if not rules.may_change_roster(entry.day, clock.today()):
        raise Refusal(f"{entry.day} 已过，值班安排不能撤销")
    with transaction.atomic():
        if not RosterEntry.objects.filter(pk=entry.pk, withdrawn=False).update(withdrawn=True):
            raise Refusal("该班次已撤销")
        audit.record(
            kind=EventKind.ROSTER_WITHDRAWN,
            by=by,
            object_type="roster",
            object_id=entry.pk,
            norm="5.3",
            reason=reason,
            details={"day": entry.day.isoformat()},
        )
