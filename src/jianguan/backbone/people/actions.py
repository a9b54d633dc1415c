"""Persons, posts and appointments: who may be what. Accounts are in ``accounts.py``, rosters in ``rosters.py``."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.people import rules
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.models import Appointment, Person, Post
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.people.roles import roles
from jianguan.backbone.people.rules import Refusal


def add_person(
    *,
    by: Actor | None,
    home: Capacity,
    name: str,
    number: str,
    is_police: bool = True,
    phone: str = "",
    synthetic: bool = False,
) -> Person:
    """Add a person with the capacity he belongs to. Raises NotAllowed, Refusal (number known already)."""
    if by is not None:
        by.require(Permission.ACCOUNT_MANAGE)
        by.require_in_scope(home.pk)
    if not name.strip() or not number.strip():
        raise Refusal("姓名和警号（工号）不能为空")
    with transaction.atomic():
        try:
            with transaction.atomic():
                person = Person.objects.create(
                    home=home,
                    name=name.strip(),
                    number=number.strip(),
                    is_police=is_police,
                    phone=phone,
                    synthetic=synthetic,
                )
        except IntegrityError as known:  # by a unit that row security hides from here
            raise Refusal(f"警号或工号 {number} 已登记") from known
        audit.record(
            kind=EventKind.PERSON_ADDED,
            by=by,
            object_type="person",
            object_id=person.pk,
            after={"name": person.name, "number": person.number, "home": home.key},
            details={"home": home.key},
        )
    return person


def add_post(
    *,
    by: Actor | None,
    capacity: Capacity,
    title: str,
    role: str,
    since: dt.date,
    full_time: bool = False,
    duties: str = "",
) -> Post:
    """Add a post of a role in a capacity. Raises NotAllowed, Refusal (role unknown or not for this level)."""
    if by is not None:
        by.require(Permission.POST_MANAGE)
        by.require_in_scope(capacity.pk)
    known = roles().get(role)
    if known is None or capacity.level not in known.levels:
        raise Refusal(f"{capacity.title} 不能设“{known.title if known else role}”岗位")
    with transaction.atomic():
        if Post.objects.filter(capacity=capacity, title=title, valid__overlap=DateRange(since, None)).exists():
            raise Refusal(f"{capacity.title} 已有“{title}”岗位")
        post = Post.objects.create(
            capacity=capacity,
            title=title,
            role=role,
            full_time=full_time,
            duties=duties,
            valid=DateRange(since, None),
        )
        audit.record(
            kind=EventKind.POST_ADDED,
            by=by,
            object_type="post",
            object_id=post.pk,
            after={"capacity": capacity.key, "title": title, "role": role, "since": since},
            details={"title": title, "role": role},
        )
    return post


def end_post(*, by: Actor | None, post: Post, on: dt.date, reason: str) -> None:
    """Close a post from a day on. Raises Refusal while somebody still holds it then."""
    if by is not None:
        by.require(Permission.POST_MANAGE)
        by.require_in_scope(post.capacity_id)
    reason = rules.checked_reason(reason)
    with transaction.atomic():
        if Appointment.objects.filter(post=post, valid__overlap=DateRange(on, None)).exists():
            raise Refusal("该岗位仍有人任职，请先结束任职")
        post.valid = _cut(post.valid, on)
        post.save(update_fields=["valid"])
        audit.record(
            kind=EventKind.POST_ENDED,
            by=by,
            object_type="post",
            object_id=post.pk,
            reason=reason,
            details={"title": post.title, "on": on.isoformat()},
        )


def appoint(*, by: Actor | None, post: Post, person: Person, since: dt.date) -> Appointment:
    """Put a person into a post from a day on.

    Raises NotAllowed when somebody grants himself a post, Refusal when the person holds another of the three
    administrator roles then or this post already. The database refuses the first two as well.
    """
    if by is not None:
        by.require(Permission.POST_MANAGE)
        by.require_in_scope(post.capacity_id)
        by.require_somebody_else(person.pk)
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        wanted = DateRange(since, None)
        held = Appointment.objects.filter(person=person, valid__overlap=wanted).select_related("post")
        if other := rules.conflicting_administrator(post.role, [one.post.role for one in held]):
            raise Refusal(f"三员分立：{person.name} 已任{rules.ADMINISTRATORS[other]}")
        if any(one.post_id == post.pk for one in held):
            raise Refusal(f"{person.name} 已任“{post.title}”")
        if not (post.valid.lower <= since and (post.valid.upper is None or since < post.valid.upper)):
            raise Refusal("任职起始日不在岗位有效期内")
        appointment = Appointment.objects.create(
            post=post, person=person, capacity_id=post.capacity_id, valid=DateRange(since, post.valid.upper)
        )
        audit.record(
            kind=EventKind.APPOINTMENT_MADE,
            by=by,
            object_type="appointment",
            object_id=appointment.pk,
            after={"person": person.pk, "post": post.pk, "since": since},
            details={"person": person.pk, "post": post.title, "since": since.isoformat()},
        )
    return appointment


def end_appointment(*, by: Actor | None, appointment: Appointment, on: dt.date, reason: str) -> None:
    """End an appointment: from ``on`` the person no longer acts in the post."""
    if by is not None:
        by.require(Permission.POST_MANAGE)
        by.require_in_scope(appointment.capacity_id)
    reason = rules.checked_reason(reason)
    with transaction.atomic():
        appointment = Appointment.objects.select_for_update().get(pk=appointment.pk)
        appointment.valid = _cut(appointment.valid, on)
        appointment.save(update_fields=["valid"])
        audit.record(
            kind=EventKind.APPOINTMENT_ENDED,
            by=by,
            object_type="appointment",
            object_id=appointment.pk,
            reason=reason,
            details={"on": on.isoformat()},
        )


def reveal(*, by: Actor, person: Person, reason: str) -> str:
    """The phone number of a person in full; who looked and why goes into the event log."""
    by.require(Permission.PERSON_REVEAL)
    reason = rules.checked_reason(reason)
    audit.record(
        kind=EventKind.PERSON_REVEALED,
        by=by,
        object_type="person",
        object_id=person.pk,
        reason=reason,
        details={"field": "phone"},
    )
    return person.phone


def _cut(valid: DateRange, on: dt.date) -> DateRange:
    if on <= valid.lower:
        raise Refusal("结束日须晚于起始日")
    if valid.upper is not None and on >= valid.upper:
        raise Refusal(f"已于 {valid.upper} 结束")
    return DateRange(valid.lower, on)
