"""What is done at the complaint desk: enter, take up, decline, merge, answer, decide on 'dissatisfied'."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from jianguan.backbone.agencies.models import Capacity, CapacityLevel, CapacityMode
from jianguan.backbone.cases.actions import CaseRefused
from jianguan.backbone.complaints import actions, handling, queries, rules
from jianguan.backbone.complaints.actions import ComplaintRefused, Report
from jianguan.backbone.complaints.models import Complaint
from jianguan.backbone.complaints.photos import PhotoRefused
from jianguan.backbone.complaints.rules import BY_STAFF, LARGEST_PHOTO, MATTERS, Channel
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.rules.queries import working_calendar
from jianguan.kit import clock
from jianguan.web.asked import day_of, number_of
from jianguan.web.complaints.views import found, last_day, options, shown
from jianguan.web.page import StaffRequest, page

REFUSED = (ComplaintRefused, CaseRefused, PhotoRefused)
FIELDS = ("channel", "matter", "unit", "text", "place", "happened", "name", "contact")
OFFERED = [CapacityLevel.PROVINCE, CapacityLevel.CITY, CapacityLevel.COUNTY, CapacityLevel.VEHICLE_OFFICE]


@sensitive_post_parameters("name", "contact", "text")
@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.COMPLAINT_HANDLE)
def new(request: StaffRequest) -> HttpResponse:
    """Enter what came by phone, letter, visit, media or mail; answers with the code for the complainant."""
    given = {name: request.POST.get(name, "") for name in FIELDS}
    if request.method != "POST":
        return _form(request, given, "", 200)
    try:
        receipt = actions.receive(report=_report(request, given), by=request.actor)
    except REFUSED as refused:
        return _form(request, given, str(refused), 422)
    one = receipt.complaint
    return render(
        request,
        "complaints/entered.html",
        {
            "one": one,
            "code": rules.grouped(receipt.code),
            "last_day": last_day(one.accept_by),
            "here": one.receiver_id in request.actor.scope,
            "breadcrumbs": [{"label": "投诉举报", "url": reverse("complaints")}, {"label": one.number}],
        },
    )


def _report(request: StaffRequest, given: dict[str, str]) -> Report:
    unit = Capacity.objects.filter(pk=number_of(given["unit"]) or 0).first()
    if unit is None or given["channel"] not in set(BY_STAFF):
        raise ComplaintRefused("请选择渠道和涉及的单位")
    sent = request.FILES.getlist("photos")
    if len(sent) > rules.MOST_PHOTOS or any((one.size or 0) > LARGEST_PHOTO for one in sent):
        raise ComplaintRefused(f"照片最多 {rules.MOST_PHOTOS} 张，单张不超过 {LARGEST_PHOTO >> 20} MB")
    return Report(
        channel=Channel(given["channel"]),
        matter=given["matter"],
        unit=unit,
        text=given["text"],
        place=given["place"],
        happened=given["happened"],
        name=given["name"],
        contact=given["contact"],
        photos=[one.read() for one in sent],
    )


def _form(request: StaffRequest, given: dict[str, str], problem: str, status: int) -> HttpResponse:
    units = Capacity.objects.filter(level__in=OFFERED, mode=CapacityMode.OWN, valid__contains=clock.today())
    context = {
        "given": given,
        "problem": problem,
        "channels": options([(one.value, one.word) for one in BY_STAFF], given["channel"]),
        "matters": options([(key, f"{one.word}（{one.example}）") for key, one in MATTERS.items()], given["matter"]),
        "units": options([(str(one.pk), one.title) for one in units.select_related("agency")], given["unit"]),
        "shortest": rules.SHORTEST_TEXT,
        "most_photos": rules.MOST_PHOTOS,
        "breadcrumbs": [{"label": "投诉举报", "url": reverse("complaints")}, {"label": "登记"}],
    }
    return render(request, "complaints/new.html", context, status=status)


def _act(request: StaffRequest, number: str, deed: Callable[[Any], object], done: str) -> HttpResponse:
    """Do something to a complaint; refused, its page says why and keeps what was typed."""
    one = found(request, number)
    try:
        deed(one)
    except REFUSED as refused:
        return shown(request, one, problem=str(refused), status=422, typed=request.POST.get("text", ""))
    messages.success(request, done)
    return redirect("complaint", number)


@require_POST
@page(Permission.COMPLAINT_HANDLE)
def accept(request: StaffRequest, number: str) -> HttpResponse:
    """Take it up and hand it to a unit."""
    handler = Capacity.objects.filter(pk=number_of(request.POST.get("handler")) or 0).first()

    def deed(one: Any) -> None:
        if handler is None:
            raise ComplaintRefused("请选择承办单位")
        handling.accept(
            by=request.actor,
            complaint=one,
            handler=handler,
            text=request.POST.get("text", ""),
            told=request.POST.get("told", ""),
            released=request.POST.get("released") == "1",
            calendar=working_calendar(),
        )

    return _act(request, number, deed, "已受理并交办，投诉人可以看到。")


@require_POST
@page(Permission.COMPLAINT_HANDLE)
def decline(request: StaffRequest, number: str) -> HttpResponse:
    """Decline with the reason."""
    text = request.POST.get("text", "")
    return _act(
        request,
        number,
        lambda one: handling.decline(by=request.actor, complaint=one, text=text),
        "已答复不予受理，投诉人可以要求上级复核。",
    )


@require_POST
@page(Permission.COMPLAINT_HANDLE)
def merge(request: StaffRequest, number: str) -> HttpResponse:
    """Join it to another of the same matter."""

    def deed(one: Any) -> None:
        try:
            into = queries.complaint(request.actor.scope, request.POST.get("into", "").strip()[:30])
        except Complaint.DoesNotExist:
            raise ComplaintRefused("没有这个编号的投诉") from None
        handling.merge(by=request.actor, complaint=one, into=into, reason=request.POST.get("text", ""))

    return _act(request, number, deed, "已并案；投诉人仍用原查询码，看得到同一答复。")


@require_POST
@page(Permission.COMPLAINT_HANDLE)
def addition(request: StaffRequest, number: str) -> HttpResponse:
    """Note that what a complainant added was read, and hand it on."""
    entry_id = number_of(request.POST.get("entry"))

    def deed(one: Any) -> None:
        entry = next((entry for entry in queries.unread(one) if entry.pk == entry_id), None)
        if entry is None:
            raise ComplaintRefused("这份补充情况已经有人看过，请刷新后再办")
        handling.read_addition(by=request.actor, entry=entry, told=request.POST.get("text", ""))

    return _act(request, number, deed, "已记为看过；写了转办内容的，已记入事项。")


@require_POST
@page(Permission.COMPLAINT_HANDLE)
def first_answer(request: StaffRequest, number: str) -> HttpResponse:
    """Give the first answer as the unit at work."""
    text = request.POST.get("text", "")
    return _act(
        request,
        number,
        lambda one: handling.answer_first(by=request.actor, complaint=one, text=text),
        "首次答复已发出，投诉人可以看到。",
    )


@require_POST
@page(Permission.COMPLAINT_HANDLE)
def answer(request: StaffRequest, number: str) -> HttpResponse:
    """Give the final answer and close the case."""
    text = request.POST.get("text", "")
    return _act(
        request,
        number,
        lambda one: handling.answer(by=request.actor, complaint=one, text=text),
        "已答复投诉人并办结。",
    )


@require_POST
@page(Permission.DECISION_ADOPT)
def dispute(request: StaffRequest, number: str) -> HttpResponse:
    """Decide on 'dissatisfied' as the superior."""
    rating_id = number_of(request.POST.get("rating"))
    if rating_id is None:
        raise Http404("没有这项评价")

    def deed(one: Any) -> None:
        rating = next((entry for entry in queries.disputes(one) if entry.pk == rating_id), None)
        if rating is None or request.POST.get("again") not in {"0", "1"}:
            raise ComplaintRefused("请选择维持或重新办理")
        handling.decide_dispute(
            by=request.actor,
            rating=rating,
            again=request.POST["again"] == "1",
            text=request.POST.get("text", ""),
            last_day=day_of(request.POST.get("last_day")),
        )

    return _act(request, number, deed, "复核决定已作出，投诉人可以看到。")
