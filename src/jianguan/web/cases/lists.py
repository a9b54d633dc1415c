"""Lists of cases: what waits for me (我的事项), all cases with filters, what they export."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from jianguan.backbone.approvals import queries as approvals
from jianguan.backbone.cases import queries
from jianguan.backbone.cases.queries import MARKS, PARTS, Asked
from jianguan.backbone.cases.rules import KINDS, State
from jianguan.backbone.cases.search import LONGEST, LOOKED_AT, narrowed
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.rules.queries import working_calendar
from jianguan.kit import clock
from jianguan.web.asked import day_of, number_of
from jianguan.web.cases.looks import kinds, last_day, options, row
from jianguan.web.page import StaffRequest, page
from jianguan.web.people.forms import seats
from jianguan.web.rules.tabs import columns
from jianguan.web.spreadsheet import csv_response

PAGE = 50
EXPORTED = 10_000
SHOWN = 200
TABS = {
    "cases": ("我的事项", Permission.CASE_READ),
    "cases-all": ("全部事项", Permission.CASE_READ),
    "cases-overdue": ("超期看板", Permission.CASE_READ),
    "cases-figures": ("统计", Permission.CASE_READ),
    "case-orders": ("督办清单", Permission.CASE_ISSUE),
    "case-rechecks": ("办结回查", Permission.CASE_READ),
    "case-restrictions": ("现场教育限制", Permission.CASE_READ),
}
STATES = [("live", "未办结"), *State.choices()]
HEAD = (
    "编号", "种类", "标题", "依据条款", "程度", "状态", "交办单位", "承办单位", "轮到", "期限", "是否超期", "督办",
    "立项时间", "办结时间", "来源",
)  # fmt: skip


def tabs(active: str, by: Actor) -> list[dict[str, Any]]:
    """The tabs that all lists of cases share."""
    return [
        {"label": label, "url": reverse(name), "active": name == active, "count": None}
        for name, (label, permission) in TABS.items()
        if by.may(permission)
    ]


@require_safe
@page(Permission.CASE_READ)
def mine(request: StaffRequest) -> HttpResponse:
    """What waits for the capacity acted in, one part at a time, the most urgent first."""
    by, now, calendar = request.actor, clock.now(), working_calendar()
    numbers = queries.counts(by)
    waiting = next((part for part in PARTS if numbers[part]), "work")
    part = request.GET.get("part", waiting)
    part = part if part in PARTS else waiting
    rows = list(queries.mine(by, part)[: SHOWN + 1])
    return render(
        request,
        "cases/mine.html",
        {
            "tabs": tabs("cases", by),
            "parts": [
                {"label": word, "url": f"?part={key}", "active": key == part, "count": numbers[key]}
                for key, word in PARTS.items()
            ],
            "part": part,
            "word": PARTS[part],
            "rows": [row(one, calendar, now, by.capacity_id) for one in rows[:SHOWN]],
            "more": len(rows) > SHOWN,
            "columns": columns("编号", "标题", "对方单位", "期限", "状态"),
            "sees_below": part in {"sent", "review", "decide", "assign"},
            "may_open": by.may(Permission.CASE_ISSUE),
            "approvals": approvals.waiting(by, approvals.Asked()).count() if by.may(Permission.APPROVAL_READ) else 0,
            "as_of": now,
            "breadcrumbs": [{"label": "事项"}],
        },
    )


def wanted(request: HttpRequest) -> Asked:
    """What an address asks for."""
    asked = request.GET
    return Asked(
        kind=asked.get("kind", "") if asked.get("kind") in KINDS else "",
        state=asked.get("state", "") if asked.get("state") in dict(STATES) else "",
        mark=asked.get("mark", "") if asked.get("mark") in MARKS else "",
        provision=asked.get("provision", "").strip()[:20],
        unit=number_of(asked.get("unit")),
        since=day_of(asked.get("since")),
        until=day_of(asked.get("until")),
    )


@require_safe
@page(Permission.CASE_READ)
def listing(request: StaffRequest) -> HttpResponse:
    """All cases in scope, newest first, by key pages."""
    by, now, calendar, asked = request.actor, clock.now(), working_calendar(), wanted(request)
    words, before = request.GET.get("q", "").strip()[:LONGEST], number_of(request.GET.get("before"))
    found = queries.board(by.scope, asked)
    stopped = False
    if words:
        ids, below = narrowed(words, found, below=before, limit=PAGE, looked_at=LOOKED_AT)
        more, last, stopped = below is not None, below or 0, below is not None and len(ids) < PAGE
        rows = list(found.filter(pk__in=ids)) if ids else []
    else:
        rows = list((found if before is None else found.filter(pk__lt=before))[: PAGE + 1])
        more, rows = len(rows) > PAGE, rows[:PAGE]
        last = rows[-1].pk if rows else 0
    kept = request.GET.copy()
    kept.pop("before", None)
    export_url = f"{reverse('cases-export')}?{kept.urlencode()}"
    if more:
        kept["before"] = str(last)
    return render(
        request,
        "cases/all.html",
        {
            "tabs": tabs("cases-all", by),
            "rows": [row(one, calendar, now, by.capacity_id) for one in rows],
            "columns": columns("编号", "标题", "条款", "交办单位", "承办单位", "期限", "状态"),
            "kinds": options(kinds(), asked.kind),
            "states": options(STATES, asked.state),
            "marks": options(MARKS.items(), asked.mark),
            "units": options(seats(by.scope.capacity_ids), asked.unit),
            "asked": asked,
            "words": words,
            "narrowed": bool(words) or asked != Asked(),
            "next_url": f"?{kept.urlencode()}" if more else "",
            "export_url": export_url,
            "looked_at": LOOKED_AT if stopped else 0,
            "approvals_url": f"{reverse('approvals')}?{urlencode({'tab': 'all', 'q': words})}"
            if words and by.may(Permission.APPROVAL_READ)
            else "",
            "may_open": by.may(Permission.CASE_ISSUE),
            "as_of": now,
            "breadcrumbs": [{"label": "事项", "url": reverse("cases")}, {"label": "全部事项"}],
        },
    )


@require_safe
@page(Permission.CASE_READ)
def export(request: StaffRequest) -> HttpResponse:
    """What the list shows, as CSV; at most the newest ten thousand."""
    calendar, now = working_calendar(), clock.now()
    by, words = request.actor, request.GET.get("q", "").strip()[:LONGEST]
    found = queries.board(by.scope, wanted(request))
    if words:
        found = found.filter(pk__in=narrowed(words, found, below=None, limit=EXPORTED, looked_at=None)[0])
    return csv_response("事项", HEAD, (_exported(row(one, calendar, now, 0)) for one in found[:EXPORTED].iterator()))


def _exported(line: dict[str, Any]) -> tuple[object, ...]:
    one, clocked = line["one"], line["clock"]
    return (
        one.number,
        line["kind"],
        one.title,
        one.provision,
        one.get_severity_display(),
        line["state"],
        one.issuer.title,
        one.handler.title,
        line["turn"].title if line["turn"] else "",
        last_day(one.finish_by) or "",
        "" if clocked is None else "是" if clocked["over"] else "否",
        line["supervision"],
        one.opened_at.astimezone(clock.CHINA).strftime("%Y-%m-%d %H:%M"),
        one.closed_at.astimezone(clock.CHINA).strftime("%Y-%m-%d %H:%M") if one.closed_at else "",
        one.origin,
    )
