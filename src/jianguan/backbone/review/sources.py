"""Which populations prove ratios, and which areas a day's draw of places reached (clauses 5.6, 6.6, 6.7, 10.2, 13.1a).

Counted are the records of the random part alone, each once, when its first review that counts was submitted. Where a
share of the seed was withheld there are two draws, both owed: the k-th review counts when both have k. A population
without a draw counts nothing, whatever was looked at.
"""

from jianguan.backbone.rules.sources import Source, register
from jianguan.engines.regulation.schema import Measure

POPULATIONS = frozenset({"archive", "body-camera", "exam-av", "inspection-area", "online-learner"})

FRAMES = """
WITH frame AS MATERIALIZED (
    SELECT p.id, p.capacity_id, p.kind, p.day, p.state, p.size FROM work_population p
    WHERE p.day >= %(first)s::date AND p.day < %(last)s::date
), owed AS (
    SELECT d.population_id, count(DISTINCT d.variant) AS variants,
        string_agg(' draw/' || d.id, '' ORDER BY d.id) AS refs
    FROM draws_draw d JOIN frame f ON f.id = d.population_id GROUP BY 1
), looked AS MATERIALIZED (
    SELECT i.population_id, i.member, min(r.submitted_at) AS at
    FROM frame f
    JOIN draws_drawitem i ON i.population_id = f.id
    JOIN review_assignment a ON a.item_id = i.id AND a.kind = 'first'
    JOIN review_review r ON r.assignment_id = a.id AND r.counted
    GROUP BY 1, 2
), floor AS (
    SELECT DISTINCT d.population_id, d.variant, i.member
    FROM frame f
    JOIN draws_draw d ON d.population_id = f.id
    JOIN draws_drawitem i ON i.draw_id = d.id AND i.part = 'A'
), numbered AS (
    SELECT l.population_id, l.at, row_number() OVER (PARTITION BY l.population_id, o.variant ORDER BY l.at) AS k
    FROM looked l JOIN floor o ON o.population_id = l.population_id AND o.member = l.member
), both_owed AS (
    SELECT n.population_id, n.k, max(n.at) AS at
    FROM numbered n JOIN owed o ON o.population_id = n.population_id
    GROUP BY n.population_id, n.k, o.variants HAVING count(*) = o.variants
), done AS (
    SELECT population_id, array_agg(at ORDER BY at) AS reviews FROM both_owed GROUP BY 1
)
SELECT 'population:' || f.kind AS source, f.capacity_id, f.day, f.state, f.size,
       COALESCE(x.reviews, '{}') AS reviews, 'population/' || f.id || COALESCE(o.refs, '') AS ref
FROM frame f LEFT JOIN owed o ON o.population_id = f.id LEFT JOIN done x ON x.population_id = f.id
"""

register(Source(Measure.RATIO, "population", POPULATIONS, FRAMES))
