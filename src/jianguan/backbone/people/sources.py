"""What rosters prove: a day with somebody on duty is a day on which the roster stands (clause 5.3)."""

from jianguan.backbone.rules.sources import Source, register
from jianguan.engines.regulation.schema import Measure

register(
    Source(
        measure=Measure.PRESENCE,
        room="roster",
        kinds=frozenset({"day"}),
        sql="""
            SELECT 'roster:day'::text AS source, capacity_id, daterange(day, day + 1) AS valid,
                   'roster/' || min(id) AS ref
            FROM people_rosterentry
            WHERE NOT withdrawn AND day >= %(first)s AND day < %(last)s
            GROUP BY capacity_id, day
        """,
    )
)
