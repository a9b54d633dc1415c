"""Reads of registrations. The first argument is the scope; row security limits as well."""

import datetime as dt
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q, QuerySet

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.registrations.models import Registration
from jianguan.backbone.registrations.rules import EXPIRING_DAYS
from jianguan.backbone.scope.scope import Scope

STANDINGS = {"standing": "有效", "expiring": "即将到期", "ended": "已失效", "coming": "未生效"}


@dataclass(frozen=True, slots=True)
class Gap:
    """A unit that lacks a valid registration which a norm requires."""

    capacity_id: int
    capacity_title: str
    kind: str
    norm_key: str
    norm_title: str
    provision: str
    last_until: dt.date | None
    """First day without the last one it had; None when it never had one."""


def registrations(
    scope: Scope, on: dt.date, *, kind: str = "", standing: str = "", words: str = ""
) -> QuerySet[Registration]:
    """Registrations of the scope by their standing on a day, the latest recorded first."""
    found = (
        Registration.objects.filter(Q(capacity_id__in=scope.capacity_ids) | Q(filed_with_id__in=scope.capacity_ids))
        .select_related("capacity__agency", "person", "subject", "filed_with__agency")
        .order_by("-id")
    )
    if kind:
        found = found.filter(kind=kind)
    if words:
        found = found.filter(
            Q(title__icontains=words) | Q(number__icontains=words) | Q(capacity__agency__short__icontains=words)
        )
    soon = on + dt.timedelta(days=EXPIRING_DAYS)
    match standing:
        case "standing":
            found = found.filter(valid__contains=on)
        case "expiring":
            found = found.filter(valid__contains=on, valid__endswith__lte=soon)
        case "ended":
            found = found.filter(valid__fully_lt=(on, None))
        case "coming":
            found = found.filter(valid__startswith__gt=on)
    return found


def registration(scope: Scope, number: int) -> Registration:
    """One registration; raises Registration.DoesNotExist out of scope."""
    return (
        Registration.objects.filter(Q(capacity_id__in=scope.capacity_ids) | Q(filed_with_id__in=scope.capacity_ids))
        .select_related("capacity__agency", "person", "subject", "filed_with__agency", "recorded_by__person")
        .get(pk=number)
    )


def filings_to_receive(scope: Scope, capacity_id: int) -> QuerySet[Registration]:
    """What lower levels filed with this capacity and it has not signed, oldest first."""
    return (
        Registration.objects.filter(filed_with_id=capacity_id, filed_at__isnull=False, received_at__isnull=True)
        .filter(filed_with_id__in=scope.capacity_ids)
        .select_related("capacity__agency", "person")
        .order_by("filing_due", "id")
    )


def gaps(scope: Scope, on: dt.date) -> list[Gap]:
    """Who lacks what (谁缺什么): capacities of the scope without a valid registration that a standing norm requires.

    A technology department's registrations count for the agency it belongs to. One query for all capacities.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH wanted AS (
                SELECT n.key, n.title, p.item, n.bearer, n.counterpart, n."order", substr(n.source, 14) AS kind
                FROM rules_norm n JOIN rules_provision p ON p.id = n.provision_id
                WHERE n.measure = 'presence' AND n.source LIKE 'registration:%%' AND n.source <> 'registration:roster'
                  AND n.valid @> %(on)s::date
            ), held AS (
                SELECT r.capacity_id, r.kind, r.valid FROM registrations_registration r
                UNION ALL
                SELECT o.superior_id, r.kind, r.valid FROM registrations_registration r
                JOIN agencies_capacity c ON c.id = r.capacity_id AND c.level = 'TECHNOLOGY'
                JOIN agencies_oversight o ON o.capacity_id = c.id AND o.valid @> %(on)s::date
            )
            SELECT c.id, w.kind, w.key, w.title, w.item,
                   (SELECT max(upper(h.valid)) FROM held h
                    WHERE h.capacity_id = c.id AND h.kind = w.kind AND upper(h.valid) <= %(on)s::date)
            FROM agencies_capacity c JOIN wanted w ON w.bearer = c.level
            JOIN agencies_agency a ON a.id = c.agency_id
            WHERE c.id = ANY (%(ids)s) AND c.valid @> %(on)s::date AND c.mode = 'own'
              AND NOT EXISTS (SELECT 1 FROM held h
                              WHERE h.capacity_id = c.id AND h.kind = w.kind AND h.valid @> %(on)s::date)
            ORDER BY a."order", c.level, w."order"
            """,
            {"on": on, "ids": list(scope.capacity_ids)},
        )
        rows = cursor.fetchall()
    titles = _titles({row[0] for row in rows})
    return [Gap(row[0], titles[row[0]], row[1], row[2], row[3], row[4], row[5]) for row in rows]


def _titles(ids: set[int]) -> dict[int, str]:
    return {one.pk: one.title for one in Capacity.objects.filter(pk__in=ids).select_related("agency")}
