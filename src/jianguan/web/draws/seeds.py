"""The seed of a day (种子): who has committed, who has revealed, which public numbers stand, whose turn it is."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from jianguan.backbone.alerts.models import Alert
from jianguan.backbone.draws import queries, rules, seeds
from jianguan.backbone.draws.models import Commitment, Party, PublicNumber
from jianguan.backbone.draws.rules import Timetable
from jianguan.backbone.draws.terms import terms, timetable
from jianguan.backbone.people.acting import Actor, NotAllowed
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.work.models import Population
from jianguan.kit import clock
from jianguan.web.draws.populations import day_asked, tabs
from jianguan.web.page import StaffRequest, page
from jianguan.web.rules.tabs import columns

AS = {
    Party.CHECKING: "本单位抽查",
    Party.SUPERIOR: "下级单位抽查（上级）",
    Party.DISCIPLINE: "全省抽查（纪检监察）",
}


class NumberForm(forms.Form):
    """A public number as printed where it was published."""

    name = forms.ChoiceField(label="名称", choices=[(one, one) for one in rules.PUBLIC_NUMBERS])
    issue = forms.CharField(label="期号（开奖日）", max_length=40)
    value = forms.RegexField(r"^[0-9]{3,10}$", label="开奖号码", error_messages={"invalid": "只写数字，如 472"})


class BeaconForm(forms.Form):
    """The announced round of the beacon: its signature, or the whole answer of drand."""

    said = forms.CharField(
        label="该轮的签名，或信标文件全文",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )


def of_alert(alert: Alert) -> str:
    """The seed of the day an alert is about."""
    return f"{reverse('draws-seeds')}?date={alert.day}"


def _address(day: dt.date) -> str:
    return f"{reverse('draws-seeds')}?date={day}"


@require_safe
@page(Permission.DRAW_READ)
def day(request: StaffRequest) -> HttpResponse:
    """The sources of the seed of a day, as they stand for the unit acted in."""
    return _page(request, day_asked(request.GET.get("date")))


def _page(
    request: StaffRequest,
    on: dt.date,
    form: NumberForm | None = None,
    beacon_form: BeaconForm | None = None,
    status: int = 200,
) -> HttpResponse:
    actor, now = request.actor, clock.now()
    table = timetable(on)
    shares = queries.shares_of(actor.capacity_id, on)
    own = list(queries.own_commitments(actor.scope, actor.capacity_id, on).prefetch_related("reveals"))
    numbers = list(queries.public_numbers(on))
    mine = [party for party in Party if seeds.party_allowed(actor, party)] if actor.may(Permission.DRAW_COMMIT) else []
    given = {one.party for one in own}
    step = dt.timedelta(days=1)
    frozen = Population.objects.filter(capacity_id=actor.capacity_id, day=on).order_by("frozen_at").first()
    context: dict[str, Any] = {
        "tabs": tabs("draws-seeds"),
        "day": on,
        "table": table,
        "shares": [_share(one, now, table) for one in shares],
        "share_columns": columns("承诺方", "单位", "承诺", "揭示", "状态"),
        "number_columns": columns("公开随机数", "期号", "号码", "公布时间", "录入", "确认", ""),
        "to_commit": [{"party": one.value, "label": AS[one]} for one in mine if one.value not in given]
        if now < table.freeze
        else [],
        "to_reveal": [
            {"one": one, "label": AS[Party(one.party)], "open": table.reveal_from <= now}
            for one in own
            if not any(row.matches for row in one.reveals.all())
        ],
        "numbers": [
            {
                "one": one,
                "confirmed": hasattr(one, "confirmation"),
                "by_me": one.entered_by_id == actor.appointment_id,
            }
            for one in numbers
        ],
        "form": form or NumberForm(initial={"issue": rules.issue_of(on)}),
        "may_enter": _may_enter(actor) and now >= table.reveal_until,
        "beacon": {"round": rules.beacon_round(table.reveal_until), "form": beacon_form or BeaconForm()}
        if terms(on).beacon()
        else None,
        "may_confirm": _may_enter(actor),
        "public_names": rules.PUBLIC_NUMBERS,
        "turn": _turn(shares, numbers, now, table),
        "frozen": frozen,
        "early": [one for one in numbers if frozen is not None and one.published_at <= frozen.frozen_at],
        "prev_url": f"?date={on - step}",
        "next_url": f"?date={on + step}",
        "now": now,
        "as_of": now,
        "breadcrumbs": [{"label": "抽查", "url": reverse("draws")}, {"label": "种子"}],
    }
    return render(request, "draws/seeds.html", context, status=status)


def _may_enter(actor: Actor) -> bool:
    return actor.may(Permission.DRAW_COMMIT) and actor.level == "PROVINCE"


def _share(one: queries.ShareState, now: dt.datetime, table: Timetable) -> dict[str, Any]:
    if one.commitment is None:
        state, tone = ("未承诺", "neutral") if now < table.freeze else ("没有参与", "warn")
    elif one.revealed_at is not None:
        state, tone = ("逾时揭示", "warn") if one.late else ("已揭示", "good")
    elif now < table.reveal_from:
        state, tone = "已承诺", "info"
    elif now < table.reveal_until:
        state, tone = "待揭示", "info"
    else:
        state, tone = "逾时未揭示", "bad"
    return {"one": one, "state": state, "tone": tone}


def _turn(shares: list[queries.ShareState], numbers: list[PublicNumber], now: dt.datetime, table: Timetable) -> str:
    """Whose turn it is, in one sentence."""
    committed = [one for one in shares if one.commitment is not None]
    waiting = [one for one in committed if one.revealed_at is None]
    confirmed = sum(1 for one in numbers if hasattr(one, "confirmation"))
    if now < table.freeze:
        missing = [one.party.label for one in shares if one.commitment is None]
        tail = f"还可承诺：{'、'.join(missing)}。" if missing else "三方都已承诺。"
        return f"{table.freeze:%H:%M} 封存总体前可以承诺。{tail}"
    if now < table.reveal_from:
        return f"正在封存总体，{table.reveal_from:%H:%M} 起揭示。"
    if now < table.reveal_until and waiting:
        return f"轮到 {'、'.join(one.party.label for one in waiting)} 在 {table.reveal_until:%H:%M} 前揭示。"
    if len(committed) - len(waiting) + confirmed >= 2:
        return "种子来源已足，可以抽取。"
    return "来源不足两个：请省级两人录入并确认公开随机数。"


@require_POST
@page(Permission.DRAW_COMMIT)
def commit(request: StaffRequest) -> HttpResponse:
    """Take the digest of a secret that stays in the browser."""
    on = day_asked(request.POST.get("day"))
    try:
        seeds.commit(
            by=request.actor, party=request.POST.get("party", ""), day=on, digest=request.POST.get("digest", "")
        )
    except (seeds.SeedRefused, NotAllowed) as refused:
        messages.error(request, f"没有承诺：{refused}")
    else:
        messages.success(request, f"已承诺 {on} 的种子。请保管好下载的密件，{timetable(on).reveal_from:%H:%M} 起揭示。")
    return redirect(_address(on))


@require_POST
@page(Permission.DRAW_COMMIT)
def reveal(request: StaffRequest, number: int) -> HttpResponse:
    """Open a commitment of the unit acted in."""
    try:
        found = queries.commitment(request.actor.scope, number)
    except Commitment.DoesNotExist:
        raise Http404("没有这份承诺") from None
    try:
        row = seeds.reveal(
            by=request.actor,
            commitment=found,
            number=request.POST.get("number", "").strip(),
            nonce=request.POST.get("nonce", "").strip(),
        )
    except (seeds.SeedRefused, NotAllowed) as refused:
        messages.error(request, f"没有揭示：{refused}")
    else:
        if row.matches:
            messages.success(request, "已揭示，与承诺相符。")
        else:
            messages.error(request, "与承诺不符：已留存并发出预警。请核对后重新揭示。")
    return redirect(_address(found.day))


@require_POST
@page(Permission.DRAW_COMMIT)
def enter(request: StaffRequest) -> HttpResponse:
    """Type in a public number of a day."""
    on = day_asked(request.POST.get("day"))
    form = NumberForm(request.POST)
    if form.is_valid():
        try:
            seeds.enter_number(by=request.actor, day=on, **form.cleaned_data)
        except (seeds.SeedRefused, NotAllowed) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "已录入，须由另一人按公布内容再录一遍确认。")
            return redirect(_address(on))
    return _page(request, on, form, status=422)


@require_POST
@page(Permission.DRAW_COMMIT)
def enter_beacon(request: StaffRequest) -> HttpResponse:
    """Type in or load the round of the beacon of a day."""
    on = day_asked(request.POST.get("day"))
    form = BeaconForm(request.POST)
    if form.is_valid():
        try:
            seeds.enter_beacon(by=request.actor, day=on, **form.cleaned_data)
        except (seeds.SeedRefused, NotAllowed) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "已录入该轮信标，须由另一人再录一遍确认。")
            return redirect(_address(on))
    return _page(request, on, beacon_form=form, status=422)


@require_POST
@page(Permission.DRAW_COMMIT)
def confirm(request: StaffRequest, number: int) -> HttpResponse:
    """Confirm a public number by typing it a second time."""
    found = PublicNumber.objects.filter(pk=number).select_related("entered_by").first()
    if found is None:
        raise Http404("没有这项公开随机数")
    try:
        seeds.confirm_number(
            by=request.actor,
            number=found,
            issue=request.POST.get("issue", ""),
            value=request.POST.get("value", ""),
        )
    except (seeds.SeedRefused, NotAllowed) as refused:
        messages.error(request, f"没有确认：{refused}")
    else:
        messages.success(request, "已确认，作为当日种子来源。")
    return redirect(_address(found.day))
