"""Which approvals prove norms: each stage that was owed, and its end in time (clauses 14.3, 14.4, 15.2, 15.3).

A stage says in the flow which KINDs of ``approval:KIND`` it proves; its bearer is the nearest city or province.
"""

from jianguan.backbone.approvals.flows import read_all
from jianguan.backbone.approvals.loading import FOLDER
from jianguan.backbone.rules.sources import Source, register
from jianguan.engines.regulation.schema import Measure

FLOWS = read_all(FOLDER)
KINDS = frozenset(
    kind for flow in FLOWS for proves in (flow.proves, *(one.proves for one in flow.stages)) for kind in proves
)

# A stage is over with the step that leaves it; one signature of several does not.
OVER = """
SELECT 'approval:' || kind.value AS source, d.bearer_id AS capacity_id, d.due_at, done.at AS done_at,
       'approval/' || d.application_id AS ref
FROM approvals_stagedue d
CROSS JOIN LATERAL jsonb_array_elements_text(d.proves) AS kind(value)
LEFT JOIN LATERAL (
    SELECT min(s.at) AS at FROM approvals_step s
    WHERE s.application_id = d.application_id AND s.round = d.round AND s.from_stage = d.stage
      AND (s.to_stage IS DISTINCT FROM s.from_stage OR s.to_state = 'failed')) done ON true
WHERE d.due_at >= %(first)s::date::timestamp AT TIME ZONE 'Asia/Shanghai'
  AND d.due_at < %(last)s::date::timestamp AT TIME ZONE 'Asia/Shanghai'
  AND NOT EXISTS (SELECT 1 FROM approvals_step w WHERE w.application_id = d.application_id AND w.round = d.round - 1
                  AND w.verb = 'withdraw' AND d.stage = 0)
"""

register(Source(Measure.TIMELY, "approval", KINDS, OVER))
register(Source(Measure.FILING, "approval", KINDS, OVER))
