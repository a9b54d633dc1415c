"""The desk (工作台): what is owed today by urgency, one next action each; what subordinates miss; what waits for me."""

import datetime as dt
from collections import Counter
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jianguan.backbone.alerts import queries as alerts
from jianguan.backbone.approvals import queries as approvals
from jianguan.backbone.approvals.queries import Asked
from jianguan.backbone.cases import queries as cases
from jianguan.backbone.cases.rules import State
from jianguan.backbone.documents import queries as documents
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.rules.queries import working_calendar
from jianguan.kit import clock
from jianguan.web import duties
from jianguan.web.agencies import queries as agencies
from jianguan.web.cases import looks
from jianguan.web.duties import Duty
from jianguan.web.navigation import sections
from jianguan.web.page import StaffRequest, page
from jianguan.web.period import Shown
from jianguan.web.rules.tabs import columns

LOOK_BACK = dt.timedelta(days=10)
"""So far back can a duty lie that may still be made up for (late.monthly)."""
SOON = dt.timedelta(days=3)
WEEK = dt.timedelta(days=7)
CLOSING = dt.time(17)
SHOWN = 30
NEXT_ACTS = {
    State.ASSIGNED: "签收",
    State.OPENED: "交办",
    State.RECEIVED: "办理",
    State.REVIEWED: "办结",
    State.SUBMITTED: "复核",
    State.WORKING: "办理",
}
"""By the state of a case: what whoever has the turn does next."""
LACKING = ("未履行", "不足", "不可证", "逾期履行", "待履行")


@require_safe
@page()
def desk(request: StaffRequest) -> HttpResponse:
    """The start of every post: duties for those that read the ledger, their own tools for administrators."""
    if not request.actor.may(Permission.LEDGER_READ):
        tools = [
            item
            for section in sections(request.actor, request.path)
            for item in section["items"]
            if item["url"] != request.path
        ]
        return render(request, "desk/tools.html", {"tools": tools, "breadcrumbs": [{"label": "工作台"}]})
    now, today = clock.now(), clock.today()
    scope, own = request.actor.scope, request.actor.capacity_id
    recent = duties.rows(
        scope, Shown("span", max(today - LOOK_BACK, dt.date(2020, 3, 19)), today), capacity_ids=frozenset({own})
    )
    groups = _groups(recent, request.actor, now)
    closing = dt.datetime.combine(today, CLOSING, clock.CHINA)
    present = [row for row in recent if row.first <= today <= row.last]
    below = _below(request, today)
    return render(
        request,
        "desk/desk.html",
        {
            "groups": groups,
            "today": today,
            "since": today - WEEK,
            "as_of": now,
            "before_closing": sum(len(group["rows"]) for group in groups if group["key"] in {"overdue", "today"}),
            "closing": closing,
            "after_closing": now >= closing,
            "counts": duties.worst_first(Counter(row.state for row in present)),
            "missed": _missed(recent, today)[:SHOWN],
            "unsigned": _unsigned(request),
            "alerts": _alerts(request),
            "approvals": _approvals(request),
            "cases": _cases(request),
            "case_columns": columns("事项", "来自或承办", "期限", "下一步"),
            "below": below,
            "lacking": LACKING,
            "soft": sum(row.state == "未定期限" for row in present),
            "leads": request.actor.may(Permission.DECISION_ADOPT),
            "columns": columns("条款", "职责", "期限", "应做#", "已做#", "状态", "下一步"),
            "missed_columns": columns("条款", "职责", "最近一期", "次数#", "状态", "理由"),
            "unsigned_columns": columns("文书", "来自", "期限", "下一步"),
            "below_columns": columns("下级", *(f"{word}#" for word in LACKING)),
            "breadcrumbs": [{"label": "工作台"}],
        },
    )


def _groups(recent: list[Duty], by: Actor, now: dt.datetime) -> list[dict[str, Any]]:
    """What is still to do, the most urgent first: can only be made up late, due today, due soon, this period."""
    to_do = duties.with_steps((row for row in recent if row.state == "待履行"), by)
    midnight = dt.datetime.combine(now.date() + dt.timedelta(days=1), dt.time(), clock.CHINA)
    groups: list[dict[str, Any]] = [
        {"key": "overdue", "title": "已过期限，还能补办", "note": "补办记为逾期履行；再过补办期即为未履行", "rows": []},
        {"key": "today", "title": "今天到期", "note": "今天24时前", "rows": []},
        {"key": "soon", "title": "三日内到期", "note": "", "rows": []},
        {"key": "period", "title": "本期内", "note": "", "rows": []},
    ]
    for row in to_do:
        due = row.due_at
        if row.overdue or due is None or due <= now:
            place = 0
        elif due <= midnight:
            place = 1
        else:
            place = 2 if due <= midnight + SOON else 3
        groups[place]["rows"].append(row)
    for group in groups:
        group["rows"].sort(key=lambda row: (row.due_at or now, row.step is None, duties.item_order(row.provision)))
    return [group for group in groups if group["rows"]]


def _missed(recent: list[Duty], today: dt.date) -> list[dict[str, Any]]:
    """What can no longer be made up for, one line for each norm: the newest period, and how many periods."""
    lines: dict[str, dict[str, Any]] = {}
    for row in sorted(recent, key=lambda row: row.last, reverse=True):
        if row.state in {"未履行", "不足"} and row.last >= today - WEEK:
            lines.setdefault(row.norm_key, {"row": row, "times": 0})["times"] += 1
    return sorted(lines.values(), key=lambda line: (-line["times"], duties.item_order(line["row"].provision)))


def _below(request: StaffRequest, today: dt.date) -> list[dict[str, Any]]:
    """What each direct subordinate and those below it lack today, the worst first."""
    branches = agencies.branches(request.actor.scope, today)
    if len(branches) <= 1:
        return []
    above = {branch.capacity.pk: branch.superior_id for branch in branches}
    counts = duties.counts_by_capacity(request.actor.scope, duties.day(today))
    totals: dict[int, Counter[str]] = {
        branch.capacity.pk: Counter() for branch in branches if branch.superior_id == request.actor.capacity_id
    }
    for capacity_id, found in counts.items():
        here: int | None = capacity_id
        while here is not None and here not in totals:
            here = above.get(here)
        if here is not None:
            totals[here].update(found)
    lines = [
        {
            "capacity": branch.capacity,
            "faces": [{"word": word, "count": totals[branch.capacity.pk][word]} for word in LACKING],
        }
        for branch in branches
        if branch.capacity.pk in totals
    ]
    return sorted(lines, key=lambda line: [-face["count"] for face in line["faces"]])


def _alerts(request: StaffRequest) -> int:
    """How many alerts to this capacity wait to be received."""
    if not request.actor.may(Permission.ALERT_READ):
        return 0
    return alerts.open_count(request.actor.scope, request.actor.capacity_id)


def _approvals(request: StaffRequest) -> int:
    """How many applications wait for this person's signature or correction."""
    if not request.actor.may(Permission.APPROVAL_READ):
        return 0
    return approvals.waiting(request.actor, Asked()).count()


def _cases(request: StaffRequest) -> list[dict[str, Any]]:
    """Cases whose turn it is, with the one next act, the most urgent first."""
    by = request.actor
    if not by.may(Permission.CASE_READ):
        return []
    calendar, now = working_calendar(), clock.now()
    return [
        looks.row(one, calendar, now, by.capacity_id)
        | {"verb": NEXT_ACTS[one.state], "other": one.issuer if one.handler_id == by.capacity_id else one.handler}
        for one in cases.my_turn(by)[:SHOWN]
    ]


def _unsigned(request: StaffRequest) -> list[Any]:
    """Documents served on this capacity and not signed for."""
    if not request.actor.may(Permission.DOCUMENT_READ):
        return []
    return list(documents.unsigned(request.actor.scope, [request.actor.capacity_id])[:SHOWN])
