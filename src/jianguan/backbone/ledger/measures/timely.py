"""timely (时限) and filing (报备): things due in the period, each finished or filed by its own deadline.

Nothing due is nothing owed, but of sources whose silence proves nothing it is unknown.
"""

FACT = """
counted AS (
    SELECT j.n, count(*)::int AS required,
        count(*) FILTER (WHERE s.done_at < s.due_at AND s.done_at <= %(as_of)s)::int AS on_time,
        count(*) FILTER (WHERE s.done_at >= s.due_at AND s.done_at < j.miss_at AND s.done_at <= %(as_of)s)::int AS late,
        count(*) FILTER (WHERE s.due_at <= %(as_of)s AND (s.done_at IS NULL OR s.done_at > %(as_of)s))::int AS behind,
        array_agg(s.ref ORDER BY s.due_at, s.ref) AS refs
    FROM judged j JOIN source s ON s.source = j.source AND s.capacity_id = j.capacity_id
        AND (s.item IS NULL OR s.item = j.item)
        AND s.due_at > j.lower::timestamp AT TIME ZONE 'Asia/Shanghai'
        AND s.due_at <= j.upper::timestamp AT TIME ZONE 'Asia/Shanghai'
    GROUP BY j.n
), fact AS (
    SELECT j.n, COALESCE(c.required, CASE WHEN j.source = ANY(%(silent)s) THEN NULL ELSE 0 END) AS required,
        COALESCE(c.on_time, 0) AS on_time, COALESCE(c.late, 0) AS late,
        NULL::int AS size, COALESCE(c.behind, 0) AS behind, c.refs
    FROM judged j LEFT JOIN counted c ON c.n = j.n
)
"""
"""A deadline at midnight belongs to the day that ends then, hence the half-open range that holds its upper end."""
