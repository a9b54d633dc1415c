"""activity (次数): at least n acts in the period, or n for every subject (监管对象) that stands on the day.

An act counts for its own period first; what exceeds that period's need makes up, late, for the period before. Where
the acts are owed per subject the same holds for each subject alone, and no known subject is unknown. A day whose
population is proven empty owes nothing.
"""

FACT = """
act AS MATERIALIZED (
    SELECT source, capacity_id, at, ref, day, dated, subject_id FROM source
    WHERE at <= %(as_of)s AND source = ANY(%(known)s)
), daily AS MATERIALIZED (
    SELECT source, capacity_id, day, array_agg(at) AS ats, array_agg(ref ORDER BY at, ref) AS refs
    FROM act GROUP BY 1, 2, 3
), short AS (
    SELECT j.n, j.required,
        (SELECT count(*) FROM unnest(own.ats) a WHERE a < j.due_at)::int AS on_time,
        (SELECT count(*) FROM unnest(own.ats) a WHERE a >= j.due_at AND a < j.miss_at)::int AS own_late,
        (SELECT count(*) FROM unnest(nxt.ats) a WHERE a < j.miss_at)::int AS following,
        own.refs
    FROM judged j
    LEFT JOIN daily own ON own.source = j.source AND own.capacity_id = j.capacity_id AND own.day = j.lower
    LEFT JOIN daily nxt ON nxt.source = j.source AND nxt.capacity_id = j.capacity_id AND nxt.day = j.upper
    WHERE j.upper = j.lower + 1 AND NOT j.per_subject
), placed AS (
    SELECT j.n, a.at, a.ref, j.due_at, j.miss_at,
        a.day >= j.upper + CASE WHEN a.dated THEN 0 ELSE j.grace END AS after
    FROM judged j JOIN act a ON a.source = j.source AND a.capacity_id = j.capacity_id
    WHERE j.upper > j.lower + 1 AND a.day >= j.lower + CASE WHEN a.dated THEN 0 ELSE j.grace END
      AND a.day < 2 * (j.upper - j.lower) + j.lower + CASE WHEN a.dated THEN 0 ELSE j.grace END
), counted AS (
    SELECT n, count(*) FILTER (WHERE NOT after AND at < due_at)::int AS on_time,
        count(*) FILTER (WHERE NOT after AND at >= due_at AND at < miss_at)::int AS own_late,
        count(*) FILTER (WHERE after AND at < miss_at)::int AS following,
        array_agg(ref ORDER BY at, ref) FILTER (WHERE NOT after) AS refs
    FROM placed GROUP BY n
), long AS (
    SELECT j.n, j.required, c.on_time, c.own_late, c.following, c.refs
    FROM judged j LEFT JOIN counted c ON c.n = j.n WHERE j.upper > j.lower + 1
), owed_at AS MATERIALIZED (
    SELECT j.n, j.source, j.capacity_id, j.lower, j.upper, j.due_at, j.miss_at, j.required, s.id AS subject_id
    FROM judged j JOIN subjects_subject s ON s.capacity_id = j.capacity_id AND s.kind = j.object_kind
    WHERE j.per_subject AND s.valid @> j.lower
), done_at AS (
    SELECT o.n, o.subject_id, o.required, o.due_at, o.miss_at, a.at, a.ref, false AS after
    FROM owed_at o JOIN act a
        ON a.source = o.source AND a.capacity_id = o.capacity_id AND a.subject_id = o.subject_id AND a.day = o.lower
    UNION ALL
    SELECT o.n, o.subject_id, o.required, o.due_at, o.miss_at, a.at, a.ref, true
    FROM owed_at o JOIN act a
        ON a.source = o.source AND a.capacity_id = o.capacity_id AND a.subject_id = o.subject_id AND a.day = o.upper
), subject_done AS (
    SELECT n, subject_id, required, count(*) FILTER (WHERE NOT after AND at < due_at)::int AS on_time,
        count(*) FILTER (WHERE NOT after AND at >= due_at AND at < miss_at)::int AS own_late,
        count(*) FILTER (WHERE after AND at < miss_at)::int AS following,
        string_agg(ref, ' ' ORDER BY at, ref) FILTER (WHERE NOT after) AS refs
    FROM done_at GROUP BY 1, 2, 3
), subjects_done AS (
    SELECT n, sum(LEAST(required, on_time))::int AS on_time,
        sum(LEAST(required - LEAST(required, on_time), own_late + GREATEST(0, following - required)))::int AS late,
        string_agg(refs, ' ' ORDER BY subject_id) AS refs
    FROM subject_done GROUP BY n
), subjects_owed AS (
    SELECT n, sum(required)::int AS required FROM owed_at GROUP BY n
), told AS (
    SELECT n, required, COALESCE(on_time, 0) AS on_time,
        COALESCE(own_late, 0) + GREATEST(0, COALESCE(following, 0) - required) AS late, refs
    FROM (SELECT * FROM short UNION ALL SELECT * FROM long) both_kinds
    UNION ALL
    SELECT j.n, o.required, COALESCE(d.on_time, 0), COALESCE(d.late, 0), ARRAY[d.refs]
    FROM judged j LEFT JOIN subjects_owed o ON o.n = j.n LEFT JOIN subjects_done d ON d.n = j.n WHERE j.per_subject
), idle AS (
    SELECT DISTINCT j.n
    FROM judged j JOIN frame p
        ON p.source = j.excused_when_empty AND p.capacity_id = j.capacity_id AND p.day = j.lower
    WHERE p.state = 'empty'
), fact AS (
    SELECT t.n, CASE WHEN i.n IS NULL THEN t.required ELSE 0 END AS required, t.on_time, t.late,
        CASE WHEN i.n IS NOT NULL THEN 0 END AS size, 0 AS behind, t.refs
    FROM told t LEFT JOIN idle i ON i.n = t.n
)
"""
