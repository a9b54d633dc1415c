"""The wall of a stop: tiles, the time looked at, snapshots, signing."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jianguan.backbone.evidence.models import Recording
from jianguan.backbone.evidence.store import NoSuchObject
from jianguan.backbone.patrol import actions, queries, rules
from jianguan.backbone.patrol.models import PatrolSnapshot, PatrolVisit
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.work.checklists import IncompleteChecklist, Problem
from jianguan.backbone.work.checks import CheckRefused, items_of
from jianguan.engines.media import Unplayable
from jianguan.kit import clock
from jianguan.web.asked import number_of
from jianguan.web.checks.forms import Filled
from jianguan.web.objects import content_of, marked
from jianguan.web.page import StaffRequest, page

TILES = (1, 4, 9)


@require_POST
@page(Permission.CHECK_RECORD)
def visit(request: StaffRequest, stop_id: int) -> HttpResponse:
    """Open a stop on the wall."""
    stop = queries.stops_of(request.actor.scope).filter(pk=stop_id).first()
    if stop is None:
        raise Http404("没有这个站点")
    try:
        opened = actions.begin_visit(by=request.actor, stop=stop)
    except actions.PatrolRefused as refusal:
        messages.info(request, str(refusal))
        return redirect("patrol-result", stop_id)
    return redirect("patrol-wall", opened.pk)


def _visit(request: StaffRequest, visit_id: int) -> PatrolVisit:
    found = queries.visit(request.actor.scope, visit_id)
    if found is None:
        raise Http404("没有这次巡察")
    return found


@require_http_methods(["GET", "POST"])
@page(Permission.CHECK_RECORD)
def show(request: StaffRequest, visit_id: int) -> HttpResponse:
    """The wall with the checklist beside it; signing leads on to the next stop."""
    seen = _visit(request, visit_id)
    if hasattr(seen.stop, "result"):
        return redirect("patrol-result", seen.stop_id)
    items = items_of(seen.stop.checklist)
    if request.method != "POST":
        return _wall(request, seen, Filled(items))
    filled = Filled.from_post(items, request.POST)
    if "fill" in request.POST:
        filled.fill_as_normal()
        return _wall(request, seen, filled)
    try:
        actions.sign_stop(by=request.actor, visit=seen, answers=filled.answers, remark=filled.remark)
    except IncompleteChecklist as refusal:
        return _wall(request, seen, filled, refusal.problems, status=422)
    except (CheckRefused, actions.PatrolRefused) as refusal:
        return _wall(request, seen, filled, [Problem("", str(refusal))], status=422)
    messages.success(request, f"“{seen.stop.subject.name}”已巡察签字。")
    return redirect("patrol-round", seen.stop.round_id)


def _wall(
    request: StaffRequest,
    seen: PatrolVisit,
    filled: Filled,
    problems: list[Problem] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    now = clock.now()
    count = len(seen.tiles)
    asked = number_of(request.GET.get("tiles"))
    shown = asked if asked in TILES else next((size for size in TILES if size >= count), TILES[-1])
    first = min(number_of(request.GET.get("from")) or 0, max(count - 1, 0))
    tiles = [
        {"number": number, "name": one["name"], "channel": one["channel"], **_sight(one, now, seen)}
        for number, one in list(enumerate(seen.tiles))[first : first + shown]
    ]
    tiles += [{"empty": True}] * (shown - len(tiles) if count else 0)
    stop = seen.stop
    return render(
        request,
        "patrol/wall.html",
        {
            "visit": seen,
            "stop": stop,
            "tiles": tiles,
            "sizes": [{"size": size, "chosen": size == shown} for size in TILES],
            "shown": shown,
            "next_from": first + shown if first + shown < count else 0,
            "more": count > shown,
            "blind": not queries.was_seen(seen),
            "watched": queries.watched_ms(seen) // 1000,
            "required": stop.round.dwell_seconds,
            "mine": seen.appointment_id == request.actor.appointment_id,
            "groups": filled.groups(problems or ()),
            "filled": filled,
            "problems": problems or [],
            "items": items_of(stop.checklist),
            "snapshots": list(seen.snapshots.all()),
            "now": now,
            "breadcrumbs": [
                {"label": "电子巡察", "url": reverse("patrol")},
                {"label": str(stop.round), "url": reverse("patrol-round", args=[stop.round_id])},
                {"label": stop.subject.name},
            ],
        },
        status=status,
    )


def _sight(one: dict[str, Any], now: dt.datetime, seen: PatrolVisit) -> dict[str, Any]:
    taken = dt.datetime.fromisoformat(one["picture_at"]) if one["picture_at"] else None
    tile = rules.Tile(one["channel"], taken, live=one["live"])
    return {
        "says": rules.sight(tile, now),
        "picture": one["recording"] is not None,
        "picture_at": taken,
        "fresh": rules.is_fresh(tile, now, seen.stop.round.picture_hours),
    }


@require_POST
@page(Permission.CHECK_RECORD)
def beat(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Take in one beat; answers the seconds credited and those required."""
    seen = _visit(request, visit_id)
    seq, elapsed = (number_of(request.POST.get(name)) for name in ("seq", "elapsed"))
    if not seq or elapsed is None or seq > 2**31 - 1:
        return JsonResponse({"problem": "心跳不完整"}, status=422)
    try:
        watched = actions.beat(
            by=request.actor,
            visit=seen,
            seq=seq,
            visible=request.POST.get("visible") == "1",
            elapsed_ms=elapsed,
        )
    except actions.PatrolRefused as refusal:
        return JsonResponse({"problem": str(refusal)}, status=409)
    return JsonResponse({"watched": watched // 1000, "required": seen.stop.round.dwell_seconds})


@require_safe
@page(Permission.CHECK_RECORD)
def picture(request: StaffRequest, visit_id: int, number: int) -> HttpResponse:
    """The picture of a tile."""
    seen = _visit(request, visit_id)
    if number >= len(seen.tiles) or seen.tiles[number]["recording"] is None:
        raise Http404("这个通道没有画面")
    recording = Recording.objects.select_related("stored").filter(pk=seen.tiles[number]["recording"]).first()
    if recording is None:
        raise Http404("这段录像不在监管范围内")
    try:
        data, _ = actions.picture(recording)
    except (NoSuchObject, Unplayable, actions.PatrolRefused) as gone:
        raise Http404("画面已取不到") from gone
    return marked(request.actor, data)


@require_POST
@page(Permission.CHECK_RECORD)
def snapshot(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Keep the picture of a tile; answers its place in the list of snapshots."""
    seen = _visit(request, visit_id)
    try:
        kept = actions.keep_snapshot(
            by=request.actor,
            visit=seen,
            channel=request.POST.get("channel", ""),
            item=request.POST.get("item", ""),
            note=request.POST.get("text", ""),
        )
    except (NoSuchObject, Unplayable):
        return JsonResponse({"problem": "画面已取不到，没有截图"}, status=409)
    except actions.PatrolRefused as refusal:
        return JsonResponse({"problem": str(refusal)}, status=409)
    return JsonResponse(
        {
            "url": reverse("patrol-snapshot", args=[kept.pk]),
            "item": kept.item,
            "note": kept.note,
            "sha256": kept.stored.sha256,
        }
    )


@require_safe
@page(Permission.CHECK_READ)
def snapshot_picture(request: StaffRequest, snapshot_id: int) -> HttpResponse:
    """A snapshot that was kept."""
    kept = (
        PatrolSnapshot.objects.filter(pk=snapshot_id, capacity_id__in=request.actor.scope.capacity_ids)
        .select_related("stored")
        .first()
    )
    if kept is None:
        raise Http404("没有这张截图")
    return marked(request.actor, content_of(kept.stored))
