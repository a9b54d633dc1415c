"""Which checks prove norms: acts of looking, places visited.

The moment that counts is the later of happening and signing, so that entering a check with an old date does not help.
A correction is no second act.
"""

import datetime as dt

from django.db.models import Count, Q

from jianguan.backbone.documents import sections
from jianguan.backbone.documents.rules import clause_words
from jianguan.backbone.documents.sections import Composed, Section
from jianguan.backbone.rules.sources import Source, register
from jianguan.backbone.scope.scope import Scope
from jianguan.backbone.work.models import Finding
from jianguan.engines.regulation.schema import Measure
from jianguan.kit.clock import CHINA

MOST_REFS = 300
"""Findings that a bulletin names one by one; its figures count all of them."""

CHECKS = frozenset(
    {
        "access-review",
        "application-review",
        "archive-correction",
        "av-spot-check",
        "covert",
        "database-guidance",
        "database-maintenance",
        "database-security",
        "education-data",
        "education-guidance",
        "education-venue",
        "enterprise-visit",
        "face-to-face",
        "filing-review",
        "guidance",
        "key-vehicle-inspection",
        "key-vehicle-monitoring",
        "open-visit",
        "patrol-on-site",
        "patrol-video",
        "pre-exam",
        "road-work",
        "school-bus",
        "system-operation",
        "vehicle-office",
        "warning-review",
    }
)
PATROLS = {"venue-patrol": "patrol-video", "venue-check": "patrol-on-site"}
"""Kind of coverage, and the kind of check that covers a venue (六类场所, clauses 4.5 and 5.2)."""

VENUES = ("education_site", "exam_site", "inspection_agency", "inspection_area", "registration_station", "service_hall")

ACTS = """
SELECT 'check:' || c.kind AS source, c.capacity_id, GREATEST(c.happened_at, c.signed_at) AS at,
       'check/' || c.id AS ref, (c.happened_at AT TIME ZONE 'Asia/Shanghai')::date AS day, c.subject_id
FROM work_check c
WHERE c.corrects_id IS NULL
  AND c.happened_at >= %(first)s::date::timestamp AT TIME ZONE 'Asia/Shanghai'
  AND c.happened_at < %(last)s::date::timestamp AT TIME ZONE 'Asia/Shanghai'
"""

PLACES = """
WITH RECURSIVE below AS (
    SELECT c.id AS top, c.id FROM agencies_capacity c WHERE c.level IN ('PROVINCE', 'CITY')
    UNION
    SELECT b.top, o.capacity_id FROM below b
    JOIN agencies_oversight o ON o.superior_id = b.id AND o.valid && daterange(%(first)s::date, %(last)s::date)
)
"""

VISITED = PLACES + " UNION ALL ".join(
    f"""
    SELECT 'coverage:{kind}' AS source, b.top AS capacity_id, GREATEST(c.happened_at, c.signed_at) AS at,
           s.code AS point, COALESCE('check/' || c.id, 'subject/' || s.id) AS ref
    FROM below b
    JOIN subjects_subject s ON s.capacity_id = b.id AND s.kind IN {VENUES!r}
        AND s.valid && daterange(%(first)s::date, %(last)s::date)
    LEFT JOIN work_check c ON c.subject_id = s.id AND c.capacity_id = b.top AND c.kind = '{check}'
        AND c.corrects_id IS NULL AND c.happened_at >= %(first)s::date::timestamp AT TIME ZONE 'Asia/Shanghai'
        AND c.happened_at < %(last)s::date::timestamp AT TIME ZONE 'Asia/Shanghai'
"""  # noqa: S608 - put together from constants
    for kind, check in PATROLS.items()
)

register(Source(Measure.ACTIVITY, "check", CHECKS, ACTS, dated=True, by_subject=True))
register(Source(Measure.COVERAGE, "coverage", frozenset(PATROLS), VISITED))


def findings_section(scope: Scope, capacity_id: int, first: dt.date, last: dt.date) -> Composed:
    """Problems that the checks of the units in scope found in a period: one line a unit that checked, most first."""
    found = Finding.objects.filter(
        capacity_id__in=scope.capacity_ids,
        found_at__gte=dt.datetime.combine(first, dt.time(), CHINA),
        found_at__lt=dt.datetime.combine(last, dt.time(), CHINA),
    )
    serious = Count("id", filter=Q(severity=Finding.Severity.SERIOUS))
    units = found.values("capacity__agency__name").annotate(all=Count("id"), serious=serious).order_by("-all")
    rows = [[one["capacity__agency__name"], str(one["all"]), str(one["serious"])] for one in units]
    if not rows:
        return Composed(["本期没有发现问题的记录。"])
    total, grave = (sum(int(row[place]) for row in rows) for place in (1, 2))
    clauses = found.values_list("provision").annotate(all=Count("id")).order_by("-all", "provision")[:5]
    most = "、".join(f"{clause_words(provision)}{count}个" for provision, count in clauses)
    table = {
        "caption": "各单位发现问题情况",
        "columns": ["单位", "问题", "其中严重"],
        "widths": [5, 2, 2],
        "rows": rows,
    }
    refs = [f"finding/{number}" for number in found.order_by("id").values_list("id", flat=True)[:MOST_REFS]]
    words = f"本期{len(rows)}个单位在检查中发现问题{total}个，其中严重问题{grave}个。问题较多的条款：{most}。"
    return Composed([words], table, refs)


sections.register(Section("findings", "监管发现问题", 20, findings_section))
