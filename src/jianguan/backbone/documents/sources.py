"""Which documents prove norms: documents in force, acts of issuing, acknowledgements of what was served."""

import datetime as dt

from django.db.models import Count, F, Q

from jianguan.backbone.documents import sections
from jianguan.backbone.documents.models import STANDING, DocumentKind, Service
from jianguan.backbone.documents.sections import Composed, Section
from jianguan.backbone.rules.sources import Source, register
from jianguan.backbone.scope.scope import Scope
from jianguan.engines.regulation.schema import Measure
from jianguan.kit.clock import CHINA

# A document issued after the day from which it says it is in force replaces the older one no earlier than its issue.
STANDS = """
SELECT 'document:' || d.kind AS source, d.capacity_id,
       daterange(d.in_force_from,
           (SELECT min(GREATEST(d.in_force_from, r.in_force_from, (r.issued_at AT TIME ZONE 'Asia/Shanghai')::date))
            FROM documents_document r WHERE r.replaces_id = d.id)) AS valid,
       d.issued_at AS recorded_at, 'document/' || d.id AS ref
FROM documents_document d
WHERE d.in_force_from < %(last)s::date
  AND NOT EXISTS (
      SELECT 1 FROM documents_document r WHERE r.replaces_id = d.id AND r.in_force_from <= %(first)s::date
        AND r.issued_at < %(first)s::date::timestamp AT TIME ZONE 'Asia/Shanghai')
"""

# The log of a corrected check replaces the first one; the act happened when the first was issued.
ISSUED = """
SELECT 'document:' || d.kind AS source, d.capacity_id, d.issued_at AS at, 'document/' || d.id AS ref,
       (d.data ->> 'subject')::bigint AS subject_id
FROM documents_document d
WHERE d.issued_at >= %(first)s::date::timestamp AT TIME ZONE 'Asia/Shanghai'
  AND d.issued_at < %(last)s::date::timestamp AT TIME ZONE 'Asia/Shanghai'
  AND (d.kind <> 'pre-exam-log' OR d.replaces_id IS NULL)
"""

# Serving is the issuer's duty: it is done when the recipient has signed. Clause 4.2 names work norms, assessment
# system and standards in one breath, so the acknowledgement of either kind proves it.
ACKNOWLEDGED = """
SELECT 'acknowledgement:norm' AS source, s.issuer_id AS capacity_id, s.due_at, a.acknowledged_at AS done_at,
       'service/' || s.id AS ref
FROM documents_service s
JOIN documents_document d ON d.id = s.document_id
LEFT JOIN documents_acknowledgement a ON a.service_id = s.id
WHERE d.kind IN ('assessment-rule', 'norm')
  AND s.due_at >= %(first)s::date::timestamp AT TIME ZONE 'Asia/Shanghai'
  AND s.due_at < %(last)s::date::timestamp AT TIME ZONE 'Asia/Shanghai'
"""

# A notice owed since something was established is done when a document of its kind that names it was issued, one for
# bodies outside the house when the first of them was sent it.
NOTIFIED = """
SELECT 'document:' || n.kind AS source, n.capacity_id, n.due_at, done.at AS done_at,
       COALESCE('document/' || done.id, n.ref) AS ref, n.provision AS item
FROM documents_noticeduty n
LEFT JOIN LATERAL (
    SELECT d.id, CASE WHEN t.externals = '[]' OR t.externals IS NULL THEN d.issued_at
        ELSE (SELECT min(x.recorded_at) FROM documents_dispatch x WHERE x.document_id = d.id) END AS at
    FROM documents_documentref r JOIN documents_document d ON d.id = r.document_id
    LEFT JOIN documents_draft t ON t.id = d.draft_id
    WHERE r.ref = n.ref AND d.kind = n.kind AND d.capacity_id = n.capacity_id
      AND NOT EXISTS (SELECT 1 FROM documents_withdrawal w WHERE w.document_id = d.id)
    ORDER BY 2 NULLS LAST, d.id LIMIT 1) done ON true
WHERE n.due_at >= %(first)s::date::timestamp AT TIME ZONE 'Asia/Shanghai'
  AND n.due_at < %(last)s::date::timestamp AT TIME ZONE 'Asia/Shanghai'
"""

ACTS = (DocumentKind.BULLETIN, DocumentKind.EXPOSURE, DocumentKind.GUIDANCE, DocumentKind.PRE_EXAM_LOG)
OWED = (
    DocumentKind.BULLETIN,
    DocumentKind.COPY_LETTER,
    DocumentKind.INTERVIEW_ORDER,
    DocumentKind.PROBLEM_NOTICE,
    DocumentKind.VIOLATION_NOTICE,
)

register(Source(Measure.PRESENCE, "document", frozenset(kind.value for kind in STANDING), STANDS))
register(Source(Measure.ACTIVITY, "document", frozenset(kind.value for kind in ACTS), ISSUED, by_subject=True))
register(Source(Measure.TIMELY, "document", frozenset(kind.value for kind in OWED), NOTIFIED, by_item=True))
register(Source(Measure.TIMELY, "acknowledgement", frozenset({DocumentKind.NORM.value}), ACKNOWLEDGED))


def service_section(scope: Scope, capacity_id: int, first: dt.date, last: dt.date) -> Composed:
    """How documents of a period were served and signed for: one line a kind."""
    found = (
        Service.objects.filter(issuer_id=capacity_id, issuer_id__in=scope.capacity_ids)
        .filter(served_at__gte=dt.datetime.combine(first, dt.time(), CHINA))
        .filter(served_at__lt=dt.datetime.combine(last, dt.time(), CHINA))
        .values("document__kind")
        .annotate(
            served=Count("id"),
            signed=Count("acknowledgement"),
            late=Count("id", filter=Q(acknowledgement__acknowledged_at__gte=F("due_at"))),
            refused=Count("refusal", filter=Q(acknowledgement__isnull=True)),
        )
        .order_by("document__kind")
    )
    rows = [
        [DocumentKind(one["document__kind"]).label, *(str(one[key]) for key in ("served", "signed", "late", "refused"))]
        for one in found
    ]
    if not rows:
        return Composed(["本期没有送达文书。"])
    served, signed = (sum(int(row[place]) for row in rows) for place in (1, 2))
    table = {
        "caption": "文书送达签收情况",
        "columns": ["种类", "送达", "已签收", "其中逾期", "拒收"],
        "widths": [3, 2, 2, 2, 2],
        "rows": rows,
    }
    return Composed([f"本期送达文书{served}份次，已签收{signed}份次。"], table)


sections.register(Section("document-service", "文书送达签收", 90, service_section))
