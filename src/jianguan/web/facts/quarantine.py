"""The quarantine (隔离区): refused rows, one of them with its original content masked, and its repair."""

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Sum as Total
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from jianguan.backbone.people.permissions import Permission
from jianguan.facts import ingest
from jianguan.facts.contract import Column, contracts
from jianguan.facts.models import Batch, Quarantine
from jianguan.facts.repair import mapping_of, values_of
from jianguan.web.asked import day_of, number_of
from jianguan.web.facts.masking import masked
from jianguan.web.facts.repairing import Sum, repair_as, sentence
from jianguan.web.facts.tabs import RULES, column_label, columns, label_of, options, sources, tabs
from jianguan.web.page import StaffRequest, page

PAGE = 50
STATES = {"open": "待修复", "repaired": "已修复"}


def _row(one: Quarantine) -> dict[str, Any]:
    return {
        "one": one,
        "rule": RULES.get(one.rule, one.rule),
        "column": column_label(one.batch.contract, one.column) if one.column else "整行",
    }


@require_safe
@page(Permission.FACTS_READ)
def listing(request: StaffRequest) -> HttpResponse:
    """Refused rows of the scope, latest first, by source, rule, day of their batch, and whether they are repaired."""
    source, rule, day, state = (request.GET.get(name, "") for name in ("source", "rule", "day", "state"))
    found = Quarantine.objects.select_related("batch__source").order_by("-pk")
    if source:
        found = found.filter(batch__source__key=source)
    if rule:
        found = found.filter(rule=rule)
    if state in STATES:
        found = found.filter(repaired_by__isnull=state == "open")
    if on := day_of(day):
        found = found.filter(day=on)
    if (batch := number_of(request.GET.get("batch"))) is not None:
        found = found.filter(batch=batch)
    if (last := number_of(request.GET.get("before"))) is not None:
        found = found.filter(pk__lt=last)
    rows = list(found[: PAGE + 1])
    more, rows = len(rows) > PAGE, rows[:PAGE]
    asked = request.GET.copy()
    if more:
        asked["before"] = str(rows[-1].pk)
    return render(
        request,
        "facts/quarantine.html",
        {
            "rows": [_row(one) for one in rows],
            "columns": columns("批次", "行", "列", "规则", "原因", "状态", numeric=("行",)),
            "sources": sources(source),
            "rules": options(RULES.items(), rule),
            "states": options(STATES.items(), state),
            "day": on,
            "next_url": f"?{asked.urlencode()}" if more else "",
            "conflicts": Batch.objects.aggregate(total=Total("conflicting"))["total"] or 0,
            "tabs": tabs("facts-quarantine"),
            "breadcrumbs": [{"label": "数据接入", "url": reverse("facts")}, {"label": "隔离区"}],
        },
    )


class RepairForm(forms.Form):
    """New values by column of the file; what stays empty is not changed."""

    def __init__(self, cells: list[dict[str, Any]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = {}
        for place, cell in enumerate(cells):
            key = f"c{place}"
            self.names[key] = cell["name"]
            now = cell["shown"] or "（空）"
            self.fields[key] = forms.CharField(
                label=cell["label"], required=False, max_length=4000, help_text=cell["hint"], empty_value="",
                widget=forms.TextInput(attrs={"placeholder": now, "autocomplete": "off"}),
            )  # fmt: skip
        self.fields["clear"] = forms.MultipleChoiceField(
            label="清空", required=False, choices=[(cell["name"], cell["label"]) for cell in cells if cell["shown"]],
            help_text="选中的列改为空值。", widget=forms.SelectMultiple(attrs={"size": 4}),
        )  # fmt: skip

    def corrected(self) -> dict[str, str]:
        """The values that were changed."""
        given = {name: self.cleaned_data[key] for key, name in self.names.items() if self.cleaned_data[key]}
        return dict.fromkeys(self.cleaned_data["clear"], "") | given


def _meant(row: Quarantine) -> dict[str, Column]:
    """Column of the file → column of the contract it means."""
    about, by = contracts()[row.batch.contract], mapping_of(row.batch)
    if by is None:
        return {name: about.columns[key] for name, key in about.names().items()}
    pairs = {key: one if isinstance(one, str) else one.column for key, one in by.columns.items()}
    return {column.lower(): about.columns[key] for key, column in pairs.items() if column}


def _cells(row: Quarantine) -> list[dict[str, Any]]:
    """The columns of a refused row; personal values, and those of columns nobody knows, are masked."""
    meant, cells = _meant(row), []
    for name, value in values_of(row).items():
        column = meant.get(name.strip().lower())
        text = "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        hidden = column is None or column.personal != "none"
        cells.append(
            {
                "name": name,
                "label": f"{column.label}（{name}）" if column and column.label != name else name,
                "shown": masked(text) if hidden else text,
                "hint": f"单位：{column.unit}" if column and column.unit else "",
                "known": column is not None,
            }
        )
    return cells


def _found(number: int) -> Quarantine:
    found = Quarantine.objects.select_related("batch__source", "repaired_by").filter(pk=number).first()
    if found is None:
        raise Http404("没有这一行")
    return found


def _readable(row: Quarantine) -> str:
    """Why the row cannot be shown or repaired; empty when it can."""
    if row.batch.contract not in contracts():
        return f"没有名为“{row.batch.contract}”的数据约定。"
    try:
        ingest.original_of(row)
    except ingest.Sealed as sealed:
        return f"{sealed}。"
    return ""


def _detail(request: StaffRequest, row: Quarantine) -> dict[str, Any]:
    problem = _readable(row)
    cells = [] if problem else _cells(row)
    split = any(cell["shown"] for cell in cells)
    return {
        **_row(row),
        "fact": label_of(row.batch.contract),
        "problem": problem,
        "cells": cells if split else [],
        "line": "" if problem or split else masked(ingest.original_of(row).decode("utf-8", "replace")),
        "cell_columns": columns("列", "原值"),
        "form": RepairForm([cell for cell in cells if cell["known"]], request.POST or None) if cells else None,
        "may_repair": not problem and row.repaired_by_id is None and request.actor.may(Permission.FACTS_MANAGE),
        "tabs": tabs("facts-quarantine"),
        "breadcrumbs": [
            {"label": "数据接入", "url": reverse("facts")},
            {"label": "隔离区", "url": reverse("facts-quarantine")},
            {"label": f"第 {row.line} 行"},
        ],
    }


@require_safe
@page(Permission.FACTS_READ)
def show(request: StaffRequest, number: int) -> HttpResponse:
    """One refused row."""
    return render(request, "facts/refusal.html", _detail(request, _found(number)))


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.FACTS_MANAGE)
def repair_row(request: StaffRequest, number: int) -> HttpResponse:
    """Correct one refused row and take it in; a row that is still wrong stays as it was."""
    row = _found(number)
    detail = _detail(request, row)
    form = detail["form"]
    if request.method != "POST" or form is None or not detail["may_repair"]:
        return redirect("facts-refusal", number)
    if form.is_valid():
        done = repair_as(by=request.actor, batch=row.batch, corrected={row.pk: form.corrected()})
        if not done.refused:
            messages.success(request, f"{sentence(Sum().add(done))}。")
            return redirect("facts-refusal", number)
        form.add_error(None, "；".join(rule.message for rule in done.refused.values()))
    return render(request, "facts/refusal.html", detail, status=422)
