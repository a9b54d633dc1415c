"""Open a case (立项): from nothing, from a finding (立案整改) or from an alert, assigned where a unit is chosen."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.alerts import queries as alerts
from jianguan.backbone.alerts.models import Alert
from jianguan.backbone.cases import queries, restrictions, routing
from jianguan.backbone.cases.actions import CaseRefused, ProvisionUnknown, open_case
from jianguan.backbone.cases.models import Case
from jianguan.backbone.cases.rules import KINDS, Severity
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.review.queries import findings
from jianguan.backbone.rules.queries import working_calendar
from jianguan.backbone.subjects.models import Subject
from jianguan.backbone.work.models import Finding
from jianguan.web.asked import number_of
from jianguan.web.cases.forms import NewForm
from jianguan.web.page import StaffRequest, page
from jianguan.web.people.forms import seats
from jianguan.web.review.findings import unit_of

ELSEWHERE = frozenset({"complaint"})
"""Kinds that begin at a form of their own."""
SHORT = 60


@dataclass(frozen=True, slots=True)
class Ground:
    """What a case is opened from: where it came from, what the form is filled with, what hangs on it."""

    origin: str = "本单位立项"
    initial: dict[str, Any] = field(default_factory=dict)
    finding: Finding | None = None
    subject: Subject | None = None
    others: list[Case] = field(default_factory=list)
    said: str = ""


def _ground(request: StaffRequest) -> Ground:
    if (number := number_of(request.GET.get("finding"))) is not None:
        return _from_finding(request, number)
    if (number := number_of(request.GET.get("alert"))) is not None:
        return _from_alert(request, number)
    kind = request.GET.get("kind", "")
    return Ground(initial={"kind": kind if kind in KINDS and kind not in ELSEWHERE else "rectification"})


def _from_finding(request: StaffRequest, number: int) -> Ground:
    by = request.actor
    one = findings(by.scope, by.person_id).filter(pk=number).first()
    if one is None:
        raise Http404("没有这个问题")
    unit, place = unit_of(one), one.subject.name if one.subject else ""
    method = one.check_record.get_method_display()
    return Ground(
        origin=f"{method}发现的问题第 {one.pk} 号",
        initial={
            "kind": "rectification",
            "title": f"{place} {one.text}".strip()[:SHORT],
            "text": "\n".join(line for line in (one.text, f"场所：{place}" if place else "") if line),
            "provision": one.provision,
            "severity": "serious" if one.severity == Finding.Severity.SERIOUS else "general",
            "handler": unit.pk if unit.pk in by.scope else None,
        },
        finding=one,
        subject=one.subject,
        others=list(queries.visible(by.scope).filter(finding=one)[:5]),
        said=f"{method}，{unit.title}：{one.text}",
    )


def _from_alert(request: StaffRequest, number: int) -> Ground:
    by = request.actor
    by.require(Permission.ALERT_READ)
    try:
        one = alerts.alert(by.scope, number)
    except Alert.DoesNotExist:
        raise Http404("没有这条预警") from None
    origin = f"预警第 {one.pk} 号"
    return Ground(
        origin=origin,
        initial={
            "kind": "anomaly",
            "title": f"{one.kind_title}：{one.text}"[:SHORT],
            "text": f"{one.text}\n要求：核查是否属实，写明依据。",
            "provision": one.provision,
            "handler": one.capacity_id if one.capacity_id in by.scope else None,
        },
        subject=one.subject,
        others=list(queries.visible(by.scope).filter(origin=origin)[:5]),
        said=one.text,
    )


@sensitive_post_parameters("learner_name", "learner_number")
@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.CASE_ISSUE)
def new(request: StaffRequest) -> HttpResponse:
    """The form of a new case; sent, it is opened and, with a unit, assigned in one go."""
    by, ground = request.actor, _ground(request)
    form = NewForm(
        request.POST if request.method == "POST" else None,
        initial=ground.initial,
        kinds=[(key, kind.word) for key, kind in KINDS.items() if key not in ELSEWHERE],
        choices=seats(by.scope.capacity_ids),
    )
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                case = _opened(request, ground, form.cleaned_data)
            except ProvisionUnknown as unknown:
                form.add_error("provision", f"{unknown}。")
            except CaseRefused as refused:
                form.add_error(None, f"{refused}。")
            else:
                messages.success(request, f"已立项：{case.number}")
                return redirect("case", case.pk)
        status = 422
    return render(
        request,
        "cases/new.html",
        {
            "form": form,
            "ground": ground,
            "breadcrumbs": [{"label": "事项", "url": reverse("cases")}, {"label": "立项"}],
        },
        status=status,
    )


def _opened(request: StaffRequest, ground: Ground, given: dict[str, Any]) -> Case:
    by = request.actor
    chosen = Capacity.objects.select_related("agency").filter(pk=given["handler"]).first() if given["handler"] else None
    with transaction.atomic():
        case = open_case(
            by=by,
            kind=given["kind"],
            title=given["title"],
            text=given["text"],
            provision=given["provision"],
            origin=ground.origin,
            handler=chosen,
            severity=Severity(given["severity"]),
            finding=ground.finding,
            subject=ground.subject,
            data=_learner(given) if given["kind"] == restrictions.KIND else None,
        )
        if chosen is not None:
            routing.assign(
                by=by, case=case, version=case.version, handler=chosen, calendar=working_calendar(),
                last_day=given["last_day"],
            )  # fmt: skip
    return case


def _learner(given: dict[str, Any]) -> dict[str, str]:
    """What a case of substitute learning holds: the pseudonym, the masked name, the session."""
    told = restrictions.learner(identity=given["learner_number"], name=given["learner_name"])
    return told | ({"session": given["session"]} if given["session"] else {})
