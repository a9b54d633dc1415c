"""Apply and correct (申请、补正): one form for every flow, made of what the flow asks."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from jianguan.backbone.approvals import actions, queries
from jianguan.backbone.approvals.actions import ApprovalRefused
from jianguan.backbone.approvals.filling import LARGEST_DIGESTED, Upload
from jianguan.backbone.approvals.flows import Blank, Flow
from jianguan.backbone.approvals.models import Application
from jianguan.backbone.approvals.planning import definition
from jianguan.backbone.approvals.rules import MOST_CHANGES, Verb
from jianguan.backbone.people.permissions import Permission
from jianguan.kit import clock
from jianguan.web.asked import day_of, number_of
from jianguan.web.page import StaffRequest, page

CRUMB = "审批"
EMPTY_ROWS = 3
CELLS = ("field", "before", "after")


@require_safe
@page(Permission.APPROVAL_APPLY)
def choose(request: StaffRequest) -> HttpResponse:
    """Which form to fill in."""
    return render(
        request,
        "approvals/choose.html",
        {
            "flows": [flow for _, flow in queries.flows_for(request.actor)],
            "breadcrumbs": [{"label": CRUMB, "url": reverse("approvals")}, {"label": "申请"}],
        },
    )


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.APPROVAL_APPLY)
def new(request: StaffRequest, key: str) -> HttpResponse:
    """Fill in a form and send it off."""
    row = queries.newest_flow(key)
    if row is None or request.actor.level not in definition(row).applicants:
        raise Http404("没有这类审批")
    flow = definition(row)
    if request.method != "POST":
        return _form(request, flow, {})
    given = _given(request, flow)
    try:
        if given["received_on"] is None:
            raise ApprovalRefused("请填写受理日期")
        one = actions.submit(
            by=request.actor,
            flow=key,
            title=given["title"],
            reason=given["reason"],
            data=given["data"],
            changes=given["changes"],
            files=uploads(request, flow.fields),
            branch=given["branch"],
            received_on=given["received_on"],
            locked=given["locked"],
        )
    except ApprovalRefused as refused:
        return _form(request, flow, given, problem=str(refused))
    messages.success(request, f"{one.number} 已提交。")
    return redirect("approval", one.pk)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.APPROVAL_APPLY)
def correct(request: StaffRequest, number: int) -> HttpResponse:
    """Correct what was returned and send it off again."""
    one = found(request, number)
    flow, content = definition(one.flow), queries.content_of(one)
    own = one.capacity_id == request.actor.capacity_id
    if not own or (request.method != "POST" and not queries.may(one, request.actor, Verb.SUBMIT)):
        messages.error(request, queries.why_not_corrected(one, request.actor))
        return redirect("approval", one.pk)
    if request.method != "POST":
        actions.reveal(by=request.actor, application=one, reason="补正本单位的申请")
        given = {
            "title": one.title,
            "reason": content.reason,
            "data": {name: value for name, value in content.data.items() if isinstance(value, str)},
            "changes": content.changes,
            "branch": one.branch,
            "received_on": one.received_on,
        }
        response = _form(request, flow, given, one=one, kept=content.data)
        response["Cache-Control"] = "no-store"
        return response
    given = _given(request, flow)
    try:
        actions.resubmit(
            by=request.actor,
            application=one,
            version=number_of(request.POST.get("version")) or 0,
            title=given["title"],
            reason=given["reason"],
            data=given["data"],
            changes=given["changes"],
            files=uploads(request, flow.fields),
            branch=given["branch"],
        )
    except ApprovalRefused as refused:
        return _form(request, flow, given, problem=str(refused), one=one, kept=content.data)
    messages.success(request, f"{one.number} 已补正并再次提交，须重新逐级签署。")
    return redirect("approval", one.pk)


def found(request: StaffRequest, number: int) -> Application:
    """An application that this post may see; Http404 otherwise."""
    try:
        return queries.application(request.actor.scope, number)
    except Application.DoesNotExist:
        raise Http404("没有这件审批申请") from None


def uploads(request: StaffRequest, blanks: tuple[Blank, ...]) -> dict[str, Upload]:
    """The files sent for blanks. Raises ApprovalRefused for one that is too large to read."""
    sent = {}
    for blank in blanks:
        file = request.FILES.get(f"f-{blank.name}")
        if file is None or blank.kind not in {"file", "digest"}:
            continue
        if (file.size or 0) > LARGEST_DIGESTED:
            raise ApprovalRefused(f"“{blank.label}”不能超过{LARGEST_DIGESTED >> 20}MB")
        sent[blank.name] = Upload(file.name or "", file.read())
    return sent


def values(request: StaffRequest, blanks: tuple[Blank, ...]) -> dict[str, str]:
    """The texts sent for blanks."""
    return {blank.name: request.POST.get(f"f-{blank.name}", "") for blank in blanks}


def fields(blanks: tuple[Blank, ...], given: dict[str, str], **more: Any) -> list[dict[str, Any]]:
    """Blanks as the template draws them, with what was filled in."""
    persons, kept = more.get("persons", {}), more.get("kept", {})
    return [
        {
            "blank": blank,
            "name": f"f-{blank.name}",
            "value": given.get(blank.name, ""),
            "options": [(str(key), name) for key, name in persons.items()]
            if blank.kind == "person"
            else [(one, one) for one in blank.options],
            "kept": kept.get(blank.name),
            "today": clock.today(),
        }
        for blank in blanks
    ]


def _given(request: StaffRequest, flow: Flow) -> dict[str, Any]:
    columns = [request.POST.getlist(f"change-{name}") for name in (*CELLS, "sensitive")]
    lines = [dict(zip((*CELLS, "sensitive"), cells, strict=False)) for cells in zip(*columns, strict=False)]
    return {
        "title": request.POST.get("title", ""),
        "reason": request.POST.get("reason", ""),
        "data": values(request, flow.fields),
        "changes": [line | {"sensitive": line["sensitive"] == "1"} for line in lines],
        "branch": request.POST.get("branch", ""),
        "received_on": day_of(request.POST.get("received_on")),
        "locked": request.POST.get("locked") == "1",
    }


def _form(
    request: StaffRequest,
    flow: Flow,
    given: dict[str, Any],
    *,
    problem: str = "",
    one: Application | None = None,
    kept: dict[str, Any] | None = None,
) -> HttpResponse:
    lines = [line for line in given.get("changes", []) if any(line.get(name) for name in CELLS)]
    lines += [{} for _ in range(max(EMPTY_ROWS - len(lines), 1))]
    crumbs = [{"label": CRUMB, "url": reverse("approvals")}]
    if one is not None:
        crumbs += [{"label": one.number, "url": reverse("approval", args=[one.pk])}, {"label": "补正"}]
    else:
        crumbs += [{"label": flow.title}]
    context = {
        "flow": flow,
        "one": one,
        "given": given,
        "fields": fields(flow.fields, given.get("data", {}), kept=kept or {}),
        "lines": lines if flow.changes else [],
        "most": MOST_CHANGES,
        "branches": [] if flow.branch_at else list(flow.branches.items()),
        "today": clock.today(),
        "problem": problem,
        "breadcrumbs": crumbs,
    }
    return render(request, "approvals/form.html", context, status=422 if problem else 200)
