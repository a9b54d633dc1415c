"""Lists that the ministry or a superior ordered (督办清单): upload, what became of each row, what is to be mended."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from jianguan.backbone.cases import ministry
from jianguan.backbone.cases.actions import CaseRefused
from jianguan.backbone.cases.followups import OrderList
from jianguan.backbone.cases.orders import LARGEST
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.rules.queries import working_calendar
from jianguan.kit import clock
from jianguan.web.cases.lists import tabs
from jianguan.web.objects import saved
from jianguan.web.page import StaffRequest, page
from jianguan.web.rules.tabs import columns

SHOWN = 100
ROWS = 1_000


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.CASE_ISSUE)
def orders(request: StaffRequest) -> HttpResponse:
    """The lists taken in, newest first, and the form for the next one."""
    problem = ""
    if request.method == "POST":
        file = request.FILES.get("file")
        try:
            if file is None or (file.size or 0) > LARGEST:
                raise CaseRefused(f"请选择不超过 {LARGEST >> 20} MB 的 xlsx 文件")
            listed = ministry.accept(
                by=request.actor, sheet=ministry.read(file.read()), name=file.name or "", calendar=working_calendar()
            )
        except CaseRefused as refused:
            problem = str(refused)
        else:
            messages.success(request, f"已导入：立项 {listed.accepted} 行，退回 {listed.refused} 行。")
            return redirect("case-orders-show", listed.pk)
    found = OrderList.objects.filter(capacity_id__in=request.actor.scope.capacity_ids)
    return render(
        request,
        "cases/orders.html",
        {
            "tabs": tabs("case-orders", request.actor),
            "rows": found.select_related("capacity__agency", "by__person").order_by("-pk")[:SHOWN],
            "columns": columns("导入时间", "文件", "单位", "导入人", "立项#", "此前已立项#", "退回#"),
            "problem": problem,
            "as_of": clock.now(),
            "breadcrumbs": [{"label": "事项", "url": reverse("cases")}, {"label": "督办清单"}],
        },
        status=422 if problem else 200,
    )


def _listed(request: StaffRequest, number: int) -> OrderList:
    found = OrderList.objects.filter(pk=number, capacity_id__in=request.actor.scope.capacity_ids)
    one = found.select_related("capacity__agency").first()
    if one is None:
        raise Http404("没有这份清单")
    return one


@require_safe
@page(Permission.CASE_ISSUE)
def show(request: StaffRequest, number: int) -> HttpResponse:
    """One list: its rows with their cases, those refused with what is wrong."""
    one = _listed(request, number)
    return render(
        request,
        "cases/order_list.html",
        {
            "one": one,
            "rows": one.rows.select_related("case__handler__agency").order_by("number")[:ROWS],
            "columns": columns("行", "事项", "责任单位", "结果"),
            "breadcrumbs": [
                {"label": "事项", "url": reverse("cases")},
                {"label": "督办清单", "url": reverse("case-orders")},
                {"label": one.name},
            ],
        },
    )


@require_safe
@page(Permission.CASE_ISSUE)
def refused(request: StaffRequest, number: int) -> HttpResponse:
    """The rows refused, as a workbook to be mended and sent again."""
    one = _listed(request, number)
    return saved(ministry.refused_rows(one), f"退回行{one.pk}.xlsx", ministry.MEDIA_TYPE)


@require_safe
@page(Permission.CASE_ISSUE)
def template(request: StaffRequest) -> HttpResponse:
    """An empty list to fill in."""
    return saved(ministry.template(), "督办清单模板.xlsx", ministry.MEDIA_TYPE)
