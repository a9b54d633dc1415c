"""Parameters (参数): which number holds, which held before, what it comes from; a new one by decision."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.rules import actions, queries, rules
from jianguan.backbone.rules.models import Norm, Parameter
from jianguan.kit import clock
from jianguan.web.asked import DayField
from jianguan.web.page import StaffRequest, page
from jianguan.web.rules.tabs import DIRECTIONS, ORIGINS, columns, crumbs, tabs, with_unit
from jianguan.web.spreadsheet import csv_response

REFUSALS = (rules.NotCompetent, rules.NotDecidable, rules.TooLoose, rules.AmbiguousRule)
COLUMNS = [
    {"label": "参数"},
    {"label": "标识"},
    {"label": "现行值", "numeric": True, "hint": "以当前身份所适用的值：先本级，再上级，再全省"},
    {"label": "自"},
    {"label": "依据"},
    {"label": "来源", "hint": "条文：细则写明；解读：已采纳的读法；平台缺省：细则没有数字"},
    {"label": "方向", "hint": "下级只能规定得更严"},
    {"label": "条款"},
    {"label": "用于"},
]


class ChangeForm(forms.Form):
    """A new value from a day on."""

    value = forms.CharField(label="新值", max_length=20, help_text="只填数字（时刻填 HH:MM），单位不变。")
    valid_from = DayField(label="施行日", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    number = forms.CharField(label="决定文号", max_length=60, required=False)
    reference = forms.CharField(label="依据", max_length=100, required=False, help_text="文件或会议；不填用文号。")
    reason = forms.CharField(label="理由", min_length=4, max_length=300, widget=forms.Textarea({"rows": 3}))
    confirm = forms.BooleanField(label="已看过下面的影响，确认作出决定")


def _rows(request: StaffRequest) -> list[dict[str, Any]]:
    """All parameters that match the filters, with the value in force for the capacity acted in."""
    today = clock.today()
    chain = queries.chains(today).get(request.actor.capacity_id, ())
    values = queries.values()
    used: dict[str, list[Norm]] = {}
    for norm in Norm.objects.filter(valid__contains=today).select_related("provision"):
        for key in filter(None, {norm.quota_parameter, norm.deadline_parameter}):
            used.setdefault(key, []).append(norm)
    origin, text = request.GET.get("origin", ""), request.GET.get("q", "").strip()[:60]
    rows = []
    for parameter in Parameter.objects.all():
        if (origin and parameter.origin != origin) or text not in f"{parameter.key}{parameter.title}":
            continue
        current = rules.value_in_force(values.get(parameter.key, []), chain, today)
        rows.append(
            {
                "parameter": parameter,
                "value": with_unit(current.value if current else None, parameter.unit),
                "current": current,
                "origin": ORIGINS.get(parameter.origin, parameter.origin),
                "direction": DIRECTIONS.get(parameter.direction, parameter.direction),
                "norms": used.get(parameter.key, []),
            }
        )
    return sorted(rows, key=lambda row: list(ORIGINS).index(row["parameter"].origin))


@require_safe
@page(Permission.RULE_READ)
def index(request: StaffRequest) -> HttpResponse:
    """All parameters."""
    return render(
        request,
        "rules/parameters.html",
        {
            "rows": _rows(request),
            "columns": COLUMNS,
            "origins": [
                {"value": value, "label": label, "selected": request.GET.get("origin") == value}
                for value, label in ORIGINS.items()
            ],
            "export_url": f"{reverse('rules-export')}?{request.GET.urlencode()}",
            "today": clock.today(),
            "tabs": tabs("rules"),
            "breadcrumbs": crumbs()[:1],
        },
    )


@require_safe
@page(Permission.RULE_READ)
def export(request: StaffRequest) -> HttpResponse:
    """What the list shows, as CSV."""
    return csv_response(
        "参数",
        ["标识", "名称", "现行值", "自", "依据", "来源", "方向", "条款"],
        (
            (
                row["parameter"].key,
                row["parameter"].title,
                row["value"],
                row["current"].valid_from if row["current"] else "",
                row["current"].reference if row["current"] else "",
                row["origin"],
                row["direction"],
                row["parameter"].provision,
            )
            for row in _rows(request)
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.RULE_READ)
def show(request: StaffRequest, key: str) -> HttpResponse:
    """One parameter through time; POST decides on a new value."""
    parameter = Parameter.objects.filter(key=key).first()
    if parameter is None:
        raise Http404
    form = ChangeForm(request.POST or None, initial={"valid_from": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            _change(request.actor, key, form.cleaned_data)
        except REFUSALS as refusal:
            form.add_error("value", str(refusal))
        else:
            messages.success(request, f"已决定：{parameter.title}，自 {form.cleaned_data['valid_from']} 起施行")
            return redirect("rules-parameter", key)
    return render(
        request,
        "rules/parameter.html",
        _context(request, parameter) | {"form": form},
        status=422 if form.errors else 200,
    )


def _change(actor: Actor, key: str, asked: dict[str, Any]) -> None:
    actions.change_parameter(
        by=actor,
        key=key,
        value=asked["value"].strip(),
        valid_from=asked["valid_from"],
        reason=asked["reason"],
        reference=asked["reference"],
        number=asked["number"],
    )


def _context(request: StaffRequest, parameter: Parameter) -> dict[str, Any]:
    today = clock.today()
    current = queries.parameter_value(parameter.key, request.actor.capacity_id, today)
    norms = [
        norm
        for norm in queries.norms_in_force(today)
        if parameter.key in {norm.quota_parameter, norm.deadline_parameter}
    ]
    bearers = queries.bearers_of(norms, today)
    scope = request.actor.scope
    province = request.actor.level == "PROVINCE" and request.actor.mode == "own"
    return {
        "parameter": parameter,
        "value": with_unit(current.value if current else None, parameter.unit),
        "current": current,
        "origin": ORIGINS.get(parameter.origin, parameter.origin),
        "direction": DIRECTIONS.get(parameter.direction, parameter.direction),
        "history": [
            {"row": row, "value": with_unit(row.value, parameter.unit) if row.value is not None else "终止"}
            for row in reversed(queries.values_through_time(parameter.key))
        ],
        "effects": [
            {
                "norm": norm,
                "bearers": len(bearers[norm.key]),
                "touched": sum(one.pk in scope for one in bearers[norm.key]),
            }
            for norm in norms
        ],
        "columns": columns("值#", "施行日", "录入", "范围", "依据", "理由"),
        "effect_columns": columns("条款", "规范要素", "周期", "责任主体", "承担单位#", "本级及下级#"),
        "province": province,
        "breadcrumbs": crumbs(parameter.title),
    }
