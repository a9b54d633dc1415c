"""Reads of campaigns and inspections. The first argument is the scope."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.alerts.models import Alert, AlertKind
from jianguan.backbone.campaigns import rules
from jianguan.backbone.campaigns.models import Campaign, Inspection, Inspector, Publication, Submission
from jianguan.backbone.people.models import Appointment
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.people.roles import roles
from jianguan.backbone.rules.models import Checklist
from jianguan.backbone.scope import scope as scopes
from jianguan.backbone.scope.scope import Scope
from jianguan.backbone.subjects.models import Subject, SubjectKind
from jianguan.backbone.work.sources import VENUES


@dataclass(frozen=True, slots=True)
class Target:
    """What can be drawn: a place, or a unit itself."""

    code: str
    name: str
    checked: Capacity
    subject: Subject | None = None


def target_kinds() -> list[tuple[str, str]]:
    """What a campaign may aim at: the kinds of place, then units of a level."""
    levels = (("level:CITY", "市级监管机构"), ("level:VEHICLE_OFFICE", "车管所"))
    return [(kind, SubjectKind(kind).label) for kind in VENUES] + list(levels)


def targets(kind: str, area_id: int, organiser_id: int, on: dt.date) -> list[Target]:
    """Everything of a kind below a capacity on a day, in the order of codes; the organiser itself is no target."""
    below = agencies.subtree(area_id, on) - {organiser_id}
    if kind.startswith(rules.LEVEL):
        units = Capacity.objects.filter(
            pk__in=below, level=kind.removeprefix(rules.LEVEL), mode="own", valid__contains=on
        ).select_related("agency")
        return [Target(one.key, one.title, one) for one in units.order_by("key")]
    places = Subject.objects.filter(kind=kind, capacity_id__in=below, valid__contains=on)
    return [
        Target(one.code, one.name, one.capacity, one)
        for one in places.select_related("capacity__agency").order_by("code")
    ]


def inspectors(capacity_id: int, on: dt.date) -> list[Appointment]:
    """Who may inspect: held posts of the capacity whose role records checks, one post a person."""
    able = [role.id for role in roles().values() if Permission.CHECK_RECORD in role.permissions]
    found = Appointment.objects.filter(
        capacity_id=capacity_id, valid__contains=on, post__valid__contains=on, post__role__in=able
    ).select_related("person", "post")
    return list({one.person_id: one for one in found.order_by("-pk")}.values())


def checklist(key: str, on: dt.date) -> Checklist | None:
    """The version of a checklist in force on a day."""
    return Checklist.objects.filter(key=key, valid_from__lte=on).order_by("-version").first()


def campaigns(scope: Scope) -> QuerySet[Campaign]:
    """The campaigns of the scope, newest first, with ``total`` and ``done`` inspections."""
    return (
        Campaign.objects.filter(capacity_id__in=scope.capacity_ids)
        .select_related("capacity__agency", "area__agency", "opened_by__person", "frame__population", "publication")
        .annotate(
            total=Count("inspections", distinct=True),
            done=Count("inspections", filter=Q(inspections__submissions__check_record__isnull=False), distinct=True),
        )
    )


def undrawn_key(campaign_id: int) -> str:
    """The key of the alert on a campaign that stays undrawn."""
    return f"{AlertKind.CAMPAIGN_UNDRAWN}:{campaign_id}"


def undrawn(campaign_ids: Collection[int]) -> dict[int, Alert]:
    """Campaign id -> the alert that stands on a frozen campaign which stays undrawn, whoever was told."""
    keys = {undrawn_key(one): one for one in campaign_ids}
    with scopes.within(scopes.everything()):
        return {keys[one.key]: one for one in Alert.objects.filter(key__in=keys, settlement=None)}


def finished() -> Exists:
    """Condition on an inspection: a form was taken in that counts."""
    return Exists(Submission.objects.filter(inspection=OuterRef("pk"), check_record__isnull=False))


def inspections(scope: Scope) -> QuerySet[Inspection]:
    """The inspections of the scope, with ``open`` for templates."""
    return (
        Inspection.objects.filter(capacity_id__in=scope.capacity_ids)
        .select_related("subject", "checked__agency", "checklist", "campaign", "capacity__agency")
        .annotate(open=~finished())
    )


def assigned(scope: Scope, appointment_id: int) -> QuerySet[Inspection]:
    """The open inspections that a post has been given, most urgent first."""
    mine = Inspector.objects.filter(inspection=OuterRef("pk"), appointment_id=appointment_id)
    return inspections(scope).filter(Exists(mine), ~finished()).order_by("due", "pk")


def counted(inspection: Inspection) -> Submission | None:
    """The form of an inspection that made its check."""
    return (
        inspection.submissions.filter(check_record__isnull=False)
        .select_related("check_record", "appointment__person")
        .first()
    )


def results(campaign: Campaign) -> list[dict[str, Any]]:
    """What came of each target, as published: no names of persons."""
    found = []
    for inspection in campaign.inspections.select_related("subject", "checked__agency").order_by("pk"):
        form = counted(inspection)
        if form is None or form.check_record is None:
            continue
        check = form.check_record
        found.append(
            {
                "target": inspection.target,
                "unit": inspection.checked.agency.name,
                "outcome": form.outcome,
                "passed": bool(check.passed),
                "happened_on": form.happened_at.date().isoformat(),
                "findings": [one.text for one in check.findings.order_by("pk")],
            }
        )
    return found


def publications() -> QuerySet[Publication]:
    """What was published, newest first; open to everybody signed in."""
    return Publication.objects.order_by("-published_at")
