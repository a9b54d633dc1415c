"""Object (异议) to a document served on one's unit, and decide on it again by others than those who made it."""

from django.db import transaction

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.decisions.actions import make_decision
from jianguan.backbone.decisions.models import DecisionKind
from jianguan.backbone.documents import rules
from jianguan.backbone.documents.actions import DocumentRefused
from jianguan.backbone.documents.drafting import NOT_FILLED, authors, draft, issue, withdraw
from jianguan.backbone.documents.kinds import kinds
from jianguan.backbone.documents.models import Document, DocumentKind, Service, Withdrawal
from jianguan.backbone.documents.objections import Objection, Ruling
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.rules import queries as rulebook
from jianguan.engines.calendar.workdays import Calendar
from jianguan.kit import clock

TERM = "deadline.objection"


def object_to(*, by: Actor, service: Service, text: str, calendar: Calendar) -> Objection:
    """Object to a document served on the capacity acted in, within the adopted term after it was served.

    Raises NotAllowed for any other capacity, DocumentRefused without a text, for a kind without objection, after the
    term, or a second time.
    """
    by.require(Permission.DOCUMENT_ACKNOWLEDGE)
    by.require_capacity(service.recipient_id)
    said, now = rules.clean(text, lines=True)[:5000], clock.now()
    if not said:
        raise DocumentRefused("请写明异议的内容和理由")
    served_at = service.served_at.astimezone(clock.CHINA)
    days = rulebook.parameter_value(TERM, service.issuer_id, served_at.date())
    if days is None or days.value is None:
        raise DocumentRefused("规则库中没有异议期限参数，请先设定")
    document = service.document
    form = kinds().get(document.kind)
    problem = rules.objection_problem(
        allowed=form is not None and form.objection and not service.copy,
        withdrawn=Withdrawal.objects.filter(document=document).exists(),
        now=now,
        due_at=rules.acknowledgement_due(served_at, int(days.value), calendar),
        raised=Objection.objects.filter(service=service).exists(),
    )
    if problem:
        raise DocumentRefused(problem)
    with transaction.atomic():
        made = Objection.objects.create(
            service=service,
            recipient_id=service.recipient_id,
            issuer_id=service.issuer_id,
            text=said,
            pinned={"key": TERM, "value": int(days.value)},
            raised_by_id=by.appointment_id,
            raised_at=now,
        )
        audit.record(
            kind=EventKind.DOCUMENT_OBJECTED,
            by=by,
            object_type="document",
            object_id=document.pk,
            norm=document.provision,
            reason=said[:500],
            details={"number": document.number, "service": service.pk},
        )
    return made


def decide(*, by: Actor, objection: Objection, outcome: Ruling.Outcome, reason: str, calendar: Calendar) -> Ruling:
    """Decide on an objection: a decision, and a document of its own, served on the unit that objected.

    Every other unit that the document was served on, and the one that issued it, get a copy.

    Revoked (撤销), the document is withdrawn where an earlier ruling did not do so; changed (变更), the new document
    replaces it. Raises NotAllowed without the permission, DocumentRefused for whoever wrote, signed or objected, out of
    scope, or when it is decided.
    """
    by.require(Permission.DECISION_ADOPT)
    service = objection.service
    original = service.document
    involved = {one.person_id for one in (original.issued_by, objection.raised_by) if one}
    if original.draft:
        involved |= authors(original.draft)
    if by.person_id in involved:
        raise DocumentRefused("异议须由未参与原文书拟制、签发的人员处理，换一个履职身份也不可以")
    if original.capacity_id not in by.scope:
        raise DocumentRefused("异议由制发单位或其上级单位处理")
    if Ruling.objects.filter(objection=objection).exists():
        raise DocumentRefused("该异议已经处理")
    why = rules.clean(reason, lines=True)
    with transaction.atomic():
        decision = make_decision(
            by=by,
            kind=DecisionKind.DECIDE_OBJECTION,
            subject=original.number,
            outcome={"outcome": outcome.value},
            reason=why,
            basis=original.provision,
            state={"document": original.number, "sha256": original.sha256, "objection": objection.text},
        )
        unit = Capacity.objects.select_related("agency").get(pk=service.recipient_id)
        written = draft(
            by=by,
            kind=DocumentKind.OBJECTION_DECISION,
            data={
                "number": original.number,
                "unit": unit.agency.name,
                "objection": objection.text.replace(NOT_FILLED, "待填写"),
                "outcome": f"{outcome.label}{original.number}。",
                "reason": why.replace(NOT_FILLED, "待填写"),
            },
            units=[unit],
            copied=_concerned(by, original),
            refs=[f"document/{original.pk}"],
            provision=original.provision,
        )
        replaces = original if outcome == Ruling.Outcome.CHANGED else None
        document = issue(by=by, draft=written, version=written.version, calendar=calendar, replaces=replaces)
        if outcome == Ruling.Outcome.REVOKED and not Withdrawal.objects.filter(document=original).exists():
            withdraw(by=by, document=original, reason=f"异议处理决定 {document.number}")
        return Ruling.objects.create(
            objection=objection,
            capacity_id=by.capacity_id,
            outcome=outcome,
            reason=why,
            decision=decision,
            document=document,
            decided_by_id=by.appointment_id,
            decided_by_name=by.person_name,
            decided_by_post=by.post_title,
            decided_at=clock.now(),
        )


def _concerned(by: Actor, original: Document) -> list[Capacity]:
    """The units that must know what became of a document: those it was served on and the one that issued it."""
    served = Service.objects.filter(document=original).values_list("recipient_id", flat=True)
    ids = {*served, original.capacity_id} - {by.capacity_id}
    return list(Capacity.objects.filter(pk__in=ids).select_related("agency").order_by("agency__order", "pk"))
