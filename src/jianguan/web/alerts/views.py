"""Alerts (预警): the list with filters, one alert with its grounds, and signing for it (签收)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from jianguan.backbone.alerts import actions, queries
from jianguan.backbone.alerts.models import Alert, AlertKind, Severity
from jianguan.backbone.alerts.queries import STATES, AlertFilter
from jianguan.backbone.alerts.rules import SHORTEST_NOTE
from jianguan.backbone.people.permissions import Permission
from jianguan.kit import clock
from jianguan.web.alerts.leads import lead_of
from jianguan.web.asked import day_of, number_of
from jianguan.web.page import StaffRequest, page
from jianguan.web.rules.tabs import columns
from jianguan.web.spreadsheet import csv_response

PAGE = 50
EXPORTED = 10_000
SEVERITY_TONES = {Severity.SEVERE: "bad", Severity.WARN: "warn", Severity.WATCH: "neutral"}
STATE_TONES = {"open": "warn", "received": "info", "settled": "neutral"}


def _wanted(request: HttpRequest) -> AlertFilter:
    asked = request.GET
    return AlertFilter(
        kind=asked.get("kind", "")[:40],
        severity=asked.get("severity", "")[:10],
        state=asked.get("state", ""),
        words=asked.get("q", "").strip()[:60],
        day=day_of(asked.get("day")),
    )


def _row(one: Alert, request: StaffRequest) -> dict[str, Any]:
    state = queries.state_of(one)
    return {
        "one": one,
        "state": STATES[state],
        "state_tone": STATE_TONES[state],
        "severity_tone": SEVERITY_TONES.get(Severity(one.severity), "neutral"),
        "lead": lead_of(one, request.actor),
        "may_receive": state != "received"
        and not hasattr(one, "receipt")
        and one.capacity_id == request.actor.capacity_id
        and request.actor.may(Permission.ALERT_RECEIVE),
    }


def _options(pairs: Any, chosen: str) -> list[dict[str, Any]]:
    return [{"value": value, "label": label, "selected": value == chosen} for value, label in pairs]


@require_safe
@page(Permission.ALERT_READ)
def listing(request: StaffRequest) -> HttpResponse:
    """The alerts in scope, newest first, by key pages."""
    wanted = _wanted(request)
    found = queries.alerts(request.actor.scope, wanted)
    if (last := number_of(request.GET.get("before"))) is not None:
        found = found.filter(pk__lt=last)
    rows = list(found[: PAGE + 1])
    more, rows = len(rows) > PAGE, rows[:PAGE]
    asked = request.GET.copy()
    asked.pop("before", None)
    export_url = f"{reverse('alerts-export')}?{asked.urlencode()}"
    if more:
        asked["before"] = str(rows[-1].pk)
    return render(
        request,
        "alerts/list.html",
        {
            "rows": [_row(one, request) for one in rows],
            "columns": columns("发出时间", "程度", "种类", "情况", "单位", "状态"),
            "kinds": _options(AlertKind.choices, wanted.kind),
            "severities": _options(Severity.choices, wanted.severity),
            "states": _options(STATES.items(), wanted.state),
            "words": wanted.words,
            "day": wanted.day,
            "narrowed": any((wanted.kind, wanted.severity, wanted.state, wanted.words, wanted.day)),
            "waiting": queries.open_count(request.actor.scope, request.actor.capacity_id),
            "as_of": clock.now(),
            "next_url": f"?{asked.urlencode()}" if more else "",
            "export_url": export_url,
            "breadcrumbs": [{"label": "预警"}],
        },
    )


@require_safe
@page(Permission.ALERT_READ)
def export(request: StaffRequest) -> HttpResponse:
    """What the list shows, as CSV; at most the newest ten thousand."""
    found = queries.alerts(request.actor.scope, _wanted(request))[:EXPORTED]
    head = ("发出时间", "程度", "种类", "条款", "所涉日期", "情况", "单位", "状态", "签收时间", "处理意见", "消除说明")
    rows = (
        (
            one.raised_at.astimezone(clock.CHINA).isoformat(timespec="seconds"),
            one.get_severity_display(),
            one.kind_title,
            one.provision,
            one.day,
            one.text,
            one.capacity.title,
            STATES[queries.state_of(one)],
            one.receipt.received_at.astimezone(clock.CHINA).isoformat(timespec="seconds")
            if hasattr(one, "receipt")
            else "",
            one.receipt.note if hasattr(one, "receipt") else "",
            one.settlement.text if hasattr(one, "settlement") else "",
        )
        for one in found.iterator()
    )
    return csv_response("预警", head, rows)


def _found(request: StaffRequest, number: int) -> Alert:
    try:
        return queries.alert(request.actor.scope, number)
    except Alert.DoesNotExist:
        raise Http404("没有这条预警") from None


def _shown(request: StaffRequest, one: Alert, **more: Any) -> dict[str, Any]:
    return {
        **_row(one, request),
        "details": one.details.items(),
        "receipt": getattr(one, "receipt", None),
        "settlement": getattr(one, "settlement", None),
        "note_min": SHORTEST_NOTE,
        "may_open_case": request.actor.may(Permission.CASE_ISSUE) and one.capacity_id in request.actor.scope,
        "breadcrumbs": [{"label": "预警", "url": reverse("alerts")}, {"label": f"第 {one.pk} 号"}],
        **more,
    }


@require_safe
@page(Permission.ALERT_READ)
def show(request: StaffRequest, number: int) -> HttpResponse:
    """One alert: what is suspected, on what grounds, who took notice, what became of it."""
    return render(request, "alerts/show.html", _shown(request, _found(request, number)))


@require_POST
@page(Permission.ALERT_RECEIVE)
def receive(request: StaffRequest, number: int) -> HttpResponse:
    """Sign for an alert of the capacity acted in."""
    one = _found(request, number)
    try:
        actions.receive(by=request.actor, alert=one, note=request.POST.get("note", ""))
    except actions.AlertRefused as refused:
        return render(request, "alerts/show.html", _shown(request, one, problem=str(refused)), status=422)
    messages.success(request, "已签收。")
    return redirect("alert", number)
