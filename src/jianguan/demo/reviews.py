"""What came of the records drawn in the synthetic province (合成数据): looked at, late, too short, not begun.

Written in bulk and marked: nobody watched anything, so there is no log of watching, and ``proof`` says so. Who looks is
the first of the order drawn, as ever. The last days of the units with log-ins are left to whoever uses them.
"""

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import Prefetch

from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.draws.models import DrawItem, DrawnReviewer
from jianguan.backbone.review import queries
from jianguan.backbone.review.models import Assignment, Review, Verdict
from jianguan.backbone.review.rules import DESKS, RECORD_ITEM, SYNTHETIC_PROOF, Desk, second_slice
from jianguan.backbone.rules.models import Checklist
from jianguan.backbone.work.checklists import FAIL, NOT_APPLICABLE, PASS
from jianguan.backbone.work.checks import items_of
from jianguan.backbone.work.models import Check, Finding
from jianguan.demo.marks import mark
from jianguan.demo.people import CHARACTERS
from jianguan.engines.regulation.schema import ChecklistItem

LEFT_OPEN = 2
"""Days before today that units with log-ins have still to look at."""
NOT_BEGUN, SHORT, LATE = 3, 8, 14
"""Of a hundred populations so many are not begun, half done, done the next morning; the sums run on."""
PACE = dt.timedelta(minutes=11)
SECONDS = 480
"""What a reviewer watches of a record, about."""
ONE_DAY = dt.timedelta(days=1)
REMARK = "合成数据"
SEEN = "合成数据：看过场所的监控画面和公示，与备案一致"
"""What is written down of a place, which has nothing else to be looked at."""
LOST = {"file": "档案文件未找到", "photo": "照片未找到"}
"""What these reviews did not find: nobody draws archives, nor the snapshots of days that are over."""


class Made(NamedTuple):
    """One review on its way into the tables."""

    assignment: Assignment
    check: Check
    finding: Finding | None
    review: Review


class Look(NamedTuple):
    """A record that was looked at, by whom and when."""

    item: DrawItem
    assignment: Assignment
    desk: Desk
    at: dt.datetime


def add_reviews(day: dt.date, today: dt.date) -> int:
    """Write what was looked at of a day that is over; returns the reviews added. Safe to run again."""
    if day >= today:
        return 0
    made = _write(list(_firsts(day, today)))
    if made:
        made += _write(list(_seconds(day, today)))
    if made:
        audit.record(
            kind=EventKind.REVIEW_SUBMITTED,
            by=None,
            object_type="reviews",
            object_id=day,
            reason=REMARK,
            details={"day": str(day), "reviews": made},
        )
    return made


def _firsts(day: dt.date, today: dt.date) -> Iterator[Look]:
    """The records of a day that somebody looked at, each once, in the pace of its reviewer."""
    used = {key for one in CHARACTERS for key, _, _ in one.posts}
    left = used if day >= today - ONE_DAY * LEFT_OPEN else set()
    items = (
        DrawItem.objects.filter(population__day=day, population__kind__in=DESKS)
        .select_related("population__capacity", "subject", "draw")
        .prefetch_related(Prefetch("reviewers", DrawnReviewer.objects.order_by("position")), "assignments__reviews")
        .order_by("population_id", "position", "pk")
    )
    seen: set[tuple[int, str]] = set()
    turn: dict[int, int] = {}
    for item in items:
        capacity, key = item.population.capacity.key, (item.population_id, item.member)
        if key in seen or capacity in left:
            continue
        seen.add(key)
        fate = max(mark(capacity, item.population.kind, day), SHORT if capacity in used else 0)
        number = turn[item.population_id] = turn.get(item.population_id, 0) + 1
        if fate < NOT_BEGUN or (fate < SHORT and number % 2 == 0) or (fate < SHORT and number == 1 and fate % 2):
            continue
        given = next((one for one in item.assignments.all() if one.kind == Assignment.Kind.FIRST), None)
        order = list(item.reviewers.all())
        if not order or (given is not None and (given.reviews.all() or given.assigned_at.date() >= today)):
            continue
        drawn_at = item.draw.drawn_at
        if given is None:
            given = Assignment(
                item=item,
                kind=Assignment.Kind.FIRST,
                capacity_id=item.capacity_id,
                appointment_id=order[0].appointment_id,
                assigned_at=drawn_at + dt.timedelta(minutes=4),
            )
        start = drawn_at + ONE_DAY * 0.54 if SHORT <= fate < LATE else drawn_at + dt.timedelta(minutes=9)
        jitter = dt.timedelta(seconds=29 * mark(item.member, "pace"))
        yield Look(item, given, DESKS[item.population.kind], start + PACE * number + jitter)


def _seconds(day: dt.date, today: dt.date) -> Iterator[Look]:
    """The drawn slice that a second person of the unit looks at, an hour after the first."""
    firsts = Review.objects.filter(
        item__population__day=day, assignment__kind=Assignment.Kind.FIRST, proof=SYNTHETIC_PROOF
    ).exclude(item__assignments__kind=Assignment.Kind.SECOND)
    found: dict[int, list[Review]] = {}
    for one in firsts.select_related("item__population__capacity", "item__subject", "item__draw", "assignment"):
        found.setdefault(one.item.draw_id, []).append(one)
    others: dict[int, list[int]] = {}
    drawn = DrawnReviewer.objects.filter(item__draw__in=found).order_by("item_id", "position")
    for item_id, appointment_id in drawn.values_list("item_id", "appointment_id"):
        others.setdefault(item_id, []).append(appointment_id)
    percent = 0
    for reviews in found.values():
        draw = reviews[0].item.draw
        percent = percent or queries.number(queries.SECOND, draw.capacity_id, today)
        chosen = second_slice(bytes.fromhex(draw.seed), (one.item.member for one in reviews), percent)
        for one in reviews:
            second = next((who for who in others[one.item_id] if who != one.assignment.appointment_id), None)
            if second is None or one.item.member not in chosen:
                continue
            given = Assignment(
                item=one.item,
                kind=Assignment.Kind.SECOND,
                capacity_id=one.capacity_id,
                appointment_id=second,
                assigned_at=one.submitted_at,
            )
            yield Look(one.item, given, DESKS[one.item.population.kind], one.submitted_at + dt.timedelta(hours=1))


def _write(looks: list[Look]) -> int:
    lists: dict[str, Checklist] = {}
    made, percent = [], 0
    for look in looks:
        day = look.item.population.day
        if look.desk.checklist not in lists:
            lists[look.desk.checklist] = queries.checklist(look.desk.checklist, day)
        percent = percent or queries.number(queries.WATCH, look.item.capacity_id, day)
        made.append(_made(look, lists[look.desk.checklist], percent))
    Assignment.objects.bulk_create((one.assignment for one in made if one.assignment.pk is None), batch_size=1000)
    Check.objects.bulk_create((one.check for one in made), batch_size=1000)
    for one in made:
        if one.finding is not None:
            one.finding.check_record = one.check
        one.review.check_record, one.review.assignment = one.check, one.assignment
    Finding.objects.bulk_create((one.finding for one in made if one.finding is not None), batch_size=1000)
    Review.objects.bulk_create((one.review for one in made), batch_size=1000)
    return len(made)


def _made(look: Look, checklist: Checklist, percent: int) -> Made:
    item, desk = look.item, look.desk
    fate = mark(item.member, look.assignment.kind if mark(item.member, "agree") < 8 else "")
    verdict = Verdict.NORMAL if fate < 90 else Verdict.GENERAL if fate < 97 else Verdict.SERIOUS
    held = [one for one in items_of(checklist) if one.answer == "pass_fail"]
    gone = LOST.get(desk.needs, "")
    if gone:
        verdict = Verdict.UNCHECKABLE
        failed: ChecklistItem | None = next(one for one in held if one.id == RECORD_ITEM)
    else:
        failed = held[1 + fate % (len(held) - 1)] if verdict != Verdict.NORMAL else None
    left = {"value": NOT_APPLICABLE, "note": "无法核查"} if gone else {"value": PASS, "note": ""}
    answers = {one.id: {"value": FAIL, "note": gone or REMARK} if one is failed else left for one in held}
    check = Check(
        kind=desk.checklist,
        method=desk.method,
        capacity_id=item.capacity_id,
        subject=item.subject,
        population=item.population,
        checklist=checklist,
        happened_at=look.at,
        signed_at=look.at,
        signed_by_id=look.assignment.appointment_id,
        passed=failed is None,
        answers=answers,
        remark=REMARK if desk.needs else SEEN,
    )
    finding = None
    if failed is not None:
        finding = Finding(
            capacity_id=item.capacity_id,
            subject=item.subject,
            provision=desk.provision,
            item=failed.id,
            severity=Finding.Severity.SERIOUS if gone or verdict == Verdict.SERIOUS else Finding.Severity.GENERAL,
            text=f"{failed.text}：{gone}（{REMARK}）" if gone else f"不符合“{failed.text}”（{REMARK}）",
            found_at=look.at,
        )
    total = (SECONDS + 5 * mark(item.member, "long")) * 1000 if desk.needs == "video" else 0
    share = 62 if mark(item.member, "skipped") < 2 and total else min(percent + mark(item.member, "share") % 21, 100)
    review = Review(
        item=item,
        capacity_id=look.assignment.capacity_id,
        verdict=verdict,
        total_ms=total,
        credited_ms=total * share // 100,
        required_percent=percent,
        proof=SYNTHETIC_PROOF,
        counted=share >= percent,
        why_not="" if share >= percent else f"认可观看{share}%，不足采纳的{percent}%",
        submitted_at=look.at,
    )
    return Made(look.assignment, check, finding, review)
