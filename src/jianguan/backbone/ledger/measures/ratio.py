"""ratio (比例): reviewed ÷ frozen population; the quota is the integer ceiling, and empty is not unknown."""

FACT = """
frame AS MATERIALIZED (SELECT * FROM source),
joined AS (
    SELECT j.n, p.day, p.state, p.size, p.reviews, p.ref, j.due_at, j.miss_at
    FROM judged j JOIN frame p ON p.source = j.source AND p.capacity_id = j.capacity_id AND p.day = j.lower
    WHERE j.upper = j.lower + 1
    UNION ALL
    SELECT j.n, p.day, p.state, p.size, p.reviews, p.ref, j.due_at, j.miss_at
    FROM judged j JOIN frame p ON p.source = j.source AND p.capacity_id = j.capacity_id
        AND p.day >= j.lower AND p.day < j.upper
    WHERE j.upper > j.lower + 1
), summed AS (
    SELECT n, bool_or(state = 'unknown') AS unknown, sum(size)::int AS size,
        sum((SELECT count(*) FROM unnest(reviews) r WHERE r < due_at AND r <= %(as_of)s))::int AS on_time,
        sum((SELECT count(*) FROM unnest(reviews) r WHERE r >= due_at AND r < miss_at AND r <= %(as_of)s))::int AS late,
        array_agg(ref ORDER BY day, ref) AS refs
    FROM joined GROUP BY n
), fact AS (
    SELECT j.n, CASE WHEN s.unknown THEN NULL WHEN s.size = 0 THEN 0
            ELSE (j.percent * s.size + 99) / 100 END AS required,
        COALESCE(s.on_time, 0) AS on_time, COALESCE(s.late, 0) AS late,
        CASE WHEN NOT s.unknown THEN s.size END AS size, 0 AS behind, s.refs
    FROM judged j LEFT JOIN summed s ON s.n = j.n
)
"""
