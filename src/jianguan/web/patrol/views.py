"""Patrol (电子巡察, clauses 4.5, 6.10): the rotation, rounds and their stops, what a stop came to."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from jianguan.backbone.patrol import actions, queries
from jianguan.backbone.patrol.models import PatrolRound, PatrolStop
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.work.checks import items_of
from jianguan.kit import clock
from jianguan.web.asked import number_of, start_of
from jianguan.web.checks.forms import Filled
from jianguan.web.page import StaffRequest, page

PAGE = 50
SIZES = (5, 10, 20)


@require_safe
@page(Permission.CHECK_READ)
def overview(request: StaffRequest) -> HttpResponse:
    """Every place of the scope, whose turn is next first; the round that is open; the last rounds."""
    actor, today = request.actor, clock.today()
    turns = queries.rotation(actor.scope, actor.capacity_id, today)
    start = start_of(request.GET)
    rounds = list(queries.rounds(actor.scope)[:10])
    this_month = today.replace(day=1)
    covered = sum(one.last is not None and one.last.astimezone(clock.CHINA).date() >= this_month for one in turns)
    return render(
        request,
        "patrol/overview.html",
        {
            "turns": turns[start : start + PAGE],
            "columns": [{"label": label} for label in ("场所", "类别", "责任单位", "上次巡察")],
            "total": len(turns),
            "covered": covered,
            "never": sum(one.last is None for one in turns),
            "unfinished": queries.open_round(actor.capacity_id, today),
            "rounds": rounds,
            "round_columns": [{"label": label} for label in ("轮次", "身份", "开始", "进度", "覆盖", "巡察人")],
            "sizes": SIZES,
            "may_patrol": actor.may(Permission.CHECK_RECORD) and bool(turns),
            "next_url": f"?start={start + PAGE}" if start + PAGE < len(turns) else "",
            "prev_url": f"?start={max(start - PAGE, 0)}" if start else "",
            "now": clock.now(),
            "breadcrumbs": [{"label": "电子巡察"}],
        },
    )


@require_POST
@page(Permission.CHECK_RECORD)
def begin(request: StaffRequest) -> HttpResponse:
    """Open a round, or go on with the one that is not finished."""
    try:
        begun = actions.open_round(by=request.actor, size=number_of(request.POST.get("size")) or SIZES[0])
    except actions.PatrolRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("patrol")
    return redirect("patrol-round", begun.pk)


@require_safe
@page(Permission.CHECK_READ)
def show_round(request: StaffRequest, round_id: int) -> HttpResponse:
    """The stops of a round in their order and what each came to."""
    begun = queries.rounds(request.actor.scope).filter(pk=round_id).first()
    if begun is None:
        raise Http404("没有这一轮巡察")
    stops = list(queries.stops(request.actor.scope, round_id))
    waiting = [one for one in stops if not hasattr(one, "result")]
    return render(
        request,
        "patrol/round.html",
        {
            "round": begun,
            "stops": stops,
            "next_stop": waiting[0] if waiting else None,
            "mine": begun.capacity_id == request.actor.capacity_id and request.actor.may(Permission.CHECK_RECORD),
            "columns": [{"label": label} for label in ("次序", "场所", "类别", "上次巡察", "认可时长", "结果", "办理")],
            "breadcrumbs": [{"label": "电子巡察", "url": reverse("patrol")}, {"label": str(begun)}],
        },
    )


@require_safe
@page(Permission.CHECK_READ)
def result(request: StaffRequest, stop_id: int) -> HttpResponse:
    """A signed stop: the check, its findings, the snapshots, the proof of the time looked at."""
    stop = (
        PatrolStop.objects.filter(pk=stop_id, capacity_id__in=request.actor.scope.capacity_ids, result__isnull=False)
        .select_related(
            "result__check_record__signed_by__person",
            "result__check_record__signed_by__post",
            "result__visit",
            "subject__capacity__agency",
            "round__capacity__agency",
            "checklist",
        )
        .first()
    )
    if stop is None:
        raise Http404("这个场所还没有巡察结果")
    found = _result(stop, stop.round) | {"may_open_case": request.actor.may(Permission.CASE_ISSUE)}
    return render(request, "patrol/result.html", found)


def _result(stop: PatrolStop, begun: PatrolRound) -> dict[str, Any]:
    check = stop.result.check_record
    filled = Filled.from_record(items_of(stop.checklist), check.answers, check.remark)
    deviations = {item: answer.get("deviation", "") for item, answer in check.answers.items()}
    return {
        "stop": stop,
        "round": begun,
        "check": check,
        "result": stop.result,
        "groups": filled.groups(deviations=deviations),
        "findings": list(check.findings.all()),
        "snapshots": list(stop.result.visit.snapshots.select_related("stored", "taken_by__person")),
        "beats": stop.result.visit.beats.count(),
        "breadcrumbs": [
            {"label": "电子巡察", "url": reverse("patrol")},
            {"label": str(begun), "url": reverse("patrol-round", args=[begun.pk])},
            {"label": stop.subject.name},
        ],
    }
