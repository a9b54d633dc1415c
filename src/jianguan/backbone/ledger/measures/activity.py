"""activity (次数): at least n acts in the period.

An act counts for its own period first; what exceeds that period's need makes up, late, for the period before.
"""

FACT = """
act AS MATERIALIZED (
    SELECT source, capacity_id, at, ref, day, dated FROM source
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
    WHERE j.upper = j.lower + 1
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
), fact AS (
    SELECT n, required, COALESCE(on_time, 0) AS on_time,
        COALESCE(own_late, 0) + GREATEST(0, COALESCE(following, 0) - required) AS late,
        NULL::int AS size, 0 AS behind, refs
    FROM (SELECT * FROM short UNION ALL SELECT * FROM long) both_kinds
)
"""
