"""Proof (证明): number → sentence → rows → evidence → parameter version → events; in the drawer or as a page."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.people.permissions import Permission
from jianguan.kit import clock
from jianguan.web import duties
from jianguan.web.agencies import queries as agencies
from jianguan.web.asked import day_of
from jianguan.web.page import StaffRequest, page
from jianguan.web.period import shown
from jianguan.web.provisions import evidence
from jianguan.web.records import SHOWN, records
from jianguan.web.rules.tabs import columns


def _capacity(request: StaffRequest, key: str) -> Capacity:
    try:
        return agencies.capacity(request.actor.scope, key)
    except Capacity.DoesNotExist:
        raise Http404 from None


@require_safe
@page(Permission.LEDGER_READ)
def one(request: StaffRequest, norm: str, capacity: str, first: str) -> HttpResponse:
    """One ledger row: a norm of a capacity in the period that begins on ``first``."""
    bearer, begins = _capacity(request, capacity), day_of(first)
    if begins is None:
        raise Http404
    try:
        found = duties.rows(request.actor.scope, duties.day(begins), capacity_ids=frozenset({bearer.pk}), norm_key=norm)
    except ValueError:  # before the regulation came into force
        raise Http404 from None
    row = next((row for row in found if row.first == begins), None)
    if row is None:
        raise Http404
    return _answer(request, _context(request, row, bearer), "provisions/proof.html")


@require_safe
@page(Permission.LEDGER_READ)
def cell(request: StaffRequest, item: str, capacity: str) -> HttpResponse:
    """A cell of the heat map: every row of a provision and capacity in a period; a single one is shown itself."""
    bearer, period = _capacity(request, capacity), shown(request.GET, clock.today())
    found = duties.by_urgency(
        duties.rows(request.actor.scope, period, capacity_ids=frozenset({bearer.pk}), provision=item)
    )
    if not found:
        raise Http404
    if len(found) == 1:
        return _answer(request, _context(request, found[0], bearer), "provisions/proof.html")
    counts = {word: sum(row.state == word for row in found) for word in {row.state for row in found}}
    context = {
        "title": f"{bearer.title} · 条款{item}",
        "item": item,
        "period": period,
        "worst": found[0],
        "counts": duties.worst_first(counts),
        "rows": found[:100],
        "total": len(found),
        "url": f"{request.path}?{request.GET.urlencode()}",
        "columns": columns("期间", "职责", "应做#", "已做#", "状态"),
    }
    return _answer(request, context, "provisions/proof_cell.html")


def _context(request: StaffRequest, row: duties.Duty, bearer: Capacity) -> dict[str, Any]:
    """Everything a proof shows."""
    row = duties.with_steps([row], request.actor)[0]
    counted = row.proof.get("records", [])
    refs = evidence.with_reviews(request.actor.scope, request.actor.person_id, counted)
    task = row.proof.get("task")
    own = bearer.pk == request.actor.capacity_id and row.state in {"待履行", "未定期限"}
    return {
        "row": row,
        "title": f"{bearer.title} · {row.title} · {row.label}",
        "figure": f"{row.done} / {'？' if row.required is None else row.required}" if row.done is not None else "",
        "parameter": "；".join(evidence.parameters(dict(row.proof.get("parameters", {})))),
        "looked": evidence.looked(request.actor.scope, counted),
        "records": records(refs),
        "more": max(len(refs) - SHOWN, 0),
        "events": evidence.events(request.actor.scope, [*([task] if task else []), *refs[:SHOWN]]),
        "may_audit": request.actor.may(Permission.AUDIT_READ),
        "task": task,
        "reading": row.proof.get("reading"),
        "step": row.step if own else None,
        "columns": columns("记录", "时间", "经办或来源", "情况"),
        "url": row.proof_url,
    }


def _answer(request: StaffRequest, context: dict[str, Any], part: str) -> HttpResponse:
    """The drawer's content for htmx, the same inside a page for everybody else."""
    if request.headers.get("HX-Request"):
        return render(request, part, context)
    crumbs = [{"label": "条款履职", "url": reverse("provisions")}, {"label": "证明"}]
    return render(request, "provisions/proof_page.html", context | {"part": part, "breadcrumbs": crumbs})
