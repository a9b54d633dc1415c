"""A recording as evidence (录像): the player, the pictures, the clips cut from it and their export."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from jianguan.backbone.evidence import clips
from jianguan.backbone.evidence.models import Clip, CopyWork, Recording, StoredObject
from jianguan.backbone.evidence.problems import in_words
from jianguan.backbone.evidence.store import NoSuchObject
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.review.media import blind_recordings
from jianguan.backbone.watching.rules import SIDE_BY_SIDE
from jianguan.web.asked import number_of
from jianguan.web.objects import content_of, marked
from jianguan.web.page import StaffRequest, page
from jianguan.web.watching.player import player, with_player


def _recording(request: StaffRequest, number: int) -> Recording:
    found = (
        Recording.objects.select_related("stored", "capacity__agency", "subject")
        .filter(pk=number, capacity_id__in=request.actor.scope.capacity_ids)
        .first()
    )
    if found is None:
        raise Http404("没有这份录像")
    return found


def _beside(request: StaffRequest, recording: Recording) -> list[tuple[Recording, str]]:
    """The recording, and up to three others that ``?beside=`` names to compare it with."""
    asked = [number for text in request.GET.getlist("beside") if (number := number_of(text)) is not None]
    others = (
        Recording.objects.filter(pk__in=asked, capacity_id__in=request.actor.scope.capacity_ids)
        .exclude(pk=recording.pk)
        .exclude(kind=Recording.Kind.PHOTO)
        .order_by("starts_at", "pk")
    )
    return [(one, "") for one in (recording, *others[: SIDE_BY_SIDE - 1])]


def _clips(request: StaffRequest) -> QuerySet[Clip]:
    """The clips of the scope, without those of others while the reader must be blind to what they found."""
    by = request.actor
    others = Q(recording__in=blind_recordings(by.person_id)) & ~Q(made_by__person_id=by.person_id)
    return Clip.objects.filter(capacity_id__in=by.scope.capacity_ids).exclude(others)


def _start(request: StaffRequest, recording: Recording) -> int | None:
    """Where ``?at=`` asks the player to open, in milliseconds of the recording."""
    asked = number_of(request.GET.get("at"))
    return min(asked, recording.duration_ms) if asked is not None else None


@require_safe
@with_player
@page(Permission.RECORDING_READ)
def show(request: StaffRequest, recording_id: int) -> HttpResponse:
    """One recording: player, facts, clips."""
    recording = _recording(request, recording_id)
    made = _clips(request).filter(recording=recording)
    return render(
        request,
        "watching/show.html",
        {
            "recording": recording,
            "problems": in_words(recording.problems),
            "player": player(
                request.actor,
                ref=f"recording/{recording.pk}",
                tracks=_beside(request, recording),
                start_ms=_start(request, recording),
            ),
            "clips": made.select_related("made_by__person", "made_by__post").order_by("-pk")[:50],
            "columns": [{"label": label} for label in ("编号", "类别", "位置", "理由", "截取人", "截取时间")],
            "breadcrumbs": [{"label": "录像"}, {"label": str(recording)}],
        },
    )


@require_safe
@page(Permission.RECORDING_READ)
def work(request: StaffRequest, recording_id: int) -> HttpResponse:
    """How far the review copy has come, as a panel that asks again while it is made."""
    recording = _recording(request, recording_id)
    found = CopyWork.objects.filter(recording=recording).first()
    return render(request, "watching/work.html", {"recording": recording, "work": found, "states": CopyWork.State})


@require_safe
@page(Permission.RECORDING_READ)
def photo(request: StaffRequest, recording_id: int) -> HttpResponse:
    """A fetched photo with the viewer's mark drawn into it."""
    recording = _recording(request, recording_id)
    if recording.kind != Recording.Kind.PHOTO or recording.stored is None:
        raise Http404("没有这张照片")
    return _picture(request, recording.stored)


def _picture(request: StaffRequest, stored: StoredObject) -> HttpResponse:
    return marked(request.actor, content_of(stored))


def _clip(request: StaffRequest, number: int) -> Clip:
    found = (
        _clips(request)
        .select_related("stored", "recording", "made_by__person", "made_by__post", "previous")
        .filter(pk=number)
        .first()
    )
    if found is None:
        raise Http404("没有这份证据片段")
    return found


@require_safe
@page(Permission.RECORDING_READ)
def clip(request: StaffRequest, clip_id: int) -> HttpResponse:
    """A clip or still with its manifest; it is exported with a reason."""
    return _show_clip(request, _clip(request, clip_id))


def _show_clip(request: StaffRequest, found: Clip, refusal: str = "", status: int = 200) -> HttpResponse:
    source = found.manifest["sources"][0] if found.manifest.get("sources") else {}
    context: dict[str, Any] = {
        "clip": found,
        "source": source,
        "refusal": refusal,
        "may_export": request.actor.may(Permission.CLIP_MAKE),
        "breadcrumbs": [
            {"label": "录像", "url": reverse("watching", args=[found.recording_id])},
            {"label": f"证据 {found.pk} 号"},
        ],
    }
    return render(request, "watching/clip.html", context, status=status)


@require_safe
@page(Permission.RECORDING_READ)
def still(request: StaffRequest, clip_id: int) -> HttpResponse:
    """The picture of a still, marked for the viewer; the untouched one leaves by export alone."""
    found = _clip(request, clip_id)
    if not found.still:
        raise Http404("这份证据不是截图")
    return _picture(request, found.stored)


@require_POST
@page(Permission.CLIP_MAKE)
def export(request: StaffRequest, clip_id: int) -> HttpResponse:
    """A clip with manifest and verifier as ZIP; the reason goes into the log."""
    found = _clip(request, clip_id)
    try:
        packed = clips.export(by=request.actor, clip=found, reason=request.POST.get("reason", "")[:300])
    except clips.ClipRefused as refusal:
        return _show_clip(request, found, str(refusal), status=422)
    except NoSuchObject:
        return redirect("clip", found.pk)
    response = HttpResponse(packed, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="evidence-{found.pk}.zip"'
    return response
