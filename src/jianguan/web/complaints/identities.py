"""Who complained (投诉人身份): ask, decide as the custodian, look while the grant lasts."""

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from jianguan.backbone.complaints import identity, queries
from jianguan.backbone.complaints.identity import IdentityRefused
from jianguan.backbone.complaints.models import IdentityRequest
from jianguan.backbone.people.permissions import Permission
from jianguan.kit import clock
from jianguan.web.asked import number_of
from jianguan.web.complaints.views import found, shown
from jianguan.web.page import StaffRequest, page
from jianguan.web.rules.tabs import columns

PAGE = 50
LASTING = (("30", "30 分钟"), ("60", "1 小时"), ("120", "2 小时"))


@require_POST
@page(Permission.COMPLAINT_HANDLE)
def ask(request: StaffRequest, number: str) -> HttpResponse:
    """Ask a custodian."""
    one = found(request, number)
    try:
        identity.ask(by=request.actor, complaint=one, reason=request.POST.get("reason", ""))
    except IdentityRefused as refused:
        return shown(request, one, problem=str(refused), status=422)
    messages.success(request, "已向身份保管员申请。")
    return redirect("complaint", number)


def _request(request: StaffRequest, request_id: int) -> IdentityRequest:
    asked = IdentityRequest.objects.select_related("complaint").filter(pk=request_id).first()
    if asked is None:
        raise Http404("没有这份申请")
    return asked


@require_POST
@page(Permission.COMPLAINT_HANDLE)
def look(request: StaffRequest, request_id: int) -> HttpResponse:
    """Open the identity once; the look is recorded."""
    asked = _request(request, request_id)
    one = found(request, asked.complaint.number)
    try:
        seen = identity.look(by=request.actor, request=asked)
    except IdentityRefused as refused:
        return shown(request, one, problem=str(refused), status=422)
    return shown(request, one, seen=seen)


@require_safe
@page(Permission.COMPLAINT_CUSTODY)
def listing(request: StaffRequest) -> HttpResponse:
    """Requests in scope: those that wait first, then the decided ones."""
    return _listing(request, "", 200)


def _listing(request: StaffRequest, problem: str, status: int) -> HttpResponse:
    scope = request.actor.scope
    decided = queries.identity_requests(scope, open_only=False).exclude(decision=None)
    if (last := number_of(request.GET.get("before"))) is not None:
        decided = decided.filter(pk__lt=last)
    rows = list(decided.prefetch_related("looks")[: PAGE + 1])
    more, rows = len(rows) > PAGE, rows[:PAGE]
    context = {
        "open": list(queries.identity_requests(scope, open_only=True)[:PAGE]),
        "rows": rows,
        "columns": columns("投诉", "申请单位", "申请人", "申请时间", "理由", "决定", "有效至", "查看次数#"),
        "lasting": LASTING,
        "problem": problem,
        "as_of": clock.now(),
        "next_url": f"?before={rows[-1].pk}" if more else "",
        "breadcrumbs": [{"label": "身份保管"}],
    }
    return render(request, "complaints/identities.html", context, status=status)


@require_POST
@page(Permission.COMPLAINT_CUSTODY)
def decide(request: StaffRequest, request_id: int) -> HttpResponse:
    """Grant for a time or refuse."""
    asked = _request(request, request_id)
    given = request.POST
    try:
        if given.get("granted") not in {"0", "1"}:
            raise IdentityRefused("请选择同意或不同意")
        identity.decide(
            by=request.actor,
            request=asked,
            granted=given["granted"] == "1",
            reason=given.get("reason", ""),
            lasting=dt.timedelta(minutes=number_of(given.get("minutes")) or 30),
        )
    except IdentityRefused as refused:
        return _listing(request, str(refused), 422)
    messages.success(request, "决定已作出，并记入事件日志。")
    return redirect("identities")
