"""The working-day calendar of China (工作日历): a year at a glance, one day to correct with the notice it rests on."""

import calendar
import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.rules import actions
from jianguan.backbone.rules.models import CalendarDay
from jianguan.kit import clock
from jianguan.web.asked import day_of, number_of
from jianguan.web.page import StaffRequest, page
from jianguan.web.rules.parameters import REFUSALS
from jianguan.web.rules.tabs import columns, crumbs, tabs

FIRST_YEAR = 2020
SATURDAY = 5


class DayForm(forms.Form):
    """What one day is, and which notice says so."""

    is_workday = forms.ChoiceField(label="这一天", choices=[("1", "工作日"), ("0", "休息日")], widget=forms.RadioSelect)
    name = forms.CharField(label="名称", max_length=60, help_text="例如 春节、调休上班")
    source = forms.CharField(label="依据通知", max_length=200)
    reason = forms.CharField(label="理由", min_length=4, max_length=300, widget=forms.Textarea({"rows": 2}))
    confirm = forms.BooleanField(label="确认修改，期限按新的日历计算，已开立的任务不变")


def _asked_year(text: str) -> int:
    this = clock.today().year
    return min(max(number_of(text) or this, FIRST_YEAR), this + 2)


@require_safe
@page(Permission.RULE_READ)
def year(request: StaffRequest) -> HttpResponse:
    """Twelve months; every day a link."""
    number = _asked_year(request.GET.get("year", ""))
    rows = list(CalendarDay.objects.filter(day__year=number))
    known = {row.day: row for row in rows}
    today = clock.today()
    return render(
        request,
        "rules/calendar.html",
        {
            "year": number,
            "months": [
                {"number": month, "weeks": [_week(week, month, known, today) for week in weeks]}
                for month, weeks in _months(number)
            ],
            "exceptions": rows,
            "workdays": sum(_is_workday(day, known) for day in _days(number)),
            "unconfirmed": sum(not row.confirmed for row in rows),
            "prev_url": f"?year={number - 1}" if number > FIRST_YEAR else "",
            "next_url": f"?year={number + 1}" if number < today.year + 2 else "",
            "columns": columns("日期", "是", "名称", "依据", "确认"),
            "tabs": tabs("rules-calendar"),
            "breadcrumbs": crumbs("工作日历"),
        },
    )


def _months(number: int) -> list[tuple[int, list[list[dt.date]]]]:
    weeks = calendar.Calendar(firstweekday=0)
    return [(month, weeks.monthdatescalendar(number, month)) for month in range(1, 13)]


def _days(number: int) -> list[dt.date]:
    first = dt.date(number, 1, 1)
    return [first + dt.timedelta(days=step) for step in range((dt.date(number + 1, 1, 1) - first).days)]


def _is_workday(day: dt.date, known: dict[dt.date, CalendarDay]) -> bool:
    row = known.get(day)
    return day.weekday() < SATURDAY if row is None else row.is_workday


def _week(
    week: list[dt.date], month: int, known: dict[dt.date, CalendarDay], today: dt.date
) -> list[dict[str, Any] | None]:
    cells: list[dict[str, Any] | None] = []
    for day in week:
        if day.month != month:
            cells.append(None)
            continue
        row, works = known.get(day), _is_workday(day, known)
        kinds = ("work", "rest") if row is None else ("makeup", "holiday")
        css = kinds[0] if works else kinds[1]
        cells.append(
            {
                "day": day,
                "css": css,
                "works": works,
                "name": row.name if row else "",
                "unconfirmed": row is not None and not row.confirmed,
                "today": day == today,
                "url": reverse("rules-day", args=[day.isoformat()]),
            }
        )
    return cells


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.RULE_READ)
def day(request: StaffRequest, day: str) -> HttpResponse:
    """One day; POST corrects it."""
    when = day_of(day)
    if when is None or not FIRST_YEAR <= when.year <= clock.today().year + 2:
        raise Http404
    row = CalendarDay.objects.filter(day=when).first()
    works = _is_workday(when, {when: row} if row else {})
    initial = {
        "is_workday": "1" if works else "0",
        "name": row.name if row else "",
        "source": row.source if row and row.confirmed else "",
    }
    form = DayForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            actions.change_calendar_day(
                by=request.actor,
                day=when,
                is_workday=asked["is_workday"] == "1",
                name=asked["name"],
                source=asked["source"],
                reason=asked["reason"],
            )
        except REFUSALS as refusal:
            form.add_error("is_workday", str(refusal))
        else:
            messages.success(request, f"已修改 {when} 的工作日历")
            return redirect(f"{reverse('rules-calendar')}?year={when.year}")
    context = {
        "day": when,
        "row": row,
        "works": works,
        "form": form,
        "breadcrumbs": [
            *crumbs(),
            {"label": "工作日历", "url": f"{reverse('rules-calendar')}?year={when.year}"},
            {"label": when.isoformat()},
        ],
    }
    return render(request, "rules/day.html", context, status=422 if form.errors else 200)
