"""Duty roster of a capacity (值班排班, clause 5.3): a month, entering, withdrawing, printing."""

import calendar
import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.people import queries, rosters, rules
from jianguan.backbone.people.models import Appointment, RosterEntry
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.people.rules import Refusal
from jianguan.kit import clock
from jianguan.web.asked import DayField, day_of, number_of
from jianguan.web.page import StaffRequest, page
from jianguan.web.people.forms import Day, seats

COLUMNS = [{"label": label} for label in ("日期", "班次", "值班人", "岗位", "")]


class EntryForm(forms.Form):
    """Who is on duty when."""

    day = DayField(label="日期", widget=Day)
    shift = forms.ChoiceField(label="班次", choices=RosterEntry.Shift.choices)
    appointment = forms.TypedChoiceField(label="值班人", coerce=int)

    def __init__(self, *args: Any, holders: list[Appointment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["appointment"].choices = [  # type: ignore[attr-defined]
            (one.pk, f"{one.person.name}（{one.post.title}）") for one in holders
        ]


def _first_day(text: str) -> dt.date:
    return (day_of(text) or clock.today()).replace(day=1)


def _following(first: dt.date) -> dt.date:
    return first + dt.timedelta(days=calendar.monthrange(first.year, first.month)[1])


def _previous(first: dt.date) -> dt.date:
    return (first - dt.timedelta(days=1)).replace(day=1)


def _month(request: StaffRequest) -> dict[str, Any]:
    """What both the page and the print show. 404 for a capacity out of scope."""
    wanted = number_of(request.GET.get("capacity"))
    capacity_id = request.actor.capacity_id if wanted is None else wanted
    if capacity_id not in request.actor.scope:
        raise Http404
    capacity = Capacity.objects.select_related("agency").filter(pk=capacity_id).first()
    if capacity is None:
        raise Http404
    first = _first_day(request.GET.get("date", ""))
    last = _following(first)
    entries: dict[dt.date, list[RosterEntry]] = {}
    for one in queries.roster(request.actor.scope, capacity_id, first, last):
        entries.setdefault(one.day, []).append(one)
    today = clock.today()
    days = [first + dt.timedelta(days=offset) for offset in range((last - first).days)]
    return {
        "capacity": capacity,
        "first": first,
        "last_day": last - dt.timedelta(days=1),
        "days": [
            {"day": day, "entries": entries.get(day, []), "open": rules.may_change_roster(day, today)} for day in days
        ],
        "missing": sum(1 for day in days if day <= today and day not in entries),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.REGISTRATION_READ)
def month(request: StaffRequest) -> HttpResponse:
    """The roster of a month; whoever keeps the roster of this capacity enters people here."""
    actor = request.actor
    shown = _month(request)
    capacity, first = shown["capacity"], shown["first"]
    form = None
    if actor.may(Permission.ROSTER_MANAGE) and capacity.pk == actor.capacity_id:
        holders = queries.holders(actor.scope, capacity.pk, clock.today())
        form = EntryForm(request.POST or None, holders=holders, initial={"day": clock.today()})
    if request.method == "POST":
        actor.require(Permission.ROSTER_MANAGE)
        actor.require_capacity(capacity.pk)
    if form is not None and form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            appointment = queries.appointment(actor.scope, given["appointment"])
            made = rosters.enter_roster(by=actor, appointment=appointment, day=given["day"], shift=given["shift"])
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{made.day} {made.get_shift_display()}已排班")
            return redirect(_address("rosters", made.day, capacity.pk))
    return render(
        request,
        "rosters/month.html",
        shown
        | {
            "form": form,
            "columns": COLUMNS,
            "prev_url": _address("rosters", _previous(first), capacity.pk),
            "next_url": _address("rosters", _following(first), capacity.pk),
            "print_url": _address("roster-print", first, capacity.pk),
            "capacities": [
                {"value": pk, "label": title, "selected": pk == capacity.pk}
                for pk, title in seats(actor.scope.capacity_ids)
            ],
        },
    )


@require_safe
@page(Permission.REGISTRATION_READ)
def printed(request: StaffRequest) -> HttpResponse:
    """The roster of a month on paper."""
    shown = _month(request)
    back = _address("rosters", shown["first"], shown["capacity"].pk)
    return render(request, "rosters/print.html", shown | {"back_url": back})


@require_safe
@page(Permission.REGISTRATION_READ)
def entry(request: StaffRequest, entry_id: int) -> HttpResponse:
    """Lead from the proof of a duty to the month that holds this entry."""
    found = _entry(request, entry_id)
    return redirect(_address("rosters", found.day, found.capacity_id))


@require_POST
@page(Permission.ROSTER_MANAGE)
def withdraw(request: StaffRequest, entry_id: int) -> HttpResponse:
    """Take somebody off duty, with a reason."""
    found = _entry(request, entry_id)
    try:
        rosters.withdraw_roster(by=request.actor, entry=found, reason=request.POST.get("reason", ""))
    except Refusal as refusal:
        messages.error(request, f"没有保存：{refusal}")
    else:
        messages.success(request, "已撤销该班次")
    return redirect(_address("rosters", found.day, found.capacity_id))


def _entry(request: StaffRequest, entry_id: int) -> RosterEntry:
    try:
        return queries.roster_entry(request.actor.scope, entry_id)
    except RosterEntry.DoesNotExist as absent:
        raise Http404 from absent


def _address(name: str, day: dt.date, capacity_id: int) -> str:
    return f"{reverse(name)}?{urlencode({'date': day.isoformat(), 'capacity': str(capacity_id)})}"
