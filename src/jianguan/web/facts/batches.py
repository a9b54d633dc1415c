"""Batches (批次): files taken in, and one of them; its refused rows are run again from here."""

from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.people.permissions import Permission
from jianguan.facts import lake, places
from jianguan.facts.catalogue import marked_rows
from jianguan.facts.contract import contracts
from jianguan.facts.models import Batch, BatchDay, BatchState
from jianguan.facts.scratch import scratch_folder
from jianguan.facts.validate import AHEAD, AHEAD_WORDS, CONFLICT, CONFLICT_WORDS, MARKED
from jianguan.web.asked import day_of, number_of, start_of
from jianguan.web.facts.repairing import rerun_as, sentence
from jianguan.web.facts.tabs import columns, label_of, options, sources, tabs
from jianguan.web.page import StaffRequest, page

PAGE = 50
TONES = {
    BatchState.STAGING: "neutral",
    BatchState.COMMITTED: "info",
    BatchState.REPEATED: "neutral",
    BatchState.UNREADABLE: "bad",
    BatchState.ABANDONED: "warn",
}


def _row(one: Batch) -> dict[str, Any]:
    return {
        "one": one,
        "fact": label_of(one.contract),
        "tone": TONES.get(BatchState(one.state), "neutral"),
        "open": max(0, one.refused - one.repaired),
    }


@require_safe
@page(Permission.FACTS_READ)
def listing(request: StaffRequest) -> HttpResponse:
    """Batches, latest first, with filters, by key pages."""
    source, state, day = (request.GET.get(name, "") for name in ("source", "state", "day"))
    found = Batch.objects.select_related("source").order_by("-pk")
    if source:
        found = found.filter(source__key=source)
    if state in BatchState.values:
        found = found.filter(state=state)
    if on := day_of(day):
        found = found.filter(Exists(BatchDay.objects.filter(batch=OuterRef("pk"), day=on)))
    if conflicts := request.GET.get("conflicts") == "1":
        found = found.filter(conflicting__gt=0)
    if (last := number_of(request.GET.get("before"))) is not None:
        found = found.filter(pk__lt=last)
    rows = list(found[: PAGE + 1])
    more, rows = len(rows) > PAGE, rows[:PAGE]
    asked = request.GET.copy()
    if more:
        asked["before"] = str(rows[-1].pk)
    return render(
        request,
        "facts/batches.html",
        {
            "rows": [_row(one) for one in rows],
            "columns": columns(
                "接收时间",
                "文件",
                "数据源",
                "数据约定",
                "状态",
                "收录",
                "退回",
                "未修复",
                "冲突",
                numeric=("收录", "退回", "未修复", "冲突"),
            ),
            "sources": sources(source),
            "states": options(BatchState.choices, state),
            "day": on,
            "conflicts": conflicts,
            "next_url": f"?{asked.urlencode()}" if more else "",
            "tabs": tabs("facts-batches"),
            "breadcrumbs": [{"label": "数据接入", "url": reverse("facts")}, {"label": "批次"}],
        },
    )


def _found(number: int) -> Batch:
    found = Batch.objects.select_related("source").filter(pk=number).first()
    if found is None:
        raise Http404("没有这个批次")
    return found


def _days(batch: Batch, start: int) -> list[dict[str, Any]]:
    """How many rows belong to which day and unit, a page of them."""
    days = list(batch.days.order_by("day", "capacity_key")[start : start + PAGE])
    seats = Capacity.objects.select_related("agency").filter(key__in={one.capacity_key for one in days})
    titles = {seat.key: seat.title for seat in seats}
    return [{"one": one, "unit": titles.get(one.capacity_key, one.capacity_key) or "全省"} for one in days]


@require_safe
@page(Permission.FACTS_READ)
def show(request: StaffRequest, number: int) -> HttpResponse:
    """One batch: counts, days, warnings, what was refused."""
    batch = _found(number)
    held = batch.source.capacity_id in request.actor.scope
    waiting = max(0, batch.refused - batch.repaired)
    start, days = start_of(request.GET), batch.days.count()
    marked = sum(count for words, count in batch.warnings.items() if words.startswith(MARKED))
    return render(
        request,
        "facts/batch.html",
        {
            **_row(batch),
            "days": _days(batch, start),
            "day_count": days,
            "prev_url": f"?start={max(start - PAGE, 0)}#days" if start else "",
            "next_url": f"?start={start + PAGE}#days" if start + PAGE < days else "",
            "day_columns": columns("日期", "履职身份", "行数", "退回", "冲突", numeric=("行数", "退回", "冲突")),
            "warnings": batch.warnings.items(),
            "warning_columns": columns("提示", "行数", numeric=("行数",)),
            "refusals": f"{reverse('facts-quarantine')}?batch={batch.pk}",
            "waiting": waiting,
            "marked": marked if held and batch.contract in contracts() else 0,
            "held": held,
            "may_rerun": waiting
            and held
            and batch.contract in contracts()
            and request.actor.may(Permission.FACTS_MANAGE),
            "tabs": tabs("facts-batches"),
            "breadcrumbs": [
                {"label": "数据接入", "url": reverse("facts")},
                {"label": "批次", "url": reverse("facts-batches")},
                {"label": batch.file_name},
            ],
        },
    )


@require_safe
@page(Permission.FACTS_READ)
def marked(request: StaffRequest, number: int) -> HttpResponse:
    """Rows of a batch that were taken although they contradict themselves (标记): key, place and why."""
    batch = _found(number)
    if batch.source.capacity_id not in request.actor.scope or batch.contract not in contracts():
        raise Http404("没有这个批次")
    about = contracts()[batch.contract]
    words = {check.name: check.message for check in about.checks}
    words |= {AHEAD: AHEAD_WORDS, CONFLICT: CONFLICT_WORDS}
    start = start_of(request.GET)
    with scratch_folder() as scratch, lake.engine(scratch) as duck:
        found = marked_rows(duck, places.lake(), about, batch.pk, start=start, most=PAGE + 1)
    more, rows = len(found) > PAGE, found[:PAGE]
    return render(
        request,
        "facts/marked.html",
        {
            "one": batch,
            "fact": about.label,
            "rows": [
                {"day": day, "keys": keys, "site": site, "why": "；".join(words.get(one, one) for one in names)}
                for day, keys, site, names in rows
            ],
            "columns": columns(
                "日期", *(about.columns[key].label for key in about.key), about.columns[about.site].label, "标记"
            ),
            "site_label": about.columns[about.site].label,
            "prev_url": f"?start={max(start - PAGE, 0)}" if start else "",
            "next_url": f"?start={start + PAGE}" if more else "",
            "tabs": tabs("facts-batches"),
            "breadcrumbs": [
                {"label": "数据接入", "url": reverse("facts")},
                {"label": "批次", "url": reverse("facts-batches")},
                {"label": batch.file_name, "url": reverse("facts-batch", args=[batch.pk])},
                {"label": "标记"},
            ],
        },
    )


@require_POST
@page(Permission.FACTS_MANAGE)
def rerun(request: StaffRequest, number: int) -> HttpResponse:
    """Run all refused rows of a batch again as they are, after a contract or code table has changed."""
    batch = _found(number)
    if batch.contract not in contracts():
        messages.error(request, f"没有名为“{batch.contract}”的数据约定，不能重新校验。")
        return redirect("facts-batch", number)
    reason = request.POST.get("reason", "")
    done = rerun_as(by=request.actor, batch=batch, reason=reason)
    messages.success(request, f"已重新校验：{sentence(done)}。")
    return redirect("facts-batch", done.batch.pk if done.batch else number)
