"""Registrations (履职登记): list, who lacks what, add, end with a reason, file with the superior, print."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jianguan.backbone.agencies.queries import NoSuperior
from jianguan.backbone.people.models import Person
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.registrations import actions, queries, rules
from jianguan.backbone.registrations.actions import RegistrationRefused
from jianguan.backbone.registrations.models import Registration, RegistrationKind
from jianguan.backbone.registrations.rules import Span
from jianguan.backbone.rules.queries import working_calendar
from jianguan.kit import clock
from jianguan.web.asked import number_of, start_of
from jianguan.web.page import StaffRequest, page
from jianguan.web.registrations.forms import RegistrationForm

PAGE = 50
ONE_DAY = dt.timedelta(days=1)
LABELS = dict(RegistrationKind.choices)
TONES = {"有效": "info", "即将到期": "warn", "已失效": "bad", "未生效": "neutral"}


def _row(one: Registration, on: dt.date) -> dict[str, Any]:
    span = Span(one.valid.lower, one.valid.upper)
    standing = rules.standing_word(span, on)
    return {
        "one": one,
        "standing": standing,
        "tone": TONES[standing],
        "last_day": one.valid.upper - ONE_DAY if one.valid.upper else None,
        "filing": _filing(one, on),
    }


def _filing(one: Registration, on: dt.date) -> str:
    if one.filed_with_id is None:
        return "不需报备"
    if one.received_at is not None:
        return "已签收"
    if one.filed_at is not None:
        return "已上报待签收"
    return "逾期未上报" if one.filing_due and one.filing_due < on else "待上报"


def _tabs(request: StaffRequest, active: str) -> list[dict[str, Any]]:
    scope = request.actor.scope
    waiting = queries.filings_to_receive(scope, request.actor.capacity_id)[:100]
    return [
        {"label": "登记", "url": reverse("registrations"), "active": active == "list"},
        {"label": "谁缺什么", "url": reverse("registration-gaps"), "active": active == "gaps"},
        {
            "label": "待签收报备",
            "url": reverse("registration-filings"),
            "active": active == "filings",
            "count": len(waiting),
        },
    ]


@require_safe
@page(Permission.REGISTRATION_READ)
def listing(request: StaffRequest) -> HttpResponse:
    """Registrations of the scope with filters, by key pages."""
    on = clock.today()
    kind, standing, words, before = (request.GET.get(name, "").strip() for name in ("kind", "standing", "q", "before"))
    found = queries.registrations(request.actor.scope, on, kind=kind, standing=standing, words=words)
    if (last := number_of(before)) is not None:
        found = found.filter(pk__lt=last)
    rows = list(found[: PAGE + 1])
    more, rows = len(rows) > PAGE, rows[:PAGE]
    asked = request.GET.copy()
    if more:
        asked["before"] = str(rows[-1].pk)
    return render(
        request,
        "registrations/list.html",
        {
            "rows": [_row(one, on) for one in rows],
            "columns": [{"label": label} for label in ("名称", "种类", "单位", "人员", "有效期", "状态", "报备")],
            "kinds": [{"value": value, "label": label, "selected": kind == value} for value, label in LABELS.items()],
            "standings": [
                {"value": value, "label": label, "selected": standing == value}
                for value, label in queries.STANDINGS.items()
            ],
            "words": words,
            "next_url": f"?{asked.urlencode()}" if more else "",
            "may_manage": request.actor.may(Permission.REGISTRATION_MANAGE),
            "on": on,
            "tabs": _tabs(request, "list"),
            "breadcrumbs": [{"label": "履职登记"}],
        },
    )


@require_safe
@page(Permission.REGISTRATION_READ)
def gaps(request: StaffRequest) -> HttpResponse:
    """Who lacks what: units without a valid registration that a norm requires."""
    on = clock.today()
    everything = queries.gaps(request.actor.scope, on)
    kind = request.GET.get("kind", "")
    found = [gap for gap in everything if not kind or gap.kind == kind]
    start = start_of(request.GET)
    kinds = sorted({gap.kind for gap in everything})
    return render(
        request,
        "registrations/gaps.html",
        {
            "rows": [
                {
                    "gap": gap,
                    "label": LABELS.get(gap.kind, gap.kind),
                    "by_hand": gap.kind in LABELS,
                    "mine": gap.capacity_id == request.actor.capacity_id,
                }
                for gap in found[start : start + PAGE]
            ],
            "columns": [{"label": label} for label in ("单位", "缺少", "依据", "要求", "上一份失效日", "办理")],
            "kinds": [{"value": one, "label": LABELS.get(one, one), "selected": one == kind} for one in kinds],
            "total": len(found),
            "next_url": f"?kind={kind}&start={start + PAGE}" if start + PAGE < len(found) else "",
            "prev_url": f"?kind={kind}&start={max(start - PAGE, 0)}" if start else "",
            "may_manage": request.actor.may(Permission.REGISTRATION_MANAGE),
            "on": on,
            "tabs": _tabs(request, "gaps"),
            "breadcrumbs": [{"label": "履职登记", "url": reverse("registrations")}, {"label": "谁缺什么"}],
        },
    )


@require_safe
@page(Permission.REGISTRATION_READ)
def filings(request: StaffRequest) -> HttpResponse:
    """What lower levels filed here and nobody has signed yet."""
    waiting = queries.filings_to_receive(request.actor.scope, request.actor.capacity_id)[:PAGE]
    return render(
        request,
        "registrations/filings.html",
        {
            "rows": list(waiting),
            "columns": [
                {"label": label} for label in ("名称", "种类", "上报单位", "人员", "上报时间", "报备期限", "办理")
            ],
            "may_receive": request.actor.may(Permission.DOCUMENT_ACKNOWLEDGE),
            "tabs": _tabs(request, "filings"),
            "breadcrumbs": [{"label": "履职登记", "url": reverse("registrations")}, {"label": "待签收报备"}],
        },
    )


@require_http_methods(["GET", "POST"])
@page(Permission.REGISTRATION_MANAGE)
def add(request: StaffRequest) -> HttpResponse:
    """Register something for the capacity acted in."""
    initial = {"kind": request.GET.get("kind", ""), "valid_from": clock.today()}
    form = RegistrationForm(request.POST or None, initial=initial)
    form.fields["person"].queryset = Person.objects.filter(home_id=request.actor.capacity_id)  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = actions.register(
                by=request.actor,
                kind=RegistrationKind(given["kind"]),
                title=given["title"],
                number=given["number"],
                valid_from=given["valid_from"],
                valid_to=given["valid_to"] + ONE_DAY if given["valid_to"] else None,
                person=given["person"],
                details={name: given[name] for name in ("partner", "content") if given[name]},
                calendar=working_calendar(),
            )
        except RegistrationRefused as refusal:
            for reason in refusal.reasons:
                form.add_error(None, reason)
        else:
            messages.success(request, f"已登记“{made.title}”。")
            return redirect("registration", made.pk)
    return render(
        request,
        "registrations/add.html",
        {
            "form": form,
            "breadcrumbs": [{"label": "履职登记", "url": reverse("registrations")}, {"label": "新增登记"}],
        },
        status=422 if form.errors else 200,
    )


def _found(request: StaffRequest, number: int) -> Registration:
    try:
        return queries.registration(request.actor.scope, number)
    except Registration.DoesNotExist as missing:
        raise Http404("没有这份登记") from missing


def _detail(request: StaffRequest, number: int) -> dict[str, Any]:
    on, one = clock.today(), _found(request, number)
    mine = one.capacity_id == request.actor.capacity_id and request.actor.may(Permission.REGISTRATION_MANAGE)
    running = one.valid.upper is None or one.valid.upper > on
    return {
        **_row(one, on),
        "on": on,
        "may_end": mine and running and one.valid.lower <= on,
        "may_file": mine and one.filed_at is None and one.kind in rules.MUST_BE_FILED and one.filed_with_id is not None,
        "may_receive": one.filed_at is not None
        and one.received_at is None
        and one.filed_with_id == request.actor.capacity_id
        and request.actor.may(Permission.DOCUMENT_ACKNOWLEDGE),
        "breadcrumbs": [{"label": "履职登记", "url": reverse("registrations")}, {"label": one.title}],
    }


@require_safe
@page(Permission.REGISTRATION_READ)
def show(request: StaffRequest, number: int) -> HttpResponse:
    """One registration."""
    return render(request, "registrations/show.html", _detail(request, number))


@require_safe
@page(Permission.REGISTRATION_READ)
def paper(request: StaffRequest, number: int) -> HttpResponse:
    """One registration to print."""
    return render(request, "registrations/paper.html", _detail(request, number))


@require_POST
@page(Permission.REGISTRATION_MANAGE)
def end(request: StaffRequest, number: int) -> HttpResponse:
    """End a registration from tomorrow, with a reason; what stood until today stays as it was."""
    registration = _found(request, number)
    on = clock.today() + ONE_DAY
    try:
        actions.end_registration(
            by=request.actor, registration=registration, on=on, reason=request.POST.get("reason", "")
        )
        messages.success(request, f"已终止，{clock.today()} 为最后有效日。")
    except RegistrationRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("registration", number)


@require_POST
@page(Permission.REGISTRATION_MANAGE)
def file(request: StaffRequest, number: int) -> HttpResponse:
    """Send a registration up to the superior."""
    try:
        done = actions.file_with_superior(by=request.actor, registration=_found(request, number))
        messages.success(request, f"已上报 {done.filed_with}，签收后报备完成。")
    except (RegistrationRefused, NoSuperior) as refusal:
        messages.error(request, str(refusal))
    return redirect("registration", number)


@require_POST
@page(Permission.DOCUMENT_ACKNOWLEDGE)
def receive(request: StaffRequest, number: int) -> HttpResponse:
    """Sign for a filing of a lower level."""
    try:
        actions.receive_filing(by=request.actor, registration=_found(request, number))
        messages.success(request, "已签收报备。")
    except RegistrationRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("registration-filings")
