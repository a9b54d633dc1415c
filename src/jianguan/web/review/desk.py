"""The review desk (复核工作台): what waits for me, how far the quotas are, what waits for a superior."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.review import queries
from jianguan.backbone.review.models import Assignment
from jianguan.backbone.review.queries import Progress
from jianguan.kit import clock
from jianguan.web.asked import day_of
from jianguan.web.page import StaffRequest, page
from jianguan.web.review.tabs import minutes, noun, tabs, title
from jianguan.web.rules.tabs import columns

SHOWN = 200
COLUMNS = ("单位", "类别", "总体#", "应审#", "已审计入#", "尚缺#", "加抽#", "应看时长#", "认可时长#")
ONE_DAY = dt.timedelta(days=1)


@require_safe
@page(Permission.CHECK_READ)
def mine(request: StaffRequest) -> HttpResponse:
    """What is assigned to me, the quotas of my unit, and records below me that nobody of their unit may look at."""
    queue = queries.queue(request.actor.scope, request.actor.appointment_id, SHOWN + 1)
    more, queue = len(queue) > SHOWN, queue[:SHOWN]
    waiting = list(queries.unassignable(request.actor.scope)[:SHOWN])
    return render(
        request,
        "review/desk.html",
        {
            "tabs": tabs("review", request.actor),
            "rows": [_row(one) for one in queue],
            "more": more,
            "first": queue[0] if queue else None,
            "progress": [_bar(one) for one in queries.today_progress(request.actor.scope, request.actor.capacity_id)],
            "waiting": [
                {
                    "one": one,
                    "title": title(one.item.population.kind),
                    "may_take": one.superior_id == request.actor.capacity_id
                    and request.actor.may(Permission.CHECK_RECORD),
                }
                for one in waiting
            ],
            "may_record": request.actor.may(Permission.CHECK_RECORD),
            "now": clock.now(),
            "columns": columns("业务日期", "类别", "业务记录", "场所", "抽中原因", "轮次"),
            "waiting_columns": columns("业务日期", "单位", "类别", "业务记录", "原因", "办理"),
            "breadcrumbs": [{"label": "复核工作台"}],
        },
    )


def _row(one: Assignment) -> dict[str, Any]:
    return {
        "one": one,
        "item": one.item,
        "title": title(one.item.population.kind),
        "noun": noun(one.item.population.kind),
        "place": one.item.subject.name if one.item.subject else one.item.stratum,
        "look": "初次复核" if one.kind == Assignment.Kind.SECOND else one.get_kind_display(),
    }


def _bar(one: Progress) -> dict[str, Any]:
    return {
        "one": one,
        "seen": minutes(one.done_ms),
        "total": minutes(one.owed_ms),
        "share": one.done_ms * 100 // one.owed_ms if one.owed_ms else None,
    }


@require_safe
@page(Permission.CHECK_READ)
def progress(request: StaffRequest) -> HttpResponse:
    """How far the quotas of a day are, for every unit of the scope, by records and by seconds."""
    today = clock.today()
    day = min(day_of(request.GET.get("day")) or today, today)
    found = queries.progress(request.actor.scope, day, day)
    wanted = request.GET.get("kind", "")
    kinds = sorted({one.kind for one in found})
    rows = [_bar(one) for one in found if not wanted or one.kind == wanted]
    rows.sort(key=lambda row: (-row["one"].missing if row["one"].owed is not None else -10_000, row["one"].capacity))
    return render(
        request,
        "review/progress.html",
        {
            "tabs": tabs("review-progress", request.actor),
            "rows": rows,
            "day": day,
            "previous": day - ONE_DAY,
            "following": day + ONE_DAY if day < today else None,
            "kinds": [{"value": kind, "label": title(kind), "selected": kind == wanted} for kind in kinds],
            "kind": wanted,
            "owed": sum(row["one"].owed or 0 for row in rows),
            "done": sum(min(row["one"].done, row["one"].owed or 0) for row in rows),
            "undrawn": sum(row["one"].owed is None for row in rows),
            "as_of": clock.now(),
            "columns": columns(
                "单位", "类别", "总体#", "应审#", "已审计入#", "尚缺#", "加抽#", "应看时长#", "认可时长#"
            ),
            "breadcrumbs": [{"label": "复核工作台"}, {"label": "比例进度"}],
        },
    )


@require_safe
@page(Permission.CHECK_READ)
def onward(request: StaffRequest) -> HttpResponse:
    """The first record that waits for me."""
    queue = queries.queue(request.actor.scope, request.actor.appointment_id, 1)
    if not queue:
        messages.info(request, "分派给你的已全部复核。")
        return redirect("review")
    return redirect("review-item", queue[0].pk)
