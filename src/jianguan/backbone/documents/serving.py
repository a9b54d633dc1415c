"""Serve (送达) documents inside and send them outside: receipt, refusal with reason, reading confirmed."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence

from django.db import IntegrityError, transaction

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.documents import rules
from jianguan.backbone.documents.actions import DocumentRefused
from jianguan.backbone.documents.kinds import Kind, OutsideKind
from jianguan.backbone.documents.models import (
    Acknowledgement,
    Dispatch,
    Document,
    DocumentKind,
    Reading,
    Receipt,
    Refusal,
    Service,
)
from jianguan.backbone.evidence import intake
from jianguan.backbone.evidence.actions import keep
from jianguan.backbone.evidence.models import StoredObject
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.rules import queries as rulebook
from jianguan.engines.calendar.workdays import Calendar
from jianguan.kit import clock

DEADLINE = "deadline.acknowledge"
LARGEST_RECEIPT = 8 * 1024 * 1024
PDF_HEAD = b"%PDF-"


def addressee_problem(by: Actor, kind: Kind, units: Sequence[Capacity]) -> str | None:
    """Why a document of this kind cannot go to these units, or None: what orders goes down only.

    A ruling on an objection goes wherever the document objected to went.
    """
    if any(one.pk == by.capacity_id for one in units):
        return "不能送达本单位"
    if kind.kind == DocumentKind.OBJECTION_DECISION:
        return None
    if kind.layout == "file" and (strangers := [one.title for one in units if one.pk not in by.scope]):
        return f"不能送达监管范围以外的单位：{'、'.join(strangers[:5])}"
    return None


def serve(
    *,
    by: Actor,
    document: Document,
    recipients: Iterable[Capacity],
    calendar: Calendar,
    copied: Collection[int] = (),
) -> list[Service]:
    """Serve a document on units, to be acknowledged in the adopted number of working days.

    Checks no permission: whoever issues or may issue has been checked. Raises DocumentRefused without that number.
    """
    chosen, now = list(recipients), clock.now()
    days = rulebook.parameter_value(DEADLINE, by.capacity_id, now.date())
    if days is None or days.value is None:
        raise DocumentRefused("规则库中没有签收时限参数，请先设定")
    due = rules.acknowledgement_due(now, int(days.value), calendar)
    with transaction.atomic():
        made = Service.objects.bulk_create(
            Service(
                document=document,
                issuer_id=document.capacity_id,
                recipient=one,
                served_at=now,
                due_at=due,
                copy=one.pk in copied,
            )
            for one in chosen
        )
        if made:
            audit.record(
                kind=EventKind.DOCUMENT_SERVED,
                by=by,
                object_type="document",
                object_id=document.pk,
                norm=document.provision,
                after={"recipients": [one.key for one in chosen], "due": due.isoformat()},
                details={"recipients": len(chosen), "due": due.isoformat()},
            )
    return made


def refuse(*, by: Actor, service: Service, reason: str) -> Refusal:
    """Refuse (拒收) a document served on the capacity acted in, with the reason; it may still be signed later.

    Raises NotAllowed for any other capacity, DocumentRefused without a reason, when it is signed or refused already.
    """
    by.require(Permission.DOCUMENT_ACKNOWLEDGE)
    by.require_capacity(service.recipient_id)
    if not reason.strip():
        raise DocumentRefused("请写明拒收的理由")
    if Acknowledgement.objects.filter(service=service).exists():
        raise DocumentRefused("该文书已经签收")
    with transaction.atomic():
        made, new = Refusal.objects.get_or_create(
            service=service,
            defaults={
                "recipient_id": service.recipient_id,
                "issuer_id": service.issuer_id,
                "reason": rules.clean(reason)[:300],
                "refused_by_id": by.appointment_id,
                "refused_at": clock.now(),
            },
        )
        if not new:
            raise DocumentRefused("该文书已经拒收")
        _record(by, EventKind.DOCUMENT_REFUSED, service.document, {"service": service.pk}, made.reason)
    return made


def confirm_reading(*, by: Actor, service: Service) -> Reading:
    """Confirm having read (阅知) a document that the unit has signed for; once a person.

    Raises NotAllowed for any other capacity, DocumentRefused before the receipt or a second time.
    """
    by.require(Permission.DOCUMENT_READ)
    by.require_capacity(service.recipient_id)
    if not Acknowledgement.objects.filter(service=service).exists():
        raise DocumentRefused("请先签收再确认阅知")
    with transaction.atomic():
        made, new = Reading.objects.get_or_create(
            service=service,
            reader_id=by.person_id,
            defaults={
                "recipient_id": service.recipient_id,
                "issuer_id": service.issuer_id,
                "read_at": clock.now(),
            },
        )
        if not new:
            raise DocumentRefused("您已确认阅知")
        _record(by, EventKind.DOCUMENT_READ_CONFIRMED, service.document, {"service": service.pk})
    return made


def dispatch(
    *,
    by: Actor,
    document: Document,
    body: str,
    kind: OutsideKind,
    way: Dispatch.Way,
    sent_on: dt.date,
    postal_number: str = "",
) -> Dispatch:
    """Record that a document was sent to a body outside the house (外送).

    Raises NotAllowed without the permission or for another unit's document, DocumentRefused for a missing name or
    postal number, a day that cannot be, or a body it went to before.
    """
    by.require(Permission.DOCUMENT_DRAFT)
    by.require_capacity(document.capacity_id)
    name, number, now = rules.clean(body)[:120], rules.clean(postal_number)[:40], clock.now()
    if not name:
        raise DocumentRefused("请填写外单位名称")
    if way == Dispatch.Way.POST and not number:
        raise DocumentRefused("邮寄须填写邮件号")
    if not document.issued_at.astimezone(clock.CHINA).date() <= sent_on <= now.date():
        raise DocumentRefused("送出日期须在印发日期与今天之间")
    try:
        with transaction.atomic():
            made = Dispatch.objects.create(
                document=document,
                issuer_id=by.capacity_id,
                body=name,
                kind=kind,
                way=way,
                postal_number=number,
                sent_by_id=by.appointment_id,
                sent_on=sent_on,
                recorded_at=now,
            )
            _record(by, EventKind.DOCUMENT_DISPATCHED, document, {"body": name, "way": way.value, "number": number})
    except IntegrityError as twice:
        raise DocumentRefused(f"该文书已经送往{name}") from twice
    return made


def record_receipt(
    *,
    by: Actor,
    dispatch: Dispatch,
    received: bool,
    name: str,
    received_on: dt.date,
    reason: str = "",
    slip: bytes | None = None,
) -> Receipt:
    """Record the receipt (送达回证) of a dispatch: taken, or refused with a reason; ``slip`` is a picture or PDF of it.

    Raises NotAllowed as ``dispatch``, DocumentRefused for what is missing, a day that cannot be, a slip that is
    neither JPEG, PNG nor a plain PDF, or a receipt that is there.
    """
    by.require(Permission.DOCUMENT_DRAFT)
    by.require_capacity(dispatch.issuer_id)
    who, why = rules.clean(name)[:60], rules.clean(reason)[:300]
    if not who:
        raise DocumentRefused("请填写签收人或拒收人")
    if not received and not why:
        raise DocumentRefused("请写明拒收的理由")
    if received and slip is None:
        raise DocumentRefused("请上传送达回证的照片或PDF")
    if not dispatch.sent_on <= received_on <= clock.today():
        raise DocumentRefused("签收日期须在送出日期与今天之间")
    with transaction.atomic():
        if Receipt.objects.filter(dispatch=dispatch).exists():
            raise DocumentRefused("该外送已登记回证")
        made = Receipt.objects.create(
            dispatch=dispatch,
            issuer_id=by.capacity_id,
            received=received,
            name=who,
            reason=why,
            received_on=received_on,
            stored=stored_slip(slip) if slip is not None else None,
            recorded_by_id=by.appointment_id,
            recorded_at=clock.now(),
        )
        said = {"dispatch": dispatch.pk, "received": received, "sha256": made.stored.sha256 if made.stored else ""}
        _record(by, EventKind.DOCUMENT_RECEIPT_RECORDED, dispatch.document, said, why)
    return made


def stored_slip(slip: bytes) -> StoredObject:
    """Keep a slip: a picture is decoded and encoded again, a PDF with active content is refused (DocumentRefused)."""
    if len(slip) > LARGEST_RECEIPT:
        raise DocumentRefused("回证不能超过8MB")
    if slip.startswith(PDF_HEAD):
        if intake.acts(slip):
            raise DocumentRefused("PDF含有脚本或嵌入文件，请打印扫描后上传")
        return keep(slip, intake.PDF)
    try:
        return keep(intake.redrawn(slip, "回证须是JPEG、PNG照片或PDF"), intake.JPEG)
    except intake.FileRefused as refused:
        raise DocumentRefused(str(refused)) from refused


def _record(by: Actor, kind: EventKind, document: Document, details: dict[str, object], reason: str = "") -> None:
    audit.record(
        kind=kind,
        by=by,
        object_type="document",
        object_id=document.pk,
        norm=document.provision,
        reason=reason,
        details={"number": document.number} | details,
    )
