"""Append to the event log. Every action of every room ends here, in the same transaction as its writes."""

from collections.abc import Mapping
from typing import Any, Protocol

from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.audit.models import Event
from jianguan.backbone.scope.scope import SYSTEM
from jianguan.kit import clock
from jianguan.kit.digests import digest_of


class Actor(Protocol):
    """Who acts: a person in a post in a capacity (see ``people.acting.Actor``)."""

    @property
    def person_id(self) -> int: ...  # noqa: D102
    @property
    def person_name(self) -> str: ...  # noqa: D102
    @property
    def post_id(self) -> int: ...  # noqa: D102
    @property
    def post_title(self) -> str: ...  # noqa: D102
    @property
    def capacity_id(self) -> int: ...  # noqa: D102
    @property
    def capacity_name(self) -> str: ...  # noqa: D102


def record(
    *,
    kind: EventKind,
    by: Actor | None,
    object_type: str = "",
    object_id: object = "",
    norm: str = "",
    reason: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    details: Mapping[str, Any] | None = None,
) -> Event:
    """Append one event. ``by`` None means the system itself. ``before``/``after`` are digested, not stored."""
    event = Event(
        at=clock.now(),
        kind=kind.value,
        object_type=object_type,
        object_id=str(object_id),
        norm=norm,
        reason=reason,
        before_digest=digest_of(before) if before is not None else "",
        after_digest=digest_of(after) if after is not None else "",
        details=dict(details or {}),
    )
    if by is None:
        event.capacity_id, event.capacity_name = SYSTEM, "系统"
    else:
        event.capacity_id, event.capacity_name = by.capacity_id, by.capacity_name
        event.person_id, event.person_name = by.person_id, by.person_name
        event.post_id, event.post_title = by.post_id, by.post_title
    event.save(force_insert=True)
    return event
