"""Write tasks set-based: open what is owed and not yet opened, read again what is asked to be read again."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection
from psycopg.types.json import Jsonb

from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.people.roles import permissions_of, roles
from jianguan.backbone.rules import queries as rulebook
from jianguan.backbone.rules.models import CadenceAdoption
from jianguan.backbone.rules.queries import working_calendar
from jianguan.backbone.work.models import TaskExcuse
from jianguan.backbone.work.owed import Owed, periods_over
from jianguan.backbone.work.planning import planned
from jianguan.backbone.work.rules import window

# Put together from constants only; every value is a parameter.
SLOTS = """
WITH owed AS MATERIALIZED (
    SELECT * FROM unnest(%(norm)s::bigint[], %(key)s::text[], %(capacity)s::bigint[], %(cadence)s::text[],
        %(since)s::date[], %(until)s::date[], %(required)s::int[], %(percent)s::int[], %(pinned)s::jsonb[],
        %(group)s::int[])
        AS o(norm_id, key, capacity_id, cadence, since, until, required, percent, pinned, grp)
), span AS MATERIALIZED (
    SELECT * FROM unnest(%(wgroup)s::int[], %(lower)s::date[], %(upper)s::date[], %(opens)s::timestamptz[],
        %(due)s::timestamptz[], %(miss)s::timestamptz[]) AS w(grp, lower, upper, opens_at, due_at, miss_at)
), slot AS (
    SELECT o.*, w.lower, w.upper, w.opens_at, w.due_at, w.miss_at
    FROM owed o JOIN span w ON w.grp = o.grp AND w.lower >= o.since AND w.lower < o.until
), held AS MATERIALIZED (
    SELECT DISTINCT ON (n.key, t.capacity_id, t.opens_at) n.key, t.capacity_id, t.opens_at, t.reading,
        t.norm_id, t.required, t.percent, t.due_at, t.miss_at, t.pinned
    FROM work_task t JOIN rules_norm n ON n.id = t.norm_id
    WHERE t.opens_at >= %(from)s AND t.opens_at < %(to)s AND t.subject_id IS NULL
    ORDER BY n.key, t.capacity_id, t.opens_at, t.reading DESC
)
"""

COLUMNS = """
INSERT INTO work_task (norm_id, capacity_id, subject_id, cadence, period, opens_at, due_at, miss_at, required, percent,
    pinned, post_id, reading, decision_id, opened_at)
SELECT s.norm_id, s.capacity_id, NULL, s.cadence, daterange(s.lower, s.upper), s.opens_at, s.due_at, s.miss_at,
    s.required, s.percent, s.pinned,
    (SELECT p.id FROM people_post p WHERE p.capacity_id = s.capacity_id AND p.valid @> s.lower
     ORDER BY p.role = ANY(%(roles)s) DESC, p.full_time DESC, p.id LIMIT 1),
"""

OPEN = "".join(
    (
        SLOTS,
        COLUMNS,
        """
    1, NULL, %(now)s
FROM slot s
WHERE NOT EXISTS (
    SELECT 1 FROM held h WHERE h.key = s.key AND h.capacity_id = s.capacity_id AND h.opens_at = s.opens_at)
""",
    )
)

READ_AGAIN = "".join(
    (
        SLOTS,
        COLUMNS,
        """
    h.reading + 1, %(decision)s, %(now)s
FROM slot s
JOIN held h ON h.key = s.key AND h.capacity_id = s.capacity_id AND h.opens_at = s.opens_at
WHERE s.opens_at > %(after)s
  AND (h.norm_id, h.required, h.percent, h.due_at, h.miss_at, h.pinned)
      IS DISTINCT FROM (s.norm_id, s.required, s.percent, s.due_at, s.miss_at, s.pinned)
""",
    )
)

SUPERSEDED = "".join(
    (
        SLOTS,
        """
SELECT t.id, n.key, t.capacity_id, lower(t.period), t.opens_at
FROM work_task t JOIN rules_norm n ON n.id = t.norm_id
WHERE n.cadence = 'soft' AND lower(t.period) >= %(first)s AND lower(t.period) <= %(last)s
  AND NOT EXISTS (
    SELECT 1 FROM slot s WHERE s.key = n.key AND s.capacity_id = t.capacity_id AND s.opens_at = t.opens_at)
  AND NOT EXISTS (SELECT 1 FROM work_taskexcuse e WHERE e.task_id = t.id)
  AND NOT EXISTS (
    SELECT 1 FROM work_task o JOIN rules_norm m ON m.id = o.norm_id
    WHERE m.key = n.key AND o.capacity_id = t.capacity_id AND o.opens_at = t.opens_at AND o.reading > t.reading)
""",
    )
)

LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def parameters(rows: Sequence[Owed], first: dt.date, last: dt.date, now: dt.datetime) -> dict[str, Any]:
    """The parameters of both statements: what is owed, and the windows of every period under every set of terms."""
    calendar = working_calendar()
    spans = periods_over(first, last)
    groups: dict[tuple[Any, ...], int] = {}
    windows: list[tuple[Any, ...]] = []
    due = [row for row in rows if row.kind is not None]
    for row in due:
        terms = (row.kind, row.norm.measure, row.term, row.late_days)
        if terms in groups:
            continue
        groups[terms] = len(groups)
        for period in spans:
            if period.kind == row.kind:
                found = window(period, row.norm.measure, row.term, row.late_days, calendar)
                windows.append((groups[terms], period.start, period.end, found.opens, found.due, found.miss))
    columns = list(zip(*windows, strict=True)) if windows else [()] * 6
    return {
        "norm": [row.norm.pk for row in due],
        "key": [row.norm.key for row in due],
        "capacity": [row.capacity_id for row in due],
        "cadence": [row.cadence for row in due],
        "since": [row.since for row in due],
        "until": [row.until for row in due],
        "required": [row.required for row in due],
        "percent": [row.percent for row in due],
        "pinned": [Jsonb(row.pinned) for row in due],
        "group": [groups[row.kind, row.norm.measure, row.term, row.late_days] for row in due],
        **dict(zip(("wgroup", "lower", "upper", "opens", "due", "miss"), map(list, columns), strict=True)),
        "from": min(columns[3], default=now),
        "to": max(columns[3], default=now) + dt.timedelta(days=1),
        "roles": [role for role in roles() if Permission.CHECK_RECORD in permissions_of(role)],
        "now": now,
    }


def insert_missing(given: dict[str, Any]) -> int:
    """Insert a task for every slot that has none; return how many."""
    with planned(), connection.cursor() as cursor:
        cursor.execute(OPEN, given)
        return cursor.rowcount


def close_superseded(given: dict[str, Any], first: dt.date, last: dt.date) -> int:
    """Excuse the tasks of periods in the span that a decision on the cadence ended before they began; return how many.

    The excuse is a row that names the decision. A task whose period had begun when it was decided stays owed.
    """
    with planned(), connection.cursor() as cursor:
        cursor.execute(SUPERSEDED, {**given, "first": first, "last": last})
        found = cursor.fetchall()
    adoptions = rulebook.adoptions() if found else {}
    decisions = dict(CadenceAdoption.objects.values_list("pk", "decision_id")) if found else {}
    chains = {day: rulebook.chains(day) for day in {row[3] for row in found}}
    closed = []
    for task_id, key, capacity_id, day, opens_at in found:
        chain = chains[day].get(capacity_id, (capacity_id,))
        rows = [one for one in adoptions.get(key, []) if one.capacity_id in chain and one.valid_from <= day]
        newest = max(rows, key=lambda one: one.recorded_at, default=None)
        if newest is not None and newest.recorded_at < opens_at:
            closed.append(TaskExcuse(task_id=task_id, capacity_id=capacity_id, decision_id=decisions[newest.id]))
    TaskExcuse.objects.bulk_create(closed)
    return len(closed)


def insert_readings(given: dict[str, Any], *, after: dt.datetime = LONG_AGO, decision_id: int | None = None) -> int:
    """Add a reading to every task that opens after a moment and whose terms have changed; return how many."""
    with planned(), connection.cursor() as cursor:
        cursor.execute(READ_AGAIN, {**given, "after": after, "decision": decision_id})
        return cursor.rowcount
