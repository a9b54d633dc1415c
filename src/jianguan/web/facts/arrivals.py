"""The arrival board (数据到达): per source and day what was expected and what came; nothing is 未知, never 没有."""

import datetime as dt
import json
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from jianguan.backbone.people.permissions import Permission
from jianguan.facts import arrivals, places
from jianguan.facts.arrivals import STANDING_WORDS, Arrival, Feed, Standing
from jianguan.facts.contract import contracts
from jianguan.kit import clock
from jianguan.web.asked import start_of
from jianguan.web.facts.tabs import columns, label_of, options, tabs
from jianguan.web.page import StaffRequest, page
from jianguan.web.period import shown

PAGE = 100
TONES = {
    Standing.ARRIVED: "info",
    Standing.SCARCE: "warn",
    Standing.PARTIAL: "warn",
    Standing.REFUSED: "bad",
    Standing.UNKNOWN: "bad",
}
STAT_TONES = TONES | {Standing.ARRIVED: "good", Standing.UNKNOWN: "unknown"}
HOUR = 3600
LATELY = dt.timedelta(days=6)


def _row(one: Arrival) -> dict[str, Any]:
    asked = urlencode({"source": one.source.key, "day": one.day.isoformat()})
    return {
        "one": one,
        "fact": label_of(one.source.contract),
        "word": STANDING_WORDS[one.standing],
        "tone": TONES[one.standing],
        "late": f"{one.late.total_seconds() / HOUR:.1f} 小时" if one.late else "",
        "waiting": one.feed is Feed.UNKNOWN and one.late is None and not one.refused,
        "conflicts": f"{reverse('facts-batches')}?{asked}&conflicts=1",
        "batches": f"{reverse('facts-batches')}?{asked}",
        "refusals": f"{reverse('facts-quarantine')}?{asked}",
    }


def _loading() -> dict[str, Any] | None:
    """How far the synthetic province is while it is being taken in beside the pages."""
    try:
        told = json.loads((places.home() / "demo" / "progress.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return told if isinstance(told, dict) else None


@require_safe
@page(Permission.FACTS_READ)
def board(request: StaffRequest) -> HttpResponse:
    """Every expected source and day of a period, by default of the seven days up to today."""
    today = clock.today()
    lately = {"period": "span", "date": f"{today - LATELY}", "to": f"{today}"}
    period = shown(request.GET if "period" in request.GET else lately, today)
    fact, feed = request.GET.get("fact", ""), request.GET.get("feed", "")
    fact = fact if fact in contracts() else ""
    found = arrivals.board(period.first, min(period.last, today), fact=fact) if period.first <= today else []
    asked = period.query() | ({"fact": fact} if fact else {})
    stats = [
        {
            "label": STANDING_WORDS[one],
            "value": sum(row.standing is one for row in found),
            "url": f"?{urlencode(asked | {'feed': one.value})}",
            "tone": STAT_TONES[one],
        }
        for one in Standing
    ]
    chosen = [row for row in found if not feed or row.standing == feed]
    chosen.sort(key=lambda row: (-row.day.toordinal(), row.source.key))
    start, kept = start_of(request.GET), asked | ({"feed": feed} if feed else {})
    return render(
        request,
        "facts/board.html",
        {
            "rows": [_row(one) for one in chosen[start : start + PAGE]],
            "columns": columns(
                "日期",
                "数据源",
                "状态",
                "时限",
                "到达行数",
                "往常行数",
                "迟到",
                "退回未修复",
                "冲突",
                numeric=("到达行数", "往常行数", "退回未修复", "冲突"),
            ),
            "stats": stats,
            "picker": period.picker({key: value for key, value in kept.items() if key in {"fact", "feed"}}, today),
            "fact": fact,
            "feed": feed,
            "facts": options(((one.name, one.label) for one in contracts().values()), fact),
            "feeds": options(((one.value, STANDING_WORDS[one]) for one in Standing), feed),
            "period": period,
            "total": len(chosen),
            "prev_url": f"?{urlencode(kept | {'start': max(start - PAGE, 0)})}" if start else "",
            "next_url": f"?{urlencode(kept | {'start': start + PAGE})}" if start + PAGE < len(chosen) else "",
            "loading": _loading(),
            "now": clock.now(),
            "tabs": tabs("facts"),
            "breadcrumbs": [{"label": "数据接入"}],
        },
    )
