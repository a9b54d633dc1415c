"""The overdue board (超期看板): which unit is stuck with what, since when, what the ladder did. To be printed."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from jianguan.backbone.cases import queries
from jianguan.backbone.cases.rules import Rung
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.rules.queries import working_calendar
from jianguan.kit import clock
from jianguan.web.asked import number_of
from jianguan.web.cases.lists import tabs
from jianguan.web.cases.looks import RUNG_TONES, options, row
from jianguan.web.page import StaffRequest, page
from jianguan.web.people.forms import seats
from jianguan.web.rules.tabs import columns
from jianguan.web.spreadsheet import csv_response

SHOWN = 1000
HEAD = (
    "卡在",
    "编号",
    "种类",
    "标题",
    "承办单位",
    "交办单位",
    "哪个期限",
    "期限",
    "超期工作日",
    "状态",
    "已到",
    "督办",
)


def _rows(request: StaffRequest) -> list[dict[str, Any]]:
    by, now, calendar = request.actor, clock.now(), working_calendar()
    found = queries.overdue(by.scope, unit=number_of(request.GET.get("unit")))[:SHOWN]
    return [
        row(one, calendar, now, by.capacity_id)
        | {"rung": Rung(one.rung).word if one.rung else "", "rung_tone": RUNG_TONES[Rung(one.rung)] if one.rung else ""}
        for one in found
    ]


@require_safe
@page(Permission.CASE_READ)
def board(request: StaffRequest) -> HttpResponse:
    """Overdue cases by the unit that must act, the worst unit first."""
    rows = _rows(request)
    units: dict[int, dict[str, Any]] = {}
    for one in rows:
        unit = units.setdefault(one["turn"].pk, {"unit": one["turn"], "rows": [], "worst": 0, "listed": 0})
        unit["rows"].append(one)
        unit["worst"] = max(unit["worst"], one["clock"]["days"])
        unit["listed"] += bool(one["supervision"])
    asked = request.GET.urlencode()
    return render(
        request,
        "cases/overdue.html",
        {
            "tabs": tabs("cases-overdue", request.actor),
            "groups": sorted(units.values(), key=lambda unit: (-unit["worst"], -len(unit["rows"]))),
            "total": len(rows),
            "worst": max((one["clock"]["days"] for one in rows), default=0),
            "own": sum(one["mine"] for one in rows),
            "capped": len(rows) == SHOWN,
            "columns": columns("编号", "标题", "承办单位", "期限", "超期工作日#", "状态", "已到"),
            "units": options(seats(request.actor.scope.capacity_ids), number_of(request.GET.get("unit"))),
            "export_url": f"{reverse('cases-overdue-export')}?{asked}",
            "as_of": clock.now(),
            "breadcrumbs": [{"label": "事项", "url": reverse("cases")}, {"label": "超期看板"}],
        },
    )


@require_safe
@page(Permission.CASE_READ)
def export(request: StaffRequest) -> HttpResponse:
    """The board as CSV."""
    return csv_response(
        "超期事项",
        HEAD,
        (
            (
                one["turn"].title,
                one["one"].number,
                one["kind"],
                one["one"].title,
                one["one"].handler.title,
                one["one"].issuer.title,
                one["term"],
                one["clock"]["last_day"],
                one["clock"]["days"],
                one["state"],
                one["rung"],
                one["supervision"],
            )
            for one in _rows(request)
        ),
    )
