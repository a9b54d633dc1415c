"""Submit a review (提交复核), correct it, keep its draft, note a picture as viewed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from jianguan.backbone.agencies.queries import NoSuperior, superior
from jianguan.backbone.alerts.actions import raise_alert
from jianguan.backbone.alerts.models import AlertKind, Severity
from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.people.acting import Actor, NotAllowed
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.review import media, queries, rules
from jianguan.backbone.review.assigning import ReviewRefused, assign_seconds
from jianguan.backbone.review.models import Assignment, Draft, PictureView, Review, Verdict
from jianguan.backbone.rules.models import Checklist
from jianguan.backbone.scope import scope as scopes
from jianguan.backbone.scope.turns import one_at_a_time
from jianguan.backbone.work import checks
from jianguan.backbone.work.checklists import FAIL, NOT_APPLICABLE, Answer
from jianguan.backbone.work.models import Check, Finding
from jianguan.kit import clock

Answers = Mapping[str, Answer]
Marks = Iterable[Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class _Said:
    """What a reviewer puts down."""

    verdict: str
    answers: Answers
    remark: str
    marks: Marks


@dataclass(frozen=True, slots=True)
class _Looked:
    """What was watched, the answers as they are signed, and what follows from them."""

    checklist: Checklist
    answers: dict[str, Answer]
    deviations: dict[str, str]
    severity: str
    watched: rules.Watched
    marks: list[dict[str, object]]
    percent: int
    why_not: str


def submit_review(
    *, by: Actor, assignment: Assignment, verdict: str, answers: Answers, remark: str = "", marks: Marks = ()
) -> Review:
    """Sign the verdict on an assigned record: a check with its findings, and whether it counts towards the quota.

    What is missing or does not play becomes a serious finding by itself. A review below the adopted share of watching
    is kept and not counted, and says why. Raises NotAllowed for anybody but the assigned person, ReviewRefused when it
    was submitted before or the verdict does not fit, IncompleteChecklist when items are missing.
    """
    _require_assigned(by, assignment)
    with transaction.atomic():
        one_at_a_time(f"review item {assignment.item_id}")
        if Assignment.objects.filter(replaces=assignment).exists():
            raise ReviewRefused("这件已经转交他人")
        if Review.objects.filter(assignment=assignment).exists():
            raise ReviewRefused("这件已经提交结论；写错了请更正")
        seen = _look(by, assignment, _Said(verdict, answers, remark, marks))
        item, desk = assignment.item, rules.DESKS[assignment.item.population.kind]
        now = clock.now()
        check = checks.sign_check(
            by=by,
            kind=desk.checklist,
            method=Check.Method(desk.method),
            subject=item.subject,
            checklist=seen.checklist,
            answers=seen.answers,
            happened_at=now,
            remark=remark,
            checked=item.population.capacity if item.capacity_id != by.capacity_id else None,
            population=item.population,
            deviations=seen.deviations,
            severity=seen.severity,
        )
        review = _save(assignment, verdict, check, seen)
        Draft.objects.filter(assignment=assignment).delete()
        audit.record(
            kind=EventKind.REVIEW_SUBMITTED,
            by=by,
            object_type="review",
            object_id=review.pk,
            norm=desk.provision,
            after=_state(review),
            details={"verdict": verdict, "counted": review.counted, "why_not": review.why_not, "item": item.pk},
        )
        _follow(review)
    return review


def correct_review(
    *,
    by: Actor,
    review: Review,
    verdict: str,
    answers: Answers,
    reason: str,
    remark: str = "",
    marks: Marks = (),
) -> Review:
    """Correct a review by a new one that names it; both stay. What was watched since counts for the new one.

    Raises NotAllowed for anybody but its author, ReviewRefused for one corrected before or a verdict that does not
    fit, CheckRefused without a reason, IncompleteChecklist when items are missing.
    """
    assignment = review.assignment
    _require_assigned(by, assignment)
    with transaction.atomic():
        one_at_a_time(f"review item {assignment.item_id}")
        if Review.objects.filter(corrects=review).exists():
            raise ReviewRefused("该结论已经更正过，请更正最新的一份")
        seen = _look(by, assignment, _Said(verdict, answers, remark, marks))
        check = checks.correct_check(
            by=by,
            check=review.check_record,
            answers=seen.answers,
            reason=reason,
            remark=remark,
            deviations=seen.deviations,
            severity=seen.severity,
        )
        new = _save(assignment, verdict, check, seen, corrects=review, reason=reason)
        audit.record(
            kind=EventKind.REVIEW_CORRECTED,
            by=by,
            object_type="review",
            object_id=new.pk,
            norm=rules.DESKS[assignment.item.population.kind].provision,
            reason=reason.strip(),
            before=_state(review),
            after=_state(new),
            details={"corrects": review.pk, "verdict": verdict, "counted": new.counted},
        )
        _follow(new)
    return new


def save_draft(*, by: Actor, assignment: Assignment, content: Mapping[str, Any]) -> Draft:
    """Keep what a reviewer has put down so far; the last one stands.

    Raises NotAllowed for anybody but the assigned person, ReviewRefused once the review is submitted.
    """
    _require_assigned(by, assignment)
    if Review.objects.filter(assignment=assignment).exists():
        raise ReviewRefused("这件已经提交结论")
    draft, _ = Draft.objects.update_or_create(
        assignment=assignment,
        defaults={"capacity_id": assignment.capacity_id, "content": dict(content), "saved_at": clock.now()},
    )
    return draft


def note_picture(*, by: Actor, assignment: Assignment, recording_id: int) -> int:
    """Note that a picture of the record was opened in full; returns how many were. Raises NotAllowed, ReviewRefused."""
    _require_assigned(by, assignment)
    known = {one.recording.pk for one in media.media_of(assignment.item) if one.is_picture}
    if recording_id not in known:
        raise ReviewRefused("这张照片不属于本件")
    PictureView.objects.get_or_create(
        assignment=assignment,
        recording_id=recording_id,
        defaults={"capacity_id": assignment.capacity_id, "viewed_at": clock.now()},
    )
    return PictureView.objects.filter(assignment=assignment, recording__in=known).count()


def _require_assigned(by: Actor, assignment: Assignment) -> None:
    by.require(Permission.CHECK_RECORD)
    if assignment.appointment_id != by.appointment_id:
        raise NotAllowed("这件分派给了别人，只能由被分派的本人以分派时的岗位复核")


def _look(by: Actor, assignment: Assignment, said: _Said) -> _Looked:
    """Judge what is put down against what was there and what was watched; raises ReviewRefused."""
    item, today = assignment.item, clock.today()
    desk = rules.DESKS.get(item.population.kind)
    if desk is None:
        raise ReviewRefused("这类抽查总体没有复核检查表")
    found = media.media_of(item)
    watched = media.watched(by.scope, assignment, found)
    failed = [name for name, answer in said.answers.items() if answer.value == FAIL]
    if problems := rules.problems(said.verdict, watched, failed, said.remark):
        raise ReviewRefused("；".join(problems))
    try:
        marks = rules.marks_of(said.marks, {one.recording.pk for one in found})
    except ValueError as refusal:
        raise ReviewRefused(str(refusal)) from None
    checklist = queries.checklist(desk.checklist, today)
    percent = queries.number(queries.WATCH, item.capacity_id, today)
    serious = said.verdict == rules.SERIOUS or bool(watched.missing)
    answers = _filled(checklist, said)
    account = rules.accounts(
        (answers.get(one.id, Answer()).value for one in checks.items_of(checklist) if one.answer == "pass_fail"),
        (said.remark, *(answer.note for answer in answers.values())),
    )
    return _Looked(
        checklist=checklist,
        answers=answers,
        deviations=rules.deviations(said.verdict, watched, failed, said.remark),
        severity=Finding.Severity.SERIOUS if serious else Finding.Severity.GENERAL,
        watched=watched,
        marks=marks,
        percent=percent,
        why_not=rules.why_not_counted(watched, said.verdict, percent, account=account),
    )


def _filled(checklist: Checklist, said: _Said) -> dict[str, Answer]:
    """The answers; where nothing could be looked at the items that were left open are not applicable."""
    filled = dict(said.answers)
    if said.verdict == rules.UNCHECKABLE:
        for item in checks.items_of(checklist):
            if item.answer == "pass_fail" and not filled.get(item.id, Answer()).value:
                filled[item.id] = Answer(NOT_APPLICABLE, "无法核查")
    return filled


def _save(
    assignment: Assignment,
    verdict: str,
    check: Check,
    seen: _Looked,
    *,
    corrects: Review | None = None,
    reason: str = "",
) -> Review:
    watched = seen.watched
    return Review.objects.create(
        assignment=assignment,
        item=assignment.item,
        capacity_id=assignment.capacity_id,
        check_record=check,
        verdict=Verdict(verdict),
        total_ms=watched.total_ms,
        credited_ms=watched.credited_ms,
        pictures=watched.pictures,
        pictures_seen=watched.seen,
        required_percent=seen.percent,
        asked=watched.asked,
        right=watched.right,
        proof=watched.proof,
        marks=seen.marks,
        counted=not seen.why_not,
        why_not=seen.why_not,
        submitted_at=check.signed_at,
        corrects=corrects,
        reason=reason.strip()[:200],
    )


def _state(review: Review) -> dict[str, object]:
    return {
        "item": review.item_id,
        "check": review.check_record_id,
        "verdict": review.verdict,
        "credited_ms": review.credited_ms,
        "total_ms": review.total_ms,
        "proof": review.proof,
        "counted": review.counted,
    }


def _follow(review: Review) -> None:
    """What a verdict sets going on behalf of the system: the blind second look, and an alert where looks disagree."""
    with scopes.within(scopes.everything()):
        if review.assignment.kind == Assignment.Kind.FIRST:
            assign_seconds(draws=[review.item.draw])
        _tell_disagreement(review)


def _tell_disagreement(review: Review) -> None:
    item = review.item
    others = Review.objects.filter(
        item__population=item.population_id, item__member=item.member, corrected_by=None
    ).exclude(assignment=review.assignment)
    for other in others.select_related("assignment"):
        kinds = {review.assignment.kind, other.assignment.kind}
        if Assignment.Kind.FIRST not in kinds or not rules.disagree(review.verdict, other.verdict):
            continue
        first, second = (review, other) if review.assignment.kind == Assignment.Kind.FIRST else (other, review)
        try:
            to = superior(item.capacity_id, clock.today()).pk
        except NoSuperior:
            to = item.capacity_id
        raise_alert(
            kind=AlertKind.REVIEW_DISAGREEMENT,
            capacity_id=to,
            key=f"{AlertKind.REVIEW_DISAGREEMENT}:{first.pk}:{second.pk}",
            text=f"{item.population.day} {item.member} 初次复核为“{first.get_verdict_display()}”，"
            f"{second.assignment.get_kind_display()}为“{second.get_verdict_display()}”，意见不一。",
            severity=Severity.WARN,
            provision=rules.DESKS[item.population.kind].provision,
            day=item.population.day,
            subject=item.subject,
            details={"初次复核": first.pk, "再次复核": second.pk, "业务记录": item.member},
        )
