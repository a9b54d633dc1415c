"""Register, end and file (报备) what must stand: establishment, posts, duty charts, work rules, agreements, staff."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.models import Person
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.registrations import rules
from jianguan.backbone.registrations.models import Registration, RegistrationKind
from jianguan.backbone.registrations.rules import Span, Wish
from jianguan.backbone.subjects.models import Subject
from jianguan.engines.calendar.workdays import Calendar
from jianguan.kit import clock

SHORTEST_REASON = 4
FILING_WORKING_DAYS = 5
"""Days in which what must be filed goes up; the same as the default for acknowledgements."""


class RegistrationRefused(ValueError):
    """What was asked cannot be registered, ended or filed; ``reasons`` are Chinese sentences shown to the user."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("；".join(reasons))
        self.reasons = reasons


def register(
    *,
    by: Actor,
    kind: RegistrationKind,
    title: str,
    valid_from: dt.date,
    valid_to: dt.date | None = None,
    number: str = "",
    subject: Subject | None = None,
    person: Person | None = None,
    details: Mapping[str, object] | None = None,
    calendar: Calendar | None = None,
) -> Registration:
    """Register a standing fact of the capacity acted in; ``valid_to`` is the first day it no longer stands.

    Kinds that must be filed get the superior capacity and a last day, in working days of ``calendar``.
    Raises NotAllowed without the permission, RegistrationRefused with every reason.
    """
    by.require(Permission.REGISTRATION_MANAGE)
    details = dict(details or {})
    wish = Wish(
        kind=kind,
        level=by.level,
        title=title,
        span=Span(valid_from, valid_to),
        has_person=person is not None,
        partner=str(details.get("partner", "")),
        is_police=person.is_police if person else None,
    )
    with transaction.atomic():
        mine = Registration.objects.select_for_update().filter(capacity_id=by.capacity_id, kind=kind)
        standing = [Span(one.valid.lower, one.valid.upper) for one in mine if not one.valid.isempty]
        if found := rules.problems(wish, standing):
            raise RegistrationRefused(*found)
        registration = Registration(
            capacity_id=by.capacity_id,
            kind=kind,
            title=title.strip(),
            number=number.strip(),
            subject=subject,
            person=person,
            valid=DateRange(valid_from, valid_to),
            details=details,
            recorded_by_id=by.appointment_id,
            recorded_at=clock.now(),
        )
        if kind in rules.MUST_BE_FILED:
            today = clock.today()
            try:
                registration.filed_with = agencies.superior(by.capacity_id, today)
            except agencies.NoSuperior:
                registration.filed_with = None  # the top of the tree keeps its own file
            if registration.filed_with is not None:
                registration.filing_due = (calendar or Calendar()).add_working_days(today, FILING_WORKING_DAYS)
        registration.save()
        audit.record(
            kind=EventKind.REGISTRATION_ADDED,
            by=by,
            object_type="registration",
            object_id=registration.pk,
            after=_state(registration),
            details={"kind": kind, "title": registration.title},
        )
    return registration


def end_registration(*, by: Actor, registration: Registration, on: dt.date, reason: str) -> None:
    """End a registration: ``on`` is the first day it no longer stands. Nothing is deleted.

    Raises RegistrationRefused without a reason, before its first day, or when it has ended already.
    """
    by.require(Permission.REGISTRATION_MANAGE)
    by.require_capacity(registration.capacity_id)
    with transaction.atomic():
        current = Registration.objects.select_for_update().get(pk=registration.pk)
        reasons = []
        if len(reason.strip()) < SHORTEST_REASON:
            reasons.append(f"终止须写明理由，不少于{SHORTEST_REASON}个字")
        if on <= current.valid.lower:
            reasons.append(f"终止日须晚于起日 {current.valid.lower}")
        if current.valid.upper is not None and current.valid.upper <= on:
            reasons.append(f"该登记已于 {current.valid.upper} 终止")
        if on < clock.today():
            reasons.append("终止日不能早于今天，过去的事实不能改写")
        if reasons:
            raise RegistrationRefused(*reasons)
        before = _state(current)
        current.valid = DateRange(current.valid.lower, on)
        current.ended_reason = reason.strip()[:200]
        current.save(update_fields=["valid", "ended_reason"])
        audit.record(
            kind=EventKind.REGISTRATION_ENDED,
            by=by,
            object_type="registration",
            object_id=current.pk,
            reason=current.ended_reason,
            before=before,
            after=_state(current),
            details={"on": on.isoformat()},
        )


def file_with_superior(*, by: Actor, registration: Registration) -> Registration:
    """Send a registration up to the superior capacity for filing (报备).

    The superior is the supervising one of today (article 17), not the administrative parent. Raises
    RegistrationRefused when it was sent before, NoSuperior for the top of the tree.
    """
    by.require(Permission.REGISTRATION_MANAGE)
    by.require_capacity(registration.capacity_id)
    with transaction.atomic():
        current = Registration.objects.select_for_update(of=("self",)).get(pk=registration.pk)
        if current.filed_at is not None:
            raise RegistrationRefused("该登记已经上报")
        before = _state(current)
        current.filed_with = agencies.superior(by.capacity_id, clock.today())
        current.filed_at = clock.now()
        current.filing_due = current.filing_due or clock.today()
        current.save(update_fields=["filed_with", "filed_at", "filing_due"])
        audit.record(
            kind=EventKind.REGISTRATION_FILED,
            by=by,
            object_type="registration",
            object_id=current.pk,
            before=before,
            after=_state(current),
            details={"with": current.filed_with.key},
        )
    return current


def receive_filing(*, by: Actor, registration: Registration) -> Registration:
    """Acknowledge (签收) a filing of a lower level: only a post of the capacity it was filed with may.

    Raises NotAllowed for any other capacity, RegistrationRefused when it was not sent or is signed already.
    """
    by.require(Permission.DOCUMENT_ACKNOWLEDGE)
    if registration.filed_with_id is None:
        raise RegistrationRefused("该登记没有上报")
    by.require_capacity(registration.filed_with_id)
    with transaction.atomic():
        current = Registration.objects.select_for_update(of=("self",)).get(pk=registration.pk)
        if current.filed_at is None:
            raise RegistrationRefused("该登记尚未上报，不能签收")
        if current.received_at is not None:
            raise RegistrationRefused("该报备已经签收")
        before = _state(current)
        current.received_at = clock.now()
        current.received_by_id = by.appointment_id
        current.save(update_fields=["received_at", "received_by"])
        audit.record(
            kind=EventKind.REGISTRATION_RECEIVED,
            by=by,
            object_type="registration",
            object_id=current.pk,
            before=before,
            after=_state(current),
            details={"from": registration.capacity_id},
        )
    return current


def _state(registration: Registration) -> dict[str, object]:
    return {
        "kind": registration.kind,
        "title": registration.title,
        "number": registration.number,
        "person": registration.person_id,
        "subject": registration.subject_id,
        "valid": [str(registration.valid.lower), str(registration.valid.upper)],
        "filed_with": registration.filed_with_id,
        "filed_at": str(registration.filed_at),
        "received_at": str(registration.received_at),
    }
