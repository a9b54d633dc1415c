"""One document: its pages, files, service, what was sent outside, objections, and what can be done now."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from jianguan.backbone.documents import drafting, objecting, printing, queries, serving
from jianguan.backbone.documents.actions import DocumentRefused
from jianguan.backbone.documents.kinds import OutsideKind, kinds
from jianguan.backbone.documents.models import Dispatch, Document, Receipt, Service
from jianguan.backbone.documents.objections import Objection, Ruling
from jianguan.backbone.people.acting import NotAllowed
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.rules.queries import parameter_value, working_calendar
from jianguan.kit import clock
from jianguan.web.documents.drafting import sheet_of
from jianguan.web.documents.forms import DispatchForm, ReceiptForm
from jianguan.web.documents.register import standings
from jianguan.web.objects import content_of, saved
from jianguan.web.page import StaffRequest, page
from jianguan.web.records import SHOWN, records
from jianguan.web.rules.tabs import with_unit

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _document(request: StaffRequest, number: int) -> Document:
    try:
        return queries.document(request.actor.scope, number)
    except Document.DoesNotExist as missing:
        raise Http404("没有这份文书") from missing


def _service(request: StaffRequest, number: int) -> Service:
    ids = request.actor.scope.capacity_ids
    found = Service.objects.filter(Q(issuer_id__in=ids) | Q(recipient_id__in=ids), pk=number)
    service = found.select_related("document", "recipient__agency").defer("document__content").first()
    if service is None:
        raise Http404("没有这份送达")
    return service


@require_safe
@page(Permission.DOCUMENT_READ)
def show(request: StaffRequest, number: int) -> HttpResponse:
    """A document as it was printed, with everything that happened to it."""
    document = _document(request, number)
    if document.draft_id is None:
        return redirect("document", document.pk)
    actor, now = request.actor, clock.now()
    data = printing.data_of(document)
    services = [_row(one, actor.person_id, now) for one in queries.services_of(actor.scope, document.pk)]
    mine = next((one for one in services if one["one"].recipient_id == actor.capacity_id), None)
    raised = list(queries.objections(actor.scope).filter(service__document=document))
    own = document.capacity_id == actor.capacity_id
    withdrawal = getattr(document, "withdrawal", None)
    waiting = _waiting_outside(document) if own else []
    first = {"body": waiting[0]["name"], "kind": waiting[0]["kind"]} if waiting else {}
    form = kinds()[document.kind]
    return render(
        request,
        "documents/show.html",
        {
            "document": document,
            "standing": standings([document])[document.pk],
            "withdrawal": withdrawal,
            "newer": document.replaced_by.first(),
            "refs": records([one.ref for one in document.refs.all()[:SHOWN]]),
            "pages": range(1, len(printing.pages(data)) + 1),
            "other_layout": document.data.get("template") != printing.template_digest(data),
            "services": services,
            "signed": sum(one["signed"] is not None for one in services),
            "mine": mine,
            "may_sign": mine and mine["signed"] is None and actor.may(Permission.DOCUMENT_ACKNOWLEDGE),
            "may_object": mine
            and form.objection
            and not mine["one"].copy
            and withdrawal is None
            and not mine["objection"]
            and actor.may(Permission.DOCUMENT_ACKNOWLEDGE),
            "objection_term": _objection_term(mine["one"]) if mine else "",
            "dispatches": [
                {
                    "one": one,
                    "receipt": getattr(one, "receipt", None),
                    "form": ReceiptForm(initial={"received_on": clock.today()}, auto_id=f"receipt-{one.pk}-%s"),
                }
                for one in queries.dispatches(actor.scope, document.pk)
            ],
            "waiting_outside": waiting,
            "objections": [{"one": one, "ruling": getattr(one, "ruling", None)} for one in raised],
            "outcomes": Ruling.Outcome.choices,
            "may_decide": actor.may(Permission.DECISION_ADOPT) and document.capacity_id in actor.scope,
            "may_withdraw": actor.may(Permission.DOCUMENT_ISSUE)
            and document.capacity_id in actor.scope
            and withdrawal is None,
            "may_send_outside": own and actor.may(Permission.DOCUMENT_DRAFT),
            "dispatch_form": DispatchForm(initial=first | {"sent_on": clock.today()}, auto_id="dispatch-%s"),
            "columns": [{"label": label} for label in ("单位", "送达", "期限", "签收", "签收人", "阅知", "意见或理由")],
            "outside_columns": [{"label": label} for label in ("外单位", "方式", "送出", "回证", "签收人", "办理")],
            "steps": _steps(document, services, raised),
            "breadcrumbs": [{"label": "文书登记", "url": reverse("document-register")}, {"label": document.number}],
        },
    )


def _objection_term(service: Service) -> str:
    """How long one may object to what was served, as the parameter says on that day."""
    value = parameter_value(objecting.TERM, service.issuer_id, service.served_at.astimezone(clock.CHINA).date())
    return with_unit(value.value, value.unit) if value else with_unit(None, "")


def _row(one: Service, person_id: int, now: Any) -> dict[str, Any]:
    signed = getattr(one, "acknowledgement", None)
    readings = list(one.readings.select_related("reader"))
    return {
        "one": one,
        "signed": signed,
        "refusal": getattr(one, "refusal", None),
        "readings": readings,
        "read": any(reading.reader_id == person_id for reading in readings),
        "objection": getattr(one, "objection", None),
        "overdue": signed is None and one.due_at <= now,
    }


def _waiting_outside(document: Document) -> list[dict[str, str]]:
    """The bodies outside that it is addressed to and was not sent to yet."""
    sent = set(document.dispatches.values_list("body", flat=True))
    externals = document.draft.externals if document.draft else []
    return [one for one in externals if one["name"] not in sent]


def _step(at: Any, title: str, by: Any, **look: str) -> dict[str, Any]:
    """One thing that happened; a name that row security hides stays out."""
    name = by.person.name if by is not None and by.person else ""
    return {"at": at, "title": title, "who": name, "detail": "", "tone": "neutral", "icon": "check"} | look


def _steps(document: Document, services: list[dict[str, Any]], raised: list[Objection]) -> list[dict[str, Any]]:
    """What happened, in order."""
    found = [_step(document.issued_at, f"签发 {document.number}", document.issued_by, icon="signature")]
    for row in services:
        unit, refusal, signed = row["one"].recipient.title, row["refusal"], row["signed"]
        if refusal:
            found.append(_step(refusal.refused_at, f"{unit}拒收", None, detail=refusal.reason, tone="bad", icon="x"))
        if signed:
            by = signed.acknowledged_by
            found.append(_step(signed.acknowledged_at, f"{unit}签收", by, detail=signed.remark, tone="good"))
        found += [
            _step(one.read_at, f"{unit}阅知", None, icon="eye", who=one.reader.name if one.reader else "")
            for one in row["readings"]
        ]
    for one in raised:
        title = f"{one.recipient.title}提出异议"
        found.append(_step(one.raised_at, title, one.raised_by, detail=one.text, tone="warn", icon="alert-circle"))
        if ruling := getattr(one, "ruling", None):
            title = f"异议处理：{ruling.get_outcome_display()}（{ruling.document.number}）"
            who = f"{ruling.decided_by_name}（{ruling.decided_by_post}）"
            found.append(_step(ruling.decided_at, title, None, who=who, detail=ruling.reason, icon="scale"))
    if withdrawal := getattr(document, "withdrawal", None):
        found.append(_step(withdrawal.withdrawn_at, "撤回", None, detail=withdrawal.reason, tone="bad", icon="ban"))
    return sorted(found, key=lambda one: one["at"])


@require_safe
@page(Permission.DOCUMENT_READ)
def picture(request: StaffRequest, number: int, sheet: int) -> HttpResponse:
    """One page of a document as a picture."""
    document = _document(request, number)
    if document.draft_id is None:
        raise Http404("这份文书没有版式页面")
    return sheet_of(printing.data_of(document), sheet)


@require_safe
@page(Permission.DOCUMENT_READ)
def pdf(request: StaffRequest, number: int) -> HttpResponse:
    """The PDF whose digest was signed."""
    document = _document(request, number)
    if not document.content:
        raise Http404("这份文书没有PDF")
    return saved(bytes(document.content), f"{document.number}.pdf", "application/pdf")


@require_safe
@page(Permission.DOCUMENT_READ)
def word(request: StaffRequest, number: int) -> HttpResponse:
    """The same content as a Word file, to be worked with."""
    document = _document(request, number)
    if document.draft_id is None:
        raise Http404("这份文书没有Word文件")
    return saved(printing.word(printing.data_of(document)), f"{document.number}.docx", WORD)


@require_safe
@page(Permission.DOCUMENT_READ)
def slip(request: StaffRequest, number: int) -> HttpResponse:
    """The slip of a receipt, as a download."""
    try:
        receipt = queries.receipt(request.actor.scope, number)
        if receipt.stored is None:
            raise Http404("没有上传回证")
    except Receipt.DoesNotExist:
        raise Http404("没有这份回证") from None
    ending = "pdf" if receipt.stored.media_type == "application/pdf" else "jpg"
    return saved(content_of(receipt.stored), f"送达回证{number}.{ending}", receipt.stored.media_type)


def _try(request: StaffRequest, number: int, act: Callable[[], object], done: str) -> HttpResponse:
    try:
        act()
        messages.success(request, done)
    except (DocumentRefused, NotAllowed) as refusal:
        messages.error(request, str(refusal))
    return redirect("document-page", number)


def _first_error(form: forms.Form) -> str:
    name, errors = next(iter(form.errors.items()))
    return f"{form.fields[name].label}：{errors[0]}"


@require_POST
@page(Permission.DOCUMENT_ISSUE)
def withdraw(request: StaffRequest, number: int) -> HttpResponse:
    """Withdraw a document."""
    document, reason = _document(request, number), request.POST.get("reason", "")
    return _try(
        request, number, lambda: drafting.withdraw(by=request.actor, document=document, reason=reason), "已撤回。"
    )


@require_POST
@page(Permission.DOCUMENT_ACKNOWLEDGE)
def refuse(request: StaffRequest, number: int) -> HttpResponse:
    """Refuse a document served on the capacity acted in."""
    service, reason = _service(request, number), request.POST.get("reason", "")
    return _try(
        request,
        service.document_id,
        lambda: serving.refuse(by=request.actor, service=service, reason=reason),
        "已登记拒收，理由已告知制发单位。",
    )


@require_POST
@page(Permission.DOCUMENT_READ)
def read(request: StaffRequest, number: int) -> HttpResponse:
    """Confirm having read a document."""
    service = _service(request, number)
    return _try(
        request,
        service.document_id,
        lambda: serving.confirm_reading(by=request.actor, service=service),
        "已确认阅知。",
    )


@require_POST
@page(Permission.DOCUMENT_ACKNOWLEDGE)
def object_to(request: StaffRequest, number: int) -> HttpResponse:
    """Object to a document served on the capacity acted in."""
    service, text = _service(request, number), request.POST.get("reason", "")
    return _try(
        request,
        service.document_id,
        lambda: objecting.object_to(by=request.actor, service=service, text=text, calendar=working_calendar()),
        "异议已提出，由未参与原文书的人员处理。",
    )


@require_POST
@page(Permission.DECISION_ADOPT)
def decide(request: StaffRequest, number: int) -> HttpResponse:
    """Decide on an objection."""
    found = queries.objections(request.actor.scope).filter(pk=number).first()
    if found is None:
        raise Http404("没有这项异议")
    outcome, reason = request.POST.get("outcome", ""), request.POST.get("reason", "")

    def act() -> None:
        if outcome not in Ruling.Outcome.values:
            raise DocumentRefused("请选择处理结果")
        if not reason.strip():
            raise DocumentRefused("请写明理由")
        objecting.decide(
            by=request.actor,
            objection=found,
            outcome=Ruling.Outcome(outcome),
            reason=reason,
            calendar=working_calendar(),
        )

    return _try(
        request, found.service.document_id, act, "异议已处理，处理决定已送达提出单位，抄送原受文单位和制发单位。"
    )


@require_POST
@page(Permission.DOCUMENT_DRAFT)
def dispatch(request: StaffRequest, number: int) -> HttpResponse:
    """Record that a document was sent outside the house."""
    document, form = _document(request, number), DispatchForm(request.POST)

    def act() -> None:
        if not form.is_valid():
            raise DocumentRefused(_first_error(form))
        given = form.cleaned_data | {
            "kind": OutsideKind(form.cleaned_data["kind"]),
            "way": Dispatch.Way(form.cleaned_data["way"]),
        }
        serving.dispatch(by=request.actor, document=document, **given)

    return _try(request, number, act, "已登记外送。")


@require_POST
@page(Permission.DOCUMENT_DRAFT)
def receipt(request: StaffRequest, number: int) -> HttpResponse:
    """Record the receipt of what was sent outside."""
    found = Dispatch.objects.filter(pk=number, issuer_id__in=request.actor.scope.capacity_ids)
    sent = found.select_related("document").defer("document__content").first()
    if sent is None:
        raise Http404("没有这份外送")
    form = ReceiptForm(request.POST, request.FILES)

    def act() -> None:
        if not form.is_valid():
            raise DocumentRefused(_first_error(form))
        given = form.cleaned_data
        file = given["slip"]
        if file is not None and file.size > serving.LARGEST_RECEIPT:
            raise DocumentRefused("回证不能超过8MB")
        serving.record_receipt(
            by=request.actor,
            dispatch=sent,
            received=given["received"] == "yes",
            name=given["name"],
            received_on=given["received_on"],
            reason=given["reason"],
            slip=file.read() if file is not None else None,
        )

    return _try(request, sent.document_id, act, "回证已登记。")
