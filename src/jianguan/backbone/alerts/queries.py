"""Reads of alerts. The first argument is the scope; row security limits as well."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from jianguan.backbone.alerts.models import Alert
from jianguan.backbone.scope.scope import Scope

STATES = {"open": "待签收", "received": "已签收", "settled": "已消除"}
OPEN = Q(receipt=None, settlement=None)


@dataclass(frozen=True, slots=True)
class AlertFilter:
    """What to look for; empty fields do not narrow. ``state`` is a key of STATES, ``key`` the beginning of one."""

    kind: str = ""
    severity: str = ""
    state: str = ""
    words: str = ""
    key: str = ""
    day: dt.date | None = None
    capacity_id: int | None = None


def alerts(scope: Scope, wanted: AlertFilter = AlertFilter()) -> QuerySet[Alert]:
    """Alerts of the scope, the newest first; page them by ``pk``."""
    found = Alert.objects.filter(capacity_id__in=scope.capacity_ids).select_related(
        "capacity__agency", "subject", "receipt__received_by__person", "settlement"
    )
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.severity:
        found = found.filter(severity=wanted.severity)
    if wanted.words:
        found = found.filter(Q(text__icontains=wanted.words) | Q(capacity__agency__short__icontains=wanted.words))
    if wanted.key:
        found = found.filter(key__startswith=wanted.key)
    if wanted.day:
        found = found.filter(day=wanted.day)
    if wanted.capacity_id is not None:
        found = found.filter(capacity_id=wanted.capacity_id)
    match wanted.state:
        case "open":
            found = found.filter(OPEN)
        case "received":
            found = found.filter(receipt__isnull=False, settlement=None)
        case "settled":
            found = found.filter(settlement__isnull=False)
    return found.order_by("-pk")


def alert(scope: Scope, number: int) -> Alert:
    """One alert; raises Alert.DoesNotExist out of scope."""
    return alerts(scope).get(pk=number)


def open_count(scope: Scope, capacity_id: int) -> int:
    """How many alerts of a capacity nobody has received and nothing has settled."""
    return alerts(scope, AlertFilter(state="open", capacity_id=capacity_id)).count()


def state_of(one: Alert) -> str:
    """The key of STATES an alert is in."""
    if hasattr(one, "settlement"):
        return "settled"
    return "received" if hasattr(one, "receipt") else "open"
