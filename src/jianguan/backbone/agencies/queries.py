"""Reads of agencies, capacities and oversight. All of it is open reference data, so nothing here takes a scope."""

import datetime as dt

from django.db import connection

from jianguan.backbone.agencies.models import Capacity, Oversight


class NoSuperior(LookupError):
    """A capacity that needs a superior on a day has none; the province must clear this."""


def capacity(key: str) -> Capacity:
    """The capacity with this key, such as ``meihekou@COUNTY``; raises Capacity.DoesNotExist."""
    return Capacity.objects.select_related("agency").get(key=key)


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
