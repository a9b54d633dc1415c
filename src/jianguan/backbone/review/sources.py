"""Which populations prove ratios, and which areas a day's draw of places reached (clauses 5.6, 6.6, 6.7, 10.2, 13.1a).

Counted are the records of the random part alone, each once, when its first review that counts was submitted. Where a
share of the seed was withheld there are two draws, both owed: the k-th review counts when both have k. What an enlarged
draw adds comes on top and stands in for nothing drawn before it, else whoever enlarges chooses what is left out. A
population without a draw counts nothing, whatever was looked at.
"""

from jianguan.backbone.rules.sources import Source, register
from jianguan.engines.regulation.schema import Measure

POPULATIONS = frozenset({"archive", "body-camera", "exam-av", "inspection-area", "online-learner"})

STANDS = """EXISTS (
        SELECT 1 FROM review_review s WHERE s.assignment_id = a.id AND s.counted
          AND NOT EXISTS (SELECT 1 FROM review_review n WHERE n.corrects_id = s.id))"""
"""Whether the last word on an assignment counts: a correction may take back what counted, and never makes it later."""

FRAMES = f"""
WITH frame AS MATERIALIZED (
    SELECT p.id, p.capacity_id, p.kind, p.day, p.state, p.size FROM work_population p
    WHERE p.day >= %(first)s::date AND p.day < %(last)s::date
      -- Unknown or empty holds only until a later part says more: the feed came after the freeze.
      AND (p.state = 'counted' OR NOT EXISTS (
        SELECT 1 FROM work_population l
        WHERE l.capacity_id = p.capacity_id AND l.kind = p.kind AND l.day = p.day AND l.part > p.part))
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
    WHERE {STANDS}
    GROUP BY 1, 2
), floor AS (
    SELECT DISTINCT d.population_id, d.variant, i.member
    FROM frame f
    JOIN draws_draw d ON d.population_id = f.id AND d.generation = 0
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
       COALESCE(x.reviews, '{{}}') AS reviews, 'population/' || f.id || COALESCE(o.refs, '') AS ref
FROM frame f LEFT JOIN owed o ON o.population_id = f.id LEFT JOIN done x ON x.population_id = f.id
"""  # noqa: S608 - put together from constants

BY_AREA = "site-by-area"
AREAS = f"""
WITH RECURSIVE up AS (
    SELECT s.id AS subject_id, s.kind, s.capacity_id FROM subjects_subject s
    WHERE s.kind IN ('exam_site', 'inspection_agency') AND s.valid && daterange(%(first)s::date, %(last)s::date)
    UNION
    SELECT u.subject_id, u.kind, o.superior_id FROM up u
    JOIN agencies_capacity c ON c.id = u.capacity_id AND c.level <> 'CITY'
    JOIN agencies_oversight o ON o.capacity_id = c.id AND o.valid && daterange(%(first)s::date, %(last)s::date)
), looked AS (
    SELECT i.capacity_id, i.subject_id, min(r.submitted_at) AS at
    FROM work_population p
    JOIN draws_drawitem i ON i.population_id = p.id AND i.part = 'A'
    JOIN review_assignment a ON a.item_id = i.id AND a.kind = 'first'
    JOIN review_review r ON r.assignment_id = a.id AND r.counted
    WHERE p.kind = '{BY_AREA}' AND p.day >= %(first)s::date AND p.day < %(last)s::date AND {STANDS}
    GROUP BY i.capacity_id, i.subject_id, p.day
)
SELECT 'population:{BY_AREA}' AS source, top.id AS capacity_id, l.at, u.kind AS object, area.key AS point,
       'subject/' || u.subject_id AS ref
FROM agencies_capacity top CROSS JOIN up u
JOIN agencies_capacity area ON area.id = u.capacity_id AND area.level = 'CITY'
LEFT JOIN looked l ON l.capacity_id = top.id AND l.subject_id = u.subject_id
WHERE top.level = 'PROVINCE' AND top.mode = 'own'
"""  # noqa: S608 - put together from constants

register(Source(Measure.RATIO, "population", POPULATIONS, FRAMES))
register(Source(Measure.COVERAGE, "population", frozenset({BY_AREA}), AREAS, by_object=True))
