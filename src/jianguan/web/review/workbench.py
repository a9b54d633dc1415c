"""One record on one screen: player, pictures, business record, checklist, verdict."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.review import media, queries, rules
from jianguan.backbone.review.assigning import heirs
from jianguan.backbone.review.models import Assignment, Draft, PictureView, Review
from jianguan.backbone.work.checklists import Answer, Problem
from jianguan.backbone.work.checks import items_of
from jianguan.kit import clock
from jianguan.web.checks.forms import Filled
from jianguan.web.page import StaffRequest, page
from jianguan.web.review.tabs import noun, title
from jianguan.web.watching.player import player, watermark, with_player

SIDE_BY_SIDE = 4
VERDICT_KEYS = (("1", "normal"), ("2", "general"), ("3", "serious"), ("4", "uncheckable"))


def assignment_of(request: StaffRequest, number: int) -> Assignment:
    """An assignment in scope; only its own person opens the desk on it."""
    try:
        found = queries.assignment(request.actor.scope, number)
    except Assignment.DoesNotExist:
        raise Http404("没有这件复核，或已转交他人") from None
    if found.appointment_id != request.actor.appointment_id:
        raise Http404("这件分派给了别人")
    return found


@require_safe
@with_player
@page(Permission.CHECK_RECORD)
def item(request: StaffRequest, number: int) -> HttpResponse:
    """The desk on one record; to the desk's own script the part that changes, ahead of time as well."""
    assignment = assignment_of(request, number)
    done = Review.objects.filter(assignment=assignment, corrected_by=None).first()
    if done is not None:
        return redirect("review-show", done.pk)
    draft = Draft.objects.filter(assignment=assignment).first()
    return shown(request, assignment, content=draft.content if draft else {})


def shown(
    request: StaffRequest,
    assignment: Assignment,
    *,
    content: Mapping[str, Any],
    problems: Sequence[Problem] = (),
    correcting: Review | None = None,
    reason: str = "",
    status: int = 200,
) -> HttpResponse:
    """The desk filled with what was put down so far."""
    one = assignment.item
    desk = rules.DESKS.get(one.population.kind)
    if desk is None:
        raise Http404("这类抽查总体没有复核检查表")
    found = media.media_of(one)
    films = [medium for medium in found if not medium.is_picture]
    pictures = [medium for medium in found if medium.is_picture]
    seen = set(PictureView.objects.filter(assignment=assignment).values_list("recording_id", flat=True))
    watched = media.watched(request.actor.scope, assignment, found, verify=False)
    checklist = queries.checklist(desk.checklist, clock.today())
    filled = Filled(items_of(checklist), answers_of(content))
    before, after = queries.neighbours(request.actor.scope, assignment)
    screens = [films[at : at + SIDE_BY_SIDE] for at in range(0, len(films), SIDE_BY_SIDE)]
    screen = min(_number(request.GET.get("screen")), max(len(screens) - 1, 0))
    shown_player = _player(request, assignment, screens[screen]) if screens else None
    context = {
        "assignment": assignment,
        "item": one,
        "desk": desk,
        "noun": noun(one.population.kind),
        "title": title(one.population.kind),
        "place": one.subject.name if one.subject else one.stratum,
        "player": shown_player,
        "screens": [
            {"label": f"第{place + 1}组", "url": f"?screen={place}", "active": place == screen}
            for place in range(len(screens))
        ],
        "pictures": [
            {
                "one": medium,
                "url": reverse("watching-photo", args=[medium.recording.pk]),
                "seen_url": reverse("review-picture", args=[assignment.pk, medium.recording.pk]),
                "seen": medium.recording.pk in seen,
            }
            for medium in pictures
            if medium.state == media.READY
        ],
        "sought": media.sought(one) or "材料",
        "lost": len(pictures) - sum(medium.state == media.READY for medium in pictures),
        "seen": len(seen),
        "watched": watched,
        "percent": queries.number(queries.WATCH, one.capacity_id, clock.today()),
        "summary": (one.about or {}).get("summary", []),
        "persons": (one.about or {}).get("persons", {}).items(),
        "checklist": checklist,
        "groups": filled.groups([problem for problem in problems if problem.item]),
        "problems": problems,
        "verdicts": [
            {"key": key, "value": value, "label": rules.VERDICTS[value], "chosen": content.get("verdict") == value}
            for key, value in VERDICT_KEYS
        ],
        "remark": content.get("remark", ""),
        "marks": content.get("marks", []),
        "correcting": correcting,
        "reason": reason,
        "heirs": heirs(assignment) if correcting is None else [],
        "before": before,
        "after": after,
        "next_url": reverse("review-item", args=[after]) if after else "",
        "previous_url": reverse("review-item", args=[before]) if before else "",
        "watermark": shown_player["watermark"] if shown_player else watermark(request.actor),
        "may_reveal": request.actor.may(Permission.PERSON_REVEAL),
        "breadcrumbs": [{"label": "复核工作台", "url": reverse("review")}, {"label": one.member}],
    }
    part = request.headers.get("X-Part") == "item"
    return render(request, "review/item.html" if part else "review/workbench.html", context, status=status)


def _player(request: StaffRequest, assignment: Assignment, films: Sequence[media.Medium]) -> dict[str, Any]:
    tracks = [(medium.recording, medium.title) for medium in films]
    return player(request.actor, ref=media.ref_of(assignment), tracks=tracks)


def answers_of(content: Mapping[str, Any]) -> dict[str, Answer]:
    """The answers of a draft or of a form; what has another shape is left out."""
    given = content.get("answers")
    if not isinstance(given, Mapping):
        return {}
    return {
        str(name): Answer(str(answer.get("value", "")), str(answer.get("note", "")))
        for name, answer in given.items()
        if isinstance(answer, Mapping)
    }


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 4 else 0
