"""On-site inspections (现场检查) on the big screen: what is given to whom, take one up, what it came to."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.campaigns import inspections, queries, rules
from jianguan.backbone.campaigns.models import Inspection, SitePhoto
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.subjects.models import Subject
from jianguan.backbone.work.checks import embargo, items_of
from jianguan.backbone.work.sources import VENUES
from jianguan.kit import clock
from jianguan.web.asked import number_of
from jianguan.web.checks.forms import Filled
from jianguan.web.objects import content_of, marked
from jianguan.web.page import StaffRequest, page

PAGE = 50


@require_safe
@page(Permission.CHECK_READ)
def listed(request: StaffRequest) -> HttpResponse:
    """The inspections of the scope, newest first, those of the post marked."""
    actor = request.actor
    found = queries.inspections(actor.scope)
    if request.GET.get("state") in {"open", "done"}:
        finished = queries.finished()
        found = found.filter(finished if request.GET["state"] == "done" else ~finished)
    before = number_of(request.GET.get("before"))
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found.prefetch_related("inspectors__appointment__person").order_by("-pk")[: PAGE + 1])
    more, rows = len(rows) > PAGE, rows[:PAGE]
    asked = request.GET.copy()
    if more:
        asked["before"] = str(rows[-1].pk)
    return render(
        request,
        "onsite/list.html",
        {
            "rows": rows,
            "mine": queries.assigned(actor.scope, actor.appointment_id).count(),
            "columns": [{"label": label} for label in ("对象", "单位", "检查", "检查人", "截止", "状态")],
            "states": [
                {"value": value, "label": label, "selected": request.GET.get("state") == value}
                for value, label in (("open", "待检查"), ("done", "已提交"))
            ],
            "may_record": actor.may(Permission.CHECK_RECORD),
            "next_url": f"?{asked.urlencode()}" if more else "",
            "breadcrumbs": [{"label": "现场检查"}],
        },
    )


@require_http_methods(["GET", "POST"])
@page(Permission.CHECK_RECORD)
def take_up(request: StaffRequest) -> HttpResponse:
    """Take up an inspection without a campaign: of a place, or of an office below."""
    actor, today = request.actor, clock.today()
    places = Subject.objects.filter(
        kind__in=VENUES, capacity_id__in=actor.scope.capacity_ids, valid__contains=today
    ).select_related("capacity__agency")
    units = Capacity.objects.filter(
        Q(level="VEHICLE_OFFICE") | Q(level="CITY"), pk__in=actor.scope.capacity_ids - {actor.capacity_id}, mode="own"
    ).select_related("agency")
    if request.method == "POST":
        kind, _, key = request.POST.get("target", "").partition(":")
        number = number_of(key) or 0
        try:
            made = inspections.take_up(
                by=actor,
                kind=kind,
                subject=places.filter(pk=number).first() if kind == "patrol-on-site" else None,
                checked=units.filter(pk=number).first() if kind != "patrol-on-site" else None,
            )
        except inspections.InspectionRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"已列入待检查：{made.target}。带上手机，打开“现场填写”即可，没有网络也能填。")
            return redirect("onsite-list")
    groups = [("patrol-on-site", [(one.pk, f"{one.name} · {one.get_kind_display()}") for one in places])]
    offices = [(one.pk, one.title) for one in units if one.level == "VEHICLE_OFFICE"]
    if actor.level == "CITY":
        groups.append(("vehicle-office", offices))
    groups.append(("guidance", [(one.pk, one.title) for one in units]))
    return render(
        request,
        "onsite/take_up.html",
        {
            "groups": [
                {"title": rules.SELF_ASSIGNED[kind], "kind": kind, "targets": found} for kind, found in groups if found
            ],
            "breadcrumbs": [{"label": "现场检查", "url": reverse("onsite-list")}, {"label": "新的检查"}],
        },
    )


@require_safe
@page(Permission.CHECK_READ)
def show(request: StaffRequest, inspection_id: int) -> HttpResponse:
    """An inspection: its form that counts, pictures, findings, and any other form that came in."""
    inspection = queries.inspections(request.actor.scope).filter(pk=inspection_id).first()
    if inspection is None:
        raise Http404("没有这项检查")
    forms = list(inspection.submissions.select_related("appointment__person", "check_record__checklist"))
    counts = next((one for one in forms if not one.in_conflict), None)
    check = counts.check_record if counts else None
    filled = None
    if check is not None and check.checklist is not None:
        filled = Filled.from_record(items_of(check.checklist), check.answers, check.remark)
    return render(
        request,
        "onsite/show.html",
        {
            "inspection": inspection,
            "people": list(inspection.inspectors.select_related("appointment__person", "appointment__post")),
            "form": counts,
            "check": check,
            "groups": filled.groups() if filled else [],
            "findings": list(check.findings.all()) if check else [],
            "may_open_case": check is not None and not embargo(check) and request.actor.may(Permission.CASE_ISSUE),
            "photos": _photos(inspection, counts.form if counts else None),
            "others": [one for one in forms if one.in_conflict],
            "breadcrumbs": [{"label": "现场检查", "url": reverse("onsite-list")}, {"label": inspection.target}],
        },
    )


def _photos(inspection: Inspection, form: UUID | None) -> list[SitePhoto]:
    return list(SitePhoto.objects.filter(inspection=inspection, form=form).select_related("stored")) if form else []


@require_safe
@page(Permission.CHECK_READ)
def picture(request: StaffRequest, photo_id: int) -> HttpResponse:
    """The preview of a photo or signature; what the camera wrote into the original is not in it."""
    photo = (
        SitePhoto.objects.filter(pk=photo_id, capacity_id__in=request.actor.scope.capacity_ids)
        .select_related("preview")
        .first()
    )
    if photo is None:
        raise Http404("没有这张照片")
    return marked(request.actor, content_of(photo.preview))
