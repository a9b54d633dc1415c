"""Reads of patrols: places in their rotation, what the wall can show of a place. The first argument is the scope."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from jianguan.backbone.evidence.models import Recording
from jianguan.backbone.patrol import rules
from jianguan.backbone.patrol.models import PatrolRound, PatrolStop, PatrolVisit
from jianguan.backbone.patrol.rules import Tile
from jianguan.backbone.rules.models import Checklist
from jianguan.backbone.rules.queries import parameter_value
from jianguan.backbone.scope.scope import Scope
from jianguan.backbone.subjects.models import Subject
from jianguan.backbone.work.models import Check
from jianguan.backbone.work.sources import VENUES
from jianguan.kit import clock

DWELL_PARAMETER, PICTURE_PARAMETER = "limit.patrol-dwell", "limit.patrol-picture"


@dataclass(frozen=True, slots=True)
class Camera:
    """A tile of the wall with the recording its picture comes from."""

    tile: Tile
    name: str
    recording: Recording | None = None

    def state(self) -> dict[str, Any]:
        """What a visit keeps of it."""
        stored = self.recording.stored if self.recording else None
        return {
            "channel": self.tile.channel,
            "name": self.name,
            "live": self.tile.live,
            "picture_at": self.tile.picture_at.isoformat() if self.tile.picture_at else None,
            "recording": self.recording.pk if self.recording else None,
            "sha256": stored.sha256 if stored else "",
        }


@dataclass(frozen=True, slots=True)
class Turn:
    """A place in the rotation of a capacity, and its last patrol that counts."""

    subject: Subject
    last: dt.datetime | None


def places(scope: Scope, on: dt.date) -> QuerySet[Subject]:
    """The places of the six kinds (六类场所) in the scope on a day."""
    return Subject.objects.filter(
        kind__in=VENUES, capacity_id__in=scope.capacity_ids, valid__contains=on
    ).select_related("capacity__agency")


def last_visits(capacity_id: int) -> dict[int, dt.datetime]:
    """Subject id -> the last patrol of the capacity that counts."""
    return dict(
        Check.objects.filter(kind=rules.KIND, capacity_id=capacity_id, subject__isnull=False)
        .values_list("subject_id")
        .annotate(last=Max("happened_at"))
        .order_by()
    )


def rotation(scope: Scope, capacity_id: int, on: dt.date) -> list[Turn]:
    """Every place of the scope, those longest without a patrol of the capacity first."""
    last = last_visits(capacity_id)
    turns = [Turn(one, last.get(one.pk)) for one in places(scope, on)]
    never = dt.datetime.min.replace(tzinfo=clock.CHINA)
    return sorted(turns, key=lambda one: (one.last or never, one.subject.code))


def checklists(on: dt.date) -> dict[str, Checklist]:
    """Kind of place -> its patrol checklist in force on a day."""
    found = Checklist.objects.filter(key__startswith=f"{rules.KIND}-", valid_from__lte=on).order_by("version")
    return {one.object_kind: one for one in found}


def limit(key: str, capacity_id: int, on: dt.date) -> int | None:
    """A whole number adopted for a capacity; None where none is."""
    value = parameter_value(key, capacity_id, on)
    return int(value.value) if value is not None and value.value is not None else None


def cameras(subject: Subject) -> list[Camera]:
    """The channels of a place: those on file with it and those of which a recording was ever fetched.

    Each shows its newest picture; one without any is listed all the same. Sources of live pictures are not connected.
    """
    newest: dict[str, Recording] = {}
    fetched = Recording.objects.filter(
        subject=subject, state=Recording.State.FETCHED, stored__isnull=False, starts_at__isnull=False
    ).exclude(kind=Recording.Kind.BODY)
    for recording in fetched.select_related("stored").order_by("camera", "-starts_at").distinct("camera"):
        newest[recording.camera] = recording
    filed: list[dict[str, str]] = subject.attributes.get("channels", [])
    names = {one["channel"]: one.get("name", one["channel"]) for one in filed}
    return [
        Camera(Tile(channel, taken_at(newest.get(channel))), names.get(channel, channel), newest.get(channel))
        for channel in sorted({*names, *newest})
    ]


def taken_at(recording: Recording | None) -> dt.datetime | None:
    """When the last picture of a recording was taken; None without one."""
    if recording is None:
        return None
    return recording.ends_at or recording.starts_at


def rounds(scope: Scope) -> QuerySet[PatrolRound]:
    """The rounds of the scope, newest first, with ``total`` and ``done`` stops and how many count as ``covered``."""
    return (
        PatrolRound.objects.filter(capacity_id__in=scope.capacity_ids)
        .select_related("capacity__agency", "opened_by__person")
        .annotate(
            total=Count("stops"),
            done=Count("stops__result"),
            covered=Count("stops__result", filter=Q(stops__result__check_record__kind=rules.KIND)),
        )
    )


def open_round(capacity_id: int, on: dt.date) -> PatrolRound | None:
    """The round of a capacity and day with stops that nobody has signed."""
    return (
        PatrolRound.objects.filter(capacity_id=capacity_id, day=on, stops__result__isnull=True)
        .distinct()
        .order_by("-number")
        .first()
    )


def stops_of(scope: Scope) -> QuerySet[PatrolStop]:
    """The stops of the scope."""
    return PatrolStop.objects.filter(capacity_id__in=scope.capacity_ids).select_related(
        "subject__capacity__agency", "checklist", "round", "result__check_record"
    )


def stops(scope: Scope, round_id: int) -> QuerySet[PatrolStop]:
    """The stops of a round in their order."""
    return stops_of(scope).filter(round_id=round_id)


def visit(scope: Scope, visit_id: int) -> PatrolVisit | None:
    """A visit of the scope with its stop."""
    return (
        PatrolVisit.objects.filter(pk=visit_id, capacity_id__in=scope.capacity_ids)
        .select_related("stop__subject__capacity__agency", "stop__round", "stop__checklist", "stop__capacity__agency")
        .first()
    )


def watched_ms(visit: PatrolVisit) -> int:
    """Milliseconds credited so far, recomputed from the beats."""
    beats = [rules.Beat(one.at, one.visible, one.elapsed_ms) for one in visit.beats.order_by("seq")]
    return rules.watched_ms(visit.opened_at, beats)


def tiles(visit: PatrolVisit) -> list[Tile]:
    """What the wall could show at the visit."""
    return [
        Tile(
            one["channel"],
            dt.datetime.fromisoformat(one["picture_at"]) if one["picture_at"] else None,
            live=one["live"],
        )
        for one in visit.tiles
    ]


def was_seen(visit: PatrolVisit) -> bool:
    """Whether the visit had a picture fresh enough to count."""
    return rules.was_seen(tiles(visit), visit.opened_at, visit.stop.round.picture_hours)
