"""File, issue, serve and acknowledge documents (文书). A document never changes; a new version replaces it."""

import datetime as dt
from collections.abc import Iterable, Mapping

from django.db import transaction

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.documents import rules, signing
from jianguan.backbone.documents.models import STANDING, Acknowledgement, Document, DocumentKind, Draft, Service
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.scope.turns import one_at_a_time
from jianguan.engines.calendar.workdays import Calendar
from jianguan.kit import clock
from jianguan.kit.digests import Algorithm, digest_of, hexdigest

NORM_WORD = "规"


class DocumentRefused(ValueError):
    """The document cannot be issued, served or acknowledged. The message is Chinese and shown to the user."""


def reserve_number(*, capacity_id: int, kind: str, word: str, year: int) -> str:
    """The next number of a capacity's documents of one kind in a year; held until the transaction ends."""
    one_at_a_time(f"document {capacity_id} {kind} {year}")
    begin, end = (dt.datetime(y, 1, 1, tzinfo=clock.CHINA) for y in (year, year + 1))
    issued = Document.objects.filter(capacity_id=capacity_id, kind=kind, issued_at__gte=begin, issued_at__lt=end)
    return rules.number(word, year, issued.count() + 1)


def file_document(
    *,
    by: Actor,
    kind: DocumentKind,
    number: str,
    title: str,
    data: Mapping[str, object],
    body: str = "",
    content: bytes | None = None,
    provision: str = "",
    in_force_from: dt.date | None = None,
    replaces: Document | None = None,
    issued_at: dt.datetime | None = None,
    draft: Draft | None = None,
    serial: int | None = None,
    code: str = "",
) -> Document:
    """Put a document on file with both digests (of the PDF, or of text and data without one) and audit it.

    One with a verification code (验证码) is signed with the key of the house. Checks no permission: the action that
    makes the document has checked its own.
    """
    issued_at = issued_at or clock.now()
    sha256, sm3 = (hexdigest(content, one) if content else "" for one in (Algorithm.SHA256, Algorithm.SM3))
    state = {"number": number, "title": title, "body": body, "data": data}
    with transaction.atomic():
        document = Document.objects.create(
            kind=kind,
            capacity_id=by.capacity_id,
            number=number,
            title=title,
            body=body,
            data=dict(data),
            content=content,
            sha256=sha256 or digest_of(state),
            sm3=sm3 or digest_of(state, Algorithm.SM3),
            provision=provision,
            in_force_from=in_force_from,
            replaces=replaces,
            issued_by_id=by.appointment_id,
            issued_at=issued_at,
            draft=draft,
            serial=serial,
            code=code or None,
            note=signing.sign(signing.Said(code, kind, number, issued_at, sha256, sm3)) if code else "",
        )
        audit.record(
            kind=EventKind.DOCUMENT_ISSUED,
            by=by,
            object_type="document",
            object_id=document.pk,
            norm=provision,
            after={**state, "sha256": document.sha256},
            details={"number": number, "title": title, "sha256": document.sha256, "sm3": document.sm3},
        )
    return document


def issue_norm(
    *,
    by: Actor,
    title: str,
    body: str,
    in_force_from: dt.date,
    recipients: Iterable[Capacity],
    working_days: int,
    calendar: Calendar,
    kind: DocumentKind = DocumentKind.NORM,
    provision: str = "4.2",
    replaces: Document | None = None,
) -> Document:
    """Issue a norm (工作规范), number it and serve it on ``recipients``, to be acknowledged in ``working_days``.

    Raises NotAllowed without the permission, DocumentRefused for an empty text, a recipient out of scope, a kind that
    does not stand, or a version that does not fit the one it replaces.
    """
    by.require(Permission.DOCUMENT_ISSUE)
    now = clock.now()
    chosen = list(recipients)
    if kind not in STANDING:
        raise DocumentRefused(f"“{kind.label}”不是规范类文书")
    if not title.strip() or not body.strip():
        raise DocumentRefused("标题和正文都须填写")
    if strangers := [one.title for one in chosen if one.pk not in by.scope or one.pk == by.capacity_id]:
        raise DocumentRefused(f"不能送达监管范围以外的单位：{'、'.join(strangers)}")
    with transaction.atomic():
        number = reserve_number(capacity_id=by.capacity_id, kind=kind, word=NORM_WORD, year=now.year)
        if replaces is not None and (replaces.capacity_id, replaces.kind) != (by.capacity_id, kind):
            raise DocumentRefused("只能替代本单位印发的同类文书")
        problem = rules.version_problem(
            in_force_from=in_force_from,
            issued_on=now.date(),
            replaced_from=replaces.in_force_from if replaces else None,
            replaced_already=replaces is not None and replaces.replaced_by.exists(),
        )
        if problem:
            raise DocumentRefused(problem)
        document = file_document(
            by=by,
            kind=kind,
            number=number,
            title=title.strip(),
            body=body.strip(),
            data={"in_force_from": in_force_from.isoformat()},
            provision=provision,
            in_force_from=in_force_from,
            replaces=replaces,
            issued_at=now,
        )
        due = rules.acknowledgement_due(now, working_days, calendar)
        Service.objects.bulk_create(
            Service(document=document, issuer_id=by.capacity_id, recipient=one, served_at=now, due_at=due)
            for one in chosen
        )
        audit.record(
            kind=EventKind.DOCUMENT_SERVED,
            by=by,
            object_type="document",
            object_id=document.pk,
            norm=provision,
            after={"recipients": [one.key for one in chosen], "due": due.isoformat()},
            details={"recipients": len(chosen), "due": due.isoformat()},
        )
    return document


def acknowledge(*, by: Actor, service: Service, remark: str = "") -> Acknowledgement:
    """Acknowledge (签收) a document served on the capacity acted in.

    Raises NotAllowed for a post of any other capacity, DocumentRefused when it is acknowledged already.
    """
    by.require(Permission.DOCUMENT_ACKNOWLEDGE)
    by.require_capacity(service.recipient_id)
    with transaction.atomic():
        made, new = Acknowledgement.objects.get_or_create(
            service=service,
            defaults={
                "recipient_id": service.recipient_id,
                "issuer_id": service.issuer_id,
                "acknowledged_by_id": by.appointment_id,
                "acknowledged_at": clock.now(),
                "remark": remark.strip()[:300],
            },
        )
        if not new:
            raise DocumentRefused("该文书已经签收")
        audit.record(
            kind=EventKind.DOCUMENT_ACKNOWLEDGED,
            by=by,
            object_type="document",
            object_id=service.document_id,
            norm=service.document.provision,
            after={"service": service.pk, "acknowledged_at": made.acknowledged_at.isoformat()},
            details={"service": service.pk, "late": made.acknowledged_at >= service.due_at},
        )
    return made
