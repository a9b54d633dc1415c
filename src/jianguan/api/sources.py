"""Sources declared by an operator of the machine: for which capacity they report, and for whom beside it."""

from collections.abc import Collection

from django.db import transaction

from jianguan.backbone.agencies.queries import capacity as capacity_of
from jianguan.backbone.audit.actions import record
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.scope import scope as scopes
from jianguan.facts import authority, ingest
from jianguan.facts.models import Source
from jianguan.kit.clock import today


class OtherSource(ValueError):
    """The key belongs to a source of another contract or capacity."""


def declare_as(
    *, operator: str, key: str, fact: str, capacity: str, reports_for: str, listed: Collection[str] = ()
) -> Source:
    """Register a source of a capacity (by key; empty: the whole province), or change whom it reports for.

    ``operator``: the user of the operating system who asked. Raises Capacity.DoesNotExist, authority.WrongDeclaration,
    OtherSource.
    """
    with scopes.within(scopes.everything()), transaction.atomic():
        about = {"capacity_id": capacity_of(capacity).pk, "capacity_key": capacity} if capacity else {}
        found = ingest.source(key, fact, reports_for=reports_for, listed=sorted(listed), **about)
        if (found.contract, found.capacity_key) != (fact, capacity):
            raise OtherSource(f"标识 {key} 已用于 {found.contract}（{found.capacity_key or '全省'}）的数据源")
        authority.declare(found, reports_for, listed, today())
        details = {"operator": operator, "capacity": capacity, "reports_for": reports_for, "listed": sorted(listed)}
        record(
            kind=EventKind.FACTS_SOURCE_DECLARED,
            by=None,
            object_type="facts.source",
            object_id=found.key,
            details=details,
        )
    return found
