"""What was found (问题) by reviews, patrols, inspections and checks: the list with filters, export."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.campaigns.models import Submission
from jianguan.backbone.cases.queries import visible as visible_cases
from jianguan.backbone.patrol.models import PatrolResult
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.review import queries
from jianguan.backbone.review.models import Review
from jianguan.backbone.review.queries import FindingFilter
from jianguan.backbone.work.checks import embargo
from jianguan.backbone.work.models import Check, Finding
from jianguan.domains.licensing.queries import KIND as PRE_EXAM
from jianguan.kit import clock
from jianguan.web.asked import day_of, number_of
from jianguan.web.page import StaffRequest, page
from jianguan.web.review.tabs import tabs
from jianguan.web.rules.tabs import columns
from jianguan.web.spreadsheet import csv_response

PAGE = 50
EXPORTED = 10_000
TONES = {Finding.Severity.GENERAL: "warn", Finding.Severity.SERIOUS: "bad"}


def _wanted(request: HttpRequest) -> FindingFilter:
    asked = request.GET
    return FindingFilter(
        severity=asked.get("severity", "")[:10],
        method=asked.get("method", "")[:10],
        provision=asked.get("provision", "").strip()[:20],
        words=asked.get("q", "").strip()[:60],
        day=day_of(asked.get("day")),
    )


def _options(pairs: Any, chosen: str) -> list[dict[str, Any]]:
    return [{"value": value, "label": label, "selected": value == chosen} for value, label in pairs]


def unit_of(one: Finding) -> Capacity:
    """Whose work it is: the checked unit, that of the place, else the unit that looked at its own."""
    check = one.check_record
    return check.checked or (one.subject.capacity if one.subject else check.capacity)


def pages_of(found: Iterable[Finding]) -> dict[int, str]:
    """The page of each check that has one."""
    checks = {one.check_record_id: one.check_record for one in found}
    urls = {number: reverse("check", args=[number]) for number, one in checks.items() if one.kind == PRE_EXAM}
    for room in (PatrolResult, Submission):
        made = room.objects.filter(check_record__in=checks).values_list("check_record_id", flat=True)
        urls |= {number: reverse("check", args=[number]) for number in made}
    reviews = Review.objects.filter(check_record__in=checks).values_list("check_record_id", "pk")
    return urls | {number: reverse("review-show", args=[pk]) for number, pk in reviews}


@require_safe
@page(Permission.CHECK_READ)
def listing(request: StaffRequest) -> HttpResponse:
    """Findings in scope, the newest first, by key pages."""
    wanted = _wanted(request)
    found = queries.findings(request.actor.scope, request.actor.person_id, wanted)
    if (last := number_of(request.GET.get("before"))) is not None:
        found = found.filter(pk__lt=last)
    rows = list(found[: PAGE + 1])
    more, rows = len(rows) > PAGE, rows[:PAGE]
    asked = request.GET.copy()
    asked.pop("before", None)
    export_url = f"{reverse('review-findings-export')}?{asked.urlencode()}"
    if more:
        asked["before"] = str(rows[-1].pk)
    urls = pages_of(rows)
    cases = {one.finding_id: one for one in visible_cases(request.actor.scope).filter(finding__in=rows).order_by("pk")}
    may_open = request.actor.may(Permission.CASE_ISSUE)
    return render(
        request,
        "review/findings.html",
        {
            "tabs": tabs("review-findings", request.actor),
            "rows": [
                {
                    "one": one,
                    "unit": unit_of(one),
                    "tone": TONES[Finding.Severity(one.severity)],
                    "url": urls.get(one.check_record_id, ""),
                    "case": cases.get(one.pk),
                    "may_open": may_open and unit_of(one).pk in request.actor.scope and not embargo(one.check_record),
                }
                for one in rows
            ],
            "columns": columns("发现时间", "程度", "条款", "单位", "场所", "情况", "方式", "检查单位", "立案"),
            "severities": _options(Finding.Severity.choices, wanted.severity),
            "methods": _options(Check.Method.choices, wanted.method),
            "wanted": wanted,
            "export_url": export_url,
            "next_url": f"?{asked.urlencode()}" if more else "",
            "as_of": clock.now(),
            "breadcrumbs": [{"label": "复核工作台", "url": reverse("review")}, {"label": "问题"}],
        },
    )


@require_safe
@page(Permission.CHECK_READ)
def export(request: StaffRequest) -> HttpResponse:
    """What the list shows, as CSV; at most the newest ten thousand."""
    found = queries.findings(request.actor.scope, request.actor.person_id, _wanted(request))[:EXPORTED]
    head = ("发现时间", "程度", "条款", "单位", "场所", "检查项", "情况", "方式", "检查单位")
    rows = (
        (
            one.found_at.astimezone(clock.CHINA).isoformat(timespec="seconds"),
            one.get_severity_display(),
            one.provision,
            unit_of(one).title,
            one.subject.name if one.subject else "",
            one.item,
            one.text,
            one.check_record.get_method_display(),
            one.check_record.capacity.title,
        )
        for one in found.iterator()
    )
    return csv_response("问题", head, rows)
