"""Provisions × agencies (条款履职): the heat map, the same as a table of rows, and both as CSV."""

from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from jianguan.backbone.agencies.models import CapacityLevel
from jianguan.backbone.agencies.queries import Branch
from jianguan.backbone.people.permissions import Permission
from jianguan.kit import clock
from jianguan.web import duties
from jianguan.web.agencies import queries as agencies
from jianguan.web.asked import start_of
from jianguan.web.page import StaffRequest, page
from jianguan.web.period import Shown, shown
from jianguan.web.provisions import queries
from jianguan.web.rules.tabs import columns
from jianguan.web.spreadsheet import csv_response

PAGE = 100
LONG_NAMES = 10
"""Characters of an agency's name above a column; the rest is in its title."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the filters ask for."""

    period: Shown
    chapter: str
    level: str
    state: str
    under: str
    text: str

    def query(self, **changes: str) -> str:
        """The query string of these filters, with some changed."""
        given = self.period.query() | {
            "chapter": self.chapter,
            "level": self.level,
            "state": self.state,
            "under": self.under,
            "q": self.text,
        }
        return urlencode({name: value for name, value in (given | changes).items() if value})

    def kept(self) -> dict[str, str]:
        """The filters without the period."""
        return {
            name: value
            for name, value in (
                ("chapter", self.chapter),
                ("level", self.level),
                ("state", self.state),
                ("under", self.under),
                ("q", self.text),
            )
            if value
        }


def _wanted(request: StaffRequest) -> Wanted:
    asked = request.GET
    return Wanted(
        shown(asked, clock.today()),
        asked.get("chapter", "")[:100],
        asked.get("level", "")[:20],
        asked.get("state", "")[:10],
        asked.get("under", "")[:80],
        asked.get("q", "").strip()[:40],
    )


def _columns(branches: list[Branch], wanted: Wanted, own: int) -> list[Branch]:
    """The capacities shown: one and its direct subordinates, one level of its subtree, or all of it."""
    top = next((one for one in branches if one.capacity.key == wanted.under), None)
    root = top or next((one for one in branches if one.capacity.pk == own), None)
    if root is None:
        return branches
    inside = {root.capacity.pk}
    below = []
    for one in branches:  # depth first: a superior comes before those below it
        if one.superior_id in inside or one is root:
            inside.add(one.capacity.pk)
            below.append(one)
    if wanted.level == "all":
        return below
    if wanted.level:
        return [one for one in below if one.capacity.level == wanted.level]
    return [one for one in below if one is root or one.superior_id == root.capacity.pk]


@require_safe
@page(Permission.LEDGER_READ)
def show(request: StaffRequest) -> HttpResponse:
    """The heat map."""
    wanted, scope, today = _wanted(request), request.actor.scope, clock.today()
    branches = agencies.branches(scope, today)
    shown_columns = _columns(branches, wanted, request.actor.capacity_id)
    cells = duties.heat(scope, wanted.period)
    ids = [one.capacity.pk for one in shown_columns]
    every = queries.provisions()
    suffix = urlencode(wanted.period.query())
    keys = {one.capacity.pk: one.capacity.key for one in shown_columns}
    names = _names(shown_columns)
    rows, totals = [], Counter[str]()
    for provision in every:
        if (wanted.chapter and provision.chapter != wanted.chapter) or wanted.text not in (
            f"{provision.item} {provision.text}"
        ):
            continue
        line = [cells.get((provision.item, pk)) for pk in ids]
        if not any(line) or (wanted.state and not any(cell and cell.counts[wanted.state] for cell in line)):
            continue
        for cell in line:
            totals.update(cell.counts if cell else {})
        rows.append(
            {
                "group": provision.chapter,
                "label": provision.item,
                "text": provision.text[:60],
                "url": reverse("provision", args=[provision.item]),
                "cells": [
                    cell
                    and {
                        "state": cell.state,
                        "why": "，".join(f"{word} {count}" for word, count in duties.worst_first(cell.counts)),
                        "url": f"{reverse('proof-cell', args=[provision.item, keys[pk]])}?{suffix}",
                    }
                    for pk, cell in zip(ids, line, strict=True)
                ],
            }
        )
    return render(
        request,
        "provisions/heat.html",
        {
            "wanted": wanted,
            "picker": wanted.period.picker(wanted.kept(), today),
            "kept": wanted.kept(),
            "rows": rows,
            "columns": [
                {
                    "label": names[one.capacity.pk],
                    "url": reverse("capacity", args=[one.capacity.key]),
                    "hint": f"{one.capacity.title}（{one.capacity.agency.name}）",
                }
                for one in shown_columns
            ],
            "totals": [
                {"word": word, "count": count, "url": f"{reverse('provisions-rows')}?{wanted.query(state=word)}"}
                for word, count in duties.worst_first(totals)
            ],
            "as_of": clock.now(),
            "wall": "wall" in request.GET,
            "wall_url": f"?{wanted.query()}{'' if 'wall' in request.GET else '&wall=1'}",
            "breadcrumbs": [{"label": "条款履职"}],
            **_filters(wanted, branches, [one.chapter for one in every]),
            **_links(wanted, "provisions"),
        },
    )


def _names(shown_columns: list[Branch]) -> dict[int, str]:
    """Short names by capacity; an agency that stands there in two capacities has the level added."""
    times = Counter(one.capacity.agency_id for one in shown_columns)
    return {
        one.capacity.pk: (one.capacity.title if times[one.capacity.agency_id] > 1 else one.capacity.agency.short)[
            :LONG_NAMES
        ]
        for one in shown_columns
    }


def _filters(wanted: Wanted, branches: list[Branch], chapters: list[str]) -> dict[str, Any]:
    """Options of the filter bar."""
    present = {one.capacity.level for one in branches}
    parents = {one.superior_id for one in branches}
    return {
        "chapters": [
            {"value": name, "label": name, "selected": name == wanted.chapter}
            for name in dict.fromkeys(chapters)
            if name
        ],
        "levels": [
            *(
                {"value": value, "label": label, "selected": value == wanted.level}
                for value, label in CapacityLevel.choices
                if value in present
            ),
            {"value": "all", "label": "全部下级", "selected": wanted.level == "all"},
        ],
        "states": [{"value": word, "label": word, "selected": word == wanted.state} for word in duties.WORDS],
        "unders": [
            {"value": one.capacity.key, "label": one.capacity.title, "selected": one.capacity.key == wanted.under}
            for one in branches
            if one.capacity.pk in parents
        ],
    }


def _links(wanted: Wanted, active: str) -> dict[str, Any]:
    """The two views of the same figures, and the download."""
    query = wanted.query()
    return {
        "tabs": [
            {"label": label, "url": f"{reverse(name)}?{query}", "active": name == active, "count": None}
            for name, label in (("provisions", "热力图"), ("provisions-rows", "逐项"))
        ],
        "export_url": f"{reverse('provisions-export')}?{query}",
    }


def _rows(request: StaffRequest, wanted: Wanted) -> list[duties.Duty]:
    """The ledger rows that match the filters, the worst first."""
    scope, today = request.actor.scope, clock.today()
    shown_columns = _columns(agencies.branches(scope, today), wanted, request.actor.capacity_id)
    ids = frozenset(one.capacity.pk for one in shown_columns)
    chapters = {one.item: (one.chapter, one.text) for one in queries.provisions()}
    return duties.by_urgency(
        [
            row
            for row in duties.rows(scope, wanted.period, capacity_ids=ids)
            if (not wanted.state or row.state == wanted.state)
            and (not wanted.chapter or chapters.get(row.provision, ("", ""))[0] == wanted.chapter)
            and wanted.text in f"{row.provision} {chapters.get(row.provision, ('', ''))[1]}{row.title}"
        ]
    )


@require_safe
@page(Permission.LEDGER_READ)
def rows(request: StaffRequest) -> HttpResponse:
    """The same figures row by row."""
    wanted, today = _wanted(request), clock.today()
    found = _rows(request, wanted)
    start = start_of(request.GET)
    chapters = [one.chapter for one in queries.provisions()]
    return render(
        request,
        "provisions/rows.html",
        {
            "wanted": wanted,
            "picker": wanted.period.picker(wanted.kept(), today),
            "kept": wanted.kept(),
            "rows": found[start : start + PAGE],
            "total": len(found),
            "next_url": f"?{wanted.query(start=str(start + PAGE))}" if len(found) > start + PAGE else "",
            "prev_url": f"?{wanted.query(start=str(max(start - PAGE, 0)))}" if start else "",
            "columns": columns("条款", "职责", "单位", "期间", "应做#", "已做#", "状态", "理由"),
            "as_of": clock.now(),
            "breadcrumbs": [{"label": "条款履职", "url": reverse("provisions")}, {"label": "逐项"}],
            **_filters(wanted, agencies.branches(request.actor.scope, today), chapters),
            **_links(wanted, "provisions-rows"),
        },
    )


@require_safe
@page(Permission.LEDGER_READ)
def export(request: StaffRequest) -> HttpResponse:
    """The rows as CSV."""
    wanted = _wanted(request)
    return csv_response(
        f"履职台账 {wanted.period.label}",
        ["条款", "规范要素", "职责", "单位", "期间起", "期间止", "应做", "已做", "状态", "理由"],
        (
            (
                row.provision,
                row.norm_key,
                row.title,
                row.capacity_title,
                row.first,
                row.last,
                row.required,
                row.done,
                row.state,
                row.reason,
            )
            for row in _rows(request, wanted)
        ),
    )
