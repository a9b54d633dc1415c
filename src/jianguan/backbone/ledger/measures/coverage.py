"""coverage (覆盖): required points that an act of the period covered. No point known is unknown."""

FACT = """
seen AS MATERIALIZED (SELECT * FROM source),
points AS MATERIALIZED (
    SELECT source, capacity_id, object, count(DISTINCT point)::int AS points FROM seen GROUP BY 1, 2, 3
), visit AS MATERIALIZED (
    SELECT DISTINCT source, capacity_id, object, point, ref, at, (at AT TIME ZONE 'Asia/Shanghai')::date AS day
    FROM seen WHERE at <= %(as_of)s
), joined AS (
    SELECT j.n, v.point, v.ref
    FROM judged j JOIN visit v ON v.source = j.source AND v.capacity_id = j.capacity_id AND v.day = j.lower
        AND COALESCE(v.object, j.object_kind) = j.object_kind
    WHERE j.upper = j.lower + 1 AND v.at < j.due_at
    UNION ALL
    SELECT j.n, v.point, v.ref
    FROM judged j JOIN visit v ON v.source = j.source AND v.capacity_id = j.capacity_id
        AND v.day >= j.lower AND v.day < j.upper AND COALESCE(v.object, j.object_kind) = j.object_kind
    WHERE j.upper > j.lower + 1 AND v.at < j.due_at
), counted AS (
    SELECT n, count(DISTINCT point)::int AS on_time, array_agg(DISTINCT ref) AS refs FROM joined GROUP BY n
), fact AS (
    SELECT j.n, p.points AS required, COALESCE(c.on_time, 0) AS on_time, 0 AS late, p.points AS size, 0 AS behind,
        c.refs
    FROM judged j
    LEFT JOIN points p ON p.source = j.source AND p.capacity_id = j.capacity_id
        AND COALESCE(p.object, j.object_kind) = j.object_kind
    LEFT JOIN counted c ON c.n = j.n
)
"""
