"""Statistics of cases (统计): opened, closed, in time, returned, overdue by unit, kind or month; no data is no zero."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.cases import queries
from jianguan.backbone.cases.rules import KINDS
from jianguan.backbone.people.permissions import Permission
from jianguan.engines.calendar.workdays import add_months
from jianguan.kit import clock
from jianguan.web.asked import day_of
from jianguan.web.cases.lists import tabs
from jianguan.web.page import StaffRequest, page
from jianguan.web.rules.tabs import columns
from jianguan.web.spreadsheet import csv_response

GROUPS = {"unit": "承办单位", "kind": "种类", "month": "月份"}
COUNTED = ("opened", "closed", "on_time", "late", "returned", "overdue")
HEAD = ("立项", "已办结", "按期", "超期办结", "按期率", "被退回", "现已超期")
MARKS = {"on_time": "on-time", "late": "late", "returned": "returned", "overdue": "overdue"}
MONTHS = 6


def _figures(request: StaffRequest) -> tuple[str, dt.date, dt.date, list[dict[str, Any]]]:
    group = request.GET.get("by", "unit")
    group = group if group in GROUPS else "unit"
    today = clock.today()
    until = day_of(request.GET.get("until")) or today
    since = day_of(request.GET.get("since")) or add_months(until.replace(day=1), 1 - MONTHS)
    rows = queries.statistics(request.actor.scope, since, until, group)
    titles = {str(one.pk): one.title for one in Capacity.objects.select_related("agency")} if group == "unit" else {}
    for row in rows:
        row["label"] = titles.get(row["name"]) or (KINDS[row["name"]].word if group == "kind" else row["name"])
        row["cells"] = _cells(row, _narrowed(group, row["name"], since, until))
    return group, since, until, rows


def _narrowed(group: str, name: str, since: dt.date, until: dt.date) -> dict[str, str]:
    """What the list of all cases is asked, to show the rows of a line."""
    asked = {"since": since.isoformat(), "until": until.isoformat()}
    if group == "month":
        first = dt.date.fromisoformat(f"{name}-01")
        last = add_months(first, 1) - dt.timedelta(days=1)
        return {"since": max(since, first).isoformat(), "until": min(until, last).isoformat()}
    return asked | ({group: name} if group else {})


def _cells(row: dict[str, Any], asked: dict[str, str]) -> list[dict[str, Any]]:
    """The figures of a line, each with the address of its rows."""
    stem = reverse("cases-all")
    cells = []
    for label, key in zip(HEAD, (*COUNTED[:4], None, *COUNTED[4:]), strict=True):
        if key is None:
            timed = row["on_time"] + row["late"]
            cells.append({"label": label, "value": None, "share": row["on_time"] / timed if timed else None})
            continue
        more = {"state": "closed"} if key == "closed" else {"mark": MARKS[key]} if key in MARKS else {}
        cells.append({"label": label, "value": row[key], "url": f"{stem}?{urlencode(asked | more)}", "key": key})
    return cells


@require_safe
@page(Permission.CASE_READ)
def figures(request: StaffRequest) -> HttpResponse:
    """Figures of the cases opened in a span."""
    group, since, until, rows = _figures(request)
    total = {key: sum(row[key] for row in rows) for key in COUNTED}
    asked = request.GET.copy()
    groups = []
    for key, label in GROUPS.items():
        asked["by"] = key
        groups.append({"label": f"按{label}", "url": f"?{asked.urlencode()}", "active": key == group})
    asked["by"] = group
    return render(
        request,
        "cases/figures.html",
        {
            "tabs": tabs("cases-figures", request.actor),
            "groups": groups,
            "group": group,
            "word": GROUPS[group],
            "rows": rows,
            "total": _cells(total, _narrowed("", "", since, until)) if len(rows) > 1 else [],
            "columns": columns(GROUPS[group], *(f"{one}#" for one in HEAD)),
            "since": since,
            "until": until,
            "export_url": f"{reverse('cases-figures-export')}?{asked.urlencode()}",
            "as_of": clock.now(),
            "breadcrumbs": [{"label": "事项", "url": reverse("cases")}, {"label": "统计"}],
        },
    )


@require_safe
@page(Permission.CASE_READ)
def export(request: StaffRequest) -> HttpResponse:
    """The figures shown, as CSV."""
    group, _, _, rows = _figures(request)
    return csv_response(
        "事项统计",
        (GROUPS[group], *HEAD),
        (
            (
                row["label"],
                *(
                    cell["value"] if cell["value"] is not None
                    else "无数据" if cell["share"] is None else f"{cell['share']:.1%}"
                    for cell in row["cells"]
                ),
            )
            for row in rows
        ),
    )  # fmt: skip
