"""Reads of agencies, capacities and oversight. All of it is open reference data, so nothing here takes a scope."""

import datetime as dt
from dataclasses import dataclass

from django.db import connection

from jianguan.backbone.agencies.models import (
    AdministrativeParent,
    Agency,
    AgencyCode,
    Capacity,
    CapacityLevel,
    CapacityMode,
    Oversight,
)


class NoSuperior(LookupError):
    """A capacity that needs a superior on a day has none; the province must clear this."""


def capacity(key: str) -> Capacity:
    """The capacity with this key, such as ``meihekou@COUNTY``; raises Capacity.DoesNotExist."""
    return Capacity.objects.select_related("agency").get(key=key)


def province(on: dt.date) -> Capacity:
    """The capacity of the province itself on a day; raises Capacity.DoesNotExist when there is none."""
    return Capacity.objects.select_related("agency").get(
        level=CapacityLevel.PROVINCE, mode=CapacityMode.OWN, valid__contains=on
    )


def superior(capacity_id: int, on: dt.date) -> Capacity:
    """The supervising superior of a capacity on a day: 'the next level up' (上一级) of clauses 8.1 and 9.2.

    Raises NoSuperior for the top of the tree, for reference bearers and for a gap in the dates.
    """
    link = (
        Oversight.objects.select_related("superior__agency").filter(capacity_id=capacity_id, valid__contains=on).first()
    )
    if link is None:
        raise NoSuperior(f"履职身份 {capacity_id} 在 {on} 没有上级监管身份")
    return link.superior


def subtree(capacity_id: int, on: dt.date) -> frozenset[int]:
    """The capacity itself and every capacity below it by oversight on a day."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE below AS (
                SELECT %(top)s::bigint AS id
                UNION
                SELECT o.capacity_id FROM agencies_oversight o JOIN below b ON o.superior_id = b.id
                WHERE o.valid @> %(on)s::date
            ) SELECT id FROM below
            """,
            {"top": capacity_id, "on": on},
        )
        return frozenset(row[0] for row in cursor.fetchall())


def subordinates(key: str, on: dt.date) -> frozenset[str]:
    """The keys of every capacity below a capacity (by key) by oversight on a day; none for a key nobody has."""
    top = Capacity.objects.filter(key=key).values_list("pk", flat=True).first()
    if top is None:
        return frozenset()
    return frozenset(Capacity.objects.filter(pk__in=subtree(top, on) - {top}).values_list("key", flat=True))


def every_key() -> frozenset[str]:
    """The keys of all capacities there ever were: what is reported may be about days long past."""
    return frozenset(Capacity.objects.values_list("key", flat=True))


def heirs(on: dt.date) -> dict[int, int]:
    """Capacities that ended by a day → who answers for what they left: the nearest superior that still stands.

    One that ended without any superior standing above it is left out.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE last AS (
                SELECT DISTINCT ON (o.capacity_id) o.capacity_id, o.superior_id
                FROM agencies_oversight o ORDER BY o.capacity_id, upper(o.valid) DESC NULLS FIRST
            ), heir AS (
                SELECT c.id, l.superior_id, ARRAY[c.id] AS path
                FROM agencies_capacity c JOIN last l ON l.capacity_id = c.id WHERE upper(c.valid) <= %(on)s
                UNION ALL
                SELECT h.id, l.superior_id, h.path || h.superior_id
                FROM heir h JOIN agencies_capacity s ON s.id = h.superior_id AND upper(s.valid) <= %(on)s
                JOIN last l ON l.capacity_id = s.id WHERE l.superior_id <> ALL (h.path)
            )
            SELECT h.id, h.superior_id FROM heir h
            JOIN agencies_capacity s ON s.id = h.superior_id AND s.valid @> %(on)s::date
            """,
            {"on": on},
        )
        return dict(cursor.fetchall())


def bearer_ids(level: str, counterpart: str | None, on: dt.date) -> frozenset[int]:
    """Ids of the capacities that a norm of this bearer level and counterpart binds on a day (article 17).

    The same decision as ``rules.bearers``, taken for all capacities at once.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.id FROM agencies_capacity c
            WHERE c.level = %(level)s AND c.valid @> %(on)s::date AND (
                c.mode <> 'acting' OR EXISTS (
                    SELECT 1 FROM agencies_oversight o JOIN agencies_capacity b ON b.id = o.capacity_id
                    WHERE o.superior_id = c.id AND o.valid @> %(on)s::date AND b.valid @> %(on)s::date
                      AND b.level = %(counterpart)s))
            """,
            {"level": level, "counterpart": counterpart, "on": on},
        )
        return frozenset(row[0] for row in cursor.fetchall())


def code_at(agency_id: int, on: dt.date) -> str | None:
    """The division code of an agency on a day; None for an office that has none."""
    return AgencyCode.objects.filter(agency_id=agency_id, valid__contains=on).values_list("code", flat=True).first()


def administrative_parent_at(agency_id: int, on: dt.date) -> Agency | None:
    """The administrative parent (行政隶属) of an agency on a day. Never use it to find who supervises."""
    link = AdministrativeParent.objects.select_related("parent").filter(agency_id=agency_id, valid__contains=on).first()
    return link.parent if link else None


@dataclass(frozen=True, slots=True)
class Branch:
    """One line of the tree of oversight."""

    capacity: Capacity
    superior_id: int | None
    depth: int


def tree(on: dt.date) -> list[Branch]:
    """Every capacity of a day below its superior, depth first; capacities without a superior are roots."""
    superiors = dict(Oversight.objects.filter(valid__contains=on).values_list("capacity_id", "superior_id"))
    below: dict[int | None, list[Capacity]] = {}
    for one in Capacity.objects.select_related("agency").filter(valid__contains=on):
        below.setdefault(superiors.get(one.pk), []).append(one)
    lines: list[Branch] = []

    def descend(superior_id: int | None, depth: int) -> None:
        for one in below.get(superior_id, []):
            lines.append(Branch(one, superior_id, depth))
            descend(one.pk, depth + 1)

    descend(None, 0)
    return lines
