"""Which cases prove norms, and what bulletins say of cases.

Whoever works on a case owes its submission, whoever ordered it its end; both by the deadline that stood when it fell
due, and whoever had the case then: an extension, a transfer or a new assignment afterwards takes nothing out of the
past. A deadline that was replaced before it fell due is not counted, nor one that was over when it was set; a case that
lay with whoever gives it out was in nobody's hands. A submission that was returned does not count, unless the return
fell by an objection; a reopened case is owed anew. Children
of a split case are owed by those who work on them, their parent by whoever ordered it. ``item`` says under which item
of the regulation each side owes it: a case that the province orders under 4.6 is owed by a city under 5.7. A month
without an anomaly proves nothing while no warnings (预警) look for them.
"""

import datetime as dt
from typing import Any

from django.db import connection

from jianguan.backbone.cases.rules import KINDS
from jianguan.backbone.documents import sections
from jianguan.backbone.documents.sections import Composed, Section
from jianguan.backbone.rules.sources import Source, register
from jianguan.backbone.scope.scope import Scope
from jianguan.engines.regulation.schema import Measure
from jianguan.kit import clock

PROVING = frozenset({"anomaly", "complaint", "rectification", "substitute-learner", "supervised"})
"""Kinds whose cases prove norms; what proves data changes and requests stands with the approvals."""

OWED = """
WITH owed AS (
    SELECT d.case_id, d.due_at, d.set_at, again.version AS until,
        COALESCE((SELECT max(o.version) FROM cases_step o
                  WHERE o.case_id = d.case_id AND o.verb IN ('reopen', 'fail-recheck')
                    AND o.version <= own.version), 0) AS since
    FROM cases_deadline d JOIN cases_step own ON own.id = d.step_id
    LEFT JOIN cases_deadline r ON r.replaces_id = d.id
    LEFT JOIN cases_step again ON again.id = r.step_id AND again.verb IN ('reopen', 'fail-recheck')
    WHERE d.term = 'finish' AND (r.id IS NULL OR again.id IS NOT NULL OR r.set_at >= d.due_at)
      AND d.due_at > d.set_at
      AND d.due_at >= %(first)s::date::timestamp AT TIME ZONE 'Asia/Shanghai'
      AND d.due_at < %(last)s::date::timestamp AT TIME ZONE 'Asia/Shanghai'
), held AS (
    SELECT w.*, c.kind, c.provision, c.parent_id, turn.handler_id,
        COALESCE(ordered.issuer_id, opened.capacity_id) AS issuer_id
    FROM owed w JOIN cases_case c ON c.id = w.case_id
    JOIN cases_step opened ON opened.case_id = c.id AND opened.version = 1
    LEFT JOIN LATERAL (
        SELECT (h.data ->> 'issuer')::bigint AS issuer_id FROM cases_step h
        WHERE h.case_id = c.id AND h.verb = 'hand-over' AND h.data ? 'issuer' AND h.at < w.due_at
        ORDER BY h.version DESC LIMIT 1) ordered ON true
    LEFT JOIN LATERAL (
        SELECT (h.data ->> 'handler')::bigint AS handler_id FROM cases_step h
        WHERE h.case_id = c.id AND h.at < w.due_at
          AND (h.verb IN ('assign', 'transfer') OR (h.verb = 'hand-over' AND h.data ? 'handler')
               OR (h.to_state = 'opened' AND h.from_state NOT IN ('', 'opened')))
        ORDER BY h.version DESC LIMIT 1) turn ON true
), side AS (
    SELECT w.case_id AS id, w.kind, w.provision, w.issuer_id = w.handler_id AS alone, false AS orders, w.due_at,
        s.id AS step_id, s.at AS done_at,
        CASE WHEN s.at < w.due_at THEN s.capacity_id ELSE w.handler_id END AS capacity_id
    FROM held w
    LEFT JOIN LATERAL (
        SELECT s.id, s.at, s.capacity_id FROM cases_step s
        WHERE s.case_id = w.case_id AND s.verb = 'submit' AND s.version > w.since
          AND s.version < COALESCE(w.until, 2147483647) AND NOT EXISTS (
              SELECT 1 FROM cases_step b WHERE b.case_id = w.case_id AND b.verb = 'return' AND b.version > s.version
                AND b.version < COALESCE(w.until, 2147483647) AND NOT EXISTS (
                    SELECT 1 FROM cases_step o WHERE o.case_id = w.case_id AND o.verb = 'decide-objection'
                      AND o.data -> 'upheld' = 'true' AND o.version > b.version AND NOT EXISTS (
                          SELECT 1 FROM cases_step n WHERE n.case_id = w.case_id AND n.verb = 'submit'
                            AND n.version BETWEEN b.version AND o.version)))
        ORDER BY s.version LIMIT 1) s ON true
    WHERE w.handler_id IS NOT NULL
    UNION ALL
    SELECT w.case_id, w.kind, w.provision, false, true, w.due_at, s.id, s.at,
        CASE WHEN s.at < w.due_at THEN s.capacity_id ELSE w.issuer_id END
    FROM held w
    LEFT JOIN LATERAL (
        SELECT s.id, s.at, s.capacity_id FROM cases_step s
        WHERE s.case_id = w.case_id AND s.verb = 'close' AND s.version > w.since
          AND s.version < COALESCE(w.until, 2147483647)
        ORDER BY s.version DESC LIMIT 1) s ON true
    WHERE w.parent_id IS NULL
)
SELECT 'case:' || s.kind AS source, s.capacity_id, s.due_at, s.done_at,
    'case/' || s.id || COALESCE(' case-step/' || s.step_id, '') AS ref,
    CASE
        WHEN s.kind = 'supervised' AND s.orders AND k.level = 'PROVINCE'
            THEN CASE WHEN s.provision LIKE '10.%%' THEN '10.5' ELSE '4.6' END
        WHEN s.kind = 'supervised' AND NOT s.orders AND k.level = 'CITY' THEN '5.7'
        WHEN s.kind = 'supervised' AND NOT s.orders AND k.level = 'VEHICLE_OFFICE' THEN '6.11'
        WHEN s.kind = 'rectification' AND NOT s.orders AND k.level = 'CITY'
            THEN CASE WHEN s.provision IN ('4.8', '5.8') THEN '5.8' ELSE '5.7' END
        WHEN s.kind = 'rectification' AND NOT s.orders AND k.level = 'VEHICLE_OFFICE' THEN '6.11'
        WHEN s.kind = 'anomaly' AND k.level = 'PROVINCE' THEN '10.1'
        WHEN s.kind = 'anomaly' AND k.level = 'CITY' THEN '5.5'
        WHEN s.kind = 'anomaly' AND k.level = 'VEHICLE_OFFICE'
            THEN CASE WHEN s.provision = '6.7' THEN '6.7' ELSE '6.2' END
        WHEN s.kind IN ('complaint', 'substitute-learner') AND k.level IN ('CITY', 'COUNTY')
            THEN CASE WHEN s.provision = '13.1' OR k.level = 'COUNTY' THEN '13.1' ELSE '5.8' END
        WHEN s.kind = 'complaint' AND k.level = 'PROVINCE' THEN '4.8'
        ELSE ''
    END AS item
FROM side s JOIN agencies_capacity k ON k.id = s.capacity_id
WHERE NOT s.alone
"""

register(Source(Measure.TIMELY, "case", PROVING, OWED, by_item=True, silent=frozenset({"anomaly"})))

# A learner found to have had somebody learn for him is restricted by the end of his case (13.1); owed by whoever looked
# into it, met whoever of the two units decided. Each end counts that had passed before another took its place.
RESTRICTED = """
SELECT 'restriction:on-site-only' AS source, COALESCE((
        SELECT (h.data ->> 'handler')::bigint FROM cases_step h
        WHERE h.case_id = c.id AND h.verb IN ('assign', 'transfer', 'hand-over') AND h.data ? 'handler'
          AND h.at < d.due_at ORDER BY h.version DESC LIMIT 1), c.handler_id) AS capacity_id,
    d.due_at, r.decided_at AS done_at,
    COALESCE('restriction/' || r.id, 'case/' || c.id) AS ref
FROM cases_case c
JOIN cases_deadline d ON d.case_id = c.id AND d.term = 'finish' AND d.due_at > d.set_at
    AND NOT EXISTS (SELECT 1 FROM cases_deadline n WHERE n.replaces_id = d.id AND n.set_at < d.due_at)
LEFT JOIN LATERAL (
    SELECT r.id, r.decided_at FROM cases_restriction r WHERE r.case_id = c.id ORDER BY r.id LIMIT 1) r ON true
WHERE c.kind = 'substitute-learner' AND c.state IN ('reviewed', 'closed')
  AND d.due_at >= %(first)s::date::timestamp AT TIME ZONE 'Asia/Shanghai'
  AND d.due_at < %(last)s::date::timestamp AT TIME ZONE 'Asia/Shanghai'
  AND (SELECT s.data ->> 'outcome' FROM cases_step s WHERE s.case_id = c.id AND s.verb = 'submit'
       ORDER BY s.version DESC LIMIT 1) = 'true'
"""

register(Source(Measure.FILING, "restriction", frozenset({"on-site-only"}), RESTRICTED))

FIGURES = """
SELECT coalesce(sum(s.opened), 0), coalesce(sum(s.closed), 0) FROM (
    SELECT (c.opened_at >= %(first)s AND c.opened_at < %(last)s)::int AS opened,
           (c.closed_at >= %(first)s AND c.closed_at < %(last)s)::int AS closed
    FROM cases_case c WHERE c.issuer_id = ANY(%(scope)s) OR c.handler_id = ANY(%(scope)s)) s
"""

LATE = """
SELECT c.number, c.title, a.name, c.kind, d.due_at, c.id
FROM cases_deadline d JOIN cases_case c ON c.id = d.case_id
JOIN agencies_capacity k ON k.id = c.handler_id JOIN agencies_agency a ON a.id = k.agency_id
WHERE d.term = 'finish' AND d.due_at <= %(last)s AND (c.issuer_id = ANY(%(scope)s) OR c.handler_id = ANY(%(scope)s))
  AND NOT EXISTS (SELECT 1 FROM cases_deadline r JOIN cases_step t ON t.id = r.step_id
                  WHERE r.replaces_id = d.id AND t.at < %(last)s)
  AND NOT EXISTS (SELECT 1 FROM cases_step s WHERE s.case_id = c.id AND s.verb = 'submit' AND s.at < %(last)s
                  AND NOT EXISTS (SELECT 1 FROM cases_step b WHERE b.case_id = c.id
                                    AND b.verb IN ('reopen', 'fail-recheck', 'return')
                                  AND b.version > s.version AND b.at < %(last)s))
ORDER BY d.due_at, c.id
"""
MOST_ROWS = 60
"""Overdue cases that a bulletin names one by one; its figures count all of them."""


def overdue_section(scope: Scope, capacity_id: int, first: dt.date, last: dt.date) -> Composed:
    """How many cases came and ended in a period, and which were overdue when it ended, the oldest first."""
    begin, end = (dt.datetime.combine(day, dt.time(), clock.CHINA) for day in (first, last))
    given: dict[str, Any] = {"scope": sorted(scope.capacity_ids), "first": begin, "last": min(end, clock.now())}
    with connection.cursor() as cursor:
        cursor.execute(FIGURES, given)
        ((opened, closed),) = cursor.fetchall()
        cursor.execute(LATE, given)
        late = cursor.fetchall()
    said = f"本期立项{opened}件，办结{closed}件。"
    if not late:
        return Composed([f"{said}期末没有超期未办的事项。"])
    rows = [
        [number, title, unit, KINDS[kind].word, f"{(due.astimezone(clock.CHINA) - dt.timedelta(microseconds=1)):%m-%d}"]
        for number, title, unit, kind, due, _ in late[:MOST_ROWS]
    ]
    table = {
        "caption": "超期未办事项",
        "columns": ["编号", "事项", "承办单位", "种类", "期限"],
        "widths": [4, 5, 4, 2, 2],
        "rows": rows,
    }
    more = f"，下表列出最早到期的{MOST_ROWS}件" if len(late) > MOST_ROWS else ""
    return Composed([f"{said}期末超期未办{len(late)}件{more}。"], table, [f"case/{row[5]}" for row in late[:MOST_ROWS]])


sections.register(Section("cases-overdue", "事项办理和超期", 30, overdue_section))
