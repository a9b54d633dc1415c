"""presence (常备): what must stand, stands on the day, and was on record by the end of it.

Asked for what was known at a moment, what was recorded until then counts from the day on which it says it began.
"""

FACT = """
stands AS MATERIALIZED (
    SELECT source, capacity_id, array_agg(valid) AS valids, array_agg(recorded_at) AS times, array_agg(ref) AS refs
    FROM source GROUP BY 1, 2
), fact AS (
    SELECT j.n, j.required, COALESCE(f.done, 0) AS on_time, 0 AS late, NULL::int AS size, 0 AS behind, f.refs
    FROM judged j
    LEFT JOIN stands s ON s.source = j.source AND s.capacity_id = j.capacity_id
    LEFT JOIN LATERAL (
        SELECT count(*)::int AS done, array_agg(u.ref) AS refs
        FROM unnest(s.valids, s.times, s.refs) AS u(valid, recorded_at, ref)
        WHERE u.valid @> j.lower AND u.recorded_at <= %(as_of)s
          AND u.recorded_at < COALESCE(%(known_at)s::timestamptz, j.due_at)
    ) f ON true
)
"""
