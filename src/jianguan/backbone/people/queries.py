"""Reads of people and posts."""

import datetime as dt

from django.db.models import Exists, OuterRef, Prefetch, Q

from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.agencies.models import CapacityLevel, CapacityMode
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.models import Appointment, Person, Post, RosterEntry
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.people.roles import permissions_of
from jianguan.backbone.scope import scope as scopes
from jianguan.backbone.scope.scope import SYSTEM, Scope
from jianguan.facts.scoped import PROVINCE
from jianguan.kit import clock


def appointments_of(person_id: int, on: dt.date) -> list[Appointment]:
    """The posts a person holds on a day. Needs ``jianguan.person`` set to the same person, or a scope."""
    return list(
        Appointment.objects.filter(
            person_id=person_id, valid__contains=on, post__valid__contains=on, post__capacity__valid__contains=on
        )
        .select_related("post__capacity__agency", "person")
        .order_by("post__capacity__agency__order", "post__capacity__level", "id")
    )


def actor_of(appointment: Appointment, on: dt.date) -> Actor:
    """The actor that an appointment makes: its permissions and the subtree of its capacity on a day.

    What a capacity that has ended left behind is seen by its nearest superior that still stands, and above. A post of
    the province also holds the facts that belong to the whole province and to no unit of it.
    """
    capacity = appointment.post.capacity
    granted = permissions_of(appointment.post.role)
    visible = agencies.subtree(capacity.pk, on)
    visible |= {gone for gone, heir in agencies.heirs(on).items() if heir in visible}
    if Permission.AUDIT_READ in granted:
        visible |= {SYSTEM}
    if capacity.level == CapacityLevel.PROVINCE and capacity.mode == CapacityMode.OWN:
        visible |= {PROVINCE}
    return Actor(
        person_id=appointment.person_id,
        person_name=appointment.person.name,
        appointment_id=appointment.pk,
        post_id=appointment.post_id,
        post_title=appointment.post.title,
        role=appointment.post.role,
        capacity_id=capacity.pk,
        capacity_key=capacity.key,
        capacity_name=capacity.title,
        level=capacity.level,
        mode=capacity.mode,
        permissions=granted,
        scope=scopes.of(visible, person_id=appointment.person_id),
    )


def in_scope(scope: Scope) -> Q:
    """Condition on persons: at home or appointed in a capacity of the scope, or the one logged in."""
    appointed = Appointment.objects.filter(person_id=OuterRef("pk"), capacity_id__in=scope.capacity_ids)
    return Q(home_id__in=scope.capacity_ids) | Q(Exists(appointed)) | Q(pk=scope.person_id)


def persons(
    scope: Scope, *, text: str = "", capacity_id: int | None = None, role: str = "", after: str = "", limit: int = 50
) -> list[Person]:
    """Persons by number, after the number ``after``; one more than ``limit`` tells that there is a next page."""
    today = clock.today()
    found = Person.objects.filter(in_scope(scope)).select_related("home__agency", "account")
    if text:
        found = found.filter(Q(name__icontains=text) | Q(number__startswith=text))
    if capacity_id is not None:
        held = Appointment.objects.filter(person_id=OuterRef("pk"), capacity_id=capacity_id, valid__contains=today)
        found = found.filter(Q(home_id=capacity_id) | Q(Exists(held)))
    if role:
        held = Appointment.objects.filter(person_id=OuterRef("pk"), post__role=role, valid__contains=today)
        found = found.filter(Exists(held))
    posts = Appointment.objects.filter(capacity_id__in=scope.capacity_ids, valid__contains=today)
    return list(
        found.filter(number__gt=after)
        .order_by("number")
        .prefetch_related(Prefetch("appointments", posts.select_related("post__capacity__agency"), to_attr="current"))[
            : limit + 1
        ]
    )


def person(scope: Scope, person_id: int) -> Person:
    """One person in scope; raises Person.DoesNotExist for anybody else's."""
    return Person.objects.select_related("home__agency").get(in_scope(scope), pk=person_id)


def appointments(scope: Scope, person_id: int) -> list[Appointment]:
    """All appointments of a person that the scope may see, newest first."""
    return list(
        Appointment.objects.filter(
            Q(capacity_id__in=scope.capacity_ids) | Q(person_id=scope.person_id), person_id=person_id
        )
        .select_related("post__capacity__agency", "person")
        .order_by("-valid", "-pk")
    )


def appointment(scope: Scope, appointment_id: int) -> Appointment:
    """One appointment in scope; raises Appointment.DoesNotExist."""
    return Appointment.objects.select_related("post__capacity__agency", "person").get(
        pk=appointment_id, capacity_id__in=scope.capacity_ids
    )


def posts(
    scope: Scope, *, on: dt.date, capacity_id: int | None = None, after_id: int = 0, limit: int | None = None
) -> list[Post]:
    """Posts that exist on a day, with their holders of that day as ``holders``, in order of their capacities.

    With a ``limit``, in order of entry after ``after_id``; one more than ``limit`` tells that there is a next page.
    """
    found = Post.objects.filter(capacity_id__in=scope.capacity_ids, valid__contains=on)
    if capacity_id is not None:
        found = found.filter(capacity_id=capacity_id)
    held = Appointment.objects.filter(valid__contains=on).select_related("person")
    found = found.select_related("capacity__agency").prefetch_related(Prefetch("appointments", held, to_attr="holders"))
    if limit is not None:
        return list(found.filter(pk__gt=after_id).order_by("pk")[: limit + 1])
    return list(found.order_by("capacity__agency__order", "capacity__level", "title", "pk"))


def post(scope: Scope, post_id: int) -> Post:
    """One post in scope; raises Post.DoesNotExist."""
    return Post.objects.select_related("capacity__agency").get(pk=post_id, capacity_id__in=scope.capacity_ids)


def holders(scope: Scope, capacity_id: int, on: dt.date) -> list[Appointment]:
    """Who holds a post in one capacity on a day."""
    return list(
        Appointment.objects.filter(
            capacity_id__in=scope.capacity_ids & {capacity_id}, valid__contains=on, post__valid__contains=on
        )
        .select_related("person", "post")
        .order_by("post__title", "person__number")
    )


def roster(scope: Scope, capacity_id: int, first: dt.date, last: dt.date) -> list[RosterEntry]:
    """Entries of a capacity's roster from ``first`` to before ``last``, withdrawn ones left out."""
    return list(
        RosterEntry.objects.filter(
            capacity_id__in=scope.capacity_ids & {capacity_id}, day__gte=first, day__lt=last, withdrawn=False
        )
        .select_related("appointment__person", "appointment__post")
        .order_by("day", "shift", "pk")
    )


def roster_entry(scope: Scope, entry_id: int) -> RosterEntry:
    """One roster entry in scope; raises RosterEntry.DoesNotExist."""
    return RosterEntry.objects.select_related("capacity__agency", "appointment__person").get(
        pk=entry_id, capacity_id__in=scope.capacity_ids
    )
