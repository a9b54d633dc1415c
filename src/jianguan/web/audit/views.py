"""Audit (审计): search the events, see one with its place in the signed log, verify the log."""

import csv
import io
import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from jianguan.backbone.audit import actions, queries
from jianguan.backbone.audit.events import TITLES, EventKind
from jianguan.backbone.audit.models import Event
from jianguan.backbone.audit.queries import EventFilter
from jianguan.backbone.people.permissions import Permission
from jianguan.web.asked import day_of
from jianguan.web.page import StaffRequest, page

PAGE = 50
EXPORT_LIMIT = 10_000
COLUMNS = [{"label": label} for label in ("时间", "事件", "人员", "岗位与身份", "对象", "依据", "理由", "日志位置")]


def _wanted(request: HttpRequest) -> EventFilter:
    asked = request.GET
    return EventFilter(
        text=asked.get("q", "").strip()[:60],
        kind=asked.get("kind", ""),
        object_type=asked.get("type", "")[:60],
        object_id=asked.get("id", "")[:60],
        first=day_of(asked.get("from")),
        last=day_of(asked.get("to")),
    )


def _before(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.GET.get("before", ""))
    except ValueError:
        return None


def _title(event: Event) -> str:
    try:
        return TITLES[EventKind(event.kind)]
    except ValueError:
        return event.kind


@require_safe
@page(Permission.AUDIT_READ)
def events(request: StaffRequest) -> HttpResponse:
    """The events in scope, newest first, by key pages."""
    found = queries.search(request.actor.scope, _wanted(request), before=_before(request), limit=PAGE)
    more, shown = len(found) > PAGE, found[:PAGE]
    asked = request.GET.copy()
    asked.pop("before", None)
    export_url = f"{reverse('audit-export')}?{asked.urlencode()}"
    if more:
        asked["before"] = str(shown[-1].pk)
    return render(
        request,
        "audit/events.html",
        {
            "rows": [{"event": event, "title": _title(event)} for event in shown],
            "columns": COLUMNS,
            "kinds": [
                {"value": kind.value, "label": title, "selected": request.GET.get("kind") == kind.value}
                for kind, title in TITLES.items()
            ],
            "next_url": f"?{asked.urlencode()}" if more else "",
            "export_url": export_url,
            "checkpoint": queries.newest_checkpoint(),
            "breadcrumbs": [{"label": "审计"}],
        },
    )


@require_safe
@page(Permission.AUDIT_READ)
def event(request: StaffRequest, event_id: uuid.UUID) -> HttpResponse:
    """One event, with its hashes and the checkpoint that vouches for it; 404 out of scope."""
    try:
        found = queries.event(request.actor.scope, event_id)
    except Event.DoesNotExist:
        raise Http404 from None
    leaf = getattr(found, "leaf", None)
    return render(
        request,
        "audit/event.html",
        {
            "event": found,
            "title": _title(found),
            "leaf": leaf,
            "checkpoint": queries.covering(leaf.index) if leaf else None,
            "details": sorted(found.details.items()),
            "story": [
                {"event": one, "title": _title(one)}
                for one in queries.of_object(request.actor.scope, found.object_type, found.object_id)
            ]
            if found.object_id
            else [],
            "breadcrumbs": [{"label": "审计", "url": reverse("audit")}, {"label": "事件"}],
        },
    )


@page(Permission.AUDIT_VERIFY)
def verify(request: StaffRequest) -> HttpResponse:
    """POST: export the log as it stands and verify it as an outsider would; the verification is itself an event."""
    outcome = None
    if request.method == "POST":
        outcome = queries.verify()
        actions.record(
            kind=EventKind.LOG_VERIFIED,
            by=request.actor,
            object_type="log",
            details={"ok": outcome.ok, "entries": outcome.entries, "checkpoints": outcome.checkpoints},
        )
    context = {
        "outcome": outcome,
        "checkpoint": queries.newest_checkpoint(),
        "breadcrumbs": [{"label": "审计", "url": reverse("audit")}, {"label": "核验"}],
    }
    return render(request, "audit/verify.html", context)


@require_safe
@page(Permission.AUDIT_READ)
def export(request: StaffRequest) -> HttpResponse:
    """What the list shows, as CSV with a byte order mark for Excel; at most the newest ten thousand rows."""
    found = queries.search(request.actor.scope, _wanted(request), limit=EXPORT_LIMIT)[:EXPORT_LIMIT]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["时间", "事件", "人员", "岗位", "履职身份", "对象类型", "对象编号", "依据", "理由", "事件编号"])
    for one in found:
        row = [
            one.at.astimezone().isoformat(timespec="seconds"),
            _title(one),
            one.person_name,
            one.post_title,
            one.capacity_name,
            one.object_type,
            one.object_id,
            one.norm,
            one.reason,
            str(one.pk),
        ]
        # A cell that a spreadsheet would take for a formula is made text.
        writer.writerow([f"'{cell}" if cell[:1] in "=+-@\t\r" and cell else cell for cell in row])
    actions.record(
        kind=EventKind.LOG_EXPORTED,
        by=request.actor,
        object_type="log",
        details={"rows": len(found), "filter": request.GET.urlencode()},
    )
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = "attachment; filename*=UTF-8''%E4%BA%8B%E4%BB%B6.csv"
    return response
