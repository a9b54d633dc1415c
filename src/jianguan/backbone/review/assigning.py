"""Give drawn records to the persons who look at them, hand them on, stand in for a unit where nobody may."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Prefetch

from jianguan.backbone.agencies.queries import NoSuperior, superior
from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.draws.models import Draw, DrawItem, DrawnReviewer, Recusal
from jianguan.backbone.people.acting import Actor, NotAllowed
from jianguan.backbone.people.models import Appointment, Person, RosterEntry
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.people.roles import permissions_of
from jianguan.backbone.review import queries, rules
from jianguan.backbone.review.models import Assignment, NoReviewer, Review
from jianguan.backbone.review.rules import Candidate
from jianguan.backbone.scope import scope as scopes
from jianguan.backbone.scope.turns import one_at_a_time
from jianguan.kit import clock

STANDS_IN = "本单位无人可复核，上级代为复核"
NOBODY = "本单位抽取的复核人均已回避、离任或就是经办人"


class ReviewRefused(ValueError):
    """The record cannot be assigned or reviewed so. The message is Chinese and shown to the user."""


def assign_drawn() -> int:
    """Give every drawn record that has nobody yet to the first of its drawn order; returns how many were settled.

    Runs as the system. Who is on duty today comes before the others. Where nobody of the unit may look, that is put
    on record (无人可复核) and the record waits for the superior. Drawn twice is looked at once.
    """
    now, today = clock.now(), clock.today()
    items = queries.drawn_without_assignment(today)
    if not items:
        return 0
    duty = _on_duty({item.capacity_id for item in items}, today)
    taken: dict[tuple[int, str], int] = {}
    given: list[Assignment] = []
    nobody: list[NoReviewer] = []
    for item in items:
        if taken.setdefault((item.population_id, item.member), item.pk) != item.pk:
            continue
        chosen = rules.first_fit(_order(item, duty, today))
        if chosen is not None:
            given.append(
                Assignment(
                    item=item,
                    kind=Assignment.Kind.FIRST,
                    capacity_id=item.capacity_id,
                    appointment_id=chosen.appointment_id,
                    assigned_at=now,
                )
            )
        elif (above := _superior(item.capacity_id, today)) is not None:
            nobody.append(
                NoReviewer(item=item, capacity_id=item.capacity_id, superior_id=above, why=NOBODY, recorded_at=now)
            )
    with transaction.atomic():
        Assignment.objects.bulk_create(given, batch_size=1000)
        NoReviewer.objects.bulk_create(nobody, batch_size=1000)
        _record(given, nobody)
    return len(given) + len(nobody)


def _record(given: Iterable[Assignment], nobody: Iterable[NoReviewer]) -> None:
    """One event a draw."""
    counts: dict[int, dict[str, int]] = defaultdict(lambda: {"assigned": 0, "nobody": 0})
    for one in given:
        counts[one.item.draw_id]["assigned"] += 1
    for absent in nobody:
        counts[absent.item.draw_id]["nobody"] += 1
    for draw, count in counts.items():
        audit.record(kind=EventKind.REVIEW_ASSIGNED, by=None, object_type="draw", object_id=draw, details=dict(count))


def _on_duty(capacities: set[int], on: dt.date) -> set[int]:
    """Persons on the rosters of a day."""
    found = RosterEntry.objects.filter(capacity_id__in=capacities, day=on, withdrawn=False)
    return set(found.values_list("appointment__person_id", flat=True))


def _order(item: DrawItem, duty: set[int], on: dt.date) -> list[Candidate]:
    return [
        Candidate(
            one.appointment_id, one.appointment.person_id, one.appointment.person_id in duty, _fit(one.appointment, on)
        )
        for one in sorted(item.reviewers.all(), key=lambda one: one.position)
    ]


def _fit(appointment: Appointment, on: dt.date) -> bool:
    held = on >= appointment.valid.lower and (appointment.valid.upper is None or on < appointment.valid.upper)
    return held and Permission.CHECK_RECORD in permissions_of(appointment.post.role)


def _superior(capacity_id: int, on: dt.date) -> int | None:
    try:
        return superior(capacity_id, on).pk
    except NoSuperior:
        return None


def assign_seconds(*, draws: Iterable[Draw] | None = None) -> int:
    """Give the drawn slice of each draw to a second person, once the first look is submitted; returns how many.

    Runs as the system. The slice follows from the seed of the draw alone; the second person is the next of the drawn
    order who has not looked. Where the unit has no second person nothing is assigned.
    """
    today = clock.today()
    duty_of: dict[int, set[int]] = {}
    given: list[Assignment] = []
    percent_of: dict[int, int] = {}
    for draw in queries.recent_draws(today) if draws is None else draws:
        items = list(
            DrawItem.objects.filter(draw=draw).prefetch_related(
                Prefetch("reviewers", DrawnReviewer.objects.select_related("appointment__post")), "assignments__reviews"
            )
        )
        if draw.capacity_id not in percent_of:
            percent_of[draw.capacity_id] = queries.number(queries.SECOND, draw.capacity_id, today)
        chosen = rules.second_slice(
            bytes.fromhex(draw.seed), (item.member for item in items), percent_of[draw.capacity_id]
        )
        for item in items:
            looks = list(item.assignments.all())
            kinds = {look.kind for look in looks}
            first = [look for look in looks if look.kind == Assignment.Kind.FIRST and look.reviews.all()]
            if item.member not in chosen or not first or Assignment.Kind.SECOND in kinds:
                continue
            duty = duty_of.setdefault(item.capacity_id, _on_duty({item.capacity_id}, today))
            looked = set(Appointment.objects.filter(assignments__item=item).values_list("person_id", flat=True))
            other = rules.first_fit(_order(item, duty, today), without=looked)
            if other is not None:
                given.append(
                    Assignment(
                        item=item,
                        kind=Assignment.Kind.SECOND,
                        capacity_id=item.capacity_id,
                        appointment_id=other.appointment_id,
                        assigned_at=clock.now(),
                    )
                )
    with transaction.atomic():
        Assignment.objects.bulk_create(given, batch_size=1000)
        _record(given, [])
    return len(given)


def hand_over(*, by: Actor, assignment: Assignment, to: Appointment, reason: str) -> Assignment:
    """Give an assignment to somebody else who was drawn for the record too, and say why.

    The assigned person himself, or a leader of his unit. Raises NotAllowed, ReviewRefused without a reason, for a
    record already reviewed or handed on, and for somebody who was not drawn, has left or has looked at it.
    """
    by.require_capacity(assignment.capacity_id)
    if assignment.appointment_id != by.appointment_id and not by.may(Permission.DECISION_ADOPT):
        raise NotAllowed("只有被分派的本人或本单位领导可以转交")
    if len(reason.strip()) < rules.SHORTEST_WORDS:
        raise ReviewRefused(f"转交须写明事由，不少于{rules.SHORTEST_WORDS}个字")
    with transaction.atomic():
        one_at_a_time(f"review item {assignment.item_id}")
        current = Assignment.objects.filter(pk=assignment.pk, replaced_by=None).first()
        if current is None or Review.objects.filter(assignment=current).exists():
            raise ReviewRefused("这件已经转交或提交结论")
        if not any(one.pk == to.pk for one in heirs(current)):
            raise ReviewRefused("只能转交给抽取的、未回避的其他复核人")
        new = Assignment.objects.create(
            item=current.item,
            kind=current.kind,
            capacity_id=current.capacity_id,
            appointment=to,
            replaces=current,
            reason=reason.strip()[:200],
            assigned_at=clock.now(),
        )
        audit.record(
            kind=EventKind.REVIEW_HANDED_OVER,
            by=by,
            object_type="review-assignment",
            object_id=new.pk,
            reason=new.reason,
            details={"from": current.pk, "to": to.pk},
        )
    return new


def heirs(assignment: Assignment) -> list[Appointment]:
    """Who may take an assignment over: drawn for the record, in post today, with no look at it, in drawn order."""
    today = clock.today()
    looked = set(Appointment.objects.filter(assignments__item=assignment.item_id).values_list("person_id", flat=True))
    drawn = DrawnReviewer.objects.filter(item=assignment.item_id).select_related(
        "appointment__person", "appointment__post"
    )
    return [
        one.appointment
        for one in drawn.order_by("position")
        if one.appointment.person_id not in looked and _fit(one.appointment, today)
    ]


def stand_in(*, by: Actor, item: DrawItem) -> Assignment:
    """Take a record that nobody of its unit may look at: the unit's superior does, for the unit's quota.

    Raises NotAllowed without the permission or in any other capacity, ReviewRefused when it is taken or when the
    person is recused (``why_not_from_above``).
    """
    by.require(Permission.CHECK_RECORD)
    with transaction.atomic():
        one_at_a_time(f"review item {item.pk}")
        waiting = NoReviewer.objects.filter(item=item).first()
        if waiting is None:
            raise ReviewRefused("这件由本单位复核，不需代为复核")
        by.require_capacity(waiting.superior_id)
        if Assignment.objects.filter(item=item, kind=Assignment.Kind.FIRST).exists():
            raise ReviewRefused("这件已经有人代为复核")
        _refuse_recused(by, item)
        return _take(
            by, item, Assignment.Kind.FIRST, capacity_id=item.capacity_id, reason="本单位无人可复核，上级代为复核"
        )


def draw_again(*, by: Actor, item: DrawItem) -> Assignment:
    """Take a drawn record of a subordinate unit for a look from above (上级重抽); it counts for no quota of the unit.

    Raises NotAllowed without the permission, ReviewRefused for one's own unit, out of scope, looked at from above, or
    when the person is recused (``why_not_from_above``).
    """
    by.require(Permission.CHECK_RECORD)
    if item.capacity_id == by.capacity_id or item.capacity_id not in by.scope:
        raise ReviewRefused("只能重抽下级单位的记录")
    with transaction.atomic():
        one_at_a_time(f"review item {item.pk}")
        if Assignment.objects.filter(item=item, kind=Assignment.Kind.SUPERIOR).exists():
            raise ReviewRefused("这件上级已经重抽")
        _refuse_recused(by, item)
        return _take(by, item, Assignment.Kind.SUPERIOR, capacity_id=by.capacity_id, reason="上级重抽")


def why_not_from_above(by: Actor, item: DrawItem) -> str:
    """Why a person may not look at a record of a unit below, in Chinese; '' when he may.

    He holds a post in the unit, did the business himself, or has declared an interest in its site or its doer – in
    whichever capacity.
    """
    with scopes.within(scopes.everything()):
        posts = Appointment.objects.filter(person_id=by.person_id, capacity_id=item.capacity_id)
        declared = Recusal.objects.filter(appointment__person_id=by.person_id, ends=None, ended_by=None)
        return rules.why_recused(
            number=Person.objects.values_list("number", flat=True).get(pk=by.person_id),
            in_unit=posts.filter(valid__contains=item.population.day).exists(),
            doers=item.about.get("doers", ()),
            site=item.subject_id,
            declared=[(one.subject_id, one.doer) for one in declared],
        )


def _refuse_recused(by: Actor, item: DrawItem) -> None:
    if why := why_not_from_above(by, item):
        raise ReviewRefused(why)


def _take(by: Actor, item: DrawItem, kind: str, *, capacity_id: int, reason: str) -> Assignment:
    made = Assignment.objects.create(
        item=item,
        kind=kind,
        capacity_id=capacity_id,
        appointment_id=by.appointment_id,
        reason=reason,
        assigned_at=clock.now(),
    )
    audit.record(
        kind=EventKind.REVIEW_ASSIGNED,
        by=by,
        object_type="review-assignment",
        object_id=made.pk,
        reason=reason,
        details={"item": item.pk, "kind": kind},
    )
    return made
