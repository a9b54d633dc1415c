"""presence (常备): what must stand, stands on the day."""

FACT = """
stands AS MATERIALIZED (
    SELECT source, capacity_id, array_agg(valid) AS valids, array_agg(ref) AS refs FROM source GROUP BY 1, 2
), fact AS (
    SELECT j.n, j.required, COALESCE(f.done, 0) AS on_time, 0 AS late, NULL::int AS size, 0 AS behind, f.refs
    FROM judged j
    LEFT JOIN stands s ON s.source = j.source AND s.capacity_id = j.capacity_id
    LEFT JOIN LATERAL (
        SELECT count(*)::int AS done, array_agg(u.ref) AS refs
        FROM unnest(s.valids, s.refs) AS u(valid, ref) WHERE u.valid @> j.lower
    ) f ON true
)
"""
