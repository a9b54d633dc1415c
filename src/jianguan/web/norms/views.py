"""The library of norms (规范库): versions, publishing, what I must sign for, who has not signed."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.documents import actions, queries
from jianguan.backbone.documents.actions import DocumentRefused
from jianguan.backbone.documents.models import STANDING, Document, DocumentKind, Service
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.rules.queries import parameter_value, working_calendar
from jianguan.kit import clock
from jianguan.web.asked import number_of, start_of
from jianguan.web.norms.forms import NormForm
from jianguan.web.page import StaffRequest, page

PAGE = 50
DEADLINE = "deadline.acknowledge"


def _standing(document: Document) -> tuple[str, str]:
    """How a document stands today, as a word and a tone."""
    today = clock.today()
    newer = min((one.in_force_from for one in document.replaced_by.all() if one.in_force_from), default=None)
    if newer is not None and newer <= today:
        return f"{newer} 起已被替代", "neutral"
    if document.in_force_from and document.in_force_from > today:
        return "未施行", "warn"
    return "现行", "info"


def _tabs(request: StaffRequest, active: str) -> list[dict[str, Any]]:
    scope, own = request.actor.scope, request.actor.capacity_id
    return [
        {"label": "规范库", "url": reverse("documents"), "active": active == "library"},
        {
            "label": "待我签收",
            "url": reverse("documents-unsigned"),
            "active": active == "unsigned",
            "count": len(queries.unsigned(scope, [own])[:100]),
        },
        {
            "label": "谁没签收",
            "url": reverse("documents-chase"),
            "active": active == "chase",
            "count": len(queries.chase_list(scope, own)[:100]),
        },
    ]


@require_safe
@page(Permission.DOCUMENT_READ)
def library(request: StaffRequest) -> HttpResponse:
    """The standing documents with their versions and how far each is acknowledged."""
    kind, words, before = (request.GET.get(name, "").strip() for name in ("kind", "q", "before"))
    found = queries.library(request.actor.scope, kind=kind, words=words)
    if (last := number_of(before)) is not None:
        found = found.filter(pk__lt=last)
    rows = list(found.order_by("-id")[: PAGE + 1])
    more, rows = len(rows) > PAGE, rows[:PAGE]
    progress = queries.progress(request.actor.scope, [one.pk for one in rows], clock.now())
    asked = request.GET.copy()
    if more:
        asked["before"] = str(rows[-1].pk)
    return render(
        request,
        "norms/library.html",
        {
            "rows": [
                {"one": one, "standing": _standing(one), "progress": progress.get(one.pk, {"served": 0, "signed": 0})}
                for one in rows
            ],
            "columns": [{"label": label} for label in ("文号", "标题", "种类", "印发单位", "施行日", "状态", "签收")],
            "kinds": [{"value": one.value, "label": one.label, "selected": kind == one.value} for one in STANDING],
            "words": words,
            "next_url": f"?{asked.urlencode()}" if more else "",
            "may_issue": request.actor.may(Permission.DOCUMENT_ISSUE),
            "tabs": _tabs(request, "library"),
            "breadcrumbs": [{"label": "规范库"}],
        },
    )


@require_safe
@page(Permission.DOCUMENT_READ)
def unsigned(request: StaffRequest) -> HttpResponse:
    """What was served on the capacity acted in and waits for its signature."""
    now = clock.now()
    waiting = queries.unsigned(request.actor.scope, [request.actor.capacity_id])[:PAGE]
    return render(
        request,
        "norms/unsigned.html",
        {
            "rows": [{"one": one, "overdue": one.due_at <= now} for one in waiting],
            "columns": [{"label": label} for label in ("标题", "文号", "印发单位", "送达时间", "签收期限", "办理")],
            "may_sign": request.actor.may(Permission.DOCUMENT_ACKNOWLEDGE),
            "tabs": _tabs(request, "unsigned"),
            "breadcrumbs": [{"label": "规范库", "url": reverse("documents")}, {"label": "待我签收"}],
        },
    )


@require_safe
@page(Permission.DOCUMENT_READ)
def chase(request: StaffRequest) -> HttpResponse:
    """Who has not signed what this capacity issued (催办清单)."""
    now = clock.now()
    start = start_of(request.GET)
    rows = list(queries.chase_list(request.actor.scope, request.actor.capacity_id)[start : start + PAGE + 1])
    return render(
        request,
        "norms/chase.html",
        {
            "rows": [{"one": one, "overdue": one.due_at <= now} for one in rows[:PAGE]],
            "columns": [{"label": label} for label in ("单位", "文书", "文号", "送达时间", "签收期限", "状态")],
            "next_url": f"?start={start + PAGE}" if len(rows) > PAGE else "",
            "prev_url": f"?start={max(start - PAGE, 0)}" if start else "",
            "now": now,
            "tabs": _tabs(request, "chase"),
            "breadcrumbs": [{"label": "规范库", "url": reverse("documents")}, {"label": "谁没签收"}],
        },
    )


@require_http_methods(["GET", "POST"])
@page(Permission.DOCUMENT_ISSUE)
def publish(request: StaffRequest) -> HttpResponse:
    """Issue a norm and serve it."""
    actor, today = request.actor, clock.today()
    below = Capacity.objects.filter(pk__in=actor.scope.capacity_ids - {actor.capacity_id}, valid__contains=today)
    form = NormForm(request.POST or None, initial={"in_force_from": today})
    form.fields["recipients"].queryset = below.select_related("agency")  # type: ignore[attr-defined]
    form.fields["replaces"].queryset = Document.objects.filter(  # type: ignore[attr-defined]
        capacity_id=actor.capacity_id, kind__in=STANDING, replaced_by__isnull=True
    ).defer("content")
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        chosen = {one.pk: one for one in below.filter(level__in=given["levels"])}
        chosen |= {one.pk: one for one in given["recipients"]}
        days = parameter_value(DEADLINE, actor.capacity_id, today)
        try:
            if days is None or days.value is None:
                raise DocumentRefused("规则库中没有签收时限参数，请先设定")
            document = actions.issue_norm(
                by=actor,
                kind=DocumentKind(given["kind"]),
                title=given["title"],
                body=given["body"],
                in_force_from=given["in_force_from"],
                replaces=given["replaces"],
                recipients=chosen.values(),
                working_days=int(days.value),
                calendar=working_calendar(),
            )
        except DocumentRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已印发 {document.number}，送达 {len(chosen)} 个单位。")
            return redirect("document", document.pk)
    return render(
        request,
        "norms/publish.html",
        {
            "form": form,
            "breadcrumbs": [{"label": "规范库", "url": reverse("documents")}, {"label": "印发规范"}],
        },
        status=422 if form.errors else 200,
    )


def _content(request: StaffRequest, number: int) -> dict[str, Any]:
    try:
        document = queries.document(request.actor.scope, number)
    except Document.DoesNotExist as missing:
        raise Http404("没有这份文书") from missing
    now = clock.now()
    services = list(queries.services_of(request.actor.scope, document.pk))
    mine = next((one for one in services if one.recipient_id == request.actor.capacity_id), None)
    return {
        "document": document,
        "standing": _standing(document),
        "newer": document.replaced_by.first(),
        "services": [
            {
                "one": one,
                "signed": getattr(one, "acknowledgement", None),
                "overdue": getattr(one, "acknowledgement", None) is None and one.due_at <= now,
            }
            for one in services
        ],
        "signed": sum(getattr(one, "acknowledgement", None) is not None for one in services),
        "mine": mine
        if mine and not hasattr(mine, "acknowledgement") and request.actor.may(Permission.DOCUMENT_ACKNOWLEDGE)
        else None,
        "columns": [{"label": label} for label in ("单位", "签收期限", "签收时间", "签收人", "意见")],
        "breadcrumbs": [{"label": "规范库", "url": reverse("documents")}, {"label": document.number}],
    }


@require_safe
@page(Permission.DOCUMENT_READ)
def show(request: StaffRequest, number: int) -> HttpResponse:
    """One document with its digests, versions and acknowledgements; a drafted one has a page of its own."""
    content = _content(request, number)
    if content["document"].draft_id is not None:
        return redirect("document-page", number)
    return render(request, "norms/show.html", content)


@require_safe
@page(Permission.DOCUMENT_READ)
def paper(request: StaffRequest, number: int) -> HttpResponse:
    """One document to print."""
    return render(request, "norms/paper.html", _content(request, number))


@require_POST
@page(Permission.DOCUMENT_ACKNOWLEDGE)
def acknowledge(request: StaffRequest, service_id: int) -> HttpResponse:
    """Sign for a document served on the capacity acted in."""
    service = (
        Service.objects.filter(pk=service_id, recipient_id__in=request.actor.scope.capacity_ids)
        .select_related("document")
        .defer("document__content")
        .first()
    )
    if service is None:
        raise Http404("没有这份送达")
    try:
        actions.acknowledge(by=request.actor, service=service, remark=request.POST.get("remark", ""))
        messages.success(request, f"已签收 {service.document.number}。")
    except DocumentRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("document", service.document_id)
