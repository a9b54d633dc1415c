"""Populations of a day, one population, one draw, rotation; freezing early and drawing more."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from jianguan.backbone.alerts.models import Alert
from jianguan.backbone.draws import actions, drawing, queries, rules
from jianguan.backbone.draws.frames import NO_ALERTS, frames, title_of
from jianguan.backbone.draws.manifests import members_text
from jianguan.backbone.draws.models import Draw, DrawItem
from jianguan.backbone.draws.terms import terms, timetable
from jianguan.backbone.evidence.store import NoSuchObject
from jianguan.backbone.people.acting import Actor, NotAllowed
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.review import queries as reviewing
from jianguan.backbone.rules.rules import IN_FORCE_SINCE
from jianguan.backbone.work.models import Population, PopulationState
from jianguan.engines.draw import Manifest, read
from jianguan.kit import clock
from jianguan.web.asked import day_of, number_of
from jianguan.web.page import StaffRequest, page
from jianguan.web.people.forms import seats
from jianguan.web.rules.tabs import columns

MEMBERS, ITEMS = 50, 50
TONES = {PopulationState.COUNTED: "info", PopulationState.EMPTY: "neutral", PopulationState.UNKNOWN: "warn"}
TABS = {"draws": "当日抽查", "draws-seeds": "种子", "draws-rotation": "轮转", "recusals": "回避"}
PARTS = {"A": "随机底线", "B": "风险优先", "C": "必查"}
CASES = {1: "1 件有问题", 5: "5 件有问题", 10: "10 件有问题"}


def tabs(active: str) -> list[dict[str, Any]]:
    """The tabs of all pages of draws."""
    return [
        {"label": label, "url": reverse(name), "active": name == active, "count": None} for name, label in TABS.items()
    ]


def of_alert(alert: Alert) -> str:
    """The populations of the kind and day an alert is about."""
    return f"{reverse('draws')}?kind={alert.key.split(':')[1]}&date={alert.day}"


def day_asked(text: str | None) -> dt.date:
    """The day asked for, today for nonsense, and none before the regulation: nothing was drawn then."""
    return max(day_of(text) or clock.today(), IN_FORCE_SINCE)


def mask(member: str) -> str:
    """An id with its middle hidden: enough to recognise, too little to look up who it is."""
    return f"{member[:6]}…{member[-2:]}" if len(member) > 10 else member


def variant_word(variant: str) -> str:
    """'全部来源', or without whom."""
    if variant == rules.VARIANT_ALL:
        return "全部来源"
    words = {"checking": "检查单位", "discipline": "纪检监察", "superior": "上级单位"}
    kind, _, parties = variant.partition(":")
    missing = "、".join(words.get(one, one) for one in parties.split("+"))
    return f"以{missing}的承诺代替其揭示" if kind == "instead" else f"不含{missing}"


def _choices(pairs: Any, chosen: str) -> list[dict[str, Any]]:
    return [{"value": value, "label": label, "selected": str(value) == chosen} for value, label in pairs]


@require_safe
@page(Permission.DRAW_READ)
def listing(request: StaffRequest) -> HttpResponse:
    """The populations of a day in scope: state, size, quota, what was drawn."""
    actor, today = request.actor, clock.today()
    day = day_asked(request.GET.get("date"))
    kind = request.GET.get("kind", "")
    unit = number_of(request.GET.get("capacity"))
    found = queries.of_day(actor.scope, day, kind=kind, capacity_id=unit)
    table = timetable(day)
    step = dt.timedelta(days=1)
    address = f"?kind={kind}" + (f"&capacity={unit}" if unit is not None else "")
    return render(
        request,
        "draws/list.html",
        {
            "tabs": tabs("draws"),
            "rows": [_row(one) for one in found],
            "columns": columns("总体", "单位", "状态", "总体件数#", "应抽#", "已抽中#", "封存时间"),
            "day": day,
            "table": table,
            "totals": {
                "counted": sum(1 for one in found if one.state == PopulationState.COUNTED),
                "empty": sum(1 for one in found if one.state == PopulationState.EMPTY),
                "unknown": sum(1 for one in found if one.state == PopulationState.UNKNOWN),
                "waiting": sum(1 for one in found if one.owed and not one.draws),
            },
            "kinds": _choices([(one.kind, one.title) for one in frames()], kind),
            "kind": kind,
            "unit": unit,
            "capacities": _choices(seats(actor.scope.capacity_ids), str(unit)),
            "freezable": _freezable(actor, day, table.reveal_from, found),
            "prev_url": f"{address}&date={day - step}",
            "next_url": f"{address}&date={day + step}" if day < today else "",
            "export_url": f"{reverse('draws-csv')}{address}&date={day}",
            "excel_url": f"{reverse('draws-xlsx')}{address}&date={day}",
            "narrowed": bool(kind or unit is not None),
            "as_of": clock.now(),
            "breadcrumbs": [{"label": "抽查"}],
        },
    )


def _row(one: queries.Standing) -> dict[str, Any]:
    state = PopulationState(one.state)
    return {
        "one": one,
        "state": state.label,
        "tone": TONES[state],
        "waiting": bool(one.owed) and not one.draws,
        "further": len(one.parts) - 1,
        "why": one.last.why,
    }


def _freezable(actor: Actor, day: dt.date, until: dt.datetime, found: list[queries.Standing]) -> list[dict[str, str]]:
    """Kinds that the unit acted in may still freeze by hand for this day."""
    if not actor.may(Permission.DRAW_MAKE) or day != clock.today() or clock.now() >= until:
        return []
    owed = terms(day).percents
    done = {one.frame.kind for one in found if one.capacity.pk == actor.capacity_id}
    return [
        {"kind": one.kind, "title": one.title}
        for one in frames()
        if one.kind not in done
        and (actor.capacity_id in owed.get(one.kind, {}) if one.daily else actor.level in one.levels)
    ]


@require_POST
@page(Permission.DRAW_MAKE)
def freeze(request: StaffRequest) -> HttpResponse:
    """Freeze one population of today before the hour."""
    try:
        made = actions.freeze_now(by=request.actor, kind=request.POST.get("kind", ""), day=clock.today())
    except LookupError as missing:
        messages.error(request, f"没有封存：{missing}")
        return redirect("draws")
    except actions.FreezeRefused as refused:
        messages.error(request, f"没有封存：{refused}")
        return redirect("draws")
    messages.success(request, f"已封存“{title_of(made.kind)}”，{made.get_state_display()}")
    return redirect("population", made.pk)


def _population(request: StaffRequest, number: int) -> Population:
    try:
        return queries.population(request.actor.scope, number)
    except Population.DoesNotExist:
        raise Http404("没有这个抽查总体") from None


def _manifest(of: Population) -> tuple[Manifest | None, str]:
    """The manifest, or in words why it cannot be read."""
    if of.manifest is None:
        return None, ""
    try:
        return read(members_text(of)), ""
    except (NoSuchObject, ValueError) as problem:
        return None, f"清单无法读取或与封存时不一致：{problem}"


@require_safe
@page(Permission.DRAW_READ)
def show(request: StaffRequest, number: int) -> HttpResponse:
    """One frozen population: what was frozen when, from what, by which root; its members, masked; its draws."""
    found = _population(request, number)
    manifest, problem = _manifest(found)
    parts = Population.objects.filter(kind=found.kind, day=found.day, capacity_id=found.capacity_id).order_by("part")
    after = request.GET.get("after", "")[:200]
    members = queries.members_after(found, after, MEMBERS + 1) if manifest else []
    draws = list(found.draws.order_by("pk"))
    more = len(members) > MEMBERS
    members = members[:MEMBERS]
    return render(
        request,
        "draws/population.html",
        {
            "tabs": tabs("draws"),
            "one": found,
            "title": title_of(found.kind),
            "tone": TONES[PopulationState(found.state)],
            "manifest": manifest,
            "header": manifest.header if manifest else None,
            "percent": _share(manifest.header.floor) if manifest else "",
            "sources": _announced(manifest) if manifest else [],
            "problem": problem,
            "parts": [part for part in parts if part.pk != found.pk],
            "draws": [{"one": draw, "word": variant_word(draw.variant)} for draw in draws],
            "members": [[mask(row[0]), *row[1:4], row[4].replace("T", " "), *row[5:]] for row in members],
            "member_columns": columns("编号", "分层", "业务时间", "风险权重#", "必查"),
            "draw_columns": columns("抽取", "种子方案", "随机#", "风险#", "必查#", "抽取时间"),
            "members_next": f"?after={members[-1][0]}#members" if more else "",
            "no_alerts": NO_ALERTS,
            "breadcrumbs": [
                {"label": "抽查", "url": f"{reverse('draws')}?date={found.day}"},
                {"label": title_of(found.kind)},
            ],
        },
    )


def _share(ppm: int) -> str:
    """'5%', or 每层至少一件 for the smallest share."""
    return f"{ppm // rules.PERCENT}%" if ppm >= rules.PERCENT else "每个分层至少一件" if ppm else "未定比例"


def _announced(manifest: Manifest) -> list[dict[str, str]]:
    words = {"checking": "检查单位承诺", "discipline": "纪检监察承诺", "superior": "上级单位承诺"}
    head = manifest.header
    found = [{"name": words[role.value], "value": digest} for role, digest in sorted(head.commitments.items())]
    found += [{"name": name, "value": f"{issue} 当日开奖，封存后公布"} for name, issue in head.publics]
    return found + [{"name": "随机信标", "value": f"第 {number} 轮"} for _, number in head.beacons]


def _draw(request: StaffRequest, number: int) -> Draw:
    try:
        return queries.draw(request.actor.scope, number)
    except Draw.DoesNotExist:
        raise Http404("没有这次抽取") from None


@require_safe
@page(Permission.DRAW_READ)
def one(request: StaffRequest, number: int) -> HttpResponse:
    """One draw: seed and sources, what was drawn part by part, what the share buys, how to check it again."""
    found = _draw(request, number)
    after = number_of(request.GET.get("after")) or 0
    rows = list(queries.items(request.actor.scope, found).filter(position__gt=after)[: ITEMS + 1])
    more, rows = len(rows) > ITEMS, rows[:ITEMS]
    chances, days = queries.bought(found.population)
    return render(request, "draws/draw.html", _shown(request, found, rows) | {
        "items_next": f"?after={rows[-1].position}#items" if more else "",
        "chances": [
            {"case": CASES[row.bad], "day": f"{float(row.day):.0%}", "month": f"{float(row.month):.0%}"}
            for row in (chances if days else ())
        ],
        "chance_columns": columns("当天总体中", "当天至少发现一件#", f"近 {days} 次抽取至少发现一件#"),
    })  # fmt: skip


def _shown(request: StaffRequest, found: Draw, rows: list[DrawItem]) -> dict[str, Any]:
    population = found.population
    newest = population.draws.order_by("-generation", "-pk").first()
    verdicts = reviewing.verdicts(request.actor.scope, request.actor.person_id, rows)
    return {
        "tabs": tabs("draws"),
        "one": found,
        "logged": queries.logged(found),
        "population": population,
        "title": title_of(population.kind),
        "word": variant_word(found.variant),
        "owed": {code: {"word": PARTS[code], "number": number} for code, number in (
            ("A", found.floor), ("B", found.priority), ("C", found.mandatory))},
        "rows": [_item(row, verdicts.get(row.pk, "")) for row in rows],
        "columns": columns("次序#", "业务记录", "场所", "业务时间", "类别", "入样概率#", "复核人", "复核"),
        "fresh": found.items.count(),
        "percent": _share(found.parameters.get("floor", 0)),
        "present": found.parameters.get("floor", 0) // rules.PERCENT,
        "may_enlarge": newest is not None
        and newest.pk == found.pk
        and request.actor.may(Permission.DRAW_MAKE)
        and population.capacity_id == request.actor.capacity_id,
        "breadcrumbs": [
            {"label": "抽查", "url": f"{reverse('draws')}?date={population.day}"},
            {"label": title_of(population.kind), "url": reverse("population", args=[population.pk])},
            {"label": f"抽取 {found.pk}"},
        ],
    }  # fmt: skip


def _item(row: DrawItem, verdict: str) -> dict[str, Any]:
    reviewers = list(row.reviewers.all())
    return {
        "one": row,
        "member": mask(row.member),
        "part": PARTS[row.part],
        "first": reviewers[0].appointment.person.name if reviewers else "",
        "verdict": verdict,
        "changed": bool(row.about.get("changed")),
        "unrecorded": row.line.split("\t")[5:6] == ["-"],
    }


@require_POST
@page(Permission.DRAW_MAKE)
def more(request: StaffRequest, number: int) -> HttpResponse:
    """Draw more of the same population by the same seed."""
    found = _draw(request, number)
    try:
        made = drawing.enlarge(
            by=request.actor,
            population=found.population,
            percent=number_of(request.POST.get("percent")) or 0,
            reason=request.POST.get("reason", ""),
        )
    except (drawing.DrawRefused, NotAllowed) as refused:
        messages.error(request, f"没有扩大：{refused}")
        return redirect("draw", number)
    messages.success(request, f"已扩大抽取，新抽中 {made.items.count()} 件")
    return redirect("draw", made.pk)


@require_safe
@page(Permission.DRAW_READ)
def rotation(request: StaffRequest) -> HttpResponse:
    """When each site last came up, longest ago first."""
    kind = request.GET.get("kind", "")
    found = queries.rotation(request.actor.scope, kind)
    today = clock.today()
    return render(
        request,
        "draws/rotation.html",
        {
            "tabs": tabs("draws-rotation"),
            "rows": [{"one": row, "title": title_of(row.kind), "ago": (today - row.last).days} for row in found],
            "columns": columns("场所", "总体", "单位", "最近抽中", "距今天数#", "累计抽中#"),
            "kinds": _choices([(one.kind, one.title) for one in frames()], kind),
            "breadcrumbs": [{"label": "抽查", "url": reverse("draws")}, {"label": "轮转"}],
        },
    )
