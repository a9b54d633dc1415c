"""Reads of people and posts."""

import datetime as dt

from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.agencies import scope as scopes
from jianguan.backbone.audit.models import SYSTEM
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.models import Appointment
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.people.roles import permissions_of


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
    """The actor that an appointment makes: its permissions and the subtree of its capacity on a day."""
    capacity = appointment.post.capacity
    granted = permissions_of(appointment.post.role)
    visible = agencies.subtree(capacity.pk, on)
    if Permission.AUDIT_READ in granted:
        visible |= {SYSTEM}
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
