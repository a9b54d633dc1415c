"""The relation of a measure: what every room registered for it, put together, and the days it is asked for."""

import datetime as dt
from collections.abc import Mapping, Sequence

from jianguan.backbone.rules import sources
from jianguan.backbone.work.owed import Owed
from jianguan.engines.calendar.periods import Cadence, Period
from jianguan.engines.regulation.schema import Measure

SHAPES: Mapping[Measure, Mapping[str, str]] = {
    Measure.ACTIVITY: {"at": "timestamptz", "ref": "text"},
    Measure.COVERAGE: {"at": "timestamptz", "point": "text", "ref": "text"},
    Measure.FILING: {"due_at": "timestamptz", "done_at": "timestamptz", "ref": "text"},
    Measure.PRESENCE: {"valid": "daterange", "recorded_at": "timestamptz", "ref": "text"},
    Measure.RATIO: {"day": "date", "state": "text", "size": "int", "reviews": "timestamptz[]", "ref": "text"},
    Measure.RETENTION: {"at": "timestamptz", "sampled": "int", "retrieved": "int", "ref": "text"},
    Measure.TIMELY: {"due_at": "timestamptz", "done_at": "timestamptz", "ref": "text"},
}
TO_FINISH = frozenset({Measure.FILING, Measure.TIMELY})
MARGIN = dt.timedelta(days=31)
"""How long after its period a duty can still be made up for or, for a monthly one, be in time."""


def relation(measure: Measure) -> str:
    """The SQL of all rooms' rows for a measure; a relation without rows where no room registered."""
    columns = ["source", "capacity_id", *SHAPES[measure]]
    parts: list[str] = []
    for source in sources.of(measure):
        chosen = list(columns)
        if measure is Measure.ACTIVITY:
            day = "day" if source.dated else "(at AT TIME ZONE 'Asia/Shanghai')::date AS day"
            subject = "subject_id" if source.by_subject else "NULL::bigint AS subject_id"
            chosen += [day, f"{'true' if source.dated else 'false'} AS dated", subject]
        if measure is Measure.COVERAGE:
            chosen.append("object" if source.by_object else "NULL::text AS object")
        if measure in TO_FINISH:
            chosen.append("item" if source.by_item else "NULL::text AS item")
        parts.append(f"SELECT {', '.join(chosen)} FROM ({source.sql}) AS room_{len(parts)}")  # noqa: S608 - constants
    if parts:
        return " UNION ALL ".join(parts)
    kinds = {"source": "text", "capacity_id": "bigint", **SHAPES[measure]}
    if measure is Measure.ACTIVITY:
        kinds |= {"day": "date", "dated": "boolean", "subject_id": "bigint"}
    if measure is Measure.COVERAGE:
        kinds |= {"object": "text"}
    if measure in TO_FINISH:
        kinds |= {"item": "text"}
    return f"SELECT {', '.join(f'NULL::{kind} AS {name}' for name, kind in kinds.items())} WHERE false"


def source_span(measure: Measure, spans: Sequence[Period], due: Sequence[Owed]) -> dict[str, dt.date]:
    """The half-open days for which the rooms are asked: the periods in use and, for acts, what can follow them."""
    used = {row.kind for row in due} | {Cadence(row.cadence) for row in due if row.cadence in set(Cadence)}
    mine = [period for period in spans if period.kind in used] or list(spans)
    last = max(period.end for period in mine)
    if measure is Measure.ACTIVITY:
        length = max(period.end - period.start for period in mine)
        last += max(MARGIN, length) if length > dt.timedelta(days=1) else dt.timedelta(days=1)
    return {"first": min(period.start for period in mine), "last": last + dt.timedelta(days=1)}
