"""What the phone exchanges with the server: the page itself, inspections given to a post, pictures, forms.

The page holds nobody's data: it is kept by the service worker and works without a network. Everything else is JSON; a
session that ended answers with the redirect to the log-in page, and the phone keeps what it has.
"""

import datetime as dt
import json
import uuid
from pathlib import Path
from typing import Any

from csp.decorators import csp_update
from django.contrib.staticfiles import finders
from django.http import Http404, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from jianguan.backbone.campaigns import inspections, queries
from jianguan.backbone.campaigns.inspections import Form, InspectionRefused
from jianguan.backbone.campaigns.models import Inspection, Outcome, SitePhoto
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.work.checklists import Answer, IncompleteChecklist
from jianguan.backbone.work.checks import CheckRefused, items_of
from jianguan.kit import clock
from jianguan.kit.digests import hexdigest
from jianguan.web.asked import json_of, number_of
from jianguan.web.page import StaffRequest, page

ASSETS = (
    "onsite/app.css",
    "onsite/app.js",
    "onsite/depot.js",
    "onsite/pictures.js",
    "web/theme.css",
    "web/components.css",
    "web/icon.svg",
    "vendor/tabler/1.6.1/tabler.min.css",
    "vendor/tabler-icons/3.51.0/sprite.svg",
)
LONGEST = 500


@require_safe
@csp_update({"manifest-src": "'self'"})
@page(Permission.CHECK_RECORD)
def page_of_phone(request: StaffRequest) -> HttpResponse:
    """The page that works without a network; the same for everybody."""
    return render(request, "onsite/app.html", {"assets": [static(one) for one in ASSETS]})


@require_safe
@page(Permission.CHECK_RECORD)
def worker(request: StaffRequest) -> HttpResponse:
    """The service worker, under the address it watches over; names the files to keep and changes when they do."""
    contents = {one: _read(one) for one in ASSETS}
    listed = {
        "version": hexdigest(b"".join(contents.values()) + _read("onsite/worker.js"))[:16],
        "page": reverse("onsite"),
        "assets": [static(one) for one in ASSETS],
    }
    script = f"const KEPT = {json.dumps(listed)};\n{_read('onsite/worker.js').decode()}"
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


def _read(name: str) -> bytes:
    path = finders.find(name)
    if not isinstance(path, str):
        raise Http404(name)
    return Path(path).read_bytes()


@require_safe
@page(Permission.CHECK_RECORD)
def manifest(request: StaffRequest) -> HttpResponse:
    """What a phone needs to install the page."""
    return JsonResponse(
        {
            "name": "监管 · 现场检查",
            "short_name": "现场检查",
            "start_url": reverse("onsite"),
            "scope": reverse("onsite"),
            "display": "standalone",
            "lang": "zh-CN",
            "background_color": "#f2f4f7",
            "theme_color": "#12305a",
            "icons": [{"src": static("web/icon.svg"), "sizes": "any", "type": "image/svg+xml"}],
        },
        content_type="application/manifest+json",
        json_dumps_params={"ensure_ascii": False},
    )


@require_safe
@page(Permission.CHECK_RECORD)
def assigned(request: StaffRequest) -> HttpResponse:
    """The open inspections of the post with their checklists, and the token for what is sent back.

    ``owner`` tells posts apart on a shared phone without naming anybody.
    """
    actor = request.actor
    found = list(queries.assigned(actor.scope, actor.appointment_id))
    return JsonResponse(
        {
            "owner": hexdigest(f"onsite/{actor.appointment_id}".encode())[:16],
            "token": get_token(request),
            "now": clock.now().isoformat(),
            "inspections": [_told(one) for one in found],
            "unavailable": {one.value: one.label for one in Outcome if one is not Outcome.DONE},
        },
        json_dumps_params={"ensure_ascii": False},
    )


def _told(inspection: Inspection) -> dict[str, Any]:
    campaign = inspection.campaign
    return {
        "id": inspection.pk,
        "target": inspection.target,
        "unit": inspection.checked.agency.short,
        "address": inspection.subject.address if inspection.subject else "",
        "title": campaign.title if campaign else inspection.checklist.title,
        "covert": inspection.kind == "covert",
        "due": inspection.due.isoformat(),
        "checklist": {
            "title": str(inspection.checklist),
            "items": [
                {
                    "id": one.id,
                    "group": one.group,
                    "text": one.text,
                    "answer": one.answer,
                    "required": one.required,
                    "hint": one.hint or "",
                    "basis": one.basis or "",
                }
                for one in items_of(inspection.checklist)
            ],
        },
    }


def _mine(request: StaffRequest, number: object) -> Inspection:
    known = number_of(str(number or ""))
    found = queries.inspections(request.actor.scope).filter(pk=known).first() if known is not None else None
    if found is None:
        raise Http404("没有这项检查")
    return found


def _refused(message: str, *, again: bool = False, items: dict[str, str] | None = None) -> JsonResponse:
    """``again``: nothing is wrong with the form itself, another try may do."""
    answer = {"problem": message, "again": again, "items": items or {}}
    return JsonResponse(answer, status=409, json_dumps_params={"ensure_ascii": False})


@require_POST
@page(Permission.CHECK_RECORD)
def take_picture(request: StaffRequest) -> HttpResponse:
    """Take in one photo or signature."""
    asked, file = request.POST, request.FILES.get("file")
    inspection = _mine(request, asked.get("inspection"))
    form = _uuid(asked.get("form"))
    if file is None or form is None or asked.get("role") not in SitePhoto.Role.values:
        return _refused("照片不完整，没有收下")
    if file.size is None or file.size > inspections.LARGEST_PHOTO:
        return _refused("照片超过8兆字节，请缩小后再传")
    shrunk, size = asked.get("shrunk_from", ""), number_of(asked.get("shrunk_from_size"))
    try:
        kept = inspections.take_photo(
            by=request.actor,
            inspection=inspection,
            form=form,
            role=asked["role"],
            data=file.read(),
            sha256=asked.get("sha256", ""),
            item=asked.get("item", "")[:60],
            taken_at=_moment(asked.get("taken_at")),
            shrunk_from=(shrunk[:64], size) if shrunk and size is not None else None,
        )
    except InspectionRefused as refusal:
        return _refused(str(refusal), again="再同步" in str(refusal))
    return JsonResponse({"sha256": kept.stored.sha256})


@require_POST
@page(Permission.CHECK_RECORD)
def take_form(request: StaffRequest) -> HttpResponse:
    """Take in one form; the same one again gets the same answer."""
    try:
        sent = json_of(request.POST.get("form", ""))
        inspection = _mine(request, sent["inspection"])
        form = _form(sent)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return _refused("表单不完整，没有收下")
    try:
        made = inspections.submit(by=request.actor, inspection=inspection, form=form)
    except IncompleteChecklist as refusal:
        return _refused("检查表没有填完", items={one.item: one.text for one in refusal.problems})
    except (InspectionRefused, CheckRefused) as refusal:
        return _refused(str(refusal))
    if not made.in_conflict:
        return JsonResponse({"counts": True, "url": reverse("inspection", args=[inspection.pk])})
    first = queries.counted(inspection)
    who = first.appointment.person.name if first else ""
    at = f"{first.received_at.astimezone(clock.CHINA):%m-%d %H:%M}" if first else ""
    message = f"这项检查已由{who}于 {at} 提交。您的这一份也已收下，作为另一份保留，不计入；两份不一致的，请与其核对。"
    return JsonResponse({"counts": False, "problem": message, "url": reverse("inspection", args=[inspection.pk])})


def _form(sent: dict[str, Any]) -> Form:
    """The form as values; ValueError, KeyError or TypeError for nonsense."""
    ago = max(int(sent.get("started_ago_ms", 0)), 0)
    position = sent.get("position")
    return Form(
        form=uuid.UUID(sent["form"]),
        outcome=str(sent["outcome"]),
        answers={
            str(item): Answer(str(one.get("value", "")), str(one.get("note", "")))
            for item, one in dict(sent.get("answers", {})).items()
        },
        remark=str(sent.get("remark", ""))[:LONGEST],
        started_ago=dt.timedelta(milliseconds=min(ago, 366 * 24 * 3600 * 1000)),
        position={key: float(position[key]) for key in ("latitude", "longitude", "accuracy")} if position else None,
        present=str(sent.get("present", ""))[:60],
        unsigned_reason=str(sent.get("unsigned_reason", ""))[:200],
        pictures=tuple(str(one)[:64] for one in sent.get("pictures", [])),
        raw=sent,
    )


def _uuid(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None


def _moment(text: str | None) -> dt.datetime | None:
    try:
        found = dt.datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
