"""Raise an alert (发出预警), receive it (签收), settle it when its cause is gone (消除)."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from jianguan.backbone.alerts import rules
from jianguan.backbone.alerts.models import Alert, AlertKind, AlertReceipt, AlertSettlement, Severity
from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.scope import scope as scopes
from jianguan.backbone.subjects.models import Subject
from jianguan.kit import clock


class AlertRefused(ValueError):
    """An alert cannot be received so; the message is Chinese and shown to the user."""


def raise_alert(
    *,
    kind: AlertKind,
    capacity_id: int,
    key: str,
    text: str,
    severity: Severity = Severity.WARN,
    provision: str = "",
    day: dt.date | None = None,
    subject: Subject | None = None,
    details: Mapping[str, str | int] | None = None,
) -> Alert | None:
    """Raise an alert on behalf of the system; None when one with this ``key`` was raised before.

    ``text`` is one Chinese sentence, the labels of ``details`` are Chinese too: pages show both as they are. Runs in
    the scope of the system: whoever happens to act, an alert reaches any capacity.
    """
    with scopes.within(scopes.everything()):
        alert, created = Alert.objects.get_or_create(
            key=key,
            defaults={
                "kind": kind,
                "capacity_id": capacity_id,
                "provision": provision,
                "day": day,
                "subject": subject,
                "severity": severity,
                "text": text,
                "details": dict(details or {}),
                "raised_at": clock.now(),
            },
        )
        if not created:
            return None
        audit.record(
            kind=EventKind.ALERT_RAISED,
            by=None,
            object_type="alert",
            object_id=alert.pk,
            norm=provision,
            reason=text,
            details={"kind": str(kind), "key": key, "capacity": capacity_id},
        )
        return alert


def receive(*, by: Actor, alert: Alert, note: str) -> AlertReceipt:
    """Take notice of an alert of the capacity acted in, and say in ``note`` what will be done.

    Raises NotAllowed without the permission or for an alert to another capacity, AlertRefused when it was received
    before or the note is too short.
    """
    by.require(Permission.ALERT_RECEIVE)
    by.require_capacity(alert.capacity_id)
    with transaction.atomic():
        received = AlertReceipt.objects.filter(alert=alert).exists()
        if problems := rules.receipt_problems(note, received=received):
            raise AlertRefused("；".join(problems))
        receipt, created = AlertReceipt.objects.get_or_create(
            alert=alert,
            defaults={
                "capacity_id": alert.capacity_id,
                "received_by_id": by.appointment_id,
                "received_at": clock.now(),
                "note": note.strip(),
            },
        )
        if not created:
            raise AlertRefused("该预警已经签收")
        audit.record(
            kind=EventKind.ALERT_RECEIVED,
            by=by,
            object_type="alert",
            object_id=alert.pk,
            norm=alert.provision,
            reason=receipt.note,
        )
    return receipt


def settle(*, alert: Alert, text: str) -> AlertSettlement | None:
    """Say, on behalf of the system, that the cause of an alert is gone; None when that was said before."""
    with scopes.within(scopes.everything()):
        settlement, created = AlertSettlement.objects.get_or_create(
            alert=alert, defaults={"capacity_id": alert.capacity_id, "settled_at": clock.now(), "text": text}
        )
        if not created:
            return None
        audit.record(kind=EventKind.ALERT_SETTLED, by=None, object_type="alert", object_id=alert.pk, reason=text)
        return settlement
