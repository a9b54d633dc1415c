"""Soft words (定期 不定期 适时 及时) and the cadences that competent agencies adopted for them by decision."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.rules import actions, queries, rules
from jianguan.backbone.rules.models import CadenceAdoption, CadenceKind, Norm
from jianguan.kit import clock
from jianguan.web.asked import DayField, day_of, start_of
from jianguan.web.page import StaffRequest, page
from jianguan.web.rules.parameters import REFUSALS
from jianguan.web.rules.tabs import columns, crumbs, tabs

PAGE = 60
BY_ITEM = {"timely", "filing"}
BY_PERIOD = (
    CadenceKind.DAILY,
    CadenceKind.WEEKLY,
    CadenceKind.MONTHLY,
    CadenceKind.QUARTERLY,
    CadenceKind.YEARLY,
)
COLUMNS = columns("条款", "规范要素", "原文用语", "责任主体", "计量", "已确定", "由", "自", "下一步")


class AdoptForm(forms.Form):
    """A number for a soft word."""

    cadence = forms.ChoiceField(label="周期")
    times = forms.IntegerField(label="至少次数", min_value=1, max_value=366, initial=1)
    valid_from = DayField(label="施行日", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    number = forms.CharField(label="决定文号", max_length=60, required=False)
    reason = forms.CharField(label="理由", min_length=4, max_length=300, widget=forms.Textarea({"rows": 3}))
    confirm = forms.BooleanField(label="确认由本级作出决定，对本级和下级有约束力")

    def __init__(self, *given: Any, by_item: bool, **named: Any) -> None:
        super().__init__(*given, **named)
        kinds = [CadenceKind.EVENT] if by_item else BY_PERIOD
        chosen = cast("forms.ChoiceField", self.fields["cadence"])
        chosen.choices = [(kind.value, kind.label) for kind in kinds]


def words(adoption: rules.Adoption | CadenceAdoption | None) -> str:
    """'每月不少于1次' – or 未定期限."""
    if adoption is None or not adoption.cadence:
        return "未定期限"
    label = CadenceKind(adoption.cadence).label
    return label if adoption.cadence == CadenceKind.EVENT else f"{label}不少于{adoption.times}次"


@require_safe
@page(Permission.RULE_READ)
def index(request: StaffRequest) -> HttpResponse:
    """Every soft norm with what holds for the capacity acted in."""
    today = clock.today()
    chain = queries.chains(today).get(request.actor.capacity_id, (request.actor.capacity_id,))
    adopted = queries.adoptions()
    rows: list[dict[str, Any]] = []
    for norm in queries.soft_norms(today):
        current = _nearest(adopted.get(norm.key, []), chain, request.actor)
        rows.append({"norm": norm, "current": current, "words": words(current)})
    state, level, text = request.GET.get("state", ""), request.GET.get("level", ""), request.GET.get("q", "").strip()
    levels = sorted({(row["norm"].bearer, row["norm"].get_bearer_display()) for row in rows})
    open_count = sum(row["current"] is None for row in rows)
    rows = [
        row
        for row in rows
        if (not level or row["norm"].bearer == level)
        and (not state or (state == "open") == (row["current"] is None))
        and text in f"{row['norm'].provision.item}{row['norm'].title}{row['norm'].cadence_word}"
    ]
    start = start_of(request.GET)
    names = _names(rows)
    for row in rows:
        row["by"] = names.get(row["current"].capacity_id, "") if row["current"] else ""
    asked = request.GET.copy()
    asked["start"] = str(start + PAGE)
    return render(
        request,
        "rules/cadences.html",
        {
            "rows": rows[start : start + PAGE],
            "next_url": f"?{asked.urlencode()}" if len(rows) > start + PAGE else "",
            "open_count": open_count,
            "columns": COLUMNS,
            "levels": [{"value": value, "label": label, "selected": level == value} for value, label in levels],
            "states": [
                {"value": "open", "label": "未定期限", "selected": state == "open"},
                {"value": "adopted", "label": "已确定", "selected": state == "adopted"},
            ],
            "tabs": tabs("rules-cadences"),
            "breadcrumbs": crumbs("未定期限"),
        },
    )


def _nearest(adopted: list[rules.Adoption], chain: tuple[int, ...], actor: Actor) -> rules.Adoption | None:
    """What holds for the capacity acted in."""
    return rules.cadence_in_force(adopted, chain or (actor.capacity_id,), clock.today())


def _names(rows: list[dict[str, Any]]) -> dict[int, str]:
    """Titles of the capacities that adopted something."""
    ids = {row["current"].capacity_id for row in rows if row["current"]}
    return {one.pk: one.title for one in Capacity.objects.select_related("agency").filter(pk__in=ids)}


def _norm(key: str) -> Norm:
    norm = (
        Norm.objects.filter(key=key, valid__contains=clock.today(), cadence=CadenceKind.SOFT)
        .select_related("provision")
        .first()
    )
    if norm is None:
        raise Http404
    return norm


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.RULE_READ)
def show(request: StaffRequest, key: str) -> HttpResponse:
    """One soft norm: its word in the text, every decision about it, the form to adopt a number."""
    norm = _norm(key)
    form = AdoptForm(
        request.POST or None, by_item=norm.measure in BY_ITEM, initial={"valid_from": clock.today(), "times": 1}
    )
    if request.method == "POST" and form.is_valid():
        asked = {name: form.cleaned_data[name] for name in ("cadence", "times", "valid_from", "number", "reason")}
        try:
            adopted = actions.adopt_cadence(by=request.actor, norm_key=key, **asked)
        except REFUSALS as refusal:
            form.add_error("cadence", str(refusal))
        else:
            messages.success(request, f"已确定“{norm.cadence_word}”：{words(adopted)}，自 {adopted.valid_from} 起")
            return redirect("rules-cadence", key)
    return render(
        request, "rules/cadence.html", _context(request, norm) | {"form": form}, status=422 if form.errors else 200
    )


def _context(request: StaffRequest, norm: Norm) -> dict[str, Any]:
    today = clock.today()
    chain = queries.chains(today).get(request.actor.capacity_id, (request.actor.capacity_id,))
    current = _nearest(queries.adoptions().get(norm.key, []), chain, request.actor)
    bearers = queries.bearers(norm, today)
    history = list(
        CadenceAdoption.objects.filter(norm_key=norm.key)
        .select_related("capacity__agency", "decision")
        .order_by("-valid_from", "-recorded_at")
    )
    before, word, after = norm.provision.text.partition(norm.cadence_word or "\0")
    return {
        "norm": norm,
        "text": {"before": before, "word": word, "after": after},
        "current": current,
        "words": words(current),
        "own": current is not None and current.capacity_id == request.actor.capacity_id,
        "bearers": len(bearers),
        "touched": sum(one.pk in request.actor.scope for one in bearers),
        "history": [{"row": row, "words": words(row) if row.cadence else "撤销"} for row in history],
        "columns": columns("内容", "施行日", "由", "文号", "理由", "决定人"),
        "breadcrumbs": crumbs("未定期限", norm.title),
    }


@require_POST
@page(Permission.RULE_READ)
def withdraw(request: StaffRequest, key: str) -> HttpResponse:
    """End what the capacity acted in adopted, from today (or ``valid_from``) on."""
    norm = _norm(key)
    reason = request.POST.get("reason", "").strip()
    if len(reason) < 4:
        messages.error(request, "没有撤销：请写明理由，至少4个字")
        return redirect("rules-cadence", key)
    try:
        actions.withdraw_cadence(
            by=request.actor,
            norm_key=key,
            valid_from=day_of(request.POST.get("valid_from")) or clock.today(),
            reason=reason[:300],
        )
    except REFUSALS as refusal:
        messages.error(request, f"没有撤销：{refusal}")
    else:
        messages.success(request, f"已撤销“{norm.cadence_word}”的周期，此后适用上级的决定；上级没有决定的，为未定期限")
    return redirect("rules-cadence", key)
