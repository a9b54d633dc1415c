"""Sources (数据源): who reports what for whom and since when; registered and closed here by the unit's own posts."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.registrations.data_sources import SourceRefused, Wanted, close_source, open_source
from jianguan.facts import arrivals, sources
from jianguan.facts.contract import contracts
from jianguan.facts.models import ReportsFor, Source
from jianguan.facts.scoped import PROVINCE
from jianguan.kit import clock
from jianguan.web.asked import DayField, day_of
from jianguan.web.facts.tabs import columns, label_of, options, tabs
from jianguan.web.page import StaffRequest, page

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
WHOLE = "全省"


class SourceForm(forms.Form):
    """A source to register; what is allowed is decided by the room's rules."""

    fact = forms.ChoiceField(label="数据约定")
    key = forms.CharField(
        label="标识",
        max_length=60,
        help_text="小写字母、数字、连字符或下划线，登记后不能更改，如 city-exams；投递目录收的数据源与约定同名。",
    )
    name = forms.CharField(label="名称", max_length=sources.LONGEST_NAME, help_text="如“长春考试系统”。")
    capacity = forms.ChoiceField(label="履职身份", required=False, help_text="由谁负责报送。")
    reports_for = forms.ChoiceField(label="代报范围", choices=ReportsFor.choices)
    listed = forms.MultipleChoiceField(
        label="列明的下级", required=False, help_text="代报范围为“列明的下级”时选，须是所监管的单位。"
    )
    first_day = DayField(label="报送起始日", widget=DAY, help_text="自该日起逐日应到。")
    due_hour = forms.IntegerField(
        label="报送时限（时）",
        required=False,
        min_value=0,
        max_value=sources.LAST_HOUR,
        help_text="次日 0 时起的小时数，不填按数据约定。",
    )

    def __init__(self, *args: Any, seats: dict[str, str], whole: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["capacity"].required = not whole
        self.fields["fact"].choices = [(one.name, one.label) for one in contracts().values()]  # type: ignore[attr-defined]
        self.fields["capacity"].choices = [*([("", WHOLE)] if whole else []), *seats.items()]  # type: ignore[attr-defined]
        self.fields["listed"].choices = list(seats.items())  # type: ignore[attr-defined]


def _seats(request: StaffRequest) -> dict[str, str]:
    """The capacities of the scope that stand today, by key with their titles."""
    found = Capacity.objects.select_related("agency").filter(
        pk__in=request.actor.scope.capacity_ids, valid__contains=clock.today()
    )
    return {one.key: one.title for one in found.order_by("pk")}


def _row(one: Source, titles: dict[str, str], last: dict[int, Any]) -> dict[str, Any]:
    today = clock.today()
    ended = one.last_day is not None and one.last_day < today
    return {
        "one": one,
        "fact": label_of(one.contract),
        "unit": titles.get(one.capacity_key, one.capacity_key) or WHOLE,
        "word": "已终止" if ended else "未开始" if one.first_day and one.first_day > today else "报送中",
        "tone": "neutral" if ended else "info",
        "ended": ended,
        "last": last.get(one.pk),
        "token": "已发放" if one.token_digest else "—",
    }


@require_safe
@page(Permission.FACTS_READ)
def listing(request: StaffRequest) -> HttpResponse:
    """All sources; what comes is everybody's business, because everybody's ledger rests on it."""
    fact = request.GET.get("fact", "")
    found = list(Source.objects.filter(**({"contract": fact} if fact in contracts() else {})))
    seats = Capacity.objects.select_related("agency").filter(key__in={one.capacity_key for one in found})
    titles, last = {seat.key: seat.title for seat in seats}, arrivals.last_days()
    return render(
        request,
        "facts/sources.html",
        {
            "rows": [_row(one, titles, last) for one in found],
            "columns": columns("名称", "数据约定", "履职身份", "代报范围", "应到期间", "最近报到", "接口令牌", "状态"),
            "facts": options(((one.name, one.label) for one in contracts().values()), fact),
            "may_manage": request.actor.may(Permission.FACTS_MANAGE),
            "tabs": tabs("facts-sources"),
            "breadcrumbs": [{"label": "数据接入", "url": reverse("facts")}, {"label": "数据源"}],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.FACTS_MANAGE)
def add(request: StaffRequest) -> HttpResponse:
    """Register a source of a unit of the scope."""
    seats, whole = _seats(request), PROVINCE in request.actor.scope
    form = SourceForm(request.POST or None, initial={"first_day": clock.today()}, seats=seats, whole=whole)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            found = open_source(by=request.actor, wanted=Wanted(**{**given, "listed": tuple(given["listed"])}))
        except SourceRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"已登记数据源“{found.name}”，自 {found.first_day} 起应到。")
            return redirect("facts-source", found.pk)
    return render(
        request,
        "facts/source_add.html",
        {
            "form": form,
            "tabs": tabs("facts-sources"),
            "breadcrumbs": [
                {"label": "数据接入", "url": reverse("facts")},
                {"label": "数据源", "url": reverse("facts-sources")},
                {"label": "登记"},
            ],
        },
        status=422 if form.errors else 200,
    )


def _found(number: int) -> Source:
    found = Source.objects.filter(pk=number).first()
    if found is None:
        raise Http404("没有这个数据源")
    return found


@require_safe
@page(Permission.FACTS_READ)
def show(request: StaffRequest, number: int) -> HttpResponse:
    """One source."""
    one = _found(number)
    seats = Capacity.objects.select_related("agency").filter(key__in=[one.capacity_key, *one.listed])
    titles = {seat.key: seat.title for seat in seats}
    return render(
        request,
        "facts/source.html",
        {
            **_row(one, titles, arrivals.last_days()),
            "listed": [titles.get(key, key) for key in one.listed],
            "today": clock.today(),
            "may_close": one.last_day is None
            and request.actor.may(Permission.FACTS_MANAGE)
            and one.capacity_id in request.actor.scope,
            "tabs": tabs("facts-sources"),
            "breadcrumbs": [
                {"label": "数据接入", "url": reverse("facts")},
                {"label": "数据源", "url": reverse("facts-sources")},
                {"label": one.name},
            ],
        },
    )


@require_POST
@page(Permission.FACTS_MANAGE)
def close(request: StaffRequest, number: int) -> HttpResponse:
    """Close a source after its last day, with a reason."""
    source, last_day = _found(number), day_of(request.POST.get("last_day"))
    if last_day is None:
        messages.error(request, "请填写报送终止日。")
        return redirect("facts-source", number)
    try:
        close_source(by=request.actor, source=source, last_day=last_day, reason=request.POST.get("reason", ""))
        messages.success(request, f"已终止，{last_day} 是最后一个应到日。")
    except SourceRefused as refused:
        messages.error(request, f"{refused}。")
    return redirect("facts-source", number)
