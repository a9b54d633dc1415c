"""What the desk sends: verdict, draft, opened pictures, hand-over, a look behind a pseudonym, standing in."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.draws.models import DrawItem
from jianguan.backbone.people.acting import NotAllowed
from jianguan.backbone.people.models import Appointment
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.review import actions, assigning, media, queries, rules
from jianguan.backbone.review.assigning import ReviewRefused
from jianguan.backbone.review.models import Assignment
from jianguan.backbone.watching import actions as watching
from jianguan.backbone.work.checklists import Answer, IncompleteChecklist, Problem
from jianguan.backbone.work.checks import CheckRefused, items_of
from jianguan.facts import identities, places
from jianguan.facts.identities import ReasonMissing
from jianguan.kit import clock
from jianguan.web.asked import json_of, number_of
from jianguan.web.page import StaffRequest, page
from jianguan.web.review.workbench import assignment_of, shown
from jianguan.web.watching.player import with_player

LARGEST_DRAFT = 64 << 10
SHORTEST_REASON = 4


def said(posted: QueryDict, kind: str) -> dict[str, Any]:
    """What the form of the desk holds."""
    items = items_of(queries.checklist(rules.DESKS[kind].checklist, clock.today()))
    return {
        "verdict": posted.get("verdict", ""),
        "remark": posted.get("remark", "")[:500],
        "answers": {
            item.id: {"value": posted.get(item.id, ""), "note": posted.get(f"{item.id}-note", "")}
            for item in items
            if posted.get(item.id) or posted.get(f"{item.id}-note")
        },
        "marks": _marks(posted.get("marks") or "[]"),
    }


def _marks(text: str) -> list[dict[str, Any]]:
    """The time marks that the page wrote; none where another hand wrote something else."""
    try:
        marks = json_of(text)
    except ValueError:
        return []
    return [one for one in marks if isinstance(one, dict)] if isinstance(marks, list) else []


def answered(content: dict[str, Any]) -> dict[str, Answer]:
    """The answers as the action takes them."""
    return {name: Answer(one["value"], one["note"]) for name, one in content["answers"].items()}


def reasons(refusal: Exception) -> list[Problem]:
    """Why a review was refused, item by item where it says so."""
    return refusal.problems if isinstance(refusal, IncompleteChecklist) else [Problem("", str(refusal))]


@require_POST
@with_player
@page(Permission.CHECK_RECORD)
def submit(request: StaffRequest, number: int) -> HttpResponse:
    """Sign the verdict and go on to the next record."""
    assignment = assignment_of(request, number)
    if assignment.item.population.kind not in rules.DESKS:
        raise Http404("这类抽查总体没有复核检查表")
    content = said(request.POST, assignment.item.population.kind)
    _, after = queries.neighbours(request.actor.scope, assignment)
    try:
        review = actions.submit_review(
            by=request.actor,
            assignment=assignment,
            verdict=content["verdict"],
            answers=answered(content),
            remark=content["remark"],
            marks=content["marks"],
        )
    except (ReviewRefused, CheckRefused, IncompleteChecklist) as refusal:
        return shown(request, assignment, content=content, problems=reasons(refusal), status=422)
    watching.close(by=request.actor, ref=media.ref_of(assignment))
    words = f"{assignment.item.member} {review.get_verdict_display()}"
    if not review.counted:
        words += f"，不计入比例：{review.why_not}；补看后可在复核记录中更正"
    return _onward(request, f"已提交 {words}。", review_item=after, counted=review.counted)


def _onward(request: StaffRequest, message: str, *, review_item: int | None, counted: bool) -> HttpResponse:
    """To the next record; the desk's script shows the message itself when it has the next record already."""
    url = reverse("review-item", args=[review_item]) if review_item else reverse("review")
    if request.headers.get("X-Part") == "submit" and review_item:
        return JsonResponse({"next": url, "message": message, "counted": counted})
    messages.add_message(request, messages.SUCCESS if counted else messages.WARNING, message)
    return JsonResponse({"next": url}) if request.headers.get("X-Part") == "submit" else redirect(url)


@require_POST
@page(Permission.CHECK_RECORD)
def draft(request: StaffRequest, number: int) -> HttpResponse:
    """Keep what is put down so far."""
    assignment = assignment_of(request, number)
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_DRAFT:
        return JsonResponse({"reason": "内容过长，没有保存"}, status=413)
    try:
        kept = actions.save_draft(
            by=request.actor, assignment=assignment, content=said(request.POST, assignment.item.population.kind)
        )
    except (KeyError, ReviewRefused) as refusal:
        return JsonResponse({"reason": str(refusal)}, status=409)
    return JsonResponse({"at": kept.saved_at.astimezone(clock.CHINA).strftime("%H:%M:%S")})


@require_POST
@page(Permission.CHECK_RECORD)
def leave(request: StaffRequest, number: int) -> HttpResponse:
    """End the watching of a record that is left without a verdict; what was credited stays."""
    watching.close(by=request.actor, ref=media.ref_of(assignment_of(request, number)))
    return HttpResponse(status=204)


@require_POST
@page(Permission.CHECK_RECORD)
def picture(request: StaffRequest, number: int, recording_id: int) -> HttpResponse:
    """Note that a picture was opened in full."""
    try:
        seen = actions.note_picture(
            by=request.actor, assignment=assignment_of(request, number), recording_id=recording_id
        )
    except ReviewRefused as refusal:
        return JsonResponse({"reason": str(refusal)}, status=409)
    return JsonResponse({"seen": seen})


@require_POST
@page(Permission.CHECK_READ)
def hand_over(request: StaffRequest, number: int) -> HttpResponse:
    """Give the record to somebody else who was drawn for it."""
    try:
        assignment = queries.assignment(request.actor.scope, number)
        to = Appointment.objects.get(
            pk=number_of(request.POST.get("to")) or 0, capacity_id__in=request.actor.scope.capacity_ids
        )
    except (Assignment.DoesNotExist, Appointment.DoesNotExist):
        raise Http404("没有这件复核，或没有这个人") from None
    try:
        assigning.hand_over(by=request.actor, assignment=assignment, to=to, reason=request.POST.get("reason", ""))
    except ReviewRefused as refusal:
        messages.error(request, f"没有转交：{refusal}。")
        return redirect("review-item", number)
    messages.success(request, f"{assignment.item.member} 已转交。")
    return redirect("review")


@require_POST
@page(Permission.PERSON_REVEAL)
def reveal(request: StaffRequest, number: int) -> HttpResponse:
    """Show who is behind a pseudonym of the record, once, with the reason in the log."""
    assignment = assignment_of(request, number)
    label = request.POST.get("label", "")[:60]
    pseudonym = (assignment.item.about or {}).get("persons", {}).get(label)
    reason = request.POST.get("reason", "").strip()
    context: dict[str, Any] = {"assignment": assignment, "label": label, "may_reveal": True}
    if pseudonym is None:
        raise Http404("本件没有这项个人信息")
    if len(reason) < SHORTEST_REASON:
        context["problem"] = f"须写明理由，不少于{SHORTEST_REASON}个字"
        return render(request, "review/person.html", context, status=422)
    try:
        value = identities.reveal(
            places.secret(),
            pseudonym,
            reason=reason[:200],
            who=request.actor.person_name,
            person_id=request.actor.person_id,
            capacity_id=request.actor.capacity_id,
        )
    except ReasonMissing as refusal:
        raise NotAllowed(str(refusal)) from None
    audit.record(
        kind=EventKind.PERSON_REVEALED,
        by=request.actor,
        object_type="review-assignment",
        object_id=assignment.pk,
        reason=reason[:200],
        details={"field": label},
    )
    context["revealed"] = value or "没有保存明文"
    response = render(request, "review/person.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@page(Permission.CHECK_RECORD)
def stand_in(request: StaffRequest, item_id: int) -> HttpResponse:
    """Take a record that nobody of its unit may look at."""
    item = DrawItem.objects.filter(pk=item_id, capacity_id__in=request.actor.scope.capacity_ids).first()
    if item is None:
        raise Http404("没有这件抽中记录")
    try:
        made = assigning.stand_in(by=request.actor, item=item)
    except ReviewRefused as refusal:
        messages.error(request, f"{refusal}。")
        return redirect("review")
    return redirect("review-item", made.pk)
