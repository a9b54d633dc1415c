"""What is done to an application: sign, return, refuse, withdraw, roll back, reveal, issue the form."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from jianguan.backbone.approvals import actions
from jianguan.backbone.approvals.actions import ApprovalRefused
from jianguan.backbone.approvals.models import Application, Seat
from jianguan.backbone.approvals.planning import definition
from jianguan.backbone.approvals.printing import print_form
from jianguan.backbone.documents.actions import DocumentRefused
from jianguan.backbone.people.permissions import Permission
from jianguan.web.approvals.forms import found, uploads, values
from jianguan.web.approvals.views import shown
from jianguan.web.asked import number_of
from jianguan.web.page import StaffRequest, page

OUTCOMES = {"passed": True, "failed": False}


def _act(request: StaffRequest, number: int, deed: Callable[[Application, int], Any], done: str) -> HttpResponse:
    """Do something to an application; refused, its page says why and keeps what was typed."""
    one = found(request, number)
    version = number_of(request.POST.get("version")) or 0
    try:
        deed(one, version)
    except (ApprovalRefused, DocumentRefused) as refused:
        return shown(request, found(request, number), problem=str(refused), status=422)
    messages.success(request, done)
    return redirect("approval", number)


def _seat(request: StaffRequest, one: Application) -> Seat:
    seat = one.seats.filter(pk=number_of(request.POST.get("seat")) or 0).first()
    if seat is None:
        raise ApprovalRefused("没有这个签批席位，请刷新后再办")
    return seat


@sensitive_post_parameters()
@require_POST
@page(Permission.APPROVAL_READ)
def sign(request: StaffRequest, number: int) -> HttpResponse:
    """Sign at the seat whose turn it is."""

    def deed(one: Application, version: int) -> None:
        seat = _seat(request, one)
        blanks = definition(one.flow).seat(seat.stage, seat.seat).fields
        actions.sign(
            by=request.actor,
            application=one,
            version=version,
            seat=seat,
            text=request.POST.get("text", ""),
            data=values(request, blanks),
            files=uploads(request, blanks),
            branch=request.POST.get("branch", ""),
            passed=OUTCOMES.get(request.POST.get("outcome", "")),
        )

    return _act(request, number, deed, "已签署，转入下一环节。")


@require_POST
@page(Permission.APPROVAL_READ)
def give_back(request: StaffRequest, number: int) -> HttpResponse:
    """Return to the applicant with the reason."""
    reason = request.POST.get("reason", "")
    return _act(
        request,
        number,
        lambda one, version: actions.give_back(
            by=request.actor, application=one, version=version, seat=_seat(request, one), reason=reason
        ),
        "已退回申请单位补正。",
    )


@require_POST
@page(Permission.APPROVAL_READ)
def refuse(request: StaffRequest, number: int) -> HttpResponse:
    """Refuse with the reason."""
    reason = request.POST.get("reason", "")
    return _act(
        request,
        number,
        lambda one, version: actions.refuse(
            by=request.actor, application=one, version=version, seat=_seat(request, one), reason=reason
        ),
        "已不予同意，申请办结。",
    )


@require_POST
@page(Permission.APPROVAL_APPLY)
def withdraw(request: StaffRequest, number: int) -> HttpResponse:
    """Withdraw as the applicant's unit."""
    reason = request.POST.get("reason", "")
    return _act(
        request,
        number,
        lambda one, version: actions.withdraw(by=request.actor, application=one, version=version, reason=reason),
        "已撤回。",
    )


@require_POST
@page(Permission.APPROVAL_READ)
def roll_back(request: StaffRequest, number: int) -> HttpResponse:
    """Roll back what failed its verification."""
    note = request.POST.get("reason", "")
    return _act(
        request,
        number,
        lambda one, version: actions.roll_back(by=request.actor, application=one, version=version, note=note),
        "已登记回退，申请办结。",
    )


@require_POST
@page(Permission.APPROVAL_REVEAL)
def reveal(request: StaffRequest, number: int) -> HttpResponse:
    """Show what is sensitive once, with a reason; nothing of it stays in the browser's cache."""
    one, why = found(request, number), request.POST.get("reason", "").strip()
    try:
        actions.reveal(by=request.actor, application=one, reason=why)
    except ApprovalRefused as refused:
        return shown(request, one, problem=str(refused), status=422)
    response = shown(request, one, why_clear=why)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@page(Permission.DOCUMENT_DRAFT)
def issue(request: StaffRequest, number: int) -> HttpResponse:
    """Issue the form of an application that has ended."""
    return _act(
        request,
        number,
        lambda one, _: print_form(by=request.actor, application=one),
        "审批表已出具，编号和验证码见表。",
    )
