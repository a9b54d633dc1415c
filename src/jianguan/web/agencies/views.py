"""Agencies and capacities (机构与履职身份): the tree of supervision, an agency through time, a capacity's ledger."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from jianguan.backbone.agencies.models import Agency, Capacity, CapacityLevel
from jianguan.backbone.agencies.queries import Branch
from jianguan.backbone.people import queries as people
from jianguan.backbone.people.permissions import Permission
from jianguan.kit import clock
from jianguan.web import duties
from jianguan.web.agencies import queries, years
from jianguan.web.asked import start_of
from jianguan.web.page import StaffRequest, page
from jianguan.web.period import Shown, shown
from jianguan.web.rules.tabs import columns
from jianguan.web.spreadsheet import csv_response

PAGE = 100
FACES = ("已履行", "逾期履行", "不足", "未履行", "待履行", "不可证", "未定期限")
"""The states counted in the tree; the others are seen on the capacity's page."""


def _branches(request: StaffRequest) -> list[dict[str, Any]]:
    """The lines of the tree that match the filters, each with its states of today."""
    today = clock.today()
    asked = request.GET
    level, text, depth = asked.get("level", ""), asked.get("q", "").strip()[:40], asked.get("depth", "")
    lines = queries.branches(request.actor.scope, today)
    top = lines[0].depth if lines else 0
    parents = queries.administrative_parents(today)
    titles = {line.capacity.pk: line.capacity.title for line in lines}
    counts = duties.counts_by_capacity(request.actor.scope, duties.day(today)) if _may_see(request) else {}
    wanted = [line for line in lines if _fits(line, level=level, text=text, deep=depth == "all", top=top)]
    return [
        {
            "capacity": line.capacity,
            "indent": 0 if level or text else min(line.depth - top, 4),
            "superior": titles.get(line.superior_id or 0, ""),
            "parent": parents.get(line.capacity.agency_id, ""),
            "below": sum(other.superior_id == line.capacity.pk for other in lines),
            "faces": _faces(counts, line.capacity.pk),
        }
        for line in wanted
    ]


def _faces(counts: Mapping[int, Counter[str]], capacity_id: int) -> list[dict[str, Any]]:
    """The counted states of one capacity, in the order of the columns."""
    held = counts.get(capacity_id, Counter())
    return [{"word": word, "count": held[word]} for word in FACES]


def _fits(line: Branch, *, level: str, text: str, deep: bool, top: int) -> bool:
    one = line.capacity
    if level and one.level != level:
        return False
    if text and text not in f"{one.title}{one.agency.name}{one.key}":
        return False
    return bool(level or text or deep) or line.depth - top <= 1


def _may_see(request: StaffRequest) -> bool:
    return request.actor.may(Permission.LEDGER_READ)


def _export_rows(request: StaffRequest) -> list[list[object]]:
    return [
        [
            row["capacity"].title,
            row["capacity"].agency.name,
            row["superior"],
            row["parent"],
            *(face["count"] for face in row["faces"]),
        ]
        for row in _branches(request)
    ]


@require_safe
@page(Permission.AGENCY_READ)
def index(request: StaffRequest) -> HttpResponse:
    """The tree of supervision below the capacity acted in, with today's states."""
    rows = _branches(request)
    start = start_of(request.GET)
    asked = request.GET.copy()
    asked["start"] = str(start + PAGE)
    return render(
        request,
        "agencies/index.html",
        {
            "rows": rows[start : start + PAGE],
            "total": len(rows),
            "next_url": f"?{asked.urlencode()}" if len(rows) > start + PAGE else "",
            "columns": columns("履职身份", "监管上级", "行政隶属", "下级#", *(f"{face}#" for face in FACES)),
            "levels": [
                {"value": value, "label": label, "selected": request.GET.get("level") == value}
                for value, label in CapacityLevel.choices
            ],
            "depths": [{"value": "all", "label": "全部下级", "selected": request.GET.get("depth") == "all"}],
            "export_url": f"{reverse('agencies-export')}?{request.GET.urlencode()}",
            "today": clock.today(),
            "breadcrumbs": [{"label": "机构"}],
        },
    )


@require_safe
@page(Permission.AGENCY_READ)
def export(request: StaffRequest) -> HttpResponse:
    """What the tree shows, as CSV."""
    return csv_response("机构", ["履职身份", "机构", "监管上级", "行政隶属", *FACES], _export_rows(request))


@require_safe
@page(Permission.AGENCY_READ)
def agency(request: StaffRequest, slug: str) -> HttpResponse:
    """One agency: names and codes through time, administration beside supervision, posts, what it owes today."""
    today, scope = clock.today(), request.actor.scope
    try:
        found = queries.dossier(scope, slug)
    except Agency.DoesNotExist:
        raise Http404 from None
    mine = [one for one in found.capacities if one.pk in scope]
    ids = frozenset(one.pk for one in mine)
    owed = duties.rows(scope, duties.day(today), capacity_ids=ids) if _may_see(request) else []
    return render(
        request,
        "agencies/agency.html",
        {
            "found": found,
            "parent": found.parent(today),
            "code": next((code.code for code in found.codes if today in code.valid), None),
            "notes": queries.article_17(found, today),
            "capacities": [
                {
                    "capacity": one,
                    "superior": found.superior(one.pk, today),
                    "visible": one.pk in scope,
                    "counts": Counter(row.state for row in owed if row.capacity_id == one.pk).most_common(),
                }
                for one in found.capacities
            ],
            "posts": [post for post in people.posts(scope, on=today) if post.capacity_id in ids],
            "owed": duties.by_urgency(owed)[:PAGE],
            "capacity_columns": columns("履职身份", "依据", "监管上级", "行政隶属", "自", "今天"),
            "post_columns": columns("岗位", "履职身份", "专职", "任职人员"),
            "dated_columns": columns("内容", "自", "至", "依据"),
            "duty_columns": columns("条款", "职责", "履职身份", "应做#", "已做#", "状态"),
            "today": today,
            "breadcrumbs": [{"label": "机构", "url": reverse("agencies")}, {"label": found.agency.short}],
        },
    )


@require_safe
@page(Permission.AGENCY_READ)
def capacity(request: StaffRequest, key: str) -> HttpResponse:
    """One capacity: its ledger for a period, a year of one norm, its subordinates."""
    today, scope = clock.today(), request.actor.scope
    try:
        found = queries.capacity(scope, key)
    except Capacity.DoesNotExist:
        raise Http404 from None
    period = shown(request.GET, today)
    state, norm = request.GET.get("state", ""), request.GET.get("norm", "")
    kept = {name: value for name, value in (("state", state), ("norm", norm)) if value}
    every = duties.rows(scope, period, capacity_ids=frozenset({found.pk})) if _may_see(request) else []
    rows = [row for row in every if not state or row.state == state]
    start = start_of(request.GET)
    asked = request.GET.copy()
    asked["start"] = str(start + PAGE)
    below = queries.subordinates(scope, found.pk, today)
    counts = duties.counts_by_capacity(scope, duties.day(today)) if below and _may_see(request) else {}
    return render(
        request,
        "agencies/capacity.html",
        {
            "found": found,
            "period": period,
            "picker": period.picker(kept, today),
            "kept": kept,
            "counts": Counter(row.state for row in every).most_common(),
            "rows": rows[start : start + PAGE],
            "total": len(rows),
            "next_url": f"?{asked.urlencode()}" if len(rows) > start + PAGE else "",
            "columns": columns("条款", "职责", "期间", "应做#", "已做#", "状态", "理由"),
            "states": [{"value": word, "label": word, "selected": word == state} for word in duties.WORDS],
            "norms": sorted({(row.norm_key, row.title) for row in every}),
            "year": _year(request, found, norm or (every[0].norm_key if every else ""), period, today),
            "below": [{"capacity": one, "faces": _faces(counts, one.pk)} for one in below],
            "below_columns": columns("下级", "层级", *(f"{face}#" for face in FACES)),
            "breadcrumbs": [
                {"label": "机构", "url": reverse("agencies")},
                {"label": found.agency.short, "url": reverse("agency", args=[found.agency.slug])},
                {"label": found.title},
            ],
        },
    )


def _year(request: StaffRequest, found: Capacity, norm: str, period: Shown, today: dt.date) -> dict[str, Any] | None:
    """A year of one norm as a calendar."""
    if not norm or not _may_see(request):
        return None
    return years.year_of(request.actor.scope, found, norm, period.first.year, today)
