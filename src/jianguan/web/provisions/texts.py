"""The text of the regulation, and one provision with its norms, numbers, bearers and how each does."""

import datetime as dt
from collections import Counter
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.rules.models import Norm, Provision
from jianguan.engines.regulation.report import DEFECT_NAMES
from jianguan.kit import clock
from jianguan.web import duties
from jianguan.web.asked import number_of, start_of
from jianguan.web.page import StaffRequest, page
from jianguan.web.period import Shown, shown
from jianguan.web.provisions import queries
from jianguan.web.provisions.marking import pieces
from jianguan.web.rules import book
from jianguan.web.rules.tabs import columns

PAGE = 60


@require_safe
@page(Permission.RULE_READ)
def index(request: StaffRequest) -> HttpResponse:
    """The whole text, item by item."""
    chapter, text = request.GET.get("chapter", ""), request.GET.get("q", "").strip()[:40]
    every = queries.provisions()
    norms = Counter(Norm.objects.filter(valid__contains=clock.today()).values_list("provision_id", flat=True))
    return render(
        request,
        "provisions/text.html",
        {
            "version": every[0].version if every else None,
            "rows": [
                {"provision": one, "norms": norms[one.pk]}
                for one in every
                if (not chapter or one.chapter == chapter) and text in f"{one.item} {one.text}"
            ],
            "chapters": [
                {"value": name, "label": name, "selected": name == chapter}
                for name in dict.fromkeys(one.chapter for one in every)
            ],
            "columns": columns("条款", "章", "原文", "规范要素#", "文本缺陷#"),
            "breadcrumbs": [{"label": "条款履职", "url": reverse("provisions")}, {"label": "条文"}],
        },
    )


@require_safe
@page(Permission.RULE_READ)
def show(request: StaffRequest, item: str) -> HttpResponse:
    """One provision."""
    try:
        found = queries.provision(item)
    except Provision.DoesNotExist:
        return _article(item)
    today = clock.today()
    month = Shown("span", shown({"period": "month"}, today).first, today)
    may_see = request.actor.may(Permission.LEDGER_READ)
    rows = duties.rows(request.actor.scope, month, provision=item) if may_see else []
    lines = _by_bearer(rows, today)
    start = start_of(request.GET)
    before, after = queries.neighbours(found.order)
    defects = _defects(found)
    return render(
        request,
        "provisions/provision.html",
        {
            "provision": found,
            "pieces": pieces(found.text, [one["quote"] for one in defects]),
            "defects": defects,
            "readings": queries.readings(found.pk, today),
            "before": before,
            "after": after,
            "duties": lines[start : start + PAGE],
            "next_url": f"?start={start + PAGE}" if len(lines) > start + PAGE else "",
            "bearers": len({line["capacity_key"] for line in lines}),
            "month": shown({"period": "month"}, today),
            "as_of": clock.now(),
            "value_columns": columns("参数", "值#", "施行日", "范围", "依据"),
            "duty_columns": columns("单位", "规范要素", "今天", "本月"),
            "breadcrumbs": [
                {"label": "条款履职", "url": reverse("provisions")},
                {"label": "条文", "url": reverse("provisions-text")},
                {"label": item},
            ],
        },
    )


def _article(article: str) -> HttpResponse:
    """An article that is divided into items leads to the list of its items."""
    number = number_of(article)
    if number is None or not Provision.objects.filter(article=number).exists():
        raise Http404
    return redirect(f"{reverse('provisions-text')}?q={number}.")


def _defects(found: Provision) -> list[dict[str, Any]]:
    """The defects of a provision's text, and those of the lead-in above it."""
    own = [
        {"name": DEFECT_NAMES.get(one["kind"], one["kind"]), "quote": one["quote"], "note": one["note"], "lead": False}
        for one in found.defects
    ]
    lead = [
        {"name": DEFECT_NAMES[one.kind], "quote": one.quote, "note": one.note, "lead": True}
        for one in book.book().text.defects
        if one.item == str(found.article) and one.item != found.item
    ]
    return own + lead


def _by_bearer(rows: list[duties.Duty], today: dt.date) -> list[dict[str, Any]]:
    """One line for each capacity and norm: the state of today and the states of the month so far."""
    lines: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        line = lines.setdefault(
            (row.capacity_key, row.norm_key),
            {
                "capacity_key": row.capacity_key,
                "capacity_title": row.capacity_title,
                "title": row.title,
                "today": None,
                "states": Counter(),
            },
        )
        line["states"][row.state] += 1
        if row.first <= today <= row.last:
            line["today"] = row
    for line in lines.values():
        line["month"] = duties.worst_first(line["states"])
    return list(lines.values())
