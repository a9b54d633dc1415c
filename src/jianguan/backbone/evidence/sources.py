"""Which evidence proves norms: retrieval drills (调取演练, clause 6.9), counted when they were recorded."""

from jianguan.backbone.rules.sources import Source, register
from jianguan.engines.regulation.schema import Measure

KINDS = frozenset({"av-retention", "body-camera-retention"})

DRILLED = """
SELECT 'drill:' || d.kind AS source, d.capacity_id, GREATEST(d.drilled_at, d.recorded_at) AS at,
       d.sampled, d.retrieved, 'drill/' || d.id AS ref
FROM evidence_retentiondrill d
WHERE GREATEST(d.drilled_at, d.recorded_at) >= %(first)s::date::timestamp AT TIME ZONE 'Asia/Shanghai'
  AND GREATEST(d.drilled_at, d.recorded_at) < %(last)s::date::timestamp AT TIME ZONE 'Asia/Shanghai'
"""

register(Source(Measure.RETENTION, "drill", KINDS, DRILLED))
