"""Batches (批次): files taken in, and one of them; its refused rows are run again from here."""

from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from jianguan.backbone.people.permissions import Permission
from jianguan.facts.contract import contracts
from jianguan.facts.models import Batch, BatchDay, BatchState, Quarantine
from jianguan.web.asked import day_of, number_of
from jianguan.web.facts.repairing import repair_as, sentence
from jianguan.web.facts.tabs import columns, label_of, options, sources, tabs
from jianguan.web.page import StaffRequest, page

PAGE = 50
TONES = {
    BatchState.STAGING: "neutral",
    BatchState.COMMITTED: "info",
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
                numeric=("收录", "退回", "未修复"),
            ),
            "sources": sources(source),
            "states": options(BatchState.choices, state),
            "day": on,
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


@require_safe
@page(Permission.FACTS_READ)
def show(request: StaffRequest, number: int) -> HttpResponse:
    """One batch: counts, days, warnings, what was refused."""
    batch = _found(number)
    waiting = Quarantine.objects.filter(batch=batch, repaired_by=None).count()
    return render(
        request,
        "facts/batch.html",
        {
            **_row(batch),
            "days": list(batch.days.order_by("day", "capacity_key")[:PAGE]),
            "day_columns": columns("日期", "履职身份", "行数", numeric=("行数",)),
            "warnings": batch.warnings.items(),
            "refusals": f"{reverse('facts-quarantine')}?batch={batch.pk}",
            "waiting": waiting,
            "may_rerun": waiting and batch.contract in contracts() and request.actor.may(Permission.FACTS_MANAGE),
            "tabs": tabs("facts-batches"),
            "breadcrumbs": [
                {"label": "数据接入", "url": reverse("facts")},
                {"label": "批次", "url": reverse("facts-batches")},
                {"label": batch.file_name},
            ],
        },
    )


@require_POST
@page(Permission.FACTS_MANAGE)
def rerun(request: StaffRequest, number: int) -> HttpResponse:
    """Run all refused rows of a batch again as they are, after a contract or code table has changed."""
    batch = _found(number)
    waiting = Quarantine.objects.filter(batch=batch, repaired_by=None).values_list("pk", flat=True)
    if batch.contract not in contracts():
        messages.error(request, f"没有名为“{batch.contract}”的数据约定，不能重新校验。")
        return redirect("facts-batch", number)
    reason = request.POST.get("reason", "")
    done = repair_as(by=request.actor, batch=batch, corrected={pk: {} for pk in waiting}, reason=reason)
    messages.success(request, f"已重新校验：{sentence(done)}。")
    return redirect("facts-batch", done.batch.pk if done.batch else number)
