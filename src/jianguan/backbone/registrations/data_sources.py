"""Register, change and close sources of facts (数据源): on a page by a post, on the machine by its operator."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.agencies.queries import capacity as capacity_of
from jianguan.backbone.audit.actions import record
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.scope import scope as scopes
from jianguan.facts import arrivals, authority, sources
from jianguan.facts.models import Batch, ReportsFor, Source
from jianguan.facts.scoped import PROVINCE
from jianguan.kit.clock import today

SHORTEST_REASON = 4


class SourceRefused(ValueError):
    """A source cannot be registered, changed or closed so; the message is Chinese and shown to the user."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A source as it shall be registered; ``capacity`` is a key, empty for the whole province."""

    fact: str
    key: str
    name: str
    capacity: str = ""
    reports_for: str = ReportsFor.OWN
    listed: tuple[str, ...] = ()
    first_day: dt.date | None = None
    """Today when left out."""
    last_day: dt.date | None = None
    due_hour: int | None = None


def open_source(*, by: Actor | None, wanted: Wanted, operator: str = "") -> Source:
    """Register a source; ``by`` None: ``operator``, a user of the operating system, asked on the machine.

    Raises NotAllowed without the permission or for a capacity outside the scope, SourceRefused.
    """
    with _deed(by):
        capacity_id = _capacity(wanted.capacity)
        _allow(by, capacity_id)
        if Source.objects.filter(key=wanted.key).exists():
            raise SourceRefused(f"标识 {wanted.key} 已登记，请换一个标识")
        try:
            found = sources.register(
                wanted.key,
                wanted.fact,
                name=wanted.name.strip(),
                capacity_id=capacity_id,
                capacity_key=wanted.capacity,
                reports_for=wanted.reports_for,
                listed=sorted(wanted.listed),
                first_day=wanted.first_day or today(),
                last_day=wanted.last_day,
                due_hour=wanted.due_hour,
            )
        except (LookupError, sources.WrongSource, authority.WrongDeclaration) as wrong:
            raise SourceRefused(str(wrong.args[0])) from wrong
        about = {"contract": wanted.fact, "capacity": wanted.capacity, "first_day": f"{found.first_day}"}
        _record(EventKind.FACTS_SOURCE_OPENED, by, found, operator, about | _declared(found))
    return found


def redeclare(
    *, by: Actor | None, source: Source, reports_for: str, listed: Collection[str] = (), operator: str = ""
) -> None:
    """Change whom a source reports for; what came before stays as it was judged. Raises as ``open_source``."""
    with _deed(by):
        _allow(by, source.capacity_id)
        try:
            authority.declare(source, reports_for, listed, today())
        except authority.WrongDeclaration as wrong:
            raise SourceRefused(str(wrong)) from wrong
        _record(EventKind.FACTS_SOURCE_DECLARED, by, source, operator, _declared(source))


def close_source(*, by: Actor | None, source: Source, last_day: dt.date, reason: str, operator: str = "") -> None:
    """End what is expected of a source after ``last_day``, the last it reports; every day it reported stays.

    Raises NotAllowed as ``open_source``; SourceRefused without a reason, when a later day has come, or when the source
    is closed already.
    """
    with _deed(by):
        _allow(by, source.capacity_id)
        if len(reason.strip()) < SHORTEST_REASON:
            raise SourceRefused(f"理由至少 {SHORTEST_REASON} 个字")
        came = arrivals.last_days().get(source.pk)
        if came and came > last_day:
            raise SourceRefused(f"该数据源已报到 {came}，终止日不得早于此日")
        try:
            sources.close(source, last_day)
        except sources.WrongSource as wrong:
            raise SourceRefused(str(wrong)) from wrong
        _record(EventKind.FACTS_SOURCE_CLOSED, by, source, operator, {"last_day": f"{last_day}"}, reason.strip())


def record_empty_day(batch: Batch, day: dt.date) -> None:
    """Write into the event log that a source declared a day without business."""
    with scopes.within(scopes.everything()):
        about = {"day": f"{day}", "batch": batch.uuid.hex}
        _record(EventKind.FACTS_EMPTY_DECLARED, None, batch.source, "", about)


def _deed(by: Actor | None) -> Any:
    """One transaction, on the machine with the scope of the system."""
    return transaction.atomic() if by else scopes.within(scopes.everything())


def _allow(by: Actor | None, capacity_id: int) -> None:
    if by:
        by.require(Permission.FACTS_MANAGE)
        by.require_in_scope(capacity_id)


def _capacity(key: str) -> int:
    if not key:
        return PROVINCE
    try:
        return capacity_of(key).pk
    except Capacity.DoesNotExist as missing:
        raise SourceRefused(f"没有履职身份 {key}") from missing


def _declared(source: Source) -> dict[str, Any]:
    return {"reports_for": source.reports_for, "listed": source.listed}


def _record(  # noqa: PLR0917 - private
    kind: EventKind, by: Actor | None, source: Source, operator: str, about: dict[str, Any], reason: str = ""
) -> None:
    details = about | ({"operator": operator} if operator else {})
    record(kind=kind, by=by, object_type="facts.source", object_id=source.key, reason=reason, details=details)
