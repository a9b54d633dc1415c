"""What follows a closed case: rechecks (办结回查) and restrictions of learners (现场教育限制)."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from jianguan.backbone.cases import rechecks, restrictions
from jianguan.backbone.cases.actions import CaseRefused
from jianguan.backbone.cases.followups import Restriction
from jianguan.backbone.cases.models import Recheck
from jianguan.backbone.decisions.actions import ReasonMissing
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.rules.queries import working_calendar
from jianguan.kit import clock
from jianguan.web.asked import day_of, number_of
from jianguan.web.cases.lists import tabs
from jianguan.web.cases.show import found
from jianguan.web.page import StaffRequest, page
from jianguan.web.rules.tabs import columns


def _try(request: StaffRequest, act: Callable[[], object], done: str, back: str) -> HttpResponse:
    try:
        act()
        messages.success(request, done)
    except (CaseRefused, ReasonMissing) as refused:
        messages.error(request, f"{refused}。")
    return redirect(back)


@require_safe
@page(Permission.CASE_READ)
def recheck_list(request: StaffRequest) -> HttpResponse:
    """Closed cases drawn for another look that this person may take, and what rechecks came to."""
    by = request.actor
    done = Recheck.objects.filter(case__issuer_id__in=by.scope.capacity_ids, result__isnull=False)
    return render(
        request,
        "cases/rechecks.html",
        {
            "tabs": tabs("case-rechecks", by),
            "waiting": rechecks.waiting(by),
            "done": done.select_related("case__handler__agency", "result").order_by("-pk")[:100],
            "columns": columns("抽取月份", "编号", "标题", "承办单位", "办结时间", "办理"),
            "done_columns": columns("抽取月份", "编号", "标题", "承办单位", "结论", "情况"),
            "may_conclude": by.may(Permission.CASE_REVIEW),
            "as_of": clock.now(),
            "breadcrumbs": [{"label": "事项", "url": reverse("cases")}, {"label": "办结回查"}],
        },
    )


@require_POST
@page(Permission.CASE_REVIEW)
def conclude(request: StaffRequest, number: int) -> HttpResponse:
    """Say what a recheck came to."""
    one = Recheck.objects.select_related("case").filter(pk=number).first()
    if one is None:
        raise Http404("没有这项回查")
    found(request, one.case_id)
    passed, text = request.POST.get("passed"), request.POST.get("text", "")

    def act() -> None:
        if passed not in {"0", "1"}:
            raise CaseRefused("请选择合格或不合格")
        rechecks.conclude(by=request.actor, recheck=one, passed=passed == "1", text=text, calendar=working_calendar())

    return _try(request, act, "回查结论已记入。", reverse("case-rechecks"))


@require_safe
@page(Permission.CASE_READ)
def restricted(request: StaffRequest) -> HttpResponse:
    """Learners who may only learn on site: those restricted now, or all."""
    by, today = request.actor, clock.today()
    every = request.GET.get("all") == "1"
    rows = restrictions.listed(
        by.scope, on=None if every else today, before=number_of(request.GET.get("before")), limit=restrictions.PAGE + 1
    )
    more, rows = len(rows) > restrictions.PAGE, rows[: restrictions.PAGE]
    return render(
        request,
        "cases/restrictions.html",
        {
            "tabs": tabs("case-restrictions", by),
            "rows": [
                {"one": one, "until": restrictions.ended_on(one), "holds": restrictions.ended_on(one) > today}
                for one in rows
            ],
            "columns": columns("学员", "起", "止（不含）", "事项", "单位", "现在", "办理"),
            "every": every,
            "may_lift": by.may(Permission.DECISION_ADOPT),
            "may_register": by.may(Permission.REGISTRATION_MANAGE),
            "next_url": f"?{'all=1&' if every else ''}before={rows[-1].pk}" if more else "",
            "today": today,
            "as_of": clock.now(),
            "breadcrumbs": [{"label": "事项", "url": reverse("cases")}, {"label": "现场教育限制"}],
        },
    )


@require_POST
@page(Permission.DECISION_ADOPT)
def impose(request: StaffRequest, pk: int) -> HttpResponse:
    """Restrict the learner of a case that was found true."""
    case, reason = found(request, pk), request.POST.get("reason", "")
    return _try(
        request,
        lambda: restrictions.impose(by=request.actor, case=case, reason=reason),
        "已作出限制决定，教育平台查询即可得知。",
        reverse("case", args=[pk]),
    )


def _restriction(request: StaffRequest, number: int) -> Restriction:
    one = Restriction.objects.filter(pk=number, capacity_id__in=request.actor.scope.capacity_ids).first()
    if one is None:
        raise Http404("没有这项限制")
    return one


@require_POST
@page(Permission.DECISION_ADOPT)
def lift(request: StaffRequest, number: int) -> HttpResponse:
    """End a restriction before its day."""
    one, reason = _restriction(request, number), request.POST.get("reason", "")
    return _try(
        request,
        lambda: restrictions.lift(by=request.actor, restriction=one, reason=reason),
        "已解除限制。",
        reverse("case-restrictions"),
    )


@require_POST
@page(Permission.REGISTRATION_MANAGE)
def learned(request: StaffRequest, number: int) -> HttpResponse:
    """Register a day on which the learner learned on site."""
    one, day, remark = _restriction(request, number), day_of(request.POST.get("day")), request.POST.get("remark", "")

    def act() -> None:
        if day is None:
            raise CaseRefused("请填写现场学习的日期")
        restrictions.register(by=request.actor, restriction=one, day=day, remark=remark)

    return _try(request, act, "已登记现场学习。", reverse("case-restrictions"))
