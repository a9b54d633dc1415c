"""From above: how far reviewers agree, and further looks at what a unit has reviewed (上级重抽)."""

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.review import again as looking
from jianguan.backbone.review import queries
from jianguan.backbone.review.assigning import ReviewRefused
from jianguan.backbone.work.models import Population
from jianguan.kit import clock
from jianguan.web.asked import day_of, number_of
from jianguan.web.page import StaffRequest, page
from jianguan.web.period import Shown
from jianguan.web.review.tabs import tabs, title
from jianguan.web.rules.tabs import columns

SPAN = dt.timedelta(days=29)
MOST = 20
COLUMNS = ("复核人", "初次复核#", "计入#", "盲评件数#", "一致#", "一致率#", "κ 系数#", "上级重抽#", "一致率#")


@require_safe
@page(Permission.CHECK_READ)
def agreement(request: StaffRequest) -> HttpResponse:
    """For each reviewer of the scope: how often a second look at the same record says the same."""
    today = clock.today()
    last = min(day_of(request.GET.get("to")) or today, today)
    first = min(day_of(request.GET.get("from")) or last - SPAN, last)
    least = queries.number(queries.LEAST, request.actor.capacity_id, today)
    return render(
        request,
        "review/agreement.html",
        {
            "tabs": tabs("review-agreement", request.actor),
            "rows": queries.reviewers(request.actor.scope, first, last, least),
            "least": least,
            "period": Shown("span", first, last),
            "first": first,
            "last": last,
            "as_of": clock.now(),
            "columns": columns(
                "复核人", "初次复核#", "计入#", "盲评件数#", "一致#", "一致率#", "κ 系数#", "上级重抽#", "一致率#"
            ),
            "breadcrumbs": [{"label": "复核工作台", "url": reverse("review")}, {"label": "一致性"}],
        },
    )


@require_safe
@page(Permission.CHECK_READ)
def again(request: StaffRequest) -> HttpResponse:
    """The drawn populations of the units below on a day, with how many were reviewed and looked at from above."""
    today = clock.today()
    day = min(day_of(request.GET.get("day")) or today, today)
    return render(
        request,
        "review/again.html",
        {
            "tabs": tabs("review-again", request.actor),
            "rows": [
                {"one": one, "title": title(one.kind), "left": one.reviewed - one.taken}
                for one in looking.populations(request.actor.scope, request.actor.capacity_id, day)
            ],
            "day": day,
            "may_take": request.actor.may(Permission.CHECK_RECORD),
            "most": MOST,
            "as_of": clock.now(),
            "columns": columns("单位", "类别", "抽中#", "已复核#", "上级已重抽#", "意见不一#", "再抽"),
            "breadcrumbs": [{"label": "复核工作台", "url": reverse("review")}, {"label": "上级重抽"}],
        },
    )


@require_POST
@page(Permission.CHECK_RECORD)
def take(request: StaffRequest, population_id: int) -> HttpResponse:
    """Take a further sample of a unit's reviewed records for looks of one's own."""
    scope = request.actor.scope
    population = Population.objects.filter(pk=population_id, capacity_id__in=scope.capacity_ids).first()
    if population is None:
        raise Http404("没有这个抽查总体")
    count = min(max(number_of(request.POST.get("count")) or 1, 1), MOST)
    try:
        made = looking.take(by=request.actor, population=population, count=count)
    except ReviewRefused as refusal:
        messages.error(request, f"{refusal}。")
        return redirect(f"{reverse('review-again')}?day={population.day}")
    messages.success(request, f"已重抽 {len(made)} 件，分派给你。")
    return redirect("review")
