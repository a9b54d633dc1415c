"""Reads of the event log."""

import datetime as dt
import uuid
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db.models import Q

from jianguan.backbone.audit import sealing
from jianguan.backbone.audit.models import Checkpoint, Event
from jianguan.backbone.scope import scope as scopes
from jianguan.backbone.scope.scope import Scope
from jianguan.engines.hashlog import export as exports
from jianguan.kit import clock


@dataclass(frozen=True, slots=True)
class EventFilter:
    """What to look for; empty fields do not narrow. ``text`` is sought in names, reason and object."""

    text: str = ""
    kind: str = ""
    object_type: str = ""
    object_id: str = ""
    first: dt.date | None = None
    last: dt.date | None = None


def search(scope: Scope, wanted: EventFilter, *, before: uuid.UUID | None = None, limit: int = 50) -> list[Event]:
    """Newest events first; ``before`` is the id of the last event of the page before. One more than ``limit``."""
    events = Event.objects.filter(capacity_id__in=scope.capacity_ids).select_related("leaf")
    if wanted.kind:
        events = events.filter(kind=wanted.kind)
    if wanted.object_type:
        events = events.filter(object_type=wanted.object_type)
    if wanted.object_id:
        events = events.filter(object_id=wanted.object_id)
    if wanted.first:
        events = events.filter(at__gte=dt.datetime.combine(wanted.first, dt.time(), clock.CHINA))
    if wanted.last:
        following = wanted.last + dt.timedelta(days=1)
        events = events.filter(at__lt=dt.datetime.combine(following, dt.time(), clock.CHINA))
    if wanted.text:
        fields = ("person_name", "post_title", "capacity_name", "reason", "object_id", "norm")
        anywhere = Q()
        for field in fields:
            anywhere |= Q(**{f"{field}__icontains": wanted.text})
        events = events.filter(anywhere)
    if before:
        events = events.filter(pk__lt=before)
    return list(events.order_by("-pk")[: limit + 1])


def event(scope: Scope, event_id: uuid.UUID) -> Event:
    """One event of the scope; raises Event.DoesNotExist for any other."""
    return Event.objects.select_related("leaf").get(pk=event_id, capacity_id__in=scope.capacity_ids)


def of_object(scope: Scope, object_type: str, object_id: object, *, limit: int = 50) -> list[Event]:
    """The story of one object, oldest first."""
    found = Event.objects.filter(
        capacity_id__in=scope.capacity_ids, object_type=object_type, object_id=str(object_id)
    ).select_related("leaf")
    return list(found.order_by("pk")[:limit])


def newest_checkpoint() -> Checkpoint | None:
    """The newest signed head of the tree."""
    return Checkpoint.objects.order_by("-size").first()


def covering(index: int) -> Checkpoint | None:
    """The first checkpoint that vouches for the leaf at ``index``."""
    return Checkpoint.objects.filter(size__gt=index).order_by("size").first()


def verify() -> exports.Verification:
    """Export the log as it stands into a temporary folder and verify it there, as anybody outside would."""
    with TemporaryDirectory() as folder, scopes.within(scopes.everything()):
        directory = Path(folder) / "log"
        exports.write(
            directory,
            origin=sealing.signer().name,
            entries=sealing.entries(),
            checkpoints=Checkpoint.objects.order_by("size").values_list("note", flat=True),
            keys=[sealing.signer().verifier],
        )
        return exports.verify(directory, keys=[sealing.signer().verifier])
