"""retention (留存): nothing lost inside its term, proven by the drills of the period. No drill proves nothing."""

FACT = """
counted AS (
    SELECT j.n, sum(s.sampled)::int AS required, sum(s.retrieved)::int AS on_time,
        array_agg(s.ref ORDER BY s.at, s.ref) AS refs
    FROM judged j JOIN source s ON s.source = j.source AND s.capacity_id = j.capacity_id
        AND s.at >= j.lower::timestamp AT TIME ZONE 'Asia/Shanghai' AND s.at < j.due_at AND s.at <= %(as_of)s
    WHERE s.sampled > 0
    GROUP BY j.n
), fact AS (
    SELECT j.n, c.required, COALESCE(c.on_time, 0) AS on_time, 0 AS late, NULL::int AS size, 0 AS behind, c.refs
    FROM judged j LEFT JOIN counted c ON c.n = j.n
)
"""
