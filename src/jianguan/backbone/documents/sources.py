"""Which documents prove norms: documents in force, acts of issuing, acknowledgements of what was served."""

from jianguan.backbone.documents.models import STANDING, DocumentKind
from jianguan.backbone.rules.sources import Source, register
from jianguan.engines.regulation.schema import Measure

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

register(Source(Measure.PRESENCE, "document", frozenset(kind.value for kind in STANDING), STANDS))
register(
    Source(
        Measure.ACTIVITY,
        "document",
        frozenset({DocumentKind.BULLETIN.value, DocumentKind.PRE_EXAM_LOG.value}),
        ISSUED,
        by_subject=True,
    )
)
register(Source(Measure.TIMELY, "acknowledgement", frozenset({DocumentKind.NORM.value}), ACKNOWLEDGED))
