"""What every measure judges: the slots owed in a span, each with its task and what was decided about it."""

BASE = """
WITH owed AS MATERIALIZED (
    SELECT * FROM unnest(%(norm)s::bigint[], %(key)s::text[], %(capacity)s::bigint[], %(kind)s::text[],
        %(since)s::date[], %(until)s::date[]) AS o(norm_id, key, capacity_id, kind, since, until)
), span AS MATERIALIZED (
    SELECT * FROM unnest(%(pkind)s::text[], %(plower)s::date[], %(pupper)s::date[], %(pbegins)s::timestamptz[])
        AS p(kind, lower, upper, begins)
), slot AS (
    SELECT o.norm_id, o.key, o.capacity_id, p.lower, p.upper, p.begins
    FROM owed o JOIN span p ON p.kind = o.kind AND p.lower >= o.since AND p.lower < o.until
), norm AS MATERIALIZED (
    SELECT n.id, n.key, n.source, n.per_subject, n.object_kind, n.excused_when_empty, p.item
    FROM rules_norm n JOIN rules_provision p ON p.id = n.provision_id
    WHERE n.measure = %(measure)s AND (%(keys)s::text[] IS NULL OR n.key = ANY(%(keys)s::text[]))
), again AS MATERIALIZED (
    SELECT n.key, t.capacity_id, t.opens_at, max(t.reading) AS reading
    FROM work_task t JOIN norm n ON n.id = t.norm_id
    WHERE t.reading > 1 AND t.opens_at >= %(from)s AND t.opens_at <= %(to)s
      AND (%(known_at)s::timestamptz IS NULL OR t.opened_at <= %(known_at)s)
    GROUP BY 1, 2, 3
), task AS (
    SELECT t.id, t.norm_id, n.key, n.source, n.per_subject, n.object_kind, n.excused_when_empty, n.item, t.capacity_id,
        lower(t.period) AS lower, upper(t.period) AS upper,
        t.opens_at, t.due_at, t.miss_at, t.required, t.percent, t.pinned, t.reading
    FROM work_task t JOIN norm n ON n.id = t.norm_id
    LEFT JOIN again a ON a.key = n.key AND a.capacity_id = t.capacity_id AND a.opens_at = t.opens_at
    WHERE t.opens_at >= %(from)s AND t.opens_at <= %(to)s AND t.opens_at = ANY(%(starts)s)
      AND upper(t.period) > %(asked)s AND t.subject_id IS NULL AND t.capacity_id = ANY(%(capacities)s)
      AND (%(known_at)s::timestamptz IS NULL OR t.opened_at <= %(known_at)s)
      AND (t.reading = COALESCE(a.reading, 1) OR %(every)s)
), excuse AS MATERIALIZED (
    SELECT n.key, t.capacity_id, t.opens_at,
        max(CASE WHEN d.kind = 'excuse' THEN 2147483647 ELSE t.reading END) AS up_to
    FROM work_taskexcuse e JOIN work_task t ON t.id = e.task_id JOIN norm n ON n.id = t.norm_id
    JOIN decisions_decision d ON d.id = e.decision_id
    WHERE d.decided_at <= %(as_of)s
    GROUP BY 1, 2, 3
), dispute AS MATERIALIZED (
    SELECT DISTINCT n.key, t.capacity_id, t.opens_at
    FROM work_taskdispute d JOIN work_task t ON t.id = d.task_id JOIN norm n ON n.id = t.norm_id
    WHERE d.settles_id IS NULL AND d.raised_at <= %(as_of)s AND NOT EXISTS (
        SELECT 1 FROM work_taskdispute s WHERE s.settles_id = d.id AND s.raised_at <= %(as_of)s)
), base AS MATERIALIZED (
    SELECT row_number() OVER () AS n, COALESCE(t.norm_id, s.norm_id) AS norm_id,
        COALESCE(t.capacity_id, s.capacity_id) AS capacity_id, COALESCE(t.lower, s.lower) AS lower,
        COALESCE(t.upper, s.upper) AS upper, COALESCE(t.opens_at, s.begins) AS begins,
        t.id AS task_id, t.reading, t.source, t.per_subject, t.object_kind, t.excused_when_empty, t.item,
        t.opens_at, t.due_at, t.miss_at, t.required, t.percent, t.pinned,
        COALESCE(t.source = ANY(%(known)s), false) AS known, x.key IS NOT NULL AS excused, d.key IS NOT NULL AS disputed
    FROM slot s
    FULL JOIN task t ON t.key = s.key AND t.capacity_id = s.capacity_id AND t.opens_at = s.begins
    LEFT JOIN excuse x ON x.key = t.key AND x.capacity_id = t.capacity_id AND x.opens_at = t.opens_at
        AND t.reading <= x.up_to
    LEFT JOIN dispute d ON d.key = t.key AND d.capacity_id = t.capacity_id AND d.opens_at = t.opens_at
), judged AS MATERIALIZED (
    SELECT n, source, per_subject, object_kind, excused_when_empty, item, capacity_id,
        lower, upper, due_at, miss_at, required, percent,
        GREATEST(0, (due_at AT TIME ZONE 'Asia/Shanghai')::date - upper) AS grace
    FROM base WHERE task_id IS NOT NULL AND known
),
"""
"""A task that a change of cadence ended is excused up to that reading; one excused for itself in every reading.

Parameters: see ``queries.py``. ``judged`` are the slots that records can prove."""
